//! Rewrites of the body that keep its meaning. LLVM does not vectorise the forms they replace.

mod ranges;
pub(crate) mod values;

use syn::visit_mut::VisitMut;

use crate::model::Model;
use crate::tags::Strip;

/// Rewrites the body.
pub(crate) fn rewrite(model: &mut Model) {
    let mut body = model.body.clone();
    values::rewrite(model, &mut body);
    ranges::rewrite(&mut body, &model.footprints.reads);
    Strip.visit_block_mut(&mut body);
    model.body = body;
}
