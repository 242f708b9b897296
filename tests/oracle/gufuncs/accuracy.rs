//! Sums, means, variances and products of the ready kernels beside exact arithmetic: on integers, and on floating-point
//! numbers that are integers.

use ndarray::{Array1, Array2, Array3, Axis, array};
use ndstencil::kernels::{self, Cast, Number};
use ndstencil::{Real, Schedule, SimdLevel};

/// An element type, and which integers it holds.
trait Exact: Number {
    const LEAST: i64;
    const LARGEST: i64;
    /// The machine epsilon in which sums are kept, and that of their type; 0 where they are exact.
    const SUM: [f64; 2];
    /// The same of means.
    const MEAN: [f64; 2];
    fn of(value: i64) -> Self;
}

macro_rules! exact {
    ($($T:ty: $least:expr => $largest:expr, $sum:expr, $mean:expr, |$k:ident| $of:expr;)+) => {$(
        impl Exact for $T {
            const LEAST: i64 = $least;
            const LARGEST: i64 = $largest;
            const SUM: [f64; 2] = $sum;
            const MEAN: [f64; 2] = $mean;
            fn of($k: i64) -> Self {
                $of
            }
        }
    )+};
}
const NONE: [f64; 2] = [0.0; 2];
const SINGLE: f64 = f32::EPSILON as f64;
const DOUBLE: [f64; 2] = [f64::EPSILON; 2];
// Sums of a million of these fit `f64`, in which they are compared.
const WIDE: i64 = 1 << 32;
exact! {
    bool: 0 => 1, NONE, DOUBLE, |k| k != 0;
    u8: 0 => 255, NONE, DOUBLE, |k| k as u8;
    u16: 0 => 65_535, NONE, DOUBLE, |k| k as u16;
    u32: 0 => WIDE - 1, NONE, DOUBLE, |k| k as u32;
    u64: 0 => WIDE, NONE, DOUBLE, |k| k as u64;
    usize: 0 => WIDE - 1, NONE, DOUBLE, |k| k as usize;
    i8: -128 => 127, NONE, DOUBLE, |k| k as i8;
    i16: -32_768 => 32_767, NONE, DOUBLE, |k| k as i16;
    i32: -WIDE / 2 => WIDE / 2 - 1, NONE, DOUBLE, |k| k as i32;
    i64: -WIDE => WIDE, NONE, DOUBLE, |k| k;
    isize: -WIDE / 2 => WIDE / 2 - 1, NONE, DOUBLE, |k| k as isize;
    f32: -(1 << 24) => 1 << 24, [SINGLE; 2], [SINGLE; 2], |k| k as f32;
    f64: -(1 << 40) => 1 << 40, DOUBLE, DOUBLE, |k| k as f64;
}
#[cfg(feature = "f16")]
exact! {
    // Larger ones have sums that are infinite.
    half::f16: -2048 => 2048, [SINGLE, 1.0 / 1024.0], [SINGLE, 1.0 / 1024.0], |k| half::f16::from_f64(k as f64);
    half::bf16: -256 => 256, [SINGLE, 1.0 / 128.0], [SINGLE, 1.0 / 128.0], |k| half::bf16::from_f64(k as f64);
}

/// Calls a generic function for every element type.
macro_rules! every_type {
    ($f:ident($($argument:expr),*)) => {
        every_type!(@ $f($($argument),*), bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64);
        #[cfg(feature = "f16")]
        {
            $f::<half::f16>($($argument),*);
            $f::<half::bf16>($($argument),*);
        }
    };
    (@ $f:ident $arguments:tt, $($T:ty)+) => {$( $f::<$T> $arguments; )+};
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // G. Marsaglia, Xorshift RNGs, 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn between(&mut self, least: i64, largest: i64) -> i64 {
        least + (self.next() % (largest - least + 1) as u64) as i64
    }
}

/// Fields that sums in one type, in one pass or in one level get wrong.
#[derive(Clone, Copy, Debug)]
enum Field {
    Constant,
    Offset,
    Random,
    Alternating,
    Ramp,
}

const FIELDS: [Field; 5] = [Field::Constant, Field::Offset, Field::Random, Field::Alternating, Field::Ramp];

