//! The inner loop of an element function: the loops that are compiled for each kernel and instruction level.
//!
//! Loop elements are walked in groups of `L`, side by side, where the macro found the element function to allow it; the
//! last group overlaps the one before, so that there is no remainder. Otherwise they are walked one by one.

mod transpose;

use std::any::Any;
use std::mem::MaybeUninit;

use arrayvec::ArrayVec;

use self::transpose::{Direction, transfer};
use crate::block::LINE;
use crate::kernel::{
    ElementFunction, ElementOutputs, GufuncOutputs, InnerLoop, InnerLoops, InnerOperand, InnerPlan, Inputs,
    LaneOperand, LaneOperands, MAX_LANES, Multiversioned, Order, State, largest as largest_of,
};
use crate::memory::{NoMemory, Pieces, prefetch};
use crate::plan::{OneByOne, Way, cost};
use crate::{MAX_OUTPUTS, SimdLevel};

/// The loops of `K`, compiled where this is called from code that is not generic.
pub fn element_loops<K: ElementFunction>() -> InnerLoops<K> {
    Multiversioned::new([
        baseline::<K>,
        #[cfg(target_arch = "x86_64")]
        avx2::<K>,
        #[cfg(target_arch = "x86_64")]
        avx512::<K>,
    ])
}

/// # Safety
/// `kernel` points to a `K`; the loop has its inputs and outputs, which share memory only as its order says; the state is used for
/// `K` alone.
unsafe fn baseline<K: ElementFunction>(
    kernel: *const (),
    inner: &InnerLoop,
    state: &mut State,
) -> Result<(), NoMemory> {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 16>(&*kernel.cast::<K>(), inner, state) }
    Ok(())
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<K: ElementFunction>(kernel: *const (), inner: &InnerLoop, state: &mut State) -> Result<(), NoMemory> {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 32>(&*kernel.cast::<K>(), inner, state) }
    Ok(())
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")]
unsafe fn avx512<K: ElementFunction>(kernel: *const (), inner: &InnerLoop, state: &mut State) -> Result<(), NoMemory> {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 64>(&*kernel.cast::<K>(), inner, state) }
    Ok(())
}

/// The bytes of the second-level cache that a tile of copied inputs takes.
const TILE_BYTES: usize = 384 << 10;
/// The bytes of the next row that are asked for while one is copied: the processor foresees the rest.
const AHEAD_BYTES: usize = 4096;

/// Loop elements side by side: a row is two vectors of the widest level.
const fn lane_count(largest: usize) -> usize {
    match largest {
        0..=2 => 64,
        3..=4 => 32,
        5..=16 => 16,
        // Rows lie on the stack.
        _ => 1,
    }
}

/// Single cells with fewer operations than this are computed one by one sooner than they are brought together.
const FEW_OPERATIONS: usize = 8;

/// The loop elements that are at least computed side by side: a part of the lanes, since a group costs the same however few
/// of them are used.
const fn least<K: ElementFunction>() -> usize {
    let lanes = lane_count(largest::<K>());
    if is_pointwise::<K>() && K::OPERATIONS < FEW_OPERATIONS { lanes } else { lanes / 8 }
}

/// Returns true for a kernel that takes one cell of each input, and returns one of each output.
const fn is_pointwise<K: ElementFunction>() -> bool {
    let mut number = 0;
    while number < MAX_OUTPUTS {
        if K::Outputs::WRITTEN[number] {
            return false;
        }
        number += 1;
    }
    largest_of(K::Inputs::RANKS) == 0
}

/// The most memory that cores side by side may take on each thread: longer ones run one by one.
const GATHER_BYTES: usize = 16 << 20;

/// The memory that the cores of an operand take side by side, where they do not lie so already.
fn gathered_bytes(inner: &InnerLoop, operand: &InnerOperand, lanes: usize) -> usize {
    let there = operand.at.is_null() || inner.is_direct(operand, lanes);
    if there { 0 } else { operand.cells().saturating_mul(lanes * operand.size()) }
}

