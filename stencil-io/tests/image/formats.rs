//! The kinds of PNG and JPEG files.

use std::fs;
use std::path::Path;

use ndarray::Array3;
use ndstencil::chunks::{CellsMut, DataType, Source};
use png::{BitDepth, ColorType};
use stencil_io::Images;

use crate::{Stack, message, read};

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
