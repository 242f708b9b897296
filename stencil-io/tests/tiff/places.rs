//! Places on the earth of results that begin elsewhere, or have a stride.

use ndarray::Array2;
use ndstencil::chunks::{AxisOrigin, DataType, Form, Metadata, Open, Sink, Source};
use ndstencil::prelude::*;
use stencil_io::metadata::{BandNames, Texts};
use stencil_io::{GeoTiff, Georeference, Resampling};

use crate::{Folder, noise, open, write};

const TRANSFORM: [f64; 6] = [30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0];

/// Without a boundary: the result has no first and last row, and begins 2 columns later.
#[stencil(boundary = Shrink)]
fn inner(x: Window2<f32>) -> f32 {
    x[[-1, -2]] + x[[1, 0]]
}

#[stencil(stride = (3, 2))]
fn few(x: Window2<f32>) -> f32 {
    x[[0, 0]]
}

fn place_after(kernel: impl ndstencil::chunks::JobKernel, transform: [f64; 6]) -> [f64; 6] {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    let place = Georeference::projected(32632, transform);
    write(&noise::<f32>(&[40, 50], 1), GeoTiff::create(&from).georeference(place)).unwrap();
    Job::new(kernel, open(&from), GeoTiff::create(&to)).run().unwrap();
    let file = open(&to);
    let place = file.georeference().unwrap();
    assert_eq!(place.epsg(), Some(32632));
    place.transform().unwrap()
}

#[test]
fn results_that_begin_elsewhere_lie_there() {
    assert_eq!(place_after(inner(), TRANSFORM), [30.0, 0.0, 500_060.0, 0.0, -30.0, 4_999_970.0]);
    let turned = [3.0, 1.0, 10.0, 2.0, -4.0, 20.0];
    assert_eq!(place_after(inner(), turned), [3.0, 1.0, 10.0 + 6.0 + 1.0, 2.0, -4.0, 20.0 + 4.0 - 4.0]);
}

#[test]
fn results_with_a_stride_have_larger_cells() {
    // The cell that each is of lies in the middle.
    assert_eq!(place_after(few(), TRANSFORM), [60.0, 0.0, 499_985.0, 0.0, -90.0, 5_000_030.0]);
    assert_eq!(place_after(few(), [3.0, 1.0, 10.0, 2.0, -4.0, 20.0]), [6.0, 3.0, 10.0 - 2.5, 4.0, -12.0, 20.0 + 3.0]);
}

fn form(place: Georeference, origin: &[Option<(usize, usize, usize)>]) -> Form {
    let shape = vec![4; origin.len()];
    let mut form = Form::new(&shape, DataType::of::<f32>());
    form.metadata = Metadata::default().with(place);
    let of = |&(axis, start, step): &(usize, usize, usize)| AxisOrigin { axis, start, step, covers: step };
    form.origin = origin.iter().map(|origin| origin.as_ref().map(of)).collect();
    form
}

fn place_of(form: &Form) -> Option<[f64; 6]> {
    let folder = Folder::made();
    let sink = GeoTiff::create(folder.join("y.tif"));
    let writer = sink.open(form, Open::New).unwrap();
    let zeros = ndarray::ArrayD::<f32>::zeros(form.shape.clone());
    for band in 0..if form.shape.len() == 3 { 4 } else { 1 } {
        let region = [band..band + 1, 0..4, 0..4];
        let cells = ndstencil::chunks::Cells::of(&zeros);
        let region = &region[3 - form.shape.len()..];
        writer.write(region, &cells.slice(region)).unwrap();
    }
    writer.finish().unwrap();
    open(&folder.join("y.tif")).georeference().and_then(Georeference::transform)
}

#[test]
fn turned_arrays_have_a_turned_place() {
    let place = Georeference::projected(32632, TRANSFORM);
    let turned = form(place.clone(), &[Some((1, 0, 1)), Some((0, 2, 1))]);
    assert_eq!(place_of(&turned), Some([0.0, 30.0, 500_000.0, -30.0, 0.0, 5_000_000.0 - 60.0]));
    // An axis from elsewhere has no place.
    assert_eq!(place_of(&form(place.clone(), &[None, Some((1, 0, 1))])), None);
    assert_eq!(place_of(&form(place.clone(), &[Some((0, 0, 1)), Some((2, 0, 1))])), None);
    // Bands in front, which the input does not have.
    let bands = form(place, &[None, Some((0, 0, 1)), Some((1, 5, 1))]);
    assert_eq!(place_of(&bands), Some([30.0, 0.0, 500_150.0, 0.0, -30.0, 5_000_000.0]));
}

