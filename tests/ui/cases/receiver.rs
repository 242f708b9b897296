use ndstencil::prelude::*;

struct Settings;

impl Settings {
    #[stencil(boundary = Nearest)]
    fn smooth(&self, x: Window2<f32>) -> f32 {
        x[[0, 1]]
    }
}

fn main() {}
