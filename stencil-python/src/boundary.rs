//! Boundaries that are chosen at the call: a ufunc of its own for each rule.
//!
//! A ufunc takes arrays and nothing else, and it is pickled by its name, which a worker has to find in the module. So the choice
//! cannot be an argument of the call, nor a new object each time: `smooth__wrap` is an attribute of the module like `smooth`. Its
//! loops are those of `smooth`, and tell the rule by the data that NumPy hands them.

use ndstencil::__private::export::{Host, Reading};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyModule;

use crate::errors::HOST;
use crate::kernel::Kernel;
use crate::module;

/// Between a kernel's name and a rule's.
const SEPARATOR: &str = "__";

/// The callers of loops that choose a rule.
static HOSTS: [Host; Reading::ALL.len()] = {
    let mut hosts = [HOST; Reading::ALL.len()];
    let mut number = 0;
    while number < hosts.len() {
        hosts[number].boundary = Some(Reading::ALL[number]);
        number += 1;
    }
    hosts
};

/// Adds the ufuncs of a kernel for each rule, if it reads outside of the array.
pub(crate) fn add(into: &Bound<'_, PyModule>, kernel: &Kernel) -> PyResult<()> {
    if !kernel.has_boundary() {
        return Ok(());
    }
    for (reading, host) in Reading::ALL.into_iter().zip(&HOSTS) {
        let name = format!("{}{SEPARATOR}{}", kernel.name, reading.name());
        module::add(into, kernel, &name, host)?;
    }
    Ok(())
}

/// The kernel with a boundary: 'nearest', 'reflect', 'mirror' or 'wrap', as SciPy names them.
#[pyfunction]
#[pyo3(pass_module)]
pub(crate) fn with_boundary<'py>(
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
        if let Some(found) = module.dict().get_item(format!("{of}{SEPARATOR}{boundary}"))? {
            return Ok(found);
        }
    }
    Err(PyValueError::new_err(format!("`{name}` reads nothing outside of the array: it has no boundary")))
}
