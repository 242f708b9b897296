//! The places of everything in a call: NumPy's rules for core and loop dimensions, as arithmetic on shapes.

use std::fmt::Debug;

use crate::block::RawArray;
use crate::gufunc::axes::{Axes, OperandAxes};
use crate::kernel::{CallSite, GufuncKernel, InnerOperand, SignatureOperand, Sizes};
use crate::{Error, ShapeError};

/// Takes the name and value of a parameter.
type Tell<'t> = dyn FnMut(&'static str, &dyn Debug) + 't;

/// The kernel's rules for core sizes.
pub(crate) struct Rules<'a> {
    /// Fills in computed sizes, given the others.
    pub(crate) compute: &'a dyn Fn(&mut [isize]),
    /// True of sizes that the function accepts.
    pub(crate) accepts: &'a dyn Fn(&[isize]) -> bool,
    /// Tells the values of parameters that this depends on.
    pub(crate) parameters: &'a dyn Fn(&mut Tell<'_>),
}

/// A call, resolved.
#[derive(Clone, Debug)]
pub(crate) struct Geometry {
    pub(crate) loop_shape: Vec<usize>,
    pub(crate) sizes: Sizes,
    pub(crate) inputs: Vec<OperandAxes>,
    pub(crate) outputs: Vec<OperandAxes>,
    /// The shapes of the outputs, axes where the user wants them.
    pub(crate) output_shapes: Vec<Vec<usize>>,
}

impl Geometry {
    /// The first core of an operand.
    pub(crate) fn first_core(&self, array: &RawArray, axes: &OperandAxes, declared: &SignatureOperand) -> InnerOperand {
        let mut operand = InnerOperand { at: array.at, element: array.element, ..InnerOperand::NONE };
        let mut axes = axes.core.iter();
        for (slot, &dim) in declared.dims.iter().enumerate() {
            // An optional dimension that is missing has one cell.
            if !self.sizes.missing[dim]
                && let Some(&axis) = axes.next()
            {
                operand.shape[slot] = array.shape[axis];
                operand.strides[slot] = array.strides[axis];
            }
        }
        operand.writable()
    }

    /// The strides of an operand along the loop dimensions, 0 where it is broadcast.
    pub(crate) fn loop_strides(&self, array: &RawArray, axes: &OperandAxes) -> Vec<isize> {
        let skip = self.loop_shape.len() - axes.loops.len();
        let mut strides = vec![0; self.loop_shape.len()];
        for (stride, &axis) in strides[skip..].iter_mut().zip(&axes.loops) {
            *stride = if array.shape[axis] == 1 { 0 } else { array.strides[axis] };
        }
        strides
    }
}

/// Resolves a call. `inputs` and `outputs` are shapes; without outputs, new ones are made.
pub(crate) fn resolve(
    called: CallSite,
    axes: &Axes,
    keepdims: bool,
    inputs: &[&[usize]],
    outputs: Option<&[&[usize]]>,
    rules: &Rules<'_>,
) -> Result<Geometry, Error> {
    axes.check(called)?;
    if keepdims {
        check_keepdims(called)?;
    }
    let shapes: Vec<&[usize]> = inputs.iter().chain(outputs.into_iter().flatten()).copied().collect();
    let ranks: Vec<Option<usize>> = shapes.iter().map(|shape| Some(shape.len())).collect();
    let mut sizes = Sizes::new(called, &ranks, &shapes)?;
    let mut operand_axes = Vec::new();
    for (number, shape) in inputs.iter().enumerate() {
        let axes = axes.of(called, &sizes, number, shape.len())?;
        sizes.take(called, number, &axes.core_shape(shape), shape)?;
        operand_axes.push(axes);
    }
    compute(called, &mut sizes, rules)?;
    let mut placed =
        Placed { loop_shape: broadcast(called, inputs, &operand_axes)?, axes: Vec::new(), shapes: Vec::new() };
    for (output, operand) in called.signature.outputs.iter().enumerate() {
        let number = inputs.len() + output;
        let like = if keepdims { &called.signature.inputs[0] } else { operand };
        let core = sizes.core_rank(like);
        let rank = outputs.map_or(placed.loop_shape.len() + core, |shapes| shapes[output].len());
        if let Some(shapes) = outputs
            && rank < core
        {
            return Err(too_few(called, number, shapes[output], core));
        }
        let axes =
            if keepdims { axes.kept(called, &sizes, number, rank) } else { axes.of(called, &sizes, number, rank) };
        match outputs {
            Some(shapes) => placed.given(called, &mut sizes, keepdims, number, shapes[output], axes?)?,
            None => placed.new_output(called, &sizes, number, axes?)?,
        }
    }
    check_requirement(called, &sizes, rules)?;
    let Placed { loop_shape, axes, shapes } = placed;
    Ok(Geometry { loop_shape, sizes, inputs: operand_axes, outputs: axes, output_shapes: shapes })
}

