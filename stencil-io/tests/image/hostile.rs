//! Files that claim more than they hold, or are broken.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use ndarray::ArrayD;
use ndstencil::chunks::{CellsMut, DataType, Source};
use png::BitDepth;
use stencil_io::Images;
use tiff::encoder::{TiffEncoder, colortype};

use crate::{Stack, message};

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
