//! Jobs from array to array.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, Array3};
use ndstencil::chunks::{AxisOrigin, DataType, Form, Open, Sink, Source};
use ndstencil::prelude::*;
use stencil_io::Zarr;
use stencil_io::metadata::{Attributes, DimensionNames};

use crate::{Folder, files, number, read_all, write_all};

#[stencil(boundary = Reflect)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

fn stack(shape: [usize; 3]) -> Array3<f32> {
    Array3::from_shape_fn(shape, |(k, i, j)| (k + 1) as f32 * number(i, j) as f32 / 7.0)
}

/// The content of the chunks of an array, by name.
fn content(path: &Path) -> Vec<(String, Vec<u8>)> {
    let name = |file: &Path| file.strip_prefix(path).unwrap().display().to_string();
    files(path).iter().map(|file| (name(file), std::fs::read(file).unwrap())).collect()
}

#[test]
fn a_job_equals_the_arrays_in_memory() {
    let folder = Folder::new();
    let x = stack([3, 130, 170]);
    let mut expected = Array3::zeros(x.dim());
    for (x, mut y) in x.outer_iter().zip(expected.outer_iter_mut()) {
        y.assign(&mean().apply(&x).unwrap());
    }
    let from = folder.path("x.zarr");
    let sharded = folder.path("sharded.zarr");
    write_all(&Zarr::create(&from).chunks([1, 50, 64]), &x.clone().into_dyn()).unwrap();
    write_all(&Zarr::create(&sharded).chunks([1, 20, 24]).shards([2, 40, 72]), &x.into_dyn()).unwrap();
    for (number, from) in [from, sharded].iter().enumerate() {
        let new = || Zarr::create(folder.path("y.zarr"));
        let sinks =
            [new(), new().chunks([2, 33, 40]), new().chunks([1, 10, 10]).shards([1, 50, 60]), new().v2().blosc(5)];
        for (way, sink) in sinks.into_iter().enumerate() {
            Job::new(mean(), Zarr::open(from).unwrap(), sink).memory(32 << 20).restart(true).run().unwrap();
            let y = Zarr::open(folder.path("y.zarr")).unwrap();
            assert_eq!(read_all::<f32>(&y).unwrap(), expected.clone().into_dyn(), "{number} {way}");
        }
    }
}

static BROKEN: AtomicBool = AtomicBool::new(true);

/// Panics in some chunks while it is broken.
#[stencil(boundary = Nearest)]
fn fragile(x: Window2<f32>) -> f32 {
    if x[[0, 0]] == 112.0 / 7.0 && BROKEN.load(Ordering::Relaxed) {
        panic!("not yet");
    }
    x[[0, 1]] - x[[0, -1]]
}

#[test]
fn a_job_that_was_stopped_goes_on() {
    let folder = Folder::new();
    let x = stack([1, 100, 100]);
    let from = folder.path("x.zarr");
    write_all(&Zarr::create(&from).chunks([1, 32, 32]), &x.clone().into_dyn()).unwrap();
    let to = folder.path("y.zarr");
    let job = || Job::new(fragile(), Zarr::open(&from).unwrap(), Zarr::create(&to).chunks([1, 7, 7]).zstd(3));
    BROKEN.store(true, Ordering::Relaxed);
    let stopped = job().run().unwrap_err().to_string();
    assert!(stopped.contains("not yet"), "{stopped}");
    // A writer that was killed.
    std::fs::write(to.join("c/0/0/0.99-7.partial"), "half").unwrap();
    BROKEN.store(false, Ordering::Relaxed);
    let summary = job().run().unwrap();
    assert!(summary.skipped > 0 && summary.skipped < summary.chunks);
    let again = content(&to);
    assert!(again.iter().all(|(name, _)| !name.ends_with(".partial")));
    // It is done.
    assert_eq!(job().run().unwrap().skipped, summary.chunks);
    job().restart(true).run().unwrap();
    assert_eq!(content(&to), again);
    let expected = fragile().apply(&x.index_axis(ndarray::Axis(0), 0)).unwrap();
    let found = read_all::<f32>(&Zarr::open(&to).unwrap()).unwrap();
    assert_eq!(found.index_axis(ndarray::Axis(0), 0), expected.into_dyn());
    // Another input is another job.
    write_all(&Zarr::create(folder.path("x2.zarr")).chunks([1, 32, 32]), &(&x + 1.0).into_dyn()).unwrap();
    std::fs::copy(folder.path("x2.zarr/c/0/0/0"), from.join("c/0/0/0")).unwrap();
    assert!(job().run().unwrap_err().to_string().contains("input"));
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = Folder::new();
    let x = Array2::<f32>::ones((10, 10));
    let to = folder.path("y.zarr");
    let job = || Job::new(mean(), &x, Zarr::create(&to));
    job().run().unwrap();
    std::fs::remove_file(folder.path("y.zarr.job")).unwrap();
    let refused = job().run().unwrap_err().to_string();
    let expected = "it is there already: `.restart(true)` replaces it, if it is a Zarr array";
    assert_eq!(refused, format!("{}: {expected}", to.display()));
    job().restart(true).run().unwrap();
    // Only arrays are replaced.
    let other = folder.path("letters");
    std::fs::create_dir_all(&other).unwrap();
    std::fs::write(other.join("a.txt"), "dear").unwrap();
    let refused = Job::new(mean(), &x, Zarr::create(&other)).restart(true).run().unwrap_err().to_string();
    assert_eq!(refused, format!("{}: it is there, and no Zarr array: it is not replaced", other.display()));
    assert_eq!(std::fs::read(other.join("a.txt")).unwrap(), b"dear");
    // The array is removed, the journal not: chunks that it names are not there.
    std::fs::remove_dir_all(&to).unwrap();
    let refused = job().run().unwrap_err().to_string();
    assert!(refused.ends_with("the array is gone, but the job's journal is not: `.restart(true)` begins anew"));
}