/// The outputs so far.
struct Placed {
    loop_shape: Vec<usize>,
    axes: Vec<OperandAxes>,
    shapes: Vec<Vec<usize>>,
}

impl Placed {
    /// An output that was handed in.
    fn given(
        &mut self,
        called: CallSite,
        sizes: &mut Sizes,
        keepdims: bool,
        number: usize,
        shape: &[usize],
        axes: OperandAxes,
    ) -> Result<(), Error> {
        if keepdims {
            check_kept(called, &axes, shape, number)?;
        } else {
            sizes.take(called, number, &axes.core_shape(shape), shape)?;
        }
        let loops = axes.loop_shape(shape);
        fits(called, number, shape, &loops, &self.loop_shape, !self.axes.is_empty())?;
        self.loop_shape = loops;
        self.shapes.push(shape.to_vec());
        self.axes.push(axes);
        Ok(())
    }

    /// An output to make.
    fn new_output(&mut self, called: CallSite, sizes: &Sizes, number: usize, axes: OperandAxes) -> Result<(), Error> {
        let mut shape = vec![1; axes.loops.len() + axes.core.len()];
        for (&axis, &n) in axes.loops.iter().zip(&self.loop_shape) {
            shape[axis] = n;
        }
        let present = called.operand(number).dims.iter().filter(|&&dim| !sizes.missing[dim]);
        for (&dim, &axis) in present.zip(&axes.core) {
            shape[axis] = sizes.known[dim].ok_or_else(|| {
                Error::Shape(ShapeError::UnspecifiedDimension {
                    kernel: called.kernel,
                    operand: called.describe(number),
                    dimension: called.signature.dims[dim].name,
                    signature: called.signature.text,
                })
            })?;
        }
        self.shapes.push(shape);
        self.axes.push(axes);
        Ok(())
    }
}

/// Checks that the kernel accepts the sizes of its core dimensions.
fn check_requirement(called: CallSite, sizes: &Sizes, rules: &Rules<'_>) -> Result<(), Error> {
    let known: Vec<isize> = (0..sizes.known.len()).map(|dim| sizes.get(dim) as isize).collect();
    if (rules.accepts)(&known) {
        return Ok(());
    }
    let dims = called.signature.dims.iter().zip(&known).filter(|(dim, _)| dim.frozen == 0);
    let mut values: Vec<String> = dims.map(|(dim, size)| format!("{} = {size}", dim.name)).collect();
    (rules.parameters)(&mut |name, value| values.push(format!("{name} = {value:?}")));
    Err(Error::Shape(ShapeError::Requirement {
        kernel: called.kernel,
        requirement: called.signature.require,
        sizes: values.join(", "),
        signature: called.signature.text,
    }))
}

/// Checks that a kernel accepts the sizes of its core dimensions, which are all known.
pub(crate) fn require<K: GufuncKernel>(called: CallSite, sizes: &Sizes, kernel: &K) -> Result<(), Error> {
    if called.signature.require.is_empty() {
        return Ok(());
    }
    let rules = Rules {
        compute: &|_| {},
        accepts: &|sizes| kernel.accepts(sizes),
        parameters: &|tell| kernel.parameters(tell),
    };
    check_requirement(called, sizes, &rules)
}

fn too_few(called: CallSite, number: usize, shape: &[usize], needed: usize) -> Error {
    Error::Shape(ShapeError::TooFewDimensions {
        kernel: called.kernel,
        operand: called.describe(number),
        found: shape.to_vec(),
        needed,
        signature: called.signature.text,
    })
}

