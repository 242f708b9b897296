//! Variables in a piece of the body, and the way in which each of them is used there.
//!
//! A place is followed whole, through `.0`, `.name`, `[i]`, `*`, parentheses and any mix of them, to the operator that
//! decides: the walk carries a [`Mode`] down to the variable. What is not understood, such as the tokens of a macro whose
//! arguments are no expressions, counts as a write. A body that is taken to write more than it does runs slowly; one that is taken to write
//! less gives wrong results.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprBinary, ExprCall, ExprClosure, ExprIndex, ExprMethodCall, Item, Macro, Pat, PointerMutability, Stmt, UnOp,
};

use super::macros::{self, Arguments};
use crate::syntax::{is_assignment, is_field, plain};

/// The methods that tell the same about all lanes, and that a single lane has, too.
const SHAPE: &[&str] = &["len", "is_empty", "shape", "dim", "nrows", "ncols", "len_of"];

/// Methods of slices, vectors and views that take them by reference.
const LOOKS: &[&str] = &[
    "iter",
    "get",
    "first",
    "last",
    "contains",
    "windows",
    "chunks",
    "chunks_exact",
    "as_slice",
    "view",
    "row",
    "column",
    "rows",
    "to_vec",
    "clone",
];

/// One use of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use<'a> {
    /// `x.len()`
    Shape(&'a Ident),
    /// `x[i]`, and whether the cell may be written.
    Cell { written: bool },
    /// An operand, a condition, the base of a field: a look at the value where it stands.
    Operand,
    /// `&x`, an argument of a macro, a call.
    Lent,
    /// The receiver of this method.
    Receiver(&'a Ident),
    /// The value may be moved away.
    Moved,
    /// A `move` closure takes it, for whatever it does with it.
    Captured,
    /// The value, or a part of it, may be changed.
    ByView,
}

/// Returns true when this use of a stencil's windows gives the same at all points: what it tells is about the input.
pub(super) fn is_of_all(used: Use<'_>) -> bool {
    match used {
        Use::Shape(method) => method == "shape",
        Use::Receiver(method) => method == "halo",
        // Told beside the use itself.
        Use::Captured => true,
        Use::Cell { .. } | Use::Operand | Use::Lent | Use::Moved | Use::ByView => false,
    }
}

/// Code in which uses are looked for.
pub(super) trait Code {
    fn walk(&self, walk: &mut Walk<'_>);
}

impl Code for Expr {
    fn walk(&self, walk: &mut Walk<'_>) {
        walk.expr(Mode::Value, self);
    }
}

impl Code for [Stmt] {
    fn walk(&self, walk: &mut Walk<'_>) {
        self.iter().for_each(|stmt| walk.visit_stmt(stmt));
    }
}

/// Calls `found` with every use of a variable.
pub(super) fn each(code: &(impl Code + ?Sized), mut found: impl FnMut(&Ident, Use<'_>)) {
    code.walk(&mut Walk { found: &mut found, moving: false });
}

/// The way in which the value of an expression is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Value,
    Operand,
    Lent,
    ByView,
}

/// The walk through one piece of code.
pub(super) struct Walk<'f> {
    found: &'f mut dyn FnMut(&Ident, Use<'_>),
    /// Inside of a `move` closure.
    moving: bool,
}

