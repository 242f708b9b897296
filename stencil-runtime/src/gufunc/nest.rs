//! The order in which loop elements are visited: pure geometry on loop dimensions and strides.

/// Loop axes from the outermost to the innermost, as few and as long as the strides allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Nest {
    pub(crate) shape: Vec<usize>,
    /// For each operand, the stride of each axis, in elements.
    pub(crate) strides: Vec<Vec<isize>>,
}

/// Runs shorter than this are worth a longer axis.
const SHORT_RUN: usize = 64;

impl Nest {
    /// Orders the axes so that the innermost one steps through memory in the smallest steps, and takes axes together
    /// where one follows the other in all operands. `sizes` are those of the elements.
    pub(crate) fn new(shape: &[usize], strides: &[Vec<isize>], sizes: &[usize]) -> Nest {
        let mut axes: Vec<usize> = (0..shape.len()).filter(|&axis| shape[axis] != 1).collect();
        let reach = |axis: usize| -> usize {
            strides.iter().zip(sizes).map(|(strides, size)| strides[axis].unsigned_abs() * size).sum()
        };
        axes.sort_by_key(|&axis| std::cmp::Reverse(reach(axis)));
        let mut nest = Nest { shape: Vec::new(), strides: vec![Vec::new(); strides.len()] };
        for axis in axes {
            let n = shape[axis];
            let follows = |(merged, own): (&Vec<isize>, &Vec<isize>)| {
                merged.last().is_some_and(|&outer| outer == own[axis] * n as isize)
            };
            if !nest.shape.is_empty() && nest.strides.iter().zip(strides).all(follows) {
                *nest.shape.last_mut().expect("an axis before this one") *= n;
                for (merged, own) in nest.strides.iter_mut().zip(strides) {
                    *merged.last_mut().expect("an axis before this one") = own[axis];
                }
            } else {
                nest.shape.push(n);
                for (merged, own) in nest.strides.iter_mut().zip(strides) {
                    merged.push(own[axis]);
                }
            }
        }
        nest.lengthen();
        nest
    }

    /// Puts the longest axis last where the last one is short: loop elements run side by side along it.
    fn lengthen(&mut self) {
        let Some(last) = self.shape.len().checked_sub(1) else { return };
        if self.shape[last] < SHORT_RUN
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
    pub(crate) fn run(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// The number of runs.
    pub(crate) fn runs(&self) -> usize {
        self.shape.split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// From the first loop element to the beginning of a run, for one operand, in elements.
    pub(crate) fn offset(&self, operand: usize, run: usize) -> isize {
        let Some((_, outer)) = self.shape.split_last() else { return 0 };
        let mut rest = run;
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
        let nest = Nest::new(&[2, 3, 4], &[vec![12, 4, 1], vec![12, 4, 1]], &[4, 8]);
        assert_eq!(nest, Nest { shape: vec![24], strides: vec![vec![1], vec![1]] });
    }

    #[test]
    fn broadcast_axes_stay() {
        let nest = Nest::new(&[2, 300], &[vec![300, 1], vec![0, 1]], &[4, 4]);
        assert_eq!(nest, Nest { shape: vec![2, 300], strides: vec![vec![300, 1], vec![0, 1]] });
    }

    #[test]
    fn fortran_order_is_turned() {
        let nest = Nest::new(&[3, 4], &[vec![1, 3]], &[4]);
        assert_eq!(nest, Nest { shape: vec![12], strides: vec![vec![1]] });
    }

    #[test]
    fn short_runs_give_way() {
        let nest = Nest::new(&[1000, 3], &[vec![8, 1]], &[4]);
        assert_eq!(nest, Nest { shape: vec![3, 1000], strides: vec![vec![1, 8]] });
        assert_eq!((nest.run(), nest.runs(), nest.step(0)), (1000, 3, 8));
        assert_eq!(nest.offset(0, 2), 2);
    }
}
