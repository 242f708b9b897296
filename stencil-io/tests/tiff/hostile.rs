//! Files that lie, or are torn: errors, without more memory than the file could need.

use ndarray::ArrayD;
use ndstencil::chunks::Source;
use stencil_io::{GeoTiff, TiffCompression};

use crate::{Folder, noise, open, read, write};

/// A tag: number, type, count, and the value or its place.
type Tag = (u16, u16, u64, u64);

/// A file of one directory, then other bytes.
fn file(big: bool, tags: &[Tag], next: u64, tail: &[u8]) -> Vec<u8> {
    let mut bytes = b"II".to_vec();
    let len = if big { 8 } else { 4 };
    let number = |value: u64| value.to_le_bytes()[..len].to_vec();
    if big {
        bytes.extend([43, 0, 8, 0, 0, 0]);
        bytes.extend(16_u64.to_le_bytes());
        bytes.extend((tags.len() as u64).to_le_bytes());
    } else {
        bytes.extend([42, 0, 8, 0, 0, 0]);
        bytes.extend((tags.len() as u16).to_le_bytes());
    }
    for &(tag, kind, count, value) in tags {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(number(count));
        bytes.extend(number(value));
    }
    bytes.extend(number(next));
    bytes.extend(tail);
    bytes
}

const SHORT: u16 = 3;
const LONG: u16 = 4;
const LONG8: u16 = 16;

/// An image of 16 x 16 bytes in a tile, whose bytes are at 300.
fn image() -> Vec<Tag> {
    vec![
        (256, LONG, 1, 16),
        (257, LONG, 1, 16),
        (258, SHORT, 1, 8),
        (259, SHORT, 1, 1),
        (277, SHORT, 1, 1),
        (322, LONG, 1, 16),
        (323, LONG, 1, 16),
        (324, LONG, 1, 300),
        (325, LONG, 1, 256),
    ]
}

/// The image with other values of some tags.
fn with(tags: &[Tag]) -> Vec<Tag> {
    let mut image = image();
    image.retain(|(tag, ..)| tags.iter().all(|(other, ..)| other != tag));
    image.extend(tags);
    image.sort_unstable();
    image
}

/// The error of opening a file or reading it, if there is one.
fn outcome(bytes: &[u8]) -> Result<Vec<usize>, String> {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    std::fs::write(&path, bytes).unwrap();
    let source = GeoTiff::open(&path).map_err(|error| error.to_string())?;
    // Cells are the caller's memory: those of one chunk, if it is not larger than a job would take.
    let chunk: usize = source.chunks().unwrap().iter().zip(source.shape()).map(|(&len, n)| len.min(n)).product();
    if chunk < 1 << 24 {
        let shape: Vec<usize> =
            source.chunks().unwrap().iter().zip(source.shape()).map(|(&len, n)| len.min(n)).collect();
        let region: Vec<_> = shape.iter().map(|&n| 0..n).collect();
        let mut x = ArrayD::<u8>::zeros(shape);
        if source.data_type() == ndstencil::chunks::DataType::of::<u8>() {
            let mut cells = ndstencil::chunks::CellsMut::of(&mut x);
            source.read(&region, &mut cells).map_err(|error| error.to_string())?;
        }
    }
    Ok(source.shape())
}

fn fails(bytes: &[u8], with: &str) {
    let error = outcome(bytes).unwrap_err();
    assert!(error.contains(with), "{error}");
}

#[test]
fn the_image_itself_is_right() {
    for big in [false, true] {
        assert_eq!(outcome(&file(big, &image(), 0, &[7; 700])), Ok(vec![16, 16]));
    }
}

#[test]
fn files_that_are_none() {
    fails(b"", "is no TIFF file");
    fails(b"II*\0", "is no TIFF file");
    fails(b"PK\x03\x04 not at all", "is no TIFF file");
    fails(b"II\x2a\0\0\0\0\0", "has no image");
    fails(b"II\x2a\0\xff\xff\xff\xff", "a directory is 2 bytes at 4294967295, the file has 8 bytes");
    fails(b"II\x2b\0\x08\0\0\0", "the head is 8 bytes at 8");
    fails(b"II\x2b\0\x08\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff", "a directory is 8 bytes at 18446744073709551615");
    fails(b"II\x2b\0\x04\0\0\0\0\0\0\0\0\0\0\0", "is no TIFF file");
    let error = GeoTiff::open("no such file.tif").unwrap_err().to_string();
    assert!(error.starts_with("no such file.tif: cannot be opened"), "{error}");
}

