// `usize` and `isize`: 64 bits of which a register holds the lower 32, the highest of these standing for all above. A
// result that 32 bits do not hold so raises a check and becomes 0.

fn rs_index_add_S(a: T, b: T, beyond: u32) -> T {
    let x = i32(a);
    let y = i32(b);
    let sum = x + y;
    if ((x ^ sum) & (y ^ sum)) < 0i {
        raise(beyond);
        return T(0);
    }
    return T(sum);
}

fn rs_index_sub_S(a: T, b: T, beyond: u32) -> T {
    let x = i32(a);
    let y = i32(b);
    let difference = x - y;
    if ((x ^ y) & (x ^ difference)) < 0i {
        raise(beyond);
        return T(0);
    }
    return T(difference);
}

fn rs_index_mul_S(a: T, b: T, beyond: u32) -> T {
    let x = i32(a);
    let y = i32(b);
    let product = x * y;
    // Factors of so few digits fit without a division.
    if countLeadingZeros(u32(abs(x))) + countLeadingZeros(u32(abs(y))) < 33u {
        let minimum = ((x == -1i) & (y == i32(-2147483648))) | ((y == -1i) & (x == i32(-2147483648)));
        if minimum | (product / select(y, 1i, y == 0i) != select(x, 0i, y == 0i)) {
            raise(beyond);
            return T(0);
        }
    }
    return T(product);
}

fn rs_index_neg_S(a: T, beyond: u32) -> T {
    if i32(a) == i32(-2147483648) {
        raise(beyond);
        return T(0);
    }
    return T(-i32(a));
}

fn rs_index_abs_S(a: T, beyond: u32) -> T {
    if a == MIN {
        raise(beyond);
        return T(0);
    }
    return abs(a);
}

fn rs_index_shl_S(a: T, amount: u32, beyond: u32) -> T {
    let bits = amount & 63u;
    let x = i32(a);
    let shifted = x << (bits & 31u);
    if (x != 0i) & ((bits > 31u) | ((shifted >> (bits & 31u)) != x)) {
        raise(beyond);
        return T(0);
    }
    return select(T(shifted), T(0), bits > 31u);
}

fn rs_index_shr_S(a: T, amount: u32) -> T {
    let bits = amount & 63u;
    return a >> min(bits, 31u);
}

fn rs_index_shr_UNSIGNED(a: T, amount: u32) -> T {
    let bits = amount & 63u;
    return select(a >> (bits & 31u), T(0), bits > 31u);
}

// A size, where what it would be beyond 2^31 matters.
fn rs_index_small_S(a: u32, beyond: u32) -> u32 {
    if a > 0x7fffffffu {
        raise(beyond);
        return 0u;
    }
    return a;
}

// A value that has a negative one.
fn rs_index_above_S(a: i32, beyond: u32) -> i32 {
    if a == i32(-2147483648) {
        raise(beyond);
        return 0i;
    }
    return a;
}

fn rs_index_abs_diff_S(a: i32, b: i32, beyond: u32) -> u32 {
    return rs_index_small_U(select(u32(b) - u32(a), u32(a) - u32(b), a > b), beyond);
}

fn rs_index_abs_diff_UNSIGNED(a: u32, b: u32, beyond: u32) -> u32 {
    let difference = max(a, b) - min(a, b);
    if (difference ^ a ^ b) > 0x7fffffffu {
        raise(beyond);
        return 0u;
    }
    return difference;
}

fn rs_index_pow_S(base: T, exponent: u32, beyond: u32) -> T {
    var power = T(1);
    var square = base;
    var left = exponent;
    loop {
        if (left & 1u) != 0u {
            power = rs_index_mul_S(power, square, beyond);
        }
        left >>= 1u;
        if left == 0u {
            break;
        }
        square = rs_index_mul_S(square, square, beyond);
    }
    return power;
}

fn rs_index_of_u32_S(a: u32, beyond: u32) -> T {
    if a > 0x7fffffffu {
        raise(beyond);
        return T(0);
    }
    return T(a);
}

fn rs_index_of_i64_S(a: i64, beyond: u32) -> T {
    if (a < i64(-2147483648)) | (a > 2147483647li) {
        raise(beyond);
        return T(0);
    }
    return T(i32(a));
}

fn rs_index_of_u64_S(a: u64, beyond: u32) -> T {
    return rs_index_of_i64_S(i64(a), beyond);
}

fn rs_index_of_f32_S(a: f32, beyond: u32) -> T {
    if (a >= 2147483648.0f) | (a < -2147483648.0f) {
        raise(beyond);
        return T(0);
    }
    return T(rs_f32_as_i32(a));
}

// What is greater than all saturates, to a value that 32 bits hold.
fn rs_index_of_f32_UNSIGNED(a: f32, beyond: u32) -> T {
    if (a >= 2147483648.0f) & (a < 18446744073709551616.0f) {
        raise(beyond);
        return T(0);
    }
    return rs_f32_as_u32(a);
}

fn rs_index_of_f64_S(a: f64, beyond: u32) -> T {
    if (a >= 2147483648.0lf) | (a <= -2147483649.0lf) {
        raise(beyond);
        return T(0);
    }
    return T(rs_f64_as_i32(a));
}

fn rs_index_of_f64_UNSIGNED(a: f64, beyond: u32) -> T {
    if (a >= 2147483648.0lf) & (a < 18446744073709551616.0lf) {
        raise(beyond);
        return T(0);
    }
    return rs_f64_as_u32(a);
}

fn rs_usize_as_f32(a: u32) -> f32 {
    return select(f32(a), 18446744073709551616.0f, a > 0x7fffffffu);
}

fn rs_usize_as_f64(a: u32) -> f64 {
    return select(f64(a), f64(i32(a)) + 18446744073709551616.0lf, a > 0x7fffffffu);
}

fn rs_index_count_ones_S(a: u32) -> u32 {
    return countOneBits(a) + select(0u, 32u, a > 0x7fffffffu);
}

fn rs_index_leading_zeros_S(a: u32) -> u32 {
    return select(32u + countLeadingZeros(a), 0u, a > 0x7fffffffu);
}

fn rs_index_trailing_zeros_S(a: u32) -> u32 {
    return select(countTrailingZeros(a), 64u, a == 0u);
}

fn rs_index_ilog2_S(a: u32, positive: u32) -> u32 {
    if a > 0x7fffffffu {
        return 63u;
    }
    return rs_ilog2_u32(a, positive);
}
