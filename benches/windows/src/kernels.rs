//! The bodies of `ndstencil-forms` at several sizes.

use ndstencil::prelude::*;
use ndstencil_forms::{cubes, window_bodies};

pub use ndstencil_forms::windows::{cube7, cube9, open};

window_bodies! {
    w3: 1, 4;
    w5: 2, 12;
    w7: 3, 24;
    w9: 4, 40;
    w11: 5, 60;
    w13: 6, 84;
    w17: 8, 144;
    w31: 15, 480;
}
cubes! {
    cube3: 1;
    cube5: 2;
}
