//! Sweeps one after the other, on the processor and on a GPU.

use ndarray::{Array2, ShapeBuilder, array, s};
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError, GpuOptions, ShapeError};

use super::stencils::rules;
use super::{gpu, open, sample};

#[stencil(gpu, boundary = Nearest)]
fn heat(u: Window2<f32>, alpha: f32) -> f32 {
    u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

/// One sweep after the other by hand.
fn plain<K>(kernel: &Stencil<K>, x: &Array2<f32>, times: usize) -> Array2<f32>
where
    K: for<'w> ndstencil::Kernel<
            Args<'w> = &'w ndarray::ArrayRef2<f32>,
            Out = ndstencil::Single<f32>,
            Dim = ndarray::Ix2,
        >,
{
    (0..times).fold(x.clone(), |x, _| kernel.apply(&x).unwrap())
}

#[test]
fn every_rule_on_the_processor() {
    for shape in [(0, 4), (1, 1), (9, 12), (40, 50)] {
        let x = sample(shape);
        for rules in rules(1.5) {
            let kernel = heat(0.2).boundary(rules);
            for times in [0, 1, 2, 3, 4, 7] {
                let expected = plain(&kernel, &x, times);
                assert_eq!(kernel.repeat(times).apply(&x).unwrap(), expected, "{shape:?} {times} {rules:?}");
                if times > 0 {
                    let before = plain(&kernel, &x, times - 1);
                    let (mut there, mut out) = (expected.mapv(|_| -1.0), expected.mapv(|_| -1.0));
                    kernel.apply_into(&before, &mut there).unwrap();
                    kernel.repeat(times).apply_into(&x, &mut out).unwrap();
                    assert_eq!(out, there, "{shape:?} {times} {rules:?}");
                }
            }
        }
    }
}

#[test]
fn order_and_strides_on_the_processor() {
    let fortran = Array2::from_shape_vec((6, 5).f(), (0..30).map(|v| v as f32).collect()).unwrap();
    let result = heat(0.25).repeat(3).apply(&fortran).unwrap();
    assert_eq!(result, plain(&heat(0.25), &fortran, 3));
    assert_eq!(result.strides(), fortran.strides());
    let x = sample((12, 10));
    let view = x.slice(s![..;-2, 1..]);
    assert_eq!(heat(0.25).repeat(2).apply(&view).unwrap(), plain(&heat(0.25), &view.to_owned(), 2));
    let error = heat(0.25).repeat(2).apply_into(&x, &mut Array2::zeros((2, 2))).unwrap_err();
    assert!(matches!(error, Error::Shape(ShapeError::Output { output: 0, .. })));
}

#[test]
fn every_rule_on_a_gpu() {
    let Some(gpu) = gpu() else { return };
    for shape in [(0, 4), (1, 1), (9, 12), (40, 50)] {
        let x = sample(shape);
        let there = gpu.upload(&x).unwrap();
        for rules in rules(1.5) {
            let kernel = heat(0.25).boundary(rules);
            for times in [0, 1, 2, 5] {
                let sweeps = kernel.repeat(times).on(gpu);
                let expected = kernel.repeat(times).apply(&x).unwrap();
                assert_eq!(sweeps.apply(&x).unwrap(), expected, "{shape:?} {times} {rules:?}");
                assert_eq!(sweeps.apply(&there).unwrap().download().unwrap(), expected, "{shape:?} {times} {rules:?}");
                let (mut host, mut out) = (expected.mapv(|_| -1.0), expected.mapv(|_| -1.0));
                kernel.repeat(times).apply_into(&x, &mut host).unwrap();
                sweeps.apply_into(&x, &mut out).unwrap();
                assert_eq!(out, host, "{shape:?} {times} {rules:?}");
                let mut out = gpu.upload(&expected.mapv(|_| -1.0)).unwrap();
                sweeps.apply_into(&there, &mut out).unwrap();
                assert_eq!(out.download().unwrap(), host, "{shape:?} {times} {rules:?}");
            }
        }
    }
    assert_eq!(there_is_one_sweep(gpu), array![[2.0]]);
}

fn there_is_one_sweep(gpu: &Gpu) -> Array2<f32> {
    heat(0.5).repeat(1).on(gpu).apply(&array![[2.0]]).unwrap()
}

#[test]
fn arrays_larger_than_the_gpu() {
    let Some(gpu) = open(GpuOptions::new().max_buffer(1 << 13)) else { return };
    let x = sample((60, 70));
    for times in [0, 1, 2, 4] {
        for rules in rules(1.5) {
            let sweeps = heat(0.25).boundary(rules).repeat(times);
            assert_eq!(sweeps.on(&gpu).apply(&x).unwrap(), sweeps.apply(&x).unwrap(), "{times} {rules:?}");
        }
    }
}

#[test]
fn arrays_held_elsewhere_stay_as_they_are() {
    let Some(gpu) = gpu() else { return };
    let x = sample((30, 40));
    let there = gpu.upload(&x).unwrap();
    for rules in rules(1.5) {
        for times in [2, 3, 4, 5] {
            let sweeps = heat(0.25).boundary(rules).repeat(times);
            let expected = sweeps.apply(&x).unwrap();
            let once = sweeps.on(gpu).apply(&there).unwrap();
            let mut out = once.clone();
            sweeps.on(gpu).apply_into(&there, &mut out).unwrap();
            assert_eq!(once.download().unwrap(), expected, "{times} {rules:?}");
            assert_eq!(there.download().unwrap(), x, "{times} {rules:?}");
        }
    }
}

#[test]
fn sweeps_of_arrays_that_are_cut() {
    let Some(gpu) = open(GpuOptions::new().max_binding(1 << 13)) else { return };
    let x = sample((90, 70));
    for rules in rules(1.5) {
        for times in [2, 3, 4] {
            let sweeps = heat(0.25).boundary(rules).repeat(times);
            let expected = sweeps.apply(&x).unwrap();
            assert_eq!(sweeps.on(&gpu).apply(&x).unwrap(), expected, "{times} {rules:?}");
            let there = gpu.upload(&x).unwrap();
            assert_eq!(sweeps.on(&gpu).apply(&there).unwrap().download().unwrap(), expected, "{times} {rules:?}");
        }
    }
}

/// Sweeps without a cell to write are not waited for, however many they are.
#[test]
fn sweeps_of_no_cells() {
    let Some(gpu) = gpu() else { return };
    for shape in [(0, 4), (4, 0)] {
        let none = sample(shape);
        let there = gpu.upload(&none).unwrap();
        for rules in rules(1.5) {
            let sweeps = heat(0.25).boundary(rules).repeat(usize::MAX);
            let (expected, on) = (sweeps.apply(&none).unwrap(), sweeps.on(gpu));
            assert_eq!(on.apply(&none).unwrap(), expected, "{rules:?}");
            assert_eq!(on.apply(&there).unwrap().download().unwrap(), expected, "{rules:?}");
            assert_eq!(on.apply_into(&none, &mut expected.clone()), Ok(()), "{rules:?}");
        }
    }
    let shrinks = heat(0.25).boundary(Rim::Shrink).repeat(usize::MAX);
    assert_eq!(shrinks.on(gpu).apply(&sample((5, 7))).unwrap(), Array2::<f32>::zeros((0, 0)));
}

#[test]
fn results_beyond_the_machine() {
    let Some(gpu) = gpu() else { return };
    let one = array![1.0_f32];
    let plane = one.broadcast((1 << 22, 1 << 22)).expect("one cell, seen often");
    let error = ShapeError::ArrayTooLarge { kernel: "heat", shape: vec![1 << 22, 1 << 22] };
    assert_eq!(heat(0.25).on(gpu).apply(&plane), Err(Error::Shape(error.clone())));
    assert_eq!(heat(0.25).repeat(2).on(gpu).apply(&plane), Err(Error::Shape(error)));
}

#[test]
fn any_sweep_may_fail() {
    #[stencil(gpu, boundary = Wrap)]
    fn down(x: Window1<i32>) -> i32 {
        x[0] / x[1] * (x[-1] - 1)
    }
    let Some(gpu) = gpu() else { return };
    let x = array![3, 3, 3, 3, 3];
    let there = gpu.upload(&x).unwrap();
    for times in [1, 2, 3] {
        assert_eq!(down().repeat(times).on(gpu).apply(&x).unwrap(), down().repeat(times).apply(&x).unwrap());
    }
    // So many that they are handed over several times.
    for times in [4, 5, 6, 2000] {
        let sweeps = down().repeat(times).on(gpu);
        let failed = |error| matches!(error, Error::Gpu(GpuError::Check { kernel: "down", .. }));
        assert!(failed(sweeps.apply(&x).unwrap_err()), "{times}");
        assert!(failed(sweeps.apply(&there).unwrap().download().unwrap_err()), "{times}");
    }
    assert_eq!(there.download().unwrap(), x);
}
