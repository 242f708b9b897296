//! The keys of the attribute: `#[stencil(boundary = .., halo = .., type = .., crate = ..)]`.
//!
//! One bad key does not hide the next: after an error the parser goes on behind the following comma.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Path, Token};

use crate::diagnostics::{Errors, Problem, nearest};
use crate::function::Names;

const KEYS: &[&str] = &["boundary", "halo", "type", "crate"];

/// What the attribute says.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) boundary: Option<Expr>,
    pub(crate) halo: Option<Expr>,
    pub(crate) names: Names,
}

/// Parses the attribute's tokens.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args::default();
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            entry(input, &mut args, errors);
            skip_to_comma(input)?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    args
}

/// Passes everything up to and including the next comma.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            break;
        }
        input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn entry(input: ParseStream<'_>, args: &mut Args, errors: &mut Errors) {
    let Ok(key) = input.call(Ident::parse_any) else {
        let found = input.fork().parse::<proc_macro2::TokenTree>();
        let text = found.as_ref().map(ToString::to_string).unwrap_or_default();
        return errors.report_at(Problem::ExpectedKey, input.span(), &[&text]);
    };
    let name = key.to_string();
    if !KEYS.contains(&name.as_str()) {
        return unknown_key(&key, errors);
    }
    if !input.peek(Token![=]) {
        return errors.report(Problem::MissingValue, &key, &[&name, &example(&name)]);
    }
    let _ = input.parse::<Token![=]>();
    if input.is_empty() || input.peek(Token![,]) {
        return errors.report(Problem::MissingValue, &key, &[&name, &example(&name)]);
    }
    let start = input.span();
    let duplicate = match name.as_str() {
        "boundary" => store(input.parse(), &mut args.boundary),
        "halo" => store(input.parse(), &mut args.halo),
        "type" => store(input.parse(), &mut args.names.type_name),
        _ => store(input.call(Path::parse_mod_style), &mut args.names.krate),
    };
    match duplicate {
        Some(Stored::Fresh) if input.is_empty() || input.peek(Token![,]) => {}
        Some(Stored::Twice) => errors.report(Problem::DuplicateKey, &key, &[&name]),
        _ => errors.report_at(Problem::BadValue, start, &[&name, &example(&name)]),
    }
}

enum Stored {
    Fresh,
    Twice,
}

/// Keeps the first value of a key; `None` where the value does not parse.
fn store<T>(value: syn::Result<T>, slot: &mut Option<T>) -> Option<Stored> {
    let value = value.ok()?;
    Some(if slot.is_some() {
        Stored::Twice
    } else {
        *slot = Some(value);
        Stored::Fresh
    })
}

fn unknown_key(key: &Ident, errors: &mut Errors) {
    let name = key.to_string();
    if name == "gpu" {
        return errors.report(Problem::Gpu, key, &[]);
    }
    let help = match nearest(&name, KEYS) {
        Some(near) => format!("did you mean `{}`?", example(near)),
        None => "the keys are `boundary`, `halo`, `type` and `crate`".to_owned(),
    };
    errors.report(Problem::UnknownKey, key, &[&name, &help]);
}

fn example(key: &str) -> &'static str {
    match key {
        "boundary" => "boundary = Nearest",
        "halo" => "halo = 1",
        "type" => "type = Name",
        _ => "crate = path::to::ndstencil",
    }
}
