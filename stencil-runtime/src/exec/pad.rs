//! Padded copies: a part of an input with its halo, every boundary rule applied.
//!
//! This is the one place where boundaries are met. The copies are small: the rim of a tile, or a tile
//! of an array whose last axis is not contiguous.

use std::mem::MaybeUninit;

use crate::MAX_RANK;
use crate::boundary::RawRule;
use crate::exec::raw::{Layout, RawInput};
use crate::halo::Halo;
use crate::region::Region;

/// What a padded copy is made of.
pub(crate) struct Pad<'a> {
    pub(crate) input: &'a RawInput,
    pub(crate) rules: &'a [[RawRule; 2]; MAX_RANK],
    pub(crate) halo: &'a Halo,
    pub(crate) rank: usize,
}

/// The shape and place of a padded copy.
pub(crate) struct Copied {
    pub(crate) shape: [usize; MAX_RANK],
    /// In elements.
    pub(crate) strides: [isize; MAX_RANK],
    /// The part's first point, in bytes.
    pub(crate) first: usize,
    pub(crate) bytes: usize,
}

impl Pad<'_> {
    /// The padded copy of a part.
    pub(crate) fn copy(&self, part: &Region) -> Copied {
        let mut copy = Copied { shape: [1; MAX_RANK], strides: [0; MAX_RANK], first: 0, bytes: self.input.layout.size };
        let mut stride = 1;
        for axis in (0..self.rank).rev() {
            copy.shape[axis] = self.halo.before(axis) + part.len(axis) + self.halo.after(axis);
            copy.strides[axis] = stride as isize;
            copy.first += self.halo.before(axis) * stride * self.input.layout.size;
            stride *= copy.shape[axis];
        }
        copy.bytes *= stride;
        copy
    }

    /// Writes the padded copy of a part.
    ///
    /// # Safety
    /// `copy` is the part's; `to` is valid for writing its bytes, aligned for the element; the input is alive.
    pub(crate) unsafe fn fill(&self, part: &Region, copy: &Copied, to: *mut u8, edges: &mut Edges) {
        let Layout { size, align } = self.input.layout;
        // An element is copied as words of its alignment; `MaybeUninit` keeps padding bytes sound.
        // SAFETY: as the caller says; the words make up the element.
        unsafe {
            match align {
                1 => self.fill_words::<MaybeUninit<u8>>(part, copy, to.cast(), size, edges),
                2 => self.fill_words::<MaybeUninit<u16>>(part, copy, to.cast(), size / 2, edges),
                4 => self.fill_words::<MaybeUninit<u32>>(part, copy, to.cast(), size / 4, edges),
                _ => self.fill_words::<MaybeUninit<u64>>(part, copy, to.cast(), size / 8, edges),
            }
        }
    }

    /// # Safety
    /// As for `fill`; an element is `words` words.
    unsafe fn fill_words<W: Copy>(&self, part: &Region, copy: &Copied, to: *mut W, words: usize, edges: &mut Edges) {
        // The common case, one word, with its length known while compiling.
        // SAFETY: as the caller says.
        unsafe {
            match words {
                1 => self.fill_rows::<W, 1>(part, copy, to, 1, edges),
                _ => self.fill_rows::<W, 0>(part, copy, to, words, edges),
            }
        }
    }

    /// # Safety
    /// As for `fill_words`; `K` is the number of words, or 0 when only `words` says it.
    unsafe fn fill_rows<W: Copy, const K: usize>(
        &self,
        part: &Region,
        copy: &Copied,
        to: *mut W,
        words: usize,
        edges: &mut Edges,
    ) {
        let words = if K > 0 { K } else { words };
        let last = self.rank - 1;
        let row = Row::new(self, part, words, edges);
        let step = row.length * words;
        if last == 0 {
            // SAFETY: the one row lies in the copy.
            unsafe { row.copy::<W, K>(self.input.at.cast(), to) };
            return;
        }
        // Rows along the last axis but one mostly follow each other in the array: one look-up for all of those.
        let mut to = to;
        let middle = last - 1;
        let total = copy.shape[middle];
        let stride = self.input.strides[middle] * words as isize;
        let [start, end] = self.inside(part, middle);
        self.leading(part, copy, middle).leading(middle, |index| {
            let source = |position: usize| {
                let mut index = *index;
                index[middle] = position;
                self.source(part, &index)
            };
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
                to = to.add(total * step);
            }
        });
    }

    /// The positions in the copy along the first `axes` axes.
    fn leading(&self, part: &Region, copy: &Copied, axes: usize) -> Region {
        let mut positions = *part;
        for axis in 0..self.rank {
            positions = positions.with(axis, 0..if axis < axes { copy.shape[axis] } else { 1 });
        }
        positions
    }

    /// The row of the input that a row of the copy is made from.
    fn source(&self, part: &Region, position: &[usize; MAX_RANK]) -> Source {
        let mut offset = 0;
        for axis in 0..self.rank - 1 {
            let n = self.input.shape[axis];
            let cell = (part.start[axis] + position[axis]).wrapping_sub(self.halo.before(axis));
            let cell = if cell < n {
                cell
            } else {
                match self.rule(cell as isize, axis) {
                    Cell::At(cell) => cell,
                    Cell::Constant(value) => return Source::Constant(value),
                }
            };
            offset += cell as isize * self.input.strides[axis];
        }
        Source::Row(self.input.at.wrapping_offset(offset * self.input.layout.size as isize))
    }

    /// The positions of the copy along an axis that lie inside the array: `start..end`.
    fn inside(&self, part: &Region, axis: usize) -> [usize; 2] {
        let n = self.input.shape[axis];
        let total = self.halo.before(axis) + part.len(axis) + self.halo.after(axis);
        let start = self.halo.before(axis).saturating_sub(part.start[axis]).min(total);
        let end = (n + self.halo.before(axis)).saturating_sub(part.start[axis]).clamp(start, total);
        [start, end]
    }

    /// What the rules give at an index outside an axis.
    fn rule(&self, index: isize, axis: usize) -> Cell {
        let rule = &self.rules[axis][usize::from(index >= 0)];
        match (rule.index(index, self.input.shape[axis]), rule) {
            (Some(cell), _) => Cell::At(cell),
            (None, RawRule::Constant(value)) => Cell::Constant(*value),
            (None, _) => unreachable!("only a constant reads no cell"),
        }
    }
}

