//! The settings that a kernel refuses, and what it lacks.

/// The kernel cannot be applied as it is set: its boundary, halo, schedule, identity; or memory is lacking.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, KernelError};
/// #[stencil(halo = dynamic, boundary = Nearest)]
/// fn lag(x: Window1<u8>, by: isize) -> u8 { x[-by] }
/// let error = lag(2).apply(&array![1, 4, 9]).unwrap_err();
/// assert_eq!(error, Error::Kernel(KernelError::HaloNotSet { kernel: "lag" }));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// `Rim::Keep` with `apply`, where the output has nothing to keep and cannot take the input's value.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, KernelError};
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Keep)]
    /// fn rise(x: Window1<u8>) -> i16 { i16::from(x[1]) - i16::from(x[0]) }
    /// let x = array![1, 4, 9];
    /// assert_eq!(rise().apply(&x), Err(Error::Kernel(KernelError::KeepType { kernel: "rise", operand: "x" })));
    /// let mut out = array![0, 0, -1];
    /// rise().apply_into(&x, &mut out)?;
    /// assert_eq!(out, array![3, 5, -1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[error(
        "kernel `{kernel}`: with `Rim::Keep`, `apply` copies input `{operand}` into the rim, so its element type must be the output's; use `apply_into` with an output that holds the values to keep"
    )]
    KeepType {
        /// The kernel.
        kernel: &'static str,
        /// The first input.
        operand: &'static str,
    },
    /// The function of `Boundary::With` gave an index outside the array.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, KernelError};
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = With(|index, _| index.abs()))]
    /// fn next(x: Window1<u8>) -> u8 { x[1] }
    /// let (kernel, operand) = ("next", "x");
    /// let error = Error::Kernel(KernelError::BoundaryIndex { kernel, operand, axis: 0, index: 3, returned: 3, len: 3 });
    /// assert_eq!(next().apply(&array![1, 4, 9]), Err(error));
    /// ```
    #[error(
        "kernel `{kernel}`: the boundary function of input `{operand}` gave index {returned} for index {index} of axis {axis}, which has {len} cells: it must lie in 0..{len}"
    )]
    BoundaryIndex {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
        /// The axis.
        axis: usize,
        /// The index outside the axis.
        index: isize,
        /// The index that the function gave for it.
        returned: isize,
        /// The length of the axis.
        len: usize,
    },
    /// A constant that was set for all inputs has the type of the first one, and another input is read outside of the array.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, KernelError};
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    /// let error = Error::Kernel(KernelError::BoundaryType { kernel: "pick", operand: "mask", first: "x" });
    /// assert_eq!(pick().boundary(Boundary::Constant(0)).apply((&x, &mask)), Err(error));
    /// let each = (Boundary::Constant(0), Boundary::Constant(false));
    /// assert_eq!(pick().boundaries(each).apply((&x, &mask))?, array![2, 1, 0]);
    /// # Ok::<(), Error>(())
    /// ```
    #[error(
        "kernel `{kernel}`: the constant outside of the arrays has the type of input `{first}`, and input `{operand}` has another one: set one boundary for each input, `.boundaries((.., ..))`"
    )]
    BoundaryType {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
        /// The first input.
        first: &'static str,
    },
    /// A kernel with `halo = dynamic` was applied without `.halo(..)`.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, KernelError, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<u8>, by: isize) -> u8 { x[-by] }
    /// let x = array![1, 4, 9];
    /// assert_eq!(lag(1).apply(&x), Err(Error::Kernel(KernelError::HaloNotSet { kernel: "lag" })));
    /// assert_eq!(lag(1).halo(Halo::new([[1, 0]])).apply(&x), Ok(array![1, 1, 4]));
    /// ```
    #[error(
        "kernel `{kernel}` has a halo that is set at run time (`halo = dynamic`): call `.halo(Halo::new(..))` first"
    )]
    HaloNotSet {
        /// The kernel.
        kernel: &'static str,
    },
    /// There is no memory for what a call copies: the cells around the points of an edge, with a wide halo.
    ///
    /// If the halo is wide, memory for it is taken before anything is written. On Linux, more than the machine has is
    /// refused even if the system would promise it. The small scratch memory of a tile, or copies for the later slices of a
    /// stack, may be lacking later: then outputs that were handed in are partly written.
    ///
    /// ```
    /// use ndarray::Array1;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, KernelError, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<i64>, by: isize) -> i64 { x[-by] }
    /// let kernel = lag(1).halo(Halo::new([[1 << 50, 0]]));
    /// assert!(matches!(kernel.apply(&Array1::zeros(10)), Err(Error::Kernel(KernelError::ScratchMemory { kernel: "lag", .. }))));
    /// ```
    #[error("kernel `{kernel}`: there is no memory for the {bytes} bytes that copies with their halos take")]
    ScratchMemory {
        /// The kernel.
        kernel: &'static str,
        /// The bytes that were asked for.
        bytes: usize,
    },
    /// The instruction level that the schedule asks for is not available on this processor.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, KernelError, SimdLevel, Schedule};
    /// #[stencil]
    /// fn same(x: Window1<u8>) -> u8 { x[0] }
    /// for &level in SimdLevel::ALL {
    ///     let result = same().schedule(Schedule::new().level(level)).apply(&array![1]);
    ///     let refused = Err(Error::Kernel(KernelError::Level { kernel: "same", level }));
    ///     assert_eq!(result, if level.is_available() { Ok(array![1]) } else { refused });
    /// }
    /// ```
    #[error("kernel `{kernel}`: the schedule asks for instruction level `{level}`, which this processor does not have")]
    Level {
        /// The kernel.
        kernel: &'static str,
        /// The level.
        level: crate::SimdLevel,
    },
    /// `reduce` of no elements or with a mask that may leave none, or `reduce`, `accumulate` or `reduceat` of elements of
    /// another type than the result, by a kernel that has no identity.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::{Error, KernelError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
    /// let error = larger().reduce(&Array2::zeros((0, 3))).unwrap_err();
    /// assert_eq!(error, Error::Kernel(KernelError::NoIdentity { kernel: "larger", axis: 0, shape: vec![0, 3] }));
    /// ```
    #[error(
        "kernel `{kernel}`: combining elements along axis {axis} of shape {shape:?} needs a value to begin with, since there may be none or they are of another type than the result, and the kernel has no identity: write `#[gufunc(.., identity = ..)]` or, for `reduce`, call `.initial(..)`"
    )]
    NoIdentity {
        /// The kernel.
        kernel: &'static str,
        /// The axis.
        axis: usize,
        /// The operand's shape.
        shape: Vec<usize>,
    },
}
