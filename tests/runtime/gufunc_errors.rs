//! Every error of a gufunc at run time: its exact message.

use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, arr0, array};
use ndstencil::prelude::*;
use ndstencil::{Error, KernelError, ShapeError};

#[gufunc("(),()->()")]
fn larger(a: f64, b: f64) -> f64 {
    a.max(b)
}

#[gufunc("()->()")]
fn widened(x: u8) -> f64 {
    x.into()
}

#[stencil(boundary = Nearest)]
fn shifted(x: Window2<f64>) -> f64 {
    x[[0, -1]]
}

#[gufunc("(n),(n)->()")]
fn inner(a: ArrayView1<f64>, b: ArrayView1<f64>) -> f64 {
    a.dot(&b)
}

#[gufunc("(m,n),(n,p)->(m,p)")]
fn matmul(a: ArrayView2<f64>, b: ArrayView2<f64>, mut product: ArrayViewMut2<f64>) {
    product.assign(&a.dot(&b));
}

#[gufunc("(3),(3)->(3)")]
fn cross(a: ArrayView1<f64>, b: ArrayView1<f64>, mut c: ArrayViewMut1<f64>) {
    for i in 0..3 {
        let (j, k) = ((i + 1) % 3, (i + 2) % 3);
        c[i] = a[j] * b[k] - a[k] * b[j];
    }
}

#[gufunc("(m),(n)->(p)", p = m - n + 1)]
fn correlate(a: ArrayView1<f64>, b: ArrayView1<f64>, mut c: ArrayViewMut1<f64>) {
    for i in 0..c.len() {
        for j in 0..b.len() {
            c[i] += a[i + j] * b[j];
        }
    }
}

#[gufunc("(m,n)->()", require = n > 0 && m >= n)]
fn tall(x: ArrayView2<f64>) -> f64 {
    x[[0, 0]]
}

#[gufunc("(n)->(n),()")]
fn running(x: ArrayView1<f64>, mut sums: ArrayViewMut1<f64>) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i];
        sums[i] = sum;
    }
    sum
}

#[gufunc("->(n)")]
fn ramp(mut y: ArrayViewMut1<f64>) {
    for i in 0..y.len() {
        y[i] = i as f64;
    }
}

/// The message of a call of a gufunc that is refused.
fn message<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("an invalid call was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn operands_with_too_few_dimensions() {
    let (matrix, vector) = (Array2::<f64>::zeros((4, 3)), Array1::<f64>::zeros(3));
    let error = matmul().apply((&matrix.view().into_dyn(), &vector.view().into_dyn())).unwrap_err();
    let signature = "(m,n),(n,p)->(m,p)";
    let operand = "input `b`".into();
    assert_eq!(
        error,
        Error::Shape(ShapeError::TooFewDimensions { kernel: "matmul", operand, found: vec![3], needed: 2, signature })
    );
    assert_eq!(
        error.to_string(),
        "kernel `matmul`: input `b` of shape [3] has too few axes for its core dimensions: the signature (m,n),(n,p)->(m,p) needs at least 2"
    );
    let mut out = arr0(SENTINEL_64).into_dyn();
    assert_eq!(
        message(cross().apply_into((&vector, &vector), &mut out)),
        "kernel `cross`: output `c` of shape [] has too few axes for its core dimensions: the signature (3),(3)->(3) needs at least 1"
    );
    assert_eq!(out, arr0(SENTINEL_64).into_dyn());
    assert_eq!(
        message(larger().accumulate(&arr0(1.0).into_dyn())),
        "kernel `larger`: input `x` of shape [] has too few axes for its core dimensions: the signature (n)->(n) needs at least 1"
    );
}

const SENTINEL_64: f64 = -77.0;

