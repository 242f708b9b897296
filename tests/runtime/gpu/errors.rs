//! Refusals, and their messages.

use std::process::Command;

use ndarray::{Array1, Array2, ArrayView1, array};
use ndstencil::gpu::GpuStencil;
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError, GpuOptions, ShapeError};

use super::{gpu, open, sample};

#[stencil(gpu, boundary = Nearest)]
fn ratio(x: Window1<i32>, by: i32) -> i32 {
    x[1] / by
}

#[stencil(gpu, boundary = Shrink)]
fn add(a: Window2<f32>, b: Window2<f32>) -> f32 {
    a[[0, 1]] + b[[0, 0]]
}

/// A test of this file in a process of its own.
fn again(test: &str) -> Command {
    let (_, module) = module_path!().split_once("::").unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", &format!("{module}::{test}")]);
    child
}

#[test]
fn without_a_driver_there_is_no_gpu() {
    const CHILD: &str = "NDSTENCIL_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        let error = Gpu::new().unwrap_err();
        assert_eq!(error, Error::Gpu(GpuError::NotFound { wanted: None, found: Vec::new() }));
        assert!(error.to_string().starts_with("no GPU: found none"), "{error}");
        return;
    }
    let mut child = again("without_a_driver_there_is_no_gpu");
    child.env(CHILD, "1");
    for variable in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        child.env(variable, "/nowhere/icd.json");
    }
    let output = child.output().unwrap();
    // Only drivers of Vulkan can be taken away like this.
    if cfg!(target_os = "linux") {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_name_that_no_gpu_has() {
    let Some(gpu) = gpu() else { return };
    let error = Gpu::with(GpuOptions::new().name("no such thing")).unwrap_err();
    let Error::Gpu(GpuError::NotFound { wanted, found }) = &error else { panic!("{error}") };
    assert_eq!(wanted.as_deref(), Some("no such thing"));
    assert!(found.iter().any(|line| line.starts_with(gpu.name())), "{error}");
}

#[test]
fn a_division_by_zero_is_an_error_where_values_come_back() {
    let Some(gpu) = gpu() else { return };
    let x = array![1, 2, 3];
    let expected = Error::Gpu(GpuError::Check { kernel: "ratio", reason: "attempt to divide by zero" });
    assert_eq!(ratio(0).on(gpu).apply(&x), Err(expected.clone()));
    assert_eq!(ratio(2).on(gpu).apply(&x), Ok(array![1, 1, 1]));

    let (there, fine) = (gpu.upload(&x).unwrap(), ratio(1).on(gpu).apply(&gpu.upload(&x).unwrap()).unwrap());
    let bad = ratio(0).on(gpu).apply(&there).unwrap();
    let after = ratio(1).on(gpu).apply(&bad).unwrap();
    assert_eq!(fine.download(), Ok(array![2, 3, 3]));
    assert_eq!(after.download(), Err(expected.clone()));
    assert_eq!(bad.download(), Err(expected.clone()));
    // What was computed anew is good again.
    let mut again = after;
    ratio(1).on(gpu).apply_into(&there, &mut again).unwrap();
    assert_eq!(again.download(), Ok(array![2, 3, 3]));
    assert_eq!(ratio(0).repeat(3).on(gpu).apply(&x), Err(expected));
}

#[test]
fn shapes_are_checked_as_on_the_processor() {
    let Some(gpu) = gpu() else { return };
    let (a, b) = (sample((3, 4)), sample((4, 3)));
    assert_eq!(add().on(gpu).apply((&a, &b)).unwrap_err(), add().apply((&a, &b)).unwrap_err());
    let mut out = Array2::zeros((3, 4));
    assert_eq!(add().on(gpu).apply_into((&a, &a), &mut out), add().apply_into((&a, &a), &mut out.clone()));
    let mut there = gpu.upload(&out).unwrap();
    assert_eq!(add().on(gpu).apply_into((&a, &a), &mut there), add().apply_into((&a, &a), &mut out));
    let many = ratio(1).repeat(2).on(gpu).apply_into(&array![1, 2, 3], &mut array![0, 0]);
    assert!(matches!(many, Err(Error::Shape(ShapeError::Output { expected, .. })) if expected == [3]));
}

#[test]
fn arrays_of_another_gpu() {
    let (Some(gpu), Some(other)) = (gpu(), open(GpuOptions::new())) else { return };
    let x = other.upload(&sample((3, 4))).unwrap();
    let here = gpu.upload(&sample((3, 4))).unwrap();
    let expected = |operand: &str| Error::Gpu(GpuError::OtherGpu { kernel: "add", operand: operand.into() });
    assert_eq!(add().on(gpu).apply((&here, &x)).unwrap_err(), expected("input `b`"));
    let mut out = other.upload(&sample((3, 3))).unwrap();
    assert_eq!(add().on(gpu).apply_into((&here, &here), &mut out).unwrap_err(), expected("output 0"));

    // Also where it is larger than arrays may be here, and nothing is computed.
    let Some(small) = open(GpuOptions::new().max_buffer(1 << 12)) else { return };
    let x = gpu.upload(&ndarray::Array1::<i32>::zeros(2000)).unwrap();
    for times in 0..3 {
        let error = ratio(1).repeat(times).on(&small).apply_into(&x, &mut ndarray::Array1::zeros(2000)).unwrap_err();
        assert_eq!(error, Error::Gpu(GpuError::OtherGpu { kernel: "ratio", operand: "input `x`".into() }), "{times}");
    }
}

#[test]
fn arrays_that_are_too_large() {
    let Some(gpu) = open(GpuOptions::new().max_buffer(1 << 12)) else { return };
    let error = Error::Gpu(GpuError::ArraySize { shape: vec![100, 100], bytes: 40_000, limit: 1 << 12 });
    assert_eq!(gpu.upload(&sample((100, 100))).unwrap_err(), error);
    // What one point needs does not fit.
    #[stencil(gpu, boundary = Nearest)]
    fn apart(x: Window2<f32>) -> f32 {
        x[[0, -600]] + x[[0, 600]]
    }
    let error = apart().on(&gpu).apply(&sample((2, 2000))).unwrap_err();
    assert!(
        matches!(&error, Error::Gpu(GpuError::ArraySize { shape, bytes: 4100.., limit: 4096 }) if *shape == [2, 2000]),
        "{error}"
    );
}

#[test]
fn cores_that_are_not_last() {
    #[gufunc("(n)->(n)", gpu)]
    fn sums(x: ArrayView1<u8>, mut y: ndarray::ArrayViewMut1<u8>) {
        let mut sum = 0u8;
        for i in 0..x.len() {
            sum = sum.wrapping_add(x[i]);
            y[i] = sum;
        }
    }
    let Some(gpu) = gpu() else { return };
    let x = array![[1, 2, 3], [4, 5, 6]];
    let kernel = sums().axis(0);
    assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.apply(&x).unwrap());
    // Words that two loop elements write are turned first.
    let found = kernel.on(gpu).apply(&gpu.upload(&x).unwrap()).unwrap();
    assert_eq!(found.download().unwrap(), kernel.apply(&x).unwrap());
}

