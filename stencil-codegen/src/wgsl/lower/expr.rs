//! Expressions.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{BinOp, Lit, UnOp};

use super::context::{Judged, Lowered, Lowerer, Refused};
use super::scope::Binding;
use super::tree::{Block, Expr, ExprKind, Resource, Stmt, StmtKind};
use super::types::Ty;
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;

impl Lowerer<'_, '_> {
    /// Lowers an expression. `expected` is what its surroundings want: only literals listen.
    pub(crate) fn expr(&mut self, expr: &syn::Expr, expected: Option<&Ty>) -> Lowered<Expr> {
        use syn::Expr as E;
        match expr {
            E::Paren(inner) => self.expr(&inner.expr, expected),
            E::Group(inner) => self.expr(&inner.expr, expected),
            E::Lit(literal) => self.literal(&literal.lit, expected),
            E::Path(path) => self.path(path),
            E::Reference(inner) if inner.mutability.is_none() => self.expr(&inner.expr, expected),
            E::Unary(unary) => self.unary(unary, expected),
            E::Binary(binary) => self.binary(binary),
            E::Cast(cast) => self.cast(cast),
            E::Assign(assign) => self.assign(assign),
            E::Tuple(tuple) => self.tuple(tuple, expected),
            E::Array(array) => self.array(array, expected),
            E::Repeat(repeat) => {
                let element = self.element_type(expected);
                let item = self.expr(&repeat.expr, element.as_ref())?;
                let length = self.length(&repeat.len)?;
                let ty = Ty::array(item.ty.clone(), length);
                Ok(Expr::new(ExprKind::Repeat(item.boxed(), length), ty))
            }
            E::Index(index) => self.index(index),
            E::Field(field) => self.field(field),
            E::Block(block) if block.label.is_none() => self.block_expr(&block.block, expected),
            E::If(node) => self.if_expr(node, expected),
            E::Match(node) => self.match_expr(node, expected),
            E::ForLoop(node) => self.for_loop(node),
            E::While(node) => self.while_loop(node),
            E::Loop(node) => self.infinite_loop(node, expected),
            E::Break(node) => self.break_expr(node),
            E::Continue(node) => self.continue_expr(node),
            E::Return(node) => self.return_expr(node),
            E::Call(call) => self.call(call, expected),
            E::MethodCall(call) => self.method_call(call, expected),
            E::Macro(call) => self.macro_call(&call.mac),
            other => Err(self.refused_expr(other)),
        }
    }

    fn refused_expr(&mut self, expr: &syn::Expr) -> Refused {
        use syn::Expr as E;
        let (what, help) = match expr {
            E::Struct(node) if self.is_refused(&node.path) => return Refused,
            E::Closure(_) => ("closures as values", "call it where it is made, or name it: `let f = |v: f32| ..;`"),
            E::Reference(_) => ("mutable references", "return the new value: `x = changed(x);`"),
            E::Range(_) => ("ranges as values", "write the range into the loop: `for i in a..b`"),
            E::Let(_) => ("`if let`", "write `match`, or compare"),
            E::Try(_) => ("`?`", "write a number for \"nothing\", such as NaN, and compare"),
            E::Struct(_) => ("structs", "write a tuple"),
            E::Unsafe(node) => {
                let help = "write the safe form: indices that are known cost no check";
                return self.refuse(node.unsafe_token, "`unsafe`", help);
            }
            E::Block(node) => {
                return self.refuse(&node.label, "labelled blocks", "write `if`, or a function with `return`");
            }
            E::Const(_) => ("`const` blocks", "write `const NAME: f32 = ..;`"),
            E::Async(_) | E::Await(_) => ("`async`", "the function computes and returns"),
            E::Infer(_) => ("`_` as a value", "name the value"),
            _ => ("form of this expression", "write it with numbers, arrays, loops and functions"),
        };
        self.refuse(expr, what, help)
    }

    /// Returns true when a path names a type of the body, which is refused where it stands.
    pub(crate) fn is_refused(&self, path: &syn::Path) -> bool {
        path.get_ident().is_some_and(|name| matches!(self.scopes.lookup(&name.to_string()), Some(Binding::Refused)))
    }