#[test]
fn directories_longer_than_the_file() {
    let mut bytes = file(true, &image(), 0, &[7; 700]);
    for count in [u64::MAX, u64::MAX / 20, 1 << 40, 1000] {
        bytes[16..24].copy_from_slice(&count.to_le_bytes());
        fails(&bytes, "a directory");
    }
    let mut bytes = file(false, &image(), 0, &[7; 700]);
    bytes[8..10].copy_from_slice(&u16::MAX.to_le_bytes());
    fails(&bytes, "a directory is 786424 bytes at 10");
}

#[test]
fn values_longer_than_the_file() {
    for count in [u64::MAX, 1 << 62, 1 << 40, 100_000] {
        // Values that are not looked at do no harm; tiles are as many as they must be.
        assert!(outcome(&file(true, &with(&[(324, LONG8, count, 300)]), 0, &[7; 700])).is_err());
        for tag in [33550, 33922, 34264, 42112, 42113, 34735] {
            let kind = match tag {
                34735 => SHORT,
                42112 | 42113 => 2,
                _ => 12,
            };
            fails(&file(true, &with(&[(tag, kind, count, 300)]), 0, &[7; 700]), &format!("tag {tag}"));
        }
    }
    fails(&file(false, &with(&[(42112, 2, 50, 0xffff_fff0)]), 0, &[7; 700]), "tag 42112 is 50 bytes at 4294967280");
    fails(&file(false, &with(&[(256, 99, 1, 16)]), 0, &[7; 700]), "tag 256 has values of the unknown type 99");
    fails(&file(false, &with(&[(256, 12, 1, 16)]), 0, &[7; 700]), "tag 256");
}

#[test]
fn absurd_sizes() {
    let of = |tags: &[Tag]| file(false, &with(tags), 0, &[7; 700]);
    fails(&of(&[(256, LONG, 1, 0)]), "width is 0");
    fails(&of(&[(257, LONG, 0, 0)]), "has no height");
    fails(&file(true, &with(&[(256, LONG8, 1, 1 << 40)]), 0, &[7; 700]), "width is 1099511627776");
    // As many tiles as there are not.
    let max = u64::from(u32::MAX);
    fails(&of(&[(256, LONG, 1, max), (257, LONG, 1, max)]), "tiles or strips, but tag 324 has 1 values");
    fails(
        &of(&[(256, LONG, 1, max), (257, LONG, 1, max), (322, LONG, 1, 1), (323, LONG, 1, 1)]),
        "tag 324 has 1 values",
    );
    let bands = [(277, SHORT, 1, 65535), (284, SHORT, 1, 2), (256, LONG, 1, max), (257, LONG, 1, max)];
    fails(
        &of(&[bands[0], bands[1], bands[2], bands[3], (322, LONG, 1, 1), (323, LONG, 1, 1)]),
        "has 4294967295 x 4294967295",
    );
    // One tile that is larger than memory, and one that the file cannot hold.
    let side = 1 << 31;
    let huge = [(322, LONG, 1, side), (323, LONG, 1, side), (258, SHORT, 1, 64)];
    fails(&of(&huge), "its tiles or strips are 2147483648 x 2147483648, which is too large");
    for method in [1, 5, 8, 32773, 50000] {
        let tags = [(322, LONG, 1, 1 << 20), (323, LONG, 1, 1 << 20), (259, SHORT, 1, method)];
        let error = outcome(&of(&tags)).unwrap_err();
        assert!(
            error.contains("is torn: 256 bytes stand for") && error.contains("should have 1099511627776"),
            "{error}"
        );
    }
    fails(&of(&[(322, LONG, 1, 0)]), "tile width is 0");
    fails(&of(&[(277, SHORT, 1, 0)]), "has 0 bands");
}

#[test]
fn strips_that_do_not_fit() {
    let strips = |rows: u64, count: u64| {
        let mut tags = image();
        tags.retain(|(tag, ..)| !(322..=325).contains(tag));
        tags.extend([(273, LONG, count, 300), (278, LONG, 1, rows), (279, LONG, count, 256)]);
        tags.sort_unstable();
        file(false, &tags, 0, &[7; 700])
    };
    assert_eq!(outcome(&strips(16, 1)), Ok(vec![16, 16]));
    assert_eq!(outcome(&strips(u32::MAX.into(), 1)), Ok(vec![16, 16]));
    fails(&strips(4, 1), "needs 4 tiles or strips, but tag 273 has 1 values");
    fails(&strips(0, 1), "the rows of a strip are 0");
    // Places of strips that are outside.
    fails(&strips(1, 16), "the file has");
}

