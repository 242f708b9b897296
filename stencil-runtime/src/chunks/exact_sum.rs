//! Sums of floats without any rounding, so that they do not depend on the order.
//!
//! Every finite `f64` is a whole number of 2⁻¹⁰⁷⁴. The sum is such a number, too, in digits of 32 bits with a carry that is
//! put off: Neal, *Fast exact summation using small and large superaccumulators*, 2015. It is rounded once, when it is asked
//! for.

/// The digits of all finite numbers, and of sums of 2⁶⁴ of them.
const DIGITS: usize = 70;
/// The additions after which carries are moved on: each adds less than 2³² to a digit.
const PENDING: u32 = 1 << 29;

/// A sum of finite numbers, exact.
#[derive(Clone, Debug)]
pub(crate) struct ExactSum {
    /// Digit `i` counts 2³²ⁱ⁻¹⁰⁷⁴.
    digits: [i64; DIGITS],
    pending: u32,
}

impl ExactSum {
    pub(crate) fn new() -> ExactSum {
        ExactSum { digits: [0; DIGITS], pending: 0 }
    }

    /// Adds a finite number.
    pub(crate) fn add(&mut self, x: f64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7FF) as usize;
        let fraction = bits & ((1 << 52) - 1);
        // Subnormal numbers have the exponent of the smallest normal ones.
        let (mantissa, place) = if exponent == 0 { (fraction, 0) } else { (fraction | 1 << 52, exponent - 1) };
        let wide = u128::from(mantissa) << (place % 32);
        let at = place / 32;
        let digit = |number: u32| (wide >> (32 * number)) as u32 as i64;
        let (low, middle, high) = (digit(0), digit(1), digit(2));
        if x.is_sign_negative() {
            self.digits[at] -= low;
            self.digits[at + 1] -= middle;
            self.digits[at + 2] -= high;
        } else {
            self.digits[at] += low;
            self.digits[at + 1] += middle;
            self.digits[at + 2] += high;
        }
        self.pending += 1;
        if self.pending == PENDING {
            self.carry();
        }
    }

    /// Adds another sum.
    pub(crate) fn merge(&mut self, other: &ExactSum) {
        let mut other = other.clone();
        other.carry();
        self.carry();
        for (digit, other) in self.digits.iter_mut().zip(other.digits) {
            *digit += other;
        }
        self.pending = 2;
    }

    /// Moves carries on: all digits but the last, which has the sign, are below 2³² then, and not negative.
    fn carry(&mut self) {
        let mut carry = 0;
        for digit in &mut self.digits[..DIGITS - 1] {
            let all = *digit + carry;
            *digit = all & 0xFFFF_FFFF;
            carry = all >> 32;
        }
        self.digits[DIGITS - 1] += carry;
        self.pending = 1;
    }

    /// The nearest number.
    pub(crate) fn value(&self) -> f64 {
        let mut digits = self.clone();
        digits.carry();
        let negative = digits.digits[DIGITS - 1] < 0;
        if negative {
            digits.digits.iter_mut().for_each(|digit| *digit = -*digit);
            digits.carry();
        }
        let digits = &digits.digits;
        let Some(top) = digits.iter().rposition(|&digit| digit != 0) else { return 0.0 };
        let low = top.saturating_sub(3);
        let leading = digits[low..=top].iter().rev().fold(0_u128, |all, &digit| all << 32 | digit as u128);
        // What lies below decides only where the rest is just in the middle.
        let rest = digits[..low].iter().any(|&digit| digit != 0);
        let rounded = (leading | u128::from(rest)) as f64;
        let value = scaled(rounded, 32 * low as i32 - 1074);
        if negative { -value } else { value }
    }

    /// The nearest number, and the nearest to what it lacks.
    pub(crate) fn two_values(&self) -> [f64; 2] {
        let high = self.value();
        if !high.is_finite() {
            return [high, 0.0];
        }
        let mut rest = self.clone();
        rest.add(-high);
        [high, rest.value()]
    }
}

/// `x · 2^power`, of which no bit is lost unless the result is too large.
fn scaled(x: f64, power: i32) -> f64 {
    // Two steps: a power alone may be below or beyond all numbers.
    let half = power / 2;
    let two = |power: i32| f64::from_bits(((power + 1023) as u64) << 52);
    x * two(half) * two(power - half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> f64 {
        let mut sum = ExactSum::new();
        numbers.iter().for_each(|&x| sum.add(x));
        sum.value()
    }

    #[test]
    fn sums_are_exact() {
        assert_eq!(sum(&[]), 0.0);
        assert_eq!(sum(&[1e308, 1.0, -1e308, 1e-308]), 1.0);
        assert_eq!(sum(&[1e308, 1.0, -1e308, -1.0, 5e-324]), 5e-324);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[-f64::MAX, -f64::MAX]), f64::NEG_INFINITY);
        assert_eq!(sum(&[f64::MIN_POSITIVE, -5e-324]), f64::MIN_POSITIVE - 5e-324);
        // Halfway, and just above it.
        let ulp = f64::EPSILON;
        assert_eq!(sum(&[1.0, ulp / 2.0]), 1.0);
        assert_eq!(sum(&[1.0, ulp / 2.0, 1e-200]), 1.0 + ulp);
        assert_eq!(sum(&[-1.0, -ulp / 2.0, -1e-200]), -1.0 - ulp);
        assert_eq!(sum(&[0.1; 10]), 1.0000000000000000555);
    }

    #[test]
    fn order_and_grouping_do_not_matter() {
        let mut state = 1_u64;
        let mut numbers: Vec<f64> = (0..10_000)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let exponent = (state >> 20) % 600;
                let sign = if state & 1 == 0 { 1.0 } else { -1.0 };
                sign * (1.0 + (state >> 11) as f64 / (1_u64 << 53) as f64) * 2_f64.powi(exponent as i32 - 300)
            })
            .collect();
        let expected = sum(&numbers);
        numbers.reverse();
        assert_eq!(sum(&numbers), expected);
        let mut all = ExactSum::new();
        for part in numbers.chunks(777) {
            let mut own = ExactSum::new();
            part.iter().for_each(|&x| own.add(x));
            all.merge(&own);
        }
        assert_eq!(all.value(), expected);
        let [high, low] = all.two_values();
        numbers.extend([-high, -low]);
        assert!(sum(&numbers).abs() <= low.abs() * f64::EPSILON);
    }
}
