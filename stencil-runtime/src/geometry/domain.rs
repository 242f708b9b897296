//! The whole that a kernel is applied to.

use super::{Reads, Region};
use crate::MAX_RANK;
use crate::boundary::RawRim;

/// All points of a call, in coordinates of the whole inputs, whichever part of it is computed and wherever its cells are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain {
    pub(crate) rank: usize,
    /// The shape of the whole inputs.
    pub(crate) shape: [usize; MAX_RANK],
    /// The points that the whole outputs have.
    pub(crate) written: Region,
    /// The points at which the kernel is evaluated; the others of `written` are the rim.
    pub(crate) evaluated: Region,
}

impl Domain {
    pub(crate) fn new(reads: &Reads<'_>, shape: &[usize; MAX_RANK]) -> Domain {
        let rank = reads.rank;
        let mut written = Region::whole(&shape[..rank]);
        let mut evaluated = written;
        for axis in 0..rank {
            let n = shape[axis];
            let low = reads.reach_by(axis, 0, |rule| rule.rim().is_some()).min(n);
            let high = reads.reach_by(axis, 1, |rule| rule.rim().is_some()).min(n);
            evaluated = evaluated.with(axis, low..(n - high).max(low));
            let shrinks = |side: usize| matches!(reads.rim(axis, side), Some(RawRim::Shrink));
            let shrunk = |side: usize, cells: usize| if shrinks(side) { cells } else { 0 };
            let start = shrunk(0, low);
            written = written.with(axis, start..(n - shrunk(1, high)).max(start));
        }
        Domain { rank, shape: *shape, written, evaluated }
    }

    /// The shape of the whole outputs.
    pub(crate) fn output_shape(&self) -> [usize; MAX_RANK] {
        std::array::from_fn(|axis| self.written.len(axis))
    }
}
