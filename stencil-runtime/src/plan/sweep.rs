//! The explanation of a sweep: the plan of a stencil as fields and as text.

use std::fmt;

use super::{Reads, Stores, Threads, text};
use crate::halo::Halo;
use crate::schedule::SimdLevel;

/// The plan of a stencil for arrays of one shape: what [`Stencil::explain`](crate::Stencil::explain) gives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StencilExplanation {
    /// The name of the element function.
    pub kernel: &'static str,
    /// The shape of the inputs.
    pub shape: Vec<usize>,
    /// The shape of the outputs.
    pub output_shape: Vec<usize>,
    /// From one point that is computed to the next along each axis, in cells.
    pub stride: Vec<usize>,
    /// The inputs, in the order of the element function.
    pub inputs: Vec<ExplainedInput>,
    /// Cells that a point reads, each counted once.
    pub reads: usize,
    /// Arithmetic operations of a point, those in loops as often as these run.
    pub operations: usize,
    /// Bytes that a point moves at least: an element of each input and output; with a stride, what lies between points of an
    /// input as well.
    pub bytes_per_point: usize,
    /// The instruction level of the loops.
    pub level: SimdLevel,
    /// The cells that the loops read.
    pub source: Reads,
    /// Points whose footprints lie inside the arrays.
    pub interior: usize,
    /// The extent of a tile.
    pub tile: Vec<usize>,
    /// The number of tiles.
    pub tiles: usize,
    /// An estimate of the work on one thread, in nanoseconds.
    pub nanoseconds: f64,
    /// The threads that share the tiles.
    pub threads: Threads,
    /// The way in which results are written.
    pub stores: Stores,
    /// True where rows are asked for before they are read.
    pub prefetch: bool,
    /// The bytes of all outputs.
    pub output_bytes: usize,
    /// The most bytes of padded copies at a time: of each thread, or, with wide halos, of all together.
    pub copied_bytes: usize,
    /// True where halos are wide: then copies are made for many tiles at once, by all threads together.
    pub shared_copies: bool,
}

/// One input of a stencil in a [`StencilExplanation`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExplainedInput {
    /// Its name in the element function.
    pub name: &'static str,
    /// The cells around a point that are read.
    pub halo: Halo,
    /// The boundary rule before and after each axis, by name.
    pub rules: Vec<[&'static str; 2]>,
    /// The offsets that are read, drawn in rows: `o` is read, `·` is not, the point itself stands in parentheses. Empty where
    /// they are not known while compiling, or too many.
    pub picture: &'static str,
}

impl StencilExplanation {
    /// Arithmetic operations for each byte that is moved at least.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn rise(x: Window1<f32>) -> f32 { x[1] - x[0] }
    /// assert_eq!(rise().explain(1000)?.intensity(), 1.0 / 8.0);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn intensity(&self) -> f64 {
        self.operations as f64 / self.bytes_per_point.max(1) as f64
    }
}

impl fmt::Display for StencilExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let points: usize = self.output_shape.iter().product();
        writeln!(f, "{} over {}: {}", self.kernel, text::shape(&self.shape), text::counted(points, "point"))?;
        if self.output_shape != self.shape {
            writeln!(f, "  outputs   {}", text::shape(&self.output_shape))?;
        }
        if self.stride.iter().any(|&stride| stride != 1) {
            writeln!(f, "  stride    {}", text::shape(&self.stride))?;
        }
        for input in &self.inputs {
            writeln!(f, "  {:9} halo {}, {}", input.name, text::halo(&input.halo, self.shape.len()), input.rules())?;
            for row in input.picture.lines() {
                writeln!(f, "            {row}")?;
            }
        }
        writeln!(
            f,
            "  a point   {}, {}, {}: {:.2} operations a byte",
            text::counted(self.reads, "read"),
            text::counted(self.operations, "operation"),
            text::bytes(self.bytes_per_point),
            self.intensity()
        )?;
        writeln!(f, "  loops     {}", self.level)?;
        writeln!(f, "  reads     {}", self.source)?;
        let copies = if self.shared_copies { "together, since halos are wide" } else { "a thread" };
        writeln!(f, "  copies    up to {} {copies}", text::bytes(self.copied_bytes))?;
        writeln!(f, "  tiles     {} of {}", self.tiles, text::shape(&self.tile))?;
        writeln!(f, "  threads   {}", self.threads)?;
        let prefetch = if self.prefetch { "; rows are asked for before they are read" } else { "" };
        writeln!(f, "  results   {}, {}{prefetch}", text::bytes(self.output_bytes), self.stores)
    }
}

impl ExplainedInput {
    /// The rules as text.
    fn rules(&self) -> String {
        text::rules(&self.rules)
    }
}
