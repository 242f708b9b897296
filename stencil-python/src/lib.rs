//! Kernels of [ndstencil](https://docs.rs/ndstencil) as ufuncs of NumPy.
//!
//! ```ignore
//! // Cargo.toml: crate-type = ["cdylib"], and this crate as the one dependency
//! use ndstencil_python::prelude::*;
//!
//! #[stencil(boundary = Nearest, python(f32, f64))]
//! fn smooth<T: Real>(x: Window2<T>) -> T {
//!     (x[[-1, 0]] + x[[1, 0]] + x[[0, -1]] + x[[0, 1]]) / T::from(4).unwrap()
//! }
//! #[gufunc("(),()->()", python)]
//! fn ndvi(nir: f32, red: f32) -> f32 {
//!     (nir - red) / (nir + red)
//! }
//! python_module!(filters: smooth, ndvi);
//! ```
//!
//! In Python, `filters.smooth` is a `numpy.ufunc` with the signature `(n,m)->(n,m)`, and `filters.ndvi` one that works element
//! by element. All that NumPy does with ufuncs it does with them: any strides, loop dimensions, `out=`, `axes=`, `dtype=`,
//! `keepdims=`, and for the second `where=`, `reduce`, `outer`, `at`. They are pickled by name, and so they run on Dask's workers:
//! `filters.smooth(dask_array)` is lazy.
//!
//! # How a kernel is exported
//!
//! - The key `python(f32, f64)` lists what stands for the type parameter, one inner loop for each; of a function without one it is
//!   `python` alone. NumPy takes the first loop whose types all operands can be cast to safely: list them as NumPy orders
//!   them, narrow ones and integers first.
//! - Integers and floats that are computed in different ways are different functions, and one ufunc:
//!   `python_module!(filters: smooth = [smooth_u8, smooth_float])`.
//! - A stencil is the gufunc over its axes, and one below `#[gufunc("(n,m)->(n,m)")]` what its signature says.
//! - Parameters are further operands, `()` behind the inputs: `heat(u, 0.2)`.
//! - The boundary is the attribute's. `filters.with_boundary(filters.smooth, "wrap")` is a ufunc with another one: `nearest`,
//!   `reflect`, `mirror`, `wrap`. It is `filters.smooth__wrap`, by which name it is pickled: a ufunc takes arrays and nothing else,
//!   so that the choice cannot be an argument.
//! - The macro adds plain data to the crate, and no Python: a crate of kernels that others use from Rust, too, depends on
//!   `ndstencil` alone, and `python_module!(filters: kernels::smooth)` names its kernels.
//!
//! # What a ufunc does
//!
//! - It computes on the caller's thread, with the instructions that the processor has, while other threads of Python run. Threads
//!   are the caller's, as with all ufuncs: Dask's, for example.
//! - An element function that panics raises `RuntimeError` with the message and the place; a kernel that refuses its operands
//!   raises `ValueError`. Results are partly written then.
//! - NumPy warns of a division by zero, an overflow or an invalid operation where it shows: where a result is infinite or NaN and
//!   no operand is.
//! - `reduce` of nothing gives the kernel's `identity` where it is the same for all types, since a ufunc has one; else it is an error.
//!   Several axes at once are reduced by kernels with an identity, in the order that NumPy chooses.
//! - Masked arrays keep the mask of the input; the values below it are read like all others.
//! - A stencil whose rim says `Keep` keeps the input's value, also with `out=`.

#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod api;
mod boundary;
mod doc;
mod errors;
mod kernel;
mod module;

/// The crate with the kernels: attributes, windows, boundaries.
pub use ndstencil;
pub use pyo3;
/// As [`ndstencil::gufunc`], in a crate that depends on this one alone.
pub use stencil_macros::python_gufunc as gufunc;
/// A module of Python with a ufunc for each kernel.
///
/// `python_module!(filters: smooth, other::nanmedian)` makes the module that `import filters` finds: the library of the crate,
/// a `cdylib`, has that name. Each kernel has the key `python`, and is named where it was defined: by the path of the
/// function, not of an import under another name.
///
/// `smooth = [smooth_of_integers, smooth_of_floats]` makes one ufunc of several kernels that differ in their types alone: NumPy takes
/// the first inner loop whose types fit. Importing the module raises `ImportError` where they differ in more, or where two kernels
/// have one name.
pub use stencil_macros::python_module;
/// As [`ndstencil::stencil`], in a crate that depends on this one alone.
pub use stencil_macros::python_stencil as stencil;

/// The names that most modules need.
pub mod prelude {
    pub use crate::{gufunc, python_module, stencil};
    #[doc(no_inline)]
    pub use ndstencil::ndarray::{ArrayView1, ArrayView2, ArrayView3, ArrayViewMut1, ArrayViewMut2, ArrayViewMut3};
    #[doc(no_inline)]
    pub use ndstencil::{Element, Real, Window1, Window2, Window3, Window4, Window5, Window6};
}

/// The expansion of `python_module!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __module {
    ([$(#[$attribute:meta])*] $name:ident [$($ufunc:expr),*]) => {
        const _: () = {
            #[$crate::pyo3::pymodule(crate = "ndstencil_python::pyo3", gil_used = false)]
            $(#[$attribute])*
            fn $name(
                module: &$crate::pyo3::Bound<'_, $crate::pyo3::types::PyModule>,
            ) -> $crate::pyo3::PyResult<()> {
                static UFUNCS: &[$crate::__private::Entry] = &[$($ufunc),*];
                $crate::__private::fill(module, UFUNCS)
            }
        };
    };
}

#[doc(hidden)]
pub mod __private {
    pub use crate::kernel::Entry;
    pub use crate::module::fill;
}
