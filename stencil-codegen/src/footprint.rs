//! The offsets that the body reads from each window.
//!
//! Walks the body with scopes: loop variables are lists of integers, immutable `let`s and constants of the body are
//! terms over them. A use of a window that is not a read *escapes*: the halo then has to be declared.
//! Reads that are found are marked, so that the rewrites recognise them without resolving names again.

mod mistakes;

use std::collections::BTreeSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    BinOp, Block, Expr, ExprForLoop, ExprIndex, ExprMethodCall, Ident, Item, Local, Macro, Pat, Stmt, Type, UnOp,
};

use crate::diagnostics::{Errors, Problem};
use crate::offset::Offset;
use crate::parse::offset;
use crate::scan::{self, HARMLESS, Use};
use crate::scope::{Binding, Dependency, Scopes, strip};
use crate::syntax::{self, is_assignment};
use crate::tags::Tag;
use crate::term::{self, Term, Value};

/// Methods that compute nothing.
const PLAIN: &[&str] = &[
    "values",
    "position",
    "shape",
    "contains",
    "halo",
    "len",
    "is_empty",
    "iter",
    "into_iter",
    "rev",
    "enumerate",
    "zip",
    "step_by",
    "skip",
    "take",
    "copied",
    "cloned",
    "clone",
    "to_owned",
    "into",
    "view",
];

/// Offsets further away than this are a mistake.
const FAR: u128 = 1_000_000;

/// One read, at one place of the body.
pub(crate) struct Read {
    pub(crate) window: usize,
    /// Every offset that is read here, or `None` where they cannot be evaluated.
    pub(crate) offsets: Option<BTreeSet<Offset>>,
    pub(crate) dependencies: Vec<Dependency>,
    /// The offset is a number, `x[i]`, not a list.
    pub(crate) scalar: bool,
    /// The window and the names in the offset are surely those that they seem to be.
    pub(crate) certain: bool,
    /// A name in the offset that is none of the function's: a constant that the macro does not see.
    pub(crate) unseen: Option<String>,
    /// The place, and what stands there.
    pub(crate) span: Span,
}

/// A use of a window that is no read.
pub(crate) struct Escape {
    pub(crate) window: usize,
    pub(crate) name: Ident,
    /// The slip and the form to write instead, where they can be guessed.
    pub(crate) instead: Option<(String, String)>,
}

/// The body's use of its windows.
#[derive(Default)]
pub(crate) struct Footprints {
    pub(crate) reads: Vec<Read>,
    /// Uses of a window that are not reads.
    pub(crate) escapes: Vec<Escape>,
    /// Calls of the function itself.
    pub(crate) recursion: Option<Ident>,
    /// Calls of `values()`.
    pub(crate) values: Vec<(usize, Ident)>,
    /// Calls of `values()` in macro calls, which need the number of points.
    pub(crate) values_in_macros: BTreeSet<usize>,
    /// Arithmetic operations for one point; what is in loops of unknown length counts once.
    pub(crate) operations: u64,
    /// The operations are not all counted: there are loops of unknown length, closures or macros.
    pub(crate) uncounted: bool,
    /// Some points do less than others.
    pub(crate) branches: bool,
    /// Different variables are spelled alike: names say nothing for sure.
    pub(crate) mixed: bool,
}

/// Resolves the body of the function `own`; marks reads, calls of `values()` and bindings in it.
pub(crate) fn resolve(
    own: &Ident,
    windows: &[(Ident, usize)],
    parameters: &[(Ident, Type)],
    body: &mut Block,
    errors: &mut Errors,
) -> Footprints {
    let mut scopes = Scopes::default();
    scopes.push();
    for (parameter, ty) in parameters {
        let term = scopes.of_type(ty);
        let number = scopes.number();
        scopes.insert(parameter, term.map_or(Binding::Unknown, |term| Binding::Known { term, number }));
    }
    for (number, (name, _)) in windows.iter().enumerate() {
        scopes.insert(name, Binding::Window(number));
    }
    let parameters = parameters.iter().map(|(name, _)| name).chain(windows.iter().map(|(name, _)| name));
    let found = Footprints { mixed: syntax::has_mixed_names(body, parameters), ..Footprints::default() };
    let mut walk = Walk { own, windows, scopes, errors, found, trips: 1, in_offset: false };
    walk.visit_block_mut(body);
    walk.found
}

