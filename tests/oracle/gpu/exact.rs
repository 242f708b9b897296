//! Values on which devices compute the bits that the processor computes.

use crate::samples::Sample;

/// An element type of devices.
pub trait Exact: Sample {
    /// The drawn value, or one near it: no subnormal number, which devices may flush to 0, and with few bits, so that
    /// sums and products of some of them are exact.
    fn exact(self) -> Self {
        self
    }
}

macro_rules! all {
    ($($T:ty)+) => {$(
        impl Exact for $T {}
    )+};
}
all!(bool i8 u8 i16 u16 i32 u32 i64 u64);

macro_rules! floats {
    ($($T:ty)+) => {$(
        impl Exact for $T {
            fn exact(self) -> Self {
                (self * 8.0).round() / 8.0
            }
        }
    )+};
}
floats!(f32 f64);

impl Exact for half::f16 {
    fn exact(self) -> Self {
        half::f16::from_f32(self.to_f32().exact())
    }
}
