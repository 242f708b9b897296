//! Sweeps one after the other, part by part.
//!
//! The last sweep writes the part. Each sweep before it computes what the next one needs, which grows by the halo, and by
//! whatever a boundary rule leads to at the far end of an axis. What lies between is in two buffers, dense and in the
//! coordinates of that sweep's own output.

use std::ops::Range;

use crate::block::{Block, ElementLayouts, InputBlocks, OutputBlocks, RawArray, Span};
use crate::exec::call::no_memory;
use crate::kernel::Sweep;
use crate::kernel::{Identity, Kernel};
use crate::memory::{Buffer, NoMemory};
use crate::{Error, MAX_RANK, Repeat, Stencil};

/// The shapes of an input and of the results of each sweep, and what a part needs of each.
struct Levels<'a, K: Kernel> {
    stencil: &'a Stencil<K>,
    shapes: Vec<[usize; MAX_RANK]>,
}

impl<K: Kernel> Levels<'_, K> {
    /// The indices along an axis that each result needs so that the last one has some points.
    fn along(&self, axis: usize, points: Range<usize>) -> Vec<Span> {
        let mut spans = vec![Span::new(points)];
        for shape in self.shapes[..self.shapes.len() - 1].iter().rev() {
            let last = spans.last().expect("there is one");
            let needed = last.ranges().into_iter().map(|points| self.stencil.needs(shape, 0, axis, points));
            spans.push(Span::merged(needed.flat_map(|span| span.ranges())));
        }
        spans.reverse();
        spans
    }
}

impl<K: Kernel> Repeat<K> {
    fn levels(&self, shape: &[usize; MAX_RANK]) -> Result<Levels<'_, K>, Error> {
        let mut shapes = vec![*shape];
        for _ in 0..self.times {
            shapes.push(self.stencil.written(shapes.last().expect("there is one"))?);
        }
        Ok(Levels { stencil: &self.stencil, shapes })
    }
}

impl<K: Kernel> Sweep for Repeat<K> {
    fn elements(&self) -> [ElementLayouts; 2] {
        self.stencil.elements()
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.stencil.tell(shapes, identity);
    }

    fn written(&self, shape: &[usize; MAX_RANK]) -> Result<[usize; MAX_RANK], Error> {
        Ok(*self.levels(shape)?.shapes.last().expect("there is one"))
    }

    fn origin(&self, shape: &[usize; MAX_RANK], axis: usize) -> [usize; 2] {
        let levels = self.levels(shape).expect("the shape was accepted");
        let sweeps = levels.shapes[..self.times].iter().rev();
        sweeps.fold([0, 1], |[first, step], shape| {
            let [before, stride] = self.stencil.origin(shape, axis);
            [before + first * stride, step * stride]
        })
    }

    fn needs(&self, shape: &[usize; MAX_RANK], _: usize, axis: usize, points: Range<usize>) -> Span {
        self.levels(shape).expect("the shape was accepted").along(axis, points)[0]
    }

    fn scratch_bytes(&self, shape: &[usize; MAX_RANK], points: &[usize]) -> usize {
        let levels = self.levels(shape).expect("the shape was accepted");
        let [_, outputs] = self.elements();
        // In the middle of the domain, where no edge cuts off what is needed.
        let along = |(axis, &len): (usize, &usize)| {
            let start = levels.shapes[self.times][axis].saturating_sub(len) / 2;
            levels.along(axis, start..start + len)
        };
        let spans: Vec<Vec<Span>> = points.iter().enumerate().map(along).collect();
        let bytes = |level: usize| {
            spans.iter().fold(outputs[0].size, |bytes, levels| bytes.saturating_mul(levels[level].len()))
        };
        // The first result between sweeps is the largest, then the second.
        (1..self.times.min(3)).map(bytes).fold(0, usize::saturating_add)
    }