/// The memory that the cores of a group take side by side, unless it is much.
fn gathered(inner: &InnerLoop, lanes: usize) -> Option<usize> {
    let operands = inner.inputs.iter().chain(&inner.outputs);
    let mut bytes = operands.map(|operand| gathered_bytes(inner, operand, lanes)).filter(|&bytes| bytes > 0);
    let small = |bytes: usize| bytes <= GATHER_BYTES;
    bytes.try_fold(0, |all, bytes| small(bytes).then(|| all + Pieces::rounded(bytes)).filter(|&all| small(all)))
}

/// Makes room for the cores of a group side by side; returns false where they take much, or memory is lacking.
#[inline(never)]
fn has_room(inner: &InnerLoop, lanes: usize, state: &mut State) -> bool {
    gathered(inner, lanes).is_some_and(|bytes| state.rows.reserve(bytes, false).is_ok())
}

/// # Safety
/// As for `baseline`; the processor has vectors of `V` bytes.
#[inline(always)]
unsafe fn walk<K: ElementFunction, const V: usize>(kernel: &K, inner: &InnerLoop, state: &mut State) {
    // Where none may be computed twice, whole groups run side by side, and the rest one by one.
    let rest = match inner.order {
        Order::Any => 0,
        Order::Once if const { is_pointwise::<K>() && lanes::<K>() > 1 } => inner.count % const { lanes::<K>() },
        // SAFETY: as the caller says.
        Order::Carried if const { is_pointwise::<K>() } => return unsafe { carried(kernel, inner, state) },
        Order::Once | Order::Ascending | Order::Carried => inner.count,
    };
    let count = inner.count - rest;
    if count > 0 && kernel.gains(inner) {
        // Inline constants, so that the other arms are not compiled at all.
        // SAFETY: as the caller says.
        unsafe {
            if const { long::<K>(V) > 1 }
                && is_long(inner, const { long::<K>(V) })
                && has_room(inner, long::<K>(V), state)
            {
                match const { long::<K>(V) } {
                    512 => groups::<K, 512, V>(kernel, inner, count, state),
                    256 => groups::<K, 256, V>(kernel, inner, count, state),
                    128 => groups::<K, 128, V>(kernel, inner, count, state),
                    _ => {}
                }
                return;
            }
            if const { lanes::<K>() > 1 } && count >= const { least::<K>() } && has_room(inner, lanes::<K>(), state) {
                match const { lanes::<K>() } {
                    64 => tiles::<K, 64, V>(kernel, inner, count, state),
                    32 => tiles::<K, 32, V>(kernel, inner, count, state),
                    16 => tiles::<K, 16, V>(kernel, inner, count, state),
                    _ => {}
                }
                if rest > 0 {
                    one_by_one(kernel, inner, count, state);
                }
                return;
            }
        }
    }
    // SAFETY: as the caller says.
    unsafe { one_by_one(kernel, inner, 0, state) }
}

/// Plans the element function of `K` over these cores for the loop nest.
pub fn element_plan<K: ElementFunction>(inner: &InnerLoop) -> InnerPlan {
    let long = match inner.schedule.simd_level() {
        SimdLevel::Baseline => long::<K>(16),
        SimdLevel::Avx2 => long::<K>(32),
        SimdLevel::Avx512 => long::<K>(64),
    };
    let way = way(inner, K::SIDE_BY_SIDE, least::<K>(), lane_count(largest::<K>()), long);
    let operation = if K::SIDE_BY_SIDE { cost::vector(largest::<K>()) } else { cost::scalar() };
    InnerPlan { long, ..plan_of(inner, way, K::OPERATIONS.max(1) as f64 * operation) }
}

fn plan_of(inner: &InnerLoop, way: Way, operations: f64) -> InnerPlan {
    let (mut bytes, mut cells, mut streams) = (0, 0, true);
    for operand in inner.inputs.iter().chain(&inner.outputs) {
        let own = operand.cells();
        bytes += own * operand.size();
        // Elements without bytes do not count.
        cells += own * usize::from(operand.size() > 0);
        streams &= own == 1;
    }
    InnerPlan {
        way,
        nanoseconds: cost::traffic(bytes) + cells.max(1) as f64 * operations,
        together: MAX_LANES,
        long: 1,
        divisible: false,
        scratch: 0,
        streams,
    }
}

