//! Cells that are the same for all lanes, `x[i]` in a loop over `i`, are read and written as rows, outside of the loop over
//! lanes.
//!
//! LLVM does not vectorise a loop in which an index may be out of bounds, or in which what is written may be what is read
//! next (2 to 10 times slower). So rows are taken before the loop: copied, and copied back behind it if they may have changed;
//! those of inputs are read where they lie, unless the body writes to memory. That keeps the meaning only where
//!
//! - the cell is used whatever the lane does, so that an index out of bounds panics as it would have, or the footprint pass
//!   has found that it surely lies within the halo, and
//! - no row is read after another one was written that may be the same.
//!
//! Otherwise the array stays as it is: slower, and right.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    BinOp, Expr, ExprAssign, ExprBinary, ExprClosure, ExprIf, ExprIndex, ExprMatch, ExprMethodCall, ExprRawAddr,
    ExprReference, ExprReturn, ExprTry, Item, Local, Macro, PointerMutability, Stmt, parse_quote,
};

use super::control::Control;
use super::names::{Name, Names};
use super::uses::{ident, mentions, variable};
use crate::syntax::{Bound, is_assignment, plain};
use crate::tags::Tag;

/// Statements with rows in the place of cells, and what has to stand around their loop.
pub(super) struct Hoisted {
    pub(super) before: TokenStream,
    pub(super) stmts: Vec<Stmt>,
    pub(super) after: TokenStream,
}

