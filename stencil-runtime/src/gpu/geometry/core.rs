//! Where the loop elements and the cores of a gufunc's operands are, and how a call is cut into dispatches.

use super::loops::LoopAxes;
use crate::gpu::form::{Cells, Form};

/// An operand: how it lies on the GPU, and which of its axes are what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    pub(crate) form: Form,
    /// Its axes along the last of the loop dimensions.
    pub(crate) loops: Vec<usize>,
    /// For each core dimension of the signature, its axis; none where the operand lacks it.
    pub(crate) core: Vec<Option<usize>>,
    /// An output that the element function returns: an invocation has several of them.
    pub(crate) returned: bool,
    pub(crate) output: bool,
}

impl Laid {
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

    /// Cells from the first to behind the last one of a core.
    fn reach(&self) -> usize {
        let last = |axis: &usize| (self.form.shape[*axis].max(1) - 1) * self.form.cell_stride(*axis);
        self.core.iter().flatten().map(last).sum::<usize>() + 1
    }

    /// Whether each word is written by one invocation only, for steps along the loop axes, x last.
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
    pub(crate) fn new(operands: &[Laid], loop_shape: &[usize]) -> Nest {
        let steps: Vec<_> = operands.iter().map(|operand| operand.steps(loop_shape)).collect();
        let loops = LoopAxes::new(loop_shape, &steps).padded(3);
        Nest { loops, reaches: operands.iter().map(Laid::reach).collect() }
    }

    /// The number of an output whose words would be shared between invocations.
    pub(crate) fn torn(&self, operands: &[Laid]) -> Option<usize> {
        let torn = |&number: &usize| operands[number].output && !operands[number].owns_words(&self.loops.steps[number]);
        (0..operands.len()).find(torn)
    }

    pub(crate) fn whole(&self) -> Cells {
        self.loops.shape.iter().map(|&n| 0..n).collect()
    }

    /// Whether a box is one run of cells in every operand.
    pub(crate) fn is_run(&self, part: &Cells) -> bool {
        let (_, others) = part.split_last().expect("there are three axes at least");
        let follows = |steps: &Vec<usize>| steps.last() == Some(&1);
        others.iter().all(|range| range.len() == 1) && self.loops.steps.iter().all(follows)
    }

    /// The cells of an operand that a box of loop elements touches: the first, and how many up to the last.
    pub(crate) fn span(&self, operand: usize, part: &Cells) -> (usize, usize) {
        let steps = self.loops.steps[operand].iter();
        let (first, last) = part
            .iter()
            .zip(steps)
            .fold((0, 0), |(first, last), (range, step)| (first + range.start * step, last + (range.end - 1) * step));
        (first, last - first + self.reaches[operand])
    }

    /// Visits parts of a box that `fits` accepts; x is cut at multiples of `cells`, and of [`ALIGNED`] where parts are
    /// large. False where one element is too large.
    pub(crate) fn split(
        &self,
        part: &Cells,
        cells: usize,
        fits: &impl Fn(&Cells) -> bool,
        visit: &mut impl FnMut(&Cells),
    ) -> bool {
        let x = part.len() - 1;
        if part[..x - 2].iter().all(|range| range.len() == 1) && fits(part) {
            visit(part);
            return true;
        }
        let unit = |axis: usize| if axis == x { cells } else { 1 };
        let Some(axis) = (0..part.len()).find(|&axis| part[axis].len() > unit(axis)) else { return false };
        let range = part[axis].clone();
        let half = range.len().div_ceil(2);
        let step = match axis {
            axis if axis < x - 2 => 1,
            axis if axis == x && half >= ALIGNED => half.next_multiple_of(ALIGNED),
            axis => half.next_multiple_of(unit(axis)),
        };
        range.clone().step_by(step).all(|start| {
            let mut smaller = part.clone();
            smaller[axis] = start..range.end.min(start + step);
            self.split(&smaller, cells, fits, visit)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stencil_abi::ElementType;

    fn laid(shape: &[usize], scalar: ElementType, loops: &[usize], core: &[usize], returned: bool) -> Laid {
        let core = core.iter().map(|&axis| Some(axis)).collect();
        Laid { form: Form::new(shape, scalar), loops: loops.to_vec(), core, returned, output: returned }
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
        assert_eq!(nest.span(0, &vec![0..1, 1..3, 0..3]), (24, 24 + 16 + 5));
        assert_eq!(operands[0].strides(), [1]);
        assert_eq!(nest.torn(&operands), None);
    }

    #[test]
    fn words_that_two_invocations_write_are_seen() {
        let turned = [laid(&[4, 3], ElementType::U8, &[1, 0], &[], true)];
        assert_eq!(Nest::new(&turned, &[3, 4]).torn(&turned), Some(0));
        let wide = [laid(&[4, 3], ElementType::F32, &[1, 0], &[], true)];
        assert_eq!(Nest::new(&wide, &[3, 4]).torn(&wide), None);
        let written = [Laid { returned: false, ..laid(&[4, 3], ElementType::U8, &[1], &[0], true) }];
        assert_eq!(Nest::new(&written, &[3]).torn(&written), Some(0));
    }

    #[test]
    fn parts_cover_all_loop_elements() {
        let operands = [laid(&[2, 3, 4, 5, 11], ElementType::U8, &[0, 1, 2, 3, 4], &[], true)];
        let mut strided = operands.clone();
        strided[0].form.shape[2] = 4;
        let nest = Nest::new(&strided, &[2, 3, 4, 5, 11]);
        for limit in [1, 8, 50, 200, 1000] {
            let mut count = 0;
            let fits = |part: &Cells| nest.span(0, part).1 <= limit.max(4);
            assert!(nest.split(&nest.whole(), 4, &fits, &mut |part| {
                count += part.iter().map(|range| range.len()).product::<usize>();
                assert!(part.last().unwrap().start % 4 == 0);
            }));
            assert_eq!(count, 2 * 3 * 4 * 5 * 11);
        }
        assert!(!nest.split(&nest.whole(), 4, &|_| false, &mut |_| ()));
    }
}
