//! Copies between host arrays of any strides and the GPU, through staging memory.

use std::collections::VecDeque;
use std::ops::Range;

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Slice};

use crate::Error;
use crate::geometry::Ranges;
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::device::recorder::{Binding, Fetched};
use crate::gpu::element::GpuElement;
use crate::gpu::geometry::held::Held;
use crate::gpu::layout::DeviceLayout;

/// Bytes that are copied at once, so that the host works on one piece while the GPU has another.
pub(super) const PIECE: u64 = 32 << 20;

/// An array in host memory that is read.
pub trait HostRead {
    fn form(&self) -> DeviceLayout;
    /// Hands over the bytes of a box, at the offsets they have with rows `pitch` bytes apart.
    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8]));
    /// With its axes in another order.
    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's;
}

/// An array in host memory that is written.
pub trait HostWrite {
    fn form(&self) -> DeviceLayout;
    fn reader(&self) -> &dyn HostRead;
    /// Takes the bytes of a box, whose rows are `pitch` bytes apart.
    fn fill(&mut self, cells: &[Range<usize>], pitch: usize, from: &[u8]);
    /// With its axes in another order.
    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostWrite + 's>
    where
        Self: 's;
}

fn slice(cells: &[Range<usize>], axis: usize) -> Slice {
    Slice::from(cells[axis].clone())
}

impl<T: GpuElement> HostRead for ArrayViewD<'_, T> {
    fn form(&self) -> DeviceLayout {
        DeviceLayout::new(self.shape(), T::SCALAR)
    }

    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8])) {
        let part = self.slice_each_axis(|axis| slice(cells, axis.axis.index()));
        let row = part.shape().last().copied().unwrap_or(1) * size_of::<T>();
        if let (Some(all), true) = (part.as_slice(), row == pitch) {
            return to(0, T::bytes(all));
        }
        let mut gathered = Vec::new();
        for (number, row) in part.rows().into_iter().enumerate() {
            let row = row.as_slice().unwrap_or_else(|| {
                gathered.clear();
                gathered.extend(row.iter().copied());
                &gathered
            });
            to(number * pitch, T::bytes(row));
        }
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's,
    {
        Box::new((*self).permuted_axes(axes))
    }
}

/// An array that is handed over: a number, as one without axes.
impl<T: GpuElement> HostRead for ArrayD<T> {
    fn form(&self) -> DeviceLayout {
        HostRead::form(&self.view())
    }

    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8])) {
        HostRead::copy(&self.view(), cells, pitch, to);
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's,
    {
        Box::new((*self).permuted_axes(axes))
    }
}

impl<T: GpuElement> HostRead for ArrayViewMutD<'_, T> {
    fn form(&self) -> DeviceLayout {
        DeviceLayout::new(self.shape(), T::SCALAR)
    }

    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8])) {
        HostRead::copy(&self.view(), cells, pitch, to);
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's,
    {
        Box::new((*self).permuted_axes(axes))
    }
}

impl<T: GpuElement> HostWrite for ArrayViewMutD<'_, T> {
    fn form(&self) -> DeviceLayout {
        HostRead::form(self)
    }

    fn reader(&self) -> &dyn HostRead {
        self
    }

    fn fill(&mut self, cells: &[Range<usize>], pitch: usize, from: &[u8]) {
        let mut part = self.slice_each_axis_mut(|axis| slice(cells, axis.axis.index()));
        let bytes = part.shape().last().copied().unwrap_or(1) * size_of::<T>();
        if let (Some(all), true) = (part.as_slice_mut(), bytes == pitch) {
            return T::read(&from[..size_of_val(all)], all);
        }
        let mut scattered = vec![T::default(); bytes / size_of::<T>()];
        for (number, mut row) in part.rows_mut().into_iter().enumerate() {
            let from = &from[number * pitch..number * pitch + bytes];
            match row.as_slice_mut() {
                Some(row) => T::read(from, row),
                None => {
                    T::read(from, &mut scattered);
                    row.iter_mut().zip(&scattered).for_each(|(to, from)| *to = *from);
                }
            }
        }
    }

    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostWrite + 's>
    where
        Self: 's,
    {
        Box::new((*self).permuted_axes(axes))
    }
}

/// Copies a whole array in host memory.
pub(crate) fn host_copy(from: &dyn HostRead, to: &mut dyn HostWrite) {
    let form = from.form();
    let (cells, mut bytes) = (form.whole(), vec![0; form.bytes() as usize]);
    from.copy(&cells, form.pitch(), &mut |at, row| bytes[at..at + row.len()].copy_from_slice(row));
    to.fill(&cells, form.pitch(), &bytes);
}

