//! The settings of a call beyond its operands: optional dimensions, `.axis(..)`, `.keepdims()`, static ranks. Nothing
//! depends on how many loop elements there are around.

use ndarray::{Array2, Array3, ArrayD, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, Ix1, Ix2, IxDyn, s};
use ndstencil::Schedule;
use ndstencil::prelude::*;
use proptest::prelude::*;

use crate::gufuncs::draw::{drawn_layout, property};
use crate::gufuncs::forms::kernel;
use crate::layout::same;
use crate::samples::{Sample, bits};

kernel! { ["(m?,n),(n,p?)->(m?,p?)"]
fn matmul(a: ArrayView2<f64>, b: ArrayView2<f64>, mut c: ArrayViewMut2<f64>) {
    for i in 0..a.nrows() {
        for j in 0..b.ncols() {
            let mut sum = 0.0;
            for k in 0..a.ncols() {
                sum += a[[i, k]] * b[[k, j]];
            }
            c[[i, j]] = sum;
        }
    }
} }

kernel! { ["(n)->(),()"]
fn bounds(x: ArrayView1<f32>) -> (f32, f32) {
    let (mut low, mut high) = (f32::INFINITY, f32::NEG_INFINITY);
    for &v in x {
        low = if v < low { v } else { low };
        high = if v > high { v } else { high };
    }
    (low, high)
} }

kernel! { ["(n),(n)->()"]
fn inner(a: ArrayView1<i32>, b: ArrayView1<i32>) -> i64 {
    let mut sum = 0i64;
    for i in 0..a.len() {
        sum = sum.wrapping_mul(5).wrapping_add(i64::from(a[i]) * i64::from(b[i]));
    }
    sum
} }

kernel! { ["(n)->(n),()"]
fn running(x: ArrayView1<f64>, mut y: ArrayViewMut1<f64>) -> f64 {
    let mut sum = 0.0;
    for (i, &v) in x.iter().enumerate() {
        sum += v;
        y[i] = sum;
    }
    sum * 0.5
} }

kernel! { ["(n)->(n)"]
fn reversed(x: ArrayView1<u16>, mut y: ArrayViewMut1<u16>) {
    for (i, &v) in x.iter().rev().enumerate() {
        y[i] = v.wrapping_add(i as u16);
    }
} }

fn values<T: Sample>(shape: &[usize], seed: u64) -> ArrayD<T> {
    let layout = drawn_layout(shape.len(), true, seed);
    layout.view(&layout.random::<T>(shape, seed), shape).to_owned()
}

#[test]
fn optional_dimensions() {
    property(24, 3, &|case| {
        let [m, n, p] = [0, 1, 2].map(|number| case.sizes[number]);
        let count = case.loops.first().copied().unwrap_or(17);
        let a = values::<f64>(&[count, m, n], bits(case.seed, 1)).into_dimensionality::<ndarray::Ix3>().unwrap();
        let b = values::<f64>(&[n, p], bits(case.seed, 2)).into_dimensionality::<Ix2>().unwrap();
        let mut all = Array3::zeros((count, m, p));
        for (a, c) in a.outer_iter().zip(all.outer_iter_mut()) {
            matmul::plain(a, b.view(), c);
        }
        case.runs.iter().try_for_each(|run| {
            let kernel = matmul::kernel().schedule(run.schedule);
            let found = run.install(|| kernel.apply((&a, &b))).expect("a valid call");
            same(&found, &all.clone().into_dyn())?;
            if m > 0 && p > 0 && count > 0 {
                // A vector in front: no `m`; a vector behind: no `p`.
                let (row, column) = (a.slice(s![0, 0, ..]), b.column(0));
                let found = run.install(|| kernel.apply((&row, &b))).expect("a valid call");
                same(&found, &all.slice(s![0, 0, ..]).to_owned().into_dyn())?;
                let found = run.install(|| kernel.apply((&a, &column))).expect("a valid call");
                same(&found, &all.slice(s![.., .., 0]).to_owned().into_dyn())?;
                let found = run.install(|| kernel.apply((&row, &column))).expect("a valid call");
                same(&found, &all.slice(s![0, 0, 0]).to_owned().into_dyn())?;
                let mut out = Array2::from_elem((count, m), -1.0);
                run.install(|| kernel.apply_into((&a, &column), &mut out)).expect("a valid call");
                same(&out, &all.slice(s![.., .., 0]).to_owned())?;
            }
            Ok(())
        })
    });
}

