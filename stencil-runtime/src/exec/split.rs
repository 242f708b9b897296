//! A domain in parts, for tests: each part is computed from copies that hold just the cells that it needs, with junk
//! around them. What takes a block for the whole array, or reads a cell that it should not, gives other results.

use crate::MAX_RANK;
use crate::block::{Block, ElementLayout, InputBlocks, OutputBlocks, Span};
use crate::exec::sweep::job::Job;
use crate::exec::sweep::{Request, copy_element};
use crate::geometry::{Region, needs};
use crate::memory::{NoMemory, Pieces};

/// The byte that junk is made of.
const JUNK: u8 = 0xA5;
/// The most cells of junk in front of and behind a copy, along each axis.
const MARGIN: usize = 2;
/// The most parts along an axis.
const PARTS: usize = 3;

/// Numbers without an order: xorshift64* (Vigna, *An experimental exploration of Marsaglia's xorshift generators*, 2016).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        // Not 0.
        Random(seed << 1 | 1)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    /// A region cut at random along each axis.
    pub(crate) fn cut(&mut self, region: &Region) -> Vec<Region> {
        let mut parts = vec![*region];
        for axis in 0..region.rank {
            let mut cuts = vec![region.start[axis], region.end[axis]];
            if region.len(axis) > 1 {
                cuts.extend((1..PARTS).map(|_| region.start[axis] + self.below(region.len(axis))));
            }
            cuts.sort_unstable();
            cuts.dedup();
            let ranges = || cuts.windows(2).map(|pair| pair[0]..pair[1]);
            parts = parts.iter().flat_map(|part| ranges().map(|range| part.with(axis, range))).collect();
        }
        parts
    }
}

/// A dense copy of cells with junk around.
pub(crate) struct Copy {
    memory: Pieces,
    bytes: usize,
    /// Bytes of the cells and of the junk.
    start: *mut u8,
    /// The first cell.
    pub(crate) at: *mut u8,
    /// In elements.
    pub(crate) strides: Vec<isize>,
    shape: Vec<usize>,
    element: ElementLayout,
}

impl Copy {
    /// Room for cells of a shape.
    pub(crate) fn new(shape: &[usize], element: ElementLayout, random: &mut Random) -> Result<Copy, NoMemory> {
        let margins: Vec<[usize; 2]> =
            shape.iter().map(|_| [random.below(MARGIN + 1), random.below(MARGIN + 1)]).collect();
        let mut strides = vec![0; shape.len()];
        let (mut cells, mut first) = (1, 0);
        for axis in (0..shape.len()).rev() {
            strides[axis] = cells as isize;
            first += margins[axis][0] * cells;
            cells *= margins[axis][0] + shape[axis] + margins[axis][1];
        }
        let bytes = cells.max(first + 1) * element.size;
        let mut memory = Pieces::default();
        memory.reserve(bytes, false)?;
        let start = memory.piece(bytes);
        // SAFETY: the piece has room for this.
        unsafe { start.write_bytes(JUNK, bytes) };
        let at = start.wrapping_add(first * element.size);
        Ok(Copy { memory, bytes, start, at, strides, shape: shape.to_vec(), element })
    }

    /// Calls `visit` with each cell, and its place among the cells.
    fn each(&self, mut visit: impl FnMut(&[usize], *mut u8)) {
        let cells: usize = self.shape.iter().product();
        let mut index = vec![0; self.shape.len()];
        for _ in 0..cells {
            let offset: isize = index.iter().zip(&self.strides).map(|(&i, stride)| i as isize * stride).sum();
            visit(&index, self.at.wrapping_offset(offset * self.element.size as isize));
            for axis in (0..index.len()).rev() {
                index[axis] += 1;
                if index[axis] < self.shape[axis] {
                    break;
                }
                index[axis] = 0;
            }
        }
    }

    /// Fills the cells.
    ///
    /// # Safety
    /// `source` gives cells of the element's type that are alive.
    pub(crate) unsafe fn fill(&self, source: impl Fn(&[usize]) -> *const u8) {
        // SAFETY: as the caller says; the cells lie in the copy.
        self.each(|index, cell| unsafe { copy_element(source(index), cell, self.element.size) });
    }

