//! Jobs through files: results, and runs that stop, go on, and share the work.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, ArrayD, IxDyn};
use ndstencil::IoError;
use ndstencil::chunks::{Cells, DataType, Form, Open, Sink};
use ndstencil::prelude::*;
use stencil_io::GeoTiff;

use crate::{Folder, noise, open, read, write};

/// Hangs together with its neighbours at a distance.
#[stencil(boundary = Mirror)]
fn far(x: Window2<u32>) -> u32 {
    x[[-3, 2]].wrapping_mul(3) ^ x[[0, 0]] ^ x[[2, -1]].rotate_left(5)
}

/// The kernel over the last two axes.
fn in_memory(x: &ArrayD<u32>) -> ArrayD<u32> {
    let mut y = x.clone();
    for (x, mut y) in x.exact_chunks(last_two(x)).into_iter().zip(y.exact_chunks_mut(last_two(x))) {
        let shape = [x.shape()[x.ndim() - 2], x.shape()[x.ndim() - 1]];
        let plane = x.to_shape(shape).unwrap();
        let out = far().apply(&plane).unwrap();
        y.assign(&out.to_shape(x.shape()).unwrap());
    }
    y
}

/// The shape of one plane.
fn last_two(x: &ArrayD<u32>) -> IxDyn {
    let mut shape = x.shape().to_vec();
    shape[..x.ndim() - 2].fill(1);
    IxDyn(&shape)
}

#[test]
fn a_job_gives_the_bits_of_arrays_in_memory() {
    let folder = Folder::made();
    for (shape, tile, out) in [([200, 300], 48, 64), ([65, 1], 16, 16), ([1, 400], 64, 32), ([129, 131], 32, 256)] {
        let x = noise::<u32>(&shape, 4);
        let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
        Job::new(crate::same::<u32>(), &x, GeoTiff::create(&from).tile(tile)).restart(true).run().unwrap();
        let sink = GeoTiff::create(&to).tile(out);
        let summary = Job::new(far(), open(&from), sink).memory(4 << 20).restart(true).run().unwrap();
        assert!(summary.planned_memory <= 4 << 20);
        assert_eq!(read::<u32>(&open(&to)).unwrap(), in_memory(&x));
    }
}

#[test]
fn a_source_whose_bands_lie_apart_is_a_stack() {
    let folder = Folder::made();
    let x = noise::<u32>(&[5, 60, 70], 4);
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    write(&x, GeoTiff::create(&from).tile(16)).unwrap();
    Job::new(far(), open(&from), GeoTiff::create(&to).tile(32)).run().unwrap();
    assert_eq!(read::<u32>(&open(&to)).unwrap(), in_memory(&x));
}

static BROKEN: AtomicBool = AtomicBool::new(true);

/// Fails at a place of the array the first time.
#[stencil]
fn fails_once(x: Window2<u32>) -> u32 {
    assert!(x.position() != [100, 70] || !BROKEN.load(Ordering::Relaxed), "here");
    x[[0, 0]] / 2
}

#[test]
fn a_job_that_fails_goes_on() {
    let folder = Folder::made();
    let x = noise::<u32>(&[150, 200], 8);
    let (to, whole) = (folder.join("y.tif"), folder.join("whole.tif"));
    // Where a file is, no folder is.
    let nowhere = folder.join("y.tif.job").join("z.tif");
    let job = |path| Job::new(fails_once(), &x, GeoTiff::create(path).tile(32).cog());
    let error = job(&to).run().unwrap_err();
    assert!(error.to_string().contains("here"), "{error}");
    // Tiles wait, and no file is there.
    assert_eq!(folder.names(), ["y.tif.job", "y.tif.tiles"]);
    let error = job(&nowhere).run().unwrap_err();
    assert!(error.to_string().contains("cannot be"), "{error}");
    BROKEN.store(false, Ordering::Relaxed);
    let summary = job(&to).run().unwrap();
    assert_eq!((summary.chunks, summary.skipped), (35, 34));
    assert_eq!(folder.names(), ["y.tif", "y.tif.job"]);
    job(&whole).run().unwrap();
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(&whole).unwrap());
    // Once more does nothing.
    assert_eq!(job(&to).run().unwrap().skipped, 35);
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(&whole).unwrap());
}

