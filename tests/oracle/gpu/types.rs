//! Footprints in two dimensions, over the element types.

use half::f16;
use ndstencil::prelude::*;

/// Kernels of one element type: `$mix` combines two values so that their order matters.
macro_rules! kernels {
    ($($T:ident $module:ident: |$a:ident, $b:ident| $mix:expr;)+) => {$(
        mod $module {
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

/// Every kernel of every type.
macro_rules! suites {
    ($($module:ident $T:ty;)+) => {$(
        mod $module {
            use super::super::$module::{cross, point, skew, wide};
            use crate::gpu::apply::suite;

            suite! {
                crosses: cross(), $T, 2, 4;
                skews: skew(), $T, 2, 4;
                wides: wide(), $T, 2, 3;
                points: point(), $T, 2, 2;
            }
        }
    )+};
}
mod compared {
    suites! {
        bools bool;
        i8s i8;
        u8s u8;
        i16s i16;
        u16s u16;
        i32s i32;
        u32s u32;
        i64s i64;
        u64s u64;
        f32s f32;
        f64s f64;
        f16s half::f16;
    }
}
