//! Order statistics, extremes and moving windows of integers and of `bool` against plain loops over whole numbers.

use ndarray::{Array1, Array2, Axis, array};
use ndstencil::kernels::moving::{self, centred};
use ndstencil::kernels::{self, Number};
use ndstencil::{Error, ShapeError};
use proptest::prelude::*;

/// An element of the cases.
trait Whole: Number<Mean = f64> {
    /// Some value, from a few to all that do not add up to more than 64 bits.
    fn some(seed: i64, few: bool) -> Self;
    fn number(self) -> i128;
}

macro_rules! whole {
    ($($T:ident)+) => {$(
        impl Whole for $T {
            fn some(seed: i64, few: bool) -> $T {
                // The high bits of long ones stay free for sums.
                let seed = if few { seed.rem_euclid(3) } else if $T::BITS == 64 { seed >> 8 } else { seed };
                let value = seed as $T;
                if few || $T::BITS < 64 || $T::MIN < 0 as $T { value } else { value >> 8 }
            }
            fn number(self) -> i128 {
                self as i128
            }
        }
    )+};
}
whole!(i8 u16 u32 i64 usize);

impl Whole for bool {
    fn some(seed: i64, _: bool) -> bool {
        seed % 3 == 0
    }
    fn number(self) -> i128 {
        i128::from(self)
    }
}

/// One row, and so many that they run side by side.
fn rows<T: Whole>(values: &[T]) -> [Array2<T>; 2] {
    let row = Array1::from_vec(values.to_vec()).insert_axis(Axis(0));
    [1, 33].map(|count| row.broadcast((count, values.len())).expect("more rows").to_owned())
}

fn sorted(values: &[i128]) -> Vec<i128> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values
}

fn middle(values: &[i128]) -> f64 {
    let sorted = sorted(values);
    let n = sorted.len();
    if n == 0 { f64::NAN } else { (sorted[(n - 1) / 2] as f64 + sorted[n / 2] as f64) / 2.0 }
}

fn quantile(values: &[i128], q: f64) -> f64 {
    let sorted = sorted(values);
    let at = q * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[at.floor() as usize] as f64, sorted[at.ceil() as usize] as f64);
    low + (high - low) * at.fract()
}

fn mean(values: &[i128]) -> f64 {
    values.iter().sum::<i128>() as f64 / values.len() as f64
}

fn variance(values: &[i128]) -> f64 {
    let mean = mean(values);
    values.iter().map(|&v| (v as f64 - mean).powi(2)).sum::<f64>() / values.len() as f64
}

fn close(got: f64, want: f64) -> bool {
    got == want || (got.is_nan() && want.is_nan()) || (got - want).abs() <= 1e-9 * want.abs().max(1.0)
}

/// Checks that a call gives in each row, and by the reference, what the loop says; `None` says that the call is refused.
macro_rules! check {
    ($x:expr, $kernel:expr, $expected:expr, |$got:ident, $want:ident| $same:expr) => {{
        let expected: Option<Vec<_>> = $expected;
        for x in $x {
            let kernel = $kernel;
            let Some(expected) = &expected else {
                let refused = matches!(kernel.apply(x), Err(Error::Shape(ShapeError::Requirement { .. })));
                prop_assert!(refused, "{} of {x:?}", stringify!($kernel));
                continue;
            };
            for (how, y) in [("apply", kernel.apply(x)), ("reference", kernel.reference(x))] {
                let y = y.expect("a result").into_dyn();
                for ($got, $want) in y.iter().zip(expected.iter().cycle()) {
                    prop_assert!($same, "{} of {x:?}, {how}: {:?}, not {:?}", stringify!($kernel), $got, $want);
                }
            }
        }
    }};
}

