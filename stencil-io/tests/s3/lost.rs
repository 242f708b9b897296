//! Servers that are lost in the middle of a job.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ndarray::{Array2, s};
use ndstencil::chunks::{CellsMut, DataType, Source};
use ndstencil::prelude::*;
use ndstencil::{Error, IoError, JobError};
use stencil_io::Zarr;

use crate::server::{Server, free_port};
use crate::{Folder, cells, python, read, with_server};

/// A source that calls a function before a number of its reads.
struct Hooked<S, F> {
    source: S,
    before: usize,
    hook: F,
    reads: AtomicUsize,
}

impl<S: Source, F: Fn() + Send + Sync> Hooked<S, F> {
    fn new(source: S, before: usize, hook: F) -> Hooked<S, F> {
        Hooked { source, before, hook, reads: AtomicUsize::new(0) }
    }
}

impl<S: Source, F: Fn() + Send + Sync> Source for Hooked<S, F> {
    fn name(&self) -> String {
        self.source.name()
    }
    fn shape(&self) -> Vec<usize> {
        self.source.shape()
    }
    fn data_type(&self) -> DataType {
        self.source.data_type()
    }
    fn chunks(&self) -> Option<Vec<usize>> {
        self.source.chunks()
    }
    fn version(&self) -> Result<Option<String>, IoError> {
        Ok(Some("the same".to_owned()))
    }
    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        if self.reads.fetch_add(1, Ordering::Relaxed) == self.before {
            (self.hook)();
        }
        self.source.read(region, cells)
    }
}

/// An array in memory, in chunks.
struct Rows(Array2<f32>);

impl Source for Rows {
    fn name(&self) -> String {
        "rows".to_owned()
    }
    fn shape(&self) -> Vec<usize> {
        self.0.shape().to_vec()
    }
    fn data_type(&self) -> DataType {
        DataType::of::<f32>()
    }
    fn chunks(&self) -> Option<Vec<usize>> {
        Some(vec![5, 20])
    }
    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let part = self.0.slice(s![region[0].clone(), region[1].clone()]);
        cells.array_mut::<f32>().unwrap().assign(&part);
        Ok(())
    }
}

#[stencil]
fn double(x: Window2<f32>) -> f32 {
    2.0 * x[[0, 0]]
}

/// The array of 20 chunks, one after the other.
fn rows() -> Array2<f32> {
    cells((100, 20), |n| n as f32 + 1.0)
}

#[test]
fn a_connection_that_is_lost_for_a_while_does_no_harm() {
    with_server("lost::a_connection_that_is_lost_for_a_while_does_no_harm", &[], |proxy| {
        let server = proxy.target();
        let lose = || {
            proxy.cut();
            let proxy = proxy.clone();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(1500));
                proxy.pass(server);
            });
        };
        let path = "s3://tests/while/x.zarr";
        // While it is written, and while it is read.
        let source = Hooked::new(Rows(rows()), 8, lose);
        Job::new(double(), &source, Zarr::create(path).chunks([5, 20])).workers(2).run().unwrap();
        let expected = 2.0 * rows();
        assert_eq!(read::<f32>(path), expected.clone().into_dyn());
        let source = Hooked::new(Zarr::open(path).unwrap(), 8, lose);
        let mut back = Array2::<f32>::zeros((100, 20));
        Job::copy(&source, &mut back).run().unwrap();
        assert_eq!(back, expected);
    });
}

#[test]
fn what_was_lost_for_good_is_done_by_another_run() {
    with_server("lost::what_was_lost_for_good_is_done_by_another_run", &[], |proxy| {
        let (server, folder) = (proxy.target(), Folder::new());
        let path = "s3://tests/for-good/x.zarr";
        let run = |before: usize| {
            let source = Hooked::new(Rows(rows()), before, || proxy.cut());
            let job = Job::new(double(), &source, Zarr::create(path).chunks([5, 20])).workers(1).retries(1);
            job.journal(folder.path("x.job")).run()
        };
        let error = run(12).unwrap_err();
        let Error::Job(JobError::Chunks { failed, done, total, .. }) = &error else { panic!("{error}") };
        assert_eq!((failed.len(), *done, *total), (8, 12, 20));
        for (number, failed) in failed.iter().enumerate() {
            let start = 5 * (12 + number);
            let text = failed.error.to_string();
            let place = format!("{path}/c/{}/0 [{start}..{}, 0..20]: ", 12 + number, start + 5);
            assert_eq!(failed.region, [start..start + 5, 0..20]);
            assert!(text.starts_with(&place) && text.contains(&format!("to {} was lost", proxy.url())), "{text}");
        }
        // All others are there.
        proxy.pass(server);
        let there = read::<f32>(path);
        let expected = 2.0 * rows();
        assert_eq!(there.slice(s![..60, ..]), expected.slice(s![..60, ..]));
        assert!(there.slice(s![60.., ..]).iter().all(|x| *x == 0.0));
        assert_eq!(run(usize::MAX).unwrap().skipped, 12);
        assert_eq!(read::<f32>(path), expected.into_dyn());
    });
}

