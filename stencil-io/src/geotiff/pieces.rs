//! Pieces of a file, expanded and put where they belong.

use std::ops::Range;

use stencil_runtime::chunks::CellsMut;

use super::codec::Codec;
use super::fault::Fault;
use super::nodata;
use super::source::GeoTiff;

/// Ranges of bands, rows and columns.
pub(super) type Box3 = [Range<usize>; 3];

/// The memory of a read.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    codec: Codec,
    compressed: Vec<u8>,
    decoded: Vec<u8>,
    line: Vec<u8>,
    loose: Vec<u8>,
}

impl GeoTiff {
    /// Reads the cells of a piece that lie in a box of bands, rows and columns.
    pub(super) fn piece(
        &self,
        [plane, row, column]: [usize; 3],
        wanted: &Box3,
        scratch: &mut Scratch,
        cells: &mut CellsMut<'_>,
    ) -> Result<(), Fault> {
        let image = &self.image;
        let columns = image.columns(column);
        let rows = row * image.piece[0]..image.height.min((row + 1) * image.piece[0]);
        let bands = plane * image.piece_bands..(plane + 1) * image.piece_bands;
        let missing = self.missing.as_ref().and_then(|missing| missing.bytes(image.element));
        let stored = match image.piece(plane, row, column) {
            Some((at, len)) => {
                self.decode(at, len, image.decoded_bytes(row), scratch)?;
                true
            }
            None => false,
        };
        let line_len = image.piece[1] * image.piece_bands * image.size;
        scratch.line.resize(line_len, 0);
        if !stored {
            let value = missing.clone().unwrap_or_else(|| vec![0; image.size]);
            scratch.line.chunks_exact_mut(image.size).for_each(|cell| cell.copy_from_slice(&value));
        }
        let both = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start)..a.end.min(b.end);
        let [wanted_bands, wanted_rows, wanted_columns] = wanted;
        let columns_here = both(&columns, wanted_columns);
        let to_columns = columns_here.start - wanted_columns.start..columns_here.end - wanted_columns.start;
        let from = columns_here.start - columns.start..columns_here.end - columns.start;
        for i in both(&rows, wanted_rows) {
            if stored {
                let at = (i - rows.start) * line_len;
                image.predictor.undo(image.row(), &mut scratch.decoded[at..at + line_len], &mut scratch.line);
            }
            for band in both(&bands, wanted_bands) {
                let to = [band - wanted_bands.start, i - wanted_rows.start];
                let (line, size) = (&scratch.line, image.size);
                let line = if image.piece_bands == 1 {
                    &line[from.start * size..from.end * size]
                } else {
                    let pixels = line.chunks_exact(image.piece_bands * size).skip(from.start).take(from.len());
                    let at = (band - bands.start) * size;
                    scratch.loose.clear();
                    pixels.for_each(|pixel| scratch.loose.extend_from_slice(&pixel[at..at + size]));
                    &scratch.loose
                };
                row_of(cells, self.has_bands(), to, to_columns.clone(), |row| {
                    if self.as_nan {
                        nodata::to_nan(image.element, missing.as_deref(), line, row);
                    } else {
                        row.copy_from_slice(line);
                    }
                });
            }
        }
        Ok(())
    }

    /// Reads a piece and expands it.
    fn decode(&self, at: u64, len: u64, decoded: usize, scratch: &mut Scratch) -> Result<(), Fault> {
        let file = self.place.len();
        if at.checked_add(len).is_none_or(|end| end > file) {
            return Err(Fault::new(format!("is {len} bytes at {at}, the file has {file} bytes")));
        }
        let most = self.image.method.most(len);
        if most < decoded as u64 {
            return Err(Fault::new(format!(
                "is torn: {len} bytes stand for {most} at most, but it should have {decoded}"
            )));
        }
        self.place
            .read_at(at, len as usize, &mut scratch.compressed)
            .map_err(|error| Fault::of("cannot be read", error))?;
        scratch.decoded.resize(decoded, 0);
        let expanded = scratch.codec.expand(self.image.method, &scratch.compressed, &mut scratch.decoded);
        let whole = self.image.decoded_bytes(0);
        if expanded.is_err() && decoded < whole && whole as u64 <= most {
            // Some programs write the last strip as high as the others.
            scratch.decoded.resize(whole, 0);
            return scratch.codec.expand(self.image.method, &scratch.compressed, &mut scratch.decoded);
        }
        expanded
    }
}

/// Lets `write` fill a part of a row of cells.
fn row_of(
    cells: &mut CellsMut<'_>,
    has_bands: bool,
    [band, i]: [usize; 2],
    columns: Range<usize>,
    write: impl FnOnce(&mut [u8]),
) {
    let size = cells.data_type().size();
    let width = cells.shape()[cells.shape().len() - 1];
    let rows = cells.shape()[cells.shape().len() - 2];
    if let Some(bytes) = cells.bytes_mut() {
        let at = (band * rows + i) * width;
        return write(&mut bytes[(at + columns.start) * size..(at + columns.end) * size]);
    }
    let row = |columns: Range<usize>| {
        let all = [band..band + 1, i..i + 1, columns];
        if has_bands { all.to_vec() } else { all[1..].to_vec() }
    };
    if let Some(bytes) = cells.slice_mut(&row(columns.clone())).bytes_mut() {
        return write(bytes);
    }
    // Cells that do not lie side by side.
    let mut loose = vec![0; columns.len() * size];
    write(&mut loose);
    for (j, value) in columns.zip(loose.chunks_exact(size)) {
        let mut cell = cells.slice_mut(&row(j..j + 1));
        cell.bytes_mut().expect("one cell of numbers").copy_from_slice(value);
    }
}
