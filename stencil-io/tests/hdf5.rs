//! HDF5 and NetCDF-4 files as sources and sinks.

// Boxes of one axis are slices of one range.
#![allow(clippy::single_range_in_vec_init)]

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

/// How tests make files: processes that other tests start would keep a lock.
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

fn round_trip<T: Scalar + PartialEq + std::fmt::Debug + Default + Copy>(value: impl Fn(usize) -> T) {
    let folder = tempfile::tempdir().unwrap();
    let shapes = [&[7, 5, 3][..], &[1], &[11], &[0, 4], &[3, 0], &[1, 1, 6], &[2, 3, 4, 5]];
    for (number, shape) in shapes.iter().enumerate() {
        let count: usize = shape.iter().product();
        let x = ArrayD::from_shape_vec(IxDyn(shape), (0..count).map(&value).collect()).unwrap();
        for deflate in [None, Some(0), Some(9)] {
            let path = folder.path().join(format!("{number}-{deflate:?}.h5"));
            let chunks: Vec<usize> = [4, 2, 5, 3][..shape.len()].to_vec();
            let sink = Hdf5::create(&path, "/one/two/x/").chunks(chunks.clone());
            let sink = if let Some(level) = deflate { sink.deflate(level) } else { sink.uncompressed() };
            write_all(&sink, &x).unwrap();
            let source = Hdf5::open(&path, "one/two/x").unwrap();
            let cut: Vec<usize> = chunks.iter().zip(*shape).map(|(&chunk, &n)| chunk.min(n.max(1))).collect();
            assert_eq!((source.shape(), source.chunks()), (shape.to_vec(), Some(cut)));
            assert_eq!(read_all::<T>(&source).unwrap(), x);
        }
    }
    assert_eq!(names(folder.path()).len(), 3 * shapes.len());
}

#[test]
fn every_element_type() {
    round_trip(|n| n % 3 == 0);
    round_trip(|n| n as i8);
    round_trip(|n| (n as i16).wrapping_mul(-301));
    round_trip(|n| n as i32 * -70_001);
    round_trip(|n| n as i64 * -5_000_000_001);
    round_trip(|n| n as u8);
    round_trip(|n| (n as u16).wrapping_mul(301));
    round_trip(|n| n as u32 * 70_001);
    round_trip(|n| u64::MAX - n as u64 * 5_000_000_001);
    round_trip(|n| n as f32 / 3.0);
    round_trip(|n| n as f64 / -3.0);
    #[cfg(feature = "f16")]
    round_trip(|n| half::f16::from_f64(n as f64 / 3.0));
}

#[test]
fn numbers_of_the_machine_and_single_cells() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    write_all(&Hdf5::create(&path, "x"), &ndarray::arr1(&[1_usize, usize::MAX]).into_dyn()).unwrap();
    let source = Hdf5::open(&path, "x").unwrap();
    assert_eq!(read_all::<u64>(&source).unwrap().as_slice().unwrap(), [1, u64::MAX]);
    let path = folder.path().join("y.h5");
    write_all(&Hdf5::create(&path, "y"), &ndarray::arr0(2.5_f32).into_dyn()).unwrap();
    let source = Hdf5::open(&path, "y").unwrap();
    assert_eq!((source.shape(), source.chunks()), (vec![], None));
    assert_eq!(read_all::<f32>(&source).unwrap(), ndarray::arr0(2.5).into_dyn());
}

/// NaNs keep their bits, and infinities and zeros their signs.
#[test]
fn floats_bit_by_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let bits = [0x7fc0_1234_u32, 0xffc0_0001, 0x7f80_0000, 0xff80_0000, 0x8000_0000, 1, 0x7f80_0001];
    let x = Array1::from_iter(bits.map(f32::from_bits)).into_dyn();
    write_all(&Hdf5::create(&path, "x").chunks([3]).deflate(1), &x).unwrap();
    let found = read_all::<f32>(&Hdf5::open(&path, "x").unwrap()).unwrap();
    assert_eq!(found.mapv(f32::to_bits).as_slice().unwrap(), bits);
}

#[test]
fn types_and_orders_of_bytes() {
    fn check<T: Scalar + Copy + Default + PartialEq + std::fmt::Debug>(name: &str, of: impl Fn(usize) -> T) {
        let expected = Array2::from_shape_fn((7, 10), |(i, j)| of(number(i, j))).into_dyn();
        let mut read = 0;
        for suffix in ["", "_little", "_big"] {
            for prefix in ["", "chunked/"] {
                if let Ok(source) = Hdf5::open(types(), &format!("/{prefix}{name}{suffix}")) {
                    assert_eq!(source.chunks(), (!prefix.is_empty()).then(|| vec![3, 4]));
                    assert_eq!(read_all::<T>(&source).unwrap(), expected, "{prefix}{name}{suffix}");
                    read += 1;
                }
            }
        }
        let (orders, chunked) =
            (if size_of::<T>() > 1 { 2 } else { 1 }, if ["bool", "i2", "f8"].contains(&name) { 2 } else { 1 });
        assert_eq!(read, orders * chunked, "{name}");
    }
    check("bool", |n| n % 3 == 0);
    check("i1", |n| n as i8);
    check("i2", |n| n as i16);
    check("i4", |n| n as i32);
    check("i8", |n| n as i64);
    check("u1", |n| n as u8);
    check("u2", |n| n as u16);
    check("u4", |n| n as u32);
    check("u8", |n| n as u64);
    check("f4", |n| n as f32);
    check("f8", |n| n as f64);
    #[cfg(feature = "f16")]
    check("f2", |n| half::f16::from_f64(n as f64));
    #[cfg(not(feature = "f16"))]
    assert!(
        Hdf5::open(types(), "f2_big").unwrap_err().to_string().contains("elements of float16 need the feature `f16`")
    );
}

