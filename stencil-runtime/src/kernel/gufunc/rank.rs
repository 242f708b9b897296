//! Numbers of axes, as types: an operand has loop dimensions in front of its core dimensions.

use ndarray::{ArrayView, Dimension, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use crate::Sealed;

/// A number of core dimensions: `Ix0` to `Ix6`, or `IxDyn` where it is known at run time only.
///
/// ```
/// use ndarray::{Ix1, Ix2, Ix3};
/// use ndstencil::types::CoreRank;
/// // What is left of three axes without one core dimension, and what there is with it.
/// let _: <Ix1 as CoreRank>::Strip<Ix3> = Ix2(4, 5);
/// let _: <Ix1 as CoreRank>::Extend<Ix2> = Ix3(4, 5, 6);
/// ```
pub trait CoreRank: Dimension + Sealed {
    /// The loop dimensions of an array with `D` axes.
    type Strip<D: Dimension>: Dimension;
    /// The axes of an array with loop dimensions `D`.
    type Extend<D: Dimension>: Dimension;
}

type Smaller<D> = <D as Dimension>::Smaller;
type Larger<D> = <D as Dimension>::Larger;

macro_rules! core {
    ($($Ix:ident: $D:ident => $strip:ty, $extend:ty;)*) => {
        $(
            impl Sealed for $Ix {}
            impl CoreRank for $Ix {
                type Strip<$D: Dimension> = $strip;
                type Extend<$D: Dimension> = $extend;
            }
        )*
    };
}
core! {
    Ix0: D => D, D;
    Ix1: D => Smaller<D>, Larger<D>;
    Ix2: D => Smaller<Smaller<D>>, Larger<Larger<D>>;
    Ix3: D => Smaller<Smaller<Smaller<D>>>, Larger<Larger<Larger<D>>>;
    Ix4: D => Smaller<Smaller<Smaller<Smaller<D>>>>, Larger<Larger<Larger<Larger<D>>>>;
    Ix5: D => Smaller<Smaller<Smaller<Smaller<Smaller<D>>>>>, Larger<Larger<Larger<Larger<Larger<D>>>>>;
    Ix6: D => Smaller<Smaller<Smaller<Smaller<Smaller<Smaller<D>>>>>>, Larger<Larger<Larger<Larger<Larger<Larger<D>>>>>>;
    IxDyn: D => IxDyn, IxDyn;
}

/// An element function's argument for an input with these core dimensions: a view, or the value itself without any.
pub trait CoreView: CoreRank {
    /// The number of core dimensions.
    const RANK: usize;
    /// `T`, or a view.
    type View<'v, T: 'v>;

    #[doc(hidden)]
    fn from_view<T: Copy>(view: ArrayView<'_, T, Self>) -> Self::View<'_, T>;
}

impl CoreView for Ix0 {
    const RANK: usize = 0;
    type View<'v, T: 'v> = T;

    #[inline(always)]
    fn from_view<T: Copy>(view: ArrayView<'_, T, Ix0>) -> T {
        *view.into_scalar()
    }
}

macro_rules! core_view {
    ($($Ix:ident $rank:literal)*) => {
        $(
            impl CoreView for $Ix {
                const RANK: usize = $rank;
                type View<'v, T: 'v> = ArrayView<'v, T, $Ix>;

                #[inline(always)]
                fn from_view<T: Copy>(view: ArrayView<'_, T, $Ix>) -> ArrayView<'_, T, $Ix> {
                    view
                }
            }
        )*
    };
}
core_view!(Ix1 1 Ix2 2 Ix3 3 Ix4 4 Ix5 5 Ix6 6);
