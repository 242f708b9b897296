//! Several kernels that read the same inputs.

use super::kernel::{ErasedKernel, JobKernel};
use crate::kernel::Identity;
use crate::parts::{OperandType, Parts, SeveralParts};
use crate::{Error, JobError};

fn names(kernels: &[&dyn ErasedKernel]) -> String {
    kernels.iter().map(|kernel| kernel.name()).collect::<Vec<_>>().join(", ")
}

fn operands(kernels: &[&dyn ErasedKernel]) -> [Vec<OperandType>; 2] {
    let mut all: Vec<[Vec<OperandType>; 2]> = kernels.iter().map(|kernel| kernel.operands()).collect();
    for (operands, kernel) in all.iter_mut().zip(kernels) {
        operands[1].iter_mut().for_each(|output| output.name = format!("{} of `{}`", output.name, kernel.name()));
    }
    let outputs = all.iter().flat_map(|[_, outputs]| outputs.clone()).collect();
    let [inputs, _] = all.swap_remove(0);
    [inputs, outputs]
}

fn parts<'k>(
    kernels: &[&'k dyn ErasedKernel],
    shapes: &[Vec<usize>],
    places: &[String],
) -> Result<Box<dyn Parts + 'k>, Error> {
    let list = |operands: &[OperandType]| {
        operands.iter().map(|operand| operand.data_type.to_string()).collect::<Vec<_>>().join(", ")
    };
    let [inputs, _] = kernels[0].operands();
    let expected = list(&inputs);
    for kernel in kernels {
        let [found, _] = kernel.operands();
        let same = found.iter().map(|operand| operand.data_type).eq(inputs.iter().map(|operand| operand.data_type));
        if !same {
            let found = format!("`{}`, which takes ({})", kernel.name(), list(&found));
            let expected = format!("inputs ({expected}), which all kernels of a job share");
            return Err(JobError::Operands {
                kernel: kernels[0].name().into(),
                expected: expected.into(),
                found: found.into(),
            }
            .into());
        }
    }
    let parts = kernels.iter().map(|kernel| kernel.parts(shapes, places)).collect::<Result<Vec<_>, _>>()?;
    match SeveralParts::new(parts) {
        Ok(parts) => Ok(Box::new(parts)),
        Err(other) => {
            let found = format!("`{}`, whose outputs have other axes or lengths", kernels[other].name());
            let expected = "outputs that the chunks cut".to_owned();
            Err(JobError::Operands { kernel: kernels[0].name().into(), expected: expected.into(), found: found.into() }
                .into())
        }
    }
}

macro_rules! tuples {
    ($($T:ident $i:tt),+) => {
        impl<$($T: JobKernel),+> JobKernel for ($($T,)+) {
            fn erased(&self) -> &dyn ErasedKernel {
                self
            }
        }

        impl<$($T: JobKernel),+> ErasedKernel for ($($T,)+) {
            fn name(&self) -> String {
                names(&[$(self.$i.erased()),+])
            }

            fn operands(&self) -> [Vec<OperandType>; 2] {
                operands(&[$(self.$i.erased()),+])
            }

            fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
                parts(&[$(self.$i.erased()),+], shapes, places)
            }

            fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
                $(self.$i.erased().identify(shapes, identity);)+
            }
        }
    };
}
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