#[test]
fn core_dimensions_of_other_sizes() {
    let x = Array2::<f64>::zeros((5, 3));
    let error = inner().apply((&x, &Array2::zeros((5, 4)))).unwrap_err();
    let expected = Error::Shape(ShapeError::CoreSize {
        kernel: "inner",
        operand: "input `b`".into(),
        dimension: "n",
        axis: 0,
        found: 4,
        expected: 3,
        shape: vec![5, 4],
        signature: "(n),(n)->()",
    });
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "kernel `inner`: core dimension 0, `n`, of input `b` has size 4, but 3 is needed for the signature (n),(n)->() (the operand's shape is [5, 4])"
    );
    // Size 1 is not broadcast.
    assert_eq!(
        message(inner().apply((&x, &Array1::zeros(1)))),
        "kernel `inner`: core dimension 0, `n`, of input `b` has size 1, but 3 is needed for the signature (n),(n)->() (the operand's shape is [1])"
    );
    // Factors in the wrong order, and a matrix that should have been transposed.
    assert_eq!(
        message(matmul().apply((&Array3::zeros((9, 2, 3)), &Array2::zeros((2, 3))))),
        "kernel `matmul`: core dimension 0, `n`, of input `b` has size 2, but 3 is needed for the signature (m,n),(n,p)->(m,p) (the operand's shape is [2, 3])"
    );
    let mut out = Array3::from_elem((9, 4, 2), SENTINEL_64);
    assert_eq!(
        message(matmul().apply_into((&Array3::zeros((9, 2, 3)), &Array2::zeros((3, 4))), &mut out)),
        "kernel `matmul`: core dimension 0, `m`, of output `product` has size 4, but 2 is needed for the signature (m,n),(n,p)->(m,p) (the operand's shape is [9, 4, 2])"
    );
    assert!(out.iter().all(|&v| v == SENTINEL_64));
    // A size that the signature fixes.
    assert_eq!(
        message(cross().apply((&x, &Array2::zeros((5, 2))))),
        "kernel `cross`: core dimension 0, `3`, of input `b` has size 2, but 3 is needed for the signature (3),(3)->(3) (the operand's shape is [5, 2])"
    );
    // Vectors along the first axis, without `.axes(..)`.
    assert_eq!(
        message(cross().apply((&x.t(), &x.t()))),
        "kernel `cross`: core dimension 0, `3`, of input `a` has size 5, but 3 is needed for the signature (3),(3)->(3) (the operand's shape is [3, 5])"
    );
    // The computed size of an output.
    let mut out = Array1::from_elem(5, SENTINEL_64);
    assert_eq!(
        message(correlate().apply_into((&array![1.0, 2.0, 3.0, 4.0, 5.0], &array![1.0, 1.0]), &mut out)),
        "kernel `correlate`: core dimension 0, `p`, of output `c` has size 5, but 4 is needed for the signature (m),(n)->(p) (the operand's shape is [5])"
    );
}

#[test]
fn loop_dimensions_that_do_not_broadcast() {
    let (a, b) = (Array2::<f64>::zeros((4, 5)), Array2::<f64>::zeros((5, 4)));
    let error = larger().apply((&a, &b)).unwrap_err();
    let expected = Error::Shape(ShapeError::Broadcast {
        kernel: "larger",
        operand: "input `b`".into(),
        found: vec![5, 4],
        other: "input `a`".into(),
        expected: vec![4, 5],
        signature: "(),()->()",
    });
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "kernel `larger`: the loop dimensions [5, 4] of input `b` do not broadcast with [4, 5] of input `a` (signature (),()->())"
    );
    // A row for each slice: an axis is missing.
    assert_eq!(
        message(inner().apply((&Array3::<f64>::zeros((2, 6, 3)), &Array2::<f64>::zeros((2, 3))))),
        "kernel `inner`: the loop dimensions [2] of input `b` do not broadcast with [2, 6] of input `a` (signature (n),(n)->())"
    );
    assert!(inner().apply((&Array3::<f64>::zeros((2, 6, 3)), &Array3::<f64>::zeros((2, 1, 3)))).is_ok());
}