/// The way in which the elements of a loop are computed: as `walk` does, where there is memory.
fn way(inner: &InnerLoop, possible: bool, least: usize, lanes: usize, long: usize) -> Way {
    if long > 1 && is_long(inner, long) && gathered(inner, long).is_some() {
        Way::SideBySide { lanes: long }
    } else if !possible {
        Way::OneByOne(OneByOne::Body)
    } else if lanes == 1 {
        Way::OneByOne(OneByOne::LargeElements)
    } else if inner.count < least {
        Way::OneByOne(OneByOne::FewElements)
    } else if gathered(inner, lanes).is_none() {
        Way::OneByOne(OneByOne::LargeCores)
    } else {
        Way::SideBySide { lanes }
    }
}

const _: () = assert!(lane_count(0) == MAX_LANES);

/// Returns true for as many loop elements as a long row has, and an input whose rows are far apart.
fn is_long(inner: &InnerLoop, long: usize) -> bool {
    inner.count >= long && inner.inputs.iter().any(|input| is_far(inner, input, long))
}

/// The number of loop elements that run side by side where rows are far apart, at a level with vectors of `V` bytes, or 1:
/// long pieces of rows, which memory gives sooner than many short ones. Scratch memory would not stay in the caches.
const fn long<K: ElementFunction>(vector: usize) -> usize {
    let cores = largest_of(K::Inputs::RANKS) > 0;
    if !K::SIDE_BY_SIDE || !cores || vector <= 16 || size_of::<K::LaneScratch<1>>() > 0 {
        return 1;
    }
    match largest::<K>() {
        0..=2 => 512,
        3..=4 => 256,
        5..=8 => 128,
        _ => 1,
    }
}

/// The number of loop elements that run side by side, or 1.
const fn lanes<K: ElementFunction>() -> usize {
    if K::SIDE_BY_SIDE { lane_count(largest::<K>()) } else { 1 }
}

const fn largest<K: ElementFunction>() -> usize {
    largest_of(&[K::Inputs::LARGEST, K::Outputs::LARGEST])
}

/// The scratch of the slot's kernel. Side by side it is of one type: kernels whose scratch differs from one number of lanes to
/// another have one such number, see `long`.
fn typed<S: Default + Send + 'static>(slot: &mut Option<Box<dyn Any + Send>>) -> &mut S {
    let any = slot.get_or_insert_with(|| Box::<S>::default());
    any.downcast_mut().expect("a state is used for one kernel")
}

/// Walks a loop from an element on, one by one.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn one_by_one<K: ElementFunction>(kernel: &K, inner: &InnerLoop, start: usize, state: &mut State) {
    let scratch = typed::<K::Scratch>(&mut state.alone);
    for index in start..inner.count {
        // SAFETY: as the caller says.
        unsafe {
            let values = kernel.core(K::Inputs::views(inner, index), K::Results::views(inner, index), scratch);
            K::Results::put(inner, index, values);
        }
    }
}

/// Walks a loop whose first input is the output of the loop element before. That stays at hand: memory gives back late what
/// was just written.
///
/// # Safety
/// As for `walk`; the kernel takes and returns single cells, and its one output is of the first input's type.
#[inline(never)]
unsafe fn carried<K: ElementFunction>(kernel: &K, inner: &InnerLoop, state: &mut State) {
    let scratch = typed::<K::Scratch>(&mut state.alone);
    let (first, output) = (&inner.inputs[0], &inner.outputs[0]);
    let mut last = MaybeUninit::<<K::Results as ElementOutputs>::Values>::uninit();
    // Where all results lie in one place, only the last one is written.
    let kept = if output.step == 0 { inner.count - 1 } else { 0 };
    // SAFETY: as the caller says; values of one output are that output's value.
    unsafe {
        last.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(first.at, first.size());
        for index in 0..inner.count {
            let inputs = K::Inputs::views_behind(inner, index, last.as_mut_ptr().cast());
            last.write(kernel.core(inputs, K::Results::views(inner, index), scratch));
            if index >= kept {
                K::Results::put(inner, index, last.assume_init_read());
            }
        }
    }
}

