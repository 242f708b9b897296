//! What a call computes where: pure geometry, from shapes, halos and rules.

use std::any::TypeId;

use crate::boundary::{RawRule, RawRules};
use crate::exec::LINE;
use crate::exec::lanes::{DEEP, block_columns};
use crate::exec::pad::Pad;
use crate::exec::raw::{RawInputs, RawOutput, RawOutputs};
use crate::exec::scratch::Pieces;
use crate::halo::{Cost, Halo};
use crate::region::Region;
use crate::schedule::Schedule;
use crate::{MAX_INPUTS, MAX_RANK};

/// Work below this many nanoseconds stays on the caller's thread: waking another one takes as long.
const SERIAL_BELOW: f64 = 100_000.0;
/// What a tile's rows may take of the cache, in bytes, inputs and outputs.
const TILE_BYTES: usize = 512 << 10;
/// The longest piece of a row in a tile, in bytes.
const ROW_BYTES: usize = 128 << 10;
/// The columns of a tile that is computed from padded copies.
const COPY_COLUMNS: usize = 128;
/// Ways of the first-level cache, and the bytes of one: 32 KiB, the smallest in use.
const WAYS: usize = 8;
const WAY_BYTES: usize = 4096;
/// What a padded copy may take, in bytes, unless a single block of points needs more.
pub(super) const PAD_BYTES: usize = 128 << 10;
/// Outputs beyond this many bytes do not stay in the caches.
const STREAM_BYTES: usize = 32 << 20;

/// Which points there are, in the coordinates of the input arrays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// The points that the output arrays have, which also is their shape.
    pub(crate) written: Region,
    /// The points at which the kernel is evaluated; the others of `written` are the rim.
    pub(crate) evaluated: Region,
    /// For each axis and side, what the rim gets.
    pub(crate) rim: [[Option<RawRule>; 2]; MAX_RANK],
}

/// What a call computes where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) rank: usize,
    pub(crate) extent: Extent,
    /// The points whose footprints lie in the arrays.
    pub(crate) interior: Region,
    /// The extent of a tile.
    pub(crate) tile: [usize; MAX_RANK],
    /// The columns that one block of a lane takes.
    pub(crate) block: usize,
    /// Whether the outputs' last axes are contiguous, so that lanes write into them.
    pub(crate) contiguous_outputs: bool,
    pub(crate) parallel: bool,
    pub(crate) stream: bool,
    /// Whether to ask for rows before they are read.
    pub(crate) ahead: bool,
    /// Whether padded copies are made for many tiles at once, since halos are wide.
    pub(crate) wide: bool,
}

/// What is known of the kernel when a call is planned.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'a> {
    pub(crate) rank: usize,
    pub(crate) rules: &'a RawRules,
    pub(crate) halos: [Halo; MAX_INPUTS],
    pub(crate) inputs: &'a RawInputs,
    pub(crate) largest_output: usize,
    pub(crate) cost: Cost,
    pub(crate) schedule: Schedule,
}