    fn literal(&mut self, literal: &Lit, expected: Option<&Ty>) -> Lowered<Expr> {
        let wanted = expected.and_then(|ty| self.types.scalar(ty));
        match literal {
            Lit::Bool(truth) => Ok(Expr::new(ExprKind::Bool(truth.value), Ty::BOOL)),
            Lit::Int(number) => {
                let value = number.base10_parse::<i128>();
                let Ok(value) = value else { return Err(self.refuse(literal, "integers of 128 bits", "write `i64`")) };
                let ty = match (number.suffix(), wanted) {
                    ("", Some(scalar)) if scalar.is_int() => Ty::Scalar(scalar),
                    ("", _) => self.types.int(),
                    (suffix, _) => self.suffix(literal, suffix)?,
                };
                if self.types.scalar(&ty).is_some_and(Scalar::is_float) {
                    return Ok(Expr::new(ExprKind::Float(number.base10_digits().to_owned()), ty));
                }
                Ok(Expr::new(ExprKind::Int(value), ty))
            }
            Lit::Float(number) => {
                let ty = match (number.suffix(), wanted) {
                    ("", Some(scalar)) if scalar.is_float() && scalar != Scalar::F16 => Ty::Scalar(scalar),
                    ("", _) => self.types.float(),
                    (suffix, _) => self.suffix(literal, suffix)?,
                };
                Ok(Expr::new(ExprKind::Float(number.base10_digits().to_owned()), ty))
            }
            Lit::Byte(byte) => Ok(Expr::new(ExprKind::Int(byte.value().into()), Ty::Scalar(Scalar::U8))),
            other => Err(self.refuse(other, "text", "write numbers")),
        }
    }

    fn suffix(&mut self, literal: &Lit, suffix: &str) -> Lowered<Ty> {
        match Scalar::of_name(suffix) {
            Some(scalar) => Ok(Ty::Scalar(scalar)),
            None => Err(self.refuse(literal, format!("type `{suffix}`"), "write a number of at most 64 bits")),
        }
    }

    fn path(&mut self, path: &syn::ExprPath) -> Lowered<Expr> {
        if let Some(name) = path.path.get_ident()
            && path.qself.is_none()
        {
            return self.name(name);
        }
        let Some(names) = self.names_of(path) else {
            return Err(self.refuse(path, "qualified paths", "write `f32::MAX` in place of `<f32>::MAX`"));
        };
        if let Some((scalar, text)) = ops::constant(&names) {
            return Ok(Expr::new(ExprKind::Constant(text), Ty::Scalar(scalar)));
        }
        let name = names.join("::");
        if matches!(name.as_str(), "isize::MAX" | "isize::MIN") {
            let help =
                "a GPU form holds values of 32 bits in an `isize`: write a number that fits, or compute in `i64`";
            return Err(self.refuse(path, format!("`{name}`"), help));
        }
        Err(self.unknown_name(path, name))
    }

    /// The segments of a path, type parameters replaced by what they stand for.
    pub(crate) fn names_of(&self, path: &syn::ExprPath) -> Option<Vec<String>> {
        let mut names = Vec::new();
        if let Some(qself) = &path.qself {
            let syn::Type::Path(ty) = &*qself.ty else { return None };
            names.push(ty.path.get_ident()?.to_string());
        }
        let skipped = path.qself.as_ref().map_or(0, |qself| qself.position);
        names.extend(path.path.segments.iter().skip(skipped).map(|segment| segment.ident.to_string()));
        if let Some(Binding::Type(ty)) = self.scopes.lookup(&names[0]) {
            names[0] = self.types.scalar(ty)?.rust().to_owned();
        }
        Some(names)
    }

    fn name(&mut self, name: &syn::Ident) -> Lowered<Expr> {
        match self.scopes.lookup(&name.to_string()).cloned() {
            Some(Binding::Local(local)) => Ok(Expr::local(local, self.locals[local].ty.clone())),
            Some(Binding::Value(value)) => Ok(value),
            Some(Binding::Item(item)) => self.constant_item(item, name),
            Some(Binding::Resource(resource)) => self.whole(resource, name),
            Some(Binding::Closure(_)) => {
                Err(self.refuse(name, "closures as values", "call it here, or write a function"))
            }
            Some(Binding::Type(_)) => Err(self.mismatch()),
            Some(Binding::Refused) => Err(Refused),
            None => Err(self.unknown_name(name, name)),
        }
    }