#[test]
fn words_that_loop_elements_share() {
    #[gufunc("(n?)->(n?)", gpu)]
    fn doubled(x: ArrayView1<u8>, mut y: ndarray::ArrayViewMut1<u8>) {
        for i in 0..x.len() {
            y[i] = 2 * x[i];
        }
    }
    let Some(gpu) = gpu() else { return };
    let x = array![[1_u8, 2, 3], [4, 5, 6]];
    assert_eq!(doubled().on(gpu).apply(&x), doubled().apply(&x));
    let single = 7_u8;
    match doubled().on(gpu).apply(single) {
        Ok(found) => assert_eq!(found, doubled().apply(single).unwrap()),
        Err(error) => assert_eq!(error, Error::Gpu(GpuError::Axes { kernel: "doubled", operand: "output `y`".into() })),
    }
}

/// Nothing is written where a check fails; of an array that comes and goes in parts, those in front.
#[test]
fn outputs_are_left_alone() {
    #[stencil(gpu)]
    fn share(x: Window2<i32>) -> i32 {
        6 / x[[0, 0]]
    }
    #[gufunc("()->(),()", gpu)]
    fn shares(x: i32) -> (i32, i32) {
        (6 / x, 7 % x)
    }
    const BY_ZERO: Error = Error::Gpu(GpuError::Check { kernel: "share", reason: "attempt to divide by zero" });
    let Some(gpu) = gpu() else { return };
    let mut x = ndarray::Array2::from_elem((40, 30), 2);
    x[[20, 7]] = 0;
    let untouched = ndarray::Array2::from_elem((40, 30), 9);
    let mut y = untouched.clone();
    assert_eq!(share().on(gpu).apply_into(&x, &mut y), Err(BY_ZERO));
    assert_eq!(y, untouched);
    let mut z = untouched.clone();
    assert!(matches!(
        shares().on(gpu).apply_into(&x, (&mut y, &mut z)),
        Err(Error::Gpu(GpuError::Check { kernel: "shares", .. }))
    ));
    assert_eq!((&y, &z), (&untouched, &untouched));
    assert_eq!(share().repeat(2).on(gpu).apply_into(&x, &mut y), Err(BY_ZERO));
    assert_eq!(y, untouched);
    let on_device = share().on(gpu).apply(&gpu.upload(&x).unwrap()).unwrap();
    assert_eq!(on_device.download_into(&mut y), Err(BY_ZERO));
    assert_eq!(y, untouched);

    let Some(small) = open(GpuOptions::new().max_buffer(1 << 10)) else { return };
    assert_eq!(share().on(&small).apply_into(&x, &mut y), Err(BY_ZERO));
    assert!(y.row(0).iter().all(|v| *v == 3), "the first part");
    assert!(y.slice(ndarray::s![20.., ..]).iter().all(|v| *v == 9), "the part that failed, and those behind it");
}

