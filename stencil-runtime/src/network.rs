//! Order statistics of a few values by exchange networks: no branches, so that they vectorise.

/// temp
pub fn min<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> T {
    let mut m = values[0];
    for v in values {
        if v < m {
            m = v
        }
    }
    m
}
/// temp
pub fn max<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> T {
    let mut m = values[0];
    for v in values {
        if v > m {
            m = v
        }
    }
    m
}
/// temp
pub fn sort<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> [T; P] {
    values
}
/// temp
pub fn median<T: PartialOrd + Copy, const P: usize>(values: [T; P]) -> T {
    values[0]
}
