//! A kernel with its settings: what the generated function returns.

use crate::boundary::{IntoRuleSet, OneInput};
use crate::exec::call::{Arrays, Call, Muts};
use crate::kernel::{DynamicHalo, Kernel};
use crate::{Error, Halo, Schedule};

/// A kernel, ready to be applied.
///
/// The function that `#[stencil]` generates returns it: `smooth().apply(&image)`. It is a plain value,
/// `Copy` like the parameters it holds; nothing is global or cached.
///
/// Settings return a new value and may be chained; of two for the same thing the last one counts.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Nearest)]
/// fn scaled(x: Window1<i32>, by: i32) -> i32 { by * x[-1] }
///
/// struct Model { step: Stencil<Scaled> } // the kernel's type: the function's name in UpperCamelCase
/// let model = Model { step: scaled(10).boundary(Boundary::Wrap).serial() };
/// assert_eq!(model.step.apply(&array![1, 2, 3])?, array![30, 10, 20]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct Stencil<K: Kernel> {
    kernel: K,
    rules: Option<K::Rules>,
    halo: Option<Halo>,
    schedule: Schedule,
}

/// Wraps what the macro generates.
pub fn stencil<K: Kernel>(kernel: K) -> Stencil<K> {
    Stencil { kernel, rules: None, halo: None, schedule: Schedule::new() }
}

impl<K: Kernel> Stencil<K> {
    /// Applies the kernel to every point and returns new arrays.
    ///
    /// Takes `&array`, `&view`, `&array.slice(..)` of any strides, or a tuple of those for several
    /// inputs; all have the same shape. Gives an array, or a tuple of arrays for several outputs. The output has the shape of the inputs (less the halo at sides
    /// with [`Rim::Shrink`](crate::Rim)), in Fortran order if the first input is.
    ///
    /// # Errors
    /// [`Error::InputShape`], [`Error::KeepType`], [`Error::BoundaryIndex`], [`Error::HaloNotSet`],
    /// [`Error::HaloTooLarge`], [`Error::ScratchMemory`], [`Error::Level`].
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Constant(0))]
    /// fn sum(x: Window1<i32>) -> i32 { x[-1] + x[0] + x[1] }
    /// assert_eq!(sum().apply(&array![1, 2, 3])?, array![3, 6, 5]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        self.call().apply(x)
    }

    /// Applies the kernel to every point and writes into existing arrays: no allocation of their size.
    ///
    /// # Errors
    /// As for [`apply`](Stencil::apply), less `KeepType`, and [`Error::OutputShape`]. Nothing was written then;
    /// [`Error::ScratchMemory`] says when that is not so.
    ///
    /// # Panics
    /// When the element function panics; the outputs then are partly written.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil]
    /// fn double(x: Window1<i32>) -> i32 { 2 * x[0] }
    /// let mut out = array![0, 0, 0];
    /// double().apply_into(&array![1, 2, 3], &mut out)?;
    /// assert_eq!(out, array![2, 4, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into(&self, x: K::Args<'_>, out: Muts<'_, K>) -> Result<(), Error> {
        self.call().apply_into(x, out)
    }

    /// Applies the kernel point by point, in the plainest way: the oracle that every executor agrees with.
    ///
    /// Slow; for tests, and to see what a kernel means.
    ///
    /// # Errors
    /// As for [`apply`](Stencil::apply).
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let x = array![1, 2, 3];
    /// assert_eq!(left().reference(&x)?, left().apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reference(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        self.call().reference(x)
    }

    /// Sets the boundary of the one input: a [`Boundary`](crate::Boundary) or [`Rim`](crate::Rim) for
    /// all axes, or a tuple with an entry for each axis, where a pair means the two sides of it.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Nearest)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let x = array![1, 2, 3];
    /// assert_eq!(left().boundary(Boundary::Wrap).apply(&x)?, array![3, 1, 2]);
    /// assert_eq!(left().boundary((Boundary::Constant(9), Boundary::Wrap)).apply(&x)?, array![9, 1, 2]);
    /// assert_eq!(left().boundary(Rim::Shrink).apply(&x)?, array![1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundary(self, boundary: impl IntoRuleSet<K::Rules>) -> Self
    where
        K::Rules: OneInput,
    {
        Stencil { rules: Some(boundary.into_rule_set()), ..self }
    }

    /// Sets the boundaries of several inputs: a tuple with one entry for each, as for [`boundary`](Stencil::boundary).
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    /// let y = pick().boundaries((Boundary::Wrap, Boundary::Constant(true))).apply((&x, &mask))?;
    /// assert_eq!(y, array![3, 1, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundaries(self, boundaries: impl IntoRuleSet<K::Rules>) -> Self {
        Stencil { rules: Some(boundaries.into_rule_set()), ..self }
    }

    /// Sets the halo of a kernel with `#[stencil(halo = dynamic)]`: how far its element function may read.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndstencil::Halo;
    /// use ndarray::array;
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<i32>, steps: isize) -> i32 { x[0] - x[-steps] }
    /// let x = array![1, 2, 4, 7];
    /// assert_eq!(lag(2).halo(Halo::new([[2, 0]])).apply(&x)?, array![0, 1, 3, 5]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn halo(self, halo: Halo) -> Self
    where
        K: DynamicHalo,
    {
        Stencil { halo: Some(halo), ..self }
    }

    /// Stays on the caller's thread. Short for [`Schedule::parallel`]`(false)`.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::Array1;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<f32>) -> f32 { x[-1] }
    /// let x = Array1::from_iter((0..1000).map(|v| v as f32));
    /// assert_eq!(left().serial().apply(&x)?, left().apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn serial(self) -> Self {
        let schedule = self.schedule.parallel(false);
        self.schedule(schedule)
    }

    /// Sets how the kernel runs, all of it anew. The result is the same bits under every schedule.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndstencil::{SimdLevel, Schedule};
    /// use ndarray::array;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<f32>) -> f32 { x[-1] }
    /// let plain = left().schedule(Schedule::new().level(SimdLevel::Baseline).parallel(false));
    /// assert_eq!(plain.apply(&array![1.0, 2.0])?, array![2.0, 1.0]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn schedule(self, schedule: Schedule) -> Self {
        Stencil { schedule, ..self }
    }

    pub(crate) fn call(&self) -> Call<'_, K> {
        let rules = self.rules.unwrap_or_else(|| self.kernel.rules());
        Call { kernel: &self.kernel, rules, halo: self.halo, schedule: self.schedule }
    }
}
