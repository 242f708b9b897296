//! The stencil kernel: what `#[stencil]` generates for an element function, and the arrays that it reads and writes.

mod outputs;

use ndarray::{ArrayRef, Dim, Dimension};

use crate::Sealed;
use crate::block::{Block, ElementLayout, ElementLayouts, InputBlocks};
use crate::boundary::{RuleSet, Rules};
use crate::halo::{Cost, Halo};
use crate::kernel::{Element, Identity, Multiversioned};
use crate::patch::PatchFn;
use crate::window::{Window, Windows};

pub(crate) use outputs::{Columns, largest};
pub use outputs::{Outputs, Points, Single, point_values};

/// The loops of a kernel, one for each instruction level.
pub type PatchLoops<K> = Multiversioned<K, PatchFn>;

/// An element function, compiled: what `#[stencil]` implements. Not meant to be implemented by hand.
///
/// Code that works with any kernel of some inputs and outputs names it in its bounds.
///
/// ```
/// use ndarray::{Array1, ArrayRef1, Ix1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, Kernel, Single};
/// #[stencil(boundary = Nearest)]
/// fn smooth(x: Window1<f64>) -> f64 { (x[-1] + x[0] + x[1]) / 3.0 }
///
/// fn twice<K>(kernel: Stencil<K>, x: &ArrayRef1<f64>) -> Result<Array1<f64>, Error>
/// where
///     K: for<'w> Kernel<Args<'w> = &'w ArrayRef1<f64>, Out = Single<f64>, Dim = Ix1>,
/// {
///     kernel.apply(&kernel.apply(x)?)
/// }
/// assert_eq!(twice(smooth(), &array![9.0, 0.0, 0.0])?, array![5.0, 3.0, 1.0]);
/// assert_eq!((Smooth::NAME, Smooth::INPUTS, Smooth::HALOS[0].axis(0)), ("smooth", &["x"][..], [1, 1]));
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait Kernel: Copy + Send + Sync {
    /// The argument of `apply`: a reference to an array, or a tuple of those.
    type Args<'w>: Args<'w, <Self::Out as Outputs>::Item, Windows = Self::Windows<'w>, Dim = Self::Dim, Rules = Self::Rules>;
    /// The windows of the element function: a tuple of [`Window`]s.
    type Windows<'w>: Windows<'w>;
    /// [`Single`](crate::Single) output, or a tuple of output types.
    type Out: Outputs;
    /// The rank of all arrays.
    type Dim: Dimension + 'static;
    /// The boundary rules: [`Rules`](crate::Rules), or a tuple of them.
    type Rules: RuleSet + Copy + Send + Sync;

    /// The name of the element function.
    const NAME: &'static str;
    /// The names of the inputs.
    const INPUTS: &'static [&'static str];
    /// The halo of each input; not the one that is read with [`DYNAMIC_HALO`](Kernel::DYNAMIC_HALO).
    const HALOS: &'static [Halo];
    /// The offsets that are read from each input, drawn in rows: `o` is read, `·` is not, and the point itself stands in
    /// parentheses. Empty where they are not known while compiling, or too many.
    const PICTURES: &'static [&'static str];
    /// The distance of the points that are computed along each axis, in cells; empty where it is 1.
    const STRIDE: &'static [usize] = &[];
    /// True when the halo is set at run time.
    const DYNAMIC_HALO: bool = false;
    /// The cost of one point.
    const COST: Cost;
    /// True when the element function has a form for several points side by side, [`points`](Kernel::points), and gains
    /// by it: it has loops over offsets that the compiler would not unroll.
    const SIDE_BY_SIDE: bool = false;

    /// The rules that the attribute names.
    fn rules(&self) -> Self::Rules;

    /// Tells what results depend on: the text of the element function and the values of the parameters.
    #[doc(hidden)]
    fn identify(&self, identity: &mut Identity);

    /// The compiled loops. Written out by the macro so that they are compiled in the user's crate.
    fn loops() -> PatchLoops<Self>;

    /// The element function.
    fn point(&self, windows: Self::Windows<'_>) -> <Self::Out as Outputs>::Item;

    /// The element function for `L` points side by side, with the same results; called only with
    /// [`SIDE_BY_SIDE`](Kernel::SIDE_BY_SIDE).
    fn points<'w, const L: usize>(
        &self,
        windows: <Self::Windows<'w> as Windows<'w>>::Lanes<L>,
    ) -> Points<Self::Out, L> {
        let _ = windows;
        unreachable!("an element function that does not run side by side")
    }
}