/// As in NumPy: all inputs have equally many core dimensions, and the outputs none.
fn check_keepdims(called: CallSite) -> Result<(), Error> {
    let signature = called.signature;
    let count = |operand: &SignatureOperand| operand.dims.len();
    let even = signature.inputs.windows(2).all(|pair| count(&pair[0]) == count(&pair[1]));
    if even && !signature.inputs.is_empty() && signature.outputs.iter().all(|output| output.dims.is_empty()) {
        return Ok(());
    }
    let reason = "`.keepdims()` needs inputs with equally many core dimensions and outputs without any".to_owned();
    Err(Error::Shape(ShapeError::Axes { kernel: called.kernel, reason, signature: signature.text }))
}

/// The axes that `.keepdims()` adds have one cell.
fn check_kept(called: CallSite, axes: &OperandAxes, shape: &[usize], number: usize) -> Result<(), Error> {
    match axes.core.iter().find(|&&axis| shape[axis] != 1) {
        None => Ok(()),
        Some(axis) => {
            let reason = format!(
                "with `.keepdims()`, axis {axis} of {} must have size 1, but its shape is {shape:?}",
                called.describe(number)
            );
            Err(Error::Shape(ShapeError::Axes { kernel: called.kernel, reason, signature: called.signature.text }))
        }
    }
}

fn compute(called: CallSite, sizes: &mut Sizes, rules: &Rules<'_>) -> Result<(), Error> {
    let dims = called.signature.dims;
    if dims.iter().all(|dim| !dim.computed) {
        return Ok(());
    }
    let mut values: Vec<isize> = (0..dims.len()).map(|dim| sizes.get(dim) as isize).collect();
    (rules.compute)(&mut values);
    for (number, dim) in dims.iter().enumerate().filter(|(_, dim)| dim.computed) {
        let size = usize::try_from(values[number]).map_err(|_| {
            Error::Shape(ShapeError::ComputedSize {
                kernel: called.kernel,
                dimension: dim.name,
                computed: values[number],
                signature: called.signature.text,
            })
        })?;
        sizes.known[number] = Some(size);
    }
    Ok(())
}

/// The loop dimensions of all inputs, broadcast.
fn broadcast(called: CallSite, inputs: &[&[usize]], axes: &[OperandAxes]) -> Result<Vec<usize>, Error> {
    let loops: Vec<Vec<usize>> = inputs.iter().zip(axes).map(|(shape, axes)| axes.loop_shape(shape)).collect();
    let rank = loops.iter().map(Vec::len).max().unwrap_or(0);
    let mut shape = vec![1; rank];
    for (number, own) in loops.iter().enumerate() {
        let skip = rank - own.len();
        for (axis, &n) in own.iter().enumerate() {
            let common = &mut shape[skip + axis];
            if n != *common && n != 1 && *common != 1 {
                let first = (0..number).find(|&first| {
                    let other = &loops[first];
                    (skip + axis + other.len()).checked_sub(rank).is_some_and(|axis| other[axis] == *common)
                });
                let first = first.unwrap_or(0);
                return Err(Error::Shape(ShapeError::Broadcast {
                    kernel: called.kernel,
                    operand: called.describe(number),
                    found: own.clone(),
                    other: called.describe(first),
                    expected: loops[first].clone(),
                    signature: called.signature.text,
                }));
            }
            if n != 1 {
                *common = n;
            }
        }
    }
    Ok(shape)
}

/// Returns true when inputs of loop shape `inputs` broadcast to an output's loop shape; outputs never do.
fn fits(
    called: CallSite,
    number: usize,
    shape: &[usize],
    loops: &[usize],
    inputs: &[usize],
    exactly: bool,
) -> Result<(), Error> {
    let ends = loops.iter().rev().zip(inputs.iter().rev());
    let holds = loops.len() >= inputs.len() && ends.clone().all(|(&n, &input)| input == n || input == 1);
    if holds && (!exactly || loops == inputs) {
        return Ok(());
    }
    Err(Error::Shape(ShapeError::OutputLoops {
        kernel: called.kernel,
        operand: called.describe(number),
        found: loops.to_vec(),
        expected: inputs.to_vec(),
        shape: shape.to_vec(),
        signature: called.signature.text,
    }))
}
