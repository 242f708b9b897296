//! A call of `reduce`, taken apart: what the axis, the first value and the masks make of it.

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Axis, CowArray, IxDyn};

use super::binary::start;
use super::{Binary, Fold, FoldMasked, Reduced};
use crate::block::RawArray;
use crate::gufunc::call::Call;
use crate::gufunc::gufunc::Gufunc;
use crate::kernel::{ByValue, Element, GufuncKernel};
use crate::{Error, ShapeError};

/// A reduction to `S` of elements `T`, but for its kernel.
pub struct Folded<'a, S, T> {
    x: ArrayViewD<'a, T>,
    /// The value that comes before the first element.
    pub(super) start: Option<S>,
    /// All of them are true where an element takes part.
    pub(super) masks: Vec<ArrayViewD<'a, bool>>,
    settings: Gufunc<()>,
    keepdims: bool,
}

/// The arrays that the results go to.
trait Target<S> {
    type Done;
    /// The array that is there, if there is one.
    fn form(&mut self) -> Option<RawArray>;
    fn call<K, A>(self, call: &Call<'_, K>, x: &A, keepdims: bool) -> Result<Self::Done, Error>
    where
        K: GufuncKernel<Inputs: crate::Operands<A>, Outputs = (ByValue<S>,)>;
}

/// A new array.
struct New;

impl<S: Element> Target<S> for New {
    type Done = ArrayD<S>;

    fn form(&mut self) -> Option<RawArray> {
        None
    }

    fn call<K, A>(self, call: &Call<'_, K>, x: &A, keepdims: bool) -> Result<ArrayD<S>, Error>
    where
        K: GufuncKernel<Inputs: crate::Operands<A>, Outputs = (ByValue<S>,)>,
    {
        call.apply_dyn(x, keepdims)
    }
}

impl<S: Element> Target<S> for ArrayViewMutD<'_, S> {
    type Done = ();

    fn form(&mut self) -> Option<RawArray> {
        Some(RawArray::output(self))
    }

    fn call<K, A>(mut self, call: &Call<'_, K>, x: &A, keepdims: bool) -> Result<(), Error>
    where
        K: GufuncKernel<Inputs: crate::Operands<A>, Outputs = (ByValue<S>,)>,
    {
        call.apply_into(x, &mut &mut self, keepdims)
    }
}

impl<'a, S: Element, T: Element> Folded<'a, S, T> {
    pub(super) fn new<K, M: Reduced>(gufunc: &Gufunc<K, M>, x: ArrayViewD<'a, T>) -> Self {
        let mut settings = gufunc.with(()).dropdims();
        settings.axes = settings.axes.along();
        Folded { x, start: None, masks: Vec::new(), settings, keepdims: M::KEEP }
    }

    /// Reduces into a new array.
    pub(super) fn run<K: Binary<Value = S, Item = T>>(self, kernel: K) -> Result<ArrayD<S>, Error> {
        self.run_to(kernel, New)
    }

    /// Reduces into an array that is there.
    pub(super) fn run_into<K>(self, kernel: K, out: ArrayViewMutD<'_, S>) -> Result<(), Error>
    where
        K: Binary<Value = S, Item = T>,
    {
        self.run_to(kernel, out)
    }

    fn run_to<K, R>(mut self, kernel: K, mut results: R) -> Result<R::Done, Error>
    where
        K: Binary<Value = S, Item = T>,
        R: Target<S>,
    {
        let shape = self.x.shape().to_vec();
        if shape.is_empty() {
            // As in NumPy, one element is a row of one cell.
            self.settings.axes.check_scalar(Call::<Fold<K>>::CALLED)?;
            self.x.insert_axis_inplace(Axis(0));
            self.keepdims = false;
        }
        let mask = self.mask(K::NAME, &shape)?;
        let axis = self.settings.axes.single(self.x.ndim());
        let none = mask.is_some() || axis.is_some_and(|axis| self.x.len_of(Axis(axis)) == 0);
        let start = start(&kernel, self.start, none, || axis.unwrap_or(0), &shape)?;
        let plain = self.settings.with(Fold { kernel, start });
        let (Some(mask), Some(start)) = (mask, start) else {
            return results.call(&plain.call(), &&self.x, self.keepdims);
        };
        // What is wrong without the mask is told without it.
        let form = results.form();
        plain.call().resolve(&[RawArray::input(&self.x)], form.as_ref().map(std::slice::from_ref), self.keepdims)?;
        let mask = if shape.is_empty() { mask.insert_axis(Axis(0)) } else { mask };
        let mut masked = self.settings.with(FoldMasked { kernel, start });
        masked.axes = masked.axes.with_mask();
        results.call(&masked.call(), &(&self.x, &mask), self.keepdims)
    }

    /// The elements that take part, where there are masks.
    fn mask(&self, kernel: &'static str, shape: &[usize]) -> Result<Option<CowArray<'_, bool, IxDyn>>, Error> {
        let mut all: Option<CowArray<'_, bool, IxDyn>> = None;
        for mask in &self.masks {
            let Some(own) = mask.broadcast(shape) else {
                return Err(Error::Shape(ShapeError::Mask {
                    kernel,
                    found: mask.shape().to_vec(),
                    expected: shape.to_vec(),
                }));
            };
            all = Some(match all {
                None => own.into(),
                Some(all) => (&all & &own).into(),
            });
        }
        Ok(all)
    }
}
