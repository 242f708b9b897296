//! The inner loop of a kernel: loop elements along one axis, as NumPy calls it.
//!
//! An [`InnerLoop`] is what the loop nest hands to the compiled loops of a kernel: so many loop elements, and for each
//! operand the first core and the distance to the next. An element function computes them one by one or side by side; a
//! stencil sweeps over each core. An [`InnerPlan`] is what the nest has to know of that beforehand.
//!
//! A core is whole: its indices begin at 0, and no rule leads out of it. So an operand here has no place in a domain,
//! unlike a [`Block`](crate::block::Block).

use std::any::Any;

use arrayvec::ArrayVec;

use crate::block::{ElementLayout, OutputInit};
use crate::kernel::Multiversioned;
use crate::memory::{NoMemory, Pieces};
use crate::plan::Way;
use crate::schedule::{Schedule, SimdLevel};
use crate::{MAX_INPUTS, MAX_RANK};

/// One operand along an inner loop: its first core, and how far the next one is.
#[derive(Clone, Copy, Debug)]
pub struct InnerOperand {
    pub(crate) at: *mut u8,
    /// From one loop element to the next, in elements.
    pub(crate) step: isize,
    pub(crate) element: ElementLayout,
    /// The core dimensions, padded with axes of one cell.
    pub(crate) shape: [usize; MAX_RANK],
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
}

impl InnerOperand {
    pub(crate) const NONE: InnerOperand = InnerOperand {
        at: std::ptr::null_mut(),
        step: 0,
        element: ElementLayout::NOTHING,
        shape: [1; MAX_RANK],
        strides: [0; MAX_RANK],
    };

    /// Bytes of an element.
    #[inline(always)]
    pub(crate) fn size(&self) -> usize {
        self.element.size
    }

    /// The same cores with cells in the order of the axes, `apart` elements from one to the next.
    pub(crate) fn in_order(mut self, apart: isize) -> InnerOperand {
        let mut stride = apart;
        for axis in (0..MAX_RANK).rev() {
            self.strides[axis] = stride;
            stride *= self.shape[axis].max(1) as isize;
        }
        self
    }

    /// The operand with strides that views to write through may have: ndarray takes no zero strides for those, and gives
    /// them to arrays without elements.
    pub(crate) fn writable(self) -> InnerOperand {
        if self.cells() == 0 { self.in_order(1) } else { self }
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

    /// The number of cells of all cores, if they lie side by side in the order of loop elements and axes.
    pub(crate) fn contiguous(&self, count: usize) -> Option<usize> {
        let (cells, ordered) = (self.cells(), self.in_order(1).strides);
        let in_order = (0..MAX_RANK).all(|axis| self.shape[axis] <= 1 || self.strides[axis] == ordered[axis]);
        (in_order && (count == 1 || self.step == cells as isize)).then(|| count * cells)
    }

    /// The core of a loop element.
    #[inline(always)]
    pub(crate) fn core(&self, index: usize) -> *mut u8 {
        self.at.wrapping_offset(index as isize * self.step * self.size() as isize)
    }
}

// SAFETY: threads share the description of an operand; what they read and write through its pointer is up to the
// executor.
unsafe impl Sync for InnerOperand {}

/// Inputs beyond this many bytes do not stay in the second-level cache.
const CACHE_BYTES: usize = 1 << 20;

/// The inputs of an inner loop, or its outputs.
pub(crate) type InnerOperands = ArrayVec<InnerOperand, MAX_INPUTS>;

/// The order in which loop elements may be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Any, several at once, and some of them twice: none reads what another one writes.
    Any,
    /// The same, but none twice: each writes its results over what it has read, as in NumPy's `add(x, y, out=x)`.
    Once,
    /// One after the other: some read what others have written.
    Ascending,
    /// One after the other, and the first input is the one output of the loop element before, as in NumPy's `reduce` and
    /// `accumulate`. No other input shares memory with the output.
    Carried,
}

/// Loop elements along one axis.
#[derive(Clone, Debug)]
pub struct InnerLoop {
    pub(crate) count: usize,
    /// The number of loop elements of the whole call.
    pub(crate) elements: usize,
    pub(crate) inputs: InnerOperands,
    pub(crate) outputs: InnerOperands,
    pub(crate) order: Order,
    /// True when results go around the caches.
    pub(crate) stream: bool,
    pub(crate) init: OutputInit,
    /// True when a stencil computes point by point, as [`reference`](crate::Gufunc::reference) does.
    pub(crate) reference: bool,
    /// The settings for a kernel that has more to decide than the nest.
    pub(crate) schedule: Schedule,
}

impl InnerLoop {
    /// The number of loop elements.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The number of cells of a core of an input.
    pub fn cells(&self, input: usize) -> usize {
        self.inputs[input].cells()
    }

    /// The instruction level.
    pub fn level(&self) -> SimdLevel {
        self.schedule.simd_level()
    }

    /// Returns true when the cells of several loop elements lie side by side in the array itself.
    pub(crate) fn is_direct(&self, operand: &InnerOperand, lanes: usize) -> bool {
        operand.step == 1 && self.count >= lanes
    }

    /// Returns true when an input has several cells for each loop element, which in all do not stay in the second-level
    /// cache.
    pub(crate) fn is_large(&self, input: &InnerOperand) -> bool {
        let cells = input.cells();
        cells > 1 && self.elements.saturating_mul(cells).saturating_mul(input.size()) > CACHE_BYTES
    }

    /// A part of the loop.
    pub(crate) fn part(&self, start: usize, count: usize) -> InnerLoop {
        let mut part = self.clone();
        for operand in part.inputs.iter_mut().chain(&mut part.outputs) {
            operand.at = operand.core(start);
        }
        part.count = count;
        part
    }
}

/// The memory that each thread makes for itself and keeps for a call of a gufunc.
#[derive(Default)]
pub struct State {
    /// Scratch of the element function, one by one and side by side.
    pub(crate) alone: Option<Box<dyn Any + Send>>,
    pub(crate) side_by_side: Option<Box<dyn Any + Send>>,
    /// Cores of several loop elements, side by side.
    pub(crate) rows: Pieces,
    /// Rows of inputs that are far apart in the array. Kept between calls, such copies were measured to be slower.
    pub(crate) tile: Pieces,
}

/// The inner loop of one kernel for one instruction level: the kernel, the loop elements, the thread's scratch.
pub type InnerLoopFn = unsafe fn(*const (), &InnerLoop, &mut State) -> Result<(), NoMemory>;

/// The inner loops of a kernel, one for each instruction level.
pub type InnerLoops<K> = Multiversioned<K, InnerLoopFn>;

/// An inner loop over cores of certain shapes, as far as the loop nest has to know it.
#[derive(Clone, Copy, Debug)]
pub struct InnerPlan {
    pub(crate) way: Way,
    /// An estimate of the nanoseconds that a loop element takes.
    pub(crate) nanoseconds: f64,
    /// Loop elements that are computed together: threads take multiples of this.
    pub(crate) together: usize,
    /// The same where rows of an input are far apart, or 1.
    pub(crate) long: usize,
    /// True when the inner loop has work for several threads within a loop element.
    pub(crate) divisible: bool,
    /// The bytes of scratch memory that a loop element takes beyond those of a tile.
    pub(crate) scratch: usize,
    /// True when results may go around the caches.
    pub(crate) streams: bool,
}

impl InnerPlan {
    /// The number of loop elements that run side by side, or 1.
    pub fn lanes(&self) -> usize {
        match self.way {
            Way::SideBySide { lanes } => lanes,
            Way::OneByOne(_) | Way::Sweep => 1,
        }
    }
}
