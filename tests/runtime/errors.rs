//! Every error of a stencil at run time: its exact message, and that nothing was written.

use ndarray::{Array1, Array2, Array3};
use ndstencil::prelude::*;
use ndstencil::{Error, Halo, KernelError, Schedule, ShapeError, SimdLevel};

#[stencil(boundary = Nearest)]
fn blur(image: Window2<f32>) -> f32 {
    (image[[-1, 0]] + image[[1, 2]]) / 2.0
}

#[stencil(boundary = Nearest)]
fn blend(image: Window3<f32>, mask: Window3<bool>, gain: Window3<u8>) -> (f32, u8) {
    (if mask[[0, 0, 1]] { image[[0, 0, 0]] } else { 0.0 }, gain[[0, 0, 0]])
}

#[stencil(boundary = Keep)]
fn steps(x: Window1<u8>) -> i16 {
    i16::from(x[1]) - i16::from(x[0])
}

#[stencil(boundary = Keep)]
fn pairs(x: Window1<u8>) -> (u8, u16) {
    (x[1], u16::from(x[0]))
}

#[stencil(halo = dynamic, boundary = Nearest)]
fn lag(x: Window1<i32>, by: isize) -> i32 {
    x[-by]
}

const SENTINEL: f32 = -77.0;

/// The error and its message; the output must hold the sentinels that it held.
fn refused(result: Result<(), Error>, out: &Array2<f32>) -> String {
    assert!(out.iter().all(|&value| value == SENTINEL), "something was written");
    result.expect_err("an invalid call").to_string()
}

#[test]
fn outputs_of_the_wrong_shape() {
    let x = Array2::<f32>::zeros((4, 5));
    let mut out = Array2::from_elem((4, 6), SENTINEL);
    assert_eq!(
        refused(blur().apply_into(&x, &mut out), &out),
        "kernel `blur`: output 0 has shape [4, 6], but shape [4, 5] is needed for inputs of shape [4, 5]"
    );
    assert_eq!(
        blur().apply_into(&x, &mut out),
        Err(Error::Shape(ShapeError::Output {
            kernel: "blur",
            output: 0,
            found: vec![4, 6],
            expected: vec![4, 5],
            inputs: vec![4, 5]
        }))
    );
    let mut out = Array2::from_elem((4, 5), SENTINEL);
    assert_eq!(
        refused(blur().boundary(Rim::Shrink).apply_into(&x, &mut out), &out),
        "kernel `blur`: output 0 has shape [4, 5], but shape [2, 3] is needed for inputs of shape [4, 5]"
    );
    let shrunk_on_one_side = blur().boundary(((Rim::Shrink, Boundary::Wrap), Boundary::Wrap));
    assert_eq!(
        refused(shrunk_on_one_side.apply_into(&x, &mut out), &out),
        "kernel `blur`: output 0 has shape [4, 5], but shape [3, 5] is needed for inputs of shape [4, 5]"
    );
}

#[test]
fn a_later_output_of_the_wrong_shape() {
    let shape = (2, 3, 4);
    let (x, mask, gain) = (Array3::zeros(shape), Array3::from_elem(shape, true), Array3::zeros(shape));
    let (mut y, mut z) = (Array3::from_elem(shape, SENTINEL), Array3::from_elem((2, 4, 3), 9));
    let error = blend().apply_into((&x, &mask, &gain), (&mut y, &mut z)).expect_err("an invalid call");
    assert_eq!(
        error.to_string(),
        "kernel `blend`: output 1 has shape [2, 4, 3], but shape [2, 3, 4] is needed for inputs of shape [2, 3, 4]"
    );
    assert_eq!((y, z), (Array3::from_elem(shape, SENTINEL), Array3::from_elem((2, 4, 3), 9)));
}

#[test]
fn inputs_of_different_shapes() {
    let (x, gain) = (Array3::zeros((2, 3, 4)), Array3::zeros((2, 3, 4)));
    let mask = Array3::from_elem((2, 1, 4), true);
    let error = blend().apply((&x, &mask, &gain)).expect_err("an invalid call");
    assert_eq!(
        error,
        Error::Shape(ShapeError::Input {
            kernel: "blend",
            operand: "mask",
            found: vec![2, 1, 4],
            first: "image",
            expected: vec![2, 3, 4]
        })
    );
    assert_eq!(
        error.to_string(),
        "kernel `blend`: input `mask` has shape [2, 1, 4], but input `image` has shape [2, 3, 4]: all inputs must have the same shape"
    );
    assert_eq!(blend().reference((&x, &mask, &gain)).expect_err("an invalid call"), error);
    let mask = Array3::from_elem((2, 3, 4), true);
    let error = blend().apply((&x, &mask, &Array3::zeros((0, 3, 4)))).expect_err("an invalid call");
    assert_eq!(
        error.to_string(),
        "kernel `blend`: input `gain` has shape [0, 3, 4], but input `image` has shape [2, 3, 4]: all inputs must have the same shape"
    );
}