#[test]
fn filters() {
    let expected = Array2::from_shape_fn((7, 10), |(i, j)| number(i, j) as i32).into_dyn();
    for name in ["gzip", "lzf", "lzf_shuffle", "fletcher", "all", "offsets", "unlimited"] {
        let source = Hdf5::open(types(), &format!("filters/{name}")).unwrap();
        // Chunks may be longer than an array that can grow.
        assert_eq!(source.chunks(), Some(if name == "unlimited" { vec![64, 64] } else { vec![3, 4] }));
        assert_eq!(read_all::<i32>(&source).unwrap(), expected, "{name}");
    }
}

#[test]
fn what_else_files_hold() {
    let open = |name: &str| Hdf5::open(types(), &format!("others/{name}"));
    let refused = |name: &str, reason: &str| {
        let error = open(name).unwrap_err().to_string();
        assert!(error.contains(reason) && error.starts_with(types().to_str().unwrap()), "{error}");
    };
    assert_eq!(read_all::<i16>(&open("enum").unwrap()).unwrap().as_slice().unwrap(), [7, 1, 0, 7]);
    let partial = read_all::<f32>(&open("partial").unwrap()).unwrap();
    let expected = |(i, j)| if (2..4).contains(&i) && (2..4).contains(&j) { 3.0 } else { -1.0 };
    assert_eq!(partial, Array2::from_shape_fn((5, 6), expected).into_dyn());
    assert_eq!(read_all::<f64>(&open("scalar").unwrap()).unwrap(), ndarray::arr0(2.5).into_dyn());
    assert_eq!(read_all::<u16>(&open("none").unwrap()).unwrap().shape(), [0, 4]);
    assert_eq!(read_all::<i16>(&open("linked").unwrap()).unwrap()[[1, 2]], number(1, 2) as i16);
    refused("enum_big", "enum (int16), in bits that are not the usual ones");
    refused("text", "holds elements of HDF5's type unicode (var len)");
    refused("complex", "holds elements of HDF5's type");
    refused("long", "holds elements that kernels do not take");
    refused("null", "has no cells");
    refused("virtual", "is virtual");
    refused("external", "in files beside");
    refused("dangling", "has no dataset /others/dangling: it has /attributes, /bool, ");
    refused("group", "has no dataset /others/group");
    // Two bytes, but no half float.
    #[cfg(feature = "f16")]
    refused("brain", "float16, in bits that are not the usual ones");
}

#[test]
fn names_of_datasets() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    write_all(&Hdf5::create(&path, "model/level/x"), &ndarray::arr1(&[1_u8]).into_dyn()).unwrap();
    let error = Hdf5::open(&path, "level/x").unwrap_err().to_string();
    assert_eq!(error, format!("{}: has no dataset /level/x: it has /model/level/x", path.display()));
    assert_eq!(Hdf5::open(&path, "/model/level/x").unwrap().name(), format!("{}, /model/level/x", path.display()));
    assert!(Hdf5::open(folder.path(), "x").unwrap_err().to_string().contains("is a folder"));
    assert!(Hdf5::open(folder.path().join("none"), "x").unwrap_err().to_string().contains("cannot be opened"));
    let form = Form::new(&[1], DataType::of::<u8>());
    for name in ["", "/", "a//b", "a/../b", ".", "a\0"] {
        let error = Sink::chunks(&Hdf5::create(&path, name), &form).unwrap_err().to_string();
        assert!(error.contains("is no name of a dataset"), "{error}");
    }
    // Hundreds are not all listed.
    let file = files().append(&path).unwrap();
    for number in 0..300 {
        file.new_dataset::<u8>().shape([1]).create(&*format!("many/{number}")).unwrap();
    }
    file.close().unwrap();
    let error = Hdf5::open(&path, "x").unwrap_err().to_string();
    assert!(error.ends_with(", and others") && error.len() < 2000, "{error}");
}

