//! Overviews: images of a lower resolution, each made of the one before.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use stencil_runtime::chunks::ElementType;

use super::fault::Fault;
use super::raster::{Raster, Scratch};
use super::staging::{Pack, Staged};

/// The way in which a cell of an overview is made of the 2 × 2 cells that it covers: see
/// [`resampling`](super::GeoTiffSink::resampling).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resampling {
    /// The one in the upper left, as for classes.
    Nearest,
    /// The mean of those that are not missing; integers are rounded to the nearest, halves away from 0.
    Average,
}

impl Resampling {
    /// That of elements where none is chosen.
    pub(super) fn of(element: ElementType) -> Resampling {
        if element.is_float() { Resampling::Average } else { Resampling::Nearest }
    }
}

/// An image of a lower resolution.
#[derive(Debug)]
pub(super) struct Overview {
    /// The rows and columns.
    pub(super) shape: [usize; 2],
    pub(super) tiles: Staged,
}

/// Makes overviews until one is no larger than a tile. Their tiles are kept in the folder.
pub(super) fn make(
    raster: &Raster,
    whole: &Staged,
    folder: &Path,
    resampling: Resampling,
) -> Result<Vec<Overview>, Fault> {
    let mut overviews: Vec<Overview> = Vec::new();
    loop {
        let (shape, tiles) = match overviews.last() {
            Some(last) => (last.shape, &last.tiles),
            None => ([raster.height, raster.width], whole),
        };
        if shape.iter().all(|&n| n <= raster.tile) {
            return Ok(overviews);
        }
        let half = Half { raster, shape, tiles, resampling };
        let tiles = half.make(folder)?;
        overviews.push(Overview { shape: half.halved(), tiles });
    }
}

/// An image, and the work to halve it.
struct Half<'a> {
    raster: &'a Raster,
    shape: [usize; 2],
    tiles: &'a Staged,
    resampling: Resampling,
}

/// The memory of a worker.
#[derive(Default)]
struct Memory {
    scratch: Scratch,
    bytes: Vec<u8>,
    cells: Vec<u8>,
    half: Vec<u8>,
}

impl Half<'_> {
    fn halved(&self) -> [usize; 2] {
        self.shape.map(|n| n.div_ceil(2))
    }

    fn make(&self, folder: &Path) -> Result<Staged, Fault> {
        let pack = Pack::private(folder.to_owned());
        let [down, across] = self.raster.grid(self.halved());
        let count = self.raster.bands * down * across;
        let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
        let work = || {
            let mut memory = Memory::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                let at = [number / (down * across), number / across % down, number % across];
                if let Err(fault) = self.tile(number, at, &mut memory, &pack) {
                    next.store(count, Ordering::Relaxed);
                    *failed.lock().expect("no panic while it is locked") = Some(fault);
                }
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(count);
        std::thread::scope(|scope| {
            (1..workers).for_each(|_| drop(scope.spawn(work)));
            work();
        });
        match failed.into_inner().expect("no panic while it was locked") {
            Some(fault) => Err(fault),
            None => Staged::of(pack.close().into_iter().collect(), ""),
        }
    }

    /// Makes a tile of the four that it covers.
    fn tile(&self, number: usize, [band, i, j]: [usize; 3], memory: &mut Memory, pack: &Pack) -> Result<(), Fault> {
        let (raster, half) = (self.raster, self.raster.tile / 2);
        let [down, across] = raster.grid(self.shape);
        memory.cells.resize(raster.tile_bytes(), 0);
        memory.half.resize(raster.tile_bytes(), 0);
        memory.half.fill(0);
        for (down_half, across_half) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let [i, j] = [2 * i + down_half, 2 * j + across_half];
            if i >= down || j >= across {
                continue;
            }
            self.tiles.read(((band * down + i) * across + j) as u64, &mut memory.bytes)?;
            raster.decode(&memory.bytes, &mut memory.scratch, &mut memory.cells)?;
            let rows = raster.tile.min(self.shape[0] - i * raster.tile);
            let columns = raster.tile.min(self.shape[1] - j * raster.tile);
            let first = (down_half * half * raster.tile + across_half * half) * raster.size;
            self.halve([rows, columns], &memory.cells, &mut memory.half[first..]);
        }
        std::mem::swap(&mut memory.scratch.cells, &mut memory.half);
        let scratch = &mut memory.scratch;
        Pack::record(&mut memory.bytes, number as u64, |bytes| raster.encode_cells(scratch, bytes))?;
        std::mem::swap(&mut memory.scratch.cells, &mut memory.half);
        pack.append(&memory.bytes)
    }

    /// Writes the halved cells of a tile of so many rows and columns, from the first one of `to` on.
    fn halve(&self, [rows, columns]: [usize; 2], cells: &[u8], to: &mut [u8]) {
        let (size, tile) = (self.raster.size, self.raster.tile);
        let missing = self.raster.missing.as_ref().and_then(|missing| missing.bytes(self.raster.element));
        let missing = missing.as_deref();
        for i in (0..rows).step_by(2) {
            let lines: Vec<&[u8]> = (i..rows.min(i + 2)).map(|i| &cells[i * tile * size..][..columns * size]).collect();
            let to = &mut to[i / 2 * tile * size..][..columns.div_ceil(2) * size];
            match self.resampling {
                Resampling::Nearest => {
                    for (to, from) in to.chunks_exact_mut(size).zip(lines[0].chunks(2 * size)) {
                        to.copy_from_slice(&from[..size]);
                    }
                }
                Resampling::Average => average(self.raster.element, &lines, missing, to),
            }
        }
    }
}

