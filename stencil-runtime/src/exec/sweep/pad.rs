//! Padded copies: a part of an input with its halo, every boundary rule applied.
//!
//! This is the one place where boundaries are met. The copies are small: the rim of a tile, or a tile
//! of an array whose last axis is not contiguous; with a wide halo, what a few tiles need together.

use std::mem::MaybeUninit;

use crate::MAX_RANK;
use crate::block::{Block, ElementLayout, LINE};
use crate::boundary::{Cell, RawRule};
use crate::geometry::Region;
use crate::halo::Halo;
use crate::memory::NoMemory;

/// The parts that a padded copy is made of.
pub(crate) struct Pad<'a> {
    pub(crate) input: &'a Block,
    /// Of the domain.
    pub(crate) shape: &'a [usize; MAX_RANK],
    pub(crate) rules: &'a [[RawRule; 2]; MAX_RANK],
    pub(crate) halo: &'a Halo,
    pub(crate) rank: usize,
}

/// The shape and place of a padded copy, or of a box of its cells.
#[derive(Clone, Copy)]
pub(crate) struct PadLayout {
    pub(crate) shape: [usize; MAX_RANK],
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
    /// The index of the first cell in the input, which may lie outside.
    origin: [isize; MAX_RANK],
    /// The part's first point, in bytes.
    pub(crate) first: usize,
    pub(crate) bytes: usize,
}

impl PadLayout {
    /// A box of the cells, and where it starts, in elements. The box has no `first` and no `bytes` of its own.
    pub(crate) fn cells(&self, cells: &Region) -> (PadLayout, usize) {
        let mut copy = *self;
        let mut start = 0;
        for axis in 0..cells.rank {
            copy.shape[axis] = cells.len(axis);
            copy.origin[axis] += cells.start[axis] as isize;
            start += cells.start[axis] * self.strides[axis] as usize;
        }
        (copy, start)
    }
}

/// Rows whose distance is a multiple of this many bytes share few sets of the first-level cache.
const COLLIDING: usize = 1024;

/// The columns of a copy that are filled at a time: what is kept of those outside the array is bounded.
const FILL_COLUMNS: usize = 1 << 14;