impl Field {
    fn values<T: Exact>(self, n: usize, random: &mut Random) -> Vec<i64> {
        let (least, largest) = (T::LEAST, T::LARGEST);
        let constant = random.between(largest - largest / 3, largest);
        let value = |i: usize| match self {
            Field::Constant => constant,
            Field::Offset => largest - random.between(0, largest.min(7)),
            Field::Random => random.between(least, largest),
            Field::Alternating if i.is_multiple_of(2) => largest,
            Field::Alternating => least + random.between(0, 1),
            Field::Ramp => least + i as i64 % (largest - least + 1),
        };
        (0..n).map(value).collect()
    }
}

/// Exact moments of integers.
struct Moments {
    n: usize,
    sum: i128,
    magnitudes: f64,
    largest: f64,
    /// `n^2` times the variance.
    spread: i128,
}

impl Moments {
    fn of(values: &[i64]) -> Self {
        let n = values.len();
        let all = |f: fn(i128) -> i128| values.iter().map(|&v| f(v.into())).sum::<i128>();
        let sum = all(|v| v);
        Moments {
            n,
            sum,
            magnitudes: all(i128::abs) as f64,
            largest: values.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0) as f64,
            spread: n as i128 * all(|v| v * v) - sum * sum,
        }
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.n as f64
    }

    fn var(&self, ddof: usize) -> f64 {
        if self.n > ddof { self.spread as f64 / self.n as f64 / (self.n - ddof) as f64 } else { f64::NAN }
    }
}

/// Asserts that a result is near: `error` in the type that sums are kept in, and half a unit of the result's own.
fn near(what: &str, got: f64, expected: f64, error: f64, result: f64) {
    // The smallest numbers have fewer digits.
    let allowed = error + 0.502 * result * expected.abs() + if result > SINGLE { 1e-7 } else { 0.0 };
    // Half precision ends there.
    let beyond = result == 1.0 / 1024.0 && expected.abs() > 65_000.0;
    let fine = (got - expected).abs() <= allowed || got.is_nan() && expected.is_nan() || beyond && got.abs() > 65_000.0;
    assert!(fine, "{what}: {got:e} is not {expected:e} within {allowed:e}");
}

/// The bound that the documentation states, in units of the machine epsilon.
const UNITS: f64 = 50.0;

fn check_sum<T: Exact>(what: &str, got: T::Sum, m: &Moments) {
    near(&format!("sum of {what}"), got.cast(), m.sum as f64, UNITS * T::SUM[0] * m.magnitudes, T::SUM[1]);
}

fn check_mean(what: &str, [wide, result]: [f64; 2], got: impl Real, m: &Moments) {
    let error = (UNITS + 1.0) * wide * m.magnitudes / m.n as f64;
    near(&format!("mean of {what}"), got.cast(), m.mean(), error, result);
}

fn check_var(what: &str, [wide, result]: [f64; 2], ddof: usize, got: impl Real, m: &Moments) {
    let expected = m.var(ddof);
    // What is left of the error of the mean, corrected.
    let rest = (UNITS * wide * m.largest).powi(2) * 64.0 * wide;
    near(&format!("variance of {what}"), got.cast(), expected, 32.0 * wide * expected.abs() + rest, result);
}

fn check_std(what: &str, [wide, result]: [f64; 2], got: impl Real, m: &Moments) {
    let expected = m.var(0).sqrt();
    let rest = UNITS * wide * m.largest * (64.0 * wide).sqrt();
    near(&format!("deviation of {what}"), got.cast(), expected, 32.0 * wide * expected.abs() + rest, result);
}

fn name<T>(field: Field, n: usize) -> String {
    format!("{n} {}, {field:?}", std::any::type_name::<T>())
}

