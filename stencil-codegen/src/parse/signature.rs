//! The parts that a signature must not have. Each finding is reported, and parsing goes on as if it were not there.

use syn::visit::{self, Visit};
use syn::{FnArg, PathArguments, ReturnType, Safety, Signature, Type, TypeImplTrait};

use super::window;
use crate::arrays;
use crate::diagnostics::{Errors, Problem};
use crate::syntax;
use crate::text;

/// Checks the qualifiers and the return type.
pub(crate) fn check(signature: &Signature, errors: &mut Errors) {
    check_qualifiers(signature, errors);
    check_result(signature, errors);
    if let ReturnType::Type(_, ty) = &signature.output
        && arrays::recognise(ty).is_some_and(|array| array.family == arrays::Family::Owned)
    {
        errors.report(Problem::OwnedElement, ty, &[&text::tokens(ty)]);
    }
}

/// Checks the return type: something is returned, by value.
pub(crate) fn check_result(signature: &Signature, errors: &mut Errors) {
    match &signature.output {
        ReturnType::Default => errors.report(Problem::NoReturnType, &signature.ident, &[]),
        ReturnType::Type(_, ty) => return_type(ty, errors),
    }
}

/// Checks what stands around the parameters.
pub(crate) fn check_qualifiers(signature: &Signature, errors: &mut Errors) {
    if let Some(token) = &signature.asyncness {
        errors.report(Problem::Async, token, &[]);
    }
    if let Some(token) = &signature.constness {
        errors.report(Problem::Const, token, &[]);
    }
    if let Safety::Unsafe(token) = &signature.safety {
        errors.report(Problem::Unsafe, token, &[]);
    }
    if let Some(abi) = &signature.abi {
        errors.report(Problem::Extern, abi, &[]);
    }
    if let Some(variadic) = &signature.variadic {
        errors.report(Problem::Variadic, variadic, &[]);
    }
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        errors.report(Problem::Receiver, receiver, &[]);
    }
    let name = signature.ident.to_string();
    if name.starts_with("__") {
        errors.report(Problem::ReservedName, &signature.ident, &[&name]);
    }
}

fn return_type(ty: &Type, errors: &mut Errors) {
    match syntax::strip(ty) {
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            errors.report(Problem::NoReturnType, ty, &[]);
        }
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|item| return_type(item, errors)),
        Type::Reference(reference) => {
            errors.report(Problem::ReturnReference, ty, &[&text::tokens(&reference.elem)]);
        }
        Type::ImplTrait(_) => errors.report(Problem::ReturnImpl, ty, &[]),
        stripped if window::is_window(stripped) => {
            let mut quiet = Errors::default();
            let (element, read) = match window::recognise(stripped, &mut quiet) {
                Some(found) => (text::tokens(&found.element), text::centre("x", found.rank)),
                None => ("f32".to_owned(), text::centre("x", 2)),
            };
            errors.report(Problem::ReturnWindow, ty, &[&element, &read]);
        }
        // An array of a gufunc's is an output with dimensions, and said to be one.
        stripped if owns(stripped) && arrays::recognise(stripped).is_none() => {
            errors.report(Problem::OwnedElement, ty, &[&text::tokens(ty)])
        }
        _ => {}
    }
}

/// Returns true when a type owns memory, by its name or that of one in it: `Vec<u8>`, `Result<f32, String>`.
pub(crate) fn owns(ty: &Type) -> bool {
    struct Finder(bool);
    impl<'ast> Visit<'ast> for Finder {
        fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
            self.0 |= borrowed(&Type::Path(node.clone())).is_some();
            visit::visit_type_path(self, node);
        }
        // What is pointed to may own memory.
        fn visit_type_reference(&mut self, _: &'ast syn::TypeReference) {}
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
    }
    let mut finder = Finder(false);
    finder.visit_type(ty);
    finder.0
}

/// Checks the type of a parameter that is not a window.
pub(crate) fn check_parameter(ty: &Type, errors: &mut Errors) {
    struct Finder<'e> {
        errors: &'e mut Errors,
        unshared: bool,
        behind_reference: bool,
    }
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_type_impl_trait(&mut self, node: &'ast TypeImplTrait) {
            self.errors.report(Problem::ImplTrait, node, &[]);
        }
        fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
            self.unshared |= node.path.segments.last().is_some_and(|last| {
                let name = last.ident.to_string();
                // A `Cell` that is taken by value may be a plain type of the user's.
                let known = UNSHARED.contains(&name.as_str()) || (name == "Cell" && self.behind_reference);
                !last.arguments.is_empty() && known
            });
            visit::visit_type_path(self, node);
        }
        fn visit_type_reference(&mut self, node: &'ast syn::TypeReference) {
            let outside = std::mem::replace(&mut self.behind_reference, true);
            visit::visit_type_reference(self, node);
            self.behind_reference = outside;
        }
        fn visit_type_ptr(&mut self, _: &'ast syn::TypePtr) {
            self.unshared = true;
        }
        // Functions can be shared, whatever they take.
        fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
        fn visit_parenthesized_generic_arguments(&mut self, _: &'ast syn::ParenthesizedGenericArguments) {}
    }
    let mut finder = Finder { errors, unshared: false, behind_reference: false };
    finder.visit_type(ty);
    let Finder { errors, unshared, .. } = finder;
    if let Some(borrowed) = borrowed(ty) {
        errors.report(Problem::OwnedParameter, ty, &[&text::tokens(ty), &borrowed]);
    } else if unshared {
        errors.report(Problem::UnsharedParameter, ty, &[&text::tokens(ty)]);
    }
}

/// Types of the standard library that threads cannot share, by their names.
const UNSHARED: &[&str] = &["RefCell", "UnsafeCell", "OnceCell", "LazyCell", "Rc", "NonNull"];

/// The type to take instead of an owned collection, by its name.
fn borrowed(ty: &Type) -> Option<String> {
    let Type::Path(path) = syntax::strip(ty) else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let arguments = match &last.arguments {
        PathArguments::AngleBracketed(list) => text::tokens(&list.args),
        _ => String::new(),
    };
    let rank = name.strip_prefix("Array").filter(|rank| matches!(*rank, "" | "D") || rank.parse::<u8>().is_ok());
    match (name.as_str(), rank) {
        ("Vec", _) if !arguments.is_empty() => Some(format!("&[{arguments}]")),
        ("String", _) => Some("&str".to_owned()),
        ("Box" | "Rc" | "Arc", _) if !arguments.is_empty() => Some(format!("&{arguments}")),
        (_, Some(rank)) if !arguments.is_empty() => Some(format!("ArrayView{rank}<{arguments}>")),
        _ => None,
    }
}
