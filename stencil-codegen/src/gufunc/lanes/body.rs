//! Walks a body, and puts every statement that differs from lane to lane into a loop over the lanes.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Block, Expr, ExprForLoop, ExprIf, ExprMethodCall, Local, Pat, Stmt, Type};

use super::array_of;
use super::control::Control;
use super::hoist;
use super::names::{Name, Names, mentions};
use super::rows;

/// The walk through one body.
pub(super) struct Body<'m> {
    pub(super) names: Names,
    /// `lane_values::<Outputs, L>`.
    pub(super) lane_values: TokenStream,
    /// All outputs of a lane, from `__value`.
    pub(super) wrap: TokenStream,
    /// What the function returns.
    pub(super) result: &'m Type,
    pub(super) private: &'m TokenStream,
}

/// How a statement is taken.
enum Kind<'s> {
    /// `let` of something that is the same for all lanes.
    Same(&'s Local),
    /// Something for each lane, straight on.
    Lane,
    /// A loop that all lanes run through alike.
    For(&'s ExprForLoop),
    /// A branch that all lanes take alike.
    If(&'s ExprIf),
    /// A block with one of these inside.
    Block(&'s Block),
    /// `return`, for all lanes.
    Return(Option<&'s Expr>),
    /// As it stands: items, `break`, and calls that prepare scratch memory of all lanes.
    Whole,
    /// `scratch.push(..)`.
    Push(&'s ExprMethodCall),
    /// A lane may return here, so that from here on each goes its own way.
    Parting,
}

impl<'m> Body<'m> {
    /// The whole body; `None` where it cannot run side by side.
    pub(super) fn emit(mut self, block: &Block) -> Option<TokenStream> {
        self.function(block)
    }

    /// A block whose end is the function's.
    fn function(&mut self, block: &Block) -> Option<TokenStream> {
        let mark = self.names.mark();
        let tokens = self.stmts(&block.stmts, true);
        self.names.leave(mark);
        tokens
    }

    /// A block inside of the function.
    fn block(&mut self, block: &Block) -> Option<TokenStream> {
        let mark = self.names.mark();
        let tokens = self.stmts(&block.stmts, false);
        self.names.leave(mark);
        let tokens = tokens?;
        Some(quote!({ #tokens }))
    }

    fn stmts(&mut self, stmts: &[Stmt], ends_function: bool) -> Option<TokenStream> {
        let mut output = TokenStream::new();
        let mut pending: Vec<&Stmt> = Vec::new();
        let mut position = 0;
        while position < stmts.len() {
            let rest = &stmts[position..];
            let last = rest.len() == 1;
            if ends_function && last && self.ends_here(&rest[0]) {
                break;
            }
            match self.kind(&rest[0])? {
                Kind::Lane => {
                    let run = self.run(rest, ends_function);
                    let run = if run == 0 { break } else { run };
                    self.straight(&rest[..run], &rest[run..], &mut pending, &mut output)?;
                    position += run;
                    continue;
                }
                Kind::Same(local) => {
                    self.same(local, &mut pending, &mut output)?;
                }
                Kind::Parting if ends_function => break,
                Kind::Parting => return None,
                kind => {
                    self.flush(&mut pending, &mut output);
                    output.extend(self.whole(kind, &rest[0])?);
                }
            }
            position += 1;
        }
        if ends_function {
            output.extend(self.end(&pending, &stmts[position..])?);
        } else {
            self.flush(&mut pending, &mut output);
        }
        Some(output)
    }

    /// Whether the last statement of the function is its value, and no loop that all lanes share.
    fn ends_here(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Expr(Expr::If(branch), None) => !self.is_shared_branch(branch),
            Stmt::Expr(expr, None) => !matches!(expr, Expr::ForLoop(_)),
            Stmt::Expr(Expr::Return(_), Some(_)) => true,
            _ => false,
        }
    }

    fn is_shared_branch(&self, branch: &ExprIf) -> bool {
        self.names.is_same(&branch.cond) && !has_let(&branch.cond)
    }

    fn kind<'s>(&self, stmt: &'s Stmt) -> Option<Kind<'s>> {
        let control = Control::of_stmts(std::slice::from_ref(stmt));
        Some(match stmt {
            Stmt::Item(_) => Kind::Whole,
            Stmt::Local(local) if self.is_same_let(local) => Kind::Same(local),
            Stmt::Expr(Expr::ForLoop(node), _) => Kind::For(node),
            Stmt::Expr(Expr::If(node), _) if self.is_shared_branch(node) => Kind::If(node),
            Stmt::Expr(Expr::Block(node), _) if node.label.is_none() && !control.is_straight() => {
                Kind::Block(&node.block)
            }
            Stmt::Expr(Expr::Return(node), _) => Kind::Return(node.expr.as_deref()),
            Stmt::Expr(Expr::Break(node), _) if node.expr.is_none() => Kind::Whole,
            Stmt::Expr(Expr::Continue(_), _) => Kind::Whole,
            Stmt::Expr(Expr::MethodCall(call), Some(_)) if self.is_scratch(&call.receiver) => {
                self.scratch_call(call)?
            }
            Stmt::Expr(Expr::Call(call), Some(_)) if self.sorts(call) => Kind::Whole,
            _ if control.loops || control.jumps || !self.names.is_cellwise(stmt) => return None,
            _ if control.returns => Kind::Parting,
            _ => Kind::Lane,
        })
    }

    /// `let name = ..` of something that is the same for all lanes and does not change.
    fn is_same_let(&self, local: &Local) -> bool {
        let mut bound = Vec::new();
        let Some(init) = &local.init else { return false };
        rows::bound(&local.pat, &mut bound).is_some()
            && bound.iter().all(|(_, mutable)| !mutable)
            && init.diverge.is_none()
            && self.names.is_same(&init.expr)
            && Control::of_stmts(&[Stmt::Local(local.clone())]).is_straight()
    }

    fn is_scratch(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Path(path) if path.path.get_ident().is_some_and(|ident| self.names.get(ident) == Name::Scratch))
    }

    /// A call of a method of scratch memory as a statement: it grows or shrinks alike in all lanes.
    fn scratch_call<'s>(&self, call: &'s ExprMethodCall) -> Option<Kind<'s>> {
        let method = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (method.as_str(), arguments.as_slice()) {
            ("clear" | "truncate" | "reserve" | "resize", arguments)
                if arguments.iter().all(|argument| self.names.is_same(argument)) =>
            {
                Some(Kind::Whole)
            }
            ("push", [value]) if self.names.is_cellwise(value) => Some(Kind::Push(call)),
            _ => None,
        }
    }

    /// `sort_slice(scratch)`.
    fn sorts(&self, call: &syn::ExprCall) -> bool {
        let named = matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "sort_slice"));
        named && call.args.len() == 1 && self.is_scratch(&call.args[0])
    }

    /// How many statements from here on are for each lane, or the same for all by a `let`.
    fn run(&mut self, stmts: &[Stmt], ends_function: bool) -> usize {
        let mark = self.names.mark();
        let mut count = 0;
        for stmt in stmts {
            if ends_function && count + 1 == stmts.len() && self.ends_here(stmt) {
                break;
            }
            match (self.kind(stmt), stmt) {
                (Some(Kind::Same(_)), Stmt::Local(local)) => self.declare(&local.pat, |_| Name::Same),
                (Some(Kind::Lane), Stmt::Local(local)) => {
                    self.declare(&local.pat, |mutable| Name::Variable { mutable })
                }
                (Some(Kind::Lane), _) => {}
                _ => break,
            }
            count += 1;
        }
        self.names.leave(mark);
        count
    }

    fn declare(&mut self, pat: &Pat, name: impl Fn(bool) -> Name) {
        let mut bound = Vec::new();
        let _ = rows::bound(pat, &mut bound);
        for (ident, mutable) in bound {
            self.names.declare(&ident, name(mutable));
        }
    }

    /// Takes a run of statements; `later` comes behind it in the same block.
    fn straight<'s>(
        &mut self,
        run: &'s [Stmt],
        later: &'s [Stmt],
        pending: &mut Vec<&'s Stmt>,
        output: &mut TokenStream,
    ) -> Option<()> {
        let crossing = self.crossing(run, later)?;
        for (position, stmt) in run.iter().enumerate() {
            match (self.kind(stmt)?, stmt) {
                (Kind::Same(local), _) => self.same(local, pending, output)?,
                (_, Stmt::Local(local)) if crossing[position] => self.variable(local, pending, output)?,
                (_, stmt) => {
                    if let Stmt::Local(local) = stmt {
                        self.declare(&local.pat, |_| Name::Passing);
                    }
                    pending.push(stmt);
                }
            }
        }
        Some(())
    }

    /// For each statement of a run, whether it is a `let` of variables that are needed outside of the loop over lanes
    /// that it would be in.
    fn crossing(&mut self, run: &[Stmt], later: &[Stmt]) -> Option<Vec<bool>> {
        let declared: Vec<Option<BTreeSet<String>>> = run.iter().map(lets).collect();
        let needed = |position: usize, from: &[Stmt]| {
            let names = declared[position].as_ref();
            names.is_some_and(|names| from.iter().any(|stmt| !names.is_disjoint(&mentions(stmt))))
        };
        let mut crossing: Vec<bool> = (0..run.len()).map(|position| needed(position, later)).collect();
        loop {
            let breaks: Vec<usize> =
                (0..run.len()).filter(|&position| crossing[position] && !self.splats(&run[position])).collect();
            let mut settled = true;
            for position in 0..run.len() {
                let behind = breaks.iter().find(|&&at| at > position);
                if !crossing[position] && behind.is_some_and(|&at| needed(position, &run[at..])) {
                    crossing[position] = true;
                    settled = false;
                }
            }
            if settled {
                return Some(crossing);
            }
        }
    }

    /// Whether this is a `let` of one variable that begins alike in all lanes.
    fn splats(&self, stmt: &Stmt) -> bool {
        let Stmt::Local(local) = stmt else { return false };
        let init = local.init.as_ref();
        simple(&local.pat).is_some()
            && init.is_some_and(|init| init.diverge.is_none() && self.names.is_same(&init.expr))
    }

    /// `let` of something that is the same for all lanes: as it stands.
    fn same(&mut self, local: &Local, pending: &mut Vec<&Stmt>, output: &mut TokenStream) -> Option<()> {
        let names = lets_of(local);
        if pending.iter().any(|stmt| !names.is_disjoint(&mentions(stmt))) {
            self.flush(pending, output);
        }
        local.to_tokens(output);
        self.declare(&local.pat, |_| Name::Same);
        Some(())
    }

    /// `let` of variables of each lane that live on: arrays.
    fn variable(&mut self, local: &Local, pending: &mut Vec<&Stmt>, output: &mut TokenStream) -> Option<()> {
        let init = local.init.as_ref().filter(|init| init.diverge.is_none())?;
        if owns(&init.expr) {
            return None;
        }
        let (private, init) = (self.private, &init.expr);
        if let Some((ident, mutable, ty)) = simple(&local.pat)
            && self.names.is_same(init)
        {
            if pending.iter().any(|stmt| mentions(stmt).contains(&ident.to_string())) {
                self.flush(pending, output);
            }
            let array = array_of(ident);
            let ty = ty.map_or_else(|| quote!(_), ToTokens::to_token_stream);
            output.extend(quote!(let mut #array: [#ty; __L] = [#init; __L];));
            self.names.declare(ident, Name::Variable { mutable });
            return Some(());
        }
        self.flush(pending, output);
        let mut bound = Vec::new();
        rows::bound(&local.pat, &mut bound)?;
        let (loads, _) = self.names.lane(&mentions(local));
        let idents: Vec<&Ident> = bound.iter().map(|(ident, _)| ident).collect();
        let arrays = idents.iter().map(|ident| array_of(ident));
        let fields = (0..idents.len()).map(syn::Index::from);
        output.extend(quote! {
            let __lanes = #private::lanes_of::<_, __L>(|__t| { #loads #local (#(#idents,)*) });
            #(let mut #arrays = #private::lanes_of::<_, __L>(|__t| __lanes[__t].#fields);)*
        });
        for (ident, mutable) in bound {
            self.names.declare(&ident, Name::Variable { mutable });
        }
        Some(())
    }

    /// The statements that were put off, in a loop over lanes.
    fn flush(&mut self, pending: &mut Vec<&Stmt>, output: &mut TokenStream) {
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

    /// What all lanes do together.
    fn whole(&mut self, kind: Kind<'_>, stmt: &Stmt) -> Option<TokenStream> {
        match kind {
            Kind::For(node) => self.for_loop(node),
            Kind::If(node) => self.branch(node),
            Kind::Block(block) => self.block(block),
            Kind::Return(value) => Some(self.values(value)),
            Kind::Push(call) => {
                let (scratch, value) = (&call.receiver, &call.args[0]);
                let (loads, _) = self.names.lane(&mentions(value));
                Some(quote!(#scratch.push_with(|__t| { #loads #value });))
            }
            _ => Some(closed(stmt)),
        }
    }

    fn for_loop(&mut self, node: &ExprForLoop) -> Option<TokenStream> {
        let item = rows::item(&node.expr, &self.names)?;
        let mark = self.names.mark();
        let pattern = rows::pattern(&node.pat, &item, &mut self.names);
        let body = pattern.as_ref().and_then(|_| self.block(&node.body));
        self.names.leave(mark);
        let (label, expr) = (&node.label, &node.expr);
        let (pattern, body) = (pattern?, body?);
        Some(quote!(#label for #pattern in #expr #body))
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
                Expr::If(node) if self.is_shared_branch(node) => {
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

    /// The end of the function: what was put off, the last statements, and the value.
    fn end(&mut self, pending: &[&Stmt], rest: &[Stmt]) -> Option<TokenStream> {
        if let [Stmt::Expr(Expr::If(node), None)] = rest
            && self.is_shared_branch(node)
        {
            return self.shared_end(pending, node);
        }
        let control = Control::of_stmts(rest);
        if control.loops || control.jumps || !self.names.is_cellwise(quote!(#(#rest)*)) {
            return None;
        }
        if rest.is_empty() {
            let mut output = TokenStream::new();
            self.flush(&mut pending.to_vec(), &mut output);
            output.extend(self.values(None));
            return Some(output);
        }
        let stmts: Vec<Stmt> = pending.iter().copied().chain(rest).cloned().collect();
        Some(self.closure(&stmts, control.returns))
    }

    /// A branch at the end of the function that all lanes take alike.
    fn shared_end(&mut self, pending: &[&Stmt], node: &ExprIf) -> Option<TokenStream> {
        let mut output = TokenStream::new();
        self.flush(&mut pending.to_vec(), &mut output);
        let cond = &node.cond;
        let then = self.function(&node.then_branch)?;
        let otherwise = match node.else_branch.as_ref().map(|(_, branch)| &**branch) {
            None => self.values(None),
            Some(Expr::Block(node)) => self.function(&node.block)?,
            Some(other) => {
                let stmt = Stmt::Expr(other.clone(), None);
                self.end(&[], std::slice::from_ref(&stmt))?
            }
        };
        output.extend(quote!(if #cond { #then } else { #otherwise }));
        Some(output)
    }

    /// `return lane_values(..)` of an expression.
    fn values(&self, value: Option<&Expr>) -> TokenStream {
        let value: Vec<Stmt> = value.map(|value| Stmt::Expr(value.clone(), None)).into_iter().collect();
        self.closure(&value, false)
    }

    fn closure(&self, stmts: &[Stmt], returns: bool) -> TokenStream {
        let Self { lane_values, wrap, result, .. } = self;
        let hoist::Hoisted { before, stmts, after } = hoist::rows(stmts, &self.names);
        let block = quote!(#(#stmts)*);
        let (loads, _) = self.names.lane(&mentions(&block));
        let value = if returns { quote!((|| -> #result { #block })()) } else { quote!({ #block }) };
        quote! {
            #before
            let __values = #lane_values(|__t| { #loads let __value: #result = #value; #wrap });
            #after
            return __values;
        }
    }
}

fn has_let(cond: &Expr) -> bool {
    match cond {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(paren) => has_let(&paren.expr),
        _ => false,
    }
}

/// The statement with a semicolon, where it is an expression that ends a block.
fn closed(stmt: &Stmt) -> TokenStream {
    match stmt {
        Stmt::Expr(expr, None) => quote!(#expr;),
        other => other.to_token_stream(),
    }
}

fn lets(stmt: &Stmt) -> Option<BTreeSet<String>> {
    match stmt {
        Stmt::Local(local) => Some(lets_of(local)),
        _ => None,
    }
}

fn lets_of(local: &Local) -> BTreeSet<String> {
    let mut bound = Vec::new();
    let _ = rows::bound(&local.pat, &mut bound);
    bound.into_iter().map(|(ident, _)| ident.to_string()).collect()
}

/// One variable, whether it may change, and its type where that is written.
fn simple(pat: &Pat) -> Option<(&Ident, bool, Option<&Type>)> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => {
            Some((&pat.ident, pat.mutability.is_some(), None))
        }
        Pat::Type(typed) => {
            let (ident, mutable, _) = simple(&typed.pat)?;
            Some((ident, mutable, Some(&typed.ty)))
        }
        _ => None,
    }
}

/// Whether a value looks as if it owned memory, so that it could not stand in an array of lanes.
fn owns(init: &Expr) -> bool {
    const OWNERS: &[&str] = &[
        "Vec",
        "vec",
        "String",
        "Box",
        "format",
        "to_vec",
        "to_owned",
        "to_string",
        "collect",
        "clone",
        "iter",
        "into_iter",
    ];
    let mut words = TokenStream::new();
    init.to_tokens(&mut words);
    fn any(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Group(group) => any(group.stream()),
            proc_macro2::TokenTree::Ident(ident) => OWNERS.contains(&ident.to_string().as_str()),
            _ => false,
        })
    }
    any(words)
}
