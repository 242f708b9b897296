//! The places of the loop elements and the cores of a gufunc's operands, and the cuts of a call into dispatches.

use std::ops::Range;

use super::loops::LoopAxes;
use crate::geometry::{Ranges, split};
use crate::gpu::layout::DeviceLayout;

/// An operand: how it lies on the GPU, and which of its axes are what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperandLayout {
    pub(crate) form: DeviceLayout,
    /// Its axes along the last of the loop dimensions.
    pub(crate) loops: Vec<usize>,
    /// For each core dimension of the signature, its axis; none where the operand lacks it.
    pub(crate) core: Vec<Option<usize>>,
    /// An output that the element function returns: an invocation has several of them.
    pub(crate) returned: bool,
    pub(crate) output: bool,
}

impl OperandLayout {
    /// An input or an output of a stencil without loop dimensions.
    pub(crate) fn core(form: DeviceLayout) -> OperandLayout {
        let core = (0..form.shape.len()).map(Some).collect();
        OperandLayout { form, loops: Vec::new(), core, returned: false, output: false }
    }

    /// Cells from one loop element to the next along each loop dimension.
    pub(crate) fn steps(&self, loop_shape: &[usize]) -> Vec<usize> {
        let missing = loop_shape.len() - self.loops.len();
        let step = |&axis: &usize| if self.form.shape[axis] == 1 { 0 } else { self.form.cell_stride(axis) };
        std::iter::repeat_n(0, missing).chain(self.loops.iter().map(step)).collect()
    }

    /// Cells from one index to the next along each core dimension.
    pub(crate) fn strides(&self) -> Vec<usize> {
        self.core.iter().map(|axis| axis.map_or(0, |axis| self.form.cell_stride(axis))).collect()
    }

    /// The cells that a box of loop elements needs, with whole cores.
    pub(crate) fn cells(&self, loops: &[Range<usize>]) -> Ranges {
        let mut cells = self.form.whole();
        let own = &loops[loops.len() - self.loops.len()..];
        for (&axis, range) in self.loops.iter().zip(own).filter(|(axis, _)| self.form.shape[**axis] > 1) {
            cells[axis] = range.clone();
        }
        cells
    }

    /// The same of another form.
    pub(crate) fn with(&self, form: DeviceLayout) -> OperandLayout {
        OperandLayout { form, ..self.clone() }
    }

    /// Returns true when the core is the last axes, in order.
    pub(crate) fn ends_with_core(&self) -> bool {
        let rank = self.form.shape.len();
        self.core.iter().copied().eq((rank - self.core.len()..rank).map(Some))
    }

    /// Cells from the first to behind the last one of a core.
    fn reach(&self) -> usize {
        let last = |axis: &usize| (self.form.shape[*axis].max(1) - 1) * self.form.cell_stride(*axis);
        self.core.iter().flatten().map(last).sum::<usize>() + 1
    }

    /// Returns true when each word is written by one invocation only, for steps along the loop axes, x last.
    fn owns_words(&self, steps: &[usize]) -> bool {
        let packed = self.form.scalar.packed() as usize;
        let whole = |step: &usize| step.is_multiple_of(packed);
        match steps.split_last() {
            Some((1, others)) if self.returned || self.core.is_empty() => others.iter().all(whole),
            _ => steps.iter().all(whole),
        }
    }
}

/// Cells of any type that are whole multiples of what devices want offsets of bindings to be, 256 bytes at most.
const ALIGNED: usize = 256;

/// All loop elements of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nest {
    /// The last three axes are z, y, x; those in front are dispatched one by one. Steps are in cells.
    pub(crate) loops: LoopAxes,
    reaches: Vec<usize>,
}

impl Nest {
    pub(crate) fn new(operands: &[OperandLayout], loop_shape: &[usize]) -> Nest {
        let steps: Vec<_> = operands.iter().map(|operand| operand.steps(loop_shape)).collect();
        let loops = LoopAxes::new(loop_shape, &steps).padded(3);
        Nest { loops, reaches: operands.iter().map(OperandLayout::reach).collect() }
    }

    /// The number of an output whose words would be shared between invocations.
    pub(crate) fn torn(&self, operands: &[OperandLayout]) -> Option<usize> {
        let torn = |&number: &usize| operands[number].output && !operands[number].owns_words(&self.loops.steps[number]);
        (0..operands.len()).find(torn)
    }

    pub(crate) fn whole(&self) -> Ranges {
        self.loops.shape.iter().map(|&n| 0..n).collect()
    }

