use ndarray::array;
use ndstencil::kernels;

#[derive(Clone, Copy)]
struct Height(i16);

fn main() {
    let _ = kernels::nanmax().apply(&array![1u8, 2]); // Integers are taken.
    let _ = kernels::mean().apply(&array![Height(1), Height(2)]);
}
