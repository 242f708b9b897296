//! One call of a program, and what comes out.

use ndarray::{Array, ArrayView, Dimension};
use ndstencil::Schedule;

use crate::cell::{Cell, Draw};
use crate::held::{Held, Kind, Layout, Room};
use crate::plain::{Broken, Edge, Rims, Source, Spot, spots};

/// The way a program is called.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    /// `apply`.
    Apply,
    /// `apply_into`.
    Into,
    /// `reference`.
    Reference,
    /// `.on(&gpu).apply(..)`.
    Gpu,
    /// The plain form, in a plain loop.
    Plain,
    /// The plain form; what keeps its value keeps what [`Call::room`] holds.
    PlainInto,
}

/// All that a call depends on.
pub struct Call<'a> {
    /// The way of calling.
    pub how: How,
    /// The inputs.
    pub inputs: &'a [Held],
    /// The schedule.
    pub schedule: Schedule,
    /// The shapes of the outputs, for [`How::Into`].
    pub shapes: &'a [Vec<usize>],
    /// The memory of the outputs, for [`How::Into`].
    pub layouts: &'a [Layout],
    /// A mistake of the plain loop.
    pub broken: Option<Broken>,
    /// The loop dimensions of a gufunc.
    pub loops: &'a [usize],
    /// The core dimensions of a gufunc.
    pub sizes: &'a [usize],
}

/// The value that outputs hold before they are written.
pub fn sentinel<T: Cell>() -> T {
    T::draw(&mut Draw(4), false)
}

impl Call<'_> {
    /// An input.
    pub fn input<T: Cell, D: Dimension>(&self, number: usize) -> ArrayView<'_, T, D> {
        self.inputs[number].view()
    }

    /// Memory for an output.
    pub fn room<T: Cell>(&self, number: usize) -> Room<T> {
        Room::new(&self.shapes[number], &self.layouts[number], sentinel())
    }

    /// An input of the plain loop.
    pub fn source<T: Cell, const N: usize>(
        &self,
        number: usize,
        rules: [[Edge<T>; 2]; N],
        halo: [[usize; 2]; N],
    ) -> Source<T, N> {
        let input = &self.inputs[number];
        let shape = std::array::from_fn(|axis| input.shape()[axis]);
        Source { cells: input.cells().to_vec(), shape, rules, halo, broken: self.broken }
    }

    /// The points of the outputs of a stencil. Each input comes with its rims.
    pub fn spots<const N: usize>(&self, rims: &[Rims<N>], outs: &mut Outs) -> Vec<Spot<N>> {
        let mut all = [[None; 2]; N];
        for axis in 0..N {
            for side in 0..2 {
                let mut here = rims.iter().filter_map(|input| input[axis][side]);
                if let Some((width, rule)) = here.next() {
                    all[axis][side] = Some((here.fold(width, |most, (width, _)| most.max(width)), rule));
                }
            }
        }
        let (shape, spots) = spots(std::array::from_fn(|axis| self.inputs[0].shape()[axis]), all);
        outs.shape = shape.to_vec();
        spots
    }

    /// The cells of the core of an input at a loop element.
    pub fn core<T: Cell>(&self, number: usize, element: usize, dims: &[usize]) -> Vec<T> {
        let input = &self.inputs[number];
        let len: usize = dims.iter().map(|&dim| self.sizes[dim]).product();
        let (mut rest, mut place, mut stride) = (element, 0, 1);
        for (axis, &size) in self.loops.iter().enumerate().rev() {
            let own = input.shape()[axis];
            if own != 1 {
                place += rest % size * stride;
            }
            rest /= size;
            stride *= own;
        }
        input.cells()[place * len..(place + 1) * len].to_vec()
    }

    /// The shape of an output of a gufunc.
    pub fn shape(&self, dims: &[usize]) -> Vec<usize> {
        self.loops.iter().copied().chain(dims.iter().map(|&dim| self.sizes[dim])).collect()
    }
}

/// One output: its shape and what is compared of its cells, last axis fastest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Out {
    /// The shape.
    pub shape: Vec<usize>,
    /// The cells.
    pub keys: Vec<u64>,
}

/// The outputs of a call.
#[derive(Clone, Debug, Default)]
pub struct Outs {
    /// The outputs.
    pub all: Vec<Out>,
    /// The shape of the outputs of a plain loop.
    pub shape: Vec<usize>,
}

impl Outs {
    /// Appends a cell to an output.
    pub fn push<T: Cell>(&mut self, number: usize, value: T) {
        self.open(number, &self.shape.clone()).keys.push(value.key());
    }

    /// Appends cells to an output.
    pub fn extend<T: Cell>(&mut self, number: usize, shape: &[usize], values: &[T]) {
        self.open(number, shape).keys.extend(values.iter().map(|value| value.key()));
    }

    /// The output, though no cell may ever be appended to it.
    pub fn open(&mut self, number: usize, shape: &[usize]) -> &mut Out {
        while self.all.len() <= number {
            self.all.push(Out::default());
        }
        let out = &mut self.all[number];
        if out.shape.is_empty() {
            out.shape = shape.to_vec();
        }
        out
    }

    /// Takes an array.
    pub fn array<T: Cell, D: Dimension>(&mut self, array: ArrayView<'_, T, D>) {
        self.all.push(Out { shape: array.shape().to_vec(), keys: array.iter().map(|value| value.key()).collect() });
    }
}

/// Results of `apply`: arrays, and tuples of them.
pub trait Collect {
    /// Takes all of them.
    fn collect(&self, outs: &mut Outs);
}

impl<T: Cell, D: Dimension> Collect for Array<T, D> {
    fn collect(&self, outs: &mut Outs) {
        outs.array(self.view());
    }
}

macro_rules! tuples {
    ($(($($A:ident $n:tt),+))*) => {$(
        impl<$($A: Collect),+> Collect for ($($A,)+) {
            fn collect(&self, outs: &mut Outs) {
                $(self.$n.collect(outs);)+
            }
        }
    )*};
}
tuples!((A 0, B 1) (A 0, B 1, C 2));

/// A program.
pub struct Entry {
    /// Its number.
    pub number: usize,
    /// Its text.
    pub source: &'static str,
    /// Calls it.
    pub run: fn(&Call<'_>, &mut Outs),
    /// The types of the inputs.
    pub inputs: &'static [Kind],
    /// The number of outputs.
    pub outputs: usize,
    /// The number of axes; of a gufunc, of loop dimensions.
    pub rank: usize,
    /// Of a gufunc: the core dimensions of each input.
    pub cores: &'static [&'static [usize]],
    /// Of a gufunc: whether core dimensions may be of size 0.
    pub empty: bool,
    /// Of a gufunc: whether it runs side by side.
    pub lanes: fn() -> bool,
    /// True when it has a GPU form.
    pub gpu: bool,
    /// Of a stencil: the reading rules of sides that are read.
    pub rules: &'static [&'static str],
    /// Of a stencil: whether a point depends on the cells around it alone.
    pub still: bool,
    /// Of a stencil: the cells before and after the point that any input is read at.
    pub halo: &'static [[usize; 2]],
}
