//! Kernels of a job, without their types.

use ndarray::{ArrayRef, Dimension};

use crate::block::ElementLayout;
use crate::gufunc::{Dims, OperandAxes};
use crate::kernel::Sweep;
use crate::kernel::{Element, GufuncKernel, GufuncOutputs, Identity, Inputs, Kernel, Single};
use crate::parts::{ElementParts, OperandType, Parts, SweptParts};
use crate::{Error, Gufunc, JobError, Repeat, Stencil};

/// A kernel that a job can compute in parts: a [`Stencil`], a [`Gufunc`], a [`Repeat`], or a tuple of kernels that read the
/// same inputs, each of which has outputs of its own. With the feature `gpu`, a stencil and a gufunc `.on(&gpu)` too. There is
/// nothing to implement.
///
/// Axes in front of those of a stencil are loop dimensions, over which it runs slice by slice, as a gufunc does; they
/// broadcast among several inputs.
///
/// ```
/// use ndarray::{Array3, s};
/// use ndstencil::chunks::JobKernel;
/// use ndstencil::prelude::*;
/// use ndstencil::Error;
/// /// Runs a kernel over every slice of a stack.
/// fn filtered(kernel: impl JobKernel, stack: &Array3<u8>) -> Result<Array3<u8>, Error> {
///     let mut out = Array3::zeros(stack.dim());
///     Job::new(kernel, stack, &mut out).run()?;
///     Ok(out)
/// }
/// #[stencil(boundary = Wrap)]
/// fn left(x: Window2<u8>) -> u8 { x[[0, -1]] }
/// let stack = Array3::from_shape_fn((2, 2, 3), |(k, i, j)| (6 * k + 3 * i + j) as u8);
/// let out = filtered(left(), &stack)?;
/// assert_eq!(out.slice(s![1, .., ..]), left().apply(&stack.slice(s![1, .., ..]))?);
/// # Ok::<(), ndstencil::Error>(())
/// ```
pub trait JobKernel: Send + Sync {
    #[doc(hidden)]
    fn erased(&self) -> &dyn ErasedKernel;
}

/// The kernel as a job sees it.
pub trait ErasedKernel: Send + Sync {
    /// The name of the element function.
    fn name(&self) -> String;

    /// The inputs and the outputs.
    #[doc(hidden)]
    fn operands(&self) -> [Vec<OperandType>; 2];

    /// The kernel on inputs of some shapes, which the sources of these names have.
    #[doc(hidden)]
    fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error>;

    /// Tells all that the results depend on beside the inputs.
    #[doc(hidden)]
    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity);
}

macro_rules! itself {
    () => {
        fn erased(&self) -> &dyn ErasedKernel {
            self
        }
    };
}

impl<K: Kernel> JobKernel for Stencil<K> {
    itself!();
}

impl<K: Kernel> ErasedKernel for Stencil<K> {
    fn name(&self) -> String {
        K::NAME.to_owned()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        operands_of(self, K::INPUTS)
    }

    fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        Ok(Box::new(stacked(self, K::NAME, K::INPUTS, rank::<K>(), shapes, places)?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.tell(shapes, identity);
    }
}

impl<K, T: Element, D: Dimension> JobKernel for Repeat<K>
where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>,
{
    itself!();
}

impl<K, T: Element, D: Dimension> ErasedKernel for Repeat<K>
where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>,
{
    fn name(&self) -> String {
        K::NAME.to_owned()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        operands_of(self, K::INPUTS)
    }

    fn parts(&self, shapes: &[Vec<usize>], places: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        Ok(Box::new(stacked(self, K::NAME, K::INPUTS, rank::<K>(), shapes, places)?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.stencil.tell(shapes, identity);
        identity.add("sweeps", self.times.to_string());
    }
}

impl<K: GufuncKernel, M: Dims<K> + Send + Sync> JobKernel for Gufunc<K, M> {
    itself!();
}

impl<K: GufuncKernel, M: Dims<K> + Send + Sync> ErasedKernel for Gufunc<K, M> {
    fn name(&self) -> String {
        K::NAME.to_owned()
    }

    fn operands(&self) -> [Vec<OperandType>; 2] {
        let called = crate::gufunc::GufuncCall::<K>::CALLED;
        let inputs = K::Inputs::ELEMENTS;
        let skip = inputs.len();
        let named =
            |(number, &element): (usize, &ElementLayout)| OperandType::new(called.describe(number).into(), element);
        [
            inputs.iter().enumerate().map(named).collect(),
            K::Outputs::ELEMENTS.iter().enumerate().map(|(number, element)| named((skip + number, element))).collect(),
        ]
    }

    fn parts(&self, shapes: &[Vec<usize>], _: &[String]) -> Result<Box<dyn Parts + '_>, Error> {
        let call = self.call();
        let Some(sweep) = self.kernel.sweep() else {
            return Ok(Box::new(ElementParts::new(call, M::KEEP, shapes)?));
        };
        let geometry = call.resolve_shapes(shapes, M::KEEP)?;
        let inputs: Vec<_> = shapes.iter().cloned().zip(geometry.inputs).collect();
        Ok(Box::new(SweptParts::new(sweep, geometry.loop_shape, &inputs, &geometry.outputs)?))
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        identity.add("kernel", K::NAME);
        match self.kernel.sweep() {
            Some(sweep) => sweep.identify(shapes, identity),
            None => self.kernel.identify(identity),
        }
        identity.add("axes", format!("{:?}{}", self.axes, if M::KEEP { ", kept" } else { "" }));
    }
}

fn rank<K: Kernel>() -> usize {
    K::Dim::NDIM.expect("a kernel has a fixed rank")
}

/// The operands of a stencil.
fn operands_of(sweep: &dyn Sweep, names: &[&str]) -> [Vec<OperandType>; 2] {
    let [inputs, outputs] = sweep.elements();
    let input = |(name, element)| OperandType::new(format!("input `{name}`"), element);
    let output = |(number, element)| OperandType::new(format!("output {number}"), element);
    [names.iter().zip(inputs).map(input).collect(), outputs.into_iter().enumerate().map(output).collect()]
}

/// A stencil over the last axes of its inputs. The axes before them broadcast, those of the first input that has them being
/// the loop dimensions.
fn stacked<'k>(
    sweep: &'k dyn Sweep,
    kernel: &str,
    names: &[&str],
    rank: usize,
    shapes: &[Vec<usize>],
    places: &[String],
) -> Result<SweptParts<'k>, Error> {
    let mut loops: Vec<usize> = Vec::new();
    let mut inputs: Vec<(Vec<usize>, OperandAxes)> = Vec::new();
    for ((shape, name), place) in shapes.iter().zip(names).zip(places) {
        let (kernel, operand) = (kernel.into(), format!("input `{name}`").into());
        let Some(own) = shape.len().checked_sub(rank) else {
            let (place, found) = (place.as_str().into(), shape.clone());
            return Err(JobError::Axes { kernel, operand, place, found, needed: rank }.into());
        };
        // The cores must be alike.
        let first = inputs.first().map_or(shape, |(first, _)| first);
        let fits = shape[own..] == first[first.len() - rank..] && broadcast(&mut loops, &shape[..own]);
        if !fits {
            let (found, expected) = (shape.clone(), first.clone());
            return Err(JobError::Broadcast { kernel, operand, found, expected }.into());
        }
        inputs.push((shape.clone(), OperandAxes { core: (own..shape.len()).collect(), loops: (0..own).collect() }));
    }
    let [_, outputs] = sweep.elements();
    let axes = OperandAxes { core: (loops.len()..loops.len() + rank).collect(), loops: (0..loops.len()).collect() };
    SweptParts::new(sweep, loops, &inputs, &vec![axes; outputs.len()])
}

/// Broadcasts loop dimensions with those of another input; false where they do not fit.
fn broadcast(loops: &mut Vec<usize>, own: &[usize]) -> bool {
    let missing = own.len().saturating_sub(loops.len());
    loops.splice(..0, std::iter::repeat_n(1, missing));
    let skip = loops.len() - own.len();
    loops[skip..].iter_mut().zip(own).all(|(common, &n)| {
        let fits = n == *common || n == 1 || *common == 1;
        if n != 1 {
            *common = n;
        }
        fits
    })
}
