//! `explain` on a GPU: the parts of a call, their bytes and dispatches.

use std::fmt;

use ndarray::{Dimension, IntoDimension};

use super::Gpu;
use super::gufunc::GpuGufunc;
use super::kernel::GpuKernel;
use super::layout::DeviceLayout;
use super::plan::{Cut, GpuPlan};
use super::repeat::GpuRepeat;
use super::rules::GpuRules;
use super::stencil::GpuStencil;
use crate::gufunc::Dims;
use crate::kernel::{GufuncKernel, Kernel};
use crate::memory::may_hold;
use crate::plan::text;
use crate::{Error, ShapeError};

/// The plan of a call on a GPU, of arrays in host memory: what [`GpuStencil::explain`], [`GpuGufunc::explain`] and
/// [`GpuRepeat::explain`] give.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GpuExplanation {
    /// The name of the element function.
    pub kernel: &'static str,
    /// The name of the GPU.
    pub gpu: String,
    /// The number of sweeps, 1 but for repeats.
    pub sweeps: usize,
    /// The parts that a sweep comes and goes in: 1 where whole arrays fit the GPU's limits.
    pub parts: usize,
    /// The reason for several parts.
    pub cut: Option<GpuCut>,
    /// The dispatches of a sweep.
    pub dispatches: usize,
    /// Bytes of the operands that go to the GPU for a sweep on its own.
    pub bytes_up: u64,
    /// Bytes of the operands that come back.
    pub bytes_down: u64,
    /// Bytes of the GPU's memory that the operands of the largest part take.
    pub memory: u64,
}

/// An operand that is larger than the GPU takes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GpuCut {
    /// The number of the operand, inputs first.
    pub operand: usize,
    /// Its bytes on the GPU.
    pub bytes: u64,
    /// The most that a binding and a buffer take.
    pub limit: u64,
}

impl GpuExplanation {
    pub(super) fn new<W>(kernel: &'static str, gpu: &Gpu, plan: &GpuPlan<'_, W>, dispatches: usize) -> GpuExplanation {
        let memory = |part: &super::plan::Part<'_, W>| part.operands.iter().map(|operand| operand.form.bytes()).sum();
        GpuExplanation {
            kernel,
            gpu: gpu.name().to_owned(),
            sweeps: 1,
            parts: plan.parts.len(),
            cut: plan.cut.map(|Cut { operand, bytes, limit }| GpuCut { operand, bytes, limit }),
            dispatches,
            bytes_up: plan.parts.iter().map(|part| part.up).sum(),
            bytes_down: plan.parts.iter().map(|part| part.down).sum(),
            memory: plan.parts.iter().map(memory).max().unwrap_or(0),
        }
    }
}

impl<K: Kernel + GpuKernel> GpuStencil<K>
where
    K::Rules: GpuRules,
{
    /// The plan for arrays of a shape in host memory, with its reasons. Nothing is computed.
    ///
    /// # Errors
    /// As for [`apply`](GpuStencil::apply) on such arrays, as far as their shape tells.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Nearest)]
    /// fn smooth(x: Window1<f32>) -> f32 { (x[-1] + x[0] + x[1]) / 3.0 }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let plan = smooth().on(&gpu).explain(1000)?;
    /// assert_eq!((plan.parts, plan.bytes_up, plan.bytes_down), (1, 4000, 4000));
    /// println!("{plan}");
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shape: impl IntoDimension<Dim = K::Dim>) -> Result<GpuExplanation, Error> {
        let shape = shape.into_dimension();
        held(K::NAME, shape.slice())?;
        let forms: Vec<DeviceLayout> =
            K::SHADER.inputs.iter().map(|scalar| DeviceLayout::new(shape.slice(), *scalar)).collect();
        self.with_new(&forms, |dispatch| dispatch.explain(K::NAME))
    }
}

impl<K: Kernel + GpuKernel> GpuRepeat<K>
where
    K::Rules: GpuRules,
{
    /// The plan of a sweep over an array of a shape in host memory, and the number of sweeps. Nothing is computed.
    ///
    /// Where arrays fit the GPU, they stay there between sweeps, in one submission.
    ///
    /// # Errors
    /// As for [`GpuStencil::explain`].
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(left().repeat(50).on(&gpu).explain(64)?.sweeps, 50);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shape: impl IntoDimension<Dim = K::Dim>) -> Result<GpuExplanation, Error> {
        Ok(GpuExplanation { sweeps: self.repeat.times, ..self.stencil.explain(shape)? })
    }
}

impl<K: GufuncKernel + GpuKernel, M: Dims<K>> GpuGufunc<K, M> {
    /// The plan for inputs of these shapes in host memory, with its reasons. Nothing is computed.
    ///
    /// # Errors
    /// As for [`apply`](GpuGufunc::apply) on such arrays, as far as their shapes tell;
    /// [`ShapeError::OperandCount`](crate::ShapeError::OperandCount) for another number of shapes than of inputs.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()", gpu)]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let plan = add().on(&gpu).explain(&[&[100, 10], &[10]])?;
    /// assert_eq!((plan.bytes_up, plan.bytes_down), (4040, 4000));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shapes: &[&[usize]]) -> Result<GpuExplanation, Error> {
        let inputs = K::SHADER.inputs;
        if shapes.len() != inputs.len() {
            return Err(Error::Shape(ShapeError::OperandCount {
                kernel: K::NAME,
                found: shapes.len(),
                expected: inputs.len(),
            }));
        }
        shapes.iter().try_for_each(|shape| held(K::NAME, shape))?;
        let forms: Vec<DeviceLayout> =
            shapes.iter().zip(inputs).map(|(shape, scalar)| DeviceLayout::new(shape, *scalar)).collect();
        self.with_new(&forms, |dispatch, _| dispatch.explain(K::NAME))
    }
}

/// Refuses shapes that no host memory can hold: their parts are beyond counting.
fn held(kernel: &'static str, shape: &[usize]) -> Result<(), Error> {
    let cells = shape.iter().filter(|&&n| n > 0).try_fold(1usize, |cells, &n| cells.checked_mul(n));
    match cells.filter(|&cells| may_hold(cells)) {
        Some(_) => Ok(()),
        None => Err(ShapeError::too_large(kernel, shape)),
    }
}

impl fmt::Display for GpuExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = |bytes: u64| text::bytes(usize::try_from(bytes).unwrap_or(usize::MAX));
        writeln!(f, "{} on {}", self.kernel, self.gpu)?;
        if self.sweeps != 1 {
            writeln!(f, "  sweeps    {}; the figures are of one", self.sweeps)?;
        }
        writeln!(f, "  parts     {}", self.parts)?;
        if let Some(GpuCut { operand, bytes: size, limit }) = self.cut {
            let (size, limit) = (bytes(size), bytes(limit));
            writeln!(f, "            operand {operand} takes {size}, the GPU {limit} at once")?;
        }
        writeln!(f, "  work      {}", text::counted_as(self.dispatches, "dispatch", "dispatches"))?;
        writeln!(f, "  copies    {} there, {} back", bytes(self.bytes_up), bytes(self.bytes_down))?;
        writeln!(f, "  memory    {}", bytes(self.memory))
    }
}
