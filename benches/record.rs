//! The cost of a call on a GPU to the host: `cargo bench --features gpu --bench record`.
//!
//! *record* is the time until the call returns, *hand over* what encoding, validating and submitting add for each call;
//! a driver on the processor may compute in there already. *wait* is what the GPU takes after that.
#![allow(missing_docs)]

use std::time::{Duration, Instant};

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil::{DeviceArray, Error};

type Image = DeviceArray<f32, ndarray::Ix2>;

const SHAPE: (usize, usize) = (96, 160);
const ROUNDS: usize = 30;

#[stencil(gpu, boundary = Nearest)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

#[stencil(gpu, boundary = Wrap)]
fn heat(u: Window2<f32>, alpha: f32) -> f32 {
    u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

#[stencil(gpu, boundary = Reflect)]
fn slope(z: Window2<f32>) -> f32 {
    z[[0, 1]] - z[[0, -1]]
}

/// Times of one call: until it returns, until its part of a submission is handed over, until it is done.
#[derive(Clone, Copy)]
struct Times {
    record: Duration,
    hand_over: Duration,
    wait: Duration,
}

/// Calls until recorded work is handed over, which the last of them does.
fn batch(gpu: &Gpu, call: &mut dyn FnMut() -> Result<(), Error>) -> Result<Times, Error> {
    gpu.wait()?;
    let before = gpu.stats().submissions;
    let (start, mut last) = (Instant::now(), Duration::ZERO);
    let mut calls = 0;
    let end = loop {
        call()?;
        calls += 1;
        let now = start.elapsed();
        if gpu.stats().submissions > before {
            break now;
        }
        last = now;
    };
    let recorded = last * calls / (calls - 1).max(1);
    gpu.wait()?;
    let all = start.elapsed();
    Ok(Times { record: recorded / calls, hand_over: end.saturating_sub(recorded) / calls, wait: (all - end) / calls })
}

/// The quickest of several batches: others are disturbed.
fn print(gpu: &Gpu, name: &str, mut call: impl FnMut() -> Result<(), Error>) -> Result<(), Error> {
    call()?;
    let all = (0..ROUNDS).map(|_| batch(gpu, &mut call)).collect::<Result<Vec<_>, _>>()?;
    let least = |part: fn(&Times) -> Duration| all.iter().map(part).min().unwrap_or_default().as_nanos() as f64 / 1e3;
    let [record, hand_over, wait] = [least(|t| t.record), least(|t| t.hand_over), least(|t| t.wait)];
    println!("{name:24} {record:10.1} {hand_over:10.1} {wait:10.1}");
    Ok(())
}

fn main() -> Result<(), Error> {
    let gpu = Gpu::new()?;
    println!("{}, microseconds a call\n{:24} {:>10} {:>10} {:>10}", gpu.name(), "", "record", "hand over", "wait");
    let x = gpu.upload(&Array2::from_shape_fn(SHAPE, |(i, j)| (i * j % 251) as f32))?;
    let new = || -> Result<Image, Error> { gpu.upload(&Array2::zeros(SHAPE)) };
    let (mut a, mut b, mut c) = (new()?, new()?, new()?);
    let (mean, heat, slope) = (mean().on(&gpu), heat(0.2).on(&gpu), slope().on(&gpu));
    print(&gpu, "apply_into", || mean.apply_into(&x, &mut a))?;
    print(&gpu, "apply", || mean.apply(&x).map(drop))?;
    print(&gpu, "chain of three", || {
        mean.apply_into(&x, &mut a)?;
        heat.apply_into(&a, &mut b)?;
        slope.apply_into(&b, &mut c)
    })?;
    println!();
    // So many are handed over once, when the last of them is recorded; more go on at the first wait.
    repeated(&gpu, &x, 512)?;
    repeated(&gpu, &x, 1000)
}

/// Sweeps inside of one call, which hands work over as it goes.
fn repeated(gpu: &Gpu, x: &Image, count: u32) -> Result<(), Error> {
    let sweeps = heat(0.2).repeat(count as usize).on(gpu);
    let mut out = sweeps.apply(x)?;
    let mut all = Vec::new();
    for _ in 0..ROUNDS {
        gpu.wait()?;
        let start = Instant::now();
        sweeps.apply_into(x, &mut out)?;
        all.push((start.elapsed() / count, {
            gpu.wait()?;
            start.elapsed() / count
        }));
    }
    let (call, done) = all.into_iter().min().unwrap_or_default();
    println!("a sweep of {count}: {call:.1?} until the call returns, {done:.1?} until it is done");
    Ok(())
}