fn of_all<T: Whole>(values: &[T], q: f64) -> Result<(), TestCaseError> {
    let all: Vec<i128> = values.iter().map(|v| v.number()).collect();
    let x = &rows(values);
    let none = all.is_empty();
    check!(x, kernels::median(), Some(vec![middle(&all)]), |got, want| close(*got, *want));
    check!(x, kernels::nanmedian(), Some(vec![middle(&all)]), |got, want| close(*got, *want));
    check!(x, kernels::median_as::<f32, _>(), Some(vec![middle(&all) as f32]), |got, want| got == want || none);
    let between = if none { f64::NAN } else { quantile(&all, q) };
    check!(x, kernels::quantile(q), Some(vec![between]), |got, want| close(*got, *want));
    check!(x, kernels::nanquantile(q), Some(vec![between]), |got, want| close(*got, *want));
    let (least, most) = (all.iter().min().copied(), all.iter().max().copied());
    check!(x, kernels::nanmin(), least.map(|v| vec![v]), |got, want| got.number() == *want);
    check!(x, kernels::nanmax(), most.map(|v| vec![v]), |got, want| got.number() == *want);
    let first = |value: Option<i128>| value.and_then(|value| all.iter().position(|&v| v == value));
    check!(x, kernels::nanargmin(), Some(vec![first(least)]), |got, want| got == want);
    check!(x, kernels::nanargmax(), Some(vec![first(most)]), |got, want| got == want);
    Ok(())
}

/// The values in the window of each cell.
fn windows(all: &[i128], behind: usize, ahead: usize) -> Vec<&[i128]> {
    (0..all.len()).map(|i| &all[i.saturating_sub(behind)..all.len().min(i + ahead + 1)]).collect()
}

macro_rules! moving {
    ($module:ident, $x:expr, $windows:expr, $window:expr, $min_count:expr) => {{
        let (x, windows, window, min_count): (_, Vec<&[i128]>, usize, usize) = ($x, $windows, $window, $min_count);
        let enough = windows.iter().all(|values| values.len() >= min_count);
        let kept = |f: fn(&[i128]) -> i128| enough.then(|| windows.iter().map(|values| f(values)).collect());
        let or_nan = |f: fn(&[i128]) -> f64| {
            let each = windows.iter().map(|values| if values.len() < min_count { f64::NAN } else { f(values) });
            Some(each.collect())
        };
        check!(x, $module::sum(window, min_count), kept(|v| v.iter().sum()), |got, want| got.to_string()
            == want.to_string());
        check!(
            x,
            $module::min(window, min_count),
            kept(|v| v.iter().copied().fold(i128::MAX, i128::min)),
            |got, want| got.number() == *want
        );
        check!(
            x,
            $module::max(window, min_count),
            kept(|v| v.iter().copied().fold(i128::MIN, i128::max)),
            |got, want| got.number() == *want
        );
        check!(
            x,
            $module::sum_as::<f64, _>(window, min_count),
            or_nan(|v| v.iter().sum::<i128>() as f64),
            |got, want| close(*got, *want)
        );
        check!(x, $module::mean(window, min_count), or_nan(mean), |got, want| close(*got, *want));
        check!(x, $module::var(window, min_count, 0), or_nan(variance), |got, want| close(*got, *want));
        check!(x, $module::median(window, min_count), or_nan(middle), |got, want| close(*got, *want));
    }};
}

fn of_windows<T: Whole>(values: &[T], window: usize, min_count: usize) -> Result<(), TestCaseError> {
    let all: Vec<i128> = values.iter().map(|v| v.number()).collect();
    let x = &rows(values);
    moving!(moving, x, windows(&all, window - 1, 0), window, min_count);
    moving!(centred, x, windows(&all, window / 2, (window - 1) / 2), window, min_count);
    Ok(())
}

fn every_type(seeds: &[i64], few: bool, q: f64, window: usize, min_count: usize) -> Result<(), TestCaseError> {
    fn one<T: Whole>(seeds: &[i64], few: bool, q: f64, window: usize, count: usize) -> Result<(), TestCaseError> {
        let values: Vec<T> = seeds.iter().map(|&seed| T::some(seed, few)).collect();
        of_all(&values, q)?;
        of_windows(&values, window, count)
    }
    one::<bool>(seeds, few, q, window, min_count)?;
    one::<i8>(seeds, few, q, window, min_count)?;
    one::<u16>(seeds, few, q, window, min_count)?;
    one::<u32>(seeds, few, q, window, min_count)?;
    one::<i64>(seeds, few, q, window, min_count)?;
    one::<usize>(seeds, few, q, window, min_count)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn integers(
        seeds in prop::collection::vec(any::<i64>(), 0..40),
        few in any::<bool>(),
        q in 0.0..=1.0,
        window in 1usize..45,
        count in 0usize..45,
    ) {
        let min_count = if count % 3 == 0 { 1 } else { 1 + count % window };
        every_type(&seeds, few, q, window, min_count)?;
    }
}

