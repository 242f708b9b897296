//! The errors of applying a kernel.

use crate::plan::text::counted;

/// The reason why a kernel was not applied. Nothing was written to the outputs when one is returned, except for
/// [`ScratchMemory`](Error::ScratchMemory), which says when.
///
/// Shapes are in cells, in the order of the axes; inputs and outputs are named as in the element function or by position.
///
/// ```
/// use ndarray::Array2;
/// use ndstencil::Error;
/// use ndstencil::prelude::*;
/// #[stencil(boundary = Shrink)]
/// fn down(x: Window2<f32>) -> f32 { x[[1, 0]] - x[[0, 0]] }
///
/// let (x, mut out) = (Array2::zeros((4, 5)), Array2::zeros((4, 5)));
/// match down().apply_into(&x, &mut out) {
///     Err(Error::OutputShape { expected, .. }) => out = Array2::zeros((expected[0], expected[1])),
///     other => other?,
/// }
/// assert_eq!(out.dim(), (3, 5));
/// down().apply_into(&x, &mut out)?;
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The inputs of a kernel must have the same shape.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[stencil]
    /// fn add(a: Window1<i32>, b: Window1<i32>) -> i32 { a[0] + b[0] }
    /// let error = add().apply((&array![1, 2, 3], &array![1])).unwrap_err();
    /// let (kernel, operand, first) = ("add", "b", "a");
    /// assert_eq!(error, Error::InputShape { kernel, operand, found: vec![1], first, expected: vec![3] });
    /// ```
    #[error(
        "kernel `{kernel}`: input `{operand}` has shape {found:?}, but input `{first}` has shape {expected:?}: all inputs must have the same shape"
    )]
    InputShape {
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
    OutputShape {
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
    /// `Rim::Keep` with `apply`, where the output has nothing to keep and cannot take the input's value.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = Keep)]
    /// fn rise(x: Window1<u8>) -> i16 { i16::from(x[1]) - i16::from(x[0]) }
    /// let x = array![1, 4, 9];
    /// assert_eq!(rise().apply(&x), Err(Error::KeepType { kernel: "rise", operand: "x" }));
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[stencil(boundary = With(|index, _| index.abs()))]
    /// fn next(x: Window1<u8>) -> u8 { x[1] }
    /// let (kernel, operand) = ("next", "x");
    /// let error = Error::BoundaryIndex { kernel, operand, axis: 0, index: 3, returned: 3, len: 3 };
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
    /// use ndstencil::Error;
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    /// let error = Error::BoundaryType { kernel: "pick", operand: "mask", first: "x" };
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
    /// use ndstencil::{Error, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<u8>, by: isize) -> u8 { x[-by] }
    /// let x = array![1, 4, 9];
    /// assert_eq!(lag(1).apply(&x), Err(Error::HaloNotSet { kernel: "lag" }));
    /// assert_eq!(lag(1).halo(Halo::new([[1, 0]])).apply(&x), Ok(array![1, 1, 4]));
    /// ```
    #[error(
        "kernel `{kernel}` has a halo that is set at run time (`halo = dynamic`): call `.halo(Halo::new(..))` first"
    )]
    HaloNotSet {
        /// The kernel.
        kernel: &'static str,
    },
    /// A halo with which an input, or all inputs together, would not fit the address space.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// use ndstencil::{Error, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<u8>, by: isize) -> u8 { x[-by] }
    /// let kernel = lag(1).halo(Halo::new([[usize::MAX, 0]]));
    /// assert_eq!(kernel.apply(&array![1, 4, 9]), Err(Error::HaloTooLarge { kernel: "lag", operand: "x" }));
    /// ```
    #[error("kernel `{kernel}`: no memory can hold input `{operand}` with its halo")]
    HaloTooLarge {
        /// The kernel.
        kernel: &'static str,
        /// The input.
        operand: &'static str,
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
    /// use ndstencil::{Error, Halo};
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<i64>, by: isize) -> i64 { x[-by] }
    /// let kernel = lag(1).halo(Halo::new([[1 << 50, 0]]));
    /// assert!(matches!(kernel.apply(&Array1::zeros(10)), Err(Error::ScratchMemory { kernel: "lag", .. })));
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
    /// use ndstencil::{Error, SimdLevel, Schedule};
    /// #[stencil]
    /// fn same(x: Window1<u8>) -> u8 { x[0] }
    /// for level in SimdLevel::ALL {
    ///     let result = same().schedule(Schedule::new().level(level)).apply(&array![1]);
    ///     let refused = Err(Error::Level { kernel: "same", level });
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
    /// [`Gufunc::explain`](crate::Gufunc::explain) was given another number of shapes than the kernel has inputs.
    ///
    /// ```
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let error = add().explain(&[&[3]]).unwrap_err();
    /// assert_eq!(error, Error::OperandCount { kernel: "add", found: 1, expected: 2 });
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
    /// A new output of a gufunc, or an array of a shape that [`Gufunc::explain`](crate::Gufunc::explain) was given, exceeds
    /// the address space; on a GPU, the memory of the machine.
    ///
    /// ```
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: f32, b: f32) -> f32 { a + b }
    /// let error = add().explain(&[&[1 << 32, 1], &[1, 1 << 32]]).unwrap_err();
    /// assert_eq!(error, Error::ArrayTooLarge { kernel: "add", shape: vec![1 << 32, 1 << 32] });
    /// ```
    #[error("kernel `{kernel}`: an array of shape {shape:?} is larger than memory can be")]
    ArrayTooLarge {
        /// The kernel.
        kernel: &'static str,
        /// The shape.
        shape: Vec<usize>,
    },
    /// An operand of a gufunc has fewer axes than its core dimensions need; none are added in front.
    ///
    /// ```
    /// use ndarray::{ArrayView2, array};
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(m,n)->()")]
    /// fn trace(x: ArrayView2<i32>) -> i32 { x.diag().sum() }
    /// let error = trace().apply(&array![1, 2, 3].into_dyn()).unwrap_err();
    /// let (kernel, operand, signature) = ("trace", "input `x`".into(), "(m,n)->()");
    /// assert_eq!(error, Error::TooFewDimensions { kernel, operand, found: vec![3], needed: 2, signature });
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n),(n)->()")]
    /// fn inner(a: ArrayView1<i32>, b: ArrayView1<i32>) -> i32 { a.dot(&b) }
    /// let error = inner().apply((&array![1, 2, 3], &array![[1], [2]])).unwrap_err();
    /// assert_eq!(error, Error::CoreSize {
    ///     kernel: "inner",
    ///     operand: "input `b`".into(),
    ///     dimension: "n",
    ///     axis: 0,
    ///     found: 1,
    ///     expected: 3,
    ///     shape: vec![2, 1],
    ///     signature: "(n),(n)->()",
    /// });
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// assert_eq!(add().apply((&array![1, 2], &array![[10], [20]])), Ok(array![[11, 12], [21, 22]]));
    /// let error = add().apply((&array![1, 2], &array![1, 2, 3])).unwrap_err();
    /// assert_eq!(error, Error::Broadcast {
    ///     kernel: "add",
    ///     operand: "input `b`".into(),
    ///     found: vec![3],
    ///     other: "input `a`".into(),
    ///     expected: vec![2],
    ///     signature: "(),()->()",
    /// });
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let mut larger = array![[0, 0], [0, 0]];
    /// double().apply_into(&array![1, 2], &mut larger)?;
    /// assert_eq!(larger, array![[2, 4], [2, 4]]);
    /// let error = double().apply_into(&array![1, 2], &mut array![0]).unwrap_err();
    /// assert_eq!(error, Error::OutputLoops {
    ///     kernel: "double",
    ///     operand: "output 0".into(),
    ///     found: vec![1],
    ///     expected: vec![2],
    ///     shape: vec![1],
    ///     signature: "()->()",
    /// });
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(k)")]
    /// fn first(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    ///     for k in 0..y.len() { y[k] = x[k] }
    /// }
    /// let x = array![1, 2, 3];
    /// let (kernel, operand, dimension, signature) = ("first", "output `y`".into(), "k", "(n)->(k)");
    /// let error = Error::UnspecifiedDimension { kernel, operand, dimension, signature };
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(p)", p = n - 2)]
    /// fn second_difference(x: ArrayView1<i32>, mut y: ArrayViewMut1<i32>) {
    ///     for i in 0..y.len() { y[i] = x[i] - 2 * x[i + 1] + x[i + 2] }
    /// }
    /// assert_eq!(second_difference().apply(&array![1, 4, 9]), Ok(array![2]));
    /// let (kernel, dimension, computed, signature) = ("second_difference", "p", -1, "(n)->(p)");
    /// let error = Error::ComputedSize { kernel, dimension, computed, signature };
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()", require = n > 0)]
    /// fn last(x: ArrayView1<i32>) -> i32 { x[x.len() - 1] }
    /// let (kernel, requirement, sizes, signature) = ("last", "n > 0", "n = 0".to_owned(), "(n)->()");
    /// let error = Error::Requirement { kernel, requirement, sizes, signature };
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->()")]
    /// fn sum(x: ArrayView1<i32>) -> i32 { x.sum() }
    /// let error = sum().axis(2).apply(&array![[1, 2], [3, 4]]).unwrap_err();
    /// let reason = "axis 2 is out of range for input `x`, which has 2 axes".to_owned();
    /// assert_eq!(error, Error::Axes { kernel: "sum", reason, signature: "(n)->()" });
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
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("()->()")]
    /// fn double(x: i32) -> i32 { 2 * x }
    /// let mut out = array![0, 0, 0];
    /// let error = double().masked(&array![true, false]).apply_into(&array![1, 2, 3], &mut out).unwrap_err();
    /// assert_eq!(error, Error::Mask { kernel: "double", found: vec![2], expected: vec![3] });
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
    /// A reduction of no elements, with a mask that may leave none, or of elements of another type than the result, by a
    /// kernel that has no identity.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn larger(a: f64, b: f64) -> f64 { a.max(b) }
    /// let error = larger().reduce(&Array2::zeros((0, 3))).unwrap_err();
    /// assert_eq!(error, Error::NoIdentity { kernel: "larger", axis: 0, shape: vec![0, 3] });
    /// ```
    #[error(
        "kernel `{kernel}`: reducing axis {axis} of shape {shape:?} needs a value to begin with, where there may be no elements or they are of another type than the result, and the kernel has no identity: write `#[gufunc(.., identity = ..)]` or, for `reduce`, call `.initial(..)`"
    )]
    NoIdentity {
        /// The kernel.
        kernel: &'static str,
        /// The axis.
        axis: usize,
        /// The operand's shape.
        shape: Vec<usize>,
    },
    /// An index of `reduceat` or `at` lies outside of the axis.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Error;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(),()->()")]
    /// fn add(a: i32, b: i32) -> i32 { a + b }
    /// let error = add().reduceat(&array![1, 2, 3], &[0, 3]).unwrap_err();
    /// assert_eq!(error, Error::Index { kernel: "add", index: 3, axis: 0, len: 3 });
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
    /// No GPU could be opened.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::NoGpu { wanted: Some("rtx".to_owned()), found: vec!["llvmpipe (Vulkan, Cpu)".to_owned()] };
    /// assert!(error.to_string().starts_with("no GPU whose name contains \"rtx\": found llvmpipe (Vulkan, Cpu)"));
    /// ```
    #[error("no GPU{}: found {}; a driver for Vulkan, Metal or Direct3D 12 makes one available", named(.wanted), listed(.found))]
    NoGpu {
        /// The text that its name was to contain.
        wanted: Option<String>,
        /// The adapters that there are, and why one that was tried did not open.
        found: Vec<String>,
    },
    /// The kernel computes with a type that the GPU does not have.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuFeature { kernel: "heat", feature: "f64", gpu: "Apple M1".to_owned() };
    /// assert_eq!(error.to_string(), "kernel `heat` needs `f64`, which the GPU \"Apple M1\" does not have");
    /// ```
    #[error("kernel `{kernel}` needs `{feature}`, which the GPU {gpu:?} does not have")]
    GpuFeature {
        /// The kernel.
        kernel: &'static str,
        /// The type.
        feature: &'static str,
        /// The GPU's name.
        gpu: String,
    },
    /// The GPU has no memory left for an array.
    ///
    /// ```
    /// use ndstencil::Error;
    /// assert_eq!(Error::GpuMemory { bytes: 4096 }.to_string(), "the GPU has no memory for 4096 more bytes");
    /// ```
    #[error("the GPU has no memory for {bytes} more bytes")]
    GpuMemory {
        /// The bytes that were asked for.
        bytes: u64,
    },
    /// An array does not fit a buffer of the GPU, or the cells of it that one point needs do not.
    ///
    /// Arrays in host memory are computed in parts where they are too large; those on the GPU are one buffer each.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuArraySize { shape: vec![9, 4], bytes: 144, limit: 128 };
    /// assert_eq!(error.to_string(), "an array of shape [9, 4] takes 144 bytes on the GPU at once, whose limit is 128");
    /// ```
    #[error("an array of shape {shape:?} takes {bytes} bytes on the GPU at once, whose limit is {limit}")]
    GpuArraySize {
        /// Its shape.
        shape: Vec<usize>,
        /// The bytes that it takes, or the part of it that is needed at once.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A kernel has more arrays than the GPU binds at once.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuBindings { kernel: "mix", needed: 12, limit: 10 };
    /// assert_eq!(error.to_string(), "kernel `mix` needs 12 arrays at once, but the GPU binds 10");
    /// ```
    #[error("kernel `{kernel}` needs {needed} arrays at once, but the GPU binds {limit}")]
    GpuBindings {
        /// The kernel.
        kernel: &'static str,
        /// Inputs, outputs, parameters and tables.
        needed: u32,
        /// The most that there may be.
        limit: u32,
    },
    /// A parameter of type `usize` or `isize` does not fit 32 bits, which such values have on a GPU.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuParameter { kernel: "lag" };
    /// assert_eq!(error.to_string(), "kernel `lag`: a parameter does not fit 32 bits, which sizes have on the GPU");
    /// ```
    #[error("kernel `{kernel}`: a parameter does not fit 32 bits, which sizes have on the GPU")]
    GpuParameter {
        /// The kernel.
        kernel: &'static str,
    },
    /// Something that would have been a panic on the CPU, such as a division by zero, happened on the GPU.
    ///
    /// It is reported where values come back, by `download` or by a call on arrays in host memory.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuCheck { kernel: "ratio", reason: "attempt to divide by zero" };
    /// assert_eq!(error.to_string(), "kernel `ratio` on the GPU: attempt to divide by zero");
    /// ```
    #[error("kernel `{kernel}` on the GPU: {reason}")]
    GpuCheck {
        /// The kernel.
        kernel: &'static str,
        /// The message that the panic would have had.
        reason: &'static str,
    },
    /// An array is on another GPU than the one that the kernel runs on.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::OtherGpu { kernel: "heat", operand: "input `u`".into() };
    /// assert_eq!(error.to_string(), "kernel `heat`: input `u` is on another GPU: download it and upload it again");
    /// ```
    #[error("kernel `{kernel}`: {operand} is on another GPU: download it and upload it again")]
    OtherGpu {
        /// The kernel.
        kernel: &'static str,
        /// The array.
        operand: Box<str>,
    },
    /// An array on the GPU has its axes in an order that the kernel cannot use there.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuAxes { kernel: "cumsum", operand: "output `y`".into() };
    /// assert!(error.to_string().starts_with("kernel `cumsum`: the core dimensions of output `y` are not its last axes"));
    /// ```
    #[error(
        "kernel `{kernel}`: the core dimensions of {operand} are not its last axes, which the GPU needs for this type of elements: move them there, or use an array in host memory"
    )]
    GpuAxes {
        /// The kernel.
        kernel: &'static str,
        /// The array.
        operand: Box<str>,
    },
    /// The GPU stopped working, or its driver refused what it was given.
    ///
    /// ```
    /// use ndstencil::Error;
    /// let error = Error::GpuLost { reason: "device removed".to_owned() };
    /// assert_eq!(error.to_string(), "the GPU failed: device removed");
    /// ```
    #[error("the GPU failed: {reason}")]
    GpuLost {
        /// The message of the driver.
        reason: String,
    },
}

/// The words in the message of [`Error::NoGpu`] for the GPU that was wanted.
fn named(wanted: &Option<String>) -> String {
    wanted.as_ref().map(|name| format!(" whose name contains {name:?}")).unwrap_or_default()
}

/// The words in the message of [`Error::Index`] for an index that was negative before it was made unsigned.
fn wrapped(index: usize) -> String {
    let signed = index as isize;
    if signed < 0 { format!(" (`{signed} as usize`: a negative index?)") } else { String::new() }
}

fn listed(found: &[String]) -> String {
    if found.is_empty() { "none".to_owned() } else { found.join(", ") }
}
