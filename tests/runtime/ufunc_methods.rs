//! The methods of element-wise kernels against plain loops: all layouts, empty axes, errors, and masks.

use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{
    Array0, Array1, Array2, Array3, ArrayD, ArrayView1, ArrayViewD, Axis, IxDyn, ShapeBuilder, Slice, arr0, array, s,
};
use ndstencil::prelude::*;
use ndstencil::{Error, KernelError, Schedule, ShapeError, SimdLevel};
use proptest::prelude::*;

#[gufunc("(),()->()")]
fn subtract<T: Real>(a: T, b: T) -> T {
    a - b
}

#[gufunc("(),()->()", identity = 0)]
fn subtract_i32(a: i32, b: i32) -> i32 {
    a.wrapping_sub(b)
}

#[gufunc("(),()->()", identity = 7)]
fn mix(a: u8, b: u8) -> u8 {
    a.wrapping_mul(3) ^ b
}

#[gufunc("(),()->()", identity = T::zero())]
fn add<T: Real>(a: T, b: T) -> T {
    a + b
}

#[gufunc("(),()->()")]
fn larger(a: f64, b: f64) -> f64 {
    a.max(b)
}

#[gufunc("(),()->()")]
fn divide(a: i32, b: i32) -> i32 {
    a / b
}

/// A view with a shape, and strides that are not plain.
#[derive(Clone, Debug)]
struct Layout {
    shape: Vec<usize>,
    steps: Vec<isize>,
    fortran: bool,
}

fn layouts(ranks: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Layout> {
    let size = prop_oneof![Just(0), Just(1), Just(2), Just(5), Just(17), Just(70)];
    let step = prop_oneof![3 => Just(1), 1 => Just(2), 2 => Just(-1), 1 => Just(-3)];
    let axes = prop::collection::vec((size, step), ranks);
    (axes, any::<bool>()).prop_map(|(axes, fortran)| {
        let (shape, steps) = axes.into_iter().unzip();
        Layout { shape, steps, fortran }
    })
}

/// The array behind a view of this layout.
fn base<T: Clone>(layout: &Layout, value: impl Fn(usize) -> T) -> ArrayD<T> {
    let shape: Vec<usize> = layout.shape.iter().zip(&layout.steps).map(|(n, step)| n * step.unsigned_abs()).collect();
    let mut number = 0;
    ArrayD::from_shape_simple_fn(IxDyn(&shape).set_f(layout.fortran), || {
        number += 1;
        value(number)
    })
}

fn view<'a, T>(base: &'a ArrayD<T>, layout: &Layout) -> ArrayViewD<'a, T> {
    base.slice_each_axis(|axis| Slice::new(0, None, layout.steps[axis.axis.index()]))
}

/// Values without a pattern that strides could hide.
fn scrambled(number: usize) -> u32 {
    (number as u32).wrapping_mul(2_654_435_761) >> 7
}

fn fold<T: Copy>(f: impl Fn(T, T) -> T, start: Option<T>, row: ArrayView1<'_, T>) -> Option<T> {
    let mut sum = start;
    for &v in row {
        sum = Some(match sum {
            Some(sum) => f(sum, v),
            None => v,
        });
    }
    sum
}

fn scan<T: Copy>(f: impl Fn(T, T) -> T, x: &ArrayViewD<'_, T>, axis: Axis) -> ArrayD<T> {
    let mut y = x.to_owned();
    for mut row in y.lanes_mut(axis) {
        for i in 1..row.len() {
            row[i] = f(row[i - 1], row[i]);
        }
    }
    y
}

fn segments<T: Copy>(f: impl Fn(T, T) -> T, x: &ArrayViewD<'_, T>, axis: Axis, indices: &[usize]) -> ArrayD<T> {
    let parts: Vec<_> = (0..indices.len())
        .map(|i| {
            let start = indices[i];
            let end = *indices.get(i + 1).unwrap_or(&x.len_of(axis));
            let end = end.max(start + 1);
            let part = x.slice_axis(axis, Slice::from(start..end));
            part.map_axis(axis, |row| fold(&f, None, row).unwrap()).insert_axis(axis)
        })
        .collect();
    let parts: Vec<_> = parts.iter().map(|part| part.view()).collect();
    ndarray::concatenate(axis, &parts).unwrap()
}

