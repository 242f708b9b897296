//! Arrays that are written and read again, by us and by Python.

use std::sync::atomic::Ordering;

use ndarray::{Array1, Array2, ArrayD};
use ndstencil::chunks::{Sink, Source};
use ndstencil::prelude::*;
use stencil_io::Zarr;
use stencil_io::metadata::{Attributes, DimensionNames};

use crate::{Folder, cells, python, read, with_server};

#[test]
fn each_kind_is_read_as_it_was_written() {
    with_server("round_trips::each_kind_is_read_as_it_was_written", &[], |_| {
        let x = cells((37, 53), |n| n as f32 / 7.0);
        let new = |name: &str| Zarr::create(format!("s3://tests/kinds/{name}.zarr")).chunks([10, 16]);
        let sinks = [
            ("zstd", new("zstd")),
            ("plain", new("plain").uncompressed()),
            ("sharded", new("sharded").shards([20, 32])),
            ("sharded-plain", new("sharded-plain").shards([20, 32]).uncompressed()),
            ("v2", new("v2").v2()),
            ("v2-plain", new("v2-plain").uncompressed().v2()),
            // Names that are no plain words.
            ("with space/ä+%20&=", new("with space/ä+%20&=")),
        ];
        for (name, sink) in sinks {
            Job::copy(&x, sink).run().unwrap();
            assert_eq!(read::<f32>(format!("s3://tests/kinds/{name}.zarr")), x.clone().into_dyn(), "{name}");
        }
        // A slash at the end is none of the name.
        assert_eq!(read::<f32>("s3://tests/kinds/v2.zarr/"), x.clone().into_dyn());
        // Chunks along the edges alone, and one for all.
        for (name, chunks) in [("odd", [36, 52]), ("one", [37, 53]), ("ones", [1, 53])] {
            let path = format!("s3://tests/shapes/{name}.zarr");
            Job::copy(&x, Zarr::create(&path).chunks(chunks)).run().unwrap();
            assert_eq!(read::<f32>(&path), x.clone().into_dyn(), "{name}");
        }
        // No cells, and one.
        for n in [0, 1] {
            let path = format!("s3://tests/shapes/{n}.zarr");
            Job::copy(&Array1::<u8>::ones(n), Zarr::create(&path)).run().unwrap();
            assert_eq!(read::<u8>(&path), ArrayD::<u8>::ones(vec![n]));
        }
    });
}

