//! Writes to parts of a variable, in every way in which Rust can say them.

use super::*;

/// A variable that begins alike for all elements, and is written for each through `$write`.
macro_rules! writes {
    ($($name:ident: $lanes:literal, $init:expr, |$u:ident, $v:ident| $write:block, $value:expr;)*) => {
        $(
            #[gufunc("(n)->()")]
            fn $name(x: ArrayView1<i32>) -> i32 {
                let mut $u = $init;
                for &$v in x {
                    $write
                }
                $value
            }
        )*

        #[test]
        fn written_places() {
            $(
                case!($name(), $lanes, |count| &ints(count, 7));
            )*
        }
    };
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Stats {
    sum: i32,
    max: i32,
    /// A field with the name of a method.
    min: i32,
    pair: (i32, (i32, i32)),
    cells: [i32; 3],
}

impl Stats {
    fn push(&mut self, v: i32) {
        self.sum = self.sum.wrapping_add(v);
        self.max = self.max.max(v);
    }

    /// A method with the name of one of a number's, which changes its receiver.
    fn max(&mut self, v: i32) -> i32 {
        self.max = i32::max(self.max, v);
        self.max
    }

    fn total(self) -> i32 {
        self.sum
            + 3 * self.max
            + 5 * self.min
            + 7 * self.pair.0
            + 11 * self.pair.1.0
            + 13 * self.pair.1.1
            + 17 * self.cells[0]
            + 19 * self.cells[1]
            + 23 * self.cells[2]
    }
}

fn add_to(place: &mut i32, v: i32) {
    *place += v;
}

/// A trait that gives numbers methods which change them.
trait Bump {
    fn bump(&mut self, v: i32);
    fn is_bumped(&mut self, v: i32) -> bool;
}

impl Bump for i32 {
    fn bump(&mut self, v: i32) {
        *self += v;
    }
    fn is_bumped(&mut self, v: i32) -> bool {
        *self += v;
        true
    }
}

macro_rules! add {
    ($place:expr, $v:expr) => {
        $place += $v
    };
}

writes! {
    field_of_a_tuple: true, (0, 0), |u, v| { u.0 += v; u.1 += 1; }, u.0 * 3 + u.1;
    nested_fields: true, (0, (1, 2)), |u, v| { u.1.0 += v; u.1.1 -= v; u.0 += 1; }, u.0 + 3 * u.1.0 + 5 * u.1.1;
    spaced_fields: true, (0, (1, 2)), |u, v| { u . 1 . 0 += v; (u.1).1 -= v; }, u.0 + 3 * u.1.0 + 5 * u.1.1;
    assigned_field: true, (0, 0), |u, v| { u.0 = u.1 + v; u.1 = v; }, u.0 * 3 + u.1;
    element: true, [0, 0, 0], |u, v| { u[1] += v; u[2] = v; }, u[0] + 3 * u[1] + 5 * u[2];
    element_by_value: true, [0, 0, 0], |u, v| { u[v.rem_euclid(3) as usize] += v; }, u[0] + 3 * u[1] + 5 * u[2];
    element_of_element: true, [[0, 1], [2, 3]], |u, v| { u[0][1] += v; u[1][0] ^= v; }, u[0][1] + 3 * u[1][0] + u[0][0];
    field_of_element: true, [(0, 1), (2, 3)], |u, v| { u[0].1 += v; u[1].0 -= v; }, u[0].1 + 3 * u[1].0 + u[0].0;
    element_of_field: true, ([0, 1], 2), |u, v| { u.0[1] += v; u.1 += 1; }, u.0[1] + 3 * u.1 + u.0[0];
    parentheses: true, (0, 0), |u, v| { (u.0) += v; (u).1 += 1; ((u).0) -= 2; }, u.0 * 3 + u.1;
    every_operator: true, (1, 3, 5), |u, v| {
        u.0 += v; u.1 -= v; u.2 *= 3; u.0 /= 2; u.1 %= 1000; u.2 ^= v; u.0 &= 0xffff; u.1 |= 1; u.2 <<= 1; u.0 >>= 1;
        u.2 %= 100_000;
    }, u.0 + 3 * u.1 + 5 * u.2;
    borrowed: true, (0, 0), |u, v| { let r = &mut u; r.0 += v; r.1 += 1; }, u.0 * 3 + u.1;
    borrowed_part: true, (0, 0), |u, v| { let r = &mut u.1; *r += v; }, u.0 * 3 + u.1;
    borrowed_twice: true, ((0, 1), 2), |u, v| { let r = &mut u; let s = &mut r.0; s.1 += v; }, u.0.0 + 3 * u.0.1 + u.1;
    handed_on: true, (0, 0), |u, v| { add_to(&mut u.0, v); add_to(&mut u.1, 1); }, u.0 * 3 + u.1;
    own_method_of_a_part: true, (0, 0), |u, v| { u.0.bump(v); u.1.bump(1); }, u.0 * 3 + u.1;
    method_of_a_trait: true, 0, |u, v| { u.bump(v); }, u;
    question_that_changes: true, 0, |u, v| { let _ = u.is_bumped(v); }, u;
    taken_apart: true, (0, 0), |u, v| { (u.0, u.1) = (u.1 + v, u.0); }, u.0 * 3 + u.1;
    taken_apart_deeply: true, (0, [1, 2]), |u, v| { [u.0, (u.1[0])] = [u.1[0] + v, u.0]; }, u.0 + 3 * u.1[0] + u.1[1];
    raw_pointer: true, (0, 0), |u, v| {
        let p = &raw mut u.0;
        // SAFETY: it points to a part of a variable that is alive.
        unsafe { *p += v };
    }, u.0 * 3 + u.1;
    in_a_block: true, (0, 0), |u, v| { { { u.0 += v; } if v > 0 { u.1 += 1; } } }, u.0 * 3 + u.1;
    in_a_value: true, (0, 0), |u, v| { let w = { u.0 += v; u.1 }; u.1 = w + 1; }, u.0 * 3 + u.1;
    in_a_condition: true, (0, 0), |u, v| { if { u.0 += v; u.0 > 3 } { u.1 += 1; } }, u.0 * 3 + u.1;
    in_a_match: true, (0, 0), |u, v| { match v { 0 => u.0 += 5, w if w > 2 => u.1 += w, _ => u.0 -= 1 } }, u.0 * 3 + u.1;
    in_an_index: true, (0, [1, 2]), |u, v| { let w = u.1[{ u.0 += v; 0 }]; u.1[1] += w; }, u.0 + 3 * u.1[1];
    in_a_closure: true, (0, 0), |u, v| { let mut f = |w| { u.0 += w; u.1 += 1; }; f(v); f(1); }, u.0 * 3 + u.1;
    in_an_assertion: true, (0, 0), |u, v| { assert!({ u.0 += v; true }); }, u.0 * 3 + u.1;
    in_an_inner_macro: true, (0, 0), |u, v| { assert!(matches!({ u.0 += v; u.0 }, _w if { u.1 += 1; true })); }, u.0 * 3 + u.1;
    in_a_format: true, (0, 0), |u, v| { let s = format!("{}", { u.0 += v; u.0 }); let _ = s; }, u.0 * 3 + u.1;
    in_an_own_macro: false, (0, 0), |u, v| { add!(u.0, v); add!(u.1, 1); }, u.0 * 3 + u.1;
    by_ref_mut: false, (0, 0), |u, v| { let (ref mut a, ref mut b) = u; *a += v; *b += 1; }, u.0 * 3 + u.1;
    by_ref_mut_in_a_match: false, (0, 0), |u, v| { match u { (ref mut a, _) => *a += v } }, u.0 * 3 + u.1;
    by_the_default_mode: true, (0, 0), |u, v| { let (a, b) = &mut u; *a += v; *b += 1; }, u.0 * 3 + u.1;
    by_if_let: true, (Some(0), 0), |u, v| { if let Some(a) = &mut u.0 { *a += v; } u.1 += 1; }, u.0.unwrap_or(0) * 3 + u.1;
    swapped: true, (0, 1), |u, v| { let mut w = v; std::mem::swap(&mut u.0, &mut w); u.1 += w; }, u.0 * 3 + u.1;
    replaced: true, (0, 1), |u, v| { u.1 += std::mem::replace(&mut u.0, v); }, u.0 * 3 + u.1;
    wrapped: false, std::num::Wrapping(0), |u, v| { u.0 += v; }, u.0;
    optional: true, Some(0), |u, v| { u = u.map(|w: i32| w + v); }, u.unwrap_or(0);
}

/// Types that the macro does not know are kept for each element, or the body runs one element at a time.
#[gufunc("(n)->()")]
fn typed_struct(x: ArrayView1<i32>) -> i32 {
    let mut u: Stats = Stats::default();
    for &v in x {
        u.push(v);
        u.min = v;
        u.pair.1.0 += v;
        u.cells[1] ^= v;
        u.max(v - 3);
    }
    u.total()
}

#[gufunc("(n)->()")]
fn elements_of_a_struct(x: ArrayView1<Stats>) -> i32 {
    let mut u = Stats::default();
    for &v in x {
        u.max = v.max;
        u.max(v.sum);
        u.sum += v.sum;
        u.pair.1.1 -= v.min;
    }
    u.total()
}

/// Counted alike, and once by the value.
#[gufunc("(n)->()")]
fn counted_by_fields(x: ArrayView1<i32>) -> i32 {
    let mut count = (0usize, 0i32);
    let mut n = 0;
    while n < x.len() {
        count.0 += 1;
        if x[n] > 0 {
            count.1 += x[n];
        }
        n += 1;
    }
    count.0 as i32 * 100 + count.1
}

/// A name in capitals is a variable, too.
#[allow(non_snake_case)]
#[gufunc("(n)->()")]
fn capitals(x: ArrayView1<i32>) -> i32 {
    let mut S = 0;
    for &v in x {
        S += v;
    }
    let N = S.rem_euclid(3);
    let mut T = 0;
    for k in 0..N {
        T += k + S;
    }
    S + T
}

/// A reference to a value that only the `let` holds: each element has its own.
#[gufunc("(n)->()")]
fn temporaries(x: ArrayView1<i32>) -> i32 {
    let r = &mut [0, 0];
    let (s, t) = (&mut 1, &mut (2, 3));
    for &v in x {
        r[0] += v;
        *s ^= v;
        t.1 -= v;
    }
    r[0] + 3 * r[1] + 5 * *s + 7 * t.0 + 11 * t.1
}

/// A value that changes behind a shared reference.
pub(super) struct Random(std::cell::Cell<u32>);

impl Random {
    pub(super) fn new(seed: u32) -> Self {
        Self(std::cell::Cell::new(seed))
    }
    pub(super) fn next(&self) -> i32 {
        self.0.set(self.0.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
        (self.0.get() >> 24) as i32
    }
}

trait Seed {
    fn seeded(self) -> Random;
}

impl Seed for u32 {
    fn seeded(self) -> Random {
        Random::new(self)
    }
}

fn draw(random: &Random) -> i32 {
    random.next()
}

#[gufunc("(n)->()")]
fn hidden_state(x: ArrayView1<i32>) -> i32 {
    let random = Random::new(7);
    let mut sum = 0;
    for &v in x {
        sum += v ^ random.next();
    }
    sum
}

#[gufunc("(n)->()")]
fn hidden_state_lent(x: ArrayView1<i32>) -> i32 {
    let random = &7.seeded();
    let mut sum = 0;
    for &v in x {
        if v > 0 {
            sum += v ^ draw(random);
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn hidden_state_in_a_loop(x: ArrayView1<i32>) -> i32 {
    let mut sum = 0;
    for random in [Random::new(1), Random::new(2)] {
        for &v in x {
            if v > 0 {
                let take = || random.next();
                sum += v ^ take();
            }
        }
    }
    sum
}

/// Drawn alike: each element draws the same.
#[gufunc("(n)->()")]
fn hidden_state_alike(x: ArrayView1<i32>) -> i32 {
    let random = Random::new(7);
    let mut sum = 0;
    for &v in x {
        let factor: i32 = random.next() % 5;
        sum += v * factor;
    }
    sum
}

/// A cell that is read only where a `let` does not match.
#[gufunc("(n)->()")]
fn read_where_a_let_fails(x: ArrayView1<i32>) -> i32 {
    let first = x[0];
    let Some(w) = Some(first).filter(|w| *w > -100) else {
        return x[100];
    };
    w
}

/// A fold whose first value writes what its receiver has read before.
#[gufunc("(n)->()")]
fn fold_that_writes(x: ArrayView1<i32>) -> i32 {
    let mut n = 2;
    let sum = x.iter().take(n).fold(
        {
            n += 3;
            n as i32
        },
        |sum, &v| sum + v,
    );
    sum + n as i32
}

/// A fold whose receiver writes what its first value reads.
#[gufunc("(n)->()")]
fn fold_that_counts(x: ArrayView1<i32>) -> i32 {
    let mut n = 2;
    let sum = x
        .iter()
        .take({
            n += 3;
            n
        })
        .fold(n as i32, |sum, &v| sum + v);
    sum + n as i32
}

/// A macro that reads a cell of an array with a keyword for a name.
#[gufunc("(n)->(n)")]
fn raw_names(x: ArrayView1<i32>, mut r#type: ArrayViewMut1<i32>) {
    for i in 0..x.len() {
        r#type[i] = x[i] + 1;
        assert!(r#type[i] == x[i] + 1);
        r#type[i] *= 3;
    }
}

/// Another thing of the core's name, with a `fold` of its own.
struct Pair(i32, i32);

impl Pair {
    fn fold(self, first: i32, f: impl Fn(i32, i32) -> i32) -> i32 {
        f(f(first, self.1), self.0)
    }
}

#[gufunc("(n)->()")]
fn own_fold(x: ArrayView1<i32>) -> i32 {
    let x = Pair(x[0], x[1]);
    let sum = x.fold(1, |a, b| a * 3 + b);
    sum
}

macro_rules! cells {
    ($name:ident, $x:ident, $y:ident) => {
        /// Cells of an array whose name is a macro's argument.
        #[gufunc("(n)->(n)")]
        fn $name($x: ArrayView1<i32>, mut $y: ArrayViewMut1<i32>) {
            for i in 0..$x.len() {
                $y[i] = $x[i];
                $y[i] += $y[0];
                $y[0] ^= $y[i];
            }
        }
    };
}
cells!(cells_of_a_macro, x, y);

#[gufunc("(n)->(n)")]
fn output_by_pointer(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    for i in 0..x.len() {
        let p = &raw mut y[i];
        // SAFETY: it points to a cell that is alive.
        unsafe { *p = x[i] };
        let v = y[i];
        y[0] += v;
    }
}

#[test]
fn places_of_all_kinds() {
    case!(typed_struct(), false, |count| &ints(count, 7));
    case!(elements_of_a_struct(), true, |count| &ints(count, 7).mapv(|v| Stats {
        sum: v,
        max: v * 3 % 11,
        min: -v,
        ..Stats::default()
    }));
    case!(counted_by_fields(), true, |count| &ints(count, 7));
    case!(capitals(), false, |count| &ints(count, 7));
    case!(temporaries(), false, |count| &ints(count, 7));
    case!(hidden_state(), false, |count| &ints(count, 7));
    case!(hidden_state_lent(), false, |count| &ints(count, 7));
    case!(hidden_state_in_a_loop(), false, |count| &ints(count, 7));
    case!(hidden_state_alike(), true, |count| &ints(count, 7));
    case!(read_where_a_let_fails(), true, |count| &ints(count, 7));
    case!(fold_that_writes(), false, |count| &ints(count, 7));
    case!(fold_that_counts(), false, |count| &ints(count, 7));
    case!(raw_names(), true, |count| &ints(count, 7));
    case!(own_fold(), true, |count| &ints(count, 7));
    case!(cells_of_a_macro(), true, |count| &ints(count, 7));
    case!(output_by_pointer(), true, |count| &ints(count, 7));
}
