//! The order in which items are visited: strip by strip, and row by row within a strip.
//!
//! Chunks that items of several rows read stay decoded from one row to the next, if the cache holds what a row reads. Where it
//! does not, rows are cut: items go down a strip of some columns, whose rows are short enough, and only the chunks along the
//! seams of strips are read again. With more axes, strips may be cut along several.
//!
//! The number of an item does not depend on the order: it is that of the journal, and of shares.

/// Items in strips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    /// The number of items along each axis.
    counts: Vec<usize>,
    /// The items of a strip along each axis.
    strip: Vec<usize>,
}

impl Order {
    /// One strip: row by row.
    pub(crate) fn rows(counts: &[usize]) -> Order {
        Order { counts: counts.to_vec(), strip: counts.iter().map(|&count| count.max(1)).collect() }
    }

    pub(crate) fn strip(&self) -> &[usize] {
        &self.strip
    }

    /// Strips of half the length along the longest axis from `first` on, if any is longer than one item.
    pub(crate) fn halved(&self, first: usize) -> Option<Order> {
        let axis =
            (first..self.strip.len()).filter(|&axis| self.strip[axis] > 1).max_by_key(|&axis| self.strip[axis])?;
        let mut halved = self.clone();
        halved.strip[axis] = halved.strip[axis].div_ceil(2);
        Some(halved)
    }

    /// The number of the item that is visited at a position.
    pub(crate) fn item(&self, position: usize) -> usize {
        let axes = self.counts.len();
        let mut rest = position;
        // The strip: all before it are whole along the axes that follow.
        let mut starts = vec![0; axes];
        let mut lens = self.counts.clone();
        for axis in 0..axes {
            let of_one =
                lens.iter().enumerate().filter(|&(other, _)| other != axis).map(|(_, &len)| len).product::<usize>();
            let strip = rest / (self.strip[axis] * of_one).max(1);
            rest -= strip * self.strip[axis] * of_one;
            starts[axis] = strip * self.strip[axis];
            lens[axis] = self.strip[axis].min(self.counts[axis] - starts[axis]);
        }
        // Its items, row by row.
        let mut index = starts;
        for axis in (0..axes).rev() {
            index[axis] += rest % lens[axis];
            rest /= lens[axis];
        }
        index.iter().zip(&self.counts).fold(0, |number, (&index, &count)| number * count + index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_once() {
        for counts in [vec![], vec![1], vec![7], vec![5, 9], vec![3, 1, 4], vec![2, 5, 6]] {
            let all: usize = counts.iter().product();
            let mut order = Some(Order::rows(&counts));
            while let Some(current) = order {
                let mut items: Vec<usize> = (0..all).map(|position| current.item(position)).collect();
                items.sort_unstable();
                assert_eq!(items, (0..all).collect::<Vec<_>>(), "{current:?}");
                order = current.halved(0);
            }
        }
    }

    #[test]
    fn strips_go_down() {
        let order = Order { counts: vec![3, 5], strip: vec![3, 2] };
        let items: Vec<usize> = (0..15).map(|position| order.item(position)).collect();
        assert_eq!(items, [0, 1, 5, 6, 10, 11, 2, 3, 7, 8, 12, 13, 4, 9, 14]);
    }
}
