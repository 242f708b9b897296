use ndstencil::prelude::*;

// rustc's proposals are for the user's own parameters.

#[stencil(boundary = Nearest)]
fn without<T>(x: Window1<T>) -> T {
    x[-1] + x[1]
}

#[stencil(boundary = Nearest)]
fn with_another<T: PartialOrd>(x: Window1<T>) -> T {
    x[-1] + x[1]
}

fn main() {}
