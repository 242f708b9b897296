//! Phrasings of element functions, each a kernel of its own.
//!
//! All of them must become vector code: `tests/vectorised.rs` reads their assembly, `benches/forms.rs` measures them.
//! A new kernel belongs into the list at the end.
#![allow(missing_docs)]

pub mod gufuncs;
pub mod windows;

use ndarray::ArrayView2;
use ndstencil::prelude::*;
use ndstencil::{Kernel, network::max, network::median};

pub const WEIGHTS: [[f32; 3]; 3] = [[0.05, 0.10, 0.06], [0.11, 0.30, 0.13], [0.07, 0.15, 0.03]];

// Loops over offsets.

#[stencil(boundary = Nearest)]
pub fn inclusive_range(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

#[stencil(boundary = Nearest)]
pub fn half_open_range(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..2 {
        for j in -1..2 {
            sum += x[[i, j]];
        }
    }
    sum * (1.0 / 9.0)
}

#[stencil(boundary = Nearest)]
pub fn list_of_offsets(x: Window2<f32>) -> f32 {
    let mut sum = -4.0 * x[[0, 0]];
    for d in [-1, 1] {
        sum += x[[d, 0]] + x[[0, d]];
    }
    sum
}

#[stencil(boundary = Nearest)]
pub fn array_of_weights(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += WEIGHTS[(i + 1) as usize][(j + 1) as usize] * x[[i, j]];
        }
    }
    sum
}

#[stencil(boundary = Nearest)]
pub fn nine_terms(x: Window2<f32>) -> f32 {
    0.05 * x[[-1, -1]]
        + 0.10 * x[[-1, 0]]
        + 0.06 * x[[-1, 1]]
        + 0.11 * x[[0, -1]]
        + 0.30 * x[[0, 0]]
        + 0.13 * x[[0, 1]]
        + 0.07 * x[[1, -1]]
        + 0.15 * x[[1, 0]]
        + 0.03 * x[[1, 1]]
}

// Branches.

#[stencil(boundary = Nearest)]
pub fn early_return(x: Window2<f32>) -> f32 {
    if x[[0, 0]] > 1.5 {
        return 0.0;
    }
    x[[-1, 0]] + x[[1, 0]]
}

#[stencil(boundary = Nearest)]
pub fn upwind(u: Window2<f32>, velocity: Window2<f32>) -> f32 {
    let v = velocity[[0, 0]];
    if v > 0.0 { v * (u[[0, 0]] - u[[0, -1]]) } else { v * (u[[0, 1]] - u[[0, 0]]) }
}

#[stencil(boundary = Nearest)]
pub fn masked(x: Window2<f32>, mask: Window2<bool>) -> f32 {
    if mask[[0, 1]] { x[[0, 1]] } else { x[[0, 0]] }
}

#[stencil(boundary = Nearest)]
pub fn continue_on_nan(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    let mut count = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            let v = x[[i, j]];
            if v.is_nan() {
                continue;
            }
            sum += v;
            count += 1.0;
        }
    }
    sum / count
}

#[stencil(boundary = Nearest)]
pub fn largest_by_if(x: Window2<f32>) -> f32 {
    let mut best = x[[0, 0]];
    for i in -1..=1 {
        for j in -1..=1 {
            if x[[i, j]] > best {
                best = x[[i, j]];
            }
        }
    }
    best
}

// Integers and conversions.

#[stencil(boundary = Nearest)]
pub fn divide_by_nine(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

#[stencil(boundary = Nearest)]
pub fn divide_signed(x: Window2<i16>) -> i16 {
    let mut sum = 0i32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += i32::from(x[[i, j]]);
        }
    }
    (sum / 9) as i16
}

#[stencil(boundary = Nearest)]
pub fn float_to_byte(x: Window2<u8>) -> u8 {
    let mut sum = 0.0f32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += WEIGHTS[(i + 1) as usize][(j + 1) as usize] * f32::from(x[[i, j]]);
        }
    }
    sum.round_ties_even() as u8
}

#[stencil(boundary = Nearest)]
pub fn life(x: Window2<bool>) -> bool {
    let mut neighbours = 0u8;
    for i in -1..=1 {
        for j in -1..=1 {
            if i != 0 || j != 0 {
                neighbours += u8::from(x[[i, j]]);
            }
        }
    }
    neighbours == 3 || (neighbours == 2 && x[[0, 0]])
}

#[stencil(boundary = Nearest)]
pub fn double_to_short(x: Window2<f64>) -> u16 {
    (0.25 * (x[[0, -1]] + x[[0, 1]] + x[[-1, 0]] + x[[1, 0]])) as u16
}

#[stencil(boundary = Nearest)]
pub fn clamp_to_byte(x: Window2<f32>, gain: f32) -> u8 {
    (gain * (x[[0, 1]] - x[[0, -1]]) + 128.0).clamp(0.0, 255.0) as u8
}

