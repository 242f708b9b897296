//! Moving windows against each window anew, in `f64`: all sizes, lengths of windows, numbers of values and types.

use ndarray::{Array1, Array2, ArrayView1, array};
use ndstencil::kernels::moving::{self, centred};
use ndstencil::{Error, Real, Schedule, ShapeError, SimdLevel};

/// A number below `below`, from a seed.
fn random(state: &mut u64, below: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % below
}

/// The kind of values of a case.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Eighths, which every type holds.
    Numbers,
    /// With NaN among them.
    Gaps,
    /// With NaN and infinities.
    Infinities,
    Nothing,
}

const KINDS: [Kind; 4] = [Kind::Numbers, Kind::Gaps, Kind::Infinities, Kind::Nothing];

fn values<T: Real>(kind: Kind, rows: usize, n: usize) -> Array2<T> {
    let mut state = (31 * rows + n) as u64;
    Array2::from_shape_simple_fn((rows, n), || {
        let number = T::real((random(&mut state, 200) as f64 - 100.0) / 8.0);
        match (kind, random(&mut state, 8)) {
            (Kind::Nothing, _) | (Kind::Gaps | Kind::Infinities, 0) => T::nan(),
            (Kind::Infinities, 1) => T::infinity(),
            (Kind::Infinities, 2) => T::neg_infinity(),
            _ => number,
        }
    })
}

/// A window of a case.
#[derive(Clone, Copy, Debug)]
struct Window {
    window: usize,
    min_count: usize,
    ddof: usize,
    centred: bool,
}

impl Window {
    /// The values in the window of cell `i`.
    fn values<T: Real>(self, x: ArrayView1<'_, T>, i: usize) -> Vec<f64> {
        let (behind, ahead) =
            if self.centred { (self.window / 2, (self.window - 1) / 2) } else { (self.window - 1, 0) };
        let cells = i.saturating_sub(behind)..i.saturating_add(ahead).saturating_add(1).min(x.len());
        cells.map(|k| number(x[k])).filter(|v| !v.is_nan()).collect()
    }
}

fn number<T: Real>(v: T) -> f64 {
    v.to_f64().expect("a number")
}

fn epsilon<T: Real>() -> f64 {
    number(T::epsilon())
}

/// The result for the values of a window, and its exactness: the rounding of the type of sums that is allowed.
type Plain = fn(&mut [f64], usize) -> (f64, f64);

fn sum(values: &mut [f64], _: usize) -> (f64, f64) {
    (values.iter().sum(), values.iter().map(|v| v.abs()).sum::<f64>() * values.len() as f64)
}

fn mean(values: &mut [f64], ddof: usize) -> (f64, f64) {
    let ((sum, slack), n) = (sum(values, ddof), values.len() as f64);
    (sum / n, slack / n + 1.0)
}

fn variance(values: &mut [f64], ddof: usize) -> (f64, f64) {
    let (n, mean) = (values.len(), mean(values, 0).0);
    if n <= ddof {
        return (f64::NAN, 0.0);
    }
    let squares = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
    (squares / (n - ddof) as f64, 4.0 * (squares + mean * mean + 1.0) * n as f64)
}

fn deviation(values: &mut [f64], ddof: usize) -> (f64, f64) {
    let (variance, slack) = variance(values, ddof);
    (variance.sqrt(), slack)
}

fn least(values: &mut [f64], _: usize) -> (f64, f64) {
    (values.iter().copied().fold(f64::INFINITY, f64::min), 0.0)
}

fn most(values: &mut [f64], _: usize) -> (f64, f64) {
    (values.iter().copied().fold(f64::NEG_INFINITY, f64::max), 0.0)
}

fn middle(values: &mut [f64], _: usize) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    ((values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0, 0.0)
}

fn expected<T: Real>(x: &Array2<T>, window: Window, plain: Plain) -> Array2<(f64, f64)> {
    Array2::from_shape_fn(x.dim(), |(row, i)| {
        let mut values = window.values(x.row(row), i);
        if values.len() < window.min_count { (f64::NAN, 0.0) } else { plain(&mut values, window.ddof) }
    })
}

fn schedules() -> Vec<Schedule> {
    let levels = SimdLevel::ALL.iter().copied().filter(|level| level.is_available());
    let mut all: Vec<Schedule> = levels.map(|level| Schedule::new().level(level).parallel(false)).collect();
    all.push(Schedule::new().parallel(true).poison(true));
    all
}

