//! `x.values()` becomes an array of reads, which the compiler sees through.

use proc_macro2::Span;
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprArray, parse_quote_spanned};

use crate::footprint::Offset;
use crate::model::Model;
use crate::parse::halo::Halo;
use crate::scan::points_name;
use crate::tags::Tag;

/// Larger boxes are read in a loop.
const SPELLED_OUT: usize = 512;

/// Every offset of a box, the last axis fastest.
pub(crate) fn offsets(sides: &[[usize; 2]]) -> Vec<Offset> {
    let mut offsets = vec![Vec::new()];
    for [before, after] in sides {
        let entries = -(*before as isize)..=*after as isize;
        let longer = |offset: &Offset| {
            let offset = offset.clone();
            entries.clone().map(move |entry| [&offset[..], &[entry]].concat()).collect::<Vec<_>>()
        };
        offsets = offsets.iter().flat_map(longer).collect();
    }
    offsets
}

/// Literal tokens of an offset.
pub(crate) fn literal(offset: &[isize], span: Span) -> proc_macro2::TokenStream {
    let entries = offset.iter().map(|entry| {
        let mut number = proc_macro2::Literal::usize_unsuffixed(entry.unsigned_abs());
        number.set_span(span);
        if *entry < 0 { quote_spanned!(span=> -#number) } else { number.to_token_stream() }
    });
    quote_spanned!(span=> [#(#entries),*])
}

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

/// The number of points of a box.
pub(crate) fn volume(sides: &[[usize; 2]]) -> usize {
    sides.iter().map(|[before, after]| before + 1 + after).fold(1, usize::saturating_mul)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_listed_row_by_row() {
        let listed = offsets(&[[1, 0], [0, 1]]);
        assert_eq!(listed, [[-1, 0], [-1, 1], [0, 0], [0, 1]]);
        assert_eq!(offsets(&[]), [[0_isize; 0]]);
    }
}
