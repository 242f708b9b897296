//! Arrays of NumPy as sources and sinks.

// Boxes of one axis are slices of one range.
#![allow(clippy::single_range_in_vec_init)]

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use flate2::{Compression, Crc, write::DeflateEncoder};
use ndarray::{Array1, Array2, Array3, ArrayD, Axis, IxDyn, Slice, s};
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Open, Scalar, Sink, Source};
use ndstencil::prelude::*;
use std::io::Write;
use stencil_io::{Npy, Npz};

/// The bytes of a file with a header as it is given.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(header.len()).unwrap();
    [&b"\x93NUMPY\x01\x00"[..], &length.to_le_bytes(), header.as_bytes(), data].concat()
}

fn header(descr: &str, fortran: bool, shape: &str) -> String {
    let order = if fortran { "True" } else { "False" };
    format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n")
}

/// Reads a box.
fn read<T: Scalar + Clone + Default>(source: &dyn Source, region: &[Range<usize>]) -> ArrayD<T> {
    let shape: Vec<usize> = region.iter().map(Range::len).collect();
    let mut cells = ArrayD::from_elem(IxDyn(&shape), T::default());
    source.read(region, &mut CellsMut::of(&mut cells)).unwrap();
    // Cells that do not lie in a row: every second one of an array with its axes turned round.
    let wide: Vec<usize> = shape.iter().rev().map(|n| 2 * n).collect();
    let mut wide = ArrayD::from_elem(IxDyn(&wide), T::default()).reversed_axes();
    let mut part = wide.view_mut();
    (0..shape.len()).for_each(|axis| part.slice_axis_inplace(Axis(axis), Slice::new(0, None, 2)));
    source.read(region, &mut CellsMut::of(&mut part)).unwrap();
    assert!(
        part.iter()
            .zip(&cells)
            .all(|(a, b)| Cells::of(&ndarray::arr0(*a)).bytes() == Cells::of(&ndarray::arr0(*b)).bytes())
    );
    cells
}

/// The boxes of odd sizes that make up a shape.
fn boxes(shape: &[usize], sizes: &[usize]) -> Vec<Vec<Range<usize>>> {
    shape.iter().zip(sizes).fold(vec![Vec::new()], |boxes, (&n, &size)| {
        let cuts = || (0..n).step_by(size).map(|start| start..n.min(start + size));
        boxes.iter().flat_map(|begun| cuts().map(|range| [&begun[..], &[range]].concat())).collect()
    })
}

fn round_trip<T: Scalar + PartialEq + std::fmt::Debug + Default>(value: impl Fn(usize) -> T) {
    let folder = tempfile::tempdir().unwrap();
    for (number, shape) in [&[7, 5, 3][..], &[1], &[11], &[0, 4], &[3, 0], &[1, 1, 6], &[2, 3, 4, 5]].iter().enumerate()
    {
        let path = folder.path().join(format!("{number}.npy"));
        let count: usize = shape.iter().product();
        let x = ArrayD::from_shape_vec(IxDyn(shape), (0..count).map(&value).collect()).unwrap();
        let sink = Npy::create(&path);
        let form = Form::new(shape, DataType::of::<T>());
        assert_eq!(sink.chunks(&form), Ok(None));
        let writer = sink.open(&form, Open::New).unwrap();
        for region in boxes(shape, &[3, 2, 2, 3]) {
            let part = x.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
            writer.write(&region, &Cells::of(&part)).unwrap();
            writer.sync().unwrap();
        }
        assert!(!path.exists());
        writer.finish().unwrap();
        writer.finish().unwrap();
        assert!(path.exists() && !folder.path().join(format!("{number}.npy.unfinished")).exists());
        let source = Npy::open(&path).unwrap();
        assert_eq!((source.shape(), source.data_type()), (shape.to_vec(), DataType::of::<T>()));
        for region in boxes(shape, &[2, 3, 5, 2]) {
            let wanted = x.slice_each_axis(|axis| Slice::from(region[axis.axis.index()].clone()));
            assert_eq!(read::<T>(&source, &region), wanted);
        }
    }
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
    round_trip(|n| n as u64 * 5_000_000_001);
    round_trip(|n| n as f32 / 3.0);
    round_trip(|n| n as f64 / -3.0);
}

