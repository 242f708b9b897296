//! Arrays as they are, in other chunks.

use super::arrays::{IntoSinks, IntoSource};
use super::kernel::{ErasedKernel, JobKernel};
use super::{Job, Source};
use crate::Error;
use crate::data_type::DataType;
use crate::kernel::Identity;
use crate::parts::{CopyParts, OperandType, Parts};

/// The kernel that changes nothing, of any element type.
struct Same(DataType);

impl JobKernel for Same {
    fn erased(&self) -> &dyn ErasedKernel {
        self
    }
}

impl ErasedKernel for Same {
    fn name(&self) -> String {
        "copy".to_owned()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        let operand = |name: &str| vec![OperandType { name: name.to_owned(), data_type: self.0 }];
        [operand("input"), operand("output")]
    }

    fn parts(&self, shapes: &[Vec<usize>], _: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        Ok(Box::new(CopyParts::new(self.0, &shapes[0])))
    }

    fn identify(&self, _: &[Vec<usize>], identity: &mut Identity) {
        identity.add("kernel", "copy");
    }
}

impl<'a> Job<'a> {
    /// A job that copies an array of any element type into another format, other chunks, or a sink that looks at it, such as
    /// [`Statistics`](super::Statistics).
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use ndstencil::prelude::*;
    /// let mut y = Array2::<u16>::zeros((2, 2));
    /// Job::copy(&array![[1_u16, 2], [3, 4]], &mut y).run()?;
    /// assert_eq!(y, array![[1, 2], [3, 4]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn copy(source: impl IntoSource<'a>, sink: impl IntoSinks<'a>) -> Job<'a> {
        let source: Box<dyn Source + 'a> = source.into_source();
        Job::new(Same(source.data_type()), source, sink)
    }
}
