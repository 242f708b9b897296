//! Parts of a stencil's call.

use std::ops::Range;

use super::StencilGeometry;
use super::held::{Along, Held};
use crate::geometry::{Ranges, Region, needed};

/// Cells of the outputs, and the cells of the inputs that they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The cells of the outputs, in coordinates of the inputs.
    pub(crate) region: Region,
    /// The cells of each input. Along the last axis they are whole words.
    pub(crate) inputs: Vec<Held>,
    /// The cells around the region that any input is read at without a rule. The shader's coordinates of inputs begin here.
    pub(crate) frame: Region,
}

impl Part {
    pub(crate) fn new(outline: &StencilGeometry<'_>, region: Region) -> Part {
        let last = region.rank - 1;
        let mut frame = region;
        let mut inputs = Vec::new();
        for input in 0..outline.reads.inputs {
            let mut held = Vec::with_capacity(region.rank);
            for (axis, points) in region.ranges().enumerate() {
                let n = outline.domain.shape[axis];
                let (main, far) = needed(&outline.reads, input, axis, n, points);
                let unit = if axis == last { outline.unit } else { 1 };
                let main = whole(&main, unit);
                let mut far: Vec<_> = far.iter().map(|range| whole(range, unit)).collect();
                far.dedup_by(|next, range| {
                    let touches = next.start <= range.end;
                    range.end = if touches { next.end } else { range.end };
                    touches
                });
                frame.start[axis] = frame.start[axis].min(main.start);
                frame.end[axis] = frame.end[axis].max(main.end).min(n);
                held.push(Along { main, far });
            }
            inputs.push(Held(held));
        }
        Part { region, inputs, frame }
    }

    /// The cells of the outputs, in coordinates of those.
    pub(crate) fn written(&self, outline: &StencilGeometry<'_>) -> Ranges {
        let lead = |axis| outline.lead(axis);
        self.region.ranges().enumerate().map(|(axis, range)| range.start - lead(axis)..range.end - lead(axis)).collect()
    }

    /// The place at which an input begins along an axis, in the shader's coordinates.
    pub(crate) fn lead(&self, input: usize, axis: usize) -> usize {
        self.inputs[input].start(axis) - self.frame.start[axis]
    }

    /// The place of an index of an input in the shader's coordinates, if it is there.
    pub(crate) fn place(&self, input: usize, axis: usize, index: usize) -> Option<usize> {
        self.inputs[input].place(axis, index).map(|place| self.lead(input, axis) + place)
    }
}

