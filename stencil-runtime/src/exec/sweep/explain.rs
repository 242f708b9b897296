//! The plan of a sweep, told.

use super::job::Job;
use crate::Error;
use crate::exec::call::Call;
use crate::kernel::{InnerLoop, Kernel};
use crate::plan::{ExplainedInput, StencilExplanation};

impl<K: Kernel> Call<'_, K> {
    /// The plan for new arrays of a shape, in row-major order.
    pub(crate) fn explain(&self, shape: &[usize]) -> Result<StencilExplanation, Error> {
        self.with_job(shape, |job| self.told(job))
    }

    /// The plan of the first of a loop's sweeps.
    pub(crate) fn explain_first(&self, inner: &InnerLoop) -> Result<StencilExplanation, Error> {
        self.with_first_job(inner, |job| self.told(job))
    }

    fn told(&self, job: &Job<'_>) -> StencilExplanation {
        let (request, plan) = (&job.request, &job.plan);
        let (rank, stage, domain) = (request.rank(), request.stage, request.domain);
        let input = |number: usize| ExplainedInput {
            name: K::INPUTS[number],
            halo: *stage.reads.halo(number),
            rules: stage.reads.rules.names(number, rank),
            picture: K::PICTURES[number],
        };
        let output_shape = domain.output_shape()[..rank].to_vec();
        let cells: usize = output_shape.iter().product();
        StencilExplanation {
            kernel: K::NAME,
            shape: domain.shape[..rank].to_vec(),
            stride: domain.stride[..rank].to_vec(),
            inputs: (0..K::INPUTS.len()).map(input).collect(),
            reads: stage.cost.reads,
            operations: stage.cost.operations,
            bytes_per_point: request.point_bytes(),
            level: self.schedule.simd_level(),
            source: plan.reads,
            interior: plan.interior.cells(),
            tile: plan.tile[..rank].to_vec(),
            tiles: request.region.block_counts(&plan.tile).iter().product(),
            nanoseconds: plan.nanoseconds,
            threads: plan.threads,
            stores: plan.stores,
            prefetch: plan.prefetch,
            output_bytes: request.outputs.iter().map(|output| output.element.size * cells).sum(),
            copied_bytes: job.copied_bytes(),
            shared_copies: plan.wide,
            output_shape,
        }
    }
}
