//! Runs a plan: tile by tile, on one thread or all.
//!
//! Inside a tile the points whose footprints lie in the arrays are computed from the arrays themselves.
//! The others, a few columns and rows, are computed from padded copies, and so is everything when an
//! input's last axis is not contiguous. Where tiles would copy the same halo again and again, the copies are made
//! for many tiles at once: [`wide`](super::wide).

use super::part::{Sources, copy_element};
use super::plan::{PAD_BYTES, SweepPlan};
use super::request::Request;
use crate::MAX_RANK;
use crate::block::{Block, OutputInit};
use crate::boundary::RawRim;
use crate::exec::scratch::Scratch;
use crate::exec::split;
use crate::geometry::Region;
use crate::memory::{self, NoMemory};
use crate::parallel;

/// A request and the plan for it.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) request: Request<'a>,
    pub(crate) plan: SweepPlan,
}

// SAFETY: a job shares its kernel, which is `Sync`, and its inputs, whose elements are; the threads
// write disjoint parts of the outputs.
unsafe impl Sync for Job<'_> {}

impl<'a> Job<'a> {
    pub(crate) fn new(request: Request<'a>) -> Job<'a> {
        Job { plan: SweepPlan::new(&request), request }
    }
}

impl Job<'_> {
    /// Computes all outputs. Without memory for its copies, a call with a wide halo writes nothing; scratch memory of
    /// a tile may be lacking later, and then outputs are partly written.
    ///
    /// # Safety
    /// `kernel` points to the kernel of `patch`; the blocks are alive, of its types, and hold what the region needs; the
    /// outputs alias nothing, but for the input in place.
    pub(crate) unsafe fn run(&self) -> Result<(), NoMemory> {
        if let Some(seed) = self.request.stage.schedule.split {
            // SAFETY: as the caller says.
            return unsafe { split::run(&self.request, seed) };
        }
        if self.plan.wide {
            // SAFETY: as the caller says.
            return unsafe { self.run_wide() };
        }
        self.each(&self.request.region, &self.plan.tile, |tile| {
            // SAFETY: as the caller says; tiles are disjoint.
            Scratch::with(|scratch| unsafe { self.tile(tile, scratch) })
        })
    }

    /// Visits a region in blocks, on one thread or all.
    pub(super) fn each(
        &self,
        region: &Region,
        extent: &[usize; MAX_RANK],
        work: impl Fn(&Region) -> Result<(), NoMemory> + Sync,
    ) -> Result<(), NoMemory> {
        let counts = region.block_counts(extent);
        let blocks: usize = counts.iter().product();
        if blocks == 1 {
            return work(region);
        }
        parallel::try_for_each(blocks, self.plan.threads.several(), |index| work(&region.block(extent, &counts, index)))
    }

    /// # Safety
    /// As for `run`; no other thread writes the tile.
    unsafe fn tile(&self, tile: &Region, scratch: &mut Scratch) -> Result<(), NoMemory> {
        let mut done = Ok(());
        // SAFETY: as the caller says; the parts are disjoint.
        unsafe {
            let evaluated = tile.peel(&self.request.domain.evaluated, |part, axis, side| self.rim(&part, axis, side));
            if evaluated.is_empty() {
                return Ok(());
            }
            let inner = self.widen(&evaluated);
            let interior = evaluated.intersect(&inner);
            if interior.is_empty() {
                // One copy of all rather than one for each side.
                return self.padded(&evaluated, scratch);
            }
            // The interior first: it brings the rim's cells into the cache, in an order that the
            // processor foresees; the rim alone would wait for each of its rows.
            self.direct(&interior, scratch)?;
            evaluated.peel(&inner, |part, _, _| done = done.and_then(|()| self.padded(&part, scratch)));
        }
        if self.plan.streams() {
            memory::fence();
        }
        done
    }

    /// The interior of a tile, its columns drawn in so far that those left out are at least a block on
    /// each side. With streaming, those left in are whole blocks that start at a line of the output.
    pub(super) fn widen(&self, tile: &Region) -> Region {
        let last = self.request.rank() - 1;
        let (start, end) = (tile.start[last], tile.end[last]);
        let inner = self.plan.interior;
        let block = self.plan.block;
        let low = if inner.start[last] > start { inner.start[last].max(start + block) } else { start };
        let high = if inner.end[last] < end { inner.end[last].min(end.saturating_sub(block)) } else { end };
        if low + block > high && (low > start || high < end) {
            return inner.with(last, end..end);
        }
        if !self.plan.streams() {
            return inner.with(last, low..high);
        }
        let output = &self.request.outputs[0];
        let column = output.at.addr() / output.element.size + (low - output.spans[last].start);
        let skip = column.next_multiple_of(block) - column;
        let low = if skip > 0 && low == start { low + skip + block } else { low + skip };
        let blocks = high.saturating_sub(low) / block;
        let blocks = if high == end && low + blocks * block < end { blocks.saturating_sub(1) } else { blocks };
        inner.with(last, low..low + blocks * block)
    }

