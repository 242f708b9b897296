//! Kernels as values: any kernel of a type, constants, settings that are printed, results in the input's place.

use std::sync::{Arc, LazyLock};

use ndarray::{Array, Array1, Array2, Array3, ArrayD, ArrayView1, Dimension, array, s};
use ndstencil::prelude::*;
use ndstencil::types::Dims;
use ndstencil::{Error, GufuncKernel, Halo, Kernel, KernelError, Rule, Schedule, ShapeError, SimdLevel, Single};

#[stencil(boundary = Nearest)]
fn left(x: Window2<u8>) -> u8 {
    x[[0, -1]]
}

#[stencil(boundary = Nearest)]
fn mean<T: Real>(x: Window2<T>) -> T {
    (x[[-1, 0]] + x[[1, 0]]) / T::real(2.0)
}

#[stencil]
fn brighter(x: Window2<u8>, by: u8) -> u8 {
    x[[0, 0]].saturating_add(by)
}

#[gufunc("()->()")]
fn inverted(x: u8) -> u8 {
    255 - x
}

#[gufunc("(n)->()")]
fn total(x: ArrayView1<u8>) -> u32 {
    x.iter().copied().map(u32::from).sum()
}

#[gufunc("(n,m)->(n,m)")]
#[stencil(boundary = Wrap)]
fn stacked(x: Window2<u8>) -> u8 {
    x[[0, -1]]
}

#[gufunc("(),()->()")]
fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[stencil(boundary = Nearest)]
fn pick(x: Window1<i32>, mask: Window1<bool>) -> (i32, bool) {
    (if mask[0] { x[-1] } else { x[1] }, mask[0])
}

#[stencil(boundary = Nearest)]
fn sum_of_two(x: Window2<f32>, y: Window2<f32>) -> f32 {
    x[[0, -1]] + y[[-1, 0]]
}

fn image() -> Array2<u8> {
    Array2::from_shape_fn((5, 7), |(i, j)| (30 * i + 7 * j) as u8)
}

type Grey = dyn Filter<Array2<u8>, Array2<u8>>;

fn named(name: &str) -> Option<Box<Grey>> {
    Some(match name {
        "left" => Box::new(left()),
        "around" => Box::new(left().boundary(Boundary::Wrap).serial()),
        "far" => Box::new(left().repeat(3)),
        "brighter" => Box::new(brighter(9)),
        "inverted" => Box::new(inverted()),
        "stacked" => Box::new(stacked()),
        _ => return None,
    })
}

#[test]
fn kernels_are_chosen_by_name() {
    let x = image();
    let direct = [
        ("left", left().apply(&x).unwrap()),
        ("around", left().boundary(Boundary::Wrap).apply(&x).unwrap()),
        ("far", left().repeat(3).apply(&x).unwrap()),
        ("brighter", brighter(9).apply(&x).unwrap()),
        ("inverted", inverted().apply(&x).unwrap()),
        ("stacked", stacked().apply(&x).unwrap()),
    ];
    for (name, expected) in direct {
        let filter = named(name).expect("a filter");
        assert_eq!(filter.apply(&x).unwrap(), expected, "{name}");
        assert_eq!(filter.reference(&x).unwrap(), expected, "{name}");
        let mut out = Array2::zeros((6, 8));
        filter.apply_into(&x, &mut out.slice_mut(s![1.., 1..])).unwrap();
        assert_eq!(out.slice(s![1.., 1..]), expected, "{name}");
        // Views, with any strides.
        let turned = x.slice(s![..;-1, ..;2]);
        assert_eq!(filter.apply(&turned).unwrap(), filter.apply(&turned.to_owned()).unwrap(), "{name}");
    }
    assert!(named("blur").is_none());
}

#[test]
fn names_are_those_of_the_functions() {
    let names = ["left", "around", "far", "brighter", "inverted", "stacked"].map(|name| named(name).unwrap().name());
    assert_eq!(names, ["left", "left", "left", "brighter", "inverted", "stacked"]);
    assert_eq!(format!("{:?}", named("far").unwrap()), "Filter(\"left\")");
}

fn twice(f: &Grey, x: &Array2<u8>) -> Result<Array2<u8>, Error> {
    f.apply(&f.apply(x)?)
}

