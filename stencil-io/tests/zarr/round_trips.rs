//! Arrays that are written and read back.

use ndarray::{ArrayD, IxDyn};
use ndstencil::chunks::{DataType, Form, Scalar, Sink, Source};
use stencil_io::metadata::DimensionNames;
use stencil_io::{Zarr, ZarrSink};

use crate::{Folder, files, number, read_all, write_all};

fn cells<T>(shape: &[usize], of: impl Fn(usize) -> T) -> ArrayD<T> {
    let mut at = 0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        at += 1;
        of(number(at / 17, at))
    })
}

fn ways(path: &std::path::Path) -> Vec<ZarrSink> {
    let new = || Zarr::create(path);
    vec![
        new(),
        new().uncompressed(),
        new().zstd(-3),
        new().zstd(19),
        new().gzip(2),
        new().blosc(5),
        new().v2(),
        new().v2().uncompressed(),
        new().v2().gzip(1),
        new().v2().blosc(9),
    ]
}

#[test]
fn every_type_by_every_codec() {
    fn of<T: Scalar + Clone + Default + PartialEq + std::fmt::Debug>(f: impl Fn(usize) -> T) {
        let folder = Folder::new();
        let x = cells(&[5, 20, 33], &f);
        for (number, chunks) in [[5, 20, 33], [3, 9, 20], [2, 20, 40]].into_iter().enumerate() {
            let ways = ways(&folder.path("x.zarr")).into_iter().map(|way| way.chunks(chunks));
            let sharded = Zarr::create(folder.path("x.zarr")).chunks([1, 4, 5]).shards([3, 8, 20]);
            for (way, sink) in ways.chain([sharded]).enumerate() {
                write_all(&sink, &x).unwrap();
                let back = Zarr::open(folder.path("x.zarr")).unwrap();
                assert_eq!(read_all::<T>(&back).unwrap(), x, "{number} {way}");
                assert!(files(&folder.0).iter().all(|path| !path.to_str().unwrap().ends_with(".partial")));
                std::fs::remove_dir_all(folder.path("x.zarr")).unwrap();
            }
        }
    }
    of(|n| n % 2 == 0);
    of(|n| n as i8);
    of(|n| n as u8);
    of(|n| n as i16 * -200);
    of(|n| n as u16 * 500);
    of(|n| n as i32 * -2_000_000);
    of(|n| n as u32 * 30_000_000);
    of(|n| n as i64 * -(1 << 55));
    of(|n| n as u64 * (1 << 56));
    of(|n| n as f32 / 3.0);
    of(|n| n as f64 / 3.0);
    #[cfg(feature = "f16")]
    of(|n| half::f16::from_f64(n as f64 / 8.0));
}

#[test]
fn shapes_of_any_kind() {
    for shape in [&[][..], &[1], &[0], &[5, 0, 3], &[1, 1, 1, 1, 1], &[3, 1, 50]] {
        for (way, v2) in [(0, false), (1, true)] {
            let folder = Folder::new();
            let x = cells(shape, |n| n as f32 + 1.0);
            let mut sink = Zarr::create(folder.path("x.zarr"));
            if v2 {
                sink = sink.v2();
            }
            write_all(&sink, &x).unwrap();
            let back = Zarr::open(folder.path("x.zarr")).unwrap();
            assert_eq!(read_all::<f32>(&back).unwrap(), x, "{shape:?} {way}");
        }
    }
}

#[test]
fn cells_that_lie_apart_are_written() {
    let folder = Folder::new();
    let x = cells(&[40, 30], |n| n as u16);
    let turned = x.clone().reversed_axes();
    write_all(&Zarr::create(folder.path("x.zarr")).chunks([8, 16]), &turned).unwrap();
    assert_eq!(read_all::<u16>(&Zarr::open(folder.path("x.zarr")).unwrap()).unwrap(), turned);
}

#[test]
fn integers_of_the_machine_are_those_of_their_size() {
    let folder = Folder::new();
    let x = cells(&[10, 10], |n| n as isize - 50);
    write_all(&Zarr::create(folder.path("x.zarr")).chunks([4, 4]), &x).unwrap();
    let back = Zarr::open(folder.path("x.zarr")).unwrap();
    assert_eq!(read_all::<i64>(&back).unwrap(), x.mapv(|x| x as i64));
}

