//! The end of the function, and `return`: the values of all lanes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprIf, Stmt};

use super::body::Body;
use super::control::Control;
use super::hoist;
use super::uses::mentions;
use crate::function::is_unit;

impl Body<'_> {
    /// The end of the function: what was put off, the last statements, and the value.
    pub(super) fn end(&mut self, pending: &[&Stmt], rest: &[Stmt]) -> Option<TokenStream> {
        let mut output = TokenStream::new();
        match rest {
            [] => {
                self.flush(&mut pending.to_vec(), &mut output);
                output.extend(self.nothing());
                return Some(output);
            }
            [Stmt::Expr(Expr::If(node), None)] if self.is_shared(&node.cond) => {
                self.flush(&mut pending.to_vec(), &mut output);
                output.extend(self.branches(node)?);
                return Some(output);
            }
            [Stmt::Expr(Expr::Block(node), None)] if node.label.is_none() && !Control::of_stmts(rest).is_straight() => {
                self.flush(&mut pending.to_vec(), &mut output);
                let block = self.whole_function(&node.block)?;
                return Some(quote!(#output { #block }));
            }
            _ => {}
        }
        let returned = match rest {
            [Stmt::Expr(Expr::Return(node), _)] => node.expr.as_deref().map(|value| Stmt::Expr(value.clone(), None)),
            _ => None,
        };
        let rest = returned.as_ref().map_or(rest, std::slice::from_ref);
        let stmts: Vec<Stmt> = pending.iter().copied().chain(rest).cloned().collect();
        self.closure(&stmts)
    }

    /// A branch at the end of the function that all lanes take alike.
    fn branches(&mut self, node: &ExprIf) -> Option<TokenStream> {
        let cond = &node.cond;
        let then = self.whole_function(&node.then_branch)?;
        let otherwise = match node.else_branch.as_ref().map(|(_, branch)| &**branch) {
            None => self.nothing(),
            Some(Expr::Block(node)) => self.whole_function(&node.block)?,
            Some(other) => {
                let stmt = Stmt::Expr(other.clone(), None);
                self.end(&[], std::slice::from_ref(&stmt))?
            }
        };
        Some(quote!(if #cond { #then } else { #otherwise }))
    }

    /// The code behind the last statement.
    fn nothing(&self) -> TokenStream {
        let unit = is_unit(self.function.result);
        // The function has returned before, or rustc would have asked for a value.
        unit.then(|| self.values(None)).flatten().unwrap_or_else(|| quote!(::core::unreachable!();))
    }

    /// `return` of an expression, for all lanes.
    pub(super) fn values(&self, value: Option<&Expr>) -> Option<TokenStream> {
        let value: Vec<Stmt> = value.map(|value| Stmt::Expr(value.clone(), None)).into_iter().collect();
        self.closure(&value)
    }

    /// The last loop over lanes.
    fn closure(&self, stmts: &[Stmt]) -> Option<TokenStream> {
        let control = Control::of_stmts(stmts);
        if control.loops || control.jumps || !self.is_cellwise(stmts) {
            return None;
        }
        let super::body::Function { lane_values, wrap, result, .. } = &self.function;
        let hoist::Hoisted { before, stmts, after } = hoist::rows(stmts, &self.names);
        let block = quote!(#(#stmts)*);
        let (loads, _) = self.names.lane(&mentions(&block));
        let value = if control.returns { quote!((|| -> #result { #block })()) } else { quote!({ #block }) };
        Some(quote! {
            #before
            let __values = #lane_values(|__t| { #loads let __value: #result = #value; #wrap });
            #after
            return __values;
        })
    }
}
