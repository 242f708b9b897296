//! Stacks of images as sources and sinks.

mod formats;
mod hostile;
mod jobs;
mod memory;
mod names;
mod pages;
mod pixels;
mod python;
mod refusals;
mod round_trips;

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::{ArrayD, Dimension, IxDyn};
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Metadata, Open, Scalar, Sink, Source};
use png::BitDepth;
use tempfile::TempDir;

/// All planes of a source.
fn read<T: Scalar + Default>(source: &dyn Source) -> ArrayD<T> {
    let shape = source.shape();
    let mut cells = ArrayD::from_shape_simple_fn(IxDyn(&shape), T::default);
    // Planes that do not lie in a row, too: both must be the same.
    let turned: Vec<usize> = shape.iter().rev().copied().collect();
    let mut turned = ArrayD::from_shape_simple_fn(IxDyn(&turned), T::default).reversed_axes();
    for plane in 0..shape[0] {
        let mut region: Vec<_> = shape.iter().map(|&n| 0..n).collect();
        region[0] = plane..plane + 1;
        source.read(&region, &mut CellsMut::of(&mut cells).slice_mut(&region)).unwrap();
        source.read(&region, &mut CellsMut::of(&mut turned).slice_mut(&region)).unwrap();
    }
    let bytes = |x: &ArrayD<T>| Cells::of(&x.as_standard_layout()).bytes().unwrap().to_vec();
    assert!(std::any::type_name::<T>() == "bool" || bytes(&cells) == bytes(&turned));
    cells
}

/// Writes all planes of an array.
fn write<T: Scalar, D: Dimension>(sink: &dyn Sink, x: &ndarray::Array<T, D>, metadata: Metadata) {
    let mut form = Form::new(x.shape(), DataType::of::<T>());
    form.metadata = metadata;
    let chunks = sink.chunks(&form).unwrap().unwrap();
    let writer = sink.open(&form, Open::New).unwrap();
    let all: Vec<_> = x.shape().iter().map(|&n| 0..n).collect();
    for start in (0..x.shape()[0]).step_by(chunks[0]) {
        let mut region = all.clone();
        region[0] = start..start + chunks[0];
        writer.write(&region, &Cells::of(x).slice(&region)).unwrap();
        writer.sync().unwrap();
    }
    writer.finish().unwrap();
    writer.finish().unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn message<T: std::fmt::Debug>(result: Result<T, impl std::fmt::Display>) -> String {
    result.expect_err("an error").to_string()
}

/// A stack on disk of grey planes, whose cells tell where they are.
struct Stack {
    root: TempDir,
}

impl Stack {
    fn new() -> Stack {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        Stack { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A grey PNG in the folder `in`.
    fn add(&self, name: &str, columns: u32, rows: u32, depth: BitDepth, bytes: &[u8]) -> PathBuf {
        let path = self.path("in").join(name);
        let mut encoder = png::Encoder::new(fs::File::create(&path).unwrap(), columns, rows);
        encoder.set_depth(depth);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        path
    }
}
