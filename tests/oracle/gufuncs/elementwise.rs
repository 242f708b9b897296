//! Kernels without core dimensions, of one to three inputs and all element types.

use ndstencil::prelude::*;

use crate::gufuncs::forms::{kernel, properties};
use crate::samples::{Sample, bits};

/// A user's type: padding behind the first field, and a size that is no power of two.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pixel {
    pub kind: u8,
    pub value: f32,
    pub weight: i32,
}

impl Sample for Pixel {
    fn sample(seed: u64) -> Self {
        let [kind, value, weight] = [1, 2, 3].map(|number| bits(seed, number));
        Pixel { kind: u8::sample(kind), value: f32::sample(value), weight: i32::sample(weight) }
    }
    fn mix(self, other: Self) -> Self {
        Pixel {
            kind: self.kind.mix(other.kind),
            value: self.value.mix(other.value),
            weight: self.weight.mix(other.weight),
        }
    }
    fn same(self, other: Self) -> bool {
        self.kind.same(other.kind) && self.value.same(other.value) && self.weight.same(other.weight)
    }
}

kernel! { ["()->()"]
fn negated<T: Sample>(x: T) -> T {
    x.mix(x)
} }

kernel! { ["(),()->()"]
fn mixed<T: Sample>(a: T, b: T) -> T {
    a.mix(b)
} }

kernel! { ["(),()->()"]
fn scaled(count: u8, factor: f64) -> f32 {
    (f64::from(count) * factor) as f32
} }

kernel! { ["(),(),()->(),()"]
fn chosen(flag: bool, a: i64, b: f32) -> (f64, bool) {
    let wide = a as f64;
    (if flag { wide / 3.0 } else { f64::from(b) }, flag & (wide > f64::from(b)))
} }

kernel! { ["(),()->()"]
fn tinted(colour: [f32; 3], gain: f32) -> [f32; 3] {
    colour.map(|part| part * gain)
} }

kernel! { ["(),()->(),(),()"]
fn split(pixel: Pixel, limit: i16) -> (u8, f32, Pixel) {
    if pixel.weight < i32::from(limit) {
        return (0, f32::NAN, Pixel::default());
    }
    (pixel.kind, pixel.value, Pixel { weight: i32::from(limit), ..pixel })
} }

kernel! { ["(),()->()"]
fn early(a: f32, b: f32) -> f32 {
    if a.is_nan() {
        return b;
    }
    if b > a {
        return a.sqrt();
    }
    let difference = a - b;
    difference / (a + b)
} }

// A loop whose length differs from element to element.
kernel! { ["(),()->()"]
fn steps(start: u32, limit: u8) -> u16 {
    let (mut value, mut count) = (start, 0);
    while value != 1 && count < u16::from(limit) {
        value = if value % 2 == 0 { value / 2 } else { value.wrapping_mul(3).wrapping_add(1) };
        count += 1;
    }
    count
} }

kernel! { ["(),()->()"]
fn bound(x: i32, a: i32, table: &[i32], y: i32) -> i32 {
    table[(x.wrapping_add(y)).rem_euclid(table.len() as i32) as usize].wrapping_sub(a)
} }

const TABLE: [i32; 5] = [3, -1, 4, 1, -5];

properties! {
    one_f32 lanes: negated::kernel::<f32>(), [] (x: f32) -> (y: f32) { *y = negated::plain(x); }
    one_u8 lanes: negated::kernel::<u8>(), [] (x: u8) -> (y: u8) { *y = negated::plain(x); }
    one_pixel lanes: negated::kernel::<Pixel>(), [] (x: Pixel) -> (y: Pixel) { *y = negated::plain(x); }
    two_f32 lanes: mixed::kernel::<f32>(), [] (a: f32, b: f32) -> (y: f32) { *y = mixed::plain(a, b); }
    two_f64 lanes: mixed::kernel::<f64>(), [] (a: f64, b: f64) -> (y: f64) { *y = mixed::plain(a, b); }
    two_i8 lanes: mixed::kernel::<i8>(), [] (a: i8, b: i8) -> (y: i8) { *y = mixed::plain(a, b); }
    two_u8 lanes: mixed::kernel::<u8>(), [] (a: u8, b: u8) -> (y: u8) { *y = mixed::plain(a, b); }
    two_i16 lanes: mixed::kernel::<i16>(), [] (a: i16, b: i16) -> (y: i16) { *y = mixed::plain(a, b); }
    two_i32 lanes: mixed::kernel::<i32>(), [] (a: i32, b: i32) -> (y: i32) { *y = mixed::plain(a, b); }
    two_u64 lanes: mixed::kernel::<u64>(), [] (a: u64, b: u64) -> (y: u64) { *y = mixed::plain(a, b); }
    two_u128 lanes: mixed::kernel::<u128>(), [] (a: u128, b: u128) -> (y: u128) { *y = mixed::plain(a, b); }
    two_bool lanes: mixed::kernel::<bool>(), [] (a: bool, b: bool) -> (y: bool) { *y = mixed::plain(a, b); }
    two_colours lanes: mixed::kernel::<[f32; 3]>(), [] (a: [f32; 3], b: [f32; 3]) -> (y: [f32; 3]) {
        *y = mixed::plain(a, b);
    }
    two_wide lanes: mixed::kernel::<[u64; 3]>(), [] (a: [u64; 3], b: [u64; 3]) -> (y: [u64; 3]) {
        *y = mixed::plain(a, b);
    }
    two_units lanes: mixed::kernel::<()>(), [] (a: (), b: ()) -> (y: ()) { *y = mixed::plain(a, b); }
    two_pixels lanes: mixed::kernel::<Pixel>(), [] (a: Pixel, b: Pixel) -> (y: Pixel) { *y = mixed::plain(a, b); }
    two_types lanes: scaled::kernel(), [] (a: u8, b: f64) -> (y: f32) { *y = scaled::plain(a, b); }
    three_types lanes: chosen::kernel(), [] (f: bool, a: i64, b: f32) -> (y: f64, z: bool) {
        (*y, *z) = chosen::plain(f, a, b);
    }
    colours lanes: tinted::kernel(), [] (c: [f32; 3], g: f32) -> (y: [f32; 3]) { *y = tinted::plain(c, g); }
    three_outputs lanes: split::kernel(), [] (x: Pixel, limit: i16) -> (a: u8, b: f32, c: Pixel) {
        (*a, *b, *c) = split::plain(x, limit);
    }
    returns lanes: early::kernel(), [] (a: f32, b: f32) -> (y: f32) { *y = early::plain(a, b); }
    while_loop lanes: steps::kernel(), [] (a: u32, b: u8) -> (y: u16) { *y = steps::plain(a, b); }
    parameters lanes: bound::kernel(&TABLE, -3), [] (x: i32, a: i32) -> (y: i32) {
        *y = bound::plain(x, a, &TABLE, -3);
    }
}