#[test]
fn processes_share_a_job() {
    let folder = Folder::made();
    let x = noise::<u32>(&[150, 200], 8);
    let (from, to, whole) = (folder.join("x.tif"), folder.join("y.tif"), folder.join("whole.tif"));
    write(&x, GeoTiff::create(&from).tile(16)).unwrap();
    let job = |path: &PathBuf, share, shares| {
        Job::new(far(), open(&from), GeoTiff::create(path).tile(16).cog()).shard(share, shares).run().unwrap()
    };
    job(&whole, 0, 1);
    std::thread::scope(|scope| {
        for share in [2, 0, 1] {
            let (to, job) = (&to, &job);
            scope.spawn(move || {
                // Another one began already.
                std::thread::sleep(std::time::Duration::from_millis(100 * share as u64));
                job(to, share, 3)
            });
        }
    });
    assert_eq!(std::fs::read(&to).unwrap(), std::fs::read(&whole).unwrap());
    assert!(!folder.names().contains(&"y.tif.tiles".to_owned()));
}

#[test]
fn what_is_there_is_replaced_when_it_is_told() {
    let folder = Folder::made();
    let path = folder.join("y.tif");
    std::fs::write(&path, "a file of someone's").unwrap();
    let x = noise::<u32>(&[50, 60], 8);
    let job = || Job::new(crate::same::<u32>(), &x, GeoTiff::create(&path).tile(16));
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("is there already; `.restart(true)` replaces it"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), b"a file of someone's");
    job().restart(true).run().unwrap();
    assert_eq!(read::<u32>(&open(&path)).unwrap(), x);
}

/// Writes the tiles of an array of 2 x 2 tiles, with the numbers in `tiles`, each with its own value.
fn tiles(sink: &dyn Sink, open: Open, tiles: &[usize], value: u32) -> Result<(), IoError> {
    let writer = sink.open(&Form::new(&[32, 32], DataType::of::<u32>()), open)?;
    for tile in tiles {
        let (i, j) = (tile / 2 * 16, tile % 2 * 16);
        writer.write(&[i..i + 16, j..j + 16], &Cells::of(&Array2::from_elem((16, 16), value + *tile as u32)))?;
    }
    writer.sync()?;
    if tiles.contains(&3) { writer.finish() } else { Ok(()) }
}

#[test]
fn tiles_of_another_kind_are_refused() {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("y.tif")).tile(16);
    tiles(&sink, Open::New, &[0], 1).unwrap();
    let other = sink.clone().compression(stencil_io::TiffCompression::Lzw);
    let error = tiles(&other, Open::Resume, &[1, 2, 3], 1).unwrap_err().to_string();
    assert!(error.contains("has tiles of another output") && error.contains("`.restart(true)` begins anew"), "{error}");
    // The level does not matter to who reads.
    tiles(&sink.level(1), Open::Resume, &[1, 2, 3], 1).unwrap();
    let y = read::<u32>(&open(&folder.join("y.tif"))).unwrap();
    assert_eq!([y[[0, 0]], y[[0, 16]], y[[16, 0]], y[[31, 31]]], [1, 2, 3, 4]);
}

#[test]
fn missing_tiles_are_told() {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("y.tif")).tile(16);
    let error = tiles(&sink, Open::New, &[0, 1, 3], 1).unwrap_err().to_string();
    assert!(error.contains("tile 2 of 4 is missing"), "{error}");
    assert_eq!(folder.names(), ["y.tif.tiles"]);
}

#[test]
fn the_last_tile_of_a_number_counts() {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("y.tif")).tile(16);
    tiles(&sink, Open::New, &[0, 1, 1, 2], 1).unwrap();
    tiles(&sink, Open::Resume, &[0, 1], 50).unwrap();
    tiles(&sink, Open::Resume, &[1, 3], 70).unwrap();
    let y = read::<u32>(&open(&folder.join("y.tif"))).unwrap();
    assert_eq!([y[[0, 0]], y[[0, 16]], y[[16, 0]], y[[31, 31]]], [50, 71, 3, 73]);
}

