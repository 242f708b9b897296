//! Arrays on the GPU are values.

use std::thread;

use ndarray::{Array0, Array2, Array3, ArrayD, Axis, IxDyn, arr0, array, s};
use ndstencil::DeviceArray;
use ndstencil::prelude::*;

use super::{gpu, sample};

#[stencil(gpu, boundary = Wrap)]
fn left(x: Window2<u8>) -> u8 {
    x[[0, -1]]
}

#[test]
fn arrays_of_any_shape_come_back() {
    let Some(gpu) = gpu() else { return };
    for shape in [vec![], vec![0], vec![5], vec![3, 0], vec![2, 3, 5, 7], vec![1, 1, 1, 1, 1, 1, 9]] {
        let x: ArrayD<f32> = sample(IxDyn(&shape));
        assert_eq!(gpu.upload(&x).unwrap().download().unwrap(), x);
        let bytes = x.mapv(|v| v as u8);
        assert_eq!(gpu.upload(&bytes).unwrap().download().unwrap(), bytes);
        let halves = x.mapv(|v| v as i16);
        assert_eq!(gpu.upload(&halves).unwrap().download().unwrap(), halves);
        let flags = x.mapv(|v| v > 50.0);
        assert_eq!(gpu.upload(&flags).unwrap().download().unwrap(), flags);
        let wide = x.mapv(f64::from);
        assert_eq!(gpu.upload(&wide).unwrap().download().unwrap(), wide);
    }
    let number: Array0<i64> = arr0(7);
    assert_eq!(gpu.upload(&number).unwrap().download().unwrap(), number);
}

#[test]
fn views_of_any_strides_go_up_and_down() {
    let Some(gpu) = gpu() else { return };
    let x: Array3<u16> = sample((5, 6, 7)).mapv(|v| v as u16);
    for view in [x.view(), x.slice(s![..;2, ..;-1, 1..6]), x.view().permuted_axes([2, 0, 1])] {
        let there = gpu.upload(&view).unwrap();
        assert_eq!(there.download().unwrap(), view);
        let mut room = Array3::zeros((view.shape()[0], view.shape()[1] * 2, view.shape()[2]));
        there.download_into(&mut room.slice_mut(s![.., ..;-2, ..])).unwrap();
        assert_eq!(room.slice(s![.., ..;-2, ..]), view);
    }
}

#[test]
fn a_clone_keeps_what_it_holds() {
    let Some(gpu) = gpu() else { return };
    let x = gpu.upload(&array![[1, 2, 3]]).unwrap();
    let mut y = x.clone();
    left().on(gpu).apply_into(&x, &mut y).unwrap();
    left().on(gpu).apply_into(&y.clone(), &mut y).unwrap();
    assert_eq!((x.download().unwrap(), y.download().unwrap()), (array![[1, 2, 3]], array![[2, 3, 1]]));
}

#[test]
fn outputs_keep_their_rim() {
    let Some(gpu) = gpu() else { return };
    let kernel = left().boundary(Rim::Keep);
    let mut out = gpu.upload(&array![[9, 9, 9]]).unwrap();
    let before = out.clone();
    kernel.on(gpu).apply_into(&array![[1, 2, 3]], &mut out).unwrap();
    assert_eq!((before.download().unwrap(), out.download().unwrap()), (array![[9, 9, 9]], array![[9, 1, 2]]));
    // Nobody else holds it now: it is written in place.
    drop(before);
    kernel.on(gpu).apply_into(&array![[4, 5, 6]], &mut out).unwrap();
    assert_eq!(out.download().unwrap(), array![[9, 4, 5]]);
}

#[test]
fn a_future_gives_the_array() {
    let Some(gpu) = gpu() else { return };
    let x = sample((30, 40));
    let coming = gpu.upload(&x).unwrap().download_async();
    let mut coming = std::pin::pin!(coming);
    struct Wake(thread::Thread);
    impl std::task::Wake for Wake {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Wake(thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let result = loop {
        match coming.as_mut().poll(&mut context) {
            std::task::Poll::Ready(result) => break result,
            std::task::Poll::Pending => thread::park(),
        }
    };
    assert_eq!(result.unwrap(), x);
}

#[test]
fn threads_share_a_gpu() {
    let Some(gpu) = gpu() else { return };
    thread::scope(|scope| {
        for start in 0..6u8 {
            scope.spawn(move || {
                for round in 0..10u8 {
                    let x = Array2::from_shape_fn((40 + usize::from(round), 33), |(i, j)| {
                        start.wrapping_mul(31).wrapping_add((i * 7 + j) as u8)
                    });
                    let mut there: DeviceArray<u8, _> = gpu.upload(&x).unwrap();
                    for _ in 0..4 {
                        there = left().on(gpu).apply(&there).unwrap();
                    }
                    let mut expected = x.clone();
                    for (j, column) in x.axis_iter(Axis(1)).enumerate() {
                        expected.column_mut((j + 4) % 33).assign(&column);
                    }
                    assert_eq!(there.download().unwrap(), expected);
                }
            });
        }
    });
}

/// Arrays of ever new sizes: what they leave behind is bounded.
#[test]
fn unused_memory_is_given_up() {
    let Some(gpu) = super::open(ndstencil::GpuOptions::new()) else { return };
    let upload = |n: usize| {
        drop(gpu.upload(&ndarray::Array1::<u32>::zeros(n)).unwrap());
        gpu.wait().unwrap();
    };
    for n in (10..60).map(|step| step * 10_000) {
        upload(n);
    }
    // The last sizes are there still, the first ones are not.
    let reused = |n: usize| {
        let before = gpu.stats().buffers_reused;
        upload(n);
        gpu.stats().buffers_reused > before
    };
    assert!(reused(590_000) && !reused(100_000));
}
