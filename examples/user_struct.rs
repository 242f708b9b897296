//! A struct as element: divergence and vorticity of a wind field.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin user_struct
//! ```
//!
//! To look at: `Wind` implements nothing of this library: any `Copy` type is an element. Two outputs come
//! from one pass. The field is the sum of two vortices and a source whose derivatives are known, and the error
//! is printed. The picture is `target/user_struct/wind.png`.

use ndarray::{Array2, s};
use ndstencil::prelude::*;
use ndstencil_examples::pictures::{Picture, coloured, sheet, with_legend, write};
use ndstencil_examples::{Failure, target};

/// Wind in metres per second.
#[derive(Clone, Copy)]
struct Wind {
    east: f32,
    north: f32,
}

/// Divergence and vorticity by central differences, per second; `cell` in metres. Rows run northwards.
#[stencil(boundary = Fill((f32::NAN, f32::NAN)))]
fn derivatives(wind: Window2<Wind>, cell: f32) -> (f32, f32) {
    let (west, east) = (wind[[0, -1]], wind[[0, 1]]);
    let (south, north) = (wind[[-1, 0]], wind[[1, 0]]);
    let divergence = (east.east - west.east) + (north.north - south.north);
    let vorticity = (east.north - west.north) - (north.east - south.east);
    (divergence / (2.0 * cell), vorticity / (2.0 * cell))
}

const CELL: f32 = 1000.0;
const SIDE: usize = 300;
/// Row and column of the centre, radius in cells, strength per second.
type Bump = (f32, f32, f32, f32);
const VORTICES: [Bump; 2] = [(100.0, 90.0, 35.0, 1e-3), (210.0, 120.0, 25.0, -1.5e-3)];
const SOURCE: Bump = (150.0, 225.0, 30.0, 1e-3);

/// The displacement from a bump's centre in metres, the Gaussian there, and the radius in metres.
fn gaussian((row, column, radius, _): Bump, i: usize, j: usize) -> (f32, f32, f32, f32) {
    let (x, y, radius) = ((j as f32 - column) * CELL, (i as f32 - row) * CELL, radius * CELL);
    (x, y, (-(x * x + y * y) / (2.0 * radius * radius)).exp(), radius)
}

fn wind(i: usize, j: usize) -> Wind {
    let mut wind = Wind { east: 0.0, north: 0.0 };
    for vortex in VORTICES {
        let (x, y, bump, _) = gaussian(vortex, i, j);
        wind.east -= vortex.3 / 2.0 * y * bump;
        wind.north += vortex.3 / 2.0 * x * bump;
    }
    let (x, y, bump, _) = gaussian(SOURCE, i, j);
    wind.east += SOURCE.3 / 2.0 * x * bump;
    wind.north += SOURCE.3 / 2.0 * y * bump;
    wind
}

/// The derivatives, from the formulas.
fn exact(bumps: &[Bump], i: usize, j: usize) -> f32 {
    let of = |&bump| {
        let (x, y, value, radius) = gaussian(bump, i, j);
        bump.3 * value * (1.0 - (x * x + y * y) / (2.0 * radius * radius))
    };
    bumps.iter().map(of).sum()
}

/// The largest difference to the formulas; the rim is NaN, which `max` passes over.
fn error(found: &Array2<f32>, bumps: &[Bump]) -> f32 {
    found.indexed_iter().fold(0.0, |error, ((i, j), &found)| error.max((found - exact(bumps, i, j)).abs()))
}

/// Rows of the field run northwards, those of a picture downwards.
fn north_up(picture: Picture) -> Picture {
    picture.slice_move(s![..;-1, ..])
}

/// A map of the derivatives.
fn map(values: &Array2<f32>) -> Picture {
    let range = [-1.5e-3, 1.5e-3];
    with_legend(&north_up(coloured(values, range, colorous::RED_BLUE)), range, "per s", colorous::RED_BLUE)
}

fn main() -> Result<(), Failure> {
    let field = Array2::from_shape_fn((SIDE, SIDE), |(i, j)| wind(i, j));
    let (divergence, vorticity) = derivatives(CELL).apply(&field)?;
    println!("largest error of the divergence: {:.1e} per second", error(&divergence, &[SOURCE]));
    println!("largest error of the vorticity:  {:.1e} per second", error(&vorticity, &VORTICES));

    let speed = field.mapv(|wind| wind.east.hypot(wind.north));
    let range = [0.0, 20.0];
    let speed_map = north_up(coloured(&speed, range, colorous::VIRIDIS));
    let speed_map = with_legend(&speed_map, range, "m/s", colorous::VIRIDIS);
    let panels = [("wind speed", speed_map), ("divergence", map(&divergence)), ("vorticity", map(&vorticity))];
    write(sheet(&panels, 3), &target("user_struct/wind.png"))
}