fn generic<D: Dimension + 'static>(
    f: impl Filter<Array<u8, D>, Array<u8, D>>,
    x: &Array<u8, D>,
) -> Result<Array<u8, D>, Error> {
    f.apply(x)
}

fn returned(by: u8) -> impl Filter<Array2<u8>, Array2<u8>> + Copy {
    brighter(by)
}

fn boxed<T: Copy + Send + Sync + 'static, D: Dimension + 'static, K>(
    kernel: Stencil<K>,
) -> Box<dyn Filter<Array<T, D>, Array<T, D>>>
where
    K: for<'w> Kernel<Args<'w> = &'w ndarray::ArrayRef<T, D>, Out = Single<T>, Dim = D> + 'static,
{
    Box::new(kernel)
}

#[test]
fn filters_are_taken_and_returned() {
    let x = image();
    assert_eq!(twice(&left(), &x).unwrap(), left().repeat(2).apply(&x).unwrap());
    assert_eq!(twice(&*named("inverted").unwrap(), &x).unwrap(), x);
    assert_eq!(generic(left(), &x).unwrap(), left().apply(&x).unwrap());
    assert_eq!(generic(&left(), &x).unwrap(), left().apply(&x).unwrap());
    assert_eq!(generic(named("left").unwrap(), &x).unwrap(), left().apply(&x).unwrap());
    assert_eq!(generic(returned(4), &x).unwrap(), brighter(4).apply(&x).unwrap());
    assert_eq!(boxed(left()).apply(&x).unwrap(), left().apply(&x).unwrap());
}

/// Kernels of any element type take the one that is asked for.
#[test]
fn generic_kernels() {
    let singles: Box<dyn Filter<Array2<f32>, Array2<f32>>> = Box::new(mean());
    let doubles: Box<dyn Filter<Array2<f64>, Array2<f64>>> = Box::new(mean());
    let x = image();
    let (y, z) = (singles.apply(&x.mapv(f32::from)).unwrap(), doubles.apply(&x.mapv(f64::from)).unwrap());
    assert_eq!(y.mapv(f64::from), z);
}

struct Pipeline {
    steps: Vec<Arc<Grey>>,
    last: Box<dyn Filter<Array2<u8>, Array1<u32>>>,
}

