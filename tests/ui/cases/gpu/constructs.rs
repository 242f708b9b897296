use ndstencil::prelude::*;

#[derive(Clone, Copy)]
struct Pair {
    a: f32,
    b: f32,
}

#[stencil(boundary = Nearest, gpu)]
fn vector(x: Window2<f32>) -> f32 {
    let mut values = vec![x[[0, 1]], x[[1, 0]]];
    values.push(1.0);
    values[0]
}

#[stencil(boundary = Nearest, gpu)]
fn allocation(x: Window2<f32>) -> f32 {
    let mut values = Vec::new();
    values.push(x[[0, 1]]);
    values[0]
}

#[stencil(boundary = Nearest, gpu)]
fn collected(x: Window2<f32>) -> f32 {
    let values: Vec<f32> = x.values().iter().map(|v| v + x[[0, 1]]).collect();
    values[0]
}

#[stencil(gpu)]
fn text(x: Window2<f32>) -> f32 {
    let unit = "metres";
    let label = String::from(unit);
    x[[0, 0]] + label.len() as f32
}

#[stencil(boundary = Nearest, gpu)]
fn nothing(x: Window2<f32>) -> f32 {
    let mut highest: Option<f32> = None;
    for i in -1..=1 {
        highest = match highest {
            Some(v) => Some(v.max(x[[i, 0]])),
            None => Some(x[[i, 0]]),
        };
    }
    highest.unwrap_or(0.0)
}

#[stencil(gpu)]
fn closure_as_value(x: Window2<f32>) -> f32 {
    let twice = |v: f32| 2.0 * v;
    let same = |v: f32| v;
    let form = if x[[0, 0]] > 0.0 { twice } else { same };
    form(x[[0, 0]])
}

#[stencil(gpu)]
fn function_pointers(x: Window2<f32>) -> f32 {
    let forms: [fn(f32) -> f32; 2] = [f32::sqrt, f32::abs];
    forms[0](x[[0, 0]])
}

#[stencil(gpu)]
fn stored_reference(x: Window2<f32>) -> f32 {
    let mut sum = x[[0, 0]];
    let place = &mut sum;
    *place += 1.0;
    sum
}

#[stencil(gpu)]
fn local_struct(x: Window2<f32>) -> f32 {
    struct Sum {
        value: f32,
    }
    enum Sign {
        Plus,
        Minus,
    }
    let sum: Sum = Sum { value: x[[0, 0]] };
    let sign = if sum.value > 0.0 { Sign::Plus } else { Sign::Minus };
    match sign {
        Sign::Plus => sum.value,
        Sign::Minus => -sum.value,
    }
}

#[stencil(gpu)]
fn outer_struct(x: Window2<f32>) -> f32 {
    let pair = Pair { a: x[[0, 0]], b: 1.0 };
    pair.a + pair.b
}

#[stencil(gpu)]
fn let_else(x: Window2<i32>) -> i32 {
    let 1..=9 = x[[0, 0]] else {
        return 0;
    };
    x[[0, 0]]
}

#[stencil(gpu)]
fn if_let(x: Window2<i32>) -> i32 {
    if let 1..=9 = x[[0, 0]] { 1 } else { 0 }
}

#[stencil(gpu)]
fn labelled_block(x: Window2<i32>) -> i32 {
    'found: {
        if x[[0, 0]] > 3 {
            break 'found 1;
        }
        2
    }
}

#[stencil(gpu)]
fn unsafe_block(x: Window2<f32>) -> f32 {
    unsafe { f32::to_int_unchecked::<i32>(x[[0, 0]]) as f32 }
}

#[stencil(gpu)]
fn wide(x: Window2<f32>) -> f32 {
    let wide = 1_u128;
    x[[0, 0]] + wide as f32
}

fn main() {}