/// The orders of axes and bytes that other programs write.
#[test]
fn orders_of_axes_and_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let x = Array3::from_shape_fn((5, 6, 7), |(i, j, k)| (i * 1000 + j * 100 + k) as i32 - 2500);
    for fortran in [false, true] {
        for swapped in [false, true] {
            let ordered = if fortran { x.t() } else { x.view() };
            let bytes = |v: &i32| if swapped { v.to_be_bytes() } else { v.to_le_bytes() };
            let data: Vec<u8> = ordered.iter().flat_map(bytes).collect();
            let descr = if swapped { ">i4" } else { "<i4" };
            fs::write(&path, npy(&header(descr, fortran, "(5, 6, 7)"), &data)).unwrap();
            let source = Npy::open(&path).unwrap();
            for sizes in [[1, 1, 1], [2, 3, 4], [5, 6, 7], [5, 1, 3], [1, 6, 7], [3, 6, 2]] {
                for region in boxes(&[5, 6, 7], &sizes) {
                    let wanted = x.slice(s![region[0].clone(), region[1].clone(), region[2].clone()]);
                    assert_eq!(read::<i32>(&source, &region), wanted.into_dyn());
                }
            }
        }
    }
    // One axis has no order, and `bool`s of other programs may be any byte.
    fs::write(&path, npy(&header("|b1", true, "(4,)"), &[0, 1, 2, 255])).unwrap();
    let found = read::<bool>(&Npy::open(&path).unwrap(), &[0..4]);
    assert_eq!(found, ndarray::arr1(&[false, true, true, true]).into_dyn());
}

#[test]
fn headers_as_others_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.npy");
    for text in [
        "{\"descr\": \"<u2\", \"fortran_order\": False, \"shape\": (3,)}",
        "{'shape': (3L,), 'fortran_order':False,'descr':'<u2'} \n",
        " { 'descr' : 'u2' , 'fortran_order' : False , 'shape' : ( 3 , ) , }    \n",
    ] {
        fs::write(&path, npy(text, &[1, 0, 2, 0, 3, 0])).unwrap();
        assert_eq!(read::<u16>(&Npy::open(&path).unwrap(), &[0..3]), ndarray::arr1(&[1, 2, 3]).into_dyn(), "{text}");
    }
    // Versions 2 and 3 have a longer length.
    for version in [2, 3] {
        let text = header("<u2", false, "(3,)");
        let length = (text.len() as u32).to_le_bytes();
        let bytes = [&b"\x93NUMPY"[..], &[version, 0], &length, text.as_bytes(), &[1, 0, 2, 0, 3, 0]].concat();
        fs::write(&path, bytes).unwrap();
        assert_eq!(read::<u16>(&Npy::open(&path).unwrap(), &[1..3]), ndarray::arr1(&[2, 3]).into_dyn());
    }
}

