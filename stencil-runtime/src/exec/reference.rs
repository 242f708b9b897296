//! The oracle: a plain loop over points, obviously right, against which every other executor is tested.

use crate::boundary::RawRule;
use crate::exec::job::Job;
use crate::exec::lanes::{Frame, Lane, LaneInput, LaneOutput};
use crate::region::Region;
use crate::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// Computes all outputs, one point after the other: every cell of the footprint's box is looked up by
/// the rules on its own, then the element function is called.
///
/// # Safety
/// As for [`Job::run`].
pub(crate) unsafe fn run(job: &Job<'_>) {
    job.plan.extent.written.leading(job.plan.rank, |index| {
        let here = point(index, job.plan.rank);
        // SAFETY: as the caller says.
        let rest = here.peel(&job.plan.extent.evaluated, |part, axis, side| unsafe { job.rim(&part, axis, side) });
        if !rest.is_empty() {
            // SAFETY: as the caller says; the point is evaluated.
            unsafe { evaluate(job, index) };
        }
    });
}

fn point(index: &[usize; MAX_RANK], rank: usize) -> Region {
    let mut region = Region::whole(&[1; MAX_RANK][..rank]);
    for axis in 0..rank {
        region = region.with(axis, index[axis]..index[axis] + 1);
    }
    region
}

/// # Safety
/// As for `run`; the point is evaluated.
unsafe fn evaluate(job: &Job<'_>, index: &[usize; MAX_RANK]) {
    let facts = job.facts;
    let mut lane = Lane {
        inputs: [LaneInput { at: std::ptr::null(), strides: [0; MAX_RANK] }; MAX_INPUTS],
        outputs: [LaneOutput { at: std::ptr::null_mut(), row_stride: 0 }; MAX_OUTPUTS],
        halo: facts.halos[0],
        frame: Frame { origin: *index, shape: facts.shape() },
        rows: 1,
        columns: 1,
        stream: false,
        ahead: false,
    };
    // Words of the strictest alignment that an element has.
    let mut boxes: Vec<Vec<Word>> = Vec::new();
    for (number, input) in facts.inputs.iter().enumerate() {
        let (cells, strides, centre) = footprint_box(job, number, index);
        let size = input.layout.size;
        let mut copy = vec![Word(std::mem::MaybeUninit::uninit()); (cells.len() * size).div_ceil(64) + 1];
        let skip = copy.as_ptr().align_offset(input.layout.align.min(64));
        let start: *mut u8 = copy.as_mut_ptr().wrapping_add(skip).cast();
        for (cell, from) in cells.iter().enumerate() {
            // SAFETY: a cell of the input or a constant of its type; the copy has room for all cells.
            unsafe {
                start
                    .add(cell * size)
                    .cast::<std::mem::MaybeUninit<u8>>()
                    .copy_from_nonoverlapping((*from).cast(), size)
            };
        }
        lane.inputs[number] = LaneInput { at: start.wrapping_add(centre * size), strides };
        boxes.push(copy);
    }
    for (number, output) in job.outputs.iter().enumerate() {
        lane.outputs[number] = LaneOutput { at: job.result(output, index), row_stride: 0 };
    }
    // SAFETY: the lane is one point, whose footprint's box the sources hold.
    unsafe { (job.lane)(job.kernel, &lane) };
}

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Word(#[allow(dead_code)] std::mem::MaybeUninit<[u8; 64]>);

/// The cells of the box around a point in row-major order, the box's strides, and the number of the centre.
fn footprint_box(job: &Job<'_>, input: usize, index: &[usize; MAX_RANK]) -> (Vec<*const u8>, [isize; MAX_RANK], usize) {
    let rank = job.plan.rank;
    let halo = &job.facts.halos[input];
    let extent: Vec<usize> = (0..rank).map(|axis| halo.before(axis) + 1 + halo.after(axis)).collect();
    let mut strides = [0; MAX_RANK];
    let mut count = 1;
    for axis in (0..rank).rev() {
        strides[axis] = count as isize;
        count *= extent[axis];
    }
    let mut cells = Vec::with_capacity(count);
    Region::whole(&extent).leading(rank, |offset| {
        let at: Vec<isize> =
            (0..rank).map(|axis| (index[axis] + offset[axis]) as isize - halo.before(axis) as isize).collect();
        cells.push(cell(job, input, &at));
    });
    let centre = (0..rank).map(|axis| halo.before(axis) * strides[axis] as usize).sum();
    (cells, strides, centre)
}

/// The element that the rules give at an index: the first axis whose rule is a constant decides.
fn cell(job: &Job<'_>, number: usize, index: &[isize]) -> *const u8 {
    let input = job.facts.inputs.get(number);
    let mut offset = 0;
    for (axis, &i) in index.iter().enumerate() {
        let rule = &job.facts.rules.inputs[number][axis][usize::from(i >= 0)];
        match (rule.index(i, input.shape[axis]), rule) {
            (Some(inside), _) => offset += inside as isize * input.strides[axis],
            (None, RawRule::Constant(value)) => return *value,
            (None, _) => unreachable!("only a constant reads no cell"),
        }
    }
    input.at.wrapping_offset(offset * input.layout.size as isize)
}
