//! Inner loops of kernels that are there already, by the functions that make them.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::{Export, ExportedLoop, Parameters, exported_loop};
use crate::gufunc::Gufunc;
use crate::kernel::GufuncKernel;

/// A function that makes a kernel of parameters `P`.
pub trait Maker<P>: Copy {
    /// The kernel.
    type Kernel: GufuncKernel;

    /// Makes it.
    fn kernel(self, parameters: P) -> Self::Kernel;
}

macro_rules! makers {
    ($($T:ident $i:tt),*) => {
        impl<Make, K: GufuncKernel, $($T),*> Maker<($($T,)*)> for Make
        where
            Make: Fn($($T),*) -> Gufunc<K> + Copy,
        {
            type Kernel = K;

            fn kernel(self, _parameters: ($($T,)*)) -> K {
                self($(_parameters.$i),*).kernel
            }
        }
    };
}
makers!();
makers!(A 0);
makers!(A 0, B 1);
makers!(A 0, B 1, C 2);

/// The kernels that a function makes.
struct Made<Make, P>(PhantomData<fn() -> (Make, P)>);

impl<Make: Maker<P>, P: Parameters> Export for Made<Make, P> {
    type Kernel = Make::Kernel;
    type Parameters = P;
    const RAISES: bool = false;

    fn make(parameters: P) -> Self::Kernel {
        const { assert!(size_of::<Make>() == 0, "a function makes the kernel, or a closure that holds nothing") };
        // SAFETY: `loop_of`, the only place that names this type, was given a value of `Make`, which is `Copy` and has no bytes:
        // any aligned pointer is one to it.
        let make = unsafe { NonNull::<Make>::dangling().read() };
        make.kernel(parameters)
    }
}

/// The loop of the kernels that a function makes of numbers: `loop_of(kernels::nanvar::<f32>)`. It raises no floating-point
/// flags: NaN is the mean of nothing, as the documentation says.
pub const fn loop_of<Make: Maker<P>, P: Parameters>(_: Make) -> ExportedLoop {
    exported_loop::<Made<Make, P>>()
}
