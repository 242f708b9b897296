//! `x.values()` becomes an array of reads, which the compiler sees through.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprArray, parse_quote_spanned};

use crate::model::Model;
use crate::offset::{literal, offsets, volume};
use crate::parse::halo::Halo;
use crate::scan::points_name;
use crate::tags::Tag;

/// Larger boxes are read in a loop.
const SPELLED_OUT: usize = 512;

/// Rewrites the calls that were marked.
pub(crate) fn rewrite(model: &Model, body: &mut Block) {
    struct Calls<'m>(&'m Model);
    impl VisitMut for Calls<'_> {
        fn visit_expr_mut(&mut self, node: &mut Expr) {
            visit_mut::visit_expr_mut(self, node);
            let Expr::MethodCall(call) = node else { return };
            let Some(window) = Tag::Values.get(&call.attrs) else { return };
            let input = &self.0.inputs[window];
            let span = Span::call_site().located_at(call.method.span());
            match &input.halo {
                Halo::Known(sides) if volume(sides) <= SPELLED_OUT => {
                    let (name, reads) = (&call.receiver, offsets(sides));
                    let reads = reads.iter().map(|offset| literal(offset, span));
                    let mut array: ExprArray = parse_quote_spanned!(span=> [#(#name[#reads]),*]);
                    Tag::Values.put(&mut array.attrs, window);
                    *node = Expr::Array(array);
                }
                Halo::Known(sides) => {
                    let points = volume(sides);
                    call.turbofish = Some(parse_quote_spanned!(span=> ::<#points>));
                }
                _ => {
                    let points = points_name(&input.name);
                    call.turbofish = Some(parse_quote_spanned!(span=> ::<{ #points }>));
                }
            }
        }
    }
    Calls(model).visit_block_mut(body);
}
