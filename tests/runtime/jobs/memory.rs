//! The memory of jobs, and how often chunks are read.

use std::sync::atomic::Ordering;

use ndarray::Array2;
use ndstencil::prelude::*;
use ndstencil::{Error, JobError};

use super::stored::{Files, Folder, Stored};

#[stencil(boundary = Wrap)]
fn around(x: Window2<u32>) -> u32 {
    x[[-3, 0]].wrapping_add(x[[3, 0]]).wrapping_add(x[[0, 1]])
}

#[stencil]
fn same(x: Window2<u32>) -> u32 {
    x[[0, 0]]
}

#[test]
fn chunks_are_read_once_where_memory_allows() {
    let source = Stored::new([400, 300], Some([40, 50]));
    let mut y = Array2::<u32>::zeros((400, 300));
    let expected = around().apply(&source.whole()).unwrap();
    let mut reads = |memory: usize| {
        source.reads.store(0, Ordering::Relaxed);
        let summary = Job::new(around(), &source, &mut y).memory(memory).workers(1).run().unwrap();
        assert!(summary.planned_memory <= memory);
        assert_eq!(y, expected);
        (source.reads.load(Ordering::Relaxed), summary.bytes_read)
    };
    // 60 chunks, and the first and last rows again for the other end.
    let (much, bytes) = reads(64 << 20);
    assert!((60..=72).contains(&much), "{much}");
    assert!(bytes <= 72 * 40 * 50 * 4, "{bytes}");
    let (little, _) = reads(300 << 10);
    assert!(little > 72, "{little}");
}

/// Items go down strips where a row of chunks does not fit the memory, and few chunks are read more than once.
#[test]
fn long_rows_are_done_in_strips() {
    let folder = Folder::new();
    let source = Stored::new([200, 3000], Some([20, 20]));
    let files = Files::new(&folder.0.join("out"), [200, 3000], [20, 20]);
    let job = |memory: usize| Job::new(around(), &source, &files).memory(memory).workers(1).restart(true);
    let whole = job(8 << 20).explain().unwrap();
    assert_eq!(whole.strip, whole.grid);
    // The last row is read for the first one, and the first for the last.
    for (memory, most) in [(8 << 20, 1.2), (300 << 10, 1.25), (100 << 10, 1.35)] {
        source.reads.store(0, Ordering::Relaxed);
        let explained = job(memory).explain().unwrap();
        assert_eq!(explained.strip[1] < 150, memory < 8 << 20, "{explained}");
        let summary = job(memory).run().unwrap();
        let reads = source.reads.load(Ordering::Relaxed) as f64 / 1500.0;
        assert!(reads <= most, "{reads} reads of a chunk: {explained}");
        assert!(summary.planned_memory <= memory);
        assert_eq!(files.array(), around().apply(&source.whole()).unwrap());
    }
}

/// Chunks that each item reads are kept: rather fewer items are under way at once than each chunk is read anew.
#[test]
fn chunks_across_the_items() {
    let folder = Folder::new();
    let source = Stored::new([84, 500], Some([1, 500]));
    let files = Files::new(&folder.0.join("out"), [84, 500], [84, 5]);
    for (workers, memory) in [(1, 1 << 20), (2, 1 << 20), (16, 1 << 20), (16, 180_000)] {
        source.reads.store(0, Ordering::Relaxed);
        let job = || Job::new(same(), &source, &files).workers(workers).memory(memory).restart(true);
        assert_eq!(job().explain().unwrap().sources[0].reads_per_cell, 1.0, "{}", job().explain().unwrap());
        let summary = job().run().unwrap();
        assert_eq!(source.reads.load(Ordering::Relaxed), 84, "{summary}");
        assert!(summary.planned_memory <= memory && summary.workers <= workers, "{summary}");
        assert_eq!(files.array(), source.whole());
    }
}

#[test]
fn a_budget_that_is_too_small_says_what_would_do() {
    let source = Stored::new([400, 300], Some([400, 300]));
    let mut y = Array2::<u32>::zeros((400, 300));
    let error = Job::new(same(), &source, &mut y).memory(100_000).run().unwrap_err();
    let Error::Job(JobError::Memory { budget, needed, .. }) = &error else { panic!("{error}") };
    assert!(*budget == 100_000 && *needed > 480_000, "{error}");
    let text = error.to_string();
    assert!(
        text.contains("480000 for a decoded chunk of each source") && text.contains("`.memory(1 << 20)` would do"),
        "{text}"
    );
    Job::new(same(), &source, &mut y).memory(1 << 20).run().unwrap();
    assert_eq!(y, source.whole());
}

#[test]
fn arrays_in_memory_are_cut_by_the_budget() {
    let x = Array2::from_shape_fn((1000, 700), |(i, j)| (i * j) as u32);
    let mut y = Array2::<u32>::zeros((1000, 700));
    for memory in [100 << 10, 1 << 20, 64 << 20] {
        let summary = Job::new(around(), &x, &mut y).memory(memory).run().unwrap();
        assert!(summary.planned_memory <= memory, "{summary}");
        assert!(summary.chunks >= (2 * 1000 * 700 * 4) / memory, "{summary}");
        assert_eq!(y, around().apply(&x).unwrap());
    }
}
