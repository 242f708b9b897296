// Half precision by the device's own `f16`. A register holds a value of `f16` already, so that conversions lose nothing
// and drivers leave them out: what remains of a chain of operations are those of `f16`.

fn rs_round_f16(x: f32) -> f32 {
    return f32(f16(x));
}

fn rs_add_f16(a: f32, b: f32) -> f32 {
    return f32(f16(a) + f16(b));
}

fn rs_sub_f16(a: f32, b: f32) -> f32 {
    return f32(f16(a) - f16(b));
}

fn rs_mul_f16(a: f32, b: f32) -> f32 {
    return f32(f16(a) * f16(b));
}
