//! The bodies that run side by side: the table of the attribute's page, form by form, and the same results either way.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, s};
use ndstencil::prelude::*;
use ndstencil::{ElementFunction, network::sort_slice};

/// Loop elements enough for several groups and a rest.
fn input() -> Array2<f64> {
    Array2::from_shape_fn((200, 7), |(i, j)| ((i * 31 + j * 17) % 23) as f64 - 5.0)
}

#[gufunc("(n)->()")]
fn range(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        sum += x[i] * x[i - 1];
    }
    sum
}

#[gufunc("(n)->()")]
fn iterators(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for v in x.iter() {
        sum += v;
    }
    for (i, (&v, w)) in x.iter().zip(x.iter().copied().skip(1)).enumerate() {
        sum += v * w * i as f64;
    }
    for v in x.iter().rev().take(3) {
        sum -= v;
    }
    for &v in x.iter().step_by(2) {
        sum *= v;
    }
    sum
}

#[gufunc("(n)->()")]
fn own_branch(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        if v > 0.0 {
            sum += v;
        } else if v < -3.0 {
            sum -= 1.0;
        }
    }
    sum
}

#[gufunc("(n)->()")]
fn shared_branches(x: ArrayView1<f64>) -> f64 {
    let n = x.len();
    if n < 2 {
        return f64::NAN;
    }
    let mut sum = 0.0;
    for i in 0..2 * n {
        if i > n {
            break;
        }
        sum += x[i.min(n - 1)];
    }
    sum
}

#[gufunc("(n)->()")]
fn early_return(x: ArrayView1<f64>) -> f64 {
    let mut count = 0;
    for &v in x {
        count += usize::from(v > 0.0);
    }
    if count == 0 {
        return -1.0;
    }
    count as f64
}

#[gufunc("(n)->()")]
fn scratch(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    memory.reserve(x.len());
    memory.resize(2, 1.0);
    for &v in x {
        memory.push(v + 1.0);
    }
    sort_slice(memory);
    memory.truncate(5);
    let mut sum = 0.0;
    for i in 0..memory.len() {
        memory[i] *= 2.0;
        sum += memory[i];
    }
    sum
}

#[gufunc("(n)->()")]
fn while_loop(x: ArrayView1<f64>) -> f64 {
    let mut i = 0;
    while i < x.len() && x[i] > 0.0 {
        i += 1;
    }
    i as f64
}

