//! Boxes of indices and how they are cut. Pure integer geometry, without arrays.

use std::ops::Range;

use crate::MAX_RANK;

/// A box of indices: `start[axis]..end[axis]` for each axis.
///
/// Axes beyond the rank are `0..1`, so that loops over a fixed number of axes run once there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) rank: usize,
    pub(crate) start: [usize; MAX_RANK],
    pub(crate) end: [usize; MAX_RANK],
}

impl Region {
    /// The whole of an array.
    pub(crate) fn whole(shape: &[usize]) -> Region {
        let mut region = Region { rank: shape.len(), start: [0; MAX_RANK], end: [1; MAX_RANK] };
        region.end[..shape.len()].copy_from_slice(shape);
        region
    }

    /// The box of a range along each axis.
    #[cfg(feature = "gpu")]
    pub(crate) fn of(ranges: &[Range<usize>]) -> Region {
        let mut region = Region { rank: ranges.len(), start: [0; MAX_RANK], end: [1; MAX_RANK] };
        for (axis, range) in ranges.iter().enumerate() {
            region = region.with(axis, range.clone());
        }
        region
    }

    /// The range along each axis.
    #[cfg(feature = "gpu")]
    pub(crate) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.rank).map(|axis| self.start[axis]..self.end[axis])
    }

    pub(crate) fn len(&self, axis: usize) -> usize {
        self.end[axis].saturating_sub(self.start[axis])
    }

    pub(crate) fn is_empty(&self) -> bool {
        (0..self.rank).any(|axis| self.start[axis] >= self.end[axis])
    }

    pub(crate) fn cells(&self) -> usize {
        (0..self.rank).map(|axis| self.len(axis)).product()
    }

    /// The indices of both.
    pub(crate) fn intersect(&self, other: &Region) -> Region {
        let mut region = *self;
        for axis in 0..self.rank {
            region.start[axis] = self.start[axis].max(other.start[axis]);
            region.end[axis] = self.end[axis].min(other.end[axis]);
        }
        region
    }

    /// This region with another range on one axis.
    pub(crate) fn with(&self, axis: usize, range: Range<usize>) -> Region {
        let mut region = *self;
        region.start[axis] = range.start;
        region.end[axis] = range.end;
        region
    }

    /// Visits what of `self` lies outside `inner`, as disjoint boxes, axis by axis; then the rest of
    /// `self`, which lies inside, comes back.
    ///
    /// A box says on which axis and side it leaves `inner`: the first such axis.
    pub(crate) fn peel(&self, inner: &Region, mut outside: impl FnMut(Region, usize, usize)) -> Region {
        let mut rest = *self;
        for axis in 0..self.rank {
            let (start, end) = (rest.start[axis], rest.end[axis]);
            let low = inner.start[axis].clamp(start, end.max(start));
            let high = inner.end[axis].clamp(low, end.max(low));
            let mut visit = |range: Range<usize>, side| {
                if range.is_empty() {
                    return;
                }
                let part = rest.with(axis, range);
                if !part.is_empty() {
                    outside(part, axis, side);
                }
            };
            visit(start..low, 0);
            visit(high..end, 1);
            rest = rest.with(axis, low..high);
        }
        rest
    }

    /// Visits the region in blocks of at most `extent` cells along each axis, last axis fastest.
    pub(crate) fn blocks(&self, extent: &[usize; MAX_RANK], mut visit: impl FnMut(Region)) {
        let count = self.block_counts(extent);
        for index in 0..count.iter().product() {
            visit(self.block(extent, &count, index));
        }
    }

    /// The number of blocks of at most `extent` cells along each axis.
    pub(crate) fn block_counts(&self, extent: &[usize; MAX_RANK]) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| if axis < self.rank { self.len(axis).div_ceil(extent[axis]) } else { 1 })
    }

    /// Block number `index` in the order of [`blocks`](Region::blocks).
    pub(crate) fn block(&self, extent: &[usize; MAX_RANK], count: &[usize; MAX_RANK], index: usize) -> Region {
        let mut block = *self;
        let mut rest = index;
        for axis in (0..self.rank).rev() {
            let start = self.start[axis] + (rest % count[axis]) * extent[axis];
            rest /= count[axis];
            block.start[axis] = start;
            block.end[axis] = self.end[axis].min(start + extent[axis]);
        }
        block
    }

    /// Visits every index along the first `axes` axes, the others at their start.
    pub(crate) fn leading(&self, axes: usize, mut visit: impl FnMut(&[usize; MAX_RANK])) {
        if self.is_empty() {
            return;
        }
        let mut index = self.start;
        loop {
            visit(&index);
            let Some(axis) = (0..axes).rev().find(|&axis| index[axis] + 1 < self.end[axis]) else {
                return;
            };
            index[axis] += 1;
            index[axis + 1..axes].copy_from_slice(&self.start[axis + 1..axes]);
        }
    }
}