/// All methods along an axis, for one kernel.
macro_rules! along_axis {
    ($name:ident, $kernel:expr, $T:ty, $value:expr, $f:expr, $identity:expr) => {
        #[test]
        fn $name() {
            let f: fn($T, $T) -> $T = $f;
            let identity: Option<$T> = $identity;
            let cases = (layouts(1..=4), 0usize..4, 0u32..1 << 20, any::<bool>());
            proptest!(ProptestConfig::with_cases(96), |((layout, axis, seed, parallel) in cases)| {
                let base = base(&layout, |number| $value(scrambled(number)));
                let x = view(&base, &layout);
                let axis = Axis(axis % x.ndim());
                let n = x.len_of(axis);
                let kernel = $kernel.axis(axis.index() as isize).schedule(Schedule::new().parallel(parallel));

                if n > 0 || identity.is_some() {
                    let expected = x.map_axis(axis, |row| fold(f, None, row).or(identity).unwrap());
                    prop_assert_eq!(&kernel.reduce(&x).unwrap(), &expected);
                    prop_assert_eq!(kernel.keepdims().reduce(&x).unwrap(), expected.clone().insert_axis(axis));
                    let negative = axis.index() as isize - x.ndim() as isize;
                    prop_assert_eq!(kernel.axis(negative).reduce(&x).unwrap(), expected);
                } else {
                    let error = Error::Kernel(KernelError::NoIdentity { kernel: "subtract", axis: axis.index(), shape: x.shape().to_vec() });
                    prop_assert_eq!(kernel.reduce(&x).map_err(|error| error.to_string()), Err(error.to_string()));
                }
                let start = $value(seed);
                let expected = x.map_axis(axis, |row| fold(f, Some(start), row).unwrap());
                prop_assert_eq!(kernel.initial(start).reduce(&x).unwrap(), expected);

                let mask = ArrayD::from_shape_simple_fn(x.raw_dim(), {
                    let mut number = seed as usize;
                    move || {
                        number += 1;
                        scrambled(number) % 3 > 0
                    }
                });
                let mut expected = x.map_axis(axis, |_| start);
                for (i, row) in x.axis_iter(axis).enumerate() {
                    let used = mask.index_axis(axis, i);
                    ndarray::azip!((e in &mut expected, &v in &row, &used in &used) if used { *e = f(*e, v) });
                }
                let masked = kernel.masked(&mask).initial(start);
                prop_assert_eq!(&masked.reduce(&x).unwrap(), &expected);
                prop_assert_eq!(&kernel.initial(start).masked(&mask).reduce(&x).unwrap(), &expected);
                prop_assert_eq!(masked.keepdims().reduce(&x).unwrap(), expected.insert_axis(axis));

                prop_assert_eq!(kernel.accumulate(&x).unwrap(), scan(f, &x, axis));
                if n > 0 {
                    let indices: Vec<usize> = (0..seed as usize % 7 + 1).map(|i| scrambled(i + seed as usize) as usize % n).collect();
                    prop_assert_eq!(kernel.reduceat(&x, &indices).unwrap(), segments(f, &x, axis, &indices));
                }
            });
        }
    };
}

