//! Wide halos: padded copies that all threads make and read together.
//!
//! A tile copies its halo, and so does the next one. That is cheap while a halo is narrower than a tile; beyond that,
//! the cells that are copied would grow with the square of the halo. Then what is not interior is copied in pieces that
//! are at least as long as the halo along each axis, and the tiles within a piece are computed from the one copy. So a
//! cell of the array or of its halo is copied a few times at most.

use super::job::Job;
use super::pad::PadLayout;
use super::part::Sources;
use super::plan::{PAD_BYTES, SweepPlan};
use super::request::Request;
use crate::MAX_RANK;
use crate::exec::scratch::Scratch;
use crate::geometry::Region;
use crate::memory::{self, NoMemory, Pieces};

/// A halo is wide when tiles would copy this many cells for each point, not counting the rim of the array.
const COPIES: usize = 4;
/// The size that the copies of one tile's piece may have, in bytes.
const TILE_PAD_BYTES: usize = 2 << 20;
/// The size that the copies of a piece may have, in bytes, unless a piece as long as the halo needs more.
const WIDE_BYTES: usize = 8 << 20;
/// The bytes that are filled at a time.
const FILL_BYTES: usize = 256 << 10;

impl SweepPlan {
    /// The points along an axis from which on a tile's part may be cut in two to be copied.
    pub(super) fn least(&self, axis: usize, rank: usize) -> usize {
        if axis + 1 == rank { 2 * self.block } else { 2 }
    }

