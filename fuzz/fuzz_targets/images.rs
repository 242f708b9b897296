//! Opening and reading a PNG, JPEG or TIFF file of any content ends, without a panic and with no more memory than a job grants.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ndstencil::io::Images;

fuzz_target!(|bytes: &[u8]| {
    let end = match bytes {
        [0xff, 0xd8, ..] => "jpg",
        [b'I' | b'M', ..] => "tif",
        _ => "png",
    };
    let path = ndstencil_fuzz::folder().join(format!("x.{end}"));
    std::fs::write(&path, bytes).expect("written");
    if let Ok(source) = Images::open(path.to_str().expect("text")) {
        ndstencil_fuzz::read(&source);
    }
});
