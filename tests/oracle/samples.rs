//! Element types: how a value is drawn, an operation on two of them, and when two are the same bits.

use std::fmt::Debug;

/// An element type of the generic kernels, with what comparisons need.
pub trait Sample: Copy + Debug + Send + Sync + 'static {
    /// A value from random bits; extreme ones are frequent.
    fn sample(bits: u64) -> Self;
    /// An operation in which the order of the operands matters, so that no two offsets can be confused.
    fn mix(self, other: Self) -> Self;
    /// Returns true when the values are the same bits. The payload of a NaN that an operation gives is not specified,
    /// so that all NaN are the same here; [`Payload`] tests that NaN are copied unchanged.
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
            fn mix(self, other: Self) -> Self {
                self.wrapping_mul(31).wrapping_add(other)
            }
            fn same(self, other: Self) -> bool {
                self == other
            }
        }
    )+};
}
integers!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128);

macro_rules! floats {
    ($($T:ty)+) => {$(
        impl Sample for $T {
            fn sample(bits: u64) -> Self {
                match bits % 64 {
                    0 => <$T>::NAN,
                    1 => <$T>::INFINITY,
                    2 => <$T>::NEG_INFINITY,
                    3 => -0.0,
                    4 => <$T>::MIN_POSITIVE / 4.0,
                    _ => ((bits >> 8) % 20_001) as $T / 7.0 - 1000.0,
                }
            }
            fn mix(self, other: Self) -> Self {
                self * 0.75 - other
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
    fn mix(self, other: Self) -> Self {
        half::f16::from_f32(self.to_f32().mix(other.to_f32()))
    }
    fn same(self, other: Self) -> bool {
        self.to_bits() == other.to_bits() || self.is_nan() && other.is_nan()
    }
}

impl Sample for bool {
    fn sample(bits: u64) -> Self {
        bits & 256 != 0
    }
    fn mix(self, other: Self) -> Self {
        self & !other
    }
    fn same(self, other: Self) -> bool {
        self == other
    }
}

impl Sample for () {
    fn sample(_: u64) -> Self {}
    fn mix(self, (): ()) -> Self {}
    fn same(self, (): ()) -> bool {
        true
    }
}

impl<T: Sample, const P: usize> Sample for [T; P] {
    fn sample(seed: u64) -> Self {
        std::array::from_fn(|part| T::sample(bits(seed, part as u64)))
    }
    fn mix(self, other: Self) -> Self {
        std::array::from_fn(|part| self[part].mix(other[part]))
    }
    fn same(self, other: Self) -> bool {
        self.into_iter().zip(other).all(|(a, b)| a.same(b))
    }
}

macro_rules! structs {
    ($($(#[$about:meta])* $Name:ident { $($field:ident: $T:ty),+ })+) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub struct $Name {
            $($field: $T),+
        }
        impl Sample for $Name {
            fn sample(seed: u64) -> Self {
                $Name { $($field: <$T>::sample(bits(seed, stringify!($field).len() as u64))),+ }
            }
            fn mix(self, other: Self) -> Self {
                $Name { $($field: self.$field.mix(other.$field)),+ }
            }
            fn same(self, other: Self) -> bool {
                $(self.$field.same(other.$field))&&+
            }
        }
    )+};
}
structs! {
    /// Seven bytes of padding before the last field, and five after the first.
    Padded { tag: u8, half: u16, whole: f64 }
    /// Padding at the end, a size that is no power of two.
    Odd { a: u32, bc: u16, def: u8 }
    /// A vector's alignment.
    #[repr(align(32))]
    Aligned { x: f32, flag: bool }
    /// A cache line's alignment.
    #[repr(align(64))]
    Line { count: u16 }
}

/// A float of which each bit counts: it is only ever copied.
#[derive(Clone, Copy, Debug)]
pub struct Payload(f32);

impl Sample for Payload {
    fn sample(bits: u64) -> Self {
        let quiet_or_signalling = 0x7F80_0000 | (bits >> 32) as u32;
        Payload(f32::from_bits(if bits.is_multiple_of(2) { quiet_or_signalling } else { bits as u32 }))
    }
    fn mix(self, other: Self) -> Self {
        if other.0.to_bits() & 4 == 0 { self } else { other }
    }
    fn same(self, other: Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
