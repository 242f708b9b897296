//! Floating-point element types for generic kernels.

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
pub trait Real:
    num_traits::Float
    + num_traits::FloatConst
    + num_traits::NumAssign
    + Default
    + std::fmt::Debug
    + std::fmt::Display
    + Send
    + Sync
    + 'static
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

impl Real for f32 {
    #[inline(always)]
    fn real(value: f64) -> f32 {
        value as f32
    }
}

impl Real for f64 {
    #[inline(always)]
    fn real(value: f64) -> f64 {
        value
    }
}

#[cfg(feature = "f16")]
impl Real for half::f16 {
    #[inline(always)]
    fn real(value: f64) -> half::f16 {
        half::f16::from_f64(value)
    }
}

#[cfg(feature = "f16")]
impl Real for half::bf16 {
    #[inline(always)]
    fn real(value: f64) -> half::bf16 {
        half::bf16::from_f64(value)
    }
}
