//! Files of GDAL and tifffile, which are read; and those of this crate, which these read.
//!
//! It needs a Python with numpy, rasterio, tifffile, imagecodecs and rio-cogeo, named by `NDSTENCIL_PYTHON`.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use ndarray::ArrayD;
use ndstencil::chunks::{CellsMut, DataType, Source};
use ndstencil::prelude::*;
use stencil_io::metadata::{BandNames, Nodata, Texts};
use stencil_io::{GeoTiff, GeoTiffSink, Georeference, TiffCompression};

use crate::{Folder, Number, noise, open, read, same};

/// Runs the script; false where there is no Python.
fn python(mode: &str, folder: &Path) -> bool {
    let Ok(python) = std::env::var("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: NDSTENCIL_PYTHON names no Python with rasterio and tifffile");
        return false;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/tiff.py");
    let done = Command::new(python).args(["-W", "ignore"]).arg(script).arg(mode).arg(folder).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}{error}");
    eprint!("{out}");
    true
}

/// Cells as bytes, in the order of the file.
fn bytes<T: Number>(source: &GeoTiff) -> Vec<u8> {
    let mut x: ArrayD<T> = read(source).unwrap();
    CellsMut::of(&mut x).bytes_mut().unwrap().to_vec()
}

fn any_bytes(source: &GeoTiff, data_type: &str) -> Vec<u8> {
    match data_type {
        "uint8" => bytes::<u8>(source),
        "uint16" => bytes::<u16>(source),
        "uint32" => bytes::<u32>(source),
        "uint64" => bytes::<u64>(source),
        "int8" => bytes::<i8>(source),
        "int16" => bytes::<i16>(source),
        "int32" => bytes::<i32>(source),
        "int64" => bytes::<i64>(source),
        "float32" => bytes::<f32>(source),
        "float64" => bytes::<f64>(source),
        other => panic!("{other}"),
    }
}

#[test]
fn files_of_others_are_read() {
    let folder = Folder::made();
    if !python("make", &folder.join("")) {
        return;
    }
    let listed = std::fs::read_to_string(folder.join("listed.txt")).unwrap();
    assert!(listed.lines().count() > 500);
    for line in listed.lines() {
        let mut words = line.split(' ');
        let (name, data_type) = (words.next().unwrap(), words.next().unwrap());
        let shape: Vec<usize> = words.map(|n| n.parse().unwrap()).collect();
        let source = open(&folder.join(&format!("{name}.tif")));
        assert_eq!(source.shape(), shape, "{name}");
        let cells = any_bytes(&source, data_type);
        let expected = std::fs::read(folder.join(&format!("{name}.bin"))).unwrap();
        assert!(cells == expected, "{name}");
        if shape.len() == 3 {
            let band = expected.len() / shape[0];
            for (number, expected) in expected.chunks(band).enumerate() {
                assert!(any_bytes(&source.clone().band(number + 1).unwrap(), data_type) == expected, "{name}");
            }
        }
    }
    assert_eq!(open(&folder.join("sparse.tif")).metadata().get(), Some(&Nodata(-5.0)));
    assert!(open(&folder.join("long-strip.tif")).chunks().unwrap()[0] < 100);
    for (name, transform) in [
        ("place", [30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0]),
        ("place-of-points", [30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0]),
        ("place-turned", [30.0, 5.0, 500_000.0, 5.0, -30.0, 5_000_000.0]),
    ] {
        let source = open(&folder.join(&format!("{name}.tif")));
        let place = source.georeference().unwrap();
        assert_eq!((place.epsg(), place.transform()), (Some(32632), Some(transform)), "{name}");
        let metadata = source.metadata();
        assert_eq!(metadata.get(), Some(&Nodata(-9999.0)));
        let names = ["height", "error \"1 sigma\""].map(|name| Some(name.to_owned())).to_vec();
        assert_eq!(metadata.get(), Some(&BandNames(names)));
        assert_eq!(metadata.get::<Texts>().unwrap().0["survey"], "north & <south>");
    }
    let listed = results(&folder);
    std::fs::write(folder.join("listed.txt"), listed).unwrap();
    python("check", &folder.join(""));
}

/// Without a boundary, so that results begin elsewhere.
#[stencil(boundary = Shrink)]
fn inner(x: Window2<f32>) -> f32 {
    x[[-1, -2]] + x[[1, 0]]
}

