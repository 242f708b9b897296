//! Stacks of images as sources and sinks.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use ndarray::{Array2, Array3, Array4, ArrayD, Axis, Dimension, IxDyn, s};
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Metadata, Open, Scalar, Sink, Source};
use ndstencil::prelude::*;
use png::{BitDepth, ColorType};
use stencil_io::metadata::{DimensionNames, FileNames};
use stencil_io::{ImageCompression, Images};
use tempfile::TempDir;
use tiff::encoder::{TiffEncoder, TiffKindBig, TiffKindStandard, colortype};
use tiff::tags::Tag;

/// All planes of a source.
fn read<T: Scalar + Default>(source: &dyn Source) -> ArrayD<T> {
    let shape = source.shape();
    let mut cells = ArrayD::from_shape_simple_fn(IxDyn(&shape), T::default);
    // Planes that do not lie in a row, too: both must be the same.
    let turned: Vec<usize> = shape.iter().rev().copied().collect();
    let mut turned = ArrayD::from_shape_simple_fn(IxDyn(&turned), T::default).reversed_axes();
    for plane in 0..shape[0] {
        let mut region: Vec<_> = shape.iter().map(|&n| 0..n).collect();
        region[0] = plane..plane + 1;
        source.read(&region, &mut CellsMut::of(&mut cells).slice_mut(&region)).unwrap();
        source.read(&region, &mut CellsMut::of(&mut turned).slice_mut(&region)).unwrap();
    }
    let bytes = |x: &ArrayD<T>| Cells::of(&x.as_standard_layout()).bytes().unwrap().to_vec();
    assert!(std::any::type_name::<T>() == "bool" || bytes(&cells) == bytes(&turned));
    cells
}

/// Writes all planes of an array.
fn write<T: Scalar, D: Dimension>(sink: &dyn Sink, x: &ndarray::Array<T, D>, metadata: Metadata) {
    let mut form = Form::new(x.shape(), DataType::of::<T>());
    form.metadata = metadata;
    let chunks = sink.chunks(&form).unwrap().unwrap();
    let writer = sink.open(&form, Open::New).unwrap();
    let all: Vec<_> = x.shape().iter().map(|&n| 0..n).collect();
    for start in (0..x.shape()[0]).step_by(chunks[0]) {
        let mut region = all.clone();
        region[0] = start..start + chunks[0];
        writer.write(&region, &Cells::of(x).slice(&region)).unwrap();
        writer.sync().unwrap();
    }
    writer.finish().unwrap();
    writer.finish().unwrap();
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn message<T: std::fmt::Debug>(result: Result<T, impl std::fmt::Display>) -> String {
    result.expect_err("an error").to_string()
}

/// A stack on disk of grey planes, whose cells tell where they are.
struct Stack {
    root: TempDir,
}

impl Stack {
    fn new() -> Stack {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("in")).unwrap();
        Stack { root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// A grey PNG in the folder `in`.
    fn add(&self, name: &str, columns: u32, rows: u32, depth: BitDepth, bytes: &[u8]) -> PathBuf {
        let path = self.path("in").join(name);
        let mut encoder = png::Encoder::new(fs::File::create(&path).unwrap(), columns, rows);
        encoder.set_depth(depth);
        encoder.write_header().unwrap().write_image_data(bytes).unwrap();
        path
    }
}

fn round_trip<T: Scalar + Default + PartialEq + std::fmt::Debug>(extension: &str, value: impl Fn(usize) -> T) {
    let folder = tempfile::tempdir().unwrap();
    for compression in [ImageCompression::None, ImageCompression::Fast, ImageCompression::Small] {
        for channels in 1..=4 {
            for [rows, columns] in [[1, 1], [1, 9], [37, 23]] {
                let shape = [2, rows, columns, channels];
                let x = Array4::from_shape_fn(shape, |(k, i, j, c)| value(((k * 40 + i) * 40 + j) * 5 + c));
                let path = folder.path().join(format!("{compression:?}-{channels}-{rows}-{columns}"));
                let sink = Images::create(&path).extension(extension).compression(compression);
                // Grey planes have an axis less.
                let x = if channels == 1 { x.remove_axis(Axis(3)).into_dyn() } else { x.into_dyn() };
                write(&sink, &x, Metadata::default());
                assert_eq!(names(&path), ["000", "001"].map(|name| format!("{name}.{extension}")));
                let source = Images::open(&path).unwrap();
                assert_eq!((source.shape(), source.data_type()), (x.shape().to_vec(), DataType::of::<T>()));
                assert_eq!(read::<T>(&source), x);
            }
        }
    }
}

#[test]
fn every_element_type() {
    round_trip("png", |n| (n * 7) as u8);
    round_trip("png", |n| (n * 7919) as u16);
    round_trip("tif", |n| (n * 7) as u8);
    round_trip("tiff", |n| (n * 7919) as u16);
    round_trip("tif", |n| n as u32 * 70_001);
    round_trip("tif", |n| n as u64 * 5_000_000_001);
    round_trip("tif", |n| n as i8);
    round_trip("tif", |n| (n as i16).wrapping_mul(-301));
    round_trip("tif", |n| n as i32 * -70_001);
    round_trip("tif", |n| n as i64 * -5_000_000_001);
    round_trip("tif", |n| n as f32 / -3.0);
    round_trip("tif", |n| n as f64 / 3.0);
}

#[test]
fn masks_are_black_and_white() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["png", "tif"] {
        let path = folder.path().join(extension);
        let x = Array3::from_shape_fn((2, 5, 6), |(k, i, j)| (k + i + j) % 2 == 0);
        write(&Images::create(&path).extension(extension), &x, Metadata::default());
        assert_eq!(read::<u8>(&Images::open(&path).unwrap()), x.mapv(|x| if x { 255 } else { 0 }).into_dyn());
    }
}

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
    refused(out(), &[2, 3, 4], DataType::of::<[u8; 3]>(), "cannot hold elements");
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
        assert!(error.contains("a.png: is one of the inputs: choose another folder"), "{error}");
    }
    assert_eq!(fs::read(stack.path("in/b.png")).unwrap(), before);
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

