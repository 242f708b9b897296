//! Things that only look like the standard library's: names, macros, methods and operators of the user's.

use super::places::Random;
use super::*;

/// An assignment that takes a value apart behind parentheses.
#[gufunc("(n)->()")]
fn taken_apart_in_parentheses(x: ArrayView1<i32>) -> i32 {
    let (mut u, mut w, mut z) = (0, 1, 2);
    for &v in x {
        ((u, w)) = (w + v, u);
        (z, ((u, w))) = (v, (w + z, u));
    }
    u * 3 + w + z
}

macro_rules! assigns {
    ($name:ident, $u:ident, $w:ident, $v:ident, $place:expr) => {
        #[gufunc("(n)->()")]
        fn $name(x: ArrayView1<i32>) -> i32 {
            let mut $u = 0;
            let mut $w = 1;
            for &$v in x {
                $place = ($w + $v, $u);
            }
            $u * 3 + $w
        }
    };
}
assigns!(taken_apart_by_a_macro, u, w, v, (u, w));

/// Constants of an inner block.
#[gufunc("(n)->()")]
fn inner_items(x: ArrayView1<i32>) -> i32 {
    const K: usize = 0;
    let a = x[K];
    let b = {
        const K: usize = 1;
        x[K]
    };
    let c = {
        const LAST: usize = 6;
        x[LAST]
    };
    a * 100 + b + c
}

/// Closures that own copies of what they change.
#[gufunc("(n)->()")]
fn owned_copies(x: ArrayView1<i32>) -> i32 {
    let mut k = 1;
    let sum = x.iter().fold(0, move |sum, &v| {
        k += 1;
        sum + v * k
    });
    sum * 10 + k
}

macro_rules! dbg {
    ($u:ident, $v:expr) => {
        $u += $v
    };
}

/// A macro of one's own with a name of the standard library's.
#[gufunc("(n)->()")]
fn hidden_macro(x: ArrayView1<i32>) -> i32 {
    let mut u = 0;
    for &v in x {
        dbg!(u, v);
    }
    u
}

/// An iterator with a `fold` of its own.
struct Back(usize);

impl Iterator for Back {
    type Item = i32;
    fn next(&mut self) -> Option<i32> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0 as i32)
    }
}

impl Back {
    fn fold(self, first: i32, f: impl Fn(i32, i32) -> i32) -> i32 {
        f(first, 1000)
    }
}

#[gufunc("(n)->()")]
fn fold_of_an_iterator(x: ArrayView1<i32>) -> i32 {
    let n = Back(x.len()).fold(1, |a, b| a + b);
    let mut sum = 0;
    for &v in x {
        sum += v;
    }
    sum * n
}

/// A number's type that has methods with the names of another number's.
trait Seeded {
    fn round(self) -> Random;
}

impl Seeded for u32 {
    fn round(self) -> Random {
        Random::new(self)
    }
}

#[gufunc("(n)->()")]
fn hidden_state_of_a_method(x: ArrayView1<i32>) -> i32 {
    let random = 7u32.round();
    let mut sum = 0;
    for &v in x {
        sum += v ^ random.next();
    }
    sum
}

/// An operator of the user's that gives something with state.
#[derive(Clone, Copy)]
struct Start(u32);

impl std::ops::Add<u32> for Start {
    type Output = Random;
    fn add(self, other: u32) -> Random {
        Random::new(self.0 + other)
    }
}

#[gufunc("(n)->()")]
fn hidden_state_of_an_operator(x: ArrayView1<i32>, start: Start) -> i32 {
    let random = start + 4;
    let mut sum = 0;
    for &v in x {
        sum += v ^ random.next();
    }
    sum
}

/// State that a parameter leads to: each element begins it anew.
#[derive(Clone, Copy)]
struct Log<'a>(&'a std::sync::atomic::AtomicI32);

impl Log<'_> {
    fn reset(self) {
        self.0.store(0, std::sync::atomic::Ordering::Relaxed);
    }
    fn add(self, v: i32) -> i32 {
        self.0.fetch_add(v, std::sync::atomic::Ordering::Relaxed)
    }
}

#[gufunc("(n)->()")]
fn hidden_state_of_a_parameter(x: ArrayView1<i32>, log: Log<'_>) -> i32 {
    log.reset();
    let mut sum = 0;
    for &v in x {
        sum += v ^ log.add(v);
    }
    sum
}

#[gufunc("(n)->()")]
fn number_of_a_parameter(x: ArrayView1<i32>, log: Log<'_>) -> i32 {
    let number = log.add(1);
    let mut sum = 0;
    for &v in x {
        sum += v ^ number;
    }
    sum
}

/// Values that are moved, or own memory, behind names and methods that do not say so.
#[gufunc("(n)->()")]
fn moved_iterators(x: ArrayView1<i32>) -> i32 {
    let range = 0..3;
    let mut sum = 0;
    for &v in x {
        sum += v;
    }
    sum + range.map(|k| k * sum).sum::<i32>()
}

#[gufunc("(n)->()")]
fn optional_text(x: ArrayView1<i32>) -> i32 {
    let mut longest = None;
    for &v in x {
        if v > 3 {
            longest = Some(v.to_string());
        }
    }
    longest.map_or(0, |text: String| text.len() as i32)
}

#[gufunc("(n)->()")]
fn borrowed_ends(x: ArrayView1<i32>) -> i32 {
    let ends = [x[0], x[x.len() - 1]];
    let low = ends.first().unwrap();
    let mut sum = 0;
    for &v in x {
        sum += v - low;
    }
    sum
}

macro_rules! two_of_one_name {
    ($s:ident) => {
        /// Two variables that are spelled alike.
        #[gufunc("(n)->()")]
        fn mixed_names(x: ArrayView1<i32>) -> i32 {
            let mut $s = 0;
            let mut s = 100;
            for &v in x {
                $s += v;
                s += v * v;
            }
            $s * 7 + s
        }
    };
}
two_of_one_name!(s);

#[test]
fn what_only_looks_familiar() {
    case!(taken_apart_in_parentheses(), true, |count| &ints(count, 7));
    case!(taken_apart_by_a_macro(), true, |count| &ints(count, 7));
    case!(inner_items(), false, |count| &ints(count, 7));
    case!(owned_copies(), false, |count| &ints(count, 7));
    case!(hidden_macro(), true, |count| &ints(count, 7));
    case!(fold_of_an_iterator(), true, |count| &ints(count, 7));
    case!(hidden_state_of_a_method(), false, |count| &ints(count, 7));
    case!(hidden_state_of_an_operator(Start(3)), false, |count| &ints(count, 7));
    case!(moved_iterators(), false, |count| &ints(count, 7));
    case!(optional_text(), false, |count| &ints(count, 7));
    case!(borrowed_ends(), false, |count| &ints(count, 7));
    case!(mixed_names(), false, |count| &ints(count, 7));
    let state = std::sync::atomic::AtomicI32::new(0);
    let log = hidden_state_of_a_parameter(Log(&state)).serial();
    assert!(!has_lanes(log));
    assert_eq!(log.apply(&ints(300, 7)), log.reference(&ints(300, 7)));
    let number = number_of_a_parameter(Log(&state)).serial();
    assert!(!has_lanes(number));
    Log(&state).reset();
    let expected = number.reference(&ints(300, 7));
    Log(&state).reset();
    assert_eq!(number.apply(&ints(300, 7)), expected);
}