#[test]
fn attributes_and_names() {
    let source = Hdf5::open(types(), "attributes").unwrap();
    let metadata = source.metadata();
    let expected = json!({
        "text": "Käse", "fixed": "plain", "latin": "K\u{fffd}se", "texts": ["a", "bc"], "integer": -3,
        "list": [1, 2, 1_u64 << 63], "float": 0.25, "nan": "NaN", "truth": true,
    });
    assert_eq!(json!(metadata.get::<Attributes>().unwrap().0), expected);
    assert_eq!(metadata.get::<DimensionNames>().unwrap().0, [None, Some("across".to_owned())]);

    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("x.h5"), folder.path().join("y.h5"));
    let sink = Hdf5::create(&from, "g/rain").chunks([1, 4, 4]).deflate(7).dimension_names(["time", "y", "x"]);
    let sink = sink.attribute("units", "mm").attribute("_FillValue", 9).attribute("flags", json!([1, 2]));
    write_all(&sink, &Array3::<u8>::ones((5, 20, 20)).into_dyn()).unwrap();
    let metadata = |path: &Path| Hdf5::open(path, "g/rain").unwrap().metadata();
    assert_eq!(metadata(&from).get(), Some(&Nodata(9.0)));
    #[gufunc("(t)->()")]
    fn largest(x: ndarray::ArrayView1<u8>) -> u8 {
        x.iter().copied().max().unwrap_or(0)
    }
    let sink = Hdf5::create(&to, "g/rain").attribute("method", "max");
    Job::new(largest().axis(0), Hdf5::open(&from, "g/rain").unwrap(), sink).run().unwrap();
    let found = metadata(&to);
    let expected = json!({"method": "max", "units": "mm", "_FillValue": 9, "flags": [1, 2]});
    assert_eq!(json!(found.get::<Attributes>().unwrap().0), expected);
    assert_eq!(found.get::<DimensionNames>().unwrap().0, [Some("y".to_owned()), Some("x".to_owned())]);
    assert_eq!(Hdf5::open(&to, "g/rain").unwrap().chunks(), Some(vec![4, 4]));
    let file = hdf5::File::open(&to).unwrap();
    assert_eq!(
        file.dataset("g/rain").unwrap().filters(),
        [hdf5::filters::Filter::Shuffle, hdf5::filters::Filter::Deflate(7)]
    );
    drop(file);
    // Of another type: what numbers stand for is not carried over.
    #[stencil]
    fn half(x: Window3<u8>) -> f32 {
        f32::from(x[[0, 0, 0]]) / 2.0
    }
    Job::new(half(), Hdf5::open(&from, "g/rain").unwrap(), Hdf5::create(&to, "g/rain")).restart(true).run().unwrap();
    assert_eq!(json!(metadata(&to).get::<Attributes>().unwrap().0), json!({"units": "mm", "flags": [1, 2]}));
    // Axes that are new have no name.
    let mut form = Form::new(&[20, 3], DataType::of::<u8>());
    form.metadata = metadata(&from);
    form.origin[0] = Some(AxisOrigin { axis: 1, start: 0, step: 1, covers: 1 });
    let path = folder.path().join("z.h5");
    write_form(&Hdf5::create(&path, "g/rain"), &form, &ArrayD::<u8>::ones(vec![20, 3])).unwrap();
    assert_eq!(metadata(&path).get::<DimensionNames>().unwrap().0, [Some("y".to_owned()), None]);
}

#[test]
fn missing_values_and_packed_ones() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, attributes: serde_json::Value, x: ArrayD<i16>| {
        let path = folder.path().join(format!("{name}.h5"));
        let all = attributes.as_object().unwrap().clone();
        let sink = Hdf5::create(&path, "x").chunks(vec![4; x.ndim()]);
        let sink = all.into_iter().fold(sink, |sink, (name, value)| sink.attribute(name, value));
        write_all(&sink, &x).unwrap();
        Hdf5::open(&path, "x").unwrap()
    };
    let x = || ndarray::arr1(&[1_i16, -9, -1, 300, i16::MIN]).into_dyn();
    let bits = |x: ArrayD<f32>| x.mapv(f32::to_bits);
    let same = |found: &Hdf5, expected: [f32; 5]| {
        assert_eq!(bits(read_all::<f32>(found).unwrap()), bits(ndarray::arr1(&expected).into_dyn()));
    };
    let source =
        write("a", json!({"_FillValue": -9, "missing_value": [300, 1e9], "valid_min": 0, "scale_factor": 0.5}), x());
    assert_eq!(read_all::<i16>(&source).unwrap(), x());
    let version = source.version().unwrap();
    let missing = source.clone().nodata_as_nan();
    same(&missing, [1.0, f32::NAN, -1.0, f32::NAN, -32768.0]);
    let unpacked = source.unpacked().unwrap();
    same(&unpacked, [0.5, f32::NAN, -0.5, f32::NAN, -16384.0]);
    assert!(version != missing.version().unwrap() && unpacked.version() != missing.version());
    // They are not carried over, where numbers are not stored so.
    let attributes = |source: &Hdf5| json!(source.metadata().get::<Attributes>().unwrap().0);
    assert_eq!(attributes(&missing), json!({"scale_factor": 0.5}));
    assert_eq!((attributes(&unpacked), unpacked.metadata().get::<Nodata>()), (json!({}), None));
    // Bits of unsigned numbers, whose missing value may be told either way.
    for fill in [json!(-9), json!(65527)] {
        let attributes = json!({"_Unsigned": "true", "missing_value": fill, "add_offset": 1});
        same(
            &write(&format!("b{fill}"), attributes, x()).unpacked().unwrap(),
            [2.0, f32::NAN, 65536.0, 301.0, 32769.0],
        );
    }
    // No number of the type is not taken for one that is.
    same(&write("c", json!({"missing_value": 65527}), x()).nodata_as_nan(), [1.0, -9.0, -1.0, 300.0, -32768.0]);
    same(&write("d", json!({"missing_value": "-9"}), x()).nodata_as_nan(), [1.0, -9.0, -1.0, 300.0, -32768.0]);
    let error = write("e", json!({"scale_factor": "0.1"}), x()).unpacked().unwrap_err().to_string();
    assert!(error.ends_with("x: has an attribute scale_factor that is no number: \"0.1\""), "{error}");
    // Floats keep their type.
    let path = folder.path().join("f.h5");
    let sink = Hdf5::create(&path, "x").attribute("_FillValue", 1e300).attribute("missing_value", "NaN");
    write_all(&sink, &ndarray::arr1(&[-0.0, 1e300, f64::NAN]).into_dyn()).unwrap();
    let found = read_all::<f64>(&Hdf5::open(&path, "x").unwrap().nodata_as_nan()).unwrap();
    assert!(found[0] == 0.0 && found[0].is_sign_negative() && found[1].is_nan() && found[2].is_nan());
}

#[stencil(boundary = Reflect)]
fn blur(x: Window2<f32>) -> f32 {
    (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] * 2.0 + x[[0, 1]] + x[[1, 2]]) / 6.0
}

