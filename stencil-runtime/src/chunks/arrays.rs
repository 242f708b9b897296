//! Arrays in memory as sources and sinks.

use std::ops::Range;
use std::sync::Mutex;

use ndarray::{ArrayBase, ArrayRef, ArrayViewD, ArrayViewMutD, Data, DataMut, Dimension, Slice};

use super::{Form, Open, Sink, Source, Writer};
use crate::IoError;
use crate::cells::{Cells, CellsMut};
use crate::data_type::DataType;
use crate::kernel::Element;

/// An array in memory that a job reads: what `&array` becomes.
pub struct ArraySource<'a, T> {
    array: ArrayViewD<'a, T>,
}

impl<'a, T: Element> ArraySource<'a, T> {
    /// The array as a source.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::chunks::{ArraySource, Source};
    /// assert_eq!(ArraySource::new(&array![[1, 2, 3]]).shape(), [1, 3]);
    /// ```
    pub fn new<D: Dimension>(array: &'a ArrayRef<T, D>) -> ArraySource<'a, T> {
        ArraySource { array: array.view().into_dyn() }
    }
}

impl<T: Element> Source for ArraySource<'_, T> {
    fn name(&self) -> String {
        "the array in memory".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.array.shape().to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<T>()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let part = self.array.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
        cells.assign(part).map_err(|reason| IoError::new(self.name(), reason))
    }

    /// A hash of all cells, if they are numbers: other types have bytes that mean nothing.
    fn version(&self) -> Result<Option<String>, IoError> {
        if !DataType::of::<T>().is_number() {
            return Ok(None);
        }
        let seed = 0xCBF2_9CE4_8422_2325;
        let all = match Cells::of(&self.array).bytes() {
            Some(bytes) => hash(seed, bytes),
            // Row by row, so that no other array of this size is made.
            None => self.array.rows().into_iter().fold(seed, |all, row| {
                let row = row.to_owned();
                hash(all, Cells::of(&row).bytes().expect("a row of numbers"))
            }),
        };
        Ok(Some(format!("{all:016x}")))
    }
}

/// The hash of bytes behind others: FNV-1a, of words rather than bytes.
fn hash(before: u64, bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x0100_0000_01B3).rotate_left(23);
    let (words, rest) = bytes.as_chunks::<8>();
    let all = words.iter().fold(before, |hash, word| mix(hash, u64::from_ne_bytes(*word)));
    rest.iter().fold(mix(all, bytes.len() as u64), |hash, &byte| mix(hash, u64::from(byte)))
}

/// An array in memory that a job writes: what `&mut array` becomes.
pub struct ArraySink<'a, T> {
    // Writers copy one after the other: that is as fast as memory, and two boxes of a caller may overlap.
    array: Mutex<ArrayViewMutD<'a, T>>,
    shape: Vec<usize>,
}

impl<'a, T: Element> ArraySink<'a, T> {
    /// The array as a sink.
    ///
    /// ```
    /// use ndarray::{Array1, array};
    /// use ndstencil::chunks::ArraySink;
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn double(x: Window1<i32>) -> i32 { 2 * x[0] }
    /// let mut y = Array1::<i32>::zeros(3);
    /// Job::new(double(), &array![1, 2, 3], ArraySink::new(&mut y)).run()?;
    /// assert_eq!(y, array![2, 4, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn new<D: Dimension>(array: &'a mut ArrayRef<T, D>) -> ArraySink<'a, T> {
        ArraySink { shape: array.shape().to_vec(), array: Mutex::new(array.view_mut().into_dyn()) }
    }
}

impl<T: Element> Sink for ArraySink<'_, T> {
    fn name(&self) -> String {
        "the array in memory".to_owned()
    }

    fn chunks(&self, form: &Form) -> Result<Option<Vec<usize>>, IoError> {
        let (found, expected) = (DataType::of::<T>(), form.data_type);
        if found != expected || self.shape != form.shape {
            return Err(IoError::new(
                self.name(),
                format!(
                    "it has shape {:?} of {found}, but the result has shape {:?} of {expected}",
                    self.shape, form.shape
                ),
            ));
        }
        Ok(None)
    }

    fn open(&self, _: &Form, _: Open) -> Result<Box<dyn Writer + '_>, IoError> {
        Ok(Box::new(self))
    }

    fn lasts(&self) -> bool {
        false
    }
}

