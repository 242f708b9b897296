//! Parts of a call along its first axis, for arrays that are too large for one binding.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Outline;

/// Rows of the outputs along the first axis, and the rows of the inputs that they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slab {
    /// In coordinates of the outputs.
    pub(crate) rows: Range<usize>,
    /// The rows of the inputs that lie in order, in coordinates of the inputs.
    pub(crate) main: Range<usize>,
    /// Further rows that boundary rules lead to; they lie behind the others.
    pub(crate) extra: Vec<Range<usize>>,
    /// What starts are multiples of: where the first axis is the last one, its cells are packed into words.
    unit: usize,
}

impl Slab {
    pub(crate) fn new(outline: &Outline<'_>, rows: Range<usize>) -> Slab {
        let unit = unit(outline);
        let n = outline.domain.shape[0];
        let (start, end) = (rows.start + outline.lead(0), rows.end + outline.lead(0));
        let first = start.saturating_sub(outline.reads.reach(0, 0)) / unit * unit;
        let last = (end + outline.reads.reach(0, 1)).next_multiple_of(unit).min(n);
        let main = first..last.max(first);
        let mut units = BTreeSet::new();
        for input in 0..outline.reads.inputs {
            let [before, after] = outline.reads.halo(input).axis(0);
            let low = start as isize - before as isize..0;
            let high = n as isize..(end + after) as isize;
            let sources =
                low.chain(high).filter_map(|index| outline.reads.source(input, 0, index, outline.domain.shape[0]));
            units.extend(sources.filter(|index| !main.contains(index)).map(|index| index / unit));
        }
        let mut extra: Vec<Range<usize>> = Vec::new();
        for at in units.into_iter().map(|number| number * unit) {
            match extra.last_mut() {
                Some(range) if range.end == at => range.end = (at + unit).min(n),
                _ => extra.push(at..(at + unit).min(n)),
            }
        }
        Slab { rows, main, extra, unit }
    }

    /// Slabs that cover all rows, as long as they may be; none where a few rows are too many.
    pub(crate) fn all(outline: &Outline<'_>, fits: impl Fn(&Slab) -> bool) -> Option<Vec<Slab>> {
        let (rows, unit) = (outline.domain.written.len(0), unit(outline));
        let mut slabs = Vec::new();
        let (mut start, mut longest) = (0, rows);
        while start < rows {
            let mut len = longest.min(rows - start);
            let slab = loop {
                let slab = Slab::new(outline, start..start + len);
                if fits(&slab) {
                    break slab;
                }
                if len <= unit {
                    return None;
                }
                len = (len / 2).next_multiple_of(unit).min(len - 1);
            };
            if start == 0 {
                longest = len;
            }
            start += len;
            slabs.push(slab);
        }
        Some(slabs)
    }

    /// Rows of the inputs, gaps included.
    pub(crate) fn len(&self) -> usize {
        self.pieces().last().map_or(0, |(at, piece)| at + piece.len())
    }

    /// The pieces of the inputs, each with its place in the slab.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        let mut at = 0;
        std::iter::once(&self.main).chain(&self.extra).map(move |piece| {
            let place = at;
            at += piece.len().next_multiple_of(self.unit);
            (place, piece.clone())
        })
    }

    /// Where a row of the inputs is in the slab, if it is there.
    pub(crate) fn place(&self, row: usize) -> Option<usize> {
        self.pieces().find(|(_, piece)| piece.contains(&row)).map(|(at, piece)| at + row - piece.start)
    }
}

/// Cells along the first axis that share a word in the most packed type.
fn unit(outline: &Outline<'_>) -> usize {
    if outline.domain.rank == 1 { 4 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::geometry::area::tests::{outline, rules};
    use crate::{Boundary, Rim};

    #[test]
    fn wrapped_rows_are_extra() {
        let rules = rules::<2>(Boundary::Wrap);
        let outline = outline(&rules, &[10, 5], &[[2, 1], [1, 1]]);
        let slabs = Slab::all(&outline, |slab| slab.len() <= 7).unwrap();
        assert_eq!(
            (slabs[0].rows.clone(), slabs[0].main.clone(), slabs[0].extra.first()),
            (0..2, 0..3, Some(&(8..10)))
        );
        assert_eq!(slabs[0].place(9), Some(4));
        assert_eq!(slabs[1], Slab { rows: 2..4, main: 0..5, extra: vec![], unit: 1 });
        assert_eq!(slabs.last().unwrap().extra.first(), Some(&(0..1)));
        assert_eq!(Slab::all(&outline, |slab| slab.len() <= 3), None);
    }

    #[test]
    fn slabs_of_one_axis_start_at_words() {
        let rules = rules::<1>(Boundary::Mirror);
        let outline = outline(&rules, &[103], &[[3, 3]]);
        for limit in [16, 24, 50, 200] {
            let mut start = 0;
            for slab in Slab::all(&outline, |slab| slab.len() <= limit).unwrap() {
                assert_eq!((slab.rows.start, slab.main.start % 4), (start, 0));
                start = slab.rows.end;
                assert!(slab.extra.is_empty() && slab.main.len() <= limit);
            }
            assert_eq!(start, 103);
        }
    }

    #[test]
    fn every_row_that_is_read_is_there() {
        let functions: [Boundary<u8>; 4] = [
            Boundary::Wrap,
            Boundary::Reflect,
            Boundary::Nearest,
            Boundary::With(|index, len| index.rem_euclid(3).min(len as isize - 1)),
        ];
        for boundary in functions {
            let rules = rules::<1>(boundary);
            for n in [1, 2, 7, 30] {
                let outline = outline(&rules, &[n], &[[5, 9]]);
                for slab in Slab::all(&outline, |slab| slab.rows.len() <= 4).unwrap() {
                    for index in slab.rows.start as isize - 5..slab.rows.end as isize + 9 {
                        let source = outline.reads.source(0, 0, index, outline.domain.shape[0]).unwrap();
                        assert!(slab.place(source).is_some_and(|at| at < slab.len()), "{slab:?} {index}");
                    }
                }
            }
        }
    }

    #[test]
    fn shrunk_outputs_lead() {
        let rules = rules::<2>(Rim::Shrink);
        let outline = outline(&rules, &[10, 5], &[[2, 1], [0, 0]]);
        let slabs = Slab::all(&outline, |slab| slab.rows.len() <= 4).unwrap();
        assert_eq!(slabs[0], Slab { rows: 0..3, main: 0..6, extra: vec![], unit: 1 });
        assert_eq!(slabs[1].main, 3..9);
    }
}
