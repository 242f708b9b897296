//! Failures of inner loops as exceptions of Python.

use std::cell::{Cell, RefCell};
use std::panic;
use std::sync::Once;

use ndstencil::__private::export::{Failure, Host, is_running};
use ndstencil::{Error, KernelError};
use pyo3::exceptions::{PyMemoryError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

/// The caller that each inner loop is told of: Python.
pub(crate) static HOST: Host = Host { has_failed, report, boundary: None };

thread_local! {
    /// True where a loop of this thread has failed. NumPy asks for exceptions behind the last loop of a call, not between
    /// them: the others are to compute nothing.
    static FAILED: Cell<bool> = const { Cell::new(false) };
    /// The place of the last panic in a kernel.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Returns true while the exception of a failed loop is not yet handled: then this loop is of the same call.
fn has_failed() -> bool {
    if !FAILED.get() {
        return false;
    }
    let pending = Python::attach(PyErr::occurred);
    FAILED.set(pending);
    pending
}

/// Raises the exception. NumPy has released the interpreter, unless there was little to compute.
fn report(failure: Failure) {
    Python::attach(|py| {
        if !PyErr::occurred(py) {
            exception(failure).restore(py);
        }
    });
    FAILED.set(true);
}

fn exception(failure: Failure) -> PyErr {
    match failure {
        Failure::Refused(error @ Error::Kernel(KernelError::ScratchMemory { .. })) => {
            PyMemoryError::new_err(error.to_string())
        }
        Failure::Refused(error) => PyValueError::new_err(error.to_string()),
        Failure::Panicked { kernel, message } => {
            let place = PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
            PyRuntimeError::new_err(format!("`{kernel}` panicked{place}: {message}"))
        }
    }
}

/// Keeps panics of kernels from being printed: the exception says the same. Others are printed as before.
pub(crate) fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if is_running() {
                PLACE.set(panic.location().map(ToString::to_string));
            } else {
                others(panic);
            }
        }));
    });
}