impl Facts<'_> {
    pub(crate) fn shape(&self) -> [usize; MAX_RANK] {
        self.inputs.get(0).shape
    }

    /// The cells that the widest halo adds along an axis.
    pub(super) fn width(&self, axis: usize) -> usize {
        self.reach(axis, 0, |_| true) + self.reach(axis, 1, |_| true)
    }

    pub(super) fn pad(&self, input: usize) -> Pad<'_> {
        let (rules, halo) = (&self.rules.inputs[input], &self.halos[input]);
        Pad { input: self.inputs.get(input), rules, halo, rank: self.rank }
    }

    /// What the padded copies of a part take.
    pub(super) fn pad_bytes(&self, part: &Region) -> usize {
        (0..self.inputs.len()).map(|number| Pieces::rounded(self.pad(number).bytes(part))).sum()
    }

    /// How much of a part is copied at a time: halves of the longest axis until the copies take at most `limit` bytes, of
    /// axes with at least `least` points.
    pub(super) fn piece(&self, part: &Region, limit: usize, least: impl Fn(usize) -> usize) -> [usize; MAX_RANK] {
        let mut piece = *part;
        loop {
            let longest =
                (0..self.rank).filter(|&axis| piece.len(axis) >= least(axis)).max_by_key(|&axis| piece.len(axis));
            match longest {
                Some(axis) if self.pad_bytes(&piece) > limit => {
                    piece.end[axis] = piece.start[axis] + piece.len(axis).div_ceil(2);
                }
                _ => return std::array::from_fn(|axis| piece.len(axis)),
            }
        }
    }

    /// The halo over all inputs that `counts` accepts, on one axis and side.
    fn reach(&self, axis: usize, side: usize, counts: impl Fn(&RawRule) -> bool) -> usize {
        (0..self.inputs.len())
            .filter(|&input| counts(&self.rules.inputs[input][axis][side]))
            .map(|input| self.halos[input].sides[axis][side])
            .max()
            .unwrap_or(0)
    }

    /// Whether the rows that a point reads would push each other out of the first-level cache: many rows,
    /// whose distance is such that they fall into the same few sets (4096 columns of `f32`, for example).
    fn rows_collide(&self) -> bool {
        let Some(axis) = self.rank.checked_sub(2) else { return false };
        self.inputs.iter().enumerate().any(|(number, input)| {
            let rows = 1 + self.halos[number].before(axis) + self.halos[number].after(axis);
            let distance = input.strides[axis].unsigned_abs() * input.layout.size;
            // Bytes between sets that are hit; the cache has `WAYS` lines in each.
            let apart = 1 << distance.trailing_zeros().min(WAY_BYTES.trailing_zeros());
            rows > WAYS * (WAY_BYTES / apart) && input.shape[axis] > rows
        })
    }

    /// The rim rule of one axis and side: the first input's that has one.
    fn rim(&self, axis: usize, side: usize) -> Option<RawRule> {
        let rules = self.rules.inputs[..self.inputs.len()].iter();
        rules.map(|rules| rules[axis][side]).find(RawRule::is_rim)
    }
}

impl Extent {
    pub(crate) fn new(facts: &Facts<'_>) -> Extent {
        let shape = facts.shape();
        let mut written = Region::whole(&shape[..facts.rank]);
        let mut evaluated = written;
        let mut rim = [[None; 2]; MAX_RANK];
        for axis in 0..facts.rank {
            let n = shape[axis];
            let low = facts.reach(axis, 0, RawRule::is_rim).min(n);
            let high = facts.reach(axis, 1, RawRule::is_rim).min(n);
            evaluated = evaluated.with(axis, low..(n - high).max(low));
            rim[axis] = [facts.rim(axis, 0), facts.rim(axis, 1)];
            let shrunk = |side: usize, cells: usize| match rim[axis][side] {
                Some(RawRule::Shrink) => cells,
                _ => 0,
            };
            let start = shrunk(0, low);
            written = written.with(axis, start..(n - shrunk(1, high)).max(start));
        }
        Extent { written, evaluated, rim }
    }
}

impl Plan {
    pub(crate) fn new(facts: &Facts<'_>, extent: Extent, outputs: &RawOutputs) -> Plan {
        let Extent { written, evaluated, .. } = extent;
        let rank = facts.rank;
        let shape = facts.shape();
        let mut interior = evaluated;
        for axis in 0..rank {
            let low = facts.reach(axis, 0, |_| true).min(shape[axis]);
            let high = facts.reach(axis, 1, |_| true).min(shape[axis] - low);
            interior =
                interior.with(axis, low.max(evaluated.start[axis])..(shape[axis] - high).min(evaluated.end[axis]));
        }
        let contiguous = facts.inputs.iter().all(|input| input.strides[rank - 1] == 1 || input.shape[rank - 1] <= 1);
        // Then everything is computed from padded copies.
        let direct = contiguous && !facts.rows_collide();
        if !direct {
            interior = interior.with(rank - 1, 0..0);
        }
        let bytes = |layouts: usize| layouts * written.cells();
        let point = point_bytes(facts, outputs);
        let work = bytes(point) as f64 / 32.0 + written.cells() as f64 * per_point(facts);
        let parallel = cfg!(feature = "rayon") && facts.schedule.parallel.unwrap_or(work > SERIAL_BELOW);
        let size = outputs.get(0).layout.size;
        // Measured to win where memory is the limit: not in three dimensions, for `f64`, or for long sums.
        let light = rank <= 2 && size < 8 && facts.cost.reads < DEEP;
        let stream = facts.schedule.streaming.unwrap_or(light && bytes(size) > STREAM_BYTES);
        let stream = stream && direct && outputs.iter().all(|output| can_stream(output, rank));
        let mut plan = Plan {
            rank,
            extent,
            interior,
            tile: [1; MAX_RANK],
            block: block_columns(facts.largest_output),
            contiguous_outputs: outputs
                .iter()
                .all(|output| output.strides[rank - 1] == 1 || output.shape[rank - 1] <= 1),
            parallel,
            stream,
            ahead: stream || (direct && bytes(point) > STREAM_BYTES && facts.cost.reads < DEEP),
            wide: false,
        };
        plan.tile = plan.tile_extent(facts, point, direct);
        plan.wide = plan.is_wide(facts);
        plan
    }

