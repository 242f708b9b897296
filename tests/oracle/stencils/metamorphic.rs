//! Relations between results that hold whatever the values are.

use ndarray::{Array2, Axis, concatenate, s};
use ndstencil::prelude::*;

use crate::samples::{Sample, bits};

#[stencil(boundary = Nearest)]
fn near(x: Window2<i64>) -> i64 {
    x[[-1, 0]].mix(x[[0, -1]]).mix(x[[1, 1]])
}

#[stencil(boundary = Nearest)]
fn far(x: Window2<i64>) -> i64 {
    x[[-2, 5]].mix(x[[0, -3]]).mix(x[[4, 1]])
}

/// `far` with its axes swapped.
#[stencil(boundary = Nearest)]
fn swapped(x: Window2<i64>) -> i64 {
    x[[5, -2]].mix(x[[-3, 0]]).mix(x[[1, 4]])
}

/// `far` with the direction of the columns reversed.
#[stencil(boundary = Nearest)]
fn mirrored(x: Window2<i64>) -> i64 {
    x[[-2, -5]].mix(x[[0, 3]]).mix(x[[4, -1]])
}

const INDEX_RULES: [Boundary<i64>; 4] = [Boundary::Nearest, Boundary::Reflect, Boundary::Mirror, Boundary::Wrap];
const SHAPES: [(usize, usize); 7] = [(1, 1), (1, 40), (3, 4), (7, 9), (12, 65), (33, 17), (20, 130)];

fn array(rows: usize, columns: usize) -> Array2<i64> {
    Array2::from_shape_fn((rows, columns), |(i, j)| i64::sample(bits(i as u64, j as u64)))
}

fn applied<K>(kernel: Stencil<K>, x: &Array2<i64>) -> Array2<i64>
where
    K: for<'w> ndstencil::Kernel<Args<'w> = &'w ndarray::ArrayRef<i64, ndarray::Ix2>>,
    K: ndstencil::Kernel<Dim = ndarray::Ix2, Out = ndstencil::Single<i64>>,
{
    kernel.apply(x).expect("a valid call")
}

fn rolled(x: &Array2<i64>, axis: usize, by: usize) -> Array2<i64> {
    let (head, tail) = x.view().split_at(Axis(axis), by % x.len_of(Axis(axis)));
    concatenate(Axis(axis), &[tail, head]).expect("the same width")
}

#[test]
fn one_cell_is_the_same_by_all_index_rules() {
    let x = array(1, 1);
    for rule in INDEX_RULES {
        assert_eq!(applied(far().boundary(rule), &x)[[0, 0]], x[[0, 0]].mix(x[[0, 0]]).mix(x[[0, 0]]), "{rule:?}");
    }
}

#[test]
fn two_cells_are_mirrored_as_they_are_wrapped() {
    let x = array(2, 2);
    let (mirror, wrap) = (far().boundary(Boundary::Mirror), far().boundary(Boundary::Wrap));
    assert_eq!(applied(mirror, &x), applied(wrap, &x));
}

#[test]
fn one_step_is_reflected_to_the_nearest() {
    for (rows, columns) in SHAPES {
        let x = array(rows, columns);
        assert_eq!(applied(near().boundary(Boundary::Reflect), &x), applied(near(), &x));
    }
}

#[test]
fn wrapping_commutes_with_rolling() {
    for (rows, columns) in SHAPES {
        let x = array(rows, columns);
        let kernel = far().boundary(Boundary::Wrap);
        for (axis, by) in [(0, 1), (0, 5), (1, 1), (1, 16)] {
            assert_eq!(applied(kernel, &rolled(&x, axis, by)), rolled(&applied(kernel, &x), axis, by));
        }
    }
}

#[test]
fn swapped_axes_give_the_transposed_result() {
    for (rows, columns) in SHAPES {
        let x = array(rows, columns);
        for rule in INDEX_RULES {
            let y = swapped().boundary(rule).apply(&x.t()).expect("a valid call");
            assert_eq!(y.t(), applied(far().boundary(rule), &x), "{rule:?}");
        }
    }
}

#[test]
fn reversed_columns_give_the_reversed_result() {
    for (rows, columns) in SHAPES {
        let x = array(rows, columns);
        for rule in INDEX_RULES {
            let y = mirrored().boundary(rule).apply(&x.slice(s![.., ..;-1])).expect("a valid call");
            assert_eq!(y.slice(s![.., ..;-1]), applied(far().boundary(rule), &x), "{rule:?}");
        }
    }
}

#[test]
fn a_shrunk_result_is_the_interior_of_any_other() {
    for (rows, columns) in [(7, 9), (12, 65), (33, 17), (20, 130)] {
        let x = array(rows, columns);
        let shrunk = applied(far().boundary(Rim::Shrink), &x);
        let interior = |y: Array2<i64>| y.slice(s![2..rows - 4, 3..columns - 5]).to_owned();
        for rule in INDEX_RULES.into_iter().chain([Boundary::Constant(3)]) {
            assert_eq!(interior(applied(far().boundary(rule), &x)), shrunk, "{rule:?}");
        }
        let filled = applied(far().boundary(Rim::Fill(-5)), &x);
        let kept = applied(far().boundary(Rim::Keep), &x);
        for (index, &value) in filled.indexed_iter() {
            let (i, j) = index;
            let inside = (2..rows - 4).contains(&i) && (3..columns - 5).contains(&j);
            let expected = if inside { [shrunk[[i - 2, j - 3]]; 2] } else { [-5, x[index]] };
            assert_eq!([value, kept[index]], expected, "{index:?}");
        }
    }
}
