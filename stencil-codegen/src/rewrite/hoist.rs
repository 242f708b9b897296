//! Reads that may not happen are moved to where they always happen.
//!
//! LLVM does not load what the source only loads under a condition: a read in a branch, behind `&&`, or after an early
//! return keeps the loop scalar (3 to 10 times slower). Reads have no effect and never leave the derived halo, so that
//! they may happen earlier: as `let __read_k = x[[-1, 0]];` at the start of the function, or at the start of the
//! innermost loop whose variables the offset uses. Where that loop itself stands under a condition, the box of its
//! offsets is read into an array at the start of the function.
//!
//! The value that was read is kept in an array of one, and `x[[-1, 0]]` becomes `__read_k[0]` on the user's own tokens: rustc and
//! clippy then speak of `x[[-1, 0]]`, where a bare name could only stand at the place of `x`.
//!
//! LLVM in turn moves a read back to the only branch that uses it. Behind those at the start stands a `pin` of each
//! window, which forbids that.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{BinOp, Block, Expr, ExprArray, ExprForLoop, ExprIndex, Ident, Stmt, parse_quote, parse_quote_spanned};

use super::inside::is_inside;
use crate::footprint::Read;
use crate::model::Model;
use crate::offset::{Offset, literal, offsets};
use crate::tags::Tag;

/// More cells than this in registers cost more than a branch.
const MOST: usize = 64;

/// Hoists reads in `body`.
pub(crate) fn rewrite(model: &Model, body: &mut Block) {
    let mut hoist = Hoist {
        model,
        path: Vec::new(),
        pending: HashMap::new(),
        pinned: BTreeSet::new(),
        names: HashMap::new(),
        count: 0,
        cells: 0,
    };
    hoist.visit_block_mut(body);
    if let Some(mut stmts) = hoist.pending.remove(&Target::Top) {
        stmts.extend(hoist.pinned.iter().map(|window| pin(model, *window)));
        body.stmts.splice(0..0, stmts);
    }
}

/// The statement behind the reads of a window.
fn pin(model: &Model, window: usize) -> Stmt {
    let span = Span::call_site();
    let (krate, name) = (model.function.krate_at(span), &model.inputs[window].name);
    parse_quote_spanned!(span=> #krate::__private::pin(#name);)
}

/// The place that a read goes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Target {
    /// The start of the function.
    Top,
    /// The start of a loop's body, or behind a `let`, by the number of the binding.
    Binding(usize),
}

/// A step on the way from the start of the function to the current place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// From here on the names of a binding are known.
    Binding(usize),
    /// The code behind this step may not run.
    Condition,
}

struct Hoist<'m> {
    model: &'m Model,
    path: Vec<Step>,
    /// Statements to insert.
    pending: HashMap<Target, Vec<Stmt>>,
    /// The windows that are read at the start of the function.
    pinned: BTreeSet<usize>,
    /// Names of what was hoisted already, by place and tokens.
    names: HashMap<(Target, String), Ident>,
    count: usize,
    /// Cells that are read at the start of the function.
    cells: usize,
}

