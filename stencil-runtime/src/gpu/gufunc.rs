//! `Gufunc::on`: a gufunc on a GPU.

use std::fmt;
use std::sync::Arc;

use crate::Error;
use crate::block::{ElementLayout, OutputInit, RawArray};
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::bind::{GpuOperands, GpuOutOperands};
use crate::gpu::geometry::operand::{Nest, OperandLayout};
use crate::gpu::kernel::{Dispatch, GpuCall, GpuKernel};
use crate::gpu::layout::DeviceLayout;
use crate::gpu::operand::{GpuArrays, Place};
use crate::gpu::parts::{GpuCalls, Visit};
use crate::gpu::reorder::{inverse, reordered};
use crate::gpu::task::{Source, Target, check_gpu};
use crate::gufunc::{Dims, DropDims, Geometry, Gufunc, OperandAxes};
use crate::kernel::{CallSite, GufuncKernel, GufuncOutputs};
use crate::parts::Layout;

/// A gufunc on a GPU: what [`Gufunc::on`] gives.
///
/// ```
/// use ndarray::{ArrayView1, array};
/// use ndstencil::prelude::*;
/// #[gufunc("(n)->()", gpu)]
/// fn total(x: ArrayView1<f32>) -> f32 {
///     let mut sum = 0.0;
///     for i in 0..x.len() { sum += x[i]; }
///     sum
/// }
/// let Ok(gpu) = Gpu::new() else { return Ok(()) };
/// let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
/// assert_eq!(total().on(&gpu).apply(&x)?, array![6.0, 15.0]);
/// assert_eq!(total().axis(0).on(&gpu).apply(&gpu.upload(&x)?)?.download()?, array![5.0, 7.0, 9.0]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct GpuGufunc<K, M = DropDims> {
    gufunc: Gufunc<K, M>,
    gpu: Gpu,
}

impl<K: GufuncKernel, M> fmt::Debug for GpuGufunc<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GpuGufunc").field("kernel", &K::NAME).field("gpu", &self.gpu).finish()
    }
}

impl<K, M> Gufunc<K, M> {
    /// The same kernel on a GPU. Arrays in host memory and on the GPU are taken, also both together.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()", gpu)]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let column = gpu.upload(&array![[10.0], [20.0]])?;
    /// let sums = add().on(&gpu).apply((&column, &array![1.0, 2.0]))?;
    /// assert_eq!(sums.download()?, array![[11.0, 12.0], [21.0, 22.0]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn on(self, gpu: &Gpu) -> GpuGufunc<K, M>
    where
        K: GpuKernel,
    {
        GpuGufunc { gufunc: self, gpu: gpu.clone() }
    }
}

impl<K: GufuncKernel + GpuKernel, M: Dims<K>> GpuGufunc<K, M> {
    const CALLED: CallSite = CallSite { kernel: K::NAME, signature: const { &K::SIGNATURE } };

    /// Applies the kernel to every loop element. Arrays in host memory give arrays there; as soon as one is on the GPU,
    /// so are the results, and the work is only recorded.
    ///
    /// # Errors
    /// As for [`Gufunc::apply`], and what [`Error`] has about GPUs.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()", gpu)]
    /// fn scaled(x: f32, by: f32) -> f32 { x * by }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(scaled().on(&gpu).apply((&array![1.0, 2.0], 10.0))?, array![10.0, 20.0]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[allow(clippy::type_complexity)]
    pub fn apply<A>(
        &self,
        x: A,
    ) -> Result<
        <<K::Inputs as GpuOperands<A>>::Place as Place>::Result<M::Arrays<<K::Inputs as GpuOperands<A>>::Loop>>,
        Error,
    >
    where
        K::Inputs: GpuOperands<A>,
        M::Arrays<<K::Inputs as GpuOperands<A>>::Loop>: GpuArrays,
    {
        let inputs = K::Inputs::sources(x);
        let geometry = self.resolve(&inputs, None)?;
        let shapes = geometry.output_shapes.clone();
        <<K::Inputs as GpuOperands<A>>::Place as Place>::results(K::NAME, &self.gpu, &shapes, |outputs| {
            self.run(&geometry, inputs, outputs, OutputInit::Uninit)
        })
    }

    /// Applies the kernel and writes into arrays that are there, in host memory or on the GPU.
    ///
    /// # Errors
    /// As for [`apply`](GpuGufunc::apply), and [`ShapeError::OutputLoops`](crate::ShapeError::OutputLoops).
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()", gpu)]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut out = array![[0, 0], [0, 0]];
    /// double().on(&gpu).apply_into(&array![1, 2], &mut out)?;
    /// assert_eq!(out, array![[2, 4], [2, 4]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into<A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        K::Inputs: GpuOperands<A>,
        K::Outputs: GpuOutOperands<B>,
    {
        let (inputs, outputs) = (K::Inputs::sources(x), K::Outputs::targets(&mut out));
        let geometry = self.resolve(&inputs, Some(&outputs))?;
        self.run(&geometry, inputs, outputs, OutputInit::Keep)
    }

