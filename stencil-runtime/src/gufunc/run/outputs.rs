//! The outputs that a kernel declares, what its element function writes through, and what it returns for them.

use std::marker::PhantomData;
use std::mem::MaybeUninit;

use ndarray::{Array, ArrayD, ArrayViewMut, Dimension, Ix0, IxDyn, ShapeBuilder};

use super::inputs::LaneInput;
use super::operand::{RawArray, Run, RunOperand};
use super::views::{LaneOperand, LaneOperands, view_mut_of};
use crate::block::ElementLayout;
use crate::gufunc::core::Core;
use crate::kernel::Element;
use crate::kernel::largest;
use crate::memory::{store, uninit};
use crate::{MAX_OUTPUTS, Sealed};

/// A declared output that the element function returns.
pub struct Returned<T, R = Ix0>(PhantomData<(T, R)>);

/// A declared output that the element function writes through a view.
pub struct Written<T, C, R = C>(PhantomData<(T, C, R)>);

impl<T, R> Sealed for Returned<T, R> {}
impl<T, C, R> Sealed for Written<T, C, R> {}

/// One declared output: [`Returned`] or [`Written`].
pub trait Output: Sealed {
    /// Its element type.
    type Element: Element;
    /// The number of its core dimensions in the signature.
    type Rank: Core;
    /// What the element function writes through, or nothing.
    type View<'v>;
    /// The same for `L` loop elements side by side.
    type LaneView<'v, const L: usize>;
    /// What the element function returns for it, or nothing.
    type Value;
    /// The same for `L` loop elements side by side.
    type LaneValues<const L: usize>;
    /// A value of each lane that is not set yet.
    #[doc(hidden)]
    type LaneSlots<const L: usize>;
    /// The number of core dimensions that the element function sees.
    #[doc(hidden)]
    const RANK: usize;
    /// The value that cells which are written through a view begin with.
    #[doc(hidden)]
    const BLANK: Option<fn() -> Self::Element>;

    /// # Safety
    /// The operand has this output's type; `index` is below the run's count.
    #[doc(hidden)]
    unsafe fn view<'v>(operand: &'v RunOperand, index: usize) -> Self::View<'v>;
    /// # Safety
    /// As for `view`.
    #[doc(hidden)]
    unsafe fn put(operand: &RunOperand, index: usize, value: Self::Value);
    /// # Safety
    /// The operand has this output's type, and `L` initialised values for each cell from `start` on.
    #[doc(hidden)]
    unsafe fn lane_view<'v, const L: usize>(operand: &'v LaneOperand, start: usize) -> Self::LaneView<'v, L>;
    /// # Safety
    /// The first `width` loop elements from `start` on belong to the run; with `stream` the processor has vectors of `V` bytes.
    #[doc(hidden)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        operand: &RunOperand,
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

impl<T: Element, R: Core> Output for Returned<T, R> {
    type Element = T;
    type Rank = R;
    type View<'v> = ();
    type LaneView<'v, const L: usize> = ();
    type Value = T;
    type LaneValues<const L: usize> = [T; L];
    type LaneSlots<const L: usize> = [MaybeUninit<T>; L];
    const RANK: usize = 0;
    const BLANK: Option<fn() -> T> = None;

    #[inline(always)]
    unsafe fn view(_: &RunOperand, _: usize) {}

    #[inline(always)]
    unsafe fn put(operand: &RunOperand, index: usize, value: T) {
        // SAFETY: as the caller says.
        unsafe { operand.core(index).cast::<T>().write(value) }
    }

    #[inline(always)]
    unsafe fn lane_view<const L: usize>(_: &LaneOperand, _: usize) {}

    #[inline(always)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        operand: &RunOperand,
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

impl<T: Element + Default, C: LaneInput, R: Core> Output for Written<T, C, R> {
    type Element = T;
    type Rank = R;
    type View<'v> = ArrayViewMut<'v, T, C>;
    type LaneView<'v, const L: usize> = C::LanesMut<'v, T, L>;
    type Value = ();
    type LaneValues<const L: usize> = ();
    type LaneSlots<const L: usize> = ();
    const RANK: usize = C::RANK;
    const BLANK: Option<fn() -> T> = Some(T::default);