#[test]
fn nobody_there_is_an_error_that_may_pass() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    with_server("lost::nobody_there_is_an_error_that_may_pass", &[("AWS_ENDPOINT_URL", &nobody)], |_| {
        let error = Zarr::open("s3://tests/x.zarr").unwrap_err();
        let server = std::env::var("AWS_ENDPOINT_URL").unwrap();
        let expected = format!("s3://tests/x.zarr/zarr.json: {server} cannot be reached: ");
        assert!(error.to_string().starts_with(&expected) && error.is_transient(), "{error}");
        assert!(error.to_string().to_lowercase().contains("refused"), "{error}");
    });
}

/// The process of the server ends, and another one takes its place, with the same objects.
#[test]
fn a_server_that_is_started_again() {
    with_server("lost::a_server_that_is_started_again", &[], |proxy| {
        let folder = Folder::new();
        let first = Server::start(0, &["tests"], &[]).unwrap();
        proxy.pass(first.port);
        let path = "s3://tests/again/x.zarr";
        Job::copy(&rows(), Zarr::create(path).chunks([5, 20])).run().unwrap();
        python("s3.py", &["get", &proxy.url(), "tests", "", folder.0.to_str().unwrap()]);
        let source = Zarr::open(path).unwrap();
        let first = std::sync::Mutex::new(Some(first));
        let second = std::sync::Mutex::new(None);
        let again = || {
            proxy.cut();
            let first = first.lock().unwrap().take().unwrap();
            let port = first.port;
            drop(first);
            let new = Server::start(port, &["tests"], &[]).unwrap();
            python("s3.py", &["put", &format!("http://127.0.0.1:{port}"), "tests", folder.0.to_str().unwrap()]);
            proxy.pass(new.port);
            *second.lock().unwrap() = Some(new);
        };
        let source = Hooked::new(source, 10, again);
        let mut y = Array2::<f32>::zeros((100, 20));
        Job::new(double(), &source, &mut y).retries(8).run().unwrap();
        assert_eq!(y, 2.0 * rows());
        assert!(second.lock().unwrap().is_some());
    });
}

/// A server that takes requests and does not answer.
#[cfg(unix)]
#[test]
fn a_server_that_stands_still() {
    with_server("lost::a_server_that_stands_still", &[("AWS_TIMEOUT", "500 ms")], |proxy| {
        let server = Server::start(0, &["tests"], &[]).unwrap();
        proxy.pass(server.port);
        let path = "s3://tests/still/x.zarr";
        let server = &server;
        let mut moving = None;
        std::thread::scope(|scope| {
            let stop = || {
                server.signal("-STOP");
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_secs(2));
                    server.signal("-CONT");
                });
            };
            let source = Hooked::new(Rows(rows()), 8, stop);
            moving = Some(Job::new(double(), &source, Zarr::create(path).chunks([5, 20])).retries(8).run());
        });
        moving.unwrap().unwrap();
        assert_eq!(read::<f32>(path), (2.0 * rows()).into_dyn());
        let source = Zarr::open(path).unwrap();
        server.signal("-STOP");
        let mut y = Array2::<f32>::zeros((100, 20));
        let error = Job::copy(&source, &mut y).retries(1).workers(20).run().unwrap_err().to_string();
        server.signal("-CONT");
        assert!(error.contains(&format!("{path}/c/0/0 [0..5, 0..20]: ")), "{error}");
        assert!(error.contains("does not answer in time"), "{error}");
    });
}
