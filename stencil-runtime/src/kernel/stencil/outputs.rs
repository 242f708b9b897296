//! The arrays that a kernel writes: one, or a tuple of several.

use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::{self, MaybeUninit};

use ndarray::{Array, ArrayRef, Dimension, ShapeBuilder};

use crate::MAX_OUTPUTS;
use crate::block::{Block, ElementLayout, ElementLayouts, OutputBlocks};
use crate::kernel::Element;
use crate::memory::{store, uninit};
use crate::patch::Patch;

/// Only this file implements the traits: the executor relies on what they say.
mod sealed {
    pub trait Sealed {}
}
use sealed::Sealed;

/// One output array of element type `T`, whatever `T` is: the [`Out`](crate::Kernel::Out) of such kernels.
///
/// ```
/// use ndstencil::prelude::*;
/// use ndstencil::{Kernel, Single};
/// #[stencil]
/// fn double(x: Window1<i32>) -> i32 { 2 * x[0] }
/// fn has_one_output<K: Kernel<Out = Single<T>>, T: 'static>(_: Stencil<K>) -> usize { size_of::<T>() }
/// assert_eq!(has_one_output(double()), 4);
/// ```
pub struct Single<T>(PhantomData<T>);

/// The outputs of a kernel: [`Single`], or a tuple of two to six element types.
///
/// ```
/// use ndarray::{Array2, Ix2};
/// use ndstencil::{Single, Outputs};
/// let one: <Single<f32> as Outputs>::Arrays<Ix2> = Array2::zeros((2, 3));
/// let two: <(f32, bool) as Outputs>::Arrays<Ix2> = (one, Array2::default((2, 3)));
/// assert_eq!(two.1.dim(), (2, 3));
/// ```
pub trait Outputs: Sealed {
    /// The value that the element function returns.
    type Item: Copy + 'static;
    /// New arrays: one, or a tuple.
    type Arrays<D: Dimension>;
    /// Arrays to write into: a `&mut ArrayRef`, or a tuple of them.
    type Muts<'a, D: Dimension + 'a>;
    /// The same as a tuple, also for one output.
    #[doc(hidden)]
    type Columns: Columns;
    /// The number of outputs.
    #[doc(hidden)]
    const COUNT: usize;

    #[doc(hidden)]
    fn spread(item: Self::Item) -> Self::Columns;
    #[doc(hidden)]
    fn collect<D: Dimension>(arrays: <Self::Columns as Columns>::Arrays<D>) -> Self::Arrays<D>;
    #[doc(hidden)]
    fn erase<D: Dimension>(arrays: &mut Self::Muts<'_, D>, outputs: &mut OutputBlocks);
    /// Pointers to the values of the outputs within one item.
    #[doc(hidden)]
    fn parts(item: &Self::Item) -> [*const u8; MAX_OUTPUTS];
}

impl<T> Sealed for Single<T> {}

impl<T: Element> Outputs for Single<T> {
    type Item = T;
    type Arrays<D: Dimension> = Array<T, D>;
    type Muts<'a, D: Dimension + 'a> = &'a mut ArrayRef<T, D>;
    type Columns = (T,);
    const COUNT: usize = 1;

    #[inline(always)]
    fn spread(item: T) -> (T,) {
        (item,)
    }

    fn collect<D: Dimension>(arrays: (Array<T, D>,)) -> Array<T, D> {
        arrays.0
    }

    fn erase<D: Dimension>(array: &mut &mut ArrayRef<T, D>, outputs: &mut OutputBlocks) {
        outputs.push(Block::output(array, TypeId::of::<T>()));
    }

