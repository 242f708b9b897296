//! Every method of a kernel of two inputs with every setting that its type lets through: each pair works, with the values
//! that are written here, or is refused for the reason that is written here. What the types do not let through is in
//! `tests/ui/cases/gufunc_methods.rs`.

use ndarray::{Array2, ArrayD, array};
use ndstencil::prelude::*;
use ndstencil::{Schedule, SimdLevel};

#[gufunc("(),()->()", identity = 0)]
fn add(a: i32, b: i32) -> i32 {
    a + b
}

type Outcome = Result<ArrayD<i32>, String>;

/// One method: what it is called, and what it gives.
struct Method {
    name: &'static str,
    call: fn(&Gufunc<Add>, &Array2<i32>) -> Outcome,
    kind: Kind,
}

/// The meaning of `axis` and `axes` for a method.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The axis is gone from the result.
    Drops,
    /// The axis is in the result.
    Keeps,
    /// There are no core dimensions.
    Elements,
    /// Indices are along the first axes.
    InPlace,
}
use Kind::*;

fn told<T>(result: Result<T, ndstencil::Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn into(out: Array2<i32>, call: impl FnOnce(&mut Array2<i32>) -> Result<(), ndstencil::Error>) -> Outcome {
    let mut out = out;
    told(call(&mut out)).map(|()| out.into_dyn())
}

const METHODS: [Method; 13] = [
    Method { name: "reduce", call: |k, x| told(k.reduce(&x.view().into_dyn())), kind: Drops },
    Method {
        name: "reduce_into",
        call: |k, x| {
            let mut out = array![0, 0];
            told(k.reduce_into(x, &mut out)).map(|()| out.into_dyn())
        },
        kind: Drops,
    },
    Method { name: "accumulate", call: |k, x| told(k.accumulate(&x.view().into_dyn())), kind: Keeps },
    Method { name: "accumulate_into", call: |k, x| into(x.clone(), |out| k.accumulate_into(x, out)), kind: Keeps },
    Method { name: "reduceat", call: |k, x| told(k.reduceat(&x.view().into_dyn(), &[0, 1])), kind: Keeps },
    Method { name: "reduceat_into", call: |k, x| into(x.clone(), |out| k.reduceat_into(x, &[0, 1], out)), kind: Keeps },
    Method { name: "apply", call: |k, x| told(k.apply((&x.view().into_dyn(), 1))), kind: Elements },
    Method { name: "apply_into", call: |k, x| into(x.clone(), |out| k.apply_into((x, 1), out)), kind: Elements },
    Method { name: "reference", call: |k, x| told(k.reference((&x.view().into_dyn(), 1))), kind: Elements },
    Method { name: "outer", call: |k, x| told(k.outer(&x.view().into_dyn(), 1)), kind: Elements },
    Method { name: "outer_into", call: |k, x| into(x.clone(), |out| k.outer_into(1, x, out)), kind: Elements },
    Method {
        name: "masked apply_into",
        call: |k, x| into(x.clone(), |out| k.masked(true).apply_into((x, 1), out)),
        kind: Elements,
    },
    Method { name: "at", call: |k, x| into(x.clone(), |out| k.at(out, &[1, 0, 1], 1)), kind: InPlace },
];

/// `reduce` with the settings that only it takes.
const REDUCTIONS: [Method; 6] = [
    Method { name: "masked", call: |k, x| told(k.masked(true).reduce(&x.view().into_dyn())), kind: Drops },
    Method {
        name: "masked reduce_into",
        call: |k, x| {
            let mut out = array![0, 0];
            told(k.masked(true).reduce_into(x, &mut out)).map(|()| out.into_dyn())
        },
        kind: Drops,
    },
    Method { name: "initial", call: |k, x| told(k.initial(0).reduce(&x.view().into_dyn())), kind: Drops },
    Method {
        name: "initial masked",
        call: |k, x| told(k.initial(0).masked(true).reduce(&x.view().into_dyn())),
        kind: Drops,
    },
    Method {
        name: "masked initial",
        call: |k, x| told(k.masked(true).initial(0).reduce(&x.view().into_dyn())),
        kind: Drops,
    },
    Method {
        name: "masked twice",
        call: |k, x| told(k.masked(true).masked(&array![true, true]).reduce(&x.view().into_dyn())),
        kind: Drops,
    },
];

/// The result of a method along an axis, of `[[1, 2], [10, 20]]`.
fn along(method: &Method, axis: usize) -> Outcome {
    Ok(match (method.kind, method.name, axis) {
        (Drops, _, 0) => array![11, 22].into_dyn(),
        (Drops, _, _) => array![3, 30].into_dyn(),
        (Keeps, "accumulate" | "accumulate_into", 0) => array![[1, 2], [11, 22]].into_dyn(),
        (Keeps, "accumulate" | "accumulate_into", _) => array![[1, 3], [10, 30]].into_dyn(),
        (Keeps, ..) => array![[1, 2], [10, 20]].into_dyn(),
        (Elements, ..) => array![[2, 3], [11, 21]].into_dyn(),
        (InPlace, ..) => array![[2, 3], [12, 22]].into_dyn(),
    })
}

fn signature(method: &Method) -> &'static str {
    match (method.kind, method.name) {
        (Drops, _) => "(n)->()",
        (Keeps, "reduceat" | "reduceat_into") => "(n)->(m)",
        (Keeps, _) => "(n)->(n)",
        (Elements | InPlace, _) => "(),()->()",
    }
}