#[test]
fn one_axis_and_kept_dimensions() {
    property(24, 1, &|case| {
        let n = case.sizes[0];
        let rank = case.loops.len() + 1;
        let axis = case.seed as usize % rank;
        let mut shape = case.loops.clone();
        shape.insert(axis, n);
        let storage_seed = bits(case.seed, 7);
        let layout = drawn_layout(rank, true, storage_seed);
        let (storage, others) =
            (layout.random::<f32>(&shape, storage_seed), layout.random::<i32>(&shape, storage_seed));
        let (x, a) = (layout.view(&storage, &shape), layout.view(&others, &shape));
        let b = values::<i32>(&[n], bits(case.seed, 3)).into_dimensionality::<Ix1>().unwrap();
        let wide: ArrayD<f64> = x.mapv(f64::from);
        let low = x.map_axis(Axis(axis), |lane| bounds::plain(lane).0);
        let high = x.map_axis(Axis(axis), |lane| bounds::plain(lane).1);
        let sums = a.map_axis(Axis(axis), |lane| inner::plain(lane, b.view()));
        let last = wide.map_axis(Axis(axis), |lane| running::plain(lane, ndarray::Array1::zeros(n).view_mut()));
        let mut all = ArrayD::zeros(IxDyn(&shape));
        for (x, y) in wide.lanes(Axis(axis)).into_iter().zip(all.lanes_mut(Axis(axis))) {
            running::plain(x, y);
        }
        let kept_shape = |sums: &ArrayD<f32>| sums.clone().insert_axis(Axis(axis));
        case.runs.iter().try_for_each(|run| {
            for axis in [axis as isize, axis as isize - rank as isize] {
                let kernel = bounds::kernel().schedule(run.schedule).axis(axis);
                let found = run.install(|| kernel.apply(&x)).expect("a valid call");
                same(&found.0, &low)?;
                same(&found.1, &high)?;
                let found = run.install(|| kernel.keepdims().apply(&x)).expect("a valid call");
                same(&found.0, &kept_shape(&low))?;
                same(&found.1, &kept_shape(&high))?;
                let mut out = (kept_shape(&low).mapv(|_| -9.0), kept_shape(&low).reversed_axes().mapv(|_| 7.0));
                let mut turned = out.1.view_mut().reversed_axes();
                run.install(|| kernel.keepdims().apply_into(&x, (&mut out.0, &mut turned))).expect("a valid call");
                same(&out.0, &kept_shape(&low))?;
                same(&turned.to_owned(), &kept_shape(&high))?;
                let kernel = running::kernel().schedule(run.schedule).axis(axis);
                let found = run.install(|| kernel.apply(&wide)).expect("a valid call");
                same(&found.0, &all)?;
                same(&found.1, &last)?;
            }
            // The entry of the second input is its own.
            let axes: [&[isize]; 2] = [&[axis as isize], &[-1]];
            let kernel = inner::kernel().schedule(run.schedule).axes(&axes);
            let found = run.install(|| kernel.apply((&a, &b))).expect("a valid call");
            same(&found, &sums)?;
            let place = axis as isize;
            let axes: [&[isize]; 3] = [&[place], &[0], &[place]];
            let kernel = inner::kernel().schedule(run.schedule).axes(&axes).keepdims();
            let found = run.install(|| kernel.apply((&a, &b))).expect("a valid call");
            same(&found, &sums.clone().insert_axis(Axis(axis)))
        })
    });
}