impl Pad<'_> {
    /// The padded copy of a part's cells.
    pub(crate) fn copy(&self, part: &Region) -> PadLayout {
        let size = self.input.element.size;
        let mut copy = PadLayout {
            shape: [1; MAX_RANK],
            strides: [0; MAX_RANK],
            origin: [0; MAX_RANK],
            first: 0,
            bytes: self.bytes(part),
        };
        let mut stride = 1;
        for axis in (0..self.rank).rev() {
            copy.shape[axis] = self.extent(part, axis);
            copy.origin[axis] = part.start[axis] as isize - self.halo.before(axis) as isize;
            copy.strides[axis] = stride as isize;
            copy.first += self.halo.before(axis) * stride * size;
            stride *= if axis + 1 == self.rank { self.pitch(copy.shape[axis]) } else { copy.shape[axis] };
        }
        copy
    }

    /// The bytes that the padded copy of a part's cells takes.
    pub(crate) fn bytes(&self, part: &Region) -> usize {
        let last = self.rank - 1;
        let row = self.pitch(self.extent(part, last)) * self.input.element.size;
        (0..last).map(|axis| self.extent(part, axis)).product::<usize>() * row
    }

    /// The cells of a padded copy along an axis.
    fn extent(&self, part: &Region, axis: usize) -> usize {
        self.halo.before(axis) + part.len(axis) + self.halo.after(axis)
    }

    /// From one row of a copy to the next, in elements.
    fn pitch(&self, columns: usize) -> usize {
        let size = self.input.element.size;
        let collide = self.rank > 1 && size > 0 && (columns * size).is_multiple_of(COLLIDING);
        if collide { columns + LINE.div_ceil(size) } else { columns }
    }

    /// Writes a padded copy, or a box of one.
    ///
    /// # Safety
    /// `copy` is of a part; `to` is valid for writing its cells, aligned for the element; the input is alive.
    pub(crate) unsafe fn fill(&self, copy: &PadLayout, to: *mut u8, edges: &mut Edges) -> Result<(), NoMemory> {
        let last = self.rank - 1;
        let columns = copy.shape[last];
        if columns <= FILL_COLUMNS {
            // SAFETY: as the caller says.
            return unsafe { self.fill_columns(copy, to, edges) };
        }
        for start in (0..columns).step_by(FILL_COLUMNS) {
            let all = Region::whole(&copy.shape[..self.rank]);
            let (copy, skip) = copy.cells(&all.with(last, start..columns.min(start + FILL_COLUMNS)));
            // SAFETY: as the caller says.
            unsafe { self.fill_columns(&copy, to.wrapping_add(skip * self.input.element.size), edges)? };
        }
        Ok(())
    }

    /// # Safety
    /// As for `fill`.
    unsafe fn fill_columns(&self, copy: &PadLayout, to: *mut u8, edges: &mut Edges) -> Result<(), NoMemory> {
        let ElementLayout { size, align, .. } = self.input.element;
        // An element is copied as words of its alignment; `MaybeUninit` keeps padding bytes sound.
        // SAFETY: as the caller says; the words make up the element.
        unsafe {
            match align {
                1 => self.fill_words::<MaybeUninit<u8>>(copy, to.cast(), size, edges),
                2 => self.fill_words::<MaybeUninit<u16>>(copy, to.cast(), size / 2, edges),
                4 => self.fill_words::<MaybeUninit<u32>>(copy, to.cast(), size / 4, edges),
                _ => self.fill_words::<MaybeUninit<u64>>(copy, to.cast(), size / 8, edges),
            }
        }
    }

    /// # Safety
    /// As for `fill`; an element is `words` words.
    unsafe fn fill_words<W: Copy>(
        &self,
        copy: &PadLayout,
        to: *mut W,
        words: usize,
        edges: &mut Edges,
    ) -> Result<(), NoMemory> {
        // The common case, one word, with its length known while compiling.
        // SAFETY: as the caller says.
        unsafe {
            match words {
                1 => self.fill_rows::<W, 1>(copy, to, 1, edges),
                _ => self.fill_rows::<W, 0>(copy, to, words, edges),
            }
        }
    }

    /// # Safety
    /// As for `fill_words`; `K` is the number of words, or 0 when only `words` says it.
    unsafe fn fill_rows<W: Copy, const K: usize>(
        &self,
        copy: &PadLayout,
        to: *mut W,
        words: usize,
        edges: &mut Edges,
    ) -> Result<(), NoMemory> {
        let words = if K > 0 { K } else { words };
        let last = self.rank - 1;
        let row = Row::new(self, copy, words, edges)?;
        if last == 0 {
            // SAFETY: the one row lies in the copy.
            unsafe { row.copy::<W, K>(self.input.at.cast(), to) };
            return Ok(());
        }
        // Rows along the last axis but one mostly follow each other in the array: one look-up for all of those.
        let middle = last - 1;
        let step = copy.strides[middle] as usize * words;
        let total = copy.shape[middle];
        let stride = self.input.strides[middle] * words as isize;
        let [start, end] = self.inside(copy, middle);
        Region::whole(&copy.shape[..middle]).leading(middle, |index| {
            let source = |position: usize| {
                let mut index = *index;
                index[middle] = position;
                self.source(copy, &index)
            };
            let plane: usize = (0..middle).map(|axis| index[axis] * copy.strides[axis] as usize).sum();
            let to = to.wrapping_add(plane * words);
            for position in (0..start).chain(end..total) {
                // SAFETY: each row lies in the copy, and the cells that the rules give lie in the input.
                unsafe {
                    let to = to.add(position * step);
                    match source(position) {
                        Source::Row(at) => row.copy::<W, K>(at.cast(), to),
                        Source::Constant(value) => row.constant::<W, K>(value.cast(), to),
                    }
                }
            }
            // SAFETY: as above; rows `start..end` of the copy are rows of the input that follow each other.
            unsafe {
                match source(start.min(end.saturating_sub(1))) {
                    Source::Row(at) => {
                        let rows =
                            Rows { from: at.cast::<W>(), stride, to: to.add(start * step), step, count: end - start };
                        row.copy_all::<W, K>(rows);
                    }
                    Source::Constant(value) => {
                        for position in start..end {
                            row.constant::<W, K>(value.cast(), to.add(position * step));
                        }
                    }
                }
            }
        });
        Ok(())
    }

    /// The row of the input that a row of the copy is made from.
    fn source(&self, copy: &PadLayout, position: &[usize; MAX_RANK]) -> Source {
        let mut offset = 0;
        for axis in 0..self.rank - 1 {
            let cell = copy.origin[axis] + position[axis] as isize;
            let cell = if (cell as usize) < self.shape[axis] {
                cell as usize
            } else {
                match self.rule(cell, axis) {
                    Cell::At(cell) => cell,
                    Cell::Constant(value) => return Source::Constant(value),
                }
            };
            offset += self.input.spans[axis].held_place(cell) * self.input.strides[axis];
        }
        Source::Row(self.input.offset(offset))
    }

    /// The positions of the copy along an axis that lie inside the array: `start..end`.
    fn inside(&self, copy: &PadLayout, axis: usize) -> [usize; 2] {
        let total = copy.shape[axis] as isize;
        let start = (-copy.origin[axis]).clamp(0, total);
        let end = (self.shape[axis] as isize - copy.origin[axis]).clamp(start, total);
        [start as usize, end as usize]
    }

    /// The cell that the rules give at an index outside an axis.
    fn rule(&self, index: isize, axis: usize) -> Cell {
        self.rules[axis][usize::from(index >= 0)].cell(index, self.shape[axis])
    }
}

