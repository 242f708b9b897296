//! A slab in coordinates of its own, and its boxes: `near`, whose footprints lie inside, and those at the edges.

use super::Outline;
use super::slab::Slab;
use crate::MAX_RANK;
use crate::region::Region;

/// Where a slab's arrays, its outputs and its evaluated points are. Coordinates are local: of the slab's inputs, unless
/// they are said to be of the outputs, whose first cell is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) rank: usize,
    /// Cells of the inputs that lie in order.
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
    /// How far any input is read.
    reach: [[usize; 2]; MAX_RANK],
}

impl Area {
    pub(crate) fn new(outline: &Outline<'_>, slab: &Slab) -> Area {
        let extent = &outline.extent;
        let mut area = Area {
            rank: outline.rank,
            size: outline.shape,
            lead: extent.written.start,
            low: extent.evaluated.start,
            high: extent.evaluated.end,
            written: std::array::from_fn(|axis| extent.written.len(axis)),
            shift: [0; MAX_RANK],
            reach: std::array::from_fn(|axis| [outline.reach(axis, 0), outline.reach(axis, 1)]),
        };
        let start = slab.main.start;
        area.size[0] = slab.main.len();
        area.lead[0] = slab.rows.start + outline.lead(0) - start;
        area.low[0] = area.low[0].saturating_sub(start);
        area.high[0] = area.high[0].saturating_sub(start);
        area.written[0] = slab.rows.len();
        area.shift[0] = start;
        area
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
        // A block is whole words, of the inputs too.
        let (start, end) = (near.start[last].next_multiple_of(cells), near.end[last] / cells * cells);
        let fit = self.lead[last].is_multiple_of(cells) && start < end;
        near = near.with(last, if fit { start..end } else { 0..0 });
        if let Some(axis) = last.checked_sub(1) {
            near.end[axis] = near.start[axis] + near.len(axis) / rows * rows;
        }
        near
    }

    /// The box of `near`, which may be empty, and those of `edge`, which together are all points of the outputs.
    pub(crate) fn boxes(&self, rows: usize, cells: usize) -> (Region, Vec<Region>) {
        let whole = Region::whole(&self.written[..self.rank]);
        let near = self.near(rows, cells);
        if whole.is_empty() {
            return (whole, Vec::new());
        }
        if near.is_empty() {
            return (whole.with(0, 0..0), vec![whole]);
        }
        let mut edges = Vec::new();
        let near = whole.peel(&near, |part, _, _| edges.push(part));
        (near, edges)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::boundary::{IntoRules, RawRules, RuleSet, Rules};
    use crate::exec::plan::{Extent, Facts};
    use crate::exec::raw::{RawInput, RawInputs};
    use crate::halo::Cost;
    use crate::{Boundary, Halo, MAX_INPUTS, Rim, Schedule};

    pub(crate) fn rules<const N: usize>(boundary: impl IntoRules<u8, u8, N>) -> RawRules {
        // Constants are not followed.
        let rules: Rules<u8, u8, N> = boundary.into_rules();
        rules.erase()
    }

    pub(crate) fn outline<'a>(rules: &'a RawRules, shape: &[usize], halo: &[[usize; 2]]) -> Outline<'a> {
        let mut full = [1; MAX_RANK];
        full[..shape.len()].copy_from_slice(shape);
        let mut sides = Halo::NONE;
        sides.sides[..halo.len()].copy_from_slice(halo);
        let mut inputs = RawInputs::default();
        inputs.push(RawInput::of_shape(full));
        let facts = Facts {
            rank: shape.len(),
            rules,
            halos: [sides; MAX_INPUTS],
            inputs: &inputs,
            largest_output: 1,
            cost: Cost { reads: 1, shared: 0, operations: 1 },
            schedule: Schedule::new(),
        };
        let extent = Extent::new(&facts);
        Outline { rank: shape.len(), inputs: 1, shape: full, halos: facts.halos, rules, extent }
    }

    fn boxes_of(
        rules: &RawRules,
        shape: &[usize],
        halo: &[[usize; 2]],
        rows: usize,
        cells: usize,
    ) -> (Area, Region, Vec<Region>) {
        let outline = outline(rules, shape, halo);
        let slab = Slab::new(&outline, 0..outline.extent.written.len(0));
        let area = Area::new(&outline, &slab);
        let (near, edges) = area.boxes(rows, cells);
        (area, near, edges)
    }

    #[test]
    fn near_is_whole_blocks_inside() {
        let rules = rules::<2>(Boundary::Nearest);
        let (_, near, edges) = boxes_of(&rules, &[20, 30], &[[1, 1], [2, 1]], 4, 4);
        assert_eq!((near.start[..2].to_vec(), near.end[..2].to_vec()), (vec![1, 4], vec![17, 28]));
        let starts: Vec<_> =
            edges.iter().map(|edge| (edge.start[0], edge.start[1], edge.len(0), edge.len(1))).collect();
        assert_eq!(starts, [(0, 0, 1, 30), (17, 0, 3, 30), (1, 0, 16, 4), (1, 28, 16, 2)]);
    }

    #[test]
    fn columns_out_of_step_are_all_edge() {
        let rules = rules::<2>(Rim::Shrink);
        let (area, near, edges) = boxes_of(&rules, &[20, 30], &[[1, 1], [1, 1]], 1, 4);
        assert_eq!((area.lead[..2].to_vec(), near.is_empty(), edges.len()), (vec![1, 1], true, 1));
        let (_, near, _) = boxes_of(&rules, &[20, 30], &[[1, 1], [1, 1]], 1, 1);
        assert_eq!((near.len(0), near.len(1)), (18, 28));
    }

    #[test]
    fn boxes_cover_every_cell_once_and_start_at_words() {
        let all = [rules::<3>(Boundary::Wrap), rules::<3>(Rim::Shrink), rules::<3>(Rim::Keep)];
        for (case, (rows, cells)) in (0..300).zip([(1, 1), (4, 1), (2, 4), (1, 2)].into_iter().cycle()) {
            let draw = |of: usize| (case * 7919 + of * 104_729) / 13;
            let shape = [1 + draw(1) % 5, 1 + draw(2) % 17, 1 + draw(3) % 23];
            let halo = [0, 1, 2].map(|axis| [draw(axis + 4) % 3, draw(axis + 7) % 4]);
            for rules in &all {
                let (area, near, edges) = boxes_of(rules, &shape, &halo, rows, cells);
                let mut seen = vec![0; area.written[..3].iter().product()];
                for part in edges.iter().chain([&near]).filter(|part| !part.is_empty()) {
                    assert_eq!(part.start[2] % cells, 0);
                    for i in part.start[0]..part.end[0] {
                        for j in part.start[1]..part.end[1] {
                            for k in part.start[2]..part.end[2] {
                                seen[(i * area.written[1] + j) * area.written[2] + k] += 1;
                            }
                        }
                    }
                }
                assert!(seen.iter().all(|&count| count == 1), "{shape:?} {halo:?}");
            }
        }
    }
}
