//! Jobs from bucket to bucket.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ndarray::Array3;
use ndstencil::chunks::Summary;
use ndstencil::prelude::*;
use stencil_io::Zarr;

use crate::server::{Proxy, free_port};
use crate::{Folder, cells, program, read, with_server};

#[stencil(boundary = Reflect)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

#[test]
fn a_job_equals_the_arrays_in_memory() {
    with_server("jobs::a_job_equals_the_arrays_in_memory", &[], |_| {
        let x = Array3::from_shape_fn((3, 130, 170), |(k, i, j)| ((k + 1) * ((i * 31 + j * 7) % 113)) as f32 / 7.0);
        let mut expected = Array3::zeros(x.dim());
        for (x, mut y) in x.outer_iter().zip(expected.outer_iter_mut()) {
            y.assign(&mean().apply(&x).unwrap());
        }
        let at = |name: &str| format!("s3://tests/equals/{name}.zarr");
        Job::copy(&x, Zarr::create(at("x")).chunks([1, 50, 64])).run().unwrap();
        Job::copy(&x, Zarr::create(at("sharded")).chunks([1, 20, 24]).shards([2, 40, 72])).run().unwrap();
        for from in ["x", "sharded"] {
            let new = || Zarr::create(at("y"));
            let sinks = [new(), new().chunks([1, 30, 30]).shards([1, 60, 90]), new().chunks([2, 33, 70]).v2().blosc(5)];
            for (way, sink) in sinks.into_iter().enumerate() {
                let job = Job::new(mean(), Zarr::open(at(from)).unwrap(), sink).memory(32 << 20).restart(true);
                job.run().unwrap();
                assert_eq!(read::<f32>(at("y")), expected.clone().into_dyn(), "{from} {way}");
            }
        }
    });
}

static BROKEN: AtomicBool = AtomicBool::new(true);

/// Panics in some chunks while it is broken.
#[stencil(boundary = Nearest)]
fn fragile(x: Window2<f32>) -> f32 {
    if x[[0, 0]] == 112.0 && BROKEN.load(Ordering::Relaxed) {
        panic!("not yet");
    }
    x[[0, 1]] - x[[0, -1]]
}

#[test]
fn a_job_with_a_journal_goes_on() {
    with_server("jobs::a_job_with_a_journal_goes_on", &[], |_| {
        let folder = Folder::new();
        let x = cells((100, 100), |n| n as f32);
        let (from, to) = ("s3://tests/goes-on/x.zarr", "s3://tests/goes-on/y.zarr");
        Job::copy(&x, Zarr::create(from).chunks([32, 32])).run().unwrap();
        let new = || Job::new(fragile(), Zarr::open(from).unwrap(), Zarr::create(to).chunks([7, 7]));
        let job = || new().journal(folder.path("y.job"));
        let stopped = job().run().unwrap_err().to_string();
        assert!(stopped.contains("not yet"), "{stopped}");
        BROKEN.store(false, Ordering::Relaxed);
        // Another job that notes nothing does not write over it.
        assert!(new().run().unwrap_err().to_string().contains("it is there already"));
        let summary = job().run().unwrap();
        assert!(summary.skipped > 0 && summary.skipped < summary.chunks, "{summary:?}");
        assert_eq!(read::<f32>(to), fragile().apply(&x).unwrap().into_dyn());
        assert_eq!(job().run().unwrap().skipped, summary.chunks);
        // Another input is another job.
        Job::copy(&(&x + 1.0), Zarr::create(from).chunks([32, 32])).restart(true).run().unwrap();
        let refused = job().run().unwrap_err().to_string();
        assert!(refused.contains("input"), "{refused}");
        job().restart(true).run().unwrap();
        assert_eq!(read::<f32>(to), fragile().apply(&(&x + 1.0)).unwrap().into_dyn());
        // Without a journal nothing is noted.
        let elsewhere = || Job::copy(&x, Zarr::create("s3://tests/goes-on/z.zarr"));
        assert_eq!(elsewhere().run().unwrap().skipped, 0);
        assert!(elsewhere().run().unwrap_err().to_string().contains("it is there already"));
    });
}

const JOURNAL: &str = "NDSTENCIL_TEST_S3_JOURNAL";

/// Takes its time: ten milliseconds for a chunk.
#[stencil(boundary = Wrap)]
fn slow(x: Window2<f32>) -> f32 {
    if x.position()[1].is_multiple_of(10) {
        std::thread::sleep(Duration::from_millis(1));
    }
    x[[-2, 1]] * 3.0 - x[[1, 0]]
}

/// The input and the output that a journal is about, of a test's own.
fn places(journal: &Path) -> [String; 2] {
    let name = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let folder = name(journal.parent().unwrap());
    [format!("s3://tests/{folder}/x.zarr"), format!("s3://tests/{folder}/{}.zarr", name(journal))]
}

fn run_slow(journal: &Path) -> Summary {
    let [from, to] = places(journal);
    let sink = Zarr::create(to).chunks([10, 10]);
    Job::new(slow(), Zarr::open(from).unwrap(), sink).workers(2).journal(journal).run().unwrap()
}