fn noise(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7919 + j * 104_729) % 1009) as f32 / 1009.0)
}

#[test]
fn a_job_equals_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["x.h5", "y.h5"].map(|name| folder.path().join(name));
    let x = noise(301, 203);
    let sinks = [Hdf5::create(&from, "x").chunks([50, 64]).deflate(3), Hdf5::create(&from, "x").chunks([301, 203])];
    for sink in sinks {
        Job::copy(&x, sink).restart(true).run().unwrap();
        for (memory, workers) in [(1 << 30, 2), (24 << 20, 3), (7 << 20, 1)] {
            let sink = Hdf5::create(&to, "y").chunks([33, 40]);
            let job = Job::new(blur(), Hdf5::open(&from, "x").unwrap(), sink);
            job.memory(memory).workers(workers).restart(true).run().unwrap();
            let found = read_all::<f32>(&Hdf5::open(&to, "y").unwrap()).unwrap();
            assert_eq!(found, blur().apply(&x).unwrap().into_dyn());
        }
    }
    assert_eq!(names(folder.path()), ["x.h5", "x.h5.job", "y.h5", "y.h5.job"]);
}

/// Boxes of a contiguous dataset that are longer than a piece.
#[test]
fn long_boxes_without_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let x = Array3::from_shape_fn((3, 1500, 700), |(k, i, j)| (k * 7919 + i * 31 + j * 7) as u32);
    files().create(&path).unwrap().new_dataset_builder().with_data(&x).no_chunk().create("x").unwrap();
    let source = Hdf5::open(&path, "x").unwrap();
    assert_eq!(source.chunks(), None);
    let mut y = Array3::<u32>::zeros((2, 1499, 699));
    source.read(&[1..3, 1..1500, 1..700], &mut CellsMut::of(&mut y)).unwrap();
    assert_eq!(y, x.slice(s![1.., 1.., 1..]));
}

/// Several threads read one dataset, several datasets of one file, and write at once.
#[test]
fn threads_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let source = Hdf5::open(types(), "chunked/i2_big").unwrap();
    let expected = Array2::from_shape_fn((7, 10), |(i, j)| number(i, j) as i16).into_dyn();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (source, expected, folder) = (&source, &expected, folder.path());
            scope.spawn(move || {
                for turn in 0..20 {
                    assert_eq!(&read_all::<i16>(source).unwrap(), expected);
                    let own = Hdf5::open(types(), "i2_little").unwrap();
                    assert_eq!(&read_all::<i16>(&own).unwrap(), expected);
                    assert!(Hdf5::open(types(), "none").is_err());
                    let path = folder.join(format!("{thread}-{turn}.h5"));
                    write_all(&Hdf5::create(&path, "x").chunks([2, 3]).deflate(1), expected).unwrap();
                    assert_eq!(&read_all::<i16>(&Hdf5::open(&path, "x").unwrap()).unwrap(), expected);
                }
            });
        }
    });
}

#[test]
fn a_stopped_job_goes_on() {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    fn checked(x: f32) -> f32 {
        assert!(x != 0.0 || !BROKEN.load(Ordering::Relaxed), "a bad cell");
        x
    }
    #[stencil(boundary = Nearest)]
    fn careful(x: Window2<f32>) -> f32 {
        checked(x[[0, 0]]) + x[[1, 0]]
    }
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["x.npy", "y.h5"].map(|name| folder.path().join(name));
    let mut x = noise(200, 100) + 1.0;
    x[[150, 3]] = 0.0;
    Job::copy(&x, Npy::create(&from)).run().unwrap();
    let job = || {
        let sink = Hdf5::create(&to, "y").chunks([32, 32]).deflate(1);
        Job::new(careful(), Npy::open(&from).unwrap(), sink).memory(70 << 10).workers(2)
    };
    let error = job().run().unwrap_err();
    assert!(error.to_string().contains("a bad cell"), "{error}");
    assert!(!to.exists() && folder.path().join("y.h5.cells.unfinished").exists());
    BROKEN.store(false, Ordering::Relaxed);
    // Killed while the file was made.
    fs::write(folder.path().join("y.h5.99-7.partial"), "half").unwrap();
    fs::write(folder.path().join("y.h5.notes.partial"), "another's").unwrap();
    let summary = job().run().unwrap();
    assert!(summary.skipped > 0 && summary.skipped < summary.chunks);
    let again = fs::read(&to).unwrap();
    let expected = careful().apply(&x).unwrap().into_dyn();
    assert_eq!(read_all::<f32>(&Hdf5::open(&to, "y").unwrap()).unwrap(), expected);
    assert_eq!(names(folder.path()), ["x.npy", "x.npy.job", "y.h5", "y.h5.job", "y.h5.notes.partial"]);
    // All is done: another run finds the finished file.
    let summary = job().run().unwrap();
    assert_eq!(summary.skipped, summary.chunks);
    // The same bytes as without a stop.
    job().restart(true).run().unwrap();
    assert!(fs::read(&to).unwrap() == again);
    // The file is gone, the journal is not.
    fs::remove_file(&to).unwrap();
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("`.restart(true)` begins anew"), "{error}");
}

