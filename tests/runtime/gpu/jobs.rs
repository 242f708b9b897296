//! Jobs on a device: what is refused, and what goes on where.

use ndarray::{Array1, Array2, ArrayView1};
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError, GpuOptions};

use super::{gpu, open};
use crate::jobs::stored::{Files, Folder, Stored};

#[stencil(gpu, boundary = Wrap)]
fn mixed(x: Window2<u32>) -> u32 {
    x[[-1, 0]].wrapping_mul(31).wrapping_add(x[[0, 2]]).wrapping_sub(x[[1, -1]])
}

#[gufunc("(n)->()", gpu)]
fn total(x: ArrayView1<u32>) -> u32 {
    let mut sum = 0u32;
    for i in 0..x.len() {
        sum = sum.wrapping_add(x[i]);
    }
    sum
}

/// A job that stopped goes on there, and nowhere else.
#[test]
fn a_job_keeps_its_device() {
    let Some(gpu) = gpu() else { return };
    let (folder, shape) = (Folder::new(), [60, 70]);
    let source = Stored::new(shape, Some([7, 70]));
    let files = || Files::new(&folder.0.join("out"), shape, [16, 20]);
    let shard = |number| {
        let files = files();
        Job::new(mixed().on(gpu), &source, &files).shard(number, 2).run().unwrap()
    };
    assert_eq!(shard(0).skipped, 0);
    let refused = Job::new(mixed(), &source, files()).run().unwrap_err();
    let text = format!("\"GPU: {}", gpu.name());
    assert!(refused.to_string().contains(&text), "{refused}");
    assert_eq!(shard(0).skipped, 8);
    shard(1);
    assert_eq!(files().array(), mixed().apply(&source.whole()).unwrap());
}

/// One read, and a kernel on each side.
#[test]
fn kernels_of_a_job_run_where_they_are() {
    let Some(gpu) = gpu() else { return };
    let source = Stored::new([60, 70], Some([9, 13]));
    let (mut there, mut here) = (Array2::zeros((60, 70)), Array2::zeros((60, 70)));
    Job::new((mixed().on(gpu), mixed()), &source, (&mut there, &mut here)).memory(64 << 10).run().unwrap();
    assert_eq!((&there, &here), (&here, &mixed().apply(&source.whole()).unwrap()));
}

/// A device that cannot hold one core is known before anything is read.
#[test]
fn a_core_beyond_the_device_is_refused_before() {
    let Some(small) = open(GpuOptions::new().max_binding(1 << 10)) else { return };
    let source = Stored::new([30, 500], None);
    let mut sums = Array1::<u32>::zeros(30);
    let error = Job::new(total().on(&small), &source, &mut sums).run().unwrap_err();
    assert!(matches!(error, Error::Gpu(GpuError::ArraySize { bytes: 2000, limit: 1024, .. })), "{error}");
    let mut sums = Array1::<u32>::zeros(500);
    Job::new(total().axis(0).on(&small), &source, &mut sums).run().unwrap();
    assert_eq!(sums, total().axis(0).apply(&source.whole()).unwrap());
}

/// Each waits for its own work, whoever hands it over.
#[test]
fn many_threads_share_a_device() {
    #[stencil(gpu, boundary = Nearest)]
    fn share(x: Window1<i32>, by: i32) -> i32 {
        x[1] / by
    }
    let Some(gpu) = open(GpuOptions::new()) else { return };
    std::thread::scope(|scope| {
        for thread in 1..5 {
            let gpu = &gpu;
            scope.spawn(move || {
                let x = Array1::from_shape_fn(100, |i| i as i32 * thread);
                let expected = share(thread).apply(&x).unwrap();
                for _ in 0..300 {
                    assert_eq!(share(thread).on(gpu).apply(&x).unwrap(), expected);
                }
            });
        }
    });
}