/// Three processes do a job together.
#[test]
fn shares_make_one_array() {
    const TEST: &str = "jobs::shares_make_one_array";
    const SHARE: &str = "NDSTENCIL_TEST_S3_SHARE";
    with_server(TEST, &[], |proxy: Proxy| {
        let job = |journal: &Path, share: usize| {
            let [from, to] = places(journal);
            let job = Job::new(mean(), Zarr::open(from).unwrap(), Zarr::create(to).chunks([10, 10]));
            job.shard(share, 3).journal(journal).run().unwrap()
        };
        if let Some(journal) = std::env::var_os(JOURNAL) {
            let share = std::env::var(SHARE).unwrap().parse().unwrap();
            assert_eq!(job(journal.as_ref(), share).skipped, 0);
            return;
        }
        let folder = Folder::new();
        let journal = folder.path("y.job");
        let [from, to] = places(&journal);
        let x = cells((60, 60), |n| n as f32);
        Job::copy(&x, Zarr::create(from).chunks([32, 32])).run().unwrap();
        let processes = ["0", "1", "2"].map(|share| {
            let ports = format!("{} {}", free_port(), proxy.target());
            let settings = [(JOURNAL, journal.to_str().unwrap()), (SHARE, share)];
            program(TEST, &ports, &settings).stdout(Stdio::null()).spawn().unwrap()
        });
        for mut process in processes {
            assert!(process.wait().unwrap().success());
        }
        assert_eq!(read::<f32>(to), mean().apply(&x).unwrap().into_dyn());
        assert_eq!(job(&journal, 1).skipped, 12);
    });
}

/// Killed at moments that differ, it goes on where the run before was.
#[test]
fn a_killed_process_goes_on() {
    const TEST: &str = "jobs::a_killed_process_goes_on";
    with_server(TEST, &[], |proxy: Proxy| {
        if let Some(journal) = std::env::var_os(JOURNAL) {
            run_slow(journal.as_ref());
            return;
        }
        let folder = Folder::new();
        let x = cells((100, 80), |n| n as f32);
        let expected = slow().apply(&x).unwrap().into_dyn();
        let (mut kills, mut round, mut state) = (0, 0, 1_u64);
        let journal = |round: usize| folder.path(&format!("y{round}.job"));
        Job::copy(&x, Zarr::create(&places(&journal(0))[0]).chunks([64, 64])).run().unwrap();
        while kills < 12 {
            let ports = format!("{} {}", free_port(), proxy.target());
            let mut program = program(TEST, &ports, &[(JOURNAL, journal(round).to_str().unwrap())]);
            let mut process = program.stdout(Stdio::null()).spawn().unwrap();
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            std::thread::sleep(Duration::from_millis(50 + (state >> 40) % 400));
            if process.try_wait().unwrap().is_none() {
                process.kill().unwrap();
                process.wait().unwrap();
                kills += 1;
            } else {
                // It was done before it was killed often enough: another one.
                assert!(process.wait().unwrap().success());
                assert_eq!(read::<f32>(&places(&journal(round))[1]), expected);
                round += 1;
            }
        }
        run_slow(&journal(round));
        assert_eq!(read::<f32>(&places(&journal(round))[1]), expected);
        assert_eq!(run_slow(&journal(round)).skipped, 80);
    });
}

/// A process that was killed when most was noted does only the rest.
#[test]
fn what_is_noted_is_not_done_again() {
    const TEST: &str = "jobs::what_is_noted_is_not_done_again";
    with_server(TEST, &[], |proxy: Proxy| {
        if let Some(journal) = std::env::var_os(JOURNAL) {
            run_slow(journal.as_ref());
            return;
        }
        let folder = Folder::new();
        let journal = folder.path("noted.job");
        let x = cells((100, 80), |n| n as f32);
        Job::copy(&x, Zarr::create(&places(&journal)[0]).chunks([64, 64])).run().unwrap();
        let ports = format!("{} {}", free_port(), proxy.target());
        let mut program = program(TEST, &ports, &[(JOURNAL, journal.to_str().unwrap())]);
        let mut process = program.stdout(Stdio::null()).spawn().unwrap();
        let noted = || {
            let text = std::fs::read_to_string(&journal).unwrap_or_default();
            text.lines().filter(|line| line.split(' ').count() == 2 && !line.starts_with('#')).count()
        };
        while noted() == 0 {
            assert!(process.try_wait().unwrap().is_none(), "the job is not done in a moment");
            std::thread::sleep(Duration::from_millis(5));
        }
        process.kill().unwrap();
        process.wait().unwrap();
        let summary = run_slow(&journal);
        assert!(summary.skipped > 0 && summary.skipped < 80 && summary.chunks == 80, "{summary:?}");
        assert_eq!(read::<f32>(&places(&journal)[1]), slow().apply(&x).unwrap().into_dyn());
    });
}
