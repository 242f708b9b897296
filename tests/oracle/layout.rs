//! Arrays of any strides: C and Fortran order, permuted axes, steps, negative steps, repeated cells, margins.

use ndarray::{Array, ArrayD, ArrayViewD, ArrayViewMut, Dimension, IxDyn, Slice};
use proptest::prelude::*;

use crate::samples::{Sample, bits};

/// The layout of a logical array in a larger one.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The axes of the storage, outermost first.
    order: Vec<usize>,
    steps: Vec<isize>,
    margins: Vec<usize>,
    /// Axes along which there is one cell only, with a stride of 0.
    repeated: Vec<bool>,
}

impl Layout {
    /// The storage's cells along an axis, in the order of the logical axes.
    fn extent(&self, shape: &[usize], axis: usize) -> usize {
        let run = shape[axis].saturating_sub(1) * self.steps[axis].unsigned_abs() + shape[axis].min(1);
        run + 2 * self.margins[axis]
    }

    fn storage_shape(&self, shape: &[usize]) -> Vec<usize> {
        self.order.iter().map(|&axis| self.extent(shape, axis)).collect()
    }

    fn slice(&self, shape: &[usize], axis: usize) -> Slice {
        let end = self.extent(shape, axis) - self.margins[axis];
        Slice::new(self.margins[axis] as isize, Some(end as isize), self.steps[axis])
    }

    /// For each logical axis, its place in the storage.
    fn places(&self) -> Vec<usize> {
        (0..self.order.len()).map(|axis| self.order.iter().position(|&a| a == axis).expect("a permutation")).collect()
    }

    /// Random values in which a logical array of this shape lies.
    pub fn random<T: Sample>(&self, shape: &[usize], seed: u64) -> ArrayD<T> {
        let mut stored = self.storage_shape(shape);
        for (place, &axis) in self.order.iter().enumerate() {
            if self.repeated[axis] {
                stored[place] = stored[place].min(1);
            }
        }
        let mut number = 0;
        ArrayD::from_shape_simple_fn(stored, || {
            number += 1;
            T::sample(bits(seed, number))
        })
    }

    /// One value everywhere, in which a logical array lies.
    pub fn filled<T: Sample>(&self, shape: &[usize], value: T) -> ArrayD<T> {
        ArrayD::from_elem(self.storage_shape(shape), value)
    }

    /// The logical array.
    pub fn view<'a, T>(&self, storage: &'a ArrayD<T>, shape: &[usize]) -> ArrayViewD<'a, T> {
        let all = storage.broadcast(IxDyn(&self.storage_shape(shape))).expect("axes of length 1 are repeated");
        let mut view = all.permuted_axes(self.places());
        view.slice_each_axis_inplace(|axis| self.slice(shape, axis.axis.index()));
        view
    }

    /// The logical array, to write to.
    pub fn view_mut<'a, T, D: Dimension>(&self, storage: &'a mut ArrayD<T>, shape: &[usize]) -> ArrayViewMut<'a, T, D> {
        let mut view = storage.view_mut().permuted_axes(self.places());
        view.slice_each_axis_inplace(|axis| self.slice(shape, axis.axis.index()));
        view.into_dimensionality().expect("the rank of the shape")
    }
}

/// A layout; with `repeated`, axes may have a stride of 0.
pub fn layout(rank: usize, repeated: bool) -> impl Strategy<Value = Layout> {
    let identity: Vec<usize> = (0..rank).collect();
    let fortran: Vec<usize> = (0..rank).rev().collect();
    let order = prop_oneof![
        6 => Just(identity.clone()),
        2 => Just(fortran),
        2 => Just(identity).prop_shuffle(),
    ];
    let step = prop_oneof![3 => Just(1isize), 1 => Just(-1), 1 => Just(2), 1 => Just(-3)];
    let stepped = proptest::collection::vec(step, rank);
    // The fast path wants contiguous rows.
    let rows = stepped.clone().prop_map(|mut steps| {
        steps.iter_mut().rev().take(1).for_each(|step| *step = 1);
        steps
    });
    let steps = prop_oneof![4 => Just(vec![1; rank]), 2 => rows, 2 => stepped];
    let margins = prop_oneof![1 => Just(vec![0; rank]), 1 => proptest::collection::vec(0..3usize, rank)];
    let chance = if repeated { 0.3 } else { 0.0 };
    let one_repeated = (proptest::bool::weighted(chance), 0..rank.max(1));
    (order, steps, margins, one_repeated).prop_map(move |(order, steps, margins, (any, which))| {
        let repeated = (0..rank).map(|axis| any && axis == which).collect();
        Layout { order, steps, margins, repeated }
    })
}

/// Fails unless two arrays have the same shape and bits.
pub fn same<T: Sample, D: Dimension>(found: &Array<T, D>, expected: &Array<T, D>) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.shape(), expected.shape());
    for ((index, found), expected) in found.view().into_dyn().indexed_iter().zip(expected) {
        prop_assert!(found.same(*expected), "at {:?}: {:?}, expected {:?}", index.slice(), found, expected);
    }
    Ok(())
}
