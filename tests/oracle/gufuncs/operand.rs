//! Operands of a call: where their loop and core dimensions lie, and their cores one by one.

use ndarray::{Array, ArrayD, ArrayView, ArrayViewD, ArrayViewMut, ArrayViewMutD, Axis, Dimension, Ix0, IxDyn};
use ndstencil::{ElementFunction, Gufunc};
use proptest::prelude::*;

use crate::gufuncs::draw::{Case, drawn_layout};
use crate::layout::{Layout, same};
use crate::samples::{Sample, bits};

/// The axes of an operand's core dimensions.
#[derive(Clone, Debug)]
struct Place {
    core: Vec<usize>,
    rank: usize,
    /// For each of them, whether it is named from the end.
    negative: u64,
}

impl Place {
    fn draw(case: &Case, loops: usize, core: usize, seed: u64) -> Place {
        let rank = loops + core;
        let mut axes: Vec<usize> = (loops..rank).collect();
        if case.axes {
            let mut all: Vec<usize> = (0..rank).collect();
            axes = (0..core).map(|number| all.remove(bits(seed, number as u64) as usize % all.len())).collect();
        }
        Place { core: axes, rank, negative: bits(seed, 99) }
    }

    /// The entry of `.axes(..)`.
    fn entry(&self) -> Vec<isize> {
        let named = |(number, &axis): (usize, &usize)| {
            if self.negative >> number & 1 == 1 { axis as isize - self.rank as isize } else { axis as isize }
        };
        self.core.iter().enumerate().map(named).collect()
    }

    /// The axes of the loop dimensions, then those of the core.
    fn order(&self) -> Vec<usize> {
        let loops = (0..self.rank).filter(|axis| !self.core.contains(axis));
        loops.chain(self.core.iter().copied()).collect()
    }

    fn shape(&self, loops: &[usize], core: &[usize]) -> Vec<usize> {
        let mut shape = vec![0; self.rank];
        for (&axis, &n) in self.order().iter().zip(loops.iter().chain(core)) {
            shape[axis] = n;
        }
        shape
    }

    /// From loop dimensions in front to where they lie.
    fn placed<T: Clone>(&self, array: &ArrayD<T>) -> ArrayD<T> {
        let mut places = vec![0; self.rank];
        for (number, &axis) in self.order().iter().enumerate() {
            places[axis] = number;
        }
        array.view().permuted_axes(places).to_owned()
    }
}

/// Loop dimensions that broadcast to others: fewer, or 1 here and there.
fn broadcasting(loops: &[usize], seed: u64) -> Vec<usize> {
    let skip = if bits(seed, 0).is_multiple_of(4) { bits(seed, 1) as usize % (loops.len() + 1) } else { 0 };
    let ones = bits(seed, 2).is_multiple_of(3);
    let one = |axis: usize| ones && bits(seed, 3 + axis as u64).is_multiple_of(2);
    loops.iter().enumerate().skip(skip).map(|(axis, &n)| if one(axis) { 1 } else { n }).collect()
}

/// An input, or a mask.
pub struct Input<T> {
    storage: ArrayD<T>,
    layout: Layout,
    place: Place,
    loops: Vec<usize>,
    shape: Vec<usize>,
}

impl<T: Sample> Input<T> {
    pub fn draw(case: &Case, number: u64, core: &[usize]) -> Self {
        let seed = bits(case.seed, number);
        let loops = broadcasting(&case.loops, bits(seed, 1));
        let place = Place::draw(case, loops.len(), core.len(), bits(seed, 2));
        let shape = place.shape(&loops, core);
        let layout = drawn_layout(shape.len(), true, bits(seed, 3));
        Input { storage: layout.random(&shape, bits(seed, 4)), layout, place, loops, shape }
    }

    /// The view that is handed to the kernel.
    pub fn view(&self) -> ArrayViewD<'_, T> {
        self.layout.view(&self.storage, &self.shape)
    }

    /// Its cores, one by one.
    pub fn cores(&self) -> Cores<'_, T> {
        Cores { array: self.view().permuted_axes(self.place.order()), loops: &self.loops }
    }

    pub fn entry(&self) -> Vec<isize> {
        self.place.entry()
    }

    pub fn loops(&self) -> &[usize] {
        &self.loops
    }
}

/// The loop dimensions of the inputs together.
pub fn broadcast(inputs: &[&[usize]]) -> Vec<usize> {
    let rank = inputs.iter().map(|loops| loops.len()).max().unwrap_or(0);
    let mut all = vec![1; rank];
    for loops in inputs {
        for (common, &n) in all.iter_mut().rev().zip(loops.iter().rev()) {
            if n != 1 {
                *common = n;
            }
        }
    }
    all
}

/// An output: what is expected of it, newly made and handed in.
pub struct Output<T> {
    /// The values of new outputs, loop dimensions in front.
    pub new: ArrayD<T>,
    /// The values of outputs that are handed in, loop dimensions in front.
    pub into: ArrayD<T>,
    new_place: Place,
    into_place: Place,
    layout: Layout,
    sentinel: T,
    storage: ArrayD<T>,
    shape: Vec<usize>,
}

