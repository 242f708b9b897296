// Integers. Where Rust panics, a check is raised and the value goes on as if it wrapped.

fn rs_div_S(a: T, b: T, zero: u32, overflow: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    if (a == MIN) & (b == T(-1)) {
        raise(overflow);
        return a;
    }
    return a / b;
}

fn rs_div_UNSIGNED(a: T, b: T, zero: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    return a / b;
}

fn rs_rem_S(a: T, b: T, zero: u32, overflow: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    if (a == MIN) & (b == T(-1)) {
        raise(overflow);
        return T(0);
    }
    return a % b;
}

fn rs_rem_UNSIGNED(a: T, b: T, zero: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    return a % b;
}

fn rs_wrapping_div_S(a: T, b: T, zero: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    return fit(select(a / b, a, (a == MIN) & (b == T(-1))));
}

fn rs_wrapping_rem_S(a: T, b: T, zero: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    return select(a % b, T(0), b == T(-1));
}

fn rs_saturating_div_S(a: T, b: T, zero: u32) -> T {
    if b == T(0) {
        raise(zero);
        return a;
    }
    return select(a / b, MAX, (a == MIN) & (b == T(-1)));
}

fn rs_rem_euclid_S(a: T, b: T, zero: u32, overflow: u32) -> T {
    let r = rs_rem_S(a, b, zero, overflow);
    return select(r, r + abs(b), r < T(0));
}

fn rs_rem_euclid_by_S(a: T, b: T) -> T {
    let r = a % b;
    return select(r, r + abs(b), r < T(0));
}

fn rs_div_euclid_S(a: T, b: T, zero: u32, overflow: u32) -> T {
    let q = rs_div_S(a, b, zero, overflow);
    let below = a - q * b < T(0);
    return select(q, q - select(T(-1), T(1), b > T(0)), below & (b != T(0)));
}

fn rs_div_euclid_by_S(a: T, b: T) -> T {
    let q = a / b;
    return select(q, q - select(T(-1), T(1), b > T(0)), a - q * b < T(0));
}

fn rs_div_ceil_S(a: T, b: T, zero: u32) -> T {
    let q = rs_div_S(a, b, zero);
    return select(q, q + T(1), q * b != a);
}

fn rs_div_ceil_by_S(a: T, b: T) -> T {
    let q = a / b;
    return select(q, q + T(1), q * b != a);
}

fn rs_next_multiple_of_S(a: T, b: T, zero: u32) -> T {
    let r = rs_rem_S(a, b, zero);
    return select(fit(a + (b - r)), a, r == T(0));
}

fn rs_next_multiple_of_by_S(a: T, b: T) -> T {
    let r = a % b;
    return select(fit(a + (b - r)), a, r == T(0));
}

fn rs_abs_diff_S(a: T, b: T) -> U {
    return select(U(b) - U(a), U(a) - U(b), a > b);
}

fn rs_is_multiple_of_S(a: T, b: T) -> bool {
    // A remainder by 0 is 0.
    return select(a % b == T(0), a == T(0), b == T(0));
}

fn rs_signum_S(a: T) -> T {
    return select(select(T(0), T(-1), a < T(0)), T(1), a > T(0));
}

fn rs_midpoint_S(a: T, b: T) -> T {
    let below = ((a ^ b) >> 1u) + (a & b);
    return below + (select(T(0), T(1), below < T(0)) & (a ^ b));
}

fn rs_pow_S(base: T, exponent: u32) -> T {
    var power = T(1);
    var square = base;
    var left = exponent;
    while left != 0u {
        if (left & 1u) != 0u {
            power = fit(power * square);
        }
        square = fit(square * square);
        left >>= 1u;
    }
    return power;
}

fn rs_saturating_pow_S(base: T, exponent: u32) -> T {
    var power = T(1);
    var square = base;
    var left = exponent;
    while left != 0u {
        if (left & 1u) != 0u {
            power = rs_saturating_mul_S(power, square);
        }
        square = rs_saturating_mul_S(square, square);
        left >>= 1u;
    }
    return power;
}

fn rs_isqrt_S(x: T) -> T {
    var rest = x;
    var root = T(0);
    var bit = T(1) << (BITS - 2u);
    while bit != T(0) {
        let next = root + bit;
        root >>= 1u;
        if rest >= next {
            rest -= next;
            root += bit;
        }
        bit >>= 2u;
    }
    return root;
}

fn rs_ilog2_S(x: T, positive: u32) -> u32 {
    if x == T(0) {
        raise(positive);
        return 0u;
    }
    return BITS - 1u - rs_leading_zeros_S(x);
}

fn rs_next_power_of_two_S(x: T) -> T {
    if x <= T(1) {
        return T(1);
    }
    let bits = BITS - rs_leading_zeros_S(x - T(1));
    return select(T(1) << (bits & (BITS - 1u)), T(0), bits == BITS);
}

fn rs_saturating_add_S(a: T, b: T) -> T {
    let sum = a + b;
    return select(sum, select(MAX, MIN, a < T(0)), ((a ^ sum) & (b ^ sum)) < T(0));
}

fn rs_saturating_add_UNSIGNED(a: T, b: T) -> T {
    let sum = a + b;
    return select(sum, MAX, sum < a);
}

fn rs_saturating_sub_S(a: T, b: T) -> T {
    let difference = a - b;
    return select(difference, select(MAX, MIN, a < T(0)), ((a ^ b) & (a ^ difference)) < T(0));
}

fn rs_saturating_sub_UNSIGNED(a: T, b: T) -> T {
    return a - min(a, b);
}

fn rs_saturating_mul_S(a: T, b: T) -> T {
    let product = a * b;
    if a == T(0) {
        return product;
    }
    let minimum = (a == T(-1)) & (b == MIN);
    let overflow = minimum | (product / a != b);
    return select(product, select(MAX, MIN, (a < T(0)) != (b < T(0))), overflow);
}

fn rs_saturating_mul_UNSIGNED(a: T, b: T) -> T {
    let product = a * b;
    if a == T(0) {
        return product;
    }
    return select(product, MAX, product / a != b);
}

fn rs_saturating_mul_NARROW(a: T, b: T) -> T {
    return clamp(a * b, MIN, MAX);
}

fn rs_saturating_neg_S(a: T) -> T {
    return select(-a, MAX, a == MIN);
}

fn rs_saturating_abs_S(a: T) -> T {
    return select(abs(a), MAX, a == MIN);
}

fn rs_cast_signed_S(x: u32) -> i32 {
    return i32(x);
}

fn rs_cast_signed_NARROW(x: u32) -> i32 {
    return extractBits(i32(x), 0u, BITS);
}

fn rs_cast_signed_WIDE(x: u64) -> i64 {
    return i64(x);
}