    fn resolve(&self, inputs: &[Source<'_>], outputs: Option<&[Target<'_>]>) -> Result<Geometry, Error> {
        let inputs: Vec<RawArray> = inputs.iter().map(|input| raw(input.form())).collect();
        let outputs = outputs.map(|outputs| outputs.iter().map(|output| raw(output.form())).collect::<Vec<_>>());
        self.gufunc.call().resolve(&inputs, outputs.as_deref(), M::KEEP)
    }

    fn run(
        &self,
        geometry: &Geometry,
        inputs: Vec<Source<'_>>,
        outputs: Vec<Target<'_>>,
        init: OutputInit,
    ) -> Result<(), Error> {
        check_gpu(&self.gpu, K::NAME, &inputs, &outputs, |number| Self::CALLED.describe(number))?;
        let orders: Vec<AxisOrder> = geometry.inputs.iter().chain(&geometry.outputs).map(AxisOrder::new).collect();
        let (read, written) = orders.split_at(inputs.len());
        // Arrays in host memory are put in order on their way.
        let inputs: Vec<_> = inputs.into_iter().zip(read).map(|(input, order)| input.reordered(&order.axes)).collect();
        let outputs: Vec<_> =
            outputs.into_iter().zip(written).map(|(output, order)| output.reordered(&order.axes)).collect();
        let forms = inputs.iter().map(|(input, ordered)| (input.form(), *ordered));
        let forms: Vec<_> = forms.chain(outputs.iter().map(|(output, ordered)| (output.form(), *ordered))).collect();
        let turned = forms.iter().zip(&orders).any(|((_, ordered), order)| !ordered && !order.is_identity());
        let operands = self.operands(geometry, &orders, forms.into_iter());
        if turned && !Self::can_use(geometry, &operands) {
            return self.run_in_order(geometry, &orders, inputs, outputs, init);
        }
        let inputs: Vec<Source<'_>> = inputs.into_iter().map(|(input, _)| input).collect();
        let outputs: Vec<Target<'_>> = outputs.into_iter().map(|(output, _)| output).collect();
        self.with_operands(geometry, &operands, init, |dispatch| dispatch.execute(inputs, outputs, init))
    }

    /// Returns true when operands on the GPU can be used with their axes as they are.
    fn can_use(geometry: &Geometry, operands: &[OperandLayout]) -> bool {
        if K::CORES_LAST {
            return operands.iter().all(OperandLayout::ends_with_core);
        }
        Nest::new(operands, &geometry.loop_shape).torn(operands).is_none()
    }

