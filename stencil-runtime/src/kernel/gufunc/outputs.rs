//! The outputs that a kernel declares, what its element function writes through, and what it returns for them.
//!
//! [`Output`] and [`GufuncOutputs`] are the declaration: element types and numbers of axes, from which arrays are made.
//! [`ElementOutput`] and [`ElementOutputs`] are what the compiled loops of an element function need of it besides. Per
//! loop element they call `views`, which blanks what is written through a view, then the element function, then `put`;
//! side by side, `lane_views` and `put_lanes`.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use ndarray::{Array, ArrayD, ArrayViewMut, Dimension, Ix0, IxDyn, ShapeBuilder};

use super::inner::{InnerLoop, InnerOperand};
use super::inputs::LaneInput;
use super::rank::{CoreRank, CoreView};
use super::views::{LaneOperand, LaneOperands, view_mut_of};
use crate::block::{ElementLayout, RawArray};
use crate::kernel::{Element, largest};
use crate::memory::{store, uninit};
use crate::{MAX_OUTPUTS, Sealed};

/// A declared output that the element function returns.
pub struct ByValue<T, R = Ix0>(PhantomData<(T, R)>);

/// A declared output that the element function writes through a view, or that a stencil sweeps over.
pub struct ByView<T, C, R = C>(PhantomData<(T, C, R)>);

impl<T, R> Sealed for ByValue<T, R> {}
impl<T, C, R> Sealed for ByView<T, C, R> {}

/// One declared output: [`ByValue`] or [`ByView`].
pub trait Output: Sealed {
    /// Its element type.
    type Element: Element;
    /// The number of its core dimensions in the signature.
    type Rank: CoreRank;
    /// The number of core dimensions that the kernel sees.
    #[doc(hidden)]
    const RANK: usize;
    /// True when the kernel writes it through a view rather than returning its one element.
    #[doc(hidden)]
    const WRITTEN: bool;
}

/// One output as the loops of an element function see it.
pub trait ElementOutput: Output {
    /// The view that the element function writes through, or nothing.
    type View<'v>;
    /// The same for `L` loop elements side by side.
    type LaneView<'v, const L: usize>;
    /// The value that the element function returns for it, or nothing.
    type Value;
    /// The same for `L` loop elements side by side.
    type LaneValues<const L: usize>;
    /// A value of each lane that is not set yet.
    #[doc(hidden)]
    type LaneSlots<const L: usize>;
    /// The value that cells which are written through a view begin with.
    #[doc(hidden)]
    const BLANK: Option<fn() -> Self::Element>;

    /// # Safety
    /// The operand has this output's type; `index` is below the loop's count.
    #[doc(hidden)]
    unsafe fn view<'v>(operand: &'v InnerOperand, index: usize) -> Self::View<'v>;
    /// # Safety
    /// As for `view`.
    #[doc(hidden)]
    unsafe fn put(operand: &InnerOperand, index: usize, value: Self::Value);
    /// # Safety
    /// The operand has this output's type, and `L` initialised values for each cell from `start` on.
    #[doc(hidden)]
    unsafe fn lane_view<'v, const L: usize>(operand: &'v LaneOperand, start: usize) -> Self::LaneView<'v, L>;
    /// # Safety
    /// The first `width` loop elements from `start` on belong to the loop; with `stream` the processor has vectors of `V` bytes.
    #[doc(hidden)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        operand: &InnerOperand,
        start: usize,
        width: usize,
        values: &Self::LaneValues<L>,
        stream: bool,
    );
    #[doc(hidden)]
    fn slots<const L: usize>() -> Self::LaneSlots<L>;
    #[doc(hidden)]
    fn set<const L: usize>(slots: &mut Self::LaneSlots<L>, lane: usize, value: Self::Value);
    /// # Safety
    /// All lanes were set.
    #[doc(hidden)]
    unsafe fn all_set<const L: usize>(slots: Self::LaneSlots<L>) -> Self::LaneValues<L>;
}

impl<T: Element, R: CoreRank> Output for ByValue<T, R> {
    type Element = T;
    type Rank = R;
    const RANK: usize = 0;
    const WRITTEN: bool = false;
}

impl<T: Element, C: CoreView, R: CoreRank> Output for ByView<T, C, R> {
    type Element = T;
    type Rank = R;
    const RANK: usize = C::RANK;
    const WRITTEN: bool = true;
}

impl<T: Element, R: CoreRank> ElementOutput for ByValue<T, R> {
    type View<'v> = ();
    type LaneView<'v, const L: usize> = ();
    type Value = T;
    type LaneValues<const L: usize> = [T; L];
    type LaneSlots<const L: usize> = [MaybeUninit<T>; L];
    const BLANK: Option<fn() -> T> = None;

