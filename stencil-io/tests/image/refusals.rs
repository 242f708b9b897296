//! Refusals of files that are no stack, and of arrays that are no images: each names what is wrong.

use std::fs;
use std::path::PathBuf;

use ndarray::Array3;
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Open, Sink, Source};
use ndstencil::prelude::*;
use png::BitDepth;
use stencil_io::Images;

use crate::{Stack, message, names};

/// Files that cannot be a stack are named, with what is wrong.
#[test]
fn what_is_wrong_is_named() {
    let stack = Stack::new();
    let open = |pattern: &str| message(Images::open(stack.path(pattern)));
    assert!(open("in").ends_with("in: holds no PNG, JPEG or TIFF file"));
    assert!(open("in/*.png").ends_with("in/*.png: no file matches"));
    assert!(open("in/a.png").ends_with("in/a.png: there is no such file"));
    assert!(open("missing/*.png").ends_with("missing: there is no such folder"));
    assert!(open("[").contains("[: is no pattern"));
    assert!(message(Images::files(Vec::<PathBuf>::new())).contains("has no files"));

    stack.add("f1.png", 8, 6, BitDepth::Eight, &[1; 48]);
    stack.add("f2.png", 8, 6, BitDepth::Eight, &[2; 48]);
    stack.add("f3.png", 8, 5, BitDepth::Eight, &[3; 40]);
    let error = open("in/*.png");
    let wanted = format!(
        "f3.png: is [5, 8] of u8, but the first image, {}/in/f1.png, is [6, 8] of u8",
        stack.root.path().display()
    );
    assert!(error.ends_with(&wanted), "{error}");
    stack.add("f3.png", 8, 6, BitDepth::Sixteen, &[3; 96]);
    assert!(open("in").contains("f3.png: is [6, 8] of u16, but the first image, "));
    fs::remove_file(stack.path("in/f3.png")).unwrap();
    fs::write(stack.path("in/f4.png"), b"").unwrap();
    assert!(open("in").ends_with("f4.png: is empty"));
    fs::write(stack.path("in/f4.png"), b"GIF89a and so on").unwrap();
    assert!(open("in").ends_with("f4.png: is no PNG, JPEG or TIFF file"));
    fs::write(stack.path("in/f4.png"), b"\x89PNG\r\n\x1a\n").unwrap();
    assert!(open("in").contains("f4.png: has a header that cannot be read"));
    fs::remove_file(stack.path("in/f4.png")).unwrap();

    // What is broken behind the header is found when it is read, and the other planes are written.
    let bytes = fs::read(stack.path("in/f2.png")).unwrap();
    fs::write(stack.path("in/f2.png"), &bytes[..bytes.len() - 20]).unwrap();
    #[stencil]
    fn same(x: Window2<u8>) -> u8 {
        x[[0, 0]]
    }
    let job = || Job::new(same(), Images::open(stack.path("in")).unwrap(), Images::create(stack.path("out")));
    let error = message(job().run());
    assert!(error.contains("f2.png [1..2, 0..6, 0..8]: cannot be decoded"), "{error}");
    assert_eq!(names(&stack.path("out")), ["f1.png"]);
    // Mended, the input is another one.
    fs::write(stack.path("in/f2.png"), &bytes).unwrap();
    assert!(message(job().run()).contains("restart"));
    // A file that is exchanged after the stack was opened.
    let source = Images::open(stack.path("in")).unwrap();
    let version = source.version().unwrap();
    stack.add("f2.png", 6, 8, BitDepth::Eight, &[2; 48]);
    assert_ne!(source.version().unwrap(), version);
    let error = message(source.read(&[1..2, 0..6, 0..8], &mut CellsMut::of(&mut Array3::<u8>::zeros((1, 6, 8)))));
    assert!(error.contains("is [8, 6] of u8 now, and was [6, 8] of u8 when the stack was opened"), "{error}");
    fs::remove_file(stack.path("in/f2.png")).unwrap();
    assert!(message(source.version()).contains("f2.png: is not there"));
    // Parts of planes are not asked for, nor other types.
    assert!(source.read(&[0..1, 0..3, 0..8], &mut CellsMut::of(&mut Array3::<u8>::zeros((1, 3, 8)))).is_err());
    assert!(source.read(&[0..1, 0..6, 0..8], &mut CellsMut::of(&mut Array3::<u16>::zeros((1, 6, 8)))).is_err());
    assert!(source.read(&[2..3, 0..6, 0..8], &mut CellsMut::of(&mut Array3::<u8>::zeros((1, 6, 8)))).is_err());
}

