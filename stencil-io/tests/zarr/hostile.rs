//! Files that are torn, or made to do harm: errors, and no memory beyond reason.

use std::path::Path;

use ndarray::Array2;
use ndstencil::chunks::{CellsMut, DataType, Form, Sink, Source};
use serde_json::{Value, json};
use stencil_io::{Zarr, ZarrSink};

use crate::{Folder, files, read_all, write_all};

fn metadata(change: impl FnOnce(&mut Value)) -> Value {
    let mut metadata = json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": [16, 16],
        "data_type": "float32",
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [8, 8]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": 0.0,
        "codecs": [
            {"name": "bytes", "configuration": {"endian": "little"}},
            {"name": "zstd", "configuration": {"level": 1, "checksum": false}},
        ],
    });
    change(&mut metadata);
    metadata
}

fn opened(folder: &Path, name: &str, text: &[u8]) -> Result<Zarr, String> {
    let path = folder.join("x.zarr");
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    std::fs::write(path.join(name), text).unwrap();
    Zarr::open(&path).map_err(|error| error.to_string())
}

#[test]
fn metadata_that_no_array_has() {
    let folder = Folder::new();
    type Case = (&'static str, fn(&mut Value), &'static str);
    let cases: [Case; 26] = [
        ("negative", |x| x["shape"] = json!([-1, 16]), "invalid value"),
        ("text", |x| x["shape"] = json!("large"), "invalid type"),
        ("huge", |x| x["shape"] = json!([u64::MAX, 2]), "more bytes than 2^63"),
        ("product", |x| x["shape"] = json!([1_u64 << 40, 1_u64 << 40]), "more bytes than 2^63"),
        ("empty and huge", |x| x["shape"] = json!([0, u64::MAX]), "more bytes than 2^63"),
        ("axes", |x| x["shape"] = json!(vec![1; 100]), "it has 100 axes, at most 32 are supported"),
        ("rank", |x| x["shape"] = json!([16]), "are none of an array of shape [16]"),
        ("chunks", |x| grid(x, json!([1_u64 << 60, 8])), "are larger than 16 GiB"),
        ("chunks 2", |x| grid(x, json!([1_u64 << 40, 1_u64 << 40])), "are larger than 16 GiB"),
        ("no chunks", |x| grid(x, json!([0, 8])), "are none of an array of shape [16, 16]"),
        ("minus chunks", |x| grid(x, json!([-8, 8])), "chunks of [-8,8]"),
        ("no grid", |x| x["chunk_grid"] = json!("rectangular"), "the chunk grid rectangular is not supported"),
        ("type", |x| x["data_type"] = json!("complex128"), "elements of complex128 are not supported"),
        ("raw", |x| x["data_type"] = json!("r99999999999999"), "elements of r99999999999999 are not supported"),
        ("fill", |x| x["fill_value"] = json!("dear"), "\"dear\" is no fill value of float32"),
        ("fill 2", |x| x["fill_value"] = json!([1, 2, 3]), "is no fill value of float32"),
        ("codec", |x| x["codecs"][1]["name"] = json!("lzma9"), "the codec lzma9 is not supported at its place"),
        ("codecs", |x| x["codecs"] = json!([]), "it has no codec bytes"),
        ("order", |x| x["codecs"][0]["configuration"] = json!({}), "the codec bytes has no order of bytes"),
        ("turned", |x| first(x, "transpose", json!({"order": [0, 0]})), "[0, 0] is no order of 2 axes"),
        ("turned 2", |x| first(x, "transpose", json!({"order": [0, 1, 2]})), "[0, 1, 2] is no order of 2 axes"),
        ("keys", |x| x["chunk_key_encoding"] = json!("../../etc"), "the chunk key encoding ../../etc is not supported"),
        (
            "separator",
            |x| x["chunk_key_encoding"]["configuration"]["separator"] = json!("/../"),
            "the separator of chunk keys is neither / nor .",
        ),
        ("field", |x| x["secret"] = json!({"must_understand": true}), "it has a field \"secret\""),
        ("names", |x| x["dimension_names"] = json!(["x"]), "it has not one dimension name for each axis"),
        (
            "shards",
            |x| shard(x, json!([3, 8]), json!([{"name": "bytes", "configuration": {"endian": "little"}}])),
            "shards of [8, 8] are not whole chunks of [3, 8]",
        ),
    ];
    fn grid(x: &mut Value, chunks: Value) {
        x["chunk_grid"]["configuration"]["chunk_shape"] = chunks;
    }
    fn first(x: &mut Value, name: &str, configuration: Value) {
        x["codecs"].as_array_mut().unwrap().insert(0, json!({"name": name, "configuration": configuration}));
    }
    fn shard(x: &mut Value, chunks: Value, index: Value) {
        let codecs = x["codecs"].clone();
        let configuration = json!({"chunk_shape": chunks, "codecs": codecs, "index_codecs": index});
        x["codecs"] = json!([{"name": "sharding_indexed", "configuration": configuration}]);
    }
    assert!(opened(&folder.0, "zarr.json", metadata(|_| ()).to_string().as_bytes()).is_ok());
    for (name, change, expected) in cases {
        let found = opened(&folder.0, "zarr.json", metadata(change).to_string().as_bytes()).unwrap_err();
        assert!(found.contains(expected) && found.contains("zarr.json"), "{name}: {found}");
    }
    // Deep shards: an index of 2^58 chunks.
    let deep = metadata(|x| {
        grid(x, json!([1_u64 << 16, 1_u64 << 16]));
        x["data_type"] = json!("uint8");
        x["fill_value"] = json!(0);
        shard(x, json!([1, 1]), json!([{"name": "bytes", "configuration": {"endian": "little"}}]));
    });
    let found = opened(&folder.0, "zarr.json", deep.to_string().as_bytes()).unwrap_err();
    assert!(found.contains("have too many chunks"), "{found}");
    for text in [&b""[..], b"{", b"[1]", b"null", &[0xff; 100], "[".repeat(100_000).as_bytes()] {
        assert!(opened(&folder.0, "zarr.json", text).is_err());
        assert!(opened(&folder.0, ".zarray", text).is_err());
    }
}

