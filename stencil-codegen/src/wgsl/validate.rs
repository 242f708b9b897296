//! naga's verdict on a module, on the user's tokens.
//!
//! The lowering refuses what has no GPU form. What naga still finds is a mistake of this crate, and better told while
//! compiling than when the kernel first runs.

use std::ops::Range;

use naga::WithSpan;
use naga::valid::{Capabilities, ValidationError, ValidationFlags, Validator};

/// The message of naga, and its place in the text.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) bytes: Option<Range<usize>>,
}

/// Parses and validates a module.
pub(crate) fn validate(wgsl: &str) -> Result<naga::Module, Refusal> {
    let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| Refusal {
        message: error.message().to_owned(),
        bytes: error.labels().next().and_then(|(span, _)| span.to_range()),
    })?;
    // Without `enable f16;` in the text there is no `f16`, whatever the capabilities.
    let capabilities = Capabilities::FLOAT64
        | Capabilities::SHADER_INT64
        | Capabilities::SHADER_FLOAT16
        | Capabilities::SHADER_FLOAT16_IN_FLOAT32;
    match Validator::new(ValidationFlags::all(), capabilities).validate(&module) {
        Ok(_) => Ok(module),
        Err(error) => Err(Refusal { message: message(&error), bytes: smallest(&error) }),
    }
}

/// The chain of causes on one line.
fn message(error: &WithSpan<ValidationError>) -> String {
    let mut causes = vec![error.as_inner().to_string()];
    let mut source = std::error::Error::source(error.as_inner());
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes.join(": ")
}

/// The smallest place that naga names: it begins with the whole function.
fn smallest(error: &WithSpan<ValidationError>) -> Option<Range<usize>> {
    error.spans().filter_map(|(span, _)| span.to_range()).min_by_key(Range::len)
}
