//! Runs a plan: tile by tile, on one thread or all.
//!
//! Inside a tile the points whose footprints lie in the arrays are computed from the arrays themselves.
//! The others, a few columns and rows, are computed from padded copies, and so is everything when an
//! input's last axis is not contiguous.

use crate::boundary::RawRule;
use crate::exec::lanes::{Frame, Lane, LaneFn, LaneInput, LaneOutput};
use crate::exec::pad::Pad;
use crate::exec::plan::{Facts, Plan};
use crate::exec::raw::{RawInput, RawOutput, RawOutputs};
use crate::exec::scratch::Scratch;
use crate::exec::stream;
use crate::halo::Halo;
use crate::region::Region;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// What a padded copy may take, in bytes, unless a single block of points needs more.
const PAD_BYTES: usize = 128 << 10;

/// One call of a kernel.
pub(crate) struct Job<'a> {
    pub(crate) plan: Plan,
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) outputs: &'a RawOutputs,
    /// The fill values of the outputs within an item.
    pub(crate) parts: fn(*const u8) -> [*const u8; MAX_OUTPUTS],
    /// Whether `Rim::Keep` copies the first input.
    pub(crate) keep_input: bool,
    pub(crate) kernel: *const (),
    pub(crate) lane: LaneFn,
}

// SAFETY: a job shares its kernel, which is `Sync`, and its inputs, whose elements are; the threads
// write disjoint parts of the outputs.
unsafe impl Sync for Job<'_> {}

