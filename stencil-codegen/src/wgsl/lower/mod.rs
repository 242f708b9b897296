//! From the user's Rust to a typed tree: names resolved, types inferred, sugar gone.

mod annotation;
mod block;
mod calls;
pub(crate) mod constant;
mod context;
mod control;
mod expr;
mod finish;
mod items;
mod loops;
mod macros;
mod methods;
mod pattern;
pub(crate) mod program;
mod read;
mod scope;
pub(crate) mod tree;
pub(crate) mod types;

use quote::ToTokens;

use super::scalar::Scalar;
use super::source::{Kind, Source};
use crate::diagnostics::Errors;
pub(crate) use finish::{walk_block, walk_stmts};

use context::{Lowered, Lowerer, Refused};
use program::{Given, Program};
use scope::{Binding, Scopes};
use tree::{Block, Expr, ExprKind, Function, Resource, Stmt, StmtKind};
use types::Ty;

/// More forms of helpers than this are a mistake.
const MOST_HELPERS: usize = 256;

/// The element function, and what the program knows of it and its helpers.
pub(crate) fn lower<'a>(source: &'a Source<'a>, errors: &mut Errors) -> Option<(Program<'a>, Function)> {
    let mut program = Program::new(source);
    let module = program.items.declare(None, source.items.iter());
    let scopes = program.items.scopes(Some(module));
    let result = match source.outputs.as_slice() {
        [] => Ty::unit(),
        [one] => Ty::Scalar(*one),
        several => Ty::Tuple(several.iter().map(|scalar| Ty::Scalar(*scalar)).collect()),
    };
    let (element, _) = element(&mut program, errors, scopes, result).ok()?;
    let mut refused = false;
    let mut next = 0;
    while next < program.helpers.len() && next < MOST_HELPERS {
        match helper(&mut program, errors, next) {
            Ok((function, calls)) => {
                program.helpers[next].function = Some(function);
                program.helpers[next].calls = calls;
            }
            Err(Refused) => refused = true,
        }
        next += 1;
    }
    if let Some(number) = program.cycle().or((next < program.helpers.len()).then_some(0)) {
        let (item, _) = program.items.items[program.helpers[number].key.item].clone();
        if let syn::Item::Fn(function) = &*item {
            Lowerer::recursion(errors, function);
        }
        return None;
    }
    (!refused).then_some((program, element))
}

fn element(
    program: &mut Program<'_>,
    errors: &mut Errors,
    scopes: Scopes,
    result: Ty,
) -> Lowered<(Function, Vec<usize>)> {
    let source = program.source;
    let mut lowerer = Lowerer::new(program, errors, scopes, result.clone());
    for (name, scalar) in &source.generics {
        lowerer.scopes.insert(&name.to_string(), Binding::Type(Ty::Scalar(*scalar)));
    }
    let mut stmts = Vec::new();
    for argument in &source.arguments {
        parameter(&mut lowerer, argument, &mut stmts);
    }
    lowerer.scopes.push();
    let body = body(&mut lowerer, source.body, &result)?;
    stmts.extend(body.stmts);
    lowerer.finish("element".to_owned(), true, Vec::new(), Block { stmts, value: body.value })
}

/// Binds a parameter of the element function.
fn parameter(lowerer: &mut Lowerer<'_, '_>, argument: &super::source::Argument<'_>, stmts: &mut Vec<Stmt>) {
    let (name, ty, value) = match &argument.kind {
        Kind::Scalar { number, scalar } => (argument.name, *scalar, ExprKind::Parameter(*number)),
        Kind::Values { first, lengths, scalar } => {
            let init = values(&mut (*first..), lengths, *scalar);
            let local = lowerer.local(argument.name, init.ty.clone(), argument.mutable);
            let kind = StmtKind::Let { local, init: Some(init) };
            return stmts.push(Stmt { at: argument.name.to_token_stream(), kind });
        }
        Kind::Input { number, element, dims } if dims.is_empty() => {
            (argument.name, *element, ExprKind::Read(Resource::Input(*number), Vec::new()))
        }
        Kind::Window { number, .. } => return bind_resource(lowerer, argument, Resource::Window(*number)),
        Kind::Array { number, .. } => return bind_resource(lowerer, argument, Resource::Array(*number)),
        Kind::Input { number, .. } => return bind_resource(lowerer, argument, Resource::Input(*number)),
        Kind::Output { number, .. } => return bind_resource(lowerer, argument, Resource::Output(*number)),
    };
    let ty = Ty::Scalar(ty);
    let local = lowerer.local(name, ty.clone(), argument.mutable);
    let init = Some(Expr::new(value, ty));
    stmts.push(Stmt { at: name.to_token_stream(), kind: StmtKind::Let { local, init } });
}

/// An array of scalar parameters.
fn values(numbers: &mut impl Iterator<Item = usize>, lengths: &[usize], scalar: Scalar) -> Expr {
    let Some((length, inner)) = lengths.split_first() else {
        let number = numbers.next().unwrap_or_default();
        return Expr::new(ExprKind::Parameter(number), Ty::Scalar(scalar));
    };
    let items: Vec<Expr> = (0..*length).map(|_| values(numbers, inner, scalar)).collect();
    let ty = Ty::array(items[0].ty.clone(), *length);
    Expr::new(ExprKind::Array(items), ty)
}

fn bind_resource(lowerer: &mut Lowerer<'_, '_>, argument: &super::source::Argument<'_>, resource: Resource) {
    lowerer.scopes.insert(&argument.name.to_string(), Binding::Resource(resource));
}

/// The body of a function, which ends with the function's value.
fn body(lowerer: &mut Lowerer<'_, '_>, block: &syn::Block, result: &Ty) -> Lowered<Block> {
    let (body, ty) = lowerer.block(block, Some(result))?;
    lowerer.unify(&ty, result)?;
    Ok(body)
}

fn helper(program: &mut Program<'_>, errors: &mut Errors, number: usize) -> Lowered<(Function, Vec<usize>)> {
    let (key, name) = (program.helpers[number].key.clone(), program.helpers[number].name.clone());
    let (item, block) = program.items.items[key.item].clone();
    let syn::Item::Fn(function) = &*item else { return Err(Refused) };
    let scopes = program.items.scopes(Some(block));
    let mut lowerer = Lowerer::new(program, errors, scopes, key.result.clone());
    let types = function.sig.generics.params.iter().filter_map(|parameter| match parameter {
        syn::GenericParam::Type(parameter) => Some(&parameter.ident),
        _ => None,
    });
    for (name, ty) in types.zip(&key.generics) {
        lowerer.scopes.insert(&name.to_string(), Binding::Type(ty.clone()));
    }
    let (parameters, mut stmts) = lowerer.parameters(function, &key)?;
    lowerer.scopes.push();
    let body = body(&mut lowerer, &function.block, &key.result)?;
    stmts.extend(body.stmts);
    let is_placed =
        |given: &Given| matches!(given, Given::Resource(resource) if !matches!(resource, Resource::Array(_)));
    let placed = key.arguments.iter().any(is_placed);
    lowerer.finish(name, placed, parameters, Block { stmts, value: body.value })
}
