//! A part in coordinates of its own: the box of `near`, whose footprints lie inside, and what lies beside it.

use super::StencilGeometry;
use super::part::Part;
use crate::MAX_RANK;
use crate::geometry::Region;

/// The places of a part's arrays, its outputs and its evaluated points. Coordinates are local: of the part's frame,
/// unless they are said to be of the outputs, whose first cell is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) rank: usize,
    /// Cells of the frame.
    pub(crate) size: [usize; MAX_RANK],
    /// Input coordinate minus output coordinate.
    pub(crate) lead: [usize; MAX_RANK],
    /// Evaluated points.
    pub(crate) low: [usize; MAX_RANK],
    pub(crate) high: [usize; MAX_RANK],
    /// The outputs' lengths.
    pub(crate) written: [usize; MAX_RANK],
    /// Global minus local coordinate.
    pub(crate) shift: [usize; MAX_RANK],
    /// The farthest that any input is read.
    reach: [[usize; 2]; MAX_RANK],
}

impl Area {
    pub(crate) fn new(outline: &StencilGeometry<'_>, part: &Part) -> Area {
        let (evaluated, shift) = (&outline.domain.evaluated, part.frame.start);
        Area {
            rank: outline.domain.rank,
            size: std::array::from_fn(|axis| part.frame.len(axis)),
            lead: std::array::from_fn(|axis| part.region.start[axis] - shift[axis]),
            low: std::array::from_fn(|axis| evaluated.start[axis].saturating_sub(shift[axis])),
            high: std::array::from_fn(|axis| evaluated.end[axis].saturating_sub(shift[axis])),
            written: std::array::from_fn(|axis| part.region.len(axis)),
            shift,
            reach: std::array::from_fn(|axis| [outline.reads.reach(axis, 0), outline.reads.reach(axis, 1)]),
        }
    }

    /// The points, in coordinates of the outputs, that `near` computes in blocks of `rows` and `cells`.
    fn near(&self, rows: usize, cells: usize) -> Region {
        let last = self.rank - 1;
        let mut near = Region::whole(&self.written[..self.rank]);
        for axis in 0..self.rank {
            let [before, after] = self.reach[axis];
            let start = self.low[axis].max(before).saturating_sub(self.lead[axis]);
            let end = self.high[axis].min(self.size[axis].saturating_sub(after)).saturating_sub(self.lead[axis]);
            near = near.with(axis, start..end.min(self.written[axis]).max(start));
        }
        // A block is whole words of the outputs.
        let (start, end) = (near.start[last].next_multiple_of(cells), near.end[last] / cells * cells);
        near = near.with(last, start..end.max(start));
        if let Some(axis) = last.checked_sub(1) {
            near.end[axis] = near.start[axis] + near.len(axis) / rows * rows;
        }
        near
    }

    /// The box of `near`, which is empty along the first axis where it has no cells.
    pub(crate) fn inner(&self, rows: usize, cells: usize) -> Region {
        let near = self.near(rows, cells);
        if near.is_empty() { Region::whole(&self.written[..self.rank]).with(0, 0..0) } else { near }
    }

