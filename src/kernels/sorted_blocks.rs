//! The middle values of windows that move, at a cost that grows with the logarithm of the window.
//!
//! The axis is cut into blocks as long as the window, so that a window is the end of one block and the beginning of the
//! next. Each block is sorted once (J. Suomela, Median filtering is equivalent to sorting, 2014); from then on a value is
//! its rank in its block, and what a window holds of a block is a set of ranks. Where many values are equal, a window is
//! how many it holds of each.

use std::cmp::Ordering;

use super::Number;
use super::cascade::is_nan;
use super::rank_set::RankSet;
use super::tied_blocks::{TiedBlock, TiedWindow};

/// The rank of a missing value.
const MISSING: u32 = u32::MAX;

/// The cells per different value from which on many values are equal: then their number in the window is counted.
const MANY: usize = 4;

/// The blocks that a window lies in.
#[derive(Debug)]
pub struct SortedBlocks<T> {
    old: Block<T>,
    new: Block<T>,
    tied: TiedWindow<T>,
}

impl<T> Default for SortedBlocks<T> {
    fn default() -> Self {
        SortedBlocks { old: Block::default(), new: Block::default(), tied: TiedWindow::default() }
    }
}

/// A value of a block and its place there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell<T> {
    pub(super) value: T,
    pub(super) place: u32,
}

/// One block, and what the window holds of it: values below a cut, and others above it.
#[derive(Debug)]
struct Block<T> {
    /// The values in order, and the greatest number behind them.
    sorted: Vec<Cell<T>>,
    /// The rank of each cell.
    ranks: Vec<u32>,
    /// The ranks of the values in the window.
    held: RankSet,
    /// The rank of the first value in the window that is above the cut, or of what is behind all.
    cut: usize,
    /// The number of values in the window below the cut.
    below: usize,
    /// The number of different values.
    different: usize,
    /// The cells of a block, whether or not they have values.
    window: usize,
    /// The number of each value that it holds, where `is_tied`.
    tied: TiedBlock<T>,
    is_tied: bool,
    /// The ranks are those of this block.
    is_ranked: bool,
}

impl<T> Default for Block<T> {
    fn default() -> Self {
        Block {
            sorted: Vec::new(),
            ranks: Vec::new(),
            held: RankSet::default(),
            cut: 0,
            below: 0,
            different: 0,
            window: 0,
            tied: TiedBlock::default(),
            is_tied: false,
            is_ranked: false,
        }
    }
}

impl<T: Number> Block<T> {
    /// Takes the cells of a block of `window` cells, none of which is in the window yet.
    fn fill(&mut self, window: usize, cells: impl Iterator<Item = T>) {
        self.sorted.clear();
        self.sorted.reserve(window + 1);
        for (place, value) in (0..).zip(cells) {
            if !is_nan(value) {
                self.sorted.push(Cell { value, place });
            }
        }
        self.sorted.sort_unstable_by(|a, b| a.value.partial_cmp(&b.value).unwrap_or(Ordering::Equal));
        let changes = self.sorted.windows(2).filter(|pair| pair[0].value != pair[1].value).count();
        self.different = usize::min(self.sorted.len(), changes + 1);
        self.sorted.push(Cell { value: T::HIGHEST, place: MISSING });
        self.window = window;
        (self.is_tied, self.is_ranked) = (false, false);
    }

    /// Ranks the values.
    fn rank_all(&mut self) {
        if self.is_ranked {
            return;
        }
        self.is_ranked = true;
        self.ranks.clear();
        self.ranks.resize(self.window, MISSING);
        self.cut = self.sorted.len() - 1;
        self.below = 0;
        for (rank, cell) in (0..).zip(&self.sorted[..self.cut]) {
            self.ranks[cell.place as usize] = rank;
        }
        self.held.fill(self.cut + 1, |_| false);
    }

    /// Counts equal values.
    fn tie(&mut self) -> &mut TiedBlock<T> {
        if !self.is_tied {
            self.is_tied = true;
            let values = &self.sorted[..self.sorted.len() - 1];
            self.tied.fill(self.window, self.different, values);
        }
        &mut self.tied
    }

    /// The values in order.
    fn values(&self) -> &[Cell<T>] {
        &self.sorted[..self.sorted.len() - 1]
    }

    /// Takes all of the block into the window, with the cut below its middle.
    fn hold(&mut self) {
        self.rank_all();
        let all = self.values().len();
        self.held.fill(all + 1, |rank| rank < all);
        self.cut = all.saturating_sub(1) / 2;
        self.below = self.cut;
    }

    /// The rank of a cell that has a value.
    #[inline(always)]
    fn rank(&self, place: usize) -> Option<usize> {
        self.ranks.get(place).filter(|&&rank| rank != MISSING).map(|&rank| rank as usize)
    }

    /// The least value above the cut.
    #[inline(always)]
    fn above(&self) -> T {
        self.sorted[self.cut].value
    }

    /// The rank behind the cut in the window, or that of what is behind all.
    #[inline(always)]
    fn next(&self) -> usize {
        self.held.after(self.cut).unwrap_or(self.sorted.len() - 1)
    }

    /// Takes a value into the window. `above` is the least value above the cut of the other block.
    #[inline(always)]
    fn enter(&mut self, rank: usize, above: T) {
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

impl<T: Number> SortedBlocks<T> {
    /// Calls `put` for each of `n` cells with the one or two middle values of the window that reaches `behind` cells back
    /// and `ahead` cells on, where at least `min_count` are not NaN.
    #[inline(always)]
    pub(super) fn middles(
        &mut self,
        n: usize,
        (behind, ahead): (usize, usize),
        min_count: usize,
        cell: impl Fn(usize) -> T,
        mut put: impl FnMut(usize, Option<(T, T)>),
    ) {
        let window = behind + 1 + ahead;
        self.new.fill(window, std::iter::empty());
        for begin in (0..n + ahead).step_by(window) {
            std::mem::swap(&mut self.old, &mut self.new);
            self.new.fill(window, (begin..n.min(begin + window)).map(&cell));
            let cells = begin..(n + ahead).min(begin + window);
            let mut count = self.old.values().len();
            if MANY * (self.old.different + self.new.different) <= count + self.new.values().len() {
                let (old, new, held) = (self.old.tie(), self.new.tie(), &mut self.tied);
                held.fill(window, old, new);
                if held.is_constant(window, new) {
                    let found = (held.count() >= min_count).then(|| held.middle());
                    for i in usize::max(begin, ahead)..cells.end {
                        put(i - ahead, found);
                    }
                    continue;
                }
                for i in cells {
                    held.step(old, new, i - begin);
                    if i >= ahead {
                        put(i - ahead, (held.count() >= min_count).then(|| held.middle()));
                    }
                }
                continue;
            }
            self.new.rank_all();
            self.old.hold();
            for i in cells {
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
            let lower = |block: &mut Block<T>, rank| {
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
    fn middle(&self, count: usize) -> (T, T) {
        let (old, new) = (&self.old, &self.new);
        let least = |a: T, b: T| if b < a { b } else { a };
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
