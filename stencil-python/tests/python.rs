//! Kernels as NumPy calls them: the modules `filters` and `ndstencil_kernels` are built and handed to the programs in
//! `tests/python`.
//!
//! They need a Python with NumPy, and with Dask and xarray what concerns those, named by `NDSTENCIL_PYTHON`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use kernels::Pixel;
use ndarray_npy::{WritableElement, write_npy};
use ndstencil::ndarray::{Array2, Axis, s};
use ndstencil_python::ndstencil;
use tempfile::TempDir;

/// The folder with the modules; they are built once.
fn modules() -> &'static Path {
    static MODULES: OnceLock<TempDir> = OnceLock::new();
    let folder = MODULES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let filters = build("ndstencil-python-filters", "ndstencil_python_filters");
        for module in ["filters", "mismatched", "ambiguous", "repeated"] {
            std::fs::copy(&filters, folder.path().join(format!("{module}.abi3.so"))).unwrap();
        }
        let kernels = folder.path().join("ndstencil_kernels");
        std::fs::create_dir(&kernels).unwrap();
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("kernels/python/ndstencil_kernels");
        for source in std::fs::read_dir(sources).unwrap().map(Result::unwrap).filter(|one| one.path().is_file()) {
            std::fs::copy(source.path(), kernels.join(source.file_name())).unwrap();
        }
        std::fs::copy(build("ndstencil-kernels", "_native"), kernels.join("_native.abi3.so")).unwrap();
        folder
    });
    folder.path()
}

/// Builds a package, and finds its library.
fn build(package: &str, name: &str) -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", package, "--message-format", "json-render-diagnostics"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let built = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let messages = String::from_utf8(built.stdout).unwrap();
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut artifacts = artifacts.filter(|artifact| artifact["target"]["name"] == name);
    let library = artifacts.find_map(|artifact| {
        let files = artifact["filenames"].as_array()?.iter();
        files.filter_map(|file| file.as_str()).find(|file| file.ends_with(".so")).map(PathBuf::from)
    });
    library.expect("a library of that name")
}

/// Runs a program of `tests/python`, which tells what it has tried; returns false without a Python.
fn python(program: &str, arguments: &[&Path]) -> bool {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: set NDSTENCIL_PYTHON to a Python with numpy, dask, distributed and xarray");
        return false;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(program);
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let path = std::env::join_paths([modules(), &package]).unwrap();
    let done = Command::new(python).arg(script).args(arguments).env("PYTHONPATH", path).output().unwrap();
    let (out, errors) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{out}{errors}");
    // What a kernel panics with is in the exception, and nowhere else.
    assert!(!errors.contains("\nthread '") && !errors.starts_with("thread '"), "{errors}");
    println!("{out}");
    true
}

/// An image with all the values of a type, and some more.
fn image<T>(shape: (usize, usize), value: fn(usize) -> T) -> Array2<T> {
    Array2::from_shape_fn(shape, |(i, j)| value((i * 131 + j * 17) % 256))
}

/// Writes images and what each kernel makes of them.
fn write<T: Pixel + WritableElement + ndstencil::Element>(folder: &Path, name: &str, value: fn(usize) -> T) {
    let shapes = [(0, 0), (0, 5), (4, 0), (1, 1), (1, 7), (2, 2), (3, 5), (33, 65), (70, 300)];
    for (number, shape) in shapes.into_iter().enumerate() {
        let x = image(shape, value);
        write_npy(folder.join(format!("x-{name}-{number}.npy")), &x).unwrap();
        macro_rules! results {
            ($($kernel:ident)*) => {$(
                let y = kernels::$kernel().apply(&x).unwrap();
                write_npy(folder.join(format!("{}-{name}-{number}.npy", stringify!($kernel))), &y).unwrap();
            )*};
        }
        results!(smooth smooth_reflect smooth_mirror smooth_wrap smooth_constant smooth_fill smooth_keep);
    }
}

#[test]
fn results_are_those_of_rust() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write::<i8>(path, "int8", |n| n as u8 as i8);
    write::<u8>(path, "uint8", |n| n as u8);
    write::<i16>(path, "int16", |n| (n as i32 * 250 - 32000) as i16);
    write::<u16>(path, "uint16", |n| n as u16 * 257);
    write::<f32>(path, "float32", |n| (n as f32 - 100.0) * 0.3);
    write::<f64>(path, "float64", |n| (n as f64 - 100.0) * 0.3);
    // Medians along the dates of a stack, some of which are missing.
    let stack = image((84, 3 * 701), |n| if n % 5 == 0 { f64::NAN } else { n as f64 * 0.7 });
    let medians = kernels::nanmedian().axis(0).apply(&stack).unwrap();
    assert_eq!(stack.slice(s![.., 0]).len_of(Axis(0)), 84);
    write_npy(path.join("dates.npy"), &stack).unwrap();
    write_npy(path.join("medians.npy"), &medians).unwrap();
    python("values.py", &[path]);
}

#[test]
fn ufuncs_follow_the_rules_of_numpy() {
    python("rules.py", &[]);
}

#[test]
fn memory_that_is_read_and_written() {
    python("memory.py", &[]);
}

#[test]
fn tests_of_numpy_pass() {
    python("numpy_own.py", &[]);
}

#[test]
fn chunks_give_what_whole_arrays_give() {
    python("chunks.py", &[]);
}

#[test]
fn ready_kernels_are_those_of_numpy_and_bottleneck() {
    python("kernels.py", &[]);
}

#[test]
fn tests_of_bottleneck_pass() {
    python("bottleneck_own.py", &[]);
}

#[test]
fn failures_are_exceptions() {
    python("failures.py", &[]);
}

#[test]
fn processes_and_threads() {
    python("processes.py", &[]);
}

#[test]
fn dask_and_xarray() {
    python("lazy.py", &[]);
    python("lazy_kernels.py", &[]);
}

#[test]
fn programs_of_the_readme_run() {
    python("readme.py", &[&Path::new(env!("CARGO_MANIFEST_DIR")).join("python/README.md")]);
}
