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

/// Where a column of a padded row comes from, outside the part that is copied as it is.
enum Cell {
    Column(usize),
    Constant(*const u8),
}

impl Pad<'_> {
    /// The shape of the padded copy of a part.
    pub(crate) fn shape(&self, part: &Region) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| self.halo.before(axis) + part.len(axis) + self.halo.after(axis))
    }

    /// The bytes that it takes.
    pub(crate) fn bytes(&self, part: &Region) -> usize {
        self.shape(part).iter().product::<usize>() * self.input.layout.size
    }

    /// The strides of the padded copy, in elements.
    pub(crate) fn strides(&self, part: &Region) -> [isize; MAX_RANK] {
        let shape = self.shape(part);
        let mut strides = [0; MAX_RANK];
        let mut stride = 1;
        for axis in (0..self.rank).rev() {
            strides[axis] = stride as isize;
            stride *= shape[axis];
        }
        strides
    }

    /// Writes the padded copy of a part.
    ///
    /// # Safety
    /// `to` is valid for writing `bytes(part)`, aligned for the element; the input is alive.
    pub(crate) unsafe fn fill(&self, part: &Region, to: *mut u8) {
        let Layout { size, align } = self.input.layout;
        // An element is copied as words of its alignment; `MaybeUninit` keeps padding bytes sound.
        // SAFETY: as the caller says; the words make up the element.
        unsafe {
            match align {
                1 => self.fill_words::<MaybeUninit<u8>>(part, to.cast(), size),
                2 => self.fill_words::<MaybeUninit<u16>>(part, to.cast(), size / 2),
                4 => self.fill_words::<MaybeUninit<u32>>(part, to.cast(), size / 4),
                _ => self.fill_words::<MaybeUninit<u64>>(part, to.cast(), size / 8),
            }
        }
    }

    /// # Safety
    /// As for `fill`; an element is `words` words.
    unsafe fn fill_words<W: Copy>(&self, part: &Region, to: *mut W, words: usize) {
        // The common case, one word, with its length known while compiling.
        // SAFETY: as the caller says.
        unsafe {
            match words {
                1 => self.fill_rows::<W, 1>(part, to, 1),
                _ => self.fill_rows::<W, 0>(part, to, words),
            }
        }
    }

    /// # Safety
    /// As for `fill_words`; `K` is the number of words, or 0 when only `words` says it.
    unsafe fn fill_rows<W: Copy, const K: usize>(&self, part: &Region, to: *mut W, words: usize) {
        let words = if K > 0 { K } else { words };
        let last = self.rank - 1;
        let shape = self.shape(part);
        let row = Row {
            edges: self.edges(part),
            columns: self.inside(part, last),
            from: part.start[last] as isize - self.halo.before(last) as isize,
            stride: self.input.strides[last] * words as isize,
            length: shape[last],
            words,
        };
        let mut padded = Region::whole(&shape[..last]);
        padded = padded.with(last, 0..1);
        let mut to = to;
        padded.leading(last, |index| {
            // SAFETY: each row lies in the copy, and the cells that the rules give lie in the input.
            unsafe {
                match self.source(part, index) {
                    Source::Row(at) => row.copy::<W, K>(at.cast(), to),
                    Source::Constant(value) => row.constant::<W, K>(value.cast(), to),
                }
                to = to.add(row.length * words);
            }
        });
    }

    /// The row of the input that a row of the copy is made from.
    #[inline(always)]
    fn source(&self, part: &Region, index: &[usize; MAX_RANK]) -> Source {
        let mut offset = 0;
        for axis in 0..self.rank - 1 {
            let n = self.input.shape[axis];
            let cell = (part.start[axis] + index[axis]).wrapping_sub(self.halo.before(axis));
            let cell = if cell < n {
                cell
            } else {
                match self.rule(cell as isize, axis) {
                    Cell::Column(cell) => cell,
                    Cell::Constant(value) => return Source::Constant(value),
                }
            };
            offset += cell as isize * self.input.strides[axis];
        }
        Source::Row(self.input.at.wrapping_offset(offset * self.input.layout.size as isize))
    }

    /// The columns of the copy that lie inside the array: `start..end`.
    fn inside(&self, part: &Region, last: usize) -> [usize; 2] {
        let n = self.input.shape[last];
        let total = self.halo.before(last) + part.len(last) + self.halo.after(last);
        let start = self.halo.before(last).saturating_sub(part.start[last]).min(total);
        let end = (n + self.halo.before(last)).saturating_sub(part.start[last]).clamp(start, total);
        [start, end]
    }

    /// Where the columns outside the array come from: those before it, then those after it.
    fn edges(&self, part: &Region) -> Vec<Cell> {
        let last = self.rank - 1;
        let [start, end] = self.inside(part, last);
        let total = self.halo.before(last) + part.len(last) + self.halo.after(last);
        let from = part.start[last] as isize - self.halo.before(last) as isize;
        (0..start).chain(end..total).map(|column| self.rule(from + column as isize, last)).collect()
    }

    fn rule(&self, index: isize, axis: usize) -> Cell {
        let rule = &self.rules[axis][usize::from(index >= 0)];
        match (rule.index(index, self.input.shape[axis]), rule) {
            (Some(cell), _) => Cell::Column(cell),
            (None, RawRule::Constant(value)) => Cell::Constant(*value),
            (None, _) => unreachable!("only a constant reads no cell"),
        }
    }
}