#[test]
fn two_writers_of_one_array() {
    let folder = Folder::new();
    let sink = Zarr::create(folder.path("y.zarr")).chunks([4, 4]);
    let form = Form::new(&[8, 8], DataType::of::<f32>());
    let first = sink.open(&form, Open::New).unwrap();
    let second = sink.open(&form, Open::Resume).unwrap();
    let x = Array2::<f32>::ones((4, 4));
    std::thread::scope(|scope| {
        for writer in [&first, &second] {
            scope.spawn(|| {
                for _ in 0..50 {
                    writer.write(&[0..4, 4..8], &ndstencil::chunks::Cells::of(&x)).unwrap();
                    writer.sync().unwrap();
                }
            });
        }
    });
    first.finish().unwrap();
    second.finish().unwrap();
    let y = read_all::<f32>(&Zarr::open(folder.path("y.zarr")).unwrap()).unwrap();
    assert_eq!(y.sum(), 16.0);
    assert_eq!(files(&folder.path("y.zarr")).len(), 2);
    // Another form is refused.
    let other = Form::new(&[8, 9], DataType::of::<f32>());
    assert!(
        sink.open(&other, Open::Resume).is_err_and(|error| error.to_string().contains("`.restart(true)` replaces it"))
    );
}

#[test]
fn outputs_are_like_their_input() {
    let folder = Folder::new();
    let from = folder.path("x.zarr");
    let sink = Zarr::create(&from).chunks([1, 4, 4]).shards([1, 8, 8]).gzip(7).dimension_names(["time", "y", "x"]);
    let sink = sink.attribute("units", "mm").attribute("scale_factor", 0.5);
    write_all(&sink, &stack([5, 20, 20]).into_dyn()).unwrap();
    #[gufunc("(t)->()")]
    fn largest(x: ndarray::ArrayView1<f32>) -> f32 {
        x.iter().copied().fold(f32::MIN, f32::max)
    }
    let to = folder.path("y.zarr");
    Job::new(largest().axis(0), Zarr::open(&from).unwrap(), Zarr::create(&to).attribute("method", "max"))
        .run()
        .unwrap();
    let metadata = Zarr::open(&to).unwrap().metadata();
    let Attributes(attributes) = metadata.get().unwrap();
    let expected = serde_json::json!({"method": "max", "scale_factor": 0.5, "units": "mm"});
    assert_eq!(serde_json::Value::Object(attributes.clone()), expected);
    assert_eq!(metadata.get::<DimensionNames>().unwrap().0, [Some("y".to_owned()), Some("x".to_owned())]);
    let text = std::fs::read_to_string(to.join("zarr.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["chunk_grid"]["configuration"]["chunk_shape"], serde_json::json!([8, 8]));
    let inner = &json["codecs"][0]["configuration"];
    assert_eq!(inner["chunk_shape"], serde_json::json!([4, 4]));
    assert_eq!(inner["codecs"][1], serde_json::json!({"name": "gzip", "configuration": {"level": 7}}));
    // Of another type: what numbers stand for is not carried over, nor is the fill value.
    #[stencil]
    fn round(x: Window2<f32>) -> i16 {
        x[[0, 0]] as i16
    }
    Job::new(round(), Zarr::open(&from).unwrap(), Zarr::create(&to)).restart(true).run().unwrap();
    let metadata = Zarr::open(&to).unwrap().metadata();
    assert_eq!(serde_json::to_string(&metadata.get::<Attributes>().unwrap().0).unwrap(), r#"{"units":"mm"}"#);
    // Axes that are new have no name.
    let mut form = Form::new(&[20, 3], DataType::of::<f32>());
    form.metadata = Zarr::open(&from).unwrap().metadata();
    form.origin[0] = Some(AxisOrigin { axis: 1, start: 0, step: 1, covers: 1 });
    crate::write_form(&Zarr::create(folder.path("z.zarr")), &form, &ndarray::ArrayD::<f32>::ones(vec![20, 3])).unwrap();
    let names = Zarr::open(folder.path("z.zarr")).unwrap().metadata().get::<DimensionNames>().unwrap().0.clone();
    assert_eq!(names, [Some("y".to_owned()), None]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_written_is_an_error() {
    let folder = Folder::new();
    // Not even root writes below a file.
    std::fs::write(folder.path("file"), "").unwrap();
    let to = folder.path("file/y.zarr");
    let error = Job::new(mean(), &Array2::<f32>::ones((4, 4)), Zarr::create(&to)).run().unwrap_err().to_string();
    assert!(error.contains("y.zarr"), "{error}");
    let form = Form::new(&[4, 4], DataType::of::<f32>());
    let sink = Zarr::create(folder.path("z.zarr")).chunks([2, 2]);
    let writer = sink.open(&form, Open::New).unwrap();
    std::fs::write(folder.path("z.zarr/c"), "in the way").unwrap();
    let x = Array2::<f32>::ones((2, 2));
    let error = writer.write(&[0..2, 2..4], &ndstencil::chunks::Cells::of(&x)).unwrap_err();
    assert_eq!(error.region(), Some(&[0..2, 2..4][..]));
    assert!(error.to_string().contains("z.zarr/c/0/1"), "{error}");
}
