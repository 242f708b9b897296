//! Opening and reading a Zarr array of any metadata and chunk ends, without a panic and with no more memory than a job grants.
//!
//! The input is the metadata of version 3, or behind a first byte of `2` that of version 2, up to a line of `---`, and
//! the bytes of the first chunk.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ndstencil::io::Zarr;

fuzz_target!(|bytes: &[u8]| {
    const LINE: &[u8] = b"\n---\n";
    let end = bytes.windows(LINE.len()).position(|window| window == LINE);
    let (metadata, chunk) = match end {
        Some(end) => (&bytes[..end], &bytes[end + LINE.len()..]),
        None => (bytes, &[][..]),
    };
    let folder = ndstencil_fuzz::folder().join("x.zarr");
    let _ = std::fs::remove_dir_all(&folder);
    let write = |key: &str, bytes: &[u8]| {
        let path = folder.join(key);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    };
    match metadata.strip_prefix(b"2") {
        Some(metadata) => {
            write(".zarray", metadata);
            for key in ["0", "0.0", "0.0.0"] {
                write(key, chunk);
            }
        }
        None => {
            write("zarr.json", metadata);
            for key in ["c/0/0", "c.0", "c.0.0"] {
                write(key, chunk);
            }
        }
    }
    if let Ok(source) = Zarr::open(&folder) {
        ndstencil_fuzz::read(&source);
    }
});