/// One long axis.
fn long<T: Exact>(sizes: &[usize], fields: &[Field]) {
    let mut random = Random(7);
    for (n, field) in sizes.iter().flat_map(|&n| fields.iter().map(move |&field| (n, field))) {
        let values = field.values::<T>(n, &mut random);
        let (x, m, what) =
            (Array1::from_iter(values.iter().map(|&v| T::of(v))), Moments::of(&values), name::<T>(field, n));
        check_sum::<T>(&what, kernels::sum().apply(&x).unwrap().into_scalar(), &m);
        check_sum::<T>(&what, kernels::nansum().apply(&x).unwrap().into_scalar(), &m);
        check_mean(&what, T::MEAN, kernels::mean().apply(&x).unwrap().into_scalar(), &m);
        check_mean(&what, T::MEAN, kernels::nanmean().apply(&x).unwrap().into_scalar(), &m);
        check_mean(&what, DOUBLE, kernels::mean_as::<f64, _>().apply(&x).unwrap().into_scalar(), &m);
        check_mean(&what, [f64::EPSILON, SINGLE], kernels::mean_as::<f32, _>().apply(&x).unwrap().into_scalar(), &m);
        for ddof in [0, 1] {
            check_var(&what, T::MEAN, ddof, kernels::var(ddof).apply(&x).unwrap().into_scalar(), &m);
            check_var(&what, T::MEAN, ddof, kernels::nanvar(ddof).apply(&x).unwrap().into_scalar(), &m);
            check_var(&what, DOUBLE, ddof, kernels::var_as::<f64, _>(ddof).apply(&x).unwrap().into_scalar(), &m);
        }
        check_std(&what, T::MEAN, kernels::std(0).apply(&x).unwrap().into_scalar(), &m);
        check_std(&what, T::MEAN, kernels::nanstd(0).apply(&x).unwrap().into_scalar(), &m);
        // Backwards, and every other one.
        let reversed = x.slice(ndarray::s![..;-1]);
        check_sum::<T>(&what, kernels::sum().apply(&reversed).unwrap().into_scalar(), &m);
        let (other, m) = (x.slice(ndarray::s![..;2]), values.iter().copied().step_by(2).collect::<Vec<_>>());
        check_mean(&what, T::MEAN, kernels::mean().apply(&other).unwrap().into_scalar(), &Moments::of(&m));
    }
}

#[test]
fn long_axes() {
    every_type!(long(&[0, 1, 2, 3, 7, 8, 9, 15, 17, 31, 32, 33, 127, 128, 129, 255, 256, 1000, 5003], &FIELDS));
}

#[test]
fn very_long_axes() {
    let n = 1_000_003;
    long::<f32>(&[n], &[Field::Constant, Field::Offset]);
    long::<f64>(&[n], &[Field::Offset]);
    long::<u8>(&[n], &[Field::Random]);
    #[cfg(feature = "f16")]
    long::<half::bf16>(&[n], &[Field::Constant]);
}

/// Axes in every place, with loop elements beside each other.
fn placed<T: Exact>() {
    let mut random = Random(11);
    for (n, place) in [0, 1, 5, 8, 84, 129, 300].into_iter().flat_map(|n| [0, 1, 2].map(|place| (n, place))) {
        for field in FIELDS {
            let mut shape = [2, 35];
            shape[usize::from(place == 0)] = 3;
            let mut shape = shape.to_vec();
            shape.insert(place, n);
            let shape: [usize; 3] = shape.try_into().unwrap();
            let values = field.values::<T>(shape.iter().product(), &mut random);
            let values = Array3::from_shape_vec(shape, values).unwrap();
            let x = values.mapv(T::of);
            let axis = place as isize;
            let sums: Array2<T::Sum> = kernels::sum().axis(axis).apply(&x).unwrap();
            let means: Array2<T::Mean> = kernels::mean().axis(axis).apply(&x).unwrap();
            let vars: Array2<T::Mean> = kernels::var(0).axis(axis).apply(&x).unwrap();
            let lanes = values.lanes(Axis(place)).into_iter().map(|lane| Moments::of(&lane.to_vec()));
            let what = format!("{} on axis {place}", name::<T>(field, n));
            for (((m, &sum), &mean), &var) in lanes.zip(&sums).zip(&means).zip(&vars) {
                check_sum::<T>(&what, sum, &m);
                check_mean(&what, T::MEAN, mean, &m);
                check_var(&what, T::MEAN, 0, var, &m);
            }
        }
    }
}

#[test]
fn every_axis() {
    every_type!(placed());
}

/// The same bits whatever computes them, with and without NaN.
fn invariant<T: Exact>() {
    let mut random = Random(13);
    for (n, width) in [(5, 70), (84, 33), (300, 1), (129, 600)] {
        let values = Field::Random.values::<T>(n * width, &mut random);
        let x = Array2::from_shape_vec((n, width), values).unwrap().mapv(T::of);
        macro_rules! all {
            ($($kernel:expr;)+) => {$(
                let kernel = $kernel;
                let expected = kernel.axis(0).reference(&x).unwrap().mapv(|v| -> f64 { v.cast() });
                let transposed = x.t().as_standard_layout().into_owned();
                let fortran = x.t().as_standard_layout().into_owned().reversed_axes();
                for level in SimdLevel::ALL.iter().copied().filter(|level| level.is_available()) {
                    for parallel in [false, true] {
                        let kernel = kernel.schedule(Schedule::new().level(level).parallel(parallel).tile_rows(3));
                        for got in [
                            kernel.axis(0).apply(&x).unwrap(),
                            kernel.axis(0).apply(&fortran).unwrap(),
                            kernel.axis(1).apply(&transposed).unwrap(),
                        ] {
                            assert_eq!(got.mapv(|v| -> f64 { v.cast() }), expected);
                        }
                    }
                }
            )+};
        }
        all! {
            kernels::sum::<T>();
            kernels::nansum::<T>();
            kernels::mean::<T>();
            kernels::nanmean::<T>();
            kernels::var::<T>(1);
            kernels::nanvar::<T>(1);
            kernels::std::<T>(1);
            kernels::nanstd::<T>(1);
            kernels::mean_as::<f32, T>();
        }
    }
}

