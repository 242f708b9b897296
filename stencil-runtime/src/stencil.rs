//! A kernel with its settings: what the generated function returns.

use std::fmt;

use ndarray::{ArrayRef, Dimension};

use crate::boundary::{IntoRuleSet, IntoRules, RuleSet, Rules};
use crate::exec::call::{Arrays, Call, Muts};
use crate::kernel::{DynamicHalo, Element, Kernel, Pointwise, SameType};
use crate::plan::text;
use crate::{Error, Halo, Schedule};

/// A kernel, ready to be applied.
///
/// The function that `#[stencil]` generates returns it: `smooth().apply(&image)`. It is a plain value,
/// `Copy` like the parameters it holds; nothing is global or cached.
///
/// Settings return a new value and may be chained; of two for the same thing the last one counts. A kernel can be a
/// constant or a static: `const LEFT: Stencil<Left> = left();`.
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
#[derive(Clone, Copy)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct Stencil<K: Kernel> {
    pub(crate) kernel: K,
    rules: Option<K::Rules>,
    pub(crate) halo: Option<Halo>,
    pub(crate) schedule: Schedule,
}

impl<K: Kernel> fmt::Debug for Stencil<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rules, rank) = (self.call().rules.erase(), K::Dim::NDIM.unwrap_or_default());
        let of_input = |(number, name): (usize, &&str)| format!("{name}: {}", text::rules(&rules.names(number, rank)));
        let boundary: Vec<String> = K::INPUTS.iter().enumerate().map(of_input).collect();
        let mut stencil = f.debug_struct("Stencil");
        stencil.field("kernel", &K::NAME).field("boundary", &format_args!("{}", boundary.join("; ")));
        if let Some(halo) = &self.halo {
            stencil.field("halo", &format_args!("{}", text::halo(halo, rank)));
        }
        stencil.field("schedule", &self.schedule).finish()
    }
}

/// Wraps what the macro generates.
pub const fn stencil<K: Kernel>(kernel: K) -> Stencil<K> {
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
    /// [`ShapeError::Input`](crate::ShapeError::Input), [`KernelError::KeepType`](crate::KernelError::KeepType),
    /// [`KernelError::BoundaryIndex`](crate::KernelError::BoundaryIndex),
    /// [`KernelError::BoundaryType`](crate::KernelError::BoundaryType),
    /// [`KernelError::HaloNotSet`](crate::KernelError::HaloNotSet),
    /// [`ShapeError::HaloTooLarge`](crate::ShapeError::HaloTooLarge),
    /// [`ShapeError::ArrayTooLarge`](crate::ShapeError::ArrayTooLarge),
    /// [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory),
    /// [`KernelError::Level`](crate::KernelError::Level).
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
    /// As for [`apply`](Stencil::apply), less `KeepType` and `ArrayTooLarge`, and [`ShapeError::Output`](crate::ShapeError::Output).
    /// Nothing was written then; [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory) says when that is
    /// not so.
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

    /// Applies the kernel to every point and writes each result in the place of what it was computed from.
    ///
    /// That needs a kernel of one input which reads nothing but the point itself, and one output of the same type; no other
    /// compiles.
    ///
    /// # Errors
    /// [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory),
    /// [`KernelError::Level`](crate::KernelError::Level).
    ///
    /// # Panics
    /// When the element function panics; the array then is partly written.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil]
    /// fn brighter(x: Window1<u8>, by: u8) -> u8 { x[0].saturating_add(by) }
    /// let mut x = array![1, 2, 250];
    /// brighter(10).apply_in_place(&mut x)?;
    /// assert_eq!(x, array![11, 12, 255]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_in_place<T: Element, D: Dimension>(&self, x: &mut ArrayRef<T, D>) -> Result<(), Error>
    where
        K: Pointwise + SameType<T, D>,
    {
        self.call().apply_in_place(x)
    }

    /// Sets the boundary of all inputs: a [`Boundary`](crate::Boundary) or [`Rim`](crate::Rim) for
    /// all axes, or a tuple with an entry for each axis, where a pair means the two sides of it.
    ///
    /// With several inputs a constant has the type of the first one. An input of another type that is read beyond the point
    /// itself refuses it, [`KernelError::BoundaryType`](crate::KernelError::BoundaryType), when the kernel is applied:
    /// [`boundaries`](Stencil::boundaries) sets one for each.
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
    ///
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// assert_eq!(pick().boundary(Boundary::Wrap).apply((&x, &array![true, false, true]))?, array![3, 1, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundary<I, O, const N: usize>(self, boundary: impl IntoRules<I, O, N>) -> Self
    where
        K::Rules: RuleSet<First = Rules<I, O, N>>,
    {
        Stencil { rules: Some(K::Rules::for_all(boundary.into_rules())), ..self }
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
    pub const fn halo(self, halo: Halo) -> Self
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
    pub const fn serial(self) -> Self {
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
    pub const fn schedule(self, schedule: Schedule) -> Self {
        Stencil { schedule, ..self }
    }

    pub(crate) fn call(&self) -> Call<'_, K> {
        let rules = self.rules.unwrap_or_else(|| self.kernel.rules());
        Call { kernel: &self.kernel, rules, halo: self.halo, schedule: self.schedule }
    }
}