    #[inline(always)]
    unsafe fn view(_: &InnerOperand, _: usize) {}

    #[inline(always)]
    unsafe fn put(operand: &InnerOperand, index: usize, value: T) {
        // SAFETY: as the caller says.
        unsafe { operand.core(index).cast::<T>().write(value) }
    }

    #[inline(always)]
    unsafe fn lane_view<const L: usize>(_: &LaneOperand, _: usize) {}

    #[inline(always)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        operand: &InnerOperand,
        start: usize,
        width: usize,
        values: &[T; L],
        stream: bool,
    ) {
        let to = operand.at.cast::<T>().wrapping_offset(start as isize * operand.step);
        // SAFETY: as the caller says.
        unsafe {
            if operand.step == 1 && width == L {
                store::<T, L, V>(to, &*(&raw const *values).cast(), stream);
            } else {
                for (lane, value) in values.iter().enumerate().take(width) {
                    to.wrapping_offset(lane as isize * operand.step).write(*value);
                }
            }
        }
    }

    #[inline(always)]
    fn slots<const L: usize>() -> [MaybeUninit<T>; L] {
        [const { MaybeUninit::uninit() }; L]
    }

    #[inline(always)]
    fn set<const L: usize>(slots: &mut [MaybeUninit<T>; L], lane: usize, value: T) {
        slots[lane] = MaybeUninit::new(value);
    }

    #[inline(always)]
    unsafe fn all_set<const L: usize>(slots: [MaybeUninit<T>; L]) -> [T; L] {
        // SAFETY: as the caller says.
        unsafe { (&raw const slots).cast::<[T; L]>().read() }
    }
}

impl<T: Element + Default, C: LaneInput, R: CoreRank> ElementOutput for ByView<T, C, R> {
    type View<'v> = ArrayViewMut<'v, T, C>;
    type LaneView<'v, const L: usize> = C::LanesMut<'v, T, L>;
    type Value = ();
    type LaneValues<const L: usize> = ();
    type LaneSlots<const L: usize> = ();
    const BLANK: Option<fn() -> T> = Some(T::default);

    #[inline(always)]
    unsafe fn view<'v>(operand: &'v InnerOperand, index: usize) -> ArrayViewMut<'v, T, C> {
        // SAFETY: as the caller says; the cells are initialised before they are seen as `T`.
        unsafe {
            view_mut_of::<MaybeUninit<T>, C>(operand, index).fill(MaybeUninit::new(T::default()));
            view_mut_of::<T, C>(operand, index)
        }
    }

    #[inline(always)]
    unsafe fn put(_: &InnerOperand, _: usize, (): ()) {}

    #[inline(always)]
    unsafe fn lane_view<'v, const L: usize>(operand: &'v LaneOperand, start: usize) -> C::LanesMut<'v, T, L> {
        // SAFETY: as the caller says.
        unsafe { C::lanes_mut::<T, L>(operand, start) }
    }

    #[inline(always)]
    unsafe fn put_lanes<const L: usize, const V: usize>(_: &InnerOperand, _: usize, _: usize, (): &(), _: bool) {}

    #[inline(always)]
    fn slots<const L: usize>() {}

    #[inline(always)]
    fn set<const L: usize>((): &mut (), _: usize, (): ()) {}

    #[inline(always)]
    unsafe fn all_set<const L: usize>((): ()) {}
}

/// Outputs that a kernel declares: a tuple of [`ByValue`] and [`ByView`].
pub trait GufuncOutputs: Sealed {
    /// New arrays with these loop dimensions: one array, or a tuple.
    type Arrays<D: Dimension>;
    /// New arrays that keep `C` axes: one array, or a tuple.
    type Kept<C: CoreRank, D: Dimension>;
    /// Arrays of any rank that are not written yet.
    #[doc(hidden)]
    type Uninit;
    #[doc(hidden)]
    const LARGEST: usize;
    /// The number of core dimensions of each.
    #[doc(hidden)]
    const RANKS: &'static [usize];
    /// The outputs that the kernel writes through views.
    #[doc(hidden)]
    const WRITTEN: [bool; MAX_OUTPUTS];