    #[inline(always)]
    unsafe fn view<'v>(operand: &'v RunOperand, index: usize) -> ArrayViewMut<'v, T, C> {
        // SAFETY: as the caller says; the cells are initialised before they are seen as `T`.
        unsafe {
            view_mut_of::<MaybeUninit<T>, C>(operand, index).fill(MaybeUninit::new(T::default()));
            view_mut_of::<T, C>(operand, index)
        }
    }

    #[inline(always)]
    unsafe fn put(_: &RunOperand, _: usize, (): ()) {}

    #[inline(always)]
    unsafe fn lane_view<'v, const L: usize>(operand: &'v LaneOperand, start: usize) -> C::LanesMut<'v, T, L> {
        // SAFETY: as the caller says.
        unsafe { C::lanes_mut::<T, L>(operand, start) }
    }

    #[inline(always)]
    unsafe fn put_lanes<const L: usize, const V: usize>(_: &RunOperand, _: usize, _: usize, (): &(), _: bool) {}

    #[inline(always)]
    fn slots<const L: usize>() {}

    #[inline(always)]
    fn set<const L: usize>((): &mut (), _: usize, (): ()) {}

    #[inline(always)]
    unsafe fn all_set<const L: usize>((): ()) {}
}

/// A declared output that a stencil computes as a whole.
pub struct Swept<T, C>(PhantomData<(T, C)>);

impl<T, C> Sealed for Swept<T, C> {}

impl<T: Element, C: Core> Output for Swept<T, C> {
    type Element = T;
    type Rank = C;
    type View<'v> = ();
    type LaneView<'v, const L: usize> = ();
    type Value = ();
    type LaneValues<const L: usize> = ();
    type LaneSlots<const L: usize> = ();
    const RANK: usize = match C::NDIM {
        Some(rank) => rank,
        None => 0,
    };
    const BLANK: Option<fn() -> T> = None;

    unsafe fn view(_: &RunOperand, _: usize) {}
    unsafe fn put(_: &RunOperand, _: usize, (): ()) {}
    unsafe fn lane_view<const L: usize>(_: &LaneOperand, _: usize) {}
    unsafe fn put_lanes<const L: usize, const V: usize>(_: &RunOperand, _: usize, _: usize, (): &(), _: bool) {}
    fn slots<const L: usize>() {}
    fn set<const L: usize>((): &mut (), _: usize, (): ()) {}
    unsafe fn all_set<const L: usize>((): ()) {}
}

/// Outputs that a kernel declares: a tuple of [`Returned`] and [`Written`].
pub trait GuOutputs: Sealed {
    /// What the element function writes through, for each output.
    type Views<'v>;
    /// The same for `L` loop elements side by side.
    type LaneViews<'v, const L: usize>;
    /// What the element function returns, for each output.
    type Values;
    /// The same for `L` loop elements side by side.
    type LaneValues<const L: usize>;
    /// New arrays with these loop dimensions: one array, or a tuple.
    type Arrays<D: Dimension>;
    /// New arrays that keep `C` axes: one array, or a tuple.
    type Kept<C: Core, D: Dimension>;
    /// Arrays of any rank that are not written yet.
    #[doc(hidden)]
    type Uninit;
    #[doc(hidden)]
    const LARGEST: usize;
    /// The number of core dimensions of each.
    #[doc(hidden)]
    const RANKS: &'static [usize];
    /// Which outputs the element function writes through views.
    #[doc(hidden)]
    const WRITTEN: [bool; MAX_OUTPUTS];

    /// # Safety
    /// The run's outputs have these types; `index` is below its count.
    #[doc(hidden)]
    unsafe fn views<'v>(run: &'v Run, index: usize) -> Self::Views<'v>;
    /// # Safety
    /// As for `views`.
    #[doc(hidden)]
    unsafe fn put(run: &Run, index: usize, values: Self::Values);
    /// # Safety
    /// The operands have these types, and `L` values for each cell from `start` on, which this initialises.
    #[doc(hidden)]
    unsafe fn lane_views<'v, const L: usize>(operands: &'v LaneOperands, start: usize) -> Self::LaneViews<'v, L>;
    /// # Safety
    /// As for [`Output::put_lanes`].
    #[doc(hidden)]
    unsafe fn put_lanes<const L: usize, const V: usize>(
        run: &Run,
        start: usize,
        width: usize,
        values: &Self::LaneValues<L>,
    );
    #[doc(hidden)]
    fn lane_values<const L: usize>(value: impl FnMut(usize) -> Self::Values) -> Self::LaneValues<L>;
    #[doc(hidden)]
    fn allocate(shapes: &[Vec<usize>], fortran: bool) -> Self::Uninit;
    #[doc(hidden)]
    fn erase(arrays: &mut Self::Uninit) -> Vec<RawArray>;
    /// # Safety
    /// Every element was written.
    #[doc(hidden)]
    unsafe fn collect<D: Dimension>(arrays: Self::Uninit) -> Self::Arrays<D>;
    /// # Safety
    /// Every element was written.
    #[doc(hidden)]
    unsafe fn collect_kept<C: Core, D: Dimension>(arrays: Self::Uninit) -> Self::Kept<C, D>;
}

