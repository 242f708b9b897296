//! The sources that the plain forms of the programs read. Nothing here knows how `ndstencil` does it.

use std::cmp::Ordering;
use std::ops::{Index, IndexMut};

use crate::cell::Cell;

/// The rule of one side of an axis of one input.
#[derive(Clone, Copy, Debug)]
pub enum Edge<T> {
    /// The last cell.
    Nearest,
    /// `c b a | a b c`.
    Reflect,
    /// `c b | a b c`.
    Mirror,
    /// `b c | a b c`.
    Wrap,
    /// A value.
    Constant(T),
    /// A function of the index and the length.
    With(fn(isize, usize) -> isize),
    /// The point gets the value with this number.
    Fill(usize),
    /// The point keeps what it had.
    Keep,
    /// The point does not exist.
    Shrink,
}

/// Mistakes that the plain loop makes on purpose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Broken {
    /// [`Edge::Reflect`] as if it were [`Edge::Mirror`].
    ReflectAsMirror,
    /// [`Edge::Mirror`] as if it were [`Edge::Reflect`].
    MirrorAsReflect,
    /// [`Edge::Wrap`], one cell off.
    WrapOffByOne,
    /// [`Edge::Nearest`], one cell off.
    NearestOffByOne,
    /// [`Edge::Constant`] as if it were [`Edge::Nearest`].
    ConstantAsNearest,
}

impl Broken {
    /// All mistakes.
    pub const ALL: [Broken; 5] = [
        Broken::ReflectAsMirror,
        Broken::MirrorAsReflect,
        Broken::WrapOffByOne,
        Broken::NearestOffByOne,
        Broken::ConstantAsNearest,
    ];

    /// The rule that it is about.
    pub fn rule(self) -> &'static str {
        match self {
            Broken::ReflectAsMirror => "Reflect",
            Broken::MirrorAsReflect => "Mirror",
            Broken::WrapOffByOne => "Wrap",
            Broken::NearestOffByOne => "Nearest",
            Broken::ConstantAsNearest => "Constant",
        }
    }
}

/// The cell that a rule gives for an index outside of `0..len`, or its constant.
fn outside<T: Copy>(rule: Edge<T>, index: isize, len: usize, broken: Option<Broken>) -> Result<usize, T> {
    let n = len as isize;
    let place = match (rule, broken) {
        (Edge::Nearest, Some(Broken::NearestOffByOne)) => (index.clamp(0, n - 1) + 1) % n,
        (Edge::Nearest, _) | (Edge::Constant(_), Some(Broken::ConstantAsNearest)) => index.clamp(0, n - 1),
        (Edge::Reflect, Some(Broken::ReflectAsMirror)) => mirror(index, n),
        (Edge::Mirror, Some(Broken::MirrorAsReflect)) | (Edge::Reflect, _) => reflect(index, n),
        (Edge::Mirror, _) => mirror(index, n),
        (Edge::Wrap, Some(Broken::WrapOffByOne)) => (index + 1).rem_euclid(n),
        (Edge::Wrap, _) => index.rem_euclid(n),
        (Edge::With(function), _) => function(index, len),
        (Edge::Constant(value), _) => return Err(value),
        (Edge::Fill(_) | Edge::Keep | Edge::Shrink, _) => panic!("a read outside at a side with a rim"),
    };
    Ok(place as usize)
}

/// Walks back from the outer edges of the end cells.
fn reflect(mut index: isize, n: isize) -> isize {
    while !(0..n).contains(&index) {
        index = if index < 0 { -1 - index } else { 2 * n - 1 - index };
    }
    index
}

/// Walks back from the middles of the end cells.
fn mirror(mut index: isize, n: isize) -> isize {
    if n == 1 {
        return 0;
    }
    while !(0..n).contains(&index) {
        index = if index < 0 { -index } else { 2 * (n - 1) - index };
    }
    index
}

