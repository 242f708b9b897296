//! Numbers of all kinds, and the types in which they are summed up.

use std::fmt::{Debug, Display};

use crate::Real;
use crate::kernel::Element;

/// A number that reductions take: integers of 8 to 64 bits, `usize`, `isize`, `bool`, and every [`Real`].
///
/// It says in which type a kernel computes, and of which type the result is: as in NumPy.
///
/// | elements | [`Sum`](Number::Sum) | [`Mean`](Number::Mean) | [`Total`](Number::Total) | [`MeanTotal`](Number::MeanTotal) | [`Running`](Number::Running) |
/// |---|---|---|---|---|---|
/// | `u8`, `u16`, `u32`, `u64`, `usize`, `bool` | `u64` | `f64` | `u64` | `f64` | `u64` |
/// | `i8`, `i16`, `i32`, `i64`, `isize` | `i64` | `f64` | `i64` | `f64` | `i64` |
/// | `half::f16`, `half::bf16` | the same | the same | `f32` | `f32` | `f64` |
/// | `f32`, `f64` | the same | the same | the same | the same | `f64` |
///
/// ```
/// use ndarray::{Array1, Array2, array};
/// use ndstencil::kernels::{self, Number};
/// use ndstencil::Error;
///
/// /// The largest value and the mean of each row, whatever the numbers are.
/// fn profile<T: Number>(x: &Array2<T>) -> Result<(Array1<T>, Array1<T::Mean>), Error> {
///     Ok((kernels::max().apply(x)?, kernels::mean().apply(x)?))
/// }
/// assert_eq!(profile(&array![[1u8, 2], [200, 250]])?, (array![2, 250], array![1.5, 225.0]));
/// assert_eq!(profile(&array![[1.0f32, 2.0]])?, (array![2.0], array![1.5f32]));
/// # Ok::<(), Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that this kernel takes",
    label = "neither an integer of up to 64 bits nor a floating-point number",
    note = "make an array of another type first: `x.mapv(f64::from)`"
)]
pub trait Number:
    crate::Sealed
    + Element
    + Cast<f64>
    + Cast<<Self as Number>::Total>
    + Cast<<Self as Number>::MeanTotal>
    + Cast<<Self as Number>::Running>
    + Default
    + PartialOrd
    + Debug
    + Display
{
    /// The type of a sum or a product of vectors: the widest integer of the same sign, or the float itself.
    type Sum: Number;
    /// The type of a mean, and of what is made of means: `f64` of integers, or the float itself.
    type Mean: Real;
    /// The type in which a sum is kept while it grows.
    type Total: Accumulator + Cast<Self::Sum>;
    /// The type in which a mean is computed, and what is made of means or lies between two values.
    ///
    /// ```
    /// use ndarray::{Array1, ArrayView1};
    /// use ndstencil::kernels::Cast;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn total<T: Real>(x: ArrayView1<T>) -> T {
    ///     let mut sum = T::MeanTotal::real(0.0);
    ///     for &v in x {
    ///         let wide: T::MeanTotal = v.cast();
    ///         sum += wide;
    ///     }
    ///     sum.cast()
    /// }
    /// assert_eq!(total().apply(&Array1::from_elem(300, 2.0f32))?.into_scalar(), 600.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    type MeanTotal: Real + Accumulator + Cast<Self::Mean>;
    /// The type in which sums are kept that take one value after the other, however many.
    type Running: Accumulator + Cast<Self::Sum>;

    /// NaN, which stands for what is missing; integers have none.
    ///
    /// ```
    /// use ndstencil::kernels::Number;
    /// assert!(f32::NAN.is_nan() && <f32 as Number>::NAN.is_some_and(f32::is_nan));
    /// assert_eq!(<u8 as Number>::NAN, None);
    /// ```
    const NAN: Option<Self>;
    /// The number that none is less than: minus infinity, or the least integer.
    ///
    /// ```
    /// use ndstencil::kernels::Number;
    /// assert_eq!((f32::LOWEST, i8::LOWEST, bool::LOWEST), (f32::NEG_INFINITY, -128, false));
    /// ```
    const LOWEST: Self;
    /// The number that none is greater than: infinity, or the largest integer.
    ///
    /// ```
    /// use ndstencil::kernels::Number;
    /// assert_eq!((f32::HIGHEST, i8::HIGHEST, bool::HIGHEST), (f32::INFINITY, 127, true));
    /// ```
    const HIGHEST: Self;
}

