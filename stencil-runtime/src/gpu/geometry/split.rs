//! Cuts a box into dispatches: a device takes so many workgroups along each of three dimensions.

use std::ops::Range;

use crate::gpu::form::Cells;

/// What one workgroup computes, and how many there may be along a dimension.
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

    /// Visits the parts of a box. Its last axis is x, the one before it y, all others z.
    pub(crate) fn split(&self, cells: &Cells, visit: &mut impl FnMut(&Cells)) {
        let rank = cells.len();
        let mut extent = vec![1; rank];
        let mut left = self.limit;
        for axis in (0..rank).rev() {
            let len = cells[axis].len().max(1);
            extent[axis] = match rank - 1 - axis {
                d @ (0 | 1) => self.limit.saturating_mul(self.workgroup[d]).saturating_mul(self.block[d]).min(len),
                // Slower axes go together only where all of this one do.
                _ => left.min(len),
            };
            if rank - 1 - axis >= 2 {
                left = if extent[axis] == len { (left / len).max(1) } else { 1 };
            }
        }
        walk(cells, &extent, &mut cells.clone(), 0, visit);
    }
}

fn walk(cells: &Cells, extent: &[usize], part: &mut Cells, axis: usize, visit: &mut impl FnMut(&Cells)) {
    let Some(Range { start, end }) = cells.get(axis).cloned() else { return visit(part) };
    for from in (start..end).step_by(extent[axis]) {
        part[axis] = from..end.min(from + extent[axis]);
        walk(cells, extent, part, axis + 1, visit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_within_the_limit_and_cover_the_box() {
        for limit in [1, 2, 3, 5, 100] {
            let grid = Grid { workgroup: [4, 2], block: [2, 3], limit };
            let cells = vec![0..3, 2..4, 0..5, 1..20, 8..51];
            let mut count = 0;
            grid.split(&cells, &mut |part| {
                let len = |axis: usize| part[axis].len();
                count += part.iter().map(Range::len).product::<usize>();
                let (blocks, groups) = grid.groups([len(4), len(3), len(0) * len(1) * len(2)]);
                assert!(groups.iter().all(|&count| count as usize <= limit), "{part:?}");
                assert_eq!((part[4].start % 2, (part[3].start - 1) % 3), (0, 0));
                assert!(blocks[0] as usize * 2 >= len(4) && blocks[1] as usize * 3 >= len(3));
            });
            assert_eq!(count, cells.iter().map(Range::len).product::<usize>());
        }
    }

    #[test]
    fn one_part_where_it_fits() {
        let mut parts = 0;
        Grid { workgroup: [64, 4], block: [1, 4], limit: 65535 }
            .split(&vec![0..4, 0..1000, 0..3000], &mut |_| parts += 1);
        assert_eq!(parts, 1);
    }
}