    #[doc(hidden)]
    const ELEMENTS: &'static [ElementLayout];
    /// Arrays whose axes lie in memory in these orders, from the longest steps to the shortest, or the shape of the first
    /// one that there is no memory for.
    #[doc(hidden)]
    fn allocate<'s>(shapes: &'s [Vec<usize>], orders: &[Vec<usize>]) -> Result<Self::Uninit, &'s [usize]>;
    #[doc(hidden)]
    fn erase(arrays: &mut Self::Uninit) -> Vec<RawArray>;
    /// # Safety
    /// Every element was written.
    #[doc(hidden)]
    unsafe fn collect<D: Dimension>(arrays: Self::Uninit) -> Self::Arrays<D>;
    /// # Safety
    /// Every element was written.
    #[doc(hidden)]
    unsafe fn collect_kept<C: CoreRank, D: Dimension>(arrays: Self::Uninit) -> Self::Kept<C, D>;
}

/// The outputs of a kernel as the loops of an element function see them.
pub trait ElementOutputs: GufuncOutputs {
    /// The view that the element function writes through, for each output.
    type Views<'v>;
    /// The same for `L` loop elements side by side.
    type LaneViews<'v, const L: usize>;
    /// The value that the element function returns, for each output.
    type Values;
    /// The same for `L` loop elements side by side.
    type LaneValues<const L: usize>;

    /// # Safety
    /// The outputs of the loop have these types; `index` is below its count.
    #[doc(hidden)]
    unsafe fn views<'v>(inner: &'v InnerLoop, index: usize) -> Self::Views<'v>;
    /// # Safety
    /// As for `views`.
    #[doc(hidden)]
    unsafe fn put(inner: &InnerLoop, index: usize, values: Self::Values);
    /// # Safety
    /// The operands have these types, and `L` values for each cell from `start` on, which this initialises.
    #[doc(hidden)]
    unsafe fn lane_views<'v, const L: usize>(operands: &'v LaneOperands, start: usize) -> Self::LaneViews<'v, L>;
    /// # Safety
    /// As for [`ElementOutput::put_lanes`].
    #[doc(hidden)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        inner: &InnerLoop,
        start: usize,
        width: usize,
        values: &Self::LaneValues<L>,
    );
    #[doc(hidden)]
    fn lane_values<const L: usize>(value: impl FnMut(usize) -> Self::Values) -> Self::LaneValues<L>;
}

/// The values of `L` lanes, each made by `value`.
#[inline(always)]
pub fn lane_values<O: ElementOutputs, const L: usize>(value: impl FnMut(usize) -> O::Values) -> O::LaneValues<L> {
    O::lane_values(value)
}

/// An array of the rank that the types promise.
///
/// # Safety
/// Every element was written.
unsafe fn finish<T, D: Dimension>(array: ArrayD<MaybeUninit<T>>) -> Array<T, D> {
    // SAFETY: as the caller says.
    let array = unsafe { array.assume_init() };
    array.into_dimensionality().expect("types follow the numbers of axes")
}

/// A new array whose axes lie in memory in this order, from the longest steps to the shortest, or its shape where there
/// is no memory for it.
fn in_order<'s, T>(shape: &'s [usize], order: &[usize]) -> Result<ArrayD<MaybeUninit<T>>, &'s [usize]> {
    let lengths: Vec<usize> = order.iter().map(|&axis| shape[axis]).collect();
    let mut places = vec![0; order.len()];
    for (place, &axis) in order.iter().enumerate() {
        places[axis] = place;
    }
    let array = uninit::<T, IxDyn>(IxDyn(&lengths).set_f(false)).ok_or(shape)?;
    Ok(array.permuted_axes(places))
}

/// The cells that `L` lanes are going to write, set to what they begin with.
///
/// # Safety
/// The operand has elements `T`, and `L` values for each cell from `start` on.
#[inline(always)]
unsafe fn blank<T: Element, const L: usize>(operand: &LaneOperand, start: usize, value: T) {
    let at = operand.at(start).cast::<T>();
    operand.operand.for_each_cell(|offset| {
        // SAFETY: a cell of the core, with `L` values.
        unsafe { at.wrapping_offset(offset).cast::<[MaybeUninit<T>; L]>().write([MaybeUninit::new(value); L]) };
    });
}