/// Stopped between the last cell and the file: at each step of finishing.
#[test]
fn a_job_that_is_stopped_as_it_finishes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.h5");
    let x = noise(20, 30).into_dyn();
    let form = Form::new(&[20, 30], DataType::of::<f32>());
    let sink = Hdf5::create(&path, "y").chunks([8, 8]);
    write_form(&sink, &form, &x).unwrap();
    let whole = fs::read(&path).unwrap();
    let staged = folder.path().join("staged");
    let writer = Npy::create(&staged);
    let writer = writer.open(&form, Open::New).unwrap();
    writer.write(&[0..20, 0..30], &Cells::of(&x)).unwrap();
    writer.finish().unwrap();
    // The cells were named; the file was named, too, or not; or all was done.
    for (cells, file) in [(true, false), (true, true), (false, true)] {
        if cells {
            fs::copy(&staged, folder.path().join("y.h5.cells")).unwrap();
        }
        if !file {
            fs::remove_file(&path).unwrap();
        }
        let writer = sink.open(&form, Open::Resume).unwrap();
        writer.finish().unwrap();
        assert!(fs::read(&path).unwrap() == whole);
        assert_eq!(names(folder.path()), ["staged", "y.h5"]);
    }
    // To a finished file nothing is written, and another one is no file of this job.
    let writer = sink.open(&form, Open::Resume).unwrap();
    assert!(writer.write(&[0..20, 0..30], &Cells::of(&x)).unwrap_err().to_string().contains("is finished"));
    drop(writer);
    let other = Form::new(&[20, 31], DataType::of::<f32>());
    assert!(sink.open(&other, Open::Resume).is_err_and(|error| error.to_string().contains("begins anew")));
}

/// Two processes that finish at once.
#[test]
fn two_finish_at_once() {
    for _ in 0..30 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("y.h5");
        let x = noise(40, 30).into_dyn();
        let form = Form::new(&[40, 30], DataType::of::<f32>());
        let sink = || Hdf5::create(&path, "y").chunks([8, 8]);
        let sinks = [sink(), sink(), sink()];
        let first = sinks[0].open(&form, Open::New).unwrap();
        let writers = [first, sinks[1].open(&form, Open::Resume).unwrap(), sinks[2].open(&form, Open::Resume).unwrap()];
        writers[1].write(&[0..40, 0..30], &Cells::of(&x)).unwrap();
        std::thread::scope(|scope| writers.iter().for_each(|writer| drop(scope.spawn(|| writer.finish().unwrap()))));
        assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), x);
        assert_eq!(names(folder.path()), ["y.h5"]);
    }
}

/// The folder in which a process that was started by a test works, and its share of the job.
const FOLDER: &str = "NDSTENCIL_TEST_HDF5";
const SHARE: &str = "NDSTENCIL_TEST_HDF5_SHARE";

#[stencil(boundary = Wrap)]
fn slow(x: Window2<f32>) -> f32 {
    if x.position()[1].is_multiple_of(40) {
        std::thread::sleep(Duration::from_micros(300));
    }
    x[[-2, 1]] * 3.0 + x[[1, 0]]
}

fn share_of_job(folder: &Path, share: [usize; 2]) {
    let source = Hdf5::open(folder.join("x.h5"), "x").unwrap();
    let sink = Hdf5::create(folder.join("y.h5"), "y").chunks([16, 16]).deflate(1);
    Job::new(slow(), source, sink).memory(9 << 20).workers(2).shard(share[0], share[1]).run().unwrap();
}

/// The program that the tests below start; alone it does nothing.
#[test]
fn a_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let share: Vec<usize> = std::env::var(SHARE).unwrap().split('/').map(|number| number.parse().unwrap()).collect();
    share_of_job(&folder, [share[0], share[1]]);
}

fn start(folder: &Path, share: &str) -> Child {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["a_process", "--exact", "--test-threads=1", "--nocapture"]);
    program.env(FOLDER, folder).env(SHARE, share).stdout(std::process::Stdio::null());
    program.spawn().unwrap()
}

/// True for the files that a job leaves, of its journal also those of a run that was killed.
fn of_job(name: &str) -> bool {
    ["x.h5", "y.h5"].contains(&name) || name.starts_with("y.h5.job")
}

fn input(folder: &Path) -> Array2<f32> {
    let x = noise(160, 120);
    write_all(&Hdf5::create(folder.join("x.h5"), "x").chunks([10, 120]), &x.clone().into_dyn()).unwrap();
    x
}

/// The bytes of the file of a job that was not killed.
fn uninterrupted(folder: &Path) -> Vec<u8> {
    let other = folder.join("other");
    fs::create_dir(&other).unwrap();
    fs::copy(folder.join("x.h5"), other.join("x.h5")).unwrap();
    share_of_job(&other, [0, 1]);
    let bytes = fs::read(other.join("y.h5")).unwrap();
    fs::remove_dir_all(other).unwrap();
    bytes
}

/// Killed at moments that differ, the job still ends, with the bytes of one that was not killed.
#[test]
fn killed_and_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let x = input(folder.path());
    let expected = uninterrupted(folder.path());
    let (mut kills, mut state) = (0, 1_u64);
    for round in 0..1000 {
        let mut process = start(folder.path(), "0/1");
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(2000 + (state >> 40) % (20_000 + 4000 * round)));
        if kills < 30 && process.try_wait().unwrap().is_none() {
            process.kill().unwrap();
            process.wait().unwrap();
            kills += 1;
            // What has the name is whole.
            if let Ok(bytes) = fs::read(folder.path().join("y.h5")) {
                assert!(bytes == expected);
            }
            continue;
        }
        assert!(process.wait().unwrap().success());
        assert!(fs::read(folder.path().join("y.h5")).unwrap() == expected);
        assert!(names(folder.path()).iter().all(|name| of_job(name)));
        if kills >= 30 {
            break;
        }
        fs::remove_file(folder.path().join("y.h5")).unwrap();
        fs::remove_file(folder.path().join("y.h5.job")).unwrap();
    }
    assert_eq!(kills, 30);
    let found = read_all::<f32>(&Hdf5::open(folder.path().join("y.h5"), "y").unwrap()).unwrap();
    assert_eq!(found, slow().apply(&x).unwrap().into_dyn());
}

