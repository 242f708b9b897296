//! Sweeps over cores of a few cells: each is copied with its halo to the stack and computed as one patch.
//!
//! Plan, tiles and kept memory cost more than such a core. Here nothing is planned: the place that each cell of a copy comes
//! from is the same for all cores of a loop, and worked out once.

use std::mem::MaybeUninit;
use std::ops::Range;

use arrayvec::ArrayVec;

use super::part::copy_element;
use super::request::Stage;
use crate::boundary::{Cell, RawRule};
use crate::kernel::{InnerLoop, InnerOperand};
use crate::patch::{Frame, Patch, PatchInput, PatchOutput};
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The most cells of the copies of all inputs.
const CELLS: usize = 256;

/// The place of a cell in a core, in elements, or a constant.
#[derive(Clone, Copy)]
enum Source {
    At(isize),
    Constant(*const u8),
}

/// The sources of all cells of all copies.
type Sources = ArrayVec<Source, CELLS>;

/// A copy of a core with its halo, cells in the order of the axes.
struct CoreCopy {
    /// Its cells among those of all copies.
    cells: Range<usize>,
    /// In elements.
    strides: [isize; MAX_RANK],
    /// The core's first cell in the copy.
    first: usize,
}

/// Computes all cores of a loop, unless they are not of this kind.
///
/// # Safety
/// The operands are alive and of the kernel's types; the outputs alias nothing, and have the shape of the inputs unless a
/// rule or a stride makes them smaller.
pub(super) unsafe fn sweep(stage: &Stage<'_>, inner: &InnerLoop, outputs: usize) -> bool {
    let (inputs, rank) = (&inner.inputs[..stage.reads.inputs], stage.reads.rank);
    let outputs = &inner.outputs[..outputs];
    if inner.reference || stage.reads.stride.iter().any(|&stride| stride != 1) {
        return false;
    }
    if outputs.iter().any(|output| output.shape[rank - 1] > 1 && output.strides[rank - 1] != 1) {
        return false;
    }
    let mut sources = Sources::new();
    let mut copies = ArrayVec::<CoreCopy, MAX_INPUTS>::new();
    for (number, input) in inputs.iter().enumerate() {
        match copy_of(stage, number, input, &mut sources) {
            Some(copy) => copies.push(copy),
            None => return false,
        }
    }
    let mut memory = MaybeUninit::<[u64; CELLS]>::uninit();
    let memory = memory.as_mut_ptr().cast::<u8>();
    let shape = inputs[0].shape;
    let mut patch = Patch {
        inputs: [PatchInput { at: std::ptr::null(), strides: [0; MAX_RANK] }; MAX_INPUTS],
        outputs: [PatchOutput { at: std::ptr::null_mut(), row_stride: 0 }; MAX_OUTPUTS],
        halo: *stage.reads.halo(0),
        frame: Frame { origin: [0; MAX_RANK], shape },
        rows: if rank >= 2 { shape[rank - 2] } else { 1 },
        columns: shape[rank - 1],
        stream: false,
        prefetch: false,
    };
    for index in 0..inner.count {
        for (input, copy) in inputs.iter().zip(&copies) {
            // SAFETY: as the caller says; there are eight bytes for each cell, which takes at most so many.
            unsafe { fill(&sources[copy.cells.clone()], input, index, memory.wrapping_add(8 * copy.cells.start)) };
        }
        let mut leading = [0; MAX_RANK];
        loop {
            for (number, (input, copy)) in inputs.iter().zip(&copies).enumerate() {
                let offset: isize = (0..rank).map(|axis| leading[axis] as isize * copy.strides[axis]).sum();
                let at = memory.wrapping_add(8 * copy.cells.start);
                let at = at.wrapping_offset((copy.first as isize + offset) * input.size() as isize);
                patch.inputs[number] = PatchInput { at, strides: copy.strides };
            }
            for (number, output) in outputs.iter().enumerate() {
                let offset: isize = (0..rank).map(|axis| leading[axis] as isize * output.strides[axis]).sum();
                let at = output.core(index).wrapping_offset(offset * output.size() as isize);
                let row_stride = if rank >= 2 { output.strides[rank - 2] } else { 0 };
                patch.outputs[number] = PatchOutput { at, row_stride };
            }
            patch.frame.origin = leading;
            // SAFETY: as the caller says; the copies hold the halo around each point.
            unsafe { (stage.patch)(stage.kernel, &patch) };
            let Some(axis) = (0..rank.saturating_sub(2)).rev().find(|&axis| leading[axis] + 1 < shape[axis]) else {
                break;
            };
            leading[axis] += 1;
            leading[axis + 1..].fill(0);
        }
    }
    true
}

