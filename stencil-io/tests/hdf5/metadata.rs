//! Names of datasets, attributes, names of axes, missing values.

use super::*;

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