along_axis!(f32_along_axes, subtract(), f32, |v: u32| (v % 1000) as f32 / 7.0, |a, b| a - b, None);
along_axis!(f64_along_axes, subtract(), f64, |v: u32| (v % 1000) as f64 / 7.0, |a, b| a - b, None);
along_axis!(i32_along_axes, subtract_i32(), i32, |v: u32| v as i32, |a, b| a.wrapping_sub(b), Some(0));
along_axis!(u8_along_axes, mix(), u8, |v: u32| v as u8, |a, b| a.wrapping_mul(3) ^ b, Some(7));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn outer(a in layouts(0..=3), b in layouts(0..=2)) {
        let (base_a, base_b) = (base(&a, |number| scrambled(number) as i32), base(&b, |number| number as i32));
        let (a, b) = (view(&base_a, &a), view(&base_b, &b));
        let y = subtract_i32().outer(&a, &b).unwrap();
        prop_assert_eq!(y.shape(), [a.shape(), b.shape()].concat());
        let pairs = a.iter().flat_map(|&a| b.iter().map(move |&b| a.wrapping_sub(b)));
        prop_assert!(y.iter().copied().eq(pairs));
    }

    #[test]
    fn at(a in layouts(1..=3), seed in 0usize..1000, scalar in any::<bool>(), rows in any::<bool>()) {
        let mut backing = base(&a, |number| scrambled(number) as u8);
        let mut expected = view(&backing, &a).to_owned();
        let steps = a.steps.clone();
        let mut x = backing.slice_each_axis_mut(|axis| Slice::new(0, None, steps[axis.axis.index()]));
        let n = x.len_of(Axis(0));
        let indices: Vec<usize> = if n == 0 { Vec::new() } else { (0..seed % 40).map(|i| scrambled(i + seed) as usize % n).collect() };
        let mut shape = x.shape().to_vec();
        shape[0] = indices.len();
        let own = if scalar { vec![] } else if rows { shape[1..].to_vec() } else { shape.clone() };
        let b = ArrayD::from_shape_vec(own.clone(), (0..own.iter().product()).map(|i| scrambled(i) as u8).collect()).unwrap();
        mix().at(&mut x, &indices, &b).unwrap();
        for (&index, b) in indices.iter().zip(b.broadcast(shape).unwrap().outer_iter()) {
            ndarray::azip!((e in expected.index_axis_mut(Axis(0), index), &b in b) *e = e.wrapping_mul(3) ^ b);
        }
        prop_assert_eq!(x, expected);
    }

    #[test]
    fn where_keeps_and_does_not_evaluate(
        layout in layouts(1..=3),
        of_mask in 0usize..8,
        density in 0u32..5,
        parallel in any::<bool>(),
    ) {
        let a = base(&layout, |number| scrambled(number) as i32);
        let b = base(&layout, |number| scrambled(number) as i32 % 3);
        let (a, b) = (view(&a, &layout), view(&b, &layout));
        let mut held = base(&layout, |number| -(number as i32));
        let steps = layout.steps.clone();
        let mut out = held.slice_each_axis_mut(|axis| Slice::new(0, None, steps[axis.axis.index()]));
        let before = out.to_owned();
        // Divisions by zero would panic: they are all masked off.
        let mut number = 0;
        let mask = b.mapv(|b| {
            number += 1;
            b != 0 && (density == 4 || scrambled(number) % 4 < density)
        });
        let kernel = divide().schedule(Schedule::new().parallel(parallel));
        kernel.masked(&mask).apply_into((&a, &b), &mut out).unwrap();
        ndarray::azip!((&out in &out, &before in &before, &used in &mask, &a in &a, &b in &b) {
            assert_eq!(out, if used { a / b } else { before });
        });

        // A mask that broadcasts: some axes have one cell.
        let shape: Vec<usize> = a.shape().iter().enumerate().map(|(axis, &n)| if of_mask >> axis & 1 == 1 { 1 } else { n }).collect();
        let mask = ArrayD::from_shape_simple_fn(shape, || { number += 1; !scrambled(number).is_multiple_of(3) });
        out.assign(&before);
        subtract_i32().masked(&mask).apply_into((&a, 5), &mut out).unwrap();
        ndarray::azip!((&out in &out, &before in &before, &used in mask.broadcast(a.raw_dim()).unwrap(), &a in &a) {
            assert_eq!(out, if used { a.wrapping_sub(5) } else { before });
        });
    }
}

