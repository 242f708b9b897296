//! The parts that the fuzz targets of file formats have in common.

use std::ops::Range;
use std::path::{Path, PathBuf};

use ndstencil::IoError;
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Job, Open, Sink, Source, Writer};

/// The memory of a job: chunks that do not fit are refused.
const MEMORY: usize = 8 << 20;

/// A folder of this process in memory, where the system has such a place.
pub fn folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = place.join(format!("ndstencil-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Reads the first and the last chunk of a source, as a job does. Errors are as good as cells; panics, and memory beyond that
/// of a job, are not.
pub fn read(source: &dyn Source) {
    let (shape, chunks) = (source.shape(), source.chunks());
    let _ = (source.version(), source.metadata());
    // Where any box will do, one that fits.
    let lens: Vec<usize> = match &chunks {
        Some(chunks) => chunks.iter().zip(&shape).map(|(&len, &n)| len.max(1).min(n)).collect(),
        None => shape.iter().map(|&n| n.min(8)).collect(),
    };
    let last: Vec<usize> = shape.iter().zip(&lens).map(|(&n, &len)| (n.max(1) - 1) / len.max(1) * len).collect();
    for start in [vec![0; shape.len()], last] {
        let region =
            start.iter().zip(&lens).zip(&shape).map(|((&start, &len), &n)| start..n.min(start + len)).collect();
        let _ = Job::copy(Part { source, region }, &Nothing).memory(MEMORY).workers(1).retries(0).run();
    }
}

/// A box of a source.
struct Part<'a> {
    source: &'a dyn Source,
    region: Vec<Range<usize>>,
}

impl Source for Part<'_> {
    fn name(&self) -> String {
        self.source.name()
    }

    fn shape(&self) -> Vec<usize> {
        self.region.iter().map(Range::len).collect()
    }

    fn data_type(&self) -> DataType {
        self.source.data_type()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        Some(self.region.iter().map(|range| range.len().max(1)).collect())
    }

    fn read(&self, _: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        self.source.read(&self.region, cells)
    }

    fn scratch_bytes(&self) -> usize {
        self.source.scratch_bytes()
    }
}

/// A sink that keeps nothing.
struct Nothing;

impl Sink for Nothing {
    fn name(&self) -> String {
        "nothing".to_owned()
    }

    fn chunks(&self, _: &Form) -> Result<Option<Vec<usize>>, IoError> {
        Ok(None)
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        Ok(Box::new(Nothing))
    }
}

impl Writer for Nothing {
    fn write(&self, _: &[Range<usize>], _: &Cells<'_>) -> Result<(), IoError> {
        Ok(())
    }
}
