//! Cells as NPY files store them, read box by box.

use std::fs::File;
use std::ops::Range;

use stencil_runtime::IoError;
use stencil_runtime::chunks::{CellsMut, DataType, ElementType, each_index};

use super::header::Header;
use super::runs::each_run;
use crate::position::read_exact_at;
use crate::rows::copy_rows;

/// An array with its header.
#[derive(Debug)]
pub(super) struct Stored {
    /// The name in messages.
    pub(super) name: String,
    pub(super) header: Header,
    pub(super) place: Place,
}

/// The place of the elements.
#[derive(Debug)]
pub(super) enum Place {
    /// In a file, from a position on.
    File(File, u64),
    /// In memory, where they were decompressed.
    Memory(Vec<u8>),
}

impl Stored {
    pub(super) fn data_type(&self) -> DataType {
        self.header.scalar.into()
    }

    /// The chunks of an array in Fortran's order: tiles with pieces of some length along both the axis that lies in a row here
    /// and the one that lies in a row elsewhere. Of other arrays any box is as good.
    pub(super) fn chunks(&self) -> Option<Vec<usize>> {
        let shape = &self.header.shape;
        let last = shape.len().checked_sub(1).filter(|&last| self.header.fortran && last > 0)?;
        let mut chunks = vec![1; shape.len()];
        chunks[0] = shape[0].min(COLUMN / self.header.size());
        chunks[last] = shape[last].min(COLUMNS);
        Some(chunks)
    }

    /// The bytes beside the cells of a read: those of `bool`s, which are checked, or of a tile in Fortran's order.
    pub(super) fn scratch_bytes(&self) -> usize {
        let checked = if self.header.scalar == ElementType::Bool { ROW } else { 0 };
        if self.header.fortran { COLUMN * (COLUMNS + 1) + checked } else { checked }
    }

