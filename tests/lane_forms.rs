//! Which bodies run side by side: the table of the attribute's page, form by form, and the same results either way.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, s};
use ndstencil::prelude::*;
use ndstencil::{GufuncKernel, sort_slice};

/// Loop elements enough for several groups and a rest.
fn input() -> Array2<f64> {
    Array2::from_shape_fn((200, 7), |(i, j)| ((i * 31 + j * 17) % 23) as f64 - 5.0)
}

macro_rules! form {
    ($lanes:literal, $name:ident, $Kernel:ident, |$x:ident| { $($body:tt)* }) => {
        #[test]
        fn $name() {
            #[gufunc("(n)->()")]
            fn $name($x: ArrayView1<f64>) -> f64 { $($body)* }
            assert_eq!($Kernel::LANES, $lanes);
            let input = input();
            assert_eq!($name().apply(&input), $name().reference(&input));
        }
    };
    ($lanes:literal, $name:ident, $Kernel:ident, |$x:ident, $scratch:ident: $S:ty| { $($body:tt)* }) => {
        #[test]
        fn $name() {
            #[gufunc("(n)->()")]
            fn $name($x: ArrayView1<f64>, $scratch: &mut $S) -> f64 { $($body)* }
            assert_eq!($Kernel::LANES, $lanes);
            let input = input();
            assert_eq!($name().apply(&input), $name().reference(&input));
        }
    };
}

form!(true, range, Range, |x| {
    let mut sum = 0.0;
    for i in 1..x.len() {
        sum += x[i] * x[i - 1];
    }
    sum
});
form!(true, iterators, Iterators, |x| {
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
});
form!(true, own_branch, OwnBranch, |x| {
    let mut sum = 0.0;
    for &v in x {
        if v > 0.0 {
            sum += v;
        } else if v < -3.0 {
            sum -= 1.0;
        }
    }
    sum
});
form!(true, shared_branches, SharedBranches, |x| {
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
});
form!(true, early_return, EarlyReturn, |x| {
    let mut count = 0;
    for &v in x {
        count += usize::from(v > 0.0);
    }
    if count == 0 {
        return -1.0;
    }
    count as f64
});
form!(true, scratch, Scratch, |x, memory: Vec<f64>| {
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
});
form!(false, while_loop, WhileLoop, |x| {
    let mut i = 0;
    while i < x.len() && x[i] > 0.0 {
        i += 1;
    }
    i as f64
});
form!(false, break_on_values, BreakOnValues, |x| {
    let mut sum = 0.0;
    for &v in x {
        if v < 0.0 {
            break;
        }
        sum += v;
    }
    sum
});
form!(false, continue_on_values, ContinueOnValues, |x| {
    let mut sum = 0.0;
    for &v in x {
        if v < 0.0 {
            continue;
        }
        sum += v;
    }
    sum
});
form!(false, return_in_loop, ReturnInLoop, |x| {
    for &v in x {
        if v > 10.0 {
            return v;
        }
    }
    0.0
});
form!(false, range_of_values, RangeOfValues, |x| {
    let mut sum = 0.0;
    for i in 0..x[0].abs() as usize {
        sum += i as f64;
    }
    sum
});
form!(false, loop_over_scratch, LoopOverScratch, |x, memory: Vec<f64>| {
    memory.clear();
    for &v in x {
        memory.push(v);
    }
    let mut sum = 0.0;
    for v in memory.iter() {
        sum += v;
    }
    sum
});
form!(false, methods_of_views, MethodsOfViews, |x| { x.sum() });
form!(false, folds, Folds, |x| { x.iter().fold(0.0, |a, &b| f64::max(a, b)) });
form!(false, slices, Slices, |x| {
    let mut sum = 0.0;
    for &v in x.slice(s![1..]) {
        sum += v;
    }
    sum
});
form!(false, other_functions, OtherFunctions, |x| { first(x) });
form!(false, push_on_values, PushOnValues, |x, memory: Vec<f64>| {
    memory.clear();
    for &v in x {
        if v > 0.0 {
            memory.push(v);
        }
    }
    memory.len() as f64
});
form!(false, sorting_alone, SortingAlone, |x, memory: Vec<f64>| {
    memory.clear();
    for &v in x {
        memory.push(v);
    }
    memory.sort_unstable_by(f64::total_cmp);
    memory[0]
});
form!(false, extending, Extending, |x, memory: Vec<f64>| {
    memory.clear();
    memory.extend(x.iter().copied());
    memory[0]
});
form!(false, other_scratch, OtherScratch, |x, memory: Option<f64>| {
    *memory = Some(0.0);
    for &v in x {
        *memory = memory.map(|sum| sum + v);
    }
    memory.unwrap()
});
form!(false, loop_in_an_expression, LoopInAnExpression, |x| {
    let sum = {
        let mut sum = 0.0;
        for &v in x {
            sum += v;
        }
        sum
    };
    sum * 2.0
});
form!(false, own_memory, OwnMemory, |x| {
    let mut values = Vec::new();
    for &v in x {
        values.extend([v]);
    }
    values.len() as f64
});

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
    assert_eq!((Rows::LANES, SumOf::LANES), (true, true));
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