#[test]
fn hostile_headers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let long = [&b"\x93NUMPY\x02\x00\xff\xff\xff\xff"[..], b"{}"].concat();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (vec![], "too short"),
        (b"\x93NUMP".to_vec(), "too short"),
        (b"PK\x03\x04aaaaaaaa".to_vec(), "is no NPY file"),
        (b"\x93NUMPY\x09\x00aaaa".to_vec(), "version 9"),
        (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "cut off within its header"),
        (long, "header of 4294967295 bytes"),
        (npy("", b""), "cannot be read"),
        (npy("{", b""), "cannot be read"),
        (npy("{'descr'", b""), "cannot be read"),
        (npy("{'descr': '<f4' 'shape': (1,)}", b""), "cannot be read"),
        (npy("{'descr': '<f4", b""), "cannot be read"),
        (npy("{}", b""), "without one of"),
        (npy("{'pickle': 'x'}", b""), "key \"pickle\""),
        (npy(&header("|O", false, "(2,)"), &[0; 16]), "NumPy's type \"|O\""),
        (npy(&header("<c8", false, "(2,)"), &[0; 16]), "NumPy's type \"<c8\""),
        (npy(&header("", false, "(2,)"), &[0; 16]), "NumPy's type \"\""),
        (npy(&header("ä4", false, "(2,)"), &[0; 16]), "NumPy's type \"ä4\""),
        (npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", &[0; 16]), "records"),
        (npy(&header("<f4", false, "(-2,)"), &[0; 16]), "cannot be read"),
        (npy(&header("<f4", false, "(2 3)"), &[0; 16]), "cannot be read"),
        (npy(&header("<f4", false, "(,)"), &[0; 16]), "cannot be read"),
        (npy(&header("<f4", false, "(99999999999999999999999,)"), &[0; 16]), "cannot be read"),
        (npy(&header("<f4", false, "(1000000000, 1000000000)"), &[0; 16]), "is cut off"),
        (npy(&header("<f4", false, "(1000000000, 1000000000, 1000000000)"), &[0; 16]), "more than memory"),
        (npy(&header("<f4", false, "(0, 9000000000000000000, 9000000000000000000)"), &[]), "more than memory"),
        (npy(&header("<f4", false, "(5,)"), &[0; 19]), "is cut off"),
    ];
    for (bytes, wanted) in cases {
        fs::write(&path, &bytes).unwrap();
        let error = Npy::open(&path).unwrap_err().to_string();
        assert!(error.starts_with(path.to_str().unwrap()) && error.contains(wanted), "{error} lacks {wanted:?}");
    }
    // Every file that is cut off is refused.
    let whole = npy(&header("<f4", false, "(5,)"), &[0; 20]);
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(Npy::open(&path).is_err(), "{length}");
    }
    fs::write(&path, &whole).unwrap();
    let source = Npy::open(&path).unwrap();
    // What is cut off after it was opened is an error, too, and no crash.
    fs::write(&path, &whole[..whole.len() - 8]).unwrap();
    let mut cells = Array1::<f32>::zeros(5);
    let error = source.read(&[0..5], &mut CellsMut::of(&mut cells)).unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    // Other cells than those of the box.
    let wrong = |region: &[Range<usize>], cells: &mut CellsMut<'_>| source.read(region, cells).is_err();
    assert!(wrong(&[0..4], &mut CellsMut::of(&mut cells)) && wrong(&[1..6], &mut CellsMut::of(&mut cells)));
    assert!(wrong(&[0..5], &mut CellsMut::of(&mut Array1::<i32>::zeros(5))));
    assert!(wrong(&[0..5, 0..1], &mut CellsMut::of(&mut Array2::<f32>::zeros((5, 1)))));
    assert!(Npy::open(folder.path()).unwrap_err().to_string().contains("is a folder"));
}

#[stencil(boundary = Reflect)]
fn blur(x: Window2<f32>) -> f32 {
    (x[[-1, 0]] + x[[0, -1]] + x[[0, 0]] * 2.0 + x[[0, 1]] + x[[1, 2]]) / 6.0
}

fn noise(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| ((i * 7919 + j * 104_729) % 1009) as f32 / 1009.0)
}

/// Writes an array, through a job.
fn store(x: &Array2<f32>, path: &Path) {
    #[stencil]
    fn same(x: Window2<f32>) -> f32 {
        x[[0, 0]]
    }
    Job::new(same(), x, Npy::create(path)).run().unwrap();
}