#[test]
fn every_method_with_every_setting() {
    let x = array![[1, 2], [10, 20]];
    let mut pairs = 0;
    for method in METHODS.iter().chain(&REDUCTIONS) {
        let mut check = |setting: &str, kernel: Gufunc<Add>, expected: Outcome| {
            assert_eq!((method.call)(&kernel, &x), expected, "{} with {setting}", method.name);
            pairs += 1;
        };
        let refused = |reason: &str| {
            let reason = match method.kind {
                InPlace => {
                    "`.at(..)` indexes the first axes, so that `.axis(..)` and `.axes(..)` say nothing; move the axes of the array, `a.view_mut().reversed_axes()`"
                }
                _ => reason,
            };
            Err(format!("kernel `add` with signature {}: {reason}", signature(method)))
        };
        let no_core = "`.axis(..)` names the axis of a core dimension, but there is none";
        let count = |found: &str| {
            let needed = match method.kind {
                Drops => "1 or 2",
                Keeps => "2",
                Elements | InPlace => "2 or 3",
            };
            refused(&format!("`.axes(..)` has {found}, but {needed} are needed, one for each operand"))
        };
        let fold = matches!(method.kind, Drops | Keeps);

        check("none", add(), along(method, 0));
        check("serial", add().serial(), along(method, 0));
        let plain = Schedule::new().level(SimdLevel::Baseline).parallel(false);
        check("schedule", add().schedule(plain), along(method, 0));

        for (axis, found) in
            [(0, Some(0)), (1, Some(1)), (-1, Some(1)), (-2, Some(0)), (2, None), (-3, None), (isize::MIN, None)]
        {
            let out_of_range = format!("axis {axis} is out of range for input `x`, which has 2 axes");
            let expected = match found {
                _ if !fold => refused(no_core),
                Some(axis) => along(method, axis),
                None => refused(&out_of_range),
            };
            check("axis", add().axis(axis), expected.clone());
            let one = if fold { expected } else { count("1 entry") };
            check("one entry", add().axes(&[&[axis]]), one);
        }
        let two = match method.kind {
            Drops => refused("entry 1 of `.axes(..)` has 1 axis, but output 0 has 0 core dimensions"),
            Keeps => along(method, 1),
            Elements => refused("entry 0 of `.axes(..)` has 1 axis, but input `a` has 0 core dimensions"),
            InPlace => refused(""),
        };
        check("two entries", add().axes(&[&[1], &[1]]), two);
        let scalar = match method.kind {
            Drops => along(method, 1),
            Keeps => refused("entry 1 of `.axes(..)` has 0 axes, but output 0 has 1 core dimension"),
            Elements => refused("entry 0 of `.axes(..)` has 1 axis, but input `a` has 0 core dimensions"),
            InPlace => refused(""),
        };
        check("an entry without axes", add().axes(&[&[1], &[]]), scalar);
        let moved = match (method.kind, method.name) {
            (Keeps, "accumulate" | "accumulate_into") => Ok(array![[1, 10], [3, 30]].into_dyn()),
            (Keeps, _) => Ok(array![[1, 10], [2, 20]].into_dyn()),
            (Drops, _) => refused("entry 1 of `.axes(..)` has 1 axis, but output 0 has 0 core dimensions"),
            (Elements, _) => refused("entry 0 of `.axes(..)` has 1 axis, but input `a` has 0 core dimensions"),
            (InPlace, _) => refused(""),
        };
        check("another axis in the output", add().axes(&[&[1], &[0]]), moved);
        let empty: [&[isize]; 3] = [&[], &[], &[]];
        let all_empty = match method.kind {
            Elements => along(method, 0),
            _ => count("3 entries"),
        };
        check("three empty entries", add().axes(&empty), all_empty);
        check("no entry", add().axes(&[]), count("0 entries"));
        check("thirteen entries", add().axes(&[&[0isize] as &[isize]; 13]), count("13 entries"));
        let seven = match method.kind {
            Drops | Keeps => refused("entry 0 of `.axes(..)` has 7 axes, but input `x` has 1 core dimension"),
            Elements | InPlace => count("1 entry"),
        };
        check("an entry of seven axes", add().axes(&[&[0, 1, 2, 3, 4, 5, 6]]), seven);
        let none = match method.kind {
            Drops | Keeps => refused("entry 0 of `.axes(..)` has 0 axes, but input `x` has 1 core dimension"),
            Elements | InPlace => count("1 entry"),
        };
        check("an entry of no axes", add().axes(&[&[]]), none);
    }
    assert_eq!(pairs, (METHODS.len() + REDUCTIONS.len()) * 25);
}

