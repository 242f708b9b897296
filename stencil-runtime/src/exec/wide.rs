//! Wide halos: padded copies that all threads make and read together.
//!
//! A tile copies its halo, and so does the next one. That is cheap while a halo is narrower than a tile; beyond that,
//! the cells that are copied would grow with the square of the halo. Then what is not interior is copied in pieces that
//! are at least as long as the halo along each axis, and the tiles within a piece are computed from the one copy. So a
//! cell of the array or of its halo is copied a few times at most.

use crate::MAX_RANK;
use crate::exec::job::Job;
use crate::exec::pad::{Copied, FILL_COLUMNS};
use crate::exec::part::Sources;
use crate::exec::plan::{Facts, PAD_BYTES, Plan};
use crate::exec::scratch::{NoMemory, Pieces, Scratch};
use crate::exec::stream;
use crate::region::Region;

/// A halo is wide when tiles would copy this many cells for each point, not counting the rim of the array.
const COPIES: usize = 4;
/// What the copies of one tile's piece may take, in bytes.
const TILE_PAD_BYTES: usize = 2 << 20;
/// What the copies of a piece may take, in bytes, unless a piece as long as the halo needs more.
const WIDE_BYTES: usize = 8 << 20;
/// What is filled at a time.
const FILL_BYTES: usize = 256 << 10;

impl Plan {
    /// The points along an axis from which on a tile's part may be cut in two to be copied.
    pub(super) fn least(&self, axis: usize) -> usize {
        if axis + 1 == self.rank { 2 * self.block } else { 2 }
    }

    /// Whether tiles would copy the same cells again and again, along the axes that are cut each piece brings its halo, or
    /// need much memory each.
    pub(super) fn is_wide(&self, facts: &Facts<'_>) -> bool {
        let all = &self.extent.evaluated;
        let axes = 0..self.rank;
        // Most small calls: nothing is cut.
        if all.is_empty()
            || axes.clone().all(|axis| all.len(axis) <= self.tile[axis]) && facts.pad_bytes(all) <= PAD_BYTES
        {
            return false;
        }
        let tile = axes.clone().fold(*all, |tile, axis| {
            let start = tile.start[axis];
            tile.with(axis, start..tile.end[axis].min(start + self.tile[axis]))
        });
        let piece = facts.piece(&tile, PAD_BYTES, |axis| self.least(axis));
        let cut = || axes.clone().filter(|&axis| piece[axis] < all.len(axis));
        let copied = cut().map(|axis| piece[axis] + facts.width(axis)).fold(1, usize::saturating_mul);
        let piece_bytes = facts.pad_bytes(&tile.block(&piece, &tile.block_counts(&piece), 0));
        copied > COPIES.saturating_mul(cut().map(|axis| piece[axis]).product()) || piece_bytes > TILE_PAD_BYTES
    }
}

/// A place in memory that threads write to, each at its own offsets.
#[derive(Clone, Copy)]
struct Place(*mut u8);

// SAFETY: threads write disjoint boxes of cells.
unsafe impl Sync for Place {}

impl Place {
    fn at(&self, offset: usize) -> *mut u8 {
        self.0.wrapping_add(offset)
    }
}

