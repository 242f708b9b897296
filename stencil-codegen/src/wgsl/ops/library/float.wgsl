// Floating-point numbers: what is exact.

// A comparison with itself is no test for NaN where a compiler assumes that there is none; bits are.
fn rs_is_nan_f32(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn rs_is_nan_f64(x: f64) -> bool {
    return !(x == x);
}

fn rs_is_infinite_f32(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u;
}

fn rs_is_infinite_f64(x: f64) -> bool {
    return abs(x) > 1.7976931348623157e308lf;
}

fn rs_is_finite_f32(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn rs_is_finite_f64(x: f64) -> bool {
    return abs(x) <= 1.7976931348623157e308lf;
}

fn rs_is_normal_f32(x: f32) -> bool {
    let exponent = bitcast<u32>(x) & 0x7f800000u;
    return (exponent != 0u) & (exponent != 0x7f800000u);
}

fn rs_is_normal_f16(x: f32) -> bool {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    return (magnitude >= 0x38800000u) & (magnitude < 0x7f800000u);
}

fn rs_is_subnormal_f32(x: f32) -> bool {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    return (magnitude != 0u) & (magnitude < 0x800000u);
}

fn rs_is_sign_negative_f32(x: f32) -> bool {
    return (bitcast<u32>(x) >> 31u) != 0u;
}

// Without 64-bit integers, which a device with `f64` may lack; the sign of NaN is not seen.
fn rs_is_sign_negative_f64(x: f64) -> bool {
    return (x < 0.0lf) | (1.0lf / x < 0.0lf);
}

fn rs_copysign_f32(x: f32, sign: f32) -> f32 {
    return bitcast<f32>((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}

fn rs_copysign_f64(x: f64, sign: f64) -> f64 {
    return select(abs(x), -abs(x), rs_is_sign_negative_f64(sign));
}

fn rs_signum_FLOAT(x: T) -> T {
    return select(rs_copysign_S(T(1.0), x), x, rs_is_nan_S(x));
}

fn rs_min_S(a: T, b: T) -> T {
    return select(select(b, a, a <= b), a, rs_is_nan_S(b));
}

fn rs_max_S(a: T, b: T) -> T {
    return select(select(b, a, a >= b), a, rs_is_nan_S(b));
}

fn rs_clamped_S(x: T, low: T, high: T) -> T {
    return select(select(x, low, x < low), high, x > high);
}

fn rs_clamp_S(x: T, low: T, high: T, order: u32) -> T {
    if !(low <= high) {
        raise(order);
    }
    return rs_clamped_S(x, low, high);
}

// Half of what is not small, by its exponent: drivers would make (a + b) / 2 of a / 2 + b / 2, which may overflow.
fn rs_half(x: f32) -> f32 {
    return select(x, bitcast<f32>(bitcast<u32>(x) - 0x800000u), abs(x) >= 1.0f);
}

fn rs_midpoint_f32(a: f32, b: f32) -> f32 {
    let small = (abs(a) <= 1.7014117e38f) & (abs(b) <= 1.7014117e38f);
    if small | !rs_is_finite_f32(a) | !rs_is_finite_f32(b) {
        return (a + b) * 0.5f;
    }
    return rs_half(a) + rs_half(b);
}

fn rs_fract_S(x: T) -> T {
    return x - trunc(x);
}

// Half away from zero; WGSL rounds half to even.
fn rs_round_S(x: T) -> T {
    let t = trunc(x);
    return select(t, t + rs_copysign_S(T(1.0), x), abs(x - t) >= T(0.5));
}

fn rs_powi_S(x: T, exponent: i32) -> T {
    var power = T(1.0);
    var square = x;
    var left = u32(abs(exponent));
    loop {
        if (left & 1u) != 0u {
            power *= square;
        }
        left >>= 1u;
        if left == 0u {
            break;
        }
        square *= square;
    }
    return select(power, T(1.0) / power, exponent < 0i);
}

// Mantissa with its leading bit at 2^23, and exponent, of positive finite bits.
fn rs_parts(bits: u32) -> vec2<i32> {
    let exponent = i32(bits >> 23u);
    if exponent == 0i {
        let shift = countLeadingZeros(bits) - 8u;
        return vec2<i32>(i32(bits << shift), 1i - i32(shift));
    }
    return vec2<i32>(i32((bits & 0x7fffffu) | 0x800000u), exponent);
}

// Exact, by long division; WGSL's own remainder is as inexact as its quotient.
fn rs_rem_f32(x: f32, y: f32) -> f32 {
    let sign = bitcast<u32>(x) & 0x80000000u;
    let dividend = bitcast<u32>(x) & 0x7fffffffu;
    let divisor = bitcast<u32>(y) & 0x7fffffffu;
    if (dividend >= 0x7f800000u) | (divisor > 0x7f800000u) | (divisor == 0u) {
        return bitcast<f32>(0x7fc00000u);
    }
    if dividend < divisor {
        return x;
    }
    let a = rs_parts(dividend);
    let b = rs_parts(divisor);
    var rest = u32(a.x) % u32(b.x);
    var left = a.y - b.y;
    while left > 0i {
        let step = min(left, 8i);
        rest = (rest << u32(step)) % u32(b.x);
        left -= step;
    }
    if rest == 0u {
        return bitcast<f32>(sign);
    }
    let shift = countLeadingZeros(rest) - 8u;
    let exponent = b.y - i32(shift);
    rest <<= shift;
    let normal = (rest & 0x7fffffu) | (u32(max(exponent, 0i)) << 23u);
    let subnormal = rest >> u32(clamp(1i - exponent, 0i, 31i));
    return bitcast<f32>(sign | select(subnormal, normal, exponent > 0i));
}

fn rs_rem_f64(x: f64, y: f64) -> f64 {
    var rest = abs(x);
    let divisor = abs(y);
    if !(rest <= 1.7976931348623157e308lf) | !(divisor > 0.0lf) {
        return f64(bitcast<f32>(0x7fc00000u));
    }
    var multiple = divisor;
    while rest - multiple >= multiple {
        multiple += multiple;
    }
    loop {
        if multiple <= rest {
            rest -= multiple;
        }
        if multiple <= divisor {
            break;
        }
        multiple *= 0.5lf;
    }
    return rs_copysign_f64(rest, x);
}

fn rs_rem_euclid_FLOAT(x: T, y: T) -> T {
    let r = rs_rem_S(x, y);
    return select(r, r + abs(y), r < T(0.0));
}

fn rs_div_euclid_FLOAT(x: T, y: T) -> T {
    let q = trunc(x / y);
    return select(q, q - select(T(-1.0), T(1.0), y > T(0.0)), rs_rem_S(x, y) < T(0.0));
}
