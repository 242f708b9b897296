//! The language of gufuncs, form by form.

use ndarray::{Array1, Array2, Array3, ArrayD, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, array};
use ndstencil::Schedule;
use ndstencil::prelude::*;

#[gufunc("(),()->()")]
fn ndvi(nir: f32, red: f32) -> f32 {
    (nir - red) / (nir + red)
}

#[gufunc("(n)->()")]
fn nanmean<T: Real>(x: ArrayView1<T>) -> T {
    let mut sum = T::zero();
    let mut count = 0usize;
    for &v in x {
        if !v.is_nan() {
            sum += v;
            count += 1;
        }
    }
    sum / T::real(count as f64)
}

#[gufunc("(n)->()")]
fn variance(x: ArrayView1<f64>, ddof: usize) -> f64 {
    let n = x.len();
    let mut sum = 0.0;
    for i in 0..n {
        sum += x[i];
    }
    let mean = sum / n as f64;
    let mut squares = 0.0;
    for v in x.iter() {
        let d = v - mean;
        squares += d * d;
    }
    if n <= ddof {
        return f64::NAN;
    }
    squares / (n - ddof) as f64
}

#[gufunc("(m,n),(n,p)->(m,p)")]
fn matmul<T: Real>(a: ArrayView2<T>, b: ArrayView2<T>, mut c: ArrayViewMut2<T>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut sum = T::zero();
            for k in 0..a.ncols() {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
}

#[gufunc("(n)->(n),()")]
fn running(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) -> i32 {
    let mut sum = 0;
    for (i, &v) in x.iter().enumerate() {
        sum += v;
        y[i] = sum;
    }
    sum
}

#[gufunc("(n)->()")]
fn second(x: ArrayView1<f32>, scratch: &mut Vec<f32>) -> f32 {
    scratch.clear();
    for &v in x {
        scratch.push(v + 1.0);
    }
    if x.len() < 2 {
        return f32::NAN;
    }
    scratch[1]
}

#[gufunc("(m),(n)->(p)", p = m + n - 1)]
fn convolve(a: ArrayView1<f64>, b: ArrayView1<f64>, mut c: ArrayViewMut1<f64>) {
    for i in 0..a.len() {
        for j in 0..b.len() {
            c[i + j] += a[i] * b[j];
        }
    }
}

#[test]
fn forms() {
    let nir: Array2<f32> = Array2::from_shape_fn((37, 41), |(i, j)| (i * 7 + j) as f32 + 1.0);
    let red = nir.mapv(|v| v / 3.0);
    let y: Array2<f32> = ndvi().apply((&nir, &red)).unwrap();
    assert_eq!(y, ndvi().reference((&nir, &red)).unwrap());
    assert_eq!(y[[3, 4]], (nir[[3, 4]] - red[[3, 4]]) / (nir[[3, 4]] + red[[3, 4]]));
    let x = Array3::from_shape_fn((5, 70, 11), |(i, j, k)| {
        let v = (i * 31 + j * 17 + k * 5) % 23;
        if v == 3 { f64::NAN } else { v as f64 }
    });
    for axis in 0..3 {
        let y: Array2<f64> = nanmean().axis(axis).apply(&x).unwrap();
        let expected = x.map_axis(Axis(axis as usize), |lane| {
            let kept: Vec<f64> = lane.iter().copied().filter(|v| !v.is_nan()).collect();
            kept.iter().sum::<f64>() / kept.len() as f64
        });
        assert_eq!(y, expected, "{axis}");
        assert_eq!(nanmean().keepdims().axis(axis).apply(&x).unwrap(), expected.insert_axis(Axis(axis as usize)));
    }
    let x = x.mapv(|v| if v.is_nan() { 0.5 } else { v });
    for axis in 0..3 {
        assert_eq!(variance(1).axis(axis).apply(&x).unwrap(), variance(1).axis(axis).reference(&x).unwrap());
    }
    assert!((variance(0).apply(&array![1.0, 2.0, 4.0]).unwrap().into_scalar() - 14.0 / 9.0).abs() < 1e-15);
    let a = Array3::from_shape_fn((100, 3, 3), |(i, j, k)| (i + 2 * j + 3 * k) as f64);
    let b = Array2::from_shape_fn((3, 3), |(j, k)| (j * 2 + k) as f64);
    let c: Array3<f64> = matmul().apply((&a, &b)).unwrap();
    for (i, c) in c.outer_iter().enumerate() {
        assert_eq!(c, a.index_axis(Axis(0), i).dot(&b));
    }
    let x = Array2::from_shape_fn((40, 9), |(i, j)| (i * j) as i32 - 7);
    let (y, sums): (Array2<i32>, Array1<i32>) = running().apply(&x).unwrap();
    assert_eq!(sums, x.sum_axis(Axis(1)));
    assert_eq!(y.column(8), sums);
    let (y, sums) = running().axes(&[&[0], &[0], &[]]).apply(&x).unwrap();
    assert_eq!((y.row(39).to_owned(), sums.clone()), (sums, x.sum_axis(Axis(0))));
    let x = Array2::from_shape_fn((40, 9), |(i, j)| (i * j) as f32);
    assert_eq!(second().apply(&x).unwrap(), x.column(1).mapv(|v| v + 1.0));
    let dynamic: ArrayD<f32> = second().apply(&x.clone().into_dyn()).unwrap();
    assert_eq!(dynamic.len(), 40);
    assert_eq!(convolve().apply((&array![1.0, 2.0, 3.0], &array![0.0, 1.0])).unwrap(), array![0.0, 1.0, 2.0, 3.0]);
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Nearest)]
fn smooth(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

#[stencil(boundary = Nearest)]
fn smooth_one(x: Window2<u8>) -> u8 {
    let mut sum = 0u32;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += u32::from(x[[i, j]]);
        }
    }
    (sum / 9) as u8
}

