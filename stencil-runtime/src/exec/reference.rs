//! The oracle: a plain loop over points, obviously right, against which every other executor is tested.

use crate::boundary::Cell;
use crate::exec::sweep::copy_element;
use crate::exec::sweep::job::Job;
use crate::geometry::Region;
use crate::memory::{NoMemory, Pieces};
use crate::patch::{Frame, Patch, PatchInput, PatchOutput};
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// Computes all outputs, one point after the other: every cell of the footprint's box is looked up by
/// the rules on its own, then the element function is called.
///
/// # Safety
/// As for [`Job::run`].
pub(crate) unsafe fn run(job: &Job<'_>) -> Result<(), NoMemory> {
    // The boxes of all points have the same size: without memory for one, nothing is written.
    let mut boxes = Pieces::default();
    let bytes = |number: usize| Pieces::rounded(box_bytes(job, number));
    let all = (0..job.request.inputs.len()).map(bytes).sum();
    let mut done = if job.request.evaluated().is_empty() { Ok(()) } else { boxes.reserve(all, false) };
    job.request.region.leading(job.request.rank(), |index| {
        let here = point(index, job.request.rank());
        // SAFETY: as the caller says.
        let rest = here.peel(&job.request.domain.evaluated, |part, axis, side| unsafe { job.rim(&part, axis, side) });
        if !rest.is_empty() && done.is_ok() {
            // SAFETY: as the caller says; the point is evaluated, and the boxes have room.
            done = boxes.reserve(all, false).map(|()| unsafe { evaluate(job, index, &mut boxes) });
        }
    });
    done
}

fn point(index: &[usize; MAX_RANK], rank: usize) -> Region {
    let mut region = Region::whole(&[1; MAX_RANK][..rank]);
    for axis in 0..rank {
        region = region.with(axis, index[axis]..index[axis] + 1);
    }
    region
}

/// # Safety
/// As for `run`; the point is evaluated, and there is room for its boxes.
unsafe fn evaluate(job: &Job<'_>, index: &[usize; MAX_RANK], boxes: &mut Pieces) {
    let request = &job.request;
    let mut patch = Patch {
        inputs: [PatchInput { at: std::ptr::null(), strides: [0; MAX_RANK] }; MAX_INPUTS],
        outputs: [PatchOutput { at: std::ptr::null_mut(), row_stride: 0 }; MAX_OUTPUTS],
        halo: *request.stage.reads.halo(0),
        frame: Frame { origin: request.domain.cell(index), shape: request.domain.shape },
        rows: 1,
        columns: 1,
        stream: false,
        prefetch: false,
    };
    for (number, input) in request.inputs.iter().enumerate() {
        let size = input.element.size;
        let start = boxes.piece(box_bytes(job, number));
        let mut to = start;
        let (strides, centre) = footprint_box(job, number, index, |from| {
            // SAFETY: a cell of the input or a constant of its type; the box has room for all cells.
            unsafe { copy_element(from, to, size) };
            to = to.wrapping_add(size);
        });
        patch.inputs[number] = PatchInput { at: start.wrapping_add(centre * size), strides };
    }
    for (number, output) in request.outputs.iter().enumerate() {
        patch.outputs[number] = PatchOutput { at: output.cell(index), row_stride: 0 };
    }
    // SAFETY: the patch is one point, whose footprint's box the sources hold.
    unsafe { (request.stage.patch)(request.stage.kernel, &patch) };
}

/// The number of cells of an input's box along an axis.
fn box_extent(job: &Job<'_>, input: usize, axis: usize) -> usize {
    let halo = job.request.stage.reads.halo(input);
    halo.before(axis) + 1 + halo.after(axis)
}

fn box_bytes(job: &Job<'_>, input: usize) -> usize {
    let cells: usize = (0..job.request.rank()).map(|axis| box_extent(job, input, axis)).product();
    cells * job.request.inputs[input].element.size
}

/// Visits the cells of the box around a point in row-major order, and gives the box's strides and the number of the
/// centre.
fn footprint_box(
    job: &Job<'_>,
    input: usize,
    index: &[usize; MAX_RANK],
    mut visit: impl FnMut(*const u8),
) -> ([isize; MAX_RANK], usize) {
    let rank = job.request.rank();
    let halo = job.request.stage.reads.halo(input);
    let extent: Vec<usize> = (0..rank).map(|axis| box_extent(job, input, axis)).collect();
    let here = job.request.domain.cell(index);
    let mut strides = [0; MAX_RANK];
    let mut count = 1;
    for axis in (0..rank).rev() {
        strides[axis] = count as isize;
        count *= extent[axis];
    }
    Region::whole(&extent).leading(rank, |offset| {
        let at: Vec<isize> =
            (0..rank).map(|axis| (here[axis] + offset[axis]) as isize - halo.before(axis) as isize).collect();
        visit(cell(job, input, &at));
    });
    let centre = (0..rank).map(|axis| halo.before(axis) * strides[axis] as usize).sum();
    (strides, centre)
}

/// The element that the rules give at an index: the first axis whose rule is a constant decides.
fn cell(job: &Job<'_>, number: usize, index: &[isize]) -> *const u8 {
    let input = &job.request.inputs[number];
    let mut offset = 0;
    for (axis, &i) in index.iter().enumerate() {
        let rule = &job.request.stage.reads.rules_of(number)[axis][usize::from(i >= 0)];
        match rule.cell(i, job.request.domain.shape[axis]) {
            Cell::At(inside) => offset += input.spans[axis].held_place(inside) * input.strides[axis],
            Cell::Constant(value) => return value,
        }
    }
    input.offset(offset)
}
