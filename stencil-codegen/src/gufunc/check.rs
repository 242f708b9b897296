//! The checks that need function and signature matched.

use crate::check::kernel_name;
use crate::diagnostics::{Errors, Problem};
use crate::model::gufunc::{GuModel, Keyed};

/// Checks the model.
pub(crate) fn check(model: &GuModel, errors: &mut Errors) {
    kernel_name(&model.function, errors);
    if let Some(Keyed { key, .. }) = &model.identity
        && !(model.is_elementwise() && model.inputs.len() == 2 && model.outputs.len() == 1)
    {
        errors.report(Problem::Identity, key, &[&model.signature]);
    }
}
