//! Jobs in processes of their own, which are killed at any moment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use ndstencil::prelude::*;

use super::stored::{Files, Folder, Stored};

/// The folder in which a process that was started by a test works, and its share of the job.
const FOLDER: &str = "NDSTENCIL_TEST_JOB_FOLDER";
const SHARE: &str = "NDSTENCIL_TEST_JOB_SHARE";
/// The microseconds that it waits ten times a chunk.
const PACE: &str = "NDSTENCIL_TEST_JOB_PACE";
const SHAPE: [usize; 2] = [160, 150];
const CHUNKS: [usize; 2] = [10, 15];
const ITEMS: usize = 160;

#[stencil(boundary = Wrap)]
fn slow(x: Window2<u32>, micros: u64) -> u32 {
    // Ten times a chunk.
    if x.position()[1].is_multiple_of(15) {
        std::thread::sleep(Duration::from_micros(micros));
    }
    x[[-2, 1]].wrapping_mul(3).wrapping_add(x[[1, 0]])
}

/// Runs the job; notes what it wrote, a line a chunk, in a file of its own.
fn run(folder: &Path, share: [usize; 2], pace: u64) {
    let source = Stored::new(SHAPE, Some([16, 150]));
    let files = Files::new(&folder.join("out"), SHAPE, CHUNKS);
    Job::new(slow(pace), &source, &files).workers(2).shard(share[0], share[1]).run().unwrap();
    let written = files.written.into_inner().unwrap().len();
    fs::write(folder.join(format!("written-{}", share[0])), written.to_string()).unwrap();
}

/// The program that the tests below start; alone it does nothing.
#[test]
fn a_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let share: Vec<usize> = std::env::var(SHARE).unwrap().split('/').map(|number| number.parse().unwrap()).collect();
    run(&folder, [share[0], share[1]], std::env::var(PACE).unwrap().parse().unwrap());
}

fn start(folder: &Path, share: &str, pace: u64) -> Child {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["jobs::killed::a_process", "--exact", "--test-threads=1", "--nocapture"]);
    program
        .env(FOLDER, folder)
        .env(SHARE, share)
        .env(PACE, pace.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    program.spawn().unwrap()
}

fn assert_done(folder: &Path) {
    let expected = slow(0).apply(&Stored::new(SHAPE, None).whole()).unwrap();
    assert_eq!(Files::new(&folder.join("out"), SHAPE, CHUNKS).array(), expected);
    let left: Vec<String> = fs::read_dir(folder.join("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".partial"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Killed fifty times at moments that differ, the job still ends, and each run goes on where the one before was.
#[test]
fn killed_fifty_times() {
    let folder = Folder::new();
    let mut kills = 0;
    let mut state = 1_u64;
    for round in 0..5000 {
        let mut process = start(&folder.0, "0/1", 200);
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        // Later in the end, so that it ends at all.
        let wait = Duration::from_micros(1000 + (state >> 40) % (12_000 + 1000 * round));
        sleep(wait);
        if kills < 50 && process.try_wait().unwrap().is_none() {
            process.kill().unwrap();
            process.wait().unwrap();
            kills += 1;
            continue;
        }
        assert!(process.wait().unwrap().success());
        if kills >= 50 {
            break;
        }
        // It was done before it was killed often enough: once more.
        fs::remove_dir_all(folder.0.join("out")).unwrap();
        fs::remove_file(folder.0.join("out.job")).unwrap();
    }
    assert_eq!(kills, 50);
    assert_done(&folder.0);
    // All that the journal noted is done no more.
    fs::remove_file(folder.0.join("written-0")).unwrap();
    run(&folder.0, [0, 1], 200);
    assert_eq!(fs::read_to_string(folder.0.join("written-0")).unwrap(), "0");
}

/// A process that was killed when most was noted does only the rest.
#[test]
fn what_is_noted_is_not_done_again() {
    let folder = Folder::new();
    let mut process = start(&folder.0, "0/1", 2000);
    let noted = || {
        let text = fs::read_to_string(folder.0.join("out.job")).unwrap_or_default();
        text.lines().filter(|line| line.split(' ').count() == 2 && !line.starts_with('#')).count()
    };
    while noted() == 0 {
        assert!(process.try_wait().unwrap().is_none(), "the job is not done in a moment");
        sleep(Duration::from_millis(5));
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let before = noted();
    assert!(before > 0 && before < ITEMS, "{before}");
    run(&folder.0, [0, 1], 2000);
    assert_eq!(fs::read_to_string(folder.0.join("written-0")).unwrap(), (ITEMS - before).to_string());
    assert_done(&folder.0);
}

/// Four processes do a job together; one is killed, and started again.
#[test]
fn four_processes_of_which_one_is_killed() {
    let folder = Folder::new();
    let mut processes: Vec<Child> = (0..4).map(|share| start(&folder.0, &format!("{share}/4"), 200)).collect();
    sleep(Duration::from_millis(60));
    processes[2].kill().unwrap();
    for (share, process) in processes.iter_mut().enumerate() {
        let ended = process.wait().unwrap();
        assert!(ended.success() || share == 2, "share {share}");
    }
    assert!(start(&folder.0, "2/4", 200).wait().unwrap().success());
    assert_done(&folder.0);
}