/// Palettes, fewer bits, transparent colours.
#[test]
fn kinds_of_png() {
    let stack = Stack::new();
    let read_one = |prepare: &dyn Fn(&mut png::Encoder<'_, fs::File>), data: &[u8]| {
        let path = stack.path("in/x.png");
        let mut encoder = png::Encoder::new(fs::File::create(&path).unwrap(), 2, 1);
        prepare(&mut encoder);
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        read::<u8>(&Images::open(path).unwrap())
    };
    let palette = |png: &mut png::Encoder<'_, fs::File>| {
        png.set_color(ColorType::Indexed);
        png.set_palette(&[10, 20, 30, 200, 100, 0][..]);
    };
    assert_eq!(read_one(&palette, &[0, 1]).into_raw_vec_and_offset().0, [10, 20, 30, 200, 100, 0]);
    let transparent = |png: &mut png::Encoder<'_, fs::File>| {
        palette(png);
        png.set_trns(&[255, 90][..]);
    };
    let found = read_one(&transparent, &[0, 1]);
    assert_eq!(found.shape(), [1, 1, 2, 4]);
    assert_eq!(found.into_raw_vec_and_offset().0, [10, 20, 30, 255, 200, 100, 0, 90]);
    let bits = |png: &mut png::Encoder<'_, fs::File>| png.set_depth(BitDepth::Two);
    assert_eq!(read_one(&bits, &[0b1001_0000]).into_raw_vec_and_offset().0, [170, 85]);
}

/// A TIFF file of pages, of the usual form or the big one.
fn pages(path: &Path, planes: &Array3<u16>, big: bool) {
    let file = fs::File::create(path).unwrap();
    let (rows, columns) = (planes.dim().1 as u32, planes.dim().2 as u32);
    macro_rules! write {
        ($Kind:ty) => {{
            let mut encoder = TiffEncoder::<_, $Kind>::new_generic(file).unwrap();
            for plane in planes.outer_iter() {
                encoder.write_image::<colortype::Gray16>(columns, rows, plane.as_slice().unwrap()).unwrap();
            }
        }};
    }
    if big { write!(TiffKindBig) } else { write!(TiffKindStandard) }
}

