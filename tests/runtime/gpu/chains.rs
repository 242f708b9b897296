//! Chains of calls on arrays of a GPU, drawn at random: buffers change hands while work that names them is recorded.

use ndarray::{Array2, Ix2};
use ndstencil::prelude::*;
use ndstencil::{DeviceArray, Error, GpuError};

use super::gpu;

#[stencil(gpu, boundary = Wrap)]
fn mixed(x: Window2<u8>) -> u8 {
    x[[0, -2]].wrapping_mul(31).wrapping_add(x[[1, 1]]) ^ x[[-1, 0]]
}

#[stencil(gpu, boundary = Nearest)]
fn divided(x: Window2<u8>, by: u8) -> u8 {
    x[[0, 1]] / by
}

#[gufunc("(),()->()", gpu)]
fn sum(a: u8, b: u8) -> u8 {
    a.wrapping_add(b >> 1)
}

/// Knuth's linear congruential generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// An array on the GPU and what it should hold: nothing where it depends on a call that failed.
type Pair = (DeviceArray<u8, Ix2>, Option<Array2<u8>>);

fn uploaded(gpu: &Gpu, shape: (usize, usize), draw: &mut Draw) -> Pair {
    let x = Array2::from_shape_simple_fn(shape, || draw.below(256) as u8);
    (gpu.upload(&x).unwrap(), Some(x))
}

/// Sweeps into an array that is there and may keep its rim.
fn swept(gpu: &Gpu, x: &Pair, mut out: Pair, draw: &mut Draw) -> Pair {
    let keeps = draw.below(2) == 0;
    let kernel = if keeps { mixed().boundary(Rim::Keep) } else { mixed() };
    let sweeps = kernel.repeat(1 + draw.below(4));
    sweeps.on(gpu).apply_into(&x.0, &mut out.0).unwrap();
    let old = if keeps { out.1 } else { x.1.clone() };
    let expected = x.1.as_ref().zip(old).map(|(x, mut out)| {
        sweeps.apply_into(x, &mut out).unwrap();
        out
    });
    (out.0, expected)
}

fn chain(gpu: &Gpu, draw: &mut Draw) {
    let shape = (1 + draw.below(40), 1 + draw.below(70));
    let mut all: Vec<Pair> = (0..2).map(|_| uploaded(gpu, shape, draw)).collect();
    for _ in 0..40 {
        let [x, y] = [0, 1].map(|_| all[draw.below(all.len())].clone());
        let next = match draw.below(7) {
            0 => uploaded(gpu, shape, draw),
            1 => (mixed().on(gpu).apply(&x.0).unwrap(), x.1.map(|x| mixed().apply(&x).unwrap())),
            2 => {
                let by = draw.below(6) as u8;
                let expected = x.1.filter(|_| by > 0).map(|x| divided(by).apply(&x).unwrap());
                (divided(by).on(gpu).apply(&x.0).unwrap(), expected)
            }
            3 => {
                let expected = x.1.zip(y.1).map(|(x, y)| sum().apply((&x, &y)).unwrap());
                (sum().on(gpu).apply((&x.0, &y.0)).unwrap(), expected)
            }
            // Memory that others hold as well, and memory that nobody else does.
            4 => swept(gpu, &x, y, draw),
            5 => {
                drop(y);
                let out = all.swap_remove(draw.below(all.len()));
                swept(gpu, &x, out, draw)
            }
            _ => {
                all.truncate(2.max(all.len() - 1));
                continue;
            }
        };
        all.push(next);
        all.drain(..all.len().saturating_sub(8));
    }
    for (there, expected) in all {
        match (there.download(), expected) {
            (found, Some(expected)) => assert_eq!(found.unwrap(), expected),
            (found, None) => {
                assert!(matches!(found, Err(Error::Gpu(GpuError::Check { kernel: "divided", .. }))), "{found:?}")
            }
        }
    }
}

#[test]
fn chains_of_any_calls() {
    let Some(gpu) = gpu() else { return };
    (0..60).for_each(|seed| chain(gpu, &mut Draw(seed)));
}

#[test]
fn chains_of_several_threads() {
    let Some(gpu) = gpu() else { return };
    std::thread::scope(|scope| {
        for thread in 1..4 {
            scope.spawn(move || (0..15).for_each(|seed| chain(gpu, &mut Draw(1000 * thread + seed))));
        }
    });
}
