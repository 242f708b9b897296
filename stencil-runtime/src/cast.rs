//! `as` from floating-point numbers to integers, in a form that LLVM vectorises.
//!
//! `as` is one intrinsic, `llvm.fptosi.sat`, which the vectoriser leaves scalar. Spelled out as comparisons, selections
//! and a conversion of what is in range, the same meaning takes a few packed instructions.
//!
//! This module holds `unsafe` because the language converts without a check only by `to_int_unchecked`; each use is
//! behind the clamp that makes it sound.

use std::ops::Deref;

/// A floating-point number that is cast to `I`.
pub trait Saturate<I> {
    /// `self as I`
    fn saturate(self) -> I;
}

/// `value as I`: rounded towards zero, what is out of range becomes the nearest value of `I`, NaN becomes 0.
///
/// The closure is the user's own cast. It is not called, and says the type.
#[inline(always)]
#[must_use]
pub fn saturate<I, F: Saturate<I>>(value: F, _: impl FnOnce(F) -> I) -> Saturated<I> {
    Saturated(value.saturate())
}

/// An integer behind a `*`.
pub struct Saturated<I>(I);

impl<I> Deref for Saturated<I> {
    type Target = I;

    #[inline(always)]
    fn deref(&self) -> &I {
        &self.0
    }
}

/// `Float => Integer via Wide`: the processor has packed conversions to `Wide`, which holds all values of `Integer`.
macro_rules! saturate {
    ($($F:ident => $I:ident via $Wide:ident),* $(,)?) => {$(
        impl Saturate<$I> for $F {
            #[inline(always)]
            fn saturate(self) -> $I {
                const LOW: $F = $I::MIN as $F;
                const TOP: $F = $I::MAX as $F;
                // An `f32` holds no 32-bit maximum: `TOP` is rounded up, out of range.
                const EXACT: bool = TOP as i64 == $I::MAX as i64;
                const HIGH: $F = if EXACT { TOP } else { TOP.next_down() };
                // Without a sign the lower bound is 0 and serves NaN, too.
                let value = if LOW < 0.0 && self.is_nan() { 0.0 } else { self };
                let clamped = if value > LOW { value } else { LOW };
                let clamped = if clamped < HIGH { clamped } else { HIGH };
                // SAFETY: neither comparison lets a NaN through, so that `LOW <= clamped <= HIGH`, and both bounds are
                // values of `Wide`.
                let integer = unsafe { clamped.to_int_unchecked::<$Wide>() } as $I;
                if !EXACT && value > HIGH { $I::MAX } else { integer }
            }
        }
    )*};
}
saturate! {
    f32 => u8 via i32, f32 => i8 via i32, f32 => u16 via i32, f32 => i16 via i32, f32 => u32 via u32, f32 => i32 via i32,
    f64 => u8 via i32, f64 => i8 via i32, f64 => u16 via i32, f64 => i16 via i32, f64 => u32 via u32, f64 => i32 via i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! equal_as {
        ($value:expr; $($I:ident),*) => {$(
            let value = $value;
            assert_eq!(*saturate(value, |v| v as $I), value as $I, "{value:?} ({:#x}) as {}", value.to_bits(), stringify!($I));
        )*};
    }

    fn check32(value: f32) {
        equal_as!(value; u8, i8, u16, i16, u32, i32);
    }

    fn check64(value: f64) {
        equal_as!(value; u8, i8, u16, i16, u32, i32);
    }

    /// Both signs of the bounds of all types and of what has no fraction or nothing else, and their neighbours.
    #[test]
    fn special_values_are_cast_like_as() {
        let powers = [0, 7, 8, 15, 16, 23, 24, 31, 32, 52, 53, 63, 64].map(|bits| 2.0_f64.powi(bits));
        let near = powers.iter().flat_map(|power| [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0].map(|step| power + step));
        let others = [0.0, f64::MIN_POSITIVE, f64::from_bits(1), 0.1, f64::MAX, f64::INFINITY, f64::NAN];
        for value in near.chain(others).flat_map(|value| [value, -value]) {
            for value in [value.next_down(), value, value.next_up()] {
                check64(value);
            }
            let value = value as f32;
            for value in [value.next_down(), value, value.next_up()] {
                check32(value);
                check64(f64::from(value));
            }
        }
        for bits in [0x7f80_0001, 0x7fff_ffff, 0xff80_0001, 0xffc0_0000] {
            check32(f32::from_bits(bits));
        }
    }

    #[test]
    fn all_kinds_of_bits_are_cast_like_as() {
        // A prime, so that the low bits vary, too.
        for bits in (0..=u32::MAX).step_by(4_001) {
            check32(f32::from_bits(bits));
            check64(f64::from(f32::from_bits(bits)));
        }
        for bits in (0..=u64::MAX).step_by(20_000_000_000_003) {
            check64(f64::from_bits(bits));
        }
    }

    /// All that a clamp can get wrong lies within the range of 16 bits or at its ends.
    #[test]
    fn every_number_with_a_fraction_is_cast_like_as() {
        for quarters in -300_000..300_000_i32 {
            check32(quarters as f32 / 4.0);
            check64(f64::from(quarters) / 4.0);
        }
    }
}
