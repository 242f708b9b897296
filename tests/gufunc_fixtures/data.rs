//! The cases of a family, their arrays in several memory layouts, and how an output is compared with the expected one.

use std::cell::{Cell, RefCell};
use std::fs::{self, File};
use std::path::Path;

use ndarray::{ArrayD, Axis, Slice};
use ndarray_npy::{NpzReader, ReadableElement};
use ndstencil::{Schedule, SimdLevel};
use serde_json::Value;

use crate::comparable::{Comparable, fortran};

/// One pair of files in `tests/data`; the fields of its cases are described in the script that wrote it.
pub struct Family {
    cases: Vec<Case>,
    arrays: Option<RefCell<NpzReader<File>>>,
    checked: Cell<usize>,
}

/// What runs on what, and what comes out.
pub struct Case {
    pub name: String,
    value: Value,
}

impl Family {
    pub fn load(name: &str) -> Family {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        let text = fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        let cases = cases.into_iter().map(|value| Case { name: value["name"].as_str().unwrap().to_owned(), value });
        let arrays =
            File::open(folder.join(format!("{name}.npz"))).ok().map(|file| NpzReader::new(file).unwrap().into());
        Family { cases: cases.collect(), arrays, checked: Cell::new(0) }
    }

    /// Runs `run` on each case; every one of the `count` cases must have been compared with something.
    pub fn each(&self, count: usize, run: impl Fn(&Case)) {
        for case in &self.cases {
            let before = self.checked.get();
            run(case);
            assert!(self.checked.get() > before, "{}: nothing was compared", case.name);
        }
        assert_eq!(self.cases.len(), count, "the number of cases in the file");
    }

    pub fn array<T: ReadableElement>(&self, name: &str) -> ArrayD<T> {
        self.arrays.as_ref().unwrap().borrow_mut().by_name(name).unwrap()
    }

    /// Compares an output with what is expected.
    pub fn compare<T: Comparable>(&self, case: &Case, how: &str, got: &ArrayD<T>, expected: &ArrayD<T>) {
        assert_eq!(got.shape(), expected.shape(), "{}, {how}: the shape", case.name);
        let tolerance = case.float("tolerance").unwrap_or(0.0);
        for ((index, &a), &b) in got.indexed_iter().zip(expected) {
            assert!(a.agrees(b, tolerance), "{}, {how}: at {index:?}: {a:?} instead of {b:?}", case.name);
        }
        self.passed();
    }

    /// Something other than arrays was compared.
    pub fn passed(&self) {
        self.checked.set(self.checked.get() + 1);
    }
}

impl Case {
    pub fn text(&self, key: &str) -> &str {
        self.value[key].as_str().unwrap_or_else(|| panic!("{}: no text {key}", self.name))
    }

    pub fn maybe(&self, key: &str) -> Option<&str> {
        self.value[key].as_str()
    }

    pub fn flag(&self, key: &str) -> bool {
        self.value[key].as_bool().unwrap_or(false)
    }

    pub fn integer(&self, key: &str) -> Option<isize> {
        self.value[key].as_i64().map(|value| value as isize)
    }

    pub fn count(&self, key: &str) -> Option<usize> {
        self.value[key].as_u64().map(|value| value as usize)
    }

    pub fn float(&self, key: &str) -> Option<f64> {
        self.value[key].as_f64()
    }

    pub fn texts(&self, key: &str) -> Vec<&str> {
        self.value[key].as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
    }

    pub fn counts(&self, key: &str) -> Vec<usize> {
        counts(&self.value[key])
    }

    /// A list of lists of numbers that may be negative.
    pub fn entries(&self, key: &str) -> Option<Vec<Vec<isize>>> {
        let list = |entry: &Value| entry.as_array().unwrap().iter().map(|n| n.as_i64().unwrap() as isize).collect();
        self.value[key].as_array().map(|entries| entries.iter().map(list).collect())
    }

    /// A list of shapes.
    pub fn shapes(&self, key: &str) -> Option<Vec<Vec<usize>>> {
        self.value[key].as_array().map(|shapes| shapes.iter().map(counts).collect())
    }
}

fn counts(list: &Value) -> Vec<usize> {
    list.as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as usize).collect()
}

/// The same array laid out in memory in C order, in Fortran order, backwards and with gaps.
pub fn layouts<T: Comparable>(x: &ArrayD<T>) -> [(&'static str, ArrayD<T>); 4] {
    [("C", x.clone()), ("Fortran", fortran(x)), ("backwards", backwards(x)), ("gaps", gaps(x))]
}

fn backwards<T: Comparable>(x: &ArrayD<T>) -> ArrayD<T> {
    let invert = |mut x: ArrayD<T>| {
        (0..x.ndim()).for_each(|axis| x.invert_axis(Axis(axis)));
        x
    };
    invert(invert(x.clone()).as_standard_layout().into_owned())
}

/// Every second cell of a larger array; the other cells hold something else.
fn gaps<T: Comparable>(x: &ArrayD<T>) -> ArrayD<T> {
    let Some(some) = x.first() else { return x.clone() };
    let shape: Vec<usize> = x.shape().iter().map(|n| 2 * n).collect();
    let mut out = ArrayD::from_elem(shape, some.other());
    out.slice_each_axis_inplace(|_| Slice::new(0, None, 2));
    out.assign(x);
    out
}

/// The schedules on which everything must be the same: on this thread, and on several at each instruction level.
pub fn schedules() -> Vec<(String, Schedule)> {
    let mut all = vec![("default".to_owned(), Schedule::new()), ("serial".to_owned(), Schedule::new().parallel(false))];
    for level in SimdLevel::ALL.into_iter().filter(|level| level.is_available()) {
        all.push((level.to_string(), Schedule::new().level(level).parallel(true).poison(true)));
    }
    all
}

/// The outputs of a call, as a list.
pub trait Results<T> {
    fn list(self) -> Vec<ArrayD<T>>;
}

impl<T> Results<T> for ArrayD<T> {
    fn list(self) -> Vec<ArrayD<T>> {
        vec![self]
    }
}

impl<T> Results<T> for (ArrayD<T>, ArrayD<T>) {
    fn list(self) -> Vec<ArrayD<T>> {
        vec![self.0, self.1]
    }
}

/// One operand is passed by itself, several as a tuple.
macro_rules! operands {
    ($x:expr) => { $x };
    ($($x:expr),+) => { ($($x),+) };
}

/// Runs `$body` with `$T` as the element type that a case names.
macro_rules! with_type {
    ($case:expr, $T:ident, [$($name:ident)+] => $body:expr) => {
        match $case.text("dtype") {
            $(stringify!($name) => {
                type $T = $name;
                $body
            })+
            other => panic!("{}: no element type {other}", $case.name),
        }
    };
}
