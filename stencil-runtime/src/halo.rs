//! The halo: how far a kernel reads around the point that it computes.

use crate::MAX_RANK;

/// The cells needed before and after a point, per axis.
///
/// The macro derives it from the offsets that the element function reads. Offset 0 always belongs to
/// it, so both numbers are counts of cells and never negative. Axes beyond the rank of the kernel are 0.
///
/// ```
/// use ndstencil::Halo;
/// let halo = Halo::new([[3, 0], [1, 1]]);
/// assert_eq!(halo.axis(0), [3, 0]);
/// assert_eq!(Halo::uniform(2, 1), Halo::new([[1, 1], [1, 1]]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Halo {
    pub(crate) sides: [[usize; 2]; MAX_RANK],
}

impl Halo {
    /// The halo of a kernel that reads only the point itself.
    ///
    /// ```
    /// assert_eq!(ndstencil::Halo::NONE.axis(0), [0, 0]);
    /// ```
    pub const NONE: Halo = Halo { sides: [[0, 0]; MAX_RANK] };

    /// A halo from `[before, after]` for each axis, in cells.
    ///
    /// # Panics
    /// When there are more than six axes.
    ///
    /// ```
    /// assert_eq!(ndstencil::Halo::new([[3, 0], [1, 1]]).axis(0), [3, 0]);
    /// ```
    pub const fn new<const N: usize>(sides: [[usize; 2]; N]) -> Halo {
        assert!(N <= MAX_RANK, "a halo has at most six axes");
        let mut halo = Halo::NONE;
        let mut axis = 0;
        while axis < N {
            halo.sides[axis] = sides[axis];
            axis += 1;
        }
        halo
    }

    /// The same number of cells on both sides of the first `rank` axes.
    ///
    /// # Panics
    /// When `rank` is above six.
    ///
    /// ```
    /// let halo = ndstencil::Halo::uniform(2, 1);
    /// assert_eq!((halo.axis(1), halo.axis(2)), ([1, 1], [0, 0]));
    /// ```
    pub const fn uniform(rank: usize, cells: usize) -> Halo {
        assert!(rank <= MAX_RANK, "a halo has at most six axes");
        let mut halo = Halo::NONE;
        let mut axis = 0;
        while axis < rank {
            halo.sides[axis] = [cells, cells];
            axis += 1;
        }
        halo
    }

    /// `[before, after]` of one axis, in cells; `[0, 0]` beyond the rank.
    ///
    /// # Panics
    /// When `axis` is six or more.
    ///
    /// ```
    /// assert_eq!(ndstencil::Halo::new([[3, 0], [1, 2]]).axis(1), [1, 2]);
    /// ```
    pub const fn axis(&self, axis: usize) -> [usize; 2] {
        self.sides[axis]
    }

    pub(crate) fn before(&self, axis: usize) -> usize {
        self.sides[axis][0]
    }

    pub(crate) fn after(&self, axis: usize) -> usize {
        self.sides[axis][1]
    }
}

/// A stride along each axis, as `#[stencil(stride = ..)]` says.
///
/// # Panics
/// When one is 0; the attribute calls it while compiling.
pub const fn stride<const N: usize>(stride: [usize; N]) -> [usize; N] {
    let mut axis = 0;
    while axis < N {
        assert!(stride[axis] > 0, "a stride is at least 1");
        axis += 1;
    }
    stride
}

/// Returns true when loops over the whole of a halo, `round` operations for each cell, are of this length or longer.
pub const fn is_long(halos: &[Halo], round: u64, length: u64) -> bool {
    let mut input = 0;
    while input < halos.len() {
        let (mut operations, mut axis) = (round, 0);
        while axis < halos[input].sides.len() {
            let [before, after] = halos[input].sides[axis];
            operations = operations.saturating_mul((before as u64).saturating_add(after as u64).saturating_add(1));
            axis += 1;
        }
        if operations >= length {
            return true;
        }
        input += 1;
    }
    false
}

/// The cost of one point, counted by the macro; the executor picks its loop shape from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Distinct offsets read, over all inputs.
    pub reads: usize,
    /// Those of them that the point one row further reads too, along the last axis but one.
    pub shared: usize,
    /// Arithmetic operations.
    pub operations: usize,
}
