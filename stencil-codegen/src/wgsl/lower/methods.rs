//! Calls of methods.

use quote::ToTokens;
use syn::{ExprMethodCall, Ident};

use super::context::{Lowered, Lowerer};
use super::items::Items;
use super::tree::{Block, Expr, ExprKind, For, Resource, Stmt, StmtKind};
use super::types::Ty;
use crate::diagnostics::Problem;
use crate::wgsl::ops;

impl Lowerer<'_, '_> {
    pub(crate) fn method_call(&mut self, call: &ExprMethodCall, expected: Option<&Ty>) -> Lowered<Expr> {
        if let Some(value) = self.consumer(call, expected)? {
            return Ok(value);
        }
        if let Some(value) = self.extreme(call)? {
            return Ok(value);
        }
        if let Some(resource) = self.resource(&call.receiver) {
            return self.resource_method(call, resource);
        }
        let receiver = self.expr(&call.receiver, None)?;
        match self.types.shallow(&receiver.ty) {
            Ty::Array(element, length) => self.array_method(call, receiver, &element, length),
            Ty::Tuple(_) => match call.method.to_string().as_str() {
                "clone" | "to_owned" => Ok(receiver),
                _ => Err(self.refuse_method(&call.method, "a tuple", "take the tuple apart: `let (a, b) = pair;`")),
            },
            Ty::Scalar(_) | Ty::Variable(_) => self.method_of_scalar(call, receiver, expected),
            Ty::Never => Err(self.mismatch()),
        }
    }

    fn method_of_scalar(&mut self, call: &ExprMethodCall, receiver: Expr, expected: Option<&Ty>) -> Lowered<Expr> {
        match (call.method.to_string().as_str(), call.args.len()) {
            ("clone" | "to_owned" | "borrow", 0) => return Ok(receiver),
            // Only conversions that lose nothing are there: those are what `as` does.
            ("into", 0) => {
                let ty = expected.cloned().unwrap_or_else(|| self.types.unknown());
                return Ok(Expr::new(ExprKind::Cast(receiver.boxed()), ty));
            }
            _ => {}
        }
        let mut arguments = vec![Ok(receiver)];
        let wanted = arguments[0].as_ref().ok().and_then(|receiver| {
            let scalar = self.types.scalar(&receiver.ty)?;
            ops::method(&call.method.to_string(), scalar).ok()
        });
        for (index, argument) in call.args.iter().enumerate() {
            let wanted =
                wanted.as_ref().and_then(|method| method.arguments.get(index)).map(|scalar| Ty::Scalar(*scalar));
            arguments.push(self.expr(argument, wanted.as_ref()));
        }
        let arguments = arguments.into_iter().collect::<Lowered<_>>()?;
        self.scalar_method(&call.method, arguments, Some(&call.receiver))
    }

    /// A method of a scalar, by whichever path it was called; the receiver comes first.
    pub(crate) fn scalar_method(
        &mut self,
        name: &Ident,
        arguments: Vec<Expr>,
        receiver: Option<&syn::Expr>,
    ) -> Lowered<Expr> {
        // `min(1, x)`: any argument tells the type.
        if receiver.is_none() && arguments.len() == 2 && self.types.scalar(&arguments[0].ty).is_none() {
            let _ = self.types.unify(&arguments[0].ty, &arguments[1].ty);
        }
        // Methods of the trait `Ord` may be called before the literal's type is known.
        let is_ord = matches!((name.to_string().as_str(), arguments.len()), ("min" | "max", 2) | ("clamp", 3));
        if is_ord && self.types.scalar(&arguments[0].ty).is_none() && self.types.is_int(&arguments[0].ty) {
            let ty = arguments[0].ty.clone();
            for argument in &arguments[1..] {
                self.unify(&argument.ty, &ty)?;
            }
            return Ok(Expr::new(ExprKind::Method(name.to_string(), arguments), ty));
        }
        let Some(scalar) = self.types.scalar(&arguments[0].ty) else {
            match receiver {
                Some(receiver) => self.errors.report(Problem::GpuUnknownType, receiver, &[]),
                None => self.errors.report(Problem::GpuUnknownType, name, &[]),
            }
            return Err(super::context::Refused);
        };
        let method = match ops::method(&name.to_string(), scalar) {
            Ok(method) => method,
            Err(refusal) if refusal.f64 => {
                self.errors.report(Problem::GpuF64Function, name, &[name, &refusal.help]);
                return Err(super::context::Refused);
            }
            Err(refusal) => return Err(self.refuse_method(name, format!("`{}`", scalar.rust()), refusal.help)),
        };
        if method.arguments.len() + 1 != arguments.len() {
            return Err(self.mismatch());
        }
        for (argument, scalar) in arguments[1..].iter().zip(&method.arguments) {
            self.unify(&argument.ty.clone(), &Ty::Scalar(*scalar))?;
        }
        Ok(Expr::new(ExprKind::Method(name.to_string(), arguments), Ty::Scalar(method.result)))
    }