struct Walk<'a> {
    own: &'a Ident,
    windows: &'a [(Ident, usize)],
    scopes: Scopes,
    errors: &'a mut Errors,
    found: Footprints,
    /// The number of times that the current place runs for one point.
    trips: u64,
    in_offset: bool,
}

impl Walk<'_> {
    /// Records the read `window[index]` and returns its number.
    fn read(&mut self, window: usize, index: &Expr) -> usize {
        let (name, rank) = &self.windows[window];
        let well_formed = offset::check_form(&name.to_string(), *rank, index, self.errors);
        let offsets = if well_formed { self.offsets(*rank, index) } else { Some(BTreeSet::new()) };
        let value = self.scopes.term(index).and_then(|term| term::enumerate(&term, &self.scopes.domains));
        let scalar = value.is_some_and(|values| values.iter().all(|value| value.int().is_some()));
        let dependencies = self.scopes.dependencies(index);
        let certain = !self.found.mixed
            && !self.scopes.is_doubtful(&name.to_string())
            && !dependencies.iter().any(|one| self.scopes.is_doubtful(&one.name.to_string()));
        let unseen = if offsets.is_none() { self.scopes.unseen(index) } else { None };
        self.found.reads.push(Read { window, offsets, scalar, certain, dependencies, unseen, span: joined(index) });
        self.found.reads.len() - 1
    }

    fn offsets(&mut self, rank: usize, index: &Expr) -> Option<BTreeSet<Offset>> {
        let terms = match self.scopes.term(index).filter(|term| !term.has_unknown()) {
            Some(term) => vec![term],
            None => self.scopes.alternatives(index)?,
        };
        let mut values = BTreeSet::new();
        for term in &terms {
            values.extend(term::enumerate(term, &self.scopes.domains)?);
        }
        let mut offsets = BTreeSet::new();
        for value in &values {
            let entries = match value {
                Value::Int(entry) if rank == 1 => vec![*entry],
                Value::Int(_) | Value::Unknown => return None,
                Value::List(list) => list.iter().map(Value::int).collect::<Option<_>>()?,
            };
            if entries.len() != rank {
                return None;
            }
            if let Some(far) = entries.iter().find(|entry| entry.unsigned_abs() > FAR) {
                self.errors.report(Problem::HugeOffset, index, &[far]);
                return Some(BTreeSet::new());
            }
            offsets.insert(entries.iter().map(|entry| *entry as isize).collect());
        }
        Some(offsets)
    }

    /// The window whose cell `place` is, or is a part of.
    fn cell(&self, place: &Expr) -> Option<usize> {
        match strip(place) {
            Expr::Index(index) => self.scopes.window(&index.expr).or_else(|| self.cell(&index.expr)),
            Expr::Field(field) => self.cell(&field.base),
            _ => None,
        }
    }

    fn index(&mut self, node: &mut ExprIndex, window: usize) {
        let number = self.read(window, &node.index);
        Tag::Read.put(&mut node.attrs, number);
        let outer = std::mem::replace(&mut self.in_offset, true);
        self.visit_expr_mut(&mut node.index);
        self.in_offset = outer;
    }

    /// A method of a window; false where it is not one that leaves the window inside.
    fn window_method(&mut self, node: &mut ExprMethodCall, window: usize) -> bool {
        let method = node.method.to_string();
        if method == "values" {
            self.found.values.push((window, node.method.clone()));
            let name = &self.windows[window].0;
            if node.turbofish.is_none() && self.scopes.is_doubtful(&name.to_string()) {
                let points = scan::points_name(name);
                node.turbofish = Some(syn::parse_quote_spanned!(node.method.span()=> ::<{ #points }>));
                self.found.values_in_macros.insert(window);
            } else if node.turbofish.is_none() {
                Tag::Values.put(&mut node.attrs, window);
            }
        } else if !HARMLESS.contains(&method.as_str()) {
            return false;
        }
        node.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        true
    }

    /// The value of a `let`. Where branches give different ones it is a loop variable, which takes all of them.
    fn value(&mut self, expr: &Expr) -> Option<Term> {
        if let Some(term) = self.scopes.term(expr) {
            return term.folded();
        }
        let ways = Term::List(self.scopes.alternatives(expr)?);
        (ways.size() <= term::MOST).then(|| self.scopes.add_loop(ways))
    }

    /// The items that a closure is called with: `(-1..=1).map(|i| x[i])`.
    fn items(&self, node: &ExprMethodCall) -> Option<Term> {
        const CALLERS: &[&str] = &[
            "map",
            "for_each",
            "flat_map",
            "filter",
            "filter_map",
            "inspect",
            "any",
            "all",
            "find",
            "position",
            "fold",
        ];
        let method = node.method.to_string();
        let closure =
            matches!(node.args.last(), Some(Expr::Closure(closure)) if closure.inputs.len() == node.args.len());
        if !closure || !CALLERS.contains(&method.as_str()) || node.args.len() != 1 + usize::from(method == "fold") {
            return None;
        }
        self.scopes.term(&node.receiver)?.folded()
    }

    /// Visits a call whose closure is called with each of the items.
    fn called_with(&mut self, node: &mut ExprMethodCall, items: Term) {
        self.visit_expr_mut(&mut node.receiver);
        self.found.branches |= ["any", "all", "find", "position"].iter().any(|method| node.method == method);
        for argument in &mut node.args {
            let Expr::Closure(closure) = argument else {
                self.visit_expr_mut(argument);
                continue;
            };
            self.scopes.push();
            let outer = self.trips;
            self.trips = outer.saturating_mul(length(&items, &self.scopes));
            let (number, item) = (self.scopes.number(), self.scopes.add_loop(items.clone()));
            // `fold` gives what there is so far as the first.
            let last = closure.inputs.len() - 1;
            for (position, pat) in closure.inputs.iter().enumerate() {
                if position == last { self.scopes.bind(pat, &item, number) } else { self.scopes.bind_unknown(pat) }
            }
            self.visit_expr_mut(&mut closure.body);
            self.trips = outer;
            self.scopes.pop();
        }
    }

    fn escape(&mut self, window: usize, name: Ident, instead: Option<(String, String)>) {
        self.found.escapes.push(Escape { window, name, instead });
    }

    fn for_loop(&mut self, node: &mut ExprForLoop) {
        self.visit_expr_mut(&mut node.expr);
        self.scopes.push();
        let outer = self.trips;
        if let Some(domain) = self.scopes.term(&node.expr).and_then(Term::folded) {
            let rounds = length(&domain, &self.scopes);
            self.trips = outer.saturating_mul(rounds);
            // None are found of a range with an unknown end, too.
            if rounds > 0 {
                Tag::Rounds.put(&mut node.attrs, usize::try_from(rounds).unwrap_or(usize::MAX));
            }
            let number = self.scopes.number();
            let item = self.scopes.add_loop(domain);
            self.scopes.bind(&node.pat, &item, number);
            Tag::Binding.put(&mut node.attrs, number);
        } else {
            self.found.uncounted = true;
            self.scopes.bind_unknown(&node.pat);
            if let Pat::Ident(pat) = &*node.pat
                && pat.mutability.is_none()
            {
                let number = self.scopes.number();
                self.scopes.insert(&pat.ident, Binding::Counter { number });
                Tag::Binding.put(&mut node.attrs, number);
            }
        }
        self.visit_block_mut(&mut node.body);
        self.trips = outer;
        self.scopes.pop();
    }

    /// Names that items bring into the whole block, also before the place where they stand.
    fn declare_items(&mut self, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Item(Item::Fn(item)) => self.scopes.insert(&item.sig.ident, Binding::Unknown),
                Stmt::Item(Item::Static(item)) => self.scopes.insert(&item.ident, Binding::Unknown),
                Stmt::Item(Item::Const(item)) => self.scopes.insert(&item.ident, Binding::Unknown),
                Stmt::Item(Item::Struct(item)) => self.scopes.insert(&item.ident, Binding::Unknown),
                Stmt::Item(Item::Use(item)) => {
                    let (names, everything) = syntax::imported(&item.tree);
                    names.iter().for_each(|name| self.scopes.insert(name, Binding::Unknown));
                    if everything {
                        self.scopes.doubt_constants(true);
                    }
                }
                // Items of a macro may have any name.
                Stmt::Macro(stmt) if syntax::std_macro(&stmt.mac).is_none() => self.scopes.doubt_constants(false),
                Stmt::Item(Item::Macro(item)) if item.ident.is_none() => self.scopes.doubt_constants(false),
                _ => {}
            }
        }
        // Constants may stand in any order: the second round knows what the first one found.
        for _ in 0..2 {
            for stmt in &block.stmts {
                let Stmt::Item(Item::Const(item)) = stmt else { continue };
                let term = self.scopes.term(&item.expr).and_then(Term::folded);
                if let Some(term) = term.or_else(|| self.scopes.of_type(&item.ty)) {
                    let number = self.scopes.number();
                    self.scopes.insert_item(&item.ident, Binding::Known { term, number });
                }
            }
        }
    }

    fn macro_call(&mut self, node: &mut Macro) {
        self.found.uncounted = true;
        let mut uses = Vec::new();
        node.tokens = scan::scan(std::mem::take(&mut node.tokens), &self.scopes, &mut uses);
        for found in uses {
            match found {
                Use::Read { window, index } => {
                    self.read(window, &index);
                }
                Use::Values { window, method } => {
                    self.found.values.push((window, method));
                    self.found.values_in_macros.insert(window);
                }
                Use::Escape { window, name } => self.escape(window, name, None),
                Use::Harmless => {}
            }
        }
    }

    fn count(&mut self, is_operation: bool) {
        if is_operation && !self.in_offset {
            self.found.operations = self.found.operations.saturating_add(self.trips);
        }
    }
}

