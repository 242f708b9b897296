//! Files beside Python's tools.

use super::*;

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
