//! Arrays of which a few rows, or one, are larger than the device's limits: they are cut along any axis.

use std::fmt::Debug;

use ndarray::{Array, Array2, Array3, Dimension, IntoDimension};
use ndstencil::prelude::*;
use ndstencil::{GpuOptions, IntoRules, Rule, Rules};

use super::{gpu, open, sample};

#[stencil(gpu, boundary = Nearest)]
fn line(x: Window1<f32>) -> f32 {
    x[-5] - 2.0 * x[0] + x[3]
}

#[stencil(gpu(u8, i16, i32, f32), boundary = Nearest)]
fn plane<T: Copy + PartialOrd + Send + Sync + 'static>(x: Window2<T>) -> T {
    let found = if x[[-2, 1]] > x[[1, -3]] { x[[-2, 1]] } else { x[[1, -3]] };
    if x[[0, 0]] > found { x[[0, 0]] } else { found }
}

#[stencil(gpu, boundary = Nearest)]
fn bits(x: Window2<bool>) -> bool {
    x[[-1, 2]] ^ x[[1, -1]] & x[[0, 0]]
}

#[cfg(feature = "f16")]
#[stencil(gpu, boundary = Nearest)]
fn halves(x: Window2<half::f16>) -> half::f16 {
    if x[[-1, 2]] > x[[1, -1]] { x[[-1, 2]] } else { x[[0, 0]] }
}

#[stencil(gpu, boundary = Nearest)]
fn volume(x: Window3<f32>) -> f32 {
    x[[-1, 0, 2]] - 2.0 * x[[1, 1, 0]] + x[[0, -1, -1]]
}

#[stencil(gpu, boundary = Nearest)]
fn hyper(x: Window4<u8>) -> u8 {
    x[[-1, 0, 1, 0]] ^ x[[1, 1, 0, -1]].wrapping_mul(3) ^ x[[0, 0, -1, 2]]
}

#[stencil(gpu, boundary = Nearest)]
fn placed(x: Window3<f32>) -> f32 {
    let [i, j, k] = x.position();
    let [n, m, l] = x.shape();
    let inside = if x.contains([1, 0, 1]) && x.contains([-1, -1, -2]) { 0.5 } else { 0.25 };
    inside * x[[-1, 0, 1]] + (i * 10_000 + j * 100 + k) as f32 + (n * m * l) as f32
}

/// Devices that see little at once: of arrays in host memory, and of those on the GPU, too.
fn small() -> Vec<Gpu> {
    let options = [GpuOptions::new().max_binding(1 << 10), GpuOptions::new().max_binding(1 << 10).max_buffer(1 << 10)];
    options.into_iter().filter_map(open).collect()
}

fn rules<T: Copy, const N: usize>(value: T) -> Vec<Rules<T, T, N>> {
    let elsewhere = |index: isize, len: usize| (7 * index + 3).rem_euclid(len as isize);
    let mut sides = [[Rule::Read(Boundary::Wrap); 2]; N];
    sides[0] = [Rule::Rim(Rim::Shrink), Rule::Read(Boundary::Constant(value))];
    sides[N - 1][1] = Rule::Rim(Rim::Keep);
    vec![
        Boundary::Nearest.into_rules(),
        Boundary::Reflect.into_rules(),
        Boundary::Mirror.into_rules(),
        Boundary::Wrap.into_rules(),
        Boundary::Constant(value).into_rules(),
        Boundary::With(elsewhere).into_rules(),
        Rim::Fill(value).into_rules(),
        Rim::Keep.into_rules(),
        Rim::Shrink.into_rules(),
        Rules::new(sides),
    ]
}