/// Returns true when two values are the same: NaN is NaN, and zeros are one.
fn same<T: Real>(a: T, b: T) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// Compares all that the schedules, the reference and the other axis give with each other, and with what is expected.
fn compare<T: Real>(name: &str, x: &Array2<T>, window: Window, got: &[Array2<T>], plain: Plain) {
    let what = format!("{name}, {}, {window:?}, {:?}", std::any::type_name::<T>(), x.dim());
    for (number, other) in got.iter().enumerate() {
        let agree = other.iter().zip(&got[0]).all(|(&a, &b)| same(a, b));
        assert!(agree && other.dim() == x.dim(), "{what}, way {number}: {other} instead of {}", got[0]);
    }
    for (((row, i), &got), &(want, slack)) in got[0].indexed_iter().zip(&expected(x, window, plain)) {
        let allowed = slack * epsilon::<T::MeanTotal>() + want.abs() * epsilon::<T>();
        let close = slack > 0.0 && (number(got) - want).abs() <= allowed;
        assert!(same(got, T::real(want)) || close, "{what}: {got} instead of {want} in row {row}, cell {i}");
    }
}

macro_rules! ways {
    ($x:expr, $kernel:expr) => {{
        let (x, kernel) = ($x, $kernel);
        let apply = |schedule| kernel.schedule(schedule).apply(x).expect("the window is one");
        let mut all: Vec<_> = schedules().into_iter().map(apply).collect();
        all.push(kernel.reference(x).expect("the window is one"));
        all.push(kernel.axis(0).apply(&x.t().as_standard_layout()).expect("the window is one").reversed_axes());
        all
    }};
}

/// Compares a kernel with and without `centred`.
macro_rules! check {
    ($x:expr, $window:expr, $($name:ident($($ddof:expr)?) $plain:expr),+) => {$(
        let Window { window, min_count, .. } = $window;
        let got = if $window.centred {
            ways!($x, centred::$name(window, min_count $(, $ddof)?))
        } else {
            ways!($x, moving::$name(window, min_count $(, $ddof)?))
        };
        compare(stringify!($name), $x, $window, &got, $plain);
    )+};
}

fn windows(n: usize) -> impl Iterator<Item = Window> {
    let lengths = [1, 2, 3, 4, 8, n + 1, 2 * n + 1, usize::MAX];
    lengths.into_iter().flat_map(|window| {
        [1, 3, window].into_iter().filter(move |&min_count| min_count <= window).flat_map(move |min_count| {
            let ddof = min_count % 2;
            [false, true].map(|centred| Window { window, min_count, ddof, centred })
        })
    })
}

fn every_window<T: Real>() {
    for kind in KINDS {
        for (rows, n) in [(1, 0), (0, 4), (1, 1), (3, 2), (1, 9), (17, 9), (2, 30)] {
            let x = values::<T>(kind, rows, n);
            for window in windows(n) {
                check!(&x, window, min() least, max() most, median() middle);
                // Infinities leave with their windows in sums, too, but what is left of two of them is NaN.
                if !matches!(kind, Kind::Infinities) {
                    check!(&x, window, sum() sum, mean() mean, var(window.ddof) variance, std(window.ddof) deviation);
                }
            }
        }
    }
}

#[test]
fn f64_windows() {
    every_window::<f64>();
}

#[test]
fn f32_windows() {
    every_window::<f32>();
}

#[cfg(feature = "f16")]
#[test]
fn f16_windows() {
    every_window::<half::f16>();
}

#[cfg(feature = "f16")]
#[test]
fn bf16_windows() {
    every_window::<half::bf16>();
}

/// Windows longer than those that are kept in order, of one row and of many, on both sides of a power of 64.
#[test]
fn long_medians() {
    for (rows, n, window) in [(1, 700, 250), (33, 300, 200), (1, 9500, 4095), (2, 9000, 4097), (16, 5000, 1200)] {
        for kind in [Kind::Numbers, Kind::Gaps, Kind::Infinities] {
            let x = values::<f32>(kind, rows, n);
            let mut ordered: Vec<f32> = Vec::new();
            let mut expected = Array2::from_elem(x.dim(), f32::NAN);
            for (row, mut out) in x.outer_iter().zip(expected.outer_iter_mut()) {
                ordered.clear();
                for i in 0..n {
                    let place = |ordered: &Vec<f32>, v: f32| ordered.partition_point(|&other| other < v);
                    if !row[i].is_nan() {
                        ordered.insert(place(&ordered, row[i]), row[i]);
                    }
                    if i >= window && !row[i - window].is_nan() {
                        ordered.remove(place(&ordered, row[i - window]));
                    }
                    if !ordered.is_empty() {
                        out[i] = (ordered[(ordered.len() - 1) / 2] + ordered[ordered.len() / 2]) / 2.0;
                    }
                }
            }
            for got in ways!(&x, moving::median(window, 1)) {
                let wrong = got.indexed_iter().find(|&(at, &v)| !same(v, expected[at]));
                assert_eq!(wrong.map(|(at, v)| (at, *v, expected[at])), None, "{rows} {n} {window} {kind:?}");
            }
        }
    }
}