#[test]
fn static_ranks_and_inference() {
    let x: Array3<f32> = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (i * 20 + j * 5 + k) as f32);
    let y: Array2<f32> = add().reduce(&x).unwrap();
    assert_eq!(y, x.sum_axis(Axis(0)));
    let y: Array3<f32> = add().keepdims().axis(1).reduce(&x.view()).unwrap();
    assert_eq!(y, x.sum_axis(Axis(1)).insert_axis(Axis(1)));
    let y: Array0<f64> = add().reduce(&array![1.0, 2.0]).unwrap();
    assert_eq!(y, arr0(3.0));
    let y: ArrayD<f64> = add().reduce(&array![1.0, 2.0].into_dyn()).unwrap();
    assert_eq!(y, arr0(3.0).into_dyn());
    let y: Array2<f64> = add().accumulate(&array![[1.0, 2.0], [3.0, 4.0]]).unwrap();
    assert_eq!(y, array![[1.0, 2.0], [4.0, 6.0]]);
    let y: Array1<f64> = add().reduceat(&array![1.0, 2.0, 4.0], &[1, 0]).unwrap();
    assert_eq!(y, array![2.0, 7.0]);
    let y: Array3<f64> = add().outer(&array![1.0, 2.0], &array![[1.0], [3.0]]).unwrap();
    assert_eq!(y, array![[[2.0], [4.0]], [[3.0], [5.0]]]);
    let y: Array1<f64> = add().outer(10.0, &array![1.0, 2.0]).unwrap();
    assert_eq!(y, array![11.0, 12.0]);
    let large = Array3::from_elem((1, 2, 1), 1.0);
    let y: ArrayD<f64> = add().outer(&large, &large.clone().insert_axis(Axis(0))).unwrap();
    assert_eq!(y.shape(), [1, 2, 1, 1, 1, 2, 1]);
    let mut x = array![[1.0, 2.0], [3.0, 4.0]];
    add().at(&mut x, &[0, 0], &array![[1.0], [10.0]]).unwrap();
    add().at(&mut x.slice_mut(s![1.., ..]), &[0], 0.5).unwrap();
    assert_eq!(x, array![[12.0, 13.0], [3.5, 4.5]]);
    assert_eq!(add().axes(&[&[1]]).reduce(&x).unwrap(), array![25.0, 8.0]);
}

/// Inputs of different types, several outputs.
#[test]
fn outer_of_any_pair() {
    #[gufunc("(),()->(),()")]
    fn scale(x: f32, times: i32) -> (f64, bool) {
        (f64::from(x) * f64::from(times), times > 0)
    }
    let (products, positive) = scale().outer(&array![0.5, 2.0], &array![[3, -1]]).unwrap();
    assert_eq!(products, array![[[1.5, -0.5]], [[6.0, -2.0]]]);
    assert_eq!(positive, array![[[true, false]], [[true, false]]]);
}

/// Element types that are not numbers, and kernels with parameters.
#[test]
fn parameters_and_other_elements() {
    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Line {
        slope: f64,
        at_zero: f64,
    }
    #[gufunc("(),()->()", identity = Line { slope: 1.0, at_zero: offset })]
    fn after(f: Line, g: Line, offset: f64) -> Line {
        Line { slope: f.slope * g.slope, at_zero: f.at_zero * g.slope + g.at_zero + offset }
    }
    let line = |slope, at_zero| Line { slope, at_zero };
    let x = array![line(2.0, 1.0), line(3.0, 0.0), line(1.0, 5.0)];
    assert_eq!(after(0.0).reduce(&x).unwrap().into_scalar(), line(6.0, 8.0));
    assert_eq!(after(2.0).reduce(&x.slice(s![..0])).unwrap().into_scalar(), line(1.0, 2.0));
}

/// The order is the same on every level and for any number of threads.
#[test]
fn every_level_folds_from_the_left() {
    let x = Array2::from_shape_fn((300, 1001), |(i, j)| 1.0 / (1.0 + scrambled(i * 1001 + j) as f32));
    for axis in 0..2 {
        let expected = x.map_axis(Axis(axis), |row| fold(|a, b| a + b, None, row).unwrap());
        for level in SimdLevel::ALL.iter().copied().filter(|level| level.is_available()) {
            for parallel in [false, true] {
                let kernel = add().axis(axis as isize).schedule(Schedule::new().level(level).parallel(parallel));
                assert_eq!(kernel.reduce(&x).unwrap(), expected, "{level} {parallel}");
            }
        }
    }
}