    fn parts(item: &T) -> [*const u8; MAX_OUTPUTS] {
        let mut parts = [std::ptr::null(); MAX_OUTPUTS];
        parts[0] = (&raw const *item).cast();
        parts
    }
}

/// The results of one point as a tuple, and the arrays, pointers and blocks of such tuples.
#[doc(hidden)]
pub trait Columns: Sealed {
    /// Written arrays.
    type Arrays<D: Dimension>;
    /// Arrays that are not written yet.
    type Uninit<D: Dimension>;
    /// Pointers to the first point of a patch.
    type Pointers: Copy;
    /// `L` results side by side: a tuple of arrays of `MaybeUninit`, so that it is valid unset.
    type Block<const L: usize>;
    /// The largest element size in bytes.
    const LARGEST: usize;

    /// New arrays, unless there is no memory for them.
    fn allocate<D: Dimension>(dim: &D, fortran: bool) -> Option<Self::Uninit<D>>;
    fn erase<D: Dimension>(arrays: &mut Self::Uninit<D>, outputs: &mut OutputBlocks);
    /// # Safety
    /// Every element was written.
    unsafe fn assume_init<D: Dimension>(arrays: Self::Uninit<D>) -> Self::Arrays<D>;
    fn elements() -> ElementLayouts;
    /// Returns true when all outputs have this element type.
    fn all_are(id: TypeId) -> bool;