#[test]
fn filters_live_in_structs_and_run_on_threads() {
    let pipeline = Pipeline { steps: vec![Arc::new(left()), Arc::new(inverted())], last: Box::new(total()) };
    let run = || {
        let x = pipeline.steps.iter().try_fold(image(), |x, step| step.apply(&x))?;
        pipeline.last.apply(&x)
    };
    let expected = total().apply(&inverted().apply(&left().apply(&image()).unwrap()).unwrap()).unwrap();
    let found = std::thread::scope(|scope| scope.spawn(run).join().expect("no panic")).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn several_inputs_and_outputs() {
    type Two = (Array1<i32>, Array1<bool>);
    let filter: &dyn Filter<Two, Two> = &pick();
    let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    assert_eq!(filter.apply((&x, &mask)).unwrap(), pick().apply((&x, &mask)).unwrap());
    let (mut y, mut z) = (Array1::zeros(3), Array1::from_elem(3, false));
    filter.apply_into((&x, &mask), (&mut y, &mut z)).unwrap();
    assert_eq!((y, z), filter.reference((&x, &mask)).unwrap());
}

/// The axes that a gufunc's filter has are those of its arrays, static or dynamic.
#[test]
fn any_number_of_axes() {
    let x = Array3::from_shape_fn((3, 4, 5), |(t, i, j)| (40 * t + 9 * i + j) as u8);
    let filter: Box<dyn Filter<Array3<u8>, Array3<u8>>> = Box::new(stacked());
    assert_eq!(filter.apply(&x).unwrap(), stacked().apply(&x).unwrap());
    let filter: Box<dyn Filter<ArrayD<u8>, ArrayD<u8>>> = Box::new(stacked());
    assert_eq!(filter.apply(&x.view().into_dyn()).unwrap(), stacked().apply(&x).unwrap().into_dyn());
    let filter: Box<dyn Filter<Array3<u8>, Array2<u32>>> = Box::new(total().axis(0));
    assert_eq!(filter.apply(&x).unwrap(), total().axis(0).apply(&x).unwrap());
    let filter: Box<dyn Filter<Array3<u8>, Array3<u32>>> = Box::new(total().keepdims());
    assert_eq!(filter.apply(&x).unwrap(), total().keepdims().apply(&x).unwrap());
    let flat = filter.apply(&Array3::zeros((0, 2, 3))).unwrap();
    assert_eq!(flat.dim(), (0, 2, 1));
}

#[test]
fn errors_are_those_of_the_kernel() {
    let filter = named("left").unwrap();
    let (x, mut out) = (image(), Array2::zeros((5, 6)));
    assert_eq!(filter.apply_into(&x, &mut out), left().apply_into(&x, &mut out));
    assert!(matches!(filter.apply_into(&x, &mut out), Err(Error::Shape(ShapeError::Output { kernel: "left", .. }))));
}

const LEFT: Stencil<Left> = left();
const INVERTED: Gufunc<Inverted> = inverted();
static BRIGHTER: Stencil<Brighter> = brighter(7).serial();
static STACKED: Gufunc<Stencil<Stacked>> = stacked();
const MEAN: Stencil<Mean<f32>> = mean().schedule(Schedule::new().level(SimdLevel::Baseline).parallel(false));
static LATE: LazyLock<Stencil<Left>> = LazyLock::new(|| left().boundary(Boundary::Wrap));

#[stencil(boundary = Nearest, halo = dynamic)]
fn lag(x: Window1<i32>, by: isize) -> i32 {
    x[-by]
}
const LAG: Stencil<Lag> = lag(2).halo(Halo::new([[2, 0]]));

#[stencil(boundary = Constant(0.0), halo = 1)]
fn convolved<'a, const N: usize>(x: Window1<f32>, weights: ArrayView1<'a, f32>, table: &'a [f32; N]) -> f32 {
    weights[0] * x[-1] + table[0] * x[1]
}

#[test]
fn kernels_are_constants() {
    let x = image();
    assert_eq!(LEFT.apply(&x).unwrap(), left().apply(&x).unwrap());
    assert_eq!(INVERTED.apply(&x).unwrap(), inverted().apply(&x).unwrap());
    assert_eq!(BRIGHTER.apply(&x).unwrap(), brighter(7).apply(&x).unwrap());
    assert_eq!(STACKED.apply(&x).unwrap(), stacked().apply(&x).unwrap());
    assert_eq!(MEAN.apply(&x.mapv(f32::from)).unwrap(), mean().apply(&x.mapv(f32::from)).unwrap());
    assert_eq!(LATE.apply(&x).unwrap(), stacked().apply(&x).unwrap());
    assert_eq!(LAG.apply(&array![1, 2, 3]).unwrap(), array![1, 1, 1]);
    let weights = array![2.0];
    assert_eq!(convolved(weights.view(), &[3.0]).apply(&array![1.0, 10.0]).unwrap(), array![30.0, 2.0]);
}

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "they are printed")]
struct Model {
    step: Stencil<Left>,
    sum: Gufunc<Total>,
}

