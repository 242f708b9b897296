//! A call in parts of its loop dimensions, for tests: each part is computed from copies of just its cores, with junk
//! around them.

use super::execute::Task;
use super::operand::RawArray;
use super::walk::LoopFn;
use crate::MAX_RANK;
use crate::exec::split::{Copy, Random};
use crate::geometry::Region;
use crate::gufunc::geometry::Geometry;

/// One operand of a part: a copy, and where its cells come from.
struct PartOperand<'a> {
    copy: Copy,
    whole: &'a RawArray,
    /// The first index of the whole array along each axis.
    start: Vec<usize>,
    shape: Vec<usize>,
}

impl<'a> PartOperand<'a> {
    /// The operand along `loops`, its axes of loop dimensions, the last of which is the last of the part.
    ///
    /// # Safety
    /// The array is alive and has the loop dimensions.
    unsafe fn new(whole: &'a RawArray, loops: &[usize], part: &Region, random: &mut Random) -> PartOperand<'a> {
        let (mut start, mut shape) = (vec![0; whole.shape.len()], whole.shape.clone());
        for (number, &axis) in loops.iter().enumerate() {
            let dim = part.rank - loops.len() + number;
            // One cell is broadcast.
            if whole.shape[axis] != 1 {
                (start[axis], shape[axis]) = (part.start[dim], part.len(dim));
            }
        }
        let copy = Copy::new(&shape, whole.element, random).expect("memory for a test");
        let operand = PartOperand { copy, whole, start, shape };
        // SAFETY: as the caller says.
        unsafe { operand.copy.fill(|place| operand.cell(place)) };
        operand
    }

    fn cell(&self, place: &[usize]) -> *mut u8 {
        cell_at(self.whole, &self.start, place)
    }

    fn array(&self) -> RawArray {
        RawArray {
            at: self.copy.at,
            shape: self.shape.clone(),
            strides: self.copy.strides.clone(),
            element: self.whole.element,
        }
    }
}

fn cell_at(whole: &RawArray, start: &[usize], place: &[usize]) -> *mut u8 {
    let index = start.iter().zip(place).map(|(start, place)| (start + place) as isize);
    let offset: isize = index.zip(&whole.strides).map(|(index, stride)| index * stride).sum();
    whole.at.wrapping_offset(offset * whole.element.size as isize)
}

/// Computes all outputs, part by part.
///
/// # Safety
/// As for [`Task::run`].
pub(super) unsafe fn run(task: &Task<'_>, seed: u64, kernel: *const (), walk: LoopFn) {
    let mut random = Random::new(seed);
    let mut schedule = task.schedule;
    schedule.split = None;
    let loop_shape = &task.geometry.loop_shape;
    if loop_shape.len() > MAX_RANK {
        // SAFETY: as the caller says.
        return unsafe { Task { schedule, ..*task }.run(kernel, walk) };
    }
    for part in random.cut(&Region::whole(loop_shape)) {
        if part.is_empty() {
            continue;
        }
        let lens = (0..part.rank).map(|axis| part.len(axis)).collect();
        let geometry = Geometry { loop_shape: lens, ..task.geometry.clone() };
        // SAFETY: as the caller says.
        let mut operand = |array, loops: &[usize]| unsafe { PartOperand::new(array, loops, &part, &mut random) };
        let inputs: Vec<PartOperand<'_>> =
            task.inputs.iter().zip(&geometry.inputs).map(|(array, axes)| operand(array, &axes.loops)).collect();
        let outputs: Vec<PartOperand<'_>> =
            task.outputs.iter().zip(&geometry.outputs).map(|(array, axes)| operand(array, &axes.loops)).collect();
        let axes: Vec<usize> = (0..part.rank).collect();
        let mask = task.mask.map(|mask| operand(mask, &axes));
        let arrays = |operands: &[PartOperand<'_>]| operands.iter().map(PartOperand::array).collect::<Vec<_>>();
        let (input_arrays, output_arrays) = (arrays(&inputs), arrays(&outputs));
        let mask_array = mask.as_ref().map(PartOperand::array);
        let part_task = Task {
            geometry: &geometry,
            inputs: &input_arrays,
            outputs: &output_arrays,
            mask: mask_array.as_ref(),
            schedule,
            ..*task
        };
        // SAFETY: as the caller says; the copies have the shapes of the part.
        unsafe {
            part_task.run(kernel, walk);
            for PartOperand { copy, whole, start, .. } in outputs {
                copy.give_back(|place| cell_at(whole, &start, place));
            }
        }
    }
}