impl<T: Sample + Default> Output<T> {
    pub fn draw(case: &Case, number: u64, loops: &[usize], core: &[usize]) -> Self {
        let seed = bits(case.seed, 100 + number);
        let new_place = Place::draw(case, loops.len(), core.len(), bits(seed, 1));
        let into_place = Place::draw(case, case.loops.len(), core.len(), bits(seed, 2));
        let shape = into_place.shape(&case.loops, core);
        let layout = drawn_layout(shape.len(), false, bits(seed, 3));
        let sentinel = T::sample(bits(seed, 4));
        Output {
            new: ArrayD::from_elem([loops, core].concat(), T::default()),
            into: ArrayD::from_elem([&case.loops, core].concat(), T::default()),
            new_place,
            into_place,
            storage: layout.filled(&shape, sentinel),
            layout,
            sentinel,
            shape,
        }
    }

    /// The view that is handed to the kernel: sentinels.
    pub fn view_mut(&mut self) -> ArrayViewMutD<'_, T> {
        self.storage.fill(self.sentinel);
        self.layout.view_mut(&mut self.storage, &self.shape)
    }

    pub fn new_entry(&self) -> Vec<isize> {
        self.new_place.entry()
    }

    pub fn entry_of_output(&self) -> Vec<isize> {
        self.into_place.entry()
    }

    /// Checks that an operand that was handed in holds the expected values where the mask is true, and is untouched
    /// elsewhere, also around and between its cells.
    pub fn check_into(&self, mask: Option<&ArrayD<bool>>) -> Result<(), TestCaseError> {
        let mut values = self.into.clone();
        for (index, _) in mask.into_iter().flat_map(|mask| mask.indexed_iter()).filter(|(_, used)| !**used) {
            core_mut::<T, IxDyn>(values.view_mut(), index.slice()).fill(self.sentinel);
        }
        let mut expected = self.layout.filled(&self.shape, self.sentinel);
        let values = self.into_place.placed(&values);
        self.layout.view_mut::<T, IxDyn>(&mut expected, &self.shape).assign(&values);
        same(&self.storage, &expected)
    }

    fn check_new<D: Dimension>(&self, found: Array<T, D>) -> Result<(), TestCaseError> {
        same(&found.into_dyn(), &self.new_place.placed(&self.new))
    }
}

/// Outputs that are compared with what a kernel returned.
pub trait Check<Found> {
    fn check_new(&self, found: Found) -> Result<(), TestCaseError>;
}

impl<A: Sample + Default, D: Dimension> Check<Array<A, D>> for (&Output<A>,) {
    fn check_new(&self, found: Array<A, D>) -> Result<(), TestCaseError> {
        self.0.check_new(found)
    }
}

impl<A: Sample + Default, D: Dimension, B: Sample + Default, E: Dimension> Check<(Array<A, D>, Array<B, E>)>
    for (&Output<A>, &Output<B>)
{
    fn check_new(&self, found: (Array<A, D>, Array<B, E>)) -> Result<(), TestCaseError> {
        self.0.check_new(found.0)?;
        self.1.check_new(found.1)
    }
}

impl<A, D, B, E, C, F> Check<(Array<A, D>, Array<B, E>, Array<C, F>)> for (&Output<A>, &Output<B>, &Output<C>)
where
    A: Sample + Default,
    D: Dimension,
    B: Sample + Default,
    E: Dimension,
    C: Sample + Default,
    F: Dimension,
{
    fn check_new(&self, found: (Array<A, D>, Array<B, E>, Array<C, F>)) -> Result<(), TestCaseError> {
        self.0.check_new(found.0)?;
        self.1.check_new(found.1)?;
        self.2.check_new(found.2)
    }
}

/// The cores of an input, with the strides that they have.
pub struct Cores<'a, T> {
    /// Loop dimensions in front.
    array: ArrayViewD<'a, T>,
    loops: &'a [usize],
}

impl<'a, T> Cores<'a, T> {
    /// The core of a loop element; loop dimensions broadcast.
    pub fn core<D: Dimension>(&self, index: &IxDyn) -> ArrayView<'a, T, D> {
        let mut core = self.array.clone();
        for (&n, &at) in self.loops.iter().zip(&index.slice()[index.ndim() - self.loops.len()..]) {
            core.index_axis_inplace(Axis(0), if n == 1 { 0 } else { at });
        }
        core.into_dimensionality().expect("the rank of the core")
    }
}

impl Cores<'_, bool> {
    /// As an array with these loop dimensions.
    pub fn mask(&self, loops: &[usize]) -> ArrayD<bool> {
        ArrayD::from_shape_fn(loops, |index| *self.core::<Ix0>(&index).into_scalar())
    }
}

/// One core of an array with loop dimensions in front, to write to.
pub fn core_mut<'a, T, D: Dimension>(mut array: ArrayViewMutD<'a, T>, index: &[usize]) -> ArrayViewMut<'a, T, D> {
    for &at in index {
        array.index_axis_inplace(Axis(0), at);
    }
    array.into_dimensionality().expect("the rank of the core")
}

/// Returns true when a kernel's loop elements may run side by side.
pub fn has_lanes<K: ElementFunction, M>(_: &Gufunc<K, M>) -> bool {
    K::SIDE_BY_SIDE
}
