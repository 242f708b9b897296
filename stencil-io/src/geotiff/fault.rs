//! Errors below those that name the file.

use std::fmt::Display;
use std::io;

use stencil_runtime::IoError;

/// A reason, and the error below it.
#[derive(Debug)]
pub(super) struct Fault {
    reason: String,
    below: Option<io::Error>,
    transient: bool,
}

impl Fault {
    pub(super) fn new(reason: impl Into<String>) -> Fault {
        Fault { reason: reason.into(), below: None, transient: false }
    }

    /// The error of something that was tried.
    pub(super) fn of(reason: impl Into<String>, below: io::Error) -> Fault {
        // Over a network, these pass.
        let transient = matches!(
            below.kind(),
            io::ErrorKind::TimedOut
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionRefused
                | io::ErrorKind::Interrupted
                | io::ErrorKind::ResourceBusy
        );
        Fault { reason: reason.into(), below: Some(below), transient }
    }

    /// Says in front where it was.
    pub(super) fn within(self, place: impl Display) -> Fault {
        Fault { reason: format!("{place}: {}", self.reason), ..self }
    }

    /// The error, with the name of the file.
    pub(super) fn at(self, name: &str) -> IoError {
        let error = IoError::new(name, self.reason);
        let error = match self.below {
            Some(below) => error.because(below),
            None => error,
        };
        if self.transient { error.transient() } else { error }
    }
}
