//! The attribute: `#[gufunc("(m),(n)->(p)", p = m + n - 1, require = m > 0)]`.

use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitBool, LitStr, Token};

use crate::diagnostics::{Errors, Problem};
use crate::function::Names;
use crate::keys::{self, Keys, Stored, keep};
use crate::model::gufunc::{Computed, Keyed};
use crate::signature::{self, Signature, Slip};
use stencil_abi::{MAX_INPUTS, MAX_OUTPUTS, MAX_RANK};

/// The arguments of the attribute.
#[derive(Default)]
pub(crate) struct Args {
    /// `None` where there is none, or a wrong one.
    pub(crate) signature: Option<Signature>,
    /// The literal, also where it is wrong.
    pub(crate) literal: Option<LitStr>,
    /// Sizes by the number of their dimension, in the user's order.
    pub(crate) computed: Vec<Computed>,
    pub(crate) require: Option<Keyed>,
    pub(crate) identity: Option<Keyed>,
    /// The switch for loop elements side by side.
    pub(crate) lanes: Option<Switch>,
    pub(crate) names: Names,
}

/// A key that is `true` or `false`.
pub(crate) struct Switch {
    pub(crate) key: Ident,
    pub(crate) value: LitBool,
}

/// Parses the attribute's tokens.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Args {
    let mut args = Args::default();
    let parser = |input: ParseStream<'_>| {
        args.signature(input, errors)?;
        keys::parse(input, &mut args, errors)
    };
    if let Err(error) = parser.parse2(tokens) {
        errors.push(error);
    }
    args
}

impl Args {
    /// The signature, and the comma behind it.
    fn signature(&mut self, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<()> {
        let start = input.fork();
        if input.is_empty() || (input.peek(Ident::peek_any) && input.peek2(Token![=])) {
            errors.report_at(Problem::NoSignature, Span::call_site(), &[]);
            return Ok(());
        }
        match input.parse::<LitStr>() {
            Ok(literal) => {
                self.read(&literal, errors);
                if !input.is_empty() && !input.peek(Token![,]) {
                    errors.report_at(Problem::ExpectedKey, input.span(), &[&first(input), &Self::EXAMPLE]);
                }
            }
            Err(_) => errors.report_at(Problem::SignatureLiteral, start.span(), &[&first(&start)]),
        }
        keys::skip_to_comma(input)
    }

    fn read(&mut self, literal: &LitStr, errors: &mut Errors) {
        let text = literal.value();
        match signature::parse(&text) {
            Ok(signature) => {
                if within_limits(&signature, literal, errors) {
                    self.signature = Some(signature);
                }
            }
            Err(slip) => {
                let help = format!("{}\n{}", slip.help, pointed(&text, slip.at));
                let span = place(&literal.token(), &text, &slip).unwrap_or_else(|| literal.span());
                errors.report_at(Problem::Signature, span, &[&slip.found, &help]);
            }
        }
        self.literal = Some(literal.clone());
    }

    /// The keys that a stencil does not have.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Ident> {
        let computed = self.computed.iter().map(|computed| &computed.size);
        let keyed = computed.chain(&self.require).chain(&self.identity).map(|keyed| &keyed.key);
        keyed.chain(self.lanes.iter().map(|lanes| &lanes.key))
    }

    /// The dimension of this name that no input has.
    fn free(&self, name: &str) -> Option<usize> {
        let signature = self.signature.as_ref()?;
        let number = signature.dims.iter().position(|dim| dim.name == name)?;
        (signature.dims[number].frozen == 0 && !signature.in_inputs(number)).then_some(number)
    }
}

/// Returns true when there are no more operands and dimensions than a kernel can have.
fn within_limits(signature: &Signature, literal: &LitStr, errors: &mut Errors) -> bool {
    if signature.inputs.len() > MAX_INPUTS {
        errors.report(Problem::TooManyInputs, literal, &[&signature.inputs.len()]);
        return false;
    }
    if signature.outputs.len() > MAX_OUTPUTS {
        errors.report(Problem::TooManyOutputs, literal, &[&signature.outputs.len()]);
        return false;
    }
    let large = signature.inputs.iter().chain(&signature.outputs).find(|dims| dims.len() > MAX_RANK);
    if let Some(dims) = large {
        errors.report(Problem::TooManyDimensions, literal, &[&dims.len(), &signature.operand(dims)]);
    }
    large.is_none()
}

/// The token that stands here.
fn first(input: ParseStream<'_>) -> String {
    input.fork().parse::<TokenTree>().map(|token| token.to_string()).unwrap_or_default()
}

/// The signature with a mark under the place.
fn pointed(text: &str, at: usize) -> String {
    let line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let column = text[..at].chars().count();
    format!("    {line}\n    {}^", " ".repeat(column))
}

/// The place inside of the literal, where the compiler can say it.
fn place(token: &Literal, text: &str, slip: &Slip) -> Option<Span> {
    // With escapes in it, a byte of the value is not a byte of the source.
    let plain = token.to_string() == format!("\"{text}\"");
    let width = text[slip.at..].chars().next().map_or(1, char::len_utf8);
    let start = slip.at + 1;
    plain.then(|| token.subspan(start..start + width)).flatten()
}

impl Keys for Args {
    const EXAMPLE: &'static str = "#[gufunc(\"(m),(n)->(p)\", p = m + n - 1)]";

    fn example(&self, key: &str) -> Option<String> {
        // Without a signature no name is known to be wrong.
        let free = || self.free(key).is_some() || self.signature.is_none();
        match key {
            "require" => Some("require = n > 0".to_owned()),
            "identity" => Some("identity = 0.0".to_owned()),
            "lanes" => Some("lanes = false".to_owned()),
            _ => Names::example(key).or_else(|| free().then(|| format!("{key} = n + 1"))),
        }
    }

    fn names(&self) -> Vec<String> {
        let dims = self.signature.iter().flat_map(|signature| &signature.dims).map(|dim| dim.name.clone());
        let free = dims.filter(|name| self.free(name).is_some());
        free.chain(["require", "identity", "lanes", "gpu", "python", "type", "name", "crate"].map(str::to_owned))
            .collect()
    }

    fn is_flag(&self, key: &str) -> bool {
        Names::is_flag(key)
    }

    fn store(&mut self, key: &Ident, input: ParseStream<'_>) -> Stored {
        let name = key.to_string();
        if Names::example(&name).is_some() {
            return self.names.store(key, input);
        }
        if name == "lanes" {
            return keep(input.parse().map(|value| Switch { key: key.clone(), value }), &mut self.lanes);
        }
        let keyed = input.parse().map(|value| Keyed { key: key.clone(), value });
        match (name.as_str(), keyed, self.free(&name)) {
            ("require", keyed, _) => keep(keyed, &mut self.require),
            ("identity", keyed, _) => keep(keyed, &mut self.identity),
            (_, Err(_), _) => Stored::Bad,
            (_, Ok(_), None) => Stored::Fresh,
            (_, Ok(_), Some(dim)) if self.computed.iter().any(|other| other.dim == dim) => Stored::Twice,
            (_, Ok(size), Some(dim)) => {
                self.computed.push(Computed { dim, size });
                Stored::Fresh
            }
        }
    }

    fn refuse(&self, key: &Ident, errors: &mut Errors) -> bool {
        let name = key.to_string();
        let input = self.signature.iter().flat_map(|signature| &signature.dims).any(|dim| dim.name == name);
        if input {
            errors.report(Problem::ComputedInput, key, &[&name]);
        }
        input
    }
}