impl Job<'_> {
    /// Computes all outputs.
    ///
    /// # Safety
    /// `kernel` points to the kernel of `lane`; inputs and outputs are alive, of its types, and have the
    /// shapes that the plan was made from; the outputs alias nothing.
    pub(crate) unsafe fn run(&self) {
        let counts = self.plan.written.block_counts(&self.plan.tile);
        let tiles: usize = counts.iter().product();
        let tile = |index: usize| {
            let tile = self.plan.written.block(&self.plan.tile, &counts, index);
            // SAFETY: as the caller says.
            Scratch::with(|scratch| unsafe { self.tile(&tile, scratch) });
        };
        #[cfg(feature = "rayon")]
        if self.plan.parallel && tiles > 1 {
            use rayon::prelude::*;
            (0..tiles).into_par_iter().for_each(tile);
            return;
        }
        (0..tiles).for_each(tile);
    }

    /// # Safety
    /// As for `run`; no other thread writes the tile.
    unsafe fn tile(&self, tile: &Region, scratch: &mut Scratch) {
        let plan = &self.plan;
        // SAFETY: as the caller says; the parts are disjoint.
        unsafe {
            let evaluated = tile.peel(&plan.evaluated, |part, axis, side| self.rim(&part, axis, side));
            if evaluated.is_empty() {
                return;
            }
            let inner = self.widen(&evaluated);
            let interior = evaluated.peel(&inner, |part, _, _| self.padded(&part, scratch));
            if !interior.is_empty() {
                self.direct(&interior, scratch);
            }
        }
        if plan.stream {
            stream::fence();
        }
    }

    /// The interior of a tile, its columns drawn in so far that those left out are at least a block on
    /// each side. With streaming, those left in are whole blocks that start at a line of the output.
    fn widen(&self, tile: &Region) -> Region {
        let last = self.plan.rank - 1;
        let (start, end) = (tile.start[last], tile.end[last]);
        let inner = self.plan.interior;
        let block = self.plan.block;
        let low = if inner.start[last] > start { inner.start[last].max(start + block) } else { start };
        let high = if inner.end[last] < end { inner.end[last].min(end.saturating_sub(block)) } else { end };
        if low + block > high && (low > start || high < end) {
            return inner.with(last, end..end);
        }
        if !self.plan.stream {
            return inner.with(last, low..high);
        }
        let output = self.outputs.get(0);
        let column = output.at.addr() / output.layout.size + (low - self.plan.written.start[last]);
        let skip = column.next_multiple_of(block) - column;
        let low = if skip > 0 && low == start { low + skip + block } else { low + skip };
        let blocks = high.saturating_sub(low) / block;
        let blocks = if high == end && low + blocks * block < end { blocks.saturating_sub(1) } else { blocks };
        inner.with(last, low..low + blocks * block)
    }

    /// Computes a part from the arrays themselves.
    ///
    /// # Safety
    /// As for `tile`; the part lies in the interior.
    unsafe fn direct(&self, part: &Region, scratch: &mut Scratch) {
        // SAFETY: as the caller says.
        unsafe {
            let sources = self.sources(|_, input| (input.at, input.strides, [0; MAX_RANK]));
            scratch.reserve(self.gathered_bytes(part), self.facts.schedule.poison);
            self.compute(part, &sources, self.plan.stream, scratch);
        }
    }

    /// Computes a part from padded copies.
    ///
    /// # Safety
    /// As for `tile`; the part lies in the evaluated region.
    unsafe fn padded(&self, part: &Region, scratch: &mut Scratch) {
        let extent = self.pad_extent(part);
        part.blocks(&extent, |part| {
            let bytes: usize = self.pads().map(|pad| Scratch::rounded(pad.bytes(&part))).sum();
            scratch.reserve(bytes + self.gathered_bytes(&part), self.facts.schedule.poison);
            // SAFETY: the pieces have the size of the copies; the copies hold the halo around each point.
            unsafe {
                let sources = self.sources(|index, _| {
                    let pad = self.pad(index);
                    let at = scratch.piece(pad.bytes(&part));
                    pad.fill(&part, at);
                    let strides = pad.strides(&part);
                    let first: isize = (0..pad.rank).map(|axis| pad.halo.before(axis) as isize * strides[axis]).sum();
                    let at = at.wrapping_offset(first * pad.input.layout.size as isize);
                    (at.cast_const(), strides, part.start)
                });
                self.compute(&part, &sources, false, scratch);
            }
        });
    }

    /// How much of a part is copied at a time: halves of the longest axis until the copies are small.
    fn pad_extent(&self, part: &Region) -> [usize; MAX_RANK] {
        let mut extent: [usize; MAX_RANK] = std::array::from_fn(|axis| part.len(axis));
        let last = self.plan.rank - 1;
        loop {
            let mut piece = *part;
            for axis in 0..MAX_RANK {
                piece.end[axis] = piece.start[axis] + extent[axis];
            }
            let bytes: usize = self.pads().map(|pad| pad.bytes(&piece)).sum();
            let least = |axis: usize| if axis == last { 2 * self.plan.block } else { 2 };
            let halved = (0..=last).filter(|&axis| extent[axis] >= least(axis)).max_by_key(|&axis| extent[axis]);
            match halved {
                Some(axis) if bytes > PAD_BYTES => extent[axis] = extent[axis].div_ceil(2),
                _ => return extent,
            }
        }
    }

    fn pad(&self, input: usize) -> Pad<'_> {
        Pad {
            input: self.facts.inputs.get(input),
            rules: &self.facts.rules.inputs[input],
            halo: &self.facts.halos[input],
            rank: self.plan.rank,
        }
    }

    fn pads(&self) -> impl Iterator<Item = Pad<'_>> {
        (0..self.facts.inputs.len()).map(|input| self.pad(input))
    }

    /// The source of each input: the element at some index, strides, and that index.
    fn sources(
        &self,
        mut source: impl FnMut(usize, &RawInput) -> (*const u8, [isize; MAX_RANK], [usize; MAX_RANK]),
    ) -> [Source; MAX_INPUTS] {
        let mut sources =
            [Source { at: std::ptr::null(), strides: [0; MAX_RANK], origin: [0; MAX_RANK], size: 0 }; MAX_INPUTS];
        for (index, input) in self.facts.inputs.iter().enumerate() {
            let (at, strides, origin) = source(index, input);
            sources[index] = Source { at, strides, origin, size: input.layout.size };
        }
        sources
    }

    /// What collecting the results of a part takes, when an output's last axis is not contiguous.
    fn gathered_bytes(&self, part: &Region) -> usize {
        let (rows, columns) = self.patch(part);
        let bytes = |output: &RawOutput| Scratch::rounded(rows * columns * output.layout.size);
        self.outputs.iter().filter(|output| self.is_gathered(output)).map(bytes).sum()
    }

    fn is_gathered(&self, output: &RawOutput) -> bool {
        let last = self.plan.rank - 1;
        output.strides[last] != 1 && output.shape[last] > 1
    }

    /// Rows and columns of a part's patches.
    fn patch(&self, part: &Region) -> (usize, usize) {
        let rank = self.plan.rank;
        (if rank >= 2 { part.len(rank - 2) } else { 1 }, part.len(rank - 1))
    }

    /// Computes a part, one patch of rows and columns after the other.
    ///
    /// # Safety
    /// As for `tile`; the sources hold the halo around each point of the part.
    unsafe fn compute(&self, part: &Region, sources: &[Source; MAX_INPUTS], stream: bool, scratch: &mut Scratch) {
        let rank = self.plan.rank;
        let (rows, columns) = self.patch(part);
        let mut gathered = [std::ptr::null_mut(); MAX_OUTPUTS];
        for (index, output) in self.outputs.iter().enumerate() {
            if self.is_gathered(output) {
                gathered[index] = scratch.piece(rows * columns * output.layout.size);
            }
        }
        let mut lane = Lane {
            inputs: [LaneInput { at: std::ptr::null(), strides: [0; MAX_RANK], halo: Halo::NONE }; MAX_INPUTS],
            outputs: [LaneOutput { at: std::ptr::null_mut(), row_stride: 0 }; MAX_OUTPUTS],
            frame: Frame { origin: part.start, shape: self.facts.shape() },
            rows,
            columns,
            stream,
        };
        for input in 0..self.facts.inputs.len() {
            lane.inputs[input].strides = sources[input].strides;
            lane.inputs[input].halo = self.facts.halos[input];
        }
        part.leading(rank.saturating_sub(2), |index| {
            lane.frame.origin = *index;
            for input in 0..self.facts.inputs.len() {
                lane.inputs[input].at = sources[input].element(index);
            }
            for (number, output) in self.outputs.iter().enumerate() {
                lane.outputs[number] = match gathered[number] {
                    at if at.is_null() => {
                        LaneOutput { at: self.result(output, index), row_stride: self.row_stride(output) }
                    }
                    at => LaneOutput { at, row_stride: columns as isize },
                };
            }
            // SAFETY: as the caller says; the patch belongs to the part.
            unsafe {
                (self.lane)(self.kernel, &lane);
                for (number, output) in self.outputs.iter().enumerate() {
                    if !gathered[number].is_null() {
                        self.scatter(output, index, gathered[number], rows, columns);
                    }
                }
            }
        });
    }

    pub(super) fn row_stride(&self, output: &RawOutput) -> isize {
        if self.plan.rank >= 2 { output.strides[self.plan.rank - 2] } else { 0 }
    }

    /// Where the result of a point goes.
    pub(super) fn result(&self, output: &RawOutput, index: &[usize; MAX_RANK]) -> *mut u8 {
        let offset: isize = (0..self.plan.rank)
            .map(|axis| (index[axis] - self.plan.written.start[axis]) as isize * output.strides[axis])
            .sum();
        output.at.wrapping_offset(offset * output.layout.size as isize)
    }

    /// Copies collected results to an output whose last axis is not contiguous, rows innermost: that
    /// is the contiguous direction of such arrays, most often.
    ///
    /// # Safety
    /// `from` holds the results of the patch at `index`.
    unsafe fn scatter(
        &self,
        output: &RawOutput,
        index: &[usize; MAX_RANK],
        from: *const u8,
        rows: usize,
        columns: usize,
    ) {
        let size = output.layout.size;
        let to = self.result(output, index);
        let row_stride = self.row_stride(output);
        let column_stride = output.strides[self.plan.rank - 1];
        for column in 0..columns {
            for row in 0..rows {
                let offset = row as isize * row_stride + column as isize * column_stride;
                // SAFETY: both are elements of the patch.
                unsafe {
                    copy_element(
                        from.add((row * columns + column) * size),
                        to.wrapping_offset(offset * size as isize),
                        size,
                    )
                };
            }
        }
    }

    /// Writes a part of the rim.
    ///
    /// # Safety
    /// As for `tile`.
    pub(super) unsafe fn rim(&self, part: &Region, axis: usize, side: usize) {
        match self.plan.rim[axis][side] {
            Some(RawRule::Fill(item)) => {
                let values = (self.parts)(item);
                for (number, output) in self.outputs.iter().enumerate() {
                    // SAFETY: the fill item lives in the rules of the call.
                    unsafe { self.copy_rim(part, output, |_| values[number]) };
                }
            }
            Some(RawRule::Keep) if self.keep_input => {
                let input = self.facts.inputs.get(0);
                let source =
                    Source { at: input.at, strides: input.strides, origin: [0; MAX_RANK], size: input.layout.size };
                for output in self.outputs.iter() {
                    // SAFETY: the first input has the outputs' element type.
                    unsafe { self.copy_rim(part, output, |index| source.element(index)) };
                }
            }
            _ => {}
        }
    }

    /// # Safety
    /// `value` gives an element of the output's type for each point of the part.
    unsafe fn copy_rim(&self, part: &Region, output: &RawOutput, value: impl Fn(&[usize; MAX_RANK]) -> *const u8) {
        part.leading(self.plan.rank, |index| {
            // SAFETY: as the caller says.
            unsafe { copy_element(value(index), self.result(output, index), output.layout.size) };
        });
    }
}

