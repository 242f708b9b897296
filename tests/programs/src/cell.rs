//! Elements: how they are drawn and what is compared of them.

use ndstencil::Element;

/// A generator of numbers: SplitMix64.
#[derive(Clone, Debug)]
pub struct Draw(pub u64);

impl Draw {
    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n as u64) as usize
    }
}

/// An element of the programs.
pub trait Cell: Element + Default + PartialEq + std::fmt::Debug {
    /// A random value; with `special` also NaN, infinities and `-0.0`.
    fn draw(draw: &mut Draw, special: bool) -> Self;

    /// The bits that are compared, all NaN alike.
    fn key(self) -> u64;
}

macro_rules! integers {
    ($($T:ty)*) => {$(
        impl Cell for $T {
            fn draw(draw: &mut Draw, _: bool) -> $T {
                match draw.below(8) {
                    0 => draw.bits() as $T,
                    1 => [<$T>::MIN, <$T>::MAX, 0, 1][draw.below(4)],
                    _ => (draw.below(100) as $T).wrapping_sub((<$T>::MIN != 0) as $T * 40),
                }
            }

            fn key(self) -> u64 {
                self as u64
            }
        }
    )*};
}
integers!(u8 i16 i32 u32 i64 usize isize);

macro_rules! floats {
    ($($T:ty)*) => {$(
        impl Cell for $T {
            fn draw(draw: &mut Draw, special: bool) -> $T {
                match draw.below(24) {
                    0 if special => <$T>::NAN,
                    1 if special => <$T>::INFINITY,
                    2 if special => -0.0,
                    3 => 0.0,
                    4 => draw.below(100_000) as $T * 1000.5,
                    _ => draw.below(4000) as $T / 16.0 - 100.0,
                }
            }

            fn key(self) -> u64 {
                if self.is_nan() { u64::MAX } else { u64::from(self.to_bits()) }
            }
        }
    )*};
}
floats!(f32 f64);

impl Cell for bool {
    fn draw(draw: &mut Draw, _: bool) -> bool {
        draw.below(2) == 1
    }

    fn key(self) -> u64 {
        u64::from(self)
    }
}

impl Cell for [i32; 3] {
    fn draw(draw: &mut Draw, special: bool) -> [i32; 3] {
        [(); 3].map(|()| i32::draw(draw, special))
    }

    fn key(self) -> u64 {
        self.iter().fold(7, |key, &v| key.rotate_left(21) ^ u64::from(v as u32))
    }
}

/// An element with fields of several types, named as methods are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pixel {
    /// The first field.
    pub max: i32,
    /// The second field.
    pub len: u8,
    /// The third field.
    pub abs: f32,
}

impl Cell for Pixel {
    fn draw(draw: &mut Draw, special: bool) -> Pixel {
        Pixel { max: i32::draw(draw, special), len: u8::draw(draw, special), abs: f32::draw(draw, special) }
    }

    fn key(self) -> u64 {
        self.max.key().rotate_left(32) ^ self.abs.key().rotate_left(8) ^ self.len.key()
    }
}
