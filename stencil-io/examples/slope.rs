//! The slope of a digital elevation model, in degrees, after Horn: `slope dem.tif slope.tif [deflate|zstd|lzw|none] [level]`.
//!
//! A run that was stopped goes on. Missing cells, and their neighbours, are missing in the result. `slope_peers.py` beside it does the same with rasterio, NumPy
//! and GDAL.

use ndstencil::chunks::Job;
use ndstencil::prelude::*;
use stencil_io::{GeoTiff, TiffCompression};

/// The slope in degrees: differences of the columns and rows of the 3 × 3 neighbours, the middle ones twice.
#[stencil(boundary = Nearest)]
fn slope(z: Window2<f32>, width: f32, height: f32) -> f32 {
    let east = z[[-1, 1]] + 2.0 * z[[0, 1]] + z[[1, 1]];
    let west = z[[-1, -1]] + 2.0 * z[[0, -1]] + z[[1, -1]];
    let south = z[[1, -1]] + 2.0 * z[[1, 0]] + z[[1, 1]];
    let north = z[[-1, -1]] + 2.0 * z[[-1, 0]] + z[[-1, 1]];
    let (x, y) = ((east - west) / (8.0 * width), (south - north) / (8.0 * height));
    (x * x + y * y).sqrt().atan().to_degrees()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, rest @ ..] = &words[..] else {
        return Err("slope dem.tif slope.tif [deflate|zstd|lzw|none] [level]".into());
    };
    let dem = GeoTiff::open(from)?.nodata_as_nan();
    let [width, _, _, _, height, _] = dem.georeference().and_then(|place| place.transform()).unwrap_or([1.0; 6]);
    let mut sink = GeoTiff::create(to);
    match rest.first().map(String::as_str) {
        Some("zstd") => sink = sink.compression(TiffCompression::Zstd),
        Some("lzw") => sink = sink.compression(TiffCompression::Lzw),
        Some("none") => sink = sink.compression(TiffCompression::None),
        Some("cog") => sink = sink.cog(),
        _ => {}
    }
    if let Some(level) = rest.get(1) {
        sink = sink.level(level.parse()?);
    }
    let summary = Job::new(slope(width as f32, height.abs() as f32), dem, sink).run()?;
    println!("{summary}");
    println!("{} bytes", std::fs::metadata(to)?.len());
    Ok(())
}