    /// Gives the cells back, and looks whether the junk around them is as it was.
    ///
    /// # Safety
    /// `target` gives cells of the element's type that are alive.
    pub(crate) unsafe fn give_back(self, target: impl Fn(&[usize]) -> *mut u8) {
        self.each(|index, cell| {
            // SAFETY: as the caller says; the cells lie in the copy.
            unsafe {
                copy_element(cell, target(index), self.element.size);
                cell.write_bytes(JUNK, self.element.size);
            }
        });
        // SAFETY: all of it was written, and the memory is still there.
        let junk = unsafe { std::slice::from_raw_parts(self.start, self.bytes) };
        assert!(junk.iter().all(|&byte| byte == JUNK), "cells outside of the part were written");
        drop(self.memory);
    }
}

/// Computes a region in parts.
///
/// # Safety
/// As for [`Job::run`].
pub(super) unsafe fn run(request: &Request<'_>, seed: u64) -> Result<(), NoMemory> {
    let mut random = Random::new(seed);
    for part in random.cut(&request.region) {
        if !part.is_empty() {
            // SAFETY: as the caller says; the part lies in the region.
            unsafe { run_part(request, part, &mut random)? };
        }
    }
    Ok(())
}

/// # Safety
/// As for `run`.
unsafe fn run_part(request: &Request<'_>, part: Region, random: &mut Random) -> Result<(), NoMemory> {
    let rank = request.rank();
    let mut copies = Vec::new();
    let mut inputs = InputBlocks::new();
    for (number, input) in request.inputs.iter().enumerate() {
        let spans = needs(&request.stage.reads, request.domain, number, &part);
        let (copy, block) = copy_of(spans, rank, input.element, random)?;
        // SAFETY: as the caller says; the block holds what the whole region needs.
        unsafe { copy.fill(|place| input.cell(&domain_index(&spans, place))) };
        inputs.push(block);
        copies.push(copy);
    }
    let mut outputs = OutputBlocks::new();
    let mut written = Vec::new();
    let spans: [Span; MAX_RANK] = std::array::from_fn(|axis| Span::new(part.start[axis]..part.end[axis]));
    for output in request.outputs {
        let (copy, block) = copy_of(spans, rank, output.element, random)?;
        // SAFETY: as the caller says; what is not written yet is copied as bytes that may be so.
        unsafe { copy.fill(|place| output.cell(&domain_index(&spans, place))) };
        outputs.push(block);
        written.push(copy);
    }
    let mut stage = *request.stage;
    stage.schedule.split = None;
    let part_request = Request { stage: &stage, region: part, inputs: &inputs, outputs: &outputs, ..*request };
    // SAFETY: as the caller says; the copies hold what the part needs.
    unsafe {
        Job::new(part_request).run()?;
        for (output, copy) in request.outputs.iter().zip(written) {
            copy.give_back(|place| output.cell(&domain_index(&spans, place)));
        }
    }
    Ok(())
}

fn copy_of(
    spans: [Span; MAX_RANK],
    rank: usize,
    element: ElementLayout,
    random: &mut Random,
) -> Result<(Copy, Block), NoMemory> {
    let shape: Vec<usize> = spans[..rank].iter().map(Span::len).collect();
    let copy = Copy::new(&shape, element, random)?;
    let mut strides = [0; MAX_RANK];
    strides[..rank].copy_from_slice(&copy.strides);
    let block = Block::of_spans(copy.at, spans, strides, element);
    Ok((copy, block))
}

/// The index of the domain at a place among the cells of a block.
fn domain_index(spans: &[Span; MAX_RANK], place: &[usize]) -> [usize; MAX_RANK] {
    let mut index = std::array::from_fn(|axis| spans[axis].start);
    for (axis, &place) in place.iter().enumerate() {
        index[axis] = spans[axis].index(place);
    }
    index
}
