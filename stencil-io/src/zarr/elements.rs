//! Elements as they are stored, to and from cells.

use bytemuck::Pod;
use ndarray::{ArrayViewD, ArrayViewMutD, IxDyn, Slice};
use stencil_runtime::chunks::{Cells, CellsMut, ElementType, Scalar};

use super::filter::Contexts;
use super::layout::Layout;

/// Memory of one read or write, which is kept for the next.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) encoded: Vec<u8>,
    pub(super) decoded: Decoded,
    pub(super) contexts: Contexts,
}

/// The bytes of a chunk, aligned for every element.
#[derive(Default)]
pub(super) struct Decoded(Vec<u64>);

impl Decoded {
    /// So many bytes, which hold anything.
    pub(super) fn bytes(&mut self, bytes: usize) -> &mut [u8] {
        let words = bytes.div_ceil(8);
        if self.0.len() < words {
            // Not `resize`, which may take twice as much.
            self.0.reserve_exact(words - self.0.len());
            self.0.resize(words, 0);
        }
        &mut bytemuck::cast_slice_mut(&mut self.0)[..bytes]
    }
}

/// Calls a function with the type of elements, that of their stored bits, and the ways between them.
macro_rules! typed {
    ($element:expr, $function:ident($($argument:expr),*)) => {
        match $element {
            ElementType::Bool => $function::<bool, u8>($($argument,)* |bits| bits != 0, u8::from),
            ElementType::I8 => $function::<i8, i8>($($argument,)* |x| x, |x| x),
            ElementType::I16 => $function::<i16, i16>($($argument,)* |x| x, |x| x),
            ElementType::I32 => $function::<i32, i32>($($argument,)* |x| x, |x| x),
            ElementType::I64 => $function::<i64, i64>($($argument,)* |x| x, |x| x),
            ElementType::Isize => $function::<isize, isize>($($argument,)* |x| x, |x| x),
            ElementType::U8 => $function::<u8, u8>($($argument,)* |x| x, |x| x),
            ElementType::U16 => $function::<u16, u16>($($argument,)* |x| x, |x| x),
            ElementType::U32 => $function::<u32, u32>($($argument,)* |x| x, |x| x),
            ElementType::U64 => $function::<u64, u64>($($argument,)* |x| x, |x| x),
            ElementType::Usize => $function::<usize, usize>($($argument,)* |x| x, |x| x),
            #[cfg(feature = "f16")]
            ElementType::F16 => $function::<half::f16, u16>($($argument,)* half::f16::from_bits, half::f16::to_bits),
            #[cfg(not(feature = "f16"))]
            ElementType::F16 => Err("elements of float16 need the feature `f16`".to_owned()),
            ElementType::F32 => $function::<f32, f32>($($argument,)* |x| x, |x| x),
            ElementType::F64 => $function::<f64, f64>($($argument,)* |x| x, |x| x),
        }
    };
}

/// Turns the bytes of each element round.
pub(super) fn swap(bytes: &mut [u8], size: usize) {
    match size {
        2 => bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|x| x.reverse()),
        4 => bytes.as_chunks_mut::<4>().0.iter_mut().for_each(|x| x.reverse()),
        8 => bytes.as_chunks_mut::<8>().0.iter_mut().for_each(|x| x.reverse()),
        _ => {}
    }
}

/// Sets all cells to the fill value.
pub(super) fn fill(layout: &Layout, cells: &mut CellsMut<'_>) -> Result<(), String> {
    fn with<T: Scalar + Copy, B: Pod>(
        layout: &Layout,
        cells: &mut CellsMut<'_>,
        decode: impl Fn(B) -> T,
        _: impl Fn(T) -> B,
    ) -> Result<(), String> {
        let mut cells = cells.array_mut::<T>().ok_or("the cells have another type")?;
        cells.fill(decode(bytemuck::pod_read_unaligned(&layout.fill)));
        Ok(())
    }
    typed!(layout.element, with(layout, cells))
}

/// Copies a decoded chunk to the cells that it has inside the shape.
pub(super) fn place(layout: &Layout, bytes: &[u8], cells: &mut CellsMut<'_>) -> Result<(), String> {
    fn with<T: Scalar + Copy, B: Pod>(
        layout: &Layout,
        bytes: &[u8],
        cells: &mut CellsMut<'_>,
        decode: impl Fn(B) -> T,
        _: impl Fn(T) -> B,
    ) -> Result<(), String> {
        let stored: Vec<usize> = layout.order.iter().map(|&axis| layout.chunks[axis]).collect();
        let mut places = vec![0; stored.len()];
        for (place, &axis) in layout.order.iter().enumerate() {
            places[axis] = place;
        }
        let from = ArrayViewD::from_shape(IxDyn(&stored), bytemuck::cast_slice::<u8, B>(bytes));
        let mut from = from.expect("the chunk has its bytes").permuted_axes(IxDyn(&places));
        let shape = cells.shape().to_vec();
        from.slice_each_axis_inplace(|axis| Slice::from(0..shape[axis.axis.index()]));
        let mut cells = cells.array_mut::<T>().ok_or("the cells have another type")?;
        cells.zip_mut_with(&from, |cell, &bits| *cell = decode(bits));
        Ok(())
    }
    if layout.element == ElementType::Bool && bytes.iter().any(|&byte| byte > 1) {
        return Err("a bool in it is neither 0 nor 1".to_owned());
    }
    typed!(layout.element, with(layout, bytes, cells))
}

/// The bytes of a whole chunk with these cells in its first corner, and the fill value elsewhere.
pub(super) fn gather<'d>(layout: &Layout, cells: &Cells<'_>, decoded: &'d mut Decoded) -> Result<&'d [u8], String> {
    fn with<T: Scalar + Copy, B: Pod>(
        layout: &Layout,
        cells: &Cells<'_>,
        bytes: &mut [u8],
        _: impl Fn(B) -> T,
        encode: impl Fn(T) -> B,
    ) -> Result<(), String> {
        let cells = cells.array::<T>().ok_or("the cells have another type")?;
        let all: &mut [B] = bytemuck::cast_slice_mut(bytes);
        if cells.shape() != layout.chunks {
            all.fill(bytemuck::pod_read_unaligned(&layout.fill));
        }
        let mut all = ArrayViewMutD::from_shape(IxDyn(&layout.chunks), all).expect("the chunk has its bytes");
        all.slice_each_axis_inplace(|axis| Slice::from(0..cells.shape()[axis.axis.index()]));
        all.zip_mut_with(&cells, |bits, &cell| *bits = encode(cell));
        Ok(())
    }
    let bytes = decoded.bytes(layout.chunk_bytes() as usize);
    typed!(scalar(cells)?, with(layout, cells, bytes)).map(|()| &*bytes)
}

/// True when all cells are the fill value, bit by bit.
pub(super) fn is_fill(layout: &Layout, cells: &Cells<'_>) -> Result<bool, String> {
    fn with<T: Scalar + Copy, B: Pod>(
        layout: &Layout,
        cells: &Cells<'_>,
        _: impl Fn(B) -> T,
        encode: impl Fn(T) -> B,
    ) -> Result<bool, String> {
        let cells = cells.array::<T>().ok_or("the cells have another type")?;
        Ok(cells.iter().all(|&cell| *bytemuck::bytes_of(&encode(cell)) == *layout.fill))
    }
    typed!(scalar(cells)?, with(layout, cells))
}

fn scalar(cells: &Cells<'_>) -> Result<ElementType, String> {
    cells.data_type().scalar().ok_or_else(|| format!("cells of {} are no numbers", cells.data_type()))
}
