//! Operands under another shape, without a copy.

use std::marker::PhantomData;

use ndarray::{ArrayViewD, Axis, Dimension, IxDyn};

use crate::block::RawArray;
use crate::gufunc::operand::Operand;

/// An operand with the shape that a method needs, of `D` axes.
pub(crate) struct Reshape<'a, T, D> {
    view: ArrayViewD<'a, T>,
    rank: PhantomData<D>,
}

impl<'a, T, D: Dimension> Reshape<'a, T, D> {
    /// Broadcast to a shape, if it can be.
    pub(crate) fn broadcast(view: &'a ArrayViewD<'_, T>, shape: &[usize]) -> Option<Self> {
        Some(Reshape { view: view.broadcast(IxDyn(shape))?, rank: PhantomData })
    }

    /// With axes of one cell before and after its own.
    pub(crate) fn padded(mut view: ArrayViewD<'a, T>, before: usize, after: usize) -> Self {
        for _ in 0..before {
            view.insert_axis_inplace(Axis(0));
        }
        for _ in 0..after {
            view.insert_axis_inplace(Axis(view.ndim()));
        }
        Reshape { view, rank: PhantomData }
    }
}

impl<T: 'static, D: Dimension> Operand<T> for Reshape<'_, T, D> {
    type Dim = D;

    fn raw(&self) -> RawArray {
        Operand::<T>::raw(&&self.view)
    }

    fn elements(&self) -> ArrayViewD<'_, T> {
        self.view.view()
    }
}