/// The methods that `keepdims` goes with.
#[test]
fn kept_dimensions() {
    let x = array![[1, 2], [10, 20]];
    let rows = array![[3], [30]];
    let kernel = add().axis(1).keepdims();
    assert_eq!(kernel.reduce(&x).unwrap(), rows);
    assert_eq!(kernel.masked(true).reduce(&x).unwrap(), rows);
    assert_eq!(kernel.initial(0).masked(true).reduce(&x).unwrap(), rows);
    let mut held = Array2::zeros((2, 1));
    kernel.reduce_into(&x, &mut held).unwrap();
    assert_eq!(held, rows);
    held.fill(0);
    kernel.masked(true).initial(0).reduce_into(&x, &mut held).unwrap();
    assert_eq!(held, rows);
    assert_eq!(add().axes(&[&[1], &[0]]).keepdims().reduce(&x).unwrap(), rows.t());
    assert_eq!(add().axes(&[&[1], &[0]]).keepdims().masked(true).reduce(&x).unwrap(), rows.t());
    // Without core dimensions there is nothing to keep.
    assert_eq!(add().keepdims().apply((&x, 1)).unwrap(), &x + 1);
    let mut held = x.clone();
    add().keepdims().apply_into((&x, 1), &mut held).unwrap();
    assert_eq!(held, &x + 1);
    held.fill(0);
    add().keepdims().masked(true).apply_into((&x, 1), &mut held).unwrap();
    assert_eq!(held, &x + 1);
}
