//! The cells of an array that memory of their own holds.

use std::ops::Range;

use crate::MAX_RANK;
use crate::geometry::{Ranges, Region};
use crate::gpu::layout::DeviceLayout;
use stencil_abi::ElementType;

/// The indices of an array that memory holds, for each axis. The cells lie there as those of a smaller array do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held(pub(crate) Vec<Along>);

/// Indices along an axis: a range, and others, which lie behind it one after the other.
///
/// A range may end behind the array, so that what follows it begins with a word: nothing lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Along {
    pub(crate) main: Range<usize>,
    pub(crate) far: Vec<Range<usize>>,
}

impl Along {
    pub(crate) fn of(main: Range<usize>) -> Along {
        Along { main, far: Vec::new() }
    }

    /// The ranges, each with its place.
    fn pieces(&self) -> impl Iterator<Item = (usize, &Range<usize>)> {
        std::iter::once(&self.main).chain(&self.far).scan(0, |end, range| {
            let at = *end;
            *end += range.len();
            Some((at, range))
        })
    }
}

impl Held {
    /// A box.
    pub(crate) fn of(ranges: impl IntoIterator<Item = Range<usize>>) -> Held {
        Held(ranges.into_iter().map(Along::of).collect())
    }

    /// The form of the memory.
    pub(crate) fn form(&self, scalar: ElementType) -> DeviceLayout {
        let len = |along: &Along| along.pieces().map(|(_, range)| range.len()).sum();
        DeviceLayout { shape: self.0.iter().map(len).collect(), scalar }
    }

    /// The first index along an axis.
    pub(crate) fn start(&self, axis: usize) -> usize {
        self.0[axis].main.start
    }

    /// The first and the last cell in an array of this shape; none where cells do not lie there in order.
    pub(crate) fn corners(&self, shape: &[usize]) -> Option<[[usize; MAX_RANK]; 2]> {
        let mut corners = [[0; MAX_RANK]; 2];
        for (axis, (along, n)) in self.0.iter().zip(shape).enumerate() {
            if !along.far.is_empty() {
                return None;
            }
            (corners[0][axis], corners[1][axis]) = (along.main.start, along.main.end.min(*n) - 1);
        }
        Some(corners)
    }

    /// The place of an index along an axis, if it is there.
    pub(crate) fn place(&self, axis: usize, index: usize) -> Option<usize> {
        let mut pieces = self.0[axis].pieces();
        pieces.find(|(_, range)| range.contains(&index)).map(|(at, range)| at + index - range.start)
    }

    /// The boxes of an array of this shape that are held in the places `within`, each with its place behind the
    /// start of `within`.
    pub(crate) fn boxes(&self, shape: &[usize], within: &[Range<usize>]) -> Vec<(Vec<usize>, Ranges)> {
        let mut boxes = vec![(Vec::new(), Ranges::new())];
        for ((own, n), within) in self.0.iter().zip(shape).zip(within) {
            let ranges: Vec<(usize, Range<usize>)> = own
                .pieces()
                .map(|(at, range)| {
                    let first = within.start.max(at);
                    let end = within.end.min(at + range.len());
                    (
                        first.saturating_sub(within.start),
                        range.start + first - at..(range.start + end.max(at) - at).min(*n),
                    )
                })
                .filter(|(_, range)| !range.is_empty())
                .collect();
            let longer = |(place, cells): &(Vec<usize>, Ranges)| {
                let (place, cells) = (place.clone(), cells.clone());
                let with = move |(at, range): &(usize, Range<usize>)| {
                    ([&place[..], &[*at]].concat(), cells.iter().chain([range]).cloned().collect())
                };
                ranges.iter().map(with).collect::<Vec<_>>()
            };
            boxes = boxes.iter().flat_map(longer).collect();
        }
        boxes
    }

    /// The words of an array that are held, where both begin with whole words along the last axis.
    pub(crate) fn runs(&self, array: &DeviceLayout) -> Vec<Run> {
        let Some(last) = array.shape.len().checked_sub(1) else { return vec![Run { from: 0, to: 0, words: 1 }] };
        let form = self.form(array.scalar);
        let mut runs: Vec<Run> = Vec::new();
        for (place, cells) in self.boxes(&array.shape, &form.whole()) {
            let words = DeviceLayout::of_box(&cells[last..], array.scalar).row_words();
            Region::of(&cells).leading(last, |index| {
                let at: Vec<usize> = (0..=last).map(|axis| place[axis] + index[axis] - cells[axis].start).collect();
                let row = Run { from: array.word(&index[..=last]), to: form.word(&at), words };
                match runs.last_mut() {
                    Some(run) if (run.from + run.words, run.to + run.words) == (row.from, row.to) => run.words += words,
                    _ => runs.push(row),
                }
            });
        }
        runs
    }
}

/// Words that follow each other in an array and in memory of a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) words: usize,
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::single_range_in_vec_init)] // indices that are one range

    use super::*;

    /// A range and others, for each axis.
    pub(crate) fn of_axes<const N: usize>(axes: [(Range<usize>, &[Range<usize>]); N]) -> Held {
        Held(axes.map(|(main, far)| Along { main, far: far.to_vec() }).to_vec())
    }

    #[test]
    fn boxes_hold_each_place_once() {
        let held = of_axes([(2..5, &[8..9, 9..10]), (4..8, &[]), (4..12, &[0..4])]);
        let shape = [10, 9, 11];
        let form = held.form(ElementType::U8);
        assert_eq!(form.shape, [5, 4, 12]);
        for within in [form.whole(), vec![2..4, 1..3, 6..12], vec![3..4, 0..4, 0..8], vec![0..1, 0..1, 11..12]] {
            let mut seen = 0;
            for (place, cells) in held.boxes(&shape, &within) {
                for axis in 0..3 {
                    for (offset, index) in cells[axis].clone().enumerate() {
                        let at = within[axis].start + place[axis] + offset;
                        assert_eq!((held.place(axis, index), within[axis].contains(&at)), (Some(at), true));
                    }
                }
                seen += cells.iter().map(|range| range.len()).product::<usize>();
            }
            // Place 7 of the last axis stands for index 11, which the array does not have.
            let real = within[2].clone().filter(|&at| at != 7).count();
            assert_eq!(seen, within[0].len() * within[1].len() * real, "{within:?}");
        }
    }

    #[test]
    fn rows_that_follow_each_other_are_one_run() {
        let array = DeviceLayout::new(&[10, 6, 7], ElementType::U16);
        let run = |from, to, words| Run { from, to, words };
        let held = of_axes([(0..3, &[8..10]), (0..6, &[]), (0..8, &[])]);
        assert_eq!(held.runs(&array), [run(0, 0, 3 * 24), run(8 * 24, 3 * 24, 2 * 24)]);
        let held = Held::of([4..6, 1..4, 0..8]);
        assert_eq!(held.runs(&array), [run(100, 0, 12), run(124, 12, 12)]);
        let held = of_axes([(4..5, &[]), (1..3, &[]), (4..8, &[0..2])]);
        assert_eq!(held.runs(&array), [run(102, 0, 2), run(106, 3, 2), run(100, 2, 1), run(104, 5, 1)]);
    }
}
