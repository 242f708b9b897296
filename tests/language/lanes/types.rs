//! Types that are not `Copy`, or move.

use super::*;

#[derive(Default)]
struct Stats {
    sum: f32,
    count: usize,
}
impl Stats {
    fn new() -> Self {
        Self::default()
    }
    fn add(&mut self, v: f32) {
        self.sum += v;
        self.count += 1;
    }
    fn mean(self) -> f32 {
        self.sum / self.count as f32
    }
}
fn stats(v: f32) -> Stats {
    Stats { sum: v, count: 1 }
}
fn half(n: usize) -> usize {
    n.div_ceil(2)
}
fn consume(v: Vec<f32>) -> f32 {
    v.iter().sum()
}

#[gufunc("(n)->()")]
fn accumulator(x: ArrayView1<f32>) -> f32 {
    let mut all = Stats::new();
    for &v in x {
        all.add(v);
    }
    all.mean()
}

#[gufunc("(n)->()")]
fn accumulator_at_the_end(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        sum += v;
    }
    let mut all = stats(sum);
    all.add(1.0);
    all.mean()
}

#[gufunc("(n)->()")]
fn accumulator_that_crosses(x: ArrayView1<f32>) -> f32 {
    let mut all = stats(x[0]);
    for &v in x {
        all.add(v);
    }
    all.mean()
}

#[gufunc("(n)->()")]
fn unknown_size(x: ArrayView1<f32>) -> f32 {
    let k = half(x.len());
    let mut sum = 0.0f32;
    for i in 0..k {
        sum += x[i] * k as f32;
    }
    sum
}

#[gufunc("(n)->()")]
fn moved(x: ArrayView1<f32>) -> f32 {
    let table = vec![1.0f32, 2.0];
    let mut sum = 0.0f32;
    for &v in x {
        sum += v;
    }
    sum + consume(table)
}

#[gufunc("(n)->()")]
fn lent(x: ArrayView1<f32>) -> f32 {
    let table = vec![1.0f32, 2.0];
    let mut sum = 0.0f32;
    for (i, &v) in x.iter().enumerate() {
        sum += v * table[i % 2];
    }
    sum
}

#[gufunc("(n)->()")]
fn optional(x: ArrayView1<f32>) -> f32 {
    let mut first: Option<f32> = None;
    let mut last: Option<f32> = None;
    for &v in x {
        if !v.is_nan() {
            first = first.or(Some(v));
            last = Some(v);
        }
    }
    first.unwrap_or(-1.0) - last.unwrap_or(1.0)
}

#[gufunc("(n)->()")]
fn cells_by_reference(x: ArrayView1<f32>) -> f32 {
    let mut best = &x[0];
    for v in x.iter() {
        if v > best {
            best = v;
        }
    }
    *best
}

#[gufunc("(n)->()")]
fn shared_cell(x: ArrayView1<f32>) -> f32 {
    let count = std::cell::Cell::new(0);
    for &v in x {
        count.set(count.get() + usize::from(v > 0.0));
    }
    count.get() as f32
}

#[gufunc("(n)->()")]
fn histogram(x: ArrayView1<f32>) -> f32 {
    let mut counts = [0u32; 256];
    for &v in x {
        counts[(v.abs() * 8.0) as usize % 256] += 1;
    }
    counts[0] as f32 + counts[16] as f32 * 0.5
}

#[gufunc("(n)->()")]
fn small_array(x: ArrayView1<f32>) -> f32 {
    let mut sums = [0.0f32; 3];
    for (i, &v) in x.iter().enumerate() {
        sums[i % 3] += v;
    }
    sums[0] * sums[1] - sums[2]
}

#[test]
fn types() {
    over_rows!(accumulator(), false);
    over_rows!(accumulator_at_the_end(), true);
    over_rows!(accumulator_that_crosses(), false);
    over_rows!(unknown_size(), true);
    over_rows!(moved(), false);
    over_rows!(lent(), true);
    over_rows!(optional(), true);
    over_rows!(cells_by_reference(), false);
    over_rows!(shared_cell(), false);
    over_rows!(histogram(), false);
    over_rows!(small_array(), true);
}