#[test]
fn python_reads_what_is_written_and_writes_what_is_read() {
    with_server("round_trips::python_reads_what_is_written_and_writes_what_is_read", &[], |proxy| {
        let mut written = 0;
        macro_rules! write {
            ($name:literal, $T:ty) => {
                let x = cells((37, 53), |n| n as $T);
                let new =
                    |kind: &str| Zarr::create(format!("s3://tests/ours/ours-{kind}-{}.zarr", $name)).chunks([10, 16]);
                let sinks = [
                    new("zstd"),
                    new("blosc").blosc(5),
                    new("plain").uncompressed(),
                    new("sharded").shards([20, 32]),
                    new("named").dimension_names(["y", "x"]).attribute("units", "mm"),
                    new("v2").v2(),
                    new("v2-named").dimension_names(["y", "x"]).attribute("units", "mm").v2(),
                ];
                for sink in sinks {
                    Job::copy(&x, sink).run().unwrap();
                    written += 1;
                }
            };
        }
        write!("uint8", u8);
        write!("float64", f64);
        let folder = Folder::new();
        python("s3.py", &["get", &proxy.url(), "tests", "ours/", folder.0.to_str().unwrap()]);
        let found = python("zarr_arrays.py", &["check", folder.path("ours").to_str().unwrap()]);
        assert_eq!(found.trim(), written.to_string());

        let folder = Folder::new();
        let theirs = folder.path("theirs");
        std::fs::create_dir(&theirs).unwrap();
        python("zarr_arrays.py", &["write", theirs.to_str().unwrap()]);
        // The ways to store them are many enough in one type.
        for entry in std::fs::read_dir(&theirs).unwrap().map(|entry| entry.unwrap()) {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("v3-") || name.ends_with("-float64.zarr") {
                std::fs::remove_dir_all(entry.path()).unwrap();
            }
        }
        python("s3.py", &["put", &proxy.url(), "tests", folder.0.to_str().unwrap()]);
        let at = |name: &str| format!("s3://tests/theirs/{name}.zarr");
        let ways = "plain gzip blosc two sum zstd-sum big turned turned-big sharded sharded-plain dots v2-keys \
                    large-chunks v2-plain v2-zlib v2-gzip v2-blosc v2-zstd v2-turned v2-slashes v2-big";
        for way in ways.split_whitespace() {
            let expected = cells((37, 53), |n| n as i32).into_dyn();
            assert_eq!(read::<i32>(at(&format!("{way}-int32"))), expected, "{way}");
        }
        for version in [2, 3] {
            let gaps = read::<f32>(at(&format!("gaps-{version}")));
            assert_eq!(gaps[[9, 15]], ((9 * 31 + 15 * 7) % 113) as f32);
            assert!(gaps[[10, 0]].is_nan() && gaps[[0, 16]].is_nan());
        }
        let metadata = Zarr::open(at("named")).unwrap().metadata();
        assert_eq!(metadata.get::<DimensionNames>().unwrap().0, [Some("y".to_owned()), Some("x".to_owned())]);
        assert_eq!(metadata.get::<Attributes>().unwrap().0["units"], "mm");
        assert_eq!(read::<i16>("s3://tests/theirs/group.zarr/deep/b"), cells((37, 53), |n| n as i16).into_dyn());
        let error = Zarr::open(at("group")).unwrap_err().to_string();
        let expected = "s3://tests/theirs/group.zarr: it is a Zarr group: open one of its arrays, a, deep/b";
        assert_eq!(error, expected);
    });
}

/// Chunks inside shards are read by themselves.
#[test]
fn shards_are_read_in_parts() {
    with_server("round_trips::shards_are_read_in_parts", &[], |proxy| {
        let x = Array2::from_shape_fn((64, 64), |(i, j)| (i * 64 + j) as u64);
        let path = "s3://tests/parts/x.zarr";
        Job::copy(&x, Zarr::create(path).chunks([8, 8]).shards([64, 64]).uncompressed()).run().unwrap();
        let source = Zarr::open(path).unwrap();
        assert_eq!(source.chunks(), Some(vec![8, 8]));
        assert!(source.reads_at_once() > 1);
        let before = proxy.received.load(Ordering::Relaxed);
        let mut part = Array2::<u64>::zeros((8, 8));
        source.read(&[8..16, 24..32], &mut ndstencil::chunks::CellsMut::of(&mut part)).unwrap();
        assert_eq!(part, x.slice(ndarray::s![8..16, 24..32]));
        // The index, a kibibyte, and half a one for the chunk: not the 33 KiB of the shard.
        let received = proxy.received.load(Ordering::Relaxed) - before;
        assert!(received > 1500 && received < 6000, "{received}");
        // Chunks that the shard says it has not are asked for no more.
        let mut sparse = Array2::<u64>::zeros((64, 64));
        sparse[[63, 63]] = 1;
        let path = "s3://tests/parts/sparse.zarr";
        Job::copy(&sparse, Zarr::create(path).chunks([4, 4]).shards([64, 64])).run().unwrap();
        let source = Zarr::open(path).unwrap();
        let before = proxy.received.load(Ordering::Relaxed);
        let mut back = Array2::<u64>::zeros((64, 64));
        Job::copy(source, &mut back).workers(1).run().unwrap();
        let received = proxy.received.load(Ordering::Relaxed) - before;
        assert_eq!(back, sparse);
        assert!(received < 10_000, "{received}");
    });
}