#[gufunc("(n,m),(n,m)->(p,q),(p,q)")]
#[stencil(boundary = Shrink)]
fn shrunk(x: Window2<f32>, mask: Window2<bool>) -> (f32, bool) {
    (x[[-1, 0]] + x[[1, 2]], mask[[0, 1]])
}

#[test]
fn stacked() {
    for (count, n, m) in [(0, 4, 5), (3, 1, 1), (5, 300, 400), (70, 20, 90), (2, 0, 4)] {
        let stack = Array3::from_shape_fn((count, n, m), |(k, i, j)| (k * 31 + i * 7 + j * 13) as u8);
        let y: Array3<u8> = smooth().apply(&stack).unwrap();
        assert_eq!(y, smooth().reference(&stack).unwrap());
        for (x, y) in stack.outer_iter().zip(y.outer_iter()) {
            assert_eq!(smooth_one().apply(&x).unwrap(), y);
        }
        let columns = smooth().axes(&[&[2, 0], &[2, 0]]).apply(&stack).unwrap();
        for (x, y) in stack.axis_iter(Axis(1)).zip(columns.axis_iter(Axis(1))) {
            assert_eq!(smooth_one().apply(&x.t()).unwrap().t(), y);
        }
    }
    let x = Array3::from_shape_fn((2, 5, 6), |(k, i, j)| (k * 31 + i * 7 + j * 13) as f32);
    let mask = Array2::from_shape_fn((5, 6), |(i, j)| (i + j) % 3 == 0);
    let (y, kept) = shrunk().apply((&x, &mask)).unwrap();
    assert_eq!((y.dim(), kept.dim()), ((2, 3, 4), (2, 3, 4)));
    assert_eq!(y[[1, 0, 0]], x[[1, 0, 0]] + x[[1, 2, 2]]);
    // The signature says that the output is as large as the input.
    let error = smooth().boundary(Rim::Shrink).apply(&Array3::<u8>::zeros((2, 5, 5))).unwrap_err();
    let expected = "kernel `smooth`: output 0 has shape [5, 5], but shape [3, 3] is needed for inputs of shape [5, 5]";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn cores_too_long_to_run_side_by_side() {
    let x = Array2::from_shape_fn((20, 150_000), |(i, j)| ((i + j) % 7) as f64);
    let sums = ndstencil::kernels::sum().apply(&x).unwrap();
    assert_eq!(sums, x.sum_axis(Axis(1)));
}

/// Direct inputs that do not stay in the cache go in copied tiles: loop elements in the last, overlapping tile, a second
/// operand of another size, cores of two axes.
#[test]
fn rows_that_are_far_apart() {
    #[gufunc("(n),(n)->()")]
    fn weighted(x: ArrayView1<f32>, w: ArrayView1<u8>) -> f32 {
        let mut sum = 0.0;
        for (&x, &w) in x.iter().zip(w) {
            sum += x * f32::from(w);
        }
        sum
    }
    #[gufunc("(m,n)->()")]
    fn corners(x: ArrayView2<f64>) -> f64 {
        x[[0, 0]] - x[[0, x.ncols() - 1]] + x[[x.nrows() - 1, 0]]
    }
    let poison = Schedule::new().parallel(false).poison(true);
    let value = |i: usize, j: usize| ((i * 131 + j * 7919) % 1009) as f32;
    let x = Array2::from_shape_fn((84, 5003), |(i, j)| value(i, j));
    let w = Array2::from_shape_fn((84, 5003), |(i, j)| (i * 3 + j) as u8);
    let y = weighted().axis(0).schedule(poison).apply((&x, &w)).unwrap();
    assert_eq!(y, weighted().axis(0).reference((&x, &w)).unwrap());
    let x = Array3::from_shape_fn((7, 9, 3001), |(i, j, k)| f64::from(value(i * 9 + j, k)));
    let axes: &[&[isize]] = &[&[1, 0]];
    let y = corners().axes(axes).schedule(poison).apply(&x).unwrap();
    assert_eq!(y, corners().axes(axes).reference(&x).unwrap());
}

/// Streamed outputs that begin anywhere, of elements smaller than the largest: no cell is left out.
#[test]
fn streamed_casts() {
    #[gufunc("()->()")]
    fn narrow(x: f64) -> u8 {
        x as u8
    }
    #[gufunc("()->()")]
    fn halve(x: f64) -> u16 {
        (x / 2.0) as u16
    }
    let streaming = Schedule::new().streaming(true);
    for n in [40, 64, 100, 1000] {
        let x = Array1::from_shape_fn(n, |i| (i % 200) as f64);
        for start in 0..64 {
            let mut bytes = Array1::from_elem(n + start, 255u8);
            let out = &mut bytes.slice_mut(ndarray::s![start..]);
            narrow().schedule(streaming).apply_into(&x, out).unwrap();
            assert_eq!(bytes.slice(ndarray::s![start..]), x.mapv(|v| v as u8));
            let mut shorts = Array1::from_elem(n + start, u16::MAX);
            let out = &mut shorts.slice_mut(ndarray::s![start..]);
            halve().schedule(streaming).apply_into(&x, out).unwrap();
            assert_eq!(shorts.slice(ndarray::s![start..]), x.mapv(|v| (v / 2.0) as u16));
        }
    }
}