/// Takes the rows out of the statements of one loop over lanes.
pub(super) fn rows(stmts: &[Stmt], names: &Names) -> Hoisted {
    let mut bound = Bound::default();
    stmts.iter().for_each(|stmt| bound.visit_stmt(stmt));
    let mut finder =
        Finder { names, bound: bound.0, accesses: BTreeMap::new(), conditional: 0, left: false, writing: false };
    stmts.iter().for_each(|stmt| finder.visit_stmt(stmt));
    let mut replacer = Replacer { rows: Vec::new() };
    for accesses in finder.accesses.into_values() {
        replacer.rows.extend(accesses.rows());
    }
    let mut stmts = stmts.to_vec();
    stmts.iter_mut().for_each(|stmt| replacer.visit_stmt_mut(stmt));
    let (mut before, mut after) = (TokenStream::new(), TokenStream::new());
    for (number, row) in replacer.rows.iter().enumerate() {
        let Row { array, index, mutable, written, conditional } = row;
        let name = row_name(number, array);
        // An index out of bounds is told of where the user wrote it.
        let place = Span::call_site().located_at(index.span());
        let row = quote_spanned!(place=> #array.row(#index));
        before.extend(match *mutable || *conditional || names.writes_memory() {
            true => quote!(let mut #name = *#row;),
            // Nothing that the body writes can be the row, and a lane that does not use it may read it: no copy, which is
            // long where there are many lanes.
            false => quote!(let #name = #row;),
        });
        if *written {
            after.extend(quote!(*#array.row_mut(#index) = #name;));
        }
    }
    Hoisted { before, stmts, after }
}

/// The name of a row, which resolves as that of the array does.
fn row_name(number: usize, array: &Ident) -> Ident {
    format_ident!("__row_{number}", span = array.span())
}

/// One row that is taken out.
struct Row {
    array: Ident,
    index: Expr,
    /// The array can be written.
    mutable: bool,
    written: bool,
    /// Some lanes do not use it. Of an array of its own LLVM knows that such lanes may read it nevertheless.
    conditional: bool,
}

/// One use of a cell.
struct Access {
    /// The index, where it is the same for all lanes.
    index: Option<Expr>,
    conditional: bool,
    /// It surely lies within the halo.
    inside: bool,
    written: bool,
}

/// All uses of one array, in the order in which they happen.
struct Accesses {
    array: Ident,
    mutable: bool,
    all: Vec<Access>,
}

impl Accesses {
    /// The rows that can be taken out.
    fn rows(self) -> Vec<Row> {
        let key = |access: &Access| access.index.as_ref().map(|index| index.to_token_stream().to_string());
        let certain = self.all.iter().filter(|access| access.inside || !access.conditional);
        let certain: BTreeSet<String> = certain.filter_map(key).collect();
        let is_row = |access: &Access| key(access).is_some_and(|key| certain.contains(&key));
        let written: BTreeSet<String> = self.all.iter().filter(|access| access.written).filter_map(key).collect();
        let writes = self.all.iter().any(|access| access.written);
        if self.mutable && writes && !(self.all.iter().all(is_row) && self.is_ordered(&certain, &written, key)) {
            return Vec::new();
        }
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = BTreeSet::new();
        for access in self.all.iter().filter(|access| is_row(access)) {
            if let (Some(key), Some(index)) = (key(access), &access.index)
                && seen.insert(key.clone())
            {
                let (array, index) = (self.array.clone(), index.clone());
                let (mutable, written, conditional) = (self.mutable, written.contains(&key), access.conditional);
                rows.push(Row { array, index, mutable, written, conditional });
            }
        }
        rows
    }

    /// Returns true when no row is read after another one was written that may be the same.
    fn is_ordered(
        &self,
        rows: &BTreeSet<String>,
        written: &BTreeSet<String>,
        key: impl Fn(&Access) -> Option<String>,
    ) -> bool {
        let literal = |key: &String| key.chars().all(|c| c.is_ascii_digit() || "[](), ".contains(c));
        let numbers = |key: &String| -> Vec<u64> {
            key.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
        };
        // `[0, 1]` and `(0, 1)` are one cell.
        let distinct: BTreeSet<Vec<u64>> = rows.iter().map(numbers).collect();
        if rows.len() <= 1 || (rows.iter().all(literal) && distinct.len() == rows.len()) {
            return true;
        }
        let first_write = self.all.iter().position(|access| access.written).unwrap_or(self.all.len());
        let others_before = |(position, access): (usize, &Access)| {
            position < first_write || key(access).is_some_and(|key| written.contains(&key))
        };
        written.len() == 1 && self.all.iter().enumerate().all(others_before)
    }
}

struct Finder<'n> {
    names: &'n Names,
    bound: BTreeSet<String>,
    accesses: BTreeMap<String, Accesses>,
    /// The number of conditions around.
    conditional: usize,
    /// Some lanes may have returned before.
    left: bool,
    writing: bool,
}

impl Finder<'_> {
    fn access(&mut self, array: &Ident, index: Option<Expr>, inside: bool) {
        let name = self.names.get(array);
        // A variable of the loop may have the name of a core.
        let hidden = self.bound.contains(&plain(array));
        if hidden || !matches!(name, Name::Core | Name::Window | Name::Output | Name::Scratch) {
            return;
        }
        let mutable = !matches!(name, Name::Core | Name::Window);
        let index = index.filter(|index| self.names.is_same(index) && self.bound.is_disjoint(&mentions(index)));
        let access =
            Access { index, conditional: self.conditional > 0 || self.left, inside, written: self.writing && mutable };
        let fresh = Accesses { array: array.clone(), mutable, all: Vec::new() };
        self.accesses.entry(plain(array)).or_insert(fresh).all.push(access);
    }

    fn conditionally(&mut self, visit: impl FnOnce(&mut Self)) {
        self.conditional += 1;
        visit(self);
        self.conditional -= 1;
    }

    fn written(&mut self, expr: &Expr) {
        let before = std::mem::replace(&mut self.writing, true);
        self.visit_expr(expr);
        self.writing = before;
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_expr_index(&mut self, node: &'ast ExprIndex) {
        let writing = std::mem::replace(&mut self.writing, false);
        self.visit_expr(&node.index);
        self.writing = writing;
        match variable(&node.expr) {
            Some(array) => self.access(array, Some((*node.index).clone()), Tag::Inside.get(&node.attrs).is_some()),
            None => self.visit_expr(&node.expr),
        }
    }

    // The value first, then the place.
    fn visit_expr_assign(&mut self, node: &'ast ExprAssign) {
        self.visit_expr(&node.right);
        self.written(&node.left);
    }

    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        if is_assignment(&node.op) {
            self.visit_expr(&node.right);
            self.written(&node.left);
        } else if matches!(node.op, BinOp::And(_) | BinOp::Or(_)) {
            self.visit_expr(&node.left);
            self.conditionally(|this| this.visit_expr(&node.right));
        } else {
            visit::visit_expr_binary(self, node);
        }
    }

    fn visit_expr_reference(&mut self, node: &'ast ExprReference) {
        if node.mutability.is_some() {
            self.written(&node.expr);
        } else {
            self.visit_expr(&node.expr);
        }
    }

    fn visit_expr_raw_addr(&mut self, node: &'ast ExprRawAddr) {
        match node.mutability {
            PointerMutability::Mut(_) => self.written(&node.expr),
            PointerMutability::Const(_) => self.visit_expr(&node.expr),
        }
    }

    // The other branch of a `let` is taken where the pattern does not match.
    fn visit_local(&mut self, node: &'ast Local) {
        let Some(init) = &node.init else { return };
        self.visit_expr(&init.expr);
        if let Some((_, diverge)) = &init.diverge {
            self.conditionally(|this| this.visit_expr(diverge));
        }
    }

    // A method may change the value it is called on.
    fn visit_expr_method_call(&mut self, node: &'ast ExprMethodCall) {
        self.written(&node.receiver);
        node.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_if(&mut self, node: &'ast ExprIf) {
        self.visit_expr(&node.cond);
        self.conditionally(|this| {
            this.visit_block(&node.then_branch);
            if let Some((_, branch)) = &node.else_branch {
                this.visit_expr(branch);
            }
        });
    }

    fn visit_expr_match(&mut self, node: &'ast ExprMatch) {
        self.visit_expr(&node.expr);
        self.conditionally(|this| node.arms.iter().for_each(|arm| this.visit_arm(arm)));
    }

    fn visit_expr_closure(&mut self, node: &'ast ExprClosure) {
        // A closure returns from itself.
        let left = self.left;
        self.conditionally(|this| visit::visit_expr_closure(this, node));
        self.left = left;
    }

    fn visit_expr_return(&mut self, node: &'ast ExprReturn) {
        visit::visit_expr_return(self, node);
        self.left = true;
    }

    fn visit_expr_try(&mut self, node: &'ast ExprTry) {
        visit::visit_expr_try(self, node);
        self.left = true;
    }

    // What a macro does with a cell is not known.
    fn visit_macro(&mut self, node: &'ast Macro) {
        let mentioned = mentions(&node.tokens);
        let arrays: Vec<Ident> = mentioned.iter().filter_map(|name| ident(name)).collect();
        let before = std::mem::replace(&mut self.writing, true);
        arrays.iter().for_each(|array| self.access(array, None, false));
        self.writing = before;
        self.left |= Control::of_macro(node).returns;
    }

    fn visit_item(&mut self, _: &'ast Item) {}
}

struct Replacer {
    rows: Vec<Row>,
}

impl VisitMut for Replacer {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Index(index) = node {
            Tag::Inside.take(&mut index.attrs);
        }
        if let Expr::Index(index) = node
            && let Some(array) = variable(&index.expr)
        {
            let text = index.index.to_token_stream().to_string();
            let same = |row: &Row| row.array == *array && row.index.to_token_stream().to_string() == text;
            if let Some(number) = self.rows.iter().position(same) {
                // All of what the user wrote is the place, so that errors are of that.
                let row = row_name(number, array);
                *index.expr = parse_quote!(#row);
                *index.index = parse_quote!(__t);
                return;
            }
        }
        visit_mut::visit_expr_mut(self, node);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {}
}
