//! Jobs on stacks of images.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array3, Array4, Axis};
use ndstencil::chunks::{Metadata, Source};
use ndstencil::prelude::*;
use stencil_io::Images;
use stencil_io::metadata::DimensionNames;

use crate::{Stack, message, names, read, write};

#[stencil(boundary = Reflect)]
fn blur(x: Window3<u16>) -> u16 {
    (x[[-1, 0, 0]] / 8) + (x[[0, -1, 0]] / 8) + (x[[0, 0, 0]] / 2) + (x[[0, 1, 2]] / 8) + (x[[1, 0, 0]] / 8)
}

fn noise() -> Array3<u16> {
    Array3::from_shape_fn((9, 31, 43), |(k, i, j)| ((k * 31 + i * 7919 + j * 104_729) % 65_521) as u16)
}

#[test]
fn a_job_equals_the_call() {
    let stack = Stack::new();
    let x = noise();
    write(&Images::create(stack.path("scans")), &x, Metadata::default());
    for (memory, extension) in [(1 << 30, "png"), (6 << 20, "tif")] {
        let source = Images::open(stack.path("scans/*.png")).unwrap();
        let sink = Images::create(stack.path(extension)).extension(extension);
        let summary = Job::new(blur(), source, sink).memory(memory).workers(2).run().unwrap();
        assert_eq!(summary.chunks, 9);
        let found = read::<u16>(&Images::open(stack.path(extension)).unwrap());
        assert_eq!(found, blur().apply(&x).unwrap().into_dyn());
    }
}

#[test]
fn a_stack_without_planes_keeps_its_channels() {
    let stack = Stack::new();
    let x = Array4::from_shape_fn((4, 6, 5, 3), |(k, i, j, c)| (k * 50 + i * 7 + j * 3 + c) as u8);
    write(&Images::create(stack.path("scans")), &x, Metadata::default());
    #[gufunc("(k)->()")]
    fn last(x: ndarray::ArrayView1<u8>) -> u8 {
        x[x.len() - 1]
    }
    let source = || Images::open(stack.path("scans")).unwrap();
    let metadata = source().metadata();
    let names = &metadata.get::<DimensionNames>().unwrap().0;
    assert_eq!(names.iter().flatten().collect::<Vec<_>>(), ["plane", "y", "x", "channel"]);
    Job::new(last().axis(0), source(), Images::create(stack.path("last"))).run().unwrap();
    let found = Images::open(stack.path("last")).unwrap();
    assert_eq!(found.shape(), [1, 6, 5, 3]);
    assert_eq!(read::<u8>(&found).index_axis(Axis(0), 0), x.index_axis(Axis(0), 3).into_dyn());
    // Channels that are gone leave grey planes.
    #[gufunc("(c)->()")]
    fn first(x: ndarray::ArrayView1<u8>) -> u8 {
        x[0]
    }
    Job::new(first(), source(), Images::create(stack.path("first"))).run().unwrap();
    let found = Images::open(stack.path("first")).unwrap();
    assert_eq!(read::<u8>(&found), x.index_axis(Axis(3), 0).to_owned().into_dyn());
}

#[test]
fn a_stopped_job_goes_on() {
    static BROKEN: AtomicBool = AtomicBool::new(true);
    fn checked(x: u16) -> u16 {
        assert!(x != 9 || !BROKEN.load(Ordering::Relaxed), "a bad cell");
        x
    }
    #[stencil]
    fn careful(x: Window2<u16>) -> u16 {
        checked(x[[0, 0]])
    }
    let stack = Stack::new();
    let mut x = noise().mapv(|x| x | 16);
    x[[5, 3, 3]] = 9;
    write(&Images::create(stack.path("scans")), &x, Metadata::default());
    let job = || Job::new(careful(), Images::open(stack.path("scans")).unwrap(), Images::create(stack.path("out")));
    assert!(message(job().run()).contains("a bad cell"));
    assert_eq!(names(&stack.path("out")).len(), 8);
    BROKEN.store(false, Ordering::Relaxed);
    // One that is gone meanwhile is missed at the end.
    fs::rename(stack.path("out/002.png"), stack.path("kept")).unwrap();
    assert!(message(job().run()).contains("002.png: is gone"));
    fs::rename(stack.path("kept"), stack.path("out/002.png")).unwrap();
    let summary = job().run().unwrap();
    assert_eq!((summary.chunks, summary.skipped), (9, 9));
    assert_eq!(read::<u16>(&Images::open(stack.path("out")).unwrap()), x.into_dyn());
}

#[test]
fn shares_of_a_job_write_one_folder() {
    let stack = Stack::new();
    let x = noise();
    for share in 0..2 {
        Job::new(blur(), &x, Images::create(stack.path("out"))).shard(share, 2).run().unwrap();
    }
    assert_eq!(read::<u16>(&Images::open(stack.path("out")).unwrap()), blur().apply(&x).unwrap().into_dyn());
}
