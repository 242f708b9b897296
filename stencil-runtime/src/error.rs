//! What can go wrong when a kernel is applied.

/// Why a kernel was not applied. Nothing was written to the outputs when one is returned.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The inputs of a kernel must have the same shape.
    #[error(
        "kernel `{kernel}`: input `{operand}` has shape {found:?}, but input `{first}` has shape {expected:?}: all inputs must have the same shape"
    )]
    InputShape {
        /// The kernel.
        kernel: &'static str,
        /// The input whose shape differs.
        operand: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// The first input.
        first: &'static str,
        /// The shape of the first input.
        expected: Vec<usize>,
    },
    /// An output given to `apply_into` has the wrong shape.
    #[error(
        "kernel `{kernel}`: output {output} has shape {found:?}, but shape {expected:?} is needed for inputs of shape {inputs:?}"
    )]
    OutputShape {
        /// The kernel.
        kernel: &'static str,
        /// The position of the output, from 0.
        output: usize,
        /// Its shape.
        found: Vec<usize>,
        /// The shape that it must have: the inputs' shape, less the halo at each side with `Rim::Shrink`.
        expected: Vec<usize>,
        /// The shape of the inputs.
        inputs: Vec<usize>,
    },
    /// `Rim::Keep` with `apply`, where the output has nothing to keep and cannot take the input's value.
    #[error(
        "kernel `{kernel}`: with `Rim::Keep`, `apply` copies input `{operand}` into the rim, so its element type must be the output's; use `apply_into` with an output that holds the values to keep"
    )]
    KeepType {
        /// The kernel.
        kernel: &'static str,
        /// The first input.
        operand: &'static str,
    },
    /// The function of `Boundary::With` gave an index outside the array.
    #[error(
        "kernel `{kernel}`: the boundary function of input `{operand}` gave index {returned} for index {index} of axis {axis}, which has {len} cells: it must lie in 0..{len}"
    )]
    BoundaryIndex {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
        /// The axis.
        axis: usize,
        /// The index outside the axis.
        index: isize,
        /// What the function gave for it.
        returned: isize,
        /// The length of the axis.
        len: usize,
    },
    /// A kernel with `halo = dynamic` was applied without `.halo(..)`.
    #[error(
        "kernel `{kernel}` has a halo that is set at run time (`halo = dynamic`): call `.halo(Halo::new(..))` first"
    )]
    HaloNotSet {
        /// The kernel.
        kernel: &'static str,
    },
    /// A halo with which an input would not fit the address space.
    #[error("kernel `{kernel}`: no memory can hold input `{operand}` with its halo")]
    HaloTooLarge {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
    },
    /// The instruction level that the schedule asks for is not available on this processor.
    #[error("kernel `{kernel}`: the schedule asks for instruction level `{level}`, which this processor does not have")]
    Level {
        /// The kernel.
        kernel: &'static str,
        /// The level.
        level: crate::Level,
    },
}
