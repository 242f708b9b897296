//! A gufunc with its settings: what the generated function returns.

use std::fmt;
use std::marker::PhantomData;

use crate::gufunc::axes::Axes;
use crate::gufunc::call::Call;
use crate::gufunc::dims::{Arrays, Dims, DropDims, KeepDims};
use crate::gufunc::methods::Reduced;
use crate::gufunc::operand::{Operands, OutOperands};
use crate::kernel::GufuncKernel;
use crate::{Error, Schedule};

/// A generalized universal function, ready to be applied.
///
/// The function that `#[gufunc]` generates returns it. Its element function computes over *core dimensions*, the last axes of each
/// operand unless [`axis`](Gufunc::axis) or [`axes`](Gufunc::axes) say otherwise; the axes before them are *loop
/// dimensions*, which broadcast as in NumPy.
///
/// It is a plain value, `Copy` like the parameters it holds; nothing is global or cached. Settings return a new value
/// and may be chained.
///
/// ```
/// use ndarray::{Array1, Array2, ArrayView1, array};
/// use ndstencil::prelude::*;
/// #[gufunc("(n)->()")]
/// fn mean(x: ArrayView1<f64>) -> f64 { x.sum() / x.len() as f64 }
/// let x = array![[1.0, 2.0, 6.0], [4.0, 4.0, 4.0]];
/// let rows: Array1<f64> = mean().apply(&x)?;
/// assert_eq!(rows, array![3.0, 4.0]);
/// assert_eq!(mean().axis(0).apply(&x)?, array![2.5, 3.0, 5.0]);
/// let kept: Array2<f64> = mean().keepdims().apply(&x)?;
/// assert_eq!(kept, array![[3.0], [4.0]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct Gufunc<K, M = DropDims> {
    pub(crate) kernel: K,
    pub(crate) axes: Axes,
    pub(crate) schedule: Schedule,
    pub(crate) mode: PhantomData<M>,
}

/// The kernels that `Debug` tells of: those of element functions, also with a mask or an initial value.
pub trait Told {
    /// Tells the name and the signature, and what was added to the kernel.
    #[doc(hidden)]
    fn tell(&self, gufunc: &mut fmt::DebugStruct<'_, '_>);
}

impl<K: GufuncKernel> Told for K {
    fn tell(&self, gufunc: &mut fmt::DebugStruct<'_, '_>) {
        gufunc.field("kernel", &K::NAME).field("signature", &K::SIGNATURE.text);
    }
}

impl<K: Told, M: Reduced> fmt::Debug for Gufunc<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gufunc = f.debug_struct("Gufunc");
        self.kernel.tell(&mut gufunc);
        gufunc.field("axes", &self.axes).field("keepdims", &M::KEEP).field("schedule", &self.schedule).finish()
    }
}

/// Wraps what the macro generates.
pub const fn gufunc<K: GufuncKernel>(kernel: K) -> Gufunc<K> {
    Gufunc { kernel, axes: Axes::Last, schedule: Schedule::new(), mode: PhantomData }
}

/// The kernel without its settings.
pub const fn kernel_of<K: Copy>(gufunc: Gufunc<K>) -> K {
    gufunc.kernel
}

impl<K: GufuncKernel, M: Dims<K>> Gufunc<K, M> {
    /// Applies the kernel to every loop element and returns new arrays.
    ///
    /// Takes what the element function's inputs are: `&array`, `&view`, a number, or a tuple of those for several
    /// inputs, `()` for none. The result has the loop dimensions of all inputs, broadcast, and then the output's core
    /// dimensions; a tuple of arrays for several outputs. Numbers of axes that are known while compiling stay so.
    ///
    /// # Errors
    /// [`ShapeError::TooFewDimensions`](crate::ShapeError::TooFewDimensions),
    /// [`ShapeError::CoreSize`](crate::ShapeError::CoreSize), [`ShapeError::Broadcast`](crate::ShapeError::Broadcast),
    /// [`ShapeError::UnspecifiedDimension`](crate::ShapeError::UnspecifiedDimension),
    /// [`ShapeError::ComputedSize`](crate::ShapeError::ComputedSize),
    /// [`ShapeError::Requirement`](crate::ShapeError::Requirement), [`ShapeError::Axes`](crate::ShapeError::Axes),
    /// [`ShapeError::ArrayTooLarge`](crate::ShapeError::ArrayTooLarge),
    /// [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory),
    /// [`KernelError::Level`](crate::KernelError::Level); of a stencil also those of
    /// [`Stencil::apply`](crate::Stencil::apply).
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndarray::{ArrayView1, Array2, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n),(n)->()")]
    /// fn inner(a: ArrayView1<f64>, b: ArrayView1<f64>) -> f64 { a.dot(&b) }
    /// let a = array![[[1.0, 2.0]], [[3.0, 4.0]]]; // loop dimensions (2, 1)
    /// let b = array![[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]; // loop dimension 3
    /// let y: Array2<f64> = inner().apply((&a, &b))?;
    /// assert_eq!(y, array![[1.0, 2.0, 3.0], [3.0, 4.0, 7.0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply<A>(&self, x: A) -> Result<Arrays<K, M, A>, Error>
    where
        K::Inputs: Operands<A>,
    {
        self.call().apply::<M, A>(&x)
    }

