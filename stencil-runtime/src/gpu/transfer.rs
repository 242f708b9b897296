//! Copies between host arrays of any strides and the GPU, through staging memory.

use std::collections::VecDeque;
use std::ops::Range;

use ndarray::{ArrayD, ArrayViewD, ArrayViewMutD, Slice};

use crate::Error;
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::device::recorder::{Binding, Fetched};
use crate::gpu::element::GpuElement;
use crate::gpu::form::{Cells, Form};

/// Bytes that are copied at once, so that the host works on one piece while the GPU has another.
const PIECE: u64 = 32 << 20;

/// An array in host memory that is read.
pub trait HostRead {
    fn form(&self) -> Form;
    /// Hands over the bytes of a box, at the offsets they have with rows `pitch` bytes apart.
    fn copy(&self, cells: &[Range<usize>], pitch: usize, to: &mut dyn FnMut(usize, &[u8]));
    /// With its axes in another order.
    fn reordered<'s>(self: Box<Self>, axes: &[usize]) -> Box<dyn HostRead + 's>
    where
        Self: 's;
}

/// An array in host memory that is written.
pub trait HostWrite {
    fn form(&self) -> Form;
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
    fn form(&self) -> Form {
        Form::new(self.shape(), T::SCALAR)
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
    fn form(&self) -> Form {
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
    fn form(&self) -> Form {
        Form::new(self.shape(), T::SCALAR)
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
    fn form(&self) -> Form {
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

/// Bytes between the rows of a box.
fn pitch(cells: &[Range<usize>], form: &Form) -> usize {
    cells.last().map_or(1, |range| range.len()).div_ceil(form.scalar.packed() as usize) * form.scalar.word_bytes()
}

/// Copies a whole array in host memory.
pub(crate) fn host_copy(from: &dyn HostRead, to: &mut dyn HostWrite) {
    let form = from.form();
    let (cells, mut bytes) = (form.whole(), vec![0; form.bytes() as usize]);
    let pitch = pitch(&cells, &form);
    from.copy(&cells, pitch, &mut |at, row| bytes[at..at + row.len()].copy_from_slice(row));
    to.fill(&cells, pitch, &bytes);
}

impl Gpu {
    /// Brings a box of a host array to a place in a buffer; rows follow each other there.
    pub(crate) fn upload_cells(
        &self,
        from: &dyn HostRead,
        cells: &Cells,
        to: &wgpu::Buffer,
        at: u64,
    ) -> Result<(), Error> {
        let form = from.form();
        let mut end = at;
        form.parts(cells, PIECE, &mut |part, bytes| {
            let start = end;
            end += bytes;
            self.write(to, start, bytes, |put| from.copy(part, pitch(part, &form), put))
        })?;
        self.shared.counters.uploads.add(1);
        Ok(())
    }

    /// Brings rows that follow each other in a buffer to a box of a host array.
    pub(crate) fn download_cells(
        &self,
        from: &wgpu::Buffer,
        at: u64,
        to: &mut dyn HostWrite,
        cells: &Cells,
    ) -> Result<(), Error> {
        let form = to.form();
        let mut end = at;
        let mut coming: VecDeque<(Cells, Fetched)> = VecDeque::new();
        let mut finish =
            |(part, fetched): (Cells, Fetched)| fetched.read(|bytes| to.fill(&part, pitch(&part, &form), bytes));
        form.parts(cells, PIECE, &mut |part, bytes| {
            let fetched = self.fetch(Binding { buffer: from.clone(), offset: end, bytes })?;
            end += bytes;
            if bytes < form.bytes() {
                // The GPU copies the next piece while the host works on one.
                self.submit()?;
            }
            coming.push_back((part.clone(), fetched));
            if coming.len() > 1 { finish(coming.pop_front().expect("two pieces")) } else { Ok(()) }
        })?;
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

    /// Waits for the array.
    pub(crate) fn finish(&self, coming: Coming, to: &mut dyn HostWrite) -> Result<(), Error> {
        let cells = self.form.whole();
        match coming {
            Some(fetched) => {
                fetched.read(|bytes| to.fill(&cells, pitch(&cells, &self.form), bytes))?;
                self.gpu.shared.counters.downloads.add(1);
            }
            None => self.gpu.download_cells(&self.memory.buffer, 0, to, &cells)?,
        }
        self.passed()
    }
}