    /// The invocations of `edge`, for each axis, for the cells that lie beside `inner` along it or along an axis in front
    /// of it. Each has so many `cells` along the last axis.
    ///
    /// Invocations are numbered row by row in boxes: first the cells beside `inner` along the first axis, then those
    /// beside it along the second axis that are in it along the first, and so on.
    pub(crate) fn shells(&self, inner: &Region, cells: usize) -> [usize; MAX_RANK] {
        let blocks = |axis: usize, n: usize| if axis + 1 == self.rank { n.div_ceil(cells) } else { n };
        let mut shells = [0; MAX_RANK];
        let mut count = 0;
        for axis in 0..self.rank {
            let inside: usize = (0..axis).map(|axis| inner.len(axis)).product();
            let beside = blocks(axis, self.written[axis] - inner.len(axis));
            let across: usize = (axis + 1..self.rank).map(|axis| blocks(axis, self.written[axis])).product();
            count += inside * beside * across;
            shells[axis] = count;
        }
        shells
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::boundary::{IntoRules, RawRule, RawRules, RuleSet, Rules};
    use crate::geometry::{Domain, Reads};
    use crate::{Boundary, Halo, MAX_INPUTS, Rim};

    pub(crate) fn rules<const N: usize>(boundary: impl IntoRules<u8, u8, N>) -> RawRules {
        // Constants are not followed.
        let rules: Rules<u8, u8, N> = boundary.into_rules();
        let mut raw = rules.erase();
        let nearest = [[RawRule::Nearest; 2]; MAX_RANK];
        raw.inputs.extend(std::iter::repeat_n(nearest, MAX_INPUTS - 1));
        raw
    }

    pub(crate) fn outline_of<'a>(
        rules: &'a RawRules,
        shape: &[usize],
        halos: &[Vec<[usize; 2]>],
        unit: usize,
    ) -> StencilGeometry<'a> {
        let mut full = [1; MAX_RANK];
        full[..shape.len()].copy_from_slice(shape);
        let mut all = vec![Halo::NONE; halos.len()];
        for (one, halo) in all.iter_mut().zip(halos) {
            one.sides[..halo.len()].copy_from_slice(halo);
        }
        let reads = Reads { rank: shape.len(), inputs: halos.len(), halos: all.leak(), rules, stride: &[] };
        StencilGeometry { reads, domain: Domain::new(&reads, &full), unit }
    }

    pub(crate) fn outline<'a>(rules: &'a RawRules, shape: &[usize], halo: &[[usize; 2]]) -> StencilGeometry<'a> {
        outline_of(rules, shape, &[halo.to_vec()], 1)
    }

    fn inner_of(rules: &RawRules, shape: &[usize], halo: &[[usize; 2]], rows: usize, cells: usize) -> (Area, Region) {
        let outline = outline(rules, shape, halo);
        let area = Area::new(&outline, &Part::new(&outline, outline.domain.written));
        (area, area.inner(rows, cells))
    }

    /// The first cell of an invocation of `edge`, as the shader finds it.
    fn cell(area: &Area, inner: &Region, shells: &[usize], cells: usize, number: usize) -> [usize; MAX_RANK] {
        let rank = area.rank;
        let inside = |axis: usize| number >= shells[axis];
        let unit = |axis: usize| if axis + 1 == rank { cells } else { 1 };
        let mut rest = number - (0..rank - 1).filter(|&axis| inside(axis)).map(|axis| shells[axis]).max().unwrap_or(0);
        let mut cell = [0; MAX_RANK];
        for axis in (0..rank).rev() {
            let within = axis + 1 < rank && inside(axis);
            let beside = !within && (axis == 0 || inside(axis - 1));
            let n = match (within, beside) {
                (true, _) => inner.len(axis),
                (_, true) => (area.written[axis] - inner.len(axis)).div_ceil(unit(axis)),
                _ => area.written[axis].div_ceil(unit(axis)),
            };
            let index = if axis == 0 { rest } else { rest % n } * unit(axis);
            rest /= n;
            cell[axis] = match (within, beside) {
                (true, _) => inner.start[axis] + index,
                (_, true) if index >= inner.start[axis] => index + inner.len(axis),
                _ => index,
            };
        }
        cell
    }

    #[test]
    fn near_is_whole_blocks_inside() {
        let rules = rules::<2>(Boundary::Nearest);
        let (area, near) = inner_of(&rules, &[20, 30], &[[1, 1], [2, 1]], 4, 4);
        assert_eq!((near.start[..2].to_vec(), near.end[..2].to_vec()), (vec![1, 4], vec![17, 28]));
        // Four rows of eight words, then two words beside each of sixteen rows.
        assert_eq!(area.shells(&near, 4)[..2], [4 * 8, 4 * 8 + 16 * 2]);
    }

    #[test]
    fn smaller_outputs_have_blocks_too() {
        let rules = rules::<2>(Rim::Shrink);
        let (area, near) = inner_of(&rules, &[20, 31], &[[1, 1], [1, 1]], 1, 4);
        assert_eq!((area.lead[..2].to_vec(), near.len(0), near.len(1)), (vec![1, 1], 18, 28));
        assert_eq!(area.shells(&near, 4)[..2], [0, 18]);
        let (_, near) = inner_of(&rules, &[20, 30], &[[1, 1], [1, 1]], 1, 1);
        assert_eq!((near.len(0), near.len(1)), (18, 28));
    }

    /// Counts how often each cell is computed.
    fn covers(rules: &RawRules, shape: &[usize], halo: &[[usize; 2]], rows: usize, cells: usize) {
        let (area, near) = inner_of(rules, shape, halo, rows, cells);
        let (rank, written) = (area.rank, &area.written[..area.rank]);
        let shells = area.shells(&near, cells);
        let mut seen = vec![0; written.iter().product()];
        let at = |cell: &[usize]| (0..rank).fold(0, |at, axis| at * written[axis] + cell[axis]);
        near.leading(rank, |cell| seen[at(cell)] += 1);
        for number in 0..shells[rank - 1] {
            let mut cell = cell(&area, &near, &shells, cells, number);
            assert_eq!(cell[rank - 1] % cells, 0);
            let end = written[rank - 1].min(cell[rank - 1] + cells);
            while cell[rank - 1] < end {
                seen[at(&cell)] += 1;
                cell[rank - 1] += 1;
            }
        }
        assert!(seen.iter().all(|&count| count == 1), "{shape:?} {halo:?} {near:?} {shells:?}");
    }

    #[test]
    fn near_and_edge_cover_every_cell_once_and_start_at_words() {
        fn all<const N: usize>() -> [RawRules; 3] {
            [rules::<N>(Boundary::Wrap), rules::<N>(Rim::Shrink), rules::<N>(Rim::Keep)]
        }
        let of_rank = [all::<1>(), all::<2>(), all::<3>(), all::<4>()];
        for (case, (rows, cells)) in (0..400).zip([(1, 1), (4, 1), (2, 4), (1, 2)].into_iter().cycle()) {
            let draw = |of: usize| (case * 7919 + of * 104_729) / 13;
            let rank = 1 + case / 4 % 4;
            let lengths = [1 + draw(3) % 23, 1 + draw(2) % 13, 1 + draw(1) % 5, 1 + draw(11) % 4];
            let shape: Vec<usize> = (0..rank).map(|axis| lengths[rank - 1 - axis]).collect();
            let halo: Vec<_> = (0..rank).map(|axis| [draw(axis + 4) % 3, draw(axis + 7) % 4]).collect();
            for rules in &of_rank[rank - 1] {
                covers(rules, &shape, &halo, if rank == 1 { 1 } else { rows }, cells);
            }
        }
    }
}
