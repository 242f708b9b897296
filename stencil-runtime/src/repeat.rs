//! Sweeps one after the other: the result of one is the input of the next.

use std::fmt;

use ndarray::{Array, ArrayRef, ArrayView, ArrayViewMut, Dimension, Slice};

use crate::kernel::{Element, Kernel, SameType, Single};
use crate::memory::copied;
use crate::{Error, MAX_RANK, ShapeError, Stencil};

/// A stencil that is applied several times: what [`Stencil::repeat`] gives.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// use ndstencil::Repeat;
/// #[stencil(boundary = Wrap)]
/// fn left(x: Window1<i32>) -> i32 { x[-1] }
/// let twice: Repeat<Left> = left().repeat(2);
/// assert_eq!(twice.apply(&array![1, 2, 3])?, array![2, 3, 1]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct Repeat<K: Kernel> {
    pub(crate) stencil: Stencil<K>,
    pub(crate) times: usize,
}

impl<K: Kernel> fmt::Debug for Repeat<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repeat").field("stencil", &self.stencil).field("times", &self.times).finish()
    }
}

impl<K: Kernel> Stencil<K> {
    /// The kernel applied so many times, each time to what the time before gave: time steps, smoothing.
    ///
    /// It has one input, and one output of the same type. With [`Rim::Shrink`](crate::Rim) each sweep is smaller, with
    /// [`Rim::Keep`](crate::Rim) the rim stays what it was. No times gives a copy.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Keep)]
    /// fn heat(u: Window1<f64>, alpha: f64) -> f64 { u[0] + alpha * (u[-1] - 2.0 * u[0] + u[1]) }
    /// let u = array![0.0, 8.0, 0.0, 0.0, 1.0];
    /// let stepwise = heat(0.25).apply(&heat(0.25).apply(&u)?)?;
    /// assert_eq!(heat(0.25).repeat(2).apply(&u)?, stepwise);
    /// assert_eq!(heat(0.25).repeat(0).apply(&u)?, u);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn repeat<T: Element, D: Dimension>(self, times: usize) -> Repeat<K>
    where
        K: SameType<T, D>,
    {
        Repeat { stencil: self, times }
    }
}

impl<K: Kernel, T: Element, D: Dimension> Repeat<K>
where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>,
{
    /// Applies the kernel as often as [`repeat`](Stencil::repeat) says and returns a new array.
    ///
    /// # Errors
    /// As for [`Stencil::apply`].
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Shrink)]
    /// fn rise(x: Window1<i32>) -> i32 { x[1] - x[0] }
    /// assert_eq!(rise().repeat(3).apply(&array![0, 1, 8, 27, 64])?, array![6, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, Error> {
        let shape = self.shape(x.shape(), self.times);
        let Buffers { last, .. } = self.sweeps(x, self.times)?;
        if last.shape() == shape { Ok(last) } else { self.copied(&leading(&last, &shape)) }
    }

    /// Applies the kernel as often as [`repeat`](Stencil::repeat) says; the last sweep writes into an existing array.
    ///
    /// # Errors
    /// As for [`Stencil::apply_into`].
    ///
    /// # Panics
    /// When the element function panics; the output then may be partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let mut out = array![0, 0, 0];
    /// left().repeat(4).apply_into(&array![1, 2, 3], &mut out)?;
    /// assert_eq!(out, array![3, 1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into(&self, x: &ArrayRef<T, D>, out: &mut ArrayRef<T, D>) -> Result<(), Error> {
        self.check(x.shape(), out.shape())?;
        match self.times {
            0 => out.assign(x),
            1 => self.stencil.apply_into(x, out)?,
            times => {
                let shape = self.shape(x.shape(), times - 1);
                let Buffers { last, .. } = self.sweeps(x, times - 1)?;
                self.stencil.apply_into(&leading(&last, &shape), out)?;
            }
        }
        Ok(())
    }

    /// Applies the kernel as often as [`repeat`](Stencil::repeat) says in the plainest way: the oracle that every executor
    /// agrees with.
    ///
    /// # Errors
    /// As for [`apply`](Repeat::apply).
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let (twice, x) = (left().repeat(2), array![1, 2, 3]);
    /// assert_eq!(twice.reference(&x)?, twice.apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reference(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, Error> {
        let mut last = self.copied(x)?;
        for _ in 0..self.times {
            last = self.stencil.reference(&last)?;
            if last.is_empty() {
                break;
            }
        }
        self.copied(&leading(&last, &self.shape(x.shape(), self.times)))
    }

    fn copied(&self, x: &ArrayRef<T, D>) -> Result<Array<T, D>, Error> {
        copied(x).ok_or_else(|| ShapeError::too_large(K::NAME, x.shape()))
    }

    /// The sweeps alternate between two arrays, which are made by the first two. The result is in the first cells of the
    /// last one along each axis. Sweeps that write no cell are left out, but for the first, which may be refused.
    fn sweeps(&self, x: &ArrayRef<T, D>, times: usize) -> Result<Buffers<T, D>, Error> {
        if times == 0 {
            return Ok(Buffers { last: self.copied(x)?, other: None });
        }
        let mut buffers = Buffers { last: self.stencil.apply(x)?, other: None };
        let mut from = buffers.last.shape().to_vec();
        for _ in 1..times {
            let to = self.shape(&from, 1);
            if to.contains(&0) {
                break;
            }
            let next = match buffers.other.take() {
                None => self.stencil.apply(&leading(&buffers.last, &from))?,
                Some(mut next) => {
                    self.stencil.call().renew(&leading(&buffers.last, &from), &mut leading_mut(&mut next, &to))?;
                    next
                }
            };
            buffers = Buffers { other: Some(buffers.last), last: next };
            from = to;
        }
        Ok(buffers)
    }
}

