//! Exchange networks: which places of a list are compared, and exchanged where the later one holds less.

mod tables;

/// The exchanges for so many values.
type Table = &'static [(usize, &'static [(usize, usize)])];

macro_rules! tables {
    (sort { $($sort:ident $n:literal: $($i:literal $j:literal),+;)* }
     median { $($median:ident $m:literal: $($k:literal $l:literal),+;)* }) => {
        #[cfg(test)]
        const SORT: Table = &[$(($n, &[$(($i, $j)),+])),*];
        const MEDIAN: Table = &[$(($m, &[$(($k, $l)),+])),*];
    };
}
crate::networks!(tables);

/// The exchanges that sort so many values: Batcher's merge exchange (Knuth, The Art of Computer Programming 3, algorithm
/// 5.2.2M).
///
/// ```
/// let mut values = [3, 1, 2];
/// for (i, j) in stencil_abi::network::sort(3) {
///     if values[j] < values[i] {
///         values.swap(i, j);
///     }
/// }
/// assert_eq!(values, [1, 2, 3]);
/// ```
pub fn sort(length: usize) -> Vec<(usize, usize)> {
    let mut exchanges = Vec::new();
    let top = length.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            exchanges.extend((0..length.saturating_sub(d)).filter(|i| i & p == r).map(|i| (i, i + d)));
            if q == p {
                break;
            }
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
    exchanges
}

/// The exchanges that bring the median of so many values to the middle: of 9 and of 25 those of N. Devillard, *Fast median
/// search* (1998), otherwise all that [`sort`].
///
/// ```
/// assert_eq!(stencil_abi::network::median(9).len(), 19);
/// ```
pub fn median(length: usize) -> Vec<(usize, usize)> {
    match MEDIAN.iter().find(|(own, _)| *own == length) {
        Some((_, exchanges)) => exchanges.to_vec(),
        None => sort(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(exchanges: &[(usize, usize)], values: &mut [usize]) {
        for &(i, j) in exchanges {
            if values[j] < values[i] {
                values.swap(i, j);
            }
        }
    }

    #[test]
    fn networks_sort() {
        for length in 1..40 {
            let mut values: Vec<usize> = (0..length).map(|i| (i * 7919 + 13) % 31).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            run(&sort(length), &mut values);
            assert_eq!(values, sorted);
        }
    }

    #[test]
    fn the_tables_have_the_same_networks() {
        for (length, exchanges) in SORT {
            assert_eq!(sort(*length), *exchanges);
        }
    }

    #[test]
    fn medians_come_to_the_middle() {
        for length in [1, 2, 9, 14, 25] {
            let mut values: Vec<usize> = (0..length).map(|i| (i * 7919 + 13) % 31).collect();
            let mut sorted = values.clone();
            sorted.sort_unstable();
            run(&median(length), &mut values);
            assert_eq!(values[length / 2], sorted[length / 2]);
        }
    }
}