/// Values in order, in the opposite order, by turns small and large, and all alike.
#[test]
fn medians_of_patterns() {
    let n = 1000;
    let patterns: [fn(usize) -> f64; 7] = [
        |i| i as f64,
        |i| -(i as f64),
        |i| if i.is_multiple_of(2) { i as f64 } else { -(i as f64) },
        |_| 1.0,
        // Equal values, different ones and none take turns, so that blocks are counted and ranked by turns.
        |i| match i / 170 % 3 {
            0 => 1.0 + (i % 2) as f64,
            1 => (i * 7919 % 1000) as f64 / 500.0,
            _ => f64::NAN,
        },
        |i| if i < 350 { 2.0 } else { (i * 7919 % 1000) as f64 / 250.0 },
        // The middle of the first block is gone when the window has turned to extremes.
        |i| if (i / 150).is_multiple_of(2) { i as f64 / 1e6 } else { (i as f64 - 500.0) * (-1f64).powi(i as i32) },
    ];
    for pattern in patterns {
        let x = Array2::from_shape_fn((1, n), |(_, i)| pattern(i));
        for (window, centred) in [(20, false), (299, false), (300, true), (301, true), (999, false), (1700, true)] {
            let window = Window { window, min_count: 1, ddof: 0, centred };
            check!(&x, window, median() middle);
        }
    }
}

/// The numbers that went wrong, each by itself.
#[test]
fn named() -> Result<(), Error> {
    let x = Array1::from_iter((1..=8).map(f64::from));
    assert_eq!(centred::mean(4, 1).apply(&x)?, array![1.5, 2.0, 2.5, 3.5, 4.5, 5.5, 6.5, 7.0]);
    assert_eq!(centred::sum(2, 2).apply(&x)?.slice(ndarray::s![1..3]), array![3.0, 5.0]);
    assert_eq!(centred::median(4, 4).apply(&x)?.slice(ndarray::s![2..7]), array![2.5, 3.5, 4.5, 5.5, 6.5]);
    assert!(centred::median(4, 4).apply(&x)?[1].is_nan());

    let two = array![1.0, 5.0];
    assert!(moving::mean(3, 3).apply(&two)?.iter().all(|v: &f64| v.is_nan()));
    assert_eq!(moving::mean(3, 1).apply(&two)?, array![1.0, 3.0]);
    assert_eq!(centred::max(9, 2).apply(&two)?, array![5.0, 5.0]);
    assert!(moving::sum(3, 1).apply(&Array1::<f64>::zeros(0))?.is_empty());
    assert_eq!(moving::sum(usize::MAX, 1).apply(&two)?, array![1.0, 6.0]);
    assert_eq!(centred::median(usize::MAX, 1).apply(&two)?, array![3.0, 3.0]);

    let large = array![f64::MAX, f64::MAX, f64::MAX / 2.0, f64::MAX];
    assert_eq!(moving::median(2, 1).apply(&large)?, array![f64::MAX, f64::MAX, f64::MAX * 0.75, f64::MAX * 0.75]);
    let large = Array2::from_elem((20, 2), f64::MAX);
    assert_eq!(moving::median(2, 1).apply(&large)?, large);
    Ok(())
}

