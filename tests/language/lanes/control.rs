//! Control flow.

use super::*;

#[gufunc("(n)->()")]
fn labelled(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    'outer: for i in 0..x.len() {
        for j in 0..=i {
            if j == 3 {
                continue 'outer;
            }
            if i + j > 9 {
                break 'outer;
            }
            sum += x[i] * x[j];
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn skips_alike(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for (i, &v) in x.iter().enumerate() {
        if i % 2 == 1 {
            continue;
        }
        let d = v - 1.0;
        if i > 6 {
            break;
        } else if d > 0.5 {
            sum += d;
        } else {
            sum -= v;
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn skips_apart(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        if v.is_nan() {
            continue;
        }
        sum += v;
    }
    sum
}

macro_rules! skip {
    ($v:expr) => {
        if $v.is_nan() {
            continue;
        }
    };
}

#[gufunc("(n)->()")]
fn skips_in_a_macro(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        skip!(v);
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn own_macro(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    macro_rules! add {
        ($v:expr) => {
            sum += $v
        };
    }
    for &v in x {
        add!(v);
    }
    sum
}

#[gufunc("(n)->()")]
fn matches_and_lets(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0f32;
    for &v in x {
        if let Some(w) = Some(v).filter(|w| *w > 0.0) {
            sum += w;
        }
        match v {
            w if w.is_nan() => sum += 1.0,
            0.0 => {}
            w => sum -= w * 0.5,
        }
        let Some(w) = (if v > 2.0 { None } else { Some(v) }).or(Some(0.0)) else { unreachable!() };
        sum += w;
    }
    sum
}

#[gufunc("(n)->()")]
fn match_at_the_end(x: ArrayView1<f32>) -> f32 {
    match x[0] {
        v if v > 0.0 => v,
        _ => -1.0,
    }
}

#[gufunc("(n)->()")]
fn macro_at_the_end(x: ArrayView1<f32>) -> bool {
    let v = x[0];
    matches!(v, -2.0..=2.0)
}

#[gufunc("(n)->()")]
fn branch_at_the_end(x: ArrayView1<f32>) -> f32 {
    let a = x[0] * 2.0;
    if x.len() > 2 {
        let mut sum = a;
        for &v in x {
            sum += v;
        }
        sum
    } else if x.len() > 1 {
        a + 1.0
    } else {
        return a;
    }
}

#[gufunc("(n)->()")]
fn branches_that_return(x: ArrayView1<f32>) -> f32 {
    if x.len() > 2 {
        return x[2];
    } else {
        return x[0];
    };
}

#[gufunc("(n)->()")]
fn block_at_the_end(x: ArrayView1<f32>) -> f32 {
    {
        let mut sum = 0.0f32;
        for &v in x {
            sum += v;
        }
        sum
    }
}

#[gufunc("(n)->()")]
fn returns_early(x: ArrayView1<f32>) -> f32 {
    let n = x.len();
    if n < 2 {
        return f32::NAN;
    }
    let mut sum = 0.0f32;
    for i in 1..n {
        if i == 4 {
            return sum;
        }
        sum += x[i];
    }
    if sum < 0.0 {
        return -1.0;
    }
    if sum > 3.0 {
        return sum;
    }
    return sum * 0.5;
}

fn positive(v: f32) -> Option<f32> {
    (v > 0.0).then_some(v)
}

#[gufunc("(n)->()")]
fn question(x: ArrayView1<f32>, low: f32) -> Option<usize> {
    if x.len() == 1 {
        return Some(positive(x[0])? as usize);
    }
    let v = positive(x[1] - low)?;
    Some(v as usize)
}

/// In a lane that has returned, the cell is not asked for.
#[gufunc("(n)->()")]
fn cell_behind_return(x: ArrayView1<f32>) -> f32 {
    if x[0] > -100.0 || x[0].is_nan() {
        return 1.0;
    }
    x[1000]
}

#[gufunc("(n)->()")]
fn sums_of_ndarray(x: ArrayView1<f32>) -> f32 {
    let mut sum = x.sum();
    for &v in x {
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn returns_of_ndarray(x: ArrayView1<f32>) -> f32 {
    if x.len() > 2 {
        return x.sum();
    }
    x[0]
}

#[gufunc("(n)->()")]
fn per_lane_loop(x: ArrayView1<f32>) -> f32 {
    let n = (x[0].abs() as usize).min(5);
    let mut sum = 0.0f32;
    for _ in 0..n {
        sum += 1.5;
    }
    sum
}

#[test]
fn control() {
    over_rows!(labelled(), true);
    over_rows!(skips_alike(), true);
    over_rows!(skips_apart(), false);
    over_rows!(skips_in_a_macro(), false);
    over_rows!(own_macro(), false);
    over_rows!(matches_and_lets(), true);
    over_rows!(match_at_the_end(), true);
    over_rows!(macro_at_the_end(), true);
    over_rows!(branch_at_the_end(), true);
    over_rows!(branches_that_return(), true);
    over_rows!(block_at_the_end(), true);
    over_rows!(returns_early(), true);
    over_rows!(question(0.5), true);
    over_rows!(cell_behind_return(), true);
    over_rows!(sums_of_ndarray(), false);
    over_rows!(returns_of_ndarray(), false);
    over_rows!(per_lane_loop(), false);
}
