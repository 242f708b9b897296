//! Names in scope while walking the body, and expressions evaluated in that scope.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{BinOp, Block, Expr, ExprMethodCall, ExprPath, Ident, Lit, Macro, Pat, RangeLimits, Stmt, Type, UnOp};

use crate::syntax::{has_let, has_rest, std_macro};
use crate::term::{Function, IntType, MOST, Operator, Term, Value};
use crate::text;

/// The meaning of a name.
#[derive(Clone)]
pub(crate) enum Binding {
    /// The window with that number.
    Window(usize),
    /// A loop variable, an immutable `let`, or a constant of the body.
    Known { term: Term, number: usize },
    /// A loop variable whose values only run time knows.
    Counter { number: usize },
    /// Anything else: it hides what the name meant before.
    Unknown,
}

/// A name in scope.
#[derive(Clone)]
struct Entry {
    binding: Binding,
    /// It is a constant item's name.
    item: bool,
    /// Something that is not understood may have given the name anew: then it means what it says where it stands, and
    /// nothing that depends on it may move.
    doubtful: bool,
}

/// A numbered name that an expression uses.
#[derive(Clone)]
pub(crate) struct Dependency {
    pub(crate) name: Ident,
    pub(crate) number: usize,
    /// Its value, where it is the same in every iteration.
    pub(crate) constant: Option<Value>,
}

/// A stack of scopes.
#[derive(Default)]
pub(crate) struct Scopes {
    stack: Vec<HashMap<String, Entry>>,
    bindings: usize,
    /// The domain of each loop, by number.
    pub(crate) domains: Vec<Term>,
}