/// The range whose ends are multiples of `unit` around another one.
fn whole(range: &Range<usize>, unit: usize) -> Range<usize> {
    range.start / unit * unit..range.end.next_multiple_of(unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)] // boxes of one axis

    use super::*;
    use crate::boundary::RawRules;
    use crate::geometry::split;
    use crate::gpu::geometry::area::tests::{outline_of, rules};
    use crate::gpu::geometry::held::tests::of_axes;
    use crate::{Boundary, Rim};
    use stencil_abi::ElementType;

    /// Parts of at most so many cells of an input, cut at multiples of `units`; all of the outputs are in one of them.
    fn parts(outline: &StencilGeometry<'_>, limit: usize, units: &[usize]) -> Vec<Part> {
        let whole: Vec<_> = outline.domain.written.ranges().collect();
        let cells_of = |part: &Part| {
            part.inputs.iter().map(|held| held.form(ElementType::U32).shape.iter().product::<usize>()).max()
        };
        let load = |cells: &[_]| {
            let cells = cells_of(&Part::new(outline, Region::of(cells))).expect("an input");
            cells as f64 / limit as f64
        };
        let parts = split(&whole, units, &load).unwrap_or_default();
        parts.iter().map(|part| Part::new(outline, Region::of(part))).collect()
    }

    /// Each cell that is read at a point of a part is where the shader looks for it.
    fn assert_held(outline: &StencilGeometry<'_>, part: &Part) {
        let rank = outline.domain.rank;
        assert!(part.frame.start[rank - 1].is_multiple_of(outline.unit));
        for input in 0..outline.reads.inputs {
            assert!(part.inputs[input].start(rank - 1).is_multiple_of(outline.unit));
            for axis in 0..rank {
                let [before, after] = outline.reads.halo(input).axis(axis);
                let n = outline.domain.shape[axis];
                let (start, end) = (part.region.start[axis] as isize, part.region.end[axis] as isize);
                for index in start - before as isize..end + after as isize {
                    let Some(cell) = outline.reads.source(input, axis, index, n) else { continue };
                    let place = part.place(input, axis, cell);
                    assert!(place.is_some(), "{part:?}: input {input} at {index} of axis {axis}");
                    // Inside of the array nothing is looked up.
                    if (0..n as isize).contains(&index) {
                        let frame = part.frame.start[axis]..part.frame.end[axis];
                        assert!(frame.contains(&cell) && place == Some(cell - frame.start), "{part:?} {index}");
                    } else {
                        // What is looked up has an index outside of the frame, counted from that end of it.
                        let near = if index < 0 { part.frame.start[axis] == 0 } else { part.frame.end[axis] == n };
                        assert!(near, "{part:?} {index}");
                    }
                }
            }
        }
    }

    #[test]
    fn parts_hold_what_they_read_whatever_the_rules() {
        fn all<const N: usize>() -> Vec<RawRules> {
            let elsewhere = |index: isize, len: usize| (index * 7 + 3).rem_euclid(len as isize);
            vec![
                rules::<N>(Boundary::Nearest),
                rules::<N>(Boundary::Reflect),
                rules::<N>(Boundary::Mirror),
                rules::<N>(Boundary::Wrap),
                rules::<N>(Boundary::Constant(1)),
                rules::<N>(Boundary::With(elsewhere)),
                rules::<N>(Rim::Keep),
                rules::<N>(Rim::Shrink),
                rules::<N>(Rim::Fill(3)),
            ]
        }
        let of_rank = [all::<1>(), all::<2>(), all::<3>(), all::<4>()];
        let mut cut = [false; 4];
        for case in 0..600usize {
            let draw = |of: usize| (case * 7919 + of * 104_729) / 13;
            let rank = 1 + case % 4;
            let longest = [60, 14, 9, 6][rank - 1];
            let shape: Vec<usize> = (0..rank).map(|axis| 1 + draw(axis) % longest).collect();
            let halo =
                |input: usize| (0..rank).map(|axis| [draw(axis + input) % 3, draw(axis + 5 * input) % 4]).collect();
            let halos: Vec<Vec<[usize; 2]>> = (0..1 + case % 2).map(halo).collect();
            for rules in &of_rank[rank - 1] {
                let outline = outline_of(rules, &shape, &halos, [1, 2, 4][draw(21) % 3]);
                // As they are cut, and as the chunks of jobs are.
                for units in [outline.units(), vec![1; rank]] {
                    let parts = parts(&outline, 30 + draw(31) % 500, &units);
                    let mut cells = 0;
                    for part in &parts {
                        assert_held(&outline, part);
                        cells += part.region.cells();
                        for axis in 0..rank {
                            cut[axis] |= part.region.len(axis) < outline.domain.written.len(axis);
                        }
                    }
                    assert!(parts.is_empty() || cells == outline.domain.written.cells());
                }
            }
        }
        assert_eq!(cut, [true; 4]);
    }

    #[test]
    fn the_other_end_comes_behind() {
        let rules = rules::<2>(Boundary::Wrap);
        let outline = outline_of(&rules, &[10, 50], &[vec![[2, 1], [1, 1]]], 4);
        let part = Part::new(&outline, Region::of(&[0..2, 40..48]));
        assert_eq!(part.inputs, [of_axes([(0..3, &[8..10]), (36..52, &[])])]);
        assert_eq!(part.place(0, 0, 9), Some(4));
        let part = Part::new(&outline, Region::of(&[4..6, 48..50]));
        assert_eq!(part.inputs, [of_axes([(2..7, &[]), (44..52, &[0..4])])]);
        assert_eq!((part.place(0, 1, 0), part.frame.end[1]), (Some(8), 50));
    }

    #[test]
    fn cells_that_a_function_leads_to_are_held_one_by_one() {
        let rules = rules::<1>(Boundary::With(|index, _| if index == -1 { 40 } else { 80 }));
        let outline = outline_of(&rules, &[100], &[vec![[3, 0]]], 2);
        let part = Part::new(&outline, Region::of(&[0..4]));
        assert_eq!(part.inputs, [of_axes([(0..4, &[40..42, 80..82])])]);
    }

    #[test]
    fn halos_are_those_of_each_input() {
        let rules = rules::<1>(Boundary::Mirror);
        let outline = outline_of(&rules, &[100], &[vec![[9, 0]], vec![[0, 2]]], 1);
        let part = Part::new(&outline, Region::of(&[40..50]));
        assert_eq!(part.inputs, [Held::of([31..50]), Held::of([40..52])]);
        assert_eq!((part.frame.start[0], part.frame.end[0], part.lead(1, 0)), (31, 52, 9));
    }
}
