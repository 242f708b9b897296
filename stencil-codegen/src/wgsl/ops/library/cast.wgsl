// `as` saturates and makes NaN zero; WGSL's conversions stop at the last float that fits.

fn rs_f32_as_NARROW(x: f32) -> T {
    return T(clamp(select(x, 0.0f, rs_is_nan_f32(x)), f32(MIN), f32(MAX)));
}

fn rs_f32_as_i32(x: f32) -> i32 {
    return select(select(i32(x), MAX, x >= 2147483648.0f), 0i, rs_is_nan_f32(x));
}

fn rs_f32_as_u32(x: f32) -> u32 {
    return select(select(u32(x), MAX, x >= 4294967296.0f), 0u, rs_is_nan_f32(x));
}

fn rs_f32_as_i64(x: f32) -> i64 {
    return select(select(i64(x), MAX, x >= 9223372036854775808.0f), 0li, rs_is_nan_f32(x));
}

fn rs_f32_as_u64(x: f32) -> u64 {
    return select(select(u64(x), MAX, x >= 18446744073709551616.0f), 0lu, rs_is_nan_f32(x));
}

fn rs_f64_as_NARROW(x: f64) -> T {
    return T(clamp(select(x, 0.0lf, rs_is_nan_f64(x)), f64(MIN), f64(MAX)));
}

fn rs_f64_as_i32(x: f64) -> i32 {
    return select(select(i32(x), MAX, x >= 2147483647.0lf), 0i, rs_is_nan_f64(x));
}

fn rs_f64_as_u32(x: f64) -> u32 {
    return select(select(u32(x), MAX, x >= 4294967295.0lf), 0u, rs_is_nan_f64(x));
}

fn rs_f64_as_i64(x: f64) -> i64 {
    return select(select(i64(x), MAX, x >= 9223372036854775808.0lf), 0li, rs_is_nan_f64(x));
}

fn rs_f64_as_u64(x: f64) -> u64 {
    return select(select(u64(x), MAX, x >= 18446744073709551616.0lf), 0lu, rs_is_nan_f64(x));
}

// To the nearest `f16`, ties to even, by integers: exact on every device. Without branches, which would stand in every
// operation.
fn rs_round_f16(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    let magnitude = bits & 0x7fffffffu;
    let rounded = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u)) & 0xffffe000u;
    let normal = select(rounded, 0x7f800000u, rounded > 0x477fe000u);
    // Below the normal numbers the unit is 2^-24.
    let subnormal = bitcast<u32>(round(bitcast<f32>(magnitude) * 16777216.0f) * 5.9604645e-8f);
    let finite = select(subnormal, normal, magnitude >= 0x38800000u);
    return bitcast<f32>((bits & 0x80000000u) | select(finite, magnitude, magnitude > 0x7f800000u));
}

// Operations that a device with `f16` has itself. In `f32` a sum, a difference or a product of two such numbers is rounded
// so little that rounding it again gives the nearest.
fn rs_add_f16(a: f32, b: f32) -> f32 {
    return rs_round_f16(a + b);
}

fn rs_sub_f16(a: f32, b: f32) -> f32 {
    return rs_round_f16(a - b);
}

fn rs_mul_f16(a: f32, b: f32) -> f32 {
    return rs_round_f16(a * b);
}

// To odd first: then the second rounding cannot go wrong.
fn rs_round_f16_f64(x: f64) -> f32 {
    let single = f32(x);
    let back = f64(single);
    let bits = bitcast<u32>(single) - select(0u, 1u, abs(back) > abs(x));
    return rs_round_f16(select(bitcast<f32>(bits | 1u), single, (back == x) | rs_is_nan_f64(x)));
}

fn rs_f16_to_bits(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    let sign = (bits >> 16u) & 0x8000u;
    let magnitude = bits & 0x7fffffffu;
    let payload = (magnitude >> 13u) & 0x3ffu;
    let special = 0x7c00u | select(payload, payload | 0x200u, magnitude > 0x7f800000u);
    let normal = (magnitude - 0x38000000u) >> 13u;
    let subnormal = u32(abs(x) * 16777216.0f);
    let finite = select(subnormal, normal, magnitude >= 0x38800000u);
    return sign | select(finite, special, magnitude >= 0x7f800000u);
}

fn rs_f16_from_bits(bits: u32) -> f32 {
    let sign = (bits & 0x8000u) << 16u;
    let magnitude = bits & 0x7fffu;
    let normal = (magnitude << 13u) + select(0x38000000u, 0x70000000u, magnitude >= 0x7c00u);
    let subnormal = bitcast<u32>(f32(magnitude) * 5.9604645e-8f);
    return bitcast<f32>(sign | select(normal, subnormal, magnitude < 0x400u));
}