/// An input of a stencil with its rules.
#[derive(Clone, Debug)]
pub struct Source<T, const N: usize> {
    /// The cells, last axis fastest.
    pub cells: Vec<T>,
    /// The shape.
    pub shape: [usize; N],
    /// The rules before and after each axis.
    pub rules: [[Edge<T>; 2]; N],
    /// The box that `values` gives, cells before and after the point.
    pub halo: [[usize; 2]; N],
    /// A mistake.
    pub broken: Option<Broken>,
}

impl<T: Cell, const N: usize> Source<T, N> {
    /// The window at a point.
    pub fn window(&self, point: [usize; N]) -> Cells<'_, T, N> {
        Cells { source: self, point }
    }
}

/// A window.
#[derive(Debug)]
pub struct Cells<'a, T, const N: usize> {
    source: &'a Source<T, N>,
    point: [usize; N],
}

impl<T, const N: usize> Clone for Cells<'_, T, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, const N: usize> Copy for Cells<'_, T, N> {}

impl<T: Cell, const N: usize> Cells<'_, T, N> {
    /// The cell at an offset.
    pub fn at(self, offset: [isize; N]) -> T {
        let mut place = 0;
        for axis in 0..N {
            let index = self.point[axis] as isize + offset[axis];
            let len = self.source.shape[axis];
            let cell = if index < 0 {
                outside(self.source.rules[axis][0], index, len, self.source.broken)
            } else if index >= len as isize {
                outside(self.source.rules[axis][1], index, len, self.source.broken)
            } else {
                Ok(index as usize)
            };
            match cell {
                Ok(cell) => place = place * len + cell,
                Err(value) => return value,
            }
        }
        self.source.cells[place]
    }

    /// The point.
    pub fn position(self) -> [usize; N] {
        self.point
    }

    /// The shape of the input.
    pub fn shape(self) -> [usize; N] {
        self.source.shape
    }

    /// Returns true when an offset lies inside of the input.
    pub fn contains(self, offset: [isize; N]) -> bool {
        (0..N).all(|axis| {
            let index = self.point[axis] as isize + offset[axis];
            0 <= index && index < self.source.shape[axis] as isize
        })
    }

    /// All cells of the box, last axis fastest.
    pub fn values(self) -> Vec<T> {
        let mut offsets = vec![[0; N]];
        for axis in 0..N {
            let [before, after] = self.source.halo[axis].map(|cells| cells as isize);
            offsets = offsets
                .into_iter()
                .flat_map(|offset| (-before..=after).map(move |entry| with(offset, axis, entry)))
                .collect();
        }
        offsets.into_iter().map(|offset| self.at(offset)).collect()
    }
}

fn with<const N: usize>(mut offset: [isize; N], axis: usize, entry: isize) -> [isize; N] {
    offset[axis] = entry;
    offset
}

/// For each side of each axis the rule of its rim and the rim's width, if it has one.
pub type Rims<const N: usize> = [[Option<(usize, Edge<()>)>; 2]; N];

/// A point of an output.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spot<const N: usize> {
    /// It is evaluated.
    At([usize; N]),
    /// It gets the value with this number.
    Fill(usize),
    /// It keeps what it had.
    Keep([usize; N]),
}

/// All points of an output, last axis fastest, and its shape.
pub fn spots<const N: usize>(shape: [usize; N], rims: Rims<N>) -> ([usize; N], Vec<Spot<N>>) {
    let shrink = |axis: usize, side: usize| match rims[axis][side] {
        Some((width, Edge::Shrink)) => width,
        _ => 0,
    };
    let starts: [usize; N] = std::array::from_fn(|axis| shrink(axis, 0));
    let sizes: [usize; N] = std::array::from_fn(|axis| shape[axis].saturating_sub(shrink(axis, 0) + shrink(axis, 1)));
    let count = sizes.iter().product();
    let mut spots = Vec::with_capacity(count);
    for number in 0..count {
        let mut rest = number;
        let mut point = [0; N];
        for axis in (0..N).rev() {
            point[axis] = starts[axis] + rest % sizes[axis];
            rest /= sizes[axis];
        }
        spots.push(spot(shape, &rims, point));
    }
    (sizes, spots)
}

