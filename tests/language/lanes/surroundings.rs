//! Items, attributes, lints.

use super::*;

#[gufunc("(n)->()")]
fn items(x: ArrayView1<f32>) -> f32 {
    const SCALE: f32 = 0.5;
    use std::ops::Mul;
    let a: f32 = helper(x[0]);
    let mut sum = a;
    for &v in x {
        sum += v.mul(SCALE);
    }
    if sum > 2.0 {
        return 0.0;
    }
    fn helper(v: f32) -> f32 {
        v * 2.0
    }
    helper(sum)
}

#[gufunc("(n)->()")]
fn types_inside(x: ArrayView1<f32>) -> f32 {
    struct Twice(f32);
    impl Twice {
        fn value(self) -> f32 {
            self.0 * 2.0
        }
    }
    Twice(x[0]).value()
}

#[gufunc("(n)->()")]
fn attributes(x: ArrayView1<f32>) -> f32 {
    #[allow(unused_mut)]
    let mut sum = 0.0f32;
    for &v in x {
        #[allow(clippy::float_cmp)]
        if v == 1.0 {
            sum += 1.0;
        }
        #[allow(unused_variables)]
        let w = v;
    }
    sum
}

#[gufunc("(n)->()")]
fn configured(x: ArrayView1<f32>) -> f32 {
    #[cfg(any())]
    let a = 1.0f32;
    #[cfg(not(any()))]
    let a = x[0];
    a
}

/// Not a mutable place after all.
#[allow(unused_mut)]
#[gufunc("(n)->()")]
fn unused_mut(mut x: ArrayView1<f32>, mut q: f32) -> f32 {
    let mut sum = 0.0;
    for &v in x {
        sum += v * q;
    }
    sum
}

#[gufunc("(n),(n)->()")]
fn lifetimes<'a, E: Real, const N: usize>(x: ArrayView1<'a, E>, y: ArrayView1<E>, w: &'a [f64]) -> E
where
    E: Into<f64> + 'static,
{
    let mut sum = E::zero();
    for i in 0..N.min(x.len()) {
        sum += x[i] * y[i] * E::real(w[i % w.len()]);
    }
    sum
}

#[gufunc("(n)->()")]
fn off(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("(n)->()", lanes = false)]
fn without_lanes(x: ArrayView1<f32>) -> f32 {
    x[0]
}

#[gufunc("()->()", lanes = false)]
fn element_without_lanes(x: f32) -> f32 {
    x + 1.0
}

#[gufunc("()->()", lanes = true)]
fn element_with_lanes(mut x: f32) -> f32 {
    x += 1.0;
    while x > 3.0 {
        x *= 0.5;
    }
    x
}

#[test]
fn surroundings() {
    over_rows!(items(), true);
    over_rows!(types_inside(), false);
    over_rows!(attributes(), true);
    over_rows!(configured(), false);
    over_rows!(unused_mut(0.5), true);
    over_rows!(without_lanes(), false);
    for n in [1, 4] {
        case!(lifetimes::<f32, 3>(&[0.5, 2.0]), true, |count| (&rows(count, n), &rows(count, n)));
    }
    case!(element_without_lanes(), false, |count| &rows(count, 3));
    case!(element_with_lanes(), true, |count| &rows(count, 3));
}

/// A closure that takes the core along with it, in the middle of others that look at it.
#[gufunc("(n)->()")]
fn taken_by_a_closure(x: ArrayView1<f32>) -> f32 {
    let mut s = 0.0;
    for i in 0..x.len() {
        let g = move |w: f32| x[(w as usize) % x.len()];
        s += g(1.0);
        s += x[(s as usize) % x.len()];
    }
    s
}

#[test]
fn closures_that_take_cores() {
    over_rows!(taken_by_a_closure(), true);
}
