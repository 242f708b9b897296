//! Arrays whose element type only the program knows, in memory of any strides.

use std::any::Any;

use ndarray::{ArrayD, ArrayView, ArrayViewMut, Dimension, IxDyn, Slice};

use crate::cell::{Cell, Draw, Pixel};

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Kind {
    U8,
    I16,
    I32,
    U32,
    I64,
    F32,
    F64,
    Bool,
    Triple,
    Pixel,
}

/// The layout of an array in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The axes, outermost first.
    order: Vec<usize>,
    /// The step along each axis, never 0.
    steps: Vec<isize>,
}

impl Layout {
    /// Row-major order.
    pub fn standard(rank: usize) -> Layout {
        Layout { order: (0..rank).collect(), steps: vec![1; rank] }
    }

    /// The first axis fastest.
    pub fn fortran(rank: usize) -> Layout {
        Layout { order: (0..rank).rev().collect(), steps: vec![1; rank] }
    }

    /// Any order, with steps in both directions.
    pub fn drawn(rank: usize, draw: &mut Draw) -> Layout {
        let mut order: Vec<usize> = (0..rank).collect();
        for place in (1..rank).rev() {
            order.swap(place, draw.below(place + 1));
        }
        Layout { order, steps: (0..rank).map(|_| [1, 1, -1, 2, -2, 3][draw.below(6)]).collect() }
    }

    fn storage_shape(&self, shape: &[usize]) -> Vec<usize> {
        let extent = |&axis: &usize| match shape[axis] {
            0 => 0,
            n => (n - 1) * self.steps[axis].unsigned_abs() + 1,
        };
        self.order.iter().map(extent).collect()
    }

    fn places(&self) -> Vec<usize> {
        let place = |axis| self.order.iter().position(|&a| a == axis).expect("a permutation");
        (0..self.order.len()).map(place).collect()
    }

    /// The logical array in its memory.
    fn view<'a, T, D: Dimension>(&self, storage: &'a ArrayD<T>) -> ArrayView<'a, T, D> {
        let mut view = storage.view().permuted_axes(self.places());
        view.slice_each_axis_inplace(|axis| Slice::new(0, None, self.steps[axis.axis.index()]));
        view.into_dimensionality().expect("the rank of the program")
    }

    /// The logical array in its memory, to write to.
    fn view_mut<'a, T, D: Dimension>(&self, storage: &'a mut ArrayD<T>) -> ArrayViewMut<'a, T, D> {
        let mut view = storage.view_mut().permuted_axes(self.places());
        view.slice_each_axis_inplace(|axis| Slice::new(0, None, self.steps[axis.axis.index()]));
        view.into_dimensionality().expect("the rank of the program")
    }
}

/// Memory of an output.
#[derive(Debug)]
pub struct Room<T> {
    storage: ArrayD<T>,
    layout: Layout,
}

impl<T: Cell> Room<T> {
    /// Memory that holds one value everywhere.
    pub fn new(shape: &[usize], layout: &Layout, value: T) -> Room<T> {
        Room { storage: ArrayD::from_elem(layout.storage_shape(shape), value), layout: layout.clone() }
    }

    /// The array.
    pub fn view<D: Dimension>(&self) -> ArrayView<'_, T, D> {
        self.layout.view(&self.storage)
    }

    /// The array, to write to.
    pub fn view_mut<D: Dimension>(&mut self) -> ArrayViewMut<'_, T, D> {
        self.layout.view_mut(&mut self.storage)
    }
}

/// Arrays of each element type, alike.
trait Erased: Any + Send + Sync {
    fn any(&self) -> &dyn Any;
    fn shape(&self) -> &[usize];
    fn stored(&self, layout: &Layout) -> Box<dyn Erased>;
    fn chunk(&self, ranges: &[[usize; 2]]) -> Box<dyn Erased>;
}

impl<T: Cell> Erased for ArrayD<T> {
    fn any(&self) -> &dyn Any {
        self
    }

    fn shape(&self) -> &[usize] {
        ndarray::ArrayBase::shape(self)
    }

    fn stored(&self, layout: &Layout) -> Box<dyn Erased> {
        let mut room = Room::new(self.shape(), layout, T::draw(&mut Draw(99), false));
        room.view_mut::<IxDyn>().assign(self);
        Box::new(room.storage)
    }

    fn chunk(&self, ranges: &[[usize; 2]]) -> Box<dyn Erased> {
        let slice = |axis: usize| Slice::from(ranges[axis][0]..ranges[axis][1]);
        Box::new(self.slice_each_axis(|axis| slice(axis.axis.index())).to_owned())
    }
}

/// An input.
pub struct Held {
    logical: Box<dyn Erased>,
    stored: Box<dyn Erased>,
    layout: Layout,
}

impl Held {
    /// Random cells in row-major order.
    pub fn drawn(kind: Kind, shape: &[usize], draw: &mut Draw, special: bool) -> Held {
        fn cells<T: Cell>(shape: &[usize], draw: &mut Draw, special: bool) -> Held {
            Held::new(Box::new(ArrayD::from_shape_simple_fn(shape, || T::draw(draw, special))))
        }
        match kind {
            Kind::U8 => cells::<u8>(shape, draw, special),
            Kind::I16 => cells::<i16>(shape, draw, special),
            Kind::I32 => cells::<i32>(shape, draw, special),
            Kind::U32 => cells::<u32>(shape, draw, special),
            Kind::I64 => cells::<i64>(shape, draw, special),
            Kind::F32 => cells::<f32>(shape, draw, special),
            Kind::F64 => cells::<f64>(shape, draw, special),
            Kind::Bool => cells::<bool>(shape, draw, special),
            Kind::Triple => cells::<[i32; 3]>(shape, draw, special),
            Kind::Pixel => cells::<Pixel>(shape, draw, special),
        }
    }

    fn new(logical: Box<dyn Erased>) -> Held {
        let layout = Layout::standard(logical.shape().len());
        Held { stored: logical.stored(&layout), logical, layout }
    }

    /// The shape.
    pub fn shape(&self) -> &[usize] {
        self.logical.shape()
    }

    /// The same cells in other memory.
    pub fn lay(&mut self, layout: Layout) {
        self.stored = self.logical.stored(&layout);
        self.layout = layout;
    }

    /// A part of the cells.
    pub fn chunk(&self, ranges: &[[usize; 2]]) -> Held {
        Held::new(self.logical.chunk(ranges))
    }

    /// The array in its memory.
    pub fn view<T: Cell, D: Dimension>(&self) -> ArrayView<'_, T, D> {
        self.layout.view(self.stored.any().downcast_ref::<ArrayD<T>>().expect("the type of the program"))
    }

    /// The cells, last axis fastest.
    pub fn cells<T: Cell>(&self) -> &[T] {
        let array = self.logical.any().downcast_ref::<ArrayD<T>>().expect("the type of the program");
        array.as_slice().expect("row-major order")
    }
}