#[test]
fn a_job_equals_the_call() {
    let folder = tempfile::tempdir().unwrap();
    let [x_path, y_path] = ["x.npy", "y.npy"].map(|name| folder.path().join(name));
    let x = noise(301, 203);
    store(&x, &x_path);
    for (memory, workers) in [(1 << 30, 2), (64 << 10, 3), (20 << 10, 1)] {
        let job = Job::new(blur(), Npy::open(&x_path).unwrap(), Npy::create(&y_path));
        job.memory(memory).workers(workers).restart(true).run().unwrap();
        let found = read::<f32>(&Npy::open(&y_path).unwrap(), &[0..301, 0..203]);
        assert_eq!(found, blur().apply(&x).unwrap().into_dyn());
    }
}

/// Arrays in Fortran's order are read by tiles, of numbers and of `bool`s.
#[test]
fn a_job_on_fortran_order() {
    let folder = tempfile::tempdir().unwrap();
    let [x_path, y_path] = ["x.npy", "y.npy"].map(|name| folder.path().join(name));
    let x = noise(5001, 203);
    let data: Vec<u8> = x.t().iter().flat_map(|v| v.to_be_bytes()).collect();
    fs::write(&x_path, npy(&header(">f4", true, "(5001, 203)"), &data)).unwrap();
    assert_eq!(Npy::open(&x_path).unwrap().chunks(), Some(vec![4096, 64]));
    let all = |cells: &mut CellsMut<'_>| Npy::open(&y_path).unwrap().read(&[0..5001, 0..203], cells).unwrap();
    for (memory, boundary) in [(1 << 30, Boundary::Reflect), (6 << 20, Boundary::Wrap)] {
        let job = Job::new(blur().boundary(boundary), Npy::open(&x_path).unwrap(), Npy::create(&y_path));
        job.memory(memory).workers(2).restart(true).run().unwrap();
        let mut found = Array2::<f32>::zeros(x.dim());
        all(&mut CellsMut::of(&mut found));
        assert_eq!(found, blur().boundary(boundary).apply(&x).unwrap());
    }
    #[stencil]
    fn not(x: Window2<bool>) -> bool {
        !x[[0, 0]]
    }
    let mask = x.mapv(|x| x < 0.5);
    let data: Vec<u8> = mask.t().iter().map(|&x| x.into()).collect();
    fs::write(&x_path, npy(&header("|b1", true, "(5001, 203)"), &data)).unwrap();
    Job::new(not(), Npy::open(&x_path).unwrap(), Npy::create(&y_path)).restart(true).run().unwrap();
    let mut found = mask.clone();
    all(&mut CellsMut::of(&mut found));
    assert_eq!(found, mask.mapv(|x| !x));
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
    let [x_path, y_path] = ["x.npy", "y.npy"].map(|name| folder.path().join(name));
    let unfinished = folder.path().join("y.npy.unfinished");
    let mut x = noise(200, 100) + 1.0;
    x[[150, 3]] = 0.0;
    store(&x, &x_path);
    let job = || Job::new(careful(), Npy::open(&x_path).unwrap(), Npy::create(&y_path)).memory(40 << 10).workers(2);
    let error = job().run().unwrap_err();
    assert!(error.to_string().contains("a bad cell"), "{error}");
    // What is half done does not have the name.
    assert!(!y_path.exists() && unfinished.exists() && Npy::open(&y_path).is_err());
    BROKEN.store(false, Ordering::Relaxed);
    // A file that was exchanged, or is gone, is not gone on with.
    let kept = fs::read(&unfinished).unwrap();
    fs::write(&unfinished, &kept[..kept.len() - 1]).unwrap();
    assert!(job().run().unwrap_err().to_string().contains("is not the array of this job"));
    fs::remove_file(&unfinished).unwrap();
    assert!(job().run().unwrap_err().to_string().contains("is gone"));
    fs::write(&unfinished, &kept).unwrap();
    let summary = job().run().unwrap();
    assert!(summary.skipped > 0 && summary.skipped < summary.chunks);
    assert!(y_path.exists() && !unfinished.exists());
    let wanted = careful().apply(&x).unwrap().into_dyn();
    assert_eq!(read::<f32>(&Npy::open(&y_path).unwrap(), &[0..200, 0..100]), wanted);
    // All is done: another run finds the finished file.
    let summary = job().run().unwrap();
    assert_eq!(summary.skipped, summary.chunks);
}

