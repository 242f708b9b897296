//! The memory of jobs: what they take stays below what they may.

use std::ops::Range;
use std::process::Command;

use ndarray::Axis;
use ndstencil::IoError;
use ndstencil::chunks::{CellsMut, DataType, Source};
use ndstencil::prelude::*;
use stencil_io::Zarr;

use crate::Folder;

/// The most memory that this process had at once, where the system tells.
pub(crate) fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
}

/// The processor time of this process in seconds, where the system tells.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let times = stat.rsplit(") ").next().unwrap_or("").split(' ').skip(11).take(2);
    times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Numbers that are made as they are read, and do not compress much.
struct Made([usize; 2]);

impl Source for Made {
    fn name(&self) -> String {
        "made".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.0.to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<f32>()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut x = cells.array_mut::<f32>().unwrap();
        for (i, mut row) in region[0].clone().zip(x.axis_iter_mut(Axis(0))) {
            for (j, cell) in region[1].clone().zip(&mut row) {
                let mixed = ((i * 40_503) ^ (j * 2_654_435_761)).wrapping_mul(0x9E37_79B9);
                *cell = (mixed >> 16 & 0xffff) as f32;
            }
        }
        Ok(())
    }
}

#[stencil(boundary = Nearest)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

/// The memory that a program takes whatever its jobs do: code that is run for the first time, stacks, what the allocator keeps.
const PROGRAM: usize = 8 << 20;
const CHILD: &str = "NDSTENCIL_ZARR_MEMORY";

/// Runs a job in a process of its own, and compares.
fn compare(way: &str, [rows, columns]: [usize; 2], chunk: usize, budget: usize) {
    let name = std::thread::current().name().unwrap().to_owned();
    if std::env::var_os(CHILD).is_none() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output =
            child.env(CHILD, "1").args(["--exact", &name, "--include-ignored", "--nocapture"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        eprint!("{said}");
        return;
    }
    let folder = Folder::new();
    let Some(before) = peak() else { return };
    let (first, second) = (folder.path("first.zarr"), folder.path("second.zarr"));
    let sink = |path, chunks: [usize; 2]| {
        let sink = Zarr::create(path).chunks(chunks);
        match way {
            "zstd" => sink,
            "blosc" => sink.blosc(5),
            "gzip" => sink.gzip(1),
            _ => sink.chunks(chunks.map(|n| n / 5)).shards(chunks),
        }
    };
    let mut begun = processor();
    let mut lap = || processor() - std::mem::replace(&mut begun, processor());
    let made = Job::new(mean(), Made([rows, columns]), sink(&first, [chunk, chunk])).memory(budget).run().unwrap();
    let made = (made, lap());
    let taken = peak().unwrap() - before;
    // In the same chunks, and across those of the input.
    let mut read = |chunks| {
        let job = Job::new(mean(), Zarr::open(&first).unwrap(), sink(&second, chunks));
        (job.memory(budget).restart(true).run().unwrap(), lap())
    };
    let (same, across) = (read([chunk, chunk]), read([chunk / 10 * 7, chunk / 10 * 9]));
    let all = peak().unwrap() - before;
    for (what, (summary, processor)) in [("made", made), ("same", same), ("across", across)] {
        eprintln!(
            "{way}, {what}: {} MiB planned, {} MiB read, {:.2} s, {processor:.2} s of processors, of the workers {:.2} s reading, {:.2} s computing, {:.2} s writing",
            summary.planned_memory >> 20,
            summary.bytes_read >> 20,
            summary.elapsed.as_secs_f64(),
            summary.reading.as_secs_f64(),
            summary.computing.as_secs_f64(),
            summary.writing.as_secs_f64(),
        );
    }
    eprintln!("{} MiB taken by the first job, {} by all, {} are allowed", taken >> 20, all >> 20, budget >> 20);
    assert!(taken < budget + PROGRAM && all < budget + PROGRAM);
}

#[test]
fn jobs_of_zstd_keep_to_their_budget() {
    compare("zstd", [2500, 4000], 500, 32 << 20);
}

#[test]
fn jobs_of_gzip_keep_to_their_budget() {
    compare("gzip", [1500, 4000], 500, 32 << 20);
}

#[test]
fn jobs_of_blosc_keep_to_their_budget() {
    compare("blosc", [2500, 4000], 500, 64 << 20);
}

#[test]
fn jobs_of_shards_keep_to_their_budget() {
    compare("shards", [2500, 4000], 500, 32 << 20);
}

/// A gibibyte in 256 chunks of 4 MiB.
#[test]
#[ignore = "a measurement: run it in release"]
fn a_gibibyte_keeps_to_its_budget() {
    compare("zstd", [16_384, 16_384], 1024, 128 << 20);
}

/// The same with room for the chunks that are read again.
#[test]
#[ignore = "a measurement: run it in release"]
fn a_gibibyte_is_read_once() {
    compare("zstd", [16_384, 16_384], 1024, 400 << 20);
}

/// Two gibibytes.
#[test]
#[ignore = "a measurement: run it in release"]
fn two_gibibytes_keep_to_their_budget() {
    compare("zstd", [32_768, 16_384], 1024, 128 << 20);
}
