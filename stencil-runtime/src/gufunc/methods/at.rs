//! Cells of an array, combined in place at indices that may repeat.

use ndarray::{ArrayRef, Axis, RemoveAxis, Zip};

use super::Binary;
use super::segments::check;
use crate::Error;
use crate::gufunc::gufunc::Gufunc;
use crate::gufunc::operand::Operand;
use crate::kernel::GufuncKernel;

impl<K: GufuncKernel> Gufunc<K> {
    /// Combines rows of `a` with those of `b` in place, `a[indices[i]] = f(a[indices[i]], b[i])`, one index after the
    /// other: one that comes several times counts each time.
    ///
    /// Indices are along the first axis; `b` broadcasts to the shape of `a` with as many rows as there are indices. Stays on
    /// the caller's thread.
    ///
    /// # Errors
    /// [`Error::Index`] for an index outside of the axis, [`Error::Broadcast`] where `b` does not broadcast,
    /// [`Error::TooFewDimensions`] without an axis. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; `a` then is partly written.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: u32, b: u32) -> u32 { a + b }
    /// let mut histogram = array![0, 0, 0];
    /// add().at(&mut histogram, &[2, 0, 2, 2], 1)?;
    /// assert_eq!(histogram, array![1, 0, 3]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn at<D, B>(&self, a: &mut ArrayRef<K::Value, D>, indices: &[usize], b: B) -> Result<(), Error>
    where
        K: Binary,
        D: RemoveAxis,
        B: Operand<K::Value>,
    {
        let signature = K::SIGNATURE.text;
        if a.ndim() == 0 {
            let (operand, found) = ("input `a`".into(), Vec::new());
            return Err(Error::TooFewDimensions { kernel: K::NAME, operand, found, needed: 1, signature });
        }
        check(K::NAME, indices, 0, a.len_of(Axis(0)))?;
        let mut shape = a.raw_dim();
        shape[0] = indices.len();
        let b = b.elements();
        let Some(b) = b.broadcast(shape.clone()) else {
            return Err(Error::Broadcast {
                kernel: K::NAME,
                operand: "input `b`".into(),
                found: b.shape().to_vec(),
                other: "the indexed rows of input `a`".into(),
                expected: shape.slice().to_vec(),
                signature,
            });
        };
        let scratch = &mut K::Scratch::default();
        if a.ndim() == 1 {
            // One column, without a view for each cell.
            for (mut a, b) in a.lanes_mut(Axis(0)).into_iter().zip(b.lanes(Axis(0))) {
                for (&index, &v) in indices.iter().zip(b) {
                    a[index] = self.kernel.point(a[index], v, scratch);
                }
            }
            return Ok(());
        }
        for (&index, row) in indices.iter().zip(b.axis_iter(Axis(0))) {
            let row_of = Zip::from(a.index_axis_mut(Axis(0), index)).and(row);
            row_of.for_each(|a, &v| *a = self.kernel.point(*a, v, scratch));
        }
        Ok(())
    }
}
