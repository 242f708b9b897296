//! The middle values of windows in two sorted blocks of which many values are equal.
//!
//! A window is how many it holds of each value: where there are few, its middle seldom moves.

use super::Number;
use super::rank_set::RankSet;
use super::sorted_blocks::Cell;

/// A block as what it holds of each value.
#[derive(Debug)]
pub(super) struct TiedBlock<T> {
    /// The different values in order.
    values: Vec<T>,
    /// The number of cells with less than each, and of all that have values.
    starts: Vec<u32>,
    /// The rank of each cell's value, or the one behind all where it is missing.
    ranks: Vec<u32>,
    /// The rank among the values of two blocks for each rank here.
    joint: Vec<u32>,
}

impl<T> Default for TiedBlock<T> {
    fn default() -> Self {
        TiedBlock { values: Vec::new(), starts: Vec::new(), ranks: Vec::new(), joint: Vec::new() }
    }
}

impl<T: Number> TiedBlock<T> {
    /// Takes the values in order of a block of `window` cells, of which `different` are different.
    pub(super) fn fill(&mut self, window: usize, different: usize, sorted: &[Cell<T>]) {
        self.values.clear();
        self.values.resize(different, T::default());
        self.starts.clear();
        self.starts.resize(different + 1, 0);
        self.joint.clear();
        self.joint.resize(different + 1, 0);
        self.ranks.clear();
        self.ranks.resize(window, different as u32);
        if different == 1 && sorted.len() == window {
            self.values[0] = sorted[0].value;
            self.starts[1] = window as u32;
            self.ranks.fill(0);
            return;
        }
        let mut rank = 0;
        let mut last = sorted.first().map_or(T::default(), |cell| cell.value);
        for (end, cell) in (1..).zip(sorted) {
            rank += usize::from(cell.value != last);
            last = cell.value;
            self.values[rank] = last;
            self.starts[rank + 1] = end;
            self.ranks[cell.place as usize] = rank as u32;
        }
    }

    /// The number of cells with the value of a rank.
    #[inline(always)]
    fn count(&self, rank: usize) -> u32 {
        self.starts[rank + 1] - self.starts[rank]
    }

    /// The number of cells with values.
    fn present(&self) -> usize {
        self.starts[self.values.len()] as usize
    }

    /// The rank of a cell's value among those of two blocks.
    #[inline(always)]
    fn rank(&self, place: usize) -> usize {
        self.joint[self.ranks[place] as usize] as usize
    }
}

/// The values of two blocks that a window holds.
#[derive(Debug)]
pub(super) struct TiedWindow<T> {
    /// The different values of both blocks in order.
    values: Vec<T>,
    /// The number of cells in the window with each, and behind these one more than are missing.
    counts: Vec<u32>,
    /// The ranks of the values in the window, and the one behind all.
    held: RankSet,
    /// The number of values in the window.
    count: usize,
    /// The rank of the middle value, of the lower one of two.
    middle: usize,
    /// The number of values in the window that are less.
    below: usize,
}

impl<T> Default for TiedWindow<T> {
    fn default() -> Self {
        TiedWindow { values: Vec::new(), counts: Vec::new(), held: RankSet::default(), count: 0, middle: 0, below: 0 }
    }
}

impl<T: Number> TiedWindow<T> {
    /// Ranks the values of two blocks of `window` cells. The window is all of the old one.
    pub(super) fn fill(&mut self, window: usize, old: &mut TiedBlock<T>, new: &mut TiedBlock<T>) {
        self.count = old.present();
        self.values.clear();
        self.counts.clear();
        (self.middle, self.below) = (0, 0);
        let (mut a, mut b, mut before) = (0, 0, 0);
        while a < old.values.len() || b < new.values.len() {
            let (x, y) = (old.values.get(a).copied(), new.values.get(b).copied());
            let (x, y) = (x.or(y), y.or(x));
            let (from_old, from_new) = (a < old.values.len() && x <= y, b < new.values.len() && y <= x);
            let rank = self.values.len();
            let mut count = 0;
            if from_old {
                count = old.count(a);
                old.joint[a] = rank as u32;
                a += 1;
            }
            if from_new {
                new.joint[b] = rank as u32;
                b += 1;
            }
            self.values.extend(if from_old { x } else { y });
            self.counts.push(count);
            if count > 0 && before <= self.count.saturating_sub(1) / 2 {
                (self.middle, self.below) = (rank, before);
            }
            before += count as usize;
        }
        let behind = self.values.len() as u32;
        old.joint[old.values.len()] = behind;
        new.joint[new.values.len()] = behind;
        self.counts.push((window - self.count) as u32 + 1);
        self.held.fill(self.counts.len(), |rank| self.counts[rank] > 0);
    }

    /// Returns true where every window between the two blocks holds the same.
    pub(super) fn is_constant(&self, window: usize, new: &TiedBlock<T>) -> bool {
        self.values.is_empty() || (self.values.len() == 1 && self.count == window && new.present() == window)
    }

    /// Moves the window over one cell.
    #[inline(always)]
    pub(super) fn step(&mut self, old: &TiedBlock<T>, new: &TiedBlock<T>, place: usize) {
        let (left, entered) = (old.rank(place), new.rank(place));
        if left == entered {
            return;
        }
        self.counts[entered] += 1;
        if self.counts[entered] == 1 {
            self.held.insert(entered);
        }
        self.counts[left] -= 1;
        if self.counts[left] == 0 {
            self.held.remove(left);
        }
        let missing = self.values.len();
        self.count = self.count + usize::from(entered < missing) - usize::from(left < missing);
        self.below = self.below + usize::from(entered < self.middle) - usize::from(left < self.middle);
        if self.count == 0 {
            return;
        }
        let below = (self.count - 1) / 2;
        while self.below > below {
            self.middle = self.held.before(self.middle).unwrap_or(0);
            self.below -= self.counts[self.middle] as usize;
        }
        while self.below + self.counts[self.middle] as usize <= below {
            self.below += self.counts[self.middle] as usize;
            self.middle = self.held.after(self.middle).unwrap_or(0);
        }
    }

    /// The number of values in the window.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The one or two middle values of a window that has values.
    #[inline(always)]
    pub(super) fn middle(&self) -> (T, T) {
        let low = self.values[self.middle];
        if self.count % 2 == 1 || self.below + self.counts[self.middle] as usize > self.count / 2 {
            return (low, low);
        }
        (low, self.values[self.held.after(self.middle).unwrap_or(0)])
    }
}
