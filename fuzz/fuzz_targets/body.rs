//! Bodies of gufuncs must never make the compiler panic, and what it answers parses.
//!
//! The first four bytes choose a generated function; up to eight groups of three bytes, from the start again where the
//! input ends, take its tokens out, repeat them or put them elsewhere. `-len_control=0` lets the fuzzer begin with long inputs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ndstencil_generator::Settings;
use proc_macro2::{Group, TokenStream, TokenTree};

fuzz_target!(|bytes: &[u8]| {
    let Some((seed, _)) = bytes.split_first_chunk::<4>() else { return };
    // The texts of earlier inputs would fill the memory.
    proc_macro2::extra::invalidate_current_thread_spans();
    let settings = Settings { seed: u64::from(u16::from_le_bytes([seed[0], seed[1]])), ..Settings::default() };
    let source = ndstencil_generator::gufunc(&settings, usize::from(u16::from_le_bytes([seed[2], seed[3]]))).source;
    let start = source.find("#[gufunc(").expect("an attribute");
    let (attribute, item) = source[start + "#[gufunc(".len()..].split_once(")]\n").expect("an item behind it");
    let attribute = attribute.parse::<TokenStream>().expect("tokens");
    let mut item = item.parse::<TokenStream>().expect("tokens");
    let mut taken = TokenTree::Group(Group::new(proc_macro2::Delimiter::Brace, TokenStream::new()));
    for change in [bytes, bytes].concat().chunks_exact(3).take(8) {
        let mut place = usize::from(u16::from_le_bytes([change[0], change[1]])) % 400;
        item = changed(item, &mut place, change[2], &mut taken);
    }
    // Rustc hands a macro items alone.
    let valid = syn::parse2::<syn::Item>(item.clone()).is_ok();
    let expansion = syn::parse2::<syn::File>(stencil_codegen::gufunc(attribute, item));
    assert!(!valid || expansion.is_ok(), "what the attribute answers does not parse: {:?}", expansion.err());
});

/// The tokens with a change at one place, counted through all groups.
fn changed(tokens: TokenStream, place: &mut usize, change: u8, taken: &mut TokenTree) -> TokenStream {
    let mut out = Vec::new();
    for token in tokens {
        let here = *place == 0;
        *place = place.wrapping_sub(1);
        match change % 4 {
            0 if here => *taken = token,
            1 if here => out.extend([token.clone(), token]),
            2 if here => out.extend([taken.clone(), token]),
            3 if here => out.push(std::mem::replace(taken, token)),
            _ => match token {
                TokenTree::Group(group) => {
                    let inner = changed(group.stream(), place, change, taken);
                    out.push(TokenTree::Group(Group::new(group.delimiter(), inner)));
                }
                token => out.push(token),
            },
        }
    }
    out.into_iter().collect()
}