impl Walk<'_> {
    fn report(&mut self, ident: &Ident, used: Use<'_>) {
        (self.found)(ident, used);
        if self.moving {
            (self.found)(ident, Use::Captured);
        }
    }

    fn expr(&mut self, mode: Mode, expr: &Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(ident) = path.path.get_ident() {
                    self.report(
                        ident,
                        match mode {
                            Mode::Value => Use::Moved,
                            Mode::Operand => Use::Operand,
                            Mode::Lent => Use::Lent,
                            Mode::ByView => Use::ByView,
                        },
                    );
                }
            }
            Expr::Paren(inner) => self.expr(mode, &inner.expr),
            Expr::Group(inner) => self.expr(mode, &inner.expr),
            Expr::Field(field) => self.expr(mode, &field.base),
            Expr::Index(index) => self.index(mode, index),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => self.expr(mode.of_part(), &unary.expr),
            Expr::Unary(unary) => self.expr(Mode::Operand, &unary.expr),
            Expr::Cast(cast) => self.expr(Mode::Operand, &cast.expr),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => {
                self.expr(Mode::Value, &assign.right);
                self.assignee(&assign.left);
            }
            Expr::Reference(node) => self.expr(Mode::borrowed(node.mutability.is_some()), &node.expr),
            Expr::RawAddr(node) => {
                self.expr(Mode::borrowed(matches!(node.mutability, PointerMutability::Mut(_))), &node.expr);
            }
            Expr::Range(range) => {
                for end in [&range.start, &range.end].into_iter().flatten() {
                    self.expr(Mode::Operand, end);
                }
            }
            Expr::If(node) => {
                self.expr(Mode::Operand, &node.cond);
                self.visit_block(&node.then_branch);
                if let Some((_, branch)) = &node.else_branch {
                    self.expr(Mode::Value, branch);
                }
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Macro(node) => self.visit_macro(&node.mac),
            Expr::Verbatim(tokens) => self.unknown(tokens.clone()),
            other => visit::visit_expr(self, other),
        }
    }

    fn index(&mut self, mode: Mode, node: &ExprIndex) {
        match variable(&node.expr) {
            Some(ident) if !has_range(&node.index) => {
                self.report(ident, Use::Cell { written: mode == Mode::ByView });
            }
            _ => self.expr(mode.of_part(), &node.expr),
        }
        self.expr(Mode::Operand, &node.index);
    }

    fn binary(&mut self, node: &ExprBinary) {
        let assigned = is_assignment(&node.op);
        self.expr(if assigned { Mode::ByView } else { Mode::Operand }, &node.left);
        self.expr(Mode::Operand, &node.right);
    }

    /// The left side of `=`: a place, or several of them in a pattern.
    fn assignee(&mut self, expr: &Expr) {
        match expr {
            Expr::Tuple(node) => node.elems.iter().for_each(|place| self.assignee(place)),
            Expr::Array(node) => node.elems.iter().for_each(|place| self.assignee(place)),
            Expr::Call(node) => node.args.iter().for_each(|place| self.assignee(place)),
            Expr::Struct(node) => node.fields.iter().for_each(|field| self.assignee(&field.expr)),
            Expr::Paren(node) => self.assignee(&node.expr),
            Expr::Group(node) => self.assignee(&node.expr),
            Expr::Infer(_) | Expr::Range(_) => {}
            place if is_place(place) => self.expr(Mode::ByView, place),
            other => self.unknown(other.to_token_stream()),
        }
    }

    /// A method may change the value it is called on; which do not is known of a variable's own methods alone.
    fn method(&mut self, call: &ExprMethodCall) {
        match variable(&call.receiver) {
            Some(ident) if SHAPE.contains(&call.method.to_string().as_str()) => {
                self.report(ident, Use::Shape(&call.method))
            }
            Some(ident) => self.report(ident, Use::Receiver(&call.method)),
            None if is_place(&call.receiver) => {
                if takes_itself(&call.method) {
                    self.expr(Mode::Value, &call.receiver);
                }
                self.expr(Mode::ByView, &call.receiver);
            }
            None => self.expr(Mode::Operand, &call.receiver),
        }
        call.args.iter().for_each(|argument| self.expr(Mode::Value, argument));
    }

    fn call(&mut self, call: &ExprCall) {
        self.expr(Mode::Lent, &call.func);
        call.args.iter().for_each(|argument| self.expr(Mode::Value, argument));
    }

    fn closure(&mut self, closure: &ExprClosure) {
        let outer = self.moving;
        self.moving |= closure.capture.is_some();
        self.expr(Mode::Value, &closure.body);
        self.moving = outer;
    }

    /// Tokens of which nothing is known.
    fn unknown(&mut self, tokens: TokenStream) {
        for name in mentions(tokens) {
            if let Some(ident) = ident(&name) {
                self.report(&ident, Use::ByView);
            }
        }
    }
}