impl VisitMut for Walk<'_> {
    fn visit_block_mut(&mut self, node: &mut Block) {
        self.scopes.push();
        self.declare_items(node);
        visit_mut::visit_block_mut(self, node);
        self.scopes.pop();
    }

    fn visit_stmt_mut(&mut self, node: &mut Stmt) {
        let given = match node {
            Stmt::Macro(stmt) if syntax::std_macro(&stmt.mac).is_none() => scan::bare(&stmt.mac.tokens, &self.scopes),
            _ => Vec::new(),
        };
        visit_mut::visit_stmt_mut(self, node);
        given.iter().for_each(|name| self.scopes.doubt(name));
    }

    fn visit_local_mut(&mut self, node: &mut Local) {
        // The initialiser comes first: in `let x = x[[0, 1]];` the right `x` is still the window.
        let term = node.init.as_mut().and_then(|init| {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
            self.value(&init.expr)
        });
        match term {
            Some(term) => {
                let number = self.scopes.number();
                self.scopes.bind(&node.pat, &term, number);
                Tag::Binding.put(&mut node.attrs, number);
            }
            None => self.scopes.bind_unknown(&node.pat),
        }
    }

    fn visit_item_mut(&mut self, node: &mut Item) {
        // Other items cannot see the windows.
        if let Item::Macro(item) = node {
            self.macro_call(&mut item.mac);
        }
    }

    fn visit_macro_mut(&mut self, node: &mut Macro) {
        self.macro_call(node);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        self.check_writes(node);
        if let Some((window, name, instead)) = self.slip(node) {
            // The window in it is said once.
            self.escape(window, name, Some(instead));
        }
        match node {
            Expr::Call(call) => self.check_recursion(call),
            Expr::Index(index) => {
                if let Some(window) = self.scopes.window(&index.expr) {
                    return self.index(index, window);
                }
            }
            Expr::MethodCall(call) => {
                self.count(!PLAIN.contains(&call.method.to_string().as_str()));
                if let Some(window) = self.scopes.window(&call.receiver)
                    && self.window_method(call, window)
                {
                    return;
                }
                if let Some(items) = self.items(call) {
                    return self.called_with(call, items);
                }
            }
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident()
                    && let Some(window) = self.scopes.window_named(&name.to_string())
                {
                    self.escape(window, name.clone(), None);
                }
                return;
            }
            Expr::Binary(binary) => {
                self.count(is_arithmetic(&binary.op));
                self.found.branches |= matches!(binary.op, BinOp::And(_) | BinOp::Or(_));
            }
            Expr::If(_) | Expr::Match(_) | Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Try(_) => {
                self.found.branches = true;
            }
            Expr::While(_) | Expr::Loop(_) | Expr::Closure(_) => self.found.uncounted = true,
            Expr::Unary(unary) => {
                let literal = matches!(*unary.expr, Expr::Lit(_));
                self.count(matches!(unary.op, UnOp::Neg(_)) && !literal);
            }
            Expr::Verbatim(tokens) => {
                let mut call: Macro = syn::parse_quote!(verbatim!());
                call.tokens = std::mem::take(tokens);
                self.macro_call(&mut call);
                *tokens = call.tokens;
                return;
            }
            _ => {}
        }
        self.scoped(node);
    }
}