/// Elements of one input: `at` is the one at index `origin`.
#[derive(Clone, Copy)]
struct Source {
    at: *const u8,
    strides: [isize; MAX_RANK],
    origin: [usize; MAX_RANK],
    size: usize,
}

impl Source {
    fn element(&self, index: &[usize; MAX_RANK]) -> *const u8 {
        let offset: isize =
            (0..MAX_RANK).map(|axis| (index[axis] as isize - self.origin[axis] as isize) * self.strides[axis]).sum();
        self.at.wrapping_offset(offset * self.size as isize)
    }
}

/// # Safety
/// Both are valid for `size` bytes and do not overlap.
#[inline(always)]
unsafe fn copy_element(from: *const u8, to: *mut u8, size: usize) {
    use std::mem::MaybeUninit;
    // SAFETY: as the caller says; unaligned and possibly uninitialised (padding) bytes.
    unsafe {
        match size {
            1 => to.cast::<MaybeUninit<u8>>().write(from.cast::<MaybeUninit<u8>>().read()),
            2 => to.cast::<MaybeUninit<[u8; 2]>>().write(from.cast::<MaybeUninit<[u8; 2]>>().read()),
            4 => to.cast::<MaybeUninit<[u8; 4]>>().write(from.cast::<MaybeUninit<[u8; 4]>>().read()),
            8 => to.cast::<MaybeUninit<[u8; 8]>>().write(from.cast::<MaybeUninit<[u8; 8]>>().read()),
            _ => to.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), size),
        }
    }
}
