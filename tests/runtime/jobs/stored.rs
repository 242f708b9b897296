//! A stored array for tests: chunks in a folder, one file each, and sources that fail.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{Array2, ArrayD, Slice};
use ndstencil::IoError;
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Open, Sink, Source, Writer};

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ndstencil-jobs-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Chunks of `u32` in a folder.
pub struct Files {
    pub folder: PathBuf,
    pub shape: [usize; 2],
    pub chunks: [usize; 2],
    /// The chunks that were written by this value.
    pub written: Mutex<Vec<Vec<Range<usize>>>>,
}

impl Files {
    pub fn new(folder: &Path, shape: [usize; 2], chunks: [usize; 2]) -> Files {
        Files { folder: folder.to_owned(), shape, chunks, written: Mutex::default() }
    }

    pub fn array(&self) -> Array2<u32> {
        let mut all = Array2::zeros(self.shape);
        for i in (0..self.shape[0]).step_by(self.chunks[0]) {
            for j in (0..self.shape[1]).step_by(self.chunks[1]) {
                let bytes = fs::read(self.folder.join(format!("{i}.{j}"))).unwrap();
                let ends = [self.shape[0].min(i + self.chunks[0]), self.shape[1].min(j + self.chunks[1])];
                let values = bytes.chunks(4).map(|bytes| u32::from_ne_bytes(bytes.try_into().unwrap()));
                let part = Array2::from_shape_vec((ends[0] - i, ends[1] - j), values.collect()).unwrap();
                all.slice_mut(ndarray::s![i..ends[0], j..ends[1]]).assign(&part);
            }
        }
        all
    }
}

impl Sink for Files {
    fn name(&self) -> String {
        self.folder.display().to_string()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        assert_eq!(form.shape, self.shape);
        Ok(Some(self.chunks.to_vec()))
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        fs::create_dir_all(&self.folder).map_err(|error| IoError::new(self.name(), "cannot be made").because(error))?;
        Ok(Box::new(self))
    }

    fn path(&self) -> Option<PathBuf> {
        Some(self.folder.clone())
    }
}

impl Writer for &Files {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let x = cells.array::<u32>().expect("the type of the form");
        let bytes: Vec<u8> = x.iter().flat_map(|x| x.to_ne_bytes()).collect();
        let path = self.folder.join(format!("{}.{}", region[0].start, region[1].start));
        let partial = path.with_extension(format!("{}.{}.partial", region[1].start, std::process::id()));
        let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
        written.map_err(|error| IoError::new(self.name(), "cannot be written").because(error))?;
        self.written.lock().unwrap().push(region.to_vec());
        Ok(())
    }

    fn finish(&self) -> Result<(), IoError> {
        for entry in fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "partial") {
                fs::remove_file(path).unwrap();
            }
        }
        Ok(())
    }
}

/// An array in chunks, whose reads are counted, and fail where they are told to.
pub struct Stored {
    pub array: ArrayD<u32>,
    pub chunks: Option<Vec<usize>>,
    pub version: String,
    /// Fails where the box begins so.
    pub fails: fn(&[Range<usize>], usize) -> Option<IoError>,
    pub reads: AtomicUsize,
}

impl Stored {
    pub fn new(shape: [usize; 2], chunks: Option<[usize; 2]>) -> Stored {
        let array = Array2::from_shape_fn(shape, |(i, j)| (i * 1000 + j * j) as u32).into_dyn();
        let chunks = chunks.map(|chunks| chunks.to_vec());
        Stored { array, chunks, version: String::new(), fails: |_, _| None, reads: AtomicUsize::new(0) }
    }

    pub fn whole(&self) -> Array2<u32> {
        self.array.clone().into_dimensionality().unwrap()
    }
}

impl Source for Stored {
    fn name(&self) -> String {
        "stored".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.array.shape().to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<u32>()
    }

    fn chunks(&self) -> Option<Vec<usize>> {
        self.chunks.clone()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let number = self.reads.fetch_add(1, Ordering::Relaxed);
        if let Some(error) = (self.fails)(region, number) {
            return Err(error);
        }
        let part = self.array.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
        cells.assign(part).map_err(|reason| IoError::new("stored", reason))
    }

    fn version(&self) -> Result<Option<String>, IoError> {
        Ok(Some(self.version.clone()))
    }
}
