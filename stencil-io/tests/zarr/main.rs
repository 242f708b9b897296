//! Zarr arrays as sources and sinks.

mod hostile;
mod jobs;
mod memory;
mod python;
mod round_trips;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{ArrayD, IxDyn, Slice};
use ndstencil::IoError;
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Open, Scalar, Sink, Source};

/// A folder of a test's own, which is removed after it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("ndstencil-zarr-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The boxes of a grid over a shape, the last ones cut.
fn boxes(shape: &[usize], chunks: &[usize]) -> Vec<Vec<Range<usize>>> {
    let mut boxes = vec![Vec::new()];
    for (&n, &len) in shape.iter().zip(chunks) {
        let cuts: Vec<Range<usize>> = (0..n.div_ceil(len)).map(|at| at * len..n.min((at + 1) * len)).collect();
        boxes = boxes
            .iter()
            .flat_map(|start| cuts.iter().map(|cut| [&start[..], std::slice::from_ref(cut)].concat()))
            .collect();
    }
    boxes
}

/// All cells of a source, chunk by chunk.
fn read_all<T: Scalar + Clone + Default + std::fmt::Debug>(source: &dyn Source) -> Result<ArrayD<T>, IoError> {
    assert_eq!(source.data_type(), DataType::of::<T>());
    let shape = source.shape();
    let mut all = ArrayD::from_elem(IxDyn(&shape), T::default());
    for region in boxes(&shape, &source.chunks().unwrap()) {
        let mut part = all.slice_each_axis_mut(|axis| Slice::from(region[axis.axis.index()].clone()));
        // Of its own, as jobs have it, and in place, where rows are apart.
        let mut own = ArrayD::from_elem(part.shape(), T::default());
        source.read(&region, &mut CellsMut::of(&mut own))?;
        source.read(&region, &mut CellsMut::of(&mut part))?;
        let equal = own.iter().zip(&part).all(|(a, b)| format!("{a:?}") == format!("{b:?}"));
        assert!(equal, "the same cells whatever their place");
    }
    Ok(all)
}

/// Writes all cells to a sink, chunk by chunk.
fn write_all<T: Scalar>(sink: &dyn Sink, array: &ArrayD<T>) -> Result<(), IoError> {
    let form = Form::new(array.shape(), DataType::of::<T>());
    write_form(sink, &form, array)
}

fn write_form<T: Scalar>(sink: &dyn Sink, form: &Form, array: &ArrayD<T>) -> Result<(), IoError> {
    let chunks = sink.chunks(form)?.unwrap();
    let writer = sink.open(form, Open::New)?;
    for region in boxes(array.shape(), &chunks) {
        let part = array.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
        writer.write(&region, &Cells::of(&part))?;
    }
    writer.sync()?;
    writer.finish()
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// The folder that a Rust and a Python program agree on.
fn number(i: usize, j: usize) -> usize {
    (i * 31 + j * 7) % 113
}