impl Scopes {
    pub(crate) fn push(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub(crate) fn pop(&mut self) {
        self.stack.pop();
    }

    pub(crate) fn insert(&mut self, name: &Ident, binding: Binding) {
        self.put(name.to_string(), Entry { binding, item: false, doubtful: false });
    }

    /// The name of a constant item.
    pub(crate) fn insert_item(&mut self, name: &Ident, binding: Binding) {
        self.put(name.to_string(), Entry { binding, item: true, doubtful: false });
    }

    fn put(&mut self, name: String, entry: Entry) {
        if let Some(top) = self.stack.last_mut() {
            top.insert(name, entry);
        }
    }

    /// Says that from here to the end of the scope the name may mean something else.
    pub(crate) fn doubt(&mut self, name: &str) {
        if let Some(entry) = self.find(name) {
            let entry = Entry { doubtful: true, ..entry.clone() };
            self.put(name.to_owned(), entry);
        }
    }

    /// Says the same of all constants, and with `all` for every name that is known.
    pub(crate) fn doubt_constants(&mut self, all: bool) {
        let known = |(name, entry): (&String, &Entry)| {
            (entry.item || (all && matches!(entry.binding, Binding::Known { .. }))).then(|| name.clone())
        };
        let names: Vec<String> = self.stack.iter().flatten().filter_map(known).collect();
        names.iter().for_each(|name| self.doubt(name));
    }

    /// Returns true when the name may mean something else than it seems to.
    pub(crate) fn is_doubtful(&self, name: &str) -> bool {
        self.find(name).is_some_and(|entry| entry.doubtful)
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.stack.iter().rev().find_map(|scope| scope.get(name))
    }

    /// A fresh number for a binding. Later bindings have larger numbers.
    pub(crate) fn number(&mut self) -> usize {
        self.bindings += 1;
        self.bindings
    }

    pub(crate) fn add_loop(&mut self, domain: Term) -> Term {
        self.domains.push(domain);
        Term::Loop(self.domains.len() - 1)
    }

    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding> {
        self.find(name).map(|entry| &entry.binding)
    }

    /// The window that `expr` names, if it is nothing but a window's name.
    pub(crate) fn window(&self, expr: &Expr) -> Option<usize> {
        match strip(expr) {
            Expr::Path(path) => self.window_named(&path.path.get_ident()?.to_string()),
            _ => None,
        }
    }

    pub(crate) fn window_named(&self, name: &str) -> Option<usize> {
        match self.lookup(name)? {
            Binding::Window(window) => Some(*window),
            _ => None,
        }
    }

    /// Binds each name of a pattern as something unknown.
    pub(crate) fn bind_unknown(&mut self, pat: &Pat) {
        struct Names<'s>(&'s mut Scopes);
        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
                self.0.insert(&node.ident, Binding::Unknown);
                syn::visit::visit_pat_ident(self, node);
            }
            // Expressions inside patterns (guards, lengths) bind nothing.
            fn visit_expr(&mut self, _: &'ast Expr) {}
        }
        Names(self).visit_pat(pat);
    }

    /// Binds a pattern to a term, taking tuples, arrays and references apart.
    pub(crate) fn bind(&mut self, pat: &Pat, term: &Term, number: usize) {
        match pat {
            Pat::Ident(ident) if ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none() => {
                self.insert(&ident.ident, Binding::Known { term: term.clone(), number });
            }
            // The cells of an array may change, their number does not.
            Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => match term {
                Term::List(items) => {
                    let term = Term::List(vec![Term::Unknown; items.len()]);
                    self.insert(&ident.ident, Binding::Known { term, number });
                }
                _ => self.insert(&ident.ident, Binding::Unknown),
            },
            Pat::Paren(inner) => self.bind(&inner.pat, term, number),
            Pat::Reference(inner) => self.bind(&inner.pat, term, number),
            Pat::Type(inner) => self.bind(&inner.pat, term, number),
            Pat::Tuple(list) if !has_rest(list.elems.iter()) => self.bind_list(list.elems.iter(), term, number),
            Pat::Slice(list) if !has_rest(list.elems.iter()) => self.bind_list(list.elems.iter(), term, number),
            other => self.bind_unknown(other),
        }
    }

    fn bind_list<'p>(&mut self, pats: impl Iterator<Item = &'p Pat>, term: &Term, number: usize) {
        for (index, pat) in pats.enumerate() {
            let item = match term {
                Term::List(items) if index < items.len() => items[index].clone(),
                other => Term::Element(other.clone().into(), Term::Int(index as i128).into()),
            };
            self.bind(pat, &item, number);
        }
    }

    /// The term that `expr` stands for, or `None` where it cannot be evaluated while compiling.
    pub(crate) fn term(&self, expr: &Expr) -> Option<Term> {
        Some(match expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => Term::Int(number.base10_parse().ok()?),
                _ => return None,
            },
            Expr::Paren(inner) => self.term(&inner.expr)?,
            Expr::Group(inner) => self.term(&inner.expr)?,
            // Integers and arrays of them are the same behind a reference.
            Expr::Reference(inner) if inner.mutability.is_none() => self.term(&inner.expr)?,
            Expr::Unary(unary) => match unary.op {
                UnOp::Neg(_) => Term::Negate(self.term(&unary.expr)?.into()),
                UnOp::Deref(_) => self.term(&unary.expr)?,
                _ => return None,
            },
            Expr::Binary(binary) => {
                Term::Binary(operator(&binary.op)?, self.term(&binary.left)?.into(), self.term(&binary.right)?.into())
            }
            Expr::Cast(cast) => Term::Cast(self.term(&cast.expr)?.into(), int_type(&cast.ty)?),
            Expr::Path(path) => self.path(path)?,
            Expr::Array(array) => self.terms(array.elems.iter()),
            Expr::Tuple(tuple) => self.terms(tuple.elems.iter()),
            Expr::Repeat(repeat) => {
                let count = usize::try_from(self.term(&repeat.len)?.constant()?.int()?).ok()?;
                let item = self.term(&repeat.expr).unwrap_or(Term::Unknown);
                (item.size().saturating_mul(count) <= MOST).then(|| Term::List(vec![item; count]))?
            }
            Expr::Index(index) => Term::Element(self.term(&index.expr)?.into(), self.term(&index.index)?.into()),
            Expr::Field(field) => match &field.member {
                syn::Member::Unnamed(index) => {
                    Term::Element(self.term(&field.base)?.into(), Term::Int(i128::from(index.index)).into())
                }
                syn::Member::Named(_) => return None,
            },
            Expr::Range(range) => Term::Range {
                start: self.term(range.start.as_deref()?)?.into(),
                end: self.term(range.end.as_deref()?)?.into(),
                inclusive: matches!(range.limits, RangeLimits::Closed(_)),
            },
            Expr::MethodCall(call) => self.method(call)?,
            _ => return None,
        })
    }

    /// Reads that cannot be evaluated still count.
    fn terms<'e>(&self, entries: impl Iterator<Item = &'e Expr>) -> Term {
        Term::List(entries.map(|entry| self.term(entry).unwrap_or(Term::Unknown)).collect())
    }

    /// An array of which the length is known by its type.
    pub(crate) fn of_type(&self, ty: &Type) -> Option<Term> {
        match ty {
            Type::Array(array) => {
                let length = usize::try_from(self.term(&array.len)?.constant()?.int()?).ok()?;
                let item = self.of_type(&array.elem).unwrap_or(Term::Unknown);
                (item.size().saturating_mul(length) <= MOST).then(|| Term::List(vec![item; length]))
            }
            Type::Reference(reference) => self.of_type(&reference.elem),
            Type::Group(group) => self.of_type(&group.elem),
            Type::Paren(paren) => self.of_type(&paren.elem),
            _ => None,
        }
    }

    /// All that an expression with branches may give, one term for each; `None` where one cannot be evaluated.
    pub(crate) fn alternatives(&self, expr: &Expr) -> Option<Vec<Term>> {
        let all = |expr: &Expr| self.alternatives(expr);
        let mapped = |expr: &Expr, map: &dyn Fn(Term) -> Term| Some(all(expr)?.into_iter().map(map).collect());
        let found: Vec<Term> = match expr {
            Expr::If(node) if !has_let(&node.cond) => {
                let mut found = self.of_block(&node.then_branch)?;
                found.extend(all(&node.else_branch.as_ref()?.1)?);
                found
            }
            Expr::Match(node) => {
                let arms = node.arms.iter().map(|arm| if binds(&arm.pat) { None } else { all(&arm.body) });
                arms.collect::<Option<Vec<_>>>()?.concat()
            }
            Expr::Block(node) if node.label.is_none() => self.of_block(&node.block)?,
            // Other ways on.
            Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => Vec::new(),
            Expr::Macro(node) if is_panic(&node.mac) => Vec::new(),
            Expr::Paren(inner) => all(&inner.expr)?,
            Expr::Group(inner) => all(&inner.expr)?,
            Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
                mapped(&unary.expr, &|term| Term::Negate(term.into()))?
            }
            Expr::Cast(cast) if is_truth(strip(&cast.expr)) => vec![Term::Int(0), Term::Int(1)],
            Expr::Cast(cast) => {
                let ty = int_type(&cast.ty)?;
                mapped(&cast.expr, &|term| Term::Cast(term.into(), ty))?
            }
            Expr::Binary(binary) => {
                let operator = operator(&binary.op)?;
                let (left, right) = (all(&binary.left)?, all(&binary.right)?);
                let pair = |a: &Term| {
                    let term = |b: &Term| Term::Binary(operator, a.clone().into(), b.clone().into());
                    right.iter().map(term).collect::<Vec<_>>()
                };
                left.iter().flat_map(pair).collect()
            }
            Expr::Tuple(tuple) => self.products(tuple.elems.iter())?,
            Expr::Array(array) => self.products(array.elems.iter())?,
            other => vec![self.term(other)?],
        };
        (found.len() <= MOST_WAYS).then_some(found)
    }

    /// A block that is nothing but a value.
    fn of_block(&self, block: &Block) -> Option<Vec<Term>> {
        match block.stmts.as_slice() {
            [Stmt::Expr(expr, None)] => self.alternatives(expr),
            [Stmt::Expr(expr @ (Expr::Return(_) | Expr::Break(_) | Expr::Continue(_)), Some(_))] => {
                self.alternatives(expr)
            }
            _ => None,
        }
    }

    /// Lists of one of the alternatives of each entry.
    fn products<'e>(&self, entries: impl Iterator<Item = &'e Expr>) -> Option<Vec<Term>> {
        let mut lists = vec![Vec::new()];
        for entry in entries {
            let ways = self.alternatives(entry).unwrap_or_else(|| vec![Term::Unknown]);
            if lists.len() * ways.len() > MOST_WAYS {
                return None;
            }
            let longer = |list: &Vec<Term>| {
                let with = |way| list.iter().chain([way]).cloned().collect();
                ways.iter().map(with).collect::<Vec<_>>()
            };
            lists = lists.iter().flat_map(longer).collect();
        }
        Some(lists.into_iter().map(Term::List).collect())
    }

    fn path(&self, path: &ExprPath) -> Option<Term> {
        match self.lookup(&path.path.get_ident()?.to_string())? {
            Binding::Known { term, .. } => Some(term.clone()),
            _ => None,
        }
    }

    fn method(&self, call: &ExprMethodCall) -> Option<Term> {
        let receiver = self.term(&call.receiver)?;
        let mut arguments = Vec::new();
        for argument in &call.args {
            arguments.push(self.term(argument)?);
        }
        let name = call.method.to_string();
        Some(match (name.as_str(), arguments.as_slice()) {
            ("iter" | "into_iter" | "copied" | "cloned", []) => receiver,
            ("rev", []) => Term::Reversed(receiver.into()),
            ("enumerate", []) => Term::Enumerated(receiver.into()),
            ("step_by", [step]) => Term::Stepped(receiver.into(), step.clone().into()),
            ("zip", [other]) => Term::Zipped(receiver.into(), other.clone().into()),
            ("len", []) => Term::Length(receiver.into()),
            ("abs", []) => Term::Call(Function::Abs, vec![receiver]),
            ("min", [other]) => Term::Call(Function::Min, vec![receiver, other.clone()]),
            ("max", [other]) => Term::Call(Function::Max, vec![receiver, other.clone()]),
            _ => return None,
        })
    }

    /// The first name in `expr` that nothing in the function has given: a constant from outside.
    pub(crate) fn unseen(&self, expr: &Expr) -> Option<String> {
        struct Finder<'s>(&'s Scopes, Option<String>);
        impl<'ast> Visit<'ast> for Finder<'_> {
            fn visit_expr_path(&mut self, node: &'ast ExprPath) {
                let outside = match node.path.get_ident() {
                    Some(name) => self.0.lookup(&name.to_string()).is_none(),
                    None => node.qself.is_none(),
                };
                if outside {
                    self.1.get_or_insert_with(|| text::tokens(node));
                }
            }
            // A function is no constant, a method's arguments may hold one.
            fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
                node.args.iter().for_each(|argument| self.visit_expr(argument));
            }
        }
        let mut finder = Finder(self, None);
        finder.visit_expr(expr);
        finder.1
    }

    /// The known names in `expr`.
    pub(crate) fn dependencies(&self, expr: &Expr) -> Vec<Dependency> {
        struct Finder<'s>(&'s Scopes, Vec<Dependency>);
        impl<'ast> Visit<'ast> for Finder<'_> {
            fn visit_expr_path(&mut self, node: &'ast ExprPath) {
                let Some(name) = node.path.get_ident().cloned() else { return };
                let (number, constant) = match self.0.lookup(&name.to_string()) {
                    Some(Binding::Known { term, number }) => (*number, term.constant()),
                    Some(Binding::Counter { number }) => (*number, None),
                    _ => return,
                };
                self.1.push(Dependency { name, number, constant });
            }
        }
        let mut finder = Finder(self, Vec::new());
        finder.visit_expr(expr);
        finder.1
    }
}

