//! The memory order of the axes of new outputs.
//!
//! That of the inputs, by NumPy's rule for `order="K"`: axes are sorted by their steps in memory, from a row-major order,
//! and two change places only where all inputs that have both agree. So arrays in Fortran order give results in Fortran
//! order. Core dimensions that inputs have take part, unless an output has two of them in another order than the input.

use super::axes::OperandAxes;
use super::geometry::Geometry;
use crate::block::RawArray;
use crate::kernel::Signature;

/// An axis of an output, as inputs may have it too.
#[derive(Clone, Copy)]
enum Axis {
    /// The number of a loop dimension.
    Loop(usize),
    /// The number of a core dimension.
    Core(usize),
    /// One cell, for a dimension that is not in the output.
    Kept,
}

/// The axes of each output, from the longest steps to the shortest.
pub(super) fn of_outputs(signature: &Signature, geometry: &Geometry, inputs: &[RawArray]) -> Vec<Vec<usize>> {
    // Row-major inputs give row-major outputs, also where the call moves axes.
    let plain = inputs.iter().all(is_row_major);
    let steps: Vec<Steps> = if plain { Vec::new() } else { Steps::of_all(signature, geometry, inputs) };
    let outputs = geometry.outputs.iter().zip(&geometry.output_shapes).zip(signature.outputs);
    let order = |((axes, shape), declared): ((&OperandAxes, &Vec<usize>), &crate::kernel::SignatureOperand)| {
        let mut named = vec![Axis::Kept; shape.len()];
        for (number, &axis) in axes.loops.iter().enumerate() {
            named[axis] = Axis::Loop(number);
        }
        let present = declared.dims.iter().filter(|&&dim| !geometry.sizes.missing[dim]);
        for (&axis, &dim) in axes.core.iter().zip(present) {
            named[axis] = Axis::Core(dim);
        }
        sorted(&named, declared.dims, &steps)
    };
    outputs.map(order).collect()
}

/// NumPy's insertion sort, from the innermost axis outwards.
fn sorted(axes: &[Axis], declared: &[usize], steps: &[Steps]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..axes.len()).rev().collect();
    for at in 1..order.len() {
        let mut to = at;
        for inner in (0..at).rev() {
            match is_inner(axes[order[at]], axes[order[inner]], declared, steps) {
                Some(true) => to = inner,
                Some(false) => break,
                None => {}
            }
        }
        order[to..=at].rotate_right(1);
    }
    order.reverse();
    order
}

/// True when `axis` has the shorter steps in all inputs that have both axes; `None` where none has.
fn is_inner(axis: Axis, other: Axis, declared: &[usize], steps: &[Steps]) -> Option<bool> {
    let pairs = steps.iter().filter(|steps| steps.has_in_order(axis, other, declared));
    let pairs = pairs.map(|steps| (steps.along(axis), steps.along(other)));
    pairs.filter(|&(step, other)| step != 0 && other != 0).map(|(step, other)| step < other).reduce(|a, b| a && b)
}

/// The steps in memory along the axes of an input, 0 where there are none.
struct Steps {
    loops: Vec<usize>,
    /// The core dimensions that the input has, in order.
    core: Vec<(usize, usize)>,
}

impl Steps {
    fn of_all(signature: &Signature, geometry: &Geometry, inputs: &[RawArray]) -> Vec<Steps> {
        let one = |((array, axes), declared): ((&RawArray, &OperandAxes), &crate::kernel::SignatureOperand)| {
            let present = declared.dims.iter().copied().filter(|&dim| !geometry.sizes.missing[dim]);
            let step = |axis: usize| if array.shape[axis] > 1 { array.strides[axis].unsigned_abs() } else { 0 };
            Steps {
                loops: geometry.loop_strides(array, axes).into_iter().map(isize::unsigned_abs).collect(),
                core: present.zip(axes.core.iter().map(|&axis| step(axis))).collect(),
            }
        };
        inputs.iter().zip(&geometry.inputs).zip(signature.inputs).map(one).collect()
    }

    fn along(&self, axis: Axis) -> usize {
        match axis {
            Axis::Loop(number) => self.loops[number],
            Axis::Core(dim) => self.core.iter().find(|(own, _)| *own == dim).map_or(0, |(_, step)| *step),
            Axis::Kept => 0,
        }
    }

    /// Returns true when the input has two core dimensions in the order in which the output has them.
    fn has_in_order(&self, axis: Axis, other: Axis, declared: &[usize]) -> bool {
        let (Axis::Core(a), Axis::Core(b)) = (axis, other) else { return true };
        let own = |dim| self.core.iter().position(|(own, _)| *own == dim);
        let output = |dim| declared.iter().position(|own| *own == dim);
        (own(a) < own(b)) == (output(a) < output(b))
    }
}

/// Returns true when no axis has shorter steps than one behind it; arrays without cells have no order.
fn is_row_major(array: &RawArray) -> bool {
    let axes = array.shape.iter().zip(&array.strides).filter(|(n, stride)| **n > 1 && **stride != 0);
    array.shape.contains(&0) || axes.map(|(_, stride)| stride.unsigned_abs()).is_sorted_by(|a, b| a >= b)
}
