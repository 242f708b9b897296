//! Variables that change.

use super::*;

#[gufunc("(n),()->()")]
fn mutable_parameters(x: ArrayView1<f32>, mut a: f32, mut q: f32, b: f32) -> f32 {
    a += 1.0;
    for &v in x {
        q = q * 0.5 + v;
        a += q;
    }
    a * b
}

#[gufunc("(n)->()")]
fn mutable_items(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for mut v in x.iter().copied() {
        v += 1.0;
        for _ in 0..2 {
            sum += v;
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn mutable_index(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for mut i in 0..x.len() {
        i /= 2;
        sum += x[i];
    }
    sum
}

#[gufunc("(n)->()")]
fn closures(x: ArrayView1<f32>) -> f32 {
    let scale = |v: f32| v * 0.5;
    let mut sum = 0.0f32;
    for &v in x {
        let mut add = |w: f32| sum += w;
        add(v);
        add(scale(v));
    }
    let mut last = 0.0;
    let mut keep = |w: f32| last = w;
    keep(sum);
    last
}

#[gufunc("(n)->()")]
fn closure_across(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    let mut add = |w: f32| sum += w;
    for &v in x {
        add(v);
    }
    sum
}

#[gufunc("(n)->()")]
fn patterns(x: ArrayView1<f32>) -> f32 {
    struct_free();
    let (a, [b, c]) = (x[0], [x[0] * 2.0, 1.0]);
    let whole @ (d, _) = (a, b);
    let ref e = c;
    let mut sum = *e;
    for &v in x {
        sum += v * a + b * d + c + whole.1;
    }
    sum
}
fn struct_free() {}

#[derive(Clone, Copy)]
struct Pair {
    left: f32,
    right: f32,
}

#[gufunc("(n)->()")]
fn struct_patterns(x: ArrayView1<f32>) -> f32 {
    let Pair { left, right: other } = Pair { left: x[0], right: 2.0 };
    left * other
}

#[gufunc("(n),(n)->()")]
fn struct_elements(x: ArrayView1<Pair>, w: ArrayView1<f32>) -> f32 {
    let Pair { left, right } = x[0];
    let mut sum = Pair { left: 0.0, right: 1.0 };
    for (v, w) in x.iter().zip(w) {
        sum.left += v.left * w * left;
        sum.right += v.right - right;
    }
    sum.left - sum.right
}

#[gufunc("(n)->()")]
fn let_with_effects(x: ArrayView1<f32>) -> f32 {
    let mut count = 0usize;
    let mut sum = 0.0f32;
    for &v in x {
        let w = {
            count += 1;
            v * count as f32
        };
        for _ in 0..2 {
            sum += w;
        }
    }
    sum + count as f32
}

#[gufunc("(n)->(n)")]
fn hoisted(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    for i in 0..x.len() {
        y[[i]] = x[i];
        y[i] += 1.0;
        if i > 0 {
            let j = i - 1;
            y[i] = y[j] + y[i];
            y[j] += x[i];
        }
    }
    y[0] = y[0] + y[x.len() - 1];
    y[[0]] += 1.0;
}

#[test]
fn changes() {
    for n in [1, 3, 6] {
        case!(mutable_parameters(0.5, 2.0), true, |count| (&rows(count, n), &rows(count, 1).column(0)));
        case!(struct_elements(), true, |count| (
            &rows(count, n).mapv(|v| Pair { left: v, right: v * 0.5 }),
            &rows(count, n)
        ));
    }
    over_rows!(mutable_items(), false);
    over_rows!(mutable_index(), false);
    over_rows!(closures(), true);
    over_rows!(closure_across(), false);
    over_rows!(patterns(), false);
    over_rows!(struct_patterns(), true);
    over_rows!(let_with_effects(), true);
    over_rows!(hoisted(), true);
}
