//! Element types: how a value is drawn, and when two are the same.

use std::fmt::Debug;

/// What comparisons need of an element type.
pub trait Sample: Copy + Debug + Send + Sync + 'static {
    /// A value from random bits; extreme ones are frequent.
    fn sample(bits: u64) -> Self;
    /// Whether the values are the same bits; all NaN are the same.
    fn same(self, other: Self) -> bool;
}

/// Random bits for a number: SplitMix64.
pub fn bits(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add((number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

macro_rules! integers {
    ($($T:ty)+) => {$(
        impl Sample for $T {
            fn sample(bits: u64) -> Self {
                match bits % 16 {
                    0 => <$T>::MIN,
                    1 => <$T>::MAX,
                    _ => (bits >> 8) as $T,
                }
            }
            fn same(self, other: Self) -> bool {
                self == other
            }
        }
    )+};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! floats {
    ($($T:ty)+) => {$(
        impl Sample for $T {
            // No subnormal numbers: devices may flush them to 0.
            fn sample(bits: u64) -> Self {
                match bits % 64 {
                    0 => <$T>::NAN,
                    1 => <$T>::INFINITY,
                    2 => <$T>::NEG_INFINITY,
                    3 => -0.0,
                    _ => ((bits >> 8) % 20_001) as $T / 8.0 - 1000.0,
                }
            }
            fn same(self, other: Self) -> bool {
                self.to_bits() == other.to_bits() || self.is_nan() && other.is_nan()
            }
        }
    )+};
}
floats!(f32 f64);

impl Sample for half::f16 {
    fn sample(bits: u64) -> Self {
        half::f16::from_f32(f32::sample(bits))
    }
    fn same(self, other: Self) -> bool {
        self.to_bits() == other.to_bits() || self.is_nan() && other.is_nan()
    }
}

impl Sample for bool {
    fn sample(bits: u64) -> Self {
        bits & 256 != 0
    }
    fn same(self, other: Self) -> bool {
        self == other
    }
}
