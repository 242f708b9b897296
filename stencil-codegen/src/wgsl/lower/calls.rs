//! Calls of functions and closures.

use std::rc::Rc;

use quote::ToTokens;
use syn::{ExprCall, FnArg, Pat, ReturnType};

use super::constant;
use super::context::{Lowered, Lowerer, Refused};
use super::control::unwrapped;
use super::items::Callable;
use super::program::{Given, Key};
use super::scope::{Binding, Closure};
use super::tree::{Block, Expr, ExprKind, LocalId, Resource, Stmt};
use super::types::Ty;
use crate::diagnostics::Problem;
use crate::scope::strip;
use crate::text;
use crate::wgsl::ops::{self, Function};
use crate::wgsl::scalar::Scalar;

/// An argument: a value, or a window, array or view by name.
enum Argument {
    Value(Expr),
    Resource(Resource),
}

impl Lowerer<'_, '_> {
    pub(crate) fn call(&mut self, call: &ExprCall, expected: Option<&Ty>) -> Lowered<Expr> {
        let path = match strip(&call.func) {
            syn::Expr::Path(path) => path,
            syn::Expr::Closure(closure) => {
                let closure = self.closure(closure)?;
                return self.call_closure(&closure, &call.args.iter().collect::<Vec<_>>());
            }
            other => return Err(self.refuse(other, "functions as values", "call the function by its name")),
        };
        let arguments: Vec<&syn::Expr> = call.args.iter().collect();
        if let Some(name) = path.path.get_ident() {
            match self.scopes.lookup(&name.to_string()).cloned() {
                Some(Binding::Closure(closure)) => return self.call_closure(&closure, &arguments),
                Some(Binding::Item(item)) => return self.call_helper(item, &arguments, call),
                Some(Binding::Refused) => return Err(Refused),
                Some(_) => return Err(self.mismatch()),
                None => {}
            }
        }
        if let Some(item) = self.generic_item(path) {
            return self.call_helper(item, &arguments, call);
        }
        self.call_path(path, &arguments, expected)
    }

    /// `f::<f32>(..)` of a helper.
    fn generic_item(&self, path: &syn::ExprPath) -> Option<usize> {
        let segments = &path.path.segments;
        let last = segments.last().filter(|_| segments.len() == 1 || segments[0].ident == "self")?;
        match self.scopes.lookup(&last.ident.to_string())? {
            Binding::Item(item) => Some(*item),
            _ => None,
        }
    }

    /// A function of the language or of ndstencil.
    fn call_path(&mut self, path: &syn::ExprPath, arguments: &[&syn::Expr], expected: Option<&Ty>) -> Lowered<Expr> {
        let name = text::tokens(path);
        let Some(names) = self.names_of(path) else { return Err(self.unknown_name(path, name)) };
        let constructors = ["Some", "None", "Ok", "Err", "Box", "Vec", "String", "Default"];
        if constructors.contains(&names[0].as_str()) {
            let help = match names[0].as_str() {
                "Vec" => "write an array: `[0.0; 9]`",
                "String" => "write numbers",
                "Default" => "write the value: `0.0`, `[0; 3]`",
                "Box" => "write the value itself",
                _ => "write a number for \"nothing\", such as NaN",
            };
            return Err(self.refuse(path, format!("`{}`", names[0]), help));
        }
        let Some(function) = ops::function(&names, arguments.len()) else {
            return Err(self.unknown_name(path, name));
        };
        let wanted = match &function {
            Function::Method { receiver, .. } => receiver.map(Ty::Scalar).or(expected.cloned()),
            Function::Real { from, .. } => Some(Ty::Scalar(*from)),
            _ => None,
        };
        let arguments: Vec<_> = arguments.iter().map(|argument| self.expr(argument, wanted.as_ref())).collect();
        let arguments = arguments.into_iter().collect::<Lowered<_>>()?;
        self.apply(function, arguments, path)
    }

