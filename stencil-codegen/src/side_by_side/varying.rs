//! Statements for each lane: which of them share a loop over lanes, and which variables live on behind it.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Local, Pat, Stmt};

use super::array_of;
use super::body::{Body, closed};
use super::hoist;
use super::kind::{Kind as Value, is_shape};
use super::names::Name;
use super::numbers::Number;
use super::pats::{bound, lets, lets_of, simple};
use super::statement::Kind;
use super::uses::mentions;
use crate::syntax::plain;

impl Body<'_> {
    /// Takes a run of statements; `later` comes behind it in the same block.
    pub(super) fn straight<'s>(
        &mut self,
        run: &'s [Stmt],
        later: &'s [Stmt],
        pending: &mut Vec<&'s Stmt>,
        output: &mut TokenStream,
    ) -> Option<()> {
        let crossing = self.crossing(run, later);
        for (position, stmt) in run.iter().enumerate() {
            match (self.kind(stmt)?, stmt) {
                (Kind::Uniform(local), _) => self.same(local, pending, output),
                (_, Stmt::Local(local)) if crossing[position] => self.variable(local, pending, output)?,
                (_, stmt) => {
                    if let Stmt::Local(local) = stmt {
                        self.declare(&local.pat, |_| Name::VaryingTemp);
                    }
                    pending.push(stmt);
                }
            }
        }
        Some(())
    }

    /// For each statement of a run, whether it is a `let` of variables that are needed outside of the loop over lanes
    /// that it would be in.
    fn crossing(&mut self, run: &[Stmt], later: &[Stmt]) -> Vec<bool> {
        let alike = self.alike(run);
        let declared: Vec<Option<BTreeSet<String>>> = run.iter().map(lets).collect();
        let mentioned: Vec<BTreeSet<String>> = run.iter().map(mentions).collect();
        let needed = |position: usize, mentioned: &[BTreeSet<String>]| {
            let names = declared[position].as_ref();
            names.is_some_and(|names| mentioned.iter().any(|mentioned| !names.is_disjoint(mentioned)))
        };
        // A `let` that stands outside of the loop over lanes, and hides a name that is used in it, ends the loop.
        let hides = |position: usize| needed(position, &mentioned[..position]);
        let behind: Vec<BTreeSet<String>> = later.iter().map(mentions).collect();
        let mut crossing: Vec<bool> = (0..run.len()).map(|position| needed(position, &behind)).collect();
        loop {
            let breaks: Vec<usize> = (0..run.len())
                .filter(|&position| if alike[position] { hides(position) } else { crossing[position] })
                .collect();
            let mut settled = true;
            for position in 0..run.len() {
                let behind = breaks.iter().find(|&&at| at > position);
                if !crossing[position] && behind.is_some_and(|&at| needed(position, &mentioned[at..])) {
                    crossing[position] = true;
                    settled = false;
                }
            }
            if settled {
                return crossing;
            }
        }
    }

    /// For each statement of a run, whether it is a `let` that can stand in front of the loop over lanes.
    fn alike(&mut self, run: &[Stmt]) -> Vec<bool> {
        let mark = self.names.mark();
        let mut alike = Vec::new();
        for stmt in run {
            let kind = self.kind(stmt);
            alike.push(match (&kind, stmt) {
                (Some(Kind::Uniform(_)), _) => true,
                (_, Stmt::Local(local)) => self.begins_alike(local),
                _ => false,
            });
            match (kind, stmt) {
                (Some(Kind::Uniform(local)), _) => self.declare_same(local),
                (_, Stmt::Local(local)) => self.declare(&local.pat, |mutable| Name::Varying { mutable }),
                _ => {}
            }
        }
        self.names.leave(mark);
        alike
    }

    /// Returns true when this is a `let` of one variable that begins alike in all lanes.
    fn begins_alike(&self, local: &Local) -> bool {
        let init = local.init.as_ref();
        simple(&local.pat).is_some() && init.is_some_and(|init| init.diverge.is_none() && self.is_steady(&init.expr))
    }

    /// `let` of something that is the same for all lanes: as it stands.
    pub(super) fn same(&mut self, local: &Local, pending: &mut Vec<&Stmt>, output: &mut TokenStream) {
        let names = lets_of(local);
        if pending.iter().any(|stmt| !names.is_disjoint(&mentions(stmt))) {
            self.flush(pending, output);
        }
        local.to_tokens(output);
        self.declare_same(local);
    }

    /// Declares variables that are the same for all lanes.
    pub(super) fn declare_same(&mut self, local: &Local) {
        let ty = simple(&local.pat).and_then(|(.., ty)| ty);
        let known = &self.function.known;
        let value = |init: &syn::LocalInit| known.value(&init.expr, true, &self.names);
        let copies = ty.is_some_and(|ty| self.function.known.ty(ty)) || local.init.as_ref().is_some_and(value);
        let kind = match ty {
            Some(ty) => Value::of_type(ty, known),
            None => local.init.as_ref().and_then(|init| Value::of(&init.expr, known, &self.names)),
        };
        let typed = kind.is_some();
        let frozen = |init: &syn::LocalInit| known.frozen(&init.expr, &self.names);
        let name = match (typed || local.init.as_ref().is_some_and(frozen), copies) {
            (false, _) => Name::Opaque,
            (true, true) => Name::Uniform,
            (true, false) => Name::UniformRef,
        };
        match simple(&local.pat) {
            Some((ident, ..)) => self.names.declare_kind(ident, name, kind),
            None => {
                let kinds = self.kinds(local);
                for (number, variable) in bound(&local.pat).into_iter().enumerate() {
                    let kind = kinds.get(number).or(kinds.last().filter(|_| kinds.len() == 1)).copied().flatten();
                    self.names.declare_kind(&variable.ident, name, kind);
                }
            }
        }
    }

    /// The kinds of the parts of a value that a pattern takes apart: of each, or one for all.
    fn kinds(&self, local: &Local) -> Vec<Option<Value>> {
        let Some(init) = &local.init else { return Vec::new() };
        match (&local.pat, &*init.expr) {
            // The sizes of a core.
            (_, expr) if is_shape(expr, &self.names) => vec![Some(Value::Number(Number::Size))],
            (Pat::Tuple(pat), Expr::Tuple(values))
                if pat.elems.len() == values.elems.len() && pat.elems.iter().all(|pat| simple(pat).is_some()) =>
            {
                values.elems.iter().map(|value| Value::of(value, &self.function.known, &self.names)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// `let` of variables of each lane that live on: arrays.
    fn variable(&mut self, local: &Local, pending: &mut Vec<&Stmt>, output: &mut TokenStream) -> Option<()> {
        let init = &local.init.as_ref().filter(|init| init.diverge.is_none())?.expr;
        let (same, known) = (self.names.is_same(&**init), &self.function.known);
        let ty = simple(&local.pat).and_then(|(.., ty)| ty);
        if !known.value(init, same, &self.names) && !ty.is_some_and(|ty| known.ty(ty)) {
            return None;
        }
        match simple(&local.pat) {
            Some((ident, mutable, ty)) if self.is_steady(init) => {
                if pending.iter().any(|stmt| mentions(stmt).contains(&plain(ident))) {
                    self.flush(pending, output);
                }
                let array = array_of(ident);
                let ty = ty.map_or_else(|| quote!(_), ToTokens::to_token_stream);
                output.extend(quote!(let mut #array: [#ty; __L] = [#init; __L];));
                self.names.declare(ident, Name::Varying { mutable });
                Some(())
            }
            _ => {
                self.flush(pending, output);
                self.arrays(local, output)
            }
        }
    }

    /// The variables of a `let`, each computed for lane after lane.
    fn arrays(&mut self, local: &Local, output: &mut TokenStream) -> Option<()> {
        let variables = bound(&local.pat);
        if variables.iter().any(|variable| variable.by_ref) {
            return None;
        }
        let private = self.function.private;
        let hoist::Hoisted { before, stmts, after } = hoist::rows(&[Stmt::Local(local.clone())], &self.names);
        let (loads, stores) = self.names.lane(&mentions(quote!(#(#stmts)*)));
        // What the value itself changes lives on, too.
        let changes = local.init.as_ref().is_some_and(|init| self.names.changes(&*init.expr));
        let stores = if changes { stores } else { TokenStream::new() };
        let idents: Vec<&Ident> = variables.iter().map(|variable| &variable.ident).collect();
        let arrays = idents.iter().map(|ident| array_of(ident));
        let fields = (0..idents.len()).map(syn::Index::from);
        output.extend(quote! {
            #before
            let __lanes = #private::lanes_of::<_, __L>(|__t| {
                #loads
                let __values = { #(#stmts)* (#(#idents,)*) };
                #stores
                __values
            });
            #after
            #(let mut #arrays = #private::lanes_of::<_, __L>(|__t| __lanes[__t].#fields);)*
        });
        self.declare(&local.pat, |mutable| Name::Varying { mutable });
        Some(())
    }

    /// The statements that were put off, in a loop over lanes.
    pub(super) fn flush(&mut self, pending: &mut Vec<&Stmt>, output: &mut TokenStream) {
        if pending.is_empty() {
            return;
        }
        let stmts: Vec<Stmt> = pending.drain(..).cloned().collect();
        let hoist::Hoisted { before, stmts, after } = hoist::rows(&stmts, &self.names);
        let (loads, stores) = self.names.lane(&mentions(quote!(#(#stmts)*)));
        let stmts = stmts.iter().map(closed);
        output.extend(quote! {
            {
                #before
                let mut __t = 0usize;
                while __t < __L {
                    #loads
                    { #(#stmts)* }
                    #stores
                    __t += 1;
                }
                #after
            }
        });
        self.names.end_of_loop();
    }
}
