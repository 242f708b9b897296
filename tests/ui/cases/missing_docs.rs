//! A kernel's generated documentation is not its author's.

#![deny(missing_docs)]

use ndstencil::prelude::*;

/// Documented.
#[stencil(boundary = Nearest)]
pub fn documented(x: Window1<f32>) -> f32 {
    x[1]
}

#[stencil(boundary = Nearest)]
pub fn undocumented(x: Window1<f32>) -> f32 {
    x[1]
}

#[gufunc("(),()->()")]
pub fn undocumented_gufunc(x: f32, y: f32) -> f32 {
    x + y
}

mod private {
    use ndstencil::prelude::*;

    #[stencil(boundary = Nearest)]
    pub(super) fn inner(x: Window1<f32>) -> f32 {
        x[1]
    }
}

fn main() {
    let _ = private::inner();
}