    /// # Safety
    /// The patch's outputs have these element types.
    unsafe fn load(patch: &Patch) -> Self::Pointers;
    fn unset<const L: usize>() -> Self::Block<L>;
    fn set<const L: usize>(block: &mut Self::Block<L>, at: usize, item: Self);
    /// Sets the results from `at` on to those of a smaller block.
    fn put<const L: usize, const M: usize>(block: &mut Self::Block<L>, at: usize, from: &Self::Block<M>);
    /// Writes a block, around the caches if the patch says so.
    ///
    /// # Safety
    /// The points from that row and column on belong to the patch, and all of the block was set; the
    /// processor has vectors of `V` bytes.
    unsafe fn write<const L: usize, const V: usize>(
        patch: &Patch,
        pointers: Self::Pointers,
        row: usize,
        column: usize,
        block: &Self::Block<L>,
    );
}

/// The results of `L` points side by side.
pub struct Points<O: Outputs, const L: usize> {
    /// All of it is set.
    block: <O::Columns as Columns>::Block<L>,
}

/// The results of `L` points, each made by `value`.
#[inline(always)]
pub fn point_values<O: Outputs, const L: usize>(mut value: impl FnMut(usize) -> O::Item) -> Points<O, L> {
    let mut block = O::Columns::unset::<L>();
    let mut lane = 0;
    while lane < L {
        O::Columns::set(&mut block, lane, O::spread(value(lane)));
        lane += 1;
    }
    Points { block }
}

impl<O: Outputs, const M: usize> Points<O, M> {
    /// Puts the results into a larger block, from `at` on.
    #[inline(always)]
    pub(crate) fn put<const L: usize>(&self, block: &mut <O::Columns as Columns>::Block<L>, at: usize) {
        O::Columns::put(block, at, &self.block);
    }
}

pub(crate) const fn largest(sizes: &[usize]) -> usize {
    let mut largest = 0;
    let mut i = 0;
    while i < sizes.len() {
        if sizes[i] > largest {
            largest = sizes[i];
        }
        i += 1;
    }
    largest
}

macro_rules! columns {
    ($($T:ident $i:tt),+) => {
        impl<$($T),+> Sealed for ($($T,)+) {}

        impl<$($T: Copy + 'static),+> Columns for ($($T,)+) {
            type Arrays<Dx: Dimension> = ($(Array<$T, Dx>,)+);
            type Uninit<Dx: Dimension> = ($(Array<MaybeUninit<$T>, Dx>,)+);
            type Pointers = ($(*mut $T,)+);
            type Block<const L: usize> = ($([MaybeUninit<$T>; L],)+);
            const LARGEST: usize = largest(&[$(mem::size_of::<$T>()),+]);

            fn allocate<Dx: Dimension>(dim: &Dx, fortran: bool) -> Option<Self::Uninit<Dx>> {
                Some(($(uninit::<$T, Dx>(dim.clone().set_f(fortran))?,)+))
            }

            fn erase<Dx: Dimension>(arrays: &mut Self::Uninit<Dx>, outputs: &mut OutputBlocks) {
                $(outputs.push(Block::output(&mut arrays.$i, TypeId::of::<$T>()));)+
            }

            unsafe fn assume_init<Dx: Dimension>(arrays: Self::Uninit<Dx>) -> Self::Arrays<Dx> {
                // SAFETY: the caller says that every element was written.
                ($(unsafe { arrays.$i.assume_init() },)+)
            }

            fn elements() -> ElementLayouts {
                [$(ElementLayout::of::<$T>()),+].into_iter().collect()
            }

            fn all_are(id: TypeId) -> bool {
                $(TypeId::of::<$T>() == id)&&+
            }

            #[inline(always)]
            unsafe fn load(patch: &Patch) -> Self::Pointers {
                ($(patch.outputs[$i].at.cast::<$T>(),)+)
            }

            #[inline(always)]
            fn unset<const L: usize>() -> Self::Block<L> {
                ($([const { MaybeUninit::<$T>::uninit() }; L],)+)
            }

            #[inline(always)]
            fn put<const L: usize, const M: usize>(block: &mut Self::Block<L>, at: usize, from: &Self::Block<M>) {
                $(
                    let mut lane = 0;
                    while lane < M {
                        block.$i[at + lane] = from.$i[lane];
                        lane += 1;
                    }
                )+
            }

            #[inline(always)]
            fn set<const L: usize>(block: &mut Self::Block<L>, at: usize, item: Self) {
                $(block.$i[at] = MaybeUninit::new(item.$i);)+
            }

            #[inline(always)]
            unsafe fn write<const L: usize, const V: usize>(
                patch: &Patch,
                pointers: Self::Pointers,
                row: usize,
                column: usize,
                block: &Self::Block<L>,
            ) {
                $(
                    // SAFETY: the caller says that the points belong to the patch, whose outputs these are.
                    unsafe {
                        let to = pointers.$i.offset(row as isize * patch.outputs[$i].row_stride).add(column);
                        store::<$T, L, V>(to, &block.$i, patch.stream);
                    }
                )+
            }
        }
    };
}
columns!(A 0);
columns!(A 0, B 1);
columns!(A 0, B 1, C 2);
columns!(A 0, B 1, C 2, D 3);
columns!(A 0, B 1, C 2, D 3, E 4);
columns!(A 0, B 1, C 2, D 3, E 4, F 5);

macro_rules! outputs_for_tuple {
    ($($T:ident $i:tt),+) => {
        impl<$($T: Element),+> Outputs for ($($T,)+) {
            type Item = Self;
            type Arrays<Dx: Dimension> = ($(Array<$T, Dx>,)+);
            type Muts<'a, Dx: Dimension + 'a> = ($(&'a mut ArrayRef<$T, Dx>,)+);
            type Columns = Self;
            const COUNT: usize = [$($i),+].len();

            #[inline(always)]
            fn spread(item: Self) -> Self {
                item
            }

            fn collect<Dx: Dimension>(arrays: ($(Array<$T, Dx>,)+)) -> Self::Arrays<Dx> {
                arrays
            }

            fn erase<Dx: Dimension>(arrays: &mut Self::Muts<'_, Dx>, outputs: &mut OutputBlocks) {
                $(outputs.push(Block::output(arrays.$i, TypeId::of::<$T>()));)+
            }

            fn parts(item: &Self) -> [*const u8; MAX_OUTPUTS] {
                let mut parts = [std::ptr::null(); MAX_OUTPUTS];
                $(parts[$i] = (&raw const item.$i).cast();)+
                parts
            }
        }
    };
}
outputs_for_tuple!(A 0, B 1);
outputs_for_tuple!(A 0, B 1, C 2);
outputs_for_tuple!(A 0, B 1, C 2, D 3);
outputs_for_tuple!(A 0, B 1, C 2, D 3, E 4);
outputs_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
