//! Operands of which a job has a part in memory: the GPU takes them as the whole arrays, and asks for that part.

use std::ops::Range;

use ndarray::{ArrayViewD, ArrayViewMutD, Axis, Slice};

use super::element::GpuElement;
use super::layout::DeviceLayout;
use super::transfer::{HostRead, HostWrite};
use crate::block::Span;
use crate::cells::CellsMut;
use crate::data_type::Scalar;
use crate::geometry::Ranges;
use crate::kernel::Element;
use crate::parts::PartInput;
use stencil_abi::ElementType;

/// The cells of an input that a part needs.
struct Chunk<'a, T> {
    cells: ArrayViewD<'a, T>,
    /// The indices along each axis that the cells are of.
    held: Vec<Span>,
    /// The form of the whole array.
    form: DeviceLayout,
}

/// The cells of an output that a part writes.
struct ChunkMut<'a, T> {
    cells: ArrayViewMutD<'a, T>,
    /// The index of the first cell.
    start: Vec<usize>,
    /// The form of the whole array.
    form: DeviceLayout,
}

/// Evaluates an expression with `$T` as the Rust type of elements.
macro_rules! with_type {
    ($scalar:expr, $T:ident => $value:expr) => {
        with_type!(@ $scalar, $T => $value; Bool bool, I8 i8, I16 i16, I32 i32, I64 i64, U8 u8, U16 u16, U32 u32, U64 u64,
            F32 f32, F64 f64)
    };
    (@ $scalar:expr, $T:ident => $value:expr; $($Variant:ident $Rust:ty),*) => {
        match $scalar {
            $(Some(ElementType::$Variant) => {
                type $T = $Rust;
                $value
            })*
            #[cfg(feature = "f16")]
            Some(ElementType::F16) => {
                type $T = half::f16;
                $value
            }
            other => unreachable!("arrays of a kernel on a GPU have other elements than {other:?}"),
        }
    };
}

/// An input that is held in part, of an array of this shape.
pub(crate) fn read<'a>(input: &PartInput<'a>, shape: &[usize]) -> Box<dyn HostRead + 'a> {
    fn of<'a, T: GpuElement + Element>(input: &PartInput<'a>, shape: &[usize]) -> Box<dyn HostRead + 'a> {
        let lens: Vec<usize> = input.spans.iter().map(Span::len).collect();
        assert_eq!(input.cells.shape(), lens, "the cells of an input");
        let cells = input.cells.array::<T>().expect("the type of the cells");
        Box::new(Chunk { cells, held: input.spans.clone(), form: DeviceLayout::new(shape, T::SCALAR) })
    }
    with_type!(input.cells.data_type().scalar(), T => of::<T>(input, shape))
}

/// An output, of an array of this shape, of which a region is written.
pub(crate) fn write<'a>(
    output: &'a mut CellsMut<'_>,
    region: &[Range<usize>],
    shape: &[usize],
) -> Box<dyn HostWrite + 'a> {
    fn of<'a, T: GpuElement + Scalar>(
        output: &'a mut CellsMut<'_>,
        region: &[Range<usize>],
        shape: &[usize],
    ) -> Box<dyn HostWrite + 'a> {
        let lens: Vec<usize> = region.iter().map(Range::len).collect();
        assert_eq!(output.shape(), lens, "the cells of an output");
        let cells = output.array_mut::<T>().expect("the type of the cells");
        let start = region.iter().map(|range| range.start).collect();
        Box::new(ChunkMut { cells, start, form: DeviceLayout::new(shape, T::SCALAR) })
    }
    with_type!(output.data_type().scalar(), T => of::<T>(output, region, shape))
}

/// The cells that are held of a range of an axis, each with its place behind the start of the range.
fn pieces(held: &Span, range: &Range<usize>) -> Vec<(usize, Range<usize>)> {
    let mut end = 0;
    let piece = |own: &Range<usize>| {
        let first = end;
        end += own.len();
        let both = own.start.max(range.start)..own.end.min(range.end);
        (!both.is_empty())
            .then(|| (both.start - range.start, first + both.start - own.start..first + both.end - own.start))
    };
    held.ranges().iter().filter_map(piece).collect()
}

impl<T: GpuElement> HostRead for Chunk<'_, T> {
    fn form(&self) -> DeviceLayout {
        self.form.clone()
    }

    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8])) {
        let of_axes: Vec<_> = self.held.iter().zip(cells).map(|(held, range)| pieces(held, range)).collect();
        let whole = |(pieces, range): (&Vec<(usize, Range<usize>)>, &Range<usize>)| match &pieces[..] {
            [(_, own)] if own.len() == range.len() => Some(own.clone()),
            _ => None,
        };
        let mut own: Vec<Option<Range<usize>>> = of_axes.iter().zip(cells).map(whole).collect();
        if let Some(own) = own.iter().cloned().collect::<Option<Ranges>>() {
            return HostRead::copy(&self.cells, &own, pitch, to);
        }
        // Along the last axis whole words are asked for. No point of the part reads the cells that are not held.
        let last = cells.len() - 1;
        own[last] = Some(0..self.held[last].len());
        let own: Ranges = own.into_iter().collect::<Option<_>>().expect("what a part needs is held");
        let part = self.cells.slice_each_axis(|axis| Slice::from(own[axis.axis.index()].clone()));
        let mut row = vec![T::default(); cells[last].len()];
        for (number, held) in part.rows().into_iter().enumerate() {
            for (at, range) in &of_axes[last] {
                let held = held.slice_axis(Axis(0), Slice::from(range.clone()));
                row[*at..][..range.len()].iter_mut().zip(held).for_each(|(to, from)| *to = *from);
            }
            to(number * pitch, T::bytes(&row));
        }
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's,
    {
        let held = axes.iter().map(|&axis| self.held[axis]).collect();
        Box::new(Chunk { form: self.form.reordered(axes), held, cells: self.cells.permuted_axes(axes) })
    }
}

impl<T> ChunkMut<'_, T> {
    /// A box of the whole array in the cells that are written.
    fn own(&self, cells: &[Range<usize>]) -> Ranges {
        cells.iter().zip(&self.start).map(|(range, start)| range.start - start..range.end - start).collect()
    }
}

impl<T: GpuElement> HostRead for ChunkMut<'_, T> {
    fn form(&self) -> DeviceLayout {
        self.form.clone()
    }

    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8])) {
        HostRead::copy(&self.cells, &self.own(cells), pitch, to);
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's,
    {
        Box::new(self.with_axes(axes))
    }
}

impl<T: GpuElement> HostWrite for ChunkMut<'_, T> {
    fn form(&self) -> DeviceLayout {
        self.form.clone()
    }

    fn reader(&self) -> &dyn HostRead {
        self
    }

    fn fill(&mut self, cells: &[Range<usize>], pitch: usize, from: &[u8]) {
        let own = self.own(cells);
        self.cells.fill(&own, pitch, from);
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostWrite + 's>
    where
        Self: 's,
    {
        Box::new(self.with_axes(axes))
    }
}

impl<T> ChunkMut<'_, T> {
    fn with_axes(self, axes: &[usize]) -> Self {
        let start = axes.iter().map(|&axis| self.start[axis]).collect();
        ChunkMut { form: self.form.reordered(axes), start, cells: self.cells.permuted_axes(axes) }
    }
}
