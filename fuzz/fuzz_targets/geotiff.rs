//! Opening and reading a TIFF file of any content ends, without a panic and with no more memory than a job grants.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ndstencil::io::GeoTiff;

fuzz_target!(|bytes: &[u8]| {
    let path = ndstencil_fuzz::folder().join("x.tif");
    std::fs::write(&path, bytes).expect("written");
    if let Ok(source) = GeoTiff::open(&path) {
        ndstencil_fuzz::read(&source);
    }
});