#[test]
fn metadata_of_version_2_that_no_array_has() {
    let folder = Folder::new();
    let array = |change: fn(&mut Value)| {
        let mut metadata = json!({
            "zarr_format": 2, "shape": [16], "chunks": [8], "dtype": "<i4", "compressor": {"id": "zlib", "level": 1},
            "fill_value": null, "order": "C", "filters": null,
        });
        change(&mut metadata);
        opened(&folder.0, ".zarray", metadata.to_string().as_bytes())
    };
    assert!(array(|_| ()).is_ok());
    // Orders of arrays with an axis or none are those of C.
    assert!(array(|x| x["order"] = json!("F")).is_ok());
    assert!(array(|x| (x["order"], x["shape"], x["chunks"]) = (json!("F"), json!([]), json!([]))).is_ok());
    let wrong: [fn(&mut Value); 8] = [
        |x| x["dtype"] = json!("<U7"),
        |x| x["dtype"] = json!([["a", "<i4"]]),
        |x| x["compressor"] = json!({"id": "lzma"}),
        |x| x["compressor"] = json!({"id": "zlib", "level": 77}),
        |x| x["filters"] = json!([{"id": "delta", "dtype": "<i4"}]),
        |x| x["chunks"] = json!([1_u64 << 60]),
        |x| x["shape"] = json!(vec![1; 100]),
        |x| x["dimension_separator"] = json!("/../"),
    ];
    for (number, change) in wrong.into_iter().enumerate() {
        assert!(array(change).is_err_and(|error| error.contains(".zarray")), "{number}");
    }
}

/// Metadata in which something is replaced by anything: an error or an array, but no panic.
#[test]
fn metadata_with_anything_in_it() {
    let folder = Folder::new();
    let anything = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{0}/.."),
        json!([]),
        json!({}),
        json!([null]),
        json!({"name": "x", "configuration": {}}),
        json!([[[]]]),
        json!(vec![1; 40]),
    ];
    fn places(value: &Value, at: String, found: &mut Vec<String>) {
        found.push(at.clone());
        match value {
            Value::Object(map) => map.iter().for_each(|(name, value)| places(value, format!("{at}/{name}"), found)),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(n, value)| places(value, format!("{at}/{n}"), found));
            }
            _ => {}
        }
    }
    let sharded = metadata(|x| {
        let index = json!([{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]);
        let blosc = json!({"name": "blosc", "configuration": {
            "cname": "lz4", "clevel": 5, "shuffle": "shuffle", "typesize": 4, "blocksize": 0,
        }});
        x["codecs"] = json!([{"name": "sharding_indexed", "configuration": {
            "chunk_shape": [4, 4],
            "codecs": [{"name": "transpose", "configuration": {"order": [1, 0]}}, x["codecs"][0], blosc],
            "index_codecs": index,
            "index_location": "end",
        }}]);
        x["dimension_names"] = json!(["y", null]);
        x["attributes"] = json!({"a": 1});
    });
    let v2 = json!({
        "zarr_format": 2, "shape": [16, 3], "chunks": [8, 3], "dtype": "<i4", "fill_value": 0, "order": "F",
        "compressor": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
        "filters": [{"id": "crc32c"}], "dimension_separator": "/",
    });
    let mut opened_ones = 0;
    for (name, whole) in [("zarr.json", metadata(|_| ())), ("zarr.json", sharded), (".zarray", v2)] {
        let mut found = Vec::new();
        places(&whole, String::new(), &mut found);
        for place in found.iter().skip(1) {
            for other in &anything {
                let mut changed = whole.clone();
                *changed.pointer_mut(place).unwrap() = other.clone();
                if let Ok(array) = opened(&folder.0, name, changed.to_string().as_bytes()) {
                    opened_ones += 1;
                    let _ = (array.scratch_bytes(), array.metadata(), array.version().unwrap());
                    let (shape, chunks) = (array.shape(), array.chunks().unwrap());
                    let region: Vec<_> = shape.iter().zip(&chunks).map(|(&n, &len)| 0..n.min(len)).collect();
                    let bytes: usize = region.iter().map(|range| range.len()).product();
                    if bytes < 1 << 20 && array.data_type() == DataType::of::<f32>() {
                        let lens: Vec<usize> = region.iter().map(|range| range.len()).collect();
                        let mut cells = ndarray::ArrayD::<f32>::ones(lens);
                        array.read(&region, &mut CellsMut::of(&mut cells)).unwrap_or_default();
                    }
                }
            }
        }
    }
    assert!(opened_ones > 50, "{opened_ones}");
}