/// Walks a loop whose inputs are read in rows that are far apart in tiles, copied row by row: long pieces, which the
/// processor foresees. Other loops are one tile, where they are.
///
/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn tiles<K: ElementFunction, const L: usize, const V: usize>(
    kernel: &K,
    inner: &InnerLoop,
    count: usize,
    state: &mut State,
) {
    // SAFETY: as the caller says.
    unsafe {
        let width = tile_width(inner, L, state);
        if width >= inner.count {
            return groups::<K, L, V>(kernel, inner, count, state);
        }
        let mut start = 0;
        loop {
            let tile = copy_tile(inner, start, width, L, state);
            groups::<K, L, V>(kernel, &tile, width, state);
            if start == inner.count - width {
                return;
            }
            // The last tile overlaps the one before.
            start = (start + width).min(inner.count - width);
        }
    }
}

/// Returns true for rows that are far apart: direct ones that do not stay in the cache between loop elements.
fn is_far(inner: &InnerLoop, input: &InnerOperand, lanes: usize) -> bool {
    inner.is_direct(input, lanes) && inner.is_large(input)
}

/// The loop elements of a tile: all, where nothing is to be copied, or where there is no memory for it.
#[inline(never)]
fn tile_width(inner: &InnerLoop, lanes: usize, state: &mut State) -> usize {
    let far = inner.inputs.iter().filter(|input| is_far(inner, input, lanes));
    let bytes: usize = far.map(|input| input.cells() * input.size()).sum();
    let width = TILE_BYTES.checked_div(bytes).map_or(inner.count, |width| width / lanes * lanes);
    // Short pieces are not worth a copy.
    if width < 4 * lanes
        || width >= inner.count
        || state.tile.reserve(tile_bytes(inner, width, lanes), inner.schedule.poison).is_err()
    {
        return inner.count;
    }
    width
}

/// The distance of the rows of an input in a tile: a line between them, so that they do not fall into the same few sets
/// of the cache.
fn pitch(input: &InnerOperand, width: usize) -> usize {
    (width * input.size() + LINE).next_multiple_of(input.size())
}

/// The bytes that the copies of a tile take.
fn tile_bytes(inner: &InnerLoop, width: usize, lanes: usize) -> usize {
    let far = inner.inputs.iter().filter(|input| is_far(inner, input, lanes));
    far.map(|input| Pieces::rounded(input.cells() * pitch(input, width))).sum()
}

/// A part of a loop, with copies of the inputs whose rows are far apart.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn copy_tile(inner: &InnerLoop, start: usize, width: usize, lanes: usize, state: &mut State) -> InnerLoop {
    let mut tile = inner.part(start, width);
    let far = |input: &InnerOperand| is_far(inner, input, lanes);
    state.tile.reserve(tile_bytes(inner, width, lanes), inner.schedule.poison).expect("room that was made before");
    for (input, from) in tile.inputs.iter_mut().zip(&inner.inputs).filter(|(_, from)| far(from)) {
        let pitch = pitch(from, width);
        let to = state.tile.piece(from.cells() * pitch);
        // From one row to the next, nearly always.
        let next = input.strides.iter().zip(&input.shape).rev().find(|(_, n)| **n > 1).map_or(0, |(stride, _)| *stride);
        let mut row = to;
        input.for_each_cell(|offset| {
            let from = input.at.wrapping_offset(offset * input.size() as isize);
            for line in (0..(width * input.size()).min(AHEAD_BYTES)).step_by(LINE) {
                prefetch(from.wrapping_offset(next * input.size() as isize).wrapping_add(line));
            }
            // SAFETY: a row of the input; the tile has room for all rows.
            unsafe { row.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), width * input.size()) };
            row = row.wrapping_add(pitch);
        });
        *input = InnerOperand { at: to, ..*input }.in_order((pitch / from.size()) as isize);
    }
    tile
}

