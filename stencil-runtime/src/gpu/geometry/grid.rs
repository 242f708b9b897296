//! Workgroups: a device takes so many along each of three dimensions.

use std::ops::Range;

use crate::geometry::{Ranges, split};

/// The cells that one workgroup computes, and the most workgroups along a dimension.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    /// Invocations of a workgroup along x and y; along z there is one.
    pub(crate) workgroup: [usize; 2],
    /// Cells that an invocation computes along x and y.
    pub(crate) block: [usize; 2],
    pub(crate) limit: usize,
}

impl Grid {
    /// Invocations along x and y, and workgroups, for so many cells along x, y and all other axes together.
    pub(crate) fn groups(&self, cells: [usize; 3]) -> ([u32; 2], [u32; 3]) {
        let blocks = [0, 1].map(|d| cells[d].div_ceil(self.block[d]));
        let groups = [0, 1].map(|d| blocks[d].div_ceil(self.workgroup[d]) as u32);
        (blocks.map(|count| count as u32), [groups[0], groups[1], cells[2] as u32])
    }

    /// The share of the workgroups that so many cells take.
    pub(crate) fn load(&self, cells: [usize; 3]) -> f64 {
        let (_, groups) = self.groups(cells);
        f64::from(groups.into_iter().max().unwrap_or(0)) / self.limit as f64
    }

    /// The parts of a box. Its last axis is x, the one before it y, all others z.
    pub(crate) fn split(&self, cells: &[Range<usize>]) -> Vec<Ranges> {
        let (y, x) = (cells.len() - 2, cells.len() - 1);
        let mut units = vec![1; cells.len()];
        (units[y], units[x]) = (self.block[1], self.block[0]);
        let load = |part: &[Range<usize>]| {
            self.load([part[x].len(), part[y].len(), part[..y].iter().map(Range::len).product()])
        };
        split(cells, &units, &load).expect("a block is one workgroup")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_the_limit_and_cover_the_box() {
        for limit in [1, 2, 3, 5, 100] {
            let grid = Grid { workgroup: [4, 2], block: [2, 3], limit };
            let cells = [0..3, 2..4, 0..5, 1..20, 8..51];
            let mut count = 0;
            for part in grid.split(&cells) {
                let len = |axis: usize| part[axis].len();
                count += part.iter().map(Range::len).product::<usize>();
                let (blocks, groups) = grid.groups([len(4), len(3), len(0) * len(1) * len(2)]);
                assert!(groups.iter().all(|&count| count as usize <= limit), "{part:?}");
                assert_eq!((part[4].start % 2, (part[3].start - 1) % 3), (0, 0));
                assert!(blocks[0] as usize * 2 >= len(4) && blocks[1] as usize * 3 >= len(3));
            }
            assert_eq!(count, cells.iter().map(Range::len).product::<usize>());
        }
    }

    #[test]
    fn one_part_where_it_fits() {
        let grid = Grid { workgroup: [64, 4], block: [1, 4], limit: 65535 };
        assert_eq!(grid.split(&[0..4, 0..1000, 0..3000]).len(), 1);
    }
}