/// The ends of what the types hold.
#[test]
fn extremes() -> Result<(), Error> {
    assert_eq!(kernels::nanargmin().apply(&array![255u8, 255])?.into_scalar(), Some(0));
    assert_eq!(kernels::nanargmax().apply(&array![i64::MIN])?.into_scalar(), Some(0));
    assert_eq!(kernels::nanmin().apply(&array![u64::MAX, u64::MAX])?.into_scalar(), u64::MAX);
    assert_eq!(kernels::nanmax().apply(&array![i8::MIN, i8::MIN])?.into_scalar(), i8::MIN);
    assert_eq!(kernels::median().apply(&array![u64::MAX, u64::MAX])?.into_scalar(), u64::MAX as f64);
    assert_eq!(kernels::quantile(0.5).apply(&array![i64::MIN, i64::MAX])?.into_scalar(), 0.0);
    assert_eq!(moving::min(2, 1).apply(&array![u64::MAX, u64::MAX - 1, 0])?, array![u64::MAX, u64::MAX - 1, 0]);
    assert_eq!(moving::max(2, 1).apply(&array![i64::MIN, i64::MIN + 1])?, array![i64::MIN, i64::MIN + 1]);
    assert_eq!(moving::sum(2, 1).apply(&array![u32::MAX, u32::MAX])?, array![4_294_967_295u64, 8_589_934_590]);
    assert_eq!(moving::median(3, 1).apply(&array![255u8, 255, 0])?, array![255.0, 255.0, 255.0]);
    for rows in [1, 40] {
        // What is missing behind the axis is no value, though it looks like the greatest.
        let x = Array2::from_elem((rows, 30), u8::MAX);
        assert_eq!(centred::median(21, 1).apply(&x)?, Array2::from_elem((rows, 30), 255.0));
    }
    Ok(())
}

/// Integers have no NaN for a window that holds too few cells; the message says so, with the name that was written.
#[test]
fn missing_results() {
    let x = array![1u8, 2, 3];
    let message = moving::sum(3, 2).apply(&x).unwrap_err().to_string();
    assert!(message.contains("`moving::sum`") && message.contains("fewest_cells(n, ahead)"), "{message}");
    assert!(
        message.contains("n = 3") && message.contains("min_count = 2") && message.contains("ahead = 0"),
        "{message}"
    );
    assert_eq!(centred::sum(3, 2).apply(&x).unwrap(), array![3, 6, 5]);
    let message = centred::max(3, 3).apply(&x).unwrap_err().to_string();
    assert!(message.contains("`centred::max`") && message.contains("ahead = 1"), "{message}");
    assert!(moving::min(5, 5).apply(&Array1::<i32>::zeros(0)).unwrap().is_empty());
    let message = kernels::nanmin().apply(&Array1::<i32>::zeros(0)).unwrap_err().to_string();
    assert!(message.contains("`nanmin`") && message.contains("n > 0"), "{message}");
}

/// Kernels of windows are constants, and bear the name by which they were made.
#[test]
fn names() {
    let median = const { centred::median::<f32>(5, 1) };
    assert!(format!("{median:?}").contains("centred::median"));
    assert!(format!("{:?}", moving::median::<f32>(5, 1)).contains("moving::median"));
    assert!(format!("{:?}", centred::mean_as::<f32, u8>(5, 1)).contains("centred::mean"));
    let error = centred::std::<f64>(2, 3, 0).apply(&array![1.0]).unwrap_err().to_string();
    assert!(error.contains("`centred::std`"), "{error}");
}
