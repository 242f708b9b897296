use ndstencil::prelude::*;

#[derive(Clone, Copy)]
#[repr(align(128))]
struct Page(u8);

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line(u8);

#[stencil]
fn input(x: Window1<Page>) -> u8 {
    x[0].0
}

#[stencil]
fn output(x: Window1<Line>, by: &[u8]) -> (Line, Page) {
    (x[0], Page(by[0]))
}

#[gufunc("()->()")]
fn each(x: Page) -> u8 {
    x.0
}

fn main() {}