    fn apply(&mut self, function: Function, mut arguments: Vec<Expr>, path: &syn::ExprPath) -> Lowered<Expr> {
        match function {
            Function::Constant { scalar, text } => Ok(Expr::new(ExprKind::Constant(text), Ty::Scalar(scalar))),
            Function::Cast { to } => {
                let value = arguments.remove(0);
                Ok(Expr::new(ExprKind::Cast(value.boxed()), Ty::Scalar(to)))
            }
            Function::Real { from, to } => {
                let value = self.coerce(arguments.remove(0), &Ty::Scalar(from))?;
                Ok(self.real(value, from, to))
            }
            Function::Network(network) => {
                let array = arguments.remove(0);
                let Ty::Array(element, _) = self.types.shallow(&array.ty) else { return Err(self.mismatch()) };
                let ty = if network == ops::Network::Sort { array.ty.clone() } else { *element };
                Ok(Expr::new(ExprKind::Network(network, array.boxed()), ty))
            }
            Function::Method { name, receiver } => {
                if arguments.is_empty() {
                    return Err(self.unknown_name(path, text::tokens(path)));
                }
                let at = &path.path.segments.last().map(|last| last.ident.clone());
                let Some(at) = at else { return Err(self.mismatch()) };
                if let Some(receiver) = receiver {
                    self.unify(&arguments[0].ty.clone(), &Ty::Scalar(receiver))?;
                }
                let name = syn::Ident::new(&name, at.span());
                self.scalar_method(&name, arguments, None)
            }
        }
    }

    /// `T::real(value)`: what is known, and integers, need no `f64` on the way.
    fn real(&self, value: Expr, from: Scalar, to: Scalar) -> Expr {
        if let Some(known) = constant::float(&value) {
            let known = if [from, to].contains(&Scalar::F32) { f64::from(known as f32) } else { known };
            return Expr::new(ExprKind::Constant(ops::literal_float(known, to)), Ty::Scalar(to));
        }
        // `f64` holds each of their values, so that converting through it rounds once.
        let narrow = |scalar: Scalar| scalar.is_int() && scalar.bits() <= 32 || scalar == Scalar::F32;
        match value.kind {
            ExprKind::Cast(inner) if from == Scalar::F64 && self.types.scalar(&inner.ty).is_some_and(narrow) => {
                Expr::new(ExprKind::Cast(inner), Ty::Scalar(to))
            }
            _ => Expr::new(ExprKind::Cast(value.boxed()), Ty::Scalar(to)),
        }
    }

