//! Brings the cores of several loop elements side by side, cell by cell, and back.
//!
//! Where the cores are rows in memory this is a transposition. It knows sizes only, so that it is compiled once.

use std::mem::MaybeUninit;

use crate::MAX_RANK;
use crate::geometry::merged_axes;
use crate::kernel::InnerOperand;
use crate::memory::prefetch;

/// The axes of a core, those taken together that follow each other in memory.
#[derive(Clone, Copy)]
struct Axes {
    count: usize,
    shape: [usize; MAX_RANK],
    strides: [isize; MAX_RANK],
}

impl Axes {
    fn of(operand: &InnerOperand) -> Axes {
        let InnerOperand { shape, strides, .. } = operand;
        let follows = |outer: usize, axis: usize| strides[outer] == strides[axis] * shape[axis] as isize;
        let mut axes = Axes { count: 0, shape: [1; MAX_RANK], strides: [0; MAX_RANK] };
        for (n, axis) in merged_axes(shape, 0..MAX_RANK, follows) {
            axes.shape[axes.count] = n;
            axes.strides[axes.count] = strides[axis];
            axes.count += 1;
        }
        axes
    }
}

/// From cores to rows, or back.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Gather,
    Scatter,
}

/// Moves the cores of `width` loop elements from `start` on to or from `rows`, which holds `lanes` values for each
/// cell. Lanes without a loop element get the last one's values.
///
/// # Safety
/// The operand has these loop elements; `rows` has room for its cells in all lanes; elements are copied as bytes.
pub(crate) unsafe fn transfer(
    direction: Direction,
    operand: &InnerOperand,
    start: usize,
    width: usize,
    lanes: usize,
    rows: *mut u8,
) {
    if operand.cells() == 0 {
        return;
    }
    // SAFETY: as the caller says.
    unsafe {
        match operand.size() {
            1 => transfer_elements::<1>(direction, operand, start, width, lanes, rows),
            2 => transfer_elements::<2>(direction, operand, start, width, lanes, rows),
            4 => transfer_elements::<4>(direction, operand, start, width, lanes, rows),
            8 => transfer_elements::<8>(direction, operand, start, width, lanes, rows),
            16 => transfer_elements::<16>(direction, operand, start, width, lanes, rows),
            size => each_line(operand, start, |from, line, n, stride| {
                for i in 0..n {
                    for lane in 0..lanes {
                        let core = from.wrapping_offset(
                            (lane.min(width - 1) as isize * operand.step + i as isize * stride) * size as isize,
                        );
                        let row = rows.wrapping_add(((line + i) * lanes + lane) * size);
                        match direction {
                            Direction::Gather => copy_bytes(core, row, size),
                            Direction::Scatter if lane < width => copy_bytes(row, core, size),
                            Direction::Scatter => {}
                        }
                    }
                }
            }),
        }
    }
}

/// # Safety
/// Both are valid for `size` bytes.
unsafe fn copy_bytes(from: *const u8, to: *mut u8, size: usize) {
    // SAFETY: as the caller says.
    unsafe { to.cast::<MaybeUninit<u8>>().copy_from_nonoverlapping(from.cast(), size) }
}

/// Calls `f` for each line of a core along its last axis: its first element, the number of its first cell, its length
/// and stride.
fn each_line(operand: &InnerOperand, start: usize, mut f: impl FnMut(*mut u8, usize, usize, isize)) {
    let axes = Axes::of(operand);
    let last = axes.count.saturating_sub(1);
    let (n, stride) = (axes.shape[last], axes.strides[last]);
    let lines: usize = axes.shape[..last].iter().product();
    let mut index = [0; MAX_RANK];
    let mut offset = 0;
    let from = operand.core(start);
    for line in 0..lines {
        f(from.wrapping_offset(offset * operand.size() as isize), line * n, n, stride);
        for axis in (0..last).rev() {
            index[axis] += 1;
            offset += axes.strides[axis];
            if index[axis] < axes.shape[axis] {
                break;
            }
            offset -= axes.shape[axis] as isize * axes.strides[axis];
            index[axis] = 0;
        }
    }
}

/// An element of `S` bytes, of which some may be padding.
type Bytes<const S: usize> = MaybeUninit<[u8; S]>;

/// # Safety
/// As for [`transfer`]; elements have `S` bytes.
unsafe fn transfer_elements<const S: usize>(
    direction: Direction,
    operand: &InnerOperand,
    start: usize,
    width: usize,
    lanes: usize,
    rows: *mut u8,
) {
    let rows = rows.cast::<Bytes<S>>();
    each_line(operand, start, |from, line, n, stride| {
        let from = from.cast::<Bytes<S>>();
        let rows = rows.wrapping_add(line * lanes);
        // SAFETY: as the caller says.
        unsafe {
            match direction {
                Direction::Gather => gather_line(from, operand.step, stride, n, rows, lanes, width),
                Direction::Scatter => scatter_line(from, operand.step, stride, n, rows, lanes, width),
            }
        }
    });
}

