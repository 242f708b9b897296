//! Conway's Game of Life on a torus.
//!
//! ```text
//! cargo run --release -p ndstencil-examples --bin game_of_life
//! ```
//!
//! To look at: with `boundary = Wrap` the board has no edge, so that gliders that leave on one side come
//! back on the other; `glow` has two inputs of different element types, and needs no boundary because it reads
//! offset 0 alone. The animation of the R-pentomino, to be opened in a browser, is
//! `target/game_of_life/r_pentomino.png`.

use std::fs::File;
use std::io::BufWriter;
use std::mem::swap;
use std::path::Path;

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil_examples::{Failure, create_folder_of, target};

/// The rows and columns of the board.
const SHAPE: (usize, usize) = (96, 144);
const GENERATIONS: usize = 600;
/// The side of a cell in the picture.
const SCALE: usize = 3;

/// One generation.
#[stencil(boundary = Wrap)]
fn life(alive: Window2<bool>) -> bool {
    let mut cells = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            cells += u8::from(alive[[i, j]]);
        }
    }
    // The cell itself is among them: alive with two or three neighbours, born with three.
    cells == 3 || (alive[[0, 0]] && cells == 4)
}

/// Brightness: a cell that died fades.
#[stencil]
fn glow(alive: Window2<bool>, before: Window2<u8>) -> u8 {
    let fading = before[[0, 0]] / 8 * 7;
    if alive[[0, 0]] { 255 } else { fading }
}

/// Begins the animation. A pixel is a brightness, and the palette has the colour of each.
fn animation(path: &Path, frames: usize) -> Result<png::Writer<BufWriter<File>>, Failure> {
    create_folder_of(path)?;
    let file = File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (height, width) = (SHAPE.0 * SCALE, SHAPE.1 * SCALE);
    let mut encoder = png::Encoder::new(BufWriter::new(file), u32::try_from(width)?, u32::try_from(height)?);
    encoder.set_color(png::ColorType::Indexed);
    let colour = |value| [if value == 255 { 255 } else { value / 4 }, value, value / 2 + 32];
    encoder.set_palette((0..=255).flat_map(colour).collect::<Vec<u8>>());
    // No number of repetitions: it runs for ever.
    encoder.set_animated(u32::try_from(frames)?, 0)?;
    encoder.set_frame_delay(40, 1000)?;
    Ok(encoder.write_header()?)
}

/// Each cell as a square.
fn enlarged(brightness: &Array2<u8>) -> Vec<u8> {
    let shape = (SHAPE.0 * SCALE, SHAPE.1 * SCALE);
    Array2::from_shape_fn(shape, |(y, x)| brightness[[y / SCALE, x / SCALE]]).into_iter().collect()
}

fn main() -> Result<(), Failure> {
    let mut board = Array2::from_elem(SHAPE, false);
    for [i, j] in [[0, 1], [0, 2], [1, 0], [1, 1], [2, 1]] {
        board[[SHAPE.0 / 2 + i, SHAPE.1 / 2 + j]] = true;
    }
    let mut next = board.clone();
    let mut brightness = Array2::zeros(SHAPE);
    let mut brighter = brightness.clone();

    let path = target("game_of_life/r_pentomino.png");
    let mut animation = animation(&path, GENERATIONS / 2 + 1)?;

    for generation in 0..=GENERATIONS {
        glow().apply_into((&board, &brightness), &mut brighter)?;
        swap(&mut brightness, &mut brighter);
        // Every other generation is enough for the eye, and halves the file.
        if generation % 2 == 0 {
            animation.write_image_data(&enlarged(&brightness))?;
        }
        if generation % 100 == 0 {
            println!("generation {generation}: {} cells alive", board.iter().filter(|&&alive| alive).count());
        }
        life().apply_into(&board, &mut next)?;
        swap(&mut board, &mut next);
    }
    animation.finish()?;
    println!("written to {}", path.display());
    Ok(())
}