#[test]
fn chunks_of_the_fill_value_are_not_written_and_take_the_place_of_others() {
    let folder = Folder::new();
    let path = folder.path("x.zarr");
    let mut x = cells(&[16, 16], |n| n as f32 + 1.0);
    let sink = Zarr::create(&path).chunks([8, 8]);
    let form = Form::new(x.shape(), DataType::of::<f32>());
    x.slice_mut(ndarray::s![..8, ..8]).fill(0.0);
    write_all(&sink, &x).unwrap();
    assert_eq!(files(&path).len(), 1 + 3);
    let writer = sink.open(&form, ndstencil::chunks::Open::Resume).unwrap();
    let zeros = ndarray::Array2::<f32>::zeros((8, 8));
    writer.write(&[8..16, 8..16], &ndstencil::chunks::Cells::of(&zeros)).unwrap();
    assert_eq!(files(&path).len(), 1 + 2);
    x.slice_mut(ndarray::s![8.., 8..]).fill(0.0);
    assert_eq!(read_all::<f32>(&Zarr::open(&path).unwrap()).unwrap(), x);
    // Minus zero is another value.
    let minus = zeros.mapv(|x| -x);
    writer.write(&[8..16, 8..16], &ndstencil::chunks::Cells::of(&minus)).unwrap();
    assert!(read_all::<f32>(&Zarr::open(&path).unwrap()).unwrap()[[8, 8]].is_sign_negative());
    // In shards, too.
    let path = folder.path("s.zarr");
    write_all(&Zarr::create(&path).chunks([4, 4]).shards([8, 8]), &x).unwrap();
    assert_eq!(files(&path).len(), 1 + 2);
    assert_eq!(read_all::<f32>(&Zarr::open(&path).unwrap()).unwrap(), x);
}

#[test]
fn choices_that_do_not_fit_are_errors() {
    let form = Form::new(&[10, 20], DataType::of::<f32>());
    let message = |sink: ZarrSink, form: &Form| Sink::chunks(&sink, form).unwrap_err().to_string();
    let new = || Zarr::create("never made.zarr");
    assert_eq!(
        message(new().chunks([5]), &form),
        "never made.zarr: chunks of [5] are none of an array of shape [10, 20]"
    );
    assert_eq!(
        message(new().chunks([5, 0]), &form),
        "never made.zarr: chunks of [5, 0] are none of an array of shape [10, 20]"
    );
    assert_eq!(
        message(new().chunks([4, 4]).shards([8, 10]), &form),
        "never made.zarr: shards of [8, 10] are not whole chunks of [4, 4]"
    );
    assert_eq!(message(new().chunks([4, 4]).shards([8, 8]).v2(), &form), "never made.zarr: version 2 has no shards");
    assert!(message(new().zstd(40), &form).contains("the level of zstd is no number from"));
    assert!(
        message(new().dimension_names(["x"]), &form).contains("it has 2 axes, not those 1 that names are given for")
    );
    let pair = Form::new(&[10], DataType::of::<[u8; 2]>());
    assert_eq!(message(new(), &pair), "never made.zarr: Zarr has no elements of [u8; 2]");
    let deep = Form::new(&[1; 40], DataType::of::<u8>());
    assert_eq!(message(new(), &deep), "never made.zarr: it has 40 axes, at most 32 are supported");
    assert!(!std::path::Path::new("never made.zarr").exists());
}

#[test]
fn usual_chunks_are_of_some_mebibytes() {
    let sink = Zarr::create("x.zarr");
    let chunks = |shape: &[usize]| Sink::chunks(&sink, &Form::new(shape, DataType::of::<f32>())).unwrap().unwrap();
    assert_eq!(chunks(&[100, 200]), [100, 200]);
    assert_eq!(chunks(&[8192, 8192]), [1024, 1024]);
    assert_eq!(chunks(&[3, 100_000_000]), [3, 195_313]);
}

#[test]
fn names_and_the_version_of_an_array() {
    let folder = Folder::new();
    let path = folder.path("x.zarr/");
    let x = cells(&[10, 10], |n| n as u8 + 1);
    write_all(&Zarr::create(&path).chunks([5, 5]).dimension_names(["y", "x"]), &x).unwrap();
    let array = Zarr::open(&path).unwrap();
    assert_eq!(array.name(), folder.path("x.zarr").display().to_string());
    let names = array.metadata().get::<DimensionNames>().unwrap().0.clone();
    assert_eq!(names, [Some("y".to_owned()), Some("x".to_owned())]);
    let version = array.version().unwrap();
    assert_eq!(Zarr::open(&path).unwrap().version().unwrap(), version);
    // Left behind by a writer that was killed: no part of the array.
    std::fs::write(path.join("c/0/1.77-1.partial"), "half").unwrap();
    assert_eq!(array.version().unwrap(), version);
    std::fs::write(path.join("c/0/1"), "other").unwrap();
    assert_ne!(array.version().unwrap(), version);
    std::fs::remove_file(path.join("c/0/1")).unwrap();
    assert_ne!(array.version().unwrap(), version);
}