#[cfg(feature = "f16")]
#[test]
fn half_precision() -> Result<(), Error> {
    use half::{bf16, f16};
    for rows in [1, 20] {
        let ones = Array2::from_elem((rows, 1000), bf16::ONE);
        let mean = moving::mean(300, 300).apply(&ones)?;
        assert!(mean.iter().all(|v| v.is_nan() || *v == bf16::ONE));
        assert_eq!(mean.iter().filter(|v| v.is_nan()).count(), 299 * rows);
        let sum = moving::sum(700, 700).apply(&ones)?;
        assert_eq!(sum.column(999), Array1::from_elem(rows, bf16::from_f32(700.0)));
        let count = moving::max(300, 290).apply(&ones)?;
        assert_eq!(count.row(0).iter().position(|v| !v.is_nan()), Some(289));
        assert_eq!(moving::var(500, 500, 0).apply(&ones)?[[0, 999]], bf16::ZERO);

        let alternating = Array2::from_shape_fn((rows, 6000), |(_, i)| f16::from_f32((i % 2) as f32 * 100.0));
        assert_eq!(moving::mean(4000, 1).apply(&alternating)?[[0, 5999]], f16::from_f32(50.0));
        assert_eq!(moving::std(4000, 1, 0).apply(&alternating)?[[0, 5999]], f16::from_f32(50.0));

        let large = Array2::from_elem((rows, 2), f16::from_f32(4e4));
        assert_eq!(moving::median(2, 1).apply(&large)?, large);
        assert_eq!(centred::median(2, 1).apply(&large)?, large);
        assert_eq!(moving::mean(2, 1).apply(&large)?, large);
    }
    Ok(())
}

/// Whatever the settings and the values are, there is a result or an error, and no panic.
#[test]
fn hostile() {
    fn all<T: Real>() {
        for kind in KINDS {
            for (rows, n) in [(1, 0), (1, 1), (20, 3)] {
                let x = values::<T>(kind, rows, n);
                let counts = [0, 1, n.saturating_sub(1), n, n + 1, usize::MAX / 2, usize::MAX - 1, usize::MAX];
                for (window, min_count) in counts.iter().flat_map(|&a| counts.map(|b| (a, b))) {
                    let proper = 1 <= min_count && min_count <= window;
                    let check = |what: &str, result: Result<Array2<T>, Error>| match result {
                        Ok(y) if proper => assert_eq!(y.dim(), x.dim()),
                        Err(Error::Shape(ShapeError::Requirement { .. })) if !proper => {}
                        other => panic!("{what}({window}, {min_count}) of {n}: {other:?}"),
                    };
                    macro_rules! each {
                        ($module:ident: $($name:ident)+; $($deviation:ident)+) => {
                            $(check(stringify!($name), $module::$name(window, min_count).apply(&x));)+
                            for ddof in [n, usize::MAX] {
                                $(check(stringify!($deviation), $module::$deviation(window, min_count, ddof).apply(&x));)+
                            }
                        };
                    }
                    each!(moving: sum mean min max median; var std);
                    each!(centred: sum mean min max median; var std);
                }
            }
        }
    }
    all::<f32>();
    all::<f64>();
    #[cfg(feature = "f16")]
    all::<half::f16>();
    #[cfg(feature = "f16")]
    all::<half::bf16>();
}

/// A window of more ones than `f32` counts to.
#[test]
fn sums_of_very_long_windows() {
    let n = 17_000_000;
    let ones = ndarray::Array1::<f32>::ones(n);
    let sums = ndstencil::kernels::moving::sum(n, 1).apply(&ones).unwrap();
    assert_eq!(sums[n - 1], n as f32);
    let means = ndstencil::kernels::moving::mean(n, 1).apply(&ones).unwrap();
    assert_eq!(means[n - 1], 1.0);
}

/// Constant fields whose squares are beyond the largest number have no variance.
#[test]
fn spreads_of_large_constants() {
    use ndstencil::kernels::{self, moving};
    for value in [2e19f32, 3e38] {
        let x = ndarray::Array1::from_elem(8, value);
        assert_eq!(moving::std(3, 1, 0).apply(&x).unwrap(), ndarray::Array1::<f32>::zeros(8));
    }
    let x = ndarray::Array1::from_elem(8, 2e154f64);
    assert_eq!(moving::centred::var(3, 1, 0).apply(&x).unwrap(), ndarray::Array1::<f64>::zeros(8));
    assert_eq!(moving::var(2, 1, 0).apply(&ndarray::array![1e200]).unwrap(), ndarray::array![0.0]);
    let inf = f64::INFINITY;
    let peak = ndarray::array![1.0, 1e200, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(moving::var(3, 1, 0).apply(&peak).unwrap(), ndarray::array![0.0, inf, inf, inf, 0.0, 0.0]);
    for large in [ndarray::array![1e200, 2e200, 4e200], ndarray::array![f64::MAX, f64::MAX, f64::MAX]] {
        assert_eq!(kernels::std(0).apply(&large).unwrap().into_scalar(), inf);
        assert_eq!(kernels::nanvar(1).apply(&large).unwrap().into_scalar(), inf);
    }
    assert!(kernels::var(0).apply(&ndarray::array![1.0, inf]).unwrap().into_scalar().is_nan());
}
