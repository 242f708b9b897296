//! The way in which a region is swept: pure geometry, from shapes, halos and rules.

use std::any::TypeId;

use super::loops::{DEEP, block_columns};
use super::request::Request;
use crate::MAX_RANK;
use crate::block::{Block, LINE};
use crate::geometry::Region;
use crate::memory::STREAM_BYTES;
use crate::parallel;
use crate::plan::{Cached, Copied, Reads, Stores, Threads, cost};

/// The bytes of the cache that a tile's rows may take, inputs and outputs.
const TILE_BYTES: usize = 512 << 10;
/// The longest piece of a row in a tile, in bytes.
const ROW_BYTES: usize = 128 << 10;
/// The columns of a tile that is computed from padded copies.
const COPY_COLUMNS: usize = 128;
/// Ways of the first-level cache, and the bytes of one: 32 KiB, the smallest in use.
const WAYS: usize = 8;
const WAY_BYTES: usize = 4096;
/// The shortest row of an output that is streamed, in bytes: a block of points at both ends of it is computed from copies.
const LONG_ROW: usize = 2048;
/// The size that a padded copy may have, in bytes, unless a single block of points needs more.
pub(super) const PAD_BYTES: usize = 128 << 10;

/// The way in which a region is swept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SweepPlan {
    /// The points of the region whose footprints lie in the blocks, cell by cell.
    pub(crate) interior: Region,
    /// The extent of a tile.
    pub(crate) tile: [usize; MAX_RANK],
    /// The columns that one block of a patch takes.
    pub(crate) block: usize,
    /// True when the outputs' last axes are contiguous, so that patches write into them.
    pub(crate) contiguous_outputs: bool,
    /// An estimate of the work on one thread.
    pub(crate) nanoseconds: f64,
    pub(crate) threads: Threads,
    pub(crate) reads: Reads,
    pub(crate) stores: Stores,
    /// True when rows are asked for before they are read.
    pub(crate) prefetch: bool,
    /// True when padded copies are made for many tiles at once, since halos are wide.
    pub(crate) wide: bool,
}

impl SweepPlan {
    pub(crate) fn new(request: &Request<'_>) -> SweepPlan {
        let Request { stage, region, outputs, .. } = request;
        let rank = request.rank();
        let mut interior = interior(request);
        let reads = reads(request, &interior);
        // Otherwise everything is computed from padded copies.
        let direct = !matches!(reads, Reads::Copied(Copied::Strided | Copied::CollidingRows | Copied::InPlace));
        if !direct {
            interior = interior.with(rank - 1, 0..0);
        }
        let bytes = |point: usize| point * region.cells();
        let point = request.point_bytes();
        let nanoseconds = cost::traffic(bytes(point)) + region.cells() as f64 * per_point(request);
        let stores = stores(request, direct);
        let mut plan = SweepPlan {
            interior,
            tile: [1; MAX_RANK],
            block: block_columns(stage.largest_output),
            contiguous_outputs: outputs.iter().all(|output| is_contiguous(output, rank)),
            nanoseconds,
            threads: Threads::new(stage.schedule.parallel, nanoseconds),
            reads,
            stores,
            prefetch: !request.domain.is_strided()
                && (stores == Stores::Streamed || (direct && bytes(point) > STREAM_BYTES && stage.cost.reads < DEEP)),
            wide: false,
        };
        plan.tile = plan.tile_extent(request, point, direct);
        plan.wide = plan.is_wide(request);
        plan
    }

    /// Returns true when results go around the caches.
    pub(crate) fn streams(&self) -> bool {
        self.stores == Stores::Streamed
    }

    /// Tiles span whole rows; as many rows, then planes, as the cache takes and leave every thread a few tiles.
    fn tile_extent(&self, request: &Request<'_>, point: usize, direct: bool) -> [usize; MAX_RANK] {
        let (rank, region) = (request.rank(), &request.region);
        let mut extent = [1; MAX_RANK];
        let last = rank - 1;
        let limit = if direct { ROW_BYTES / point.max(1) } else { COPY_COLUMNS };
        extent[last] = region.len(last).clamp(1, limit.max(64));
        let threads = if self.threads.several() { parallel::threads() } else { 1 };
        let tiles = |extent: &[usize; MAX_RANK]| region.block_counts(extent).iter().product::<usize>();
        let mut budget = TILE_BYTES / (extent[last] * point.max(1)).max(1);
        for axis in (0..last).rev() {
            // Planes of a halo on the axes before stay in the cache while the tile moves along them.
            let planes = (0..axis).map(|a| 1 + request.stage.reads.width(a)).fold(1, usize::saturating_mul);
            let all = region.len(axis).max(1);
            extent[axis] = (budget / planes).clamp(1, all);
            while threads > 1 && extent[axis] > 8 && tiles(&extent) < 4 * threads {
                extent[axis] = extent[axis].div_ceil(2);
            }
            budget /= extent[axis];
            if extent[axis] < all && axis > 0 && planes == 1 {
                break;
            }
        }
        if let (Some(rows), true) = (request.stage.schedule.tile_rows, rank >= 2) {
            extent[rank - 2] = rows.min(region.len(rank - 2).max(1));
        }
        extent
    }
}