    /// Returns true when tiles would copy the same cells again and again, or need much memory each. Each piece brings
    /// its halo along the axes that are cut.
    pub(super) fn is_wide(&self, request: &Request<'_>) -> bool {
        let all = &request.evaluated();
        let rank = request.rank();
        let axes = 0..rank;
        // Most small calls: nothing is cut.
        if all.is_empty()
            || axes.clone().all(|axis| all.len(axis) <= self.tile[axis]) && request.pad_bytes(all) <= PAD_BYTES
        {
            return false;
        }
        let tile = axes.clone().fold(*all, |tile, axis| {
            let start = tile.start[axis];
            tile.with(axis, start..tile.end[axis].min(start + self.tile[axis]))
        });
        let piece = request.piece(&tile, PAD_BYTES, |axis| self.least(axis, rank));
        let cut = || axes.clone().filter(|&axis| piece[axis] < all.len(axis));
        let cells = |axis: usize| piece[axis].saturating_mul(request.domain.stride[axis]);
        let padded = |axis: usize| cells(axis).saturating_add(request.stage.reads.width(axis));
        let copied = cut().map(padded).fold(1, usize::saturating_mul);
        let piece_bytes = request.pad_bytes(&tile.block(&piece, &tile.block_counts(&piece), 0));
        copied > cut().map(cells).fold(COPIES, usize::saturating_mul) || piece_bytes > TILE_PAD_BYTES
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
    /// The bytes that the shared copies take, 0 where halos are not wide.
    pub(crate) fn shared_bytes(&self) -> usize {
        if self.plan.wide { self.slabs().1 } else { 0 }
    }

    /// The most bytes of padded copies at a time: shared ones, or those of a thread.
    pub(crate) fn copied_bytes(&self) -> usize {
        if self.plan.wide {
            return self.shared_bytes();
        }
        let (request, plan) = (&self.request, &self.plan);
        let mut most = 0;
        let mut copied = |part: &Region| {
            let extent = request.piece(part, PAD_BYTES, |axis| plan.least(axis, request.rank()));
            most = most.max(request.pad_bytes(&part.block(&extent, &part.block_counts(&extent), 0)));
        };
        let evaluated = request.evaluated();
        if evaluated.is_empty() {
            return 0;
        }
        let tile = evaluated.block(&plan.tile, &evaluated.block_counts(&plan.tile), 0);
        let inner = self.widen(&tile);
        if tile.intersect(&inner).is_empty() {
            copied(&tile);
        } else {
            tile.peel(&inner, |part, _, _| copied(&part));
        }
        most
    }

    /// The interior between the slabs that are computed from copies, and the most that the copies of a piece take.
    fn slabs(&self) -> (Region, usize) {
        let evaluated = &self.request.evaluated();
        let mut inner = self.widen(evaluated);
        if inner.is_empty() {
            // One slab rather than one for each side.
            inner = inner.with(0, 0..0);
        }
        let mut most = 0;
        evaluated.peel(&inner, |slab, _, _| most = most.max(self.request.pad_bytes(&self.first_piece(&slab))));
        (inner, most)
    }

    /// The extent of the pieces of a slab: not shorter than the halo.
    fn piece_extent(&self, slab: &Region) -> [usize; MAX_RANK] {
        let least = |axis| self.plan.least(axis, self.request.rank()).max(2 * self.request.stage.reads.width(axis));
        self.request.piece(slab, WIDE_BYTES, least)
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
            self.each(&self.request.region, &self.plan.tile, |tile| self.inner_tile(tile, &inner))?;
            let mut done = Ok(());
            self.request.evaluated().peel(&inner, |slab, _, _| {
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
            let evaluated = tile.peel(&self.request.domain.evaluated, |part, axis, side| self.rim(&part, axis, side));
            Scratch::with(|scratch| self.direct(&evaluated.intersect(inner), scratch))
        };
        if self.plan.streams() {
            memory::fence();
        }
        done
    }

    /// Computes a piece from one padded copy of each input.
    ///
    /// # Safety
    /// As for `run`; no other thread writes the piece, which lies in the evaluated region.
    unsafe fn shared(&self, piece: &Region, pieces: &mut Pieces) -> Result<(), NoMemory> {
        pieces.reserve(self.request.pad_bytes(piece), self.request.stage.schedule.poison)?;
        let mut sources = Sources::at(piece.start);
        for number in 0..self.request.inputs.len() {
            let copy = self.request.pad(number).copy(&self.request.domain.cells(piece));
            let size = self.request.inputs[number].element.size;
            let place = Place(pieces.piece(copy.bytes));
            let cells = Region::whole(&copy.shape[..self.request.rank()]);
            self.each(&cells, &fill_extent(&cells, size), |cells| {
                // SAFETY: the piece has the size of the copy, and the boxes of cells are disjoint.
                unsafe { self.fill(number, &copy, cells, place) }
            })?;
            sources.set(number, place.at(copy.first), copy.strides);
        }
        self.each(piece, &self.plan.tile, |tile| {
            Scratch::with(|scratch| {
                scratch.pieces.reserve(self.gathered_bytes(tile), self.request.stage.schedule.poison)?;
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
    unsafe fn fill(&self, number: usize, copy: &PadLayout, cells: &Region, place: Place) -> Result<(), NoMemory> {
        let pad = self.request.pad(number);
        let (copy, start) = copy.cells(cells);
        let to = place.at(start * pad.input.element.size);
        // SAFETY: as the caller says.
        Scratch::with(|scratch| unsafe { pad.fill(&copy, to, &mut scratch.edges) })
    }
}

/// The extent of the boxes of cells that are filled at a time.
fn fill_extent(cells: &Region, size: usize) -> [usize; MAX_RANK] {
    let mut extent = [1; MAX_RANK];
    let mut room = (FILL_BYTES / size.max(1)).max(1);
    for axis in (0..cells.rank).rev() {
        extent[axis] = cells.len(axis).clamp(1, room);
        room = (room / extent[axis]).max(1);
    }
    extent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Block, ElementLayout, OutputInit};
    use crate::boundary::{RawRule, RawRules};
    use crate::exec::sweep::request::Stage;
    use crate::geometry::{Domain, Reads};
    use crate::halo::{Cost, Halo};
    use crate::{MAX_OUTPUTS, Schedule};

    /// The bytes that are copied for an array of `f32`.
    fn copied(shape: &[usize], halo: Halo) -> usize {
        let rank = shape.len();
        let array = Region::whole(shape);
        let mut strides = [1; MAX_RANK];
        (0..rank - 1).rev().for_each(|axis| strides[axis] = strides[axis + 1] * shape[axis + 1] as isize);
        let block = Block::whole(std::ptr::null_mut(), shape, &strides[..rank], ElementLayout::of::<f32>());
        let (inputs, outputs) = ([block].into_iter().collect(), [block].into_iter().collect());
        let rules = RawRules::all(RawRule::Nearest);
        let reads = Reads { rank, inputs: 1, halos: &[halo], rules: &rules, stride: &[] };
        let stage = Stage {
            kernel: std::ptr::null(),
            patch: |_, _| {},
            reads,
            parts: |_| [std::ptr::null(); MAX_OUTPUTS],
            largest_output: 4,
            cost: Cost { reads: 3, shared: 0, operations: 2 },
            schedule: Schedule::new(),
        };
        let domain = Domain::new(&reads, &array.end);
        let request = Request {
            stage: &stage,
            domain: &domain,
            region: array,
            inputs: &inputs,
            outputs: &outputs,
            init: OutputInit::Keep,
            in_place: false,
            regions: 1,
        };
        let job = Job::new(request);
        let mut bytes = 0;
        if job.plan.wide {
            let (inner, most) = job.slabs();
            request.evaluated().peel(&inner, |slab, _, _| {
                slab.blocks(&job.piece_extent(&slab), |piece| {
                    assert!(request.pad_bytes(&piece) <= most);
                    bytes += request.pad_bytes(&piece);
                });
            });
        } else {
            array.blocks(&job.plan.tile, |tile| {
                tile.peel(&job.widen(&tile), |part, _, _| {
                    part.blocks(&request.piece(&part, PAD_BYTES, |axis| job.plan.least(axis, rank)), |part| {
                        bytes += request.pad_bytes(&part);
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
