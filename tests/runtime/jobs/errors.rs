//! Refusals of jobs before they begin, and errors of reading and writing.

use ndarray::{Array2, Array3, ArrayView1, array};
use ndstencil::prelude::*;
use ndstencil::{Error, IoError, JobError};

use super::stored::{Files, Folder, Stored};

#[stencil(boundary = Nearest)]
fn down(x: Window2<u32>) -> u32 {
    x[[1, 0]]
}

#[stencil(boundary = Nearest)]
fn both(x: Window2<f32>, y: Window2<f32>) -> f32 {
    x[[1, 0]] + y[[0, 0]]
}

#[gufunc("(n)->()")]
fn total(x: ArrayView1<u32>) -> u32 {
    x.sum()
}

#[test]
fn chunks_have_the_axes_of_their_array() {
    let source = Stored { chunks: Some(vec![4]), ..Stored::new([8, 8], None) };
    let mut y = Array2::<u32>::zeros((8, 8));
    let error = Job::copy(&source, &mut y).run().unwrap_err().to_string();
    assert_eq!(error, "stored: its chunks are [4], but it has 2 axes");
}

#[test]
fn operands_must_fit() {
    let (x, mut y) = (Array2::<u32>::zeros((4, 5)), Array2::<u32>::zeros((4, 5)));
    let error = Job::new(down(), (&x, &x), &mut y).run().unwrap_err();
    assert_eq!(error.to_string(), "kernel `down` has 1 input and 1 output, but the job was given 2 sources and 1 sink");
    let wide = x.mapv(f64::from);
    let error = Job::new(down(), &wide, &mut y).run().unwrap_err();
    let text = "kernel `down`: the array in memory has elements of type f64, but the kernel takes u32 as input `x`";
    assert_eq!(error.to_string(), text);
    let error = Job::new(down(), &array![1_u32, 2], &mut y).run().unwrap_err();
    assert!(error.to_string().contains("has shape [2], but the kernel needs 2 axes at least"), "{error}");
    let mut other = Array2::<u32>::zeros((4, 4));
    let error = Job::new(down(), &x, &mut other).run().unwrap_err();
    let text = "the array in memory: it has shape [4, 4] of u32, but the result has shape [4, 5] of u32";
    assert_eq!(error.to_string(), text);
    let mut bytes = Array2::<u8>::zeros((4, 5));
    let error = Job::new(down(), &x, &mut bytes).run().unwrap_err();
    assert!(error.to_string().contains("of u8, but the result has shape [4, 5] of u32"), "{error}");
    let (a, b, mut c) =
        (Array3::<f32>::zeros((2, 4, 5)), Array3::<f32>::zeros((3, 4, 5)), Array3::<f32>::zeros((2, 4, 5)));
    let error = Job::new(both(), (&a, &b), &mut c).run().unwrap_err();
    assert!(error.to_string().contains("input `y` has shape [3, 4, 5], which does not fit [2, 4, 5]"), "{error}");
    let b = Array2::<f32>::zeros((4, 6));
    let error = Job::new(both(), (&a, &b), &mut c).run().unwrap_err();
    assert!(error.to_string().contains("input `y` has shape [4, 6]"), "{error}");
}

#[test]
fn a_read_that_fails_names_the_box() {
    let folder = Folder::new();
    let broken = |region: &[std::ops::Range<usize>], _: usize| {
        (region[0].start == 20).then(|| IoError::new("stored", "the checksum is wrong"))
    };
    let source = Stored { fails: broken, ..Stored::new([40, 30], Some([10, 30])) };
    let files = Files::new(&folder.0.join("out"), [40, 30], [10, 30]);
    let error = Job::new(down(), &source, &files).run().unwrap_err();
    let Error::Job(JobError::Chunks { failed, done, .. }) = &error else { panic!("{error}") };
    // The chunk above reads it, too.
    assert_eq!((failed.iter().map(|failed| failed.chunk).collect::<Vec<_>>(), *done), (vec![1, 2], 2));
    assert!(error.to_string().contains("stored [20..30, 0..30]: the checksum is wrong"), "{error}");
}

#[test]
fn what_may_pass_is_tried_again() {
    let sometimes = |_: &[std::ops::Range<usize>], number: usize| {
        number.is_multiple_of(3).then(|| IoError::new("stored", "the connection was lost").transient())
    };
    let source = Stored { fails: sometimes, ..Stored::new([40, 30], Some([10, 30])) };
    let mut y = Array2::<u32>::zeros((40, 30));
    Job::new(down(), &source, &mut y).workers(1).run().unwrap();
    assert_eq!(y, down().apply(&source.whole()).unwrap());
    let always =
        |_: &[std::ops::Range<usize>], _: usize| Some(IoError::new("stored", "the connection was lost").transient());
    let source = Stored { fails: always, ..Stored::new([40, 30], Some([10, 30])) };
    let error = Job::new(down(), &source, &mut y).retries(0).run().unwrap_err();
    assert!(error.to_string().contains("the connection was lost"), "{error}");
}

#[test]
fn grids_of_several_sinks_must_fit() {
    #[gufunc("()->(),()")]
    fn twice(x: u32) -> (u32, u32) {
        (x, 2 * x)
    }
    let folder = Folder::new();
    let source = Stored::new([40, 30], None);
    let sink = |name: &str, chunks| Files::new(&folder.0.join(name), [40, 30], chunks);
    let (a, b) = (sink("a", [10, 30]), sink("b", [20, 15]));
    Job::new(twice(), &source, (&a, &b)).run().unwrap();
    assert_eq!((a.array(), b.array()), (source.whole(), 2 * source.whole()));
    let error = Job::new(twice(), &source, (&sink("c", [10, 30]), &sink("d", [15, 30]))).run().unwrap_err();
    assert!(matches!(error, Error::Job(JobError::Grid { axis: 0, found: 15, expected: 10, .. })), "{error}");
}

#[test]
fn what_a_kernel_refuses_is_refused_before_the_run() {
    let folder = Folder::new();
    let output = folder.0.join("out");
    let source = Stored::new([40, 30], None);
    let error = Job::new(total().axis(5), &source, Files::new(&output, [40, 30], [10, 10])).run().unwrap_err();
    assert!(matches!(error, Error::Shape(_)), "{error}");
    assert!(!output.exists());
}