impl Walk<'_> {
    /// Expressions that bind names.
    fn scoped(&mut self, node: &mut Expr) {
        match node {
            Expr::ForLoop(node) => self.for_loop(node),
            Expr::Closure(closure) => {
                self.scopes.push();
                closure.inputs.iter().for_each(|pat| self.scopes.bind_unknown(pat));
                self.visit_expr_mut(&mut closure.body);
                self.scopes.pop();
            }
            Expr::If(node) => {
                // Names bound in the condition are seen by the first branch alone.
                self.scopes.push();
                self.visit_expr_mut(&mut node.cond);
                self.visit_block_mut(&mut node.then_branch);
                self.scopes.pop();
                if let Some((_, branch)) = &mut node.else_branch {
                    self.visit_expr_mut(branch);
                }
            }
            Expr::While(node) => {
                self.scopes.push();
                self.visit_expr_mut(&mut node.cond);
                self.visit_block_mut(&mut node.body);
                self.scopes.pop();
            }
            Expr::Let(node) => {
                self.visit_expr_mut(&mut node.expr);
                self.scopes.bind_unknown(&node.pat);
            }
            Expr::Match(node) => {
                self.visit_expr_mut(&mut node.expr);
                for arm in &mut node.arms {
                    self.scopes.push();
                    self.scopes.bind_unknown(&arm.pat);
                    if let Pat::Guard(guard) = &mut arm.pat {
                        self.visit_expr_mut(&mut guard.guard);
                    }
                    self.visit_expr_mut(&mut arm.body);
                    self.scopes.pop();
                }
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

/// The number of items of a loop, roughly: a domain that depends on outer loops counts each of its values once.
fn length(domain: &Term, scopes: &Scopes) -> u64 {
    let lists = term::enumerate(domain, &scopes.domains).unwrap_or_default();
    let total: usize = lists.iter().filter_map(Value::list).map(<[Value]>::len).sum();
    (total / lists.len().max(1)) as u64
}

/// The whole place of an expression, where the compiler can join spans.
fn joined(expr: &Expr) -> Span {
    let span = expr.span();
    if expr.to_token_stream().is_empty() { Span::call_site() } else { span }
}

fn is_arithmetic(op: &BinOp) -> bool {
    use BinOp as B;
    is_assignment(op)
        || matches!(
            op,
            B::Add(_)
                | B::Sub(_)
                | B::Mul(_)
                | B::Div(_)
                | B::Rem(_)
                | B::BitXor(_)
                | B::BitAnd(_)
                | B::BitOr(_)
                | B::Shl(_)
                | B::Shr(_)
        )
}