    /// Tiles span whole rows; as many rows, then planes, as the cache takes and leave every thread a few tiles.
    fn tile_extent(&self, facts: &Facts<'_>, point: usize, direct: bool) -> [usize; MAX_RANK] {
        let rank = self.rank;
        let mut extent = [1; MAX_RANK];
        let last = rank - 1;
        let limit = if direct { ROW_BYTES / point.max(1) } else { COPY_COLUMNS };
        extent[last] = self.extent.written.len(last).clamp(1, limit.max(64));
        let threads = if self.parallel { threads() } else { 1 };
        let tiles = |extent: &[usize; MAX_RANK]| self.extent.written.block_counts(extent).iter().product::<usize>();
        let mut budget = TILE_BYTES / (extent[last] * point.max(1)).max(1);
        for axis in (0..last).rev() {
            // Planes of a halo on the axes before stay in the cache while the tile moves along them.
            let planes = (0..axis).map(|a| 1 + facts.width(a)).fold(1, usize::saturating_mul);
            let all = self.extent.written.len(axis).max(1);
            extent[axis] = (budget / planes).clamp(1, all);
            while threads > 1 && extent[axis] > 8 && tiles(&extent) < 4 * threads {
                extent[axis] = extent[axis].div_ceil(2);
            }
            budget /= extent[axis];
            if extent[axis] < all && axis > 0 && planes == 1 {
                break;
            }
        }
        if let (Some(rows), true) = (facts.schedule.tile_rows, rank >= 2) {
            extent[rank - 2] = rows.min(self.extent.written.len(rank - 2).max(1));
        }
        extent
    }
}

/// Whether every row of an output starts at the same place in a cache line, and its elements have no
/// padding bytes, which vectors must not hold.
fn can_stream(output: &RawOutput, rank: usize) -> bool {
    let rows =
        (0..rank - 1).all(|axis| (output.strides[axis].unsigned_abs() * output.layout.size).is_multiple_of(LINE));
    output.strides[rank - 1] == 1 && rows && is_number(output.element)
}

fn is_number(element: TypeId) -> bool {
    macro_rules! any_of {
        ($($T:ty)+) => { $(element == TypeId::of::<$T>())||+ };
    }
    any_of!(u8 i8 bool u16 i16 u32 i32 f32 u64 i64 f64)
}

/// The bytes that a point reads and writes at least.
fn point_bytes(facts: &Facts<'_>, outputs: &RawOutputs) -> usize {
    let read: usize = facts.inputs.iter().map(|input| input.layout.size).sum();
    let written: usize = outputs.iter().map(|output| output.layout.size).sum();
    read + written
}

/// An estimate of the nanoseconds that a point takes beyond its memory traffic.
fn per_point(facts: &Facts<'_>) -> f64 {
    let size = facts.largest_output.clamp(1, 16);
    ((facts.cost.reads + facts.cost.operations) * size) as f64 / 400.0
}

/// The threads that a call may use.
#[cfg(feature = "rayon")]
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

#[cfg(not(feature = "rayon"))]
pub(crate) fn threads() -> usize {
    1
}
