//! Pages of TIFF files.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use ndarray::{Array3, s};
use ndstencil::chunks::{CellsMut, Source};
use ndstencil::prelude::*;
use stencil_io::Images;
use tiff::encoder::{TiffEncoder, TiffKindBig, TiffKindStandard, colortype};
use tiff::tags::Tag;

use crate::{Stack, message, names, read};

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

/// A TIFF file of one page of grey values, whose zero is white.
fn white_is_zero<T: colortype::ColorType>(description: Option<&str>, samples: &[T::Inner]) -> Vec<u8>
where
    [T::Inner]: tiff::encoder::TiffValue,
{
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut image = encoder.new_image::<T>((samples.len() / T::BITS_PER_SAMPLE.len()) as u32, 1).unwrap();
    image.encoder().write_tag(Tag::PhotometricInterpretation, 0_u16).unwrap();
    if let Some(description) = description {
        image.encoder().write_tag(Tag::ImageDescription, description).unwrap();
    }
    image.write_data(samples).unwrap();
    bytes.into_inner()
}

/// Larger is lighter, in pages and in planes that lie one behind the other.
#[test]
fn white_may_be_zero() {
    use colortype::{Gray8, Gray16, Gray32Float, GrayI16, GrayI32, RGB8};
    let stack = Stack::new();
    let path = stack.path("in/x.tif");
    let open = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        Images::open(&path)
    };
    let page = white_is_zero::<Gray8>(None, &[0, 1, 200, 255]);
    assert_eq!(read::<u8>(&open(&page).unwrap()).into_raw_vec_and_offset().0, [255, 254, 55, 0]);
    let page = white_is_zero::<Gray16>(None, &[0, 1, 0xfffe]);
    assert_eq!(read::<u16>(&open(&page).unwrap()).into_raw_vec_and_offset().0, [0xffff, 0xfffe, 1]);
    let page = white_is_zero::<Gray32Float>(None, &[0.0, 0.25, 1.0]);
    assert_eq!(read::<f32>(&open(&page).unwrap()).into_raw_vec_and_offset().0, [1.0, 0.75, 0.0]);
    // The second plane lies behind the first one: what follows there.
    let text = Some("ImageJ=1.54f\nimages=2\n");
    let planes = |page: &[u8], samples: &[u8]| {
        let source = open(page).unwrap();
        assert_eq!(source.shape(), [2, 1, 4]);
        let strip = page.windows(samples.len()).position(|strip| strip == samples).unwrap();
        (source, page[strip..strip + 2 * samples.len()].to_vec())
    };
    let (source, bytes) = planes(&white_is_zero::<Gray8>(text, &[3, 1, 200, 254]), &[3, 1, 200, 254]);
    assert_eq!(read::<u8>(&source).into_raw_vec_and_offset().0, bytes.iter().map(|x| 255 - x).collect::<Vec<_>>());
    let samples = [0.5_f32, 0.25, 1.5, -2.0];
    let raw: Vec<u8> = samples.iter().flat_map(|x| x.to_le_bytes()).collect();
    let (source, bytes) = planes(&white_is_zero::<Gray32Float>(text, &samples), &raw);
    let wanted = bytes.as_chunks().0.iter().map(|&x| 1.0 - f32::from_le_bytes(x)).collect::<Vec<_>>();
    assert_eq!(read::<f32>(&source).into_raw_vec_and_offset().0, wanted);
    assert_eq!(wanted[..4], [0.5, 0.75, -0.5, 3.0]);
    // Nobody says what they would be.
    let error = message(open(&white_is_zero::<GrayI16>(None, &[0, 1])));
    assert!(error.ends_with("unsigned integers or floats, not of 1 of i16"), "{error}");
    assert!(open(&white_is_zero::<GrayI32>(text, &[0, 1, 2, 3])).is_err());
    assert!(open(&white_is_zero::<RGB8>(None, &[0, 1, 2])).is_err());
}

/// A strip takes what it says that it takes, which noise can make more than its samples.
#[test]
fn strips_of_any_size() {
    let stack = Stack::new();
    let path = stack.path("in/x.tif");
    let file = fs::File::create(&path).unwrap();
    let mut encoder = TiffEncoder::new(&file).unwrap();
    let mut image = encoder.new_image::<colortype::Gray8>(4, 3).unwrap();
    image.rows_per_strip(3).unwrap();
    image.write_data(&[7; 12]).unwrap();
    // 200 MiB, most of which take no place.
    file.set_len(200 << 20).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let count = bytes.windows(12).position(|entry| entry[..2] == [0x17, 1] && entry[8..] == [12, 0, 0, 0]).unwrap();
    bytes[count + 8..count + 12].copy_from_slice(&(190_u32 << 20).to_le_bytes());
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes[count..count + 12], count as u64).unwrap();
    assert!(read::<u8>(&Images::open(&path).unwrap()).iter().all(|&x| x == 7));
    // More than the file holds.
    std::os::unix::fs::FileExt::write_all_at(&file, &(210_u32 << 20).to_le_bytes(), count as u64 + 8).unwrap();
    let mut cells = Array3::<u8>::zeros((1, 3, 4));
    let error = message(Images::open(&path).unwrap().read(&[0..1, 0..3, 0..4], &mut CellsMut::of(&mut cells)));
    assert!(error.contains("cannot be decoded"), "{error}");
}

/// Planes of a few bytes are not noted by the million.
#[test]
fn many_tiny_planes() {
    let stack = Stack::new();
    let path = stack.path("in/x.tif");
    let file = fs::File::create(&path).unwrap();
    let mut encoder = TiffEncoder::new(&file).unwrap();
    let mut image = encoder.new_image::<colortype::Gray8>(1, 1).unwrap();
    image.encoder().write_tag(Tag::ImageDescription, "ImageJ=1.54f\nimages=500000000\n").unwrap();
    image.write_data(&[7]).unwrap();
    file.set_len(1 << 30).unwrap();
    let error = message(Images::open(&path));
    assert!(error.ends_with("says that it holds 500000000 images of [1, 1] of u8, more than are read"), "{error}");
}
