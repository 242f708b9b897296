//! The loops that are compiled for each kernel and instruction level. Everything else is compiled once.
//!
//! A run of loop elements is walked in groups of `L`, side by side, where the macro found the element function to allow
//! it; the last group overlaps the one before, so that there is no remainder. Otherwise it is walked one by one.

use std::any::Any;
use std::mem::MaybeUninit;

use super::gather::{Way, transfer};
use super::inputs::Inputs;
use super::operand::{Run, RunOperand};
use super::outputs::GuOutputs;
use super::views::{LaneOperand, LaneOperands};
use crate::block::LINE;
use crate::gufunc::kernel::GufuncKernel;
use crate::kernel::{Multiversioned, largest as largest_of};
use crate::memory::Pieces;
use crate::memory::prefetch;
use crate::{MAX_INPUTS, MAX_OUTPUTS};

/// What a thread needs for a kernel: scratch of the element function, and memory for cores side by side.
#[derive(Default)]
pub struct State {
    scratch: Option<Box<dyn Any + Send>>,
    lane_scratch: Option<Box<dyn Any + Send>>,
    rows: Pieces,
    tile: Pieces,
}

/// The loops of one kernel for one instruction level.
pub type LoopFn = unsafe fn(*const (), &Run, &mut State);

/// The loops of a kernel, one for each instruction level.
pub type Loops<K> = Multiversioned<K, LoopFn>;

/// The loops of `K`, compiled where this is called from code that is not generic.
pub fn loops<K: GufuncKernel>() -> Loops<K> {
    Multiversioned::new([
        baseline::<K>,
        #[cfg(target_arch = "x86_64")]
        avx2::<K>,
        #[cfg(target_arch = "x86_64")]
        avx512::<K>,
    ])
}

/// # Safety
/// `kernel` points to a `K`; the run has its inputs and outputs; the state is used for `K` alone.
unsafe fn baseline<K: GufuncKernel>(kernel: *const (), run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 16>(&*kernel.cast::<K>(), run, state) }
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<K: GufuncKernel>(kernel: *const (), run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 32>(&*kernel.cast::<K>(), run, state) }
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")]
unsafe fn avx512<K: GufuncKernel>(kernel: *const (), run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 64>(&*kernel.cast::<K>(), run, state) }
}

/// Inputs beyond this many bytes do not stay in the second-level cache.
const CACHE_BYTES: usize = 1 << 20;
/// What a tile of copied inputs takes of it.
const TILE_BYTES: usize = 384 << 10;
/// How much of the next row is asked for while one is copied: the processor foresees the rest.
const AHEAD_BYTES: usize = 4096;

/// Loop elements side by side: a row is two vectors of the widest level.
pub(crate) const fn lane_count(largest: usize) -> usize {
    match largest {
        0..=2 => 64,
        3..=4 => 32,
        5..=16 => 16,
        // Rows lie on the stack.
        _ => 1,
    }
}

/// Loop elements run side by side where there are at least this part of the lanes.
const MIN_USED: usize = 8;

/// What cores side by side may take of memory, on each thread: longer ones run one by one.
const GATHER_BYTES: usize = 16 << 20;

/// The memory that the cores of an operand take side by side, where they do not lie so already.
fn gathered_bytes(run: &Run, operand: &RunOperand, lanes: usize) -> usize {
    let there = operand.at.is_null() || run.is_direct(operand, lanes);
    if there { 0 } else { operand.cells().saturating_mul(lanes * operand.size) }
}

/// Whether the cores of a group take little memory, which then is there.
#[inline(never)]
fn has_room(run: &Run, lanes: usize, state: &mut State) -> bool {
    let operands = run.inputs.iter().chain(&run.outputs);
    let bytes = operands.map(|operand| gathered_bytes(run, operand, lanes));
    let small = |bytes: usize| bytes <= GATHER_BYTES;
    let all = bytes
        .filter(|&bytes| bytes > 0)
        .try_fold(0, |all, bytes| small(bytes).then(|| all + Pieces::rounded(bytes)).filter(|&all| small(all)));
    all.is_some_and(|all| state.rows.reserve(all, false).is_ok())
}

/// # Safety
/// As for `baseline`; the processor has vectors of `V` bytes.
#[inline(always)]
unsafe fn walk<K: GufuncKernel, const V: usize>(kernel: &K, run: &Run, state: &mut State) {
    // Inline constants, so that the other arms are not compiled at all.
    // SAFETY: as the caller says.
    unsafe {
        // A group costs the same however few of its lanes are used.
        let side_by_side =
            run.lanes && run.count >= const { lanes::<K>() / MIN_USED } && has_room(run, lanes::<K>(), state);
        match const { lanes::<K>() } {
            64 if side_by_side => tiles::<K, 64, V>(kernel, run, state),
            32 if side_by_side => tiles::<K, 32, V>(kernel, run, state),
            16 if side_by_side => tiles::<K, 16, V>(kernel, run, state),
            _ => one_by_one(kernel, run, state),
        }
    }
}