/// More ways to one value than this are not followed.
const MOST_WAYS: usize = 256;

/// A call of a macro that gives no value.
fn is_panic(node: &Macro) -> bool {
    std_macro(node).is_some_and(|name| ["panic", "unreachable", "todo", "unimplemented"].contains(&name.as_str()))
}

/// Returns true when a pattern gives names. Those in capitals are constants.
fn binds(pat: &Pat) -> bool {
    struct Names(bool);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
            self.0 |= !node.ident.to_string().starts_with(char::is_uppercase) || node.subpat.is_some();
        }
    }
    let mut names = Names(false);
    names.visit_pat(pat);
    names.0
}

/// A comparison, or what is made of them: as an integer it is 0 or 1.
fn is_truth(expr: &Expr) -> bool {
    use BinOp as B;
    match expr {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Bool(_)),
        Expr::Binary(binary) => {
            matches!(binary.op, B::Eq(_) | B::Ne(_) | B::Lt(_) | B::Le(_) | B::Gt(_) | B::Ge(_) | B::And(_) | B::Or(_))
        }
        Expr::Unary(unary) => matches!(unary.op, UnOp::Not(_)) && is_truth(strip(&unary.expr)),
        _ => false,
    }
}

/// Removes parentheses and invisible groups.
pub(crate) fn strip(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => strip(&inner.expr),
        Expr::Group(inner) => strip(&inner.expr),
        other => other,
    }
}

fn operator(op: &BinOp) -> Option<Operator> {
    Some(match op {
        BinOp::Add(_) => Operator::Add,
        BinOp::Sub(_) => Operator::Sub,
        BinOp::Mul(_) => Operator::Mul,
        BinOp::Div(_) => Operator::Div,
        BinOp::Rem(_) => Operator::Rem,
        _ => return None,
    })
}

fn int_type(ty: &Type) -> Option<IntType> {
    match ty {
        Type::Path(path) => IntType::named(&path.path.get_ident()?.to_string()),
        Type::Group(group) => int_type(&group.elem),
        Type::Paren(paren) => int_type(&paren.elem),
        _ => None,
    }
}
