//! Functions of whole axes.

use ndarray::{Array2, Array3, ArrayView1, ArrayView2, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2, Axis, array, s};
use ndstencil::prelude::*;

use super::{eighths, integers, numbers, same};

#[gufunc("(),()->()", gpu)]
fn difference(a: f32, b: f32) -> f32 {
    if b == 0.0 { 0.0 } else { a - b }
}

#[test]
fn elements_broadcast() {
    let x = eighths();
    let row = x.row(3).to_owned();
    let column = x.column(4).to_owned().insert_axis(Axis(1));
    same!(difference(), (&x, &x.mapv(|v| v * v)));
    same!(difference(), (&x, &row));
    same!(difference(), (&column, &x));
    same!(difference(), (&column, &row));
    same!(difference(), (&x.slice(s![..;-1, ..;2]), &x.slice(s![.., ..;2])));
}

#[gufunc("()->(),()", gpu)]
fn parts(x: u8) -> (u8, bool) {
    (x >> 4, x & 1 == 1)
}

#[test]
fn packed_elements() {
    let x = integers().mapv(|v| v as u8);
    same!(parts(), &x);
    same!(parts(), &x.t());
    same!(parts(), &x.slice(s![1.., 3..]));
}

#[gufunc("(n)->()", gpu)]
fn total(x: ArrayView1<i32>) -> i32 {
    let mut sum = 0;
    for &v in x {
        sum += v;
    }
    sum
}

#[gufunc("(n)->()", gpu)]
fn nanmean(x: ArrayView1<f32>) -> f32 {
    let (mut sum, mut count) = (0.0, 0);
    for i in 0..x.len() {
        if !x[i].is_nan() {
            sum += x[i];
            count += 1;
        }
    }
    sum / count as f32
}

#[test]
fn reductions() {
    let x = numbers((7, 12, 9));
    for axis in 0..3 {
        same!(total().axis(axis), &x);
    }
    same!(total(), &array![1, 2, 3]);
    same!(total(), &Array2::<i32>::zeros((4, 0)));
    same!(total(), &Array2::<i32>::zeros((0, 4)));
    let x: Array3<f32> = x.mapv(|v| if v % 5 == 0 { f32::NAN } else { (v % 64) as f32 });
    same!(nanmean().axis(0), &x);
    same!(nanmean(), &x);
}

#[gufunc("(n)->(n)", gpu)]
fn running(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    let mut sum = 0;
    for i in 0..x.len() {
        sum += x[i];
        y[i] = sum;
    }
}

#[gufunc("(n)->(n)", gpu)]
fn reversed(x: ArrayView1<u8>, mut y: ArrayViewMut1<u8>) {
    let n = x.len();
    for i in 0..n {
        y[n - 1 - i] = x[i];
    }
}

#[test]
fn core_outputs() {
    let x = numbers((5, 6, 7));
    same!(running(), &x);
    same!(running().axis(1), &x);
    same!(reversed(), &x.mapv(|v| v as u8));
}

#[gufunc("(m,n),(n,p)->(m,p)", gpu)]
fn product(a: ArrayView2<i32>, b: ArrayView2<i32>, mut c: ArrayViewMut2<i32>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut sum = 0;
            for k in 0..a.ncols() {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
}

#[test]
fn several_core_dimensions() {
    let (a, b) = (numbers((4, 3, 2)), numbers((4, 2, 5)));
    same!(product(), (&a, &b));
    same!(product(), (&a, &b.index_axis(Axis(0), 1)));
}

#[gufunc("(n,m)->(n,m)", gpu)]
#[stencil(boundary = Nearest)]
fn smooth(x: Window2<u8>) -> u8 {
    ((u16::from(x[[0, -1]]) + 2 * u16::from(x[[0, 0]]) + u16::from(x[[1, 1]])) / 4) as u8
}

#[test]
fn stacks() {
    let x = numbers((2, 3, 9, 18)).mapv(|v| v as u8);
    same!(smooth(), &x);
    same!(smooth(), &x.slice(s![0, .., .., ..]));
    same!(smooth().boundary(Boundary::Wrap), &x.slice(s![0, 0, .., ..]));
}

#[gufunc("()->()", gpu)]
fn through_a_view(x: i32, mut y: ArrayViewMut0<i32>) {
    y[()] = x + 1;
    y[()] *= 2;
}

#[gufunc("(n)->(),()", gpu)]
fn bytes_and_words(x: ArrayView1<u8>, mut low: ArrayViewMut0<u8>, mut sum: ArrayViewMut0<u32>) {
    low[()] = 255;
    for &v in x {
        low[()] = low[()].min(v);
        sum[()] += u32::from(v);
    }
}

#[test]
fn outputs_without_dimensions() {
    same!(through_a_view(), &integers());
    same!(bytes_and_words(), &integers().mapv(|v| v as u8));
}