    unsafe fn compute(
        &self,
        shape: &[usize; MAX_RANK],
        points: &[Range<usize>],
        inputs: &InputBlocks,
        outputs: &mut OutputBlocks,
        parallel: bool,
    ) -> Result<(), Error> {
        let levels = self.levels(shape)?;
        let rank = points.len();
        let spans: Vec<Vec<Span>> =
            points.iter().enumerate().map(|(axis, points)| levels.along(axis, points.clone())).collect();
        let spans_of = |level: usize| -> [Span; MAX_RANK] {
            std::array::from_fn(|axis| spans.get(axis).map_or(Span::new(0..1), |levels| levels[level]))
        };
        let mut buffers = [Buffer::default(), Buffer::default()];
        let mut from = inputs[0];
        for sweep in 0..self.times {
            let to = if sweep + 1 == self.times {
                let mut output = outputs[0];
                output.place(&std::array::from_fn(|axis| points.get(axis).map_or(0, |points| points.start)));
                output
            } else {
                held(&mut buffers[sweep % 2], rank, spans_of(sweep + 1), from.element).map_err(no_memory::<K>)?
            };
            for part in boxes(&spans_of(sweep + 1)[..rank]) {
                let first: [usize; MAX_RANK] =
                    std::array::from_fn(|axis| part.get(axis).map_or(0, |range| range.start));
                let mut outputs = OutputBlocks::from_iter([Block::of_spans(
                    to.cell(&first),
                    std::array::from_fn(|axis| Span::new(part.get(axis).map_or(0..1, Range::clone))),
                    to.strides,
                    to.element,
                )]);
                let inputs = InputBlocks::from_iter([from]);
                // SAFETY: as the caller says; what the sweep needs was computed by the one before, into a buffer.
                unsafe { self.stencil.compute(&levels.shapes[sweep], &part, &inputs, &mut outputs, parallel)? };
            }
            from = to;
        }
        if self.times == 0 {
            // SAFETY: as the caller says; input and output have the same points.
            unsafe { copy(&inputs[0], &outputs[0], points) };
        }
        Ok(())
    }
}

/// A dense block in a buffer.
fn held(
    buffer: &mut Buffer,
    rank: usize,
    spans: [Span; MAX_RANK],
    element: crate::block::ElementLayout,
) -> Result<Block, NoMemory> {
    let shape: Vec<usize> = spans[..rank].iter().map(Span::len).collect();
    let bytes = shape.iter().try_fold(element.size, |bytes, &n| bytes.checked_mul(n));
    buffer.reserve(bytes.ok_or(NoMemory { bytes: usize::MAX })?)?;
    let raw = RawArray::of_shape(&shape, element);
    let mut strides = [0; MAX_RANK];
    strides[..rank].copy_from_slice(&raw.strides);
    Ok(Block::of_spans(buffer.as_ptr(), spans, strides, element))
}

/// The boxes that spans make: one for each choice of their ranges.
fn boxes(spans: &[Span]) -> Vec<Vec<Range<usize>>> {
    spans.iter().fold(vec![Vec::new()], |boxes, span| {
        let extended = |part: &Vec<Range<usize>>| {
            span.ranges().into_iter().map(|range| part.iter().cloned().chain([range]).collect()).collect::<Vec<_>>()
        };
        boxes.iter().flat_map(extended).collect()
    })
}

/// # Safety
/// Both blocks are alive, hold the points, and have elements of one type; they do not overlap.
unsafe fn copy(from: &Block, to: &Block, points: &[Range<usize>]) {
    let mut region = crate::geometry::Region::whole(&vec![1; points.len()]);
    for (axis, points) in points.iter().enumerate() {
        region = region.with(axis, points.clone());
    }
    let mut to = *to;
    to.place(&region.start);
    region.leading(points.len(), |index| {
        // SAFETY: as the caller says.
        unsafe { crate::exec::sweep::copy_element(from.cell(index), to.cell(index), from.element.size) };
    });
}