#[test]
fn versions_change_with_objects() {
    with_server("round_trips::versions_change_with_objects", &[], |_| {
        let x = cells((20, 20), |n| n as u16);
        let path = "s3://tests/versions/x.zarr";
        let write = |x: &Array2<u16>| {
            Job::copy(x, Zarr::create(path).chunks([10, 10]).uncompressed()).restart(true).run().unwrap();
        };
        let version = || Zarr::open(path).unwrap().version().unwrap().unwrap();
        write(&x);
        let first = version();
        assert!(first.starts_with("5 objects, "), "{first}");
        // What lies beside it is no part of it.
        Job::copy(&x, Zarr::create("s3://tests/versions/x.zarr2")).run().unwrap();
        assert_eq!(version(), first);
        // Of the same size, in the same second.
        let mut other = x.clone();
        other[[3, 4]] += 1;
        write(&other);
        assert_ne!(version(), first);
        write(&x);
        assert_eq!(version(), first);
    });
}

#[test]
fn arrays_are_replaced_whole() {
    with_server("round_trips::arrays_are_replaced_whole", &[], |proxy| {
        let path = "s3://tests/replaced/x.zarr";
        let x = cells((40, 30), |n| n as f32 + 1.0);
        Job::copy(&x, Zarr::create(path).chunks([1, 1])).run().unwrap();
        Job::copy(&x, Zarr::create("s3://tests/replaced/x.zarr.old")).run().unwrap();
        // Without being told nothing is, more than a page of objects are if.
        let refused = Job::copy(&x, Zarr::create(path)).run().unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("{path}: it is there already: `.restart(true)` replaces it, if it is a Zarr array")
        );
        Job::copy(&x, Zarr::create(path).chunks([20, 30])).restart(true).run().unwrap();
        assert!(Zarr::open(path).unwrap().version().unwrap().unwrap().starts_with("3 objects, "));
        assert_eq!(read::<f32>("s3://tests/replaced/x.zarr.old"), x.clone().into_dyn());
        // Only arrays are replaced.
        let folder = Folder::new();
        std::fs::create_dir_all(folder.path("letters")).unwrap();
        std::fs::write(folder.path("letters/a.txt"), "dear").unwrap();
        python("s3.py", &["put", &proxy.url(), "tests", folder.0.to_str().unwrap()]);
        let refused = Job::copy(&x, Zarr::create("s3://tests/letters")).restart(true).run().unwrap_err().to_string();
        assert_eq!(refused, "s3://tests/letters: it is there, and no Zarr array: it is not replaced");
        // A chunk of fill values is removed where another one was.
        Job::copy(&Array2::<f32>::zeros((40, 30)), Zarr::create(path).chunks([20, 30])).restart(true).run().unwrap();
        assert!(Zarr::open(path).unwrap().version().unwrap().unwrap().starts_with("1 objects, "));
        assert_eq!(read::<f32>(path), ArrayD::<f32>::zeros(vec![40, 30]));
    });
}

#[test]
fn outputs_have_no_journal_of_their_own_and_are_no_input() {
    assert_eq!(Zarr::create("s3://tests/x.zarr").journal(), None);
    with_server("round_trips::outputs_have_no_journal_of_their_own_and_are_no_input", &[], |_| {
        let x = cells((20, 20), |n| n as f32);
        Job::copy(&x, Zarr::create("s3://tests/own/x.zarr")).run().unwrap();
        for path in ["s3://tests/own/x.zarr", "s3://tests/own/x.zarr/", "s3://tests/own"] {
            let job = Job::copy(Zarr::open("s3://tests/own/x.zarr").unwrap(), Zarr::create(path)).restart(true);
            let refused = job.run().unwrap_err().to_string();
            assert!(refused.ends_with("the job reads what it would write over"), "{refused}");
        }
        assert_eq!(read::<f32>("s3://tests/own/x.zarr"), x.into_dyn());
    });
}
