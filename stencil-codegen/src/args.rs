//! The keys of the attribute: `#[stencil(boundary = .., halo = .., stride = .., gpu, python, type = .., name = .., crate = ..)]`.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident};

use crate::diagnostics::{Errors, Problem};
use crate::function::Names;
use crate::keys::{self, Keys, Stored, keep};
use crate::parse::boundary;
use crate::text;

/// The arguments of the attribute.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) boundary: Option<Expr>,
    pub(crate) halo: Option<Expr>,
    pub(crate) stride: Option<Expr>,
    pub(crate) names: Names,
    /// Some key was reported: the keys that are there may not be all that were meant.
    pub(crate) broken: bool,
}

/// Parses the attribute's tokens.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let (mut args, mut found) = (Args::default(), Errors::default());
    let parser = |input: ParseStream<'_>| keys::parse(input, &mut args, &mut found);
    if let Err(error) = parser.parse2(tokens) {
        found.push(error);
    }
    args.broken = !found.is_empty();
    errors.append(found);
    args
}

impl Args {
    /// The keys that were given, but for the halo, as they would be written.
    pub(crate) fn written(&self) -> Vec<String> {
        let boundary = self.boundary.as_ref().map(|value| format!("boundary = {}", text::tokens(value)));
        let stride = self.stride.as_ref().map(|value| format!("stride = {}", text::tokens(value)));
        boundary.into_iter().chain(stride).chain(self.names.written()).collect()
    }
}

impl Keys for Args {
    const EXAMPLE: &'static str = "#[stencil(boundary = Nearest, halo = 1)]";

    fn example(&self, key: &str) -> Option<String> {
        let example = match key {
            "boundary" => "boundary = Nearest",
            "halo" => "halo = 1",
            "stride" => "stride = 2",
            _ => return Names::example(key),
        };
        Some(example.to_owned())
    }

    fn names(&self) -> Vec<String> {
        ["boundary", "halo", "stride", "gpu", "python", "type", "name", "crate"].map(str::to_owned).to_vec()
    }

    /// `#[stencil(Nearest)]`
    fn refuse(&self, key: &Ident, errors: &mut Errors) -> bool {
        let name = key.to_string();
        let rule = boundary::correct(&name);
        if let Some(rule) = &rule {
            errors.report(Problem::UnknownKey, key, &[&name, &format!("write `boundary = {rule}`")]);
        }
        rule.is_some()
    }

    fn is_flag(&self, key: &str) -> bool {
        Names::is_flag(key)
    }

    fn store(&mut self, key: &Ident, input: ParseStream<'_>) -> Stored {
        match key.to_string().as_str() {
            "boundary" => keep(input.parse(), &mut self.boundary),
            "halo" => keep(input.parse(), &mut self.halo),
            "stride" => keep(input.parse(), &mut self.stride),
            _ => self.names.store(key, input),
        }
    }
}
