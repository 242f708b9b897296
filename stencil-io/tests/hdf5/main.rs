//! HDF5 and NetCDF-4 files as sources and sinks.

// Boxes of one axis are slices of one range.
#![allow(clippy::single_range_in_vec_init)]

mod elements;
mod faults;
mod jobs;
mod killed;
mod metadata;
mod python;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ndarray::{Array1, Array2, Array3, ArrayD, IxDyn, Slice, s};
use ndstencil::IoError;
use ndstencil::chunks::{AxisOrigin, Cells, CellsMut, DataType, Form, Open, Scalar, Sink, Source};
use ndstencil::prelude::*;
use serde_json::json;
use stencil_io::metadata::{Attributes, DimensionNames, Nodata};
use stencil_io::{Hdf5, Npy};

/// Types and filters as h5py writes them, see `tests/python/hdf5.py`.
fn types() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/types.h5")
}

/// The cells of the files that Python writes.
fn number(i: usize, j: usize) -> usize {
    (10 * i + j) * 31 % 113
}

/// The boxes of a grid over a shape, the last ones cut.
fn boxes(shape: &[usize], chunks: &[usize]) -> Vec<Vec<Range<usize>>> {
    shape.iter().zip(chunks).fold(vec![Vec::new()], |boxes, (&n, &len)| {
        let cuts = || (0..n).step_by(len).map(|start| start..n.min(start + len));
        boxes.iter().flat_map(|begun: &Vec<Range<usize>>| cuts().map(|cut| [&begun[..], &[cut]].concat())).collect()
    })
}

/// All cells of a source, by its chunks, or boxes of odd sizes.
fn read_all<T: Scalar + Copy + Default>(source: &dyn Source) -> Result<ArrayD<T>, IoError> {
    assert_eq!(source.data_type(), DataType::of::<T>());
    let shape = source.shape();
    let mut all = ArrayD::from_elem(IxDyn(&shape), T::default());
    let chunks = source.chunks().unwrap_or_else(|| shape.iter().map(|n| n / 3 + 2).collect());
    for region in boxes(&shape, &chunks) {
        // In place, where rows are apart, and of its own, as jobs have it.
        let mut part = all.slice_each_axis_mut(|axis| Slice::from(region[axis.axis.index()].clone()));
        source.read(&region, &mut CellsMut::of(&mut part))?;
        let mut own = ArrayD::from_elem(part.shape(), T::default());
        source.read(&region, &mut CellsMut::of(&mut own))?;
        let bytes = |x: ArrayD<T>| Cells::of(&x).bytes().unwrap().to_vec();
        assert_eq!(bytes(own), bytes(part.to_owned()));
    }
    Ok(all)
}

/// Writes all cells to a sink.
fn write_form<T: Scalar>(sink: &dyn Sink, form: &Form, array: &ArrayD<T>) -> Result<(), IoError> {
    assert_eq!(sink.chunks(form)?, None);
    sink.check_vacant(form)?;
    let writer = sink.open(form, Open::New)?;
    for region in boxes(array.shape(), &[3, 2, 2, 3]) {
        let part = array.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
        writer.write(&region, &Cells::of(&part))?;
        writer.sync()?;
    }
    writer.finish()?;
    writer.finish()
}

fn write_all<T: Scalar>(sink: &dyn Sink, array: &ArrayD<T>) -> Result<(), IoError> {
    write_form(sink, &Form::new(array.shape(), DataType::of::<T>()), array)
}

/// The way that tests make files, without a lock: processes that other tests start would keep it.
fn files() -> hdf5::FileBuilder {
    let mut files = hdf5::File::with_options();
    files.with_fapl(|access| access.file_locking(false));
    files
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[stencil(boundary = Reflect)]
fn blur(x: Window2<f32>) -> f32 {
    (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] * 2.0 + x[[0, 1]] + x[[1, 2]]) / 6.0
}

fn noise(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7919 + j * 104_729) % 1009) as f32 / 1009.0)
}
