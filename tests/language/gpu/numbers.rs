//! Types, casts and operators.

use ndarray::{Array1, Array2};
use ndstencil::prelude::*;

use super::{eighths, integers, numbers, same};

#[stencil(gpu, boundary = Nearest)]
fn mean_u8(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

#[test]
fn bytes() {
    same!(mean_u8(), &numbers((13, 37)).mapv(|v| v as u8));
}

#[stencil(gpu, boundary = Nearest)]
fn narrow(x: Window2<i8>) -> i16 {
    let wide = x[[0, 0]] as i16 * x[[0, 1]] as i16;
    let wrapped = x[[0, 0]].wrapping_add(x[[1, 0]]).wrapping_mul(3);
    wide.wrapping_sub(wrapped as i16) ^ (x[[0, -1]] as u8 as i16) ^ (wide as u16 >> 3) as i16
}

#[test]
fn narrow_signed() {
    same!(narrow(), &numbers((9, 22)).mapv(|v| v as i8));
}

#[stencil(gpu, boundary = Constant(7))]
fn halves(x: Window2<u16>) -> u16 {
    (x[[0, -1]] >> 1).wrapping_add(x[[0, 1]] << 2).rotate_left(3) | !x[[1, 0]]
}

#[test]
fn narrow_unsigned() {
    same!(halves(), &numbers((9, 23)).mapv(|v| v as u16));
}

#[stencil(gpu, boundary = Constant(true))]
fn edges(x: Window2<bool>) -> bool {
    x[[0, 0]] && !(x[[0, 1]] & x[[1, 0]]) ^ x[[-1, 0]] | (x[[0, -1]] == x[[0, 1]])
}

#[test]
fn booleans() {
    same!(edges(), &integers().mapv(|v| v % 3 == 0));
}

#[stencil(gpu, boundary = Wrap)]
fn alive(x: Window2<u8>) -> u8 {
    let mut count = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            count += x[[i, j]];
        }
    }
    u8::from(count == 3 || (count == 4 && x[[0, 0]] == 1))
}

#[test]
fn life() {
    same!(alive(), &integers().mapv(|v| u8::from(v % 2 == 0)));
}

#[stencil(gpu)]
fn casts(x: Window1<f32>) -> (i32, u32, u8, i8) {
    (x[0] as i32, x[0] as u32, x[0] as u8, x[0] as i8)
}

#[test]
fn casts_saturate() {
    let special = [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        1e20,
        -1e20,
        2147483647.0,
        4294967040.0,
        255.5,
        -0.5,
        127.9,
        -129.0,
    ];
    same!(casts(), &Array1::from_vec(special.to_vec()));
}

#[stencil(gpu)]
fn back(x: Window1<i32>) -> (f32, bool, u16, i8) {
    (x[0] as f32, x[0] as u32 as f32 > 3e9, x[0] as u16, x[0] as i8)
}

#[test]
fn casts_of_integers() {
    same!(back(), &numbers(100).mapv(|v| v.wrapping_mul(1_234_567)));
}

#[stencil(gpu)]
fn nan_rules(x: Window1<f32>, y: Window1<f32>) -> (f32, f32, bool, bool, f32) {
    let unequal = x[0] != y[0];
    let ordered = x[0] < y[0] || x[0] >= y[0];
    let clamped = if x[0].is_nan() { -1.0 } else { x[0].clamp(-2.0, 2.0) };
    (x[0].min(y[0]), x[0].max(y[0]), unequal, ordered, clamped)
}

#[test]
fn nan_and_infinity() {
    let Some(gpu) = super::gpu() else { return };
    let values = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.5, -1.0, 3e38];
    let x = Array1::from_shape_fn(36, |i| values[i / 6]);
    let y = Array1::from_shape_fn(36, |i| values[i % 6]);
    let (found, wanted) = (nan_rules().on(gpu).apply((&x, &y)).unwrap(), nan_rules().apply((&x, &y)).unwrap());
    let bits = |v: &Array1<f32>| v.mapv(|v| if v.is_nan() { 1 } else { v.to_bits() });
    assert_eq!(bits(&found.0), bits(&wanted.0));
    assert_eq!(bits(&found.1), bits(&wanted.1));
    assert_eq!((found.2, found.3, found.4), (wanted.2, wanted.3, wanted.4));
}