/// A kernel whose halo is set at run time: `#[stencil(halo = dynamic)]`.
#[diagnostic::on_unimplemented(
    message = "the halo of the kernel `{Self}` is fixed",
    note = "write `#[stencil(halo = dynamic)]` on the element function to set it at run time"
)]
pub trait DynamicHalo: Kernel {}

/// A kernel that makes one array of one array of the same type, elements `T` and axes `D`: such kernels
/// [repeat](crate::Stencil::repeat).
///
/// There is nothing to implement: every such kernel is one.
///
/// ```
/// use ndarray::{Array1, Ix1, array};
/// use ndstencil::prelude::*;
/// use ndstencil::types::SameType;
/// use ndstencil::{Error, Kernel};
/// #[stencil(boundary = Wrap)]
/// fn left(x: Window1<i32>) -> i32 { x[-1] }
/// fn twice<K: SameType<i32, Ix1>>(kernel: Stencil<K>, x: &Array1<i32>) -> Result<Array1<i32>, Error> {
///     kernel.repeat(2).apply(x)
/// }
/// assert_eq!(twice(left(), &array![1, 2, 3])?, array![2, 3, 1]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a kernel which repeats, or works in place, makes an array of the type that it reads, and `{Self}` does not",
    label = "needs one input, and one output of the same element type"
)]
pub trait SameType<T: Element, D: Dimension>:
    for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>
{
}

#[diagnostic::do_not_recommend]
impl<K, T: Element, D: Dimension> SameType<T, D> for K where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>
{
}

/// A kernel of one input and one output that reads nothing but the point itself.
#[diagnostic::on_unimplemented(
    message = "the kernel `{Self}` cannot be applied in place",
    label = "reads more than the point itself, has several inputs or outputs, or a `stride`",
    note = "other points would read what was written already: write into another array with `apply_into`"
)]
pub trait Pointwise: Kernel {}

/// The input arrays of a kernel that returns `O`: a reference to one, or a tuple of references.
///
/// It ties windows and rules to the arrays, so that no implementation of [`Kernel`] can mix up element types.
pub trait Args<'w, O>: Copy + Sealed {
    /// The windows on these arrays.
    type Windows;
    /// Their rank.
    type Dim: Dimension;
    /// The rules of these arrays.
    type Rules: RuleSet;

    /// Puts the arrays behind those that are there. Not returned, since such lists are long to move.
    #[doc(hidden)]
    fn erase(&self, inputs: &mut InputBlocks);
    #[doc(hidden)]
    fn elements() -> ElementLayouts;
}

impl<T, D> Sealed for &ArrayRef<T, D> {}

impl<'w, T: Element, O, const N: usize> Args<'w, O> for &'w ArrayRef<T, Dim<[usize; N]>>
where
    Dim<[usize; N]>: Dimension,
{
    type Windows = (Window<'w, T, N>,);
    type Dim = Dim<[usize; N]>;
    type Rules = Rules<T, O, N>;

    fn erase(&self, inputs: &mut InputBlocks) {
        inputs.push(Block::input(self));
    }

    fn elements() -> ElementLayouts {
        [ElementLayout::of::<T>()].into_iter().collect()
    }
}

macro_rules! args_for_tuple {
    ($($T:ident $i:tt),+) => {
        impl<$($T,)+ Dx> Sealed for ($(&ArrayRef<$T, Dx>,)+) {}

        impl<'w, $($T: Element,)+ O: Copy, const N: usize> Args<'w, O> for ($(&'w ArrayRef<$T, Dim<[usize; N]>>,)+)
        where
            Dim<[usize; N]>: Dimension,
        {
            type Windows = ($(Window<'w, $T, N>,)+);
            type Dim = Dim<[usize; N]>;
            type Rules = ($(Rules<$T, O, N>,)+);

            fn erase(&self, inputs: &mut InputBlocks) {
                $(inputs.push(Block::input(self.$i));)+
            }

            fn elements() -> ElementLayouts {
                [$(ElementLayout::of::<$T>()),+].into_iter().collect()
            }
        }
    };
}
args_for_tuple!(A 0, B 1);
args_for_tuple!(A 0, B 1, C 2);
args_for_tuple!(A 0, B 1, C 2, D 3);
args_for_tuple!(A 0, B 1, C 2, D 3, E 4);
args_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
