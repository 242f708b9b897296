//! Conway's Game of Life on a torus.
//!
//! ```text
//! cargo run --release --example game_of_life
//! ```
//!
//! What to look at: with `boundary = Wrap` the board has no edge, so that gliders that leave on one side come
//! back on the other; `glow` has two inputs of different element types, and needs no boundary because it reads
//! offset 0 alone. The animation of the R-pentomino is `target/game_of_life/r_pentomino.gif`.

mod common;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::mem::swap;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, Frame, Rgba, RgbaImage};
use ndarray::Array2;
use ndstencil::prelude::*;

/// The rows and columns of the board.
const SHAPE: (usize, usize) = (96, 144);
const GENERATIONS: usize = 600;
/// The side of a cell in the picture.
const SCALE: u32 = 3;

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

fn frame(brightness: &Array2<u8>) -> Frame {
    let picture = RgbaImage::from_fn(SHAPE.1 as u32 * SCALE, SHAPE.0 as u32 * SCALE, |x, y| {
        let value = brightness[[(y / SCALE) as usize, (x / SCALE) as usize]];
        Rgba([if value == 255 { 255 } else { value / 4 }, value, value / 2 + 32, 255])
    });
    Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(40, 1))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut board = Array2::from_elem(SHAPE, false);
    for [i, j] in [[0, 1], [0, 2], [1, 0], [1, 1], [2, 1]] {
        board[[SHAPE.0 / 2 + i, SHAPE.1 / 2 + j]] = true;
    }
    let mut next = board.clone();
    let mut brightness = Array2::zeros(SHAPE);
    let mut brighter = brightness.clone();

    let path = common::target("game_of_life/r_pentomino.gif");
    common::create_folder_of(&path)?;
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut gif = GifEncoder::new_with_speed(BufWriter::new(file), 10);
    gif.set_repeat(Repeat::Infinite)?;

    for generation in 0..=GENERATIONS {
        glow().apply_into((&board, &brightness), &mut brighter)?;
        swap(&mut brightness, &mut brighter);
        // Every other generation is enough for the eye, and halves the file.
        if generation % 2 == 0 {
            gif.encode_frame(frame(&brightness))?;
        }
        if generation % 100 == 0 {
            println!("generation {generation}: {} cells alive", board.iter().filter(|&&alive| alive).count());
        }
        life().apply_into(&board, &mut next)?;
        swap(&mut board, &mut next);
    }
    println!("written to {}", path.display());
    Ok(())
}
