//! Disks that are full or read-only, and inputs that vanish: each is an error that names file and box, what can be done is done,
//! and a second run does the rest.
//!
//! The disks are file systems in memory that the test mounts; where it may not, these tests say so and do nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ndarray::{Array, Array2, Array3, Dimension};
use ndstencil::chunks::{Job, Sink, Source};
use ndstencil::prelude::*;
use ndstencil::{Error, JobError};
use stencil_io::{GeoTiff, Images, Npy, TiffCompression, Zarr};

#[stencil(boundary = Nearest)]
fn mean(x: Window2<u8>) -> u8 {
    let mut sum = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

const SHAPE: [usize; 2] = [1024, 1024];

/// Noise, which no compression makes smaller.
fn noise() -> Array2<u8> {
    let mut state = 1_u64;
    Array2::from_shape_fn(SHAPE, |_| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 56) as u8
    })
}

/// A file system in memory.
struct Disk(PathBuf);

impl Disk {
    fn new(name: &str, kib: usize) -> Option<Disk> {
        let path = std::env::temp_dir().join(format!("ndstencil-disk-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        let disk = Disk(path);
        if disk.mount(&format!("size={kib}k"), false) {
            return Some(disk);
        }
        println!("no file system can be mounted here: this test does nothing");
        None
    }

    fn mount(&self, options: &str, again: bool) -> bool {
        let options = if again { format!("remount,{options}") } else { options.to_owned() };
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(&self.0).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

/// Runs a job that writes to a disk which is too small, makes it larger, and runs it again.
fn fills<S: Sink, D: Dimension>(
    name: &str,
    x: Array<u8, D>,
    sink: impl Fn(&Path) -> S,
    read: impl Fn(&Path) -> Array<u8, D>,
) {
    let Some(disk) = Disk::new(name, 600) else { return };
    let path = disk.join(name);
    let run = || Job::new(mean(), &x, sink(&path)).memory(2 << 20).workers(1).run();
    let error = run().unwrap_err();
    let Error::Job(JobError::Chunks { failed, done, total, noted }) = &error else { panic!("{name}: {error}") };
    assert!(*noted && *done > 0 && done + failed.len() == *total, "{name}: {error}");
    let text = error.to_string();
    assert!(text.contains(name) && text.contains("No space left"), "{text}");
    assert!(disk.mount("size=16m", true));
    let summary = run().unwrap();
    assert!(summary.skipped > 0, "{name}: {summary}");
    let mut wanted = Array::<u8, D>::zeros(x.raw_dim());
    Job::new(mean(), &x, &mut wanted).run().unwrap();
    assert_eq!(read(&path), wanted, "{name}");
}

fn whole(source: impl Source) -> Array2<u8> {
    let mut y = Array2::zeros(SHAPE);
    Job::copy(source, &mut y).run().unwrap();
    y
}

#[test]
fn a_full_disk_of_npy() {
    fills("y.npy", noise(), |path| Npy::create(path), |path| whole(Npy::open(path).unwrap()));
}

#[test]
fn a_full_disk_of_zarr() {
    fills("y.zarr", noise(), |path| Zarr::create(path).chunks([128, 128]), |path| whole(Zarr::open(path).unwrap()));
}

/// A PNG that has no place is an error, whatever part of it is written last.
#[test]
fn a_full_disk_of_images() {
    let [rows, columns] = SHAPE;
    let x = noise().into_shape_with_order((8, rows / 8, columns)).unwrap();
    let read = |path: &Path| {
        let mut y = Array3::zeros((8, rows / 8, columns));
        Job::copy(Images::open(path).unwrap(), &mut y).run().unwrap();
        y
    };
    fills("scans", x.clone(), |path| Images::create(path), read);
    fills("scans", x, |path| Images::create(path).extension("tif"), read);
}

#[test]
fn a_full_disk_of_tiff() {
    fills(
        "y.tif",
        noise(),
        |path| GeoTiff::create(path).tile(128).compression(TiffCompression::Deflate),
        |path| whole(GeoTiff::open(path).unwrap()),
    );
}

type Ended = Result<(), Error>;

/// Each folder below is read-only while a job begins, or becomes so while it runs.
#[test]
fn a_read_only_disk() {
    let Some(disk) = Disk::new("read-only", 16 << 10) else { return };
    let x = noise();
    let runs: [(&str, &dyn Fn() -> Ended); 4] = [
        ("y.npy", &|| Job::new(mean(), &x, Npy::create(disk.join("y.npy"))).run().map(drop)),
        ("y.zarr", &|| Job::new(mean(), &x, Zarr::create(disk.join("y.zarr"))).run().map(drop)),
        ("y.tif", &|| Job::new(mean(), &x, GeoTiff::create(disk.join("y.tif"))).run().map(drop)),
        ("scans", &|| {
            let images = x.view().insert_axis(ndarray::Axis(0));
            Job::new(mean(), &images.to_owned(), Images::create(disk.join("scans"))).run().map(drop)
        }),
    ];
    assert!(disk.mount("ro", true));
    for (name, run) in &runs {
        let error = run().unwrap_err();
        assert!(matches!(error, Error::Io(_)), "{name}: {error}");
        assert!(error.to_string().contains(name) && error.to_string().contains("Read-only"), "{name}: {error}");
    }
    assert!(disk.mount("rw", true));
    for (name, run) in &runs {
        run().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Inputs that go away between two chunks.
#[test]
fn inputs_that_vanish() {
    let folder = tempfile::tempdir().unwrap();
    let x = noise();
    let path = |name: &str| folder.path().join(name);
    Job::copy(&x, Npy::create(path("x.npy"))).run().unwrap();
    Job::copy(&x, Zarr::create(path("x.zarr")).chunks([128, 128])).run().unwrap();
    Job::copy(&x, GeoTiff::create(path("x.tif")).tile(128)).run().unwrap();
    let images = x.view().insert_axis(ndarray::Axis(0)).to_owned();
    Job::copy(&images, Images::create(path("scans"))).run().unwrap();
    let gone = |name: &str, run: &dyn Fn() -> Ended| {
        let (here, away) = (path(name), path("away"));
        fs::rename(&here, &away).unwrap();
        let error = run().unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        fs::rename(&away, &here).unwrap();
        run().unwrap();
    };
    let zarr = Zarr::open(path("x.zarr")).unwrap();
    gone("x.zarr", &|| Job::new(mean(), &zarr, Npy::create(path("a.npy"))).run().map(drop));
    let mut y = Array2::<u8>::zeros(SHAPE);
    fs::rename(path("x.zarr"), path("away")).unwrap();
    // Without a journal nobody asks for its version; chunks that are not there are not taken for fill values.
    let error = Job::new(mean(), &zarr, &mut y).run().unwrap_err();
    assert!(matches!(error, Error::Job(JobError::Chunks { done: 0, .. })), "{error}");
    assert!(error.to_string().contains("the array is gone"), "{error}");
    fs::rename(path("away"), path("x.zarr")).unwrap();
    let images = Images::open(path("scans/*.png").to_str().unwrap()).unwrap();
    gone("scans", &|| Job::new(mean(), &images, Zarr::create(path("b.zarr"))).run().map(drop));
    let tiff = GeoTiff::open(path("x.tif")).unwrap();
    gone("x.tif", &|| Job::new(mean(), &tiff, Zarr::create(path("c.zarr"))).run().map(drop));
    let npy = Npy::open(path("x.npy")).unwrap();
    gone("x.npy", &|| Job::new(mean(), &npy, Zarr::create(path("d.zarr"))).run().map(drop));
}
