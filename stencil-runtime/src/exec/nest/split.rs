//! A call in parts of its loop dimensions, for tests: each part is computed from copies of just its cores, with junk
//! around them.

use super::NestRequest;
use crate::MAX_RANK;
use crate::block::ElementLayout;
use crate::exec::split::{Copy, Random};
use crate::geometry::Region;
use crate::kernel::InnerOperand;
use crate::memory::NoMemory;

/// One operand of a part: a copy of its cores, and the cells that it is of.
struct PartOperand {
    copy: Copy,
    cells: Cells,
}

/// The cells of a part in the whole operand.
struct Cells {
    /// The first one.
    at: *mut u8,
    /// Along the loop dimensions and the axes of a core, in elements.
    strides: Vec<isize>,
    size: usize,
}

impl Cells {
    fn cell(&self, place: &[usize]) -> *mut u8 {
        let offset: isize = place.iter().zip(&self.strides).map(|(&index, stride)| index as isize * stride).sum();
        self.at.wrapping_offset(offset * self.size as isize)
    }
}

impl PartOperand {
    /// A copy of an operand's cores in the part.
    ///
    /// # Safety
    /// The operand is alive and has the loop dimensions.
    unsafe fn new(
        operand: &InnerOperand,
        loops: &[isize],
        part: &Region,
        random: &mut Random,
    ) -> Result<PartOperand, NoMemory> {
        // One cell is broadcast.
        let shape = (0..part.rank).map(|axis| if loops[axis] == 0 { 1 } else { part.len(axis) });
        let shape: Vec<usize> = shape.chain(operand.shape).collect();
        let strides: Vec<isize> = loops.iter().copied().chain(operand.strides).collect();
        let first: isize = (0..part.rank).map(|axis| part.start[axis] as isize * loops[axis]).sum();
        let at = operand.at.wrapping_offset(first * operand.size() as isize);
        let copy = Copy::new(&shape, operand.element, random)?;
        let cells = Cells { at, strides, size: operand.size() };
        // SAFETY: as the caller says.
        unsafe { copy.fill(|place| cells.cell(place)) };
        Ok(PartOperand { copy, cells })
    }

    /// The strides of the copy along the loop dimensions, 0 where it is broadcast.
    fn loops(&self, rank: usize) -> Vec<isize> {
        (0..rank).map(|axis| if self.cells.strides[axis] == 0 { 0 } else { self.copy.strides[axis] }).collect()
    }

    /// The first core of the copy.
    fn core(&self, rank: usize, whole: &InnerOperand) -> InnerOperand {
        let mut core = InnerOperand { at: self.copy.at, ..*whole };
        core.strides.copy_from_slice(&self.copy.strides[rank..]);
        core.writable()
    }
}

/// Computes all outputs, part by part.
///
/// # Safety
/// As for [`NestRequest::run`].
pub(super) unsafe fn run(request: &NestRequest<'_>, seed: u64) -> Result<(), NoMemory> {
    let mut random = Random::new(seed);
    let mut schedule = request.schedule;
    schedule.split = None;
    // The inner loop cuts the cores.
    let mut first = request.first.clone();
    first.schedule.split = Some(seed.wrapping_add(1));
    if request.shape.len() > MAX_RANK {
        let whole = NestRequest { schedule, first, strides: request.strides.clone(), ..*request };
        // SAFETY: as the caller says.
        return unsafe { whole.run() };
    }
    let mask = request.mask.map(|mask| InnerOperand {
        at: mask.cast_mut().cast(),
        element: ElementLayout::of::<bool>(),
        ..InnerOperand::NONE
    });
    for part in random.cut(&Region::whole(request.shape)).into_iter().filter(|part| !part.is_empty()) {
        let operands = request.operands(&first).chain(&mask);
        // SAFETY: as the caller says.
        let copies = operands
            .zip(&request.strides)
            .map(|(operand, loops)| unsafe { PartOperand::new(operand, loops, &part, &mut random) });
        let copies: Vec<PartOperand> = copies.collect::<Result<_, _>>()?;
        let shape: Vec<usize> = (0..part.rank).map(|axis| part.len(axis)).collect();
        let strides = copies.iter().map(|copy| copy.loops(part.rank)).collect();
        let mut part_first = first.clone();
        for (operand, copy) in request.operands_mut(&mut part_first).zip(&copies) {
            *operand = copy.core(part.rank, operand);
        }
        let mask = mask.is_some().then(|| copies[request.inputs + request.outputs].copy.at.cast_const().cast());
        let part_request = NestRequest { shape: &shape, first: part_first, strides, mask, schedule, ..*request };
        // SAFETY: as the caller says; the copies have the shapes of the part.
        unsafe {
            part_request.run()?;
            for PartOperand { copy, cells } in copies.into_iter().skip(request.inputs).take(request.outputs) {
                copy.give_back(|place| cells.cell(place));
            }
        }
    }
    Ok(())
}
