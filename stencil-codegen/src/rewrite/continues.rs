//! `if c { continue } rest` becomes `if c {} else { rest }`: LLVM turns the second into selects, not the first.
//!
//! Only what is mechanical: the `continue` ends the first branch of an `if` that is a statement of the loop's own body
//! (or the initialiser of a `let`), and it means that loop. Items stay where they are, since the whole block sees them.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprContinue, ExprForLoop, ExprIf, ExprLoop, ExprWhile, Label, Lifetime, Macro, Path, Stmt,
    parse_quote,
};

use crate::syntax::{has_let, plain, std_macro};

/// Rewrites all loops of the body.
///
/// `locals` are the names of variables; all others may be those of items.
pub(crate) fn rewrite(body: &mut Block, locals: &BTreeSet<String>) {
    Loops { locals }.visit_block_mut(body);
}

struct Loops<'n> {
    locals: &'n BTreeSet<String>,
}

impl VisitMut for Loops<'_> {
    fn visit_expr_for_loop_mut(&mut self, node: &mut ExprForLoop) {
        visit_mut::visit_expr_for_loop_mut(self, node);
        loop_body(&mut node.label, &mut node.body, self.locals);
    }

    fn visit_expr_while_mut(&mut self, node: &mut ExprWhile) {
        visit_mut::visit_expr_while_mut(self, node);
        loop_body(&mut node.label, &mut node.body, self.locals);
    }

    fn visit_expr_loop_mut(&mut self, node: &mut ExprLoop) {
        visit_mut::visit_expr_loop_mut(self, node);
        loop_body(&mut node.label, &mut node.body, self.locals);
    }
}

fn loop_body(label: &mut Option<Label>, body: &mut Block, locals: &BTreeSet<String>) {
    let name = label.as_ref().map(|label| label.name.clone());
    rewrite_block(name.as_ref(), body, locals);
    // A label that only rewritten `continue`s used would be reported as unused.
    if name.is_some_and(|name| !uses_label(&name, body)) {
        *label = None;
    }
}

/// Rewrites the statements of a loop's body, the last one first, so that each `rest` is already done.
fn rewrite_block(label: Option<&Lifetime>, body: &mut Block, locals: &BTreeSet<String>) {
    let mut position = body.stmts.len();
    while position > 0 {
        position -= 1;
        let (before, rest) = body.stmts.split_at(position + 1);
        let items = rest.iter().any(|stmt| matches!(stmt, Stmt::Item(_)))
            || (rest.iter().any(may_be_items) && before.iter().any(|stmt| names_items(stmt, locals)));
        if !items && skips(&body.stmts[position], label) {
            let rest = body.stmts.split_off(position + 1);
            if let Some(stmt) = body.stmts.pop() {
                body.stmts.push(with_else(stmt, rest));
            }
        }
    }
}

/// A user's macro may give items, which the whole block sees.
fn may_be_items(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Macro(stmt) if std_macro(&stmt.mac).is_none())
}

/// Returns true when the statement names something that may be an item: anything but a variable, or whatever a macro
/// names.
fn names_items(stmt: &Stmt, locals: &BTreeSet<String>) -> bool {
    struct Finder<'n> {
        locals: &'n BTreeSet<String>,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_path(&mut self, node: &'ast Path) {
            self.found |= !node.get_ident().is_some_and(|name| self.locals.contains(&plain(name)));
        }
        fn visit_macro(&mut self, _: &'ast Macro) {
            self.found = true;
        }
    }
    let mut finder = Finder { locals, found: false };
    finder.visit_stmt(stmt);
    finder.found
}