#[test]
fn outputs_that_cannot_hold_the_loop_dimensions() {
    let (x, mut out) = (Array2::<f64>::zeros((4, 5)), Array2::from_elem((5, 4), SENTINEL_64));
    let error = larger().apply_into((&x, 1.0), &mut out).unwrap_err();
    let expected = Error::Shape(ShapeError::OutputLoops {
        kernel: "larger",
        operand: "output 0".into(),
        found: vec![5, 4],
        expected: vec![4, 5],
        shape: vec![5, 4],
        signature: "(),()->()",
    });
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "kernel `larger`: output 0 of shape [5, 4] has loop dimensions [5, 4], which cannot hold the loop dimensions [4, 5] of the other operands (signature (),()->())"
    );
    // Outputs do not broadcast.
    let mut row = Array2::from_elem((1, 5), SENTINEL_64);
    assert_eq!(
        message(larger().apply_into((&x, 1.0), &mut row)),
        "kernel `larger`: output 0 of shape [1, 5] has loop dimensions [1, 5], which cannot hold the loop dimensions [4, 5] of the other operands (signature (),()->())"
    );
    // All outputs have the same ones.
    let (mut sums, mut last) = (Array2::from_elem((4, 5), SENTINEL_64), Array1::from_elem(5, SENTINEL_64));
    assert_eq!(
        message(running().apply_into(&x, (&mut sums, &mut last))),
        "kernel `running`: output 1 of shape [5] has loop dimensions [5], which cannot hold the loop dimensions [4] of the other operands (signature (n)->(n),())"
    );
    assert!(out.iter().chain(&row).chain(&sums).chain(&last).all(|&v| v == SENTINEL_64));
}

#[test]
fn dimensions_that_nothing_says() {
    let error = ramp().apply(()).unwrap_err();
    let operand = "output `y`".into();
    let expected =
        Error::Shape(ShapeError::UnspecifiedDimension { kernel: "ramp", operand, dimension: "n", signature: "->(n)" });
    assert_eq!(error, expected);
    assert_eq!(
        error.to_string(),
        "kernel `ramp`: the size of core dimension `n` of output `y` is not known: no input has it in ->(n); compute it, `#[gufunc(\"..\", n = ..)]`, or use `apply_into`"
    );
    // What the message advises works.
    let mut out = Array1::zeros(3);
    ramp().apply_into((), &mut out).expect("a valid call");
    assert_eq!(out, array![0.0, 1.0, 2.0]);
}

#[test]
fn computed_sizes_below_zero() {
    // The operands are swapped.
    let error = correlate().apply((&array![1.0, 1.0], &array![1.0, 2.0, 3.0, 4.0, 5.0])).unwrap_err();
    let signature = "(m),(n)->(p)";
    assert_eq!(
        error,
        Error::Shape(ShapeError::ComputedSize { kernel: "correlate", dimension: "p", computed: -2, signature })
    );
    assert_eq!(
        error.to_string(),
        "kernel `correlate`: the size of core dimension `p` is computed to be -2 (signature (m),(n)->(p))"
    );
    assert_eq!(correlate().apply((&array![1.0], &array![1.0, 2.0])), Ok(array![]));
}

#[test]
fn requirements_on_sizes() {
    let error = tall().apply(&Array3::zeros((9, 2, 5))).unwrap_err();
    let expected = Error::Shape(ShapeError::Requirement {
        kernel: "tall",
        requirement: "n > 0 && m >= n",
        sizes: "m = 2, n = 5".to_owned(),
        signature: "(m,n)->()",
    });
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), "kernel `tall` requires n > 0 && m >= n, found m = 2, n = 5 (signature (m,n)->())");
    assert!(tall().apply(&Array2::zeros((2, 0))).is_err());
    let error = ndstencil::kernels::moving::mean(4, 5).apply(&array![1.0, 2.0]).unwrap_err();
    assert!(error.to_string().starts_with("kernel `moving::mean` requires "), "{error}");
    assert!(error.to_string().contains("window = 4, min_count = 5"), "{error}");
}