    /// Applies the kernel to every loop element and writes into existing arrays: no allocation of their size.
    ///
    /// Inputs broadcast to a larger output; outputs do not broadcast.
    ///
    /// # Errors
    /// As for [`apply`](Gufunc::apply), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops). Nothing was
    /// written then; [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory) says when that is not so.
    ///
    /// # Panics
    /// When the element function panics; the outputs then are partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let mut out = array![[0.0, 0.0], [0.0, 0.0]];
    /// add().apply_into((&array![1.0, 2.0], 10.0), &mut out)?;
    /// assert_eq!(out, array![[11.0, 12.0], [11.0, 12.0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into<A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        K::Inputs: Operands<A>,
        K::Outputs: OutOperands<B>,
    {
        self.call().apply_into(&x, &mut out, M::KEEP)
    }

    /// Applies the kernel to one loop element after the other, in the plainest way: the oracle that every executor
    /// agrees with.
    ///
    /// # Errors
    /// As for [`apply`](Gufunc::apply).
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn first(x: ArrayView1<i32>) -> i32 { x[0] }
    /// let x = array![[1, 2], [3, 4]];
    /// assert_eq!(first().reference(&x)?, first().apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reference<A>(&self, x: A) -> Result<Arrays<K, M, A>, Error>
    where
        K::Inputs: Operands<A>,
    {
        self.reference_call().apply::<M, A>(&x)
    }

    pub(crate) fn call(&self) -> Call<'_, K> {
        Call { kernel: &self.kernel, axes: self.axes, schedule: self.schedule, reference: false }
    }

    pub(crate) fn reference_call(&self) -> Call<'_, K> {
        Call { schedule: self.schedule.parallel(false), reference: true, ..self.call() }
    }
}

/// Settings: the same for kernels with an initial value or a mask.
impl<K, M> Gufunc<K, M> {
    /// Sets the axis of the core dimension, where there is one that all operands share; negative numbers count from the end.
    ///
    /// A kernel with other core dimensions refuses it when it is applied, [`ShapeError::Axes`](crate::ShapeError::Axes).
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn last(x: ArrayView1<i32>) -> i32 { x[x.len() - 1] }
    /// assert_eq!(last().axis(0).apply(&array![[1, 2], [3, 4]])?, array![3, 4]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn axis(self, axis: isize) -> Self {
        Gufunc { axes: Axes::One(axis), ..self }
    }

    /// Sets the axes of the core dimensions of each operand, inputs first; outputs may be left out where none has any.
    ///
    /// ```
    /// use ndarray::{ArrayView2, ArrayViewMut2, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(m,n)->(n,m)")]
    /// fn transpose(x: ArrayView2<i32>, mut y: ArrayViewMut2<i32>) { y.assign(&x.t()); }
    /// let x = array![[1, 2], [3, 4]];
    /// assert_eq!(transpose().axes(&[&[0, 1], &[-1, -2]]).apply(&x)?, x);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn axes(self, axes: &[&[isize]]) -> Self {
        Gufunc { axes: Axes::each(axes), ..self }
    }

    /// Keeps the core dimensions of the inputs in the outputs as axes of size 1, so that they broadcast with the inputs.
    ///
    /// As in NumPy, all inputs must have equally many core dimensions and the outputs none; refused otherwise when it is
    /// applied, [`ShapeError::Axes`](crate::ShapeError::Axes).
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn sum(x: ArrayView1<f64>) -> f64 { x.sum() }
    /// let x = array![[1.0, 3.0], [2.0, 2.0]];
    /// let share = &x / sum().keepdims().apply(&x)?;
    /// assert_eq!(share, array![[0.25, 0.75], [0.5, 0.5]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn keepdims(self) -> Gufunc<K, KeepDims> {
        Gufunc { kernel: self.kernel, axes: self.axes, schedule: self.schedule, mode: PhantomData }
    }

    /// Stays on the caller's thread. Short for [`Schedule::parallel`]`(false)`.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// assert_eq!(double().serial().apply(&array![1, 2])?, array![2, 4]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn serial(self) -> Self {
        Gufunc { schedule: self.schedule.parallel(false), ..self }
    }

    /// Sets how the kernel runs; the result does not depend on it.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{SimdLevel, Schedule};
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let plain = Schedule::new().level(SimdLevel::Baseline).parallel(false);
    /// assert_eq!(double().schedule(plain).apply(&array![1, 2])?, array![2, 4]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn schedule(self, schedule: Schedule) -> Self {
        Gufunc { schedule, ..self }
    }

    /// The same without `keepdims`.
    pub(crate) fn dropdims(self) -> Gufunc<K> {
        Gufunc { kernel: self.kernel, axes: self.axes, schedule: self.schedule, mode: PhantomData }
    }

    /// Another kernel with the same settings.
    pub(crate) fn with<L>(&self, kernel: L) -> Gufunc<L, M> {
        Gufunc { kernel, axes: self.axes, schedule: self.schedule, mode: PhantomData }
    }
}
