//! The language of element functions, form by form, against loops written by hand.

use ndarray::{Array1, Array2, Array3, ArrayView2, array};
use ndstencil::prelude::*;
use ndstencil::{Window, network::max};

/// Nearest, by hand.
fn at(x: &Array2<f64>, i: usize, j: usize, offset: [isize; 2]) -> f64 {
    let clamp = |at: usize, by: isize, len: usize| (at as isize + by).clamp(0, len as isize - 1) as usize;
    x[[clamp(i, offset[0], x.nrows()), clamp(j, offset[1], x.ncols())]]
}

fn image() -> Array2<f64> {
    Array2::from_shape_fn((9, 21), |(i, j)| ((i * 31 + j * 17) % 23) as f64 - 7.0)
}

fn by_hand(x: &Array2<f64>, point: impl Fn(&dyn Fn([isize; 2]) -> f64) -> f64) -> Array2<f64> {
    Array2::from_shape_fn(x.dim(), |(i, j)| point(&|offset| at(x, i, j, offset)))
}

#[stencil(boundary = Nearest)]
fn laplace(x: Window2<f64>) -> f64 {
    x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]] - 4.0 * x[[0, 0]]
}

#[test]
fn literal_offsets() {
    let x = image();
    let expected = by_hand(&x, |x| x([-1, 0]) + x([1, 0]) + x([0, -1]) + x([0, 1]) - 4.0 * x([0, 0]));
    assert_eq!(laplace().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn mean(x: Window2<f64>) -> f64 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in (-1..=1).rev() {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

#[test]
fn loops() {
    let x = image();
    let expected = by_hand(&x, |x| {
        let mut sum = 0.0;
        for i in -1..=1 {
            for j in (-1..=1).rev() {
                sum += x([i, j]);
            }
        }
        sum / 9.0
    });
    assert_eq!(mean().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn cross(x: Window2<f64>) -> f64 {
    const OFFSETS: [[isize; 2]; 4] = [[-2, 0], [2, 0], [0, -1], [0, 1]];
    let mut sum = 0.0;
    for offset in OFFSETS {
        sum += x[offset];
    }
    for (k, d) in [3, -3].iter().enumerate() {
        sum += k as f64 * x[[0, *d]];
    }
    sum
}

#[test]
fn arrays_of_offsets() {
    let x = image();
    let expected = by_hand(&x, |x| x([-2, 0]) + x([2, 0]) + x([0, -1]) + x([0, 1]) + x([0, -3]));
    assert_eq!(cross().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn branches(x: Window2<f64>, limit: f64) -> f64 {
    if x[[0, 0]] > limit {
        return -1.0;
    }
    let left = x[[0, -1]];
    match left as i64 % 3 {
        0 => x[[-1, 0]],
        1 if x[[1, 0]] > 0.0 => x[[1, 0]],
        _ => {
            if left > 0.0 && x[[0, 2]] > 0.0 {
                x[[0, 2]]
            } else {
                left
            }
        }
    }
}

#[test]
fn branches_and_early_returns() {
    let x = image();
    let expected = by_hand(&x, |x| {
        if x([0, 0]) > 5.0 {
            return -1.0;
        }
        let left = x([0, -1]);
        match left as i64 % 3 {
            0 => x([-1, 0]),
            1 if x([1, 0]) > 0.0 => x([1, 0]),
            _ if left > 0.0 && x([0, 2]) > 0.0 => x([0, 2]),
            _ => left,
        }
    });
    assert_eq!(branches(5.0).apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn skipping(x: Window2<f64>) -> f64 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            let value = x[[i, j]];
            if value < 0.0 {
                continue;
            }
            sum += value;
            if i == 0 {
                continue;
            }
            sum += 1.0;
        }
    }
    sum
}

#[test]
fn continues() {
    let x = image();
    let expected = by_hand(&x, |x| {
        let mut sum = 0.0;
        for i in -1..=1 {
            for j in -1..=1 {
                let value = x([i, j]);
                if value < 0.0 {
                    continue;
                }
                sum += value;
                if i == 0 {
                    continue;
                }
                sum += 1.0;
            }
        }
        sum
    });
    assert_eq!(skipping().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn first_above(x: Window2<f64>, limit: f64) -> f64 {
    if x[[0, 0]] < 0.0 {
        return 0.0;
    }
    for i in -1..=1 {
        for j in -1..=1 {
            if x[[i, j]] > limit {
                return x[[i, j]];
            }
        }
    }
    -1.0
}

#[test]
fn a_loop_after_an_early_return() {
    let x = image();
    let expected = by_hand(&x, |x| {
        if x([0, 0]) < 0.0 {
            return 0.0;
        }
        for i in -1..=1 {
            for j in -1..=1 {
                if x([i, j]) > 9.0 {
                    return x([i, j]);
                }
            }
        }
        -1.0
    });
    assert_eq!(first_above(9.0).apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn shadowing(x: Window2<f64>) -> f64 {
    let k = 1;
    let first = x[[k, 0]];
    let k = -k;
    let x = [x[[k, 0]], first];
    if x[0] > 0.0 { x[1] } else { x[0] }
}

#[test]
fn shadowed_windows() {
    let x = image();
    let expected = by_hand(&x, |x| if x([-1, 0]) > 0.0 { x([1, 0]) } else { x([-1, 0]) });
    assert_eq!(shadowing().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn diagonal(x: Window2<f64>) -> f64 {
    let mut sum = 0.0;
    for i in -2..=2 {
        let j = -i;
        if i % 2 == 0 {
            sum += x[[i, j]];
        }
    }
    sum
}

#[test]
fn correlated_offsets() {
    let x = image();
    let expected = by_hand(&x, |x| x([-2, 2]) + x([0, 0]) + x([2, -2]));
    assert_eq!(diagonal().apply(&x).unwrap(), expected);
}

fn upwind(x: Window2<'_, f64>) -> f64 {
    x[[0, 0]] - x[[-1, 0]]
}

#[stencil(boundary = Nearest, halo = ((1, 0), (2, 0)))]
fn helpers(x: Window2<f64>) -> f64 {
    let along = |j: isize| x[[0, j]];
    upwind(x) + along(-2)
}

#[test]
fn helper_functions_and_closures() {
    let x = image();
    let expected = by_hand(&x, |x| x([0, 0]) - x([-1, 0]) + x([0, -2]));
    assert_eq!(helpers().apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest, halo = R)]
fn boxed<const R: usize>(x: Window2<f64>) -> f64 {
    let r = R as isize;
    let mut sum = 0.0;
    for i in -r..=r {
        for j in -r..=r {
            sum += x[[i, j]];
        }
    }
    sum
}

const WIDTH: usize = 2;

#[stencil(boundary = Nearest, halo = (0, WIDTH))]
fn constant_halo(x: Window2<f64>) -> f64 {
    x.values().iter().sum()
}

#[stencil(boundary = Nearest, halo = dynamic)]
fn dynamic(x: Window2<f64>, r: isize) -> f64 {
    (-r..=r).map(|j| x[[0, j]]).sum()
}

#[test]
fn halos() {
    let x = image();
    let expected = by_hand(&x, |x| (-2..=2).flat_map(|i| (-2..=2).map(move |j| [i, j])).map(x).sum());
    assert_eq!(boxed::<2>().apply(&x).unwrap(), expected);
    let expected = by_hand(&x, |x| (-2..=2).map(|j| x([0, j])).sum());
    assert_eq!(constant_halo().apply(&x).unwrap(), expected);
    let kernel = dynamic(2).halo(ndstencil::Halo::new([[0, 0], [2, 2]]));
    assert_eq!(kernel.apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn generic<T: Real>(u: Window2<T>, alpha: T) -> T {
    u[[0, 0]] + alpha * (u[[-1, 0]] - u[[1, 0]])
}

#[test]
fn generic_elements() {
    let x = image();
    let expected = by_hand(&x, |x| x([0, 0]) + 0.5 * (x([-1, 0]) - x([1, 0])));
    assert_eq!(generic(0.5).apply(&x).unwrap(), expected);
    assert_eq!(generic(0.5f32).apply(&x.mapv(|x| x as f32)).unwrap(), expected.mapv(|x| x as f32));
}

#[stencil(boundary = (Wrap, (Constant(edge), Nearest)))]
fn masked(x: Window2<f64>, edge: f64, #[boundary(Constant(true))] mask: Window2<bool>) -> (f64, u8) {
    if mask[[0, 1]] { (x[[-1, -1]], 1) } else { (x[[1, 1]], 0) }
}

#[test]
fn several_inputs_and_outputs() {
    let x = image();
    let mask = x.mapv(|x| x > 0.0);
    let (values, flags) = masked(0.25).apply((&x, &mask)).unwrap();
    let (rows, columns) = x.dim();
    for i in 0..rows {
        for j in 0..columns {
            let set = j + 1 == columns || mask[[i, j + 1]];
            let expected = if !set {
                x[[(i + 1) % rows, (j + 1).min(columns - 1)]]
            } else if j == 0 {
                0.25
            } else {
                x[[(i + rows - 1) % rows, j - 1]]
            };
            assert_eq!((values[[i, j]], flags[[i, j]]), (expected, u8::from(set)));
        }
    }
}

#[stencil(boundary = Nearest)]
fn weighted<'a>(x: ndstencil::Window<'_, f64, 2>, w: ArrayView2<f64>, table: &'a [f64], mut gain: f64) -> f64 {
    gain += table[0];
    let mut sum = 0.0;
    for i in 0..3 {
        for j in 0..3 {
            sum += w[[i, j]] * x[[i as isize - 1, j as isize - 1]];
        }
    }
    gain * sum
}

#[test]
fn views_and_slices_as_parameters() {
    let x = image();
    let weights = array![[0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]];
    let expected = by_hand(&x, |x| 3.0 * (x([-1, 0]) + 2.0 * x([0, 1])));
    assert_eq!(weighted(weights.view(), &[1.0], 2.0).apply(&x).unwrap(), expected);
}

#[stencil(boundary = Nearest)]
fn dilate(x: Window2<f64>) -> f64 {
    debug_assert!(x[[-1, -1]] <= f64::MAX && x[[1, 1]] <= f64::MAX);
    max(x.values())
}

#[test]
fn all_values_of_the_box() {
    let x = image();
    let expected = by_hand(&x, |x| {
        let all = (-1..=1).flat_map(|i| (-1..=1).map(move |j| [i, j]));
        all.map(x).fold(f64::MIN, f64::max)
    });
    assert_eq!(dilate().apply(&x).unwrap(), expected);
}

#[stencil(boundary = (Constant(-1), Wrap))]
fn line(x: Window1<i32>) -> i32 {
    x[-2] * 10 + x[1] + x[[0]] * 100
}

#[stencil(boundary = Nearest)]
fn volume(x: Window3<u8>) -> u32 {
    let mut sum = 0;
    for d in [[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0], [0, 0, -1], [0, 0, 1]] {
        sum += u32::from(x[d]);
    }
    sum
}

#[test]
fn other_ranks() {
    let x = Array1::from(vec![1, 2, 3, 4]);
    assert_eq!(line().apply(&x).unwrap(), array![92, 193, 314, 421]);
    let x = Array3::from_shape_fn((4, 5, 6), |(i, j, k)| (i * 30 + j * 6 + k) as u8);
    let y = volume().apply(&x).unwrap();
    assert_eq!(y[[1, 2, 3]], 6 * u32::from(x[[1, 2, 3]]));
}

#[stencil]
fn whereabouts(x: Window<'_, u8, 2>) -> [usize; 3] {
    let [i, j] = x.position();
    [i, j, x.shape()[0] + usize::from(x[[0, 0]]) + usize::from(x.contains([0, 1]))]
}

#[test]
fn positions() {
    let x = Array2::from_elem((3, 4), 10);
    let y = whereabouts().apply(&x).unwrap();
    assert_eq!(y[[1, 2]], [1, 2, 14]);
    assert_eq!(y[[2, 3]], [2, 3, 13]);
}

#[stencil(boundary = rule)]
fn rule_as_a_parameter(x: Window2<f64>, rule: Boundary<f64>) -> f64 {
    x[[0, -1]]
}

#[stencil(boundary = (Shrink, Fill(0.5)), type = Rims)]
fn rims(x: Window2<f64>) -> f64 {
    x[[-1, 0]] + x[[0, 1]]
}

#[test]
fn boundaries() {
    let x = image();
    let y = rule_as_a_parameter(Boundary::Constant(7.0)).apply(&x).unwrap();
    assert_eq!((y[[0, 0]], y[[0, 1]]), (7.0, x[[0, 0]]));
    let kernel: Stencil<Rims> = rims();
    let y = kernel.apply(&x).unwrap();
    assert_eq!(y.dim(), (8, 21));
    assert_eq!((y[[0, 20]], y[[0, 0]]), (0.5, x[[0, 0]] + x[[1, 1]]));
}

#[stencil(boundary = Nearest)]
fn types_of_names(x: Window2<f64>) -> f64 {
    let k = -1;
    let value = if x[[0, 0]] > 0.0 { x[[k, 0]] } else { 0.0 };
    // The type of `k` is known from its use as an offset alone.
    value + k.abs() as f64
}

#[stencil(boundary = Nearest)]
fn lookups(x: Window1<f64>, curve: fn(f64) -> f64) -> f64 {
    let mut sum = 0.0;
    if curve(x[0]) > 0.0 {
        for d in [[-1], [2]] {
            sum += x[d];
        }
        for d in [-2, 1] {
            sum += x[d];
        }
    }
    sum
}

#[test]
fn types_and_offsets_stay() {
    let x = image();
    let expected = by_hand(&x, |x| if x([0, 0]) > 0.0 { x([-1, 0]) + 1.0 } else { 1.0 });
    assert_eq!(types_of_names().apply(&x).unwrap(), expected);
    let line = Array1::from(vec![1.0, -2.0, 3.0, 4.0]);
    assert_eq!(lookups(|x| -x).apply(&line).unwrap(), array![0.0, 1.0 + 4.0 + 1.0 + 3.0, 0.0, 0.0]);
}

macro_rules! kernels {
    ($($name:ident $offset:expr;)*) => {
        $(
            #[stencil(boundary = Nearest)]
            fn $name(x: Window2<f64>) -> f64 {
                if x[[0, 0]] > 0.0 { x[[$offset, 0]] } else { 0.0 }
            }
        )*
    };
}

kernels! { made_up -1; made_down 1; }

#[test]
fn kernels_made_by_a_macro() {
    let x = image();
    assert_eq!(made_up().apply(&x).unwrap(), by_hand(&x, |x| if x([0, 0]) > 0.0 { x([-1, 0]) } else { 0.0 }));
    assert_eq!(made_down().apply(&x).unwrap(), by_hand(&x, |x| if x([0, 0]) > 0.0 { x([1, 0]) } else { 0.0 }));
}

/// A constant may be called what another library calls a rule.
const EDGE: Boundary<i32> = Boundary::Constant(7);

#[stencil(boundary = EDGE)]
fn left_of_edge(x: Window1<i32>) -> i32 {
    x[-1]
}

#[test]
fn constants_may_be_called_as_rules_are_elsewhere() {
    assert_eq!(left_of_edge().apply(&ndarray::array![1, 2, 3]).unwrap(), ndarray::array![7, 1, 2]);
}
