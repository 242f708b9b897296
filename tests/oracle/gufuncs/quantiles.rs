//! Order statistics of all values against plain ones in `f64`, and at the ends of what the types hold.

use ndarray::{Array1, Array2, Axis, array};
use ndstencil::kernels::{median, nanmedian, nanquantile, quantile};
use ndstencil::{Error, Real, ShapeError};
use proptest::prelude::*;

fn number<T: Real>(v: T) -> f64 {
    v.to_f64().expect("a number")
}

/// Linear between the two values around the place, from the nearer one.
fn plain(mut values: Vec<f64>, q: f64) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_unstable_by(f64::total_cmp);
    let at = q * (values.len() - 1) as f64;
    let (low, high) = (values[at.floor() as usize], values[at.ceil() as usize]);
    let part = at - at.floor();
    match (low.is_infinite(), high.is_infinite()) {
        _ if part == 0.0 || low == high => low,
        (true, true) => f64::NAN,
        (true, false) => low,
        (false, true) => high,
        (false, false) => (1.0 - part) * low + part * high,
    }
}

/// One row, and so many that they run side by side.
fn rows<T: Real>(values: &[T]) -> [Array2<T>; 2] {
    let row = Array1::from_vec(values.to_vec()).insert_axis(Axis(0));
    [1, 33].map(|count| row.broadcast((count, values.len())).expect("more rows").to_owned())
}

fn check<T: Real>(values: &[f64], q: f64) -> Result<(), TestCaseError> {
    let values: Vec<T> = values.iter().map(|&v| T::real(v)).collect();
    let there: Vec<f64> = values.iter().map(|&v| number(v)).filter(|v| !v.is_nan()).collect();
    let (least, most) = there.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &v| (a.min(v), b.max(v)));
    let close = |got: T, want: f64, what: &str| {
        let got = number(got);
        let within = want.is_nan() || (least <= got && got <= most);
        let largest = least.abs().max(most.abs()).min(number(T::max_value()));
        let slack = 4.0 * number(T::epsilon()) * (largest + number(T::min_positive_value()));
        let same = got == want || got.is_nan() && want.is_nan() || (got - want).abs() <= slack;
        prop_assert!(within && same, "{what} {q} of {there:?}, {}: {got}, not {want}", std::any::type_name::<T>());
        Ok(())
    };
    let nan = there.len() < values.len();
    let of_all = |q| if nan { f64::NAN } else { plain(there.clone(), q) };
    for x in rows(&values) {
        for got in quantile(q).apply(&x).expect("a quantile") {
            close(got, of_all(q), "quantile")?;
        }
        for got in nanquantile(q).apply(&x).expect("a quantile") {
            close(got, plain(there.clone(), q), "nanquantile")?;
        }
        for got in median().apply(&x).expect("a median") {
            close(got, of_all(0.5), "median")?;
        }
        for got in nanmedian().apply(&x).expect("a median") {
            close(got, plain(there.clone(), 0.5), "nanmedian")?;
        }
    }
    Ok(())
}

/// Values of ordinary size, the largest and smallest of the types, infinities, NaN.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -100.0..100.0,
        3 => prop::sample::select(&[0.0, 1.0, 65504.0, -65504.0, 3.38e38, -3.38e38, f64::MAX, f64::MIN, 5e-324, 6e-8][..]),
        1 => prop::sample::select(&[f64::INFINITY, f64::NEG_INFINITY, f64::NAN][..]),
    ]
}

fn part() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0..=1.0, 1 => prop::sample::select(&[0.0, -0.0, 0.25, 0.5, 1.0, 5e-324, 1.0 - f64::EPSILON / 2.0][..])]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_type(values in prop::collection::vec(value(), 0..12), q in part()) {
        check::<f64>(&values, q)?;
        check::<f32>(&values, q)?;
        #[cfg(feature = "f16")]
        check::<half::f16>(&values, q)?;
        #[cfg(feature = "f16")]
        check::<half::bf16>(&values, q)?;
    }
}

