//! Lists of `key = value`, as all attributes have them, and of keys that stand alone.
//!
//! One bad key does not hide the next: after an error the parser goes on behind the following comma.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token};

use crate::diagnostics::{Errors, Problem, nearest};

/// The keys of one attribute.
pub(crate) trait Keys {
    /// The attribute with some keys, for messages.
    const EXAMPLE: &'static str;

    /// An example of the key with a value; `None` where there is no such key.
    fn example(&self, key: &str) -> Option<String>;

    /// Returns true when the key stands alone or in front of a list: `gpu`, `gpu(f32, f64)`.
    fn is_flag(&self, _key: &str) -> bool {
        false
    }

    /// Every key there is.
    fn names(&self) -> Vec<String>;

    /// Says why a name that is no key cannot be one; false where nothing is to be said.
    fn refuse(&self, _key: &Ident, _errors: &mut Errors) -> bool {
        false
    }

    /// Parses and keeps what follows a key: its value, or the list of a flag.
    fn store(&mut self, key: &Ident, input: ParseStream<'_>) -> Stored;
}

/// The outcome of storing a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stored {
    Fresh,
    Twice,
    /// It is not a value of this key.
    Bad,
}

/// Parses all entries up to the end of the attribute.
pub(crate) fn parse(input: ParseStream<'_>, keys: &mut impl Keys, errors: &mut Errors) -> syn::Result<()> {
    while !input.is_empty() {
        entry(input, keys, errors);
        skip_to_comma(input)?;
    }
    Ok(())
}

/// Passes everything up to and including the next comma.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
            break;
        }
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn entry<K: Keys>(input: ParseStream<'_>, keys: &mut K, errors: &mut Errors) {
    let Ok(key) = input.call(Ident::parse_any) else {
        let found = input.fork().parse::<TokenTree>();
        let text = found.as_ref().map(ToString::to_string).unwrap_or_default();
        return errors.report_at(Problem::ExpectedKey, input.span(), &[&text, &K::EXAMPLE]);
    };
    let name = key.to_string();
    let Some(example) = keys.example(&name) else {
        return unknown(&key, keys, errors);
    };
    if !keys.is_flag(&name) {
        let equals = input.parse::<Token![=]>();
        if equals.is_err() || input.is_empty() || input.peek(Token![,]) {
            return errors.report(Problem::MissingValue, &key, &[&name, &example]);
        }
    }
    let start = input.span();
    match keys.store(&key, input) {
        Stored::Fresh if input.is_empty() || input.peek(Token![,]) => {}
        Stored::Twice => errors.report(Problem::DuplicateKey, &key, &[&name]),
        Stored::Fresh | Stored::Bad => errors.report_at(Problem::BadValue, start, &[&name, &example]),
    }
}

/// Keeps the first value of a key.
pub(crate) fn keep<T>(value: syn::Result<T>, slot: &mut Option<T>) -> Stored {
    match value {
        Err(_) => Stored::Bad,
        Ok(_) if slot.is_some() => Stored::Twice,
        Ok(value) => {
            *slot = Some(value);
            Stored::Fresh
        }
    }
}

fn unknown(key: &Ident, keys: &impl Keys, errors: &mut Errors) {
    let name = key.to_string();
    if keys.refuse(key, errors) {
        return;
    }
    let names = keys.names();
    let candidates: Vec<&str> = names.iter().map(String::as_str).collect();
    let help = match nearest(&name, &candidates).and_then(|near| keys.example(near)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let (last, first) = candidates.split_last().unwrap_or((&"", &[]));
            format!("the keys are `{}` and `{last}`", first.join("`, `"))
        }
    };
    errors.report(Problem::UnknownKey, key, &[&name, &help]);
}
