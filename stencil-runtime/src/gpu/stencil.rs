//! `Stencil::on`: a stencil on a GPU.

use std::fmt;
use std::sync::Arc;

use crate::block::{Block, ElementLayout, OutputInit};
use crate::exec::call::Call;
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::batched_stencil::BatchedStencil;
use crate::gpu::geometry::StencilGeometry;
use crate::gpu::geometry::operand::OperandLayout;
use crate::gpu::kernel::{Dispatch, GpuCall, GpuKernel};
use crate::gpu::layout::DeviceLayout;
use crate::gpu::operand::{GpuArrays, GpuInputs, GpuOutputs, Place};
use crate::gpu::parts::{GpuCalls, Visit};
use crate::gpu::rules::GpuRules;
use crate::gpu::shader::{ElementType, Field, Parameters, Shader};
use crate::gpu::stencil_dispatch::StencilDispatch;
use crate::gpu::task::{Launch, Source, Target, check_gpu, check_places, execute};
use crate::kernel::{Kernel, Outputs};
use crate::parts::Layout;
use crate::{Error, Stencil};

/// A stencil on a GPU: what [`Stencil::on`] gives.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(gpu, boundary = Nearest)]
/// fn smooth(x: Window1<f32>) -> f32 { (x[-1] + x[0] + x[1]) / 3.0 }
/// let Ok(gpu) = Gpu::new() else { return Ok(()) };
/// let on_gpu = smooth().on(&gpu);
/// assert_eq!(on_gpu.apply(&array![9.0, 0.0, 3.0])?, array![6.0, 4.0, 2.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct GpuStencil<K: Kernel> {
    stencil: Stencil<K>,
    gpu: Gpu,
}

impl<K: Kernel> fmt::Debug for GpuStencil<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GpuStencil").field("kernel", &K::NAME).field("gpu", &self.gpu).finish()
    }
}

/// The arrays that a stencil returns.
type Arrays<K> = <<K as Kernel>::Out as Outputs>::Arrays<<K as Kernel>::Dim>;

impl<K: Kernel> Stencil<K> {
    /// The same kernel on a GPU. Arrays in host memory and on the GPU are taken, also both together.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(left().on(&gpu).apply(&array![1, 2, 3])?, array![3, 1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    ///
    /// A kernel whose function does not say `gpu` has no such form:
    ///
    /// ```compile_fail
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn same(x: Window1<i32>) -> i32 { x[0] }
    /// fn on(gpu: &Gpu) { let _ = same().on(gpu); }
    /// ```
    pub fn on(self, gpu: &Gpu) -> GpuStencil<K>
    where
        K: GpuKernel,
    {
        GpuStencil { stencil: self, gpu: gpu.clone() }
    }
}

