//! Sweeps over cores of a few cells: each is copied with its halo to the stack and computed as one patch.
//!
//! Plan, tiles and kept memory cost more than such a core. Here nothing is planned: where the cells of a copy come from along
//! each axis is the same for all cores of a loop, and worked out once.

use std::mem::MaybeUninit;

use arrayvec::ArrayVec;

use super::part::copy_element;
use super::request::Stage;
use crate::boundary::RawRule;
use crate::kernel::{InnerLoop, InnerOperand};
use crate::patch::{Frame, Patch, PatchInput, PatchOutput};
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The most cells of the copies of all inputs.
const CELLS: usize = 256;

/// One axis of a copy.
#[derive(Clone, Copy)]
struct Axis {
    extent: usize,
    /// From one index to the next, in cells of the copy.
    stride: usize,
    /// The indices whose cells are those of the core; the others are constants, which lie at the ends.
    copied: [usize; 2],
    /// The number of offsets of all axes in front of those of these indices.
    offsets: usize,
}

/// The distances, in bytes, of the cells at each index of an axis from the core's first one: of all axes of all copies. An axis is no
/// longer than its copy has cells, and one that has one cell comes on top.
type Offsets = ArrayVec<isize, { CELLS + MAX_INPUTS * MAX_RANK }>;

/// A copy of a core with its halo, cells in the order of the axes.
struct CoreCopy {
    /// The first of its cells among those of all copies.
    start: usize,
    cells: usize,
    /// The core's first cell in the copy.
    first: usize,
    axes: ArrayVec<Axis, MAX_RANK>,
}

impl CoreCopy {
    /// In elements.
    fn strides(&self) -> [isize; MAX_RANK] {
        let mut strides = [0; MAX_RANK];
        strides.iter_mut().zip(&self.axes).for_each(|(stride, axis)| *stride = axis.stride as isize);
        strides
    }
}

/// Computes all cores of a loop, unless they are not of this kind.
///
/// # Safety
/// The operands are alive and of the kernel's types; the outputs alias nothing, and have the shape of the inputs unless a
/// rule or a stride makes them smaller.
pub(super) unsafe fn sweep(stage: &Stage<'_>, inner: &InnerLoop) -> bool {
    let (rank, shape) = (stage.reads.rank, inner.inputs[0].shape);
    if inner.reference || stage.reads.stride.iter().any(|&stride| stride != 1) {
        return false;
    }
    if inner.outputs.iter().any(|output| output.shape[rank - 1] > 1 && output.strides[rank - 1] != 1) {
        return false;
    }
    let (mut cells, mut offsets) = (0, Offsets::new());
    let mut copies = ArrayVec::<CoreCopy, MAX_INPUTS>::new();
    for (number, input) in inner.inputs.iter().enumerate() {
        let Some(copy) = copy_of(stage, number, input, cells, &mut offsets) else {
            return false;
        };
        cells += copy.cells;
        copies.push(copy);
    }
    // Eight bytes for each cell, which takes at most so many.
    let mut memory = MaybeUninit::<[u64; CELLS]>::uninit();
    let memory = memory.as_mut_ptr().cast::<u8>();
    for (number, (input, copy)) in inner.inputs.iter().zip(&copies).enumerate() {
        // SAFETY: there is room for all cells.
        unsafe {
            fill_constants(copy, stage.reads.rules_of(number), input.size(), memory.wrapping_add(8 * copy.start))
        };
    }
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
    for (source, (input, copy)) in patch.inputs.iter_mut().zip(inner.inputs.iter().zip(&copies)) {
        let at = memory.wrapping_add(8 * copy.start + copy.first * input.size());
        *source = PatchInput { at, strides: copy.strides() };
    }
    for (target, output) in patch.outputs.iter_mut().zip(&inner.outputs) {
        target.row_stride = if rank >= 2 { output.strides[rank - 2] } else { 0 };
    }
    let first = patch.inputs;
    for index in 0..inner.count {
        for (input, copy) in inner.inputs.iter().zip(&copies) {
            // SAFETY: as the caller says; there is room for all cells.
            unsafe { fill(copy, &offsets, input, index, memory.wrapping_add(8 * copy.start)) };
        }
        // SAFETY: as the caller says; the copies hold the halo around each point.
        unsafe { compute(stage, inner, index, &first, &mut patch) };
    }
    true
}

/// Computes a core, whose copies begin at `first`. A patch is rows and columns: there is one for each index of the axes in front
/// of them.
///
/// # Safety
/// As for [`sweep`]; the copies hold the core and its halo.
#[inline]
unsafe fn compute(
    stage: &Stage<'_>,
    inner: &InnerLoop,
    index: usize,
    first: &[PatchInput; MAX_INPUTS],
    patch: &mut Patch,
) {
    let leading = stage.reads.rank.saturating_sub(2);
    let mut at = [0; MAX_RANK];
    loop {
        let from_first = |strides: &[isize; MAX_RANK], operand: &InnerOperand| {
            let cells = (0..leading).map(|axis| at[axis] as isize * strides[axis]);
            cells.sum::<isize>() * operand.size() as isize
        };
        for (source, (first, input)) in patch.inputs.iter_mut().zip(first.iter().zip(&inner.inputs)) {
            source.at = first.at.wrapping_offset(from_first(&first.strides, input));
        }
        for (target, output) in patch.outputs.iter_mut().zip(&inner.outputs) {
            target.at = output.core(index).wrapping_offset(from_first(&output.strides, output));
        }
        patch.frame.origin = at;
        // SAFETY: as the caller says.
        unsafe { (stage.patch)(stage.kernel, patch) };
        if !advance(&mut at[..leading], &patch.frame.shape) {
            return;
        }
    }
}

