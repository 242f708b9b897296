//! The example `rugged_terrain`, run as a user runs it, against a plain loop.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::{assert_misused, assert_refused, stderr, stdout};
use ndarray::{Array2, ArrayRef2, ShapeBuilder};
use ndarray_npy::{read_npy, write_npy};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_rugged_terrain");

fn run(model: &Path, block: usize, output: &Path) -> Output {
    let block = block.to_string();
    super::run(PROGRAM, [model, Path::new("--block"), Path::new(&block), Path::new("--output"), output])
}

fn ruggedness(folder: &Path) -> Array2<f64> {
    read_npy(folder.join("ruggedness.npy")).unwrap()
}

/// With whole numbers, which are exact: the variance is (n Σz² - (Σz)²) / n².
fn by_hand(z: &ArrayRef2<i16>, side: usize) -> Array2<f64> {
    Array2::from_shape_fn((z.nrows() / side, z.ncols() / side), |(row, column)| {
        let (mut sum, mut squares) = (0, 0);
        for i in row * side..(row + 1) * side {
            for j in column * side..(column + 1) * side {
                let z = i64::from(z[[i, j]]);
                sum += z;
                squares += z * z;
            }
        }
        let count = (side * side) as i64;
        ((count * squares - sum * sum) as f64).sqrt() / count as f64
    })
}

#[track_caller]
fn assert_close(found: &Array2<f64>, wanted: &Array2<f64>) {
    assert_eq!(found.dim(), wanted.dim());
    for (place, (found, wanted)) in ndarray::Zip::indexed(found).and(wanted).map_collect(|p, f, w| (p, (*f, *w))) {
        assert!((found - wanted).abs() <= 1e-9 * wanted.max(1.0), "{place:?}: {found}, by hand {wanted}");
    }
}

/// A model of 8 × 12 cells, rough but in one block of four.
fn rough(folder: &TempDir) -> (PathBuf, Array2<i16>) {
    let value = |(i, j)| if i / 4 == 1 && j / 4 == 2 { -7 } else { (i * 37 + j * 101) as i16 % 53 - 20 };
    let z = Array2::from_shape_fn((8, 12), value);
    let path = folder.path().join("model.npy");
    write_npy(&path, &z).unwrap();
    (path, z)
}

#[test]
fn the_shipped_model() {
    let folder = tempfile::tempdir().unwrap();
    let path = ndstencil_examples::data("terrain/jacksboro_dem.npy");
    let z: Array2<i16> = read_npy(&path).unwrap();
    for block in [1, 7, 16, 200] {
        let output = run(&path, block, folder.path());
        assert!(output.status.success(), "{}", stderr(&output));
        assert_close(&ruggedness(folder.path()), &by_hand(&z, block));
    }
    let output = super::run(PROGRAM, [Path::new("--output"), folder.path()]);
    let text = stdout(&output);
    assert!(text.contains("21 × 25 blocks") && text.contains("left out: 8 rows"), "{text}");
    assert!(text.contains("rows 128..144, columns 288..304") && text.contains("384″ south and 864″ east"), "{text}");
    assert!(image::open(folder.path().join("maps.png")).is_ok());
}

#[test]
fn a_model_that_blocks_fill() {
    let folder = tempfile::tempdir().unwrap();
    let (path, z) = rough(&folder);
    let output = run(&path, 4, folder.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("2 × 3 blocks") && !text.contains("left out"), "{text}");
    assert!(text.contains("rows 4..8, columns 8..12"), "{text}");
    assert_close(&ruggedness(folder.path()), &by_hand(&z, 4));

    // The same in the order of Fortran.
    let mut other = Array2::zeros(z.dim().f());
    other.assign(&z);
    write_npy(&path, &other).unwrap();
    assert!(run(&path, 4, folder.path()).status.success());
    assert_close(&ruggedness(folder.path()), &by_hand(&z, 4));
}

#[test]
fn what_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = rough(&folder);
    assert_refused(&run(&path, 9, folder.path()), "model.npy: ", "8 × 12 cells");
    assert_refused(&run(&folder.path().join("missing.npy"), 4, folder.path()), "missing.npy: ", "os error 2");
    write_npy(&path, &Array2::<f32>::zeros((8, 12))).unwrap();
    assert_refused(&run(&path, 4, folder.path()), "model.npy: ", "");
    assert_misused(&run(&path, 0, folder.path()), "zero");
    assert_misused(&super::run(PROGRAM, ["--block", "two"]), "two");
    assert_misused(&super::run(PROGRAM, [&path, &path]), "model.npy");
}