/// Writes the mean of the 2 × 2 cells of two rows, or of fewer at the rim.
fn average(element: ElementType, lines: &[&[u8]], missing: Option<&[u8]>, to: &mut [u8]) {
    macro_rules! means {
        ($T:ty, $Sum:ty, $is_missing:expr, $mean:expr) => {{
            const SIZE: usize = size_of::<$T>();
            let missing: Option<[u8; SIZE]> = missing.and_then(|missing| missing.try_into().ok());
            let missing = missing.map(<$T>::from_ne_bytes);
            for (j, to) in to.as_chunks_mut::<SIZE>().0.iter_mut().enumerate() {
                let (mut sum, mut count) = (<$Sum>::default(), 0);
                for line in lines {
                    for cell in line.as_chunks::<SIZE>().0.iter().skip(2 * j).take(2) {
                        let value = <$T>::from_ne_bytes(*cell);
                        if !$is_missing(value, missing) {
                            sum += value as $Sum;
                            count += 1;
                        }
                    }
                }
                let mean: Option<$T> = (count > 0).then(|| $mean(sum, count));
                *to = mean.or(missing).unwrap_or_else(|| $mean(<$Sum>::default(), 0)).to_ne_bytes();
            }
        }};
    }
    macro_rules! floats {
        ($T:ty) => {
            means!(
                $T,
                f64,
                |value: $T, missing: Option<$T>| value.is_nan() || Some(value) == missing,
                |sum: f64, count: i32| (sum / f64::from(count)) as $T
            )
        };
    }
    macro_rules! integers {
        ($T:ty) => {
            means!($T, i128, |value: $T, missing: Option<$T>| Some(value) == missing, |sum: i128, count: i128| {
                let count = count.max(1);
                let half = if sum < 0 { -count / 2 } else { count / 2 };
                ((sum + half) / count) as $T
            })
        };
    }
    match element {
        ElementType::F32 => floats!(f32),
        ElementType::F64 => floats!(f64),
        ElementType::U8 => integers!(u8),
        ElementType::U16 => integers!(u16),
        ElementType::U32 => integers!(u32),
        ElementType::U64 => integers!(u64),
        ElementType::I8 => integers!(i8),
        ElementType::I16 => integers!(i16),
        ElementType::I32 => integers!(i32),
        ElementType::I64 => integers!(i64),
        other => unreachable!("{other:?} is no element of a file"),
    }
}