    /// The constant of the body or the module.
    fn constant_item(&mut self, item: usize, name: &syn::Ident) -> Lowered<Expr> {
        let (item, block) = self.program.items.items[item].clone();
        let syn::Item::Const(item) = &*item else {
            return Err(self.refuse(name, "functions as values", "call it here, or write a closure"));
        };
        self.nested(|this| {
            let scopes = this.program.items.scopes(Some(block));
            let outer = std::mem::replace(&mut this.scopes, scopes);
            let value = this.ty(&item.ty).and_then(|ty| {
                let value = this.expr(&item.expr, Some(&ty))?;
                this.coerce(value, &ty)
            });
            this.scopes = outer;
            value
        })
    }

    /// A parameter `[T; N]` as an array; windows and views are no values.
    fn whole(&mut self, resource: Resource, name: &syn::Ident) -> Lowered<Expr> {
        let extent = self.program.extent(resource).clone();
        let element = Ty::Scalar(extent.element);
        if let Some(length) = extent.length {
            let cell = |index| Expr::new(ExprKind::Read(resource, vec![Expr::index(index)]), element.clone());
            let cells = (0..length).map(cell).collect();
            return Ok(Expr::new(ExprKind::Array(cells), Ty::array(element, length)));
        }
        let (what, help) = match resource {
            Resource::Window(_) => ("windows as values", format!("read a cell, `{name}[[..]]`, or `{name}.values()`")),
            _ => ("arrays of unknown length as values", format!("read an element: `{name}[i]`, `{name}[[i, j]]`")),
        };
        Err(self.refuse(name, what, help))
    }

    fn unary(&mut self, unary: &syn::ExprUnary, expected: Option<&Ty>) -> Lowered<Expr> {
        let operand = self.expr(&unary.expr, expected)?;
        match unary.op {
            // References are seen through.
            UnOp::Deref(_) => return Ok(operand),
            UnOp::Neg(_) => {
                if let ExprKind::Int(value) = operand.kind {
                    return Ok(Expr::new(ExprKind::Int(-value), operand.ty));
                }
            }
            _ => {}
        }
        self.judge(&operand.ty, Judged::Scalar, unary);
        let ty = operand.ty.clone();
        Ok(Expr::new(ExprKind::Unary(unary.op, operand.boxed()), ty))
    }

    /// Has the type judged when it is known.
    pub(crate) fn judge(&mut self, ty: &Ty, judged: Judged, at: impl ToTokens) {
        if self.types.scalar(ty).is_none() {
            self.judged.push((ty.clone(), judged, at.into_token_stream()));
        }
    }

    fn binary(&mut self, node: &syn::ExprBinary) -> Lowered<Expr> {
        if let Some(op) = plain(&node.op) {
            return self.update(node, op);
        }
        let (left, right) = (self.expr(&node.left, None), self.expr(&node.right, None));
        let (left, right) = (left?, right?);
        let kind = match node.op {
            BinOp::And(_) | BinOp::Or(_) => {
                let left = self.coerce(left, &Ty::BOOL)?.boxed();
                let right = self.coerce(right, &Ty::BOOL)?.boxed();
                if matches!(node.op, BinOp::And(_)) { ExprKind::And(left, right) } else { ExprKind::Or(left, right) }
            }
            op => return self.operation(op, left, right, node),
        };
        Ok(Expr::new(kind, Ty::BOOL))
    }

    /// `left op right` of lowered operands.
    pub(crate) fn operation(&mut self, op: BinOp, left: Expr, right: Expr, at: impl ToTokens) -> Lowered<Expr> {
        let has_parts = |ty: Ty| matches!(ty, Ty::Tuple(_) | Ty::Array(..));
        if matches!(op, BinOp::Eq(_) | BinOp::Ne(_)) && has_parts(self.types.shallow(&left.ty)) {
            return self.compared(op, left, right, &at.to_token_stream());
        }
        let ty = self.operation_type(op, &left.ty, &right.ty, at)?;
        Ok(Expr::new(ExprKind::Binary(op, left.boxed(), right.boxed()), ty))
    }