impl<K: Kernel> Repeat<K> {
    /// The shape after so many sweeps.
    pub(crate) fn shape(&self, shape: &[usize], sweeps: usize) -> Vec<usize> {
        let mut all = [1; MAX_RANK];
        all[..shape.len()].copy_from_slice(shape);
        let call = self.stencil.call();
        let first = call.written(&all);
        // Without a stride each sweep takes as many cells away, until there are none: no need to count them all.
        let plain = |axis: usize| K::STRIDE.get(axis).is_none_or(|&stride| stride == 1);
        let last: [usize; MAX_RANK] =
            std::array::from_fn(|axis| all[axis].saturating_sub((all[axis] - first[axis]).saturating_mul(sweeps)));
        for _ in 0..sweeps {
            let next = call.written(&all);
            if (0..shape.len()).all(|axis| plain(axis) || next[axis] == all[axis]) {
                break;
            }
            all = next;
        }
        (0..shape.len()).map(|axis| if plain(axis) { last[axis] } else { all[axis] }).collect()
    }

    /// Refuses an output of the wrong shape before anything is computed.
    pub(crate) fn check(&self, input: &[usize], output: &[usize]) -> Result<(), Error> {
        let expected = self.shape(input, self.times);
        if output == expected {
            return Ok(());
        }
        let (found, inputs) = (output.to_vec(), input.to_vec());
        Err(Error::Shape(ShapeError::Output { kernel: K::NAME, output: 0, found, expected, inputs }))
    }
}

struct Buffers<T, D> {
    last: Array<T, D>,
    other: Option<Array<T, D>>,
}

/// The first cells along each axis: what a sweep with a smaller output wrote.
fn leading<'a, T, D: Dimension>(array: &'a ArrayRef<T, D>, shape: &[usize]) -> ArrayView<'a, T, D> {
    array.slice_each_axis(|axis| Slice::from(0..shape[axis.axis.index()]))
}

fn leading_mut<'a, T, D: Dimension>(array: &'a mut ArrayRef<T, D>, shape: &[usize]) -> ArrayViewMut<'a, T, D> {
    array.slice_each_axis_mut(|axis| Slice::from(0..shape[axis.axis.index()]))
}