/// The same on host arrays, on arrays on the GPU where they fit, and into outputs that hold something.
macro_rules! agree {
    ($kernel:expr, $rank:literal, $x:expr, $value:expr) => {{
        let (x, value) = (&$x, $value);
        for rules in rules::<_, $rank>(value) {
            let kernel = $kernel.boundary(rules);
            let expected = kernel.reference(x).unwrap();
            let mut kept = expected.mapv(|_| value);
            kernel.apply_into(x, &mut kept).unwrap();
            let Some(whole) = gpu() else { return };
            same(&kernel.on(whole).apply(x).unwrap(), &expected, &rules);
            for gpu in &small() {
                same(&kernel.on(gpu).apply(x).unwrap(), &expected, &rules);
                let mut out = expected.mapv(|_| value);
                kernel.on(gpu).apply_into(x, &mut out).unwrap();
                same(&out, &kept, &rules);
                if let Ok(there) = gpu.upload(x) {
                    same(&kernel.on(gpu).apply(&there).unwrap().download().unwrap(), &expected, &rules);
                }
            }
        }
    }};
}

fn same<T: PartialEq + Debug, D: Dimension>(found: &Array<T, D>, expected: &Array<T, D>, rules: &dyn Debug) {
    assert!(found == expected, "{:?} {rules:?}: {found:?} is not {expected:?}", expected.shape());
}

#[test]
fn every_rank_axis_and_rule() {
    for n in [1, 250, 2001] {
        agree!(line(), 1, sample(n), 2.5);
    }
    for shape in [(2, 601), (400, 3), (40, 41)] {
        agree!(plane::<f32>(), 2, sample(shape), 2.5);
    }
    for shape in [(2, 20, 31), (1, 3, 400), (40, 2, 9)] {
        agree!(volume(), 3, sample(shape), 2.5);
    }
    for shape in [(2, 3, 9, 31), (13, 2, 5, 11)] {
        agree!(hyper(), 4, sample(shape).mapv(|v| v as u8), 25);
    }
}

#[test]
fn every_width_of_elements() {
    for shape in [(1, 3001), (90, 41)] {
        agree!(plane::<u8>(), 2, sample(shape).mapv(|v| v as u8), 25);
        agree!(plane::<i16>(), 2, sample(shape).mapv(|v| v as i16 - 99), 25);
        agree!(plane::<i32>(), 2, sample(shape).mapv(|v| v as i32 - 99), 25);
        agree!(bits(), 2, sample(shape).mapv(|v| (v as u32).is_multiple_of(3)), true);
        #[cfg(feature = "f16")]
        agree!(halves(), 2, sample(shape).mapv(half::f16::from_f32), half::f16::from_f32(2.5));
    }
}

#[test]
fn points_know_where_they_are() {
    for rules in [Boundary::Wrap, Boundary::Nearest] {
        let x: Array3<f32> = sample((2, 15, 40));
        let kernel = placed().boundary(rules);
        for gpu in &small() {
            assert_eq!(kernel.on(gpu).apply(&x).unwrap(), kernel.reference(&x).unwrap());
        }
    }
}

#[test]
fn inputs_of_many_halos_and_types_and_several_outputs() {
    #[stencil(gpu, boundary = Wrap)]
    fn mix(
        a: Window2<u8>,
        #[boundary(Mirror)] b: Window2<bool>,
        #[boundary(Constant(4.5))] c: Window2<f32>,
    ) -> (f32, u16, bool) {
        let value = if b[[0, -9]] { c[[3, 0]] } else { c[[0, 5]] };
        (value, u16::from(a[[-1, 2]]) * 3, b[[1, 0]])
    }
    for shape in [(1, 1000), (2, 777), (3, 301), (70, 40)] {
        let (a, b): (Array2<u8>, Array2<bool>) =
            (sample(shape).mapv(|v| v as u8), sample(shape).mapv(|v| (v as u32).is_multiple_of(3)));
        let c = sample(shape);
        let expected = mix().reference((&a, &b, &c)).unwrap();
        for gpu in &small() {
            assert_eq!(mix().on(gpu).apply((&a, &b, &c)).unwrap(), expected, "{shape:?}");
            let Ok(there) = gpu.upload(&c) else { continue };
            let (x, y, z) = mix().on(gpu).apply((&a, &b, &there)).unwrap();
            assert_eq!((x.download().unwrap(), y.download().unwrap(), z.download().unwrap()), expected, "{shape:?}");
        }
    }
}

