//! A set of small numbers that knows its neighbours.

/// A bit for each number, and above each 64 of them one that says whether any is set.
#[derive(Debug, Default)]
pub(super) struct RankSet {
    bits: Vec<u64>,
    /// Levels of such bits, up to one word; the first is about `bits`.
    upper: Vec<Vec<u64>>,
}

/// The bits above one.
#[inline(always)]
fn higher(bit: usize) -> u64 {
    !1 << bit
}

/// The bits below one.
#[inline(always)]
fn lower(bit: usize) -> u64 {
    (1 << bit) - 1
}

/// A bit for each number below `len`, set where that is `held`.
fn set(words: &mut Vec<u64>, len: usize, held: impl Fn(usize) -> bool) {
    let word = |first: usize| {
        (first..len.min(first + 64)).fold(0, |word, number| word | u64::from(held(number)) << (number - first))
    };
    words.clear();
    words.extend((0..len).step_by(64).map(word));
}

impl RankSet {
    /// Takes the numbers below `len` that are `held`.
    pub(super) fn fill(&mut self, len: usize, held: impl Fn(usize) -> bool) {
        set(&mut self.bits, len, held);
        let (mut words, mut levels) = (self.bits.len(), 0);
        while words > 1 {
            if self.upper.len() == levels {
                self.upper.push(Vec::new());
            }
            let (lower, level) = self.upper.split_at_mut(levels);
            let lower = lower.last().unwrap_or(&self.bits);
            set(&mut level[0], words, |at| lower[at] != 0);
            words = level[0].len();
            levels += 1;
        }
        self.upper.truncate(levels);
    }

    #[inline(always)]
    pub(super) fn insert(&mut self, rank: usize) {
        let word = &mut self.bits[rank / 64];
        let before = *word;
        *word |= 1 << (rank % 64);
        if before == 0 {
            self.tell(rank / 64, true);
        }
    }

    #[inline(always)]
    pub(super) fn remove(&mut self, rank: usize) {
        let word = &mut self.bits[rank / 64];
        *word &= !(1 << (rank % 64));
        if *word == 0 {
            self.tell(rank / 64, false);
        }
    }

    /// Tells the levels above that a word has bits now, or none any more.
    fn tell(&mut self, mut at: usize, any: bool) {
        for level in &mut self.upper {
            let word = &mut level[at / 64];
            let before = *word;
            *word = if any { before | 1 << (at % 64) } else { before & !(1 << (at % 64)) };
            let known = if any { before != 0 } else { *word != 0 };
            if known {
                return;
            }
            at /= 64;
        }
    }

    /// The next number of the set behind `rank`.
    #[inline(always)]
    pub(super) fn after(&self, rank: usize) -> Option<usize> {
        let at = rank / 64;
        match self.bits[at] & higher(rank % 64) {
            0 => self.far(at, |word, bit| word & higher(bit), u64::trailing_zeros),
            word => Some(at * 64 + word.trailing_zeros() as usize),
        }
    }

    /// The number of the set in front of `rank`.
    #[inline(always)]
    pub(super) fn before(&self, rank: usize) -> Option<usize> {
        let at = rank / 64;
        match self.bits[at] & lower(rank % 64) {
            0 => self.far(at, |word, bit| word & lower(bit), last_bit),
            word => Some(at * 64 + last_bit(word) as usize),
        }
    }

    /// The nearest number outside of the word `at`: up the levels to one that has a bit on the right side, and down again.
    fn far(&self, mut at: usize, beside: fn(u64, usize) -> u64, nearest: fn(u64) -> u32) -> Option<usize> {
        for (depth, level) in self.upper.iter().enumerate() {
            let word = beside(level[at / 64], at % 64);
            if word != 0 {
                at = at / 64 * 64 + nearest(word) as usize;
                for level in self.upper[..depth].iter().rev().chain([&self.bits]) {
                    at = at * 64 + nearest(level[at]) as usize;
                }
                return Some(at);
            }
            at /= 64;
        }
        None
    }
}

fn last_bit(word: u64) -> u32 {
    63 - word.leading_zeros()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Sizes around those at which a level is added, and sets from empty to full and back.
    #[test]
    fn neighbours() {
        let mut set = RankSet::default();
        for len in [1, 2, 63, 64, 65, 4095, 4096, 4097, 300_000] {
            set.fill(len, |number| number % 3 == 1);
            let mut plain: BTreeSet<usize> = (0..len).filter(|number| number % 3 == 1).collect();
            let mut state = len as u64;
            let mut random = |below: usize| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) as usize % below
            };
            for step in 0..2000 {
                let rank = random(len);
                // More and more, then fewer and fewer.
                if random(2000) > step {
                    set.insert(rank);
                    plain.insert(rank);
                } else {
                    let rank = plain.range(rank..).next().copied().unwrap_or(rank);
                    set.remove(rank);
                    plain.remove(&rank);
                }
                let rank = random(len);
                assert_eq!(set.after(rank), plain.range(rank + 1..).next().copied(), "{len} {rank}");
                assert_eq!(set.before(rank), plain.range(..rank).next_back().copied(), "{len} {rank}");
            }
        }
    }
}
