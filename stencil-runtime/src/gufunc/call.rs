//! A call of a gufunc: resolves it, allocates, and hands it to an executor.

use ndarray::{ArrayViewD, IxDyn};

use super::axes::Axes;
use super::dims::{Arrays, Dims, Loop};
use super::geometry::{Geometry, Rules, resolve};
use super::methods::Reshape;
use super::operand::{Operand, Operands, OutOperands};
use super::order;
use crate::block::{OutputInit, RawArray};
use crate::exec::nest::NestRequest;
use crate::kernel::{
    self, CallSite, GufuncKernel, GufuncOutputs, InnerLoop, InnerOperands, Inputs, Order, SignatureOperand as Declared,
};
use crate::memory::{NoMemory, check_room};
use crate::{Error, KernelError, Schedule, ShapeError};

/// One call of a kernel.
pub(crate) struct Call<'k, K> {
    pub(crate) kernel: &'k K,
    pub(crate) axes: Axes,
    pub(crate) schedule: Schedule,
    /// True when all is computed in the plainest way.
    pub(crate) reference: bool,
}

impl<K: GufuncKernel> Call<'_, K> {
    /// The executor reads as many operands and axes as the types declare, and finds them as the signature says.
    pub(crate) const CALLED: CallSite = {
        assert!(
            agree(K::SIGNATURE.inputs, K::Inputs::RANKS) && agree(K::SIGNATURE.outputs, K::Outputs::RANKS),
            "a kernel's signature and its types are about the same operands"
        );
        CallSite { kernel: K::NAME, signature: const { &K::SIGNATURE } }
    };

    pub(crate) fn apply<M: Dims<K>, A>(&self, x: &A) -> Result<Arrays<K, M, A>, Error>
    where
        K::Inputs: Operands<A>,
    {
        // SAFETY: the operands are the kernel's and borrowed for the call; every element is written.
        unsafe { Ok(M::collect(self.fill(&K::Inputs::erase(x), M::KEEP)?)) }
    }

    /// As `apply`, for results of any number of axes.
    #[allow(clippy::type_complexity)]
    pub(crate) fn apply_dyn<A>(
        &self,
        x: &A,
        keepdims: bool,
    ) -> Result<<K::Outputs as GufuncOutputs>::Arrays<IxDyn>, Error>
    where
        K::Inputs: Operands<A>,
    {
        // SAFETY: as for `apply`.
        unsafe { Ok(K::Outputs::collect(self.fill(&K::Inputs::erase(x), keepdims)?)) }
    }

    /// As `apply`, to arrays of a filter.
    pub(crate) fn apply_arrays<M: Dims<K>, In: kernel::Arrays>(
        &self,
        x: &In::Refs<'_>,
    ) -> Result<M::Arrays<Loop<K, In>>, Error>
    where
        K::Inputs: Operands<In::Refs<'static>>,
    {
        // SAFETY: as for `apply`; operands are the same however long they are borrowed.
        unsafe { Ok(M::collect(self.fill(&In::raw(x), M::KEEP)?)) }
    }

    /// New outputs, of which every element is written.
    ///
    /// # Safety
    /// The inputs are alive and of the kernel's types.
    unsafe fn fill(&self, inputs: &[RawArray], keepdims: bool) -> Result<<K::Outputs as GufuncOutputs>::Uninit, Error> {
        let geometry = self.resolve(inputs, None, keepdims)?;
        let too_large = |shape: &[usize]| ShapeError::too_large(K::NAME, shape);
        let shapes = geometry.output_shapes.iter().map(Vec::as_slice);
        let sizes = K::Outputs::ELEMENTS.iter().map(|element| element.size);
        check_room(shapes.zip(sizes)).map_err(too_large)?;
        let orders = order::of_outputs(Self::CALLED.signature, &geometry, inputs);
        let mut arrays = K::Outputs::allocate(&geometry.output_shapes, &orders).map_err(too_large)?;
        let outputs = K::Outputs::erase(&mut arrays);
        // SAFETY: as the caller says, and the outputs are new.
        unsafe { self.run(&geometry, inputs, &outputs, OutputInit::Uninit, None)? };
        // A kernel computes each loop element of its outputs.
        Ok(arrays)
    }

    pub(crate) fn apply_into<A, B>(&self, x: &A, out: &mut B, keepdims: bool) -> Result<(), Error>
    where
        K::Inputs: Operands<A>,
        K::Outputs: OutOperands<B>,
    {
        // SAFETY: the operands are the kernel's and borrowed for the call, the outputs exclusively.
        unsafe { self.write(&K::Inputs::erase(x), &K::Outputs::erase_mut(out), keepdims) }
    }

    /// As `apply_into`, to arrays of a filter.
    pub(crate) fn apply_arrays_into<In: kernel::Arrays, Out: kernel::Arrays>(
        &self,
        x: &In::Refs<'_>,
        out: &mut Out::Muts<'_>,
        keepdims: bool,
    ) -> Result<(), Error>
    where
        K::Inputs: Operands<In::Refs<'static>>,
        K::Outputs: OutOperands<Out::Muts<'static>>,
    {
        // SAFETY: as for `apply_into`; operands are the same however long they are borrowed.
        unsafe { self.write(&In::raw(x), &Out::raw_mut(out), keepdims) }
    }

    /// # Safety
    /// The operands are alive and of the kernel's types; the outputs alias nothing.
    unsafe fn write(&self, inputs: &[RawArray], outputs: &[RawArray], keepdims: bool) -> Result<(), Error> {
        let geometry = self.resolve(inputs, Some(outputs), keepdims)?;
        // SAFETY: as the caller says; the shapes were checked.
        unsafe { self.run(&geometry, inputs, outputs, OutputInit::Keep, None) }
    }

    /// As `write`, into outputs that hold nothing yet.
    ///
    /// # Safety
    /// As for `write`.
    pub(crate) unsafe fn renew(&self, inputs: &[RawArray], outputs: &[RawArray], keepdims: bool) -> Result<(), Error> {
        let geometry = self.resolve(inputs, Some(outputs), keepdims)?;
        // SAFETY: as the caller says; the shapes were checked.
        unsafe { self.run(&geometry, inputs, outputs, OutputInit::Uninit, None) }
    }

    /// As `apply_into`, for the loop elements where the mask is true.
    pub(crate) fn apply_masked<A, B>(
        &self,
        x: &A,
        out: &mut B,
        keepdims: bool,
        mask: ArrayViewD<'_, bool>,
    ) -> Result<(), Error>
    where
        K::Inputs: Operands<A>,
        K::Outputs: OutOperands<B>,
    {
        let inputs = K::Inputs::erase(x);
        let outputs = K::Outputs::erase_mut(out);
        let geometry = self.resolve(&inputs, Some(&outputs), keepdims)?;
        let loops = &geometry.loop_shape;
        let Some(mask) = Reshape::<bool, IxDyn>::broadcast(&mask, loops) else {
            return Err(Error::Shape(ShapeError::Mask {
                kernel: K::NAME,
                found: mask.shape().to_vec(),
                expected: loops.clone(),
            }));
        };
        // SAFETY: as for `apply_into`; the mask was broadcast to the loop dimensions.
        unsafe { self.run(&geometry, &inputs, &outputs, OutputInit::Keep, Some(&mask.raw())) }
    }

    pub(crate) fn resolve(
        &self,
        inputs: &[RawArray],
        outputs: Option<&[RawArray]>,
        keepdims: bool,
    ) -> Result<Geometry, Error> {
        if let Some(level) = self.schedule.level.filter(|level| !level.is_available()) {
            return Err(Error::Kernel(KernelError::Level { kernel: K::NAME, level }));
        }
        let shapes = |arrays: &'_ [RawArray]| arrays.iter().map(|array| array.shape.clone()).collect::<Vec<_>>();
        let inputs = shapes(inputs);
        let outputs = outputs.map(shapes);
        let inputs: Vec<&[usize]> = inputs.iter().map(Vec::as_slice).collect();
        let outputs: Option<Vec<&[usize]>> = outputs.as_ref().map(|all| all.iter().map(Vec::as_slice).collect());
        let rules = Rules {
            compute: &|sizes| self.kernel.sizes(sizes),
            accepts: &|sizes| self.kernel.accepts(sizes),
            parameters: &|tell| self.kernel.parameters(tell),
        };
        resolve(Self::CALLED, &self.axes, keepdims, &inputs, outputs.as_deref(), &rules)
    }

    /// The same call on this thread alone, unless it may take several.
    pub(crate) fn on_threads(&self, several: bool) -> Self {
        Call { schedule: self.schedule.on_threads(several), ..*self }
    }

    /// As `resolve`, for new outputs of inputs of some shapes.
    pub(crate) fn resolve_shapes(&self, shapes: &[Vec<usize>], keepdims: bool) -> Result<Geometry, Error> {
        let inputs = shapes.iter().zip(K::Inputs::ELEMENTS);
        let inputs: Vec<RawArray> = inputs.map(|(shape, &element)| RawArray::of_shape(shape, element)).collect();
        self.resolve(&inputs, None, keepdims)
    }

    /// # Safety
    /// The operands are alive, of the kernel's types, and have the shapes of the geometry; the outputs alias nothing. The
    /// mask has the loop dimensions.
    unsafe fn run(
        &self,
        geometry: &Geometry,
        inputs: &[RawArray],
        outputs: &[RawArray],
        init: OutputInit,
        mask: Option<&RawArray>,
    ) -> Result<(), Error> {
        let request = self.request(geometry, inputs, outputs, init, mask)?;
        // SAFETY: as the caller says; these are the kernel's own loops, over the cores that it accepted.
        unsafe { request.run() }
            .map_err(|NoMemory { bytes }| Error::Kernel(KernelError::ScratchMemory { kernel: K::NAME, bytes }))
    }

    /// The call without its types, whose operands have the shapes of the geometry.
    pub(crate) fn request<'a>(
        &'a self,
        geometry: &'a Geometry,
        inputs: &[RawArray],
        outputs: &[RawArray],
        init: OutputInit,
        mask: Option<&RawArray>,
    ) -> Result<NestRequest<'a>, Error> {
        let mut first = InnerLoop {
            count: 0,
            elements: geometry.loop_shape.iter().product(),
            inputs: InnerOperands::new(),
            outputs: InnerOperands::new(),
            order: if self.reference { Order::Ascending } else { Order::Any },
            stream: false,
            init,
            reference: self.reference,
            schedule: self.schedule,
        };
        let declared = Self::CALLED.signature;
        let axes = || geometry.inputs.iter().chain(&geometry.outputs);
        for (number, (array, axes)) in inputs.iter().zip(&geometry.inputs).enumerate() {
            first.inputs.push(geometry.first_core(array, axes, &declared.inputs[number]));
        }
        for (number, (array, axes)) in outputs.iter().zip(&geometry.outputs).enumerate() {
            first.outputs.push(geometry.first_core(array, axes, &declared.outputs[number]));
        }
        let operands = inputs.iter().chain(outputs).zip(axes());
        let strides = operands.map(|(array, axes)| geometry.loop_strides(array, axes));
        let level = self.schedule.simd_level();
        Ok(NestRequest {
            kernel: (&raw const *self.kernel).cast(),
            inner_loop: K::loops().at(level),
            inner_plan: self.kernel.plan(&first)?,
            shape: &geometry.loop_shape,
            first,
            inputs: inputs.len(),
            outputs: outputs.len(),
            strides: strides.chain(mask.map(|mask| mask.strides.clone())).collect(),
            mask: mask.map(|mask| mask.at.cast_const().cast()),
            schedule: self.schedule,
        })
    }
}

/// Returns true when there are as many operands as ranks, and each has as many core dimensions.
const fn agree(operands: &[Declared], ranks: &[usize]) -> bool {
    let mut agree = operands.len() == ranks.len();
    let mut number = 0;
    while agree && number < ranks.len() {
        agree = operands[number].dims.len() == ranks[number];
        number += 1;
    }
    agree
}