#[test]
fn names_of_bands_go_with_them() {
    let folder = Folder::made();
    let (from, to) = (folder.join("x.tif"), folder.join("y.tif"));
    let sink = GeoTiff::create(&from).tile(16).band_names(["red", "near <infrared>", "\"swir\" & more"]);
    write(&noise::<f32>(&[3, 20, 20], 1), sink).unwrap();
    Job::new(inner(), open(&from), GeoTiff::create(&to)).run().unwrap();
    let names = |names: &[&str]| BandNames(names.iter().map(|name| Some((*name).to_owned())).collect());
    let all = names(&["red", "near <infrared>", "\"swir\" & more"]);
    assert_eq!(open(&to).metadata().get(), Some(&all));
    let one = folder.join("one.tif");
    Job::new(inner(), open(&from).band(2).unwrap(), GeoTiff::create(&one)).run().unwrap();
    assert_eq!(open(&one).metadata().get(), Some(&names(&["near <infrared>"])));
    // Two bands from the second one on.
    let mut form =
        form(Georeference::projected(32632, TRANSFORM), &[Some((0, 1, 1)), Some((1, 0, 1)), Some((2, 0, 1))]);
    form.shape = vec![2, 4, 4];
    form.metadata = Metadata::default().with(all).with(Texts([("a".to_owned(), "<b>".to_owned())].into()));
    let sink = GeoTiff::create(folder.join("two.tif"));
    let writer = sink.open(&form, Open::New).unwrap();
    for band in 0..2 {
        let zeros = ndarray::Array3::<f32>::zeros((1, 4, 4));
        writer.write(&[band..band + 1, 0..4, 0..4], &ndstencil::chunks::Cells::of(&zeros)).unwrap();
    }
    writer.finish().unwrap();
    let metadata = open(&folder.join("two.tif")).metadata();
    assert_eq!(metadata.get(), Some(&names(&["near <infrared>", "\"swir\" & more"])));
    assert_eq!(metadata.get::<Texts>().unwrap().0["a"], "<b>");
}

#[test]
fn overviews_are_images_of_their_own() {
    let folder = Folder::made();
    let path = folder.join("x.tif");
    let x = Array2::from_shape_fn((40, 50), |(i, j)| (i * 50 + j) as f32);
    let place = Georeference::projected(32632, TRANSFORM);
    let sink = GeoTiff::create(&path).tile(16).cog().georeference(place);
    write(&x.clone().into_dyn(), sink).unwrap();
    let half = open(&path).overview(1).unwrap();
    assert_eq!(half.georeference().unwrap().transform(), Some([60.0, 0.0, 500_000.0, 0.0, -60.0, 5_000_000.0]));
    let y = crate::read::<f32>(&half).unwrap();
    assert_eq!((y.shape(), y[[3, 4]]), (&[20, 25][..], (x[[6, 8]] + x[[7, 9]]) / 2.0));
    let error = open(&path).overview(3).unwrap_err().to_string();
    assert!(error.ends_with("has no overview 3: they are 1 to 2"), "{error}");
}

#[test]
fn integers_are_averaged_when_it_is_told() {
    fn halved<T: crate::Number>(
        x: ndarray::ArrayD<T>,
        nodata: Option<f64>,
        resampling: Resampling,
    ) -> ndarray::ArrayD<T> {
        let folder = Folder::made();
        let path = folder.join("x.tif");
        // As many cells as are more than a tile.
        let mut wide = ndarray::ArrayD::from_elem(vec![x.shape()[0], 17], T::of_bits(0));
        wide.slice_mut(ndarray::s![.., ..x.shape()[1]]).assign(&x);
        let sink = GeoTiff::create(&path).tile(16).cog().resampling(resampling);
        let sink = nodata.map_or(sink.clone(), |value| sink.nodata(value));
        write(&wide, sink).unwrap();
        let half = crate::read::<T>(&open(&path).overview(1).unwrap()).unwrap();
        assert_eq!(half.shape(), [x.shape()[0].div_ceil(2), 9]);
        half.slice_move(ndarray::s![.., ..x.shape()[1] / 2]).into_dyn()
    }
    let x = ndarray::array![[1_i16, 2, -1, -2, 7, 9], [2, 2, -2, -2, 9, 9], [1, 2, 9, 9, -3, 4]].into_dyn();
    let mean = ndarray::array![[2, -2, 9], [2, 9, 1]].into_dyn();
    assert_eq!(halved(x.clone(), None, Resampling::Average), mean);
    let mean = ndarray::array![[2, -2, 7], [2, 9, 1]].into_dyn();
    assert_eq!(halved(x.clone(), Some(9.0), Resampling::Average), mean);
    let nearest = ndarray::array![[1, -1, 7], [1, 9, -3]].into_dyn();
    assert_eq!(halved(x, Some(9.0), Resampling::Nearest), nearest);
    let large = ndarray::array![[u64::MAX, u64::MAX - 2], [u64::MAX - 1, u64::MAX - 1]].into_dyn();
    assert_eq!(halved(large, None, Resampling::Average)[[0, 0]], u64::MAX - 1);
}
