//! The inputs that a kernel declares, and what its element function sees of them.

use std::marker::PhantomData;

use ndarray::{Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6};

use super::inner::{InnerLoop, InnerOperand};
use super::lane::{LaneView, LaneViewMut};
use super::rank::{CoreRank, CoreView};
use super::views::{LaneOperand, LaneOperands, view_of};
use crate::Sealed;
use crate::block::ElementLayout;
use crate::kernel::{Element, largest};

/// A declared input: its element type, its core dimensions, and their number in the signature, which is not fixed where
/// some are optional.
///
/// ```
/// use ndarray::{ArrayView1, Ix0, Ix1};
/// use ndstencil::GufuncKernel;
/// use ndstencil::prelude::*;
/// use ndstencil::types::{Input, ByValue};
/// #[gufunc("(n),()->()")]
/// fn above(x: ArrayView1<f32>, level: f64) -> u32 { x.iter().filter(|&&v| f64::from(v) > level).count() as u32 }
/// fn is<K: GufuncKernel<Inputs = (Input<f32, Ix1>, Input<f64, Ix0>), Outputs = (ByValue<u32>,)>>(_: Gufunc<K>) {}
/// is(above());
/// ```
pub struct Input<T, C, R = C>(PhantomData<(T, C, R)>);

impl<T, C, R> Sealed for Input<T, C, R> {}

/// Inputs that a kernel declares: a tuple of [`Input`].
pub trait Inputs: Sealed {
    /// The inputs as the element function takes them.
    type Views<'v>;
    /// The same for `L` loop elements side by side.
    type Lanes<'v, const L: usize>;
    /// The largest element size.
    #[doc(hidden)]
    const LARGEST: usize;
    /// The number of core dimensions of each.
    #[doc(hidden)]
    const RANKS: &'static [usize];

    #[doc(hidden)]
    const ELEMENTS: &'static [ElementLayout];

    /// # Safety
    /// The inputs of the loop have these types; `index` is below its count.
    #[doc(hidden)]
    unsafe fn views<'v>(inner: &'v InnerLoop, index: usize) -> Self::Views<'v>;
    /// As `views`, with the value of the first input, a single cell, in another place.
    ///
    /// # Safety
    /// As for `views`; there is a value of the first input's type.
    #[doc(hidden)]
    unsafe fn views_behind<'v>(inner: &'v InnerLoop, index: usize, first: *mut u8) -> Self::Views<'v>;
    /// # Safety
    /// The operands have these types, and `L` values for each cell from `start` on.
    #[doc(hidden)]
    unsafe fn lanes<'v, const L: usize>(operands: &'v LaneOperands, start: usize) -> Self::Lanes<'v, L>;
}

/// One input of `L` loop elements, by the number of its core dimensions.
pub trait LaneInput: CoreView {
    /// An array of values, or a view.
    type Lanes<'v, T: 'v, const L: usize>;
    /// The same of an output.
    type LanesMut<'v, T: 'v, const L: usize>;

    /// # Safety
    /// As for [`Inputs::lanes`].
    #[doc(hidden)]
    unsafe fn lanes<'v, T: Element, const L: usize>(operand: &LaneOperand, start: usize) -> Self::Lanes<'v, T, L>;
    /// # Safety
    /// As for [`Inputs::lanes`]; the output is initialised.
    #[doc(hidden)]
    unsafe fn lanes_mut<'v, T: Element, const L: usize>(
        operand: &LaneOperand,
        start: usize,
    ) -> Self::LanesMut<'v, T, L>;
}

impl LaneInput for Ix0 {
    type Lanes<'v, T: 'v, const L: usize> = &'v [T; L];
    type LanesMut<'v, T: 'v, const L: usize> = LaneViewMut<'v, T, 0, L>;

    #[inline(always)]
    unsafe fn lanes<'v, T: Element, const L: usize>(operand: &LaneOperand, start: usize) -> &'v [T; L] {
        // SAFETY: as the caller says.
        unsafe { &*operand.at(start).cast() }
    }

    #[inline(always)]
    unsafe fn lanes_mut<'v, T: Element, const L: usize>(
        operand: &LaneOperand,
        start: usize,
    ) -> LaneViewMut<'v, T, 0, L> {
        // SAFETY: as the caller says.
        unsafe { LaneViewMut::new(operand.at(start).cast(), [], []) }
    }
}