    pub(super) fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let shape = &self.header.shape;
        let fits = cells.data_type() == self.data_type()
            && cells.shape().iter().copied().eq(region.iter().map(Range::len))
            && region.len() == shape.len()
            && region.iter().zip(shape).all(|(range, &n)| range.start <= range.end && range.end <= n);
        if !fits {
            let form = format!("{} of shape {shape:?}", self.data_type());
            return Err(IoError::new(&self.name, format!("holds {form}, and other cells are asked for")).at(region));
        }
        self.read_box(region, cells)
    }

    fn read_box(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        if self.header.scalar == ElementType::Bool {
            return self.read_bools(region, cells);
        }
        if let Some(bytes) = cells.bytes_mut() {
            return self.read_dense(region, bytes);
        }
        if self.header.fortran {
            // Row by row, each cell would be read by itself.
            let count: usize = region.iter().map(Range::len).product();
            let mut bytes = vec![0; count * self.header.size()];
            self.read_dense(region, &mut bytes)?;
            copy_rows(cells, &mut &bytes[..]);
            return Ok(());
        }
        each_part(region, &mut |place, region| self.read_box(region, &mut cells.slice_mut(place)))
    }

    /// Not every byte is a `bool`: they go through a buffer, some rows at a time.
    fn read_bools(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let count: usize = region.iter().map(Range::len).product();
        // In Fortran's order it is a tile, which is read whole.
        let rows = region.split_last().is_some_and(|(_, rows)| rows.iter().any(|range| range.len() > 1));
        if count > ROW && !self.header.fortran && rows {
            return each_part(region, &mut |place, region| self.read_bools(region, &mut cells.slice_mut(place)));
        }
        let mut bytes = vec![0; count];
        self.read_dense(region, &mut bytes)?;
        let mut cells = cells.array_mut::<bool>().expect("the type of the header");
        cells.iter_mut().zip(bytes).for_each(|(cell, byte)| *cell = byte != 0);
        Ok(())
    }

    /// Reads a box into bytes in row-major order.
    fn read_dense(&self, region: &[Range<usize>], bytes: &mut [u8]) -> Result<(), IoError> {
        let (header, size) = (&self.header, self.header.size());
        if header.fortran && header.shape.len() > 1 {
            self.read_columns(region, bytes)?;
        } else {
            let mut rest = &mut *bytes;
            each_run(&header.shape, region, |first, count| {
                let (row, after) = std::mem::take(&mut rest).split_at_mut(count * size);
                rest = after;
                self.fetch(first, row)
            })?;
        }
        if header.swapped {
            match size {
                2 => swap::<2>(bytes),
                4 => swap::<4>(bytes),
                8 => swap::<8>(bytes),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads a box whose first axis lies in a row in the file.
    fn read_columns(&self, region: &[Range<usize>], bytes: &mut [u8]) -> Result<(), IoError> {
        let shape: Vec<usize> = self.header.shape.iter().rev().copied().collect();
        let mut column = vec![0; region[0].len() * self.header.size()];
        // The distance of a column's cells among the box's, and the first cell of the column.
        let step: usize = region[1..].iter().map(Range::len).product();
        let mut columns = region[1..].to_vec();
        columns.reverse();
        let lens: Vec<usize> = region[1..].iter().map(Range::len).collect();
        each_index(&columns, |index| {
            let first = index.iter().zip(&shape).fold(0, |cell, (&index, &n)| cell * n + index) * self.header.shape[0];
            self.fetch(first + region[0].start, &mut column)?;
            let cell = index.iter().rev().zip(&region[1..]).zip(&lens);
            let cell = cell.fold(0, |cell, ((index, range), n)| cell * n + index - range.start);
            match self.header.size() {
                1 => scatter::<1>(&column, bytes, cell, step),
                2 => scatter::<2>(&column, bytes, cell, step),
                4 => scatter::<4>(&column, bytes, cell, step),
                _ => scatter::<8>(&column, bytes, cell, step),
            }
            Ok(())
        })
    }

    /// Copies the bytes of cells that lie in a row from the one of a number on.
    fn fetch(&self, first: usize, bytes: &mut [u8]) -> Result<(), IoError> {
        let at = first * self.header.size();
        match &self.place {
            Place::Memory(all) => bytes.copy_from_slice(&all[at..at + bytes.len()]),
            Place::File(file, start) => read_exact_at(file, bytes, start + at as u64)
                .map_err(|error| IoError::new(&self.name, "cannot be read").because(error))?,
        }
        Ok(())
    }
}

/// The bytes of a column of a tile in Fortran's order, and the number of columns.
const COLUMN: usize = 16 << 10;
const COLUMNS: usize = 64;
/// The `bool`s that are read at a time, about.
const ROW: usize = 1 << 16;

/// A function of a part of a box: of its place in the box, and its own box.
type OfPart<'a, E> = dyn FnMut(&[Range<usize>], &[Range<usize>]) -> Result<(), E> + 'a;

/// Calls `f` with each part of a box along its first axis of more than one cell.
pub(super) fn each_part<E>(region: &[Range<usize>], f: &mut OfPart<'_, E>) -> Result<(), E> {
    let Some(axis) = region.iter().position(|range| range.len() != 1) else {
        unreachable!("a single cell lies in a row")
    };
    let mut place: Vec<Range<usize>> = region.iter().map(|range| 0..range.len()).collect();
    let mut part = region.to_vec();
    for (number, index) in region[axis].clone().enumerate() {
        place[axis] = number..number + 1;
        part[axis] = index..index + 1;
        f(&place, &part)?;
    }
    Ok(())
}

fn swap<const N: usize>(bytes: &mut [u8]) {
    bytes.as_chunks_mut::<N>().0.iter_mut().for_each(|element| element.reverse());
}

fn scatter<const N: usize>(column: &[u8], bytes: &mut [u8], first: usize, step: usize) {
    let cells = bytes.as_chunks_mut::<N>().0[first..].iter_mut().step_by(step.max(1));
    column.as_chunks::<N>().0.iter().zip(cells).for_each(|(from, to)| *to = *from);
}
