//! Arrays as types: what kernels take and give, without the kernel.

use ndarray::{Array, ArrayRef, Dimension};

use super::Element;
use crate::Sealed;
use crate::block::RawArray;

/// The arrays that a [`Filter`](crate::Filter) takes or gives: one owned array, or a tuple of two to six.
///
/// ```
/// use ndarray::{Array1, Array2};
/// use ndstencil::types::Arrays;
/// let (x, y) = (Array2::<u8>::zeros((2, 3)), Array1::<f32>::zeros(4));
/// let both: <(Array2<u8>, Array1<f32>) as Arrays>::Refs<'_> = (&x, &y);
/// assert_eq!(both.1.len(), 4);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an owned array: a filter names those, views are passed at the call",
    label = "write an owned array, `Array2<u8>`, or a tuple of two to six",
    note = "a `Filter<Array2<u8>, Array2<u8>>` takes `&array`, `&view` and `&array.slice(..)`"
)]
pub trait Arrays: Sealed + 'static {
    /// References to them, and to views that are like them.
    type Refs<'a>;
    /// The same for writing.
    type Muts<'a>;

    #[doc(hidden)]
    fn raw(arrays: &Self::Refs<'_>) -> Vec<RawArray>;
    #[doc(hidden)]
    fn raw_mut(arrays: &mut Self::Muts<'_>) -> Vec<RawArray>;
}

impl<T, D: Dimension> Sealed for Array<T, D> {}

impl<T: Element, D: Dimension + 'static> Arrays for Array<T, D> {
    type Refs<'a> = &'a ArrayRef<T, D>;
    type Muts<'a> = &'a mut ArrayRef<T, D>;

    fn raw(array: &&ArrayRef<T, D>) -> Vec<RawArray> {
        vec![RawArray::input(array)]
    }

    fn raw_mut(array: &mut &mut ArrayRef<T, D>) -> Vec<RawArray> {
        vec![RawArray::output(array)]
    }
}

macro_rules! arrays_for_tuple {
    ($($T:ident $D:ident $i:tt),+) => {
        impl<$($T, $D: Dimension),+> Sealed for ($(Array<$T, $D>,)+) {}

        impl<$($T: Element, $D: Dimension + 'static),+> Arrays for ($(Array<$T, $D>,)+) {
            type Refs<'a> = ($(&'a ArrayRef<$T, $D>,)+);
            type Muts<'a> = ($(&'a mut ArrayRef<$T, $D>,)+);

            fn raw(arrays: &Self::Refs<'_>) -> Vec<RawArray> {
                vec![$(RawArray::input(arrays.$i)),+]
            }

            fn raw_mut(arrays: &mut Self::Muts<'_>) -> Vec<RawArray> {
                vec![$(RawArray::output(arrays.$i)),+]
            }
        }
    };
}
arrays_for_tuple!(A D0 0, B D1 1);
arrays_for_tuple!(A D0 0, B D1 1, C D2 2);
arrays_for_tuple!(A D0 0, B D1 1, C D2 2, D D3 3);
arrays_for_tuple!(A D0 0, B D1 1, C D2 2, D D3 3, E D4 4);
arrays_for_tuple!(A D0 0, B D1 1, C D2 2, D D3 3, E D4 4, F D5 5);