#[test]
fn kernels_print_their_names_and_settings() {
    let text = format!("{:?}", Model { step: left(), sum: total() });
    assert!(
        text.starts_with("Model { step: Stencil { kernel: \"left\", boundary: x: Nearest, schedule: Schedule {"),
        "{text}"
    );
    assert!(
        text.contains("sum: Gufunc { kernel: \"total\", signature: \"(n)->()\", axes: Last, keepdims: false"),
        "{text}"
    );
    let each = left().boundary((Boundary::Wrap, (Rim::Fill(1), Rim::Keep))).serial();
    let text = format!("{each:?}");
    assert!(text.contains("boundary: x: Wrap, (Fill, Keep)") && text.contains("parallel: Some(false)"), "{text}");
    let two = pick().boundaries((Boundary::Wrap, Boundary::Constant(true)));
    assert!(format!("{two:?}").contains("boundary: x: Wrap; mask: Constant,"), "{two:?}");
    assert!(format!("{LAG:?}").contains("halo: [2, 0]"), "{LAG:?}");
    let kept = format!("{:?}", total().axis(0).keepdims());
    assert!(kept.contains("axes: One(0), keepdims: true"), "{kept}");
    let repeated = format!("{:?}", left().repeat(3));
    assert!(repeated.starts_with("Repeat { stencil: Stencil { kernel: \"left\"") && repeated.ends_with("times: 3 }"));
    assert!(format!("{:?}", stacked()).contains("kernel: \"stacked\""));
    fn told<K: GufuncKernel, M: Dims<K>>(kernel: &Gufunc<K, M>) -> String {
        format!("{kernel:?}")
    }
    assert_eq!(told(&total().axis(0).keepdims()), kept);
    let started = format!("{:?}", add().axis(1).keepdims().initial(2));
    let name = "Gufunc { kernel: \"add\", signature: \"(),()->()\"";
    assert!(started.starts_with(&format!("{name}, initial: 2, axes: One(1), keepdims: true")), "{started}");
    let masked = format!("{:?}", add().masked(&array![true, false]).initial(0));
    assert!(masked.starts_with(&format!("{name}, mask: of shape [2], initial: 0, axes: Last")), "{masked}");
}

#[test]
fn one_boundary_is_for_all_inputs() {
    let (x, y) = (Array2::from_shape_fn((3, 4), |(i, j)| (10 * i + j) as f32), Array2::ones((3, 4)));
    let each = |boundary: Boundary<f32>| sum_of_two().boundaries((boundary, boundary)).apply((&x, &y)).unwrap();
    for boundary in [Boundary::Wrap, Boundary::Constant(5.0), Boundary::Mirror, Boundary::With(|_, _| 1)] {
        assert_eq!(sum_of_two().boundary(boundary).apply((&x, &y)).unwrap(), each(boundary));
    }
    let shrunk = sum_of_two().boundary((Rim::Shrink, Boundary::Wrap)).apply((&x, &y)).unwrap();
    let rules = (Rim::Shrink, Boundary::Wrap);
    assert_eq!(shrunk, sum_of_two().boundaries((rules, rules)).apply((&x, &y)).unwrap());
    assert_eq!(shrunk.dim(), (2, 4));
    let rule: Rule<f32, f32> = Rim::Fill(-1.0).into();
    assert_eq!(sum_of_two().boundary(rule).apply((&x, &y)).unwrap()[[0, 1]], -1.0);
    let rule: Rule<f32, f32> = Boundary::Wrap.into();
    assert_eq!(sum_of_two().boundary(rule).apply((&x, &y)).unwrap(), each(Boundary::Wrap));
}

#[stencil(boundary = Nearest)]
fn guarded(x: Window1<i32>, mask: Window1<bool>) -> i32 {
    if mask[-1] { x[-1] } else { x[1] }
}

/// A constant must fit each input that is read outside of the array.
#[test]
fn constants_are_of_one_type() {
    let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    // `pick` reads the mask at the point alone.
    assert_eq!(pick().boundary(Boundary::Constant(9)).apply((&x, &mask)).unwrap().0, array![9, 3, 2]);
    let kernel = guarded().boundary(Boundary::Constant(9));
    let error = Error::Kernel(KernelError::BoundaryType { kernel: "guarded", operand: "mask", first: "x" });
    assert_eq!(kernel.apply((&x, &mask)), Err(error.clone()));
    assert_eq!(
        error.to_string(),
        "kernel `guarded`: the constant outside of the arrays has the type of input `x`, and input `mask` has another one: \
         set one boundary for each input, `.boundaries((.., ..))`"
    );
    let mut out = array![-7, -7, -7];
    assert_eq!(kernel.apply_into((&x, &mask), &mut out), Err(error));
    assert_eq!(out, array![-7, -7, -7]);
    assert_eq!(guarded().boundary(Boundary::Wrap).apply((&x, &mask)).unwrap(), array![3, 1, 1]);
}

#[stencil]
fn place<T: Copy + Into<f64> + Send + Sync + 'static>(x: Window2<T>) -> T {
    let _ = x.position();
    x[[0, 0]]
}