fn spot<const N: usize>(shape: [usize; N], rims: &Rims<N>, point: [usize; N]) -> Spot<N> {
    for axis in 0..N {
        for side in 0..2 {
            let Some((width, rule)) = rims[axis][side] else { continue };
            let room = if side == 0 { point[axis] } else { shape[axis] - 1 - point[axis] };
            if room < width {
                match rule {
                    Edge::Fill(number) => return Spot::Fill(number),
                    Edge::Keep => return Spot::Keep(point),
                    _ => {}
                }
            }
        }
    }
    Spot::At(point)
}

/// A rule of [`Edge::With`]: the last cell.
pub fn last_cell(_: isize, len: usize) -> isize {
    len as isize - 1
}

/// A rule of [`Edge::With`]: any cell.
pub fn scattered(index: isize, len: usize) -> isize {
    (7 * index + 3).rem_euclid(len as isize)
}

/// Two-dimensional cells.
#[derive(Clone, Copy, Debug)]
pub struct Grid<'a, T> {
    /// The cells, last axis fastest.
    pub cells: &'a [T],
    /// The shape.
    pub shape: [usize; 2],
}

/// Two-dimensional cells to write to.
#[derive(Debug)]
pub struct GridMut<'a, T> {
    /// The cells, last axis fastest.
    pub cells: &'a mut [T],
    /// The shape.
    pub shape: [usize; 2],
}

/// One cell to write to.
#[derive(Debug)]
pub struct One<'a, T>(pub &'a mut T);

macro_rules! grids {
    ($($Grid:ident)*) => {$(
        impl<T> $Grid<'_, T> {
            /// The size of the first axis.
            pub fn nrows(&self) -> usize {
                self.shape[0]
            }

            /// The size of the second axis.
            pub fn ncols(&self) -> usize {
                self.shape[1]
            }

            /// The cells in order.
            pub fn iter(&self) -> std::slice::Iter<'_, T> {
                self.cells.iter()
            }
        }

        impl<T> Index<[usize; 2]> for $Grid<'_, T> {
            type Output = T;

            fn index(&self, [i, j]: [usize; 2]) -> &T {
                assert!(i < self.shape[0] && j < self.shape[1]);
                &self.cells[i * self.shape[1] + j]
            }
        }
    )*};
}
grids!(Grid GridMut);

impl<T> IndexMut<[usize; 2]> for GridMut<'_, T> {
    fn index_mut(&mut self, [i, j]: [usize; 2]) -> &mut T {
        assert!(i < self.shape[0] && j < self.shape[1]);
        &mut self.cells[i * self.shape[1] + j]
    }
}

impl<'a, T> IntoIterator for Grid<'a, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.cells.iter()
    }
}

impl<T> Index<()> for One<'_, T> {
    type Output = T;

    fn index(&self, (): ()) -> &T {
        self.0
    }
}

impl<T> IndexMut<()> for One<'_, T> {
    fn index_mut(&mut self, (): ()) -> &mut T {
        self.0
    }
}

/// Sorts, NaN last.
pub fn sort_slice<T: PartialOrd>(cells: &mut [T]) {
    let nan = |v: &T| v.partial_cmp(v).is_none();
    cells.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| nan(a).cmp(&nan(b)).then(Ordering::Equal)));
}

/// The largest value.
pub fn most<T: Ord + Copy>(values: Vec<T>) -> T {
    values.into_iter().max().expect("a point at least")
}

/// The smallest value.
pub fn least<T: Ord + Copy>(values: Vec<T>) -> T {
    values.into_iter().min().expect("a point at least")
}

/// The value in the middle; of an even number, the upper one.
pub fn middle<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort();
    values[values.len() / 2]
}
