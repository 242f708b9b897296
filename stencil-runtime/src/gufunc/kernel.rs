//! What the macro generates for a gufunc.

use crate::gufunc::run::{GuOutputs, Inputs, Loops, Whole};
use crate::gufunc::signature::Signature;

/// An element function over core dimensions, compiled: what `#[gufunc]` implements. Not meant to be implemented by hand.
///
/// Code that works with any kernel names it in its bounds, with [`Bind`](crate::Bind) for what the kernel is applied to.
///
/// ```
/// use ndarray::{ArrayView1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Bind, Error, GufuncKernel};
/// #[gufunc("(n)->()")]
/// fn sum(x: ArrayView1<f64>) -> f64 { x.sum() }
///
/// fn checked<K: GufuncKernel, A: Copy>(kernel: Gufunc<K>, x: A) -> Result<(), Error>
/// where
///     K::Inputs: Bind<A>,
/// {
///     println!("{} {}", K::NAME, K::SIGNATURE.text);
///     kernel.apply(x)?;
///     Ok(())
/// }
/// checked(sum(), &array![[1.0, 2.0], [3.0, 4.0]])?;
/// assert_eq!((Sum::NAME, Sum::SIGNATURE.text, Sum::LANES), ("sum", "(n)->()", false));
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait GufuncKernel: Copy + Sync {
    /// The declared inputs: a tuple of [`In`](crate::types::In).
    type Inputs: Inputs;
    /// The declared outputs: a tuple of [`Returned`](crate::types::Returned) and [`Written`](crate::types::Written).
    type Outputs: GuOutputs;
    /// Memory that each thread keeps for the element function.
    type Scratch: Default + Send + 'static;
    /// The same for `L` loop elements side by side.
    type LaneScratch<const L: usize>: Default + Send + 'static;

    /// The name of the element function.
    const NAME: &'static str;
    /// The signature.
    const SIGNATURE: Signature;
    /// Whether the element function may run for several loop elements side by side.
    const LANES: bool;
    /// About how many arithmetic operations one cell of a core costs.
    const OPERATIONS: usize;

    /// How a whole call is computed by a kernel that has loops of its own over its core: a stencil.
    #[doc(hidden)]
    const WHOLE: Option<Whole<Self>> = None;

    /// Fills in the sizes of computed dimensions, given the others; the index is the number of the dimension.
    fn sizes(&self, sizes: &mut [isize]) {
        let _ = sizes;
    }

    /// Whether the element function accepts core dimensions of these sizes.
    fn accepts(&self, sizes: &[isize]) -> bool {
        let _ = sizes;
        true
    }

    /// What reducing no elements gives, `#[gufunc("(),()->()", identity = 0.0)]`.
    fn identity(&self) -> Option<<Self::Outputs as GuOutputs>::Values> {
        None
    }

    /// The compiled loops. Written out by the macro so that they are compiled in the user's crate.
    fn loops() -> Loops<Self>;

    /// The element function.
    fn core(
        &self,
        inputs: <Self::Inputs as Inputs>::Views<'_>,
        outputs: <Self::Outputs as GuOutputs>::Views<'_>,
        scratch: &mut Self::Scratch,
    ) -> <Self::Outputs as GuOutputs>::Values;

    /// The element function for `L` loop elements side by side; called only with [`LANES`](GufuncKernel::LANES).
    fn lanes<const L: usize>(
        &self,
        inputs: <Self::Inputs as Inputs>::Lanes<'_, L>,
        outputs: <Self::Outputs as GuOutputs>::LaneViews<'_, L>,
        scratch: &mut Self::LaneScratch<L>,
    ) -> <Self::Outputs as GuOutputs>::LaneValues<L> {
        let _ = (inputs, outputs, scratch);
        unreachable!("a kernel without lanes")
    }
}

/// A stencil that is applied to the last axes of its inputs: `#[gufunc("(n,m)->(n,m)")]` above `#[stencil]`.
pub trait Stacked {
    /// The signature.
    const SIGNATURE: Signature;
}