#[test]
fn masked_off_cells_are_not_evaluated() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    #[gufunc("(),()->()", identity = 0)]
    fn counted(a: i32, b: i32) -> i32 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        a + b
    }
    let x = Array2::from_shape_fn((50, 60), |(i, j)| (i * 60 + j) as i32);
    let mask = x.mapv(|v| v % 7 == 0);
    let used = mask.iter().filter(|&&used| used).count();
    // Groups side by side may overlap, so that single cells are the strict case.
    let mut out = Array2::from_elem((50, 60), -1);
    counted().masked(&mask).apply_into((&x, 1), &mut out).unwrap();
    assert_eq!(CALLS.swap(0, Ordering::Relaxed), used);
    assert_eq!(out, x.mapv(|v| if v % 7 == 0 { v + 1 } else { -1 }));

    // As integer divisions: where the divisor is 0, the kernel would panic.
    let divisors = array![[2, 0, 5], [0, 3, 0]];
    let y = divide().masked(&divisors.mapv(|d| d != 0)).initial(30).reduce(&divisors).unwrap();
    assert_eq!(y, array![15, 10, 6]);
    let mut none = array![7, 8];
    divide().masked(false).apply_into((&array![1, 2], 0), &mut none).unwrap();
    assert_eq!(none, array![7, 8]);
}

/// Masks over the loop dimensions of kernels with cores.
#[test]
fn where_with_core_dimensions() {
    #[gufunc("(n)->()")]
    fn first(x: ArrayView1<i32>) -> i32 {
        x[0]
    }
    let x = Array2::from_shape_fn((90, 4), |(i, j)| (10 * i + j) as i32);
    let mask = Array1::from_shape_fn(90, |i| i / 20 % 2 == 0);
    let mut out = Array1::from_elem(90, -1);
    first().masked(&mask).apply_into(&x, &mut out).unwrap();
    assert_eq!(out, Array1::from_shape_fn(90, |i| if mask[i] { 10 * i as i32 } else { -1 }));
}

#[test]
fn errors() {
    let x = array![[1.0, 2.0], [3.0, 4.0]];
    let none: Array2<f64> = Array2::zeros((0, 2));
    let no_identity =
        |shape: &[usize]| Error::Kernel(KernelError::NoIdentity { kernel: "larger", axis: 0, shape: shape.to_vec() });
    assert_eq!(larger().reduce(&none), Err(no_identity(&[0, 2])));
    // As in NumPy, also where the result is empty; not where only the result is.
    assert_eq!(larger().reduce(&Array2::zeros((0, 0))), Err(no_identity(&[0, 0])));
    assert_eq!(larger().axis(1).reduce(&none).unwrap().len(), 0);
    assert_eq!(larger().initial(1.0).reduce(&none), Ok(array![1.0, 1.0]));
    assert_eq!(larger().accumulate(&none), Ok(none.clone()));
    // A mask may leave nothing.
    assert_eq!(larger().masked(&array![true, false]).reduce(&x), Err(no_identity(&[2, 2])));
    assert_eq!(add().masked(&array![false, true]).reduce(&x), Ok(array![0.0, 6.0]));

    let mask = |found: &[usize], expected: &[usize]| {
        Err(Error::Shape(ShapeError::Mask { kernel: "add", found: found.to_vec(), expected: expected.to_vec() }))
    };
    assert_eq!(add().masked(&array![true, false, true]).reduce(&x).map(drop), mask(&[3], &[2, 2]));
    assert_eq!(add().masked(&Array3::from_elem((1, 2, 2), true)).reduce(&x).map(drop), mask(&[1, 2, 2], &[2, 2]));
    let mut out = x.clone();
    assert_eq!(add().masked(&array![[true], [true], [true]]).apply_into((&x, 1.0), &mut out), mask(&[3, 1], &[2, 2]));
    assert_eq!(out, x);

    let index = |index| Err(Error::Shape(ShapeError::Index { kernel: "add", index, axis: 1, len: 2 }));
    assert_eq!(add().axis(1).reduceat(&x, &[0, 2]).map(drop), index(2));
    assert_eq!(add().axis(-1).reduceat(&x, &[9]).map(drop), index(9));
    assert_eq!(add().reduceat(&none, &[]), Ok(none.clone()));
    assert_eq!(
        add().reduceat(&none, &[0]),
        Err(Error::Shape(ShapeError::Index { kernel: "add", index: 0, axis: 0, len: 0 }))
    );

    let mut y = array![1.0, 2.0];
    assert_eq!(
        add().at(&mut y, &[0, 2], 1.0),
        Err(Error::Shape(ShapeError::Index { kernel: "add", index: 2, axis: 0, len: 2 }))
    );
    let error = add().at(&mut y, &[0, 1], &array![1.0, 2.0, 3.0]).unwrap_err();
    assert!(
        matches!(&error, Error::Shape(ShapeError::Broadcast { found, expected, .. }) if found == &[3] && expected == &[2]),
        "{error}"
    );
    assert_eq!(y, array![1.0, 2.0]);
    let mut dynamic = arr0(1.0).into_dyn();
    assert!(matches!(
        add().at(&mut dynamic, &[0; 0], 1.0),
        Err(Error::Shape(ShapeError::IndexEntries { entries: 1, .. }))
    ));

    assert!(matches!(add().axis(2).reduce(&x), Err(Error::Shape(ShapeError::Axes { .. }))));
    assert!(matches!(add().axis(-3).accumulate(&x), Err(Error::Shape(ShapeError::Axes { .. }))));
    assert!(matches!(add().axis(2).reduceat(&x, &[0]), Err(Error::Shape(ShapeError::Axes { .. }))));
    assert!(matches!(add().axes(&[&[0, 1]]).reduce(&x), Err(Error::Shape(ShapeError::Axes { .. }))));
    assert_eq!(add().reduce(&arr0(1.0)), Ok(arr0(1.0)));
    assert!(matches!(add().axis(1).reduce(&arr0(1.0)), Err(Error::Shape(ShapeError::Axes { .. }))));
    assert!(matches!(add().accumulate(&arr0(1.0).into_dyn()), Err(Error::Shape(ShapeError::TooFewDimensions { .. }))));
}