/// The source of a row.
enum Source {
    Row(*const u8),
    Constant(*const u8),
}

/// The columns of a row outside the array, kept between copies so that none allocates.
#[derive(Default)]
pub(crate) struct Edges {
    cells: Vec<(usize, isize)>,
    constants: Vec<(usize, *const u8)>,
}

/// The way in which every row of a copy is made from a row of the input. Offsets are in words.
struct Row<'a> {
    /// The run of columns inside the array: its place in the copy, and in the input.
    to: usize,
    from: isize,
    count: usize,
    /// Of the last axis of the input.
    stride: isize,
    /// The columns outside the array: place in the copy and in the input, or a constant.
    edges: &'a Edges,
    length: usize,
    words: usize,
}

impl Edges {
    /// Starts anew, with room for so many columns.
    fn reserve(&mut self, columns: usize) -> Result<(), NoMemory> {
        self.cells.clear();
        self.constants.clear();
        if columns <= self.cells.capacity().min(self.constants.capacity()) {
            return Ok(());
        }
        let room = self.cells.try_reserve(columns).and_then(|()| self.constants.try_reserve(columns));
        room.map_err(|_| NoMemory { bytes: columns * size_of::<(usize, isize)>() })
    }
}

impl<'a> Row<'a> {
    fn new(pad: &Pad<'_>, copy: &PadLayout, words: usize, edges: &'a mut Edges) -> Result<Row<'a>, NoMemory> {
        let last = pad.rank - 1;
        let [start, end] = pad.inside(copy, last);
        let length = copy.shape[last];
        let first = copy.origin[last];
        let stride = pad.input.strides[last] * words as isize;
        let place = |cell: usize| pad.input.spans[last].held_place(cell) * stride;
        edges.reserve(start + (length - end))?;
        for column in (0..start).chain(end..length) {
            match pad.rule(first + column as isize, last) {
                Cell::At(cell) => edges.cells.push((column * words, place(cell))),
                Cell::Constant(value) => edges.constants.push((column * words, value)),
            }
        }
        let from = if start < end { place((first + start as isize) as usize) } else { 0 };
        Ok(Row { to: start * words, from, count: end - start, stride, edges, length, words })
    }

    /// # Safety
    /// `from` is a row of the input, `to` has room for a row of the copy.
    unsafe fn copy<W: Copy, const K: usize>(&self, from: *const W, to: *mut W) {
        // SAFETY: as the caller says.
        unsafe { self.copy_all::<W, K>(Rows { from, stride: 0, to, step: 0, count: 1 }) }
    }

    /// Copies rows. The column edges of a tile are short runs of many rows: for those the length of the
    /// run is a constant number of pieces, since a call of `memcpy` takes longer than the copy.
    ///
    /// # Safety
    /// All are rows of the input and of the copy.
    unsafe fn copy_all<W: Copy, const K: usize>(&self, rows: Rows<W>) {
        let words = if K > 0 { K } else { self.words };
        // SAFETY: as the caller says; the run lies in the input row.
        unsafe {
            if self.stride != words as isize {
                self.gather::<W, K>(&rows);
                return self.copy_each::<W, K>(rows, |_, _| {});
            }
            let run = self.count * words;
            match run * size_of::<W>() {
                17..=32 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 16, 2>(from, to, run)),
                33..=64 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 32, 2>(from, to, run)),
                65..=96 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 32, 3>(from, to, run)),
                97..=128 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 32, 4>(from, to, run)),
                _ => self.copy_each::<W, K>(rows, |from, to| to.copy_from_nonoverlapping(from, run)),
            }
        }
    }

    /// Copies the runs of an array whose last axis is not contiguous, along the axis that is closer to it.
    ///
    /// # Safety
    /// As for `copy_all`.
    unsafe fn gather<W: Copy, const K: usize>(&self, rows: &Rows<W>) {
        let words = if K > 0 { K } else { self.words };
        let cell = |row: usize, column: usize| {
            let from = self.from + row as isize * rows.stride + column as isize * self.stride;
            let to = row * rows.step + self.to + column * words;
            // SAFETY: the cell lies in the input, its place in the copy.
            unsafe { copy_words(rows.from.wrapping_offset(from), rows.to.wrapping_add(to), words) };
        };
        if rows.stride.unsigned_abs() < self.stride.unsigned_abs() {
            (0..self.count).for_each(|column| (0..rows.count).for_each(|row| cell(row, column)));
        } else {
            (0..rows.count).for_each(|row| (0..self.count).for_each(|column| cell(row, column)));
        }
    }

    /// # Safety
    /// As for `copy_all`; `run` copies the run of columns inside the array.
    #[inline(always)]
    unsafe fn copy_each<W: Copy, const K: usize>(&self, rows: Rows<W>, run: impl Fn(*const W, *mut W)) {
        let words = if K > 0 { K } else { self.words };
        let Rows { mut from, mut to, .. } = rows;
        for _ in 0..rows.count {
            run(from.wrapping_offset(self.from), to.wrapping_add(self.to));
            // SAFETY: the columns outside the array come from cells that the rules gave, which lie in
            // the row, or from constants.
            unsafe {
                for &(column, cell) in &self.edges.cells {
                    copy_words(from.wrapping_offset(cell), to.add(column), words);
                }
                for &(column, value) in &self.edges.constants {
                    copy_words(value.cast(), to.add(column), words);
                }
            }
            from = from.wrapping_offset(rows.stride);
            to = to.wrapping_add(rows.step);
        }
    }

    /// # Safety
    /// `value` is an element, `to` has room for a row of the copy.
    #[inline(always)]
    unsafe fn constant<W: Copy, const K: usize>(&self, value: *const W, to: *mut W) {
        let words = if K > 0 { K } else { self.words };
        for column in 0..self.length {
            // SAFETY: as the caller says.
            unsafe { copy_words(value, to.add(column * words), words) };
        }
    }
}