#[stencil(gpu)]
fn rounding(x: Window2<f32>) -> f32 {
    let v = x[[0, 0]];
    v.round() + 16.0 * v.floor() + 256.0 * v.ceil() + 4096.0 * v.trunc() + v.fract() + v.abs() + v.signum()
}

#[test]
fn rounding_methods() {
    same!(rounding(), &eighths());
}

#[stencil(gpu)]
fn constants(x: Window2<f32>) -> f32 {
    let big = f32::MAX.min(1e30) * 0.0;
    let inf = if x[[0, 0]] > 100.0 { f32::INFINITY } else { 0.0 };
    x[[0, 0]] + std::f32::consts::PI + f32::EPSILON + big + inf + u8::MAX as f32 + i32::MIN as f32
}

#[test]
fn named_constants() {
    same!(constants(), &eighths());
}

#[stencil(gpu)]
fn divided(x: Window2<i32>) -> i32 {
    x[[0, 0]] / 7 + x[[0, 0]] % 5 - (-x[[0, 0]]).rem_euclid(3) + x[[0, 0]].div_euclid(4) + x[[0, 0]].pow(2)
}

#[test]
fn division() {
    same!(divided(), &integers());
}

#[stencil(gpu, boundary = Nearest)]
fn wide(x: Window2<i64>) -> i64 {
    x[[0, 0]] * 1_000_000_007 + (x[[0, 1]] >> 3) - i64::from(x[[1, 0]] as i32)
}

#[stencil(gpu, boundary = Nearest)]
fn double(x: Window2<f64>, scale: f64) -> f64 {
    (x[[0, 0]] * scale + x[[0, 1]]).abs().sqrt() - (x[[1, 0]] / 3.0).floor()
}

#[test]
fn wide_types() {
    let Some(gpu) = super::gpu() else { return };
    let x: Array2<i64> = integers().mapv(|v| i64::from(v) * 3_000_000);
    match wide().on(gpu).apply(&x) {
        Ok(found) => assert_eq!(found, wide().apply(&x).unwrap()),
        Err(error) => assert!(matches!(error, ndstencil::Error::Gpu(ndstencil::GpuError::Feature { .. })), "{error}"),
    }
    let x = eighths().mapv(f64::from);
    match double(0.1).on(gpu).apply(&x) {
        Ok(found) => assert_eq!(found, double(0.1).apply(&x).unwrap()),
        Err(error) => assert!(matches!(error, ndstencil::Error::Gpu(ndstencil::GpuError::Feature { .. })), "{error}"),
    }
}

#[stencil(gpu(f32, i32, u8), boundary = Nearest)]
fn left<T: Copy>(x: Window2<T>) -> T
where
    T: PartialOrd + Send + Sync + 'static,
{
    if x[[0, 1]] > x[[0, -1]] { x[[0, 1]] } else { x[[0, -1]] }
}

#[stencil(gpu(f32), boundary = Nearest)]
fn smooth<T: Real>(u: Window2<T>) -> T {
    T::real(0.25) * u[[0, -1]] + T::real(0.5) * u[[0, 0]] + T::real(0.25) * u[[0, 1]]
}

#[test]
fn generic_kernels() {
    same!(left(), &eighths());
    same!(left(), &integers());
    same!(left(), &integers().mapv(|v| v as u8));
    same!(smooth(), &eighths());
}

/// The part that was lost when numbers were added to a large one, which compilers of GPUs take for nothing unless they
/// cannot know that `zero` is 0.
#[stencil(gpu, boundary = Wrap)]
fn compensation(x: Window2<f32>, zero: u32) -> f32 {
    let mut sum = 1e8_f32;
    let mut lost = 0.0;
    for j in -2..=2 {
        let term = x[[0, j]] - lost;
        let next = f32::from_bits((sum + term).to_bits() ^ zero);
        lost = (next - sum) - term;
        sum = next;
    }
    lost
}

#[test]
fn compensated_sums() {
    same!(compensation(0), &eighths());
}