/// `dtype=` of NumPy's folds: the sum has a type of its own.
#[test]
fn folds_in_a_wider_type() {
    #[gufunc("(),()->()", identity = 0)]
    fn total(sum: i64, x: u8) -> i64 {
        sum + i64::from(x)
    }
    #[derive(Clone, Copy)]
    struct Word(&'static str);
    #[gufunc("(),()->()")]
    fn longest(sum: usize, word: Word) -> usize {
        sum.max(word.0.len())
    }
    let x = Array2::from_shape_fn((37, 70), |(i, j)| scrambled(i * 70 + j) as u8);
    let wide = x.mapv(i64::from);
    for axis in 0..2 {
        let kernel = total().axis(axis as isize);
        assert_eq!(kernel.reduce(&x).unwrap(), wide.sum_axis(Axis(axis)));
        assert_eq!(kernel.initial(-5).reduce(&x).unwrap(), wide.sum_axis(Axis(axis)) - 5);
        assert_eq!(kernel.accumulate(&x).unwrap().into_dyn(), scan(|a, b| a + b, &wide.view().into_dyn(), Axis(axis)));
        let indices = [0, 5, 5, 2, 30];
        let expected = segments(|a, b| a + b, &wide.view().into_dyn(), Axis(axis), &indices);
        assert_eq!(kernel.reduceat(&x, &indices).unwrap().into_dyn(), expected);
        let even = x.mapv(|v| v % 2 == 0);
        let expected = wide.mapv(|v| if v % 2 == 0 { v } else { 0 }).sum_axis(Axis(axis));
        assert_eq!(kernel.masked(&even).reduce(&x).unwrap(), expected);
    }
    // Without an identity or an initial value there is nothing to begin with.
    let words = array![Word("a"), Word("long"), Word("word")];
    assert_eq!(longest().initial(0).reduce(&words).unwrap(), arr0(4));
    let no_start = Error::Kernel(KernelError::NoIdentity { kernel: "longest", axis: 0, shape: vec![3] });
    assert_eq!(longest().reduce(&words), Err(no_start.clone()));
    assert_eq!(longest().accumulate(&words), Err(no_start.clone()));
    assert_eq!(longest().reduceat(&words, &[0]), Err(no_start));
    let mut lengths = array![1, 2];
    longest().at(&mut lengths, &[0, 0, 1], &words).unwrap();
    assert_eq!(lengths, array![4, 4]);
}

/// NumPy's float16 sums of 3000 ones: 2048 in its own precision, for 2049 is none of its numbers.
#[cfg(feature = "f16")]
#[test]
fn half_precision() {
    use half::{bf16, f16};
    #[gufunc("(),()->()", identity = 0.0)]
    fn wide(sum: f32, x: f16) -> f32 {
        sum + x.to_f32()
    }
    let ones = Array1::from_elem(3000, f16::ONE);
    assert_eq!(add().reduce(&ones).unwrap().into_scalar().to_f32(), 2048.0);
    assert_eq!(wide().reduce(&ones).unwrap().into_scalar(), 3000.0);
    assert_eq!(wide().accumulate(&ones).unwrap()[2999], 3000.0);
    // Numbers in the place of arrays.
    let x = Array1::from_iter([1.0, 2.5].map(f16::from_f32));
    assert_eq!(add().apply((&x, f16::from_f32(2.0))).unwrap().mapv(f16::to_f32), array![3.0, 4.5]);
    let y = add().apply((bf16::from_f32(1.0), bf16::from_f32(0.5))).unwrap();
    assert_eq!(y.into_scalar().to_f32(), 1.5);
}

/// Fortran order in, Fortran order out, as far as core dimensions go.
#[test]
fn results_in_the_memory_order_of_inputs() {
    #[gufunc("(n)->(n)")]
    fn twice(x: ArrayView1<f64>, mut y: ndarray::ArrayViewMut1<f64>) {
        y.assign(&(&x * 2.0));
    }
    #[gufunc("(m,n)->(n,m)")]
    fn transpose(x: ndarray::ArrayView2<f64>, mut y: ndarray::ArrayViewMut2<f64>) {
        y.assign(&x.t());
    }
    let c = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (20 * i + 5 * j + k) as f64);
    let mut f = Array3::zeros((3, 4, 5).f());
    f.assign(&c);
    let moved = c.view().permuted_axes([1, 2, 0]);
    assert_eq!(add().apply((&f, &f)).unwrap().strides(), [1, 3, 12]);
    assert_eq!(add().apply((&f, 1.0)).unwrap().strides(), [1, 3, 12]);
    assert_eq!(add().apply((&moved, &moved)).unwrap().strides(), moved.strides());
    // Where inputs disagree, row-major order is left as it is.
    assert_eq!(add().apply((&c, &f)).unwrap().strides(), [20, 5, 1]);
    assert_eq!(add().reduce(&f).unwrap().strides(), [1, 4]);
    assert_eq!(add().axis(2).keepdims().reduce(&f).unwrap().strides()[..2], [1, 3]);
    for axis in 0..3 {
        assert_eq!(twice().axis(axis).apply(&f).unwrap().strides(), [1, 3, 12]);
        assert_eq!(twice().axis(axis).apply(&c).unwrap().strides(), [20, 5, 1]);
        assert_eq!(add().axis(axis).accumulate(&f).unwrap(), add().axis(axis).accumulate(&c).unwrap());
    }
    // Row-major inputs give row-major results, also where axes move; a transpose stays one.
    assert_eq!(twice().axes(&[&[0], &[2]]).apply(&c).unwrap().strides(), [15, 3, 1]);
    assert_eq!(transpose().apply(&c).unwrap().strides(), [20, 4, 1]);
    assert_eq!(transpose().apply(&f).unwrap().strides(), [1, 12, 3]);
    assert_eq!(transpose().apply(&f).unwrap(), transpose().apply(&c).unwrap());

    #[gufunc("(n,m)->(n,m)")]
    #[stencil(boundary = Wrap)]
    fn above_left(x: Window2<f64>) -> f64 {
        x[[-1, -1]]
    }
    let (of_f, of_c) = (above_left().apply(&f).unwrap(), above_left().apply(&c).unwrap());
    assert_eq!((of_f.strides(), of_c.strides()), (&[1, 3, 12][..], &[20, 5, 1][..]));
    assert_eq!(of_f, of_c);
}
