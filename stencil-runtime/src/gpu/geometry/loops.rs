//! Loop dimensions, taken together where that changes nothing.

use crate::geometry::merged_axes;

/// Loop axes from the slowest to the fastest, with the step of each operand along each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoopAxes {
    pub(crate) shape: Vec<usize>,
    /// For each operand; 0 where it broadcasts.
    pub(crate) steps: Vec<Vec<usize>>,
}

impl LoopAxes {
    /// Axes in their order, those taken together that follow each other in each operand.
    pub(crate) fn new(shape: &[usize], steps: &[Vec<usize>]) -> LoopAxes {
        let follows = |outer: usize, axis: usize| steps.iter().all(|own| own[outer] == own[axis] * shape[axis]);
        let merged: Vec<_> = merged_axes(shape, 0..shape.len(), follows).collect();
        LoopAxes {
            shape: merged.iter().map(|&(cells, _)| cells).collect(),
            steps: steps.iter().map(|own| merged.iter().map(|&(_, axis)| own[axis]).collect()).collect(),
        }
    }

    /// The same with at least `rank` axes.
    pub(crate) fn padded(mut self, rank: usize) -> LoopAxes {
        while self.shape.len() < rank {
            self.shape.insert(0, 1);
            self.steps.iter_mut().for_each(|steps| steps.insert(0, 0));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contiguous_axes_become_one() {
        let axes = LoopAxes::new(&[2, 1, 3, 4], &[vec![12, 9, 4, 1], vec![12, 12, 4, 1]]);
        assert_eq!(axes, LoopAxes { shape: vec![24], steps: vec![vec![1], vec![1]] });
        let padded = axes.padded(3);
        assert_eq!((padded.shape, padded.steps[0].clone()), (vec![1, 1, 24], vec![0, 0, 1]));
    }

    #[test]
    fn broadcast_and_padded_axes_stay() {
        let axes = LoopAxes::new(&[2, 3], &[vec![0, 1], vec![3, 1]]);
        assert_eq!(axes.shape, [2, 3]);
        assert_eq!(LoopAxes::new(&[2, 3], &[vec![4, 1]]).shape, [2, 3]);
        assert_eq!(LoopAxes::new(&[2, 3], &[vec![0, 0]]).shape, [6]);
        assert_eq!(LoopAxes::new(&[], &[vec![]]).shape, []);
    }
}
