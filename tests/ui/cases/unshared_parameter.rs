#![allow(unused_imports)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

use ndstencil::prelude::*;

#[stencil]
fn counted(x: Window1<f32>, count: &Cell<usize>) -> f32 {
    count.set(count.get() + 1);
    x[0]
}

#[stencil]
fn shared(x: Window1<f32>, table: Rc<[f32]>, other: Arc<Vec<f32>>) -> f32 {
    x[0] + table[0] + other[0]
}

#[stencil]
fn borrowed(x: Window1<f32>, table: &RefCell<Vec<f32>>, all: (&Rc<f32>, u8)) -> f32 {
    x[0] + table.borrow()[0] + **all.0
}

#[stencil]
fn pointer(x: Window1<f32>, table: *const f32) -> f32 {
    x[0] + unsafe { *table }
}

#[gufunc("()->()")]
fn loops(x: f32, count: &Cell<usize>) -> f32 {
    count.set(count.get() + 1);
    x
}

// These are fine.

#[stencil]
fn locked(x: Window1<f32>, total: &Mutex<f32>) -> f32 {
    *total.lock().unwrap() += x[0];
    x[0]
}

#[stencil]
fn called(x: Window1<f32>, f: fn(Rc<f32>, *const f32) -> f32) -> f32 {
    f(Rc::new(x[0]), &raw const x[0])
}

#[stencil]
fn dispatched(x: Window1<f32>, f: &(dyn Fn(&Cell<f32>) -> f32 + Sync)) -> f32 {
    f(&Cell::new(x[0]))
}

mod life {
    use super::*;

    #[derive(Clone, Copy)]
    struct Cell<T>(T);

    #[stencil]
    fn alive(x: Window1<f32>, dead: Cell<f32>) -> bool {
        x[0] > dead.0
    }

    pub fn main() {
        let _ = alive(Cell(0.0));
    }
}

fn main() {
    let total = Mutex::new(0.0);
    let _ = (locked(&total), called(|x, _| *x), dispatched(&|x| x.get()));
    life::main();
}
