//! GeoTIFF, and its form for networks, Cloud Optimized GeoTIFF.
//!
//! A file is a head, directories of tags, and *pieces* that are compressed one by one. Reading: [`place`] gives bytes, `http`
//! those at an address; [`directory`] reads tags, [`image`] finds pieces, [`codec`] and [`predictor`] expand them, [`pieces`]
//! puts them where [`source`] needs them.
//! Writing: [`sink`] makes tiles with [`raster`], which wait in [`staging`]; [`overviews`] and [`assemble`] make the file.
//! Tags that both know: [`georeference`], [`nodata`], [`text`].
//!
//! Sizes in a file are checked against the length of the file before memory is taken for it.

mod assemble;
mod codec;
mod directory;
mod fault;
mod georeference;
#[cfg(feature = "http")]
mod http;
mod image;
mod nodata;
mod overviews;
mod pieces;
mod place;
mod predictor;
mod raster;
mod sink;
mod source;
mod staging;
mod text;

pub use codec::TiffCompression;
pub use georeference::Georeference;
pub use overviews::Resampling;
pub use sink::GeoTiffSink;
pub use source::GeoTiff;
