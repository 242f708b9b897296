//! Marks on reads that surely lie within the halo: these may happen earlier than they stand.

use syn::visit_mut::{self, VisitMut};
use syn::{Block, ExprIndex};

use crate::footprint::Read;
use crate::model::Model;
use crate::offset::inside;
use crate::parse::halo::Halo;
use crate::tags::{Strip, Tag};

/// The body with no other marks than these.
pub(super) fn marked(model: &Model, mut body: Block) -> Block {
    let mut marks = Marks { model };
    marks.visit_block_mut(&mut body);
    Strip.visit_block_mut(&mut body);
    body
}

/// Returns true when a read may happen wherever its offset is known.
pub(super) fn is_inside(model: &Model, read: &Read) -> bool {
    let Halo::Known(sides) = &model.inputs[read.window].halo else { return false };
    let offsets = read.offsets.as_ref().filter(|offsets| read.certain && !offsets.is_empty());
    offsets.is_some_and(|offsets| offsets.iter().all(|offset| inside(offset, sides)))
}

struct Marks<'m> {
    model: &'m Model,
}

impl VisitMut for Marks<'_> {
    fn visit_expr_index_mut(&mut self, node: &mut ExprIndex) {
        visit_mut::visit_expr_index_mut(self, node);
        let read = Tag::Read.get(&node.attrs).map(|number| &self.model.footprints.reads[number]);
        if read.is_some_and(|read| is_inside(self.model, read)) {
            Tag::Inside.put(&mut node.attrs, 0);
        }
    }
}
