//! The first pass: from tokens to the parts of an element function.

pub(crate) mod boundary;
pub(crate) mod function;
pub(crate) mod halo;
pub(crate) mod item;
pub(crate) mod offset;
pub(crate) mod signature;
pub(crate) mod window;

use proc_macro2::TokenStream;

use crate::args::{self, Args};
use crate::diagnostics::Errors;
use function::Function;

/// What the user wrote, taken apart.
pub(crate) struct Source {
    pub(crate) args: Args,
    pub(crate) function: Function,
}

/// Parses attribute and item; `None` where there is not even a signature with a window in it.
pub(crate) fn parse(args: TokenStream, item: TokenStream, errors: &mut Errors) -> Option<Source> {
    let args = args::parse(args, errors);
    let item = item::split(item, errors)?;
    let function = function::parse(item, &args.names, errors)?;
    Some(Source { args, function })
}