#[test]
fn pages_are_planes() {
    let stack = Stack::new();
    let x = Array3::from_shape_fn((12, 9, 7), |(k, i, j)| (k * 1000 + i * 10 + j) as u16);
    for big in [false, true] {
        let path = stack.path("in/stack.tif");
        pages(&path, &x, big);
        let source = Images::open(&path).unwrap();
        assert_eq!((source.shape(), source.chunks()), (vec![12, 9, 7], Some(vec![1, 9, 7])));
        assert_eq!(read::<u16>(&source), x.clone().into_dyn());
    }
    // Several files of several pages; their planes are numbered in the names.
    pages(&stack.path("in/stack2.tif"), &x.slice(s![..2, .., ..]).to_owned(), false);
    pages(&stack.path("in/stack10.tif"), &x.slice(s![7..8, .., ..]).to_owned(), false);
    let source = || Images::open(stack.path("in")).unwrap();
    assert_eq!(source().shape(), [15, 9, 7]);
    assert_eq!(read::<u16>(&source()).slice(s![12.., 0, 0]).to_vec(), [0, 1000, 7000]);
    #[stencil]
    fn same(x: Window2<u16>) -> u16 {
        x[[0, 0]]
    }
    Job::new(same(), source(), Images::create(stack.path("out"))).run().unwrap();
    let written = names(&stack.path("out"));
    assert_eq!(written[..3], ["stack10.png", "stack2_0.png", "stack2_1.png"]);
    assert_eq!((&*written[3], &*written[14]), ("stack_00.png", "stack_11.png"));
    // A page of another size, by its number.
    let path = stack.path("in/mixed.tif");
    let mut encoder = TiffEncoder::new(fs::File::create(&path).unwrap()).unwrap();
    encoder.write_image::<colortype::Gray8>(4, 3, &[0; 12]).unwrap();
    encoder.write_image::<colortype::RGB8>(4, 3, &[0; 36]).unwrap();
    let error = message(Images::open(&path));
    assert!(error.contains("mixed.tif: page 1 is [3, 4, 3] of u8, but the first image, "), "{error}");
    // A smaller copy of a page is none.
    let mut encoder = TiffEncoder::new(fs::File::create(&path).unwrap()).unwrap();
    encoder.write_image::<colortype::Gray8>(4, 3, &[5; 12]).unwrap();
    let mut copy = encoder.new_image::<colortype::Gray8>(2, 1).unwrap();
    copy.encoder().write_tag(Tag::NewSubfileType, 1_u32).unwrap();
    copy.write_data(&[0; 2]).unwrap();
    assert_eq!(Images::open(&path).unwrap().shape(), [1, 3, 4]);
}

/// ImageJ writes stacks beyond 4 GiB with one directory, and the planes one behind the other.
#[test]
fn one_directory_for_all_planes() {
    let stack = Stack::new();
    let path = stack.path("in/big.tif");
    let describe = |images: u64| {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        let mut image = encoder.new_image::<colortype::Gray16>(4, 3).unwrap();
        let text = format!("ImageJ=1.54f\nimages={images}\nslices={images}\nunit=micron\n");
        image.encoder().write_tag(Tag::ImageDescription, &*text).unwrap();
        image.write_data(&[0x0102; 12]).unwrap();
        bytes.into_inner()
    };
    // The planes are where the first one is: this file's strip lies behind its header, and the rest is what follows.
    let bytes = describe(3);
    fs::write(&path, &bytes).unwrap();
    let source = Images::open(&path).unwrap();
    assert_eq!(source.shape(), [3, 3, 4]);
    let found = read::<u16>(&source);
    let strip = bytes.windows(24).position(|strip| strip == [2, 1].repeat(12)).unwrap();
    let wanted: Vec<u16> =
        bytes[strip..strip + 72].chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    assert_eq!(found.into_raw_vec_and_offset().0, wanted);
    // Planes that are not there are not made up.
    for images in [4000, u64::MAX] {
        fs::write(&path, describe(images)).unwrap();
        let error = message(Images::open(&path));
        assert!(error.contains(&format!("says that it holds {images} images, but one can be found")), "{error}");
    }
    fs::write(&path, describe(1)).unwrap();
    assert_eq!(Images::open(&path).unwrap().shape(), [1, 3, 4]);
}