/// Sinks refuse what images cannot hold.
#[test]
fn what_cannot_be_written() {
    let stack = Stack::new();
    let refused = |sink: stencil_io::ImagesSink, shape: &[usize], data_type: DataType, wanted: &str| {
        let error = message(sink.chunks(&Form::new(shape, data_type)));
        assert!(error.contains(wanted), "{error} lacks {wanted:?}");
    };
    let out = || Images::create(stack.path("out"));
    let (bytes, floats) = (DataType::of::<u8>(), DataType::of::<f32>());
    refused(out(), &[9], bytes, "an array of shape [9] is something else");
    refused(out(), &[2, 3, 4, 3, 5], bytes, "is something else");
    refused(out(), &[2, 3, 4, 5], bytes, "and an array of shape [2, 3, 4, 5] has 5");
    refused(out(), &[2, 0, 4], bytes, "have none");
    refused(
        out().extension("png"),
        &[2, 3, 4],
        floats,
        "png files cannot hold elements of f32; `.extension(\"tif\")` can",
    );
    refused(out(), &[2, 3, 4], DataType::of::<[u8; 5]>(), "cannot hold elements");
    refused(out().extension("png"), &[2, 3, 4], DataType::of::<[f32; 3]>(), "cannot hold elements of [f32; 3]");
    refused(out(), &[2, 3, 4, 3], DataType::of::<[u8; 3]>(), "is something else");
    refused(out().extension("jpg"), &[2, 3, 4], bytes, "not as \"jpg\"");
    for pattern in ["", "a.png", "{:4}.png", "{0}.png", "{:0x}.png", "{}{}.png", "../{}.png", "{:099}.png"] {
        refused(out().pattern(pattern), &[2, 3, 4], bytes, "is no pattern for names");
    }
    refused(out().pattern("{}.png").extension("tif"), &[2, 3, 4], bytes, "which is not the extension");
    assert!(!stack.path("out").exists());
    assert_eq!(out().chunks(&Form::new(&[0, 3, 4], bytes)), Ok(Some(vec![1, 3, 4])));
    assert_eq!(out().chunks(&Form::new(&[3, 4], bytes)), Ok(Some(vec![3, 4])));

    // A file where the folder should be; a folder in a file; one that is not writable.
    let form = Form::new(&[1, 3, 4], bytes);
    let file = stack.add("f.png", 4, 3, BitDepth::Eight, &[0; 12]);
    assert!(Images::create(&file).open(&form, Open::New).err().unwrap().to_string().contains("is a file"));
    assert!(Images::create(file.join("x")).open(&form, Open::New).is_err());
    // What is there.
    fs::create_dir(stack.path("out")).unwrap();
    fs::write(stack.path("out/000.png"), b"precious").unwrap();
    let error = out().check_vacant(&form).unwrap_err().to_string();
    assert!(error.ends_with("000.png: is there already; `.restart(true)` replaces it"), "{error}");
    out().open(&form, Open::Resume).unwrap();
    assert!(stack.path("out/000.png").exists());
    fs::write(stack.path("out/other.png"), b"not of this job").unwrap();
    let sink = out();
    let writer = sink.open(&form, Open::New).unwrap();
    assert_eq!(names(&stack.path("out")), ["other.png"]);
    // Finished only with all files; what a killed run left goes, and that of others stays.
    fs::write(stack.path("out/000.png.77-3.partial"), b"half").unwrap();
    fs::write(stack.path("out/other.png.77-3.partial"), b"half").unwrap();
    assert!(message(writer.finish()).contains("000.png: is gone"));
    writer.write(&[0..1, 0..3, 0..4], &Cells::of(&Array3::<u8>::ones((1, 3, 4)))).unwrap();
    writer.finish().unwrap();
    assert_eq!(names(&stack.path("out")), ["000.png", "other.png", "other.png.77-3.partial"]);
}
