//! The methods of NumPy's ufuncs: a kernel of two inputs folded along an axis, over all pairs, at indices; masks.
//!
//! [`fold`], [`scan`] and [`segments`] are kernels themselves, over one core dimension: axes, `keepdims`, threads and
//! SIMD are those of every gufunc, and no loops are written here.

mod at;
mod binary;
mod fold;
mod folded;
mod masked;
mod outer;
mod reduce;
mod refused;
mod reshaped;
mod scan;
mod segments;

pub use at::{Place, Update};
pub use binary::{Binary, Pairwise};
pub use fold::{Fold, FoldMasked};
pub use masked::Masked;
pub use reduce::{Reduce, Reduced, WithInitial};
pub(crate) use reshaped::Reshape;
pub use scan::Accumulate;
pub use segments::ReduceAt;

use crate::kernel::Dim;

/// A core dimension of the kernels here.
const fn dim(name: &'static str, computed: bool) -> Dim {
    Dim { name, frozen: 0, optional: false, computed }
}
