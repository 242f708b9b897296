//! The reference executor against loops by hand: the rules of each boundary, spelled out once more.

use ndarray::{Array, ArrayD, ArrayRef, Dim, Dimension, IxDyn};
use ndstencil::prelude::*;
use ndstencil::{Kernel, Rule, Rules, Single};
use proptest::prelude::*;

use crate::case::{Case, Executor, Family, Kind, Kinds, property, rules};
use crate::layout::same;

/// Weights at offsets.
type Terms<const N: usize> = [([isize; N], i64); 4];

const LINE: Terms<1> = [([-2], 3), ([0], 5), ([1], -7), ([4], 11)];
const PLANE: Terms<2> = [([-1, 2], 3), ([0, -3], 5), ([2, 0], -7), ([1, 1], 11)];
const VOLUME: Terms<3> = [([-1, 0, 0], 3), ([0, 2, -1], 5), ([1, 0, 1], -7), ([0, -1, 0], 11)];

#[stencil(boundary = Nearest, halo = ((2, 4),))]
fn line(x: Window1<i64>) -> i64 {
    LINE.iter().fold(0, |sum: i64, &(offset, weight)| sum.wrapping_add(x[offset].wrapping_mul(weight)))
}

#[stencil(boundary = Nearest, halo = ((1, 2), (3, 2)))]
fn plane(x: Window2<i64>) -> i64 {
    PLANE.iter().fold(0, |sum: i64, &(offset, weight)| sum.wrapping_add(x[offset].wrapping_mul(weight)))
}

#[stencil(boundary = Nearest, halo = ((1, 1), (1, 2), (1, 1)))]
fn volume(x: Window3<i64>) -> i64 {
    VOLUME.iter().fold(0, |sum: i64, &(offset, weight)| sum.wrapping_add(x[offset].wrapping_mul(weight)))
}

/// The cell read at an index outside an axis, step by step; `None` for the constant.
fn folded(kind: Kind, index: isize, len: isize) -> Option<isize> {
    let mut i = index;
    while i < 0 || i >= len {
        i = match kind {
            Kind::Constant => return None,
            Kind::Nearest => i.clamp(0, len - 1),
            Kind::Reflect => {
                if i < 0 {
                    -1 - i
                } else {
                    2 * len - 1 - i
                }
            }
            Kind::Mirror if len == 1 => 0,
            Kind::Mirror => {
                if i < 0 {
                    -i
                } else {
                    2 * (len - 1) - i
                }
            }
            Kind::Wrap => {
                if i < 0 {
                    i + len
                } else {
                    i - len
                }
            }
            Kind::Last => len - 1,
            Kind::Scattered => (7 * index + 3).rem_euclid(len),
            Kind::Fill | Kind::Keep | Kind::Shrink => unreachable!("a rim does not read outside"),
        };
    }
    Some(i)
}

/// The value read at an index anywhere.
fn read(x: &ArrayD<i64>, kinds: &Kinds, constant: i64, index: &[isize]) -> i64 {
    let mut cell = Vec::new();
    for (axis, &i) in index.iter().enumerate() {
        match folded(kinds[axis][usize::from(i >= 0)], i, x.shape()[axis] as isize) {
            Some(i) => cell.push(i as usize),
            None => return constant,
        }
    }
    x[IxDyn(&cell)]
}

/// The meaning of the kernel of these terms.
fn by_hand<const N: usize>(x: &ArrayD<i64>, terms: &Terms<N>, kinds: &Kinds, constant: i64, fill: i64) -> ArrayD<i64> {
    let reach = |axis: usize, side: usize| -> usize {
        let outward = |offset: isize| if side == 0 { -offset } else { offset };
        terms.iter().map(|(offset, _)| outward(offset[axis]).max(0) as usize).max().unwrap_or(0)
    };
    let shrink = |axis: usize, side: usize| if kinds[axis][side] == Kind::Shrink { reach(axis, side) } else { 0 };
    let shape: Vec<usize> =
        (0..N).map(|axis| x.shape()[axis].saturating_sub(shrink(axis, 0) + shrink(axis, 1))).collect();
    ArrayD::from_shape_fn(shape, |index| {
        let at: [usize; N] = std::array::from_fn(|axis| index[axis] + shrink(axis, 0));
        for axis in 0..N {
            let leaves = [at[axis] < reach(axis, 0), at[axis] + reach(axis, 1) >= x.shape()[axis]];
            for side in 0..2 {
                match kinds[axis][side] {
                    Kind::Fill if leaves[side] => return fill,
                    Kind::Keep if leaves[side] => return x[&at[..]],
                    _ => {}
                }
            }
        }
        terms.iter().fold(0, |sum: i64, (offset, weight)| {
            let index: Vec<isize> = (0..N).map(|axis| at[axis] as isize + offset[axis]).collect();
            sum.wrapping_add(read(x, kinds, constant, &index).wrapping_mul(*weight))
        })
    })
}

fn check<K, const N: usize>(kernel: Stencil<K>, terms: &Terms<N>, case: &Case) -> Result<(), TestCaseError>
where
    Dim<[usize; N]>: Dimension,
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<i64, Dim<[usize; N]>>>,
    K: Kernel<Dim = Dim<[usize; N]>, Out = Single<i64>, Rules = Rules<i64, i64, N>>,
{
    // Small arrays: many are smaller than the footprint.
    let shape: Vec<usize> = case.shape.iter().map(|n| n % 12).collect();
    let storage = case.inputs[0].random::<i64>(&shape, case.seed);
    let x = case.inputs[0].view(&storage, &shape);
    let expected = by_hand(&x.to_owned(), terms, &case.kinds[0], -1000, 77);
    let kernel = kernel.boundary(rules::<i64, i64, N>(&case.kinds[0], -1000, 77, Rule::Rim(Rim::Keep)));
    let x = x.into_dimensionality::<Dim<[usize; N]>>().expect("the rank");
    let found: Array<i64, _> = kernel.reference(&x).expect("a valid call");
    same(&found.into_dyn(), &expected)
}

macro_rules! by_hand {
    ($($name:ident: $Family:ident, $n:literal, $kernel:ident, $terms:ident;)+) => {
        $(
            #[test]
            fn $name() {
                property(150, $n, Family::$Family, Executor::Automatic, &|case| check($kernel(), &$terms, case));
            }
        )+
    };
}
by_hand! {
    one_axis_reading: Reading, 1, line, LINE;
    one_axis_rims: Rims, 1, line, LINE;
    one_axis_mixed: Mixed, 1, line, LINE;
    two_axes_reading: Reading, 2, plane, PLANE;
    two_axes_rims: Rims, 2, plane, PLANE;
    two_axes_mixed: Mixed, 2, plane, PLANE;
    three_axes_reading: Reading, 3, volume, VOLUME;
    three_axes_rims: Rims, 3, volume, VOLUME;
    three_axes_mixed: Mixed, 3, volume, VOLUME;
}