/// The `if` in a statement whose first branch ends in a `continue` of this loop.
fn conditional(stmt: &Stmt) -> Option<&ExprIf> {
    match stmt {
        Stmt::Expr(Expr::If(node), _) => Some(node),
        Stmt::Local(local) => match local.init.as_ref() {
            Some(init) if init.diverge.is_none() => match &*init.expr {
                // Its value is the other branch's, which has to be there and to be a block.
                Expr::If(node) if matches!(&node.else_branch, Some((_, other)) if is_block(other)) => Some(node),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn is_block(expr: &Expr) -> bool {
    matches!(expr, Expr::Block(block) if block.label.is_none() && block.attrs.is_empty())
}

fn skips(stmt: &Stmt, label: Option<&Lifetime>) -> bool {
    let Some(node) = conditional(stmt) else { return false };
    let plain = node.attrs.is_empty()
        && !has_let(&node.cond)
        && match &node.else_branch {
            None => true,
            Some((_, other)) => is_block(other),
        };
    plain && matches!(node.then_branch.stmts.last(), Some(Stmt::Expr(Expr::Continue(last), _)) if means(last, label))
}

/// Returns true when a `continue` at the level of the loop's body means that loop.
fn means(node: &ExprContinue, label: Option<&Lifetime>) -> bool {
    node.attrs.is_empty() && (node.label.is_none() || node.label.as_ref() == label)
}

/// Moves `rest` into the other branch of `stmt`.
fn with_else(stmt: Stmt, rest: Vec<Stmt>) -> Stmt {
    let (mut node, rest) = match stmt {
        Stmt::Local(mut local) => {
            let node = local.init.as_mut().and_then(|init| match &mut *init.expr {
                Expr::If(node) => {
                    let node = node.clone();
                    let (_, other) = node.else_branch.clone()?;
                    *init.expr = unwrapped(*other);
                    Some(node)
                }
                _ => None,
            });
            let Some(mut node) = node else { return Stmt::Local(local) };
            node.else_branch = None;
            (node, [vec![Stmt::Local(local)], rest].concat())
        }
        Stmt::Expr(Expr::If(mut node), _) => match node.else_branch.take() {
            Some((_, other)) => (node, [vec![Stmt::Expr(*other, None)], rest].concat()),
            None => (node, rest),
        },
        other => return other,
    };
    node.then_branch.stmts.pop();
    if !rest.is_empty() {
        // The loop's body has no value, and so the last statement of the rest has none.
        node.else_branch = Some((<syn::Token![else]>::default(), parse_quote!({ #(#rest)* })));
    }
    Stmt::Expr(Expr::If(node), None)
}

/// A block that is nothing but an expression, as that expression.
fn unwrapped(expr: Expr) -> Expr {
    match expr {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(only, None)] => only.clone(),
            _ => Expr::Block(block),
        },
        other => other,
    }
}

fn uses_label(name: &Lifetime, body: &Block) -> bool {
    struct Finder<'n>(&'n Lifetime, bool);
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_lifetime(&mut self, node: &'ast Lifetime) {
            self.1 |= node == self.0;
        }
        // A macro may name it: keep the label.
        fn visit_macro(&mut self, node: &'ast syn::Macro) {
            self.1 |= node.tokens.to_string().contains(&self.0.ident.to_string());
            visit::visit_macro(self, node);
        }
    }
    let mut finder = Finder(name, false);
    finder.visit_block(body);
    finder.1
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn rewritten(mut body: Block) -> String {
        rewrite(&mut body, &BTreeSet::from(["c", "d", "i", "j", "v"].map(str::to_owned)));
        body.to_token_stream().to_string()
    }

    fn text(body: Block) -> String {
        body.to_token_stream().to_string()
    }

    #[test]
    fn the_rest_moves_into_the_other_branch() {
        assert_eq!(
            rewritten(parse_quote!({
                for i in 0..3 {
                    if c {
                        n += 1;
                        continue;
                    }
                    a(i);
                    if d {
                        continue;
                    }
                    b(i);
                }
            })),
            text(parse_quote!({
                for i in 0..3 {
                    if c {
                        n += 1;
                    } else {
                        a(i);
                        if d {
                        } else {
                            b(i);
                        }
                    }
                }
            })),
        );
    }

    #[test]
    fn an_initialiser_moves_with_its_let() {
        assert_eq!(
            rewritten(parse_quote!({
                for i in 0..3 {
                    let v = if c { continue } else { a(i) };
                    b(v);
                }
            })),
            text(parse_quote!({
                for i in 0..3 {
                    if c {
                    } else {
                        let v = a(i);
                        b(v);
                    }
                }
            })),
        );
    }

    #[test]
    fn another_branch_comes_first() {
        assert_eq!(
            rewritten(parse_quote!({
                for i in 0..3 {
                    if c {
                        continue;
                    } else {
                        a(i)
                    }
                    b(i);
                }
            })),
            text(parse_quote!({
                for i in 0..3 {
                    if c {
                    } else {
                        {
                            a(i)
                        }
                        b(i);
                    }
                }
            })),
        );
    }

    #[test]
    fn labels_are_respected() {
        for kept in [
            "{ 'a: for i in 0..3 { for j in 0..3 { if c { continue 'a; } b(j); } } }",
            "{ for i in 0..3 { if c { if d { continue; } } b(i); } }",
            "{ for i in 0..3 { if c { continue; } b(i); fn f() {} } }",
            "{ for i in 0..3 { let a = K; if c { continue; } constants!(); b(a); } }",
            "{ for i in 0..3 { if d && let Some(c) = a(i) { continue; } b(i); } }",
        ] {
            let body: Block = syn::parse_str(kept).unwrap();
            let expected = text(body.clone());
            let found = rewritten(body);
            assert_eq!(found, expected);
        }
        assert_eq!(
            rewritten(parse_quote!({
                'a: for i in 0..3 {
                    if c {
                        continue 'a;
                    }
                    b(i);
                }
            })),
            text(parse_quote!({
                for i in 0..3 {
                    if c {
                    } else {
                        b(i);
                    }
                }
            })),
        );
    }
}
