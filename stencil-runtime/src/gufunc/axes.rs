//! The axes of an operand that are core dimensions: the last ones, or those that the call names.

use crate::kernel::{CallSite, SignatureOperand, Sizes};
use crate::plan::text::{counted, counted_as};
use crate::{Error, MAX_INPUTS, MAX_OUTPUTS, MAX_RANK, ShapeError};

const MAX_OPERANDS: usize = MAX_INPUTS + MAX_OUTPUTS;

/// A call's choice of axes. It is held in place: a kernel is `Copy`.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::large_enum_variant)]
pub(crate) enum Axes {
    /// Core dimensions are the last axes.
    Last,
    /// The axis of the one core dimension that all operands share.
    One(isize),
    /// The axes of the core dimensions of each operand.
    Each { axes: [[isize; MAX_RANK]; MAX_OPERANDS], lens: [usize; MAX_OPERANDS], operands: usize },
}

/// The axes of one operand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OperandAxes {
    /// The axes of the core dimensions that the operand has in this call.
    pub(crate) core: Vec<usize>,
    /// The others, in order.
    pub(crate) loops: Vec<usize>,
}

impl OperandAxes {
    fn new(core: Vec<usize>, rank: usize) -> OperandAxes {
        let loops = (0..rank).filter(|axis| !core.contains(axis)).collect();
        OperandAxes { core, loops }
    }

    pub(crate) fn loop_shape(&self, shape: &[usize]) -> Vec<usize> {
        self.loops.iter().map(|&axis| shape[axis]).collect()
    }

    pub(crate) fn core_shape(&self, shape: &[usize]) -> Vec<usize> {
        self.core.iter().map(|&axis| shape[axis]).collect()
    }
}

impl Axes {
    /// Takes the argument of `.axes(..)`. More than there can be is cut off, and refused by `check` for its number.
    pub(crate) fn each(given: &[&[isize]]) -> Axes {
        let mut axes = [[0; MAX_RANK]; MAX_OPERANDS];
        let mut lens = [0; MAX_OPERANDS];
        for (operand, entry) in given.iter().enumerate().take(MAX_OPERANDS) {
            lens[operand] = entry.len();
            for (slot, &axis) in axes[operand].iter_mut().zip(*entry) {
                *slot = axis;
            }
        }
        Axes::Each { axes, lens, operands: given.len() }
    }

    /// The axes for methods along one axis: the first axis unless the call names another.
    pub(crate) fn along(self) -> Axes {
        if let Axes::Last = self { Axes::One(0) } else { self }
    }

    /// The same axis for two operands, where the second has none of its own.
    pub(crate) fn twice(self) -> Axes {
        match self {
            Axes::One(axis) => Axes::each(&[&[axis], &[axis]]),
            Axes::Each { mut axes, mut lens, operands: 1 } => {
                (axes[1], lens[1]) = (axes[0], lens[0]);
                Axes::Each { axes, lens, operands: 2 }
            }
            other => other,
        }
    }

    /// The same with a mask behind the first operand, which has the same axes.
    pub(crate) fn with_mask(self) -> Axes {
        match self {
            Axes::Each { mut axes, mut lens, operands } if (1..MAX_OPERANDS).contains(&operands) => {
                axes.copy_within(..operands, 1);
                lens.copy_within(..operands, 1);
                Axes::Each { axes, lens, operands: operands + 1 }
            }
            other => other,
        }
    }

    /// The one axis of an operand of `rank` axes, if it is one that exists.
    pub(crate) fn single(&self, rank: usize) -> Option<usize> {
        let axis = match self {
            Axes::One(axis) => *axis,
            Axes::Each { axes, lens, operands: 1.. } if lens[0] == 1 => axes[0][0],
            _ => return None,
        };
        from_front(axis, rank)
    }

    /// Refuses axes of an operand without any, for which NumPy's reductions take 0 and -1.
    pub(crate) fn check_scalar(&self, called: CallSite) -> Result<(), Error> {
        let axis = match self {
            Axes::One(axis) => *axis,
            Axes::Each { axes, lens, operands: 1.. } if lens[0] == 1 => axes[0][0],
            _ => return Ok(()),
        };
        if matches!(axis, 0 | -1) { Ok(()) } else { Err(out_of_range(called, axis, 0, 0)) }
    }

