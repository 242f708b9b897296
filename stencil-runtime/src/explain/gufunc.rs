//! `Gufunc::explain`: the plan of a loop nest.

use std::fmt;

use super::{StencilExplanation, Stores, Threads, Way};
use crate::block::{ElementLayout, OutputInit, RawArray, fits_memory};
use crate::gufunc::{Dims, Gufunc, OperandAxes};
use crate::kernel::{GufuncKernel, GufuncOutputs, Inputs, SignatureOperand};
use crate::plan::text;
use crate::{Error, ShapeError, SimdLevel};

/// The plan of a gufunc for operands of certain shapes: what [`Gufunc::explain`] gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GufuncExplanation {
    /// The name of the element function.
    pub kernel: &'static str,
    /// The signature.
    pub signature: &'static str,
    /// The inputs, in the order of the signature.
    pub inputs: Vec<ExplainedOperand>,
    /// The outputs, in the order of the signature.
    pub outputs: Vec<ExplainedOperand>,
    /// The loop dimensions of all operands, broadcast.
    pub loop_shape: Vec<usize>,
    /// The loops, from the outermost to the innermost: loop dimensions reordered, and taken together where they follow each
    /// other in memory.
    pub nest: Vec<usize>,
    /// The way in which the loop elements of the innermost loop are computed.
    pub way: Way,
    /// The instruction level of the loops.
    pub level: SimdLevel,
    /// An estimate of the work on one thread, in nanoseconds.
    pub nanoseconds: f64,
    /// The threads, and what they share.
    pub threads: Threads,
    /// The number of tasks that threads take.
    pub tasks: usize,
    /// The way in which results are written.
    pub stores: Stores,
    /// The bytes of all outputs.
    pub output_bytes: usize,
    /// The plan of each sweep, where the kernel is a stencil.
    pub sweep: Option<StencilExplanation>,
}

/// One operand of a gufunc in a [`GufuncExplanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedOperand {
    /// The name of the element function's parameter; nothing for a returned output.
    pub name: &'static str,
    /// The whole shape.
    pub shape: Vec<usize>,
    /// The core dimensions of it.
    pub core: Vec<usize>,
}

impl<K: GufuncKernel, M: Dims<K>> Gufunc<K, M> {
    /// The plan for inputs of these shapes, in row-major order, into new outputs, with its reasons. Nothing is computed.
    ///
    /// # Errors
    /// As for [`apply`](Gufunc::apply) on such arrays, as far as their shapes tell;
    /// [`ShapeError::OperandCount`](crate::ShapeError::OperandCount) for another number of shapes than of inputs.
    ///
    /// ```
    /// use ndarray::ArrayView1;
    /// use ndstencil::explain::Way;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn largest(x: ArrayView1<f32>) -> f32 {
    ///     let mut largest = f32::NEG_INFINITY;
    ///     for i in 0..x.len() { largest = largest.max(x[i]); }
    ///     largest
    /// }
    /// let plan = largest().axis(0).explain(&[&[84, 1000, 1000]])?;
    /// assert_eq!((plan.loop_shape, plan.nest), (vec![1000, 1000], vec![1_000_000]));
    /// assert!(matches!(plan.way, Way::SideBySide { .. }));
    /// assert_eq!(plan.outputs[0].shape, [1000, 1000]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn explain(&self, shapes: &[&[usize]]) -> Result<GufuncExplanation, Error> {
        let call = self.call();
        let signature = K::SIGNATURE;
        let elements = K::Inputs::ELEMENTS;
        if shapes.len() != elements.len() {
            return Err(Error::Shape(ShapeError::OperandCount {
                kernel: K::NAME,
                found: shapes.len(),
                expected: elements.len(),
            }));
        }
        let new = |(shape, element): (&[usize], ElementLayout)| match fits_memory(shape, element.size) {
            true => Ok(RawArray::of_shape(shape, element)),
            false => Err(ShapeError::too_large(K::NAME, shape)),
        };
        let inputs = shapes.iter().copied().zip(elements.iter().copied()).map(new).collect::<Result<Vec<_>, _>>()?;
        let geometry = call.resolve(&inputs, None, M::KEEP)?;
        let shapes = geometry.output_shapes.iter().map(Vec::as_slice);
        let outputs = shapes.zip(K::Outputs::ELEMENTS.iter().copied()).map(new).collect::<Result<Vec<_>, _>>()?;
        let request = call.request(&geometry, &inputs, &outputs, OutputInit::Uninit, None)?;
        let plan = request.plan();
        let inner = plan.first_loop(&request);
        let explained = |(array, (declared, axes)): (&RawArray, (&SignatureOperand, &OperandAxes))| ExplainedOperand {
            name: declared.name,
            shape: array.shape.clone(),
            core: axes.core_shape(&array.shape),
        };
        Ok(GufuncExplanation {
            kernel: K::NAME,
            signature: signature.text,
            inputs: inputs.iter().zip(signature.inputs.iter().zip(&geometry.inputs)).map(explained).collect(),
            outputs: outputs.iter().zip(signature.outputs.iter().zip(&geometry.outputs)).map(explained).collect(),
            way: self.kernel.plan(&inner)?.way,
            level: self.schedule.simd_level(),
            nanoseconds: request.inner_plan.nanoseconds * plan.nest.count() as f64,
            threads: plan.threads,
            tasks: plan.tasks(),
            stores: plan.stores,
            output_bytes: outputs
                .iter()
                .map(|output| output.shape.iter().product::<usize>() * output.element.size)
                .sum(),
            sweep: self.kernel.explain_sweep(&inner).transpose()?,
            nest: plan.nest.shape.clone(),
            loop_shape: geometry.loop_shape.clone(),
        })
    }
}

impl fmt::Display for GufuncExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements: usize = self.loop_shape.iter().product();
        let loops = text::shape(&self.loop_shape);
        writeln!(f, "{} {} over {loops}: {}", self.kernel, self.signature, text::counted(elements, "loop element"))?;
        for (kind, operands) in [("input", &self.inputs), ("output", &self.outputs)] {
            for operand in operands {
                let (shape, core) = (text::shape(&operand.shape), text::shape(&operand.core));
                writeln!(
                    f,
                    "  {kind:9} {}{}{shape}, core {core}",
                    operand.name,
                    if operand.name.is_empty() { "" } else { " " }
                )?;
            }
        }
        writeln!(f, "  loops     {}, {}", text::shape(&self.nest), self.level)?;
        writeln!(f, "  elements  {}", self.way)?;
        writeln!(f, "  threads   {}; {}", self.threads, text::counted(self.tasks, "task"))?;
        writeln!(f, "  results   {}, {}", text::bytes(self.output_bytes), self.stores)?;
        match &self.sweep {
            Some(sweep) => write!(f, "each sweep: {sweep}"),
            None => Ok(()),
        }
    }
}
