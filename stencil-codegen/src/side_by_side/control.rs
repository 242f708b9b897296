//! Control flow that a statement would need beyond its own end.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Expr, ExprAwait, ExprBreak, ExprClosure, ExprContinue, ExprForLoop, ExprLoop, ExprReturn, ExprTry, ExprWhile, Item,
    Macro, Stmt,
};

/// The jumps and loops in some statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Control {
    pub(super) loops: bool,
    /// `return` and `?`.
    pub(super) returns: bool,
    /// `break` and `continue`, of whatever loop.
    pub(super) jumps: bool,
}

impl Control {
    pub(super) fn of_stmts(stmts: &[Stmt]) -> Self {
        let mut control = Self::default();
        stmts.iter().for_each(|stmt| control.visit_stmt(stmt));
        control
    }

    pub(super) fn of_expr(expr: &Expr) -> Self {
        let mut control = Self::default();
        control.visit_expr(expr);
        control
    }

    pub(super) fn of_macro(node: &Macro) -> Self {
        let mut control = Self::default();
        control.visit_macro(node);
        control
    }

    /// Nothing leaves the statements, and nothing in them repeats.
    pub(super) fn is_straight(self) -> bool {
        self == Self::default()
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => match ident.to_string().as_str() {
                    "return" => self.returns = true,
                    "break" | "continue" => self.jumps = true,
                    "for" | "while" | "loop" => self.loops = true,
                    _ => {}
                },
                TokenTree::Punct(mark) if mark.as_char() == '?' => self.returns = true,
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Control {
    fn visit_expr_for_loop(&mut self, node: &'ast ExprForLoop) {
        self.loops = true;
        visit::visit_expr_for_loop(self, node);
    }

    fn visit_expr_while(&mut self, node: &'ast ExprWhile) {
        self.loops = true;
        visit::visit_expr_while(self, node);
    }

    fn visit_expr_loop(&mut self, node: &'ast ExprLoop) {
        self.loops = true;
        visit::visit_expr_loop(self, node);
    }

    fn visit_expr_return(&mut self, node: &'ast ExprReturn) {
        self.returns = true;
        visit::visit_expr_return(self, node);
    }

    fn visit_expr_try(&mut self, node: &'ast ExprTry) {
        self.returns = true;
        visit::visit_expr_try(self, node);
    }

    fn visit_expr_await(&mut self, _: &'ast ExprAwait) {
        self.returns = true;
    }

    fn visit_expr_break(&mut self, node: &'ast ExprBreak) {
        self.jumps = true;
        visit::visit_expr_break(self, node);
    }

    fn visit_expr_continue(&mut self, _: &'ast ExprContinue) {
        self.jumps = true;
    }

    fn visit_macro(&mut self, node: &'ast Macro) {
        self.tokens(node.tokens.clone());
    }

    // What happens in there stays in there.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}
