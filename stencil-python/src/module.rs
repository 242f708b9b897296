//! A module of Python with a ufunc for each kernel.

use std::ffi::{CStr, CString, c_char, c_void};

use ndstencil::__private::export::{Host, LoopFn, Value};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyModule, PyTuple};

use crate::api::{Api, Identity, Ufunc, type_number};
use crate::errors::{HOST, quiet_panics};
use crate::kernel::{Entry, Kernel};
use crate::{boundary, doc};

/// Adds the kernels to a module; `with_boundary`; and what programs may ask of stencils, `__halos__` and `__boundaries__`.
pub fn fill(module: &Bound<'_, PyModule>, entries: &'static [Entry]) -> PyResult<()> {
    let py = module.py();
    quiet_panics();
    module.add_function(wrap_pyfunction!(boundary::with_boundary, module)?)?;
    let (halos, boundaries) = (PyDict::new(py), PyDict::new(py));
    for entry in entries {
        let kernel = Kernel::new(entry)?;
        add(module, &kernel, kernel.name, &HOST)?;
        boundary::add(module, &kernel)?;
        if !kernel.function().halos.is_empty() {
            halos.set_item(kernel.name, halos_of(py, &kernel)?)?;
            boundaries.set_item(kernel.name, boundaries_of(py, &kernel)?)?;
        }
    }
    // Unlike `add`, this leaves them out of what `import *` takes.
    module.setattr("__halos__", halos)?;
    module.setattr("__boundaries__", boundaries)
}

/// For each input the cells before and after a point, axis by axis.
fn halos_of<'py>(py: Python<'py>, kernel: &Kernel) -> PyResult<Bound<'py, PyTuple>> {
    let ranks = doc::ranks(kernel.function().signature);
    let inputs = kernel.function().halos.iter().zip(ranks).map(|(halo, rank)| {
        let sides = (0..rank).map(|axis| (halo.axis(axis)[0], halo.axis(axis)[1]));
        PyTuple::new(py, sides.collect::<Vec<_>>())
    });
    PyTuple::new(py, inputs.collect::<PyResult<Vec<_>>>()?)
}

/// For each input the names of the rules before and after each axis.
fn boundaries_of<'py>(py: Python<'py>, kernel: &Kernel) -> PyResult<Bound<'py, PyTuple>> {
    let rules = kernel.loops().next().map(|one| (one.rules)()).unwrap_or_default();
    let inputs = rules
        .into_iter()
        .map(|axes| PyTuple::new(py, axes.into_iter().map(|sides| (sides[0].to_lowercase(), sides[1].to_lowercase()))));
    PyTuple::new(py, inputs.collect::<PyResult<Vec<_>>>()?)
}

/// Adds the ufunc of a kernel under a name; `host` is what its loops are called with.
///
/// # Errors
/// The module has something of that name.
pub(crate) fn add(module: &Bound<'_, PyModule>, kernel: &Kernel, name: &str, host: &'static Host) -> PyResult<()> {
    if module.dict().contains(name)? {
        return Err(PyImportError::new_err(format!("two things of the module are called `{name}`")));
    }
    module.add(name, make(module, kernel, name, host)?)
}

fn make<'py>(
    module: &Bound<'py, PyModule>,
    kernel: &Kernel,
    name: &str,
    host: &'static Host,
) -> PyResult<Bound<'py, PyAny>> {
    let (py, function) = (module.py(), kernel.function());
    let loops: Vec<LoopFn> = kernel.loops().map(|one| one.run).collect();
    let types: Vec<c_char> = kernel.loops().flat_map(|one| (one.elements)()).map(type_number).collect();
    let elementwise = function.signature.bytes().all(|byte| b"(),->".contains(&byte));
    let ufunc = Ufunc {
        data: vec![(&raw const *host).cast_mut().cast::<c_void>(); loops.len()].leak(),
        loops: loops.leak(),
        types: types.leak(),
        inputs: function.inputs.len(),
        outputs: function.outputs,
        name: for_ever(name)?,
        doc: for_ever(&doc::of(kernel, host.boundary))?,
        signature: if elementwise { None } else { Some(for_ever(function.signature)?) },
    };
    let ufunc = Api::import(py)?.make(py, &ufunc, &identity_of(py, kernel)?)?;
    // Pickled by name. Where NumPy's ufuncs take no attributes, pickle looks for the module that has the ufunc.
    let _ = ufunc.setattr("__module__", module.name()?);
    let _ = ufunc.setattr("__qualname__", name);
    Ok(ufunc)
}

/// The identity of a kernel. A ufunc has one for all of its types, and the least number of one type is not that of another.
fn identity_of<'py>(py: Python<'py>, kernel: &Kernel) -> PyResult<Identity<'py>> {
    let Some(values) = kernel.loops().map(|one| (one.identity)()).collect::<Option<Vec<Value>>>() else {
        return Ok(Identity::None);
    };
    let values = values.into_iter().map(|value| number(py, value)).collect::<PyResult<Vec<_>>>()?;
    for other in &values[1..] {
        if other.ne(&values[0])? {
            return Ok(Identity::AnyOrder);
        }
    }
    Ok(Identity::Value(values[0].clone()))
}

/// A text of C that is never freed: NumPy keeps the pointer.
fn for_ever(text: &str) -> PyResult<&'static CStr> {
    let text = CString::new(text).map_err(|_| PyImportError::new_err(format!("{text:?} holds a zero byte")))?;
    Ok(Box::leak(text.into_boxed_c_str()))
}

/// A number of Python's.
fn number(py: Python<'_>, value: Value) -> PyResult<Bound<'_, PyAny>> {
    Ok(match value {
        Value::Bool(value) => value.into_pyobject(py)?.to_owned().into_any(),
        Value::Signed(value) => value.into_pyobject(py)?.into_any(),
        Value::Unsigned(value) => value.into_pyobject(py)?.into_any(),
        Value::Float(value) => value.into_pyobject(py)?.into_any(),
    })
}
