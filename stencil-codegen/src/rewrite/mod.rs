//! Rewrites of the body that keep its meaning. LLVM does not vectorise the forms they replace.

mod casts;
mod continues;
mod hoist;
mod inside;
#[cfg(test)]
mod meaning;
pub(crate) mod ranges;
mod shape;
pub(crate) mod values;

use std::collections::BTreeSet;

use syn::visit_mut::VisitMut;

use crate::model::Model;
use crate::model::gain::Gain;
use crate::syntax::{Bound, plain};
use crate::tags::Strip;

/// Rewrites the body.
pub(crate) fn rewrite(model: &mut Model) {
    let mut body = model.function.body.clone();
    let locals = locals(model);
    if !model.footprints.mixed {
        casts::rewrite(model, &mut body);
    }
    values::rewrite(model, &mut body);
    // Before the reads are hoisted: what was behind a `continue` is in a branch then.
    continues::rewrite(&mut body, &locals);
    ranges::rewrite(&mut body, &model.footprints.reads);
    // Points side by side read rows, which need no hoisting.
    model.unhoisted = Gain::of(model).map(|_| inside::marked(model, body.clone()));
    hoist::rewrite(model, &mut body);
    Strip.visit_block_mut(&mut body);
    model.function.body = body;
}

/// The names that parameters and patterns bind.
fn locals(model: &Model) -> BTreeSet<String> {
    let mut names = Bound::of(&model.function.body);
    names.extend(model.function.arguments.iter().map(|argument| plain(&argument.name)));
    names
}