#[stencil(boundary = Nearest)]
pub fn float_to_signed(x: Window2<f32>) -> i8 {
    let d = x[[0, 1]] - x[[0, -1]];
    let scaled = if d > 0.0 { 100.0 * d } else { 50.0 * d };
    scaled.round() as i8
}

#[stencil(boundary = Nearest)]
pub fn float_to_int(x: Window2<f32>) -> i32 {
    (1000.0 * (x[[0, 1]] - x[[0, -1]])) as i32
}

#[stencil(boundary = Nearest)]
pub fn count_above(x: Window2<f32>, threshold: f32) -> u8 {
    let mut count = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            count += u8::from(x[[i, j]] > threshold);
        }
    }
    count
}

#[stencil(boundary = Nearest)]
pub fn chained_comparisons(x: Window2<f32>) -> u8 {
    let c = x[[0, 0]];
    let peak = c > x[[0, -1]] && c > x[[0, 1]] && c > x[[-1, 0]] && c > x[[1, 0]];
    if peak { 255 } else { 0 }
}

#[stencil(boundary = Nearest)]
pub fn both_conditions(x: Window2<f32>, mask: Window2<bool>) -> f32 {
    if mask[[0, 0]] && x[[0, 0]] > 1.0 { x[[0, 1]] } else { x[[0, -1]] }
}

#[stencil(boundary = Nearest)]
pub fn match_on_byte(x: Window2<u8>) -> u8 {
    match x[[0, 0]] {
        0 => x[[0, 1]],
        255 => x[[0, -1]],
        other => other,
    }
}

#[stencil(boundary = Nearest)]
pub fn saturating(x: Window2<u8>) -> u8 {
    x[[0, 1]].saturating_sub(x[[0, -1]]).saturating_add(x[[1, 0]].abs_diff(x[[-1, 0]]))
}

#[stencil(boundary = Nearest, halo = 1)]
pub fn short_from_bytes(x: Window2<u8>) -> i16 {
    let at = |i, j| i16::from(x[[i, j]]);
    at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1)
}

#[stencil(boundary = Nearest)]
pub fn erosion(x: Window2<bool>) -> bool {
    x[[0, 0]] && x[[-1, 0]] && x[[1, 0]] && x[[0, -1]] && x[[0, 1]]
}

#[stencil(boundary = Nearest)]
pub fn life_of_bytes(x: Window2<u8>) -> u8 {
    let mut n = 0;
    for i in -1..=1 {
        for j in -1..=1 {
            n += x[[i, j]];
        }
    }
    if n == 3 || n == 4 && x[[0, 0]] == 1 { 1 } else { 0 }
}

// Order statistics.

#[stencil(boundary = Nearest, halo = 1)]
pub fn median_of_nine(x: Window2<u8>) -> u8 {
    median(x.values())
}

#[stencil(boundary = Nearest, halo = 1)]
pub fn largest_of_nine(x: Window2<u8>) -> u8 {
    max(x.values())
}

// Helpers.

fn across(x: Window2<'_, f32>) -> f32 {
    x[[0, 1]] - x[[0, -1]]
}

fn down(x: Window2<'_, f32>) -> f32 {
    x[[1, 0]] - x[[-1, 0]]
}

#[stencil(boundary = Nearest, halo = 1)]
pub fn helper_functions(x: Window2<f32>) -> f32 {
    (across(x) * across(x) + down(x) * down(x)).sqrt()
}

#[stencil(boundary = Nearest, halo = 1)]
pub fn closure(x: Window2<f32>) -> f32 {
    let row = |i| x[[i, -1]] + 2.0 * x[[i, 0]] + x[[i, 1]];
    row(-1) + 2.0 * row(0) + row(1)
}

#[stencil(boundary = Nearest, halo = 1)]
pub fn iterator(x: Window2<f32>) -> f32 {
    (-1..2).map(|i| x[[i, 0]]).sum()
}

// Parameters.

#[stencil(boundary = Nearest)]
pub fn scalar_parameter(u: Window2<f64>, alpha: f64) -> f64 {
    u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

#[stencil(boundary = Nearest)]
pub fn array_parameter(x: Window2<f32>, weights: [[f32; 3]; 3]) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += weights[(i + 1) as usize][(j + 1) as usize] * x[[i, j]];
        }
    }
    sum
}

#[stencil(boundary = Nearest)]
pub fn view_parameter(x: Window2<f32>, weights: ArrayView2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += weights[[(i + 1) as usize, (j + 1) as usize]] * x[[i, j]];
        }
    }
    sum
}

// Elements.

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Velocity {
    pub u: f32,
    pub v: f32,
}

#[stencil(boundary = Nearest)]
pub fn struct_to_number(w: Window2<Velocity>) -> f32 {
    w[[0, 1]].v - w[[0, -1]].v - w[[1, 0]].u + w[[-1, 0]].u
}

