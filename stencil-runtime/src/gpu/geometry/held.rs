//! The cells of an array that memory of their own holds.

use std::ops::Range;

use crate::geometry::{Ranges, Region};
use crate::gpu::form::Form;
use stencil_abi::ElementType;

/// The indices of an array that memory holds, for each axis. The cells lie there as those of a smaller array do.
///
/// The ranges of an axis lie one behind the other. One may end behind the array, so that what follows it begins with a
/// word: nothing lies there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held(pub(crate) Vec<Vec<Range<usize>>>);

impl Held {
    /// A box.
    pub(crate) fn of(ranges: impl IntoIterator<Item = Range<usize>>) -> Held {
        Held(ranges.into_iter().map(|range| vec![range]).collect())
    }

    /// The form of the memory.
    pub(crate) fn form(&self, scalar: ElementType) -> Form {
        Form::new(&self.0.iter().map(|ranges| ranges.iter().map(Range::len).sum()).collect::<Vec<_>>(), scalar)
    }

    /// The first index along an axis.
    pub(crate) fn start(&self, axis: usize) -> usize {
        self.0[axis][0].start
    }

    /// The first and the last cell in an array of this shape; none where cells do not lie there in order.
    pub(crate) fn corners(&self, shape: &[usize]) -> Option<[Vec<usize>; 2]> {
        let first = (0..shape.len()).map(|axis| self.start(axis)).collect();
        let last = self.0.iter().zip(shape).map(|(ranges, n)| ranges[0].end.min(*n) - 1).collect();
        self.0.iter().all(|ranges| ranges.len() == 1).then_some([first, last])
    }

    /// The place of an index along an axis, if it is there.
    pub(crate) fn place(&self, axis: usize, index: usize) -> Option<usize> {
        pieces(&self.0[axis]).find(|(_, range)| range.contains(&index)).map(|(at, range)| at + index - range.start)
    }

    /// What of the places `within` is held of an array of this shape: boxes of the array, each with its place behind the
    /// start of `within`.
    pub(crate) fn boxes(&self, shape: &[usize], within: &[Range<usize>]) -> Vec<(Vec<usize>, Ranges)> {
        let mut boxes = vec![(Vec::new(), Ranges::new())];
        for ((own, n), within) in self.0.iter().zip(shape).zip(within) {
            let ranges: Vec<(usize, Range<usize>)> = pieces(own)
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
    pub(crate) fn runs(&self, array: &Form) -> Vec<Run> {
        let (form, last) = (self.form(array.scalar), array.shape.len() - 1);
        let mut runs: Vec<Run> = Vec::new();
        for (place, cells) in self.boxes(&array.shape, &form.whole()) {
            let words = Form::of_box(&cells[last..], array.scalar).row_words();
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

/// The ranges of an axis, each with its place.
fn pieces(ranges: &[Range<usize>]) -> impl Iterator<Item = (usize, Range<usize>)> {
    ranges.iter().scan(0, |end, range| {
        let at = *end;
        *end += range.len();
        Some((at, range.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_hold_each_place_once() {
        let held = Held(vec![vec![2..5, 8..9, 9..10], vec![4..8], vec![4..12, 0..4]]);
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
        let array = Form::new(&[10, 6, 7], ElementType::U16);
        let run = |from, to, words| Run { from, to, words };
        let held = Held(vec![vec![0..3, 8..10], vec![0..6], vec![0..8]]);
        assert_eq!(held.runs(&array), [run(0, 0, 3 * 24), run(8 * 24, 3 * 24, 2 * 24)]);
        let held = Held::of([4..6, 1..4, 0..8]);
        assert_eq!(held.runs(&array), [run(100, 0, 12), run(124, 12, 12)]);
        let held = Held(vec![vec![4..5], vec![1..3], vec![4..8, 0..2]]);
        assert_eq!(held.runs(&array), [run(102, 0, 2), run(106, 3, 2), run(100, 2, 1), run(104, 5, 1)]);
    }
}
