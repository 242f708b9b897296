//! The order in which loop elements are visited: pure geometry on loop dimensions and strides.

/// Axes in the order of `axes`, those taken together that follow each other: of each group the number of cells, and its
/// innermost axis, whose strides are those of the group. Axes of one cell are left out.
///
/// `follows(outer, axis)` says whether a step along `outer` is as long as all of `axis`, in every operand.
pub(crate) fn merged_axes(
    shape: &[usize],
    axes: impl Iterator<Item = usize>,
    follows: impl Fn(usize, usize) -> bool,
) -> impl Iterator<Item = (usize, usize)> {
    let mut axes = axes.filter(|&axis| shape[axis] != 1).peekable();
    std::iter::from_fn(move || {
        let mut innermost = axes.next()?;
        let mut cells = shape[innermost];
        while let Some(axis) = axes.next_if(|&axis| follows(innermost, axis)) {
            cells *= shape[axis];
            innermost = axis;
        }
        Some((cells, innermost))
    })
}

/// Loop axes from the outermost to the innermost, as few and as long as the strides allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoopNest {
    pub(crate) shape: Vec<usize>,
    /// For each operand, the stride of each axis, in elements; 0 where it broadcasts.
    pub(crate) strides: Vec<Vec<isize>>,
}

/// Inner loops shorter than this are worth a longer axis.
const SHORT: usize = 64;

impl LoopNest {
    /// Orders the axes so that the innermost one steps through memory in the smallest steps. `sizes` are those of the
    /// elements.
    pub(crate) fn new(shape: &[usize], strides: &[Vec<isize>], sizes: &[usize]) -> LoopNest {
        let mut axes: Vec<usize> = (0..shape.len()).collect();
        let reach = |axis: usize| -> usize {
            strides.iter().zip(sizes).map(|(strides, size)| strides[axis].unsigned_abs() * size).sum()
        };
        axes.sort_by_key(|&axis| std::cmp::Reverse(reach(axis)));
        let follows =
            |outer: usize, axis: usize| strides.iter().all(|own| own[outer] == own[axis] * shape[axis] as isize);
        let merged: Vec<_> = merged_axes(shape, axes.into_iter(), follows).collect();
        let strides = strides.iter().map(|own| merged.iter().map(|&(_, axis)| own[axis]).collect()).collect();
        let mut nest = LoopNest { shape: merged.iter().map(|&(cells, _)| cells).collect(), strides };
        nest.lengthen();
        nest
    }

    /// Puts the longest axis last where the last one is short: loop elements run side by side along it.
    fn lengthen(&mut self) {
        let Some(last) = self.shape.len().checked_sub(1) else { return };
        if self.shape[last] < SHORT
            && let Some(longest) = (0..last).rev().max_by_key(|&axis| self.shape[axis])
            && self.shape[longest] > self.shape[last]
        {
            self.shape.swap(longest, last);
            for strides in &mut self.strides {
                strides.swap(longest, last);
            }
        }
    }

    /// The number of loop elements.
    pub(crate) fn count(&self) -> usize {
        self.shape.iter().product()
    }

    /// The length of the innermost axis.
    pub(crate) fn inner(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// The number of inner loops.
    pub(crate) fn outer(&self) -> usize {
        self.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// From the first loop element to the beginning of an inner loop, for one operand, in elements.
    pub(crate) fn offset(&self, operand: usize, number: usize) -> isize {
        let Some((_, outer)) = self.shape.split_last() else { return 0 };
        let mut rest = number;
        let mut offset = 0;
        for (axis, &n) in outer.iter().enumerate().rev() {
            offset += (rest % n) as isize * self.strides[operand][axis];
            rest /= n;
        }
        offset
    }

    /// The stride of the innermost axis, for one operand.
    pub(crate) fn step(&self, operand: usize) -> isize {
        self.strides[operand].last().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contiguous_axes_become_one() {
        let nest = LoopNest::new(&[2, 3, 4], &[vec![12, 4, 1], vec![12, 4, 1]], &[4, 8]);
        assert_eq!(nest, LoopNest { shape: vec![24], strides: vec![vec![1], vec![1]] });
    }

    #[test]
    fn broadcast_axes_stay() {
        let nest = LoopNest::new(&[2, 300], &[vec![300, 1], vec![0, 1]], &[4, 4]);
        assert_eq!(nest, LoopNest { shape: vec![2, 300], strides: vec![vec![300, 1], vec![0, 1]] });
    }

    #[test]
    fn fortran_order_is_turned() {
        let nest = LoopNest::new(&[3, 4], &[vec![1, 3]], &[4]);
        assert_eq!(nest, LoopNest { shape: vec![12], strides: vec![vec![1]] });
    }

    #[test]
    fn short_runs_give_way() {
        let nest = LoopNest::new(&[1000, 3], &[vec![8, 1]], &[4]);
        assert_eq!(nest, LoopNest { shape: vec![3, 1000], strides: vec![vec![1, 8]] });
        assert_eq!((nest.inner(), nest.outer(), nest.step(0)), (1000, 3, 8));
        assert_eq!(nest.offset(0, 2), 2);
    }
}
