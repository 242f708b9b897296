//! Kernels that NumPy and bottleneck have and Rust has in other ways: places as integers, of which -1 says that there is none,
//! and the answer that is known at the first number.

use ndstencil_python::ndstencil::kernels::Number;
use ndstencil_python::prelude::*;

/// The place of an extreme of the values that are not NaN.
macro_rules! places {
    ($($(#[doc = $doc:literal])+ $name:ident $better:tt;)*) => {$(
        $(#[doc = $doc])+
        #[gufunc("(n)->()", python(i32, i64, u64, f32, f64))]
        #[allow(clippy::eq_op)]
        pub(crate) fn $name<T: Number>(x: ArrayView1<T>) -> isize {
            let mut found = T::default();
            let mut at = -1isize;
            for i in 0..x.len() {
                let better = (x[i] $better found) | (at < 0);
                // NaN alone differs from itself.
                let better = better & (x[i] == x[i]);
                found = if better { x[i] } else { found };
                at = if better { i as isize } else { at };
            }
            at
        }
    )*};
}

places! {
    /// The place of the least of the values that are not NaN; -1 without any.
    nanargmin <;
    /// The place of the greatest of the values that are not NaN; -1 without any.
    nanargmax >;
}

/// True where every value is NaN.
#[gufunc("(n)->()", lanes = false, python(i32, i64, f32, f64))]
#[allow(clippy::eq_op)]
pub(crate) fn allnan<T: Number>(x: ArrayView1<T>) -> bool {
    x.iter().all(|&value| value != value)
}
