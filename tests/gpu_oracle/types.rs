//! Footprints in two dimensions, over the element types.

use ndstencil::prelude::*;

use crate::apply::suite;

/// Kernels of one element type: `$mix` combines two values so that their order matters.
macro_rules! kernels {
    ($($T:ident $module:ident: |$a:ident, $b:ident| $mix:expr;)+) => {$(
        mod $module {
            use half::f16;

            use super::*;

            #[stencil(gpu, boundary = Nearest)]
            pub fn cross(x: Window2<$T>) -> $T {
                fn mix($a: $T, $b: $T) -> $T {
                    $mix
                }
                mix(mix(mix(mix(x[[-1, 0]], x[[0, -1]]), x[[0, 0]]), x[[0, 1]]), x[[1, 0]])
            }

            #[stencil(gpu, boundary = Nearest)]
            pub fn skew(x: Window2<$T>) -> $T {
                fn mix($a: $T, $b: $T) -> $T {
                    $mix
                }
                mix(mix(x[[-2, 3]], x[[1, -1]]), x[[0, 0]])
            }

            /// Often wider than the array.
            #[stencil(gpu, boundary = Nearest)]
            pub fn wide(x: Window2<$T>) -> $T {
                fn mix($a: $T, $b: $T) -> $T {
                    $mix
                }
                mix(mix(mix(x[[-5, 0]], x[[2, 7]]), x[[0, -9]]), x[[0, 0]])
            }

            #[stencil(gpu)]
            pub fn point(x: Window2<$T>) -> $T {
                fn mix($a: $T, $b: $T) -> $T {
                    $mix
                }
                mix(x[[0, 0]], x[[0, 0]])
            }
        }
    )+};
}
kernels! {
    bool bools: |a, b| a & !b;
    i8 i8s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    u8 u8s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    i16 i16s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    u16 u16s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    i32 i32s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    u32 u32s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    i64 i64s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    u64 u64s: |a, b| a.wrapping_mul(31).wrapping_add(b);
    f32 f32s: |a, b| a * 0.75 - b;
    f64 f64s: |a, b| a * 0.75 - b;
    f16 f16s: |a, b| a * f16::from_f32(0.75) - b;
}

suite! {
    cross_bool: bools::cross(), bool, 2, 6;
    skew_bool: bools::skew(), bool, 2, 4;
    cross_i8: i8s::cross(), i8, 2, 4;
    skew_i8: i8s::skew(), i8, 2, 4;
    cross_u8: u8s::cross(), u8, 2, 8;
    skew_u8: u8s::skew(), u8, 2, 4;
    wide_u8: u8s::wide(), u8, 2, 4;
    point_u8: u8s::point(), u8, 2, 4;
    cross_i16: i16s::cross(), i16, 2, 4;
    skew_i16: i16s::skew(), i16, 2, 4;
    cross_u16: u16s::cross(), u16, 2, 4;
    wide_u16: u16s::wide(), u16, 2, 4;
    cross_i32: i32s::cross(), i32, 2, 4;
    skew_u32: u32s::skew(), u32, 2, 4;
    skew_i64: i64s::skew(), i64, 2, 4;
    cross_u64: u64s::cross(), u64, 2, 4;
    cross_f32: f32s::cross(), f32, 2, 8;
    skew_f32: f32s::skew(), f32, 2, 6;
    wide_f32: f32s::wide(), f32, 2, 4;
    point_f32: f32s::point(), f32, 2, 4;
    skew_f64: f64s::skew(), f64, 2, 4;
    cross_f16: f16s::cross(), half::f16, 2, 4;
    wide_f16: f16s::wide(), half::f16, 2, 4;
}