    /// Computes a part from the arrays themselves, if it has points.
    ///
    /// # Safety
    /// As for `tile`; the part lies in the interior.
    pub(super) unsafe fn direct(&self, part: &Region, scratch: &mut Scratch) -> Result<(), NoMemory> {
        if part.is_empty() {
            return Ok(());
        }
        let mut sources = Sources::at(part.start);
        for (number, input) in self.request.inputs.iter().enumerate() {
            sources.set(number, input.cell(&self.request.domain.cell(&part.start)), input.strides);
        }
        scratch.pieces.reserve(self.gathered_bytes(part), self.request.stage.schedule.poison)?;
        // SAFETY: as the caller says.
        unsafe { self.compute(part, &sources, self.plan.streams(), scratch) };
        Ok(())
    }

    /// Computes a part from padded copies, piece by piece if they would be large.
    ///
    /// # Safety
    /// As for `tile`; the part lies in the evaluated region.
    unsafe fn padded(&self, part: &Region, scratch: &mut Scratch) -> Result<(), NoMemory> {
        // SAFETY: as the caller says.
        let mut piece = |part: &Region, bytes| unsafe { self.padded_piece(part, bytes, scratch) };
        let bytes = self.request.pad_bytes(part);
        if bytes <= PAD_BYTES {
            return piece(part, bytes);
        }
        let mut done = Ok(());
        let extent = self.request.piece(part, PAD_BYTES, |axis| self.plan.least(axis, self.request.rank()));
        part.blocks(&extent, |part| done = done.and_then(|()| piece(&part, self.request.pad_bytes(&part))));
        done
    }

    /// Computes a part from padded copies, which take `bytes`.
    ///
    /// # Safety
    /// As for `padded`.
    unsafe fn padded_piece(&self, part: &Region, bytes: usize, scratch: &mut Scratch) -> Result<(), NoMemory> {
        scratch.pieces.reserve(bytes + self.gathered_bytes(part), self.request.stage.schedule.poison)?;
        let (mut sources, cells) = (Sources::at(part.start), self.request.domain.cells(part));
        for number in 0..self.request.inputs.len() {
            let pad = self.request.pad(number);
            let copy = pad.copy(&cells);
            let at = scratch.pieces.piece(copy.bytes);
            // SAFETY: the piece has the size of the copy.
            unsafe { pad.fill(&copy, at, &mut scratch.edges)? };
            sources.set(number, at.wrapping_add(copy.first), copy.strides);
        }
        // SAFETY: as the caller says; the copies hold the halo around each point.
        unsafe { self.compute(part, &sources, false, scratch) };
        Ok(())
    }

    /// Writes a part of the rim.
    ///
    /// # Safety
    /// As for `tile`.
    pub(crate) unsafe fn rim(&self, part: &Region, axis: usize, side: usize) {
        match self.request.stage.reads.rim(axis, side) {
            Some(RawRim::Fill(item)) => {
                // SAFETY: the fill item lives in the rules of the call.
                let values = unsafe { (self.request.stage.parts)(item) };
                for (number, output) in self.request.outputs.iter().enumerate() {
                    // SAFETY: the values are parts of the item, one of each output's type.
                    unsafe { self.copy_rim(part, output, |_| values[number]) };
                }
            }
            Some(RawRim::Keep) if self.request.init == OutputInit::Uninit => {
                let input = &self.request.inputs[0];
                for output in self.request.outputs.iter() {
                    // SAFETY: the first input has the outputs' element type.
                    unsafe { self.copy_rim(part, output, |point| input.cell(&self.request.domain.cell(point))) };
                }
            }
            // Outputs that are written into keep what they hold, and those that shrink have no rim.
            Some(RawRim::Keep | RawRim::Shrink) | None => {}
        }
    }

    /// # Safety
    /// `value` gives an element of the output's type for each point of the part.
    unsafe fn copy_rim(&self, part: &Region, output: &Block, value: impl Fn(&[usize; MAX_RANK]) -> *const u8) {
        part.leading(self.request.rank(), |index| {
            // SAFETY: as the caller says.
            unsafe { copy_element(value(index), output.cell(index), output.element.size) };
        });
    }
}