impl Mode {
    fn borrowed(mutable: bool) -> Self {
        if mutable { Self::ByView } else { Self::Lent }
    }

    /// The mode of what stands behind `[..]` and `*`: a copy, or rustc refuses.
    fn of_part(self) -> Self {
        match self {
            Self::Value => Self::Operand,
            other => other,
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_expr(&mut self, node: &'ast Expr) {
        self.expr(Mode::Value, node);
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        match macros::arguments(node) {
            Some(Arguments { taken, lent }) => {
                taken.iter().for_each(|argument| self.expr(Mode::Value, argument));
                lent.iter().for_each(|argument| self.expr(Mode::Lent, argument));
                for name in captures(node.tokens.clone()) {
                    self.report(&name, Use::Lent);
                }
                // A macro of a user's may have the name of one of the standard library's.
                let bare = |argument: &&Expr| matches!(argument, Expr::Path(_));
                taken.iter().chain(&lent).filter(bare).for_each(|argument| self.expr(Mode::ByView, argument));
            }
            None => self.unknown(node.tokens.clone()),
        }
    }

    // Names that are given, not used; a guard is an expression again.
    fn visit_pat(&mut self, node: &'ast Pat) {
        if let Pat::Guard(guard) = node {
            self.expr(Mode::Operand, &guard.guard);
        }
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

/// The variable that an expression is, behind nothing but what a macro's argument leaves around it.
pub(super) fn variable(expr: &Expr) -> Option<&Ident> {
    match expr {
        Expr::Path(path) => path.path.get_ident(),
        Expr::Group(inner) => variable(&inner.expr),
        _ => None,
    }
}

/// Returns true when an expression is a place, and not a value that was just made.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        _ => false,
    }
}

/// Returns true when the method may move its receiver: all that are not known to look at it only.
pub(super) fn takes_itself(method: &Ident) -> bool {
    !LOOKS.contains(&method.to_string().as_str())
}

/// `[1..]` is no cell.
fn has_range(index: &Expr) -> bool {
    match index {
        Expr::Paren(inner) => has_range(&inner.expr),
        Expr::Group(inner) => has_range(&inner.expr),
        other => matches!(other, Expr::Range(_) | Expr::Macro(_) | Expr::Block(_)),
    }
}

/// The identifiers in the tokens that may be variables.
pub(super) fn mentions(tokens: impl ToTokens) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    gather(tokens.to_token_stream(), &mut names);
    names
}

fn gather(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (position, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => gather(group.stream(), names),
            TokenTree::Ident(ident) => {
                if !is_field(&tokens[..position]) {
                    names.insert(plain(ident));
                }
            }
            TokenTree::Literal(literal) => {
                names.extend(captured(&literal.to_string()).iter().map(plain));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The variables that the format strings among the tokens capture: `assert!(ok, "{value}")`.
fn captures(tokens: TokenStream) -> Vec<Ident> {
    let literal = |token| match token {
        TokenTree::Literal(literal) => captured(&literal.to_string()),
        _ => Vec::new(),
    };
    tokens.into_iter().flat_map(literal).collect()
}

/// The variables that a format string may capture.
fn captured(literal: &str) -> Vec<Ident> {
    if !literal.contains('"') {
        return Vec::new();
    }
    let insides = literal.split('{').skip(1).filter_map(|part| part.split('}').next());
    let words = insides.flat_map(|inside| inside.split(|c: char| !c.is_alphanumeric() && c != '_'));
    words.filter_map(ident).collect()
}

/// The variable of a name without `r#`.
pub(super) fn ident(name: &str) -> Option<Ident> {
    syn::parse_str(name).or_else(|_| syn::parse_str(&format!("r#{name}"))).ok()
}