/// Writes an array with one chunk of these bytes, and reads it.
fn read_chunk(folder: &Folder, codecs: Value, bytes: &[u8]) -> String {
    let text = metadata(|x| {
        x["codecs"].as_array_mut().unwrap().truncate(1);
        x["codecs"].as_array_mut().unwrap().extend(codecs.as_array().unwrap().iter().cloned());
    });
    let array = opened(&folder.0, "zarr.json", text.to_string().as_bytes()).unwrap();
    std::fs::create_dir_all(folder.path("x.zarr/c/1")).unwrap();
    std::fs::write(folder.path("x.zarr/c/1/0"), bytes).unwrap();
    let mut cells = Array2::<f32>::ones((8, 8));
    let error = array.read(&[8..16, 0..8], &mut CellsMut::of(&mut cells)).unwrap_err();
    assert_eq!(error.region(), Some(&[8..16, 0..8][..]));
    let error = error.to_string();
    assert!(error.contains("x.zarr/c/1/0"), "{error}");
    error
}

#[test]
fn bombs_do_not_go_off() {
    let folder = Folder::new();
    // Many zeros in some kilobytes.
    let zeros = vec![0_u8; 64 << 20];
    let zstd = zstd::bulk::compress(&zeros, 1).unwrap();
    let two = json!([{"name": "zstd", "configuration": {"level": 1, "checksum": false}}, {"name": "crc32c"}]);
    let one = json!([{"name": "zstd", "configuration": {"level": 1, "checksum": false}}]);
    let twice = json!([one[0], one[0]]);
    assert!(read_chunk(&folder, one.clone(), &zstd).contains("zstd: "));
    assert!(read_chunk(&folder, twice, &zstd).contains("zstd: "));
    assert!(read_chunk(&folder, two, &zstd).contains("its checksum does not fit"));
    // More than a chunk can have, compressed.
    assert!(read_chunk(&folder, one.clone(), &[0; 100_000]).contains("it has 100000 bytes, more than the"));
    // A frame that says that it holds 2^60 bytes.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0x00];
    frame.extend((1_u64 << 60).to_le_bytes());
    frame.extend([1, 0, 0]);
    assert!(read_chunk(&folder, one.clone(), &frame).contains("zstd: "));
    for name in ["gzip", "numcodecs.zlib"] {
        let gzip = json!([{"name": name, "configuration": {"level": 1}}]);
        let mut bytes = Vec::new();
        let zeros = &zeros[..1 << 20];
        use std::io::Read;
        if name == "gzip" {
            flate2::read::GzEncoder::new(zeros, flate2::Compression::best()).read_to_end(&mut bytes).unwrap();
        } else {
            flate2::read::ZlibEncoder::new(zeros, flate2::Compression::best()).read_to_end(&mut bytes).unwrap();
        }
        assert!(read_chunk(&folder, gzip.clone(), &bytes).contains("it decodes to more than 256 bytes"));
        let doubled = json!([gzip[0], gzip[0]]);
        let mut again = Vec::new();
        if name == "gzip" {
            flate2::read::GzEncoder::new(&bytes[..], flate2::Compression::best()).read_to_end(&mut again).unwrap();
        } else {
            flate2::read::ZlibEncoder::new(&bytes[..], flate2::Compression::best()).read_to_end(&mut again).unwrap();
        }
        let error = read_chunk(&folder, doubled, &again);
        assert!(error.contains("it decodes to more than"), "{error}");
    }
    // Blosc says how much it holds.
    let blosc = json!([{"name": "blosc", "configuration": {
        "cname": "lz4", "clevel": 5, "shuffle": "noshuffle", "blocksize": 0,
    }}]);
    let mut bytes = vec![2, 1, 0x21, 4];
    bytes.extend((1_u32 << 30).to_le_bytes());
    bytes.extend((1_u32 << 16).to_le_bytes());
    bytes.extend(20_u32.to_le_bytes());
    bytes.extend([0; 4]);
    assert!(read_chunk(&folder, blosc.clone(), &bytes).contains("it decodes to 1073741824 bytes, its chunk has 256"));
    assert!(read_chunk(&folder, blosc, b"no").contains("blosc: "));
    // None of it is a memory of the process.
    let peak = crate::memory::peak().unwrap_or(0);
    assert!(peak < 1 << 30, "{peak}");
}