    fn array_method(&mut self, call: &ExprMethodCall, receiver: Expr, element: &Ty, length: usize) -> Lowered<Expr> {
        let arguments: Vec<&syn::Expr> = call.args.iter().collect();
        match (call.method.to_string().as_str(), arguments.as_slice()) {
            ("len", []) => Ok(Expr::index(length)),
            ("is_empty", []) => Ok(Expr::new(ExprKind::Bool(length == 0), Ty::BOOL)),
            ("clone" | "to_owned" | "as_ref" | "as_slice", []) => Ok(receiver),
            ("map", [function]) => {
                let function = self.callable(function)?;
                let mut stmts = Vec::new();
                let array = self.reusable(receiver, &call.receiver.to_token_stream(), &mut stmts);
                let item = |index| {
                    Expr::new(ExprKind::Element(array.clone().boxed(), Expr::index(index).boxed()), element.clone())
                };
                let items = (0..length).map(|index| self.call_with(&function, vec![item(index)])).collect();
                self.array_of(items, stmts)
            }
            ("swap", [one, other]) => self.swap(call, one, other),
            ("fill", [value]) => {
                let place = self.place(&call.receiver)?;
                let value = self.expr(value, Some(element))?;
                let value = self.coerce(value, element)?;
                let filled = Expr::new(ExprKind::Repeat(value.boxed(), length), place.ty.clone());
                Ok(Expr::new(ExprKind::Assign(place.boxed(), filled.boxed()), Ty::unit()))
            }
            ("contains", [value]) => {
                let value = self.expr(value, Some(element))?;
                self.array_contains(call, receiver, value)
            }
            (name, _) => {
                let help = match name {
                    "sort" | "sort_unstable" | "sort_by" | "sort_unstable_by" => {
                        "write `let sorted = ndstencil::network::sort(values);`"
                    }
                    _ => "write a loop over its elements",
                };
                Err(self.refuse_method(&call.method, "an array", help))
            }
        }
    }

    fn array_of(&mut self, items: Vec<Lowered<Expr>>, stmts: Vec<Stmt>) -> Lowered<Expr> {
        let items: Vec<Expr> = items.into_iter().collect::<Lowered<_>>()?;
        let ty = Ty::array(items[0].ty.clone(), items.len());
        for item in &items[1..] {
            self.unify(&items[0].ty, &item.ty)?;
        }
        let array = Expr::new(ExprKind::Array(items), ty.clone());
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: Some(array.boxed()) }), ty))
    }

    fn swap(&mut self, call: &ExprMethodCall, one: &syn::Expr, other: &syn::Expr) -> Lowered<Expr> {
        let at = call.to_token_stream();
        let mut stmts = Vec::new();
        let mut places = Vec::new();
        for index in [one, other] {
            let index = self.expr(index, Some(&Ty::USIZE))?;
            let index = self.coerce(index, &Ty::USIZE)?;
            let index = self.reusable(index, &at, &mut stmts);
            let array = self.place(&call.receiver)?;
            let Ty::Array(element, _) = self.types.shallow(&array.ty) else { return Err(self.mismatch()) };
            places.push(Expr::new(ExprKind::Element(array.boxed(), index.boxed()), *element));
        }
        let ty = places[0].ty.clone();
        let held = self.hidden("held", ty.clone(), false);
        let mut push = |kind| stmts.push(Stmt { at: at.clone(), kind });
        push(StmtKind::Let { local: held, init: Some(places[0].clone()) });
        let (first, second) = (places[0].clone().boxed(), places[1].clone().boxed());
        push(StmtKind::Expr(Expr::new(ExprKind::Assign(first, second.clone()), Ty::unit())));
        let held = Expr::local(held, ty).boxed();
        push(StmtKind::Expr(Expr::new(ExprKind::Assign(second, held), Ty::unit())));
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::unit()))
    }

    fn array_contains(&mut self, call: &ExprMethodCall, array: Expr, value: Expr) -> Lowered<Expr> {
        let at = call.to_token_stream();
        let mut stmts = Vec::new();
        let array = self.reusable(array, &at, &mut stmts);
        let value = self.reusable(value, &at, &mut stmts);
        let Ty::Array(element, length) = self.types.shallow(&array.ty) else { return Err(self.mismatch()) };
        let mut found = Expr::new(ExprKind::Bool(false), Ty::BOOL);
        for index in 0..length {
            let index = Expr::index(index).boxed();
            let item = Expr::new(ExprKind::Element(array.clone().boxed(), index), (*element).clone());
            let equal = self.operation(syn::BinOp::Eq(Default::default()), item, value.clone(), call)?;
            found = if matches!(found.kind, ExprKind::Bool(_)) {
                equal
            } else {
                Expr::new(ExprKind::Or(found.boxed(), equal.boxed()), Ty::BOOL)
            };
        }
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: Some(found.boxed()) }), Ty::BOOL))
    }

    /// Lowers methods of whole views and arrays: `y.fill(v)`, `y.assign(&x)`.
    pub(crate) fn fill_cells(
        &mut self,
        call: &ExprMethodCall,
        output: Resource,
        value: impl FnOnce(&mut Self, Expr, &mut Vec<Stmt>) -> Lowered<Expr>,
    ) -> Lowered<Expr> {
        let at = call.to_token_stream();
        let element = Ty::Scalar(self.program.extent(output).element);
        let counter = self.hidden("i", Ty::USIZE, false);
        let index = Expr::local(counter, Ty::USIZE);
        let mut stmts = Vec::new();
        let value = value(self, index.clone(), &mut stmts)?;
        let value = self.coerce(value, &element)?;
        let place = Expr::new(ExprKind::Cell(output, index.boxed()), element);
        let store = Expr::new(ExprKind::Assign(place.boxed(), value.boxed()), Ty::unit());
        let body = Block { stmts: vec![Stmt { at: at.clone(), kind: StmtKind::Expr(store) }], value: None };
        let end = self.item_count(&Items::Cells(output));
        let start = Expr::index(0);
        let node = For { counter, start, end, inclusive: false, reversed: false, step: 1, body };
        let each = Expr::new(ExprKind::For(Box::new(node)), Ty::unit());
        stmts.push(Stmt { at, kind: StmtKind::Expr(each) });
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::unit()))
    }
}
