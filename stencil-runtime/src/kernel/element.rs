//! Bounds on what an element function takes: elements, parameters, scratch memory.

/// An element type: anything that can be copied, sent and shared and that borrows nothing.
///
/// There is nothing to implement: integers, floats, `bool`, `[f32; 3]` and a user's `Copy` struct all are elements.
///
/// ```
/// use ndarray::arr1;
/// use ndstencil::prelude::*;
/// #[derive(Clone, Copy, Debug, PartialEq)]
/// struct Wind { u: f32, v: f32 }
/// #[stencil(boundary = Wrap)]
/// fn shear(x: Window1<Wind>) -> Wind { Wind { u: x[1].u - x[0].u, v: x[1].v - x[0].v } }
/// let x = arr1(&[Wind { u: 0.0, v: 1.0 }, Wind { u: 2.0, v: 0.0 }]);
/// assert_eq!(shear().apply(&x)?[0], Wind { u: 2.0, v: -1.0 });
/// # Ok::<(), ndstencil::Error>(())
/// ```
///
/// They are aligned to a cache line, 64 bytes, at most. `cargo check` says so, too, unless the kernel has generic
/// parameters, whose values are known when the call is built:
///
/// ```compile_fail
/// use ndstencil::prelude::*;
/// #[derive(Clone, Copy)]
/// #[repr(align(128))]
/// struct Page(u8);
/// #[stencil]
/// fn same(x: Window1<Page>) -> Page { x[0] }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an array that a kernel reads or writes",
    label = "an element must be `Copy + Send + Sync + 'static`",
    note = "derive it for a type of your own: `#[derive(Clone, Copy)]`"
)]
pub trait Element: Copy + Send + Sync + 'static {}
impl<T: Copy + Send + Sync + 'static> Element for T {}

/// A parameter of a kernel: it is stored in the kernel and read by all threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a kernel",
    label = "a parameter must be `Copy + Send + Sync`: all threads read it",
    note = "derive `Clone` and `Copy` for a type of your own; borrow what owns its data, as a slice or an `ArrayView`"
)]
pub trait Param: Copy + Send + Sync {}
impl<T: Copy + Send + Sync> Param for T {}

/// Scratch memory of an element function: each thread makes its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be scratch memory",
    label = "scratch must be `Default + Send + 'static`, such as `Vec<f32>`: each thread makes its own"
)]
pub trait Scratch: Default + Send + 'static {}
impl<T: Default + Send + 'static> Scratch for T {}
