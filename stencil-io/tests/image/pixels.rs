//! Whole pixels as elements.

use ndarray::{Array3, Array4, ArrayView, Axis, s};
use ndstencil::chunks::{CellsMut, DataType, Metadata, Source};
use ndstencil::prelude::*;
use stencil_io::{ImageCompression, Images};
use tiff::encoder::TiffEncoder;
use tiff::tags::Tag;

use crate::{Stack, message, read, write};

/// Channels that differ from cell to cell.
fn channels<const C: usize>(value: impl Fn(usize) -> u16) -> Array4<u16> {
    Array4::from_shape_fn((3, 23, 31, C), |(k, i, j, c)| value((k * 7919 + i * 104_729 + j * 31) * 5 + c))
}

fn pixels<T: Copy + Default, const C: usize>(x: &Array4<T>) -> Array3<[T; C]> {
    let (planes, rows, columns, _) = x.dim();
    Array3::from_shape_fn((planes, rows, columns), |(k, i, j)| std::array::from_fn(|c| x[[k, i, j, c]]))
}

/// Mixes pixels with their neighbours, and channels with each other.
#[stencil(boundary = Reflect)]
fn mixed<const C: usize>(x: Window3<[u16; C]>) -> [u16; C] {
    let (here, above, before) = (x[[0, 0, 0]], x[[0, -1, 0]], x[[-1, 0, 1]]);
    let mut out = [0; C];
    for c in 0..C {
        out[c] = here[C - 1 - c] / 2 + above[c] / 4 + before[0] / 4;
    }
    out
}

fn mix<const C: usize>() {
    let stack = Stack::new();
    let x = channels::<C>(|n| (n * 7) as u16);
    let scans = stack.path("scans");
    let grey = x.index_axis(Axis(3), 0).to_owned();
    match C {
        1 => write(&Images::create(&scans), &grey, Metadata::default()),
        _ => write(&Images::create(&scans), &x, Metadata::default()),
    }
    let source = || Images::open(&scans).unwrap().pixels().unwrap();
    assert_eq!((source().shape(), source().data_type()), (vec![3, 23, 31], DataType::of::<[u16; C]>()));
    let x = pixels::<u16, C>(&x);
    // In parts that do not follow the planes, with chunks that are kept.
    let mut out = Array3::from_elem(x.dim(), [0; C]);
    Job::new(mixed::<C>(), source(), &mut out).memory(2 << 20).run().unwrap();
    let wanted = mixed::<C>().apply(&x).unwrap();
    assert_eq!(out, wanted);
    // From files to files.
    for extension in ["png", "tif"] {
        for compression in [ImageCompression::Fast, ImageCompression::Small] {
            let out = stack.path(&format!("{extension}-{compression:?}"));
            let sink = Images::create(&out).extension(extension).compression(compression);
            Job::new(mixed::<C>(), source(), sink).run().unwrap();
            let found = read::<u16>(&Images::open(&out).unwrap());
            let found = found.into_shape_with_order((3, 23, 31, C)).unwrap();
            assert_eq!(pixels::<u16, C>(&found), wanted);
        }
    }
    // Arrays of pixels, in any order.
    let turned = wanted.view().reversed_axes();
    Job::copy(&turned, Images::create(stack.path("turned"))).run().unwrap();
    let found = read::<u16>(&Images::open(stack.path("turned")).unwrap());
    let found = found.into_shape_with_order((31, 23, 3, C)).unwrap();
    assert_eq!(pixels::<u16, C>(&found), turned);
}

#[test]
fn jobs_of_pixels() {
    mix::<1>();
    mix::<2>();
    mix::<3>();
    mix::<4>();
}

#[test]
fn other_samples() {
    let stack = Stack::new();
    let x = channels::<3>(|n| n as u16).mapv(|x| f32::from(x) / 7.0);
    Job::copy(&pixels::<f32, 3>(&x), Images::create(stack.path("floats"))).run().unwrap();
    let floats = Images::open(stack.path("floats")).unwrap();
    assert_eq!(read::<f32>(&floats), x.clone().into_dyn());
    // Cells that do not lie in a row.
    let mut all = Array3::from_elem((23, 3, 62), [0.0; 3]);
    let mut part = all.slice_mut(s![.., 1..2, ..;2]).permuted_axes([1, 0, 2]);
    floats.pixels().unwrap().read(&[2..3, 0..23, 0..31], &mut CellsMut::of(&mut part)).unwrap();
    assert_eq!(part, pixels::<f32, 3>(&x).slice(s![2..3, .., ..]));
    let bytes = channels::<4>(|n| n as u16).mapv(|x| x as u8);
    Job::copy(&pixels::<u8, 4>(&bytes), Images::create(stack.path("bytes"))).run().unwrap();
    assert_eq!(read::<u8>(&Images::open(stack.path("bytes")).unwrap()), bytes.into_dyn());
}

#[test]
fn kernels_of_other_pixels_are_told() {
    let stack = Stack::new();
    write(&Images::create(stack.path("scans")), &channels::<3>(|n| n as u16), Metadata::default());
    let images = || Images::open(stack.path("scans")).unwrap();
    let job = |source: Images| Job::new(mixed::<3>(), source, Images::create(stack.path("out"))).run();
    let error = message(job(images()));
    assert!(error.contains("has elements of type u16, but the kernel takes [u16; 3] as input `x`"), "{error}");
    let error = message(Job::new(mixed::<4>(), images().pixels().unwrap(), Images::create(stack.path("out"))).run());
    assert!(error.contains("has elements of type [u16; 3], but the kernel takes [u16; 4]"), "{error}");
    // A resumed job is that of the same elements.
    job(images().pixels().unwrap()).unwrap();
    assert_eq!(job(images().pixels().unwrap()).unwrap().skipped, 3);
}

/// TIFF holds any number of channels, an element up to four.
#[test]
fn pixels_of_many_channels() {
    let stack = Stack::new();
    let path = stack.path("in/many.tif");
    let mut encoder = TiffEncoder::new(std::fs::File::create(&path).unwrap()).unwrap();
    let samples: Vec<u8> = (0..60).collect();
    let mut directory = encoder.image_directory().unwrap();
    let at = directory.write_data(&samples[..]).unwrap() as u16;
    let one = [(Tag::ImageWidth, 4), (Tag::ImageLength, 3), (Tag::Compression, 1), (Tag::PhotometricInterpretation, 1)];
    let strip =
        [(Tag::StripOffsets, at), (Tag::StripByteCounts, 60), (Tag::RowsPerStrip, 3), (Tag::SamplesPerPixel, 5)];
    for (tag, value) in one.into_iter().chain(strip) {
        directory.write_tag(tag, value).unwrap();
    }
    directory.write_tag(Tag::BitsPerSample, &[8_u16; 5][..]).unwrap();
    directory.write_tag(Tag::ExtraSamples, &[0_u16; 4][..]).unwrap();
    directory.finish().unwrap();
    let many = Images::open(&path).unwrap();
    let wanted = ArrayView::from_shape((1, 3, 4, 5), &samples).unwrap();
    assert_eq!(read::<u8>(&many), wanted.into_dyn());
    assert!(message(many.pixels()).ends_with("many.tif: has pixels of 5 channels, and elements have 1 to 4"));
}
