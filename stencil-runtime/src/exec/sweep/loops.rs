//! The loops that are compiled for each kernel and instruction level. Everything else is compiled once.
//!
//! A patch is a box of rows and columns, all of whose reads lie in one strided source: an array, or a padded copy
//! of a part of it. So there is no boundary here. The patch is walked in blocks of `L` columns and `J`
//! rows with constant `L` and `J`, results collected in local arrays: that is the form that LLVM
//! vectorises whatever the element function does. The last block of a row overlaps the one before, so
//! that there is no scalar remainder; the output is never an input, so computing a point twice is
//! harmless.

use std::mem::MaybeUninit;

use crate::halo::Halo;
use crate::kernel::{Columns, Kernel, Multiversioned, Outputs, PatchLoops};
use crate::patch::Patch;
use crate::window::Windows;

/// The loops of `K`, compiled where this is called from code that is not generic.
pub fn patch_loops<K: Kernel>() -> PatchLoops<K> {
    Multiversioned::new([
        baseline::<K>,
        #[cfg(target_arch = "x86_64")]
        avx2::<K>,
        #[cfg(target_arch = "x86_64")]
        avx512::<K>,
    ])
}

/// # Safety
/// `kernel` points to a `K`; the patch holds its inputs and outputs.
unsafe fn baseline<K: Kernel>(kernel: *const (), patch: &Patch) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 16>(&*kernel.cast::<K>(), patch) }
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn avx2<K: Kernel>(kernel: *const (), patch: &Patch) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 32>(&*kernel.cast::<K>(), patch) }
}

/// # Safety
/// As for `baseline`; the processor has the features.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx2,fma")]
unsafe fn avx512<K: Kernel>(kernel: *const (), patch: &Patch) {
    // SAFETY: as the caller says.
    unsafe { walk::<K, 64>(&*kernel.cast::<K>(), patch) }
}

/// The number of columns in a block: one or two vectors of the widest level, in points.
pub(crate) const fn block_columns(largest: usize) -> usize {
    match largest {
        0..=1 => 64,
        2 => 32,
        3..=4 => 16,
        5..=64 => 8,
        // Blocks lie on the stack.
        _ => 1,
    }
}

/// Reads from which on a point's arithmetic is one long chain, so that several vectors should be in flight.
pub(crate) const DEEP: usize = 20;

/// Returns true when a block has two rows: they share loads where a point reads several rows, as long as the block's
/// values fit the registers.
const fn share_rows<K: Kernel>() -> bool {
    let cost = K::COST;
    !is_side_by_side::<K>()
        && stride::<K>(1) == 1
        && cost.shared > 0
        && 2 * cost.shared >= cost.reads
        && (cost.reads <= 16 || cost.shared + 1 == cost.reads)
}

/// From one point to the next along an axis, in cells.
const fn stride<K: Kernel>(axes_behind: usize) -> usize {
    match K::STRIDE.len().checked_sub(1 + axes_behind) {
        Some(axis) => K::STRIDE[axis],
        None => 1,
    }
}

/// The windows some points further in a patch.
///
/// # Safety
/// That point belongs to the patch.
#[inline(always)]
unsafe fn shift<'w, K: Kernel>(windows: K::Windows<'w>, rows: usize, columns: usize) -> K::Windows<'w> {
    // SAFETY: as the caller says; the cells of its points lie so far apart.
    unsafe { windows.shift(rows * const { stride::<K>(1) }, columns * const { stride::<K>(0) }) }
}

type ColumnsOf<K> = <<K as Kernel>::Out as Outputs>::Columns;
type PointersOf<K> = <ColumnsOf<K> as Columns>::Pointers;
type BlockOf<K, const L: usize> = <ColumnsOf<K> as Columns>::Block<L>;

/// # Safety
/// The patch holds inputs and outputs of `K`'s types.
#[inline(always)]
unsafe fn walk<K: Kernel, const V: usize>(kernel: &K, patch: &Patch) {
    // Inline constants, so that the other arms are not compiled at all.
    // SAFETY: as the caller says.
    unsafe {
        match const { (block_columns(ColumnsOf::<K>::LARGEST), K::COST.reads >= DEEP || is_side_by_side::<K>()) } {
            (64, _) => rows::<K, 64, 16, V>(kernel, patch),
            (32, _) => rows::<K, 32, 16, V>(kernel, patch),
            (16, false) => rows::<K, 16, 1, V>(kernel, patch),
            (16, true) => rows::<K, 64, 16, V>(kernel, patch),
            (8, false) => rows::<K, 8, 1, V>(kernel, patch),
            (8, true) => rows::<K, 32, 8, V>(kernel, patch),
            (_, _) => rows::<K, 1, 1, V>(kernel, patch),
        }
    }
}

/// Walks the rows in blocks of `L` columns; narrower patches go in blocks of `S`.
///
/// # Safety
/// As for `walk`.
#[inline(always)]
unsafe fn rows<K: Kernel, const L: usize, const S: usize, const V: usize>(kernel: &K, patch: &Patch) {
    let halos: &'static [Halo] = if K::DYNAMIC_HALO { &[] } else { K::HALOS };
    // SAFETY: as the caller says; rows and columns stay below the patch's.
    unsafe {
        if patch.columns < L {
            return narrow::<K, S>(kernel, patch);
        }
        let windows = K::Windows::load(patch, halos);
        let outputs = ColumnsOf::<K>::load(patch);
        let mut row = 0;
        if const { share_rows::<K>() } {
            // With inputs from memory, two rows at once were measured to lose.
            while row + 2 <= patch.rows && !patch.prefetch {
                columns::<K, L, 2, V>(kernel, patch, windows, outputs, row);
                row += 2;
            }
        }
        while row < patch.rows {
            columns::<K, L, 1, V>(kernel, patch, windows, outputs, row);
            row += 1;
        }
    }
}