#[test]
fn the_same_bits_everywhere() {
    every_type!(invariant());
}

/// Products of integers and of floats that are integers; halves of the digits, so that products are exact in `i128`.
fn products<T: Exact>() {
    let mut random = Random(17);
    for n in [0, 1, 2, 3, 8, 100, 127, 128, 129, 1000] {
        let mut vector = || Field::Random.values::<T>(n * 34, &mut random);
        let (a, b) =
            (Array2::from_shape_vec((34, n), vector()).unwrap(), Array2::from_shape_vec((34, n), vector()).unwrap());
        let (x, y) = (a.mapv(T::of), b.mapv(T::of));
        let what = format!("{n} {}", std::any::type_name::<T>());
        let check = |what: &str, got: T::Sum, row: usize, column: usize| {
            let pairs = || a.row(row).to_vec().into_iter().zip(b.row(column).to_vec());
            let exact: i128 = pairs().map(|(a, b)| i128::from(a) * i128::from(b)).sum();
            let magnitudes: i128 = pairs().map(|(a, b)| (i128::from(a) * i128::from(b)).abs()).sum();
            // Half precision overflows, 64 bits do not.
            if exact.unsigned_abs() < 30_000 || T::SUM[1] <= SINGLE && exact.unsigned_abs() < 1 << 62 {
                near(
                    what,
                    got.cast(),
                    exact as f64,
                    (UNITS + 1.0) * T::SUM[0].max(f64::EPSILON) * magnitudes as f64,
                    T::SUM[1],
                );
            }
        };
        if T::SUM[1] == 0.0 && T::LARGEST > 65_535 && n > 1 {
            // Such sums do not fit 64 bits.
            continue;
        }
        for (row, &got) in kernels::inner().apply((&x, &y)).unwrap().iter().enumerate() {
            check(&format!("inner product of {what}"), got, row, row);
        }
        let product = kernels::matmul().apply((&x, &y.t())).unwrap();
        for ((place, &got), _) in product.indexed_iter().zip(0..200) {
            check(&format!("matrix product of {what}"), got, place[0], place[1]);
        }
    }
}

#[test]
fn products_of_every_type() {
    every_type!(@ products(), bool u8 u16 i8 i16 u32 i32 f32 f64);
    #[cfg(feature = "f16")]
    {
        products::<half::f16>();
        products::<half::bf16>();
    }
}

/// 33 million values of 278.62466: sums in `f32` block after block gave a mean of 279.256 and a variance of 0.398.
#[test]
fn a_constant_of_33_million() {
    let x = Array1::from_elem(33_000_000, 278.62466f32);
    let mean = kernels::mean().apply(&x).unwrap().into_scalar();
    assert!((mean - 278.62466).abs() <= UNITS as f32 * f32::EPSILON * 278.62466, "{mean}");
    let var = kernels::var(0).apply(&x).unwrap().into_scalar();
    assert!(var < 1e-9, "{var}");
}

#[cfg(feature = "f16")]
#[test]
fn the_mean_of_many_halves() {
    let ones = Array1::from_elem(100_000, half::f16::ONE);
    assert_eq!(kernels::mean().apply(&ones).unwrap().into_scalar(), half::f16::ONE);
    assert_eq!(kernels::nanmean().apply(&ones).unwrap().into_scalar(), half::f16::ONE);
    assert_eq!(kernels::var(0).apply(&ones).unwrap().into_scalar(), half::f16::ZERO);
    assert_eq!(kernels::nanstd(0).apply(&ones).unwrap().into_scalar(), half::f16::ZERO);
    assert!(kernels::sum().apply(&ones).unwrap().into_scalar().is_infinite());
    assert_eq!(kernels::sum_as::<f32, _>().apply(&ones).unwrap().into_scalar(), 100_000.0);
    let ones = Array1::from_elem(100_000, half::bf16::ONE);
    assert_eq!(kernels::mean().apply(&ones).unwrap().into_scalar(), half::bf16::ONE);
    assert_eq!(kernels::inner().apply((&ones, &ones)).unwrap().into_scalar(), half::bf16::from_f32(100_000.0));
}