/// # Safety
/// As for [`transfer`].
unsafe fn gather_line<const S: usize>(
    from: *const Bytes<S>,
    step: isize,
    stride: isize,
    n: usize,
    rows: *mut Bytes<S>,
    lanes: usize,
    width: usize,
) {
    // SAFETY: as the caller says.
    unsafe {
        let ahead = step * lanes as isize;
        let done = if stride == 1 { transpose(from, step, rows, lanes as isize, n, width, ahead) } else { 0 };
        for i in 0..n {
            let (from, row) = (from.wrapping_offset(i as isize * stride), rows.add(i * lanes));
            for lane in done..width {
                row.add(lane).write(from.wrapping_offset(lane as isize * step).read());
            }
            for lane in width..lanes {
                row.add(lane).write(row.add(width - 1).read());
            }
        }
    }
}

/// # Safety
/// As for [`transfer`].
unsafe fn scatter_line<const S: usize>(
    to: *mut Bytes<S>,
    step: isize,
    stride: isize,
    n: usize,
    rows: *const Bytes<S>,
    lanes: usize,
    width: usize,
) {
    // SAFETY: as the caller says.
    unsafe {
        let done = if stride == 1 { transpose(rows, lanes as isize, to, step, width, n, 0) } else { 0 };
        for i in done..n {
            let (to, row) = (to.wrapping_offset(i as isize * stride), rows.add(i * lanes));
            for lane in 0..width {
                to.wrapping_offset(lane as isize * step).write(row.add(lane).read());
            }
        }
    }
}

/// Transposes `from`, rows of `columns` values, into `to`, rows of `rows` values, by square tiles. Returns how many rows of
/// `from` were done: whole tiles, the last of which may overlap the one before in the direction of the columns. Meanwhile
/// it asks for what lies `ahead` elements behind: the next group's cores.
///
/// # Safety
/// Both are valid for these values, strides apart.
unsafe fn transpose<const S: usize>(
    from: *const Bytes<S>,
    from_stride: isize,
    to: *mut Bytes<S>,
    to_stride: isize,
    columns: usize,
    rows: usize,
    ahead: isize,
) -> usize {
    let matrix = Matrix { from, from_stride, to, to_stride, columns, rows, ahead };
    // SAFETY: as the caller says; the processor has what was asked for.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        if matches!(S, 4 | 8) && is_x86_feature_detected!("avx2") {
            return if S == 4 { x86::transpose_4(matrix.cast()) } else { x86::transpose_8(matrix.cast()) };
        }
        matrix.by_tiles::<8>(|from, from_stride, to, to_stride| plain_tile::<S, 8>(from, from_stride, to, to_stride))
    }
}

/// A matrix and the place that it is transposed into.
#[derive(Clone, Copy)]
struct Matrix<T> {
    from: *const T,
    from_stride: isize,
    to: *mut T,
    to_stride: isize,
    columns: usize,
    rows: usize,
    ahead: isize,
}

impl<T> Matrix<T> {
    fn cast<U>(self) -> Matrix<U> {
        let Matrix { from, from_stride, to, to_stride, columns, rows, ahead } = self;
        Matrix { from: from.cast(), from_stride, to: to.cast(), to_stride, columns, rows, ahead }
    }

    /// # Safety
    /// As for [`transpose`]; `tile` transposes `SIDE` by `SIDE` values.
    #[inline(always)]
    unsafe fn by_tiles<const SIDE: usize>(self, tile: impl Fn(*const T, isize, *mut T, isize)) -> usize {
        if self.columns < SIDE {
            return 0;
        }
        let rows = self.rows / SIDE * SIDE;
        for row in (0..rows).step_by(SIDE) {
            let mut column = 0;
            loop {
                let from = self.from.wrapping_offset(row as isize * self.from_stride + column as isize);
                let to = self.to.wrapping_offset(column as isize * self.to_stride + row as isize);
                // Once for each cache line.
                if self.ahead != 0 && (column * size_of::<T>()) % 64 < SIDE * size_of::<T>() {
                    for row in 0..SIDE as isize {
                        prefetch(from.wrapping_offset(row * self.from_stride + self.ahead).cast());
                    }
                }
                tile(from, self.from_stride, to, self.to_stride);
                if column + SIDE == self.columns {
                    break;
                }
                column = (column + SIDE).min(self.columns - SIDE);
            }
        }
        rows
    }
}