impl<T: Element> Writer for &ArraySink<'_, T> {
    fn write(&self, region: &[Range<usize>], cells: &Cells<'_>) -> Result<(), IoError> {
        let from = cells.array::<T>().ok_or_else(|| IoError::new(self.name(), "the cells have another type"))?;
        let mut array = self.array.lock().expect("no panic while it is locked");
        array.slice_each_axis_mut(|axis| Slice::from(region[axis.axis.index()].clone())).assign(&from);
        Ok(())
    }
}

/// A source of a job, or a reference to an array.
pub trait IntoSource<'a> {
    #[doc(hidden)]
    fn into_source(self) -> Box<dyn Source + 'a>;
}

impl<'a, S: Source + 'a> IntoSource<'a> for S {
    fn into_source(self) -> Box<dyn Source + 'a> {
        Box::new(self)
    }
}

impl<'a, T: Element, S: Data<Elem = T>, D: Dimension> IntoSource<'a> for &'a ArrayBase<S, D, T> {
    fn into_source(self) -> Box<dyn Source + 'a> {
        Box::new(ArraySource::new(&**self))
    }
}

/// Sources of a job: one, or a tuple of two to six, or a `Vec` of boxes.
pub trait IntoSources<'a> {
    #[doc(hidden)]
    fn into_sources(self) -> Vec<Box<dyn Source + 'a>>;
}

impl<'a, S: IntoSource<'a>> IntoSources<'a> for S {
    fn into_sources(self) -> Vec<Box<dyn Source + 'a>> {
        vec![self.into_source()]
    }
}

impl<'a> IntoSources<'a> for Vec<Box<dyn Source + 'a>> {
    fn into_sources(self) -> Vec<Box<dyn Source + 'a>> {
        self
    }
}

/// A sink of a job, or a mutable reference to an array.
pub trait IntoSink<'a> {
    #[doc(hidden)]
    fn into_sink(self) -> Box<dyn Sink + 'a>;
}

impl<'a, S: Sink + 'a> IntoSink<'a> for S {
    fn into_sink(self) -> Box<dyn Sink + 'a> {
        Box::new(self)
    }
}

impl<'a, T: Element, S: DataMut<Elem = T>, D: Dimension> IntoSink<'a> for &'a mut ArrayBase<S, D, T> {
    fn into_sink(self) -> Box<dyn Sink + 'a> {
        Box::new(ArraySink::new(&mut **self))
    }
}

/// Sinks of a job: one, or a tuple of two to six, or a `Vec` of boxes.
pub trait IntoSinks<'a> {
    #[doc(hidden)]
    fn into_sinks(self) -> Vec<Box<dyn Sink + 'a>>;
}

impl<'a, S: IntoSink<'a>> IntoSinks<'a> for S {
    fn into_sinks(self) -> Vec<Box<dyn Sink + 'a>> {
        vec![self.into_sink()]
    }
}

impl<'a> IntoSinks<'a> for Vec<Box<dyn Sink + 'a>> {
    fn into_sinks(self) -> Vec<Box<dyn Sink + 'a>> {
        self
    }
}

macro_rules! tuples {
    ($($T:ident $i:tt),+) => {
        impl<'a, $($T: IntoSource<'a>),+> IntoSources<'a> for ($($T,)+) {
            fn into_sources(self) -> Vec<Box<dyn Source + 'a>> {
                vec![$(self.$i.into_source()),+]
            }
        }

        impl<'a, $($T: IntoSink<'a>),+> IntoSinks<'a> for ($($T,)+) {
            fn into_sinks(self) -> Vec<Box<dyn Sink + 'a>> {
                vec![$(self.$i.into_sink()),+]
            }
        }
    };
}
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
