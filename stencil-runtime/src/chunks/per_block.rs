//! One value a block: gufuncs over blocks of their core axes.

use super::kernel::{ErasedKernel, JobKernel};
use crate::kernel::{GufuncKernel, Identity};
use crate::parts::{BlockParts, OperandType, Parts};
use crate::{Error, Gufunc, JobError};

/// A gufunc that a job applies to blocks of the core axes: [`Gufunc::per_block`].
#[derive(Clone, Debug)]
#[must_use = "a kernel does nothing until a job runs it"]
pub struct PerBlock<K: GufuncKernel> {
    gufunc: Gufunc<K>,
    block: Vec<usize>,
}

impl<K: GufuncKernel> Gufunc<K> {
    /// A kernel for [`Job`](crate::chunks::Job)s that is applied to blocks of its core axes, the last ones of each input: the
    /// outputs have an index for each block where the inputs have the axis. Blocks at the far ends may be smaller.
    ///
    /// # Panics
    /// When a length is 0, or there is not one for each core dimension of the first input.
    ///
    /// ```
    /// use ndarray::{Array2, ArrayView2, array};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n,m)->()")]
    /// fn largest(x: ArrayView2<u8>) -> u8 { x.iter().copied().max().unwrap_or(0) }
    /// let x = array![[1_u8, 2, 3], [4, 5, 6], [7, 8, 9]];
    /// let mut y = Array2::<u8>::zeros((2, 2));
    /// Job::new(largest().per_block(&[2, 2]), &x, &mut y).run()?;
    /// assert_eq!(y, array![[5, 6], [8, 9]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn per_block(self, block: &[usize]) -> PerBlock<K> {
        let core = K::SIGNATURE.inputs.first().map_or(0, |input| input.dims.len());
        assert!(
            block.len() == core && !block.contains(&0),
            "`{}` has {core} core dimensions, for each of which a block has a length that is not 0: found {block:?}",
            K::NAME
        );
        PerBlock { gufunc: self, block: block.to_vec() }
    }
}

impl<K: GufuncKernel> JobKernel for PerBlock<K> {
    fn erased(&self) -> &dyn ErasedKernel {
        self
    }
}

impl<K: GufuncKernel> ErasedKernel for PerBlock<K> {
    fn name(&self) -> String {
        K::NAME.to_owned()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        self.gufunc.erased().operands()
    }

    fn parts(&self, shapes: &[Vec<usize>], _: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        let inputs = K::SIGNATURE.inputs;
        if let Some(other) = inputs.iter().find(|input| input.dims != inputs[0].dims && !input.dims.is_empty()) {
            let kernel = K::NAME.to_owned();
            let expected = "inputs with the same core dimensions, or without any, to be cut into blocks".to_owned();
            let found = format!("input `{}` with others", other.name);
            return Err(
                JobError::Operands { kernel: kernel.into(), expected: expected.into(), found: found.into() }.into()
            );
        }
        Ok(Box::new(BlockParts::new(self.gufunc.call(), shapes, &self.block)?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.gufunc.erased().identify(shapes, identity);
        identity.add("block", format!("{:?}", self.block));
    }
}