impl Hoist<'_> {
    /// Tells whether something may not happen between `target` and the current place.
    fn conditional_since(&self, target: Target) -> Option<bool> {
        let start = match target {
            Target::Top => 0,
            Target::Binding(_) => self.position(target)?,
        };
        Some(self.path[start..].contains(&Step::Condition))
    }

    fn position(&self, target: Target) -> Option<usize> {
        match target {
            Target::Top => Some(0),
            Target::Binding(number) => self.path.iter().position(|step| *step == Step::Binding(number)),
        }
    }

    /// Visits with one more step on the path.
    fn under(&mut self, step: Step, visit: impl FnOnce(&mut Self)) {
        self.path.push(step);
        visit(self);
        self.path.pop();
    }

    /// The expression in place of the read `node`, if it is hoisted.
    fn hoisted(&mut self, node: &ExprIndex, read: &Read) -> Option<Expr> {
        let offsets = read.offsets.as_ref().filter(|_| is_inside(self.model, read))?;
        let varying = read.dependencies.iter().filter(|name| name.constant.is_none()).map(|name| name.number).max();
        match (varying, offsets.first()) {
            (None, Some(offset)) => self.at_the_top(node, read, offset),
            (Some(_), _) => {
                // Names that are constant bind, too: the offset is moved as it stands.
                let innermost = read.dependencies.iter().map(|name| name.number).max()?;
                let target = Target::Binding(innermost);
                if self.conditional_until(target)? {
                    self.boxed(node, read, offsets.iter()).or_else(|| self.in_the_loop(node, target))
                } else {
                    self.in_the_loop(node, target)
                }
            }
            (None, None) => None,
        }
    }

    /// Tells whether `target` itself may not happen.
    fn conditional_until(&self, target: Target) -> Option<bool> {
        let position = self.position(target)?;
        Some(self.path[..position].contains(&Step::Condition))
    }

    /// A read of one known offset, as a literal at the start of the function.
    fn at_the_top(&mut self, node: &ExprIndex, read: &Read, offset: &Offset) -> Option<Expr> {
        if !self.conditional_since(Target::Top)? {
            return None;
        }
        let window = &node.expr;
        let entries = literal(offset, mixed(node.index.span()));
        let key = (Target::Top, format!("{}{entries}", window.to_token_stream()));
        if !self.names.contains_key(&key) {
            if self.cells >= MOST {
                return None;
            }
            self.cells += 1;
        }
        self.pinned.insert(read.window);
        // The user's own tokens where they are literals: a wrong type is then reported as it was written.
        let index = if read.dependencies.is_empty() { node.index.to_token_stream() } else { entries };
        let quiet = mixed(window.span());
        let name = self.name(key, window.span(), quote_spanned!(quiet=> [#window[#index]]));
        if read.dependencies.is_empty() {
            return place(node, &name, parse_quote_spanned!(quiet=> 0));
        }
        // The offset stays for its names, which would be unused without it, and for their types.
        let (ty, index) = (self.offset_type(read.scalar, quiet), &node.index);
        place(node, &name, parse_quote_spanned!(quiet=> { let _: #ty = #index; 0 }))
    }

    fn offset_type(&self, scalar: bool, span: Span) -> TokenStream {
        let rank = self.model.rank;
        if scalar { quote_spanned!(span=> isize) } else { quote_spanned!(span=> [isize; #rank]) }
    }

    /// A read that depends on loop variables, at the start of the innermost block that knows them.
    fn in_the_loop(&mut self, node: &ExprIndex, target: Target) -> Option<Expr> {
        if !self.conditional_since(target)? {
            return None;
        }
        let (window, index) = (&node.expr, &node.index);
        let quiet = mixed(window.span());
        let value = quote_spanned!(quiet=> [#window[#index]]);
        let name = self.name((target, value.to_string()), window.span(), value);
        place(node, &name, parse_quote_spanned!(quiet=> 0))
    }

    /// A read in a loop that itself may not happen: the box of its offsets, read at the start of the function.
    fn boxed<'o>(&mut self, node: &ExprIndex, read: &Read, found: impl Iterator<Item = &'o Offset>) -> Option<Expr> {
        let rank = self.model.rank;
        let (mut low, mut high) = (vec![isize::MAX; rank], vec![isize::MIN; rank]);
        for offset in found {
            for axis in 0..rank {
                low[axis] = low[axis].min(offset[axis]);
                high[axis] = high[axis].max(offset[axis]);
            }
        }
        let extents: Vec<isize> = low.iter().zip(&high).map(|(low, high)| high - low + 1).collect();
        let cells = extents.iter().try_fold(1_usize, |cells, extent| cells.checked_mul(extent.unsigned_abs()))?;
        let (window, index) = (&node.expr, &node.index);
        let quiet = mixed(window.span());
        let key = (Target::Top, format!("{} {low:?} {high:?}", window.to_token_stream()));
        if !self.names.contains_key(&key) {
            if cells > MOST.checked_sub(self.cells)? {
                return None;
            }
            self.cells += cells;
        }
        self.pinned.insert(read.window);
        // Offsets of the box, shifted by its lower corner.
        let extents_from_zero: Vec<[usize; 2]> = extents.iter().map(|extent| [0, extent.unsigned_abs() - 1]).collect();
        let reads = offsets(&extents_from_zero).into_iter().map(|offset| {
            let shifted: Offset = offset.iter().zip(&low).map(|(entry, low)| entry + low).collect();
            literal(&shifted, quiet)
        });
        let name = self.name(key, window.span(), quote_spanned!(quiet=> [#(#window[#reads]),*]));
        let at = Ident::new("__at", quiet);
        let scalar = read.scalar;
        let ty = self.offset_type(scalar, quiet);
        let entry = |axis: usize| -> TokenStream {
            let low = low[axis];
            if scalar { quote_spanned!(quiet=> (#at - (#low))) } else { quote_spanned!(quiet=> (#at[#axis] - (#low))) }
        };
        let cell = (1..rank).fold(entry(0), |sum, axis| {
            let (extent, entry) = (extents[axis], entry(axis));
            quote_spanned!(quiet=> (#sum * #extent + #entry))
        });
        place(node, &name, parse_quote_spanned!(quiet=> { let #at: #ty = #index; #cell as usize }))
    }

    /// The array that `values()` became.
    fn all_values(&mut self, array: &ExprArray) -> Option<Expr> {
        if !self.conditional_since(Target::Top)? {
            return None;
        }
        let span = mixed(array.span());
        let elems = &array.elems;
        let value = quote_spanned!(span=> [#elems]);
        let key = (Target::Top, value.to_string());
        if !self.names.contains_key(&key) {
            self.cells = self.cells.checked_add(elems.len()).filter(|cells| *cells <= MOST)?;
        }
        self.pinned.extend(Tag::Values.get(&array.attrs));
        let name = self.name(key, span, value);
        // A copy, as `values()` gives one: the body may change it where it stands.
        Some(parse_quote_spanned!(span=> { #name }))
    }

    /// The variable that holds `value`, made at its first use.
    fn name(&mut self, key: (Target, String), span: Span, value: TokenStream) -> Ident {
        if let Some(name) = self.names.get(&key) {
            return Ident::new(&name.to_string(), span);
        }
        let name = Ident::new(&format!("__read_{}", self.count), span);
        self.count += 1;
        let target = key.0;
        self.names.insert(key, name.clone());
        let stmt = parse_quote_spanned!(mixed(span)=> let #name = #value;);
        self.pending.entry(target).or_default().push(stmt);
        name
    }

    fn for_loop(&mut self, node: &mut ExprForLoop) {
        self.visit_expr_mut(&mut node.expr);
        let depth = self.path.len();
        // After a `return` in one round the next rounds do not happen.
        if leaves(false, |exits| exits.visit_block(&node.body)) {
            self.path.push(Step::Condition);
        }
        let number = Tag::Binding.get(&node.attrs);
        self.path.extend(number.map(Step::Binding));
        self.visit_block_mut(&mut node.body);
        self.path.truncate(depth);
        if let Some(number) = number
            && let Some(stmts) = self.pending.remove(&Target::Binding(number))
        {
            node.body.stmts.splice(0..0, stmts);
        }
    }
}

impl VisitMut for Hoist<'_> {
    fn visit_block_mut(&mut self, node: &mut Block) {
        let depth = self.path.len();
        let mut lets = Vec::new();
        for (position, stmt) in node.stmts.iter_mut().enumerate() {
            self.visit_stmt_mut(stmt);
            if let Stmt::Local(local) = stmt
                && let Some(number) = Tag::Binding.get(&local.attrs)
            {
                self.path.push(Step::Binding(number));
                lets.push((position, number));
            }
            if leaves(true, |exits| exits.visit_stmt(stmt)) {
                self.path.push(Step::Condition);
            }
        }
        self.path.truncate(depth);
        for (position, number) in lets.into_iter().rev() {
            if let Some(stmts) = self.pending.remove(&Target::Binding(number)) {
                node.stmts.splice(position + 1..=position, stmts);
            }
        }
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        match node {
            Expr::Index(index) => {
                visit_mut::visit_expr_index_mut(self, index);
                if let Some(number) = Tag::Read.get(&index.attrs)
                    && let Some(hoisted) = self.hoisted(index, &self.model.footprints.reads[number])
                {
                    *node = hoisted;
                }
            }
            Expr::Array(array) if Tag::Values.get(&array.attrs).is_some() => {
                if let Some(name) = self.all_values(array) {
                    *node = name;
                }
            }
            Expr::ForLoop(node) => self.for_loop(node),
            Expr::If(node) => {
                self.visit_expr_mut(&mut node.cond);
                self.under(Step::Condition, |hoist| {
                    hoist.visit_block_mut(&mut node.then_branch);
                    if let Some((_, branch)) = &mut node.else_branch {
                        hoist.visit_expr_mut(branch);
                    }
                });
            }
            Expr::Match(node) => {
                self.visit_expr_mut(&mut node.expr);
                self.under(Step::Condition, |hoist| {
                    node.arms.iter_mut().for_each(|arm| hoist.visit_arm_mut(arm));
                });
            }
            Expr::Binary(node) if matches!(node.op, BinOp::And(_) | BinOp::Or(_)) => {
                self.visit_expr_mut(&mut node.left);
                self.under(Step::Condition, |hoist| hoist.visit_expr_mut(&mut node.right));
            }
            Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) => {
                self.under(Step::Condition, |hoist| visit_mut::visit_expr_mut(hoist, node));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    // Other items have no windows.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// Returns true when the visited code may end the function, the loop, or (with `rounds`) a round of the loop early.
fn leaves(rounds: bool, visit: impl FnOnce(&mut Exits)) -> bool {
    let mut exits = Exits { rounds, found: false };
    visit(&mut exits);
    exits.found
}

struct Exits {
    rounds: bool,
    found: bool,
}

impl<'ast> Visit<'ast> for Exits {
    fn visit_expr(&mut self, node: &'ast Expr) {
        self.found |= match node {
            Expr::Return(_) | Expr::Break(_) | Expr::Try(_) => true,
            Expr::Continue(node) => self.rounds || node.label.is_some(),
            _ => false,
        };
        visit::visit_expr(self, node);
    }
    // A `return` in a closure or in another item is its own.
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}

/// The place as generated code: lints do not speak of it.
fn mixed(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The read `node` as a cell of the array `name`, with the user's window and brackets for its place.
///
/// Names resolve as the window's does. The function may come from a `macro_rules!`, parts of it from its arguments: the
/// window's name is the same wherever it means the window.
fn place(node: &ExprIndex, name: &Ident, index: Expr) -> Option<Expr> {
    let name = Ident::new(&name.to_string(), node.expr.span());
    let (attrs, bracket_token) = (Vec::new(), node.bracket_token);
    Some(Expr::Index(ExprIndex { attrs, expr: parse_quote!(#name), bracket_token, index: Box::new(index) }))
}