/// The copy of an input's cores; nothing where they are large, or a rule is not one that reads.
fn copy_of(stage: &Stage<'_>, number: usize, input: &InnerOperand, sources: &mut Sources) -> Option<CoreCopy> {
    let (rank, halo, rules) = (stage.reads.rank, stage.reads.halo(number), stage.reads.rules_of(number));
    let mut extents = [1; MAX_RANK];
    let mut copy = CoreCopy { cells: sources.len()..sources.len(), strides: [0; MAX_RANK], first: 0 };
    let mut cells = 1usize;
    for axis in (0..rank).rev() {
        let [before, after] = halo.axis(axis);
        for (rule, width) in rules[axis].iter().zip([before, after]) {
            let reads = rule.rim().is_none() && !matches!(rule, RawRule::With(_)) && !stage.reads.rules.unfit[number];
            if width > 0 && !reads {
                return None;
            }
        }
        extents[axis] = before.checked_add(input.shape[axis])?.checked_add(after)?;
        copy.strides[axis] = cells as isize;
        copy.first = copy.first.checked_add(before.checked_mul(cells)?)?;
        cells = cells.checked_mul(extents[axis])?;
    }
    if cells > sources.remaining_capacity() || input.cells() == 0 || !matches!(input.size(), 1 | 2 | 4 | 8) {
        return None;
    }
    copy.cells.end += cells;
    let mut place = [0; MAX_RANK];
    for _ in 0..cells {
        sources.push(source(stage, number, input, &place));
        for axis in (0..rank).rev() {
            place[axis] += 1;
            if place[axis] < extents[axis] {
                break;
            }
            place[axis] = 0;
        }
    }
    Some(copy)
}

/// The source of a cell. The first axis that has a constant gives it.
fn source(stage: &Stage<'_>, number: usize, input: &InnerOperand, place: &[usize; MAX_RANK]) -> Source {
    let (halo, rules) = (stage.reads.halo(number), stage.reads.rules_of(number));
    let mut at = 0;
    for axis in 0..stage.reads.rank {
        let index = place[axis] as isize - halo.before(axis) as isize;
        let cell = match usize::try_from(index) {
            Ok(cell) if cell < input.shape[axis] => cell,
            outside => match rules[axis][usize::from(outside.is_ok())].cell(index, input.shape[axis]) {
                Cell::At(cell) => cell,
                Cell::Constant(value) => return Source::Constant(value),
            },
        };
        at += cell as isize * input.strides[axis];
    }
    Source::At(at)
}

/// Copies a core.
///
/// # Safety
/// The input is alive; there is room for all cells.
unsafe fn fill(sources: &[Source], input: &InnerOperand, index: usize, to: *mut u8) {
    let (core, size) = (input.core(index).cast_const(), input.size());
    for (place, source) in sources.iter().enumerate() {
        let from = match *source {
            Source::At(at) => core.wrapping_offset(at * size as isize),
            Source::Constant(value) => value,
        };
        // SAFETY: as the caller says; a constant is one element.
        unsafe { copy_element(from, to.add(place * size), size) };
    }
}
