//! The gufunc kernel: what `#[gufunc]` generates for an element function over core dimensions, and its operands.
//!
//! [`signature`] is what the macro writes of the signature; [`inputs`] and [`outputs`] are the operands that a kernel
//! declares, seen through [`views`] one by one, or through [`lane`] side by side. [`inner`] is what the loops of a kernel
//! are called with, and [`rank`] counts axes by types.

mod inner;
mod inputs;
mod lane;
mod outputs;
mod rank;
mod signature;
mod views;

pub use inner::{InnerLoop, InnerLoopFn, InnerLoops, InnerPlan, State};
pub(crate) use inner::{InnerOperand, InnerOperands, Order};
pub use inputs::{Input, Inputs, LaneInput};
pub(crate) use lane::MAX_LANES;
pub use lane::{LaneMut, LaneRef, LaneVec, LaneView, LaneViewMut};
pub use outputs::{ByValue, ByView, ElementOutput, ElementOutputs, GufuncOutputs, Output, lane_values};
pub use rank::{CoreRank, CoreView};
pub(crate) use signature::{CallSite, Sizes};
pub use signature::{Dim, Operand as SignatureOperand, Signature};
pub use views::lanes_of;
pub(crate) use views::{LaneOperand, LaneOperands};

use std::fmt::Debug;

use crate::Error;
use crate::kernel::Identity;
use crate::kernel::Sweep;
use crate::plan::StencilExplanation;

/// A kernel over core dimensions, which is applied to every loop element: what `#[gufunc]` implements, for an element
/// function or for a stencil below it. Not meant to be implemented by hand.
///
/// Code that works with any kernel names it in its bounds, with [`Operands`](crate::Operands) for what the kernel is applied to.
///
/// ```
/// use ndarray::{ArrayView1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Operands, Error, GufuncKernel};
/// #[gufunc("(n)->()")]
/// fn sum(x: ArrayView1<f64>) -> f64 { x.sum() }
///
/// fn checked<K: GufuncKernel, A: Copy>(kernel: Gufunc<K>, x: A) -> Result<(), Error>
/// where
///     K::Inputs: Operands<A>,
/// {
///     println!("{} {}", K::NAME, K::SIGNATURE.text);
///     kernel.apply(x)?;
///     Ok(())
/// }
/// checked(sum(), &array![[1.0, 2.0], [3.0, 4.0]])?;
/// assert_eq!((Sum::NAME, Sum::SIGNATURE.text), ("sum", "(n)->()"));
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait GufuncKernel: Copy + Send + Sync {
    /// The declared inputs: a tuple of [`Input`](crate::types::Input).
    type Inputs: Inputs;
    /// The declared outputs: a tuple of [`ByValue`](crate::types::ByValue) and [`ByView`](crate::types::ByView).
    type Outputs: GufuncOutputs;

    /// The name of the element function, or what `name = ".."` says.
    const NAME: &'static str;
    /// The signature.
    const SIGNATURE: Signature;

    /// Fills in the sizes of computed dimensions, given the others; the index is the number of the dimension.
    fn sizes(&self, sizes: &mut [isize]) {
        let _ = sizes;
    }

    /// Returns true when the kernel accepts core dimensions of these sizes.
    fn accepts(&self, sizes: &[isize]) -> bool {
        let _ = sizes;
        true
    }

    /// Tells the parameters that [`accepts`](GufuncKernel::accepts) depends on, by name and value.
    fn parameters(&self, tell: &mut dyn FnMut(&'static str, &dyn Debug)) {
        let _ = tell;
    }

    /// The compiled inner loops. Written out by the macro so that they are compiled in the user's crate.
    fn loops() -> InnerLoops<Self>;

    /// Plans the inner loop over these cores for the loop nest; refuses what the loops cannot take, before anything is
    /// written.
    #[doc(hidden)]
    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error>;

    /// Tells what results depend on: the text of the element function and the values of the parameters.
    #[doc(hidden)]
    fn identify(&self, identity: &mut Identity) {
        identity.function::<Self>(0);
    }

    /// The stencil, if this is one: parts of its cores can be computed apart from each other.
    #[doc(hidden)]
    fn sweep(&self) -> Option<&dyn Sweep> {
        None
    }

    /// Plans and computes a loop at once, of a stencil; refuses what it cannot sweep over, before anything is written.
    ///
    /// # Safety
    /// The operands are alive and of the kernel's types; the outputs alias nothing.
    #[doc(hidden)]
    unsafe fn sweep_loop(&self, inner: &InnerLoop) -> Option<Result<(), Error>> {
        let _ = inner;
        None
    }

    /// The plan of each sweep of a loop, of a stencil.
    #[doc(hidden)]
    fn explain_sweep(&self, inner: &InnerLoop) -> Option<Result<StencilExplanation, Error>> {
        let _ = inner;
        None
    }
}

/// An element function over core dimensions, compiled: what `#[gufunc]` implements beside [`GufuncKernel`]. Not meant to
/// be implemented by hand.
///
/// ```
/// use ndarray::ArrayView1;
/// use ndstencil::prelude::*;
/// use ndstencil::ElementFunction;
/// #[gufunc("(n)->()")]
/// fn largest(x: ArrayView1<f64>) -> f64 {
///     let mut largest = f64::NEG_INFINITY;
///     for i in 0..x.len() { largest = largest.max(x[i]); }
///     largest
/// }
/// fn runs_side_by_side<K: ElementFunction>(_: Gufunc<K>) -> bool { K::SIDE_BY_SIDE }
/// assert!(runs_side_by_side(largest()));
/// ```
pub trait ElementFunction: GufuncKernel<Outputs = <Self as ElementFunction>::Results> {
    /// The outputs, as the loops see them.
    type Results: ElementOutputs;
    /// Memory that each thread keeps for the element function.
    type Scratch: Default + Send + 'static;
    /// The same for `L` loop elements side by side.
    type LaneScratch<const L: usize>: Default + Send + 'static;

    /// True when the element function may run for several loop elements side by side.
    const SIDE_BY_SIDE: bool;
    /// About how many arithmetic operations one cell of a core costs.
    const OPERATIONS: usize;

    /// The value of reducing no elements, `#[gufunc("(),()->()", identity = 0.0)]`.
    fn identity(&self) -> Option<<Self::Results as ElementOutputs>::Values> {
        None
    }

    /// Returns true when these loop elements gain from running side by side, where they may.
    #[doc(hidden)]
    fn gains(&self, inner: &InnerLoop) -> bool {
        let _ = inner;
        true
    }

    /// The element function.
    fn core(
        &self,
        inputs: <Self::Inputs as Inputs>::Views<'_>,
        outputs: <Self::Results as ElementOutputs>::Views<'_>,
        scratch: &mut Self::Scratch,
    ) -> <Self::Results as ElementOutputs>::Values;

    /// The element function for `L` loop elements side by side; called only with
    /// [`SIDE_BY_SIDE`](ElementFunction::SIDE_BY_SIDE).
    fn lanes<const L: usize>(
        &self,
        inputs: <Self::Inputs as Inputs>::Lanes<'_, L>,
        outputs: <Self::Results as ElementOutputs>::LaneViews<'_, L>,
        scratch: &mut Self::LaneScratch<L>,
    ) -> <Self::Results as ElementOutputs>::LaneValues<L> {
        let _ = (inputs, outputs, scratch);
        unreachable!("an element function that does not run side by side")
    }
}

/// A stencil that is applied to the last axes of its inputs: `#[gufunc("(n,m)->(n,m)")]` above `#[stencil]`.
pub trait Stacked {
    /// The signature.
    const SIGNATURE: Signature;
}
