// Exponential functions and logarithms of `f32`. The polynomials are those of Cephes (S. L. Moshier).

// x * 2^n in two steps, of which only the last one may round.
fn rs_scale(x: f32, n: i32) -> f32 {
    let half = n / 2i;
    return x * bitcast<f32>(u32(half + 127i) << 23u) * bitcast<f32>(u32(n - half + 127i) << 23u);
}

// exp(r) - 1 for |r| <= ln(2) / 2.
fn rs_exp_m1_near(r: f32) -> f32 {
    var p = 1.9875691500e-4f * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r;
}

fn rs_exp_f32(x: f32) -> f32 {
    if rs_is_nan_f32(x) {
        return x;
    }
    let y = clamp(x, -104.0f, 89.0f);
    let n = floor(y * 1.44269504f + 0.5f);
    let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
    return rs_scale(1.0f + rs_exp_m1_near(r), i32(n));
}

fn rs_exp2_f32(x: f32) -> f32 {
    if rs_is_nan_f32(x) {
        return x;
    }
    let y = clamp(x, -151.0f, 129.0f);
    let n = floor(y + 0.5f);
    let r = y - n;
    var p = 1.535336188319500e-4f * r + 1.339887440266574e-3f;
    p = p * r + 9.618437357674640e-3f;
    p = p * r + 5.550332471162809e-2f;
    p = p * r + 2.402264791363012e-1f;
    p = p * r + 6.931472028550421e-1f;
    return rs_scale(1.0f + p * r, i32(n));
}

fn rs_exp_m1_f32(x: f32) -> f32 {
    if rs_is_nan_f32(x) {
        return x;
    }
    if x > 80.0f {
        return rs_exp_f32(x);
    }
    let y = max(x, -40.0f);
    let n = floor(y * 1.44269504f + 0.5f);
    let r = (y - n * 0.693359375f) + n * 2.12194440e-4f;
    let power = rs_scale(1.0f, i32(n));
    return select(power * rs_exp_m1_near(r) + (power - 1.0f), rs_exp_m1_near(x), n == 0.0f);
}

// (m - 1, e) with x = m * 2^e and m near 1.
fn rs_log_parts(x: f32) -> vec2<f32> {
    let parts = rs_parts(bitcast<u32>(x));
    let large = parts.x > 11863282i;
    let mantissa = bitcast<f32>((u32(parts.x) & 0x7fffffu) | select(0x3f800000u, 0x3f000000u, large));
    return vec2<f32>(mantissa - 1.0f, f32(parts.y - select(127i, 126i, large)));
}

// ln(1 + f) - f for 1 + f between the roots of 1/2 and 2.
fn rs_log_near(f: f32) -> f32 {
    var p = 7.0376836292e-2f * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    let z = f * f;
    return p * f * z - 0.5f * z;
}

// What a logarithm of anything but a positive finite number is.
fn rs_log_special(x: f32) -> f32 {
    let bits = bitcast<u32>(x);
    if (bits & 0x7fffffffu) == 0u {
        return bitcast<f32>(0xff800000u);
    }
    return select(bitcast<f32>(0x7fc00000u), x, bits == 0x7f800000u);
}

fn rs_log_is_special(x: f32) -> bool {
    return bitcast<u32>(x) - 1u >= 0x7f7fffffu;
}

fn rs_ln_f32(x: f32) -> f32 {
    if rs_log_is_special(x) {
        return rs_log_special(x);
    }
    let p = rs_log_parts(x);
    return (p.x + (rs_log_near(p.x) - 2.12194440e-4f * p.y)) + 0.693359375f * p.y;
}

fn rs_log2_f32(x: f32) -> f32 {
    if rs_log_is_special(x) {
        return rs_log_special(x);
    }
    let p = rs_log_parts(x);
    let y = rs_log_near(p.x);
    return (((y * 0.44269504f + p.x * 0.44269504f) + y) + p.x) + p.y;
}

fn rs_log10_f32(x: f32) -> f32 {
    if rs_log_is_special(x) {
        return rs_log_special(x);
    }
    let p = rs_log_parts(x);
    let y = rs_log_near(p.x);
    let z = (p.x + y) * 7.00731903251827651129e-4f + y * 4.3359375e-1f + p.x * 4.3359375e-1f;
    return (z + p.y * 2.48745663981195213739e-4f) + p.y * 3.0078125e-1f;
}

fn rs_log_f32(x: f32, base: f32) -> f32 {
    return rs_ln_f32(x) / rs_ln_f32(base);
}

fn rs_ln_1p_f32(x: f32) -> f32 {
    if (x > -0.29f) & (x < 0.41f) {
        return x + rs_log_near(x);
    }
    return rs_ln_f32(1.0f + x);
}

fn rs_cbrt_f32(x: f32) -> f32 {
    let magnitude = abs(x);
    if !(magnitude > 0.0f) | rs_is_infinite_f32(x) {
        return x;
    }
    let small = magnitude < 1e-30f;
    let a = select(magnitude, magnitude * 16777216.0f, small);
    var y = bitcast<f32>(bitcast<u32>(a) / 3u + 709921077u);
    y = y - (y - a / (y * y)) * 0.33333334f;
    y = y - (y - a / (y * y)) * 0.33333334f;
    y = y - (y - a / (y * y)) * 0.33333334f;
    return rs_copysign_f32(select(y, y * 0.00390625f, small), x);
}

fn rs_hypot_f32(x: f32, y: f32) -> f32 {
    if rs_is_infinite_f32(x) | rs_is_infinite_f32(y) {
        return bitcast<f32>(0x7f800000u);
    }
    let large = max(abs(x), abs(y));
    // Powers of two, so that the squares neither overflow nor vanish.
    let up = select(select(1.0f, 0x1p-70f, large > 0x1p60f), 0x1p90f, large < 0x1p-40f);
    let down = select(select(1.0f, 0x1p70f, large > 0x1p60f), 0x1p-90f, large < 0x1p-40f);
    let a = x * up;
    let b = y * up;
    return sqrt(a * a + b * b) * down;
}
