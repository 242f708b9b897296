//! An element function in pieces, whichever attribute stands on it: what all kernels have in common.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::token::Paren;
use syn::{
    Attribute, Block, GenericParam, Generics, Ident, Item, LitStr, Pat, PatType, Path, ReturnType, Signature, Token,
    Type, Visibility, parenthesized,
};

use crate::diagnostics::{Errors, Problem};
use crate::keys::{Stored, keep};
use crate::syntax::{plain, strip};
use crate::text;

/// A function item in pieces.
pub(crate) struct FunctionItem {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) signature: Signature,
    pub(crate) body: Block,
    /// Constants and functions of its module that its GPU form sees.
    pub(crate) items: Vec<Item>,
    /// The body did not parse and was replaced: nothing can be said about it.
    pub(crate) broken: bool,
    /// Path to the facade, where that is not `::ndstencil`.
    pub(crate) facade: Option<TokenStream>,
}

/// The element function; `R` is what its parameters can be.
pub(crate) struct ElementFn<R> {
    /// Path to the facade, `::ndstencil` unless overridden.
    pub(crate) krate: TokenStream,
    pub(crate) krate_overridden: bool,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) fn_token: Token![fn],
    pub(crate) name: Ident,
    /// The name of the kernel's type.
    pub(crate) kernel: Ident,
    /// The user chose the type's name.
    pub(crate) kernel_named: bool,
    /// The name of the kernel in errors and plans, where that is not the function's.
    spoken: Option<String>,
    pub(crate) gpu: Option<TypeList>,
    pub(crate) python: Option<TypeList>,
    pub(crate) generics: Generics,
    /// All parameters in the user's order.
    pub(crate) arguments: Vec<Argument<R>>,
    /// The type that is returned, `()` where nothing is.
    pub(crate) output: Type,
    pub(crate) body: Block,
    /// The signature and the body as the user wrote them.
    pub(crate) text: String,
    /// Constants and functions of its module that its GPU form sees.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(crate) items: Vec<Item>,
}

/// One parameter of the element function.
pub(crate) struct Argument<R> {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    /// The user's attributes, without the macro's own.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) mutability: Option<Token![mut]>,
    pub(crate) kind: R,
}

/// A role that a parameter can have.
pub(crate) trait Role {
    /// Returns true when the parameter is bound when the kernel is made, and so is a field of it.
    fn is_bound(&self) -> bool;
}

/// The handle that the public function returns.
#[derive(Clone, Copy)]
pub(crate) enum Handle {
    Stencil,
    Gufunc,
    /// A stencil over the last axes of its inputs.
    Stacked,
}

/// The keys that every attribute has.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) type_name: Option<Ident>,
    pub(crate) spoken: Option<LitStr>,
    pub(crate) krate: Option<Path>,
    pub(crate) gpu: Option<TypeList>,
    pub(crate) python: Option<TypeList>,
}

/// A key that stands alone or in front of a list of types, `gpu` or `python`: the kernel has other forms besides.
#[derive(Clone)]
pub(crate) struct TypeList {
    pub(crate) key: Ident,
    /// The types in place of the type parameter, one form for each: `gpu(f32, f64)`.
    pub(crate) types: Option<Vec<Type>>,
}

impl TypeList {
    /// Parses the list behind the key.
    fn parse(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let mut types = None;
        if input.peek(Paren) {
            let list;
            parenthesized!(list in input);
            types = Some(list.parse_terminated(Type::parse, Token![,])?.into_iter().collect());
        }
        Ok(Self { key: key.clone(), types })
    }

    /// The key and its list, as they would be written.
    fn written(&self) -> String {
        match &self.types {
            None => self.key.to_string(),
            Some(types) => format!("{}({})", self.key, types.iter().map(text::tokens).collect::<Vec<_>>().join(", ")),
        }
    }
}

impl Names {
    /// An example of one of these keys.
    pub(crate) fn example(key: &str) -> Option<String> {
        match key {
            "type" => Some("type = Name".to_owned()),
            "name" => Some("name = \"module::function\"".to_owned()),
            "crate" => Some("crate = path::to::ndstencil".to_owned()),
            "gpu" => Some("gpu".to_owned()),
            "python" => Some("python(f32, f64)".to_owned()),
            _ => None,
        }
    }