#[test]
fn shares_of_a_job_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let y_path = folder.path().join("y.npy");
    let x = noise(200, 100);
    for share in 0..3 {
        assert!(!y_path.exists());
        Job::new(blur(), &x, Npy::create(&y_path)).memory(60 << 10).shard(share, 3).run().unwrap();
    }
    assert_eq!(read::<f32>(&Npy::open(&y_path).unwrap(), &[0..200, 0..100]), blur().apply(&x).unwrap().into_dyn());
}

#[test]
fn what_is_there_is_replaced_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("y.npy");
    let form = Form::new(&[4], DataType::of::<u8>());
    fs::write(&path, b"precious").unwrap();
    let sink = Npy::create(&path);
    let error = sink.check_vacant(&form).unwrap_err().to_string();
    assert!(error.contains("y.npy: is there already; `.restart(true)` replaces it"), "{error}");
    let writer = sink.open(&form, Open::New).unwrap();
    writer.write(&[0..4], &Cells::of(&ndarray::arr1(&[1_u8, 2, 3, 4]))).unwrap();
    // The earlier file stays until the new one is whole.
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    writer.finish().unwrap();
    assert_eq!(read::<u8>(&Npy::open(&path).unwrap(), &[0..4]), ndarray::arr1(&[1, 2, 3, 4]).into_dyn());
    // One that another program leaves unfinished is refused, too.
    let other = folder.path().join("z.npy.unfinished");
    fs::write(&other, b"").unwrap();
    assert!(Npy::create(folder.path().join("z.npy")).check_vacant(&form).is_err());
    // Places where no file can be made.
    assert!(Npy::create(folder.path()).open(&form, Open::New).err().unwrap().to_string().contains("is a folder"));
    assert!(Npy::create(folder.path().join("missing/y.npy")).open(&form, Open::New).is_err());
    assert!(Npy::create(path.join("y.npy")).open(&form, Open::New).is_err());
    let records = Form::new(&[4], DataType::of::<[u8; 2]>());
    assert!(sink.chunks(&records).unwrap_err().to_string().contains("cannot hold elements"));
    let stored = sink.journal().unwrap();
    assert_eq!(stored, folder.path().join("y.npy.job"));
}

#[test]
fn a_changed_file_has_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.npy");
    let bytes = npy(&header("|u1", false, "(3,)"), &[1, 2, 3]);
    fs::write(&path, &bytes).unwrap();
    let source = Npy::open(&path).unwrap();
    let before = source.version().unwrap();
    assert_eq!(source.version().unwrap(), before);
    fs::write(&path, [&bytes[..], &[4]].concat()).unwrap();
    assert_ne!(source.version().unwrap(), before);
    fs::remove_file(&path).unwrap();
    assert!(source.version().is_err());
}

