//! Jobs in processes of their own, which are killed at any moment.

use super::*;

/// The folder in which a process that was started by a test works, and its share of the job.
const FOLDER: &str = "NDSTENCIL_TEST_HDF5";
const SHARE: &str = "NDSTENCIL_TEST_HDF5_SHARE";

#[stencil(boundary = Wrap)]
fn slow(x: Window2<f32>) -> f32 {
    if x.position()[1].is_multiple_of(40) {
        std::thread::sleep(Duration::from_micros(300));
    }
    x[[-2, 1]] * 3.0 + x[[1, 0]]
}

fn share_of_job(folder: &Path, share: [usize; 2]) {
    let source = Hdf5::open(folder.join("x.h5"), "x").unwrap();
    let sink = Hdf5::create(folder.join("y.h5"), "y").chunks([16, 16]).deflate(1);
    Job::new(slow(), source, sink).memory(9 << 20).workers(2).shard(share[0], share[1]).run().unwrap();
}

/// The program that the tests below start; alone it does nothing.
#[test]
fn a_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let share: Vec<usize> = std::env::var(SHARE).unwrap().split('/').map(|number| number.parse().unwrap()).collect();
    share_of_job(&folder, [share[0], share[1]]);
}

fn start(folder: &Path, share: &str) -> Child {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["killed::a_process", "--exact", "--test-threads=1", "--nocapture"]);
    program.env(FOLDER, folder).env(SHARE, share).stdout(std::process::Stdio::null());
    program.spawn().unwrap()
}

/// True for the files that a job leaves, of its journal also those of a run that was killed.
fn of_job(name: &str) -> bool {
    ["x.h5", "y.h5"].contains(&name) || name.starts_with("y.h5.job")
}

fn input(folder: &Path) -> Array2<f32> {
    let x = noise(160, 120);
    write_all(&Hdf5::create(folder.join("x.h5"), "x").chunks([10, 120]), &x.clone().into_dyn()).unwrap();
    x
}

/// The bytes of the file of a job that was not killed.
fn uninterrupted(folder: &Path) -> Vec<u8> {
    let other = folder.join("other");
    fs::create_dir(&other).unwrap();
    fs::copy(folder.join("x.h5"), other.join("x.h5")).unwrap();
    share_of_job(&other, [0, 1]);
    let bytes = fs::read(other.join("y.h5")).unwrap();
    fs::remove_dir_all(other).unwrap();
    bytes
}

/// Killed at moments that differ, the job still ends, with the bytes of one that was not killed.
#[test]
fn killed_and_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let x = input(folder.path());
    let expected = uninterrupted(folder.path());
    let (mut kills, mut state) = (0, 1_u64);
    for round in 0..1000 {
        let mut process = start(folder.path(), "0/1");
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(2000 + (state >> 40) % (20_000 + 4000 * round)));
        if kills < 30 && process.try_wait().unwrap().is_none() {
            process.kill().unwrap();
            process.wait().unwrap();
            kills += 1;
            // What has the name is whole.
            if let Ok(bytes) = fs::read(folder.path().join("y.h5")) {
                assert!(bytes == expected);
            }
            continue;
        }
        assert!(process.wait().unwrap().success());
        assert!(fs::read(folder.path().join("y.h5")).unwrap() == expected);
        assert!(names(folder.path()).iter().all(|name| of_job(name)));
        if kills >= 30 {
            break;
        }
        fs::remove_file(folder.path().join("y.h5")).unwrap();
        fs::remove_file(folder.path().join("y.h5.job")).unwrap();
    }
    assert_eq!(kills, 30);
    let found = read_all::<f32>(&Hdf5::open(folder.path().join("y.h5"), "y").unwrap()).unwrap();
    assert_eq!(found, slow().apply(&x).unwrap().into_dyn());
}

/// Three processes do a job together; one is killed, and started again.
#[test]
fn processes_share_a_job() {
    let folder = tempfile::tempdir().unwrap();
    input(folder.path());
    let expected = uninterrupted(folder.path());
    let mut processes: Vec<Child> = (0..3).map(|share| start(folder.path(), &format!("{share}/3"))).collect();
    std::thread::sleep(Duration::from_millis(40));
    processes[1].kill().unwrap();
    for (share, process) in processes.iter_mut().enumerate() {
        assert!(process.wait().unwrap().success() || share == 1, "share {share}");
    }
    assert!(start(folder.path(), "1/3").wait().unwrap().success());
    assert!(fs::read(folder.path().join("y.h5")).unwrap() == expected);
    assert!(names(folder.path()).iter().all(|name| of_job(name)));
}