#[test]
fn torn_chunks_are_errors() {
    let folder = Folder::new();
    let x = Array2::from_shape_fn((16, 16), |(i, j)| (i * 16 + j) as f32).into_dyn();
    let new = || Zarr::create(folder.path("x.zarr")).chunks([8, 8]);
    let sinks: Vec<ZarrSink> = vec![
        new(),
        new().uncompressed(),
        new().gzip(1),
        new().blosc(5),
        new().v2().gzip(1),
        new().chunks([4, 4]).shards([8, 8]),
    ];
    for (way, sink) in sinks.into_iter().enumerate() {
        write_all(&sink, &x).unwrap();
        for file in files(&folder.path("x.zarr")).iter().filter(|file| !file.to_str().unwrap().contains("/.z")) {
            if file.ends_with("zarr.json") {
                continue;
            }
            let whole = std::fs::read(file).unwrap();
            for len in [0, 1, whole.len() / 2, whole.len() - 1] {
                std::fs::write(file, &whole[..len]).unwrap();
                let error = read_all::<f32>(&Zarr::open(folder.path("x.zarr")).unwrap()).unwrap_err();
                let name = file.to_str().unwrap();
                assert!(error.to_string().contains(name) && error.region().is_some(), "{way} {len}: {error}");
            }
            // Any byte may be another: an error, or other cells, but no panic.
            for at in (0..whole.len()).step_by(7) {
                let mut torn = whole.clone();
                torn[at] ^= 0xff;
                std::fs::write(file, torn).unwrap();
                let _ = read_all::<f32>(&Zarr::open(folder.path("x.zarr")).unwrap());
            }
            std::fs::write(file, whole).unwrap();
        }
        std::fs::remove_dir_all(folder.path("x.zarr")).unwrap();
    }
}

#[test]
fn a_bool_is_zero_or_one() {
    let folder = Folder::new();
    let x = Array2::from_shape_fn((4, 4), |(i, j)| i == j).into_dyn();
    write_all(&Zarr::create(folder.path("x.zarr")).uncompressed(), &x).unwrap();
    let chunk = folder.path("x.zarr/c/0/0");
    let mut bytes = std::fs::read(&chunk).unwrap();
    bytes[3] = 7;
    std::fs::write(&chunk, bytes).unwrap();
    let error = read_all::<bool>(&Zarr::open(folder.path("x.zarr")).unwrap()).unwrap_err().to_string();
    assert!(error.ends_with("a bool in it is neither 0 nor 1"), "{error}");
}

#[test]
fn a_chunk_beyond_the_memory_is_refused_before_it_is_read() {
    use ndstencil::prelude::*;
    #[stencil]
    fn same(x: Window2<f32>) -> f32 {
        x[[0, 0]]
    }
    let folder = Folder::new();
    let text = metadata(|x| {
        x["shape"] = json!([40_000, 40_000]);
        x["chunk_grid"]["configuration"]["chunk_shape"] = json!([40_000, 40_000]);
    });
    let array = opened(&folder.0, "zarr.json", text.to_string().as_bytes()).unwrap();
    let error = Job::new(same(), array, Zarr::create(folder.path("y.zarr")).chunks([100, 100])).run().unwrap_err();
    assert!(error.to_string().contains("memory"), "{error}");
    let form = Form::new(&[100_000, 100_000], DataType::of::<f64>());
    let sink = Zarr::create(folder.path("y.zarr")).chunks([100_000, 100_000]);
    assert!(Sink::chunks(&sink, &form).unwrap_err().to_string().contains("are larger than 16 GiB"));
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_chunk_is_not_waited_for() {
    let folder = Folder::new();
    let array = opened(&folder.0, "zarr.json", metadata(|_| ()).to_string().as_bytes()).unwrap();
    std::fs::create_dir_all(folder.path("x.zarr/c/0")).unwrap();
    let pipe = folder.path("x.zarr/c/0/0");
    if !std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        return;
    }
    assert!(read_all::<f32>(&array).unwrap_err().to_string().contains("it is no file"));
}