#[test]
fn tiles_outside_of_the_file() {
    let of = |tags: &[Tag]| file(true, &with(tags), 0, &[7; 700]);
    fails(&of(&[(324, LONG8, 1, u64::MAX)]), "is 256 bytes at 18446744073709551615, the file has");
    fails(&of(&[(325, LONG8, 1, u64::MAX)]), "is 18446744073709551615 bytes at 300, the file has");
    fails(&of(&[(325, LONG8, 1, 1 << 40)]), "is 1099511627776 bytes at 300, the file has");
    fails(&of(&[(325, LONG8, 1, 255)]), "is torn: 255 bytes stand for 255 at most, but it should have 256");
    // Left out: 0.
    assert_eq!(outcome(&of(&[(325, LONG8, 1, 0)])), Ok(vec![16, 16]));
}

#[test]
fn kinds_that_are_not_supported() {
    let of = |tags: &[Tag]| file(false, &with(tags), 0, &[7; 700]);
    fails(&of(&[(258, SHORT, 1, 1)]), "holds unsigned integers of 1 bits, which is not supported");
    fails(&of(&[(258, SHORT, 1, 16), (339, SHORT, 1, 3)]), "holds floats of 16 bits");
    fails(&of(&[(258, SHORT, 1, 64), (339, SHORT, 1, 6)]), "holds complex numbers of 64 bits");
    fails(&of(&[(259, SHORT, 1, 7)]), "is compressed with JPEG, which is not supported");
    fails(&of(&[(259, SHORT, 1, 12345)]), "is compressed with method 12345");
    fails(&of(&[(259, SHORT, 1, 8), (317, SHORT, 1, 3)]), "has predictor 3, which is not supported for U8");
    fails(&of(&[(259, SHORT, 1, 8), (317, SHORT, 1, 9)]), "has predictor 9");
    fails(&of(&[(284, SHORT, 1, 3)]), "has the planar configuration 3");
    fails(&of(&[(262, SHORT, 1, 6)]), "is an image in YCbCr");
    fails(&of(&[(277, SHORT, 1, 2), (258, SHORT, 2, 8 | 16 << 16)]), "has bands of several types: bits 8 and 16");
}

#[test]
fn directories_in_a_circle() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    std::fs::write(&path, file(false, &image(), 8, &[7; 700])).unwrap();
    // The first image is there all the same.
    assert_eq!(read::<u8>(&open(&path)).unwrap(), ArrayD::from_elem(vec![16, 16], 7));
    let error = open(&path).overview(1).unwrap_err().to_string();
    assert!(error.ends_with("its directories go round in a circle: that at 8 comes again"), "{error}");
    std::fs::write(&path, file(false, &image(), 1 << 31, &[7; 700])).unwrap();
    let error = open(&path).overview(1).unwrap_err().to_string();
    assert!(error.contains("a directory is 2 bytes at 2147483648"), "{error}");
}

#[test]
fn compressed_rubbish() {
    for method in [5, 8, 50000] {
        let tags = with(&[(259, SHORT, 1, method)]);
        for seed in 0..200 {
            let tail: Vec<u8> = noise::<u8>(&[700], seed).into_iter().collect();
            // LZW may find cells in anything.
            let found = outcome(&file(false, &tags, 0, &tail));
            assert!(method == 5 || found.unwrap_err().contains("is torn"));
        }
    }
}

#[test]
fn any_byte_may_be_wrong_and_any_end_missing() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    for (number, compression) in
        [TiffCompression::Deflate, TiffCompression::Lzw, TiffCompression::Zstd, TiffCompression::PackBits]
            .into_iter()
            .enumerate()
    {
        let sink = GeoTiff::create(&path).tile(16).compression(compression).band_names(["a", "b"]).nodata(7.0);
        let sink = if number % 2 == 0 { sink.big() } else { sink };
        let _ = std::fs::remove_file(&path);
        let _ = std::fs::remove_file(folder.join("x.tif.job"));
        write(&noise::<u8>(&[2, 33, 30], 1), sink.cog()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len().min(1500) {
            let mut bytes = whole.clone();
            bytes[at] ^= [1, 0x80, 0xff][(at + number) % 3];
            // An error or a result; no panic, and no more memory than there is.
            let _ = outcome(&bytes);
        }
        for end in (0..whole.len()).step_by(37) {
            let _ = outcome(&whole[..end]);
        }
        fails(&whole[..whole.len() / 20], "");
    }
}
