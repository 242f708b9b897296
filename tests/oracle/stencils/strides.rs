//! Strides: the result is every so many points of the kernel without one, bit for bit, on every executor.

use ndarray::{ArrayRef, Dim, Dimension, Slice};
use ndstencil::Window6;
use ndstencil::prelude::*;
use ndstencil::{Kernel, Rule, Rules, Single};
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, property, rules};
use crate::layout::same;
use crate::samples::{Padded, Sample, bits};
use crate::stencils::apply::check;

#[stencil(boundary = Nearest, stride = S)]
fn line<T: Sample, const S: usize>(x: Window1<T>) -> T {
    x[-3].mix(x[0]).mix(x[[1]])
}

#[stencil(boundary = Nearest, stride = (A, B))]
fn cross<T: Sample, const A: usize, const B: usize>(x: Window2<T>) -> T {
    x[[-1, 0]].mix(x[[0, -2]]).mix(x[[0, 0]]).mix(x[[0, 1]]).mix(x[[1, 0]])
}

/// Reads each row several times, so that the executor would take two rows at once.
#[stencil(boundary = Nearest, stride = (A, B))]
fn square<T: Sample, const A: usize, const B: usize>(x: Window2<T>) -> T {
    let mut sum = x[[0, 0]];
    for i in -1..=1 {
        for j in -1..=1 {
            sum = sum.mix(x[[i, j]]);
        }
    }
    sum
}

/// Reads no cell twice.
#[stencil(boundary = Nearest, stride = (A, B))]
fn pool<T: Sample, const A: usize, const B: usize>(x: Window2<T>) -> T {
    x[[0, 0]].mix(x[[0, 1]]).mix(x[[1, 0]]).mix(x[[1, 1]])
}

#[stencil(stride = (A, B))]
fn point<T: Sample, const A: usize, const B: usize>(x: Window2<T>) -> T {
    x[[0, 0]].mix(x[[0, 0]])
}

/// Often wider than the array.
#[stencil(boundary = Nearest, stride = (A, B))]
fn wide<T: Sample, const A: usize, const B: usize>(x: Window2<T>) -> T {
    x[[-5, 0]].mix(x[[2, 7]]).mix(x[[0, -9]]).mix(x[[0, 0]])
}

#[stencil(boundary = Nearest, stride = (A, B))]
fn whereabouts<const A: usize, const B: usize>(x: Window2<u64>) -> u64 {
    let [i, j] = x.position();
    let [rows, columns] = x.shape();
    let inside = [[-1, 0], [0, -2], [1, 2]].map(|offset| u64::from(x.contains(offset)));
    let inside = inside[0] * 4 + inside[1] * 2 + inside[2];
    (((i * 1000 + j) * 1000 + rows) * 1000 + columns) as u64 * 8 + inside + (x[[-1, 0]] ^ x[[1, 2]] ^ x[[0, -2]]) % 2
}

#[stencil(boundary = Nearest, stride = (A, B, C))]
fn volume<T: Sample, const A: usize, const B: usize, const C: usize>(x: Window3<T>) -> T {
    x[[-1, 0, 2]].mix(x[[0, -2, -1]]).mix(x[[1, 0, 0]]).mix(x[[0, 1, 0]])
}

#[stencil(boundary = Nearest, stride = (1, A, 2, 1, B, 3))]
fn six<T: Sample, const A: usize, const B: usize>(x: Window6<T>) -> T {
    x[[-1, 0, 0, 0, 0, 1]].mix(x[[0, 0, 1, 0, -1, 0]]).mix(x[[0, 1, 0, 1, 0, -1]])
}

#[stencil(boundary = Nearest)]
fn six_of_all<T: Sample>(x: Window6<T>) -> T {
    x[[-1, 0, 0, 0, 0, 1]].mix(x[[0, 0, 1, 0, -1, 0]]).mix(x[[0, 1, 0, 1, 0, -1]])
}

