// `powf` of `f32`: the logarithm to base 2 in two parts, as fdlibm has it (Sun Microsystems).

// The upper half of a mantissa: a product of two such numbers is exact.
fn rs_upper(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

fn rs_log2_parts(x: f32) -> vec2<f32> {
    let parts = rs_parts(bitcast<u32>(x));
    let fraction = u32(parts.x) & 0x7fffffu;
    // Near 1, near 1.5, or near 2, which is 1 of the next exponent.
    let middle = (fraction > 0x1cc471u) & (fraction < 0x5db3d7u);
    let last = fraction >= 0x5db3d7u;
    let base = select(1.0f, 1.5f, middle);
    let n = f32(parts.y - select(127i, 126i, last));
    let a = bitcast<f32>(fraction | select(0x3f800000u, 0x3f000000u, last));
    let u = a - base;
    let v = 1.0f / (a + base);
    let s = u * v;
    let s_h = rs_upper(s);
    let sum_h = rs_upper(a + base);
    let sum_l = a - (sum_h - base);
    let s_l = v * ((u - s_h * sum_h) - s_h * sum_l);
    let z = s * s;
    var r = 2.3066075146e-1f + z * 2.0697501302e-1f;
    r = 2.7272811532e-1f + z * r;
    r = 3.3333334327e-1f + z * r;
    r = 4.2857143283e-1f + z * r;
    r = z * z * (6.0000002384e-1f + z * r) + s_l * (s_h + s);
    let square = s_h * s_h;
    let t_h = rs_upper(3.0f + square + r);
    let t_l = r - ((t_h - 3.0f) - square);
    let p = s_h * t_h;
    let q = s_l * t_h + t_l * s;
    let p_h = rs_upper(p + q);
    let p_l = q - (p_h - p);
    let z_h = 9.6191406250e-1f * p_h;
    let z_l = -1.1736857402e-4f * p_h + p_l * 9.6179670095e-1f + select(0.0f, 1.56322085e-6f, middle);
    let log_h = rs_upper(((z_h + z_l) + select(0.0f, 5.84960938e-1f, middle)) + n);
    return vec2<f32>(log_h, z_l - (((log_h - n) - select(0.0f, 5.84960938e-1f, middle)) - z_h));
}

// 2^(h + l)
fn rs_exp2_parts(h: f32, l: f32) -> f32 {
    let z = clamp(h + l, -160.0f, 140.0f);
    if z != h + l {
        return select(bitcast<f32>(0x7f800000u), 0.0f, z < 0.0f);
    }
    let n = floor(z + 0.5f);
    let r = (h - n) + l;
    var p = 1.535336188319500e-4f * r + 1.339887440266574e-3f;
    p = p * r + 9.618437357674640e-3f;
    p = p * r + 5.550332471162809e-2f;
    p = p * r + 2.402264791363012e-1f;
    p = p * r + 6.931472028550421e-1f;
    return rs_scale(1.0f + p * r, i32(n));
}

fn rs_powf_f32(x: f32, y: f32) -> f32 {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    let negative = rs_is_sign_negative_f32(x);
    let whole = trunc(y) == y;
    // From 2^24 on every number is even.
    let odd = whole & (abs(y) < 16777216.0f) & (trunc(y * 0.5f) != y * 0.5f);
    let sign = select(1.0f, -1.0f, negative & odd);
    if (y == 0.0f) | (x == 1.0f) {
        return 1.0f;
    }
    if rs_is_nan_f32(x) | rs_is_nan_f32(y) {
        return bitcast<f32>(0x7fc00000u);
    }
    if (magnitude == 0u) | (magnitude == 0x7f800000u) {
        let vanishes = (magnitude == 0u) == (y > 0.0f);
        return rs_copysign_f32(select(bitcast<f32>(0x7f800000u), 0.0f, vanishes), sign);
    }
    if rs_is_infinite_f32(y) {
        let vanishes = (magnitude < 0x3f800000u) == (y > 0.0f);
        return select(select(bitcast<f32>(0x7f800000u), 0.0f, vanishes), 1.0f, magnitude == 0x3f800000u);
    }
    if negative & !whole {
        return bitcast<f32>(0x7fc00000u);
    }
    let log = rs_log2_parts(abs(x));
    let y_h = rs_upper(y);
    return sign * rs_exp2_parts(y_h * log.x, (y - y_h) * log.x + y * log.y);
}
