//! Offsets, and boxes of them.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// One offset, an entry for each axis.
pub(crate) type Offset = Vec<isize>;

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
pub(crate) fn literal(offset: &[isize], span: Span) -> TokenStream {
    let entries = offset.iter().map(|entry| {
        let mut number = proc_macro2::Literal::usize_unsuffixed(entry.unsigned_abs());
        number.set_span(span);
        if *entry < 0 { quote_spanned!(span=> -#number) } else { number.to_token_stream() }
    });
    quote_spanned!(span=> [#(#entries),*])
}

/// The number of points of a box.
pub(crate) fn volume(sides: &[[usize; 2]]) -> usize {
    sides.iter().map(|[before, after]| before + 1 + after).fold(1, usize::saturating_mul)
}

/// Returns true when the halo covers `offset`.
pub(crate) fn inside(offset: &[isize], sides: &[[usize; 2]]) -> bool {
    offset.iter().zip(sides).all(|(entry, [before, after])| {
        if *entry < 0 { entry.unsigned_abs() <= *before } else { entry.unsigned_abs() <= *after }
    })
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
