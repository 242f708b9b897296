//! Floating-point element types for generic kernels.

use crate::Number;

/// A floating-point type: `f32`, `f64`, and `half::f16`, `half::bf16` with feature `f16`.
///
/// It has the operators and the methods of [`num_traits::Float`]; constants are written with
/// [`real`](Real::real).
///
/// ```
/// use ndstencil::prelude::*;
/// use ndarray::array;
/// #[stencil(boundary = Nearest)]
/// fn smooth<T: Real>(u: Window1<T>) -> T {
///     T::real(0.25) * u[-1] + T::real(0.5) * u[0] + T::real(0.25) * u[1]
/// }
/// assert_eq!(smooth().apply(&array![0.0f32, 4.0, 0.0])?, array![1.0f32, 2.0, 1.0]);
/// assert_eq!(smooth().apply(&array![0.0f64, 4.0, 0.0])?, array![1.0f64, 2.0, 1.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a floating-point number",
    label = "neither `f32` nor `f64`, nor half precision with the feature `f16`",
    note = "make an array of floating-point numbers first: `x.mapv(f64::from)`"
)]
pub trait Real:
    Number<Sum = Self, Mean = Self> + num_traits::Float + num_traits::FloatConst + num_traits::NumAssign
{
    /// The value nearest to `value`; ties go to the even one.
    ///
    /// ```
    /// use ndstencil::Real;
    /// assert_eq!(f32::real(0.1), 0.1f32);
    /// assert_eq!(f64::real(0.1), 0.1f64);
    /// ```
    fn real(value: f64) -> Self;
}

macro_rules! reals {
    ($($T:ty, |$value:ident| $real:expr;)+) => {$(
        impl Real for $T {
            #[inline(always)]
            fn real($value: f64) -> $T {
                $real
            }
        }
    )+};
}
reals! {
    f32, |value| value as f32;
    f64, |value| value;
}
#[cfg(feature = "f16")]
reals! {
    half::f16, |value| half::f16::from_f64(value);
    half::bf16, |value| half::bf16::from_f64(value);
}
