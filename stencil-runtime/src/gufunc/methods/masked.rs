//! Masks: where a kernel is evaluated, and which elements a reduction takes.

use std::fmt;

use super::Reduce;
use super::folded::Folded;
use crate::Error;
use crate::gufunc::dims::Dims;
use crate::gufunc::gufunc::{Gufunc, Told};
use crate::gufunc::operand::{Operand, Operands, OutOperands};
use crate::kernel::GufuncKernel;

/// A kernel with a mask: what [`masked`](Gufunc::masked) makes.
#[derive(Clone, Copy, Debug)]
pub struct Masked<K, W> {
    kernel: K,
    mask: W,
}

impl<K, M> Gufunc<K, M> {
    /// Restricts the kernel to loop elements where a mask is true: a reference to an array of `bool`, which broadcasts.
    ///
    /// With `apply_into` the kernel is not evaluated elsewhere, and those cells of the
    /// outputs keep what they held. With [`reduce`](Gufunc::reduce) the mask tells which elements take part; of several masks,
    /// all are true there.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn divide(a: i32, b: i32) -> i32 { a / b }
    /// let (a, b) = (array![6, 7, 8], array![3, 0, 2]);
    /// let mut out = array![-1, -1, -1];
    /// divide().masked(&b.mapv(|b| b != 0)).apply_into((&a, &b), &mut out)?;
    /// assert_eq!(out, array![2, -1, 4]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn masked<W: Operand<bool>>(self, mask: W) -> Gufunc<Masked<K, W>, M>
    where
        K: Copy,
    {
        self.with(Masked { kernel: self.kernel, mask })
    }
}

impl<K: GufuncKernel, W: Operand<bool>, M: Dims<K>> Gufunc<Masked<K, W>, M> {
    /// Applies the kernel to the loop elements where the mask is true, and writes into existing arrays. The others keep
    /// what they held; the kernel is not evaluated there.
    ///
    /// The mask broadcasts to the loop dimensions of the outputs, as the inputs do.
    ///
    /// # Errors
    /// [`ShapeError::Mask`](crate::ShapeError::Mask) where it does not broadcast, and as for kernels without a mask.
    /// Nothing was written then; [`KernelError::ScratchMemory`](crate::KernelError::ScratchMemory) says when that is
    /// not so.
    ///
    /// # Panics
    /// When the element function panics; the outputs then are partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn root(x: f64) -> f64 { x.sqrt() }
    /// let x = array![[4.0, -1.0], [9.0, 16.0]];
    /// let mut out = x.clone();
    /// root().masked(&array![true, false]).apply_into(&x, &mut out)?; // the first column
    /// assert_eq!(out, array![[2.0, -1.0], [3.0, 16.0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into<A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        K::Inputs: Operands<A>,
        K::Outputs: OutOperands<B>,
    {
        let gufunc = self.with(self.kernel.kernel);
        gufunc.call().apply_masked(&x, &mut out, M::KEEP, self.kernel.mask.elements())
    }
}

/// The bound of [`Gufunc::apply`], which no kernel with a mask meets.
#[diagnostic::on_unimplemented(
    message = "a kernel with a mask makes no new arrays: they would hold nothing where the mask is false",
    label = "use `.apply_into(x, &mut out)`: `out` keeps what it held there"
)]
pub trait NewArrays: crate::Sealed {}

impl<K, W, M> Gufunc<Masked<K, W>, M> {
    /// Says why it is not there.
    ///
    /// # Errors
    /// None: it does not compile.
    #[doc(hidden)]
    pub fn apply<A, R>(&self, _: A) -> Result<R, Error>
    where
        Self: NewArrays,
    {
        unreachable!("nothing implements the bound")
    }
}

impl<K: Told, W: Operand<bool>> Told for Masked<K, W> {
    fn tell(&self, gufunc: &mut fmt::DebugStruct<'_, '_>) {
        self.kernel.tell(gufunc);
        gufunc.field("mask", &format_args!("of shape {:?}", self.mask.raw().shape));
    }
}

impl<K: Reduce, W: Operand<bool> + Copy> Reduce for Masked<K, W> {
    type Value = K::Value;
    type Item = K::Item;
    type Kernel = K::Kernel;

    fn kernel(&self) -> K::Kernel {
        self.kernel.kernel()
    }

    fn settle<'a>(&'a self, fold: &mut Folded<'a, K::Value, K::Item>) {
        self.kernel.settle(fold);
        fold.masks.push(self.mask.elements());
    }
}
