//! The shapes, axes and indices that a kernel refuses.

use super::Error;
use crate::plan::text::{counted, counted_as};

/// The arrays of a call do not fit the kernel, or each other: their shapes, axes, sizes or indices.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, ShapeError};
/// #[gufunc("(),()->()")]
/// fn add(a: i32, b: i32) -> i32 { a + b }
/// let error = add().apply((&array![1, 2], &array![1, 2, 3])).unwrap_err();
/// assert!(matches!(error, Error::Shape(ShapeError::Broadcast { kernel: "add", .. })));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeError {
    /// The inputs of a kernel must have the same shape.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn add(a: Window1<i32>, b: Window1<i32>) -> i32 { a[0] + b[0] }
    /// let error = add().apply((&array![1, 2, 3], &array![1])).unwrap_err();
    /// let (kernel, operand, first) = ("add", "b", "a");
    /// assert_eq!(error, Error::Shape(ShapeError::Input { kernel, operand, found: vec![1], first, expected: vec![3] }));
    /// ```
    #[error(
        "kernel `{kernel}`: input `{operand}` has shape {found:?}, but input `{first}` has shape {expected:?}: all inputs must have the same shape"
    )]
    Input {
        /// The kernel.
        kernel: &'static str,
        /// The input whose shape differs.
        operand: &'static str,
        /// Its shape.
        found: Vec<usize>,
        /// The first input.
        first: &'static str,
        /// The shape of the first input.
        expected: Vec<usize>,
    },
    /// An output given to `apply_into` has the wrong shape.
    #[error(
        "kernel `{kernel}`: output {output} has shape {found:?}, but shape {expected:?} is needed for inputs of shape {inputs:?}"
    )]
    Output {
        /// The kernel.
        kernel: &'static str,
        /// The position of the output, from 0.
        output: usize,
        /// Its shape.
        found: Vec<usize>,
        /// The shape that it must have: the inputs' shape, less the halo at each side with `Rim::Shrink`.
        expected: Vec<usize>,
        /// The shape of the inputs.
        inputs: Vec<usize>,
    },
    /// An operand of a gufunc has fewer axes than its core dimensions need; none are added in front.
    ///
    /// ```
    /// use ndarray::{ArrayView2, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(m,n)->()")]
    /// fn trace(x: ArrayView2<i32>) -> i32 { x.diag().sum() }
    /// let error = trace().apply(&array![1, 2, 3].into_dyn()).unwrap_err();
    /// let (kernel, operand, signature) = ("trace", "input `x`".into(), "(m,n)->()");
    /// assert_eq!(error, Error::Shape(ShapeError::TooFewDimensions { kernel, operand, found: vec![3], needed: 2, signature }));
    /// ```
    #[error(
        "kernel `{kernel}`: {operand} of shape {found:?} has too few axes for its core dimensions: the signature {signature} needs at least {needed}"
    )]
    TooFewDimensions {
        /// The kernel.
        kernel: &'static str,
        /// The operand.
        operand: Box<str>,
        /// Its shape.
        found: Vec<usize>,
        /// The number of its core dimensions.
        needed: usize,
        /// The signature.
        signature: &'static str,
    },
    /// A core dimension of a gufunc's operand has another size than the operands before it or the signature say.
    /// Core dimensions are not broadcast: size 1 is not an exception.
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n),(n)->()")]
    /// fn inner(a: ArrayView1<i32>, b: ArrayView1<i32>) -> i32 { a.dot(&b) }
    /// let error = inner().apply((&array![1, 2, 3], &array![[1], [2]])).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::CoreSize {
    ///     kernel: "inner",
    ///     operand: "input `b`".into(),
    ///     dimension: "n",
    ///     axis: 0,
    ///     found: 1,
    ///     expected: 3,
    ///     shape: vec![2, 1],
    ///     signature: "(n),(n)->()",
    /// }));
    /// ```
    #[error(
        "kernel `{kernel}`: core dimension {axis}, `{dimension}`, of {operand} has size {found}, but {expected} is needed for the signature {signature} (the operand's shape is {shape:?})"
    )]
    CoreSize {
        /// The kernel.
        kernel: &'static str,
        /// The operand.
        operand: Box<str>,
        /// The dimension's name, or its size where the signature says it.
        dimension: &'static str,
        /// The number of the dimension among the operand's core dimensions.
        axis: usize,
        /// Its size.
        found: usize,
        /// The size that it must have.
        expected: usize,
        /// The operand's shape.
        shape: Vec<usize>,
        /// The signature.
        signature: &'static str,
    },
    /// The loop dimensions of two inputs of a gufunc do not broadcast: they differ, and neither is 1.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// assert_eq!(add().apply((&array![1, 2], &array![[10], [20]])), Ok(array![[11, 12], [21, 22]]));
    /// let error = add().apply((&array![1, 2], &array![1, 2, 3])).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::Broadcast {
    ///     kernel: "add",
    ///     operand: "input `b`".into(),
    ///     found: vec![3],
    ///     other: "input `a`".into(),
    ///     expected: vec![2],
    ///     signature: "(),()->()",
    /// }));
    /// ```
    #[error(
        "kernel `{kernel}`: the loop dimensions {found:?} of {operand} do not broadcast with {expected:?} of {other} (signature {signature})"
    )]
    Broadcast {
        /// The kernel.
        kernel: &'static str,
        /// The operand.
        operand: Box<str>,
        /// Its loop dimensions.
        found: Vec<usize>,
        /// The operand before it that it differs from.
        other: Box<str>,
        /// The loop dimensions of that.
        expected: Vec<usize>,
        /// The signature.
        signature: &'static str,
    },
    /// An output that was handed in cannot hold the loop dimensions of a gufunc's inputs. Inputs broadcast to a larger
    /// output, but outputs do not broadcast.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let mut larger = array![[0, 0], [0, 0]];
    /// double().apply_into(&array![1, 2], &mut larger)?;
    /// assert_eq!(larger, array![[2, 4], [2, 4]]);
    /// let error = double().apply_into(&array![1, 2], &mut array![0]).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::OutputLoops {
    ///     kernel: "double",
    ///     operand: "output 0".into(),
    ///     found: vec![1],
    ///     expected: vec![2],
    ///     shape: vec![1],
    ///     signature: "()->()",
    /// }));
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[error(
        "kernel `{kernel}`: {operand} of shape {shape:?} has loop dimensions {found:?}, which cannot hold the loop dimensions {expected:?} of the other operands (signature {signature})"
    )]
    OutputLoops {
        /// The kernel.
        kernel: &'static str,
        /// The output.
        operand: Box<str>,
        /// Its loop dimensions.
        found: Vec<usize>,
        /// Those of the operands before it.
        expected: Vec<usize>,
        /// Its shape.
        shape: Vec<usize>,
        /// The signature.
        signature: &'static str,
    },
    /// Nothing says how long a core dimension of an output is: no input has it, and the signature does not compute it.
    ///
    /// ```
    /// use ndarray::{ArrayView1, ArrayViewMut1, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(k)")]
    /// fn first(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    ///     for k in 0..y.len() { y[k] = x[k] }
    /// }
    /// let x = array![1, 2, 3];
    /// let (kernel, operand, dimension, signature) = ("first", "output `y`".into(), "k", "(n)->(k)");
    /// let error = Error::Shape(ShapeError::UnspecifiedDimension { kernel, operand, dimension, signature });
    /// assert_eq!(first().apply(&x), Err(error));
    /// let mut y = array![0, 0];
    /// first().apply_into(&x, &mut y)?;
    /// assert_eq!(y, array![1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    #[error(
        "kernel `{kernel}`: the size of core dimension `{dimension}` of {operand} is not known: no input has it in {signature}; compute it, `#[gufunc(\"..\", {dimension} = ..)]`, or use `apply_into`"
    )]
    UnspecifiedDimension {
        /// The kernel.
        kernel: &'static str,
        /// The output.
        operand: Box<str>,
        /// The dimension.
        dimension: &'static str,
        /// The signature.
        signature: &'static str,
    },
    /// The expression for the size of a core dimension gave a negative number.
    ///
    /// ```
    /// use ndarray::{ArrayView1, ArrayViewMut1, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(p)", p = n - 2)]
    /// fn second_difference(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    ///     for i in 0..y.len() { y[i] = x[i] - 2 * x[i + 1] + x[i + 2] }
    /// }
    /// assert_eq!(second_difference().apply(&array![1, 4, 9]), Ok(array![2]));
    /// let (kernel, dimension, computed, signature) = ("second_difference", "p", -1, "(n)->(p)");
    /// let error = Error::Shape(ShapeError::ComputedSize { kernel, dimension, computed, signature });
    /// assert_eq!(second_difference().apply(&array![1]), Err(error));
    /// ```
    #[error(
        "kernel `{kernel}`: the size of core dimension `{dimension}` is computed to be {computed} (signature {signature})"
    )]
    ComputedSize {
        /// The kernel.
        kernel: &'static str,
        /// The dimension.
        dimension: &'static str,
        /// The value of the expression.
        computed: isize,
        /// The signature.
        signature: &'static str,
    },
    /// The core dimensions or parameters are not what a gufunc requires, `#[gufunc(.., require = n > 0)]`.
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()", require = n > 0)]
    /// fn last(x: ArrayView1<i32>) -> i32 { x[x.len() - 1] }
    /// let (kernel, requirement, sizes, signature) = ("last", "n > 0", "n = 0".to_owned(), "(n)->()");
    /// let error = Error::Shape(ShapeError::Requirement { kernel, requirement, sizes, signature });
    /// assert_eq!(last().apply(&array![[], []]), Err(error));
    /// ```
    #[error("kernel `{kernel}` requires {requirement}, found {sizes} (signature {signature})")]
    Requirement {
        /// The kernel.
        kernel: &'static str,
        /// The requirement.
        requirement: &'static str,
        /// The sizes of the core dimensions, and the numbers among the parameters that the requirement names.
        sizes: String,
        /// The signature.
        signature: &'static str,
    },
    /// `.axis(..)`, `.axes(..)` or `.keepdims()` does not go with the signature or the operands.
    ///
    /// ```
    /// use ndarray::{ArrayView1, array};
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn sum(x: ArrayView1<i32>) -> i32 { x.sum() }
    /// let error = sum().axis(2).apply(&array![[1, 2], [3, 4]]).unwrap_err();
    /// let reason = "axis 2 is out of range for input `x`, which has 2 axes".to_owned();
    /// assert_eq!(error, Error::Shape(ShapeError::Axes { kernel: "sum", reason, signature: "(n)->()" }));
    /// ```
    #[error("kernel `{kernel}` with signature {signature}: {reason}")]
    Axes {
        /// The kernel.
        kernel: &'static str,
        /// The reason.
        reason: String,
        /// The signature.
        signature: &'static str,
    },
    /// A mask does not broadcast to the loop dimensions, or to the shape of what is reduced.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let mut out = array![0, 0, 0];
    /// let error = double().masked(&array![true, false]).apply_into(&array![1, 2, 3], &mut out).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::Mask { kernel: "double", found: vec![2], expected: vec![3] }));
    /// ```
    #[error("kernel `{kernel}`: the mask of shape {found:?} does not broadcast to {expected:?}")]
    Mask {
        /// The kernel.
        kernel: &'static str,
        /// The mask's shape.
        found: Vec<usize>,
        /// The loop dimensions, or the shape.
        expected: Vec<usize>,
    },
    /// An index of `reduceat` or `at` lies outside of the axis.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// let error = add().reduceat(&array![1, 2, 3], &[0, 3]).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::Index { kernel: "add", index: 3, axis: 0, len: 3 }));
    /// ```
    #[error("kernel `{kernel}`: index {index} is out of range for axis {axis}, which has {}{}", counted(*.len, "cell"), wrapped(*.index))]
    Index {
        /// The kernel.
        kernel: &'static str,
        /// The index.
        index: usize,
        /// The axis.
        axis: usize,
        /// Its length.
        len: usize,
    },
    /// An index of `at` has more entries than the array has axes.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// let error = add().at(&mut array![1, 2, 3], &[[0, 1]], 1).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::IndexEntries { kernel: "add", entries: 2, shape: vec![3] }));
    /// ```
    #[error(
        "kernel `{kernel}`: an index has {}, but the array to be indexed, of shape {shape:?}, has {}: write one entry for each axis, or fewer",
        counted_as(*.entries, "entry", "entries"), counted_as(.shape.len(), "axis", "axes")
    )]
    IndexEntries {
        /// The kernel.
        kernel: &'static str,
        /// The number of entries of an index.
        entries: usize,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// There is no memory for a new output, or for it and the outputs before it. On Linux, more than the machine has is
    /// refused even if the system would promise it. An array of a shape that
    /// [`Gufunc::explain`](crate::Gufunc::explain) was given exceeds the address space; on a GPU, the memory of the machine.
    ///
    /// ```
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let error = add().explain(&[&[1 << 32, 1], &[1, 1 << 32]]).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::ArrayTooLarge { kernel: "add", shape: vec![1 << 32, 1 << 32] }));
    /// ```
    #[error("kernel `{kernel}`: there is no memory for an array of shape {shape:?}")]
    ArrayTooLarge {
        /// The kernel.
        kernel: &'static str,
        /// The shape.
        shape: Vec<usize>,
    },
    /// [`Gufunc::explain`](crate::Gufunc::explain) was given another number of shapes than the kernel has inputs.
    ///
    /// ```
    /// use ndstencil::{Error, ShapeError};
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let error = add().explain(&[&[3]]).unwrap_err();
    /// assert_eq!(error, Error::Shape(ShapeError::OperandCount { kernel: "add", found: 1, expected: 2 }));
    /// ```
    #[error(
        "kernel `{kernel}`: the number of shapes is {found} and that of inputs {expected}: write one shape for each input"
    )]
    OperandCount {
        /// The kernel.
        kernel: &'static str,
        /// The number of shapes.
        found: usize,
        /// The number of inputs.
        expected: usize,
    },
    /// A halo with which an input, or all inputs together, would not fit the address space.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, ShapeError, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<u8>, by: isize) -> u8 { x[-by] }
    /// let kernel = lag(1).halo(Halo::new([[usize::MAX, 0]]));
    /// assert_eq!(kernel.apply(&array![1, 4, 9]), Err(Error::Shape(ShapeError::HaloTooLarge { kernel: "lag", operand: "x" })));
    /// ```
    #[error("kernel `{kernel}`: no memory can hold input `{operand}` with its halo")]
    HaloTooLarge {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
    },
}

impl ShapeError {
    /// The error for an array that memory does not hold.
    pub(crate) fn too_large(kernel: &'static str, shape: &[usize]) -> Error {
        Error::Shape(ShapeError::ArrayTooLarge { kernel, shape: shape.to_vec() })
    }
}

/// The words in the message of [`ShapeError::Index`](crate::ShapeError::Index) for an index that was negative before it
/// was made unsigned.
fn wrapped(index: usize) -> String {
    let signed = index as isize;
    if signed < 0 { format!(" (`{signed} as usize`: a negative index?)") } else { String::new() }
}
