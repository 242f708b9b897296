//! Methods that a setting rules out, so that the compiler says why they are not there.

use super::{Masked, WithInitial};
use crate::Error;
use crate::gufunc::dims::KeepDims;
use crate::gufunc::gufunc::Gufunc;
use crate::kernel::GufuncKernel;

/// The bound of methods that take no initial value.
#[diagnostic::on_unimplemented(
    message = "`.initial(..)` is a setting of `reduce` and `reduce_into` alone",
    label = "leave `.initial(..)` out",
    note = "`accumulate` and `reduceat` begin with the first element, or with the kernel's identity where elements are of another type than the results: `#[gufunc(.., identity = ..)]`; to begin with a value, put it before the elements"
)]
pub trait WithoutInitial: crate::Sealed {}

/// The bound of methods that take no mask.
#[diagnostic::on_unimplemented(
    message = "`.masked(..)` is a setting of `apply_into`, `reduce` and `reduce_into` alone",
    label = "leave `.masked(..)` out",
    note = "to leave elements out here, hand over an array in which they are a value that changes nothing, such as 0 for a sum"
)]
pub trait WithoutMask: crate::Sealed {}

/// The bound of methods whose results have all axes.
#[diagnostic::on_unimplemented(
    message = "`.keepdims()` is a setting of methods that take an axis away, and this one takes none",
    label = "leave `.keepdims()` out"
)]
pub trait WithoutKeepdims: crate::Sealed {}

/// Methods that do not compile, by name and number of arguments.
macro_rules! refused {
    ([$($generics:tt)*] $Gufunc:ty, $Bound:ident: $($method:ident($($Argument:ident)+))+) => {
        impl<$($generics)*> $Gufunc {
            $(
                /// Says why it is not there.
                ///
                /// # Errors
                /// None: it does not compile.
                #[doc(hidden)]
                pub fn $method<$($Argument,)+ R>(&self, $(_: $Argument),+) -> Result<R, Error>
                where
                    Self: $Bound,
                {
                    unreachable!("nothing implements the bound")
                }
            )+
        }
    };
}

refused!([K, T, M] Gufunc<WithInitial<K, T>, M>, WithoutInitial:
    apply(A) apply_into(A B) accumulate(A) accumulate_into(A B) reduceat(A I) reduceat_into(A I B)
    outer(A B) outer_into(A B C) at(A I B));
refused!([K, W, M] Gufunc<Masked<K, W>, M>, WithoutMask:
    accumulate(A) accumulate_into(A B) reduceat(A I) reduceat_into(A I B) outer(A B) outer_into(A B C) at(A I B));
refused!([K: GufuncKernel] Gufunc<K, KeepDims>, WithoutKeepdims:
    accumulate(A) accumulate_into(A B) reduceat(A I) reduceat_into(A I B) outer(A B) outer_into(A B C) at(A I B));
