//! Each form at 1000 x 1000 on one thread: `cargo bench -p ndstencil-forms`. All should be within a small factor. Arguments
//! are parts of names, of the forms to run.
#![allow(missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ndarray::{Array, Array1, Array2, Array3, aview2};
use ndstencil_forms::*;

const SIDE: usize = 1000;

fn float(k: usize) -> f32 {
    (k * k % 251) as f32 * 0.01
}

fn image<T>(value: fn(usize) -> T) -> Array2<T> {
    Array::from_shape_fn((SIDE, SIDE), |(i, j)| value(i * SIDE + j))
}

/// `name: kernel, input => output;` with the arrays by name.
macro_rules! forms {
    ($($name:literal: $kernel:expr, $input:expr => $output:expr;)*) => {
        $(
            let kernel = $kernel.serial();
            measure($name, || kernel.apply_into(black_box($input), $output).expect("the shapes fit"));
        )*
    };
}

/// Prints the least and the median time of a call, per point.
fn measure(name: &str, mut call: impl FnMut()) {
    let mut wanted = std::env::args().skip(1).filter(|word| !word.starts_with('-')).peekable();
    if wanted.peek().is_some() && !wanted.any(|word| name.contains(&word)) {
        return;
    }
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < 20 || start.elapsed() < Duration::from_secs(1) {
        let start = Instant::now();
        call();
        times.push(start.elapsed());
    }
    times.sort();
    let per_point = |time: Duration| time.as_secs_f64() * 1e9 / (SIDE * SIDE) as f64;
    println!("{name:24} {:7.3} ns, median {:7.3} ns", per_point(times[0]), per_point(times[times.len() / 2]));
}

fn main() {
    let (floats, mut float_out) = (image(float), image(float));
    let mut second_out = image(float);
    let (doubles, mut double_out) = (image(|k| f64::from(float(k))), image(|k| f64::from(float(k))));
    let (bytes, mut byte_out) = (image(|k| (k * k % 251) as u8), image(|_| 0u8));
    let (shorts, mut short_out) = (image(|k| (k * k % 251) as i16), image(|_| 0i16));
    let (mut word_out, mut signed_out, mut int_out) = (image(|_| 0u16), image(|_| 0i8), image(|_| 0i32));
    let cells = image(|k| u8::from(k * k % 7 < 3));
    let (mask, mut mask_out) = (image(|k| k * k % 7 < 3), image(|_| false));
    let velocity = |k| Velocity { u: float(k), v: float(k + 1) };
    let (velocities, mut velocity_out) = (image(velocity), image(velocity));
    let (colours, mut colour_out) = (image(|k| [float(k); 3]), image(|_| [0.0; 3]));
    let (line, mut line_out) = (Array1::from_shape_fn(SIDE * SIDE, float), Array1::zeros(SIDE * SIDE));
    let volume = Array3::from_shape_fn((100, 100, 100), |(i, j, k)| float(i * 10_000 + j * 100 + k));
    let mut volume_out = Array3::zeros((100, 100, 100));

    forms! {
        "inclusive range": inclusive_range(), &floats => &mut float_out;
        "half-open range": half_open_range(), &floats => &mut float_out;
        "list of offsets": list_of_offsets(), &floats => &mut float_out;
        "array of weights": array_of_weights(), &floats => &mut float_out;
        "nine terms": nine_terms(), &floats => &mut float_out;
        "early return": early_return(), &floats => &mut float_out;
        "upwind": upwind(), (&floats, &floats) => &mut float_out;
        "masked": masked(), (&floats, &mask) => &mut float_out;
        "continue on NaN": continue_on_nan(), &floats => &mut float_out;
        "largest by if": largest_by_if(), &floats => &mut float_out;
        "divide by nine, u8": divide_by_nine(), &bytes => &mut byte_out;
        "divide by nine, i16": divide_signed(), &shorts => &mut short_out;
        "f32 as u8": float_to_byte(), &bytes => &mut byte_out;
        "life, bool": life(), &mask => &mut mask_out;
        "f64 as u16": double_to_short(), &doubles => &mut word_out;
        "clamp to u8": clamp_to_byte(20.0), &floats => &mut byte_out;
        "f32 as i8": float_to_signed(), &floats => &mut signed_out;
        "f32 as i32": float_to_int(), &floats => &mut int_out;
        "count above": count_above(1.0), &floats => &mut byte_out;
        "chained comparisons": chained_comparisons(), &floats => &mut byte_out;
        "both conditions": both_conditions(), (&floats, &mask) => &mut float_out;
        "match on u8": match_on_byte(), &bytes => &mut byte_out;
        "saturating, u8": saturating(), &bytes => &mut byte_out;
        "i16 from u8": short_from_bytes(), &bytes => &mut short_out;
        "erosion, bool": erosion(), &mask => &mut mask_out;
        "life, u8": life_of_bytes(), &cells => &mut byte_out;
        "median of nine": median_of_nine(), &bytes => &mut byte_out;
        "largest of nine": largest_of_nine(), &bytes => &mut byte_out;
        "helper functions": helper_functions(), &floats => &mut float_out;
        "closure": closure(), &floats => &mut float_out;
        "iterator": iterator(), &floats => &mut float_out;
        "scalar parameter, f64": scalar_parameter(0.2), &doubles => &mut double_out;
        "array parameter": array_parameter(WEIGHTS), &floats => &mut float_out;
        "view parameter": view_parameter(aview2(&WEIGHTS)), &floats => &mut float_out;
        "struct to number": struct_to_number(), &velocities => &mut float_out;
        "struct to struct": struct_to_struct(), &velocities => &mut velocity_out;
        "[f32; 3]": colour(), &colours => &mut colour_out;
        "two inputs": two_inputs(), (&floats, &floats) => &mut float_out;
        "two outputs": two_outputs(), &floats => (&mut float_out, &mut second_out);
        "two types of output": two_types(), &floats => (&mut float_out, &mut mask_out);
        "1-D": one_dimension(), &line => &mut line_out;
        "3-D": three_dimensions(), &volume => &mut volume_out;
        "generic, f32": generic(), &floats => &mut float_out;
        "generic, f64": generic(), &doubles => &mut double_out;
        "position": where_am_i(), &floats => &mut float_out;
    }
}
