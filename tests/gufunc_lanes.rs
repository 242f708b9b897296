//! Bodies that run for several loop elements side by side give what they give alone, whatever they look like; and those
//! that can run so do, at every instruction level.

#![allow(unused, clippy::all, clippy::pedantic)]

use ndarray::{
    Array, Array1, Array2, Array3, ArrayView1, ArrayView2, ArrayView3, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2,
    Axis, Dimension, Ix2,
};
use ndstencil::prelude::*;
use ndstencil::{GufuncKernel, Level, Schedule, sort_slice};

/// The numbers of loop elements: below, between and above the numbers of lanes.
const COUNTS: [usize; 4] = [1, 7, 40, 100];

fn levels() -> impl Iterator<Item = Level> {
    Level::ALL.into_iter().filter(|level| level.is_available())
}

fn has_lanes<K: GufuncKernel>(_: Gufunc<K>) -> bool {
    K::LANES
}

/// Outputs whose bits can be compared.
trait Bits {
    fn bits(&self) -> Vec<u64>;
}

macro_rules! bits {
    ($($T:ty: |$v:ident| $bits:expr;)*) => {
        $(impl<D: Dimension> Bits for Array<$T, D> {
            fn bits(&self) -> Vec<u64> {
                self.iter().map(|&$v| $bits).collect()
            }
        })*
    };
}
bits! {
    f32: |v| if v.is_nan() { u64::MAX } else { u64::from(v.to_bits()) };
    f64: |v| if v.is_nan() { u64::MAX } else { v.to_bits() };
    i32: |v| v as u64;
    u8: |v| u64::from(v);
    usize: |v| v as u64;
    bool: |v| u64::from(v);
    Option<usize>: |v| v.map_or(u64::MAX, |v| v as u64);
}
impl<A: Bits, B: Bits> Bits for (A, B) {
    fn bits(&self) -> Vec<u64> {
        [self.0.bits(), self.1.bits()].concat()
    }
}

/// `count` cores of `n` cells, with NaN, zeros of both signs and ties.
fn rows(count: usize, n: usize) -> Array2<f32> {
    Array2::from_shape_fn((count, n), |(i, j)| match (i * 31 + j * 17 + i * j) % 23 {
        3 => f32::NAN,
        4 => -0.0,
        5 => 0.0,
        v => v as f32 / 3.0 - 4.0,
    })
}

macro_rules! case {
    ($gufunc:expr, $lanes:literal, |$count:ident| $inputs:expr) => {{
        assert_eq!(has_lanes($gufunc), $lanes, "lanes of {}", stringify!($gufunc));
        for $count in COUNTS {
            let expected = $gufunc.reference($inputs).unwrap().bits();
            for level in levels() {
                let found = $gufunc.schedule(Schedule::new().level(level)).apply($inputs).unwrap().bits();
                assert_eq!(found, expected, "{} {} {level:?}", stringify!($gufunc), $count);
            }
        }
    }};
}

/// Over cores of each of these lengths.
macro_rules! over_rows {
    ($gufunc:expr, $lanes:literal) => {
        for n in [1, 2, 3, 5, 9] {
            case!($gufunc, $lanes, |count| &rows(count, n));
            case!($gufunc.axis(0), $lanes, |count| &rows(count, n).t().to_owned());
        }
    };
}

// Names: hidden ones, raw ones, captured ones.

#[gufunc("(n)->()")]
fn shadowed(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        sum += v;
        {
            let sum = v * 2.0;
            let v = sum;
            let _ = v;
        }
        let mut sum = sum * 0.5;
        for k in 0..2 {
            sum += k as f32;
        }
        let _ = sum;
    }
    let mut sum = sum + 1.0;
    for i in 0..x.len() {
        let x = x[i];
        sum -= x;
    }
    sum
}

#[gufunc("(n)->()")]
fn hidden_same(x: ArrayView1<f32>) -> f32 {
    let n = x.len();
    let a = x[0];
    let b = a * n as f32;
    let n = n + 1;
    let mut sum = b * n as f32;
    let c = sum + a;
    let mut sum = 0.5f32;
    for &v in x {
        sum += v * c;
    }
    sum + b
}

#[gufunc("(n)->()")]
fn hides_the_core(x: ArrayView1<f32>) -> f32 {
    let y = x[0];
    let x = [y, 2.0 * y, 3.0];
    x[1] + x[2]
}

