use ndstencil::prelude::*;

#[stencil(boundary = Nearest)]
struct Smooth;

#[stencil]
const SMOOTH: u8 = 0;

#[stencil]
trait Filter {}

#[stencil]
impl Smooth {}

fn main() {}
