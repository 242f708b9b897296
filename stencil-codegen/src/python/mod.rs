//! The key `python(..)`: a static beside the kernel, of which `ndstencil-python` makes a ufunc.
//!
//! The static is plain data and knows nothing of Python: names, the signature, and an inner loop for each list of types. It
//! is called `__python_smooth` for the kernel `smooth`, and [`module`] finds it by that name.
//!
//! A type parameter is an alias in the block of each loop, `type T = f32;`, so that the types of the user's own signature
//! stand there as they are written.

pub(crate) mod module;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, GenericParam, Ident, Lit, Meta, Type};

use crate::diagnostics::{Errors, Problem, counted};
use crate::function::{ElementFn, Handle, Role, TypeList};
use crate::generics;
use crate::model::Model;
use crate::model::gufunc::{GuModel, Output};
use crate::parse::halo::Halo;
use crate::signature::Signature;
use crate::syntax::{plain, strip};
use crate::text;

/// The path to the facade in a crate that depends on `ndstencil-python` alone.
pub(crate) fn facade() -> TokenStream {
    quote!(::ndstencil_python::ndstencil)
}

/// The name of the static of a kernel.
pub(crate) fn export_name(kernel: &Ident) -> Ident {
    format_ident!("__python_{}", plain(kernel), span = kernel.span())
}

/// Leaves a static without loops: what is wrong with the kernel was said.
pub(crate) fn forget<R>(function: &mut ElementFn<R>) {
    if let Some(python) = &mut function.python {
        python.types = Some(Vec::new());
    }
}

/// Checks that the stencil can be called from Python.
pub(crate) fn check_stencil(model: &Model, errors: &mut Errors) {
    let Some(python) = &model.function.python else { return };
    let mut refuse = |found: &str, help: &str| errors.report(Problem::PythonKernel, &python.key, &[&found, &help]);
    if !model.smaller_axes().is_empty() {
        let help =
            "NumPy takes the sizes of outputs from the inputs: choose `Fill` or a rule for reads outside of the array";
        refuse("outputs that are smaller than its inputs", help);
    }
    if matches!(model.declared, Some(Halo::Dynamic)) {
        refuse("`halo = dynamic`", "nobody sets it there: declare the largest halo, `halo = 3`");
    }
    check(&model.function, python, errors);
}

/// Checks that the gufunc can be called from Python.
pub(crate) fn check_gufunc(model: &GuModel, errors: &mut Errors) {
    let Some(python) = &model.function.python else { return };
    let mut refuse = |found: &str, help: &str| errors.report(Problem::PythonKernel, &python.key, &[&found, &help]);
    let signature = &model.signature;
    if signature.inputs.is_empty() {
        refuse("no inputs", "a ufunc has one at least: remove `python`");
    }
    let free = |number: &usize| signature.dims[*number].frozen == 0 && !signature.in_inputs(*number);
    if let Some(dim) = (0..signature.dims.len()).find(free) {
        let name = &signature.dims[dim].name;
        let help = "NumPy takes the sizes of outputs from the inputs: write the size itself, `(3)`, or remove `python`";
        refuse(&format!("the dimension `{name}`, which no input has,"), help);
    }
    check(&model.function, python, errors);
}

/// Checks what all kernels have.
fn check<R: Role>(function: &ElementFn<R>, python: &TypeList, errors: &mut Errors) {
    for parameter in function.scalars().filter(|parameter| !may_be_number(&parameter.ty)) {
        let found = format!("the parameter `{}: {}`", parameter.name, text::tokens(&parameter.ty));
        let help = "parameters are numbers there, `()` operands behind the inputs: write a constant in the body, or take the array as an input of `#[gufunc]`";
        errors.report(Problem::PythonKernel, &parameter.ty, &[&found, &help]);
    }
    if function.scalars().count() > MAX_PARAMETERS {
        let found = counted(function.scalars().count(), "parameter");
        errors.report(Problem::PythonKernel, &python.key, &[&found, &format!("it has {MAX_PARAMETERS} at most")]);
    }
    targets(function, python, errors);
}

/// The most parameters that an exported kernel has.
const MAX_PARAMETERS: usize = 8;

/// Returns false for what borrows. Of other types, rustc says which are numbers.
fn may_be_number(ty: &Type) -> bool {
    match strip(ty) {
        Type::Path(path) => !generics::hides_a_lifetime(path),
        _ => false,
    }
}

