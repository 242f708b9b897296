//! The code that all lanes run together: loops, branches, and calls for scratch memory.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, ExprForLoop, ExprIf, ExprMethodCall, ExprRange, Stmt};

use super::body::{Body, closed};
use super::hoist;
use super::rows;
use super::statement::Kind;
use super::uses::mentions;

impl Body<'_> {
    pub(super) fn together(&mut self, kind: Kind<'_>, stmt: &Stmt) -> Option<TokenStream> {
        match kind {
            Kind::For(node) => self.for_loop(node),
            Kind::While(node) => {
                let (label, cond, body) = (&node.label, &node.cond, self.block(&node.body)?);
                Some(quote!(#label while #cond #body))
            }
            Kind::Loop(node) => {
                let (label, body) = (&node.label, self.block(&node.body)?);
                Some(quote!(#label loop #body))
            }
            Kind::If(node) => self.branch(node),
            Kind::Block(block) => self.block(block),
            Kind::Return(value) => self.values(value),
            Kind::Push(call) => Some(self.push(call)),
            Kind::UniformVar(local) => {
                self.declare_counter(local);
                Some(local.to_token_stream())
            }
            Kind::Uniform(_) | Kind::Varying | Kind::Whole | Kind::DivergentReturn => Some(closed(stmt)),
        }
    }

    fn for_loop(&mut self, node: &ExprForLoop) -> Option<TokenStream> {
        let item = rows::item(&node.expr, &self.names, &self.function.known)?;
        let mark = self.names.mark();
        let pattern = rows::pattern(&node.pat, &item, &mut self.names);
        let body = pattern.as_ref().and_then(|_| self.block(&node.body));
        self.names.leave(mark);
        let (label, expr) = (&node.label, self.rolled(&node.expr));
        let (pattern, body) = (pattern?, body?);
        Some(quote!(#label for #pattern in #expr #body))
    }

    /// The values that a loop runs over, such that it stays a loop.
    ///
    /// LLVM unrolls a loop of a few rounds before it turns the loops over lanes inside of it into vector instructions, and then
    /// keeps what these change in memory (2 to 10 times slower).
    fn rolled(&self, expr: &Expr) -> TokenStream {
        match expr {
            Expr::Range(ExprRange { start: Some(start), limits, end: Some(end), .. }) if self.function.rolled => {
                let private = self.function.private;
                quote!((#start) #limits #private::rolled(#end))
            }
            other => other.to_token_stream(),
        }
    }

    fn branch(&mut self, node: &ExprIf) -> Option<TokenStream> {
        let cond = &node.cond;
        let then = self.block(&node.then_branch)?;
        let otherwise = match &node.else_branch {
            None => TokenStream::new(),
            Some((_, branch)) => match &**branch {
                Expr::Block(node) => {
                    let block = self.block(&node.block)?;
                    quote!(else #block)
                }
                Expr::If(node) if self.is_shared(&node.cond) => {
                    let branch = self.branch(node)?;
                    quote!(else #branch)
                }
                other => {
                    let stmt = Stmt::Expr(other.clone(), Some(Default::default()));
                    let branch = self.stmts(std::slice::from_ref(&stmt), false)?;
                    quote!(else { #branch })
                }
            },
        };
        Some(quote!(if #cond #then #otherwise))
    }

    /// `scratch.push(..)`; the values are made before, where they are taken from the same memory.
    fn push(&self, call: &ExprMethodCall) -> TokenStream {
        let (scratch, private) = (&call.receiver, self.function.private);
        let hoist::Hoisted { before, stmts, after } =
            hoist::rows(&[Stmt::Expr(call.args[0].clone(), None)], &self.names);
        let mentioned = mentions(quote!(#(#stmts)*));
        let (loads, stores) = self.names.lane(&mentioned);
        let value = quote!(#loads let __value = { #(#stmts)* }; #stores __value);
        let push = if mentions(scratch).is_disjoint(&mentioned) {
            quote!(#scratch.push_with(|__t| { #value });)
        } else {
            quote! {
                let __values = #private::lanes_of::<_, __L>(|__t| { #value });
                #scratch.push_with(|__t| __values[__t]);
            }
        };
        quote!({ #before #push #after })
    }
}