impl<K: Kernel + GpuKernel> GpuStencil<K>
where
    K::Rules: GpuRules,
{
    /// Applies the kernel to every point. Arrays in host memory give arrays there; as soon as one is on the GPU, so are
    /// the results, and the work is only recorded.
    ///
    /// # Errors
    /// As for [`Stencil::apply`], and what [`Error`] has about GPUs.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Nearest)]
    /// fn rise(x: Window1<f32>) -> f32 { x[1] - x[0] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let x = gpu.upload(&array![1.0, 4.0, 9.0, 16.0])?;
    /// let twice = rise().on(&gpu).apply(&rise().on(&gpu).apply(&x)?)?;
    /// assert_eq!(twice.download()?, array![2.0, 2.0, -7.0, 0.0]);
    /// assert_eq!(gpu.stats().submissions, 1); // both calls and the download
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply<A>(&self, x: A) -> Result<<A::Place as Place>::Result<Arrays<K>>, Error>
    where
        A: GpuInputs<K::Windows<'static>>,
        Arrays<K>: GpuArrays,
    {
        let inputs = x.sources();
        let forms: Vec<DeviceLayout> = inputs.iter().map(Source::form).collect();
        with_sweep(&self.stencil, &self.gpu, &forms, None, |sweep| {
            let written = sweep.outline.written();
            let shapes = vec![written; K::SHADER.outputs.len()];
            A::Place::results::<Arrays<K>>(K::NAME, &self.gpu, &shapes, |outputs| {
                self.run(sweep, inputs, outputs, OutputInit::Uninit)
            })
        })
    }

    /// Applies the kernel and writes into arrays that are there, in host memory or on the GPU.
    ///
    /// # Errors
    /// As for [`apply`](GpuStencil::apply), and [`ShapeError::Output`](crate::ShapeError::Output).
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu)]
    /// fn double(x: Window1<i32>) -> i32 { 2 * x[0] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut out = array![0, 0, 0];
    /// double().on(&gpu).apply_into(&array![1, 2, 3], &mut out)?;
    /// assert_eq!(out, array![2, 4, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into<A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        A: GpuInputs<K::Windows<'static>>,
        B: GpuOutputs<Arrays<K>>,
    {
        self.write(x.sources(), out.targets(), OutputInit::Keep)
    }

    pub(crate) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    pub(crate) fn stencil(&self) -> &Stencil<K> {
        &self.stencil
    }

    /// Writes into arrays that are there.
    pub(crate) fn write(
        &self,
        inputs: Vec<Source<'_>>,
        outputs: Vec<Target<'_>>,
        init: OutputInit,
    ) -> Result<(), Error> {
        let forms: Vec<DeviceLayout> = inputs.iter().map(Source::form).collect();
        let written: Vec<DeviceLayout> = outputs.iter().map(Target::form).collect();
        with_sweep(&self.stencil, &self.gpu, &forms, (init == OutputInit::Keep).then_some(&written), |sweep| {
            self.run(sweep, inputs, outputs, init)
        })
    }

    /// New arrays on the GPU.
    pub(crate) fn on_device(&self, inputs: Vec<Source<'_>>) -> Result<Vec<Arc<Data>>, Error> {
        let forms: Vec<DeviceLayout> = inputs.iter().map(Source::form).collect();
        with_sweep(&self.stencil, &self.gpu, &forms, None, |sweep| {
            let forms = K::SHADER.outputs.iter().map(|scalar| DeviceLayout::new(&sweep.outline.written(), *scalar));
            let mut data = forms.map(|form| Data::new(&self.gpu, form).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
            self.run(sweep, inputs, data.iter_mut().map(Target::Device).collect(), OutputInit::Uninit)?;
            Ok(data)
        })
    }

    /// Refuses operands that are on another GPU.
    pub(crate) fn check(&self, inputs: &[Source<'_>], outputs: &[Target<'_>]) -> Result<(), Error> {
        check_gpu(&self.gpu, K::NAME, inputs, outputs, |number| match K::INPUTS.get(number) {
            Some(name) => format!("input `{name}`").into(),
            None => format!("output {}", number - K::INPUTS.len()).into(),
        })
    }

    /// Calls `f` with what a call on arrays of these forms dispatches, into new outputs.
    pub(crate) fn with_new<R>(
        &self,
        inputs: &[DeviceLayout],
        f: impl FnOnce(Dispatch<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        with_sweep(&self.stencil, &self.gpu, inputs, None, |sweep| {
            let outputs = K::SHADER.outputs.iter().map(|scalar| DeviceLayout::new(&sweep.outline.written(), *scalar));
            let operands: Vec<OperandLayout> = inputs.iter().cloned().chain(outputs).map(OperandLayout::core).collect();
            f(Dispatch::Stencil(BatchedStencil { sweep, operands: &operands, inputs: inputs.len(), loop_shape: &[] }))
        })
    }

    fn run(
        &self,
        sweep: &StencilDispatch<'_>,
        inputs: Vec<Source<'_>>,
        outputs: Vec<Target<'_>>,
        init: OutputInit,
    ) -> Result<(), Error> {
        self.check(&inputs, &outputs)?;
        let forms = inputs.iter().map(Source::form).chain(outputs.iter().map(Target::form));
        let operands: Vec<OperandLayout> = forms.map(OperandLayout::core).collect();
        let stack = BatchedStencil { sweep, operands: &operands, inputs: inputs.len(), loop_shape: &[] };
        execute(&stack, inputs, outputs, init)
    }
}

/// A stencil over the last axes of its operands, whose axes keep their order.
impl<K: Kernel + GpuKernel> GpuCalls for GpuStencil<K>
where
    K::Rules: GpuRules,
{
    fn with_call(&self, layout: &Layout, visit: &mut Visit<'_>) -> Result<(), Error> {
        let rank = <K::Dim as ndarray::Dimension>::NDIM.expect("a kernel has a fixed rank");
        let place = |shape: &[usize], scalar: ElementType, output: bool| OperandLayout {
            form: DeviceLayout::new(shape, scalar),
            loops: (0..shape.len() - rank).collect(),
            core: (shape.len() - rank..shape.len()).map(Some).collect(),
            returned: output,
            output,
        };
        let inputs =
            layout.inputs.iter().zip(K::SHADER.inputs).map(|(input, scalar)| place(&input.shape, *scalar, false));
        let outputs =
            layout.outputs.iter().zip(K::SHADER.outputs).map(|(output, scalar)| place(&output.shape, *scalar, true));
        let operands: Vec<OperandLayout> = inputs.chain(outputs).collect();
        let orders: Vec<Vec<usize>> = operands.iter().map(|operand| (0..operand.form.shape.len()).collect()).collect();
        let (inputs, loop_shape) = (layout.inputs.len(), &layout.space[..layout.space.len() - rank]);
        let cores: Vec<DeviceLayout> = operands[..inputs].iter().map(core).collect();
        with_sweep(&self.stencil, &self.gpu, &cores, None, |sweep| {
            visit(&Dispatch::Stencil(BatchedStencil { sweep, operands: &operands, inputs, loop_shape }), &orders)
        })
    }
}

/// Checks the shapes of a stencil's arrays and calls `f` with the geometry. Without outputs, new ones are meant.
pub(crate) fn with_sweep<K, R>(
    stencil: &Stencil<K>,
    gpu: &Gpu,
    inputs: &[DeviceLayout],
    outputs: Option<&[DeviceLayout]>,
    f: impl FnOnce(&StencilDispatch<'_>) -> Result<R, Error>,
) -> Result<R, Error>
where
    K: Kernel + GpuKernel,
    K::Rules: GpuRules,
{
    let call = stencil.call();
    let inputs = inputs.iter().map(block).collect();
    call.with_domain(&inputs, |stage, domain| {
        let outline = StencilGeometry { reads: stage.reads, domain: *domain, unit: K::SHADER.cells as usize };
        let form = |(number, scalar): (usize, &ElementType)| {
            let shape = outputs.map_or_else(|| outline.written(), |forms| forms[number].shape.clone());
            block(&DeviceLayout::new(&shape, *scalar))
        };
        let written = K::SHADER.outputs.iter().enumerate().map(form).collect();
        let init = if outputs.is_none() { OutputInit::Uninit } else { OutputInit::Keep };
        Call::<K>::check(stage, domain, &inputs, &written, init)?;
        let places =
            |axis| [Field::Shape(axis), Field::Shift(axis)].iter().any(|field| K::SHADER.params.contains(field));
        check_places(K::NAME, &domain.shape[..domain.rank], usize::MAX, places)?;
        let launch = Launch::new(gpu, K::NAME, call.kernel, true)?;
        f(&StencilDispatch { launch, outline, bits: call.rules.bits() })
    })
}

/// A stencil over the last axes of its operands.
impl<K: Kernel + GpuKernel> GpuKernel for Stencil<K>
where
    K::Rules: GpuRules,
{
    const SHADER: Shader = K::SHADER;
    const CORES_LAST: bool = true;

    fn parameters(&self, parameters: &mut Parameters<'_>) {
        self.call().kernel.parameters(parameters);
    }

    fn with_dispatch<R>(
        &self,
        call: &GpuCall<'_>,
        run: impl FnOnce(Dispatch<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let GpuCall { gpu, operands, inputs, loop_shape, init, .. } = *call;
        assert!(operands.iter().all(OperandLayout::ends_with_core), "the cores of stencils are last");
        let forms: Vec<DeviceLayout> = operands.iter().map(core).collect();
        let (read, written) = forms.split_at(inputs);
        with_sweep(self, gpu, read, (init == OutputInit::Keep).then_some(written), |sweep| {
            run(Dispatch::Stencil(BatchedStencil { sweep, operands, loop_shape, inputs }))
        })
    }
}

/// The form of a core of an operand.
fn core(operand: &OperandLayout) -> DeviceLayout {
    let shape: Vec<usize> = operand.core.iter().flatten().map(|&axis| operand.form.shape[axis]).collect();
    DeviceLayout::new(&shape, operand.form.scalar)
}

/// The checked properties of an operand: its shape and its type.
fn block(form: &DeviceLayout) -> Block {
    Block::of_shape(&form.shape, element(form.scalar))
}

fn element(scalar: ElementType) -> ElementLayout {
    match scalar {
        ElementType::Bool => ElementLayout::of::<bool>(),
        ElementType::I8 => ElementLayout::of::<i8>(),
        ElementType::I16 => ElementLayout::of::<i16>(),
        ElementType::I32 => ElementLayout::of::<i32>(),
        ElementType::I64 => ElementLayout::of::<i64>(),
        ElementType::Isize => ElementLayout::of::<isize>(),
        ElementType::U8 => ElementLayout::of::<u8>(),
        ElementType::U16 => ElementLayout::of::<u16>(),
        ElementType::U32 => ElementLayout::of::<u32>(),
        ElementType::U64 => ElementLayout::of::<u64>(),
        ElementType::Usize => ElementLayout::of::<usize>(),
        #[cfg(feature = "f16")]
        ElementType::F16 => ElementLayout::of::<half::f16>(),
        #[cfg(not(feature = "f16"))]
        ElementType::F16 => ElementLayout::of::<[u8; 2]>(),
        ElementType::F32 => ElementLayout::of::<f32>(),
        ElementType::F64 => ElementLayout::of::<f64>(),
    }
}
