//! The GPU of the tests.

use std::sync::OnceLock;

use ndstencil::{Gpu, GpuOptions};

/// One device for all tests of a program; without one they are skipped, unless `NDSTENCIL_REQUIRE_GPU` is set.
pub fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    GPU.get_or_init(|| open(GpuOptions::new())).as_ref()
}

/// The device that the options describe, or nothing, as for [`gpu`].
pub fn open(options: GpuOptions) -> Option<Gpu> {
    match Gpu::with(options) {
        Ok(gpu) => Some(gpu),
        Err(error) if std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_some() => panic!("{error}"),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}
