//! Walks a body, and puts every statement that differs from lane to lane into a loop over the lanes.

use std::cell::RefCell;
use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Pat, Stmt, Type};

use super::copies::Known;
use super::names::{Name, Names};
use super::pats::bound;
use super::statement::Kind;
use super::uses::Code;

/// The known facts about the function.
#[derive(Clone)]
pub(super) struct Function<'m> {
    /// `lane_values::<Outputs, L>`.
    pub(super) lane_values: TokenStream,
    /// All outputs of a lane, from `__value`.
    pub(super) wrap: TokenStream,
    /// The type that the function returns.
    pub(super) result: &'m Type,
    pub(super) private: &'m TokenStream,
    /// Loops of a few rounds stay loops.
    pub(super) rolled: bool,
    pub(super) known: Known,
}

/// The walk through one body.
pub(super) struct Body<'m> {
    pub(super) function: Function<'m>,
    pub(super) names: Names,
    /// Variables that begin alike in all lanes, and were found to change otherwise.
    pub(super) apart: RefCell<BTreeSet<String>>,
}

/// The whole body; `None` where it cannot run side by side.
pub(super) fn emit(function: &Function<'_>, names: &Names, block: &Block) -> Option<TokenStream> {
    // Each round finds variables that differ from lane to lane, after all.
    let mut apart = BTreeSet::new();
    loop {
        let mut body = Body { function: function.clone(), names: names.clone(), apart: RefCell::new(apart.clone()) };
        let tokens = body.whole_function(block);
        let found = body.apart.into_inner();
        if found == apart {
            return tokens;
        }
        apart = found;
    }
}

impl Body<'_> {
    /// A block whose end is the function's.
    pub(super) fn whole_function(&mut self, block: &Block) -> Option<TokenStream> {
        let mark = self.names.mark();
        let tokens = self.stmts(&block.stmts, true);
        self.names.leave(mark);
        tokens
    }

    /// A block inside of the function.
    pub(super) fn block(&mut self, block: &Block) -> Option<TokenStream> {
        let mark = self.names.mark();
        let tokens = self.stmts(&block.stmts, false);
        self.names.leave(mark);
        let tokens = tokens?;
        Some(quote!({ #tokens }))
    }

    pub(super) fn stmts(&mut self, stmts: &[Stmt], ends_function: bool) -> Option<TokenStream> {
        // Items are there for the whole block.
        let (items, stmts): (Vec<Stmt>, Vec<Stmt>) =
            stmts.iter().cloned().partition(|stmt| matches!(stmt, Stmt::Item(_)));
        let mut output = quote!(#(#items)*);
        let mut pending: Vec<&Stmt> = Vec::new();
        let mut position = 0;
        while position < stmts.len() {
            let rest = &stmts[position..];
            if ends_function && self.ends_here(rest) {
                break;
            }
            match self.kind(&rest[0])? {
                Kind::Varying => {
                    let (run, closing) = self.run(rest, ends_function);
                    let later = if closing { &[] } else { &rest[run..] };
                    self.straight(&rest[..run], later, &mut pending, &mut output)?;
                    position += run;
                    continue;
                }
                Kind::Uniform(local) => self.same(local, &mut pending, &mut output),
                Kind::DivergentReturn if ends_function => break,
                Kind::DivergentReturn => return None,
                kind => {
                    self.flush(&mut pending, &mut output);
                    output.extend(self.together(kind, &rest[0])?);
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

    /// The number of statements from here on that are for each lane, or the same for all by a `let`; and true when what
    /// is left is in the last loop over lanes, with them.
    fn run(&mut self, stmts: &[Stmt], ends_function: bool) -> (usize, bool) {
        let mark = self.names.mark();
        let mut count = 0;
        while count < stmts.len() && !(ends_function && self.ends_here(&stmts[count..])) {
            match (self.kind(&stmts[count]), &stmts[count]) {
                (Some(Kind::Uniform(local)), _) => self.declare_same(local),
                (Some(Kind::Varying), Stmt::Local(local)) => {
                    self.declare(&local.pat, |mutable| Name::Varying { mutable });
                }
                (Some(Kind::Varying), _) => {}
                _ => break,
            }
            count += 1;
        }
        let closing = ends_function && self.is_closing(&stmts[count..]);
        self.names.leave(mark);
        (count, closing)
    }

    pub(super) fn declare(&mut self, pat: &Pat, name: impl Fn(bool) -> Name) {
        for variable in bound(pat) {
            self.names.declare(&variable.ident, name(variable.mutable));
        }
    }

    /// Returns true when the code can stand in a loop over lanes.
    pub(super) fn is_cellwise(&self, code: &(impl Code + ?Sized)) -> bool {
        let changed = self.names.counters_written(code);
        let cellwise = changed.is_empty() && self.names.is_cellwise(code);
        self.apart.borrow_mut().extend(changed);
        cellwise
    }
}

/// The statement with a semicolon, where it is an expression that ends a block.
pub(super) fn closed(stmt: &Stmt) -> TokenStream {
    match stmt {
        Stmt::Expr(expr, None) => quote!(#expr;),
        other => other.to_token_stream(),
    }
}
