//! Arrays in files as sources and sinks of chunked jobs. Use it through
//! [ndstencil](https://docs.rs/ndstencil), as `ndstencil::io`, with the feature of each format.
//!
//! What formats share stands in [`files`], which makes files whole and lasting, and in [`metadata`], what arrays carry beside
//! their cells from a source to a sink.

#![forbid(unsafe_code)]

mod files;
pub mod metadata;
#[cfg(feature = "tiff")]
mod tiff;

#[cfg(feature = "tiff")]
pub use tiff::{Compression, GeoTiff, GeoTiffSink, Georeference, Resampling};