/// Where a row comes from.
enum Source {
    Row(*const u8),
    Constant(*const u8),
}

/// How every row of a copy is made from a row of the input.
struct Row {
    edges: Vec<Cell>,
    columns: [usize; 2],
    /// The column of the input at the copy's first one.
    from: isize,
    /// Of the last axis of the input, in words.
    stride: isize,
    length: usize,
    words: usize,
}

impl Row {
    /// # Safety
    /// `from` is a row of the input, `to` has room for a row of the copy.
    #[inline(always)]
    unsafe fn copy<W: Copy, const K: usize>(&self, from: *const W, to: *mut W) {
        let words = if K > 0 { K } else { self.words };
        let [start, end] = self.columns;
        // SAFETY: the columns `start..end` of the copy lie in the input row; the edges come from cells
        // that the rules gave, which lie in it as well, or from constants.
        unsafe {
            let first = from.wrapping_offset((self.from + start as isize) * self.stride);
            if self.stride == words as isize {
                copy_run(first, to.add(start * words), (end - start) * words);
            } else {
                for column in 0..end - start {
                    let cell = first.offset(column as isize * self.stride);
                    copy_run(cell, to.add((start + column) * words), words);
                }
            }
            for (edge, cell) in self.edges.iter().enumerate() {
                let column = if edge < start { edge } else { end + edge - start };
                let cell = match *cell {
                    Cell::Column(cell) => from.offset(cell as isize * self.stride),
                    Cell::Constant(value) => value.cast(),
                };
                copy_run(cell, to.add(column * words), words);
            }
        }
    }

    /// # Safety
    /// `value` is an element, `to` has room for a row of the copy.
    #[inline(always)]
    unsafe fn constant<W: Copy, const K: usize>(&self, value: *const W, to: *mut W) {
        let words = if K > 0 { K } else { self.words };
        for column in 0..self.length {
            // SAFETY: as the caller says.
            unsafe { copy_run(value, to.add(column * words), words) };
        }
    }
}

/// Copies a few words; short runs in whole pieces of 32 bytes, the last overlapping, since a call of
/// `memcpy` takes longer than the copy.
///
/// # Safety
/// Both are valid for `count` words and do not overlap.
#[inline(always)]
unsafe fn copy_run<W: Copy>(from: *const W, to: *mut W, count: usize) {
    const PIECE: usize = 32;
    let piece = PIECE / size_of::<W>();
    // SAFETY: every piece lies within the run.
    unsafe {
        if count == 1 {
            to.write(from.read());
        } else if count < piece || count > 8 * piece {
            to.copy_from_nonoverlapping(from, count);
        } else {
            let last = count - piece;
            let mut at = 0;
            while at < last {
                copy_piece(from.add(at), to.add(at));
                at += piece;
            }
            copy_piece(from.add(last), to.add(last));
        }
    }
}

/// # Safety
/// Both are valid for 32 bytes and do not overlap.
#[inline(always)]
unsafe fn copy_piece<W>(from: *const W, to: *mut W) {
    // SAFETY: as the caller says; unaligned, and without saying that the bytes are initialised.
    unsafe { to.cast::<MaybeUninit<[u8; 32]>>().write_unaligned(from.cast::<MaybeUninit<[u8; 32]>>().read_unaligned()) }
}
