//! Values of scalars as the bits that the test's buffers hold, and the values worth trying.

use half::f16;

use super::super::super::scalar::Scalar;

/// A scalar of Rust as 64 bits.
pub(super) trait Value: Copy + 'static {
    const SCALAR: Scalar;
    fn load(bits: u64) -> Self;
    fn store(self) -> u64;
}

macro_rules! value {
    ($ty:ty, $scalar:ident, $bits:ident => $load:expr, $value:ident => $store:expr) => {
        impl Value for $ty {
            const SCALAR: Scalar = Scalar::$scalar;
            fn load($bits: u64) -> Self {
                $load
            }
            fn store(self) -> u64 {
                let $value = self;
                $store
            }
        }
    };
}

value!(bool, Bool, bits => bits != 0, value => value.into());
value!(i8, I8, bits => bits as i8, value => value as i32 as u32 as u64);
value!(i16, I16, bits => bits as i16, value => value as i32 as u32 as u64);
value!(i32, I32, bits => bits as i32, value => value as u32 as u64);
value!(i64, I64, bits => bits as i64, value => value as u64);
value!(u8, U8, bits => bits as u8, value => value.into());
value!(u16, U16, bits => bits as u16, value => value.into());
value!(u32, U32, bits => bits as u32, value => value.into());
value!(u64, U64, bits => bits, value => value);
value!(usize, Usize, bits => bits as i32 as isize as usize, value => index(value as isize));
value!(isize, Isize, bits => bits as i32 as isize, value => index(value));
value!(f16, F16, bits => f16::from_f32(f32::from_bits(bits as u32)), value => value.to_f32().to_bits().into());
value!(f32, F32, bits => f32::from_bits(bits as u32), value => value.to_bits().into());
value!(f64, F64, bits => f64::from_bits(bits), value => value.to_bits());

/// The bits of what no register holds.
pub(super) const BEYOND: u64 = 1 << 63;

fn index(value: isize) -> u64 {
    i32::try_from(value).map_or(BEYOND, |value| value as u32 as u64)
}

/// The value of a float's bits; NaN for what is no float.
pub(super) fn float(scalar: Scalar, bits: u64) -> f64 {
    match scalar {
        Scalar::F64 => f64::from_bits(bits),
        Scalar::F16 | Scalar::F32 => f32::from_bits(bits as u32).into(),
        _ => f64::NAN,
    }
}

/// Pseudo-random bits.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 32) ^ (self.0 << 32 >> 1)
    }

    /// Any value of the scalar.
    pub(super) fn value(&mut self, scalar: Scalar) -> u64 {
        let bits = self.next();
        match scalar {
            Scalar::F16 => f16::from_bits(bits as u16).store(),
            Scalar::F32 if bits >> 40 & 1 == 0 => (((bits >> 41) as i32 % 4_000_000) as f32 / 1e5).store(),
            Scalar::F64 if bits & 1 == 0 => ((bits >> 41) as f64 / 1e4 - 400.0).store(),
            Scalar::F64 => bits,
            _ => wrap(bits as i128, scalar),
        }
    }
}

/// Bits of an integer, a boolean or an `f32` cut to what the scalar has.
fn wrap(value: i128, scalar: Scalar) -> u64 {
    match scalar {
        Scalar::Bool => (value as u64) & 1,
        Scalar::I8 => (value as i8).store(),
        Scalar::I16 => (value as i16).store(),
        Scalar::U8 => (value as u8).store(),
        Scalar::U16 => (value as u16).store(),
        _ if scalar.bits() == 64 => value as u64,
        _ => value as u32 as u64,
    }
}

/// The values at which operations go wrong.
pub(super) fn special(scalar: Scalar) -> Vec<u64> {
    let mut values = match scalar {
        Scalar::F16 | Scalar::F32 | Scalar::F64 => floats(scalar),
        _ => (0..64)
            .flat_map(|shift| [-1, 0, 1].map(|step| (1i128 << shift) + step))
            .chain([3, 5, 7, 10, 100])
            .flat_map(|value| [value, -value])
            .map(|value| wrap(value, scalar))
            .collect(),
    };
    values.sort_unstable();
    values.dedup();
    values
}

fn floats(scalar: Scalar) -> Vec<u64> {
    let numbers = [
        0.0,
        0.1,
        0.25,
        0.3,
        0.4999999,
        0.5,
        0.5000001,
        0.75,
        0.9999999,
        1.0,
        1.0000001,
        1.5,
        2.0,
        2.5,
        3.0,
        3.5,
        7.0,
        10.0,
        100.5,
        127.0,
        128.0,
        255.5,
        256.0,
        1023.5,
        2048.5,
        32767.5,
        32768.0,
        65504.0,
        65519.0,
        65520.0,
        65536.0,
        8388607.5,
        8388609.0,
        16777215.0,
        16777216.0,
        2147483520.0,
        2147483647.0,
        2147483648.0,
        4294967040.0,
        4294967295.0,
        4294967296.0,
        9.223371487e18,
        9.223372036854776e18,
        1.8446742974197924e19,
        1.8446744073709552e19,
        1e30,
        1.7e38,
        1e-3,
        6.1035156e-5,
        6.0975552e-5,
        5.9604645e-8,
        2.9802322e-8,
        1e-10,
        1e-30,
        1.1754944e-38,
        1e-40,
        1.4e-45,
        3.4028235e38,
        f64::INFINITY,
        f64::NAN,
        1e300,
        1e-310,
        5e-324,
        f64::MAX,
        f64::MIN_POSITIVE,
    ];
    let bits = |value: f64| match scalar {
        Scalar::F16 => f16::from_f64(value).store(),
        Scalar::F32 => (value as f32).store(),
        _ => value.store(),
    };
    numbers.into_iter().flat_map(|value| [bits(value), bits(-value)]).collect()
}
