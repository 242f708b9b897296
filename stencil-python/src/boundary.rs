//! Boundaries that are chosen at the call: a ufunc of its own for each rule.
//!
//! A ufunc takes arrays and nothing else, and it is pickled by its name, which a worker has to find in the module. So the choice
//! cannot be an argument of the call, nor a new object each time: `smooth__wrap` is an attribute of the module, made when it is
//! first asked for. Its loops are those of `smooth`, and tell the rule by the data that NumPy hands them.

use std::ffi::c_void;

use ndstencil::__private::export::{Host, Reading};
use pyo3::exceptions::{PyAttributeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyModule, PyTuple};

use crate::errors::HOST;
use crate::kernel::Kernel;
use crate::module::make;

/// Between a kernel's name and a rule's.
const SEPARATOR: &str = "__";

/// Adds `with_boundary`, and `__getattr__`, which makes the ufuncs.
pub(crate) fn add(module: &Bound<'_, PyModule>, kernels: &'static [Kernel]) -> PyResult<()> {
    let py = module.py();
    module.add_function(wrap_pyfunction!(with_boundary, module)?)?;
    let own = module.clone().unbind();
    let find = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| -> PyResult<Py<PyAny>> {
        let (name,) = arguments.extract::<(String,)>()?;
        attribute(own.bind(arguments.py()), kernels, &name)
    };
    module.setattr("__getattr__", PyCFunction::new_closure(py, Some(c"__getattr__"), None, find)?)
}

/// The kernel with a boundary: 'nearest', 'reflect', 'mirror' or 'wrap', as SciPy names them.
#[pyfunction]
#[pyo3(pass_module)]
fn with_boundary<'py>(
    module: &Bound<'py, PyModule>,
    kernel: &Bound<'py, PyAny>,
    boundary: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let name: String = kernel.getattr("__name__").and_then(|name| name.extract()).unwrap_or_default();
    // Other modules have kernels of the same name.
    if !module.dict().get_item(&name)?.is_some_and(|own| own.is(kernel)) {
        return Err(PyTypeError::new_err(format!("{} is no kernel of this module", kernel.repr()?)));
    }
    if !Reading::ALL.iter().any(|reading| reading.name() == boundary) {
        let names = Reading::ALL.map(|reading| format!("'{}'", reading.name())).join(", ");
        return Err(PyValueError::new_err(format!("no boundary '{boundary}': there are {names}")));
    }
    // One that has another boundary already is of the kernel in front of it.
    for of in [Some(name.as_str()), name.rsplit_once(SEPARATOR).map(|(of, _)| of)].into_iter().flatten() {
        match module.getattr(format!("{of}{SEPARATOR}{boundary}")) {
            Err(error) if error.is_instance_of::<PyAttributeError>(module.py()) => {}
            found => return found,
        }
    }
    Err(PyValueError::new_err(format!("`{name}` reads nothing outside of the array: it has no boundary")))
}

/// The attribute `smooth__wrap`, which is kept in the module.
fn attribute(module: &Bound<'_, PyModule>, kernels: &'static [Kernel], name: &str) -> PyResult<Py<PyAny>> {
    let (kernel, rule) = name.rsplit_once(SEPARATOR).unwrap_or_default();
    let kernel = kernels.iter().find(|found| found.name == kernel && found.has_boundary());
    let reading = Reading::ALL.into_iter().find(|reading| reading.name() == rule);
    let (Some(kernel), Some(reading)) = (kernel, reading) else {
        return Err(PyAttributeError::new_err(format!("module {} has no attribute '{name}'", module.name()?.repr()?)));
    };
    let host: &'static Host = Box::leak(Box::new(Host { boundary: Some(reading), ..HOST }));
    let made = make(module, kernel, (&raw const *host).cast_mut().cast::<c_void>(), name)?;
    // Of two threads that ask at once both get the one that was there first.
    Ok(module.dict().call_method1("setdefault", (name, made))?.unbind())
}