    /// `==` and `!=` of tuples and arrays: those of all parts, which are computed in any case.
    fn compared(&mut self, op: BinOp, left: Expr, right: Expr, at: &TokenStream) -> Lowered<Expr> {
        self.unify(&left.ty, &right.ty)?;
        let mut stmts = Vec::new();
        let (left, right) = (self.each_part(left, at, &mut stmts)?, self.each_part(right, at, &mut stmts)?);
        let is_equal = matches!(op, BinOp::Eq(_));
        let join = if is_equal { BinOp::BitAnd(Default::default()) } else { BinOp::BitOr(Default::default()) };
        let mut all = Expr::new(ExprKind::Bool(is_equal), Ty::BOOL);
        for (number, (one, other)) in left.into_iter().zip(right).enumerate() {
            let part = self.operation(op, one, other, at)?;
            all = match number {
                0 => part,
                _ => Expr::new(ExprKind::Binary(join, all.boxed(), part.boxed()), Ty::BOOL),
            };
        }
        if stmts.is_empty() {
            return Ok(all);
        }
        Ok(Expr::new(ExprKind::Block(Block { stmts, value: Some(all.boxed()) }), Ty::BOOL))
    }

    /// The parts of a tuple or an array.
    fn each_part(&mut self, value: Expr, at: &TokenStream, stmts: &mut Vec<Stmt>) -> Lowered<Vec<Expr>> {
        let value = match value.kind {
            ExprKind::Tuple(items) | ExprKind::Array(items) => return Ok(items),
            kind => self.reusable(Expr::new(kind, value.ty), at, stmts),
        };
        let of = |kind, ty: &Ty| Expr::new(kind, ty.clone());
        match self.types.shallow(&value.ty) {
            Ty::Tuple(types) => {
                let field = |(number, ty)| of(ExprKind::Field(value.clone().boxed(), number), ty);
                Ok(types.iter().enumerate().map(field).collect())
            }
            Ty::Array(ty, length) => {
                let element = |number| ExprKind::Element(value.clone().boxed(), Expr::index(number).boxed());
                Ok((0..length).map(|number| of(element(number), &ty)).collect())
            }
            _ => Err(self.mismatch()),
        }
    }

    fn operation_type(&mut self, op: BinOp, left: &Ty, right: &Ty, at: impl ToTokens) -> Lowered<Ty> {
        if !matches!(op, BinOp::Shl(_) | BinOp::Shr(_)) {
            self.unify(left, right)?;
        }
        self.judge(left, Judged::Scalar, at);
        Ok(if is_comparison(&op) { Ty::BOOL } else { self.types.shallow(left) })
    }

    /// `place op= value`
    fn update(&mut self, node: &syn::ExprBinary, op: BinOp) -> Lowered<Expr> {
        let place = self.place(&node.left);
        let expected = place.as_ref().ok().map(|place| place.ty.clone());
        let value = self.expr(&node.right, expected.filter(|_| !is_shift(&op)).as_ref());
        let (place, value) = (place?, value?);
        self.operation_type(op, &place.ty, &value.ty, node)?;
        Ok(Expr::new(ExprKind::Update(op, place.boxed(), value.boxed()), Ty::unit()))
    }

    fn cast(&mut self, cast: &syn::ExprCast) -> Lowered<Expr> {
        let ty = self.ty(&cast.ty)?;
        // The literals of branches take their type from each other.
        let value = self.expr(&cast.expr, is_number(&cast.expr).then_some(&ty))?;
        self.judge(&value.ty, Judged::Castable, &cast.expr);
        Ok(Expr::new(ExprKind::Cast(value.boxed()), ty))
    }

    fn assign(&mut self, assign: &syn::ExprAssign) -> Lowered<Expr> {
        if let syn::Expr::Infer(_) = &*assign.left {
            let value = self.expr(&assign.right, None)?;
            let stmts = vec![Stmt { at: assign.to_token_stream(), kind: StmtKind::Expr(value) }];
            return Ok(Expr::new(ExprKind::Block(Block { stmts, value: None }), Ty::unit()));
        }
        if let syn::Expr::Tuple(_) | syn::Expr::Array(_) = crate::scope::strip(&assign.left) {
            return self.assign_parts(assign);
        }
        let place = self.place(&assign.left);
        let expected = place.as_ref().ok().map(|place| place.ty.clone());
        let value = self.expr(&assign.right, expected.as_ref());
        let place = place?;
        let value = self.coerce(value?, &place.ty)?;
        Ok(Expr::new(ExprKind::Assign(place.boxed(), value.boxed()), Ty::unit()))
    }

