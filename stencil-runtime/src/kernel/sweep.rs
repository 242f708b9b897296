//! A stencil as an object: what computes a part of it needs no types.

use std::ops::Range;

use super::Identity;
use crate::block::{ElementLayouts, InputBlocks, OutputBlocks, Span};
use crate::{Error, MAX_RANK};

/// A stencil without its types, of whose whole only a part is computed. Shapes are those of cores.
pub trait Sweep: Send + Sync {
    /// The element types of the inputs and of the outputs.
    #[doc(hidden)]
    fn elements(&self) -> [ElementLayouts; 2];

    /// Tells all that results on inputs of some shapes depend on beside the inputs.
    #[doc(hidden)]
    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity);

    /// The shape of the outputs; refuses what cannot be swept.
    #[doc(hidden)]
    fn written(&self, shape: &[usize; MAX_RANK]) -> Result<[usize; MAX_RANK], Error>;

    /// The cell that the first point along an axis lies at, and the distance of the next.
    #[doc(hidden)]
    fn origin(&self, shape: &[usize; MAX_RANK], axis: usize) -> [usize; 2];

    /// The indices of an input along an axis that points of the outputs need.
    #[doc(hidden)]
    fn needs(&self, shape: &[usize; MAX_RANK], input: usize, axis: usize, points: Range<usize>) -> Span;

    /// The bytes that lie between several sweeps over so many points along each axis.
    #[doc(hidden)]
    fn scratch_bytes(&self, shape: &[usize; MAX_RANK], points: &[usize]) -> usize {
        let _ = (shape, points);
        0
    }

    /// Computes points of the outputs, whose first cells are those of the first points.
    ///
    /// # Safety
    /// The blocks are alive, of the kernel's types, and hold what the points need; the outputs alias nothing.
    #[doc(hidden)]
    unsafe fn compute(
        &self,
        shape: &[usize; MAX_RANK],
        points: &[Range<usize>],
        inputs: &InputBlocks,
        outputs: &mut OutputBlocks,
        parallel: bool,
    ) -> Result<(), Error>;
}