/// What the rules give outside an axis.
enum Cell {
    At(usize),
    Constant(*const u8),
}

/// Where a row comes from.
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

/// How every row of a copy is made from a row of the input. Offsets are in words.
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

impl<'a> Row<'a> {
    fn new(pad: &Pad<'_>, part: &Region, words: usize, edges: &'a mut Edges) -> Row<'a> {
        let last = pad.rank - 1;
        let [start, end] = pad.inside(part, last);
        let length = pad.halo.before(last) + part.len(last) + pad.halo.after(last);
        let first = part.start[last] as isize - pad.halo.before(last) as isize;
        let stride = pad.input.strides[last] * words as isize;
        edges.cells.clear();
        edges.constants.clear();
        for column in (0..start).chain(end..length) {
            match pad.rule(first + column as isize, last) {
                Cell::At(cell) => edges.cells.push((column * words, cell as isize * stride)),
                Cell::Constant(value) => edges.constants.push((column * words, value)),
            }
        }
        let from = (first + start as isize) * stride;
        Row { to: start * words, from, count: end - start, stride, edges, length, words }
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
            match (run * size_of::<W>()).div_ceil(PIECE) {
                2 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 2>(from, to, run)),
                3 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 3>(from, to, run)),
                4 => self.copy_each::<W, K>(rows, |from, to| copy_pieces::<W, 4>(from, to, run)),
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

/// The bytes of a piece of a short run.
const PIECE: usize = 32;

/// Rows that follow each other, in words.
struct Rows<W> {
    from: *const W,
    stride: isize,
    to: *mut W,
    step: usize,
    count: usize,
}

/// Copies `count` words in `P` pieces, the last of which overlaps the one before.
///
/// # Safety
/// Both are valid for `count` words, more than `P - 1` pieces and at most `P`, and do not overlap.
#[inline(always)]
unsafe fn copy_pieces<W, const P: usize>(from: *const W, to: *mut W, count: usize) {
    type Piece = MaybeUninit<[u8; PIECE]>;
    let words = PIECE / size_of::<W>();
    for piece in 0..P {
        let at = if piece + 1 < P { piece * words } else { count - words };
        // SAFETY: the piece lies in the run.
        unsafe { to.add(at).cast::<Piece>().write_unaligned(from.add(at).cast::<Piece>().read_unaligned()) };
    }
}
