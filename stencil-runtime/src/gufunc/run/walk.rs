//! The loops that are compiled for each kernel and instruction level. Everything else is compiled once.
//!
//! A run of loop elements is walked in groups of `L`, side by side, where the macro found the element function to allow
//! it; the last group overlaps the one before, so that there is no remainder. Otherwise it is walked one by one.

use std::any::Any;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

use super::gather::{Way, transfer};
use super::operand::{Run, RunOperand};
use super::views::{GuOutputs, Inputs, LaneOperand, LaneOperands};
use crate::exec::prefetch;
use crate::gufunc::kernel::GufuncKernel;
use crate::schedule::Level;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// What a thread needs for a kernel: scratch of the element function, and memory for cores side by side.
#[derive(Default)]
pub struct State {
    scratch: Option<Box<dyn Any + Send>>,
    lane_scratch: Option<Box<dyn Any + Send>>,
    lines: Vec<Line>,
    tile: Vec<Line>,
}

/// One cache line of uninitialised bytes.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(#[allow(dead_code)] MaybeUninit<[u8; 64]>);

impl State {
    /// Memory for pieces of these many bytes, each aligned to a cache line.
    fn pieces<const P: usize>(&mut self, bytes: [usize; P]) -> [*mut u8; P] {
        let lines = bytes.map(|bytes| bytes.div_ceil(size_of::<Line>()));
        let all = lines.iter().sum();
        if self.lines.len() < all {
            self.lines = vec![Line(MaybeUninit::uninit()); all];
        }
        let mut next = 0;
        let at = self.lines.as_mut_ptr();
        lines.map(|lines| {
            let piece = at.wrapping_add(next).cast();
            next += lines;
            piece
        })
    }
}

/// The loops of one kernel for one instruction level.
pub(crate) type LoopFn = unsafe fn(*const (), &Run, &mut State);

/// The loops of a kernel, one for each instruction level.
pub struct Loops<K> {
    #[cfg(target_arch = "x86_64")]
    levels: [LoopFn; 3],
    #[cfg(not(target_arch = "x86_64"))]
    levels: [LoopFn; 1],
    kernel: PhantomData<fn(K)>,
}

impl<K> Loops<K> {
    pub(crate) fn at(&self, level: Level) -> LoopFn {
        self.levels[(level as usize).min(self.levels.len() - 1)]
    }
}

/// The loops of `K`, compiled where this is called from code that is not generic.
pub fn loops<K: GufuncKernel>() -> Loops<K> {
    Loops {
        #[cfg(target_arch = "x86_64")]
        levels: [baseline::<K>, avx2::<K>, avx512::<K>],
        #[cfg(not(target_arch = "x86_64"))]
        levels: [baseline::<K>],
        kernel: PhantomData,
    }
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

/// The memory that the cores of a group take which do not lie side by side already.
#[inline(never)]
fn gathered_bytes(run: &Run, lanes: usize) -> usize {
    let bytes = |operand: &RunOperand| {
        let direct = operand.at.is_null() || (operand.step == 1 && run.count >= lanes);
        if direct { 0 } else { operand.cells().saturating_mul(lanes * operand.size) }
    };
    run.inputs.iter().chain(&run.outputs).map(bytes).fold(0, usize::saturating_add)
}

/// # Safety
/// As for `baseline`; the processor has vectors of `V` bytes.
#[inline(always)]
unsafe fn walk<K: GufuncKernel, const V: usize>(kernel: &K, run: &Run, state: &mut State) {
    // Inline constants, so that the other arms are not compiled at all.
    // SAFETY: as the caller says.
    unsafe {
        // A group costs the same however few of its lanes are used.
        let side_by_side = run.lanes
            && run.count >= const { lanes::<K>() / MIN_USED }
            && gathered_bytes(run, lanes::<K>()) <= GATHER_BYTES;
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
    let (inputs, outputs) = (K::Inputs::LARGEST, K::Outputs::LARGEST);
    if inputs > outputs { inputs } else { outputs }
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
        let width = tile_width(run, L);
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
    input.step == 1 && run.count >= lanes && cells > 1 && run.count * cells * input.size > CACHE_BYTES
}

/// The loop elements of a tile: all, where nothing is to be copied.
#[inline(never)]
fn tile_width(run: &Run, lanes: usize) -> usize {
    let far = run.inputs.iter().filter(|input| is_far(run, input, lanes));
    let bytes: usize = far.map(|input| input.cells() * input.size).sum();
    let width = TILE_BYTES.checked_div(bytes).map_or(run.count, |width| width / lanes * lanes);
    // Short pieces are not worth a copy.
    if width < 4 * lanes { run.count } else { width }
}

/// A part of a run, with copies of the inputs whose rows are far apart.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn copy_tile(run: &Run, start: usize, width: usize, lanes: usize, state: &mut State) -> Run {
    let mut tile = run.part(start, width);
    let far = |input: &RunOperand| is_far(run, input, lanes);
    // A line between rows, so that they do not fall into the same few sets of the cache.
    let pitch = |input: &RunOperand| (width * input.size + size_of::<Line>()).next_multiple_of(input.size);
    let bytes: usize = run.inputs.iter().filter(|input| far(input)).map(|input| input.cells() * pitch(input)).sum();
    let lines = bytes.div_ceil(size_of::<Line>()) + MAX_INPUTS;
    if state.tile.len() < lines {
        state.tile = vec![Line(MaybeUninit::uninit()); lines];
    }
    let mut to = state.tile.as_mut_ptr().cast::<u8>();
    for (input, from) in tile.inputs.iter_mut().zip(&run.inputs).filter(|(_, from)| far(from)) {
        let pitch = pitch(from);
        // From one row to the next, nearly always.
        let next = input.strides.iter().zip(&input.shape).rev().find(|(_, n)| **n > 1).map_or(0, |(stride, _)| *stride);
        let mut row = to;
        input.for_each_cell(|offset| {
            let from = input.at.wrapping_offset(offset * input.size as isize);
            for line in (0..(width * input.size).min(AHEAD_BYTES)).step_by(size_of::<Line>()) {
                prefetch(from.wrapping_offset(next * input.size as isize).wrapping_add(line));
            }
            // SAFETY: a row of the input; the tile has room for all rows.
            unsafe { row.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), width * input.size) };
            row = row.wrapping_add(pitch);
        });
        input.at = to;
        let mut stride = (pitch / from.size) as isize;
        for axis in (0..MAX_RANK).rev() {
            input.strides[axis] = stride;
            stride *= input.shape[axis] as isize;
        }
        to = row.wrapping_add(row.align_offset(size_of::<Line>()));
    }
    tile
}