#[gufunc("(n)->()")]
fn break_on_values(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        if v < 0.0 {
            break;
        }
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn continue_on_values(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for &v in x {
        if v < 0.0 {
            continue;
        }
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn return_in_loop(x: ArrayView1<f64>) -> f64 {
    for &v in x {
        if v > 10.0 {
            return v;
        }
    }
    0.0
}

#[gufunc("(n)->()")]
fn range_of_values(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for i in 0..x[0].abs() as usize {
        sum += i as f64;
    }
    sum
}

#[gufunc("(n)->()")]
fn loop_over_scratch(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    for &v in x {
        memory.push(v);
    }
    let mut sum = 0.0;
    for v in memory.iter() {
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn methods_of_views(x: ArrayView1<f64>) -> f64 {
    x.sum()
}

#[gufunc("(n)->()")]
fn folds(x: ArrayView1<f64>) -> f64 {
    x.iter().fold(0.0, |a, &b| f64::max(a, b))
}

#[gufunc("(n)->()")]
fn slices(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    for &v in x.slice(s![1..]) {
        sum += v;
    }
    sum
}

#[gufunc("(n)->()")]
fn other_functions(x: ArrayView1<f64>) -> f64 {
    first(x)
}

#[gufunc("(n)->()")]
fn push_on_values(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    for &v in x {
        if v > 0.0 {
            memory.push(v);
        }
    }
    memory.len() as f64
}

#[gufunc("(n)->()")]
fn sorting_alone(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    for &v in x {
        memory.push(v);
    }
    memory.sort_unstable_by(f64::total_cmp);
    memory[0]
}

#[gufunc("(n)->()")]
fn extending(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    memory.extend(x.iter().copied());
    memory[0]
}

#[gufunc("(n)->()")]
fn other_scratch(x: ArrayView1<f64>, memory: &mut Option<f64>) -> f64 {
    *memory = Some(0.0);
    for &v in x {
        *memory = memory.map(|sum| sum + v);
    }
    memory.unwrap()
}

#[gufunc("(n)->()")]
fn loop_in_an_expression(x: ArrayView1<f64>) -> f64 {
    let sum = {
        let mut sum = 0.0;
        for &v in x {
            sum += v;
        }
        sum
    };
    sum * 2.0
}

#[gufunc("(n)->()")]
fn own_memory(x: ArrayView1<f64>) -> f64 {
    let mut values = Vec::new();
    for &v in x {
        values.extend([v]);
    }
    values.len() as f64
}

#[gufunc("(n)->()")]
fn counted(x: ArrayView1<f64>) -> f64 {
    let mut sum = 0.0;
    let mut i = 0;
    while i < x.len() {
        sum += x[i];
        i += 2;
    }
    sum
}

#[gufunc("(n)->()")]
fn small_arrays(x: ArrayView1<f64>) -> f64 {
    let mut ends = [0.0, 0.0];
    for &v in x {
        match v > 0.0 {
            true => ends[1] += v,
            false => ends[0] += v,
        }
    }
    ends[1] - ends[0]
}

#[gufunc("(n)->()")]
fn filtered(x: ArrayView1<f64>, memory: &mut Vec<f64>) -> f64 {
    memory.clear();
    memory.extend(x.iter().filter(|v| **v > 0.0));
    memory.len() as f64
}

#[derive(Default)]
struct Total(f64);

/// A value that is not seen to be `Copy` and lives through a loop.
#[gufunc("(n)->()")]
fn owner(x: ArrayView1<f64>) -> f64 {
    let mut total = Total::default();
    for &v in x {
        total.0 += v;
    }
    total.0
}

#[test]
fn table() {
    let side_by_side = [
        Counted::SIDE_BY_SIDE,
        SmallArrays::SIDE_BY_SIDE,
        Range::SIDE_BY_SIDE,
        Iterators::SIDE_BY_SIDE,
        OwnBranch::SIDE_BY_SIDE,
        SharedBranches::SIDE_BY_SIDE,
        EarlyReturn::SIDE_BY_SIDE,
        Scratch::SIDE_BY_SIDE,
        Folds::SIDE_BY_SIDE,
        Extending::SIDE_BY_SIDE,
    ];
    assert_eq!(side_by_side, [true; 10]);
    let alone = [
        Filtered::SIDE_BY_SIDE,
        Owner::SIDE_BY_SIDE,
        WhileLoop::SIDE_BY_SIDE,
        BreakOnValues::SIDE_BY_SIDE,
        ContinueOnValues::SIDE_BY_SIDE,
        ReturnInLoop::SIDE_BY_SIDE,
        RangeOfValues::SIDE_BY_SIDE,
        LoopOverScratch::SIDE_BY_SIDE,
        MethodsOfViews::SIDE_BY_SIDE,
        Slices::SIDE_BY_SIDE,
        OtherFunctions::SIDE_BY_SIDE,
        PushOnValues::SIDE_BY_SIDE,
        SortingAlone::SIDE_BY_SIDE,
        OtherScratch::SIDE_BY_SIDE,
        LoopInAnExpression::SIDE_BY_SIDE,
        OwnMemory::SIDE_BY_SIDE,
    ];
    assert_eq!(alone, [false; 16]);
}

#[test]
fn results() {
    let x = input();
    assert_eq!(counted().apply(&x), counted().reference(&x));
    assert_eq!(small_arrays().apply(&x), small_arrays().reference(&x));
    assert_eq!(filtered().apply(&x), filtered().reference(&x));
    assert_eq!(owner().apply(&x), owner().reference(&x));
    assert_eq!(range().apply(&x), range().reference(&x));
    assert_eq!(iterators().apply(&x), iterators().reference(&x));
    assert_eq!(own_branch().apply(&x), own_branch().reference(&x));
    assert_eq!(shared_branches().apply(&x), shared_branches().reference(&x));
    assert_eq!(early_return().apply(&x), early_return().reference(&x));
    assert_eq!(scratch().apply(&x), scratch().reference(&x));
    assert_eq!(while_loop().apply(&x), while_loop().reference(&x));
    assert_eq!(break_on_values().apply(&x), break_on_values().reference(&x));
    assert_eq!(continue_on_values().apply(&x), continue_on_values().reference(&x));
    assert_eq!(return_in_loop().apply(&x), return_in_loop().reference(&x));
    assert_eq!(range_of_values().apply(&x), range_of_values().reference(&x));
    assert_eq!(loop_over_scratch().apply(&x), loop_over_scratch().reference(&x));
    assert_eq!(methods_of_views().apply(&x), methods_of_views().reference(&x));
    assert_eq!(folds().apply(&x), folds().reference(&x));
    assert_eq!(slices().apply(&x), slices().reference(&x));
    assert_eq!(other_functions().apply(&x), other_functions().reference(&x));
    assert_eq!(push_on_values().apply(&x), push_on_values().reference(&x));
    assert_eq!(sorting_alone().apply(&x), sorting_alone().reference(&x));
    assert_eq!(extending().apply(&x), extending().reference(&x));
    assert_eq!(other_scratch().apply(&x), other_scratch().reference(&x));
    assert_eq!(loop_in_an_expression().apply(&x), loop_in_an_expression().reference(&x));
    assert_eq!(own_memory().apply(&x), own_memory().reference(&x));
}

fn first(x: ArrayView1<'_, f64>) -> f64 {
    x[0]
}

/// Matrices, and cells of outputs.
#[test]
fn cells() {
    #[gufunc("(m,n)->(m)")]
    fn rows(a: ArrayView2<f32>, mut y: ArrayViewMut1<f32>) {
        for i in 0..a.nrows() {
            for j in 0..a.ncols() {
                y[i] += a[[i, j]];
            }
        }
    }
    assert_eq!((Rows::SIDE_BY_SIDE, SumOf::SIDE_BY_SIDE), (true, true));
    let a = ndarray::Array3::from_shape_fn((100, 3, 4), |(k, i, j)| (k + 2 * i + 3 * j) as f32);
    assert_eq!(rows().apply(&a), rows().reference(&a));
}

/// Element by element, whatever the body is.
#[gufunc("(),()->()")]
fn sum_of(mut a: u32, b: u32) -> u32 {
    let mut sum = 0;
    while a > 0 {
        sum += a % b;
        a /= b;
    }
    sum
}

#[test]
fn digits() {
    let a = Array1::from_iter(0..1000u32);
    assert_eq!(sum_of().apply((&a, 10)), sum_of().reference((&a, 10)));
}
