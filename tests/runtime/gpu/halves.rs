//! Half precision in both forms: by the device's own instructions where it has them, and without.

use half::f16;
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, Axis};
use ndstencil::GpuOptions;
use ndstencil::prelude::*;
use num_traits::Float;

use super::stencils::{SHAPES, rules};
use super::{gpu, open, sample};

/// The device as it is, and without its `f16`.
fn forms() -> Vec<Gpu> {
    gpu().cloned().into_iter().chain(open(GpuOptions::new().native_f16(false))).collect()
}

/// The bits, those of all NaN the same.
fn bits<D: ndarray::Dimension>(x: &ndarray::Array<f16, D>) -> ndarray::Array<u16, D> {
    x.mapv(|x| if x.is_nan() { f16::NAN.to_bits() } else { x.to_bits() })
}

/// Every exponent, ties and the ends of the range among the mantissas, NaN and infinities.
fn numbers() -> Vec<f16> {
    let mantissas = [0, 1, 2, 0x155, 0x1ff, 0x200, 0x201, 0x3fe, 0x3ff];
    let of = |sign: u16| (0..32).flat_map(move |exponent| mantissas.map(|m| f16::from_bits(sign | exponent << 10 | m)));
    of(0).chain(of(0x8000)).collect()
}

#[test]
fn the_option_turns_it_off() {
    let Some(portable) = open(GpuOptions::new().native_f16(false)) else { return };
    assert!(!portable.limits().f16);
    // Lavapipe has it: otherwise these tests would try one form alone.
    assert!(gpu().is_some_and(|gpu| gpu.limits().f16 || !gpu.name().contains("llvmpipe")));
}

#[gufunc("(),()->(),(),(),()", gpu)]
fn operations(a: f16, b: f16) -> (f16, f16, f16, f16) {
    (a + b, a - b, a * b, a / b)
}

#[test]
fn every_pair_of_numbers() {
    let numbers = Array1::from(numbers());
    let (a, b) = (numbers.view().insert_axis(Axis(1)), numbers.view().insert_axis(Axis(0)));
    let expected = operations().apply((&a, &b)).unwrap();
    for gpu in forms() {
        let found = operations().on(&gpu).apply((&a, &b)).unwrap();
        let pairs = [
            (&found.0, &expected.0, "+"),
            (&found.1, &expected.1, "-"),
            (&found.2, &expected.2, "*"),
            (&found.3, &expected.3, "/"),
        ];
        for (found, expected, operation) in pairs {
            let (found, expected) = (bits(found), bits(expected));
            for ((row, column), bits) in found.indexed_iter() {
                let (a, b, expected) = (numbers[row], numbers[column], expected[[row, column]]);
                let shown = format!("{a:e} {operation} {b:e}, native: {}", gpu.limits().f16);
                assert_eq!(*bits, expected, "{shown}");
            }
        }
    }
}

#[stencil(gpu, boundary = Nearest)]
fn rise(x: Window2<f16>, by: f16) -> f16 {
    by * (x[[1, 1]] - x[[0, -1]])
}

#[stencil(gpu, boundary = Nearest)]
fn spread(x: Window2<f16>, scale: &[f16]) -> (f16, f16) {
    let mut sum = f16::ZERO;
    let mut squares = f16::ZERO;
    for i in -1..=1 {
        for j in -1..=1 {
            let scaled = x[[i, j]] * scale[(j + 1) as usize];
            sum += scaled;
            squares -= scaled * f16::from_f32(0.25);
        }
    }
    sum *= f16::from_f32(0.125);
    (sum / f16::from_f32(9.0), (f16::from_f32(2.0) - squares).max(sum).sqrt())
}

#[stencil(gpu, boundary = Nearest)]
fn moved(x: Window2<f16>) -> f16 {
    x[[0, -1]]
}

#[test]
fn every_rule_and_shape() {
    for gpu in forms() {
        let by = f16::from_f32(0.3);
        for shape in SHAPES {
            let x = sample(shape).mapv(f16::from_f32);
            for rules in rules(f16::from_f32(2.5)) {
                let kernel = rise(by).boundary(rules);
                assert_eq!(kernel.on(&gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap(), "{shape:?} {rules:?}");
                let kernel = moved().boundary(rules);
                assert_eq!(kernel.on(&gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap(), "{shape:?} {rules:?}");
            }
        }
    }
}

#[test]
fn sums_bound_arrays_and_several_outputs() {
    let scale = [0.5, -1.25, 3.0].map(f16::from_f32);
    for gpu in forms() {
        for shape in SHAPES {
            let x = sample(shape).mapv(|v| f16::from_f32(v / 16.0));
            let kernel = spread(&scale);
            let (found, expected) = (kernel.on(&gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap());
            assert_eq!((bits(&found.0), bits(&found.1)), (bits(&expected.0), bits(&expected.1)), "{shape:?}");
        }
    }
}

#[gufunc("(n)->(),(n)", gpu)]
fn centred(x: ArrayView1<f16>, mut apart: ArrayViewMut1<f16>) -> f16 {
    let mut sum = f16::ZERO;
    for i in 0..x.len() {
        sum += x[i];
    }
    let mean = sum / f16::from_f32(x.len() as f32);
    for i in 0..x.len() {
        apart[i] = x[i] - mean;
    }
    mean
}

#[test]
fn lines_of_any_length_and_stride() {
    for gpu in forms() {
        for shape in [(1, 1), (3, 2), (5, 7), (70, 33)] {
            let x: Array2<f16> = sample(shape).mapv(f16::from_f32);
            for x in [x.view(), x.t()] {
                assert_eq!(centred().on(&gpu).apply(&x).unwrap(), centred().apply(&x).unwrap(), "{shape:?}");
            }
        }
    }
}
#[stencil(gpu)]
fn lowered(x: Window2<f16>) -> f16 {
    x[[0, 0]] * f16::from_f32(0.75) - x[[0, 0]]
}

/// Neighbours run side by side: what is special about one must not reach the others.
#[test]
fn special_numbers_among_others() {
    for special in [f16::NAN, f16::INFINITY, f16::NEG_INFINITY, f16::NEG_ZERO, f16::from_bits(3), f16::MAX] {
        let number = |(_, j): (usize, usize)| if j % 9 == 3 { special } else { f16::from_f32(1149.0 + j as f32) };
        let x = Array2::from_shape_fn((5, 64), number);
        let expected = bits(&lowered().reference(&x).unwrap());
        for gpu in forms() {
            assert_eq!(bits(&lowered().on(&gpu).apply(&x).unwrap()), expected, "{special:e} on {}", gpu.name());
        }
    }
}