/// Compares with the reference of the kernel without a stride, sliced.
fn sliced<K, P, T, const N: usize>(
    strided: Stencil<K>,
    plain: Stencil<P>,
    stride: [usize; N],
    case: &Case,
) -> Result<(), TestCaseError>
where
    Dim<[usize; N]>: Dimension,
    T: Sample,
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, Dim<[usize; N]>>>,
    K: Kernel<Dim = Dim<[usize; N]>, Out = Single<T>, Rules = Rules<T, T, N>>,
    P: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, Dim<[usize; N]>>>,
    P: Kernel<Dim = Dim<[usize; N]>, Out = Single<T>, Rules = Rules<T, T, N>>,
{
    let storage = case.inputs[0].random::<T>(&case.shape, case.seed);
    let x = case.inputs[0].view(&storage, &case.shape).into_dimensionality::<Dim<[usize; N]>>().expect("the rank");
    let (constant, fill) = (T::sample(bits(case.seed, 1 << 40)), T::sample(bits(case.seed, 1 << 41)));
    let rules = rules::<T, T, N>(&case.kinds[0], constant, fill, Rule::Rim(Rim::Keep));
    let all = plain.boundary(rules).reference(&x).expect("a valid call");
    let every = |axis: ndarray::AxisDescription| Slice::new(0, None, stride[axis.axis.index()] as isize);
    let expected = all.slice_each_axis(every).to_owned();
    for axis in 0..N {
        prop_assert_eq!(expected.shape()[axis], all.shape()[axis].div_ceil(stride[axis]));
    }
    let strided = strided.boundary(rules);
    same(&strided.reference(&x).expect("a valid call"), &expected)?;
    same(&case.run.install(|| strided.schedule(case.run.schedule).apply(&x)).expect("a valid call"), &expected)?;
    check(strided, case)
}

macro_rules! sliced {
    ($($name:ident: $strided:expr, $plain:expr, $T:ty, $stride:expr, $cases:expr;)+) => {$(
        #[test]
        fn $name() {
            for executor in
                [Executor::Automatic, Executor::Serial, Executor::Threads, Executor::Streaming, Executor::Split]
            {
                for family in [Family::Reading, Family::Rims, Family::Mixed] {
                    property($cases, $stride.len(), family, executor, &|case| {
                        sliced::<_, _, $T, { $stride.len() }>($strided, $plain, $stride, case)
                    });
                }
            }
        }
    )+};
}
sliced! {
    line_u8_2: line::<_, 2>(), line::<_, 1>(), u8, [2], 12;
    line_f64_3: line::<_, 3>(), line::<_, 1>(), f64, [3], 12;
    line_padded_5: line::<_, 5>(), line::<_, 1>(), Padded, [5], 6;
    line_i16_1000: line::<_, 1000>(), line::<_, 1>(), i16, [1000], 6;
    line_huge: line::<_, { usize::MAX >> 1 }>(), line::<_, 1>(), u16, [usize::MAX >> 1], 4;
    cross_f32_2_2: cross::<_, 2, 2>(), cross::<_, 1, 1>(), f32, [2, 2], 8;
    cross_u8_3_1: cross::<_, 3, 1>(), cross::<_, 1, 1>(), u8, [3, 1], 6;
    cross_i32_1_4: cross::<_, 1, 4>(), cross::<_, 1, 1>(), i32, [1, 4], 6;
    cross_unit: cross::<_, 2, 3>(), cross::<_, 1, 1>(), (), [2, 3], 2;
    square_f32_2_2: square::<_, 2, 2>(), square::<_, 1, 1>(), f32, [2, 2], 6;
    square_u8_1_2: square::<_, 1, 2>(), square::<_, 1, 1>(), u8, [1, 2], 6;
    square_i16_7_9: square::<_, 7, 9>(), square::<_, 1, 1>(), i16, [7, 9], 6;
    pool_u8_2_2: pool::<_, 2, 2>(), pool::<_, 1, 1>(), u8, [2, 2], 8;
    pool_colour_2_2: pool::<_, 2, 2>(), pool::<_, 1, 1>(), [f32; 3], [2, 2], 4;
    point_u16_3_2: point::<_, 3, 2>(), point::<_, 1, 1>(), u16, [3, 2], 6;
    wide_f32_2_3: wide::<_, 2, 3>(), wide::<_, 1, 1>(), f32, [2, 3], 4;
    whereabouts_3_2: whereabouts::<3, 2>(), whereabouts::<1, 1>(), u64, [3, 2], 6;
    volume_f32_2_2_2: volume::<_, 2, 2, 2>(), volume::<_, 1, 1, 1>(), f32, [2, 2, 2], 4;
    volume_u8_1_3_2: volume::<_, 1, 3, 2>(), volume::<_, 1, 1, 1>(), u8, [1, 3, 2], 4;
    six_f64: six::<_, 2, 2>(), six_of_all(), f64, [1, 2, 2, 1, 2, 3], 1;
}