#[stencil(boundary = Nearest)]
pub fn struct_to_struct(w: Window2<Velocity>) -> Velocity {
    let (n, s, e, o) = (w[[-1, 0]], w[[1, 0]], w[[0, 1]], w[[0, -1]]);
    Velocity { u: 0.25 * (n.u + s.u + e.u + o.u), v: 0.25 * (n.v + s.v + e.v + o.v) }
}

#[stencil(boundary = Nearest)]
pub fn colour(x: Window2<[f32; 3]>) -> [f32; 3] {
    let mut sum = [0.0; 3];
    for i in -1..=1 {
        for j in -1..=1 {
            for c in 0..3 {
                sum[c] += x[[i, j]][c];
            }
        }
    }
    sum.map(|s| s / 9.0)
}

// Several inputs and outputs, ranks, generics.

#[stencil(boundary = Nearest)]
pub fn two_inputs(u: Window2<f32>, k: Window2<f32>) -> f32 {
    (k[[0, 1]] + k[[0, 0]]) * (u[[0, 1]] - u[[0, 0]]) - (k[[0, -1]] + k[[0, 0]]) * (u[[0, 0]] - u[[0, -1]])
}

#[stencil(boundary = Nearest)]
pub fn two_outputs(x: Window2<f32>) -> (f32, f32) {
    (0.5 * (x[[1, 0]] - x[[-1, 0]]), 0.5 * (x[[0, 1]] - x[[0, -1]]))
}

#[stencil(boundary = Nearest)]
pub fn two_types(x: Window2<f32>) -> (f32, bool) {
    let d = x[[0, 1]] - x[[0, -1]];
    (d, d > 0.5)
}

#[stencil(boundary = Nearest)]
pub fn one_dimension(x: Window1<f32>) -> f32 {
    0.25 * x[-1] + 0.5 * x[0] + 0.25 * x[1]
}

#[stencil(boundary = Nearest)]
pub fn three_dimensions(u: Window3<f32>) -> f32 {
    u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -1]] + u[[0, 0, 1]] - 6.0 * u[[0, 0, 0]]
}

#[stencil(boundary = Nearest)]
pub fn generic<T: Real>(u: Window2<T>) -> T {
    u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - (u[[0, 0]] + u[[0, 0]]) - (u[[0, 0]] + u[[0, 0]])
}

#[stencil(boundary = Nearest)]
pub fn where_am_i(x: Window2<f32>) -> f32 {
    let [_, j] = x.position();
    if j % 2 == 0 { x[[0, 0]] } else { 0.5 * (x[[0, -1]] + x[[0, 1]]) }
}

/// Not among the forms: a division by a number that is not known is done one by one. The guard must see that.
#[stencil(boundary = Nearest)]
pub fn deliberately_scalar(x: Window2<u32>, divisor: u32) -> u32 {
    (x[[0, -1]] + x[[0, 1]]) / divisor
}

/// Instantiates the loops of a kernel in this crate, where the guard reads them.
fn compile<K: Kernel>() {
    std::hint::black_box(K::loops());
}

macro_rules! forms {
    ($($kernel:ty),* $(,)?) => {
        /// The kernels that the guard checks, by the name of their types.
        pub static FORMS: &[(&str, fn())] = &[$((stringify!($kernel), compile::<$kernel>)),*];
    };
}

forms![
    InclusiveRange,
    HalfOpenRange,
    ListOfOffsets,
    ArrayOfWeights,
    NineTerms,
    EarlyReturn,
    Upwind,
    Masked,
    ContinueOnNan,
    LargestByIf,
    DivideByNine,
    DivideSigned,
    FloatToByte,
    Life,
    DoubleToShort,
    ClampToByte,
    FloatToSigned,
    FloatToInt,
    CountAbove,
    ChainedComparisons,
    BothConditions,
    MatchOnByte,
    Saturating,
    ShortFromBytes,
    Erosion,
    LifeOfBytes,
    MedianOfNine,
    LargestOfNine,
    HelperFunctions,
    Closure,
    Iterator,
    ScalarParameter,
    ArrayParameter,
    ViewParameter<'static>,
    StructToNumber,
    StructToStruct,
    Colour,
    TwoInputs,
    TwoOutputs,
    TwoTypes,
    OneDimension,
    ThreeDimensions,
    Generic<f32>,
    Generic<f64>,
    WhereAmI,
    windows::w13::Sum,
    windows::w13::Double,
    windows::w13::Nanmean,
    windows::w13::Most,
    windows::w13::Mean,
    windows::w13::Weighted<'static>,
    windows::w13::Masked,
    windows::w13::Rank,
    windows::w13::Line,
    windows::w31::Sum,
    windows::w31::Double,
    windows::w31::Nanmean,
    windows::w31::Most,
    windows::w31::Mean,
    windows::w31::Weighted<'static>,
    windows::w31::Masked,
    windows::w31::Rank,
    windows::w31::Line,
    windows::Cube7,
    windows::Cube9,
    windows::Open<'static>,
    windows::Boxed<6>,
];

/// The kernel that must not pass.
pub static SCALAR: fn() = compile::<DeliberatelyScalar>;