    /// Refuses what does not go with the signature, whatever the operands are.
    pub(crate) fn check(&self, called: CallSite) -> Result<(), Error> {
        let signature = called.signature;
        let refuse = |reason: String| {
            Err(Error::Shape(ShapeError::Axes { kernel: called.kernel, reason, signature: signature.text }))
        };
        match self {
            Axes::Last => Ok(()),
            Axes::One(_) => {
                let one = |operand: &SignatureOperand| operand.dims.len() <= 1;
                if signature.dims.len() == 1 && called.operands().all(one) {
                    Ok(())
                } else {
                    refuse(match signature.dims.len() {
                        0 => "`.axis(..)` names the axis of a core dimension, but there is none".to_owned(),
                        1 => "`.axis(..)` names one axis of each operand, but some have the core dimension twice; use `.axes(..)`".to_owned(),
                        count => format!(
                            "`.axis(..)` needs one core dimension that all operands share, here are {count}; use `.axes(..)`"
                        ),
                    })
                }
            }
            Axes::Each { operands, .. } => {
                let inputs = signature.inputs.len();
                let all = inputs + signature.outputs.len();
                let scalar_outputs = signature.outputs.iter().all(|output| output.dims.is_empty());
                if *operands == all || (scalar_outputs && *operands == inputs) {
                    Ok(())
                } else {
                    let needed = if scalar_outputs { format!("{inputs} or {all}") } else { all.to_string() };
                    let found = counted_as(*operands, "entry", "entries");
                    let verb = if needed == "1" { "is" } else { "are" };
                    refuse(format!("`.axes(..)` has {found}, but {needed} {verb} needed, one for each operand"))
                }
            }
        }
    }

    /// The entry for one operand; `None` where its core dimensions are the last axes.
    fn entry(&self, called: CallSite, sizes: &Sizes, number: usize) -> Result<Option<Vec<isize>>, Error> {
        let needed = sizes.core_rank(called.operand(number));
        match self {
            Axes::Last => Ok(None),
            Axes::One(axis) => Ok(Some(vec![*axis; needed])),
            Axes::Each { operands, .. } if number >= *operands => Ok(None),
            Axes::Each { axes, lens, .. } => {
                if lens[number] == needed {
                    return Ok(Some(axes[number][..needed].to_vec()));
                }
                let reason = format!(
                    "entry {number} of `.axes(..)` has {}, but {} has {}",
                    count_axes(lens[number]),
                    called.describe(number),
                    counted(needed, "core dimension")
                );
                Err(Error::Shape(ShapeError::Axes { kernel: called.kernel, reason, signature: called.signature.text }))
            }
        }
    }

    /// The axes of an operand of `rank` axes.
    pub(crate) fn of(&self, called: CallSite, sizes: &Sizes, number: usize, rank: usize) -> Result<OperandAxes, Error> {
        let core = match self.entry(called, sizes, number)? {
            Some(entry) => absolute(called, &entry, number, rank)?,
            None => {
                let count = sizes.core_rank(called.operand(number));
                (rank - count..rank).collect()
            }
        };
        Ok(OperandAxes::new(core, rank))
    }

    /// The axes of an output that has one axis of size 1 for each core dimension of the first input: those that its own
    /// entry names, or the input's.
    pub(crate) fn kept(
        &self,
        called: CallSite,
        sizes: &Sizes,
        number: usize,
        rank: usize,
    ) -> Result<OperandAxes, Error> {
        let count = sizes.core_rank(called.operand(0));
        let core = match self {
            Axes::Each { axes, lens, operands } if number < *operands => {
                if lens[number] != count {
                    let reason = format!(
                        "entry {number} of `.axes(..)` has {}, but {} has {count} with `.keepdims()`",
                        count_axes(lens[number]),
                        called.describe(number)
                    );
                    return Err(Error::Shape(ShapeError::Axes {
                        kernel: called.kernel,
                        reason,
                        signature: called.signature.text,
                    }));
                }
                absolute(called, &axes[number][..count], number, rank)?
            }
            _ => match self.entry(called, sizes, 0)? {
                Some(entry) => absolute(called, &entry, 0, rank)?,
                None => (rank - count..rank).collect(),
            },
        };
        Ok(OperandAxes::new(core, rank))
    }
}

fn count_axes(count: usize) -> String {
    counted_as(count, "axis", "axes")
}

/// An axis counted from the front, if it exists.
fn from_front(axis: isize, rank: usize) -> Option<usize> {
    let axis = if axis < 0 { axis.checked_add_unsigned(rank)? } else { axis };
    usize::try_from(axis).ok().filter(|&axis| axis < rank)
}

/// Axes counted from the front; each is there, and named once.
fn absolute(called: CallSite, entry: &[isize], number: usize, rank: usize) -> Result<Vec<usize>, Error> {
    let mut axes = Vec::new();
    for &axis in entry {
        match from_front(axis, rank) {
            Some(found) if !axes.contains(&found) => axes.push(found),
            Some(_) => {
                let reason = format!("axis {axis} is named twice for {}", called.describe(number));
                return Err(Error::Shape(ShapeError::Axes {
                    kernel: called.kernel,
                    reason,
                    signature: called.signature.text,
                }));
            }
            None => return Err(out_of_range(called, axis, number, rank)),
        }
    }
    Ok(axes)
}

fn out_of_range(called: CallSite, axis: isize, number: usize, rank: usize) -> Error {
    let operand = called.describe(number);
    let reason = format!("axis {axis} is out of range for {operand}, which has {}", count_axes(rank));
    Error::Shape(ShapeError::Axes { kernel: called.kernel, reason, signature: called.signature.text })
}