/// Three processes do a job together; one is killed, and started again.
#[test]
fn processes_share_a_job() {
    let folder = tempfile::tempdir().unwrap();
    input(folder.path());
    let expected = uninterrupted(folder.path());
    let mut processes: Vec<Child> = (0..3).map(|share| start(folder.path(), &format!("{share}/3"))).collect();
    std::thread::sleep(Duration::from_millis(40));
    processes[1].kill().unwrap();
    for (share, process) in processes.iter_mut().enumerate() {
        assert!(process.wait().unwrap().success() || share == 1, "share {share}");
    }
    assert!(start(folder.path(), "1/3").wait().unwrap().success());
    assert!(fs::read(folder.path().join("y.h5")).unwrap() == expected);
    assert!(names(folder.path()).iter().all(|name| of_job(name)));
}

#[test]
fn what_is_there_is_replaced_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.h5");
    fs::write(&path, b"precious").unwrap();
    let x = noise(10, 10);
    let job = || Job::copy(&x, Hdf5::create(&path, "y"));
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("y.h5: is there already; `.restart(true)` replaces it"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    let form = Form::new(&[10, 10], DataType::of::<f32>());
    let sink = Hdf5::create(&path, "y");
    let writer = sink.open(&form, Open::New).unwrap();
    // The earlier file stays until the new one is whole.
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    drop(writer);
    job().restart(true).run().unwrap();
    assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), x.clone().into_dyn());
    // A reader that has the earlier file open goes on with it.
    let earlier = Hdf5::open(&path, "y").unwrap();
    Job::copy(&(&x + 1.0), Hdf5::create(&path, "y")).restart(true).run().unwrap();
    assert_eq!(read_all::<f32>(&earlier).unwrap(), x.clone().into_dyn());
    assert_eq!(read_all::<f32>(&Hdf5::open(&path, "y").unwrap()).unwrap(), (&x + 1.0).into_dyn());
    // A job does not write over what it reads.
    let error = Job::new(blur(), earlier, Hdf5::create(&path, "z")).restart(true).run().unwrap_err();
    assert!(error.to_string().contains("y.h5"), "{error}");
    // Places where no file can be made, and what no file holds.
    let refused = |sink: Hdf5Sink, form: &Form, reason: &str| {
        let error = sink.open(form, Open::New).err().unwrap().to_string();
        assert!(error.contains(reason), "{error}");
    };
    use stencil_io::Hdf5Sink;
    refused(Hdf5::create(folder.path(), "y"), &form, "is a folder");
    refused(Hdf5::create(folder.path().join("missing/y.h5"), "y"), &form, "cannot be made");
    refused(Hdf5::create(&path, "y"), &Form::new(&[4], DataType::of::<[u8; 2]>()), "cannot hold elements of [u8; 2]");
    refused(Hdf5::create(&path, "y"), &Form::new(&[1; 33], DataType::of::<u8>()), "33 axes");
    refused(Hdf5::create(&path, "y").chunks([5]), &form, "chunks of [5] do not suit its shape [10, 10]");
    refused(Hdf5::create(&path, "y").chunks([5, 0]), &form, "chunks of [5, 0] do not suit");
    refused(Hdf5::create(&path, "y").deflate(10), &form, "level beyond 9");
    refused(Hdf5::create(&path, "y").dimension_names(["a"]), &form, "has 2 axes");
    let large = Form::new(&[1 << 20, 1 << 20], DataType::of::<u8>());
    refused(Hdf5::create(&path, "y").chunks([1 << 20, 1 << 13]), &large, "more than the 4 GiB");
    assert_eq!(names(folder.path()), ["y.h5", "y.h5.job"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let form = Form::new(&[4], DataType::of::<u8>());
    let path = folder.path().join("locked/y.h5");
    fs::create_dir(folder.path().join("locked")).unwrap();
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write all the same.
    if fs::write(folder.path().join("locked/probe"), "").is_err() {
        let sink = Hdf5::create(&path, "y");
        let error = sink.open(&form, Open::New).err().unwrap().to_string();
        assert!(error.contains("cannot be made"), "{error}");
    }
    fs::set_permissions(folder.path().join("locked"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_changed_file_has_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    fs::copy(types(), &path).unwrap();
    let source = Hdf5::open(&path, "i4_big").unwrap();
    let before = source.version().unwrap();
    assert_eq!(source.version().unwrap(), before);
    let mut bytes = fs::read(&path).unwrap();
    bytes.push(0);
    fs::write(&path, bytes).unwrap();
    assert_ne!(source.version().unwrap(), before);
    fs::remove_file(&path).unwrap();
    assert!(source.version().is_err());
}

/// What a link leads to in another file is that file's.
#[test]
fn links_to_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let [x, y] = ["x.h5", "y.h5"].map(|name| folder.path().join(name));
    write_all(&Hdf5::create(&x, "x"), &noise(4, 5).into_dyn()).unwrap();
    files().create(&y).unwrap().link_external(x.to_str().unwrap(), "/x", "there").unwrap();
    let source = Hdf5::open(&y, "there").unwrap();
    assert_eq!(read_all::<f32>(&source).unwrap(), noise(4, 5).into_dyn());
    assert_eq!((source.paths(), source.version()), (vec![y, x.clone()], Hdf5::open(&x, "x").unwrap().version()));
}

/// Shapes beyond all memory, of which nothing is stored.
#[test]
fn absurd_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let file = files().create(&path).unwrap();
    let shape = [1_usize << 20, 1 << 20, 1 << 10];
    file.new_dataset::<f64>().shape(shape).chunk([16, 16, 16]).fill_value(7.0_f64).create("chunked").unwrap();
    file.new_dataset::<f64>().shape(shape).no_chunk().fill_value(7.0_f64).create("contiguous").unwrap();
    file.new_dataset::<f64>().shape([1_usize << 40, 1 << 20]).chunk([1, 1]).create("beyond").unwrap();
    file.new_dataset::<u8>().shape([1_usize << 31, 4]).chunk([1 << 30, 2]).create("wide").unwrap();
    file.close().unwrap();
    for name in ["chunked", "contiguous"] {
        let source = Hdf5::open(&path, name).unwrap();
        assert_eq!(source.shape(), shape);
        let mut cells = Array3::<f64>::zeros((16, 16, 16));
        let end = (1 << 20) - 16..1 << 20;
        source.read(&[end.clone(), end, 0..16], &mut CellsMut::of(&mut cells)).unwrap();
        assert!(cells.iter().all(|&x| x == 7.0));
        // A job of so many cells is refused, or would take years, but takes no memory.
        assert!(source.scratch_bytes() < 8 << 20);
    }
    assert!(Hdf5::open(&path, "beyond").unwrap_err().to_string().contains("more than memory can address"));
    // A chunk that is larger than a job's memory.
    let source = Hdf5::open(&path, "wide").unwrap();
    #[stencil]
    fn same(x: Window2<u8>) -> u8 {
        x[[0, 0]]
    }
    let job = Job::new(same(), source, Npy::create(folder.path().join("y.npy"))).memory(64 << 20);
    let error = job.run().unwrap_err().to_string();
    assert!(error.contains("memory"), "{error}");
}

/// The error of a file as a whole: of opening one of its datasets, or else of reading it.
fn read_error(path: &Path, name: &str) -> Option<String> {
    let read = Hdf5::open(path, name).and_then(|source| match name {
        "chunked/f8_big" => read_all::<f64>(&source).map(drop),
        _ => read_all::<i32>(&source).map(drop),
    });
    read.err().map(|error| error.to_string())
}

#[test]
fn torn_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    let whole = fs::read(types()).unwrap();
    for length in (0..whole.len()).step_by(1 + whole.len() / 300).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..length]).unwrap();
        let error = read_error(&path, "filters/gzip").expect("a file that is cut off");
        assert!(error.starts_with(path.to_str().unwrap()), "{error}");
    }
    fs::write(&path, "no HDF5").unwrap();
    let error = read_error(&path, "x").unwrap();
    assert!(error.contains("x.h5: cannot be opened as HDF5: H5Fopen(): "), "{error}");
    // The name of the file, the box, and the library's words.
    let file = hdf5::File::open(types()).unwrap();
    let chunk = file.dataset("filters/all").unwrap().chunk_info(3).unwrap();
    assert_eq!(chunk.offset, [3, 0]);
    drop(file);
    let mut bytes = whole;
    bytes[chunk.addr as usize + 5] ^= 0x10;
    fs::write(&path, bytes).unwrap();
    let source = Hdf5::open(&path, "filters/all").unwrap();
    let mut cells = Array2::<i32>::zeros((3, 4));
    source.read(&[0..3, 4..8], &mut CellsMut::of(&mut cells)).unwrap();
    let error = source.read(&[3..6, 0..4], &mut CellsMut::of(&mut cells)).unwrap_err();
    assert_eq!(error.region(), Some(&[3..6, 0..4][..]));
    let begin = format!("{}, /filters/all [3..6, 0..4]: cannot be read: H5Dread(): ", path.display());
    assert!(error.to_string().starts_with(&begin) && error.to_string().contains("filter"), "{error}");
    let (error, y) =
        (|result: Result<_, ndstencil::Error>| result.unwrap_err().to_string(), folder.path().join("y.npy"));
    let error = error(Job::copy(source, Npy::create(y)).run());
    assert!(error.contains("[3..6, 0..4]"), "{error}");
}