/// A loop element's result is the same alone, among few, and among many.
#[test]
fn neighbours_do_not_matter() {
    property(16, 1, &|case| {
        let n = case.sizes[0];
        let count = case.loops.iter().product::<usize>().min(200);
        let layout = drawn_layout(2, true, case.seed);
        let (shape, seed) = ([count, n], bits(case.seed, 5));
        let (storage, others) = (layout.random::<f64>(&shape, seed), layout.random::<u16>(&shape, seed));
        let x = layout.view(&storage, &shape).into_dimensionality::<Ix2>().unwrap();
        let z = layout.view(&others, &shape).into_dimensionality::<Ix2>().unwrap();
        let (y, sums) = running::kernel().apply(&x).expect("a valid call");
        let w = reversed::kernel().apply(&z).expect("a valid call");
        let mut expected = Array2::zeros((count, n));
        z.outer_iter().zip(expected.outer_iter_mut()).for_each(|(z, w)| reversed::plain(z, w));
        same(&w, &expected)?;
        for index in 0..count {
            let (one, sum) = running::kernel().apply(&x.row(index)).expect("a valid call");
            same(&one, &y.row(index).to_owned())?;
            prop_assert!(sum.into_scalar().same(sums[index]));
            same(&reversed::kernel().apply(&z.row(index)).expect("a valid call"), &w.row(index).to_owned())?;
        }
        for length in [1, 2, 3, 7, 16, 40, 64, 65] {
            for start in (0..count).step_by(length.max(count / 3 + 1)) {
                let end = count.min(start + length);
                let part = x.slice(s![start..end, ..]);
                let (one, sum) = running::kernel().apply(&part).expect("a valid call");
                same(&one, &y.slice(s![start..end, ..]).to_owned())?;
                same(&sum, &sums.slice(s![start..end]).to_owned())?;
                let part = reversed::kernel().apply(&z.slice(s![start..end;-1, ..])).expect("a valid call");
                same(&part, &w.slice(s![start..end;-1, ..]).to_owned())?;
            }
        }
        Ok(())
    });
}

kernel! { ["(),()->()"]
fn blend(a: f32, b: f64) -> f32 {
    (f64::from(a) * 0.3 - b) as f32
} }

kernel! { ["()->()"]
fn negative(a: u8) -> u8 {
    255 - a
} }

/// Results that go around the caches, at every offset from a cache line.
#[test]
fn streamed_lines_begin_anywhere() {
    let a = ndarray::Array1::from_shape_fn(700, |i| f32::sample(bits(3, i as u64)));
    let b = ndarray::Array1::from_shape_fn(700, |i| f64::sample(bits(4, i as u64)));
    let c = ndarray::Array1::from_shape_fn(700, |i| u8::sample(bits(5, i as u64)));
    for parallel in [false, true] {
        for level in ndstencil::SimdLevel::ALL.iter().copied().filter(|level| level.is_available()) {
            let schedule = Schedule::new().level(level).parallel(parallel).streaming(true);
            for (start, count) in (0..70).flat_map(|start| [1, 8, 31, 64, 129, 600].map(|count| (start, count))) {
                let part = s![start..start + count];
                let (x, y, z) = (a.slice(part), b.slice(part), c.slice(part));
                let mut out = ndarray::Array1::from_elem(700, 77.0f32);
                blend::kernel()
                    .schedule(schedule)
                    .apply_into((&x, &y), &mut out.slice_mut(part))
                    .expect("a valid call");
                for (i, found) in out.iter().enumerate() {
                    let inside = (start..start + count).contains(&i);
                    let expected = if inside { blend::plain(a[i], b[i]) } else { 77.0 };
                    assert!(found.same(expected), "{start}, {count}: {found} at {i}, expected {expected}");
                }
                let mut out = ndarray::Array1::from_elem(700, 77u8);
                negative::kernel().schedule(schedule).apply_into(&z, &mut out.slice_mut(part)).expect("a valid call");
                let expected = ndarray::Array1::from_shape_fn(700, |i| {
                    if (start..start + count).contains(&i) { negative::plain(c[i]) } else { 77 }
                });
                assert_eq!(out, expected, "{start}, {count}");
            }
        }
    }
}
