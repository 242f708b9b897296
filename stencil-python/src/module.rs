//! A module of Python with a ufunc for each kernel.

use std::ffi::{CStr, CString, c_char, c_void};

use ndstencil::__private::export::{Exported, LoopFn, Value};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyTuple};

use crate::api::{Api, Ufunc, type_number};
use crate::errors::{HOST, quiet_panics};
use crate::{boundary, doc};

/// The kernels of a module.
pub(crate) type Kernels = &'static [&'static Exported];

/// Adds the kernels to a module; `with_boundary`; and what programs may ask of stencils, `__halos__` and `__boundaries__`.
pub fn fill(module: &Bound<'_, PyModule>, kernels: Kernels) -> PyResult<()> {
    let py = module.py();
    quiet_panics();
    let (halos, boundaries) = (PyDict::new(py), PyDict::new(py));
    for kernel in kernels {
        let name = last_name(kernel.name);
        if module.dict().contains(name)? {
            return Err(PyImportError::new_err(format!("two kernels of the module are called `{name}`")));
        }
        let host = (&raw const HOST).cast_mut().cast::<c_void>();
        module.add(name, make(module, kernel, host, name)?)?;
        if !kernel.halos.is_empty() {
            halos.set_item(name, halos_of(py, kernel)?)?;
            boundaries.set_item(name, boundaries_of(py, kernel)?)?;
        }
    }
    module.add("__halos__", halos)?;
    module.add("__boundaries__", boundaries)?;
    boundary::add(module, kernels)
}

/// The last name of a path, `module::function`.
pub(crate) fn last_name(path: &'static str) -> &'static str {
    path.rsplit("::").next().unwrap_or(path)
}

/// For each input the cells before and after a point, axis by axis.
fn halos_of<'py>(py: Python<'py>, kernel: &Exported) -> PyResult<Bound<'py, PyTuple>> {
    let ranks = doc::ranks(kernel.signature);
    let inputs = kernel.halos.iter().zip(ranks).map(|(halo, rank)| {
        let sides = (0..rank).map(|axis| (halo.axis(axis)[0], halo.axis(axis)[1]));
        PyTuple::new(py, sides.collect::<Vec<_>>())
    });
    PyTuple::new(py, inputs.collect::<PyResult<Vec<_>>>()?)
}

/// For each input the names of the rules before and after each axis.
fn boundaries_of<'py>(py: Python<'py>, kernel: &Exported) -> PyResult<Bound<'py, PyTuple>> {
    let rules = kernel.loops.first().map(|one| (one.rules)()).unwrap_or_default();
    let inputs = rules
        .into_iter()
        .map(|axes| PyTuple::new(py, axes.into_iter().map(|sides| (sides[0].to_lowercase(), sides[1].to_lowercase()))));
    PyTuple::new(py, inputs.collect::<PyResult<Vec<_>>>()?)
}

/// The ufunc of a kernel under a name; `host` is what its loops are called with.
pub(crate) fn make<'py>(
    module: &Bound<'py, PyModule>,
    kernel: &'static Exported,
    host: *mut c_void,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let py = module.py();
    let Some(first) = kernel.loops.first() else {
        return Err(PyImportError::new_err(format!("the kernel `{}` has no inner loop", kernel.name)));
    };
    let loops: Vec<LoopFn> = kernel.loops.iter().map(|one| one.run).collect();
    let types: Vec<c_char> = kernel.loops.iter().flat_map(|one| (one.elements)()).map(type_number).collect();
    let elementwise = kernel.signature.bytes().all(|byte| b"(),->".contains(&byte));
    let ufunc = Ufunc {
        data: vec![host; loops.len()].leak(),
        loops: loops.leak(),
        types: types.leak(),
        inputs: kernel.inputs.len(),
        outputs: kernel.outputs,
        name: for_ever(name)?,
        doc: for_ever(&doc::of(kernel))?,
        signature: if elementwise { None } else { Some(for_ever(kernel.signature)?) },
    };
    let identity = (first.identity)().map(|value| number(py, value)).transpose()?;
    let ufunc = Api::import(py)?.make(py, &ufunc, identity.as_ref())?;
    // Pickled by name. Where NumPy's ufuncs take no attributes, pickle looks for the module that has the ufunc.
    let _ = ufunc.setattr("__module__", module.name()?);
    let _ = ufunc.setattr("__qualname__", name);
    Ok(ufunc)
}

/// A text of C that is never freed: NumPy keeps the pointer.
fn for_ever(text: &str) -> PyResult<&'static CStr> {
    let text = CString::new(text).map_err(|_| PyImportError::new_err(format!("{text:?} holds a zero byte")))?;
    Ok(Box::leak(text.into_boxed_c_str()))
}

fn number(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Value::Signed(value) => value.into_pyobject(py)?.into_any(),
        Value::Unsigned(value) => value.into_pyobject(py)?.into_any(),
        Value::Float(value) => value.into_pyobject(py)?.into_any(),
    })
}
