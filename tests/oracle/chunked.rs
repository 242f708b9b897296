//! Sources and sinks with chunks of any shape, which look at what a job asks of them.

use std::ops::Range;
use std::sync::Mutex;

use ndarray::{Array, ArrayD, ArrayViewD, Dimension, Slice};
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, JobKernel, Open, Sink, Source, Writer};
use ndstencil::{Element, IoError, Job};

use crate::samples::bits;

/// An array in chunks of a shape, or, without one, in any boxes.
pub struct Stored<'a, T> {
    pub array: ArrayViewD<'a, T>,
    pub chunks: Option<Vec<usize>>,
}

impl<T: Element> Source for Stored<'_, T> {
    fn name(&self) -> String {
        "a stored array".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.array.shape().to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<T>()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        self.chunks.clone()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        assert_chunk(region, &self.chunks, self.array.shape());
        let part = self.array.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
        cells.assign(part).map_err(|reason| IoError::new("a stored array", reason))
    }
}

/// A new array that is written in chunks of a shape.
pub struct Collected<T> {
    pub chunks: Option<Vec<usize>>,
    /// The array, and how often each cell was written.
    pub array: Mutex<Option<(ArrayD<T>, ArrayD<u8>)>>,
}

impl<T: Element> Sink for Collected<T> {
    fn name(&self) -> String {
        "a collected array".to_owned()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        assert_eq!(form.data_type, DataType::of::<T>());
        Ok(self.chunks.clone())
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        Ok(Box::new(self))
    }
}

impl<T: Element> Writer for &Collected<T> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let from = cells.array::<T>().expect("the type of the form");
        let mut array = self.array.lock().unwrap();
        let (array, count) = array.as_mut().expect("it was made");
        assert_chunk(region, &self.chunks, array.shape());
        let slice = |axis: ndarray::AxisDescription| Slice::from(region[axis.axis.index()].clone());
        array.slice_each_axis_mut(slice).assign(&from);
        count.slice_each_axis_mut(slice).iter_mut().for_each(|count| *count += 1);
        Ok(())
    }
}

fn assert_chunk(region: &[Range<usize>], chunks: &Option<Vec<usize>>, shape: &[usize]) {
    let Some(chunks) = chunks else { return };
    for ((range, &len), &n) in region.iter().zip(chunks).zip(shape) {
        assert!(
            range.start % len == 0 && range.end == n.min(range.start + len),
            "{region:?} is no chunk of {chunks:?}"
        );
    }
}

/// A grid drawn from a seed: of small chunks, of large ones, or none.
fn grid(shape: &[usize], seed: u64, number: u64) -> Option<Vec<usize>> {
    let draw = |at: u64, below: usize| (bits(seed, (1 << 50) + 64 * number + at) % below as u64) as usize;
    if draw(0, 4) == 0 {
        return None;
    }
    // Few chunks along each axis, so that cases do not become long.
    let along =
        |(axis, &n): (usize, &usize)| n.div_ceil(1 + draw(1 + axis as u64, 5)).max(1) + draw(9 + axis as u64, 2);
    Some(shape.iter().enumerate().map(along).collect())
}

/// Runs a job over arrays in grids drawn from a seed; returns the output, of a shape, which held `blank` before.
pub fn run<T: Element, O: Element, D: Dimension>(
    kernel: impl JobKernel,
    inputs: &[ArrayViewD<'_, T>],
    shape: &[usize],
    blank: O,
    seed: u64,
) -> Array<O, D> {
    // Chunks are of numbers, and of arrays of them; those of types of the program's own have none.
    let data_type = DataType::of::<T>();
    let numbers = data_type.scalar().is_some() || data_type.as_array().is_some();
    let stored = |(number, array): (usize, &ArrayViewD<'_, T>)| {
        let chunks = grid(array.shape(), seed, number as u64).filter(|_| numbers);
        (array.to_owned(), chunks)
    };
    let stored: Vec<(ArrayD<T>, Option<Vec<usize>>)> = inputs.iter().enumerate().map(stored).collect();
    let mut sources: Vec<Box<dyn Source + '_>> = Vec::new();
    for (array, chunks) in &stored {
        sources.push(Box::new(Stored { array: array.view(), chunks: chunks.clone() }));
    }
    let array = (ArrayD::from_elem(shape, blank), ArrayD::zeros(shape));
    let sink = Collected { chunks: grid(shape, seed, 99), array: Mutex::new(Some(array)) };
    let workers = 1 + (seed % 3) as usize;
    Job::new(kernel, sources, &sink).workers(workers).run().expect("a valid job");
    let (array, count) = sink.array.into_inner().unwrap().expect("it was made");
    assert!(count.iter().all(|&count| count == 1), "each cell is written once");
    array.into_dimensionality::<D>().expect("the rank")
}