    /// The keys that were given, as they would be written.
    pub(crate) fn written(&self) -> Vec<String> {
        let gpu = self.gpu.as_ref().map(TypeList::written);
        let python = self.python.as_ref().map(TypeList::written);
        let type_name = self.type_name.as_ref().map(|name| format!("type = {name}"));
        let spoken = self.spoken.as_ref().map(|name| format!("name = {}", text::tokens(name)));
        let krate = self.krate.as_ref().map(|path| format!("crate = {}", text::tokens(path)));
        [gpu, python, type_name, spoken, krate].into_iter().flatten().collect()
    }

    /// Returns true when the key stands alone or in front of a list.
    pub(crate) fn is_flag(key: &str) -> bool {
        matches!(key, "gpu" | "python")
    }

    /// Takes over what another attribute on the same function says.
    pub(crate) fn merge(&mut self, other: &mut Self, errors: &mut Errors) {
        if let (Some(_), Some(name)) = (&self.type_name, &other.type_name) {
            errors.report(Problem::DuplicateKey, name, &[&"type"]);
        }
        if let (Some(_), Some(name)) = (&self.spoken, &other.spoken) {
            errors.report(Problem::DuplicateKey, name, &[&"name"]);
        }
        if let (Some(_), Some(path)) = (&self.krate, &other.krate) {
            errors.report(Problem::DuplicateKey, path, &[&"crate"]);
        }
        if let (Some(_), Some(gpu)) = (&self.gpu, &other.gpu) {
            errors.report(Problem::DuplicateKey, &gpu.key, &[&"gpu"]);
        }
        if let (Some(_), Some(python)) = (&self.python, &other.python) {
            errors.report(Problem::DuplicateKey, &python.key, &[&"python"]);
        }
        self.gpu = self.gpu.take().or_else(|| other.gpu.take());
        self.python = self.python.take().or_else(|| other.python.take());
        self.type_name = self.type_name.take().or_else(|| other.type_name.take());
        self.spoken = self.spoken.take().or_else(|| other.spoken.take());
        self.krate = self.krate.take().or_else(|| other.krate.take());
    }

    /// Keeps the value of one of these keys.
    pub(crate) fn store(&mut self, key: &Ident, input: ParseStream<'_>) -> Stored {
        if key == "type" {
            keep(input.parse(), &mut self.type_name)
        } else if key == "name" {
            keep(input.parse(), &mut self.spoken)
        } else if key == "gpu" {
            keep(TypeList::parse(key, input), &mut self.gpu)
        } else if key == "python" {
            keep(TypeList::parse(key, input), &mut self.python)
        } else {
            keep(input.call(Path::parse_mod_style), &mut self.krate)
        }
    }
}

/// Type names that a kernel's type must not hide: the user's code, and the element function, mean the usual ones.
const TAKEN: &[&str] = &[
    "Option",
    "Result",
    "String",
    "Vec",
    "Box",
    "Some",
    "None",
    "Ok",
    "Err",
    "Boundary",
    "Rim",
    "Stencil",
    "Window",
    "Window1",
    "Window2",
    "Window3",
    "Window4",
    "Window5",
    "Window6",
    "Array1",
    "Array2",
    "Array3",
    "ArrayView1",
    "ArrayView2",
    "ArrayView3",
];

impl<R> ElementFn<R> {
    /// Returns true when the kernel's type would have the name of a well-known one.
    pub(crate) fn hides_a_type(&self) -> bool {
        TAKEN.contains(&self.kernel.to_string().as_str()) && !self.kernel_named
    }

    /// The name to choose instead, where it would.
    pub(crate) fn free_kernel(&self) -> Ident {
        if self.hides_a_type() { format_ident!("{}Kernel", self.kernel) } else { self.kernel.clone() }
    }
}

