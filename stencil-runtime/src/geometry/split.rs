//! The cutting of boxes into parts that fit.

use std::ops::Range;

/// A box: a range of indices along each axis.
pub(crate) type Ranges = Vec<Range<usize>>;

/// The share of a box that a half of it takes where cutting along the axis is worth it: what is read beside both halves,
/// or shared by them, makes it more than one half.
const WORTH: f64 = 0.75;

/// The parts of a box, from its first cells to its last; or a part that takes too much and can be cut no further.
///
/// `load` is the share that a box takes of what there may be at once: a box of at most 1 fits. Cuts lie a multiple of
/// `units` behind the start along each axis, so that an axis of at most one unit stays whole. A box is cut into two, about
/// in the middle of the first axis along which that is worth it, so that parts stay contiguous as far as may be; if there
/// is none, of the axis along which the halves take least.
pub(crate) fn split(
    whole: &[Range<usize>],
    units: &[usize],
    load: &impl Fn(&[Range<usize>]) -> f64,
) -> Result<Vec<Ranges>, Ranges> {
    let mut parts = Vec::new();
    if whole.iter().any(Range::is_empty) {
        return Ok(parts);
    }
    cut(whole.to_vec(), load(whole), units, load, &mut parts)?;
    Ok(parts)
}

fn cut(
    part: Ranges,
    share: f64,
    units: &[usize],
    load: &impl Fn(&[Range<usize>]) -> f64,
    parts: &mut Vec<Ranges>,
) -> Result<(), Ranges> {
    if share <= 1.0 {
        parts.push(part);
        return Ok(());
    }
    let mut best: Option<[(Ranges, f64); 2]> = None;
    let larger = |halves: &[(Ranges, f64); 2]| halves[0].1.max(halves[1].1);
    for (axis, &unit) in units.iter().enumerate() {
        let Range { start, end } = part[axis];
        let Some(first) = first_half(end - start, unit, share) else { continue };
        let halves = [start..start + first, start + first..end].map(|range| {
            let mut half = part.clone();
            half[axis] = range;
            let share = load(&half);
            (half, share)
        });
        let taken = larger(&halves);
        if best.as_ref().is_none_or(|best| taken < larger(best)) {
            best = Some(halves);
        }
        if taken <= WORTH * share {
            break;
        }
    }
    let halves = best.ok_or(part)?;
    halves.into_iter().try_for_each(|(half, share)| cut(half, share, units, load, parts))
}

/// The indices in the first half of so many, none where there is but one unit: a half of as few parts of equal length as
/// fit if each takes its share, so that three are not cut into four.
fn first_half(len: usize, unit: usize, share: f64) -> Option<usize> {
    let parts = (share.min(1e9).ceil() as usize).clamp(2, len.div_ceil(unit).max(2));
    let part = len.div_ceil(parts).next_multiple_of(unit);
    (part < len).then(|| part * len.div_ceil(part).div_ceil(2))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)] // boxes of one axis

    use super::*;

    fn cells(part: &[Range<usize>]) -> usize {
        part.iter().map(Range::len).product()
    }

    /// The number of parts that hold each cell.
    fn counts(whole: &[Range<usize>], parts: &[Ranges]) -> Vec<usize> {
        let mut seen = vec![0; cells(whole)];
        for part in parts {
            for number in 0..cells(part) {
                let mut rest = number;
                let (mut at, mut step) = (0, 1);
                for (range, all) in part.iter().zip(whole).rev() {
                    at += (range.start - all.start + rest % range.len()) * step;
                    rest /= range.len();
                    step *= all.len();
                }
                seen[at] += 1;
            }
        }
        seen
    }

    #[test]
    fn parts_fit_are_aligned_and_hold_each_cell_once() {
        for case in 0..2000usize {
            let draw = |of: usize| (case * 7919 + of * 104_729) / 13;
            let rank = 1 + case % 4;
            let whole: Ranges =
                (0..rank).map(|axis| draw(axis) % 3..draw(axis) % 3 + 1 + draw(axis + 5) % 14).collect();
            let mut units = vec![1; rank];
            units[rank - 1] = [1, 2, 4][draw(9) % 3];
            let halo: Vec<usize> = (0..rank).map(|axis| draw(axis + 17) % 3).collect();
            // Each part takes its cells and those beside it.
            let held = |part: &[Range<usize>]| part.iter().zip(&halo).map(|(range, halo)| range.len() + halo).product();
            let smallest: usize = held(&whole.iter().zip(&units).map(|(_, &unit)| 0..unit).collect::<Vec<_>>());
            let limit = smallest + draw(23) % 40;
            let parts = split(&whole, &units, &|part| held(part) as f64 / limit as f64).expect("a unit fits");
            assert!(counts(&whole, &parts).iter().all(|&count| count == 1), "{whole:?} {parts:?}");
            for part in &parts {
                assert!(held(part) <= limit, "{part:?} {limit}");
                assert!((0..rank).all(|axis| (part[axis].start - whole[axis].start).is_multiple_of(units[axis])));
            }
        }
    }

    #[test]
    fn the_first_axes_are_cut_first() {
        let parts = split(&[0..4, 0..100], &[1, 1], &|part| cells(part) as f64 / 50.0).unwrap();
        let halves = |row: usize| [vec![row..row + 1, 0..50], vec![row..row + 1, 50..100]];
        assert_eq!(parts, (0..4).flat_map(halves).collect::<Vec<_>>());
    }

    #[test]
    fn as_few_parts_as_fit() {
        for (len, limit, count) in [(300, 100, 3), (301, 100, 4), (7, 3, 3), (5, 1, 5), (1000, 999, 2)] {
            let parts = split(&[0..len], &[1], &|part| cells(part) as f64 / f64::from(limit)).unwrap();
            assert_eq!(parts.len(), count, "{parts:?}");
        }
    }

    #[test]
    fn an_axis_of_which_halves_need_all_stays_whole() {
        // Each of the two planes needs the other one.
        let load = |part: &[Range<usize>]| (2 * part[1].len() * part[2].len()) as f64 / 100.0;
        let parts = split(&[0..2, 0..10, 0..10], &[1, 1, 1], &load).unwrap();
        assert_eq!(parts, [vec![0..2, 0..5, 0..10], vec![0..2, 5..10, 0..10]]);
    }

    #[test]
    fn what_cannot_be_cut_has_no_parts() {
        assert_eq!(split(&[0..3, 0..1], &[1, 1], &|_| 2.0), Err(vec![0..1, 0..1]));
        assert_eq!(split(&[0..4], &[4], &|_| f64::INFINITY), Err(vec![0..4]));
        let middle = |part: &[Range<usize>]| if part[0].contains(&5) { 2.0 } else { 0.5 };
        assert_eq!(split(&[0..9], &[1], &middle), Err(vec![5..6]));
        assert_eq!(split(&[0..3, 0..0], &[1, 1], &|_| 2.0), Ok(vec![]));
        assert_eq!(split(&[], &[], &|_| 0.5), Ok(vec![vec![]]));
    }
}
