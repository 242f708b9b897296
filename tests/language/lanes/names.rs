//! Names: hidden ones, raw ones, captured ones.

use super::*;

#[gufunc("(n)->()")]
fn shadowed(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        sum += v;
        {
            let sum = v * 2.0;
            let v = sum;
            let _ = v;
        }
        let mut sum = sum * 0.5;
        for k in 0..2 {
            sum += k as f32;
        }
        let _ = sum;
    }
    let mut sum = sum + 1.0;
    for i in 0..x.len() {
        let x = x[i];
        sum -= x;
    }
    sum
}

#[gufunc("(n)->()")]
fn hidden_same(x: ArrayView1<f32>) -> f32 {
    let n = x.len();
    let a = x[0];
    let b = a * n as f32;
    let n = n + 1;
    let mut sum = b * n as f32;
    let c = sum + a;
    let mut sum = 0.5f32;
    for &v in x {
        sum += v * c;
    }
    sum + b
}

#[gufunc("(n)->()")]
fn hides_the_core(x: ArrayView1<f32>) -> f32 {
    let y = x[0];
    let x = [y, 2.0 * y, 3.0];
    x[1] + x[2]
}

#[gufunc("(n)->()")]
fn raw_names(x: ArrayView1<f32>, r#in: f32) -> f32 {
    let mut r#type = r#in;
    for &r#match in x {
        r#type += r#match * r#in;
    }
    r#type
}

#[gufunc("(n)->()")]
fn captures(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        assert!(!v.is_infinite(), "{v:>9.3} in {sum}");
        sum += v;
        let text = format!("{v}");
        if text.is_empty() {
            sum += 1.0;
        }
    }
    sum
}

struct L;
#[derive(Clone, Copy)]
struct T(f32);

#[gufunc("(n)->()")]
fn user_types(x: ArrayView1<f32>) -> f32 {
    let _ = L;
    let t = T(x[0]);
    t.0 + 1.0
}

#[test]
fn names() {
    over_rows!(shadowed(), true);
    over_rows!(hidden_same(), true);
    over_rows!(hides_the_core(), true);
    over_rows!(raw_names(0.25), true);
    over_rows!(captures(), true);
    over_rows!(user_types(), true);
}
