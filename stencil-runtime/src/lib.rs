//! Windows, boundaries and executors: the run-time half of [ndstencil](https://docs.rs/ndstencil).
//! Use it through that crate, whose documentation also explains these items.

#![deny(unsafe_code)]

// First: rustdoc lists what kernels can do in the order of the modules, and it begins with `apply`.
mod stencil;

mod block;
mod boundary;
#[allow(unsafe_code)]
mod cast;
#[allow(unsafe_code)]
mod cells;
pub mod chunks;
mod data_type;
mod error;
#[allow(unsafe_code)]
mod exec;
pub mod explain;
#[allow(unsafe_code)]
mod export;
mod filter;
mod geometry;
#[cfg(feature = "gpu")]
pub mod gpu;
mod gufunc;
mod halo;
#[allow(unsafe_code)]
mod kernel;
#[allow(unsafe_code)]
mod memory;
pub mod network;
mod number;
mod parallel;
#[allow(unsafe_code)]
mod parts;
mod patch;
mod plan;
mod real;
mod repeat;
mod schedule;
pub mod types;
#[allow(unsafe_code)]
mod window;

/// Traits that only this crate implements: the executor relies on what they say.
pub(crate) use sealed::Sealed;
mod sealed {
    pub trait Sealed {}

    macro_rules! numbers {
        ($($T:ty)*) => { $(impl Sealed for $T {})* };
    }
    numbers!(bool i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64);
    #[cfg(feature = "f16")]
    numbers!(half::f16 half::bf16);
}

pub(crate) use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

pub use boundary::{Boundary, IntoAxis, IntoReads, IntoRuleSet, IntoRules, IntoSide, Rim, Rule, Rules};
pub use chunks::Job;
pub use error::{Error, FailedBy, FailedChunk, GpuError, IoError, JobError, KernelError, ShapeError};
pub use filter::Filter;
pub use gufunc::{Binary, Gufunc, Operand, Operands, OutOperand, OutOperands, Pairwise, Reduce};
pub use halo::Halo;
pub use kernel::{Element, ElementFunction, GufuncKernel, Kernel, Outputs, Single};
pub use number::{Accumulator, Cast, Number};
pub use real::Real;
pub use repeat::Repeat;
pub use schedule::{Schedule, SimdLevel};
pub use stencil::Stencil;
pub use window::{Window, Window1, Window2, Window3, Window4, Window5, Window6};

/// The items that the macros' expansions name. They are not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::boundary::{Boundary, IntoAxis, IntoReads, IntoRules, IntoSide, Rim, Rule, RuleSet, Rules};
    pub use crate::cast::saturate;
    pub use crate::exec::{element_loops, element_plan, patch_loops};
    /// Kernels for other languages.
    pub mod export {
        pub use crate::export::{
            Export, Exportable, Exported, ExportedLoop, Failure, Host, LoopFn, Parameters, Reading, RuleNames, Value,
            assert_exported, exported_loop, is_running, loop_of, rules_of, with_boundary,
        };
        pub use stencil_abi::ElementType;
    }
    #[cfg(feature = "gpu")]
    pub mod gpu {
        pub use crate::gpu::kernel::GpuKernel;
        pub use crate::gpu::shader::{ElementType, Field, Parameters, Shader, Wide};
    }
    pub use crate::gufunc::{Gufunc, gufunc, kernel_of};
    pub use crate::halo::{Cost, Halo, is_long, stride};
    pub use crate::kernel::{
        Args, ByValue, ByView, Dim, DynamicHalo, Element, ElementFunction, ElementOutputs, GufuncKernel, GufuncOutputs,
        Identity, InnerLoop, InnerLoops, InnerPlan, Input, Inputs, Kernel, LaneMut, LaneRef, LaneVec, LaneView,
        LaneViewMut, Outputs, Param, Parameter, PatchLoops, Points, Pointwise, Scratch, Signature,
        SignatureOperand as Operand, Single, Stacked, TellDebug, TellType, lane_values, lanes_of, point_values,
    };
    pub use crate::stencil::{Stencil, stencil};
    pub use crate::window::{LaneWindow, Window, Windows, pin, rolled};
    pub use ndarray::{ArrayRef, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

    /// Fails to compile, on the type's own tokens, when `T` cannot be an element. What it is aligned to shows where the
    /// call is evaluated.
    #[track_caller]
    pub const fn assert_element<T: Element>() {
        crate::block::assert_aligned::<T>();
    }
    /// Fails to compile, on the type's own tokens, when `T` cannot be a parameter.
    pub const fn assert_param<T: Param>() {}
    /// Fails to compile, on the type's own tokens, when `T` cannot be scratch memory.
    pub const fn assert_scratch<T: Scratch>() {}
    /// Fails to compile, on the type's own tokens, when `T` cannot be the element of an output that is written through a view.
    pub const fn assert_written<T: Element + Default>() {}
}