#[test]
fn stacks_whose_cores_are_too_large() {
    #[gufunc("(n,m)->(n,m)")]
    #[stencil(gpu, boundary = Wrap)]
    fn left(x: Window2<f32>) -> f32 {
        x[[1, -1]] - x[[0, 2]]
    }
    #[gufunc("(n,m),(n,m)->(n,m)")]
    #[stencil(gpu, boundary = Nearest)]
    fn least(x: Window2<u8>, y: Window2<u8>) -> u8 {
        x[[1, -1]].min(y[[0, 2]])
    }
    for shape in [(3, 2, 500), (40, 5, 9), (2, 1, 1200), (2, 60, 7)] {
        let x: Array3<f32> = sample(shape);
        let expected = left().apply(&x).unwrap();
        let (many, one) = (x.mapv(|v| v as u8), x.mapv(|v| (v * 7.0) as u8).index_axis_move(ndarray::Axis(0), 0));
        let least_of = least().apply((&many, &one)).unwrap();
        for gpu in &small() {
            assert_eq!(left().on(gpu).apply(&x).unwrap(), expected, "{shape:?}");
            // The second input is the same for all loop elements.
            assert_eq!(least().on(gpu).apply((&many, &one)).unwrap(), least_of, "{shape:?}");
            if let Ok(there) = gpu.upload(&x) {
                assert_eq!(left().on(gpu).apply(&there).unwrap().download().unwrap(), expected, "{shape:?}");
            }
        }
    }
}

#[test]
fn repeated_sweeps() {
    for gpu in &small() {
        for rules in rules::<f32, 2>(1.5) {
            for times in [2, 3] {
                let sweeps = plane::<f32>().boundary(rules).repeat(times);
                let x = sample((2, 601));
                let expected = sweeps.apply(&x).unwrap();
                assert_eq!(sweeps.on(gpu).apply(&x).unwrap(), expected, "{rules:?} {times}");
            }
        }
    }
}

/// Views of any strides come and go row by row.
#[test]
fn any_strides() {
    let x = sample((601, 4));
    let expected = plane::<f32>().reference(&x.t()).unwrap();
    for gpu in &small() {
        assert_eq!(plane::<f32>().on(gpu).apply(&x.t()).unwrap(), expected);
        let mut table = Array2::zeros((601, 4));
        plane::<f32>().on(gpu).apply_into(&x.t(), &mut table.view_mut().reversed_axes()).unwrap();
        assert_eq!(table.t(), expected);
    }
}

/// Two shapes that were refused once, smaller, with limits as much smaller: planes larger than a binding of a first axis
/// of two, and one long row.
#[test]
fn short_first_axes() {
    fn assert_cut<D: Dimension>(gpu: &Gpu, shape: impl IntoDimension<Dim = D>, found: &Array<f32, D>) {
        let limit = gpu.limits().binding;
        let stats = gpu.stats();
        let bytes = 4 * shape.into_dimension().size() as u64;
        // What comes and goes is not much more than the arrays.
        assert!(stats.bytes_up + stats.bytes_down < 3 * bytes && bytes > limit, "{stats}");
        assert_eq!(found.len() as u64 * 4, bytes);
    }
    let Some(gpu) = open(GpuOptions::new().max_binding(1_200_000)) else { return };
    let x = sample((2, 600, 600));
    let found = volume().on(&gpu).apply(&x).unwrap();
    assert_cut(&gpu, (2, 600, 600), &found);
    assert_eq!(found, volume().apply(&x).unwrap());

    let Some(gpu) = open(GpuOptions::new().max_binding(1_200_000)) else { return };
    let x = sample((1, 400_000));
    let found = plane::<f32>().on(&gpu).apply(&x).unwrap();
    assert_cut(&gpu, (1, 400_000), &found);
    assert_eq!(found, plane::<f32>().apply(&x).unwrap());
}