/// Headers that claim more than files can hold, and files with any byte changed or cut off.
#[test]
fn hostile_files() {
    let stack = Stack::new();
    let path = stack.path("in/x.png");
    let side = 1_000_000_000_u32.to_be_bytes();
    let mut huge = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"[..], &side, &side, &[16, 6, 0, 0, 0]].concat();
    let mut crc = checksum(&huge[12..]);
    huge.extend(crc.to_be_bytes());
    crc = checksum(b"IDAT");
    huge.extend([&[0; 4][..], b"IDAT", &crc.to_be_bytes()].concat());
    fs::write(&path, &huge).unwrap();
    let error = message(Images::open(&path));
    assert!(error.contains("x.png: "), "{error}");
    // Sides that a row can be kept of, but not all rows.
    let mut large = huge.clone();
    large[16..24].copy_from_slice(&[0, 0, 0x80, 0, 0, 0x80, 0, 0]);
    let crc = checksum(&large[12..29]);
    large[29..33].copy_from_slice(&crc.to_be_bytes());
    fs::write(&path, &large).unwrap();
    let error = message(Images::open(&path));
    assert!(error.contains("claims to be [8388608, 32768, 4] of u16, more than a file of"), "{error}");

    let mut tiff = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut tiff).unwrap();
    encoder.write_image::<colortype::Gray16>(5, 4, &[7; 20]).unwrap();
    encoder.write_image::<colortype::Gray16>(5, 4, &[8; 20]).unwrap();
    let tiff = tiff.into_inner();
    let png = fs::read(stack.add("y.png", 5, 4, BitDepth::Sixteen, &[7; 40])).unwrap();
    let jpeg = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/colours.jpg")).unwrap();
    let mut number = 0;
    for whole in [png, tiff, jpeg] {
        let mut open = |bytes: &[u8]| {
            // A new file each time: systems bring one that is overwritten to the disk.
            let path = stack.path(&format!("in/{number}"));
            number += 1;
            fs::write(&path, bytes).unwrap();
            let result = Images::open(&path).map(|source| {
                let shape = source.shape();
                // What small files can claim is small.
                assert!(shape.iter().product::<usize>() < 1 << 32, "{shape:?}");
                if shape.iter().product::<usize>() > 1 << 16 || source.data_type().size() > 2 {
                    return true;
                }
                let region: Vec<_> =
                    shape.iter().enumerate().map(|(axis, &n)| 0..if axis == 0 { 1 } else { n }).collect();
                let shape: Vec<_> = region.iter().map(|range| range.end).collect();
                let done = if source.data_type() == DataType::of::<u8>() {
                    source.read(&region, &mut CellsMut::of(&mut ArrayD::<u8>::zeros(shape)))
                } else if source.data_type() == DataType::of::<u16>() {
                    source.read(&region, &mut CellsMut::of(&mut ArrayD::<u16>::zeros(shape)))
                } else {
                    Ok(())
                };
                done.is_ok()
            });
            fs::remove_file(&path).unwrap();
            result.unwrap_or(false)
        };
        assert!(open(&whole));
        let step = whole.len().div_ceil(400);
        for length in (0..whole.len() / 2).step_by(step) {
            assert!(!open(&whole[..length]), "{length} of {}", whole.len());
        }
        for at in (0..whole.len()).step_by(step) {
            for byte in [0, 0x7f, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] = byte;
                open(&bytes);
            }
        }
    }
}

/// The checksum of PNG's chunks.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn jpeg() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let colours = Images::open(data.join("colours.jpg")).unwrap();
    assert_eq!((colours.shape(), colours.data_type()), (vec![1, 24, 32, 3], DataType::of::<u8>()));
    // The right half is red, the left one blue; what was lost is small.
    let x = read::<u8>(&colours);
    let near = |i: usize, j: usize, wanted: [u8; 3]| (0..3).all(|c| x[[0, i, j, c]].abs_diff(wanted[c]) < 10);
    assert!(near(5, 4, [10, 20, 220]) && near(20, 28, [200, 30, 40]), "{x}");
    let grey = Images::open(data.join("grey.jpg")).unwrap();
    assert_eq!(grey.shape(), [1, 24, 32]);
    let x = read::<u8>(&grey);
    assert!((0..32).all(|j| x[[0, 12, j]].abs_diff(j as u8 * 8) < 10), "{x}");
    // The rest of a file that is cut off is not made up.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.jpg");
    let bytes = fs::read(data.join("grey.jpg")).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 40]).unwrap();
    let cut = Images::open(&path).unwrap();
    let error = message(cut.read(&[0..1, 0..24, 0..32], &mut CellsMut::of(&mut Array3::<u8>::zeros((1, 24, 32)))));
    assert!(error.contains("cut.jpg [0..1, 0..24, 0..32]: cannot be decoded"), "{error}");
}

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