#[test]
fn results_of_integers() {
    let x = array![[200u8, 100, 255], [0, 1, 2]];
    assert_eq!(kernels::sum().apply(&x).unwrap(), array![555u64, 3]);
    assert_eq!(kernels::mean().apply(&x).unwrap(), array![185.0, 1.0]);
    assert_eq!(kernels::var(1).apply(&x).unwrap()[1], 1.0);
    assert_eq!(kernels::min().apply(&x).unwrap(), array![100u8, 0]);
    assert_eq!(kernels::max().axis(0).apply(&x).unwrap(), array![200u8, 100, 255]);
    assert_eq!(kernels::argmin().apply(&x).unwrap(), array![1, 0]);
    assert_eq!(kernels::argmax().axis(0).apply(&x).unwrap(), array![0, 0, 0]);
    assert_eq!(kernels::count().apply(&x).unwrap(), array![3, 3]);
    let x = array![i64::MIN + 5, -1, i64::MAX];
    assert_eq!(kernels::min().apply(&x).unwrap().into_scalar(), i64::MIN + 5);
    assert_eq!(kernels::argmax().apply(&x).unwrap().into_scalar(), 2);
    assert_eq!(kernels::sum().apply(&x).unwrap().into_scalar(), 3i64);
    let x = array![[true, false], [true, true]];
    assert_eq!(kernels::sum().apply(&x).unwrap(), array![1u64, 2]);
    assert_eq!(kernels::mean().apply(&x).unwrap(), array![0.5, 1.0]);
    assert_eq!(kernels::min().apply(&x).unwrap(), array![false, true]);
    assert_eq!(
        kernels::matmul().apply((&array![[100i8, 100]], &array![[100i8], [27]])).unwrap().into_raw_vec_and_offset().0,
        [12_700i64]
    );
    // Nothing.
    let none = Array2::<i32>::zeros((2, 0));
    assert_eq!(kernels::sum().apply(&none).unwrap(), array![0i64, 0]);
    assert!(kernels::mean().apply(&none).unwrap().iter().all(|v| v.is_nan()));
    assert!(kernels::min().apply(&none).is_err() && kernels::argmax().apply(&none).is_err());
}

#[test]
fn infinities_stay_and_nan_is_skipped() {
    let (inf, nan) = (f32::INFINITY, f32::NAN);
    for n in [1, 3, 8, 130, 1000] {
        for place in [0, n / 2, n - 1] {
            let mut x = Array1::from_elem(n, 2.5f32);
            x[place] = inf;
            assert_eq!(kernels::sum().apply(&x).unwrap().into_scalar(), inf);
            assert_eq!(kernels::nansum().apply(&x).unwrap().into_scalar(), inf);
            assert_eq!(kernels::mean().apply(&x.mapv(|v| -v)).unwrap().into_scalar(), -inf);
            assert!(kernels::var(0).apply(&x).unwrap().into_scalar().is_nan());
            assert!(kernels::nanstd(0).apply(&x).unwrap().into_scalar().is_nan());
            x[place] = nan;
            assert!(kernels::sum().apply(&x).unwrap().into_scalar().is_nan());
            assert!(kernels::var(0).apply(&x).unwrap().into_scalar().is_nan());
            assert_eq!(kernels::nansum().apply(&x).unwrap().into_scalar(), 2.5 * (n - 1) as f32);
            let mean = kernels::nanmean().apply(&x).unwrap().into_scalar();
            let var = kernels::nanvar(0).apply(&x).unwrap().into_scalar();
            assert!(if n == 1 { mean.is_nan() && var.is_nan() } else { (mean, var) == (2.5, 0.0) });
            assert_eq!(kernels::count().apply(&x).unwrap().into_scalar(), n - 1);
        }
    }
    // Of both infinities the sum is NaN.
    assert!(kernels::sum().apply(&array![inf, 1.0, -inf]).unwrap().into_scalar().is_nan());
    let far = Array1::from_iter((0..300).map(|i| {
        if i == 5 {
            inf
        } else if i == 290 {
            -inf
        } else {
            0.0
        }
    }));
    assert!(kernels::sum().apply(&far).unwrap().into_scalar().is_nan());
}