/// A tile, value by value.
///
/// # Safety
/// As for [`transpose`], for one tile.
#[inline(always)]
unsafe fn plain_tile<const S: usize, const SIDE: usize>(
    from: *const Bytes<S>,
    from_stride: isize,
    to: *mut Bytes<S>,
    to_stride: isize,
) {
    for row in 0..SIDE as isize {
        for column in 0..SIDE as isize {
            // SAFETY: as the caller says.
            unsafe {
                let value = from.wrapping_offset(row * from_stride + column).read();
                to.wrapping_offset(column * to_stride + row).write(value);
            }
        }
    }
}

/// Tiles by shuffles.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::Matrix;

    /// # Safety
    /// As for `transpose`.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn transpose_4(matrix: Matrix<f32>) -> usize {
        // SAFETY: as the caller says.
        unsafe { matrix.by_tiles::<8>(|from, from_stride, to, to_stride| tile_4(from, from_stride, to, to_stride)) }
    }

    /// # Safety
    /// As for `transpose`.
    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn transpose_8(matrix: Matrix<f64>) -> usize {
        // SAFETY: as the caller says.
        unsafe { matrix.by_tiles::<4>(|from, from_stride, to, to_stride| tile_8(from, from_stride, to, to_stride)) }
    }

    /// A tile of 8 by 8 values of 4 bytes: pairs, quadruples, halves.
    ///
    /// # Safety
    /// As for `transpose`, for one tile; the processor has AVX2.
    #[inline(always)]
    unsafe fn tile_4(from: *const f32, from_stride: isize, to: *mut f32, to_stride: isize) {
        // SAFETY: as the caller says.
        unsafe {
            let row = |i: isize| _mm256_loadu_ps(from.wrapping_offset(i * from_stride));
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            let (e, f, g, h) = (row(4), row(5), row(6), row(7));
            let (ab, cd) = (_mm256_unpacklo_ps(a, b), _mm256_unpacklo_ps(c, d));
            let (ef, gh) = (_mm256_unpacklo_ps(e, f), _mm256_unpacklo_ps(g, h));
            let (ab_high, cd_high) = (_mm256_unpackhi_ps(a, b), _mm256_unpackhi_ps(c, d));
            let (ef_high, gh_high) = (_mm256_unpackhi_ps(e, f), _mm256_unpackhi_ps(g, h));
            let quadruples = [
                (_mm256_shuffle_ps::<0x44>(ab, cd), _mm256_shuffle_ps::<0x44>(ef, gh)),
                (_mm256_shuffle_ps::<0xEE>(ab, cd), _mm256_shuffle_ps::<0xEE>(ef, gh)),
                (_mm256_shuffle_ps::<0x44>(ab_high, cd_high), _mm256_shuffle_ps::<0x44>(ef_high, gh_high)),
                (_mm256_shuffle_ps::<0xEE>(ab_high, cd_high), _mm256_shuffle_ps::<0xEE>(ef_high, gh_high)),
            ];
            for (i, (upper, lower)) in quadruples.into_iter().enumerate() {
                let (low, high) =
                    (_mm256_permute2f128_ps::<0x20>(upper, lower), _mm256_permute2f128_ps::<0x31>(upper, lower));
                _mm256_storeu_ps(to.wrapping_offset(i as isize * to_stride), low);
                _mm256_storeu_ps(to.wrapping_offset((i + 4) as isize * to_stride), high);
            }
        }
    }

    /// A tile of 4 by 4 values of 8 bytes: pairs, halves.
    ///
    /// # Safety
    /// As for `transpose`, for one tile; the processor has AVX2.
    #[inline(always)]
    unsafe fn tile_8(from: *const f64, from_stride: isize, to: *mut f64, to_stride: isize) {
        // SAFETY: as the caller says.
        unsafe {
            let row = |i: isize| _mm256_loadu_pd(from.wrapping_offset(i * from_stride));
            let (a, b, c, d) = (row(0), row(1), row(2), row(3));
            let pairs = [
                (_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d)),
                (_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d)),
            ];
            for (i, (upper, lower)) in pairs.into_iter().enumerate() {
                let (low, high) =
                    (_mm256_permute2f128_pd::<0x20>(upper, lower), _mm256_permute2f128_pd::<0x31>(upper, lower));
                _mm256_storeu_pd(to.wrapping_offset(i as isize * to_stride), low);
                _mm256_storeu_pd(to.wrapping_offset((i + 2) as isize * to_stride), high);
            }
        }
    }
}
