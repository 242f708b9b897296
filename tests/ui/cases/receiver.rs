use ndstencil::prelude::*;

struct Settings;

impl Settings {
    #[stencil(boundary = Nearest)]
    fn smooth(&self, x: Window2<f32>) -> f32 {
        x[[0, 1]]
    }
}

// Callers stay quiet.
fn main() {
    let y = Settings.smooth().apply(&ndarray::Array2::<f32>::zeros((2, 2)));
    println!("{:?}", y);
}