    /// Calls a closure or function with values.
    pub(crate) fn call_with(&mut self, function: &Callable, arguments: Vec<Expr>) -> Lowered<Expr> {
        match function {
            Callable::Closure(closure) => {
                let arguments = arguments.into_iter().map(Argument::Value).collect();
                self.inline(closure, arguments)
            }
            Callable::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string);
                match name.and_then(|name| self.scopes.lookup(&name).cloned()) {
                    Some(Binding::Item(item)) => {
                        let arguments = arguments.into_iter().map(Argument::Value).collect();
                        self.call_item(item, arguments, path)
                    }
                    Some(Binding::Refused) => Err(Refused),
                    Some(_) => Err(self.mismatch()),
                    None => {
                        let names = self.names_of(path);
                        match names.and_then(|names| ops::function(&names, arguments.len())) {
                            Some(function) => self.apply(function, arguments, path),
                            None => Err(self.unknown_name(path, text::tokens(path))),
                        }
                    }
                }
            }
        }
    }

    fn argument(&mut self, expr: &syn::Expr, expected: Option<&Ty>) -> Lowered<Argument> {
        if let Some(resource) = self.resource(expr) {
            return Ok(Argument::Resource(resource));
        }
        self.expr(expr, expected).map(Argument::Value)
    }

    fn call_closure(&mut self, closure: &Rc<Closure>, arguments: &[&syn::Expr]) -> Lowered<Expr> {
        let wanted = closure.parameters.iter().map(Some).chain(std::iter::repeat(None));
        let arguments: Vec<_> = arguments.iter().zip(wanted).map(|(expr, ty)| self.argument(expr, ty)).collect();
        let arguments = arguments.into_iter().collect::<Lowered<_>>()?;
        self.inline(closure, arguments)
    }

    /// The body of a closure in place of its call.
    fn inline(&mut self, closure: &Rc<Closure>, arguments: Vec<Argument>) -> Lowered<Expr> {
        if arguments.len() != closure.parameters.len() {
            return Err(self.mismatch());
        }
        self.nested(|this| {
            let outer = std::mem::replace(&mut this.scopes, closure.scopes.clone());
            let loops = std::mem::take(&mut this.loops);
            let in_closure = std::mem::replace(&mut this.in_closure, true);
            this.scopes.push();
            let lowered = this.inlined_body(closure, arguments);
            this.scopes = outer;
            this.loops = loops;
            this.in_closure = in_closure;
            lowered
        })
    }

    fn inlined_body(&mut self, closure: &Rc<Closure>, arguments: Vec<Argument>) -> Lowered<Expr> {
        let at = closure.expr.to_token_stream();
        let mut stmts = Vec::new();
        for ((pat, ty), argument) in closure.expr.inputs.iter().zip(&closure.parameters).zip(arguments) {
            let pat = match pat {
                Pat::Type(typed) => &*typed.pat,
                pat => pat,
            };
            match (argument, pat) {
                (Argument::Value(value), _) => {
                    let value = self.coerce(value, ty)?;
                    self.bind_argument(pat, value, &at, &mut stmts)?;
                }
                (Argument::Resource(resource), Pat::Ident(name)) => {
                    self.scopes.insert(&name.ident.to_string(), Binding::Resource(resource));
                }
                (Argument::Resource(_), other) => {
                    return Err(self.refuse(
                        other,
                        format!("pattern `{}`", text::tokens(other)),
                        "give the parameter a name",
                    ));
                }
            }
        }
        let value = self.expr(&closure.expr.body, Some(&closure.result))?;
        self.unify(&value.ty, &closure.result)?;
        let ty = value.ty.clone();
        if stmts.is_empty() {
            return Ok(value);
        }
        let mut body = unwrapped(value);
        stmts.append(&mut body.stmts);
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: body.value }), ty))
    }

    /// A parameter of a closure; one that is only another name for something fixed needs no variable.
    fn bind_argument(
        &mut self,
        pat: &Pat,
        value: Expr,
        at: &proc_macro2::TokenStream,
        stmts: &mut Vec<Stmt>,
    ) -> Lowered<()> {
        match pat {
            Pat::Ident(name) if name.mutability.is_none() && name.subpat.is_none() => {
                let value = self.reusable(value, at, stmts);
                self.scopes.insert(&name.ident.to_string(), Binding::Value(value));
                Ok(())
            }
            Pat::Reference(inner) => self.bind_argument(&inner.pat, value, at, stmts),
            Pat::Tuple(list) => match value.kind {
                ExprKind::Tuple(items) if items.len() == list.elems.len() => {
                    let mut pairs = list.elems.iter().zip(items);
                    pairs.try_for_each(|(pat, item)| self.bind_argument(pat, item, at, stmts))
                }
                _ => self.bind(pat, value, at, stmts),
            },
            _ => self.bind(pat, value, at, stmts),
        }
    }

    fn call_helper(&mut self, item: usize, arguments: &[&syn::Expr], call: &ExprCall) -> Lowered<Expr> {
        let (declared, _) = self.program.items.items[item].clone();
        let syn::Item::Fn(function) = &*declared else { return Err(self.mismatch()) };
        // Literals listen to the types of parameters, as far as they are no type parameters.
        let mut quiet = crate::diagnostics::Errors::default();
        std::mem::swap(self.errors, &mut quiet);
        let mismatch = self.mismatch;
        let wanted: Vec<Option<Ty>> = if function.sig.generics.params.is_empty() {
            function.sig.inputs.iter().map(|input| parameter_type(input).and_then(|ty| self.ty(ty).ok())).collect()
        } else {
            Vec::new()
        };
        std::mem::swap(self.errors, &mut quiet);
        self.mismatch = mismatch;
        let mut lowered = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            lowered.push(self.argument(argument, wanted.get(index).and_then(Option::as_ref)));
        }
        let arguments = lowered.into_iter().collect::<Lowered<_>>()?;
        self.call_item(item, arguments, call)
    }

    /// A call of a helper function.
    fn call_item(&mut self, item: usize, arguments: Vec<Argument>, at: impl ToTokens) -> Lowered<Expr> {
        let (declared, block) = self.program.items.items[item].clone();
        let syn::Item::Fn(function) = &*declared else { return Err(self.mismatch()) };
        if arguments.len() != function.sig.inputs.len() {
            return Err(self.mismatch());
        }
        let scopes = self.program.items.scopes(Some(block));
        let outer = std::mem::replace(&mut self.scopes, scopes);
        let signature = self.signature(function, &arguments);
        self.scopes = outer;
        let (generics, result) = signature?;
        let mut values = Vec::new();
        let mut given = Vec::new();
        for argument in arguments {
            match argument {
                Argument::Value(value) => {
                    given.push(Given::Value(value.ty.clone()));
                    values.push(value);
                }
                Argument::Resource(resource) => given.push(Given::Resource(resource)),
            }
        }
        let key = Key { item, generics, arguments: given, result: result.clone() };
        self.calls.push((key, at.into_token_stream()));
        Ok(Expr::new(ExprKind::Call(self.calls.len() - 1, values), result))
    }

    /// The type arguments and the result of a helper, its parameters made to fit the arguments.
    fn signature(&mut self, function: &syn::ItemFn, arguments: &[Argument]) -> Lowered<(Vec<Ty>, Ty)> {
        let mut generics = Vec::new();
        for parameter in &function.sig.generics.params {
            match parameter {
                syn::GenericParam::Type(parameter) => {
                    let ty = self.types.unknown();
                    generics.push(ty.clone());
                    self.scopes.insert(&parameter.ident.to_string(), Binding::Type(ty));
                }
                syn::GenericParam::Const(parameter) => {
                    let help = "write the function for one length, or take the length from the array: `a.len()`";
                    return Err(self.refuse(parameter, "functions that are generic over constants", help));
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        for (input, argument) in function.sig.inputs.iter().zip(arguments) {
            let (Some(ty), Argument::Value(value)) = (parameter_type(input), argument) else { continue };
            // The length of a slice is that of the array handed over.
            let ty = match slice_element(ty) {
                Some(element) => {
                    let element = self.ty(element)?;
                    let Ty::Array(_, length) = self.types.shallow(&value.ty) else { return Err(self.mismatch()) };
                    Ty::array(element, length)
                }
                None => self.ty(ty)?,
            };
            self.unify(&ty, &value.ty)?;
        }
        let result = match &function.sig.output {
            ReturnType::Type(_, ty) => self.ty(ty)?,
            ReturnType::Default => Ty::unit(),
        };
        Ok((generics, result))
    }

    /// Says that a helper calls itself.
    pub(crate) fn recursion(errors: &mut crate::diagnostics::Errors, function: &syn::ItemFn) {
        errors.report(Problem::GpuRecursion, &function.sig.ident, &[&function.sig.ident]);
    }

    /// The statements that bind the parameters of a helper, and the parameters that it takes at run time.
    pub(crate) fn parameters(&mut self, function: &syn::ItemFn, key: &Key) -> Lowered<(Vec<LocalId>, Vec<Stmt>)> {
        let mut locals = Vec::new();
        let mut stmts = Vec::new();
        for (input, given) in function.sig.inputs.iter().zip(&key.arguments) {
            let FnArg::Typed(typed) = input else {
                return Err(self.refuse(input, "`self`", "write the value as a parameter"));
            };
            match (given, &*typed.pat) {
                (Given::Resource(resource), Pat::Ident(name)) => {
                    self.scopes.insert(&name.ident.to_string(), Binding::Resource(*resource));
                }
                (Given::Value(ty), Pat::Ident(name)) if name.mutability.is_none() => {
                    locals.push(self.local(&name.ident, ty.clone(), false));
                }
                (Given::Value(ty), pat) => {
                    let local = self.hidden("parameter", ty.clone(), false);
                    locals.push(local);
                    let value = Expr::local(local, ty.clone());
                    self.bind(pat, value, &typed.to_token_stream(), &mut stmts)?;
                }
                (Given::Resource(_), Pat::Wild(_)) => {}
                (Given::Resource(_), pat) => {
                    return Err(self.refuse(
                        pat,
                        format!("pattern `{}`", text::tokens(pat)),
                        "give the parameter a name",
                    ));
                }
            }
        }
        Ok((locals, stmts))
    }
}

fn parameter_type(input: &FnArg) -> Option<&syn::Type> {
    match input {
        FnArg::Typed(typed) => Some(&typed.ty),
        FnArg::Receiver(_) => None,
    }
}

/// `T` of `&[T]`.
fn slice_element(ty: &syn::Type) -> Option<&syn::Type> {
    match crate::syntax::strip(ty) {
        syn::Type::Reference(reference) => match crate::syntax::strip(&reference.elem) {
            syn::Type::Slice(slice) => Some(&slice.elem),
            _ => None,
        },
        _ => None,
    }
}