/// A number that is converted to another type, as by `as`: [`Number`] says which of these kernels need.
///
/// ```
/// use ndstencil::kernels::Cast;
/// let (value, truth): (f64, u64) = (3u8.cast(), true.cast());
/// assert_eq!((value, truth), (3.0, 1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that this kernel takes",
    label = "neither an integer of up to 64 bits nor a floating-point number",
    note = "make an array of another type first: `x.mapv(f64::from)`"
)]
pub trait Cast<To>: crate::Sealed {
    /// The value nearest to this one.
    fn cast(self) -> To;
}

/// A number that sums are kept in: it has the operators, 0 and 1.
///
/// ```
/// use ndstencil::kernels::Accumulator;
/// fn twice<A: Accumulator>(a: A) -> A { a + a }
/// assert_eq!((twice(3u64), twice(0.25)), (6, 0.5));
/// ```
pub trait Accumulator: Element + PartialOrd + num_traits::NumAssign + num_traits::ToPrimitive {}
impl<A: Element + PartialOrd + num_traits::NumAssign + num_traits::ToPrimitive> Accumulator for A {}

macro_rules! integers {
    ($($T:ident)+ => $Sum:ident) => {$(
        impl Number for $T {
            type Sum = $Sum;
            type Mean = f64;
            type Total = $Sum;
            type MeanTotal = f64;
            type Running = $Sum;
            const NAN: Option<$T> = None;
            const LOWEST: $T = $T::MIN;
            const HIGHEST: $T = $T::MAX;
        }
        impl Cast<f64> for $T {
            #[inline(always)]
            fn cast(self) -> f64 {
                self as f64
            }
        }
        impl Cast<$Sum> for $T {
            #[inline(always)]
            fn cast(self) -> $Sum {
                self as $Sum
            }
        }
    )+};
}
integers!(u8 u16 u32 u64 usize => u64);
integers!(i8 i16 i32 i64 isize => i64);

/// True is 1, so that a sum counts, and a mean is a share.
impl Number for bool {
    type Sum = u64;
    type Mean = f64;
    type Total = u64;
    type MeanTotal = f64;
    type Running = u64;
    const NAN: Option<bool> = None;
    const LOWEST: bool = false;
    const HIGHEST: bool = true;
}

impl Cast<u64> for bool {
    #[inline(always)]
    fn cast(self) -> u64 {
        u64::from(self)
    }
}

impl Cast<f64> for bool {
    #[inline(always)]
    fn cast(self) -> f64 {
        f64::from(u8::from(self))
    }
}

macro_rules! floats {
    ($($T:ty => $Wide:ident;)+) => {$(
        impl Number for $T {
            type Sum = $T;
            type Mean = $T;
            type Total = $Wide;
            type MeanTotal = $Wide;
            type Running = f64;
            const NAN: Option<$T> = Some(<$T>::NAN);
            const LOWEST: $T = <$T>::NEG_INFINITY;
            const HIGHEST: $T = <$T>::INFINITY;
        }
    )+};
}
floats! {
    f32 => f32;
    f64 => f64;
}
#[cfg(feature = "f16")]
floats! {
    half::f16 => f32;
    half::bf16 => f32;
}

impl<R: Real> Cast<R> for f64 {
    #[inline(always)]
    fn cast(self) -> R {
        R::real(self)
    }
}

macro_rules! casts {
    ($($From:ty => $To:ty, |$value:ident| $cast:expr;)+) => {$(
        impl Cast<$To> for $From {
            #[inline(always)]
            fn cast(self) -> $To {
                let $value = self;
                $cast
            }
        }
    )+};
}
casts! {
    f32 => f32, |value| value;
    f32 => f64, |value| f64::from(value);
}
#[cfg(feature = "f16")]
casts! {
    half::f16 => f32, |value| value.to_f32();
    half::f16 => f64, |value| value.to_f64();
    half::bf16 => f32, |value| value.to_f32();
    half::bf16 => f64, |value| value.to_f64();
    f32 => half::f16, |value| half::f16::from_f32(value);
    f32 => half::bf16, |value| half::bf16::from_f32(value);
}
