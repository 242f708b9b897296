//! NumPy's rules for axes and shapes against a plain reading of them, under settings and shapes that are mostly wrong: a
//! call gives the expected values where it is valid, an error otherwise, and never a panic.

use std::cell::Cell;

use ndarray::{ArrayD, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, Dimension, IxDyn, Slice};
use ndstencil::prelude::*;
use proptest::prelude::*;

/// Neither commutative nor associative.
#[gufunc("(),()->()", identity = 5)]
fn lean(a: i64, b: i64) -> i64 {
    mix(a, b)
}

fn mix(a: i64, b: i64) -> i64 {
    a.wrapping_mul(3).wrapping_sub(b)
}

#[gufunc("()->()")]
fn turn(a: i64) -> i64 {
    a.wrapping_mul(7) + 1
}

#[gufunc("(n)->()")]
fn hash(x: ArrayView1<i64>) -> i64 {
    x.iter().fold(1, |sum, &v| mix(sum, v))
}

#[gufunc("(n),(n)->()")]
fn inner(a: ArrayView1<i64>, b: ArrayView1<i64>) -> i64 {
    a.iter().zip(b).fold(0, |sum, (&a, &b)| mix(sum, mix(a, b)))
}

#[gufunc("(n),()->(n)")]
fn steps(x: ArrayView1<i64>, start: i64, mut y: ArrayViewMut1<i64>) {
    let mut sum = start;
    for i in 0..x.len() {
        sum = mix(sum, x[i]);
        y[i] = sum;
    }
}

#[gufunc("(m,n)->(n,m)")]
fn transpose(x: ArrayView2<i64>, mut y: ArrayViewMut2<i64>) {
    y.assign(&x.t());
}

/// A call's choice of axes.
#[derive(Clone, Debug)]
enum Setting {
    Unset,
    Axis(isize),
    Axes(Vec<Vec<isize>>),
}

impl Setting {
    fn on<K, M>(&self, kernel: Gufunc<K, M>) -> Gufunc<K, M> {
        match self {
            Setting::Unset => kernel,
            Setting::Axis(axis) => kernel.axis(*axis),
            Setting::Axes(axes) => kernel.axes(&axes.iter().map(Vec::as_slice).collect::<Vec<_>>()),
        }
    }

    /// The setting that a method along one axis makes of it: the first axis without a choice, and the same axis in the
    /// output.
    fn along(&self, output: bool) -> Setting {
        let both = |entry: Vec<isize>| Setting::Axes(if output { vec![entry.clone(), entry] } else { vec![entry] });
        match self {
            Setting::Unset => both(vec![0]),
            Setting::Axis(axis) => both(vec![*axis]),
            Setting::Axes(axes) if axes.len() == 1 => both(axes[0].clone()),
            Setting::Axes(_) => self.clone(),
        }
    }
}

/// A signature: the core dimensions of the inputs and of the output.
struct Rules<'r> {
    inputs: &'r [&'r [usize]],
    output: &'r [usize],
    keepdims: bool,
}

/// The axes that an entry names, if they exist and differ; without one they are the last.
fn named(entry: Option<&[isize]>, count: usize, rank: usize) -> Option<Vec<usize>> {
    let Some(entry) = entry else { return Some((rank.checked_sub(count)?..rank).collect()) };
    let from_front = |&axis: &isize| {
        let axis = if axis < 0 { axis.checked_add(rank as isize)? } else { axis };
        usize::try_from(axis).ok().filter(|&axis| axis < rank)
    };
    let axes: Vec<usize> = entry.iter().map(from_front).collect::<Option<_>>()?;
    let distinct = (1..axes.len()).all(|i| !axes[..i].contains(&axes[i]));
    (axes.len() == count && distinct && rank >= count).then_some(axes)
}

