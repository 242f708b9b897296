//! A call of a gufunc: resolves it, allocates, and hands it to an executor.

use ndarray::{ArrayViewD, IxDyn};

use super::dims::{Arrays, Dims};
use super::execute::Task;
use super::inputs::Inputs;
use super::operand::RawArray;
use super::outputs::GuOutputs;
use crate::gufunc::axes::Axes;
use crate::gufunc::geometry::{Geometry, Rules, resolve};
use crate::gufunc::kernel::GufuncKernel;
use crate::gufunc::methods::Reshaped;
use crate::gufunc::operand::{Bind, BindOut, Operand};
use crate::gufunc::signature::{Called, Operand as Declared, Signature};
use crate::{Error, Schedule, SimdLevel};

/// One call of a kernel.
pub(crate) struct Call<'k, K> {
    pub(crate) kernel: &'k K,
    pub(crate) axes: Axes,
    pub(crate) schedule: Schedule,
    /// Whether loop elements may run side by side.
    pub(crate) lanes: bool,
}

impl<K: GufuncKernel> Call<'_, K> {
    /// The executor reads as many operands and axes as the types declare, and finds them as the signature says.
    const CALLED: Called = {
        assert!(
            agree(K::SIGNATURE.inputs, K::Inputs::RANKS) && agree(K::SIGNATURE.outputs, K::Outputs::RANKS),
            "a kernel's signature and its types are about the same operands"
        );
        Called { kernel: K::NAME, signature: const { &K::SIGNATURE } }
    };

    pub(crate) fn apply<M: Dims<K>, A>(&self, x: &A) -> Result<Arrays<K, M, A>, Error>
    where
        K::Inputs: Bind<A>,
    {
        let inputs = K::Inputs::erase(x);
        let geometry = self.resolve(&inputs, None, M::KEEP)?;
        let mut arrays = K::Outputs::allocate(&geometry.output_shapes, self.is_fortran(&inputs));
        let outputs = K::Outputs::erase(&mut arrays);
        // SAFETY: the operands are borrowed for the call, and the outputs are new; every element of them is written,
        // since a kernel computes each loop element of its outputs.
        unsafe {
            self.run(&geometry, &inputs, &outputs, true, None)?;
            Ok(M::collect(arrays))
        }
    }

    pub(crate) fn apply_into<A, B>(&self, x: &A, out: &mut B, keepdims: bool) -> Result<(), Error>
    where
        K::Inputs: Bind<A>,
        K::Outputs: BindOut<B>,
    {
        let inputs = K::Inputs::erase(x);
        let outputs = K::Outputs::erase_mut(out);
        let geometry = self.resolve(&inputs, Some(&outputs), keepdims)?;
        // SAFETY: the operands are borrowed for the call, the outputs exclusively; their shapes were checked.
        unsafe { self.run(&geometry, &inputs, &outputs, false, None) }
    }

    /// As `apply_into`, for the loop elements where the mask is true.
    pub(crate) fn apply_where<A, B>(
        &self,
        x: &A,
        out: &mut B,
        keepdims: bool,
        mask: ArrayViewD<'_, bool>,
    ) -> Result<(), Error>
    where
        K::Inputs: Bind<A>,
        K::Outputs: BindOut<B>,
    {
        let inputs = K::Inputs::erase(x);
        let outputs = K::Outputs::erase_mut(out);
        let geometry = self.resolve(&inputs, Some(&outputs), keepdims)?;
        let loops = &geometry.loop_shape;
        let Some(mask) = Reshaped::<bool, IxDyn>::broadcast(&mask, loops) else {
            return Err(Error::Mask { kernel: K::NAME, found: mask.shape().to_vec(), expected: loops.clone() });
        };
        // SAFETY: as for `apply_into`; the mask was broadcast to the loop dimensions.
        unsafe { self.run(&geometry, &inputs, &outputs, false, Some(&mask.raw())) }
    }

    pub(crate) fn resolve(
        &self,
        inputs: &[RawArray],
        outputs: Option<&[RawArray]>,
        keepdims: bool,
    ) -> Result<Geometry, Error> {
        if let Some(level) = self.schedule.level.filter(|level| !level.is_available()) {
            return Err(Error::Level { kernel: K::NAME, level });
        }
        let shapes = |arrays: &'_ [RawArray]| arrays.iter().map(|array| array.shape.clone()).collect::<Vec<_>>();
        let inputs = shapes(inputs);
        let outputs = outputs.map(shapes);
        let inputs: Vec<&[usize]> = inputs.iter().map(Vec::as_slice).collect();
        let outputs: Option<Vec<&[usize]>> = outputs.as_ref().map(|all| all.iter().map(Vec::as_slice).collect());
        let rules = Rules { compute: &|sizes| self.kernel.sizes(sizes), accepts: &|sizes| self.kernel.accepts(sizes) };
        resolve(Self::CALLED, &self.axes, keepdims, &inputs, outputs.as_deref(), &rules)
    }

    /// Whether new outputs are in Fortran order: element-wise, if the inputs are.
    fn is_fortran(&self, inputs: &[RawArray]) -> bool {
        let Signature { inputs: declared, outputs, .. } = Self::CALLED.signature;
        let elementwise = declared.iter().chain(*outputs).all(|operand| operand.dims.is_empty());
        let is_turned = |array: &RawArray| {
            let rank = array.shape.len();
            rank >= 2 && array.strides[0] == 1 && array.strides[rank - 1] != 1 && array.shape.iter().all(|&n| n > 1)
        };
        let mut arrays = inputs.iter().filter(|array| !array.shape.is_empty()).peekable();
        elementwise && arrays.peek().is_some() && arrays.all(is_turned)
    }

    /// # Safety
    /// The operands are alive, of the kernel's types, and have the shapes of the geometry; the outputs alias nothing. The
    /// mask has the loop dimensions.
    unsafe fn run(
        &self,
        geometry: &Geometry,
        inputs: &[RawArray],
        outputs: &[RawArray],
        fresh: bool,
        mask: Option<&RawArray>,
    ) -> Result<(), Error> {
        let task = Task {
            called: Self::CALLED,
            geometry,
            inputs,
            outputs,
            mask,
            written: K::Outputs::WRITTEN,
            operations: K::OPERATIONS.max(1),
            schedule: self.schedule,
            lanes: self.lanes,
            fresh,
        };
        if let Some(whole) = K::WHOLE {
            // SAFETY: as the caller says.
            return unsafe { whole(self.kernel, &task) };
        }
        let walk = K::loops().at(self.schedule.level.unwrap_or_else(SimdLevel::detect));
        // SAFETY: as the caller says; these are the kernel's own loops.
        unsafe { task.run((&raw const *self.kernel).cast(), walk) };
        Ok(())
    }
}

/// Whether there are as many operands as ranks, and each has as many core dimensions.
const fn agree(operands: &[Declared], ranks: &[usize]) -> bool {
    let mut agree = operands.len() == ranks.len();
    let mut number = 0;
    while agree && number < ranks.len() {
        agree = operands[number].dims.len() == ranks[number];
        number += 1;
    }
    agree
}