#[test]
fn parameters_that_no_register_holds() {
    #[stencil(gpu)]
    fn plus(x: Window1<u32>, by: usize) -> u32 {
        x[0].wrapping_add(by as u32)
    }
    let Some(gpu) = gpu() else { return };
    let x = array![1, 2];
    assert_eq!(plus(7).on(gpu).apply(&x), plus(7).apply(&x));
    // The greatest size is held as -1 is.
    assert_eq!(plus(usize::MAX).on(gpu).apply(&x), plus(usize::MAX).apply(&x));
    for by in [1 << 31, u32::MAX as usize, 1 << 40] {
        assert_eq!(plus(by).on(gpu).apply(&x), Err(Error::Gpu(GpuError::Parameter { kernel: "plus" })));
    }
}

#[test]
fn axes_that_are_too_long_for_places() {
    #[stencil(gpu)]
    fn ramp(x: Window1<u8>) -> u8 {
        x[0].wrapping_add(x.position()[0] as u8)
    }
    let Some(gpu) = gpu() else { return };
    let one = ndarray::arr0(1_u8);
    // Nothing is computed, and nothing of it is touched.
    let error = ramp().on(gpu).apply(&one.broadcast(1 << 30).unwrap()).unwrap_err();
    assert_eq!(error, Error::Gpu(GpuError::AxisLength { kernel: "ramp", shape: vec![1 << 30] }));
}

#[test]
fn types_that_a_gpu_lacks() {
    #[stencil(gpu)]
    fn double(x: Window1<f64>) -> f64 {
        2.0 * x[0]
    }
    let Some(gpu) = gpu() else { return };
    let result = double().on(gpu).apply(&array![1.5]);
    let missing = Error::Gpu(GpuError::Feature { kernel: "double", feature: "f64", gpu: gpu.name().to_owned() });
    assert_eq!(result, if gpu.limits().f64 { Ok(array![3.0]) } else { Err(missing) });
}

#[test]
fn kernels_print() {
    let Some(gpu) = gpu() else { return };
    let kernel: GpuStencil<_> = add().on(gpu);
    assert!(format!("{kernel:?}").starts_with("GpuStencil { kernel: \"add\", gpu: Gpu { name: "));
}

/// A process with little memory: what does not fit is an error, and the rest is as it was.
#[test]
#[cfg(target_os = "linux")]
fn memory_that_is_not_there() {
    const CHILD: &str = "NDSTENCIL_LITTLE_MEMORY";
    #[stencil(gpu, boundary = Nearest)]
    fn left(x: Window1<u32>) -> u32 {
        x[-1]
    }
    let Some(gpu) = gpu().filter(|gpu| gpu.name().contains("llvmpipe")) else { return };
    if std::env::var_os(CHILD).is_none() {
        let output = again("memory_that_is_not_there").env(CHILD, "1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let x = gpu.upload(&Array1::from_elem(1 << 24, 7_u32)).unwrap();
    drop(left().on(gpu).apply(&x).unwrap().download());
    // A gigabyte more than what is taken now, the driver's threads included.
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).unwrap();
    let size: u64 = size.trim().trim_end_matches(" kB").parse().unwrap();
    let limit = format!("--as={}", size * 1024 + (1 << 30));
    let limited = Command::new("prlimit").args(["--pid", &std::process::id().to_string(), &limit]).status();
    assert!(limited.unwrap().success());
    let mut held = Vec::new();
    let error = loop {
        match left().on(gpu).apply(&x) {
            Ok(y) if held.len() < 100 => held.push(y),
            Ok(_) => panic!("6.4 GB of one"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Gpu(GpuError::Memory { bytes: 67_108_864 })), "{error}");
    held.truncate(1);
    gpu.wait().unwrap();
    gpu.trim();
    assert_eq!(held[0].download().unwrap()[1 << 23], 7);
    assert!(left().on(gpu).apply(&x).is_ok());
}
