//! Outputs and scratch memory.

use super::*;

#[gufunc("(n)->(),(n),(),()")]
fn mixed_outputs(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) -> (f32, usize, bool) {
    let mut sum = 0.0;
    for (i, &v) in x.iter().enumerate() {
        sum += v;
        y[i] = sum;
    }
    if sum > 1.0 {
        return (sum, 1, true);
    }
    (sum, x.len(), false)
}

impl<A: Bits, B: Bits, C: Bits, D: Bits> Bits for (A, B, C, D) {
    fn bits(&self) -> Vec<u64> {
        [self.0.bits(), self.1.bits(), self.2.bits(), self.3.bits()].concat()
    }
}

#[gufunc("(n)->(),()")]
fn written(x: ArrayView1<f32>, mut low: ArrayViewMut0<f32>, mut high: ArrayViewMut0<f32>) {
    if x.len() < 2 {
        low[()] = x[0];
        return;
    }
    low[()] = f32::INFINITY;
    for &v in x {
        if v < low[()] {
            low[()] = v;
        }
        high[[]] += v;
    }
    if high[()] < 0.0 {
        return;
    }
    high[()] *= 2.0;
}

#[gufunc("(n,m)->(m,n)")]
fn transposed(x: ArrayView2<f32>, mut y: ArrayViewMut2<f32>) {
    let (n, m) = x.dim();
    for i in 0..n {
        for j in 0..m {
            y[(j, i)] = x[Ix2(i, j)];
        }
    }
}

#[gufunc("(n,m,k)->()")]
fn cube(x: ArrayView3<f32>) -> f32 {
    let (n, m, k) = x.dim();
    let mut sum = 0.0;
    for v in x.iter() {
        sum += v;
    }
    sum + x[[n - 1, m - 1, k - 1]] * x[(0, 0, 0)]
}

#[gufunc("(n)->()")]
fn two_scratches(x: ArrayView1<f32>, values: &mut Vec<f32>, kept: &mut Vec<usize>) -> f32 {
    values.clear();
    kept.clear();
    let mut count = 0usize;
    for &v in x {
        values.push(v * 2.0);
        count += usize::from(v > 0.0);
        kept.push({
            count += 1;
            count
        });
        values.push(values[0] + v);
        kept.push(kept.len());
    }
    let n = values.len();
    values[n - 1] + kept[n - 2] as f32 + count as f32
}

#[gufunc("(n)->()")]
fn sorted(x: ArrayView1<f32>, values: &mut Vec<f32>) -> f32 {
    values.clear();
    values.extend(x);
    values.extend(x.iter().copied());
    values.extend(x.iter().map(|&v| v + 0.5));
    sort_slice(values);
    let n = values.len();
    values.truncate(n - 1);
    values[n / 2]
}

#[gufunc("(n)->()")]
fn ranges_of_scratch(x: ArrayView1<f32>, values: &mut Vec<f32>) -> f32 {
    values.clear();
    values.resize(4, 1.0);
    let part = &values[1..3];
    x[0] + part[0]
}

#[gufunc("(n)->()")]
fn owned_scratch(x: ArrayView1<f32>, names: &mut Vec<String>) -> f32 {
    names.clear();
    x[0]
}

#[gufunc("(n)->()")]
fn swapped(x: ArrayView1<f32>, values: &mut Vec<f32>) -> f32 {
    values.clear();
    values.extend(x);
    values.swap(0, x.len() - 1);
    values[0]
}

#[test]
fn memory() {
    over_rows!(mixed_outputs(), true);
    over_rows!(two_scratches(), true);
    over_rows!(sorted(), true);
    over_rows!(ranges_of_scratch(), false);
    over_rows!(owned_scratch(), false);
    over_rows!(swapped(), false);
    over_rows!(written(), true);
    let cubes = |count| Array::from_shape_fn((count, 2, 3, 2), |(a, i, j, k)| (a * 7 + i * 5 + j * 3 + k) as f32);
    case!(transposed(), true, |count| &cubes(count));
    case!(cube(), true, |count| &cubes(count));
}