/// The values of `L` lanes, each made by `value`.
#[inline(always)]
pub fn lane_values<O: GuOutputs, const L: usize>(value: impl FnMut(usize) -> O::Values) -> O::LaneValues<L> {
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
        impl<$($T: Output),+> GuOutputs for ($($T,)+) {
            type Views<'v> = ($($T::View<'v>,)+);
            type LaneViews<'v, const L: usize> = ($($T::LaneView<'v, L>,)+);
            type Values = ($($T::Value,)+);
            type LaneValues<const L: usize> = ($($T::LaneValues<L>,)+);
            type Arrays<Dx: Dimension> = $arrays;
            type Kept<Cx: Core, Dx: Dimension> = $kept;
            type Uninit = ($(ArrayD<MaybeUninit<$T::Element>>,)+);
            const LARGEST: usize = largest(&[$(size_of::<$T::Element>()),+]);
            const RANKS: &'static [usize] = &[$($T::RANK),+];
            const WRITTEN: [bool; MAX_OUTPUTS] = {
                let mut written = [false; MAX_OUTPUTS];
                $(written[$i] = $T::BLANK.is_some();)+
                written
            };

            #[inline(always)]
            unsafe fn views<'v>(run: &'v Run, index: usize) -> Self::Views<'v> {
                // SAFETY: as the caller says of each output.
                ($(unsafe { $T::view(&run.outputs[$i], index) },)+)
            }

            #[inline(always)]
            unsafe fn put(run: &Run, index: usize, values: Self::Values) {
                // SAFETY: as the caller says of each output.
                $(unsafe { $T::put(&run.outputs[$i], index, values.$i) };)+
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
            unsafe fn put_lanes<const L: usize, const V: usize>(run: &Run, start: usize, width: usize, values: &Self::LaneValues<L>) {
                // SAFETY: as the caller says of each output.
                $(unsafe { $T::put_lanes::<L, V>(&run.outputs[$i], start, width, &values.$i, run.stream) };)+
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

            fn allocate(shapes: &[Vec<usize>], fortran: bool) -> Self::Uninit {
                ($(uninit::<$T::Element, IxDyn>(IxDyn(&shapes[$i]).set_f(fortran)),)+)
            }

            fn erase(arrays: &mut Self::Uninit) -> Vec<RawArray> {
                vec![$(RawArray {
                    at: arrays.$i.as_mut_ptr().cast(),
                    shape: arrays.$i.shape().to_vec(),
                    strides: arrays.$i.strides().to_vec(),
                    element: ElementLayout::of::<$T::Element>(),
                }),+]
            }

            unsafe fn collect<Dx: Dimension>(arrays: Self::Uninit) -> Self::Arrays<Dx> {
                // SAFETY: as the caller says.
                $take(($(unsafe { finish(arrays.$i) },)+))
            }

            unsafe fn collect_kept<Cx: Core, Dx: Dimension>(arrays: Self::Uninit) -> Self::Kept<Cx, Dx> {
                // SAFETY: as the caller says.
                $take(($(unsafe { finish(arrays.$i) },)+))
            }
        }

        impl<$($T: Output),+> Sealed for ($($T,)+) {}
    };
}
outputs!(Array<A::Element, <A::Rank as Core>::Extend<Dx>>, Array<A::Element, Cx::Extend<Dx>>, |(array,)| array; A 0);

macro_rules! several_outputs {
    ($($T:ident $i:tt),+) => {
        outputs!(
            ($(Array<$T::Element, <$T::Rank as Core>::Extend<Dx>>,)+),
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