macro_rules! lane_input {
    ($($Ix:ident $rank:literal)*) => {
        $(
            impl LaneInput for $Ix {
                type Lanes<'v, T: 'v, const L: usize> = LaneView<'v, T, $rank, L>;
                type LanesMut<'v, T: 'v, const L: usize> = LaneViewMut<'v, T, $rank, L>;

                #[inline(always)]
                unsafe fn lanes<'v, T: Element, const L: usize>(operand: &LaneOperand, start: usize) -> LaneView<'v, T, $rank, L> {
                    let (shape, strides) = core::<$rank>(&operand.operand);
                    // SAFETY: as the caller says.
                    unsafe { LaneView::new(operand.at(start).cast(), shape, strides) }
                }

                #[inline(always)]
                unsafe fn lanes_mut<'v, T: Element, const L: usize>(operand: &LaneOperand, start: usize) -> LaneViewMut<'v, T, $rank, L> {
                    let (shape, strides) = core::<$rank>(&operand.operand);
                    // SAFETY: as the caller says.
                    unsafe { LaneViewMut::new(operand.at(start).cast(), shape, strides) }
                }
            }
        )*
    };
}
lane_input!(Ix1 1 Ix2 2 Ix3 3 Ix4 4 Ix5 5 Ix6 6);

#[inline(always)]
fn core<const N: usize>(operand: &InnerOperand) -> ([usize; N], [isize; N]) {
    let (mut shape, mut strides) = ([0; N], [0; N]);
    let mut axis = 0;
    while axis < N {
        shape[axis] = operand.shape[axis];
        strides[axis] = operand.strides[axis];
        axis += 1;
    }
    (shape, strides)
}

macro_rules! inputs {
    ($($T:ident $C:ident $R:ident $i:tt),*) => {
        // Without inputs, the tuples are `()`.
        #[allow(clippy::unused_unit)]
        impl<$($T: Element, $C: LaneInput, $R: CoreRank),*> Inputs for ($(Input<$T, $C, $R>,)*) {
            type Views<'v> = ($($C::View<'v, $T>,)*);
            type Lanes<'v, const L: usize> = ($($C::Lanes<'v, $T, L>,)*);
            const LARGEST: usize = largest(&[$(size_of::<$T>()),*]);
            const RANKS: &'static [usize] = &[$($C::RANK),*];

            const ELEMENTS: &'static [ElementLayout] = &[$(ElementLayout::of::<$T>()),*];

            #[inline(always)]
            unsafe fn views<'v>(_inner: &'v InnerLoop, _index: usize) -> Self::Views<'v> {
                // SAFETY: as the caller says of each input; views of inputs are only read.
                ($($C::from_view(unsafe { view_of::<$T, $C>(&_inner.inputs[$i], _index) }),)*)
            }

            #[inline(always)]
            unsafe fn views_behind<'v>(_inner: &'v InnerLoop, _index: usize, _first: *mut u8) -> Self::Views<'v> {
                // SAFETY: as the caller says of each input; views of inputs are only read.
                ($($C::from_view(unsafe {
                    match $i {
                        0 => view_of::<$T, $C>(&InnerOperand { at: _first, step: 0, .._inner.inputs[$i] }, _index),
                        _ => view_of::<$T, $C>(&_inner.inputs[$i], _index),
                    }
                }),)*)
            }

            #[inline(always)]
            unsafe fn lanes<'v, const L: usize>(_operands: &'v LaneOperands, _start: usize) -> Self::Lanes<'v, L> {
                // SAFETY: as the caller says of each input.
                ($(unsafe { $C::lanes::<$T, L>(&_operands.inputs[$i], _start) },)*)
            }
        }

        impl<$($T, $C, $R),*> Sealed for ($(Input<$T, $C, $R>,)*) {}
    };
}
inputs!();
inputs!(A CA RA 0);
inputs!(A CA RA 0, B CB RB 1);
inputs!(A CA RA 0, B CB RB 1, C CC RC 2);
inputs!(A CA RA 0, B CB RB 1, C CC RC 2, D CD RD 3);
inputs!(A CA RA 0, B CB RB 1, C CC RC 2, D CD RD 3, E CE RE 4);
inputs!(A CA RA 0, B CB RB 1, C CC RC 2, D CD RD 3, E CE RE 4, F CF RF 5);