#[test]
fn kept_rims_of_another_type() {
    let x = Array1::from(vec![1u8, 4, 9]);
    let message = "kernel `steps`: with `Rim::Keep`, `apply` copies input `x` into the rim, so its element type must be the output's; use `apply_into` with an output that holds the values to keep";
    let error = steps().apply(&x).expect_err("an invalid call");
    assert_eq!(error, Error::Kernel(KernelError::KeepType { kernel: "steps", operand: "x" }));
    assert_eq!(error.to_string(), message);
    assert_eq!(steps().reference(&x), Err(error));
    let error = pairs().apply(&x).expect_err("one of the outputs has another type");
    assert_eq!(error, Error::Kernel(KernelError::KeepType { kernel: "pairs", operand: "x" }));
    // What the message advises works.
    let mut out = Array1::from(vec![70i16, 71, 72]);
    steps().apply_into(&x, &mut out).expect("a valid call");
    assert_eq!(out, Array1::from(vec![3, 5, 72]));
}

#[test]
fn boundary_functions_that_leave_the_array() {
    let x = Array2::<f32>::zeros((4, 5));
    let mut out = Array2::from_elem((4, 5), SENTINEL);
    let kernel = blur().boundary((Boundary::Nearest, Boundary::With(|index, _| index)));
    assert_eq!(
        refused(kernel.apply_into(&x, &mut out), &out),
        "kernel `blur`: the boundary function of input `image` gave index 5 for index 5 of axis 1, which has 5 cells: it must lie in 0..5"
    );
    let kernel = blur().boundary(Boundary::With(|_, _| -3));
    let error = Error::Kernel(KernelError::BoundaryIndex {
        kernel: "blur",
        operand: "image",
        axis: 0,
        index: -1,
        returned: -3,
        len: 4,
    });
    assert_eq!(kernel.apply(&x), Err(error.clone()));
    assert_eq!(kernel.reference(&x), Err(error));
    // Nothing is read outside an empty array.
    assert!(kernel.apply(&Array2::zeros((4, 0))).is_err());
    assert!(kernel.apply(&Array2::zeros((0, 0))).is_ok());
}

#[test]
fn halos_that_are_not_set() {
    let x = Array1::from(vec![1, 2, 3]);
    let error = lag(1).apply(&x).expect_err("an invalid call");
    assert_eq!(error, Error::Kernel(KernelError::HaloNotSet { kernel: "lag" }));
    assert_eq!(
        error.to_string(),
        "kernel `lag` has a halo that is set at run time (`halo = dynamic`): call `.halo(Halo::new(..))` first"
    );
    assert_eq!(lag(1).halo(Halo::new([[1, 0]])).apply(&x), Ok(Array1::from(vec![1, 1, 2])));
}

#[test]
fn halos_that_no_memory_can_hold() {
    let x = Array1::from(vec![1, 2, 3]);
    for cells in [usize::MAX, usize::MAX / 2, usize::MAX / 4] {
        let error = lag(1).halo(Halo::new([[cells, 0]])).apply(&x).expect_err("an invalid call");
        assert_eq!(error, Error::Shape(ShapeError::HaloTooLarge { kernel: "lag", operand: "x" }));
        assert_eq!(error.to_string(), "kernel `lag`: no memory can hold input `x` with its halo");
    }
    // The product of the extents wraps to a small number.
    let image = Array2::<u8>::zeros((1, 3));
    let halo = Halo::new([[1 << 62, 0], [1, 0]]);
    assert_eq!(
        shift(0).halo(halo).apply(&image),
        Err(Error::Shape(ShapeError::HaloTooLarge { kernel: "shift", operand: "x" }))
    );
}

#[stencil(halo = dynamic, boundary = Nearest)]
fn shift(x: Window2<u8>, by: isize) -> u8 {
    x[[0, -by]]
}

#[test]
fn levels_that_the_processor_does_not_have() {
    let x = Array1::from(vec![1u8, 4, 9]);
    for &level in SimdLevel::ALL {
        let mut out = Array1::from(vec![70i16, 71, 72]);
        let result = steps().schedule(Schedule::new().level(level)).apply_into(&x, &mut out);
        if level.is_available() {
            assert_eq!((result, out), (Ok(()), Array1::from(vec![3, 5, 72])));
        } else {
            let error = result.expect_err("an invalid call");
            assert_eq!(error, Error::Kernel(KernelError::Level { kernel: "steps", level }));
            assert_eq!(
                error.to_string(),
                format!(
                    "kernel `steps`: the schedule asks for instruction level `{level}`, which this processor does not have"
                )
            );
            assert_eq!(out, Array1::from(vec![70, 71, 72]));
        }
    }
}

#[test]
fn errors_are_ordinary_errors() {
    fn takes<E: std::error::Error + Send + Sync + 'static>(_: E) {}
    takes(Error::Kernel(KernelError::HaloNotSet { kernel: "lag" }));
}