/// The parameters that a requirement names are told with their values, as far as they can be printed.
#[test]
fn requirements_on_parameters() {
    /// Not `Debug`.
    #[derive(Clone, Copy)]
    struct Range {
        low: f64,
    }
    #[gufunc(
        "(n)->()",
        require = 1 <= window && window as isize <= n && range.low < r#in && weights.len() == window && n > unused as isize - 9,
        name = "moving::weighted"
    )]
    fn weighted<T: Real>(
        x: ArrayView1<T>,
        window: usize,
        range: Range,
        r#in: f64,
        weights: &[f64],
        unused: u8,
        other: bool,
    ) -> T {
        let _ = (window, range, r#in, weights, unused, other);
        x[0]
    }
    let kernel = |window, low| weighted(window, Range { low }, 0.5, &[1.0, 2.0], 7, true);
    assert!(kernel(2, 0.0).apply(&array![1.0, 2.0]).is_ok());
    let error = kernel(3, 0.0).apply(&array![1.0, 2.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "kernel `moving::weighted` requires 1 <= window && window as isize <= n && range.low < r#in && weights.len() == window && n > unused as isize - 9, found n = 2, window = 3, in = 0.5, unused = 7 (signature (n)->())"
    );
    assert!(kernel(2, 0.5).apply(&array![1.0, 2.0]).is_err());

    // A parameter of a dimension's name is not what the requirement means.
    #[gufunc("(n)->()", require = n > 1)]
    fn shadowed(x: ArrayView1<i32>, n: usize) -> i32 {
        x[0] + n as i32
    }
    assert_eq!(
        message(shadowed(5).apply(&array![1])),
        "kernel `shadowed` requires n > 1, found n = 1 (signature (n)->())"
    );
}

/// `name = ".."` is what errors and plans say.
#[test]
fn kernels_under_another_name() {
    #[stencil(boundary = Nearest, name = "edges::rise")]
    fn rise(x: Window1<i32>, y: Window1<i32>) -> i32 {
        x[1] - y[0]
    }
    let error = rise().apply((&array![1, 2], &array![1])).unwrap_err();
    assert!(error.to_string().starts_with("kernel `edges::rise`: input `y` has shape [1]"), "{error}");
    assert!(rise().explain((5,)).unwrap().to_string().starts_with("edges::rise over (5,)"));
    #[gufunc("(n)->(n)", name = "edges::left")]
    #[stencil(boundary = Nearest)]
    fn left(x: Window1<i32>) -> i32 {
        x[-1]
    }
    let error = left().axis(3).apply(&array![[1, 2]]).unwrap_err();
    assert!(error.to_string().starts_with("kernel `edges::left` with signature (n)->(n): axis 3 "), "{error}");
}

#[test]
fn axes_that_do_not_fit() {
    let (x, a) = (Array2::<f64>::zeros((4, 3)), Array3::<f64>::zeros((2, 4, 3)));
    let error = inner().axis(2).apply((&x, &x)).unwrap_err();
    let reason = "axis 2 is out of range for input `a`, which has 2 axes".to_owned();
    assert_eq!(error, Error::Shape(ShapeError::Axes { kernel: "inner", reason, signature: "(n),(n)->()" }));
    let of_inner = "kernel `inner` with signature (n),(n)->(): ";
    assert_eq!(error.to_string(), format!("{of_inner}axis 2 is out of range for input `a`, which has 2 axes"));
    assert_eq!(
        message(inner().axis(-3).apply((&a, &x))),
        format!("{of_inner}axis -3 is out of range for input `b`, which has 2 axes")
    );
    assert_eq!(
        message(inner().axes(&[&[0]]).apply((&x, &x))),
        format!("{of_inner}`.axes(..)` has 1 entry, but 2 or 3 are needed, one for each operand")
    );
    assert_eq!(
        message(inner().axes(&[&[0], &[0, 1]]).apply((&x, &x))),
        format!("{of_inner}entry 1 of `.axes(..)` has 2 axes, but input `b` has 1 core dimension")
    );
    let of_matmul = "kernel `matmul` with signature (m,n),(n,p)->(m,p): ";
    assert_eq!(
        message(matmul().axis(0).apply((&x, &x))),
        format!("{of_matmul}`.axis(..)` needs one core dimension that all operands share, here are 3; use `.axes(..)`")
    );
    assert_eq!(
        message(matmul().axes(&[&[0, 1], &[1, -1], &[0, 1]]).apply((&x, &x))),
        format!("{of_matmul}axis -1 is named twice for input `b`")
    );
    assert_eq!(
        message(matmul().axes(&[&[0, 1], &[0, 1]]).apply((&x, &x))),
        format!("{of_matmul}`.axes(..)` has 2 entries, but 3 are needed, one for each operand")
    );
    assert_eq!(
        message(matmul().keepdims().apply((&x, &x))),
        format!("{of_matmul}`.keepdims()` needs inputs with equally many core dimensions and outputs without any")
    );
    let mut out = Array2::from_elem((4, 3), SENTINEL_64);
    assert_eq!(
        message(inner().keepdims().apply_into((&x, &x), &mut out)),
        format!("{of_inner}with `.keepdims()`, axis 1 of output 0 must have size 1, but its shape is [4, 3]")
    );
    assert_eq!(
        message(larger().axis(1).reduce(&array![1.0, 2.0])),
        "kernel `larger` with signature (n)->(): axis 1 is out of range for input `x`, which has 1 axis"
    );
    assert!(out.iter().all(|&v| v == SENTINEL_64));
}

#[test]
fn masks_that_do_not_broadcast() {
    let (x, mut out) = (Array2::<f64>::zeros((4, 3)), Array2::from_elem((4, 3), SENTINEL_64));
    // A mask for the rows needs a second axis.
    let rows = array![true, false, true, true];
    let error = larger().masked(&rows).apply_into((&x, 1.0), &mut out).unwrap_err();
    assert_eq!(error, Error::Shape(ShapeError::Mask { kernel: "larger", found: vec![4], expected: vec![4, 3] }));
    let text = "kernel `larger`: the mask of shape [4] does not broadcast to [4, 3]";
    assert_eq!(error.to_string(), text);
    assert_eq!(message(larger().initial(0.0).masked(&rows).reduce(&x)), text);
    // The core dimension has no place in a mask.
    let mut sums = Array1::from_elem(4, SENTINEL_64);
    assert_eq!(
        message(inner().masked(&x.mapv(|v| v > 0.0)).apply_into((&x, &x), &mut sums)),
        "kernel `inner`: the mask of shape [4, 3] does not broadcast to [4]"
    );
    assert!(out.iter().chain(&sums).all(|&v| v == SENTINEL_64));
}

#[test]
fn nothing_to_reduce() {
    let error = larger().axis(1).reduce(&Array2::<f64>::zeros((4, 0))).unwrap_err();
    assert_eq!(error, Error::Kernel(KernelError::NoIdentity { kernel: "larger", axis: 1, shape: vec![4, 0] }));
    assert_eq!(
        error.to_string(),
        "kernel `larger`: combining elements along axis 1 of shape [4, 0] needs a value to begin with, since there may be none or they are of another type than the result, and the kernel has no identity: write `#[gufunc(.., identity = ..)]` or, for `reduce`, call `.initial(..)`"
    );
    assert_eq!(larger().axis(1).initial(2.0).reduce(&Array2::<f64>::zeros((1, 0))), Ok(array![2.0]));
}

#[test]
fn indices_beyond_an_axis() {
    let x = Array2::<f64>::zeros((4, 3));
    let error = larger().axis(1).reduceat(&x, &[0, 3]).unwrap_err();
    assert_eq!(error, Error::Shape(ShapeError::Index { kernel: "larger", index: 3, axis: 1, len: 3 }));
    assert_eq!(error.to_string(), "kernel `larger`: index 3 is out of range for axis 1, which has 3 cells");
    let mut y = Array1::from_elem(4, SENTINEL_64);
    assert_eq!(
        message(larger().at(&mut y, &[0, 4], 1.0)),
        "kernel `larger`: index 4 is out of range for axis 0, which has 4 cells"
    );
    assert!(y.iter().all(|&v| v == SENTINEL_64));
    let mut one = Array1::from_elem(1, SENTINEL_64);
    assert_eq!(
        message(larger().at(&mut one, &[0, (-2isize) as usize], 1.0)),
        format!(
            "kernel `larger`: index {} is out of range for axis 0, which has 1 cell (`-2 as usize`: a negative index?)",
            usize::MAX - 1
        )
    );
    let mut table = Array2::from_elem((4, 3), SENTINEL_64);
    assert_eq!(
        message(larger().at(&mut table, &[[0, 2], [1, 3]], 1.0)),
        "kernel `larger`: index 3 is out of range for axis 1, which has 3 cells"
    );
    assert_eq!(
        message(larger().at(&mut y, &[[0, 0]], 1.0)),
        "kernel `larger`: an index has 2 entries, but the array to be indexed, of shape [4], has 1 axis: write one entry for each axis, or fewer"
    );
    assert_eq!(
        message(larger().at(&mut table, &[0, 1], &array![1.0, 2.0])),
        "kernel `larger`: the loop dimensions [2] of the second input do not broadcast with [2, 3] of the indexed cells (signature (),()->())"
    );
    assert!(table.iter().chain(&one).all(|&v| v == SENTINEL_64));
}

/// New arrays that no address space holds, of operands that are small.
#[test]
fn results_beyond_memory() {
    let one = array![1.0];
    let long = one.broadcast(1 << 33).expect("one cell, seen often");
    let error = larger().outer(&long, &long).unwrap_err();
    assert_eq!(error, Error::Shape(ShapeError::ArrayTooLarge { kernel: "larger", shape: vec![1 << 33, 1 << 33] }));
    assert_eq!(larger().apply((&long.insert_axis(Axis(1)), &long)), Err(error));
    // Outputs that are larger than the inputs.
    let (seen, shape) = ([1u8; 1], vec![1 << 61]);
    let wide = ndarray::aview1(&seen);
    let wide = wide.broadcast(1 << 61).expect("one cell, seen often");
    let error = Error::Shape(ShapeError::ArrayTooLarge { kernel: "widened", shape });
    assert_eq!(widened().apply(&wide), Err(error));
}

/// New arrays that an address space holds and no machine.
#[test]
fn results_beyond_the_machine() {
    let one = array![1.0];
    let long = one.broadcast(1 << 22).expect("one cell, seen often");
    let too_large = |kernel, shape: &[usize]| Error::Shape(ShapeError::ArrayTooLarge { kernel, shape: shape.to_vec() });
    let error = larger().outer(&long, &long).unwrap_err();
    assert_eq!(error, too_large("larger", &[1 << 22, 1 << 22]));
    assert_eq!(error.to_string(), "kernel `larger`: there is no memory for an array of shape [4194304, 4194304]");
    let plane = one.broadcast((1 << 22, 1 << 22)).expect("one cell, seen often");
    assert_eq!(larger().reduce(&plane.view().insert_axis(Axis(0))), Err(too_large("larger", &[1 << 22, 1 << 22])));
    assert_eq!(larger().accumulate(&plane), Err(too_large("larger", &[1 << 22, 1 << 22])));
    assert_eq!(running().apply(&plane), Err(too_large("running", &[1 << 22, 1 << 22])));
    assert_eq!(shifted().apply(&plane), Err(too_large("shifted", &[1 << 22, 1 << 22])));
    assert_eq!(shifted().reference(&plane), Err(too_large("shifted", &[1 << 22, 1 << 22])));
    for times in [0, 1, 2] {
        assert_eq!(shifted().repeat(times).apply(&plane), Err(too_large("shifted", &[1 << 22, 1 << 22])), "{times}");
        assert_eq!(shifted().repeat(times).reference(&plane), Err(too_large("shifted", &[1 << 22, 1 << 22])));
    }
}
