//! Files that are written and read back: every type, compression, shape and kind of file.

use ndarray::{ArrayD, IxDyn, array};
use ndstencil::chunks::{Cells, CellsMut, DataType, Form, Open, Sink, Source};
use stencil_io::{GeoTiff, TiffCompression};

use crate::{Folder, Number, bits, noise, open, read, refused, write};

const COMPRESSIONS: [TiffCompression; 5] = [
    TiffCompression::None,
    TiffCompression::Deflate,
    TiffCompression::Lzw,
    TiffCompression::PackBits,
    TiffCompression::Zstd,
];

fn round_trips<T: Number>() {
    let folder = Folder::made();
    let shapes: [&[usize]; 6] = [&[1, 1], &[1, 90], &[67, 1], &[47, 101], &[3, 40, 50], &[1, 17, 16]];
    for (number, (shape, compression)) in shapes.iter().flat_map(|shape| COMPRESSIONS.map(|c| (shape, c))).enumerate() {
        let x = noise::<T>(shape, number as u64 + 1);
        let path = folder.join(&format!("{number}.tif"));
        let sink = GeoTiff::create(&path).tile(if number % 2 == 0 { 16 } else { 48 }).compression(compression);
        let sink = if number % 3 == 0 { sink.big() } else { sink };
        let sink = if number % 4 == 0 { sink.cog() } else { sink };
        write(&x, sink).unwrap();
        let source = open(&path);
        assert_eq!(source.data_type(), DataType::of::<T>());
        let y = read::<T>(&source).unwrap();
        // An axis of one band is none.
        let y = y.into_shape_with_order(IxDyn(shape)).unwrap();
        assert_eq!(bits(&x), bits(&y), "{shape:?} {compression:?}");
    }
    // Nothing but the files and the journals is left.
    assert!(folder.names().iter().all(|name| name.ends_with(".tif") || name.ends_with(".tif.job")));
}

macro_rules! types {
    ($($T:ident)*) => {$(
        #[test]
        fn $T() {
            round_trips::<$T>();
        }
    )*};
}
types!(u8 u16 u32 u64 i8 i16 i32 i64 f32 f64);

#[test]
fn levels_are_cut_to_those_that_there_are() {
    let folder = Folder::made();
    let x = noise::<f32>(&[60, 70], 3);
    for (compression, levels) in [(TiffCompression::Deflate, [0, 1, 9, 90]), (TiffCompression::Zstd, [0, 1, 22, 90])] {
        for level in levels {
            let path = folder.join(&format!("{compression:?}-{level}.tif"));
            write(&x, GeoTiff::create(&path).tile(64).compression(compression).level(level)).unwrap();
            assert_eq!(bits(&read::<f32>(&open(&path)).unwrap()), bits(&x));
        }
    }
}

#[test]
fn bands_are_read_one_by_one() {
    let folder = Folder::made();
    let x = noise::<i16>(&[4, 33, 20], 9);
    let path = folder.join("x.tif");
    write(&x, GeoTiff::create(&path).tile(16)).unwrap();
    for band in 1..=4 {
        let source = open(&path).band(band).unwrap();
        assert_eq!(source.name(), format!("{}, band {band}", path.display()));
        assert_eq!(read::<i16>(&source).unwrap(), x.index_axis(ndarray::Axis(0), band - 1).into_dyn());
    }
    for band in [0, 5] {
        let error = open(&path).band(band).unwrap_err().to_string();
        assert!(error.ends_with(&format!("has no band {band}: its bands are 1 to 4")), "{error}");
    }
}

#[test]
fn any_box_can_be_read_into_any_cells() {
    let folder = Folder::made();
    let x = noise::<u16>(&[2, 40, 50], 5);
    let path = folder.join("x.tif");
    write(&x, GeoTiff::create(&path).tile(16)).unwrap();
    let region = [0..2, 7..39, 15..50];
    let mut y = ArrayD::<u16>::zeros(IxDyn(&[35, 32, 2]));
    let mut turned = y.view_mut().reversed_axes();
    turned.invert_axis(ndarray::Axis(1));
    open(&path).read(&region, &mut CellsMut::of(&mut turned)).unwrap();
    assert_eq!(turned, x.slice(ndarray::s![.., 7..39, 15..50]).into_dyn());
}

#[test]
fn cells_in_any_order_are_written() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let x = noise::<u32>(&[30, 20], 5);
    let sink = GeoTiff::create(&path).tile(32);
    let form = Form::new(&[20, 30], DataType::of::<u32>());
    let writer = sink.open(&form, Open::New).unwrap();
    writer.write(&[0..20, 0..30], &Cells::of(&x.t())).unwrap();
    writer.finish().unwrap();
    writer.finish().unwrap();
    assert_eq!(read::<u32>(&open(&path)).unwrap(), x.t());
}

#[test]
fn truth_is_written_as_0_and_1() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let sink = GeoTiff::create(&path);
    let writer = sink.open(&Form::new(&[1, 3], DataType::of::<bool>()), Open::New).unwrap();
    writer.write(&[0..1, 0..3], &Cells::of(&array![[true, false, true]])).unwrap();
    writer.finish().unwrap();
    assert_eq!(read::<u8>(&open(&path)).unwrap(), array![[1, 0, 1]].into_dyn());
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("x.tif"));
    let of = |shape: &[usize]| Form::new(shape, DataType::of::<f32>());
    assert!(refused(&sink, &of(&[5])).ends_with("an array of shape [5] is no raster: it has 2 axes, or 3 with bands"));
    assert!(refused(&sink, &of(&[0, 5])).ends_with("at least one row and column, not [0, 5]"));
    assert!(refused(&sink, &of(&[70000, 5, 5])).contains("has 1 to 65535 bands"));
    assert!(refused(&sink, &Form::new(&[2, 2], DataType::of::<[f32; 2]>())).contains("cannot hold elements of"));
    assert!(refused(&sink.clone().tile(100), &of(&[5, 5])).ends_with("a multiple of 16 cells, `.tile(112)`"));
    assert!(refused(&sink.clone().tile(0), &of(&[5, 5])).ends_with("a multiple of 16 cells, `.tile(16)`"));
    assert!(refused(&sink.clone().band_names(["a"]), &of(&[2, 5, 5])).ends_with("1 names of bands for 2 bands"));
    let bytes = Form::new(&[5, 5], DataType::of::<u8>());
    assert!(refused(&sink.nodata(-1.0), &bytes).ends_with("the missing value -1 is no value of u8"));
    assert!(folder.names().is_empty());
}

/// Numbers are no shades: they stay as they are in a file whose zero is white.
#[test]
fn white_may_be_zero() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let x = noise::<u16>(&[1, 17, 16], 5);
    write(&x, GeoTiff::create(&path).compression(TiffCompression::None)).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let black_is_zero = [6, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0];
    let at = bytes.windows(12).position(|entry| entry == black_is_zero).unwrap();
    bytes[at + 8] = 0;
    std::fs::write(&path, bytes).unwrap();
    let y = read::<u16>(&open(&path)).unwrap();
    assert_eq!(y.into_shape_with_order(IxDyn(&[1, 17, 16])).unwrap(), x);
}
