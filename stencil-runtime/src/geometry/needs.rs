//! The cells of an input that a part of the outputs takes.

use std::ops::Range;

use super::{Domain, Reads, Region};
use crate::MAX_RANK;
use crate::block::Span;

/// The indices of an input, for each axis, that the points of `part` read, evaluated or not: the points themselves, what
/// lies within the halo, and what the rules lead to from outside of the domain.
///
/// Most rules lead to cells nearby. Where one leads elsewhere, as `Wrap` does to the other end of the axis, these come
/// as the second range of the [`Span`], unless the two touch or overlap: then one range holds both.
pub(crate) fn needs(reads: &Reads<'_>, domain: &Domain, input: usize, part: &Region) -> [Span; MAX_RANK] {
    let mut spans = [Span::new(0..1); MAX_RANK];
    for axis in 0..domain.rank {
        spans[axis] = needs_along(reads, domain, input, axis, part.start[axis]..part.end[axis]);
    }
    spans
}

/// The same along one axis.
pub(crate) fn needs_along(reads: &Reads<'_>, domain: &Domain, input: usize, axis: usize, points: Range<usize>) -> Span {
    span(reads, input, axis, domain.shape[axis], domain.span(axis, points))
}

fn span(reads: &Reads<'_>, input: usize, axis: usize, n: usize, points: Range<usize>) -> Span {
    let (main, far) = needed(reads, input, axis, n, points);
    match (far.first(), far.last()) {
        (Some(first), Some(last)) if first.start <= main.end && main.start <= last.end => {
            // Cells between the two would be held twice, or they touch.
            Span::new(first.start.min(main.start)..last.end.max(main.end))
        }
        (Some(first), Some(last)) => Span::new(main).with_extra(first.start..last.end),
        _ => Span::new(main),
    }
}

/// The indices of one axis of an input that are read around some cells, and in order the others that rules lead to.
pub(crate) fn needed(
    reads: &Reads<'_>,
    input: usize,
    axis: usize,
    n: usize,
    points: Range<usize>,
) -> (Range<usize>, Vec<Range<usize>>) {
    let [before, after] = reads.halo(input).axis(axis);
    if points.is_empty() || n == 0 {
        return (points.start.min(n)..points.start.min(n), Vec::new());
    }
    let main = points.start.saturating_sub(before)..(points.end + after).min(n);
    let (low, high) = (points.start as isize - before as isize, (points.end + after) as isize);
    let outside = (low..0).chain(n as isize..high);
    let mut indices: Vec<usize> =
        outside.filter_map(|index| reads.source(input, axis, index, n)).filter(|index| !main.contains(index)).collect();
    indices.sort_unstable();
    let mut far: Vec<Range<usize>> = Vec::new();
    for index in indices {
        match far.last_mut() {
            Some(range) if index <= range.end => range.end = range.end.max(index + 1),
            _ => far.push(index..index + 1),
        }
    }
    (main, far)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boundary::{RawRule, RawRules};
    use crate::halo::Halo;

    fn reads<'a>(rules: &'a RawRules, halo: &'a Halo) -> Reads<'a> {
        Reads { rank: 1, inputs: 1, halos: std::slice::from_ref(halo), rules, stride: &[] }
    }

    /// Every index that a point of the part reads is there, and nothing else but gaps of rules that jump.
    #[test]
    fn spans_hold_all_that_is_read() {
        let reversed: fn(isize, usize) -> isize = |index, len| (-index).rem_euclid(len as isize);
        let rules = [RawRule::Nearest, RawRule::Reflect, RawRule::Mirror, RawRule::Wrap, RawRule::With(reversed)];
        for rule in rules {
            let rules = RawRules::all(rule);
            for n in [1, 2, 3, 10] {
                for (before, after) in [(0, 0), (1, 2), (3, 0), (12, 11)] {
                    let halo = Halo::new([[before, after]]);
                    let reads = reads(&rules, &halo);
                    for start in 0..n {
                        for end in start + 1..=n {
                            let span = span(&reads, 0, 0, n, start..end);
                            for point in start..end {
                                for index in point as isize - before as isize..=(point + after) as isize {
                                    let cell = reads.source(0, 0, index, n).unwrap();
                                    let place = span.place(cell);
                                    assert!((0..span.len() as isize).contains(&place), "{rule:?} {n} {span:?} {cell}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn wrapping_needs_the_other_end() {
        let (rules, halo) = (RawRules::all(RawRule::Wrap), Halo::new([[2, 1]]));
        let reads = reads(&rules, &halo);
        assert_eq!(span(&reads, 0, 0, 100, 0..10), Span::new(0..11).with_extra(98..100));
        assert_eq!(span(&reads, 0, 0, 100, 90..100), Span::new(88..100).with_extra(0..1));
        assert_eq!(span(&reads, 0, 0, 100, 40..50), Span::new(38..51));
        assert_eq!(span(&reads, 0, 0, 4, 0..3), Span::new(0..4));
    }

    #[test]
    fn constants_need_nothing() {
        let (rules, halo) = (RawRules::all(RawRule::Constant(std::ptr::null())), Halo::new([[5, 5]]));
        let reads = reads(&rules, &halo);
        assert_eq!(span(&reads, 0, 0, 100, 0..10), Span::new(0..15));
    }
}