    /// Returns true when a box is one run of cells in every operand.
    pub(crate) fn is_run(&self, part: &[Range<usize>]) -> bool {
        let (_, others) = part.split_last().expect("there are three axes at least");
        let follows = |steps: &Vec<usize>| steps.last() == Some(&1);
        others.iter().all(|range| range.len() == 1) && self.loops.steps.iter().all(follows)
    }

    /// The cells of an operand that a box of loop elements touches: the first, and how many up to the last.
    pub(crate) fn span(&self, operand: usize, part: &[Range<usize>]) -> (usize, usize) {
        let steps = self.loops.steps[operand].iter();
        let (first, last) = part
            .iter()
            .zip(steps)
            .fold((0, 0), |(first, last), (range, step)| (first + range.start * step, last + (range.end - 1) * step));
        (first, last - first + self.reaches[operand])
    }

    /// Parts of which each is one dispatch; `load` is the share of the limits that one takes. x is cut at multiples of
    /// [`ALIGNED`], and of `cells` where that is too many. Or a part that is too large, and can be cut no further.
    pub(crate) fn split(&self, cells: usize, load: &impl Fn(&[Range<usize>]) -> f64) -> Result<Vec<Ranges>, Ranges> {
        let z = self.loops.shape.len() - 3;
        let one_dispatch = |part: &[Range<usize>]| part[..z].iter().all(|range| range.len() == 1);
        let load = |part: &[Range<usize>]| if one_dispatch(part) { load(part) } else { f64::INFINITY };
        let of_unit = |unit: usize| {
            let mut units = vec![1; self.loops.shape.len()];
            units[z + 2] = unit;
            split(&self.whole(), &units, &load)
        };
        of_unit(ALIGNED).or_else(|_| of_unit(cells))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stencil_abi::ElementType;

    fn laid(shape: &[usize], scalar: ElementType, loops: &[usize], core: &[usize], returned: bool) -> OperandLayout {
        let core = core.iter().map(|&axis| Some(axis)).collect();
        OperandLayout {
            form: DeviceLayout::new(shape, scalar),
            loops: loops.to_vec(),
            core,
            returned,
            output: returned,
        }
    }

    #[test]
    fn operands_broadcast_and_rows_are_padded() {
        let operands = [
            laid(&[4, 3, 5], ElementType::U8, &[0, 1], &[2], false),
            laid(&[3, 1], ElementType::F32, &[0], &[1], false),
            laid(&[4, 3], ElementType::U16, &[0, 1], &[], true),
        ];
        let nest = Nest::new(&operands, &[4, 3]);
        assert_eq!(nest.loops.shape, [1, 4, 3]);
        assert_eq!(nest.loops.steps, [[0, 24, 8], [0, 0, 1], [0, 4, 1]]);
        assert_eq!(nest.span(0, &[0..1, 1..3, 0..3]), (24, 24 + 16 + 5));
        assert_eq!(operands[0].strides(), [1]);
        assert_eq!(nest.torn(&operands), None);
    }

    #[test]
    fn words_that_two_invocations_write_are_seen() {
        let turned = [laid(&[4, 3], ElementType::U8, &[1, 0], &[], true)];
        assert_eq!(Nest::new(&turned, &[3, 4]).torn(&turned), Some(0));
        let wide = [laid(&[4, 3], ElementType::F32, &[1, 0], &[], true)];
        assert_eq!(Nest::new(&wide, &[3, 4]).torn(&wide), None);
        let written = [OperandLayout { returned: false, ..laid(&[4, 3], ElementType::U8, &[1], &[0], true) }];
        assert_eq!(Nest::new(&written, &[3]).torn(&written), Some(0));
    }

    #[test]
    fn parts_cover_all_loop_elements() {
        let operands = [laid(&[2, 3, 4, 5, 11], ElementType::U8, &[0, 1, 2, 3, 4], &[], true)];
        let mut strided = operands.clone();
        strided[0].form.shape[2] = 4;
        let nest = Nest::new(&strided, &[2, 3, 4, 5, 11]);
        for limit in [1, 8, 50, 200, 1000] {
            let load = |part: &[Range<usize>]| nest.span(0, part).1 as f64 / limit.max(4) as f64;
            let parts = nest.split(4, &load).unwrap();
            let cells: usize = parts.iter().map(|part| part.iter().map(Range::len).product::<usize>()).sum();
            assert!(parts.iter().all(|part| part.last().unwrap().start % 4 == 0));
            assert_eq!(cells, 2 * 3 * 4 * 5 * 11);
        }
        assert!(nest.split(4, &|_| 2.0).is_err());
    }
}