/// The number of loop elements that run side by side, or 1.
const fn lanes<K: GufuncKernel>() -> usize {
    if K::LANES { lane_count(largest::<K>()) } else { 1 }
}

const fn largest<K: GufuncKernel>() -> usize {
    largest_of(&[K::Inputs::LARGEST, K::Outputs::LARGEST])
}

fn typed<S: Default + Send + 'static>(slot: &mut Option<Box<dyn Any + Send>>) -> &mut S {
    let any = slot.get_or_insert_with(|| Box::<S>::default());
    any.downcast_mut().expect("a state is used for one kernel")
}

/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn one_by_one<K: GufuncKernel>(kernel: &K, run: &Run, state: &mut State) {
    let scratch = typed::<K::Scratch>(&mut state.scratch);
    for index in 0..run.count {
        // SAFETY: as the caller says.
        unsafe {
            let values = kernel.core(K::Inputs::views(run, index), K::Outputs::views(run, index), scratch);
            K::Outputs::put(run, index, values);
        }
    }
}

/// Walks a run whose inputs are read in rows that are far apart in tiles, copied row by row: long pieces, which the
/// processor foresees. Other runs are one tile, where they are.
///
/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn tiles<K: GufuncKernel, const L: usize, const V: usize>(kernel: &K, run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe {
        let width = tile_width(run, L, state);
        if width >= run.count {
            return groups::<K, L, V>(kernel, run, state);
        }
        let mut start = 0;
        loop {
            let tile = copy_tile(run, start, width, L, state);
            groups::<K, L, V>(kernel, &tile, state);
            if start == run.count - width {
                return;
            }
            // The last tile overlaps the one before.
            start = (start + width).min(run.count - width);
        }
    }
}

/// Whether an input's rows are far apart: direct ones that do not stay in the cache between loop elements.
fn is_far(run: &Run, input: &RunOperand, lanes: usize) -> bool {
    let cells = input.cells();
    run.is_direct(input, lanes) && cells > 1 && run.count * cells * input.size > CACHE_BYTES
}

/// The loop elements of a tile: all, where nothing is to be copied, or where there is no memory for it.
#[inline(never)]
fn tile_width(run: &Run, lanes: usize, state: &mut State) -> usize {
    let far = run.inputs.iter().filter(|input| is_far(run, input, lanes));
    let bytes: usize = far.map(|input| input.cells() * input.size).sum();
    let width = TILE_BYTES.checked_div(bytes).map_or(run.count, |width| width / lanes * lanes);
    // Short pieces are not worth a copy.
    if width < 4 * lanes || width >= run.count || state.tile.reserve(tile_bytes(run, width, lanes), run.poison).is_err()
    {
        return run.count;
    }
    width
}

/// The distance of the rows of an input in a tile: a line between them, so that they do not fall into the same few sets
/// of the cache.
fn pitch(input: &RunOperand, width: usize) -> usize {
    (width * input.size + LINE).next_multiple_of(input.size)
}

/// The bytes that the copies of a tile take.
fn tile_bytes(run: &Run, width: usize, lanes: usize) -> usize {
    let far = run.inputs.iter().filter(|input| is_far(run, input, lanes));
    far.map(|input| Pieces::rounded(input.cells() * pitch(input, width))).sum()
}

/// A part of a run, with copies of the inputs whose rows are far apart.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn copy_tile(run: &Run, start: usize, width: usize, lanes: usize, state: &mut State) -> Run {
    let mut tile = run.part(start, width);
    let far = |input: &RunOperand| is_far(run, input, lanes);
    state.tile.reserve(tile_bytes(run, width, lanes), run.poison).expect("room that was made before");
    for (input, from) in tile.inputs.iter_mut().zip(&run.inputs).filter(|(_, from)| far(from)) {
        let pitch = pitch(from, width);
        let to = state.tile.piece(from.cells() * pitch);
        // From one row to the next, nearly always.
        let next = input.strides.iter().zip(&input.shape).rev().find(|(_, n)| **n > 1).map_or(0, |(stride, _)| *stride);
        let mut row = to;
        input.for_each_cell(|offset| {
            let from = input.at.wrapping_offset(offset * input.size as isize);
            for line in (0..(width * input.size).min(AHEAD_BYTES)).step_by(LINE) {
                prefetch(from.wrapping_offset(next * input.size as isize).wrapping_add(line));
            }
            // SAFETY: a row of the input; the tile has room for all rows.
            unsafe { row.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), width * input.size) };
            row = row.wrapping_add(pitch);
        });
        *input = RunOperand { at: to, ..*input }.in_order((pitch / from.size) as isize);
    }
    tile
}

