//! The kernels that combine two elements, by the types of their inputs and outputs.

use std::any::{Any, TypeId};

use ndarray::Ix0;

use crate::kernel::{ByValue, Element, ElementFunction, GufuncKernel, Input};
use crate::{Error, KernelError};

/// A kernel that combines a value with one more element: `#[gufunc("(),()->()")] fn add(a: f64, b: f64) -> f64`.
///
/// What it returns is of the type of its first input. The second one may be of another type, such as `f16` elements that
/// are added up in `f32`: NumPy's `dtype` of folds.
/// There is nothing to implement: every such kernel is one.
///
/// ```
/// use ndarray::{Array1, Array2, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Binary, Error};
/// #[gufunc("(),()->()")]
/// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
///
/// fn last_row<K: Binary<Value = f64, Item = f64>>(kernel: Gufunc<K>, x: &Array2<f64>) -> Result<Array1<f64>, Error> {
///     Ok(kernel.accumulate(x)?.row(x.nrows() - 1).to_owned())
/// }
/// assert_eq!(last_row(larger(), &array![[1.0, 5.0], [3.0, 4.0]])?, array![3.0, 5.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not combine a value with one more element",
    label = "needs an element-wise kernel of two inputs, and one output of the type of the first",
    note = "such as `#[gufunc(\"(),()->()\")] fn add(a: f64, b: f64) -> f64 {{ a + b }}`"
)]
pub trait Binary: ElementFunction {
    /// The type of the first input and the output.
    type Value: Element;
    /// The type of the second input.
    type Item: Element;

    /// The element function.
    #[doc(hidden)]
    fn point(&self, a: Self::Value, b: Self::Item, scratch: &mut Self::Scratch) -> Self::Value;

    /// The element function for `L` pairs; called only with [`SIDE_BY_SIDE`](ElementFunction::SIDE_BY_SIDE).
    #[doc(hidden)]
    fn points<const L: usize>(
        &self,
        a: &[Self::Value; L],
        b: &[Self::Item; L],
        scratch: &mut Self::LaneScratch<L>,
    ) -> [Self::Value; L];

    /// Returns the value of reducing no elements.
    #[doc(hidden)]
    fn neutral(&self) -> Option<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<S: Element, T: Element, K> Binary for K
where
    K: ElementFunction<Inputs = (Input<S, Ix0>, Input<T, Ix0>), Outputs = (ByValue<S>,), Results = (ByValue<S>,)>,
{
    type Value = S;
    type Item = T;

    #[inline(always)]
    fn point(&self, a: S, b: T, scratch: &mut K::Scratch) -> S {
        self.core((a, b), ((),), scratch).0
    }

    #[inline(always)]
    fn points<const L: usize>(&self, a: &[S; L], b: &[T; L], scratch: &mut K::LaneScratch<L>) -> [S; L] {
        self.lanes::<L>((a, b), ((),), scratch).0
    }

    fn neutral(&self) -> Option<S> {
        self.identity().map(|values| values.0)
    }
}

/// The value that a fold begins with: `given`, or else the kernel's identity where the first element cannot begin, since
/// there may be `none` or it is of another type.
pub(super) fn start<K: Binary>(
    kernel: &K,
    given: Option<K::Value>,
    none: bool,
    axis: impl FnOnce() -> usize,
    shape: &[usize],
) -> Result<Option<K::Value>, Error> {
    if given.is_some() || !(none || TypeId::of::<K::Value>() != TypeId::of::<K::Item>()) {
        return Ok(given);
    }
    match kernel.neutral() {
        None => Err(Error::Kernel(KernelError::NoIdentity { kernel: K::NAME, axis: axis(), shape: shape.to_vec() })),
        identity => Ok(identity),
    }
}

/// The first element as the value that a fold begins with.
#[inline(always)]
pub(super) fn begin<S: Copy + 'static, T: 'static>(first: &T) -> S {
    let first: &dyn Any = first;
    *first.downcast_ref().expect("elements of another type come behind a value to begin with")
}

/// An element-wise kernel of two inputs, whatever their types and the outputs are.
///
/// There is nothing to implement: every such kernel is one.
///
/// ```
/// use ndstencil::prelude::*;
/// use ndstencil::Pairwise;
/// #[gufunc("(),()->()")]
/// fn scale(a: f32, times: i32) -> f32 { a * times as f32 }
/// fn is_pairwise<K: Pairwise<First = f32, Second = i32>>(_: Gufunc<K>) {}
/// is_pairwise(scale());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an element-wise kernel of two inputs",
    label = "needs an element-wise kernel of two inputs",
    note = "such as `#[gufunc(\"(),()->()\")] fn add(a: f64, b: f64) -> f64 {{ a + b }}`"
)]
pub trait Pairwise:
    GufuncKernel<Inputs = (Input<<Self as Pairwise>::First, Ix0>, Input<<Self as Pairwise>::Second, Ix0>)>
{
    /// The type of the first input.
    type First: Element;
    /// The type of the second input.
    type Second: Element;
}

#[diagnostic::do_not_recommend]
impl<T0: Element, T1: Element, K> Pairwise for K
where
    K: GufuncKernel<Inputs = (Input<T0, Ix0>, Input<T1, Ix0>)>,
{
    type First = T0;
    type Second = T1;
}