/// The way in which results are written. Around the caches where memory is the limit, as measured: not in three
/// dimensions, for `f64`, or for long sums.
fn stores(request: &Request<'_>, direct: bool) -> Stores {
    let (rank, stage, outputs) = (request.rank(), request.stage, request.outputs);
    let size = outputs[0].element.size;
    let large = (size * request.region.cells()).saturating_mul(request.regions) > STREAM_BYTES;
    let starts_at_lines = |output: &Block| {
        let whole = |axis: usize| (output.strides[axis].unsigned_abs() * output.element.size).is_multiple_of(LINE);
        output.strides[rank - 1] == 1 && (0..rank - 1).all(whole)
    };
    let scheduled = stage.schedule.streaming;
    let why = match scheduled {
        Some(false) => Some(Cached::Scheduled),
        None if !large => Some(Cached::Small),
        None if size * request.region.len(rank - 1) < LONG_ROW => Some(Cached::ShortRows),
        None if rank > 2 => Some(Cached::Rank),
        None if size >= 8 => Some(Cached::ElementSize),
        None if stage.cost.reads >= DEEP => Some(Cached::ManyReads),
        Some(true) | None if !direct => Some(Cached::Copies),
        Some(true) | None if !outputs.iter().all(starts_at_lines) => Some(Cached::Layout),
        Some(true) | None if !outputs.iter().all(|output| is_number(output.element.id)) => Some(Cached::ElementType),
        Some(true) | None => None,
    };
    why.map_or(Stores::Streamed, Stores::Cached)
}

/// The cells that are read. Where the interior has no points, the copies at the edges are of all there is.
fn reads(request: &Request<'_>, interior: &Region) -> Reads {
    let rank = request.rank();
    if request.in_place {
        Reads::Copied(Copied::InPlace)
    } else if !request.inputs.iter().all(|input| is_contiguous(input, rank)) {
        Reads::Copied(Copied::Strided)
    } else if rows_collide(request) {
        Reads::Copied(Copied::CollidingRows)
    } else if interior.is_empty() {
        Reads::Copied(Copied::NoInterior)
    } else {
        Reads::Direct
    }
}

fn is_number(element: TypeId) -> bool {
    macro_rules! any_of {
        ($($T:ty)+) => { $(element == TypeId::of::<$T>())||+ };
    }
    any_of!(u8 i8 bool u16 i16 u32 i32 f32 u64 i64 f64)
}

/// An estimate of the nanoseconds that a point takes beyond its memory traffic.
fn per_point(request: &Request<'_>) -> f64 {
    let cost = request.stage.cost;
    (cost.reads + cost.operations) as f64 * cost::vector(request.stage.largest_output)
}

/// The evaluated points of the region all of whose cells lie in order in the blocks.
fn interior(request: &Request<'_>) -> Region {
    let mut interior = request.evaluated();
    for axis in 0..request.rank() {
        for (input, block) in request.inputs.iter().enumerate() {
            let [before, after] = request.stage.reads.halo(input).axis(axis);
            let span = &block.spans[axis];
            let start = (span.start + before).min(span.end);
            let end = span.end.saturating_sub(after).max(start);
            let points = request.domain.points(axis, start..end);
            interior.start[axis] = interior.start[axis].max(points.start);
            interior.end[axis] = interior.end[axis].min(points.end);
        }
    }
    interior
}

/// Returns true when the last axis is contiguous.
fn is_contiguous(block: &Block, rank: usize) -> bool {
    block.strides[rank - 1] == 1 || block.len(rank - 1) <= 1
}

/// Returns true when the rows that a point reads would push each other out of the first-level cache: many rows, whose
/// distance is such that they fall into the same few sets (4096 columns of `f32`, for example).
fn rows_collide(request: &Request<'_>) -> bool {
    let Some(axis) = request.rank().checked_sub(2) else { return false };
    request.inputs.iter().enumerate().any(|(number, input)| {
        let halo = request.stage.reads.halo(number);
        let rows = 1 + halo.before(axis) + halo.after(axis);
        let distance = input.strides[axis].unsigned_abs() * input.element.size;
        // Bytes between sets that are hit; the cache has `WAYS` lines in each.
        let apart = 1 << distance.trailing_zeros().min(WAY_BYTES.trailing_zeros());
        rows > WAYS * (WAY_BYTES / apart) && input.len(axis) > rows
    })
}