/// Copies the words of one element.
///
/// # Safety
/// Both are valid for `count` words and do not overlap.
#[inline(always)]
unsafe fn copy_words<W: Copy>(from: *const W, to: *mut W, count: usize) {
    for word in 0..count {
        // SAFETY: as the caller says.
        unsafe { to.add(word).write(from.add(word).read()) };
    }
}

/// Rows that follow each other, in words.
struct Rows<W> {
    from: *const W,
    stride: isize,
    to: *mut W,
    step: usize,
    count: usize,
}

/// Copies `count` words in `P` pieces of `B` bytes, the last of which overlaps the one before.
///
/// # Safety
/// Both are valid for `count` words, more than `P - 1` pieces and at most `P`, and do not overlap.
#[inline(always)]
unsafe fn copy_pieces<W, const B: usize, const P: usize>(from: *const W, to: *mut W, count: usize) {
    let words = B / size_of::<W>();
    for piece in 0..P {
        let at = if piece + 1 < P { piece * words } else { count - words };
        let (from, to) =
            (from.wrapping_add(at).cast::<MaybeUninit<[u8; B]>>(), to.wrapping_add(at).cast::<MaybeUninit<[u8; B]>>());
        // SAFETY: the piece lies in the run.
        unsafe { to.write_unaligned(from.read_unaligned()) };
    }
}
