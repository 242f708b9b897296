//! Kernels for callers that are not Rust: inner loops as NumPy's ufuncs have them.
//!
//! The key `python(..)` of the attributes makes an [`Exported`] of a kernel: names, a signature, and one inner loop for each
//! list of element types, with the C interface of `PyUFuncGenericFunction`. Nothing here knows Python. A binding makes
//! functions of another language of it, and hands each loop a [`Host`], to which the loop reports what went wrong.
//!
//! [`ready`] makes loops of kernels that are there already.
//!
//! [`call`] is the loop: operands that the caller describes by pointers, sizes and steps become an
//! [`InnerLoop`](crate::kernel::InnerLoop), which the kernel computes as it does those of its own loop nest.
//! [`alias`] and [`bools`] are about what Rust's own calls do not know: outputs that are inputs, truth values that are neither 0 nor 1.
//! [`float_flags`] keeps the exceptions of floating-point arithmetic to those that show in results.

#[allow(unsafe_code)]
mod alias;
#[allow(unsafe_code)]
mod bools;
#[allow(unsafe_code)]
mod call;
#[allow(unsafe_code)]
mod float_flags;
#[allow(unsafe_code)]
mod parameters;
#[allow(unsafe_code)]
mod ready;
mod rules;

use std::ffi::{c_char, c_void};

use stencil_abi::ElementType;

pub use self::call::{exported_loop, is_running};
pub use self::parameters::{Exportable, Parameters, Value};
pub use self::ready::loop_of;
pub use self::rules::{Reading, RuleNames, rules_of, with_boundary};
use crate::data_type::DataType;
use crate::kernel::{GufuncKernel, GufuncOutputs, Inputs};
use crate::{Error, Halo};

/// A kernel as a binding sees it.
#[derive(Debug)]
pub struct Exported {
    /// The name of the element function.
    pub name: &'static str,
    /// The path of the module that it stands in.
    pub module: &'static str,
    /// The signature in NumPy's notation; parameters are `()` behind the inputs.
    pub signature: &'static str,
    /// The names of the inputs, then those of the parameters.
    pub inputs: &'static [&'static str],
    /// The number of outputs.
    pub outputs: usize,
    /// The inner loops, in the order in which types are tried.
    pub loops: &'static [ExportedLoop],
    /// The documentation that the author wrote.
    pub doc: &'static str,
    /// The halo of each input of a stencil; nothing of other kernels.
    pub halos: &'static [Halo],
    /// The offsets that are read from each input of a stencil, drawn in rows.
    pub pictures: &'static [&'static str],
}

/// An inner loop, of one list of element types.
#[derive(Clone, Copy, Debug)]
pub struct ExportedLoop {
    /// The types of inputs, parameters and outputs, in this order.
    pub elements: fn() -> Vec<ElementType>,
    /// The loop itself.
    pub run: LoopFn,
    /// The value of reducing no elements, where there is one.
    pub identity: fn() -> Option<Value>,
    /// The names of a stencil's own boundary rules; nothing of other kernels.
    pub rules: fn() -> RuleNames,
}

/// An inner loop as NumPy calls it.
///
/// The first argument is the first element of each operand: inputs, parameters, outputs. The second is the number of loop
/// elements, then the size of each core dimension in the order in which the signature names them. The third is how far apart,
/// in bytes, the loop elements of each operand are, then, operand by operand, the cells along each of its core dimensions. The
/// last is a [`Host`].
///
/// # Safety
/// The operands are alive, of the loop's types, aligned, and of these sizes, and no other thread writes them, or reads those that
/// are written. Outputs share memory with other operands only where there are no core dimensions. `Host` is alive.
pub type LoopFn = unsafe extern "C" fn(*mut *mut c_char, *const isize, *const isize, *mut c_void);

/// The caller of inner loops.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// Returns true when a loop of the same call has failed on this thread: the others compute nothing.
    pub has_failed: fn() -> bool,
    /// Takes the reason why a loop has failed.
    pub report: fn(Failure),
    /// The rule on every side of every input, in place of the stencil's own.
    pub boundary: Option<Reading>,
}

/// The reason why an inner loop has failed. Its outputs are partly written then.
#[derive(Debug)]
pub enum Failure {
    /// The kernel refused its operands, or memory was lacking.
    Refused(Error),
    /// The element function panicked.
    Panicked {
        /// The kernel's name.
        kernel: &'static str,
        /// The panic's message.
        message: String,
    },
}

/// A kernel with all of its types, as the attribute exports it. Not meant to be implemented by hand.
pub trait Export {
    /// The kernel.
    type Kernel: GufuncKernel;
    /// The parameters that it is made of: a tuple of numbers.
    type Parameters: Parameters;

    /// False of a kernel whose documentation says where its results are NaN or infinite: that is no exception then.
    const RAISES: bool = true;

    /// Makes the kernel.
    fn make(parameters: Self::Parameters) -> Self::Kernel;

    /// The value of reducing no elements.
    fn identity() -> Option<Value> {
        None
    }

    /// The kernel with one rule on every side of every input, if it is a stencil.
    fn with_boundary(kernel: Self::Kernel, boundary: Reading) -> Self::Kernel {
        let _ = boundary;
        kernel
    }

    /// The names of a stencil's own rules.
    fn rules() -> RuleNames {
        Vec::new()
    }
}

/// The element types of a loop: inputs, parameters, outputs.
fn elements<E: Export>() -> Vec<ElementType> {
    let of = |layout| DataType::of_layout(layout).scalar().expect("the macro asserts that each is a number");
    let inputs = <E::Kernel as GufuncKernel>::Inputs::ELEMENTS.iter().copied().map(of);
    let outputs = <E::Kernel as GufuncKernel>::Outputs::ELEMENTS.iter().copied().map(of);
    inputs.chain(E::Parameters::ELEMENTS.iter().copied()).chain(outputs).collect()
}

/// Fails to compile, on the type's own tokens, when `T` is no element type that a caller in another language knows.
pub const fn assert_exported<T: Exportable>() {}