impl Job<'_> {
    /// What the shared copies take, 0 where halos are not wide.
    pub(crate) fn shared_bytes(&self) -> usize {
        if self.plan.wide { self.slabs().1 } else { 0 }
    }

    /// The interior between the slabs that are computed from copies, and the most that the copies of a piece take.
    fn slabs(&self) -> (Region, usize) {
        let evaluated = &self.plan.extent.evaluated;
        let mut inner = self.widen(evaluated);
        if inner.is_empty() {
            // One slab rather than one for each side.
            inner = inner.with(0, 0..0);
        }
        let mut most = 0;
        evaluated.peel(&inner, |slab, _, _| most = most.max(self.facts.pad_bytes(&self.first_piece(&slab))));
        (inner, most)
    }

    /// The extent of the pieces of a slab: not shorter than the halo.
    fn piece_extent(&self, slab: &Region) -> [usize; MAX_RANK] {
        self.facts.piece(slab, WIDE_BYTES, |axis| self.plan.least(axis).max(2 * self.facts.width(axis)))
    }

    /// The first piece of a slab; none is larger.
    fn first_piece(&self, slab: &Region) -> Region {
        let extent = self.piece_extent(slab);
        slab.block(&extent, &slab.block_counts(&extent), 0)
    }

    /// As `run`, where halos are wide.
    ///
    /// # Safety
    /// As for `run`.
    pub(super) unsafe fn run_wide(&self) -> Result<(), NoMemory> {
        let (inner, bytes) = self.slabs();
        let mut pieces = Pieces::default();
        pieces.reserve(bytes, false)?;
        // SAFETY: as the caller says; tiles and slabs are disjoint.
        unsafe {
            self.each(&self.plan.extent.written, &self.plan.tile, |tile| self.inner_tile(tile, &inner))?;
            let mut done = Ok(());
            self.plan.extent.evaluated.peel(&inner, |slab, _, _| {
                slab.blocks(&self.piece_extent(&slab), |piece| {
                    done = done.and_then(|()| self.shared(&piece, &mut pieces));
                });
            });
            done
        }
    }

    /// Writes the rim of a tile, and what of it lies in the interior.
    ///
    /// # Safety
    /// As for `run`; no other thread writes the tile.
    unsafe fn inner_tile(&self, tile: &Region, inner: &Region) -> Result<(), NoMemory> {
        // SAFETY: as the caller says.
        let done = unsafe {
            let evaluated = tile.peel(&self.plan.extent.evaluated, |part, axis, side| self.rim(&part, axis, side));
            let part = evaluated.peel(inner, |_, _, _| {});
            Scratch::with(|scratch| self.direct(&part, scratch))
        };
        if self.plan.stream {
            stream::fence();
        }
        done
    }

    /// Computes a piece from one padded copy of each input.
    ///
    /// # Safety
    /// As for `run`; no other thread writes the piece, which lies in the evaluated region.
    unsafe fn shared(&self, piece: &Region, pieces: &mut Pieces) -> Result<(), NoMemory> {
        pieces.reserve(self.facts.pad_bytes(piece), self.facts.schedule.poison)?;
        let mut sources = Sources::at(piece.start);
        for number in 0..self.facts.inputs.len() {
            let copy = self.facts.pad(number).copy(piece);
            let size = self.facts.inputs.get(number).layout.size;
            let place = Place(pieces.piece(copy.bytes));
            let cells = Region::whole(&copy.shape[..self.plan.rank]);
            self.each(&cells, &fill_extent(&cells, size), |cells| {
                // SAFETY: the piece has the size of the copy, and the boxes of cells are disjoint.
                unsafe { self.fill(number, &copy, cells, place) }
            })?;
            sources.set(number, place.at(copy.first), copy.strides);
        }
        self.each(piece, &self.plan.tile, |tile| {
            Scratch::with(|scratch| {
                scratch.pieces.reserve(self.gathered_bytes(tile), self.facts.schedule.poison)?;
                // SAFETY: as the caller says; the copies hold the halo around each point.
                unsafe { self.compute(tile, &sources, false, scratch) };
                Ok(())
            })
        })
    }

    /// Fills a box of cells of an input's copy.
    ///
    /// # Safety
    /// The copy begins at `place`, which has its size; no other thread writes the box.
    unsafe fn fill(&self, number: usize, copy: &Copied, cells: &Region, place: Place) -> Result<(), NoMemory> {
        let pad = self.facts.pad(number);
        let (copy, start) = copy.cells(cells);
        let to = place.at(start * pad.input.layout.size);
        // SAFETY: as the caller says.
        Scratch::with(|scratch| unsafe { pad.fill(&copy, to, &mut scratch.edges) })
    }
}