/// A byte of compressed cells that differs is an error, and gives no other cells.
#[test]
fn broken_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.h5");
    for name in ["filters/all", "chunked/f8_big"] {
        let file = hdf5::File::open(types()).unwrap();
        let dataset = file.dataset(name).unwrap();
        let chunks: Vec<_> = (0..9).map(|number| dataset.chunk_info(number).unwrap()).collect();
        drop((dataset, file));
        let bytes = fs::read(types()).unwrap();
        for (number, chunk) in chunks.iter().enumerate() {
            for at in (chunk.addr..chunk.addr + chunk.size).skip(number).step_by(5) {
                let at = at as usize;
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << (at % 8);
                fs::write(&path, &bytes).unwrap();
                let Some(error) = read_error(&path, name) else {
                    // A bit that nothing depends on.
                    let cells = match name {
                        "filters/all" => read_all::<i32>(&Hdf5::open(&path, name).unwrap()).unwrap().mapv(f64::from),
                        _ => read_all::<f64>(&Hdf5::open(&path, name).unwrap()).unwrap(),
                    };
                    assert_eq!(cells, Array2::from_shape_fn((7, 10), |(i, j)| self::number(i, j) as f64).into_dyn());
                    continue;
                };
                assert!(error.contains("cannot be read: H5Dread(): "), "{error}");
            }
        }
    }
}