/// Hands over the bytes of a box, whose first cell has this place in a piece of memory of the form `piece`.
fn copy_to(
    from: &dyn HostRead,
    cells: &[Range<usize>],
    place: &[usize],
    piece: &DeviceLayout,
    put: &mut dyn FnMut(usize, &[u8]),
) {
    let own = DeviceLayout::of_box(cells, piece.scalar);
    if own.shape == piece.shape {
        return from.copy(cells, piece.pitch(), put);
    }
    let (word, last) = (piece.scalar.word_bytes(), cells.len() - 1);
    let row_bytes = own.shape[last] * word / piece.scalar.packed() as usize;
    from.copy(cells, own.pitch(), &mut |offset, bytes| {
        for (row, bytes) in bytes.chunks(row_bytes).enumerate() {
            let mut at = place.to_vec();
            let mut rest = offset / own.pitch() + row;
            for axis in (0..last).rev() {
                at[axis] += rest % own.shape[axis];
                rest /= own.shape[axis];
            }
            put(piece.word(&at) * word, bytes);
        }
    });
}

impl Gpu {
    /// Brings a host array to a buffer.
    pub(crate) fn upload_whole(&self, from: &dyn HostRead, to: &wgpu::Buffer) -> Result<(), Error> {
        self.upload_held(from, &Held::of(from.form().whole()), to)
    }

    /// Brings cells of a host array to a buffer, where they lie densely.
    pub(crate) fn upload_held(&self, from: &dyn HostRead, held: &Held, to: &wgpu::Buffer) -> Result<(), Error> {
        let form = from.form();
        let mut start = 0;
        for (piece, bytes) in held.form(form.scalar).pieces(PIECE) {
            self.write(to, start, bytes, |put| {
                let boxes = held.boxes(&form.shape, &piece);
                let piece = DeviceLayout::of_box(&piece, form.scalar);
                boxes.iter().for_each(|(place, cells)| copy_to(from, cells, place, &piece, put));
            })?;
            start += bytes;
        }
        self.shared.counters.uploads.add(1);
        Ok(())
    }

    /// Brings cells that lie densely in a buffer to a box of a host array.
    pub(crate) fn download_cells(
        &self,
        from: &wgpu::Buffer,
        to: &mut dyn HostWrite,
        cells: &[Range<usize>],
    ) -> Result<(), Error> {
        let form = DeviceLayout::of_box(cells, to.form().scalar);
        let mut end = 0;
        let mut coming: VecDeque<(Ranges, Fetched)> = VecDeque::new();
        let mut finish = |(part, fetched): (Ranges, Fetched)| {
            let pitch = DeviceLayout::of_box(&part, form.scalar).pitch();
            fetched.read(|bytes| to.fill(&part, pitch, bytes))
        };
        for (part, bytes) in form.pieces(PIECE) {
            let fetched = self.fetch(Binding { buffer: from.clone(), offset: end, bytes })?;
            end += bytes;
            if bytes < form.bytes() {
                // The GPU copies the next piece while the host works on one.
                self.submit()?;
            }
            let shifted = part.iter().zip(cells).map(|(part, cells)| cells.start + part.start..cells.start + part.end);
            coming.push_back((shifted.collect(), fetched));
            if coming.len() > 1 {
                finish(coming.pop_front().expect("two pieces"))?;
            }
        }
        coming.into_iter().try_for_each(&mut finish)?;
        self.shared.counters.downloads.add(1);
        Ok(())
    }
}

/// An array on its way to the host, where it is small enough to be one piece.
pub(crate) type Coming = Option<Fetched>;

impl Data {
    /// Records the copy to the host, so that several arrays come with one submission.
    pub(crate) fn start(&self) -> Result<Coming, Error> {
        let bytes = self.form.bytes();
        let from = Binding { buffer: self.memory.buffer.clone(), offset: 0, bytes };
        (1..=PIECE).contains(&bytes).then(|| self.gpu.fetch(from)).transpose()
    }

    /// Waits for the array. Nothing is written where a call that it depends on failed.
    pub(crate) fn finish(&self, coming: Coming, to: &mut dyn HostWrite) -> Result<(), Error> {
        self.passed()?;
        let cells = self.form.whole();
        match coming {
            Some(fetched) => {
                fetched.read(|bytes| to.fill(&cells, self.form.pitch(), bytes))?;
                self.gpu.shared.counters.downloads.add(1);
            }
            None => self.gpu.download_cells(&self.memory.buffer, to, &cells)?,
        }
        Ok(())
    }
}