/// The extent of the boxes of cells that are filled at a time.
fn fill_extent(cells: &Region, size: usize) -> [usize; MAX_RANK] {
    let mut extent = [1; MAX_RANK];
    let mut room = (FILL_BYTES / size.max(1)).max(1);
    for axis in (0..cells.rank).rev() {
        let limit = if axis + 1 == cells.rank { FILL_COLUMNS } else { room };
        extent[axis] = cells.len(axis).clamp(1, limit.max(1));
        room = (room / extent[axis]).max(1);
    }
    extent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{RawRule, RawRules};
    use crate::exec::plan::Extent;
    use crate::exec::raw::{RawInput, RawInputs, RawOutput, RawOutputs};
    use crate::halo::{Cost, Halo};
    use crate::{MAX_INPUTS, MAX_OUTPUTS, Schedule};

    /// The bytes that are copied for an array of `f32`.
    fn copied(shape: &[usize], halo: Halo) -> usize {
        let rank = shape.len();
        let array = Region::whole(shape);
        let mut strides = [1; MAX_RANK];
        (0..rank - 1).rev().for_each(|axis| strides[axis] = strides[axis + 1] * shape[axis + 1] as isize);
        let layout = crate::exec::raw::Layout::of::<f32>();
        let element = std::any::TypeId::of::<f32>();
        let (mut inputs, mut outputs) = (RawInputs::default(), RawOutputs::default());
        inputs.push(RawInput { at: std::ptr::null(), shape: array.end, strides, layout, element });
        outputs.push(RawOutput { at: std::ptr::null_mut(), shape: array.end, strides, layout, element });
        let rules = RawRules::all(RawRule::Nearest);
        let facts = Facts {
            rank,
            rules: &rules,
            halos: [halo; MAX_INPUTS],
            inputs: &inputs,
            largest_output: 4,
            cost: Cost { reads: 3, shared: 0, operations: 2 },
            schedule: Schedule::new(),
        };
        let extent = Extent::new(&facts);
        let job = Job {
            plan: Plan::new(&facts, extent, &outputs),
            facts: &facts,
            outputs: &outputs,
            parts: |_| [std::ptr::null(); MAX_OUTPUTS],
            keep_input: false,
            kernel: std::ptr::null(),
            lane: |_, _| {},
        };
        let mut bytes = 0;
        if job.plan.wide {
            let (inner, most) = job.slabs();
            job.plan.extent.evaluated.peel(&inner, |slab, _, _| {
                slab.blocks(&job.piece_extent(&slab), |piece| {
                    assert!(facts.pad_bytes(&piece) <= most);
                    bytes += facts.pad_bytes(&piece);
                });
            });
        } else {
            array.blocks(&job.plan.tile, |tile| {
                tile.peel(&job.widen(&tile), |part, _, _| {
                    part.blocks(&facts.piece(&part, PAD_BYTES, |axis| job.plan.least(axis)), |part| {
                        bytes += facts.pad_bytes(&part);
                    });
                });
            });
        }
        bytes
    }

    #[test]
    fn copies_are_a_small_multiple_of_the_array_and_its_halo() {
        let shapes: [&[usize]; 5] = [&[1024, 1024], &[1000, 1010], &[100, 90, 120], &[200_000], &[20, 3000]];
        for shape in shapes {
            for cells in [1, 2, 3, 5, 8, 13, 20, 40, 70, 100, 300, 1000] {
                let halo = Halo::uniform(shape.len(), cells);
                let all: usize = shape.iter().map(|n| n + 2 * cells).product::<usize>() * 4;
                let copied = copied(shape, halo);
                assert!(copied <= 6 * all, "{shape:?}, {cells}: {:.1}", copied as f64 / all as f64);
            }
        }
    }
}
