//! A request to the executor: a region of a domain, by a stage, from blocks into blocks.

use super::pad::Pad;
use crate::block::{Block, InputBlocks, OutputBlocks, OutputInit};
use crate::boundary::RawRule;
use crate::geometry::{Domain, Reads, Region};
use crate::halo::Cost;
use crate::memory::Pieces;
use crate::patch::PatchFn;
use crate::schedule::Schedule;
use crate::{MAX_OUTPUTS, MAX_RANK};

/// A stencil without its types.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'a> {
    pub(crate) kernel: *const (),
    /// The loops of the kernel, at the instruction level of the call.
    pub(crate) patch: PatchFn,
    pub(crate) reads: Reads<'a>,
    /// The values of the outputs within an item.
    /// # Safety
    /// Points to a fill item of the kernel.
    pub(crate) parts: unsafe fn(*const u8) -> [*const u8; MAX_OUTPUTS],
    /// Bytes of the largest element of the outputs.
    pub(crate) largest_output: usize,
    pub(crate) cost: Cost,
    pub(crate) schedule: Schedule,
}

/// A region of the domain that is to be computed. The blocks hold at least the cells that it needs, and the outputs the
/// region.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) stage: &'a Stage<'a>,
    pub(crate) domain: &'a Domain,
    /// Points of the domain that are written.
    pub(crate) region: Region,
    pub(crate) inputs: &'a InputBlocks,
    pub(crate) outputs: &'a OutputBlocks,
    /// The cells of outputs before the call. If they hold nothing yet, `Rim::Keep` copies the first input.
    pub(crate) init: OutputInit,
    /// True when the output is the input. Then the kernel reads the point alone, and from a copy.
    pub(crate) in_place: bool,
    /// The number of such regions that the call computes one after the other: together they may leave the caches.
    pub(crate) regions: usize,
}

impl<'a> Request<'a> {
    /// A request for all points of the outputs, whole arrays: their first cell is that of the first point that is written.
    pub(crate) fn whole(
        stage: &'a Stage<'a>,
        domain: &'a Domain,
        inputs: &'a InputBlocks,
        outputs: &'a mut OutputBlocks,
        init: OutputInit,
    ) -> Request<'a> {
        outputs.iter_mut().for_each(|output| output.place(&domain.written.start));
        Request { stage, domain, region: domain.written, inputs, outputs, init, in_place: false, regions: 1 }
    }

    pub(crate) fn rank(&self) -> usize {
        self.domain.rank
    }

    /// The evaluated points of the region.
    pub(crate) fn evaluated(&self) -> Region {
        self.region.intersect(&self.domain.evaluated)
    }

    pub(super) fn pad(&self, input: usize) -> Pad<'a> {
        let stage: &'a Stage<'a> = self.stage;
        let halo = stage.reads.halo(input);
        let rules: &'a [[RawRule; 2]; MAX_RANK] = &stage.reads.rules.inputs[input];
        Pad { input: &self.inputs[input], shape: &self.domain.shape, rules, halo, rank: self.rank() }
    }

    /// The bytes that the padded copies of a part take.
    pub(super) fn pad_bytes(&self, part: &Region) -> usize {
        let cells = self.domain.cells(part);
        (0..self.inputs.len()).map(|number| Pieces::rounded(self.pad(number).bytes(&cells))).sum()
    }

    /// The extent of what is copied of a part at a time: halves of the longest axis until the copies take at most `limit`
    /// bytes, of axes with at least `least` points.
    pub(super) fn piece(&self, part: &Region, limit: usize, least: impl Fn(usize) -> usize) -> [usize; MAX_RANK] {
        let mut piece = *part;
        loop {
            let longest =
                (0..self.rank()).filter(|&axis| piece.len(axis) >= least(axis)).max_by_key(|&axis| piece.len(axis));
            match longest {
                Some(axis) if self.pad_bytes(&piece) > limit => {
                    piece.end[axis] = piece.start[axis] + piece.len(axis).div_ceil(2);
                }
                _ => return std::array::from_fn(|axis| piece.len(axis)),
            }
        }
    }

    /// The bytes that a point reads and writes at least. With a stride it brings cells between points along: of the last axis
    /// all, of the others those that are read.
    pub(super) fn point_bytes(&self) -> usize {
        let size = |blocks: &[Block]| blocks.iter().map(|block| block.element.size).sum::<usize>();
        let last = self.rank() - 1;
        let stride = |axis: usize| self.domain.stride[axis].min(self.domain.shape[axis].max(1));
        let rows = (0..last).map(|axis| stride(axis).min(1 + self.stage.reads.width(axis)));
        size(self.inputs) * rows.product::<usize>() * stride(last) + size(self.outputs)
    }
}