#[test]
fn torn_ends_of_packs_are_no_tiles() {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("y.tif")).tile(16);
    tiles(&sink, Open::New, &[0, 1], 1).unwrap();
    tiles(&sink, Open::Resume, &[0, 1, 2], 1).unwrap();
    let mut packs: Vec<_> =
        std::fs::read_dir(folder.join("y.tif.tiles")).unwrap().map(|entry| entry.unwrap().path()).collect();
    packs.sort();
    assert_eq!(packs.len(), 2);
    for cut in [1, 5, 30] {
        // The last record loses its end, then its head; the power went.
        let bytes = std::fs::read(&packs[0]).unwrap();
        std::fs::write(&packs[0], &bytes[..bytes.len() - cut]).unwrap();
    }
    // A head, and zeros where a tile was to be.
    let mut bytes = std::fs::read(&packs[1]).unwrap();
    let len = bytes.len();
    bytes[len - 20..].fill(0);
    std::fs::write(&packs[1], &bytes).unwrap();
    std::fs::write(folder.join("y.tif.tiles").join("9-9.pack"), "NDTILES1 torn").unwrap();
    let error = tiles(&sink, Open::Resume, &[3], 1).unwrap_err().to_string();
    assert!(error.contains("tile 2 is torn"), "{error}");
    tiles(&sink, Open::Resume, &[2, 3], 1).unwrap();
    let y = read::<u32>(&open(&folder.join("y.tif"))).unwrap();
    assert_eq!([y[[0, 0]], y[[0, 16]], y[[16, 0]], y[[31, 31]]], [1, 2, 3, 4]);
}

#[test]
fn a_changed_input_is_another_job() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    let x = noise::<u32>(&[50, 60], 8);
    write(&x, GeoTiff::create(&from)).unwrap();
    Job::new(far(), open(&from), GeoTiff::create(&to)).run().unwrap();
    Job::new(crate::same::<u32>(), &noise::<u32>(&[50, 60], 9), GeoTiff::create(&from)).restart(true).run().unwrap();
    let error = Job::new(far(), open(&from), GeoTiff::create(&to)).run().unwrap_err().to_string();
    assert!(error.contains("y.tif.job"), "{error}");
}

#[test]
fn processes_may_finish_at_once() {
    let folder = Folder::made();
    for round in 0..20 {
        let path = folder.join(&format!("{round}.tif"));
        let sink = GeoTiff::create(&path).tile(16).cog();
        let form = Form::new(&[64, 64], DataType::of::<u32>());
        let writers: Vec<_> = (0..4).map(|_| sink.open(&form, Open::Resume).unwrap()).collect();
        for (tile, writer) in (0..16).zip(writers.iter().cycle()) {
            let (i, j) = (tile / 4 * 16, tile % 4 * 16);
            writer.write(&[i..i + 16, j..j + 16], &Cells::of(&Array2::from_elem((16, 16), tile as u32))).unwrap();
        }
        std::thread::scope(|scope| {
            for writer in &writers {
                scope.spawn(|| writer.finish().unwrap());
            }
        });
        let y = read::<u32>(&open(&path)).unwrap();
        assert!((0..16).all(|tile| y[[tile / 4 * 16, tile % 4 * 16 + 15]] == tile as u32));
        assert!(!folder.names().contains(&format!("{round}.tif.tiles")));
    }
}

static TORN: AtomicBool = AtomicBool::new(true);

/// Fails at a place of the array as long as it is to.
#[stencil]
fn torn(x: Window2<u32>) -> u32 {
    assert!(x.position() != [20, 30] || !TORN.load(Ordering::Relaxed), "here");
    x[[0, 0]]
}

#[test]
fn a_file_that_came_in_between_is_no_result() {
    let folder = Folder::made();
    let x = noise::<u32>(&[50, 60], 8);
    let path = folder.join("y.tif");
    let job = || Job::new(torn(), &x, GeoTiff::create(&path).tile(16));
    job().run().unwrap_err();
    std::fs::write(&path, "a file of someone's").unwrap();
    TORN.store(false, Ordering::Relaxed);
    job().run().unwrap();
    assert_eq!(read::<u32>(&open(&path)).unwrap(), x);
    assert_eq!(folder.names(), ["y.tif", "y.tif.job"]);
    std::fs::remove_file(&path).unwrap();
    let error = job().run().unwrap_err().to_string();
    assert!(error.contains("tile 0 of 16 is missing: `.restart(true)` makes the output anew"), "{error}");
}