/// Goes on to the next index, the last axis first; returns false behind the last one.
fn advance(at: &mut [usize], shape: &[usize; MAX_RANK]) -> bool {
    for axis in (0..at.len()).rev() {
        at[axis] += 1;
        if at[axis] < shape[axis] {
            return true;
        }
        at[axis] = 0;
    }
    false
}

/// The copy of an input's cores; nothing where they are large, or a rule is not one that reads.
fn copy_of(
    stage: &Stage<'_>,
    number: usize,
    input: &InnerOperand,
    start: usize,
    offsets: &mut Offsets,
) -> Option<CoreCopy> {
    let (rank, halo, rules) = (stage.reads.rank, stage.reads.halo(number), stage.reads.rules_of(number));
    let mut copy = CoreCopy { start, cells: 1, first: 0, axes: ArrayVec::new() };
    for axis in 0..rank {
        let [before, after] = halo.axis(axis);
        for (rule, width) in rules[axis].iter().zip([before, after]) {
            let reads = rule.rim().is_none() && !matches!(rule, RawRule::With(_)) && !stage.reads.rules.unfit[number];
            if width > 0 && !reads {
                return None;
            }
        }
        let extent = before.checked_add(input.shape[axis])?.checked_add(after)?;
        copy.cells = copy.cells.checked_mul(extent)?;
        copy.axes.push(Axis { extent, stride: 1, copied: [0, extent], offsets: 0 });
    }
    if copy.cells > CELLS - start || input.cells() == 0 || !matches!(input.size(), 1 | 2 | 4 | 8) {
        return None;
    }
    let mut stride = 1;
    for (number, axis) in copy.axes.iter_mut().enumerate().rev() {
        let ([before, after], len) = (halo.axis(number), input.shape[number]);
        let constant = |side: usize| matches!(rules[number][side], RawRule::Constant(_));
        let copied = [if constant(0) { before } else { 0 }, axis.extent - if constant(1) { after } else { 0 }];
        *axis = Axis { stride, copied, offsets: offsets.len(), ..*axis };
        copy.first += before * stride;
        stride *= axis.extent;
        let apart = input.strides[number] * input.size() as isize;
        for place in copied[0]..copied[1] {
            let index = place as isize - before as isize;
            let cell = match usize::try_from(index) {
                Ok(cell) if cell < len => cell,
                outside => {
                    let cell = rules[number][usize::from(outside.is_ok())].cell(index, len);
                    cell.index().expect("a rule that reads the array")
                }
            };
            offsets.push(cell as isize * apart);
        }
    }
    Some(copy)
}

/// Writes the cells of a copy that are constants, the same for all cores. The first axis that has one gives it.
///
/// # Safety
/// There is room for all cells, of so many bytes.
unsafe fn fill_constants(copy: &CoreCopy, rules: &[[RawRule; 2]; MAX_RANK], size: usize, to: *mut u8) {
    if copy.axes.iter().all(|axis| axis.copied == [0, axis.extent]) {
        return;
    }
    for cell in 0..copy.cells {
        let constant = copy.axes.iter().zip(rules).find_map(|(axis, sides)| {
            let place = cell / axis.stride % axis.extent;
            match (place < axis.copied[0], place >= axis.copied[1]) {
                (false, false) => None,
                (before, _) => Some(sides[usize::from(!before)]),
            }
        });
        if let Some(RawRule::Constant(value)) = constant {
            // SAFETY: as the caller says; a constant is one element.
            unsafe { copy_element(value, to.wrapping_add(cell * size), size) };
        }
    }
}

/// Copies a core.
///
/// # Safety
/// The input is alive; there is room for all cells.
unsafe fn fill(copy: &CoreCopy, offsets: &[isize], input: &InnerOperand, index: usize, to: *mut u8) {
    let core = input.core(index).cast_const();
    // SAFETY: as the caller says.
    unsafe {
        match input.size() {
            1 => fill_axes::<1>(&copy.axes, offsets, core, to.cast()),
            2 => fill_axes::<2>(&copy.axes, offsets, core, to.cast()),
            4 => fill_axes::<4>(&copy.axes, offsets, core, to.cast()),
            _ => fill_axes::<8>(&copy.axes, offsets, core, to.cast()),
        }
    }
}

/// Copies the cells along these axes; `from` and `to` are what the axes in front of them have led to.
///
/// # Safety
/// As for [`fill`], for elements of `S` bytes.
unsafe fn fill_axes<const S: usize>(axes: &[Axis], offsets: &[isize], from: *const u8, to: *mut [MaybeUninit<u8>; S]) {
    // SAFETY: as the caller says.
    unsafe {
        let Some((axis, behind)) = axes.split_first() else {
            return;
        };
        let [start, end] = axis.copied;
        let here = &offsets[axis.offsets..axis.offsets + end - start];
        let mut to = to.wrapping_add(start * axis.stride);
        if behind.is_empty() {
            for (place, &offset) in here.iter().enumerate() {
                to.wrapping_add(place).write(from.wrapping_offset(offset).cast::<[MaybeUninit<u8>; S]>().read());
            }
            return;
        }
        for &offset in here {
            fill_axes(behind, offsets, from.wrapping_offset(offset), to);
            to = to.wrapping_add(axis.stride);
        }
    }
}
