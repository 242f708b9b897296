//! Arrays in files as sources and sinks of chunked jobs. Use it through
//! [ndstencil](https://docs.rs/ndstencil), as `ndstencil::io`, with the feature of each format.
//!
//! Formats share `files`, which makes files whole and lasting, and [`metadata`], the things that arrays carry beside their cells
//! from a source to a sink.

#![forbid(unsafe_code)]

#[allow(dead_code, reason = "which of it is used depends on the features")]
mod files;
#[cfg(feature = "tiff")]
mod geotiff;
#[cfg(any(feature = "hdf5", feature = "zarr"))]
mod grid;
#[cfg(any(feature = "png", feature = "zarr"))]
mod hash;
#[cfg(feature = "hdf5")]
pub mod hdf5;
#[cfg(feature = "png")]
mod images;
pub mod metadata;
#[cfg(feature = "npy")]
mod npy;
#[cfg(feature = "npy")]
mod position;
#[cfg(any(feature = "npy", feature = "png"))]
mod rows;
#[cfg(any(feature = "npy", feature = "png"))]
mod stamp;
#[cfg(feature = "zarr")]
pub mod zarr;

#[cfg(feature = "tiff")]
pub use geotiff::{GeoTiff, GeoTiffSink, Georeference, Resampling, TiffCompression};
#[cfg(feature = "hdf5")]
pub use hdf5::{Hdf5, Hdf5Sink};
#[cfg(feature = "png")]
pub use images::{ImageCompression, Images, ImagesSink};
#[cfg(feature = "npy")]
pub use npy::{Npy, NpySink, Npz};
#[cfg(feature = "zarr")]
pub use zarr::{Zarr, ZarrSink};