/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn groups<K: GufuncKernel, const L: usize, const V: usize>(kernel: &K, run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe {
        let (operands, gathered) = prepare(run, L, K::SIGNATURE.inputs.len(), state);
        let scratch = typed::<K::LaneScratch<L>>(&mut state.lane_scratch);
        let width = run.count.min(L);
        let mut start = 0;
        loop {
            if gathered {
                gather(run, start, width, L, &operands);
            }
            let values = kernel.lanes::<L>(
                K::Inputs::lanes::<L>(&operands, start),
                K::Outputs::lane_views::<L>(&operands, start),
                scratch,
            );
            K::Outputs::put_lanes::<L, V>(run, start, width, &values);
            if gathered {
                scatter(run, start, width, L, &operands);
            }
            let last = run.count - width;
            if start == last {
                return;
            }
            let skip = if run.stream && start == 0 { unaligned::<L>(&run.outputs[0]) } else { L };
            start = (start + skip).min(last);
        }
    }
}

/// The loop elements before the second group, at most `L`, so that some group starts at a line of the output, and all
/// behind it do.
fn unaligned<const L: usize>(output: &RunOperand) -> usize {
    let bytes = output.at.addr().next_multiple_of(LINE) - output.at.addr();
    if !bytes.is_multiple_of(output.size) {
        return L;
    }
    match bytes / output.size % L {
        0 => L,
        elements => elements,
    }
}

/// Where the lanes of each operand are: in the array where loop elements lie side by side already, otherwise in memory
/// of the state. Cores that all loop elements share are brought there at once.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn prepare(run: &Run, lanes: usize, inputs: usize, state: &mut State) -> (LaneOperands, bool) {
    let bytes = |operand: &RunOperand| gathered_bytes(run, operand, lanes);
    // What is returned has no rows.
    let all = run.inputs.iter().chain(run.outputs.iter().filter(|output| output.written));
    let all = all.map(|operand| Pieces::rounded(bytes(operand))).sum();
    state.rows.reserve(all, run.poison).expect("room that was made before");
    let mut gathered = false;
    let mut place = |operand: &RunOperand, input: bool| {
        if run.is_direct(operand, lanes) {
            return LaneOperand { operand: *operand, advance: operand.step };
        }
        let bytes = if input || operand.written { bytes(operand) } else { 0 };
        let rows = RunOperand { at: state.rows.piece(bytes), step: 0, ..*operand }.in_order(lanes as isize);
        if bytes > 0 && input && operand.step == 0 {
            // SAFETY: as the caller says; the piece has room for all lanes.
            unsafe { transfer(Way::Gather, operand, 0, 1, lanes, rows.at) };
        } else {
            gathered |= bytes > 0;
        }
        LaneOperand { operand: rows, advance: 0 }
    };
    let mut operands = LaneOperands {
        inputs: [LaneOperand { operand: RunOperand::NONE, advance: 0 }; MAX_INPUTS],
        outputs: [LaneOperand { operand: RunOperand::NONE, advance: 0 }; MAX_OUTPUTS],
    };
    for number in 0..inputs {
        operands.inputs[number] = place(&run.inputs[number], true);
    }
    for number in 0..MAX_OUTPUTS {
        operands.outputs[number] = place(&run.outputs[number], false);
    }
    (operands, gathered)
}

/// # Safety
/// As for `walk`; the operands are those of `prepare`.
#[inline(never)]
unsafe fn gather(run: &Run, start: usize, width: usize, lanes: usize, operands: &LaneOperands) {
    for (from, to) in run.inputs.iter().zip(&operands.inputs) {
        if to.advance == 0 && from.step != 0 && !to.operand.at.is_null() {
            // SAFETY: as the caller says; the piece has room for all lanes.
            unsafe { transfer(Way::Gather, from, start, width, lanes, to.operand.at) };
        }
    }
}

/// # Safety
/// As for `gather`.
#[inline(never)]
unsafe fn scatter(run: &Run, start: usize, width: usize, lanes: usize, operands: &LaneOperands) {
    for (to, from) in run.outputs.iter().zip(&operands.outputs) {
        if to.written && from.advance == 0 {
            // SAFETY: as the caller says.
            unsafe { transfer(Way::Scatter, to, start, width, lanes, from.operand.at) };
        }
    }
}