/// Not the same twice.
#[stencil]
fn next(x: Window2<i64>) -> i64 {
    let [i, j] = x.position();
    let [rows, columns] = x.shape();
    3 * x[[0, 0]] + (i * columns + j + rows) as i64
}

#[test]
fn results_take_the_place_of_inputs() {
    for (rows, columns) in [(0, 5), (1, 1), (3, 2), (5, 17), (64, 130), (700, 900)] {
        let x = Array2::from_shape_fn((rows, columns), |(i, j)| (i * 31 + j * 17) as i64 % 101 - 50);
        let expected = next().reference(&x).unwrap();
        for schedule in [
            Schedule::new(),
            Schedule::new().parallel(false),
            Schedule::new().parallel(true).tile_rows(3).poison(true),
            Schedule::new().streaming(true).level(SimdLevel::Baseline),
            Schedule::new().split(7),
        ] {
            let kernel = next().schedule(schedule);
            let mut y = x.clone();
            kernel.apply_in_place(&mut y).unwrap();
            assert_eq!(y, expected, "{schedule:?}");
            // Other layouts; what lies between stays.
            let mut wide = Array2::from_elem((2 * rows + 1, 3 * columns + 1), -9);
            wide.slice_mut(s![..2 * rows;2, ..3 * columns;3]).assign(&x);
            kernel.apply_in_place(&mut wide.slice_mut(s![..2 * rows;2, ..3 * columns;3])).unwrap();
            assert_eq!(wide.slice(s![..2 * rows;2, ..3 * columns;3]), expected, "{schedule:?}");
            assert!(wide.slice(s![1..;2, ..]).iter().chain(wide.slice(s![.., 1..;3])).all(|&v| v == -9));
            let mut turned = x.t().as_standard_layout().reversed_axes().to_owned();
            kernel.apply_in_place(&mut turned).unwrap();
            assert_eq!(turned, expected, "{schedule:?}");
        }
    }
    let mut x = Array2::from_elem((3, 3), 1.5f32);
    place().apply_in_place(&mut x).unwrap();
    assert_eq!(x, Array2::from_elem((3, 3), 1.5));
}

#[test]
fn repeats_have_a_reference() {
    let x = image();
    for times in 0..5 {
        let kernel = left().boundary((Boundary::Wrap, Rim::Shrink)).repeat(times);
        assert_eq!(kernel.reference(&x).unwrap(), kernel.apply(&x).unwrap());
    }
}

/// Sweeps without a cell to write are not waited for, however many they are.
#[test]
fn sweeps_of_no_cells() {
    for shape in [(0, 4), (4, 0), (0, 0)] {
        let (none, mut out) = (Array2::<u8>::zeros(shape), Array2::zeros(shape));
        for boundary in [Rule::Read(Boundary::Wrap), Rule::Read(Boundary::Constant(1)), Rule::Rim(Rim::Keep)] {
            let sweeps = left().boundary(boundary).repeat(usize::MAX);
            assert_eq!(sweeps.apply(&none).as_ref(), Ok(&none), "{boundary:?}");
            assert_eq!(sweeps.reference(&none).as_ref(), Ok(&none), "{boundary:?}");
            assert_eq!(sweeps.apply_into(&none, &mut out), Ok(()), "{boundary:?}");
        }
    }
    let shrinks = left().boundary(Rim::Shrink).repeat(usize::MAX);
    for shape in [(2, 3), (0, 3)] {
        let (x, none) = (Array2::zeros(shape), Array2::zeros((shape.0, 0)));
        assert_eq!(shrinks.apply(&x).as_ref(), Ok(&none));
        assert_eq!(shrinks.reference(&x).as_ref(), Ok(&none));
        assert_eq!(shrinks.apply_into(&x, &mut none.clone()), Ok(()));
    }
    assert_eq!(shrinks.explain((0, 1 << 40)).unwrap().output_shape, [0, 0]);
    assert_eq!(left().boundary(Rim::Shrink).repeat(1 << 39).explain((1, 1 << 40)).unwrap().output_shape, [1, 1 << 39]);
    // What the first sweep refuses.
    let unset = lag(1).repeat(usize::MAX).apply(&Array1::zeros(0));
    assert_eq!(unset, Err(Error::Kernel(KernelError::HaloNotSet { kernel: "lag" })));
}
