//! The whole that a kernel is applied to.

use std::ops::Range;

use super::{Reads, Region};
use crate::MAX_RANK;
use crate::boundary::RawRim;

/// All points of a call, whichever part of it is computed and wherever its cells are.
///
/// Points are numbered along each axis, and so are cells of the inputs. With a stride only some cells are points: the
/// point `k` of an axis lies at the cell `k * stride + phase`. Regions are of points unless they are said to be of cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain {
    pub(crate) rank: usize,
    /// The shape of the whole inputs, in cells.
    pub(crate) shape: [usize; MAX_RANK],
    /// The points that the whole outputs have.
    pub(crate) written: Region,
    /// The points at which the kernel is evaluated; the others of `written` are the rim.
    pub(crate) evaluated: Region,
    /// From one point to the next, in cells.
    pub(crate) stride: [usize; MAX_RANK],
    /// The cell of point 0, less than the stride.
    phase: [usize; MAX_RANK],
}

impl Domain {
    pub(crate) fn new(reads: &Reads<'_>, shape: &[usize; MAX_RANK]) -> Domain {
        let rank = reads.rank;
        let whole = Region::whole(&shape[..rank]);
        let mut stride = [1; MAX_RANK];
        stride[..reads.stride.len()].copy_from_slice(reads.stride);
        let mut domain = Domain { rank, shape: *shape, written: whole, evaluated: whole, stride, phase: [0; MAX_RANK] };
        for axis in 0..rank {
            let n = shape[axis];
            let low = reads.reach_by(axis, 0, |rule| rule.rim().is_some()).min(n);
            let high = reads.reach_by(axis, 1, |rule| rule.rim().is_some()).min(n);
            let shrinks = |side: usize| matches!(reads.rim(axis, side), Some(RawRim::Shrink));
            let shrunk = |side: usize, cells: usize| if shrinks(side) { cells } else { 0 };
            let start = shrunk(0, low);
            // The first cell that is written is a point.
            domain.phase[axis] = start % stride[axis];
            let evaluated = domain.points(axis, low..(n - high).max(low));
            let written = domain.points(axis, start..(n - shrunk(1, high)).max(start));
            domain.evaluated = domain.evaluated.with(axis, evaluated);
            domain.written = domain.written.with(axis, written);
        }
        domain
    }

    /// The shape of the whole outputs.
    pub(crate) fn output_shape(&self) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| self.written.len(axis))
    }

    /// The points among the cells of an axis.
    pub(crate) fn points(&self, axis: usize, cells: Range<usize>) -> Range<usize> {
        let first = |cell: usize| cell.saturating_sub(self.phase[axis]).div_ceil(self.stride[axis]);
        first(cells.start)..first(cells.end)
    }

    /// The cell that a point of an axis lies at.
    pub(crate) fn along(&self, axis: usize, point: usize) -> usize {
        point * self.stride[axis] + self.phase[axis]
    }

    /// The cell that a point lies at.
    pub(crate) fn cell(&self, point: &[usize; MAX_RANK]) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| self.along(axis, point[axis]))
    }

    /// The cells from the first point of an axis to the last, without those behind it.
    pub(crate) fn span(&self, axis: usize, points: Range<usize>) -> Range<usize> {
        let start = self.along(axis, points.start);
        if points.is_empty() { start..start } else { start..self.along(axis, points.end - 1) + 1 }
    }

    /// The cells from the first point of a region to the last, along each axis.
    pub(crate) fn cells(&self, points: &Region) -> Region {
        let mut cells = *points;
        for axis in 0..self.rank {
            cells = cells.with(axis, self.span(axis, points.start[axis]..points.end[axis]));
        }
        cells
    }

    /// Returns true when some cells between points are none.
    pub(crate) fn is_strided(&self) -> bool {
        self.stride != [1; MAX_RANK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{RawRule, RawRules};
    use crate::halo::Halo;

    /// Points are every so many cells from the first that is written on.
    #[test]
    fn points_are_every_so_many_cells() {
        for rule in [RawRule::Nearest, RawRule::Keep, RawRule::Shrink] {
            for (n, [before, after], stride) in cases() {
                let (rules, halo) = (RawRules::all(rule), Halo::new([[before, after]]));
                let reads =
                    |stride| Reads { rank: 1, inputs: 1, halos: std::slice::from_ref(&halo), rules: &rules, stride };
                let (plain, one) = (Domain::new(&reads(&[]), &shape(n)), [stride]);
                let domain = Domain::new(&reads(&one), &shape(n));
                let cells = |domain: &Domain, region: &Region| {
                    (region.start[0]..region.end[0]).map(|point| domain.along(0, point)).collect::<Vec<_>>()
                };
                let written: Vec<usize> = cells(&plain, &plain.written).into_iter().step_by(stride).collect();
                assert_eq!(cells(&domain, &domain.written), written, "{rule:?} {n} {before} {after} {stride}");
                let plain = cells(&plain, &plain.evaluated);
                let evaluated: Vec<usize> = written.into_iter().filter(|cell| plain.contains(cell)).collect();
                assert_eq!(cells(&domain, &domain.evaluated), evaluated, "{rule:?} {n} {before} {after} {stride}");
            }
        }
    }

    fn shape(n: usize) -> [usize; MAX_RANK] {
        [n, 1, 1, 1, 1, 1]
    }

    fn cases() -> impl Iterator<Item = (usize, [usize; 2], usize)> {
        let halos = [[0, 0], [1, 0], [2, 1], [5, 4]];
        (0..12).flat_map(move |n| halos.into_iter().flat_map(move |halo| (1..6).map(move |stride| (n, halo, stride))))
    }
}