#[test]
fn other_cells_than_a_box_has() {
    let source = Hdf5::open(types(), "i4_big").unwrap();
    let wrong = |region: &[Range<usize>], cells: &mut CellsMut<'_>| {
        let error = source.read(region, cells).unwrap_err().to_string();
        assert!(error.contains("other cells are asked for"), "{error}");
    };
    wrong(&[0..7, 0..11], &mut CellsMut::of(&mut Array2::<i32>::zeros((7, 11))));
    wrong(&[0..7, 0..9], &mut CellsMut::of(&mut Array2::<i32>::zeros((7, 10))));
    wrong(&[0..7, 0..10], &mut CellsMut::of(&mut Array2::<u32>::zeros((7, 10))));
    wrong(&[0..7], &mut CellsMut::of(&mut Array1::<i32>::zeros(7)));
}

/// Runs the script; false where there is no Python.
fn python(mode: &str, place: &Path) -> bool {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: set NDSTENCIL_PYTHON to a Python with h5py, netCDF4, h5netcdf and xarray");
        return false;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/hdf5.py");
    let output = Command::new(python).arg(script).arg(mode).arg(place).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
fn beside_python() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    if !python("kinds", &path("kinds.h5")) {
        return;
    }
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hdf5/kinds.h5");
    assert_eq!(fs::read(path("kinds.h5")).unwrap(), fs::read(kept).unwrap());
    python("write", folder.path());
    let t = Hdf5::open(path("classic.nc"), "t").unwrap();
    assert_eq!((t.shape(), t.chunks()), (vec![2, 7, 10], Some(vec![1, 4, 5])));
    let metadata = t.metadata();
    let names = ["time", "y", "x"].map(|name| Some(name.to_owned()));
    assert_eq!(metadata.get::<DimensionNames>().unwrap().0, names);
    let expected = json!({"_FillValue": -999, "scale_factor": 0.5, "add_offset": 10.0, "units": "K"});
    assert_eq!(json!(metadata.get::<Attributes>().unwrap().0), expected);
    let y = Hdf5::open(path("classic.nc"), "y").unwrap();
    assert_eq!(y.metadata().get(), Some(&DimensionNames(vec![Some("y".to_owned())])));
    for (dataset, name) in [("t", "t.nc"), ("model/u", "u.nc")] {
        Job::copy(Hdf5::open(path("classic.nc"), dataset).unwrap(), Hdf5::create(path(name), dataset)).run().unwrap();
    }
    let unpacked = Hdf5::open(path("classic.nc"), "t").unwrap().unpacked().unwrap();
    Job::copy(unpacked, Hdf5::create(path("unpacked.nc"), "t")).run().unwrap();
    #[stencil]
    fn double(x: Window3<f32>) -> f32 {
        2.0 * x[[0, 0, 0]]
    }
    Job::new(double(), Hdf5::open(path("xarray.nc"), "z").unwrap(), Hdf5::create(path("z.nc"), "z")).run().unwrap();

    macro_rules! write {
        ($name:literal, $of:expr) => {
            let x = Array2::from_shape_fn((7, 10), |(i, j)| $of(number(i, j))).into_dyn();
            write_all(&Hdf5::create(path(concat!($name, ".h5")), "group/x").chunks([3, 4]).deflate(2), &x).unwrap();
        };
    }
    write!("bool", |n| n % 3 == 0);
    write!("i1", |n| n as i8);
    write!("i2", |n| n as i16);
    write!("i4", |n| n as i32);
    write!("i8", |n| n as i64);
    write!("u1", |n| n as u8);
    write!("u2", |n| n as u16);
    write!("u4", |n| n as u32);
    write!("u8", |n| n as u64);
    write!("f4", |n| n as f32);
    write!("f8", |n| n as f64);
    #[cfg(feature = "f16")]
    write!("f2", |n| half::f16::from_f64(n as f64));

    let attributes = json!({
        "text": "Käse", "texts": ["a", "b"], "integer": -3, "list": [1, 1_u64 << 63], "floats": [1, 0.5], "nan": "NaN",
        "truth": true, "nothing": null, "deep": {"a": [1]}, "empty": [], "_FillValue": 255, "flag_values": [0, 1],
        "DIMENSION_LIST": "of another file",
    });
    let sink = Hdf5::create(path("attributes.h5"), "x");
    let all = attributes.as_object().unwrap().clone();
    let sink = all.into_iter().fold(sink, |sink, (name, value)| sink.attribute(name, value));
    write_all(&sink, &Array1::<u8>::zeros(3).into_dyn()).unwrap();
    // A name that is that of the dataset: labels. Two axes of one name.
    let sink = Hdf5::create(path("names.h5"), "x").dimension_names(["n", "x", "n"]);
    write_all(&sink, &Array3::<u8>::zeros((3, 4, 3)).into_dyn()).unwrap();
    let names = Hdf5::open(path("names.h5"), "x").unwrap().metadata().get::<DimensionNames>().cloned();
    assert_eq!(names.unwrap().0, ["n", "x", "n"].map(|name| Some(name.to_owned())));
    let sink = Hdf5::create(path("square.h5"), "x").dimension_names(["n", "m", "n"]);
    write_all(&sink, &Array3::<u8>::zeros((3, 4, 3)).into_dyn()).unwrap();
    let sink = Hdf5::create(path("coordinate.nc"), "lat").dimension_names(["lat"]);
    write_all(&sink, &ndarray::arr1(&[0.0, 2.0, 4.0]).into_dyn()).unwrap();
    python("check", folder.path());
}
