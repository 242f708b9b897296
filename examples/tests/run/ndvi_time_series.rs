//! The example `ndvi_time_series`, run as a user runs it, against plain loops.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::{assert_misused, assert_refused, stderr, stdout};
use ndarray::{Array, Array2, Array3, Array4, Axis, Dimension, array, s};
use ndarray_npy::{ReadableElement, WritableElement, read_npy, write_npy};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ndvi_time_series");

/// The files that a user gives, in a folder of its own; the results lie in `out` beside.
struct Files {
    root: TempDir,
}

impl Files {
    /// Two dates of two by three pixels, where everything is right.
    fn new() -> Files {
        let files = Files { root: tempfile::tempdir().expect("a temporary folder") };
        let bands = Array4::from_shape_fn((2, 2, 2, 3), |(date, band, i, j)| (1 + date + 2 * band + i + j) as f32);
        files.add("bands.npy", &bands);
        files.add("series.npy", &array![[[0.1_f32, 0.5, f32::NAN]], [[0.3, f32::NAN, f32::NAN]]]);
        std::fs::write(files.path("dates.json"), r#"["2020-01-01T10:00:00", "2020-02-01T10:00:00"]"#).unwrap();
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn add<T: WritableElement, D: Dimension>(&self, name: &str, values: &Array<T, D>) {
        write_npy(self.path(name), values).unwrap();
    }

    fn run(&self) -> Output {
        let [bands, series, dates, output] =
            ["bands.npy", "series.npy", "dates.json", "out"].map(|name| self.path(name).into_os_string());
        let flags = ["--bands", "--series", "--dates", "--output"].map(Into::into);
        let [a, b, c, d] = flags;
        super::run(PROGRAM, [a, bands, b, series, c, dates, d, output])
    }

    fn result<T: ReadableElement, D: Dimension>(&self, name: &str) -> Array<T, D> {
        read_npy(self.path("out").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

fn shipped<T: ReadableElement, D: Dimension>(name: &str) -> Array<T, D> {
    read_npy(ndstencil_examples::data("sentinel2").join(name)).unwrap()
}

#[test]
fn the_shipped_images() {
    let files = Files { root: tempfile::tempdir().unwrap() };
    let output = super::run(PROGRAM, [Path::new("--output"), &files.path("out")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("68 images, 2015-07-11 to 2017-12-22"), "{}", stdout(&output));
    for picture in ["ndvi.png", "over_time.png"] {
        assert!(image::open(files.path("out").join(picture)).is_ok(), "{picture}");
    }

    let bands: Array4<f32> = shipped("red_nir.npy");
    let (red, nir) = (bands.index_axis(Axis(1), 0), bands.index_axis(Axis(1), 1));
    let index: Array3<f32> = files.result("ndvi.npy");
    assert_eq!(index, (&nir - &red) / (&nir + &red));
    // The last three images belong to the series, whose NDVI somebody else computed.
    let series: Array3<f32> = shipped("ndvi_time_series.npy");
    for (image, date) in [(2, 4), (3, 3), (4, 0)] {
        assert_eq!(index.index_axis(Axis(0), image), series.index_axis(Axis(0), date));
    }

    let (median, count): (Array2<f32>, Array2<u32>) = (files.result("median.npy"), files.result("valid_dates.npy"));
    let deviation: Array2<f32> = files.result("standard_deviation.npy");
    assert_eq!([median.dim(), count.dim(), deviation.dim()], [(101, 100); 3]);
    for i in 0..101 {
        for j in 0..100 {
            let mut valid: Vec<_> = series.slice(s![.., i, j]).iter().copied().filter(|x| !x.is_nan()).collect();
            valid.sort_by(f32::total_cmp);
            let half = valid.len() / 2;
            let middle =
                if valid.len().is_multiple_of(2) { 0.5 * (valid[half - 1] + valid[half]) } else { valid[half] };
            assert_eq!((count[[i, j]] as usize, median[[i, j]]), (valid.len(), middle), "{i}, {j}");
            let mean = valid.iter().map(|&x| f64::from(x)).sum::<f64>() / valid.len() as f64;
            let squares: f64 = valid.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum();
            let wanted = (squares / valid.len() as f64).sqrt();
            assert!((f64::from(deviation[[i, j]]) - wanted).abs() < 1e-6, "{i}, {j}");
        }
    }
}

#[test]
fn pixels_that_were_never_seen() {
    let files = Files::new();
    let output = files.run();
    assert!(output.status.success(), "{}", stderr(&output));
    let median: Array2<f32> = files.result("median.npy");
    assert_eq!((median[[0, 0]], median[[0, 1]]), (0.5 * (0.1 + 0.3), 0.5));
    let deviation: Array2<f32> = files.result("standard_deviation.npy");
    assert_eq!(deviation[[0, 1]], 0.0);
    assert!(median[[0, 2]].is_nan() && deviation[[0, 2]].is_nan());
    assert_eq!(files.result::<u32, _>("valid_dates.npy"), array![[2, 1, 0]]);
}

#[test]
fn files_that_do_not_fit() {
    let files = Files::new();
    files.add("bands.npy", &Array4::<f32>::zeros((2, 3, 2, 3)));
    assert_refused(&files.run(), "bands.npy: ", "3 bands");

    let files = Files::new();
    files.add("series.npy", &Array3::<f32>::zeros((3, 2, 3)));
    assert_refused(&files.run(), "dates.json: ", "2 dates");

    let files = Files::new();
    files.add("series.npy", &Array3::<f64>::zeros((2, 2, 3)));
    assert_refused(&files.run(), "series.npy: ", "");

    let files = Files::new();
    std::fs::write(files.path("dates.json"), "{}").unwrap();
    assert_refused(&files.run(), "dates.json: ", "expected a sequence");

    for name in ["bands.npy", "series.npy", "dates.json"] {
        let files = Files::new();
        std::fs::remove_file(files.path(name)).unwrap();
        assert_refused(&files.run(), &format!("{name}: "), "os error 2");
    }
}

#[test]
fn options() {
    let help = super::run(PROGRAM, ["--help"]);
    assert!(help.status.success() && stdout(&help).contains("--bands NPY"), "{}", stdout(&help));
    assert_misused(&super::run(PROGRAM, ["--band", "x.npy"]), "--band");
    assert_misused(&super::run(PROGRAM, ["--bands"]), "--bands");
    assert_misused(&super::run(PROGRAM, ["x.npy"]), "x.npy");
}
