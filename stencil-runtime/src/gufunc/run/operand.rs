//! Operands without their element types.

use crate::block::ElementLayout;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// An array of any rank: its first element, shape and strides in elements.
#[derive(Clone, Debug)]
pub struct RawArray {
    pub(crate) at: *mut u8,
    pub(crate) shape: Vec<usize>,
    pub(crate) strides: Vec<isize>,
    pub(crate) element: ElementLayout,
}

/// One operand along a run: its first core, and how far the next one is.
#[derive(Clone, Copy, Debug)]
pub struct RunOperand {
    pub(crate) at: *mut u8,
    /// From one loop element to the next, in elements.
    pub(crate) step: isize,
    /// Bytes of an element.
    pub(crate) size: usize,
    /// An output that the element function writes through a view.
    pub(crate) written: bool,
    /// The core dimensions, padded with axes of one cell.
    pub(crate) shape: [usize; MAX_RANK],
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
}

impl RunOperand {
    pub(crate) const NONE: RunOperand = RunOperand {
        at: std::ptr::null_mut(),
        step: 0,
        size: 0,
        written: false,
        shape: [1; MAX_RANK],
        strides: [0; MAX_RANK],
    };

    /// The same cores with cells in the order of the axes, `apart` elements from one to the next.
    pub(crate) fn in_order(mut self, apart: isize) -> RunOperand {
        let mut stride = apart;
        for axis in (0..MAX_RANK).rev() {
            self.strides[axis] = stride;
            stride *= self.shape[axis].max(1) as isize;
        }
        self
    }

    /// The number of elements of a core.
    pub(crate) fn cells(&self) -> usize {
        self.shape.iter().product()
    }

    /// Calls `f` with the offset of each cell of a core, in elements, the last axis first.
    #[inline(always)]
    pub(crate) fn for_each_cell(&self, mut f: impl FnMut(isize)) {
        let mut index = [0; MAX_RANK];
        let mut offset = 0;
        for _ in 0..self.cells() {
            f(offset);
            for axis in (0..MAX_RANK).rev() {
                index[axis] += 1;
                offset += self.strides[axis];
                if index[axis] < self.shape[axis] {
                    break;
                }
                offset -= self.shape[axis] as isize * self.strides[axis];
                index[axis] = 0;
            }
        }
    }

    /// The core of a loop element of the run.
    #[inline(always)]
    pub(crate) fn core(&self, index: usize) -> *mut u8 {
        self.at.wrapping_offset(index as isize * self.step * self.size as isize)
    }
}

// SAFETY: threads share the description of a run; what they read and write through its pointers is up to `execute`.
unsafe impl Sync for RunOperand {}

/// A run of loop elements along one axis.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub(crate) count: usize,
    pub(crate) inputs: [RunOperand; MAX_INPUTS],
    pub(crate) outputs: [RunOperand; MAX_OUTPUTS],
    /// Whether several loop elements may run side by side.
    pub(crate) lanes: bool,
    /// Whether results go around the caches.
    pub(crate) stream: bool,
    /// Whether memory for cores side by side is filled before use, for tests.
    pub(crate) poison: bool,
}

impl Run {
    /// Whether the lanes of an operand lie side by side in the array itself.
    pub(crate) fn is_direct(&self, operand: &RunOperand, lanes: usize) -> bool {
        operand.step == 1 && self.count >= lanes
    }

    /// A part of the run.
    pub(crate) fn part(&self, start: usize, count: usize) -> Run {
        let mut part = *self;
        for operand in part.inputs.iter_mut().chain(&mut part.outputs) {
            operand.at = operand.core(start);
        }
        part.count = count;
        part
    }
}
