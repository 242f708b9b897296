//! The place of a raster on the earth, as the tags of GeoTIFF say it.

use stencil_runtime::chunks::AxisOrigin;

use super::directory::{Directory, tag};
use super::fault::Fault;
use super::place::Place;

/// Keys: projected or geographic; cells as areas or points; the numbers of reference systems.
const MODEL: u16 = 1024;
const RASTER: u16 = 1025;
const GEOGRAPHIC: u16 = 2048;
const PROJECTED: u16 = 3072;

/// The place of a raster on the earth: its coordinate reference system, and the coordinates of its cells.
///
/// A [`GeoTiff`](super::GeoTiff) carries that of its file, and [`GeoTiffSink`](super::GeoTiffSink) writes it, moved and scaled to
/// the cells that the result has. Tags are kept as they are: a reference system is not understood beyond its number.
///
/// ```
/// use ndstencil::io::Georeference;
/// // Cells of 30 m, from a corner in UTM zone 32 on.
/// let place = Georeference::projected(32632, [30.0, 0.0, 500_000.0, 0.0, -30.0, 5_000_000.0]);
/// assert_eq!(place.epsg(), Some(32632));
/// assert_eq!(place.transform().unwrap()[2], 500_000.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Georeference {
    scale: Vec<f64>,
    tiepoints: Vec<f64>,
    matrix: Vec<f64>,
    keys: Vec<u16>,
    doubles: Vec<f64>,
    text: String,
    /// The axes of the array that are rows and columns.
    axes: [usize; 2],
}