#[test]
fn parts_out_of_range() {
    for q in [f64::NAN, -5e-324, -1.0, 1.0 + f64::EPSILON, f64::INFINITY, f64::NEG_INFINITY] {
        for x in [array![1.0, 2.0], array![], array![f64::NAN]] {
            assert!(matches!(quantile(q).apply(&x), Err(Error::Shape(ShapeError::Requirement { .. }))), "{q}");
            assert!(matches!(nanquantile(q).apply(&x), Err(Error::Shape(ShapeError::Requirement { .. }))), "{q}");
        }
    }
    assert!(quantile(0.5).apply(&Array2::<f64>::zeros((2, 0))).expect("of nothing").iter().all(|v| v.is_nan()));
}

/// The numbers that went wrong, each by itself.
#[test]
fn named() -> Result<(), Error> {
    const INF: f64 = f64::INFINITY;
    let of =
        |values: &[f64], q: f64| Ok::<f64, Error>(quantile(q).apply(&Array1::from(values.to_vec()))?.into_scalar());
    assert_eq!(of(&[1.0, 2.0, INF, INF], 0.9)?, INF);
    assert_eq!(of(&[1.0, 2.0, INF, INF], 0.5)?, INF);
    assert_eq!(of(&[1.0, 2.0, INF], 0.5)?, 2.0);
    assert_eq!(of(&[1.0, INF], 0.0)?, 1.0);
    assert_eq!(of(&[1.0, INF], 5e-324)?, INF);
    assert_eq!(of(&[-INF, 1.0], 0.999)?, -INF);
    assert_eq!(of(&[-INF, 1.0], 1.0)?, 1.0);
    assert_eq!(of(&[-INF, -INF, 3.0], 0.2)?, -INF);
    assert!(of(&[-INF, INF], 0.5)?.is_nan());
    assert_eq!(of(&[f64::MIN, f64::MAX], 0.5)?, 0.0);
    assert!((of(&[f64::MIN, f64::MAX], 0.25)? / f64::MIN - 0.5).abs() < 1e-15);
    assert_eq!(of(&[f64::MAX, f64::MAX], 0.3)?, f64::MAX);
    assert_eq!(median().apply(&array![f64::MAX, f64::MAX])?.into_scalar(), f64::MAX);
    assert_eq!(nanmedian().apply(&array![f64::NAN, f64::MAX, f64::MAX / 2.0])?.into_scalar(), f64::MAX * 0.75);
    assert_eq!(median().apply(&array![f32::MAX, f32::MAX])?.into_scalar(), f32::MAX);
    assert_eq!(median().apply(&array![1.0, 2.0, INF, INF])?.into_scalar(), INF);
    assert_eq!(quantile(1e-50).apply(&array![1.0f32, f32::INFINITY])?.into_scalar(), f32::INFINITY);
    Ok(())
}

#[cfg(feature = "f16")]
#[test]
fn half_precision() -> Result<(), Error> {
    use half::{bf16, f16};
    let x = array![4e4, 4e4].mapv(f16::from_f32);
    for y in [median().apply(&x)?, nanmedian().apply(&x)?, quantile(0.5).apply(&x)?, nanquantile(0.7).apply(&x)?] {
        assert_eq!(y.into_scalar(), f16::from_f32(4e4));
    }
    let x = array![f16::MIN, f16::MAX];
    assert_eq!(quantile(0.5).apply(&x)?.into_scalar(), f16::ZERO);
    assert_eq!(quantile(0.75).apply(&x)?.into_scalar(), f16::from_f32(32752.0));
    let x = array![bf16::MAX, bf16::MAX, bf16::MIN];
    assert_eq!(quantile(0.75).apply(&x)?.into_scalar(), bf16::MAX);
    assert_eq!(quantile(0.25).apply(&x)?.into_scalar(), bf16::ZERO);
    Ok(())
}