/// The result of NumPy; `None` where it refuses.
fn plain(
    rules: &Rules<'_>,
    setting: &Setting,
    inputs: &[&ArrayD<i64>],
    into: Option<&[usize]>,
    f: impl Fn(&[ArrayD<i64>], &mut ArrayD<i64>),
) -> Option<ArrayD<i64>> {
    let Rules { inputs: cores, output, keepdims } = *rules;
    let counts: Vec<usize> = cores.iter().map(|core| core.len()).chain([output.len()]).collect();
    let entries: Vec<Option<Vec<isize>>> = match setting {
        Setting::Unset => vec![None; counts.len()],
        Setting::Axis(axis) => {
            let all: Vec<usize> = cores.iter().copied().chain([output]).flatten().copied().collect();
            if all.is_empty() || all.iter().any(|dim| *dim != all[0]) || counts.iter().any(|&count| count > 1) {
                return None;
            }
            counts.iter().map(|&count| Some(vec![*axis; count])).collect()
        }
        Setting::Axes(axes) => {
            let left_out = output.is_empty() && axes.len() == cores.len();
            if !left_out && axes.len() != counts.len() {
                return None;
            }
            let mut entries: Vec<_> = axes.iter().cloned().map(Some).collect();
            entries.resize(counts.len(), None);
            entries
        }
    };
    if keepdims && (counts[..cores.len()].iter().any(|&count| count != counts[0]) || !output.is_empty()) {
        return None;
    }
    // Core dimensions last.
    let mut sizes: Vec<Option<usize>> = vec![None; 8];
    let mut moved = Vec::new();
    for ((x, core), entry) in inputs.iter().zip(cores).zip(&entries) {
        let axes = named(entry.as_deref(), core.len(), x.ndim())?;
        for (&axis, &dim) in axes.iter().zip(*core) {
            let n = x.shape()[axis];
            if *sizes[dim].get_or_insert(n) != n {
                return None;
            }
        }
        let order: Vec<usize> = (0..x.ndim()).filter(|axis| !axes.contains(axis)).chain(axes.clone()).collect();
        moved.push(x.view().permuted_axes(order));
    }
    let own = |x: &ndarray::ArrayViewD<'_, i64>, core: &[usize]| x.shape()[..x.ndim() - core.len()].to_vec();
    let loops: Vec<Vec<usize>> = moved.iter().zip(cores).map(|(x, core)| own(x, core)).collect();
    let mut shape: Vec<usize> = vec![1; loops.iter().map(Vec::len).max().unwrap_or(0)];
    for own in &loops {
        let skip = shape.len() - own.len();
        for (common, &n) in shape[skip..].iter_mut().zip(own) {
            match (*common, n) {
                (1, n) => *common = n,
                (a, b) if a == b || b == 1 => {}
                _ => return None,
            }
        }
    }
    // The output, whose core dimensions are where the call wants them.
    let core: Vec<usize> = match keepdims {
        true => vec![1; counts[0]],
        false => output.iter().map(|&dim| sizes[dim]).collect::<Option<_>>()?,
    };
    let entry = match (keepdims, &entries[cores.len()]) {
        (true, Some(entry)) if matches!(setting, Setting::Axes(_)) => Some(entry),
        (true, _) => entries[0].as_ref(),
        (false, entry) => entry.as_ref(),
    };
    let rank = into.map_or(shape.len() + core.len(), <[usize]>::len);
    let axes = named(entry.map(Vec::as_slice), core.len(), rank)?;
    let others: Vec<usize> = (0..rank).filter(|axis| !axes.contains(axis)).collect();
    if let Some(into) = into {
        let held: Vec<usize> = others.iter().map(|&axis| into[axis]).collect();
        ArrayD::<u8>::zeros(shape).broadcast(IxDyn(&held))?;
        if axes.iter().map(|&axis| into[axis]).ne(core.iter().copied()) {
            return None;
        }
        shape = held;
    }
    let order: Vec<usize> = others.iter().chain(&axes).copied().collect();
    let mut places = vec![0; rank];
    order.iter().enumerate().for_each(|(place, &axis)| places[axis] = place);
    let mut y = ArrayD::zeros([shape.clone(), core].concat());
    let skip = |x: &ArrayD<i64>, index: &[usize]| {
        index.iter().fold(x.view(), |x, &i| x.index_axis_move(Axis(0), i)).to_owned()
    };
    for index in ndarray::indices(shape.as_slice()) {
        let index = index.slice();
        let cells = |((x, loops), core): ((&ndarray::ArrayViewD<'_, i64>, &Vec<usize>), &&[usize])| {
            let full = [shape.clone(), x.shape()[x.ndim() - core.len()..].to_vec()].concat();
            let _ = loops;
            skip(&x.broadcast(IxDyn(&full)).unwrap().to_owned(), index)
        };
        let cells: Vec<ArrayD<i64>> = moved.iter().zip(&loops).zip(cores).map(cells).collect();
        let mut cell = skip(&y, index);
        f(&cells, &mut cell);
        index.iter().fold(y.view_mut(), |y, &i| y.index_axis_move(Axis(0), i)).assign(&cell);
    }
    Some(y.permuted_axes(places))
}

fn axis() -> impl Strategy<Value = isize> {
    prop_oneof![12 => -3isize..3, 1 => -9isize..9, 1 => Just(isize::MIN), 1 => Just(isize::MAX)]
}

/// Mostly one entry for each of so many operands; sometimes far too many of anything.
fn settings(operands: usize, most: usize) -> impl Strategy<Value = Setting> {
    let entry = prop_oneof![8 => prop::collection::vec(axis(), 0..=most), 1 => prop::collection::vec(axis(), 0..300)];
    let few = prop::collection::vec(prop::collection::vec(axis(), 0..=most), operands.saturating_sub(1)..=operands + 1);
    let many = prop::collection::vec(entry, 0..20);
    prop_oneof![
        2 => Just(Setting::Unset),
        2 => axis().prop_map(Setting::Axis),
        5 => few.prop_map(Setting::Axes),
        1 => many.prop_map(Setting::Axes),
    ]
}

fn shapes() -> impl Strategy<Value = Vec<usize>> {
    let size = prop_oneof![1 => Just(0usize), 3 => Just(1), 5 => Just(2), 2 => Just(3)];
    prop::collection::vec(size, 0..5)
}

/// Values without a pattern, in a memory order that is not plain.
fn array(shape: &[usize], seed: usize) -> ArrayD<i64> {
    let mut number = seed as i64;
    let mut order: Vec<usize> = (0..shape.len()).collect();
    order.rotate_left(if shape.is_empty() { 0 } else { seed % shape.len() });
    let lengths: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
    let mut places = vec![0; shape.len()];
    order.iter().enumerate().for_each(|(place, &axis)| places[axis] = place);
    let mut x = ArrayD::from_shape_simple_fn(lengths, || {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        number >> 56
    });
    if seed.is_multiple_of(3) {
        x.slice_each_axis_inplace(|_| Slice::new(0, None, -1));
    }
    x.permuted_axes(places)
}

/// Compares, and counts the valid calls.
macro_rules! agree {
    ($valid:expr, $result:expr, $expected:expr) => {{
        let (result, expected) = ($result, $expected);
        if expected.is_some() {
            $valid.set($valid.get() + 1);
        }
        prop_assert_eq!(result.as_ref().ok(), expected.as_ref(), "{:?}", result);
    }};
}

/// Runs so many cases, of which so many must have been valid; `PROPTEST_CASES`, which runs fewer, asks for none.
macro_rules! hostile {
    ($(#[$doc:meta])* $name:ident, $cases:literal, $least:literal, |$valid:ident, ($($arg:pat),+) in ($($strategy:expr),+ $(,)?)| $body:block) => {
        $(#[$doc])*
        #[test]
        fn $name() {
            let $valid = Cell::new(0);
            proptest!(ProptestConfig::with_cases($cases), |($($arg in $strategy),+)| $body);
            let least = if std::env::var_os("PROPTEST_CASES").is_some() { 0 } else { $least };
            assert!($valid.get() >= least, "{} valid calls", $valid.get());
        }
    };
}

hostile!(reductions_of_cores, 600, 80, |valid, (setting, shape, out, seed) in (settings(2, 1), shapes(), shapes(), 0usize..1000)| {
    let x = array(&shape, seed);
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| y.fill(x[0].iter().fold(1, |sum, &v| mix(sum, v)));
    for keepdims in [false, true] {
        let rules = Rules { inputs: &[&[0]], output: &[], keepdims };
        let expected = plain(&rules, &setting, &[&x], None, f);
        let kernel = setting.on(hash());
        let mut held = ArrayD::zeros(out.clone());
        if keepdims {
            agree!(valid, kernel.keepdims().apply(&x), expected);
            let into = kernel.keepdims().apply_into(&x, &mut held).map(|()| held);
            agree!(valid, into, plain(&rules, &setting, &[&x], Some(&out), f));
        } else {
            agree!(valid, kernel.apply(&x), expected.clone());
            agree!(valid, kernel.reference(&x), expected);
            let into = kernel.apply_into(&x, &mut held).map(|()| held);
            agree!(valid, into, plain(&rules, &setting, &[&x], Some(&out), f));
        }
    }
});

hostile!(two_cores, 600, 40, |valid, (setting, a, b, seed) in (settings(3, 1), shapes(), shapes(), 0usize..1000)| {
    let b = if seed % 2 > 0 { a.clone() } else { b };
    let (a, b) = (array(&a, seed), array(&b, seed + 1));
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| {
        y.fill(x[0].iter().zip(&x[1]).fold(0, |sum, (&a, &b)| mix(sum, mix(a, b))));
    };
    let rules = |keepdims| Rules { inputs: &[&[0], &[0]], output: &[], keepdims };
    agree!(valid, setting.on(inner()).apply((&a, &b)), plain(&rules(false), &setting, &[&a, &b], None, f));
    agree!(valid, setting.on(inner()).keepdims().apply((&a, &b)), plain(&rules(true), &setting, &[&a, &b], None, f));
});

hostile!(outputs_with_cores, 600, 30, |valid, (setting, a, b, out, seed) in (settings(3, 1), shapes(), shapes(), shapes(), 0usize..1000)| {
    let (a, b) = (array(&a, seed), array(&b, seed + 1));
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| {
        let mut sum = *x[1].first().unwrap();
        for (y, &v) in y.iter_mut().zip(&x[0]) {
            sum = mix(sum, v);
            *y = sum;
        }
    };
    let rules = Rules { inputs: &[&[0], &[]], output: &[0], keepdims: false };
    agree!(valid, setting.on(steps()).apply((&a, &b)), plain(&rules, &setting, &[&a, &b], None, f));
    let mut held = ArrayD::zeros(out.clone());
    let into = setting.on(steps()).apply_into((&a, &b), &mut held).map(|()| held);
    agree!(valid, into, plain(&rules, &setting, &[&a, &b], Some(&out), f));
    prop_assert!(setting.on(steps()).keepdims().apply((&a, &b)).is_err());
});

hostile!(two_core_dimensions, 600, 25, |valid, (setting, shape, out, seed) in (settings(2, 2), shapes(), shapes(), 0usize..1000)| {
    let x = array(&shape, seed);
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| y.assign(&x[0].t());
    let rules = Rules { inputs: &[&[0, 1]], output: &[1, 0], keepdims: false };
    agree!(valid, setting.on(transpose()).apply(&x), plain(&rules, &setting, &[&x], None, f));
    let mut held = ArrayD::zeros(out.clone());
    let into = setting.on(transpose()).apply_into(&x, &mut held).map(|()| held);
    agree!(valid, into, plain(&rules, &setting, &[&x], Some(&out), f));
});

hostile!(elements_and_pairs, 600, 40, |valid, (setting, a, b, out, seed) in (settings(3, 0), shapes(), shapes(), shapes(), 0usize..1000)| {
    let (a, b) = (array(&a, seed), array(&b, seed + 1));
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| y.fill(mix(*x[0].first().unwrap(), *x[1].first().unwrap()));
    let rules = Rules { inputs: &[&[], &[]], output: &[], keepdims: false };
    let kernel = setting.on(lean());
    agree!(valid, kernel.apply((&a, &b)), plain(&rules, &setting, &[&a, &b], None, f));
    let mut held = ArrayD::zeros(out.clone());
    let into = kernel.apply_into((&a, &b), &mut held).map(|()| held);
    agree!(valid, into, plain(&rules, &setting, &[&a, &b], Some(&out), f));

    let mut tall = a.clone();
    for _ in 0..b.ndim() {
        tall.insert_axis_inplace(Axis(tall.ndim()));
    }
    agree!(valid, kernel.outer(&a, &b), plain(&rules, &setting, &[&tall, &b], None, f));
    let mut held = ArrayD::zeros(out.clone());
    let into = kernel.outer_into(&a, &b, &mut held).map(|()| held);
    let wide = b.broadcast(IxDyn(&[vec![1; a.ndim()], b.shape().to_vec()].concat())).unwrap().to_owned();
    agree!(valid, into, plain(&rules, &setting, &[&tall, &wide], Some(&out), f));
});

/// The folds of kernels of two inputs, with all of their settings.
fn folded(x: &ArrayD<i64>, start: Option<i64>) -> i64 {
    let from = usize::from(start.is_none());
    let first = start.or(x.first().copied()).unwrap_or(5);
    x.iter().skip(from).fold(first, |sum, &v| mix(sum, v))
}

hostile!(reduce, 800, 150, |valid, (setting, shape, out, mask, initial, seed) in (
    settings(2, 1),
    shapes(),
    shapes(),
    shapes(),
    prop::option::of(-9i64..9),
    0usize..1000,
)| {
    let x = array(&shape, seed);
    let mask = array(&mask, seed + 1).mapv(|v| v > -20);
    let scalar = x.ndim() == 0;
    let row = if scalar { x.clone().insert_axis(Axis(0)) } else { x.clone() };
    let along = setting.along(false);
    // One element is a row of one cell, which is not kept.
    let refused = scalar
        && matches!(&along, Setting::Axes(axes) if axes.first().is_none_or(|entry| *entry != [0] && *entry != [-1]));
    for keepdims in [false, true] {
        let rules = Rules { inputs: &[&[0]], output: &[], keepdims: keepdims && !scalar };
        let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| y.fill(folded(&x[0], initial));
        let expected = |into| plain(&rules, &along, &[&row], into, f).filter(|_| !refused);
        let used = mask.broadcast(x.raw_dim()).map(|mask| mask.to_owned());
        let used = used.map(|mask| if scalar { mask.insert_axis(Axis(0)) } else { mask });
        let masked = |into| {
            let used = used.as_ref()?;
            let both = Rules { inputs: &[&[0], &[0]], ..rules };
            let twice = match &along {
                Setting::Axes(axes) if !axes.is_empty() => Setting::Axes([&axes[..1], &axes[..]].concat()),
                other => other.clone(),
            };
            let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| {
                let used: Vec<i64> = x[0].iter().zip(&x[1]).filter(|(_, used)| **used == 1).map(|(v, _)| *v).collect();
                y.fill(folded(&ArrayD::from_shape_vec(vec![used.len()], used).unwrap(), initial.or(Some(5))));
            };
            let used = used.mapv(i64::from);
            plain(&both, &twice, &[&row, &used], into, f).filter(|_| !refused)
        };
        let kernel = setting.on(lean());
        macro_rules! check {
            ($kernel:expr, $expected:expr) => {{
                agree!(valid, $kernel.reduce(&x), $expected(None));
                let mut held = ArrayD::zeros(out.clone());
                let into = $kernel.reduce_into(&x, &mut held).map(|()| held);
                agree!(valid, into, $expected(Some(out.as_slice())));
            }};
        }
        match (keepdims, initial) {
            (false, None) => {
                check!(kernel, expected);
                check!(kernel.masked(&mask), masked);
                check!(kernel.masked(&mask).masked(true), masked);
            }
            (false, Some(initial)) => {
                check!(kernel.initial(initial), expected);
                check!(kernel.initial(initial).masked(&mask), masked);
            }
            (true, None) => {
                check!(kernel.keepdims(), expected);
                check!(kernel.keepdims().masked(&mask), masked);
            }
            (true, Some(initial)) => {
                check!(kernel.keepdims().initial(initial), expected);
                check!(kernel.masked(&mask).keepdims().initial(initial), masked);
            }
        }
    }
});

hostile!(accumulate_and_reduceat, 800, 80, |valid, (setting, shape, out, indices, seed) in (
    settings(2, 1),
    shapes(),
    shapes(),
    prop::collection::vec(prop_oneof![20 => 0usize..3, 1 => Just(usize::MAX), 1 => Just(1 << 63), 1 => 3usize..9], 0..6),
    0usize..1000,
)| {
    let x = array(&shape, seed);
    let along = setting.along(true);
    let kernel = setting.on(lean());
    let rules = Rules { inputs: &[&[0]], output: &[0], keepdims: false };
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| {
        for i in 0..y.len() {
            y[i] = folded(&x[0].slice_axis(Axis(0), Slice::from(..=i)).to_owned(), None);
        }
    };
    agree!(valid, kernel.accumulate(&x), plain(&rules, &along, &[&x], None, f));
    let mut held = ArrayD::zeros(out.clone());
    let into = kernel.accumulate_into(&x, &mut held).map(|()| held);
    agree!(valid, into, plain(&rules, &along, &[&x], Some(&out), f));

    // A second input, whose core dimension is as long as there are indices, says the size of the output.
    let length = ArrayD::zeros(vec![indices.len()]);
    let both = Rules { inputs: &[&[0], &[1]], output: &[1], keepdims: false };
    let with_length = match &along {
        Setting::Axes(axes) if !axes.is_empty() => {
            let mut axes = axes.clone();
            axes.insert(1, vec![0]);
            Setting::Axes(axes)
        }
        other => other.clone(),
    };
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| {
        for (i, &start) in indices.iter().enumerate() {
            let end = indices.get(i + 1).copied().unwrap_or(x[0].len()).max(start + 1);
            y[i] = folded(&x[0].slice_axis(Axis(0), Slice::from(start..end)).to_owned(), None);
        }
    };
    let within = |axis: usize| indices.iter().all(|&index| index < x.shape()[axis]);
    let first = match &along {
        Setting::Axes(axes) => axes.first().and_then(|entry| named(Some(entry), 1, x.ndim())),
        _ => None,
    };
    let expected = |into| if first.as_ref().is_some_and(|axes| within(axes[0])) {
        plain(&both, &with_length, &[&x, &length], into, f)
    } else {
        None
    };
    agree!(valid, kernel.reduceat(&x, &indices), expected(None));
    let mut held = ArrayD::zeros(out.clone());
    let into = kernel.reduceat_into(&x, &indices, &mut held).map(|()| held);
    agree!(valid, into, expected(Some(&out)));
});

hostile!(at, 800, 60, |valid, (setting, shape, other, places, seed) in (
    prop_oneof![4 => Just(Setting::Unset), 1 => settings(1, 1)],
    shapes(),
    shapes(),
    prop::collection::vec((0usize..3, prop_oneof![20 => 0usize..2, 1 => Just(usize::MAX)]), 0..4),
    0usize..1000,
)| {
    let (x, b) = (array(&shape, seed), array(&other, seed + 1));
    let unset = matches!(setting, Setting::Unset);
    let expected = |rank: usize, b: &ArrayD<i64>, f: fn(i64, i64) -> i64| {
        let rest = x.shape().get(rank..)?;
        let b = b.broadcast(IxDyn(&[&[places.len()], rest].concat()))?.to_owned();
        let mut x = x.clone();
        for (number, &(i, j)) in places.iter().enumerate() {
            let index = &[i, j][..rank];
            if index.iter().zip(x.shape()).any(|(index, n)| index >= n) {
                return None;
            }
            let row = index.iter().fold(x.view_mut(), |row, &i| row.index_axis_move(Axis(0), i));
            ndarray::azip!((a in row, &b in b.index_axis(Axis(0), number)) *a = f(*a, b));
        }
        unset.then_some(x)
    };
    let first: Vec<usize> = places.iter().map(|place| place.0).collect();
    let both: Vec<[usize; 2]> = places.iter().map(|&(i, j)| [i, j]).collect();
    macro_rules! check {
        ($kernel:expr, $places:expr, $other:expr, $expected:expr) => {{
            let mut held = x.clone();
            let done = setting.on($kernel).at(&mut held, $places, $other);
            if done.is_err() {
                prop_assert_eq!(&held, &x);
            }
            agree!(valid, done.map(|()| held), $expected);
        }};
    }
    check!(lean(), &first, &b, expected(1, &b, mix));
    check!(lean(), &both, &b, expected(2, &b, mix));
    let none = ArrayD::zeros(vec![]);
    check!(turn(), &first, (), expected(1, &none, |a, _| a.wrapping_mul(7) + 1));
    check!(turn(), &both, (), expected(2, &none, |a, _| a.wrapping_mul(7) + 1));
});

hostile!(masks, 600, 20, |valid, (setting, shape, mask, out, seed) in (settings(2, 1), shapes(), shapes(), shapes(), 0usize..1000)| {
    let out = if seed % 3 > 0 { shape[..shape.len().max(1) - 1].to_vec() } else { out };
    let mask = if seed % 2 > 0 { out[out.len() / 2..].to_vec() } else { mask };
    let (x, held) = (array(&shape, seed), array(&out, seed + 2));
    let mask = array(&mask, seed + 1).mapv(|v| v > 0);
    let f = |x: &[ArrayD<i64>], y: &mut ArrayD<i64>| y.fill(x[0].iter().fold(1, |sum, &v| mix(sum, v)));
    let rules = Rules { inputs: &[&[0]], output: &[], keepdims: false };
    let expected = plain(&rules, &setting, &[&x], Some(&out), f).zip(mask.broadcast(IxDyn(&out)));
    let expected = expected.map(|(y, mask)| {
        let mut all = held.clone();
        ndarray::azip!((all in &mut all, &y in &y, &used in mask) if used { *all = y });
        all
    });
    let mut kept = held.clone();
    let done = setting.on(hash()).masked(&mask).apply_into(&x, &mut kept);
    if done.is_err() {
        prop_assert_eq!(&kept, &held);
    }
    agree!(valid, done.map(|()| kept), expected);
});
