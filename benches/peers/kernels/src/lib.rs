//! The Rust side of `benches/peers`: each workload once as an `ndstencil` kernel, and once per rival crate.
//!
//! Every exported function takes one [`Call`], so that the Python side needs one signature for all of them and
//! each contender reads and writes the same arrays.
#![allow(missing_docs, unreachable_pub)]

pub mod copy;
pub mod gufunc;
pub mod ours;
#[cfg(feature = "rivals")]
pub mod rivals;
pub mod small;
pub mod streams;

use ndarray::{ArrayView2, ArrayView3, ArrayViewMut2, ArrayViewMut3};

/// The arrays of one call, all C-contiguous.
#[repr(C)]
pub struct Call {
    /// 1: everything on the caller's thread. More: rayon's global pool, see [`init`].
    pub threads: usize,
    /// Extents; two-dimensional workloads use the first two.
    pub shape: [usize; 3],
    pub inputs: [*const u8; 2],
    pub output: *mut u8,
    /// The one call before timing whose result is compared: crates that return a fresh array copy it to `output`,
    /// and those that want to own their input copy it from `inputs`.
    pub check: bool,
}

impl Call {
    pub fn len(&self, rank: usize) -> usize {
        self.shape[..rank].iter().product()
    }

    pub fn input<T>(&self, index: usize, rank: usize) -> &[T] {
        // SAFETY: the Python side passes contiguous arrays of this shape and element type, alive during the call.
        unsafe { std::slice::from_raw_parts(self.inputs[index].cast(), self.len(rank)) }
    }

    #[allow(clippy::mut_from_ref)]
    pub fn output<T>(&self, rank: usize) -> &mut [T] {
        // SAFETY: as in `input`; no other reference to the output exists during the call.
        unsafe { std::slice::from_raw_parts_mut(self.output.cast(), self.len(rank)) }
    }

    pub fn input2<T>(&self, index: usize) -> ArrayView2<'_, T> {
        ArrayView2::from_shape((self.shape[0], self.shape[1]), self.input(index, 2)).expect("shape")
    }

    pub fn output2<T>(&self) -> ArrayViewMut2<'_, T> {
        ArrayViewMut2::from_shape((self.shape[0], self.shape[1]), self.output(2)).expect("shape")
    }

    /// An input array that the workload may write to: room for an intermediate result.
    pub fn scratch2<T>(&self, index: usize) -> ArrayViewMut2<'_, T> {
        // SAFETY: as in `output`; the Python side passes a writable array of its own here.
        let data = unsafe { std::slice::from_raw_parts_mut(self.inputs[index].cast_mut().cast(), self.len(2)) };
        ArrayViewMut2::from_shape((self.shape[0], self.shape[1]), data).expect("shape")
    }

    pub fn input3<T>(&self, index: usize) -> ArrayView3<'_, T> {
        ArrayView3::from_shape(self.shape, self.input(index, 3)).expect("shape")
    }

    pub fn output3<T>(&self) -> ArrayViewMut3<'_, T> {
        ArrayViewMut3::from_shape(self.shape, self.output(3)).expect("shape")
    }
}

/// Exports functions of one [`Call`] with C linkage. The caller guarantees what the fields of `Call` say.
#[macro_export]
macro_rules! export {
    ($(fn $name:ident($call:ident) $body:block)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($call: &$crate::Call) $body
    )*};
}

/// Sizes rayon's global pool: the pool of a program that configures nothing but the number of threads.
#[unsafe(no_mangle)]
pub extern "C" fn init(threads: usize) {
    // An error means that the pool exists already: a second `init` changes nothing.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
}