/// The tags of a georeference, each with its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GeoTags<'a> {
    pub(super) doubles: [(u16, &'a [f64]); 4],
    pub(super) keys: &'a [u16],
    pub(super) text: &'a str,
}

impl Georeference {
    /// A raster in a projected reference system with a number of EPSG, such as 32632 (UTM zone 32 north). `transform` is
    /// `[a, b, c, d, e, f]`: the upper left corner of the cell in row `i` and column `j` has the coordinates
    /// `(a j + b i + c, d j + e i + f)`, as in rasterio.
    ///
    /// ```
    /// use ndstencil::io::Georeference;
    /// let place = Georeference::projected(3857, [10.0, 0.0, 0.0, 0.0, -10.0, 0.0]);
    /// assert_eq!(place.epsg(), Some(3857));
    /// ```
    pub fn projected(epsg: u16, transform: [f64; 6]) -> Georeference {
        Georeference::new(1, PROJECTED, epsg, transform)
    }

    /// A raster in a geographic reference system with a number of EPSG, such as 4326: degrees of longitude and latitude. The
    /// transform is that of [`projected`](Georeference::projected).
    ///
    /// ```
    /// use ndstencil::io::Georeference;
    /// let place = Georeference::geographic(4326, [0.1, 0.0, 5.0, 0.0, -0.1, 48.0]);
    /// assert_eq!(place.transform(), Some([0.1, 0.0, 5.0, 0.0, -0.1, 48.0]));
    /// ```
    pub fn geographic(epsg: u16, transform: [f64; 6]) -> Georeference {
        Georeference::new(2, GEOGRAPHIC, epsg, transform)
    }

    fn new(model: u16, system: u16, epsg: u16, transform: [f64; 6]) -> Georeference {
        // Cells are areas: the corner of the first one is at (0, 0).
        let keys = vec![1, 1, 0, 3, MODEL, 0, 1, model, RASTER, 0, 1, 1, system, 0, 1, epsg];
        let place = Georeference {
            scale: Vec::new(),
            tiepoints: Vec::new(),
            matrix: Vec::new(),
            keys,
            doubles: Vec::new(),
            text: String::new(),
            axes: [0, 1],
        };
        place.with_transform(transform)
    }

    pub(super) fn read(
        directory: &Directory,
        place: &dyn Place,
        axes: [usize; 2],
    ) -> Result<Option<Georeference>, Fault> {
        let keys = directory.integers(place, tag::GEO_KEYS, u64::MAX)?;
        let georeference = Georeference {
            scale: directory.doubles(place, tag::PIXEL_SCALE)?,
            tiepoints: directory.doubles(place, tag::TIEPOINTS)?,
            matrix: directory.doubles(place, tag::TRANSFORMATION)?,
            keys: keys.into_iter().map(|key| key as u16).collect(),
            doubles: directory.doubles(place, tag::GEO_DOUBLES)?,
            text: directory.text(place, tag::GEO_TEXT)?.unwrap_or_default(),
            axes,
        };
        let tags = georeference.tags();
        let empty = tags.keys.is_empty() && tags.doubles.iter().all(|(_, values)| values.is_empty());
        Ok((!empty).then_some(georeference))
    }

    /// The tags, those without values too.
    pub(super) fn tags(&self) -> GeoTags<'_> {
        GeoTags {
            doubles: [
                (tag::PIXEL_SCALE, &self.scale),
                (tag::TIEPOINTS, &self.tiepoints),
                (tag::TRANSFORMATION, &self.matrix),
                (tag::GEO_DOUBLES, &self.doubles),
            ],
            keys: &self.keys,
            text: &self.text,
        }
    }

    /// A key with a value of its own.
    fn key(&self, id: u16) -> Option<u16> {
        let keys = self.keys.get(4..)?;
        keys.chunks_exact(4).find(|key| key[0] == id && key[1] == 0).map(|key| key[3])
    }

    /// The number of the coordinate reference system at EPSG, if it is told by one.
    ///
    /// ```
    /// use ndstencil::io::Georeference;
    /// assert_eq!(Georeference::geographic(4326, [1.0, 0.0, 0.0, 0.0, -1.0, 0.0]).epsg(), Some(4326));
    /// ```
    pub fn epsg(&self) -> Option<u16> {
        // 32767 stands for a system that other keys describe.
        self.key(PROJECTED).or_else(|| self.key(GEOGRAPHIC)).filter(|&epsg| epsg != 32767)
    }

    /// True where coordinates are those of the centres of cells.
    fn of_centres(&self) -> bool {
        self.key(RASTER) == Some(2)
    }

    /// The transform `[a, b, c, d, e, f]` from indices of cells to coordinates: the upper left corner of the cell in row `i` and
    /// column `j` is at `(a j + b i + c, d j + e i + f)`. `None` where the file has single points only, or nothing.
    ///
    /// ```
    /// use ndstencil::io::Georeference;
    /// let transform = [2.0, 0.5, 100.0, 0.5, -2.0, 200.0];
    /// assert_eq!(Georeference::projected(3857, transform).transform(), Some(transform));
    /// ```
    pub fn transform(&self) -> Option<[f64; 6]> {
        let [a, b, c, d, e, f] = match (&self.matrix[..], &self.scale[..], &self.tiepoints[..]) {
            (&[a, b, _, c, d, e, _, f, ..], ..) => [a, b, c, d, e, f],
            (_, &[width, height, ..], &[j, i, _, x, y, ..]) => {
                [width, 0.0, x - j * width, 0.0, -height.abs(), y + i * height.abs()]
            }
            _ => return None,
        };
        let half = if self.of_centres() { 0.5 } else { 0.0 };
        Some([a, b, c - half * (a + b), d, e, f - half * (d + e)])
    }

    /// The same place with other coordinates of cells.
    fn with_transform(&self, [a, b, c, d, e, f]: [f64; 6]) -> Georeference {
        let half = if self.of_centres() { 0.5 } else { 0.0 };
        let (c, f) = (c + half * (a + b), f + half * (d + e));
        let mut place = self.clone();
        (place.scale, place.tiepoints, place.matrix) = if b == 0.0 && d == 0.0 && e <= 0.0 && a >= 0.0 {
            (vec![a, -e, 0.0], vec![0.0, 0.0, 0.0, c, f, 0.0], Vec::new())
        } else {
            let matrix = vec![a, b, 0.0, c, d, e, 0.0, f, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
            (Vec::new(), Vec::new(), matrix)
        };
        place
    }

    /// The place with cells that are so many times as high and wide.
    pub(super) fn scaled(&self, down: f64, across: f64) -> Option<Georeference> {
        let [a, b, c, d, e, f] = self.transform()?;
        Some(self.with_transform([a * across, b * down, c, d * across, e * down, f]))
    }

    /// The place of an array whose last axes come from those of this one; `None` where they do not.
    pub(super) fn of_array(&self, origin: &[Option<AxisOrigin>]) -> Option<Georeference> {
        let &[.., Some(rows), Some(columns)] = origin else { return None };
        let rank = origin.len();
        let axes = [rank - 2, rank - 1];
        if (rows, columns) == (whole(self.axes[0]), whole(self.axes[1])) {
            return Some(Georeference { axes, ..self.clone() });
        }
        let turned = [columns.axis, rows.axis] == self.axes;
        if !turned && [rows.axis, columns.axis] != self.axes {
            return None;
        }
        let [step_i, step_j] = [rows.step, columns.step].map(|n| n as f64);
        // A cell of the array reaches to its neighbours; what it stands for lies in its middle.
        let [start_i, start_j] =
            [rows, columns].map(|axis| axis.start as f64 + (axis.covers as f64 - axis.step as f64) / 2.0);
        if let Some([a, b, c, d, e, f]) = self.transform() {
            let [[a, b], [d, e]] = if turned { [[b, a], [e, d]] } else { [[a, b], [d, e]] };
            let place = self.with_transform([
                a * step_j,
                b * step_i,
                c + a * start_j + b * start_i,
                d * step_j,
                e * step_i,
                f + d * start_j + e * start_i,
            ]);
            return Some(Georeference { axes, ..place });
        }
        if turned {
            return None;
        }
        // Points on the ground, of indices that may lie between cells.
        let mut place = Georeference { axes, ..self.clone() };
        let half = if self.of_centres() { 0.5 } else { 0.0 };
        for point in place.tiepoints.chunks_exact_mut(6) {
            point[0] = (point[0] + half - start_j) / step_j - half;
            point[1] = (point[1] + half - start_i) / step_i - half;
        }
        Some(place)
    }
}

/// An axis that is the same.
fn whole(axis: usize) -> AxisOrigin {
    AxisOrigin { axis, start: 0, step: 1, covers: 1 }
}