/// A ZIP archive of entries, deflated or not, with places to break it.
fn archive(entries: &[(&str, &[u8], bool)], edit: impl Fn(&mut Vec<u8>, &mut Vec<u8>)) -> Vec<u8> {
    let (mut body, mut directory) = (Vec::new(), Vec::new());
    for (name, data, deflated) in entries {
        let packed = if *deflated {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(data).unwrap();
            encoder.finish().unwrap()
        } else {
            data.to_vec()
        };
        let mut crc = Crc::new();
        crc.update(data);
        let begin = (body.len() as u32).to_le_bytes();
        let method = if *deflated { 8_u16 } else { 0 };
        let mut common = [&[20, 0, 0, 0][..], &method.to_le_bytes(), &[0; 4], &crc.sum().to_le_bytes()].concat();
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((data.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        body.extend([&b"PK\x03\x04"[..], &common, name.as_bytes(), &packed].concat());
        let rest = [&[0; 10][..], &begin].concat();
        directory.extend([&b"PK\x01\x02\x14\x00"[..], &common, &rest, name.as_bytes()].concat());
    }
    edit(&mut body, &mut directory);
    let count = (entries.len() as u16).to_le_bytes();
    let sizes = [(directory.len() as u32).to_le_bytes(), (body.len() as u32).to_le_bytes()].concat();
    [&body[..], &directory, b"PK\x05\x06\0\0\0\0", &count, &count, &sizes, b"\0\0"].concat()
}

#[test]
fn archives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    let data: Vec<u8> = (0..240).collect();
    let x = npy(&header("|u1", false, "(12, 20)"), &data);
    let y = npy(&header(">u2", true, "(10, 12)"), &data);
    fs::write(&path, archive(&[("x.npy", &x, false), ("y.npy", &y, true), ("deep.npy", &y, false)], |_, _| {}))
        .unwrap();
    assert_eq!(Npz::names(&path).unwrap(), ["x", "y", "deep"]);
    let source = Npz::open(&path, "x").unwrap();
    assert_eq!(source.name(), format!("{}[x]", path.display()));
    assert_eq!(read::<u8>(&source, &[2..4, 1..3]), ndarray::arr2(&[[41, 42], [61, 62]]).into_dyn());
    for name in ["y", "deep"] {
        let source = Npz::open(&path, name).unwrap();
        assert_eq!(source.shape(), [10, 12]);
        let cell = |i: u16, j: u16| (2 * (10 * j + i)) * 256 + 2 * (10 * j + i) + 1;
        let wanted = Array2::from_shape_fn((3, 4), |(i, j)| cell(i as u16 + 5, j as u16 + 7));
        assert_eq!(read::<u16>(&source, &[5..8, 7..11]), wanted.into_dyn());
    }
    let error = Npz::open(&path, "z").unwrap_err().to_string();
    assert!(error.contains("holds no array \"z\", but [\"x\", \"y\", \"deep\"]"), "{error}");
}

#[test]
fn hostile_archives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    let x = npy(&header("|u1", false, "(200,)"), &[7; 200]);
    let refused = |bytes: &[u8], wanted: &str| {
        fs::write(&path, bytes).unwrap();
        let error = Npz::open(&path, "x").unwrap_err().to_string();
        assert!(error.contains(wanted), "{error} lacks {wanted:?}");
    };
    refused(b"", "is no NPZ archive");
    refused(b"PK\x05\x06", "is no NPZ archive");
    refused(&x, "is no NPZ archive");
    // A new file each time: systems bring one that is overwritten to the disk.
    let fresh = |bytes: &[u8]| {
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
    };
    let set = |at: usize, value: u32| {
        move |_: &mut Vec<u8>, directory: &mut Vec<u8>| directory[at..at + 4].copy_from_slice(&value.to_le_bytes())
    };
    for deflated in [false, true] {
        let entries = [("x.npy", &x[..], deflated)];
        let whole = archive(&entries, |_, _| {});
        // Every cut, and every byte set to what misleads: an error, or the right cells, and never a panic.
        for length in 0..whole.len() {
            fresh(&whole[..length]);
            assert!(Npz::open(&path, "x").is_err(), "{length}");
        }
        for at in 0..whole.len() {
            for byte in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                fresh(&bytes);
                let _ = Npz::open(&path, "x").map(|source| read::<u8>(&source, &[0..source.shape()[0].min(200)]).len());
            }
        }
        refused(&archive(&entries, set(42, 1 << 30)), "lies beyond the end");
        refused(&archive(&entries, set(20, 1 << 30)), if deflated { "lies beyond the end" } else { "two lengths" });
        refused(&archive(&entries, set(10, 12)), "compressed by a method other");
    }
    let packed = [("x.npy", &x[..], true)];
    refused(&archive(&packed, set(16, 5)), "its checksum is another one");
    // More than the limit, which is refused before it is decompressed; and less than is claimed.
    let large = npy(&header("|u1", false, "(2000000000,)"), &[0; 2000]);
    refused(&archive(&[("x.npy", &large, true)], set(24, 2_000_001_000)), "takes 2000000");
    let claimed = npy(&header("|u1", false, "(900000000,)"), &[0; 2000]);
    refused(&archive(&[("x.npy", &claimed, true)], set(24, 900_001_000)), "cannot be decompressed");
}

