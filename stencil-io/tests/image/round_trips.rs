//! Images that are written and read again, of every element type.

use ndarray::{Array2, Array3, Array4, Axis};
use ndstencil::chunks::{DataType, Metadata, Scalar, Source};
use stencil_io::{ImageCompression, Images};

use crate::{Stack, names, read, write};

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

/// One plane is one file.
#[test]
fn a_single_plane() {
    let stack = Stack::new();
    let x = Array2::from_shape_fn((5, 6), |(i, j)| (i * 6 + j) as f32 / 7.0);
    write(&Images::create(stack.path("out")).pattern("mean_{}.tif"), &x, Metadata::default());
    let found = Images::open(stack.path("out/mean_0.tif")).unwrap();
    assert_eq!(read::<f32>(&found).index_axis(Axis(0), 0), x.into_dyn());
}

/// Noise, which compresses to more than it is, is not larger than uncompressed.
#[test]
fn noise_stays_as_large_as_it_is() {
    let stack = Stack::new();
    let noise = |n: usize| ((n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u16;
    let x = Array3::from_shape_fn((1, 150, 200), |(_, i, j)| noise(i * 200 + j));
    let mut sizes = Vec::new();
    for compression in [ImageCompression::None, ImageCompression::Fast, ImageCompression::Small] {
        let path = stack.path(&format!("{compression:?}"));
        write(&Images::create(&path).compression(compression), &x, Metadata::default());
        assert_eq!(read::<u16>(&Images::open(&path).unwrap()), x.clone().into_dyn());
        sizes.push(std::fs::metadata(path.join("000.png")).unwrap().len());
    }
    assert!(sizes.iter().all(|&bytes| bytes < 60_000 + 150 + 200), "{sizes:?}");
}
