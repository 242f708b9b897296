//! The axes that the outputs of a call have.

use ndarray::Dimension;

use super::methods::Reduced;
use super::operand::{FirstInput, Operands};
use crate::kernel::{self, GufuncKernel, GufuncOutputs};

/// Outputs have the loop dimensions and their own core dimensions.
#[derive(Clone, Copy, Debug)]
pub struct DropDims;

/// Outputs keep the core dimensions of the inputs as axes of size 1.
#[derive(Clone, Copy, Debug)]
pub struct KeepDims;

/// The axes that outputs have: [`DropDims`] or [`KeepDims`].
///
/// ```
/// use ndarray::{Array1, Array2, ArrayView1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::types::{DropDims, KeepDims};
/// #[gufunc("(n)->()")]
/// fn sum(x: ArrayView1<i32>) -> i32 { x.sum() }
/// let kernel: Gufunc<Sum, DropDims> = sum();
/// let kept: Gufunc<Sum, KeepDims> = sum().keepdims();
/// let x = array![[1, 2], [3, 4]];
/// let (y, column): (Array1<i32>, Array2<i32>) = (kernel.apply(&x)?, kept.apply(&x)?);
/// assert_eq!((y, column), (array![3, 7], array![[3], [7]]));
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait Dims<K: GufuncKernel>: Reduced {
    /// New arrays for loop dimensions `D`.
    type Arrays<D: Dimension>;

    /// # Safety
    /// Every element was written.
    #[doc(hidden)]
    unsafe fn collect<D: Dimension>(arrays: <K::Outputs as GufuncOutputs>::Uninit) -> Self::Arrays<D>;
}

impl crate::Sealed for DropDims {}
impl crate::Sealed for KeepDims {}

impl<K: GufuncKernel> Dims<K> for DropDims {
    type Arrays<D: Dimension> = <K::Outputs as GufuncOutputs>::Arrays<D>;

    unsafe fn collect<D: Dimension>(arrays: <K::Outputs as GufuncOutputs>::Uninit) -> Self::Arrays<D> {
        // SAFETY: as the caller says.
        unsafe { K::Outputs::collect(arrays) }
    }
}

impl<K: GufuncKernel> Dims<K> for KeepDims
where
    K::Inputs: FirstInput,
{
    type Arrays<D: Dimension> = <K::Outputs as GufuncOutputs>::Kept<<K::Inputs as FirstInput>::Core, D>;

    unsafe fn collect<D: Dimension>(arrays: <K::Outputs as GufuncOutputs>::Uninit) -> Self::Arrays<D> {
        // SAFETY: as the caller says.
        unsafe { K::Outputs::collect_kept(arrays) }
    }
}

/// New arrays that a call returns.
pub(crate) type Arrays<K, M, A> = <M as Dims<K>>::Arrays<<<K as GufuncKernel>::Inputs as Operands<A>>::Loop>;

/// The loop dimensions of a call on arrays of a filter. No type depends on how long they are borrowed.
pub(crate) type Loop<K, In> = <<K as GufuncKernel>::Inputs as Operands<<In as kernel::Arrays>::Refs<'static>>>::Loop;