/// Walks the first `count` elements of a loop, side by side.
///
/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn groups<K: ElementFunction, const L: usize, const V: usize>(
    kernel: &K,
    inner: &InnerLoop,
    count: usize,
    state: &mut State,
) {
    // SAFETY: as the caller says.
    unsafe {
        // Filled where it is: it is large to move.
        let mut operands = LaneOperands { inputs: ArrayVec::new(), outputs: ArrayVec::new(), gathered: false };
        prepare(inner, L, &K::Outputs::WRITTEN, state, &mut operands);
        let scratch = typed::<K::LaneScratch<L>>(&mut state.side_by_side);
        let width = count.min(L);
        let mut start = 0;
        loop {
            if operands.gathered {
                gather(inner, start, width, L, &operands);
            }
            let values = kernel.lanes::<L>(
                K::Inputs::lanes::<L>(&operands, start),
                K::Results::lane_views::<L>(&operands, start),
                scratch,
            );
            K::Results::put_lanes::<L, V>(inner, start, width, &values);
            if operands.gathered {
                scatter(inner, start, width, L, &K::Outputs::WRITTEN, &operands);
            }
            let last = count - width;
            if start == last {
                return;
            }
            let skip = if inner.stream && start == 0 { unaligned::<L>(&inner.outputs[0]) } else { L };
            start = (start + skip).min(last);
        }
    }
}

/// The loop elements before the second group, at most `L`, so that some group starts at a line of the output, and all
/// behind it do.
fn unaligned<const L: usize>(output: &InnerOperand) -> usize {
    let bytes = output.at.addr().next_multiple_of(LINE) - output.at.addr();
    if !bytes.is_multiple_of(output.size()) {
        return L;
    }
    match bytes / output.size() % L {
        0 => L,
        elements => elements,
    }
}

/// Finds the lanes of each operand: in the array where loop elements lie side by side already, otherwise in memory
/// of the thread. Cores that all loop elements share are brought there at once.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn prepare(
    inner: &InnerLoop,
    lanes: usize,
    written: &[bool; MAX_OUTPUTS],
    state: &mut State,
    operands: &mut LaneOperands,
) {
    let bytes = |operand: &InnerOperand| gathered_bytes(inner, operand, lanes);
    // What is returned has no rows.
    let outputs = inner.outputs.iter().zip(written).filter(|(_, written)| **written).map(|(output, _)| output);
    let all = inner.inputs.iter().chain(outputs).map(|operand| Pieces::rounded(bytes(operand))).sum();
    state.rows.reserve(all, inner.schedule.poison).expect("room that was made before");
    let mut gathered = false;
    let mut place = |operand: &InnerOperand, input: bool, used: bool| {
        if inner.is_direct(operand, lanes) {
            return LaneOperand { operand: *operand, advance: operand.step };
        }
        let bytes = if used { bytes(operand) } else { 0 };
        let rows = InnerOperand { at: state.rows.piece(bytes), step: 0, ..*operand }.in_order(lanes as isize);
        if bytes > 0 && input && operand.step == 0 {
            // SAFETY: as the caller says; the piece has room for all lanes.
            unsafe { transfer(Direction::Gather, operand, 0, 1, lanes, rows.at) };
        } else {
            gathered |= bytes > 0;
        }
        LaneOperand { operand: rows, advance: 0 }
    };
    for input in &inner.inputs {
        operands.inputs.push(place(input, true, true));
    }
    for (output, &written) in inner.outputs.iter().zip(written) {
        operands.outputs.push(place(output, false, written));
    }
    operands.gathered = gathered;
}

/// # Safety
/// As for `walk`; the operands are those of `prepare`.
#[inline(never)]
unsafe fn gather(inner: &InnerLoop, start: usize, width: usize, lanes: usize, operands: &LaneOperands) {
    for (from, to) in inner.inputs.iter().zip(&operands.inputs) {
        if to.advance == 0 && from.step != 0 && !to.operand.at.is_null() {
            // SAFETY: as the caller says; the piece has room for all lanes.
            unsafe { transfer(Direction::Gather, from, start, width, lanes, to.operand.at) };
        }
    }
}

/// # Safety
/// As for `gather`.
#[inline(never)]
unsafe fn scatter(
    inner: &InnerLoop,
    start: usize,
    width: usize,
    lanes: usize,
    written: &[bool; MAX_OUTPUTS],
    operands: &LaneOperands,
) {
    for ((to, from), written) in inner.outputs.iter().zip(&operands.outputs).zip(written) {
        if *written && from.advance == 0 {
            // SAFETY: as the caller says.
            unsafe { transfer(Direction::Scatter, to, start, width, lanes, from.operand.at) };
        }
    }
}