#[gufunc("(n)->()")]
fn raw_names(x: ArrayView1<f32>, r#in: f32) -> f32 {
    let mut r#type = r#in;
    for &r#match in x {
        r#type += r#match * r#in;
    }
    r#type
}

#[gufunc("(n)->()")]
fn captures(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        assert!(!v.is_infinite(), "{v:>9.3} in {sum}");
        sum += v;
        let text = format!("{v}");
        if text.is_empty() {
            sum += 1.0;
        }
    }
    sum
}

struct L;
#[derive(Clone, Copy)]
struct T(f32);

#[gufunc("(n)->()")]
fn user_types(x: ArrayView1<f32>) -> f32 {
    let _ = L;
    let t = T(x[0]);
    t.0 + 1.0
}

#[test]
fn names() {
    over_rows!(shadowed(), true);
    over_rows!(hidden_same(), true);
    over_rows!(hides_the_core(), true);
    over_rows!(raw_names(0.25), true);
    over_rows!(captures(), true);
    over_rows!(user_types(), true);
}

// Types that are not `Copy`, or move.

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
    let mut last = None;
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

// Control flow.

#[gufunc("(n)->()")]
fn labelled(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    'outer: for i in 0..x.len() {
        for j in 0..=i {
            if j == 3 {
                continue 'outer;
            }
            if i + j > 9 {
                break 'outer;
            }
            sum += x[i] * x[j];
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn skips_alike(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for (i, &v) in x.iter().enumerate() {
        if i % 2 == 1 {
            continue;
        }
        let d = v - 1.0;
        if i > 6 {
            break;
        } else if d > 0.5 {
            sum += d;
        } else {
            sum -= v;
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn skips_apart(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        if v.is_nan() {
            continue;
        }
        sum += v;
    }
    sum
}

macro_rules! skip {
    ($v:expr) => {
        if $v.is_nan() {
            continue;
        }
    };
}

#[gufunc("(n)->()")]
fn skips_in_a_macro(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        skip!(v);
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn own_macro(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    macro_rules! add {
        ($v:expr) => {
            sum += $v
        };
    }
    for &v in x {
        add!(v);
    }
    sum
}

#[gufunc("(n)->()")]
fn matches_and_lets(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        if let Some(w) = Some(v).filter(|w| *w > 0.0) {
            sum += w;
        }
        match v {
            w if w.is_nan() => sum += 1.0,
            0.0 => {}
            w => sum -= w * 0.5,
        }
        let Some(w) = (if v > 2.0 { None } else { Some(v) }).or(Some(0.0)) else { unreachable!() };
        sum += w;
    }
    sum
}

#[gufunc("(n)->()")]
fn match_at_the_end(x: ArrayView1<f32>) -> f32 {
    match x[0] {
        v if v > 0.0 => v,
        _ => -1.0,
    }
}

#[gufunc("(n)->()")]
fn macro_at_the_end(x: ArrayView1<f32>) -> bool {
    let v = x[0];
    matches!(v, -2.0..=2.0)
}

#[gufunc("(n)->()")]
fn branch_at_the_end(x: ArrayView1<f32>) -> f32 {
    let a = x[0] * 2.0;
    if x.len() > 2 {
        let mut sum = a;
        for &v in x {
            sum += v;
        }
        sum
    } else if x.len() > 1 {
        a + 1.0
    } else {
        return a;
    }
}

#[gufunc("(n)->()")]
fn branches_that_return(x: ArrayView1<f32>) -> f32 {
    if x.len() > 2 {
        return x[2];
    } else {
        return x[0];
    };
}

#[gufunc("(n)->()")]
fn block_at_the_end(x: ArrayView1<f32>) -> f32 {
    {
        let mut sum = 0.0f32;
        for &v in x {
            sum += v;
        }
        sum
    }
}

#[gufunc("(n)->()")]
fn returns_early(x: ArrayView1<f32>) -> f32 {
    let n = x.len();
    if n < 2 {
        return f32::NAN;
    }
    let mut sum = 0.0f32;
    for i in 1..n {
        if i == 4 {
            return sum;
        }
        sum += x[i];
    }
    if sum < 0.0 {
        return -1.0;
    }
    if sum > 3.0 {
        return sum;
    }
    return sum * 0.5;
}

fn positive(v: f32) -> Option<f32> {
    (v > 0.0).then_some(v)
}

#[gufunc("(n)->()")]
fn question(x: ArrayView1<f32>, low: f32) -> Option<usize> {
    if x.len() == 1 {
        return Some(positive(x[0])? as usize);
    }
    let v = positive(x[1] - low)?;
    Some(v as usize)
}

/// In a lane that has returned, the cell is not asked for.
#[gufunc("(n)->()")]
fn cell_behind_return(x: ArrayView1<f32>) -> f32 {
    if x[0] > -100.0 || x[0].is_nan() {
        return 1.0;
    }
    x[1000]
}

#[gufunc("(n)->()")]
fn sums_of_ndarray(x: ArrayView1<f32>) -> f32 {
    let mut sum = x.sum();
    for &v in x {
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn returns_of_ndarray(x: ArrayView1<f32>) -> f32 {
    if x.len() > 2 {
        return x.sum();
    }
    x[0]
}

#[gufunc("(n)->()")]
fn per_lane_loop(x: ArrayView1<f32>) -> f32 {
    let n = (x[0].abs() as usize).min(5);
    let mut sum = 0.0f32;
    for _ in 0..n {
        sum += 1.5;
    }
    sum
}

#[test]
fn control() {
    over_rows!(labelled(), true);
    over_rows!(skips_alike(), true);
    over_rows!(skips_apart(), false);
    over_rows!(skips_in_a_macro(), false);
    over_rows!(own_macro(), false);
    over_rows!(matches_and_lets(), true);
    over_rows!(match_at_the_end(), true);
    over_rows!(macro_at_the_end(), true);
    over_rows!(branch_at_the_end(), true);
    over_rows!(branches_that_return(), true);
    over_rows!(block_at_the_end(), true);
    over_rows!(returns_early(), true);
    over_rows!(question(0.5), true);
    over_rows!(cell_behind_return(), true);
    over_rows!(sums_of_ndarray(), false);
    over_rows!(returns_of_ndarray(), false);
    over_rows!(per_lane_loop(), false);
}

// What changes.

#[gufunc("(n),()->()")]
fn mutable_parameters(x: ArrayView1<f32>, mut a: f32, mut q: f32, b: f32) -> f32 {
    a += 1.0;
    for &v in x {
        q = q * 0.5 + v;
        a += q;
    }
    a * b
}

#[gufunc("(n)->()")]
fn mutable_items(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for mut v in x.iter().copied() {
        v += 1.0;
        for _ in 0..2 {
            sum += v;
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn mutable_index(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for mut i in 0..x.len() {
        i /= 2;
        sum += x[i];
    }
    sum
}

#[gufunc("(n)->()")]
fn closures(x: ArrayView1<f32>) -> f32 {
    let scale = |v: f32| v * 0.5;
    let mut sum = 0.0f32;
    for &v in x {
        let mut add = |w: f32| sum += w;
        add(v);
        add(scale(v));
    }
    let mut last = 0.0;
    let mut keep = |w: f32| last = w;
    keep(sum);
    last
}

#[gufunc("(n)->()")]
fn closure_across(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    let mut add = |w: f32| sum += w;
    for &v in x {
        add(v);
    }
    sum
}

#[gufunc("(n)->()")]
fn patterns(x: ArrayView1<f32>) -> f32 {
    struct_free();
    let (a, [b, c]) = (x[0], [x[0] * 2.0, 1.0]);
    let whole @ (d, _) = (a, b);
    let ref e = c;
    let mut sum = *e;
    for &v in x {
        sum += v * a + b * d + c + whole.1;
    }
    sum
}
fn struct_free() {}

#[derive(Clone, Copy)]
struct Pair {
    left: f32,
    right: f32,
}

#[gufunc("(n)->()")]
fn struct_patterns(x: ArrayView1<f32>) -> f32 {
    let Pair { left, right: other } = Pair { left: x[0], right: 2.0 };
    left * other
}

#[gufunc("(n),(n)->()")]
fn struct_elements(x: ArrayView1<Pair>, w: ArrayView1<f32>) -> f32 {
    let Pair { left, right } = x[0];
    let mut sum = Pair { left: 0.0, right: 1.0 };
    for (v, w) in x.iter().zip(w) {
        sum.left += v.left * w * left;
        sum.right += v.right - right;
    }
    sum.left - sum.right
}

#[gufunc("(n)->()")]
fn let_with_effects(x: ArrayView1<f32>) -> f32 {
    let mut count = 0usize;
    let mut sum = 0.0f32;
    for &v in x {
        let w = {
            count += 1;
            v * count as f32
        };
        for _ in 0..2 {
            sum += w;
        }
    }
    sum + count as f32
}

#[gufunc("(n)->(n)")]
fn hoisted(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    for i in 0..x.len() {
        y[[i]] = x[i];
        y[i] += 1.0;
        if i > 0 {
            let j = i - 1;
            y[i] = y[j] + y[i];
            y[j] += x[i];
        }
    }
    y[0] = y[0] + y[x.len() - 1];
    y[[0]] += 1.0;
}

#[test]
fn changes() {
    for n in [1, 3, 6] {
        case!(mutable_parameters(0.5, 2.0), true, |count| (&rows(count, n), &rows(count, 1).column(0)));
        case!(struct_elements(), true, |count| (
            &rows(count, n).mapv(|v| Pair { left: v, right: v * 0.5 }),
            &rows(count, n)
        ));
    }
    over_rows!(mutable_items(), false);
    over_rows!(mutable_index(), false);
    over_rows!(closures(), true);
    over_rows!(closure_across(), false);
    over_rows!(patterns(), false);
    over_rows!(struct_patterns(), true);
    over_rows!(let_with_effects(), true);
    over_rows!(hoisted(), true);
}

// Items, attributes, lints.

#[gufunc("(n)->()")]
fn items(x: ArrayView1<f32>) -> f32 {
    const SCALE: f32 = 0.5;
    use std::ops::Mul;
    let a: f32 = helper(x[0]);
    let mut sum = a;
    for &v in x {
        sum += v.mul(SCALE);
    }
    if sum > 2.0 {
        return 0.0;
    }
    fn helper(v: f32) -> f32 {
        v * 2.0
    }
    helper(sum)
}

#[gufunc("(n)->()")]
fn types_inside(x: ArrayView1<f32>) -> f32 {
    struct Twice(f32);
    impl Twice {
        fn value(self) -> f32 {
            self.0 * 2.0
        }
    }
    Twice(x[0]).value()
}

#[gufunc("(n)->()")]
fn attributes(x: ArrayView1<f32>) -> f32 {
    #[allow(unused_mut)]
    let mut sum = 0.0f32;
    for &v in x {
        #[allow(clippy::float_cmp)]
        if v == 1.0 {
            sum += 1.0;
        }
        #[allow(unused_variables)]
        let w = v;
    }
    sum
}

#[gufunc("(n)->()")]
fn configured(x: ArrayView1<f32>) -> f32 {
    #[cfg(any())]
    let a = 1.0f32;
    #[cfg(not(any()))]
    let a = x[0];
    a
}

/// Not a mutable place after all.
#[allow(unused_mut)]
#[gufunc("(n)->()")]
fn unused_mut(mut x: ArrayView1<f32>, mut q: f32) -> f32 {
    let mut sum = 0.0;
    for &v in x {
        sum += v * q;
    }
    sum
}

#[gufunc("(n),(n)->()")]
fn lifetimes<'a, E: Real, const N: usize>(x: ArrayView1<'a, E>, y: ArrayView1<E>, w: &'a [f64]) -> E
where
    E: Into<f64> + 'static,
{
    let mut sum = E::zero();
    for i in 0..N.min(x.len()) {
        sum += x[i] * y[i] * E::real(w[i % w.len()]);
    }
    sum
}

#[gufunc("(n)->()")]
fn off(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()", lanes = false)]
fn without_lanes(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("()->()", lanes = false)]
fn element_without_lanes(x: f32) -> f32 {
    x + 1.0
}

#[gufunc("()->()", lanes = true)]
fn element_with_lanes(mut x: f32) -> f32 {
    x += 1.0;
    while x > 3.0 {
        x *= 0.5;
    }
    x
}

#[test]
fn surroundings() {
    over_rows!(items(), true);
    over_rows!(types_inside(), false);
    over_rows!(attributes(), true);
    over_rows!(configured(), false);
    over_rows!(unused_mut(0.5), true);
    over_rows!(without_lanes(), false);
    for n in [1, 4] {
        case!(lifetimes::<f32, 3>(&[0.5, 2.0]), true, |count| (&rows(count, n), &rows(count, n)));
    }
    case!(element_without_lanes(), false, |count| &rows(count, 3));
    case!(element_with_lanes(), true, |count| &rows(count, 3));
}

// Outputs and scratch memory.

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

// Loops.

#[gufunc("(n)->()")]
fn folds(x: ArrayView1<f32>) -> f32 {
    let sum = x.iter().fold(0.5, |sum, &v| sum + v);
    let (most, count) = x.iter().copied().fold((f32::NEG_INFINITY, 0usize), |(most, mut count), v| {
        count += 1;
        (if v > most { v } else { most }, count)
    });
    x.iter().enumerate().fold(0.0, |all, (i, v)| all + v * i as f32) + sum * most + count as f32
}

#[gufunc("(n)->()")]
fn inclusive(x: ArrayView1<f32>) -> f32 {
    let n = x.len() - 1;
    let mut sum = 0.0f32;
    for i in 0..=n {
        sum += x[i] * x[n - i];
    }
    for (i, v) in x.iter().copied().enumerate() {
        sum += v * i as f32;
    }
    for (i, &v) in x.iter().rev().skip(1).step_by(2).enumerate() {
        sum -= v * i as f32;
    }
    sum
}

#[gufunc("(n)->()")]
fn counted(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut step = 1;
    let mut sum = 0.0f32;
    while i < x.len() {
        let before = x[i];
        i += step;
        sum += before * i as f32;
        if i > 2 {
            step = 2;
        }
    }
    let mut weight = 1.0f32;
    let mut k = x.len();
    loop {
        if k == 0 {
            break;
        }
        k -= 1;
        weight *= 0.5;
        sum += x[k] * weight;
    }
    sum
}

#[gufunc("(n)->()")]
fn not_counted(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut sum = 0.0f32;
    while i < x.len() {
        sum += x[i];
        if x[i] > 0.0 {
            i += 1;
        }
        i += 1;
    }
    sum
}

#[gufunc("(n)->()")]
fn order_of_counts(x: ArrayView1<f32>) -> f32 {
    let mut i = 0;
    let mut sum = 0.0f32;
    for _ in 0..x.len() {
        let v = x[i];
        let k = {
            i += 1;
            i
        };
        sum += v * k as f32 + i as f32;
    }
    let (mut a, mut b) = (0, 1);
    (a, b) = (b, a + 2);
    sum + (a * b) as f32
}

#[test]
fn loops() {
    over_rows!(folds(), true);
    over_rows!(inclusive(), true);
    over_rows!(counted(), true);
    over_rows!(not_counted(), false);
    over_rows!(order_of_counts(), true);
}

/// The kernels of the library are written so that they have lanes.
#[test]
fn library() {
    use ndstencil::kernels::{self, moving};
    assert!(has_lanes(kernels::sum::<f32>()) && has_lanes(kernels::mean::<f32>()));
    assert!(has_lanes(kernels::var::<f32>(0)) && has_lanes(kernels::std::<f32>(0)));
    assert!(has_lanes(kernels::min::<f32>()) && has_lanes(kernels::max::<f32>()));
    assert!(has_lanes(kernels::argmin::<f32>()) && has_lanes(kernels::argmax::<f32>()));
    assert!(has_lanes(kernels::median::<f32>()) && has_lanes(kernels::quantile::<f32>(0.5)));
    assert!(has_lanes(kernels::count::<f32>()) && has_lanes(kernels::nansum::<f32>()));
    assert!(has_lanes(kernels::nanmean::<f32>()) && has_lanes(kernels::nanvar::<f32>(0)));
    assert!(has_lanes(kernels::nanstd::<f32>(0)) && has_lanes(kernels::nanmin::<f32>()));
    assert!(has_lanes(kernels::nanargmin::<f32>()) && has_lanes(kernels::nanargmax::<f32>()));
    assert!(has_lanes(kernels::nanmedian::<f32>()) && has_lanes(kernels::nanquantile::<f32>(0.5)));
    assert!(has_lanes(kernels::inner::<f32>()) && has_lanes(kernels::matmul::<f32>()));
    assert!(has_lanes(kernels::cross::<f32>()));
    assert!(has_lanes(moving::sum::<f32>(3, 1)) && has_lanes(moving::mean::<f32>(3, 1)));
    assert!(has_lanes(moving::var::<f32>(3, 1, 0)) && has_lanes(moving::std::<f32>(3, 1, 0)));
    assert!(has_lanes(moving::min::<f32>(3, 1)) && has_lanes(moving::median::<f32>(3, 1)));
}