/// Calls `f` with each index of a box, the last axis fastest, until it fails.
///
/// # Errors
/// The first error of `f`.
///
/// ```
/// use ndstencil::chunks::each_index;
/// let mut found = Vec::new();
/// each_index(&[3..5, 0..2], |index| Ok::<(), ()>(found.push([index[0], index[1]]))).unwrap();
/// assert_eq!(found, [[3, 0], [3, 1], [4, 0], [4, 1]]);
/// ```
pub fn each_index<E>(ranges: &[Range<usize>], mut f: impl FnMut(&[usize]) -> Result<(), E>) -> Result<(), E> {
    if ranges.iter().any(Range::is_empty) {
        return Ok(());
    }
    let mut index: Vec<usize> = ranges.iter().map(|range| range.start).collect();
    loop {
        f(&index)?;
        let Some(axis) = (0..index.len()).rev().find(|&axis| index[axis] + 1 < ranges[axis].end) else {
            return Ok(());
        };
        index[axis] += 1;
        for axis in axis + 1..index.len() {
            index[axis] = ranges[axis].start;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(axes: &[(usize, usize)]) -> Region {
        let mut region = Region::whole(&vec![1; axes.len()]);
        for (axis, &(start, end)) in axes.iter().enumerate() {
            region = region.with(axis, start..end);
        }
        region
    }

    #[test]
    fn peel_and_rest_cover_every_cell_once() {
        for case in 0..2000u64 {
            let mut state = case.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let mut draw = |below: u64| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                ((state >> 33) % below) as usize
            };
            let mut range = || {
                let start = draw(5);
                (start, start + draw(5))
            };
            let outer = region(&[range(), range(), range()]);
            let inner = region(&[range(), range(), range()]);
            let mut seen = vec![0; 1000];
            let mut count = |part: Region| {
                for i in part.start[0]..part.end[0] {
                    for j in part.start[1]..part.end[1] {
                        for k in part.start[2]..part.end[2] {
                            seen[(i * 10 + j) * 10 + k] += 1;
                        }
                    }
                }
            };
            let rest = outer.peel(&inner, |part, _, _| count(part));
            count(rest);
            for i in 0..10 {
                for j in 0..10 {
                    for k in 0..10 {
                        let inside = [i, j, k]
                            .iter()
                            .enumerate()
                            .all(|(axis, &v)| (outer.start[axis]..outer.end[axis]).contains(&v));
                        assert_eq!(seen[(i * 10 + j) * 10 + k], usize::from(inside), "{outer:?} {inner:?}");
                    }
                }
            }
            if !rest.is_empty() {
                assert_eq!(rest, outer.intersect(&inner));
            }
        }
    }

    #[test]
    fn blocks_partition_the_region() {
        let whole = region(&[(1, 6), (0, 7)]);
        let mut cells = 0;
        let mut extent = [1; MAX_RANK];
        extent[0] = 2;
        extent[1] = 3;
        whole.blocks(&extent, |block| cells += block.cells());
        assert_eq!(cells, 35);
    }

    #[test]
    fn leading_visits_in_order() {
        let mut seen = Vec::new();
        region(&[(0, 2), (3, 5), (7, 9)]).leading(2, |index| seen.push([index[0], index[1], index[2]]));
        assert_eq!(seen, [[0, 3, 7], [0, 4, 7], [1, 3, 7], [1, 4, 7]]);
    }
}
