//! Hill shade and slope of a terrain model, by Horn's method.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --features npy --bin hill_shade
//! ```
//!
//! To look at: one element function returns two outputs from one pass; the elevation stays `i16`. Where
//! the neighbourhood leaves the model there is no slope: `Fill` writes NaN there instead of guessing a
//! boundary. The maps and `slope.npy` are in `target/hill_shade/`.

use ndarray::Array2;
use ndarray_npy::{read_npy, write_npy};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{coloured, sheet, with_legend, write};
use ndstencil_examples::{Failure, data, target};

/// Tennessee: see examples/data/terrain/README.md.
const LATITUDE: f64 = 36.4;
/// The model has cells of 3 arc seconds.
const CELL: f64 = 3.0;
/// A minute of latitude was the first definition of the nautical mile, 1852 m; what the real Earth has at
/// this latitude differs by 0.1 %.
const METRES_PER_SECOND: f64 = 1852.0 / 60.0;

/// The direction of the sun as a unit vector: east, north, up.
fn sun(azimuth: f32, altitude: f32) -> [f32; 3] {
    let (azimuth, altitude) = (azimuth.to_radians(), altitude.to_radians());
    [azimuth.sin() * altitude.cos(), azimuth.cos() * altitude.cos(), altitude.sin()]
}

/// Brightness from 0 to 1, and slope in degrees. `cell` is the size of a cell in metres, east and north.
///
/// The gradient is the weighted difference of the 3 × 3 neighbourhood after B. K. P. Horn, "Hill shading and
/// the reflectance map", Proceedings of the IEEE 69 (1981), which GDAL and ArcGIS use too.
#[stencil(halo = 1, boundary = Fill((f32::NAN, f32::NAN)))]
fn hill_shade(z: Window2<i16>, cell: [f32; 2], sun: [f32; 3]) -> (f32, f32) {
    let [a, b, c, d, _, f, g, h, i] = z.values().map(f32::from);
    let east = ((c + 2.0 * f + i) - (a + 2.0 * d + g)) / (8.0 * cell[0]);
    // Rows run southwards.
    let north = ((a + 2.0 * b + c) - (g + 2.0 * h + i)) / (8.0 * cell[1]);
    let steepness = east * east + north * north;
    // The cosine of the angle between the sun and the surface's normal, (-east, -north, 1).
    let shade = (sun[2] - east * sun[0] - north * sun[1]) / (1.0 + steepness).sqrt();
    (shade.max(0.0), steepness.sqrt().atan().to_degrees())
}

fn main() -> Result<(), Failure> {
    let path = data("terrain/jacksboro_dem.npy");
    let elevation: Array2<i16> = read_npy(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let north = CELL * METRES_PER_SECOND;
    let cell = [(north * LATITUDE.to_radians().cos()) as f32, north as f32];
    println!("{:?} cells of {:.1} m × {:.1} m (east × north)", elevation.dim(), cell[0], cell[1]);

    let (shade, slope) = hill_shade(cell, sun(315.0, 45.0)).apply(&elevation)?;
    let steepest = slope.fold(0.0_f32, |steepest, &slope| steepest.max(slope));
    println!("steepest slope: {steepest:.1} degrees");

    // This gradient runs from white to black.
    let shade = coloured(&shade, [1.0, 0.0], colorous::GREYS);
    let range = [0.0, 30.0];
    let slope_map = coloured(&slope, range, colorous::INFERNO);
    let slope_map = with_legend(&slope_map, range, "degrees", colorous::INFERNO);
    let heights = elevation.mapv(f32::from);
    let range = [200.0, 1100.0];
    let height_map = coloured(&heights, range, colorous::VIRIDIS);
    let height_map = with_legend(&height_map, range, "m", colorous::VIRIDIS);
    let panels = [("elevation", height_map), ("hill shade, sun in the north-west", shade), ("slope", slope_map)];
    write(sheet(&panels, 3), &target("hill_shade/maps.png"))?;

    let path = target("hill_shade/slope.npy");
    write_npy(&path, &slope).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("slope as f32 written to {}", path.display());
    Ok(())
}