/// NumPy reads what is written here, and what NumPy writes is read here.
#[test]
fn numpy() {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: NDSTENCIL_PYTHON names no interpreter");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/npy.py");
    let run = |mode: &str| {
        let done = Command::new(&python).arg(&script).arg(mode).arg(folder.path()).status().unwrap();
        assert!(done.success(), "{mode}");
    };
    run("write");
    let value = |i: usize, j: usize, k: usize| (i * 1000 + j * 10 + k) as f64;
    for name in ["c_little", "c_big", "f_little", "f_big"] {
        let source = Npy::open(folder.path().join(format!("{name}.npy"))).unwrap();
        let wanted = Array3::from_shape_fn((4, 3, 2), |(i, j, k)| value(i + 1, j + 2, k + 3));
        assert_eq!(read::<f64>(&source, &[1..5, 2..5, 3..5]), wanted.into_dyn(), "{name}");
    }
    for name in ["stored", "packed"] {
        let source = Npz::open(folder.path().join(format!("{name}.npz")), "b").unwrap();
        assert_eq!(read::<f64>(&source, &[6..7, 0..1, 4..5])[[0, 0, 0]], value(6, 0, 4));
        assert!(read::<bool>(&Npz::open(folder.path().join(format!("{name}.npz")), "mask").unwrap(), &[3..4])[[0]]);
    }
    #[stencil]
    fn thrice(x: Window3<f64>) -> f64 {
        3.0 * x[[0, 0, 0]]
    }
    let source = Npy::open(folder.path().join("f_big.npy")).unwrap();
    Job::new(thrice(), source, Npy::create(folder.path().join("thrice.npy"))).run().unwrap();
    let mask = Npy::create(folder.path().join("mask.npy"));
    let form = Form::new(&[3], DataType::of::<bool>());
    let writer = mask.open(&form, Open::New).unwrap();
    writer.write(&[0..3], &Cells::of(&ndarray::arr1(&[true, false, true]))).unwrap();
    writer.finish().unwrap();
    run("check");
}

/// Processes that have other memory, and begin at once, agree on the items.
#[test]
fn shares_with_other_memory() {
    #[stencil(boundary = Nearest)]
    fn down(x: Window2<i32>) -> i32 {
        x[[1, 0]] - x[[-1, 0]]
    }
    let x = Array2::from_shape_fn((300, 200), |(i, j)| (i * i + 7 * j) as i32);
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let path = folder.path().join(format!("{round}.npy"));
        std::thread::scope(|scope| {
            for (share, memory) in [(0, 40 << 10), (1, 4 << 20)] {
                let (x, path) = (&x, &path);
                scope.spawn(move || {
                    let job = Job::new(down(), x, Npy::create(path)).memory(memory).workers(1).shard(share, 2);
                    // What the first one cut too large for the memory of the second is refused with a reason.
                    if let Err(error) = job.run() {
                        assert!(error.to_string().contains("the memory budget"), "{error}");
                        Job::new(down(), x, Npy::create(path)).workers(1).shard(share, 2).run().unwrap();
                    }
                });
            }
        });
        assert_eq!(read::<i32>(&Npy::open(&path).unwrap(), &[0..300, 0..200]), down().apply(&x).unwrap().into_dyn());
    }
}