#[stencil(boundary = Nearest, stride = (3, 2))]
fn few(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

/// Results of files of others; the list of them.
fn results(folder: &Folder) -> String {
    let mut listed = String::new();
    let mut note = |name: &str, facts: &str| {
        let path = folder.join(&format!("{name}.tif"));
        let source = open(&path);
        std::fs::write(folder.join(&format!("{name}.bin")), any_bytes(&source, "float32")).unwrap();
        let shape: Vec<String> = source.shape().iter().map(ToString::to_string).collect();
        writeln!(listed, "{name}\tfloat32\t{}\t{facts}", shape.join(" ")).unwrap();
    };
    let carried = "epsg=32632\tsurvey=north & <south>\tdescriptions=height|error \"1 sigma\"\tnodata=-9999.0";
    for (name, turned) in [("place", 0), ("place-of-points", 0), ("place-turned", 5)] {
        let from = open(&folder.join(&format!("{name}.tif")));
        let result = |kind: &str| folder.join(&format!("{name}-{kind}.tif"));
        Job::new(inner(), &from, GeoTiff::create(result("inner"))).run().unwrap();
        Job::new(few(), from.clone().nodata_as_nan(), GeoTiff::create(result("few"))).run().unwrap();
        let (x, y) = (500_060 + turned, 4_999_970 + 2 * turned);
        note(&format!("{name}-inner"), &format!("{carried}\ttransform=30 {turned} {x} {turned} -30 {y}"));
        let (a, b) = (2 * turned, 3 * turned);
        // The cell that each is of lies in its middle.
        let (x, y) = (499_985 - turned, 5_000_030.0 - f64::from(turned) / 2.0);
        note(&format!("{name}-few"), &format!("{carried}\ttransform=60 {b} {x} {a} -90 {y}"));
    }
    // Points: their rows and columns are others.
    let from = open(&folder.join("points.tif"));
    assert_eq!(from.georeference().unwrap().transform(), None);
    Job::new(inner(), &from, GeoTiff::create(folder.join("points-inner.tif"))).run().unwrap();
    Job::new(few(), &from, GeoTiff::create(folder.join("points-few.tif"))).run().unwrap();
    let points = |start: [f64; 2], step: [f64; 2]| {
        let point = |(i, j): (f64, f64)| {
            let (x, y) = (5.0 + j / 7.0, 48.0 - i / 9.0 + j / 50.0);
            format!("{} {} {x} {y}", (i - start[0]) / step[0], (j - start[1]) / step[1])
        };
        [(0.0, 0.0), (0.0, 60.0), (50.0, 7.5), (31.0, 44.0)].map(point).join(",")
    };
    note("points-inner", &format!("points={}", points([1.0, 2.0], [1.0, 1.0])));
    note("points-few", &format!("points={}", points([-1.0, -0.5], [3.0, 2.0])));
    listed
}

#[test]
fn files_are_read_by_others() {
    let folder = Folder::made();
    if std::env::var("NDSTENCIL_PYTHON").is_err() {
        python("check", &folder.join(""));
        return;
    }
    let mut listed = String::new();
    types::<u8>("uint8", &folder, &mut listed);
    types::<u16>("uint16", &folder, &mut listed);
    types::<u32>("uint32", &folder, &mut listed);
    types::<u64>("uint64", &folder, &mut listed);
    types::<i8>("int8", &folder, &mut listed);
    types::<i16>("int16", &folder, &mut listed);
    types::<i32>("int32", &folder, &mut listed);
    types::<i64>("int64", &folder, &mut listed);
    types::<f32>("float32", &folder, &mut listed);
    types::<f64>("float64", &folder, &mut listed);
    colours(&folder, &mut listed);
    std::fs::write(folder.join("listed.txt"), listed).unwrap();
    python("check", &folder.join(""));
}

/// Writes an array and a line of facts.
fn note<T: Number>(
    name: &str,
    data_type: &str,
    x: &mut ArrayD<T>,
    sink: GeoTiffSink,
    facts: &str,
    folder: &Folder,
) -> String {
    Job::new(same::<T>(), &*x, sink).run().unwrap();
    let shape: Vec<String> = x.shape().iter().map(ToString::to_string).collect();
    std::fs::write(folder.join(&format!("{name}.bin")), CellsMut::of(x).bytes_mut().unwrap()).unwrap();
    format!("{name}\t{data_type}\t{}\t{facts}\n", shape.join(" "))
}

fn types<T: Number>(data_type: &str, folder: &Folder, listed: &mut String) {
    let is_float = data_type.starts_with("float");
    let predictor = if is_float { 3 } else { 2 };
    for (number, (compression, name)) in [
        (TiffCompression::None, "NONE"),
        (TiffCompression::Deflate, "DEFLATE"),
        (TiffCompression::Lzw, "LZW"),
        (TiffCompression::PackBits, "PACKBITS"),
        (TiffCompression::Zstd, "ZSTD"),
    ]
    .into_iter()
    .enumerate()
    {
        let shape: &[usize] = if number % 2 == 0 { &[75, 100] } else { &[2, 70, 81] };
        let mut x = noise::<T>(shape, number as u64 + 2);
        if is_float {
            // Signalling NaN and sums beyond all numbers are none of what overviews are about.
            let value = |bits: u64| {
                if data_type == "float32" {
                    ((bits as u16) as f32).to_bits().into()
                } else {
                    ((bits as u16) as f64).to_bits()
                }
            };
            x.mapv_inplace(|x| T::of_bits(value(x.bits())));
        }
        let file = format!("{data_type}-{name}");
        let path = folder.join(&format!("{file}.tif"));
        let place = Georeference::geographic(4326, [0.1, 0.0, 5.0, 0.0, -0.1, 48.0]);
        let mut facts = format!("compress={name}\tepsg=4326\ttransform=0.1 0 5 0 -0.1 48");
        if !matches!(compression, TiffCompression::None | TiffCompression::PackBits) {
            write!(facts, "\tpredictor={predictor}").unwrap();
        }
        let mut sink = GeoTiff::create(path).compression(compression).tile(32).georeference(place);
        if number % 2 == 1 {
            sink = sink.band_names(["one", "<two>"]);
            facts += "\tdescriptions=one|<two>";
        }
        if number % 3 == 0 {
            sink = sink.big();
            facts += "\tbig=yes";
        }
        match number % 3 {
            1 => sink = sink.nodata(3.0),
            _ => facts += "\tnodata=none",
        }
        if number % 3 == 1 {
            facts += "\tnodata=3";
        }
        if number != 4 {
            sink = sink.cog();
            facts += "\tcog=yes\toverviews=2 4";
        } else {
            facts += "\toverviews=";
        }
        listed.push_str(&note(&file, data_type, &mut x, sink, &facts, folder));
    }
    // NaN, and cells that are missing.
    if is_float {
        let mut x = noise::<T>(&[90, 70], 8);
        let some = |x: T| {
            let value = if x.bits().is_multiple_of(3) { f64::NAN } else { (x.bits() % 1000) as f64 };
            T::of_bits(if data_type == "float32" { (value as f32).to_bits().into() } else { value.to_bits() })
        };
        x.mapv_inplace(some);
        x.slice_mut(ndarray::s![..20, ..20]).fill(T::of_bits(if data_type == "float32" {
            f32::NAN.to_bits().into()
        } else {
            f64::NAN.to_bits()
        }));
        let name = format!("{data_type}-nan");
        let sink = GeoTiff::create(folder.join(&format!("{name}.tif"))).tile(16).cog();
        let facts = "cog=yes\toverviews=2 4 8\tnodata=none";
        listed.push_str(&note(&name, data_type, &mut x, sink.clone(), facts, folder));
        let name = format!("{data_type}-missing");
        let path = folder.join(&format!("{name}.tif"));
        let sink = GeoTiff::create(&path).tile(16).cog().nodata(-9999.0);
        Job::new(same::<T>(), &x, sink).run().unwrap();
        let mut stored: ArrayD<T> = read(&open(&path)).unwrap();
        std::fs::write(folder.join(&format!("{name}.bin")), CellsMut::of(&mut stored).bytes_mut().unwrap()).unwrap();
        assert_eq!(open(&path).data_type(), DataType::of::<T>());
        writeln!(listed, "{name}\t{data_type}\t90 70\tcog=yes\toverviews=2 4 8\tnodata=-9999").unwrap();
    }
}

#[stencil(boundary = Nearest)]
fn smooth(x: Window2<u8>) -> u8 {
    ((u16::from(x[[0, -1]]) + u16::from(x[[0, 1]])) / 2) as u8
}

/// A file of colours, made of one.
fn colours(folder: &Folder, listed: &mut String) {
    // Colours are those of a file of another program: the tag 262 of one of ours is changed.
    let path = folder.join("grey.tif");
    Job::new(same::<u8>(), &noise::<u8>(&[3, 20, 20], 1), GeoTiff::create(&path).tile(16)).run().unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let entry = [6, 1, 3, 0, 1, 0, 0, 0, 1, 0];
    let at = bytes.windows(entry.len()).position(|window| window == entry).unwrap();
    bytes[at + 8] = 2;
    let extra = [82, 1, 3, 0, 2, 0, 0, 0];
    let at = bytes.windows(extra.len()).position(|window| window == extra).unwrap();
    // No band is beside them.
    bytes[at + 4] = 0;
    std::fs::write(&path, bytes).unwrap();
    let to = folder.join("colours.tif");
    Job::new(smooth(), open(&path), GeoTiff::create(&to)).run().unwrap();
    let mut x: ArrayD<u8> = read(&open(&to)).unwrap();
    std::fs::write(folder.join("colours.bin"), CellsMut::of(&mut x).bytes_mut().unwrap()).unwrap();
    listed.push_str("colours\tuint8\t3 20 20\tcolours=red green blue\n");
}
