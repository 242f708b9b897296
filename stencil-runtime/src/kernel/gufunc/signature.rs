//! A gufunc's signature, as the macro wrote it into the kernel, and the sizes of its dimensions in a call.

use crate::{Error, ShapeError};

/// The signature of a gufunc, taken apart.
///
/// ```
/// use ndstencil::prelude::*;
/// use ndstencil::GufuncKernel;
/// use ndarray::ArrayView1;
/// #[gufunc("(n),(3)->()")]
/// fn weigh(x: ArrayView1<f32>, w: ArrayView1<f32>) -> f32 { x.len() as f32 * w[0] }
/// let signature = Weigh::SIGNATURE;
/// assert_eq!(signature.text, "(n),(3)->()");
/// assert_eq!((signature.dims[0].name, signature.dims[1].frozen), ("n", 3));
/// assert_eq!((signature.inputs[1].name, signature.inputs[1].dims), ("w", &[1][..]));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// The text, without blanks.
    pub text: &'static str,
    /// Each distinct dimension once, in order of appearance.
    pub dims: &'static [Dim],
    /// The inputs.
    pub inputs: &'static [Operand],
    /// The outputs.
    pub outputs: &'static [Operand],
    /// The text of `require = ..`, or nothing.
    pub require: &'static str,
}

/// One core dimension of a [`Signature`].
#[derive(Clone, Copy, Debug)]
pub struct Dim {
    /// Its name, or its size as it is written.
    pub name: &'static str,
    /// Its size where that is written in the signature; 0 otherwise.
    pub frozen: usize,
    /// True when operands may lack it: `n?`.
    pub optional: bool,
    /// True when its size is computed from the others.
    pub computed: bool,
}

/// One operand of a [`Signature`].
#[derive(Clone, Copy, Debug)]
pub struct Operand {
    /// The parameter's name; nothing for an output that the function returns.
    pub name: &'static str,
    /// The numbers of its core dimensions.
    pub dims: &'static [usize],
}

/// The kernel whose call is checked: what error messages say.
#[derive(Clone, Copy)]
pub(crate) struct CallSite {
    pub(crate) kernel: &'static str,
    pub(crate) signature: &'static Signature,
}

impl CallSite {
    /// The operands: inputs, then outputs.
    pub(crate) fn operands(&self) -> impl Iterator<Item = &'static Operand> {
        self.signature.inputs.iter().chain(self.signature.outputs)
    }

    pub(crate) fn operand(&self, number: usize) -> &'static Operand {
        let inputs = self.signature.inputs;
        if number < inputs.len() { &inputs[number] } else { &self.signature.outputs[number - inputs.len()] }
    }

    /// The name of an operand in messages.
    pub(crate) fn describe(&self, number: usize) -> Box<str> {
        let inputs = self.signature.inputs.len();
        let text = match (number < inputs, self.operand(number).name) {
            (true, name) => format!("input `{name}`"),
            (false, "") => format!("output {}", number - inputs),
            (false, name) => format!("output `{name}`"),
        };
        text.into()
    }
}

/// The core dimensions of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// The size of each dimension; `None` where no operand has told it yet.
    pub(crate) known: Vec<Option<usize>>,
    /// Optional dimensions that the operands of this call lack.
    pub(crate) missing: Vec<bool>,
}

impl Sizes {
    /// Finds the missing optional dimensions by NumPy's rule: an operand with too few axes lacks the first
    /// optional ones that make it fit, and then all operands do.
    ///
    /// `ranks` are the numbers of axes of the operands that are there: inputs, then outputs.
    pub(crate) fn new(called: CallSite, ranks: &[Option<usize>], shapes: &[&[usize]]) -> Result<Sizes, Error> {
        let dims = called.signature.dims;
        let mut sizes = Sizes {
            known: dims.iter().map(|dim| (dim.frozen > 0).then_some(dim.frozen)).collect(),
            missing: vec![false; dims.len()],
        };
        for (number, operand) in called.operands().enumerate() {
            let Some(Some(rank)) = ranks.get(number).copied() else { continue };
            for &dim in operand.dims {
                if rank >= sizes.core_rank(operand) {
                    break;
                }
                sizes.missing[dim] |= dims[dim].optional;
            }
            let needed = sizes.core_rank(operand);
            if rank < needed {
                return Err(Error::Shape(ShapeError::TooFewDimensions {
                    kernel: called.kernel,
                    operand: called.describe(number),
                    found: shapes[number].to_vec(),
                    needed,
                    signature: called.signature.text,
                }));
            }
        }
        for (known, missing) in sizes.known.iter_mut().zip(&sizes.missing) {
            if *missing {
                *known = Some(1);
            }
        }
        Ok(sizes)
    }

    /// The core dimensions that an operand has in this call.
    pub(crate) fn core_rank(&self, operand: &Operand) -> usize {
        operand.dims.iter().filter(|&&dim| !self.missing[dim]).count()
    }

    /// Takes the core sizes of one operand into account. `core` are the sizes of the dimensions that it has.
    pub(crate) fn take(
        &mut self,
        called: CallSite,
        number: usize,
        core: &[usize],
        shape: &[usize],
    ) -> Result<(), Error> {
        let present: Vec<usize> =
            called.operand(number).dims.iter().copied().filter(|&dim| !self.missing[dim]).collect();
        for (axis, (&dim, &found)) in present.iter().zip(core).enumerate() {
            match self.known[dim] {
                None => self.known[dim] = Some(found),
                Some(expected) if expected == found => {}
                Some(expected) => {
                    return Err(Error::Shape(ShapeError::CoreSize {
                        kernel: called.kernel,
                        operand: called.describe(number),
                        dimension: called.signature.dims[dim].name,
                        axis,
                        found,
                        expected,
                        shape: shape.to_vec(),
                        signature: called.signature.text,
                    }));
                }
            }
        }
        Ok(())
    }

    /// The size of a dimension, 0 where it is not known.
    pub(crate) fn get(&self, dim: usize) -> usize {
        self.known[dim].unwrap_or(0)
    }
}
