//! The middle values of windows that move, at a cost that grows with the logarithm of the window.
//!
//! The axis is cut into blocks as long as the window, so that a window is the end of one block and the beginning of the
//! next. Each block is sorted once (J. Suomela, Median filtering is equivalent to sorting, 2014); from then on a value is
//! its rank in its block, and what a window holds of a block is a set of ranks.

use std::cmp::Ordering;

use super::rank_set::RankSet;
use crate::Real;

/// The rank of a missing value.
const MISSING: u32 = u32::MAX;

/// The blocks that a window lies in.
#[derive(Debug)]
pub struct SortedBlocks<W> {
    old: Block<W>,
    new: Block<W>,
}

impl<W> Default for SortedBlocks<W> {
    fn default() -> Self {
        SortedBlocks { old: Block::default(), new: Block::default() }
    }
}

/// A value of a block and its place there.
#[derive(Clone, Copy, Debug)]
struct Cell<W> {
    value: W,
    place: u32,
}

/// One block, and what the window holds of it: values below a cut, and others above it.
#[derive(Debug)]
struct Block<W> {
    /// The values in order, and an infinity.
    sorted: Vec<Cell<W>>,
    /// The rank of each cell.
    ranks: Vec<u32>,
    /// The ranks of the values in the window.
    held: RankSet,
    /// The rank of the first value in the window that is above the cut, or of the infinity.
    cut: usize,
    /// The number of values in the window below the cut.
    below: usize,
}

impl<W> Default for Block<W> {
    fn default() -> Self {
        Block { sorted: Vec::new(), ranks: Vec::new(), held: RankSet::default(), cut: 0, below: 0 }
    }
}

impl<W: Real> Block<W> {
    /// Takes the cells of a block, none of which is in the window yet.
    fn fill(&mut self, cells: impl Iterator<Item = W>) {
        self.sorted.clear();
        self.ranks.clear();
        for (place, value) in (0..).zip(cells) {
            self.ranks.push(MISSING);
            if !value.is_nan() {
                self.sorted.push(Cell { value, place });
            }
        }
        self.sorted.sort_unstable_by(|a, b| a.value.partial_cmp(&b.value).unwrap_or(Ordering::Equal));
        for (rank, cell) in (0..).zip(&self.sorted) {
            self.ranks[cell.place as usize] = rank;
        }
        self.cut = self.sorted.len();
        self.below = 0;
        self.held.clear(self.cut + 1);
        self.sorted.push(Cell { value: W::infinity(), place: MISSING });
    }

    /// The rank of a cell that has a value.
    #[inline(always)]
    fn rank(&self, place: usize) -> Option<usize> {
        self.ranks.get(place).filter(|&&rank| rank != MISSING).map(|&rank| rank as usize)
    }

    /// The least value above the cut.
    #[inline(always)]
    fn above(&self) -> W {
        self.sorted[self.cut].value
    }

    /// The rank behind the cut in the window, or that of the infinity.
    #[inline(always)]
    fn next(&self) -> usize {
        self.held.after(self.cut).unwrap_or(self.sorted.len() - 1)
    }

    /// Takes a value into the window. `above` is the least value above the cut of the other block.
    #[inline(always)]
    fn enter(&mut self, rank: usize, above: W) {
        self.held.insert(rank);
        if rank < self.cut {
            if self.sorted[rank].value <= above {
                self.below += 1;
            } else {
                self.cut = rank;
            }
        }
    }

    /// Takes a value out of the window.
    #[inline(always)]
    fn leave(&mut self, rank: usize) {
        self.held.remove(rank);
        self.below -= usize::from(rank < self.cut);
        if rank == self.cut {
            self.cut = self.next();
        }
    }

    /// Moves the cut over the value above it.
    #[inline(always)]
    fn raise(&mut self) {
        self.cut = self.next();
        self.below += 1;
    }

    /// The rank of the largest value below the cut.
    #[inline(always)]
    fn last(&self) -> Option<usize> {
        self.held.before(self.cut)
    }
}

impl<W: Real> SortedBlocks<W> {
    /// Calls `put` for each of `n` cells with the one or two middle values of the window that reaches `behind` cells back
    /// and `ahead` cells on, where at least `min_count` are not NaN.
    #[inline(always)]
    pub(super) fn middles(
        &mut self,
        n: usize,
        (behind, ahead): (usize, usize),
        min_count: usize,
        cell: impl Fn(usize) -> W,
        mut put: impl FnMut(usize, Option<(W, W)>),
    ) {
        let window = behind + 1 + ahead;
        self.new.fill(std::iter::empty());
        let mut count = 0;
        for begin in (0..n + ahead).step_by(window) {
            std::mem::swap(&mut self.old, &mut self.new);
            self.new.fill((begin..n.min(begin + window)).map(&cell));
            for i in begin..(n + ahead).min(begin + window) {
                if let Some(rank) = self.old.rank(i - begin) {
                    self.old.leave(rank);
                    count -= 1;
                }
                if let Some(rank) = self.new.rank(i - begin) {
                    self.new.enter(rank, self.old.above());
                    count += 1;
                }
                self.balance(usize::max(count, 1).div_ceil(2) - 1);
                if i >= ahead {
                    put(i - ahead, (count >= min_count).then(|| self.middle(count)));
                }
            }
        }
    }

    /// Moves the cut so that `below` values of both blocks are below it.
    #[inline(always)]
    fn balance(&mut self, below: usize) {
        let (old, new) = (&mut self.old, &mut self.new);
        while old.below + new.below > below {
            let lower = |block: &mut Block<W>, rank| {
                block.cut = rank;
                block.below -= 1;
            };
            match (old.last(), new.last()) {
                (Some(a), Some(b)) if old.sorted[a].value < new.sorted[b].value => lower(new, b),
                (Some(a), _) => lower(old, a),
                (None, Some(b)) => lower(new, b),
                (None, None) => unreachable!("values are below the cut"),
            }
        }
        while old.below + new.below < below {
            let ends = new.cut + 1 == new.sorted.len();
            if ends || (old.cut + 1 < old.sorted.len() && old.above() <= new.above()) {
                old.raise();
            } else {
                new.raise();
            }
        }
    }

    /// The one or two middle values, where the one or the lower of them is the least above the cut.
    #[inline(always)]
    fn middle(&self, count: usize) -> (W, W) {
        let (old, new) = (&self.old, &self.new);
        let least = |a: W, b: W| if b < a { b } else { a };
        let low = least(old.above(), new.above());
        if count % 2 == 1 {
            return (low, low);
        }
        let first = if old.above() <= new.above() && old.cut + 1 < old.sorted.len() {
            least(old.sorted[old.next()].value, new.above())
        } else {
            least(old.above(), new.sorted[new.next()].value)
        };
        (low, first)
    }
}
