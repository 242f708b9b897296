//! The part of NumPy's C interface that makes ufuncs: one function of its table, and the fields of a ufunc up to its flags.
//!
//! The table's order and the layout of the fields are NumPy's binary interface, the same in all versions from 1.16 on.

use std::ffi::{c_char, c_int, c_void};

use ndstencil::__private::export::{ElementType, LoopFn};
use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// `PyUFunc_FromFuncAndDataAndSignatureAndIdentity`. NumPy keeps what the pointers lead to for ever.
type MakeUfunc = unsafe extern "C" fn(
    loops: *const LoopFn,
    data: *const *mut c_void,
    types: *const c_char,
    count: c_int,
    inputs: c_int,
    outputs: c_int,
    identity: c_int,
    name: *const c_char,
    doc: *const c_char,
    unused: c_int,
    signature: *const c_char,
    identity_value: *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// The place of that function in the table.
const MAKE_UFUNC: usize = 42;

/// The result of reducing nothing, from which NumPy also begins every other reduction.
pub(crate) enum Identity<'py> {
    /// Reducing nothing is an error, and so is reducing several axes, whose order NumPy chooses.
    None,
    /// Reducing nothing is an error.
    AnyOrder,
    Value(Bound<'py, PyAny>),
}

impl Identity<'_> {
    /// `PyUFunc_None`, `PyUFunc_ReorderableNone`, or `PyUFunc_IdentityValue` with the value.
    fn as_raw(&self) -> (c_int, *mut ffi::PyObject) {
        match self {
            Identity::None => (-1, std::ptr::null_mut()),
            Identity::AnyOrder => (-2, std::ptr::null_mut()),
            Identity::Value(value) => (-3, value.as_ptr()),
        }
    }
}

/// NumPy's flags of an operand of its iterator.
mod flag {
    const WRITEONLY: u32 = 0x0004_0000;
    const ALIGNED: u32 = 0x0010_0000;
    const UPDATEIFCOPY: u32 = 0x0080_0000;
    const ALLOCATE: u32 = 0x0100_0000;
    const NO_SUBTYPE: u32 = 0x0200_0000;
    const NO_BROADCAST: u32 = 0x0800_0000;

    /// Those of a gufunc's output as NumPy sets them, but for `OVERLAP_ASSUME_ELEMENTWISE`: with that, an output which is an
    /// input, too, would come to the loop as it is, and cells would be written before they are read.
    pub const OUTPUT: u32 = WRITEONLY | UPDATEIFCOPY | ALIGNED | ALLOCATE | NO_BROADCAST | NO_SUBTYPE;
}

/// `PyUFuncObject`, as far as it is needed.
#[repr(C)]
struct UfuncObject {
    object: ffi::PyObject,
    counts: [c_int; 4],
    functions: *const LoopFn,
    data: *const *mut c_void,
    loops: [c_int; 2],
    name: *const c_char,
    types: *const c_char,
    doc: *const c_char,
    owner: [*mut c_void; 3],
    core: [c_int; 2],
    core_dims: [*mut c_int; 3],
    signature: *mut c_char,
    type_resolver: *mut c_void,
    reserved: [*mut c_void; 3],
    operand_flags: *mut u32,
}

/// The parts of a ufunc. All of it lives as long as the process.
pub(crate) struct Ufunc {
    pub(crate) loops: &'static [LoopFn],
    pub(crate) data: &'static [*mut c_void],
    /// A number of NumPy's for each operand of each loop.
    pub(crate) types: &'static [c_char],
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) name: &'static std::ffi::CStr,
    pub(crate) doc: &'static std::ffi::CStr,
    /// Nothing for one that works element by element.
    pub(crate) signature: Option<&'static std::ffi::CStr>,
}

/// NumPy's functions.
pub(crate) struct Api {
    table: *const *const c_void,
}

impl Api {
    /// Imports NumPy.
    pub(crate) fn import(py: Python<'_>) -> PyResult<Api> {
        // First by itself, so that a missing NumPy is said to be missing.
        py.import("numpy")?;
        let module =
            py.import("numpy._core._multiarray_umath").or_else(|_| py.import("numpy.core._multiarray_umath"))?;
        let capsule = module.getattr("_UFUNC_API")?.cast_into::<PyCapsule>()?;
        // SAFETY: the capsule is alive; its name is its own.
        let table = unsafe {
            let name = ffi::PyCapsule_GetName(capsule.as_ptr());
            ffi::PyCapsule_GetPointer(capsule.as_ptr(), name)
        };
        match table.is_null() {
            true => {
                Err(PyErr::take(py).unwrap_or_else(|| PyImportError::new_err("NumPy has no table of its functions")))
            }
            false => Ok(Api { table: table.cast_const().cast() }),
        }
    }

    /// Makes a ufunc.
    pub(crate) fn make<'py>(
        &self,
        py: Python<'py>,
        ufunc: &Ufunc,
        identity: &Identity<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the table has that function at that place in all versions that this module runs with, 1.22 and newer.
        let make: MakeUfunc = unsafe { std::mem::transmute(self.table.add(MAKE_UFUNC).read()) };
        let (identity, value) = identity.as_raw();
        // SAFETY: there are as many loops as data, and types for each operand of each; all live as long as the process.
        let made = unsafe {
            make(
                ufunc.loops.as_ptr(),
                ufunc.data.as_ptr(),
                ufunc.types.as_ptr(),
                ufunc.loops.len() as c_int,
                ufunc.inputs as c_int,
                ufunc.outputs as c_int,
                identity,
                ufunc.name.as_ptr(),
                ufunc.doc.as_ptr(),
                0,
                ufunc.signature.map_or(std::ptr::null(), std::ffi::CStr::as_ptr),
                value,
            )
        };
        // SAFETY: a new object, or nothing and an error.
        let made = unsafe { Bound::from_owned_ptr_or_err(py, made)? };
        if ufunc.signature.is_some() {
            let object = made.as_ptr().cast::<UfuncObject>();
            for output in ufunc.inputs..ufunc.inputs + ufunc.outputs {
                // SAFETY: a ufunc of NumPy's has these fields, and flags for each operand. Nobody else knows the ufunc yet.
                unsafe { (*object).operand_flags.add(output).write(flag::OUTPUT) };
            }
        }
        Ok(made)
    }
}

/// NumPy's number of a type, `NPY_TYPES`.
pub(crate) fn type_number(element: ElementType) -> c_char {
    const LONG: c_char = 7;
    const LONG_LONG: c_char = 9;
    // The C type of 64 bits that NumPy calls `int64`.
    const WIDE: c_char = if size_of::<std::ffi::c_long>() == 8 { LONG } else { LONG_LONG };
    const INDEX: c_char = if size_of::<isize>() == size_of::<std::ffi::c_long>() { LONG } else { LONG_LONG };
    match element {
        ElementType::Bool => 0,
        ElementType::I8 => 1,
        ElementType::U8 => 2,
        ElementType::I16 => 3,
        ElementType::U16 => 4,
        ElementType::I32 => 5,
        ElementType::U32 => 6,
        ElementType::I64 => WIDE,
        ElementType::U64 => WIDE + 1,
        ElementType::Isize => INDEX,
        ElementType::Usize => INDEX + 1,
        ElementType::F16 => 23,
        ElementType::F32 => 11,
        ElementType::F64 => 12,
    }
}
