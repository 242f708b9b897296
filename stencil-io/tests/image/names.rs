//! The names of files, their order, and what is not written over.

use std::fs;

use ndarray::s;
use ndstencil::chunks::Source;
use ndstencil::prelude::*;
use png::BitDepth;
use stencil_io::Images;
use stencil_io::metadata::FileNames;
use tiff::encoder::{TiffEncoder, colortype};

use crate::{Stack, message, names, read};

#[test]
fn natural_order_and_names() {
    let stack = Stack::new();
    for (number, name) in ["f1.png", "f2.png", "f10.png", "f100.png"].into_iter().enumerate() {
        stack.add(name, 4, 3, BitDepth::Eight, &[number as u8; 12]);
    }
    fs::write(stack.path("in/notes.txt"), "of the folder the images alone").unwrap();
    for pattern in ["in", "in/", "in/*.png", "in/f*"] {
        let source = Images::open(stack.path(pattern)).unwrap();
        assert_eq!(source.shape(), [4, 3, 4], "{pattern}");
        assert_eq!(read::<u8>(&source).slice(s![.., 0, 0]).to_vec(), [0, 1, 2, 3]);
        let names = source.metadata();
        let names = names.get::<FileNames>().unwrap();
        assert!(names.0[2].ends_with("in/f10.png"));
    }
    // Files that are given keep their order.
    let source = Images::files(["in/f10.png", "in/f1.png"].map(|name| stack.path(name))).unwrap();
    assert_eq!(read::<u8>(&source).slice(s![.., 0, 0]).to_vec(), [2, 0]);
    assert!(source.name().ends_with("f10.png and 1 more"));

    #[stencil]
    fn same(x: Window2<u8>) -> u8 {
        x[[0, 0]]
    }
    let source = || Images::open(stack.path("in/*.png")).unwrap();
    Job::new(same(), source(), Images::create(stack.path("out/deep/"))).run().unwrap();
    assert_eq!(names(&stack.path("out/deep")), ["f1.png", "f10.png", "f100.png", "f2.png"]);
    assert_eq!(names(&stack.path("out")), ["deep", "deep.job"]);
    assert_eq!(read::<u8>(&Images::open(stack.path("out/deep")).unwrap()), read::<u8>(&source()));
    // Other names.
    Job::new(same(), source(), Images::create(stack.path("other")).pattern("z_{:02}.tiff")).run().unwrap();
    assert_eq!(names(&stack.path("other")), ["z_00.tiff", "z_01.tiff", "z_02.tiff", "z_03.tiff"]);
    // Planes that are left out take their names with them.
    #[stencil(boundary = Shrink)]
    fn between(x: Window3<u8>) -> u8 {
        x[[-1, 0, 0]].max(x[[1, 0, 0]])
    }
    Job::new(between(), source(), Images::create(stack.path("shrunk"))).run().unwrap();
    assert_eq!(names(&stack.path("shrunk")), ["f10.png", "f2.png"]);
}

#[test]
fn inputs_are_not_overwritten() {
    let stack = Stack::new();
    for name in ["a.png", "b.png"] {
        stack.add(name, 4, 3, BitDepth::Eight, &[7; 12]);
    }
    let before = fs::read(stack.path("in/b.png")).unwrap();
    #[stencil]
    fn double(x: Window2<u8>) -> u8 {
        2 * x[[0, 0]]
    }
    let job = |folder| Job::new(double(), Images::open(stack.path("in")).unwrap(), Images::create(stack.path(folder)));
    for folder in ["in", "in/../in/"] {
        let error = message(job(folder).restart(true).run());
        assert!(error.contains("a.png: the job reads what it would write over"), "{error}");
    }
    // Also of another input, of a file by itself, and of another output.
    #[gufunc("(),()->()")]
    fn less(x: u8, y: u8) -> u8 {
        x - y
    }
    let open = |path: &str| Images::open(stack.path(path)).unwrap();
    fs::create_dir(stack.path("other")).unwrap();
    for name in ["a.png", "b.png"] {
        fs::copy(stack.path("in").join(name), stack.path("other").join(name)).unwrap();
    }
    let job = Job::new(less(), (open("other"), open("in")), Images::create(stack.path("in"))).restart(true);
    assert!(message(job.run()).contains("a.png: the job reads what it would write over"));
    let out = || Images::create(stack.path("out"));
    let error = message(Job::new((double(), double()), open("in"), (out(), out())).run());
    assert!(error.contains("out/a.png: two outputs of the job would be written there"), "{error}");
    let job = Job::new(double(), open("in"), out()).trace(stack.path("in/b.png"));
    assert!(message(job.run()).contains("b.png: the job reads what it would write over"));
    assert_eq!(fs::read(stack.path("in/b.png")).unwrap(), before);
    let job = |folder| Job::new(double(), Images::open(stack.path("in")).unwrap(), Images::create(stack.path(folder)));
    // Two inputs of one name.
    let mut tiff = TiffEncoder::new(fs::File::create(stack.path("in/a.tif")).unwrap()).unwrap();
    tiff.write_image::<colortype::Gray8>(4, 3, &[9; 12]).unwrap();
    let error = message(job("out").run());
    assert!(error.contains("a.png: would be written from planes 0 and 1"), "{error}");
    assert!(!stack.path("out").exists());
    let numbered = Images::create(stack.path("out")).pattern("{}.png");
    Job::new(double(), Images::open(stack.path("in")).unwrap(), numbered).run().unwrap();
    assert_eq!(names(&stack.path("out")), ["0.png", "1.png", "2.png"]);
}

/// An image that vanished is named, and not left out.
#[test]
#[cfg(unix)]
fn a_link_that_leads_nowhere() {
    let stack = Stack::new();
    for name in ["a.png", "c.png"] {
        stack.add(name, 4, 3, BitDepth::Eight, &[7; 12]);
    }
    std::os::unix::fs::symlink(stack.path("gone.png"), stack.path("in/b.png")).unwrap();
    for pattern in ["in", "in/*.png"] {
        let error = Images::open(stack.path(pattern)).err().unwrap().to_string();
        assert!(error.contains("b.png"), "{error}");
    }
}