/// One plane is one file.
#[test]
fn a_single_plane() {
    let stack = Stack::new();
    let x = Array2::from_shape_fn((5, 6), |(i, j)| (i * 6 + j) as f32 / 7.0);
    write(&Images::create(stack.path("out")).pattern("mean_{}.tif"), &x, Metadata::default());
    let found = Images::open(stack.path("out/mean_0.tif")).unwrap();
    assert_eq!(read::<f32>(&found).index_axis(Axis(0), 0), x.into_dyn());
}

/// Pillow and tifffile read what is written here, and what they write is read here.
#[test]
fn python() {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: NDSTENCIL_PYTHON names no interpreter");
        return;
    };
    let stack = Stack::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/image.py");
    let run = |mode: &str| {
        let done = Command::new(&python).arg(&script).arg(mode).arg(stack.root.path()).status().unwrap();
        assert!(done.success(), "{mode}");
    };
    run("write");
    let cell = |(k, i, j): (usize, usize, usize)| k * 100 + i * 10 + j;
    for name in ["imagej", "ome", "imagej_one_directory", "big", "deflate", "lzw", "tiled", "big_endian"] {
        let source = Images::open(stack.path(&format!("{name}.tif"))).unwrap();
        let x = Array3::from_shape_fn((6, 40, 48), |at| cell(at) as u16);
        assert_eq!(read::<u16>(&source), x.into_dyn(), "{name}");
    }
    let x = Array3::from_shape_fn((6, 40, 48), |at| cell(at) as f32 / 4.0);
    for name in ["float", "float_predictor"] {
        assert_eq!(
            read::<f32>(&Images::open(stack.path(&format!("{name}.tif"))).unwrap()),
            x.clone().into_dyn(),
            "{name}"
        );
    }
    let colour = |(k, i, j, c): (usize, usize, usize, usize)| (k * 60 + i * 2 + j + c * 50) as u8;
    let x = |channels| Array4::from_shape_fn((6, 40, 48, channels), colour).into_dyn();
    for (name, channels) in [("rgb", 3), ("planar", 3), ("rgba", 4), ("grey_alpha", 2)] {
        assert_eq!(read::<u8>(&Images::open(stack.path(&format!("{name}.tif"))).unwrap()), x(channels), "{name}");
    }
    for name in ["png_rgb", "png_rgba"] {
        let channels = if name == "png_rgb" { 3 } else { 4 };
        assert_eq!(read::<u8>(&Images::open(stack.path(name)).unwrap()), x(channels), "{name}");
    }
    // And the other way.
    let out = |name: &str| stack.path("out").join(name);
    for (channels, name) in [(2, "la"), (3, "rgb"), (4, "rgba")] {
        for (extension, compression) in
            [("png", ImageCompression::Fast), ("tif", ImageCompression::Fast), ("tif", ImageCompression::Small)]
        {
            let x = Array4::from_shape_fn((2, 40, 48, channels), colour);
            let folder = out(&format!("{name}_{extension}_{compression:?}"));
            write(&Images::create(folder).extension(extension).compression(compression), &x, Metadata::default());
        }
    }
    let x = Array3::from_shape_fn((2, 40, 48), |at| cell(at) as u16 * 50);
    write(&Images::create(out("u16_png")), &x, Metadata::default());
    write(
        &Images::create(out("u16_tif")).extension("tif").compression(ImageCompression::Small),
        &x,
        Metadata::default(),
    );
    write(&Images::create(out("f32_tif")), &x.mapv(|x| f32::from(x) / 4.0), Metadata::default());
    run("check");
}