/// The types in place of the type parameters, a list for each loop.
fn targets<R: Role>(function: &ElementFn<R>, python: &TypeList, errors: &mut Errors) -> Vec<Vec<Type>> {
    let key = &python.key;
    let constant = function.const_generics().next();
    if let Some(name) = constant {
        let help = "a loop has all of its constants: write the value in the body, or a function for each value";
        errors.report(Problem::GenericForm, key, &[&"python", &format!("the const generic `{name}`"), &help]);
        return Vec::new();
    }
    let parameters = type_parameters(function).len();
    let example = match parameters {
        0 => "python",
        1 => "python(f32, f64)",
        _ => "python((f32, u8), (f64, u8))",
    };
    let Some(types) = &python.types else {
        if parameters > 0 {
            let help = format!("list what to make inner loops for: `{example}`");
            let found = counted(parameters, "type parameter");
            errors.report(Problem::GenericForm, key, &[&"python", &found, &help]);
        }
        return if parameters == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let help = format!("write `{example}`");
    if parameters == 0 || types.is_empty() {
        let found = if parameters == 0 { "types, but the function has no type parameter" } else { "no types" };
        errors.report(Problem::TypeList, key, &[&"python", &found, &help]);
        return Vec::new();
    }
    let mut targets: Vec<Vec<Type>> = Vec::new();
    for entry in types {
        let target: Vec<Type> = match strip(entry) {
            Type::Tuple(tuple) => tuple.elems.iter().cloned().collect(),
            other => vec![other.clone()],
        };
        let written = |target: &[Type]| target.iter().map(text::tokens).collect::<Vec<_>>();
        if target.len() != parameters {
            let found = format!("`{}` for {}", text::tokens(entry), counted(parameters, "type parameter"));
            errors.report(Problem::TypeList, entry, &[&"python", &found, &help]);
        } else if targets.iter().any(|other| written(other) == written(&target)) {
            let found = format!("`{}` twice", text::tokens(entry));
            errors.report(Problem::TypeList, entry, &[&"python", &found, &"keep one of them"]);
        } else {
            targets.push(target);
        }
    }
    targets
}

fn type_parameters<R>(function: &ElementFn<R>) -> Vec<&Ident> {
    let parameters = function.generics.params.iter().filter_map(|parameter| match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) | GenericParam::Const(_) => None,
    });
    parameters.collect()
}

/// The signature that a stencil has as a gufunc, where it is one or is called from Python.
pub(crate) fn signature_of_stencil(model: &Model) -> Option<Signature> {
    let plain = || Signature::of_stencil(model.inputs.len(), model.function.outputs().len(), model.rank, &[]);
    model.stacked.clone().or_else(|| model.function.python.is_some().then(plain))
}

/// The static of a stencil.
pub(crate) fn stencil(model: &Model) -> Option<TokenStream> {
    let function = &model.function;
    let kernel = Kernel {
        handle: if model.stacked.is_some() { Handle::Stacked } else { Handle::Stencil },
        signature: signature_of_stencil(model)?,
        inputs: model.inputs.iter().map(|input| plain(&input.name)).collect(),
        elements: model.inputs.iter().map(|input| &input.element).chain(function.outputs()).collect(),
        identity: false,
    };
    kernel.emit(function)
}

/// The static of an element function over cores.
pub(crate) fn gufunc(model: &GuModel) -> Option<TokenStream> {
    let name = |number| model.input(number).map(|input| plain(&input.name)).unwrap_or_default();
    let outputs = model.outputs.iter().map(Output::operand);
    let kernel = Kernel {
        handle: Handle::Gufunc,
        signature: model.signature.clone(),
        inputs: (0..model.inputs.len()).map(name).collect(),
        elements: model.inputs.iter().chain(outputs).map(|operand| &operand.element).collect(),
        identity: model.identity.is_some(),
    };
    kernel.emit(&model.function)
}

/// A kernel of either kind, as far as the static tells of it.
struct Kernel<'m> {
    handle: Handle,
    signature: Signature,
    inputs: Vec<String>,
    /// The types of inputs and outputs.
    elements: Vec<&'m Type>,
    /// The attribute says what reducing no elements gives.
    identity: bool,
}