/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn groups<K: GufuncKernel, const L: usize, const V: usize>(kernel: &K, run: &Run, state: &mut State) {
    // SAFETY: as the caller says.
    unsafe {
        let (mut operands, gathered) = prepare(run, L, K::SIGNATURE.inputs.len(), state);
        let scratch = typed::<K::LaneScratch<L>>(&mut state.lane_scratch);
        let width = run.count.min(L);
        let mut start = 0;
        loop {
            if gathered {
                gather(run, start, width, L, &mut operands);
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

/// The loop elements before the first group that starts at a line of the output.
fn unaligned<const L: usize>(output: &RunOperand) -> usize {
    let line = size_of::<Line>();
    let bytes = output.at.addr().next_multiple_of(line) - output.at.addr();
    if bytes == 0 || !bytes.is_multiple_of(output.size) { L } else { bytes / output.size }
}

/// Where the lanes of each operand are: in the array where loop elements lie side by side already, otherwise in memory
/// of the state. Cores that all loop elements share are brought there at once.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn prepare(run: &Run, lanes: usize, inputs: usize, state: &mut State) -> (LaneOperands, bool) {
    let direct = |operand: &RunOperand| operand.step == 1 && run.count >= lanes;
    let bytes = |operand: &RunOperand| {
        if operand.at.is_null() || direct(operand) { 0 } else { operand.cells() * lanes * operand.size }
    };
    let input_pieces = run.inputs.each_ref().map(&bytes);
    let output_pieces = run.outputs.each_ref().map(|operand| if operand.written { bytes(operand) } else { 0 });
    let mut all = [0; MAX_INPUTS + MAX_OUTPUTS];
    all[..MAX_INPUTS].copy_from_slice(&input_pieces);
    all[MAX_INPUTS..].copy_from_slice(&output_pieces);
    let pieces = state.pieces(all);
    let mut gathered = false;
    let mut place = |operand: &RunOperand, piece: *mut u8, bytes: usize, input: bool| {
        if direct(operand) {
            return LaneOperand { operand: *operand, advance: operand.step };
        }
        let mut rows = RunOperand { at: piece, step: 0, ..*operand };
        let mut stride = lanes as isize;
        for axis in (0..MAX_RANK).rev() {
            rows.strides[axis] = stride;
            stride *= rows.shape[axis] as isize;
        }
        if bytes > 0 {
            if input && operand.step == 0 {
                // SAFETY: as the caller says; the piece has room for all lanes.
                unsafe { transfer(Way::Gather, operand, 0, 1, lanes, piece) };
            } else {
                gathered = true;
            }
        }
        LaneOperand { operand: rows, advance: 0 }
    };
    let mut operands = LaneOperands {
        inputs: [LaneOperand { operand: RunOperand::NONE, advance: 0 }; MAX_INPUTS],
        outputs: [LaneOperand { operand: RunOperand::NONE, advance: 0 }; MAX_OUTPUTS],
    };
    for number in 0..inputs {
        operands.inputs[number] = place(&run.inputs[number], pieces[number], input_pieces[number], true);
    }
    for number in 0..MAX_OUTPUTS {
        operands.outputs[number] =
            place(&run.outputs[number], pieces[MAX_INPUTS + number], output_pieces[number], false);
    }
    (operands, gathered)
}

/// # Safety
/// As for `walk`; the operands are those of `prepare`.
#[inline(never)]
unsafe fn gather(run: &Run, start: usize, width: usize, lanes: usize, operands: &mut LaneOperands) {
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