/// # Safety
/// As for `walk`; `row + J` is at most the patch's rows, and there are `L` columns.
#[inline(always)]
unsafe fn columns<'w, K: Kernel, const L: usize, const J: usize, const V: usize>(
    kernel: &K,
    patch: &Patch,
    windows: K::Windows<'w>,
    outputs: PointersOf<K>,
    row: usize,
) {
    let last = patch.columns - L;
    let mut column = 0;
    loop {
        // SAFETY: `column + L` is at most the patch's columns.
        unsafe {
            let at = shift::<K>(windows, row, column);
            // A block is a tuple of arrays of `MaybeUninit`, valid without any bytes set.
            #[expect(clippy::uninit_assumed_init, reason = "a block is made of `MaybeUninit`")]
            let mut blocks: [BlockOf<K, L>; J] = MaybeUninit::uninit().assume_init();
            // Loops by hand: iterators cost several times the work where the user's crate is not optimised.
            let mut j = 0;
            while j < J {
                let row = shift::<K>(at, j, 0);
                if const { is_side_by_side::<K>() } {
                    side_by_side::<K, L, V>(kernel, row, &mut blocks[j]);
                } else {
                    let mut t = 0;
                    while t < L {
                        let item = kernel.point(shift::<K>(row, 0, t));
                        ColumnsOf::<K>::set(&mut blocks[j], t, K::Out::spread(item));
                        t += 1;
                    }
                }
                j += 1;
            }
            if patch.prefetch {
                at.prefetch(L);
            }
            let mut j = 0;
            while j < J {
                ColumnsOf::<K>::write::<L, V>(patch, outputs, row + j, column, &blocks[j]);
                j += 1;
            }
        }
        if column == last {
            return;
        }
        column = (column + L).min(last);
    }
}

/// Returns true when points are computed side by side: they have to lie next to each other.
const fn is_side_by_side<K: Kernel>() -> bool {
    K::SIDE_BY_SIDE && stride::<K>(0) == 1 && ColumnsOf::<K>::LARGEST <= 16
}

/// The number of points side by side in a block of `columns`: four vectors of accumulators as wide as the results. Of narrow
/// results all of the block, whose sums may be wider.
const fn lanes<K: Kernel>(columns: usize, vector: usize) -> usize {
    let most = 4 * if vector > 0 { vector } else { 16 } / ColumnsOf::<K>::LARGEST.next_power_of_two();
    if most < columns { most } else { columns }
}

/// Computes a row of a block in groups of points side by side.
///
/// # Safety
/// `L` points of the patch follow each other from there.
#[inline(always)]
unsafe fn side_by_side<'w, K: Kernel, const L: usize, const V: usize>(
    kernel: &K,
    row: K::Windows<'w>,
    block: &mut BlockOf<K, L>,
) {
    // SAFETY: as the caller says.
    unsafe {
        match const { lanes::<K>(L, V) } {
            64 => group::<K, L, 64>(kernel, row, block),
            32 => group::<K, L, 32>(kernel, row, block),
            16 => group::<K, L, 16>(kernel, row, block),
            8 => group::<K, L, 8>(kernel, row, block),
            _ => group::<K, L, 4>(kernel, row, block),
        }
    }
}

/// # Safety
/// As for `side_by_side`.
#[inline(always)]
unsafe fn group<'w, K: Kernel, const L: usize, const M: usize>(
    kernel: &K,
    row: K::Windows<'w>,
    block: &mut BlockOf<K, L>,
) {
    let mut column = 0;
    while column < L {
        // SAFETY: as the caller says; `M` divides `L`.
        let windows = unsafe { shift::<K>(row, 0, column).lanes::<M>() };
        kernel.points::<M>(windows).put::<L>(block, column);
        column += M;
    }
}

/// Patches narrower than a block: in smaller blocks, or point by point. Compiled once, for the baseline.
///
/// # Safety
/// As for `walk`.
#[inline(never)]
unsafe fn narrow<K: Kernel, const S: usize>(kernel: &K, patch: &Patch) {
    let halos: &'static [Halo] = if K::DYNAMIC_HALO { &[] } else { K::HALOS };
    // SAFETY: as the caller says; rows and columns stay below the patch's.
    unsafe {
        let windows = K::Windows::load(patch, halos);
        let outputs = ColumnsOf::<K>::load(patch);
        for row in 0..patch.rows {
            if const { S > 1 } && patch.columns >= S {
                columns::<K, S, 1, 0>(kernel, patch, windows, outputs, row);
                continue;
            }
            for column in 0..patch.columns {
                #[expect(clippy::uninit_assumed_init, reason = "a block is made of `MaybeUninit`")]
                let mut block: BlockOf<K, 1> = MaybeUninit::uninit().assume_init();
                let item = kernel.point(shift::<K>(windows, row, column));
                ColumnsOf::<K>::set(&mut block, 0, K::Out::spread(item));
                ColumnsOf::<K>::write::<1, 0>(patch, outputs, row, column, &block);
            }
        }
    }
}
