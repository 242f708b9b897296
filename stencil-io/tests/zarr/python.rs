//! Arrays that zarr-python wrote, and ours as it reads them.

use std::path::Path;
use std::process::Command;

use ndarray::{Array2, ArrayD};
use ndstencil::chunks::{Scalar, Source};
use stencil_io::Zarr;
use stencil_io::metadata::{Attributes, DimensionNames};

use crate::{Folder, number, read_all, write_all};

/// Runs the script; `None` where there is no Python.
pub(crate) fn run(script: &str, arguments: &[&str]) -> Option<String> {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: set NDSTENCIL_PYTHON to a Python with zarr, numcodecs and xarray");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(script);
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn cells<T>(of: impl Fn(usize) -> T) -> ArrayD<T> {
    Array2::from_shape_fn((37, 53), |(i, j)| of(number(i, j))).into_dyn()
}

fn check<T: Scalar + Clone + Default + PartialEq + std::fmt::Debug>(path: &Path, of: impl Fn(usize) -> T) {
    let array = Zarr::open(path).unwrap();
    assert_eq!(read_all::<T>(&array).unwrap(), cells(of), "{}", path.display());
}

macro_rules! each_type {
    ($each:ident) => {
        $each!("bool", bool, |n| n % 2 == 0);
        $each!("int8", i8, |n| n as i8);
        $each!("int16", i16, |n| n as i16);
        $each!("int32", i32, |n| n as i32);
        $each!("int64", i64, |n| n as i64);
        $each!("uint8", u8, |n| n as u8);
        $each!("uint16", u16, |n| n as u16);
        $each!("uint32", u32, |n| n as u32);
        $each!("uint64", u64, |n| n as u64);
        $each!("float32", f32, |n| n as f32);
        $each!("float64", f64, |n| n as f64);
        #[cfg(feature = "f16")]
        $each!("float16", half::f16, |n| half::f16::from_f64(n as f64));
    };
}

#[test]
fn what_python_writes_is_read() {
    let folder = Folder::new();
    if run("zarr_arrays.py", &["write", folder.0.to_str().unwrap()]).is_none() {
        return;
    }
    macro_rules! read {
        ($name:literal, $T:ty, $of:expr) => {
            check::<$T>(&folder.path(&format!("v3-{}.zarr", $name)), $of);
            check::<$T>(&folder.path(&format!("v2-{}.zarr", $name)), $of);
        };
    }
    each_type!(read);
    let ways =
        "plain gzip blosc two sum zstd-sum big turned turned-big sharded sharded-plain dots v2-keys large-chunks";
    for way in ways.split(' ') {
        check(&folder.path(&format!("{way}-int32.zarr")), |n| n as i32);
        check(&folder.path(&format!("{way}-float64.zarr")), |n| n as f64);
    }
    for way in "plain zlib gzip blosc zstd turned slashes big".split(' ') {
        check(&folder.path(&format!("v2-{way}-int32.zarr")), |n| n as i32);
    }
    assert_eq!(Zarr::open(folder.path("sharded-int32.zarr")).unwrap().chunks(), Some(vec![5, 8]));
    for version in [2, 3] {
        let gaps = Zarr::open(folder.path(&format!("gaps-{version}.zarr"))).unwrap();
        let gaps = read_all::<f32>(&gaps).unwrap();
        let there = |i: usize, j: usize| i < 10 && j < 16;
        for ((i, j), x) in gaps.into_dimensionality::<ndarray::Ix2>().unwrap().indexed_iter() {
            assert!(if there(i, j) { *x == number(i, j) as f32 } else { x.is_nan() }, "{i} {j} {x}");
        }
    }
    for name in ["named.zarr", "named2.zarr"] {
        let metadata = Zarr::open(folder.path(name)).unwrap().metadata();
        assert_eq!(metadata.get::<DimensionNames>().unwrap().0, [Some("y".to_owned()), Some("x".to_owned())]);
        assert_eq!(metadata.get::<Attributes>().unwrap().0["units"], "mm");
    }
    let metadata = Zarr::open(folder.path("named.zarr")).unwrap().metadata();
    assert_eq!(metadata.get::<Attributes>().unwrap().0["history"], serde_json::json!(["a", 1, null]));
    check(&folder.path("group.zarr/a"), |n| n as i16);
    check(&folder.path("group.zarr/deep/b"), |n| n as i16);
    let error = Zarr::open(folder.path("group.zarr")).unwrap_err().to_string();
    assert!(error.ends_with("it is a Zarr group: open one of its arrays, a, deep/b"), "{error}");
    let scalar = Zarr::open(folder.path("scalar.zarr")).unwrap();
    assert_eq!(read_all::<f64>(&scalar).unwrap(), ndarray::arr0(2.5).into_dyn());
}

#[test]
fn what_is_written_python_reads() {
    let folder = Folder::new();
    let mut written = 0;
    macro_rules! write {
        ($name:literal, $T:ty, $of:expr) => {
            let x = cells::<$T>($of);
            let new = |kind: &str| Zarr::create(folder.path(&format!("ours-{kind}-{}.zarr", $name))).chunks([10, 16]);
            let sinks = [
                new("zstd"),
                new("gzip").gzip(3),
                new("blosc").blosc(5),
                new("plain").uncompressed(),
                new("sharded").shards([20, 32]),
                new("named").dimension_names(["y", "x"]).attribute("units", "mm"),
                new("v2").v2(),
                new("v2-gzip").gzip(3).v2(),
                new("v2-blosc").blosc(5).v2(),
                new("v2-plain").uncompressed().v2(),
                new("v2-named").dimension_names(["y", "x"]).attribute("units", "mm").v2(),
            ];
            for sink in sinks {
                write_all(&sink, &x).unwrap();
                written += 1;
            }
        };
    }
    each_type!(write);
    let Some(found) = run("zarr_arrays.py", &["check", folder.0.to_str().unwrap()]) else { return };
    assert_eq!(found.trim(), written.to_string());
}
