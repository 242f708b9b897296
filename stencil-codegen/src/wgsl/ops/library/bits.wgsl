// Bits of unsigned integers.

fn rs_count_ones_S(x: T) -> u32 {
    return countOneBits(x);
}

fn rs_count_ones_WIDE(x: u64) -> u32 {
    return countOneBits(u32(x & 0xfffffffflu)) + countOneBits(u32(x >> 32u));
}

fn rs_leading_zeros_S(x: T) -> u32 {
    return countLeadingZeros(x) - (32u - BITS);
}

fn rs_leading_zeros_WIDE(x: u64) -> u32 {
    let high = u32(x >> 32u);
    let low = u32(x & 0xfffffffflu);
    return select(countLeadingZeros(high), 32u + countLeadingZeros(low), high == 0u);
}

fn rs_trailing_zeros_S(x: T) -> u32 {
    return min(countTrailingZeros(x), BITS);
}

fn rs_trailing_zeros_WIDE(x: u64) -> u32 {
    let high = u32(x >> 32u);
    let low = u32(x & 0xfffffffflu);
    return select(countTrailingZeros(low), 32u + countTrailingZeros(high), low == 0u);
}

fn rs_rotate_S(x: T, amount: u32) -> T {
    let left = amount & (BITS - 1u);
    return fit((x << left) | (x >> ((BITS - left) & (BITS - 1u))));
}

fn rs_reverse_bits_S(x: T) -> T {
    return reverseBits(x) >> (32u - BITS);
}

fn rs_reverse_bits_WIDE(x: u64) -> u64 {
    return (u64(reverseBits(u32(x & 0xfffffffflu))) << 32u) | u64(reverseBits(u32(x >> 32u)));
}

fn rs_swap_bytes_u8(x: u32) -> u32 {
    return x;
}

fn rs_swap_bytes_u16(x: u32) -> u32 {
    return ((x << 8u) | (x >> 8u)) & 0xffffu;
}

fn rs_swap_bytes_u32(x: u32) -> u32 {
    return (x << 24u) | ((x & 0xff00u) << 8u) | ((x >> 8u) & 0xff00u) | (x >> 24u);
}

fn rs_swap_bytes_u64(x: u64) -> u64 {
    return (u64(rs_swap_bytes_u32(u32(x & 0xfffffffflu))) << 32u) | u64(rs_swap_bytes_u32(u32(x >> 32u)));
}
