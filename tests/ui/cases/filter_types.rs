use ndarray::{Array2, ArrayView2, ArrayViewMut2};
use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
fn left(x: Window2<u8>) -> u8 {
    x[[0, -1]]
}

fn view_in(_: &dyn Filter<ArrayView2<'static, u8>, Array2<u8>>) {}

fn view_out(_: impl Filter<Array2<u8>, ArrayViewMut2<'static, u8>>) {}

fn reference_in(_: impl Filter<&'static Array2<u8>, Array2<u8>>) {}

fn views_in(_: impl Filter<(ArrayView2<'static, u8>, ArrayView2<'static, u8>), Array2<u8>>) {}

fn main() {
    let _: Box<dyn Filter<ArrayView2<u8>, Array2<u8>>> = Box::new(left());
}