impl Kernel<'_> {
    /// The static; nothing without the key.
    fn emit<R: Role>(mut self, function: &ElementFn<R>) -> Option<TokenStream> {
        let python = function.python.as_ref()?;
        let targets = targets(function, python, &mut Errors::default());
        let (vis, name, spoken) = (&function.vis, export_name(&function.name), function.spoken_name());
        let krate = &function.krate;
        let export = quote!(#krate::__private::export);
        for parameter in function.scalars() {
            self.inputs.push(plain(&parameter.name));
            self.signature.inputs.push(Vec::new());
        }
        let (inputs, outputs, signature) = (&self.inputs, self.signature.outputs.len(), self.signature.to_string());
        let loops: Vec<TokenStream> = targets.iter().map(|target| self.inner_loop(function, target)).collect();
        let first = targets.first().filter(|_| !matches!(self.handle, Handle::Gufunc));
        let of_stencil = |constant: &str| {
            let constant = format_ident!("{constant}");
            first.map_or_else(
                || quote!(&[]),
                |target| {
                    let (aliases, kernel) = (aliases(function, target), kernel_type(function));
                    quote!({ #aliases <#kernel as #krate::__private::Kernel>::#constant })
                },
            )
        };
        let (halos, pictures) = (of_stencil("HALOS"), of_stencil("PICTURES"));
        let doc = doc(function);
        Some(quote! {
            #[doc(hidden)]
            #[allow(non_upper_case_globals, unreachable_pub, clippy::all, clippy::pedantic)]
            #vis static #name: #export::Exported = #export::Exported {
                name: #spoken,
                module: ::core::module_path!(),
                signature: #signature,
                inputs: &[#(#inputs),*],
                outputs: #outputs,
                loops: &[#(#loops),*],
                doc: #doc,
                halos: #halos,
                pictures: #pictures,
            };
        })
    }

    /// The loop for some types.
    fn inner_loop<R: Role>(&self, function: &ElementFn<R>, target: &[Type]) -> TokenStream {
        let (krate, name) = (&function.krate, &function.name);
        let private = quote!(#krate::__private);
        let (aliases, kernel) = (aliases(function, target), kernel_type(function));
        let types: Vec<&Type> = function.scalars().map(|parameter| &parameter.ty).collect();
        let values: Vec<Ident> = (0..types.len()).map(|number| format_ident!("__parameter_{number}")).collect();
        let turbofish = (!target.is_empty()).then(|| {
            let parameters = type_parameters(function);
            quote!(::<#(#parameters),*>)
        });
        let made = quote!(#name #turbofish(#(#values),*));
        let (kernel, made) = match self.handle {
            Handle::Stencil => (quote!(#krate::Stencil<#kernel>), made),
            Handle::Gufunc => (kernel, quote!(#private::kernel_of(#made))),
            Handle::Stacked => (quote!(#krate::Stencil<#kernel>), quote!(#private::kernel_of(#made))),
        };
        let identity = (self.identity && types.is_empty()).then(|| {
            quote! {
                fn identity() -> ::core::option::Option<#private::export::Value> {
                    let __identity = #private::ElementFunction::identity(&<Self as #private::export::Export>::make(()))?;
                    ::core::option::Option::Some(#private::export::Exportable::value(__identity.0))
                }
            }
        });
        let rules = (!matches!(self.handle, Handle::Gufunc)).then(|| {
            quote! {
                fn with_boundary(kernel: Self::Kernel, boundary: #private::export::Reading) -> Self::Kernel {
                    #private::export::with_boundary(kernel, boundary)
                }
                fn rules() -> #private::export::RuleNames {
                    #private::export::rules_of(&<Self as #private::export::Export>::make(::core::default::Default::default()))
                }
            }
        });
        let asserted = self.elements.iter().map(|ty| {
            let assert = format_ident!("assert_exported", span = ty.span());
            quote!(#private::export::#assert::<#ty>();)
        });
        // What is wrong with a parameter is said of its type.
        let place = types.first().map_or_else(Span::call_site, Spanned::span);
        let tuple = quote_spanned!(place=> (#(#types,)*));
        quote! {{
            #aliases
            const _: () = { #(#asserted)* };
            struct __Make;
            #[automatically_derived]
            impl #private::export::Export for __Make {
                type Kernel = #kernel;
                type Parameters = #tuple;
                fn make((#(#values,)*): Self::Parameters) -> Self::Kernel {
                    #made
                }
                #identity
                #rules
            }
            #private::export::exported_loop::<__Make>()
        }}
    }
}

/// The type parameters, named as they are in the user's signature.
fn aliases<R>(function: &ElementFn<R>, target: &[Type]) -> TokenStream {
    let parameters = type_parameters(function);
    quote!(#(#[allow(dead_code, non_camel_case_types)] type #parameters = #target;)*)
}

/// The kernel's type, of the type parameters.
fn kernel_type<R: Role>(function: &ElementFn<R>) -> TokenStream {
    let (kernel, parameters) = (&function.kernel, type_parameters(function));
    if parameters.is_empty() { kernel.to_token_stream() } else { quote!(#kernel<#(#parameters),*>) }
}

/// The documentation that the author wrote, as far as it is text.
fn doc<R>(function: &ElementFn<R>) -> String {
    let lines = function.attrs.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').map(str::to_owned).unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}
