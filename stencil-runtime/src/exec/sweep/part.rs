//! Computes a part of a tile: hands its patches of rows and columns to the kernel's loops.

use std::mem::MaybeUninit;

use super::job::Job;
use crate::block::Block;
use crate::exec::scratch::Scratch;
use crate::geometry::Region;
use crate::memory::Pieces;
use crate::patch::{Frame, Patch, PatchInput, PatchOutput};
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The places that the inputs are read from: the element at one point, and strides in elements.
pub(super) struct Sources {
    point: [usize; MAX_RANK],
    inputs: [PatchInput; MAX_INPUTS],
}

// SAFETY: threads read the elements, which are `Sync`.
unsafe impl Sync for Sources {}

impl Sources {
    /// Sources at a point, none of which is known yet.
    pub(super) fn at(point: [usize; MAX_RANK]) -> Sources {
        let input = PatchInput { at: std::ptr::null(), strides: [0; MAX_RANK] };
        Sources { point, inputs: [input; MAX_INPUTS] }
    }

    pub(super) fn set(&mut self, input: usize, at: *const u8, strides: [isize; MAX_RANK]) {
        self.inputs[input] = PatchInput { at, strides };
    }
}

impl Job<'_> {
    /// The bytes for collecting the results of a part, when an output's last axis is not contiguous.
    pub(super) fn gathered_bytes(&self, part: &Region) -> usize {
        if self.plan.contiguous_outputs {
            return 0;
        }
        let (rows, columns) = self.patch(part);
        let bytes = |output: &Block| Pieces::rounded(rows * columns * output.element.size);
        self.request.outputs.iter().map(bytes).sum()
    }

    /// Rows and columns of a part's patches.
    fn patch(&self, part: &Region) -> (usize, usize) {
        let rank = self.request.rank();
        (if rank >= 2 { part.len(rank - 2) } else { 1 }, part.len(rank - 1))
    }

    /// Computes a part, one patch of rows and columns after the other.
    ///
    /// # Safety
    /// The part is evaluated and nobody else writes it; the sources hold the halo around each of its
    /// points; the scratch has room for the part's results if they are gathered.
    pub(super) unsafe fn compute(&self, part: &Region, sources: &Sources, stream: bool, scratch: &mut Scratch) {
        let (rows, columns) = self.patch(part);
        let mut patch = Patch {
            inputs: sources.inputs,
            outputs: [PatchOutput { at: std::ptr::null_mut(), row_stride: 0 }; MAX_OUTPUTS],
            halo: *self.request.stage.reads.halo(0),
            frame: Frame { origin: self.request.domain.cell(&part.start), shape: self.request.domain.shape },
            rows,
            columns,
            stream,
            prefetch: self.plan.prefetch,
        };
        if !self.plan.contiguous_outputs {
            for (number, output) in self.request.outputs.iter().enumerate() {
                let at = scratch.pieces.piece(rows * columns * output.element.size);
                patch.outputs[number] = PatchOutput { at, row_stride: columns as isize };
            }
        }
        part.leading(self.request.rank().saturating_sub(2), |index| {
            self.move_to(&mut patch, sources, index);
            // SAFETY: as the caller says; the patch belongs to the part.
            unsafe {
                (self.request.stage.patch)(self.request.stage.kernel, &patch);
                if !self.plan.contiguous_outputs {
                    for (number, output) in self.request.outputs.iter().enumerate() {
                        self.scatter(output, index, patch.outputs[number].at, rows, columns);
                    }
                }
            }
        });
    }

    /// Moves a patch to the one that starts at an index.
    fn move_to(&self, patch: &mut Patch, sources: &Sources, index: &[usize; MAX_RANK]) {
        let domain = self.request.domain;
        patch.frame.origin = domain.cell(index);
        for (number, input) in self.request.inputs.iter().enumerate() {
            let source = &sources.inputs[number];
            let offset: isize = (0..self.request.rank())
                .map(|axis| ((index[axis] - sources.point[axis]) * domain.stride[axis]) as isize * source.strides[axis])
                .sum();
            patch.inputs[number].at = source.at.wrapping_offset(offset * input.element.size as isize);
        }
        if self.plan.contiguous_outputs {
            for (number, output) in self.request.outputs.iter().enumerate() {
                patch.outputs[number] = PatchOutput { at: output.cell(index), row_stride: self.row_stride(output) };
            }
        }
    }

    pub(super) fn row_stride(&self, output: &Block) -> isize {
        if self.request.rank() >= 2 { output.strides[self.request.rank() - 2] } else { 0 }
    }

    /// Copies collected results to an output whose last axis is not contiguous, rows innermost: that
    /// is the contiguous direction of such arrays, most often.
    ///
    /// # Safety
    /// `from` holds the results of the patch at `index`.
    unsafe fn scatter(&self, output: &Block, index: &[usize; MAX_RANK], from: *const u8, rows: usize, columns: usize) {
        let size = output.element.size;
        let to = output.cell(index);
        let row_stride = self.row_stride(output);
        let column_stride = output.strides[self.request.rank() - 1];
        for column in 0..columns {
            for row in 0..rows {
                let offset = row as isize * row_stride + column as isize * column_stride;
                // SAFETY: both are elements of the patch.
                unsafe {
                    copy_element(
                        from.add((row * columns + column) * size),
                        to.wrapping_offset(offset * size as isize),
                        size,
                    )
                };
            }
        }
    }
}

/// # Safety
/// Both are valid for `size` bytes and do not overlap.
#[inline(always)]
pub(crate) unsafe fn copy_element(from: *const u8, to: *mut u8, size: usize) {
    // SAFETY: as the caller says; unaligned and possibly uninitialised (padding) bytes.
    unsafe {
        match size {
            1 => to.cast::<MaybeUninit<u8>>().write(from.cast::<MaybeUninit<u8>>().read()),
            2 => to.cast::<MaybeUninit<[u8; 2]>>().write(from.cast::<MaybeUninit<[u8; 2]>>().read()),
            4 => to.cast::<MaybeUninit<[u8; 4]>>().write(from.cast::<MaybeUninit<[u8; 4]>>().read()),
            8 => to.cast::<MaybeUninit<[u8; 8]>>().write(from.cast::<MaybeUninit<[u8; 8]>>().read()),
            _ => to.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), size),
        }
    }
}