    /// Runs a call on copies of arrays on the GPU, with loop axes first.
    fn run_in_order(
        &self,
        geometry: &Geometry,
        orders: &[AxisOrder],
        inputs: Vec<(Source<'_>, bool)>,
        outputs: Vec<(Target<'_>, bool)>,
        init: OutputInit,
    ) -> Result<(), Error> {
        let gpu = &self.gpu;
        let (read, written) = orders.split_at(inputs.len());
        let sources = inputs.into_iter().zip(read).map(|((input, ordered), order)| match input {
            Source::Device(data) if !ordered && !order.is_identity() => {
                Ok(Source::Device(Arc::new(reordered(gpu, &data, &order.axes)?)))
            }
            input => Ok(input),
        });
        let sources = sources.collect::<Result<Vec<_>, Error>>()?;
        let mut copies = Vec::new();
        for ((output, ordered), order) in outputs.iter().zip(written) {
            copies.push(match output {
                Target::Device(data) if !ordered && !order.is_identity() => Some(Arc::new(match init {
                    OutputInit::Uninit => Data::new(gpu, data.form.reordered(&order.axes))?,
                    // What outputs hold may stay there in part.
                    OutputInit::Keep => reordered(gpu, data, &order.axes)?,
                })),
                _ => None,
            });
        }
        let mut turned = Vec::new();
        let targets = outputs.into_iter().zip(&mut copies).zip(written).map(|(((output, _), copy), order)| {
            match (output, copy) {
                (Target::Device(to), Some(copy)) => {
                    turned.push((to, order));
                    Target::Device(copy)
                }
                (output, _) => output,
            }
        });
        let targets: Vec<Target<'_>> = targets.collect();
        let forms: Vec<_> = sources.iter().map(Source::form).chain(targets.iter().map(Target::form)).collect();
        let operands = self.operands(geometry, orders, forms.into_iter().map(|form| (form, true)));
        self.with_operands(geometry, &operands, init, |dispatch| dispatch.execute(sources, targets, init))?;
        for ((to, order), copy) in turned.into_iter().zip(copies.into_iter().flatten()) {
            *to = Arc::new(reordered(gpu, &copy, &inverse(&order.axes))?);
        }
        Ok(())
    }

    pub(crate) fn gpu(&self) -> &Gpu {
        &self.gpu
    }

    pub(crate) fn gufunc(&self) -> &Gufunc<K, M> {
        &self.gufunc
    }

    /// Calls `f` with what a call on arrays of these forms in host memory dispatches, into new outputs, and with the orders in
    /// which that takes their axes.
    pub(crate) fn with_new<R>(
        &self,
        inputs: &[DeviceLayout],
        f: impl FnOnce(Dispatch<'_>, &[AxisOrder]) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let raw: Vec<RawArray> = inputs.iter().cloned().map(raw).collect();
        let geometry = self.gufunc.call().resolve(&raw, None, M::KEEP)?;
        let orders: Vec<AxisOrder> = geometry.inputs.iter().chain(&geometry.outputs).map(AxisOrder::new).collect();
        let outputs = geometry.output_shapes.iter().zip(K::SHADER.outputs);
        let outputs = outputs.map(|(shape, scalar)| DeviceLayout::new(shape, *scalar));
        let ordered = |(form, order): (DeviceLayout, &AxisOrder)| (form.reordered(&order.axes), true);
        let forms = inputs.iter().cloned().chain(outputs).zip(&orders).map(ordered);
        let operands = self.operands(&geometry, &orders, forms);
        self.with_operands(&geometry, &operands, OutputInit::Uninit, |dispatch| f(dispatch, &orders))
    }

    /// The places of the loop elements and cores of operands; each form is in order, or the array is as it was.
    fn operands(
        &self,
        geometry: &Geometry,
        orders: &[AxisOrder],
        forms: impl Iterator<Item = (DeviceLayout, bool)>,
    ) -> Vec<OperandLayout> {
        let inputs = geometry.inputs.len();
        let operand = |(number, ((form, ordered), order)): (usize, ((DeviceLayout, bool), &AxisOrder))| {
            let output = usize::checked_sub(number, inputs);
            let place = |at: usize| if ordered { at } else { order.axes[at] };
            let loops: Vec<usize> = (0..order.loops).map(place).collect();
            let mut axes = (order.loops..).map(place);
            // With `keepdims`, outputs have further axes, which are no core dimensions of theirs.
            let dims = Self::CALLED.operand(number).dims.iter();
            let core = dims.map(|&dim| (!geometry.sizes.missing[dim]).then(|| axes.next()).flatten()).collect();
            let returned = output.is_some_and(|output| !K::Outputs::WRITTEN[output]);
            OperandLayout { form, loops, core, returned, output: output.is_some() }
        };
        forms.zip(orders).enumerate().map(operand).collect()
    }

    fn with_operands<R>(
        &self,
        geometry: &Geometry,
        operands: &[OperandLayout],
        init: OutputInit,
        f: impl FnOnce(Dispatch<'_>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let call = GpuCall {
            gpu: &self.gpu,
            called: Self::CALLED,
            operands,
            inputs: geometry.inputs.len(),
            loop_shape: &geometry.loop_shape,
            sizes: (0..K::SIGNATURE.dims.len()).map(|dim| geometry.sizes.get(dim)).collect(),
            init,
        };
        self.gufunc.kernel.with_dispatch(&call, f)
    }
}

impl<K: GufuncKernel + GpuKernel, M: Dims<K> + Send + Sync> GpuCalls for GpuGufunc<K, M> {
    fn with_call(&self, layout: &Layout, visit: &mut Visit<'_>) -> Result<(), Error> {
        let inputs = layout.inputs.iter().zip(K::SHADER.inputs);
        let inputs: Vec<_> = inputs.map(|(input, scalar)| DeviceLayout::new(&input.shape, *scalar)).collect();
        self.with_new(&inputs, |dispatch, orders| {
            visit(&dispatch, &orders.iter().map(|order| order.axes.clone()).collect::<Vec<_>>())
        })
    }
}

/// The axes of an operand, loop axes first.
pub(crate) struct AxisOrder {
    axes: Vec<usize>,
    loops: usize,
}

impl AxisOrder {
    fn is_identity(&self) -> bool {
        self.axes.iter().copied().eq(0..self.axes.len())
    }

    fn new(axes: &OperandAxes) -> AxisOrder {
        AxisOrder { axes: axes.loops.iter().chain(&axes.core).copied().collect(), loops: axes.loops.len() }
    }
}

/// The part of an operand that is checked: its shape.
fn raw(form: DeviceLayout) -> RawArray {
    let strides = vec![0; form.shape.len()];
    let element = ElementLayout::of::<u8>();
    RawArray { at: std::ptr::null_mut(), shape: form.shape, strides, element }
}
