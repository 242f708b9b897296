//! Opening and reading an NPY or NPZ file of any content ends, without a panic and with no more memory than a job grants.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ndstencil::io::{Npy, Npz};

fuzz_target!(|bytes: &[u8]| {
    let path = ndstencil_fuzz::folder().join("x.npy");
    std::fs::write(&path, bytes).expect("written");
    if let Ok(source) = Npy::open(&path) {
        ndstencil_fuzz::read(&source);
    }
    if let Ok(source) = Npz::open(&path, "x") {
        ndstencil_fuzz::read(&source);
    }
});