    fn tuple(&mut self, tuple: &syn::ExprTuple, expected: Option<&Ty>) -> Lowered<Expr> {
        let wanted = match expected.map(|ty| self.types.shallow(ty)) {
            Some(Ty::Tuple(items)) => items,
            _ => Vec::new(),
        };
        let items: Vec<_> = tuple.elems.iter().enumerate().map(|(i, item)| self.expr(item, wanted.get(i))).collect();
        let items: Vec<Expr> = items.into_iter().collect::<Lowered<_>>()?;
        let ty = Ty::Tuple(items.iter().map(|item| item.ty.clone()).collect());
        Ok(Expr::new(ExprKind::Tuple(items), ty))
    }

    fn element_type(&self, expected: Option<&Ty>) -> Option<Ty> {
        match self.types.shallow(expected?) {
            Ty::Array(element, _) => Some(*element),
            _ => None,
        }
    }

    fn array(&mut self, array: &syn::ExprArray, expected: Option<&Ty>) -> Lowered<Expr> {
        if array.elems.is_empty() {
            return Err(self.refuse(array, "empty arrays", "leave out what runs over it"));
        }
        let element = self.element_type(expected).unwrap_or_else(|| self.types.unknown());
        let items: Vec<_> = array.elems.iter().map(|item| self.expr(item, Some(&element))).collect();
        let items: Vec<Expr> = items.into_iter().collect::<Lowered<_>>()?;
        for item in &items {
            self.unify(&element, &item.ty)?;
        }
        let length = items.len();
        Ok(Expr::new(ExprKind::Array(items), Ty::array(element, length)))
    }

    fn field(&mut self, field: &syn::ExprField) -> Lowered<Expr> {
        let base = self.expr(&field.base, None)?;
        let syn::Member::Unnamed(index) = &field.member else {
            return Err(self.refuse(&field.member, "named fields", "write a tuple: `value.0`"));
        };
        let Ty::Tuple(items) = self.types.shallow(&base.ty) else { return Err(self.mismatch()) };
        let Some(ty) = items.get(index.index as usize) else { return Err(self.mismatch()) };
        let index = index.index as usize;
        Ok(Expr::new(ExprKind::Field(base.boxed(), index), ty.clone()))
    }
}

/// `1`, `-1`
fn is_number(expr: &syn::Expr) -> bool {
    match crate::scope::strip(expr) {
        syn::Expr::Lit(_) => true,
        syn::Expr::Unary(syn::ExprUnary { op: UnOp::Neg(_), expr, .. }) => is_number(expr),
        _ => false,
    }
}

/// The operator in `op=`.
fn plain(op: &BinOp) -> Option<BinOp> {
    Some(match op {
        BinOp::AddAssign(_) => BinOp::Add(Default::default()),
        BinOp::SubAssign(_) => BinOp::Sub(Default::default()),
        BinOp::MulAssign(_) => BinOp::Mul(Default::default()),
        BinOp::DivAssign(_) => BinOp::Div(Default::default()),
        BinOp::RemAssign(_) => BinOp::Rem(Default::default()),
        BinOp::BitXorAssign(_) => BinOp::BitXor(Default::default()),
        BinOp::BitAndAssign(_) => BinOp::BitAnd(Default::default()),
        BinOp::BitOrAssign(_) => BinOp::BitOr(Default::default()),
        BinOp::ShlAssign(_) => BinOp::Shl(Default::default()),
        BinOp::ShrAssign(_) => BinOp::Shr(Default::default()),
        _ => return None,
    })
}

fn is_comparison(op: &BinOp) -> bool {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

fn is_shift(op: &BinOp) -> bool {
    matches!(op, BinOp::Shl(_) | BinOp::Shr(_))
}