impl<R: Role> ElementFn<R> {
    /// Puts the pieces together.
    pub(crate) fn new(item: FunctionItem, arguments: Vec<Argument<R>>, names: &Names) -> Self {
        let FunctionItem { attrs, vis, signature, body, items, facade, .. } = item;
        let krate = names.krate.as_ref().map(ToTokens::into_token_stream).or(facade);
        let text = format!("{} {}", signature.to_token_stream(), body.to_token_stream());
        Self {
            krate_overridden: krate.is_some(),
            krate: krate.unwrap_or_else(|| quote!(::ndstencil)),
            attrs,
            vis,
            fn_token: signature.fn_token,
            kernel: names.type_name.clone().unwrap_or_else(|| upper_camel_case(&signature.ident)),
            kernel_named: names.type_name.is_some(),
            spoken: names.spoken.as_ref().map(LitStr::value),
            gpu: names.gpu.clone(),
            python: names.python.clone(),
            name: signature.ident,
            generics: signature.generics,
            arguments,
            output: match signature.output {
                ReturnType::Type(_, ty) => *ty,
                ReturnType::Default => syn::parse_quote!(()),
            },
            body,
            text,
            items,
        }
    }

    /// The path to the facade as tokens at `span`, so that what begins with it is located there.
    pub(crate) fn krate_at(&self, span: Span) -> TokenStream {
        if self.krate_overridden { self.krate.clone() } else { quote_spanned!(span=> ::ndstencil) }
    }

    /// The name in errors and plans: what `name = ".."` says, or the function's, without `r#`.
    pub(crate) fn spoken_name(&self) -> String {
        self.spoken.clone().unwrap_or_else(|| plain(&self.name))
    }

    /// Parameters that are bound when the kernel is made.
    pub(crate) fn scalars(&self) -> impl Iterator<Item = &Argument<R>> {
        self.arguments.iter().filter(|argument| argument.kind.is_bound())
    }

    /// The types of the values that are returned: a literal tuple type is several, anything else is one.
    pub(crate) fn outputs(&self) -> Vec<&Type> {
        match strip(&self.output) {
            Type::Tuple(tuple) if tuple.elems.len() > 1 => tuple.elems.iter().collect(),
            _ => vec![&self.output],
        }
    }

    /// The names of const generics.
    pub(crate) fn const_generics(&self) -> impl Iterator<Item = &Ident> {
        self.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Const(parameter) => Some(&parameter.ident),
            _ => None,
        })
    }
}

/// Returns true when nothing is returned.
pub(crate) fn is_unit(ty: &Type) -> bool {
    matches!(strip(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// The name of the parameter in `position`.
pub(crate) fn name_of(typed: &PatType, position: usize, errors: &mut Errors) -> (Ident, Option<Token![mut]>) {
    match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => {
            let text = pat.ident.to_string();
            if text.starts_with("__") {
                errors.report(Problem::ReservedName, &pat.ident, &[&text]);
            }
            (pat.ident.clone(), pat.mutability)
        }
        // A parameter that is not looked at, `_: f32`, is a common way to keep a signature.
        Pat::Wild(_) => (format_ident!("_unused_{position}", span = typed.pat.span()), None),
        other => {
            errors.report(Problem::PatternParameter, other, &[&text::tokens(other)]);
            (format_ident!("_pattern_{position}", span = other.span()), None)
        }
    }
}

/// `grad_x` becomes `GradX`: a type of the function's own name would collide with a module of that name.
fn upper_camel_case(name: &Ident) -> Ident {
    let text = name.to_string();
    let mut camel = String::new();
    for word in text.trim_start_matches("r#").split('_') {
        let mut letters = word.chars();
        camel.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        camel.extend(letters);
    }
    let starts_well = camel.starts_with(|first: char| first.is_alphabetic());
    if !starts_well || camel == "Self" {
        camel.insert_str(0, "Kernel");
    }
    Ident::new(&camel, name.span())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_upper_camel_case() {
        let camel = |name: &str| upper_camel_case(&quote::format_ident!("{name}")).to_string();
        assert_eq!(camel("grad_x"), "GradX");
        assert_eq!(camel("blur3"), "Blur3");
        assert_eq!(camel("_private"), "Private");
        assert_eq!(camel("__"), "Kernel");
        assert_eq!(camel("self_"), "KernelSelf");
    }
}
