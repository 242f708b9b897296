//! Cells that hold no value.

use ndarray::{Array2, ArrayD, array};
use ndstencil::chunks::{DataType, Source};
use ndstencil::prelude::*;
use stencil_io::GeoTiff;
use stencil_io::metadata::Nodata;

use crate::{Folder, bits, open, read, same, write};

#[test]
fn floats_are_nan_where_the_file_has_the_value() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let x = array![[1.5_f32, -9999.0, f32::NAN], [-0.0, -9999.5, 9999.0]].into_dyn();
    write(&x, GeoTiff::create(&path).nodata(-9999.0)).unwrap();
    // NaN was written as the value, and both are read as NaN.
    let stored = read::<f32>(&open(&path)).unwrap();
    assert_eq!(stored, array![[1.5, -9999.0, -9999.0], [-0.0, -9999.5, 9999.0]].into_dyn());
    let y = read::<f32>(&open(&path).nodata_as_nan()).unwrap();
    let expected = array![[1.5, f32::NAN, f32::NAN], [-0.0, -9999.5, 9999.0]].into_dyn();
    assert_eq!(y.mapv(|y| y.is_nan()), expected.mapv(|y| y.is_nan()));
    assert_eq!(
        bits(&y.mapv(|y| if y.is_nan() { 0.0 } else { y })),
        bits(&expected.mapv(|y| if y.is_nan() { 0.0 } else { y }))
    );
    assert_ne!(open(&path).version().unwrap(), open(&path).nodata_as_nan().version().unwrap());
}

#[test]
fn doubles_stay_doubles() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let x = array![[1e300, f64::MAX, -7.0]].into_dyn();
    write(&x, GeoTiff::create(&path).nodata(f64::MAX)).unwrap();
    let source = open(&path).nodata_as_nan();
    assert_eq!(source.data_type(), DataType::of::<f64>());
    let y = read::<f64>(&source).unwrap();
    assert!(y[[0, 0]] == 1e300 && y[[0, 1]].is_nan() && y[[0, 2]] == -7.0);
}

#[test]
fn integers_become_f32() {
    fn of<T: crate::Number>(x: ArrayD<T>, value: f64, expected: ArrayD<f32>) {
        let folder = Folder::made();
        let path = folder.join("x.tif");
        write(&x, GeoTiff::create(&path).nodata(value)).unwrap();
        assert_eq!(open(&path).data_type(), DataType::of::<T>());
        let source = open(&path).nodata_as_nan();
        assert_eq!(source.data_type(), DataType::of::<f32>());
        let y = read::<f32>(&source).unwrap();
        assert_eq!(bits(&y.mapv(|y| if y.is_nan() { -1e30 } else { y })), bits(&expected));
    }
    let nan = -1e30;
    of(array![[0_u8, 255, 7]].into_dyn(), 255.0, array![[0.0, nan, 7.0]].into_dyn());
    of(array![[i16::MIN, -1, 7]].into_dyn(), -32768.0, array![[nan, -1.0, 7.0]].into_dyn());
    of(array![[u32::MAX, 5]].into_dyn(), u32::MAX.into(), array![[nan, 5.0]].into_dyn());
    of(array![[i64::MIN, 1 << 24]].into_dyn(), i64::MIN as f64, array![[nan, 16777216.0]].into_dyn());
    of(array![[3_u64, 1 << 40]].into_dyn(), 3.0, array![[nan, 1099511627776.0]].into_dyn());
}

#[stencil(boundary = Nearest)]
fn mean(x: Window2<f32>) -> f32 {
    (x[[0, -1]] + x[[0, 1]]) / 2.0
}

#[test]
fn results_have_the_value_where_they_are_nan() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    write(&array![[1_i16, -1, 3, 5, 9]].into_dyn(), GeoTiff::create(&from).nodata(-1.0)).unwrap();
    Job::new(mean(), open(&from).nodata_as_nan(), GeoTiff::create(&to)).run().unwrap();
    assert_eq!(read::<f32>(&open(&to)).unwrap(), array![[-1.0, 2.0, -1.0, 6.0, 7.0]].into_dyn());
    assert_eq!(open(&to).metadata().get::<Nodata>(), Some(&Nodata(-1.0)));
}

#[test]
fn another_value_is_taken_when_it_is_set() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    write(&array![[1_i16, -1, 3]].into_dyn(), GeoTiff::create(&from).nodata(-1.0)).unwrap();
    Job::new(mean(), open(&from).nodata_as_nan(), GeoTiff::create(&to).nodata(f64::NAN)).run().unwrap();
    let y = read::<f32>(&open(&to)).unwrap();
    assert!(y[[0, 0]].is_nan() && y[[0, 1]] == 2.0 && y[[0, 2]].is_nan());
    assert!(open(&to).metadata().get::<Nodata>().unwrap().0.is_nan());
}

#[stencil]
fn positive(x: Window2<i16>) -> u8 {
    u8::from(x[[0, 0]] > 0)
}

#[test]
fn integers_of_another_type_have_no_missing_value() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    // A result of 0 or 1 is not missing.
    write(&array![[1_i16, 0, 3]].into_dyn(), GeoTiff::create(&from).nodata(0.0)).unwrap();
    Job::new(positive(), open(&from), GeoTiff::create(&to)).run().unwrap();
    assert_eq!(open(&to).metadata().get::<Nodata>(), None);
    // Those of the same type have.
    Job::new(same::<i16>(), open(&from), GeoTiff::create(&to)).restart(true).run().unwrap();
    assert_eq!(open(&to).metadata().get::<Nodata>(), Some(&Nodata(0.0)));
}

#[test]
fn a_file_without_a_missing_value_is_read_as_it_is() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    let x = array![[1.0_f32, f32::NAN]].into_dyn();
    write(&x, GeoTiff::create(&from)).unwrap();
    assert_eq!(bits(&read::<f32>(&open(&from).nodata_as_nan()).unwrap()), bits(&x));
    Job::new(same::<f32>(), open(&from).nodata_as_nan(), GeoTiff::create(&to)).run().unwrap();
    assert_eq!(bits(&read::<f32>(&open(&to)).unwrap()), bits(&x));
    let mut y = Array2::<f32>::zeros((1, 2));
    Job::new(same::<f32>(), open(&to), &mut y).run().unwrap();
    assert!(y[[0, 1]].is_nan());
}