macro_rules! outputs {
    ($arrays:ty, $kept:ty, $take:expr; $($T:ident $i:tt),+) => {
        impl<$($T: Output),+> GufuncOutputs for ($($T,)+) {
            type Arrays<Dx: Dimension> = $arrays;
            type Kept<Cx: CoreRank, Dx: Dimension> = $kept;
            type Uninit = ($(ArrayD<MaybeUninit<$T::Element>>,)+);
            const LARGEST: usize = largest(&[$(size_of::<$T::Element>()),+]);
            const RANKS: &'static [usize] = &[$($T::RANK),+];
            const WRITTEN: [bool; MAX_OUTPUTS] = {
                let mut written = [false; MAX_OUTPUTS];
                $(written[$i] = $T::WRITTEN;)+
                written
            };

            const ELEMENTS: &'static [ElementLayout] = &[$(ElementLayout::of::<$T::Element>()),+];

            fn allocate<'s>(shapes: &'s [Vec<usize>], orders: &[Vec<usize>]) -> Result<Self::Uninit, &'s [usize]> {
                Ok(($(in_order::<$T::Element>(&shapes[$i], &orders[$i])?,)+))
            }

            fn erase(arrays: &mut Self::Uninit) -> Vec<RawArray> {
                vec![$(RawArray::stored::<$T::Element, _, _>(&mut arrays.$i)),+]
            }

            unsafe fn collect<Dx: Dimension>(arrays: Self::Uninit) -> Self::Arrays<Dx> {
                // SAFETY: as the caller says.
                $take(($(unsafe { finish(arrays.$i) },)+))
            }

            unsafe fn collect_kept<Cx: CoreRank, Dx: Dimension>(arrays: Self::Uninit) -> Self::Kept<Cx, Dx> {
                // SAFETY: as the caller says.
                $take(($(unsafe { finish(arrays.$i) },)+))
            }
        }

        impl<$($T: ElementOutput),+> ElementOutputs for ($($T,)+) {
            type Views<'v> = ($($T::View<'v>,)+);
            type LaneViews<'v, const L: usize> = ($($T::LaneView<'v, L>,)+);
            type Values = ($($T::Value,)+);
            type LaneValues<const L: usize> = ($($T::LaneValues<L>,)+);

            #[inline(always)]
            unsafe fn views<'v>(inner: &'v InnerLoop, index: usize) -> Self::Views<'v> {
                // SAFETY: as the caller says of each output.
                ($(unsafe { $T::view(&inner.outputs[$i], index) },)+)
            }

            #[inline(always)]
            unsafe fn put(inner: &InnerLoop, index: usize, values: Self::Values) {
                // SAFETY: as the caller says of each output.
                $(unsafe { $T::put(&inner.outputs[$i], index, values.$i) };)+
            }

            #[inline(always)]
            unsafe fn lane_views<'v, const L: usize>(operands: &'v LaneOperands, start: usize) -> Self::LaneViews<'v, L> {
                // SAFETY: as the caller says of each output.
                ($(unsafe {
                    if let Some(value) = $T::BLANK {
                        blank::<$T::Element, L>(&operands.outputs[$i], start, value());
                    }
                    $T::lane_view::<L>(&operands.outputs[$i], start)
                },)+)
            }

            #[inline(always)]
            unsafe fn put_lanes<const L: usize, const V: usize>(inner: &InnerLoop, start: usize, width: usize, values: &Self::LaneValues<L>) {
                // SAFETY: as the caller says of each output.
                $(unsafe { $T::put_lanes::<L, V>(&inner.outputs[$i], start, width, &values.$i, inner.stream) };)+
            }

            #[inline(always)]
            fn lane_values<const L: usize>(mut value: impl FnMut(usize) -> Self::Values) -> Self::LaneValues<L> {
                let mut slots = ($($T::slots::<L>(),)+);
                let mut lane = 0;
                while lane < L {
                    let values = value(lane);
                    $($T::set::<L>(&mut slots.$i, lane, values.$i);)+
                    lane += 1;
                }
                // SAFETY: all lanes were set.
                ($(unsafe { $T::all_set::<L>(slots.$i) },)+)
            }
        }

        impl<$($T: Output),+> Sealed for ($($T,)+) {}
    };
}
outputs!(Array<A::Element, <A::Rank as CoreRank>::Extend<Dx>>, Array<A::Element, Cx::Extend<Dx>>, |(array,)| array; A 0);

macro_rules! several_outputs {
    ($($T:ident $i:tt),+) => {
        outputs!(
            ($(Array<$T::Element, <$T::Rank as CoreRank>::Extend<Dx>>,)+),
            ($(Array<$T::Element, Cx::Extend<Dx>>,)+),
            |arrays| arrays;
            $($T $i),+
        );
    };
}
several_outputs!(A 0, B 1);
several_outputs!(A 0, B 1, C 2);
several_outputs!(A 0, B 1, C 2, D 3);
several_outputs!(A 0, B 1, C 2, D 3, E 4);
several_outputs!(A 0, B 1, C 2, D 3, E 4, F 5);
