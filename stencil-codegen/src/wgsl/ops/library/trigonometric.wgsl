// Trigonometric and hyperbolic functions of `f32`. The polynomials are those of Cephes (S. L. Moshier).

// The high word of a product.
fn rs_mul_high(a: u32, b: u32) -> u32 {
    let low = (a & 0xffffu) * (b & 0xffffu);
    let left = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
    let right = (a & 0xffffu) * (b >> 16u) + (left & 0xffffu);
    return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u);
}

// 32 bits of 2 / pi from bit `at` on.
fn rs_two_over_pi(at: u32) -> u32 {
    let words = array<u32, 8>(
        0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
    let word = at >> 5u;
    let shift = at & 31u;
    return (words[word] << shift) | select(words[word + 1u] >> (32u - max(shift, 1u)), 0u, shift == 0u);
}

// x = quadrant * pi / 2 + r for large x: x * 2 / pi modulo 4, in fixed point (M. Payne, R. Hanek).
fn rs_reduce_large(x: f32) -> vec2<f32> {
    let bits = bitcast<u32>(x) & 0x7fffffffu;
    let mantissa = ((bits & 0x7fffffu) | 0x800000u) << 8u;
    // Bits of 2 / pi in front of here make multiples of 4.
    let at = (bits >> 23u) - 128u;
    let first = rs_two_over_pi(at);
    let second = rs_two_over_pi(at + 32u);
    let third = rs_two_over_pi(at + 64u);
    let carry = rs_mul_high(mantissa, third);
    let low = mantissa * second + carry;
    let high = mantissa * first + rs_mul_high(mantissa, second) + select(0u, 1u, low < carry);
    // Two bits of the quadrant, then the fraction; taken as signed it is the nearest quadrant's.
    let quadrant = (high + 0x20000000u) >> 30u;
    let fraction = (high << 2u) | (low >> 30u);
    let negative = fraction >= 0x80000000u;
    let rest = low << 2u;
    let size = select(fraction, ~fraction + select(0u, 1u, rest == 0u), negative);
    let below = select(rest, ~rest + 1u, negative);
    let shift = min(countLeadingZeros(size), 31u);
    let top = (size << shift) | select(below >> (32u - max(shift, 1u)), 0u, shift == 0u);
    let r = f32(top) * bitcast<f32>((127u - 32u - shift) << 23u) * 1.5707964f;
    return vec2<f32>(select(r, -r, negative), f32(quadrant & 3u));
}

// (r, quadrant) with |r| <= pi / 4; for a negative x those of -x, for what is not finite NaN.
fn rs_reduce(x: f32) -> vec2<f32> {
    let a = abs(x);
    if !rs_is_finite_f32(x) {
        return vec2<f32>(bitcast<f32>(0x7fc00000u), 0.0f);
    }
    if a > 12000.0f {
        return rs_reduce_large(x);
    }
    let n = floor(a * 0.63661977f + 0.5f);
    let r = ((a - n * 1.5703125f) - n * 4.837512969970703125e-4f) - n * 7.54978995489188216e-8f;
    return vec2<f32>(r, n - 4.0f * floor(n * 0.25f));
}

fn rs_sin_near(r: f32) -> f32 {
    let z = r * r;
    return ((-1.9515295891e-4f * z + 8.3321608736e-3f) * z - 1.6666654611e-1f) * z * r + r;
}

fn rs_cos_near(r: f32) -> f32 {
    let z = r * r;
    let p = (2.443315711809948e-5f * z - 1.388731625493765e-3f) * z + 4.166664568298827e-2f;
    return (p * z * z - 0.5f * z) + 1.0f;
}

fn rs_sin_f32(x: f32) -> f32 {
    let p = rs_reduce(x);
    let y = select(rs_sin_near(p.x), rs_cos_near(p.x), (p.y == 1.0f) | (p.y == 3.0f));
    return select(y, -y, (p.y >= 2.0f) != rs_is_sign_negative_f32(x));
}

fn rs_cos_f32(x: f32) -> f32 {
    let p = rs_reduce(x);
    let y = select(rs_cos_near(p.x), rs_sin_near(p.x), (p.y == 1.0f) | (p.y == 3.0f));
    return select(y, -y, (p.y == 1.0f) | (p.y == 2.0f));
}

fn rs_tan_f32(x: f32) -> f32 {
    let p = rs_reduce(x);
    let z = p.x * p.x;
    var q = 9.38540185543e-3f * z + 3.11992232697e-3f;
    q = q * z + 2.44301354525e-2f;
    q = q * z + 5.34112807005e-2f;
    q = q * z + 1.33387994085e-1f;
    q = q * z + 3.33331568548e-1f;
    let t = q * z * p.x + p.x;
    let y = select(t, -1.0f / t, (p.y == 1.0f) | (p.y == 3.0f));
    return select(y, -y, rs_is_sign_negative_f32(x));
}

// asin(s) for 0 <= s <= 1/2, of which z is the square.
fn rs_asin_near(s: f32, z: f32) -> f32 {
    var p = 4.2163199048e-2f * z + 2.4181311049e-2f;
    p = p * z + 4.5470025998e-2f;
    p = p * z + 7.4953002686e-2f;
    p = p * z + 1.6666752422e-1f;
    return p * z * s + s;
}

fn rs_asin_f32(x: f32) -> f32 {
    let a = abs(x);
    if !(a <= 1.0f) {
        return bitcast<f32>(0x7fc00000u);
    }
    let z = 0.5f * (1.0f - a);
    let y = select(rs_asin_near(a, a * a), 1.5707964f - 2.0f * rs_asin_near(sqrt(z), z), a > 0.5f);
    return rs_copysign_f32(y, x);
}

fn rs_acos_f32(x: f32) -> f32 {
    let a = abs(x);
    if !(a <= 1.0f) {
        return bitcast<f32>(0x7fc00000u);
    }
    let z = 0.5f * (1.0f - a);
    let far = 2.0f * rs_asin_near(sqrt(z), z);
    let near = 1.5707964f - rs_copysign_f32(rs_asin_near(a, a * a), x);
    return select(near, select(far, 3.1415927f - far, x < 0.0f), a > 0.5f);
}

// atan(x) for x >= 0.
fn rs_atan_positive(x: f32) -> f32 {
    let large = x > 2.4142137f;
    let middle = (x > 0.41421356f) & !large;
    let t = select(select(x, (x - 1.0f) / (x + 1.0f), middle), -1.0f / x, large);
    let z = t * t;
    var p = 8.05374449538e-2f * z - 1.38776856032e-1f;
    p = p * z + 1.99777106478e-1f;
    p = p * z - 3.33329491539e-1f;
    return select(select(0.0f, 0.7853982f, middle), 1.5707964f, large) + (p * z * t + t);
}

fn rs_atan_f32(x: f32) -> f32 {
    if rs_is_nan_f32(x) {
        return x;
    }
    return rs_copysign_f32(rs_atan_positive(abs(x)), x);
}

fn rs_atan2_f32(y: f32, x: f32) -> f32 {
    if rs_is_nan_f32(x) | rs_is_nan_f32(y) {
        return bitcast<f32>(0x7fc00000u);
    }
    let a = abs(y);
    let b = abs(x);
    let steep = a > b;
    let large = select(b, a, steep);
    let small = select(a, b, steep);
    // A quotient of infinities is that of ones, a quotient of zeros is zero.
    var q = select(small / large, 1.0f, rs_is_infinite_f32(small));
    q = select(q, 0.0f, large == 0.0f);
    var angle = rs_atan_positive(q);
    angle = select(angle, 1.5707964f - angle, steep);
    angle = select(angle, 3.1415927f - angle, rs_is_sign_negative_f32(x));
    return rs_copysign_f32(angle, y);
}

fn rs_sinh_f32(x: f32) -> f32 {
    let a = abs(x);
    if a <= 1.0f {
        let z = x * x;
        return ((2.03721912945e-4f * z + 8.33028376239e-3f) * z + 1.66667160211e-1f) * z * x + x;
    }
    let half = rs_exp_f32(0.5f * a);
    let e = rs_exp_f32(a);
    return select(rs_copysign_f32(select(0.5f * e - 0.5f / e, 0.5f * half * half, a > 88.0f), x), x, rs_is_nan_f32(x));
}

fn rs_cosh_f32(x: f32) -> f32 {
    let a = abs(x);
    let half = rs_exp_f32(0.5f * a);
    let e = rs_exp_f32(a);
    return select(0.5f * e + 0.5f / e, 0.5f * half * half, a > 88.0f);
}

fn rs_tanh_f32(x: f32) -> f32 {
    let a = abs(x);
    if a < 0.625f {
        let z = x * x;
        var p = -5.70498872745e-3f * z + 2.06390887954e-2f;
        p = p * z - 5.37397155531e-2f;
        p = p * z + 1.33314422036e-1f;
        p = p * z - 3.33332819422e-1f;
        return p * z * x + x;
    }
    return select(rs_copysign_f32(1.0f - 2.0f / (rs_exp_f32(2.0f * a) + 1.0f), x), x, rs_is_nan_f32(x));
}

fn rs_asinh_f32(x: f32) -> f32 {
    let a = abs(x);
    if !(a < 1.0e10f) {
        return select(rs_copysign_f32(rs_ln_f32(a) + 0.6931472f, x), x, rs_is_nan_f32(x));
    }
    return rs_copysign_f32(rs_ln_1p_f32(a + a * a / (1.0f + sqrt(a * a + 1.0f))), x);
}

fn rs_acosh_f32(x: f32) -> f32 {
    if !(x >= 1.0f) {
        return bitcast<f32>(0x7fc00000u);
    }
    if x > 1.0e10f {
        return rs_ln_f32(x) + 0.6931472f;
    }
    let t = x - 1.0f;
    return rs_ln_1p_f32(t + sqrt(2.0f * t + t * t));
}

fn rs_atanh_f32(x: f32) -> f32 {
    let a = abs(x);
    if !(a < 1.0f) {
        return select(bitcast<f32>(0x7fc00000u), rs_copysign_f32(bitcast<f32>(0x7f800000u), x), a == 1.0f);
    }
    return rs_copysign_f32(0.5f * rs_ln_1p_f32(2.0f * a / (1.0f - a)), x);
}
