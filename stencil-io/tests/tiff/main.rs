//! GeoTIFF as sources and sinks of jobs.

mod hostile;
#[cfg(feature = "http")]
mod http;
mod interop;
mod jobs;
mod missing;
mod places;
mod round_trips;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ndarray::{ArrayD, IxDyn};
use ndstencil::IoError;
use ndstencil::chunks::{CellsMut, Form, Scalar, Sink, Source};
use ndstencil::prelude::*;
use stencil_io::{GeoTiff, GeoTiffSink};

/// A folder for one test, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder.
    pub fn made() -> Folder {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ndstencil-tiff-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// A path inside.
    pub fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of what is inside, in order.
    pub fn names(&self) -> Vec<String> {
        let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
        let mut names: Vec<String> = std::fs::read_dir(&self.0).unwrap().map(name).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The numbers of files, filled with any bits.
pub trait Number: Scalar + PartialEq + std::fmt::Debug {
    /// The number with these bits at its end.
    fn of_bits(bits: u64) -> Self;
    /// Its bits.
    fn bits(self) -> u64;
}

macro_rules! numbers {
    ($($T:ty)*) => {$(
        impl Number for $T {
            fn of_bits(bits: u64) -> $T { bits as $T }
            fn bits(self) -> u64 { self as u64 }
        }
    )*};
}
numbers!(u8 u16 u32 u64 i8 i16 i32 i64);

impl Number for f32 {
    fn of_bits(bits: u64) -> f32 {
        f32::from_bits(bits as u32)
    }
    fn bits(self) -> u64 {
        self.to_bits().into()
    }
}

impl Number for f64 {
    fn of_bits(bits: u64) -> f64 {
        f64::from_bits(bits)
    }
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

/// Random bits, smooth along rows in part.
pub fn noise<T: Number>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut last = 0;
    let mut bits = |number: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        if number.is_multiple_of(3) {
            last = state;
        }
        T::of_bits(last.wrapping_mul(0x0101_0101_0101_0101))
    };
    let count = shape.iter().product();
    ArrayD::from_shape_vec(shape, (0..count).map(&mut bits).collect()).expect("as many")
}

/// Bits, which are compared: NaN is NaN.
pub fn bits<T: Number>(x: &ArrayD<T>) -> ArrayD<u64> {
    x.mapv(Number::bits)
}

/// The array itself.
#[stencil]
pub fn same<T: Scalar>(x: Window2<T>) -> T {
    x[[0, 0]]
}

/// The whole array of a source, read chunk by chunk.
pub fn read<T: Number>(source: &GeoTiff) -> Result<ArrayD<T>, IoError> {
    let shape = source.shape();
    let mut x = ArrayD::from_elem(IxDyn(&shape), T::of_bits(0));
    let chunks = source.chunks().unwrap();
    let counts: Vec<usize> = shape.iter().zip(&chunks).map(|(n, len)| n.div_ceil(*len)).collect();
    for number in 0..counts.iter().product() {
        let mut rest = number;
        let mut region = vec![0..0; shape.len()];
        for axis in (0..shape.len()).rev() {
            let start = rest % counts[axis] * chunks[axis];
            rest /= counts[axis];
            region[axis] = start..shape[axis].min(start + chunks[axis]);
        }
        let mut cells = CellsMut::of(&mut x);
        source.read(&region, &mut cells.slice_mut(&region))?;
    }
    Ok(x)
}

/// Writes an array by a job.
pub fn write<T: Number>(x: &ArrayD<T>, sink: GeoTiffSink) -> Result<(), Box<ndstencil::Error>> {
    Job::new(same::<T>(), x, sink).run().map(drop).map_err(Box::new)
}

/// The error of a job's plan.
pub fn refused(sink: &GeoTiffSink, form: &Form) -> String {
    sink.chunks(form).unwrap_err().to_string()
}

/// Opens a file that is there.
pub fn open(path: &Path) -> GeoTiff {
    GeoTiff::open(path).unwrap()
}
