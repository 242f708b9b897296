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

    /// The type that sums of such values are kept in: `f32` for half precision, otherwise the type itself.
    ///
    /// ```
    /// use ndarray::{Array1, ArrayView1};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn total<T: Real>(x: ArrayView1<T>) -> T {
    ///     let mut sum = T::Wide::real(0.0);
    ///     for &v in x {
    ///         sum += v.wide();
    ///     }
    ///     T::narrow(sum)
    /// }
    /// assert_eq!(total().apply(&Array1::from_elem(300, 2.0f32))?.into_scalar(), 600.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    type Wide: Real;

    /// The same value in the type of sums.
    fn wide(self) -> Self::Wide;

    /// The value nearest to one of the type of sums; ties go to the even one.
    fn narrow(wide: Self::Wide) -> Self;
}

impl Real for f32 {
    type Wide = f32;

    #[inline(always)]
    fn real(value: f64) -> f32 {
        value as f32
    }

    #[inline(always)]
    fn wide(self) -> f32 {
        self
    }

    #[inline(always)]
    fn narrow(wide: f32) -> f32 {
        wide
    }
}

impl Real for f64 {
    type Wide = f64;

    #[inline(always)]
    fn real(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }

    #[inline(always)]
    fn narrow(wide: f64) -> f64 {
        wide
    }
}

#[cfg(feature = "f16")]
impl Real for half::f16 {
    type Wide = f32;

    #[inline(always)]
    fn real(value: f64) -> half::f16 {
        half::f16::from_f64(value)
    }

    #[inline(always)]
    fn wide(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    fn narrow(wide: f32) -> half::f16 {
        half::f16::from_f32(wide)
    }
}

#[cfg(feature = "f16")]
impl Real for half::bf16 {
    type Wide = f32;

    #[inline(always)]
    fn real(value: f64) -> half::bf16 {
        half::bf16::from_f64(value)
    }

    #[inline(always)]
    fn wide(self) -> f32 {
        self.to_f32()
    }

    #[inline(always)]
    fn narrow(wide: f32) -> half::bf16 {
        half::bf16::from_f32(wide)
    }
}
