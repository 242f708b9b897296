//! Names in scope while walking the body, and expressions evaluated in that scope.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{BinOp, Expr, ExprMethodCall, ExprPath, Ident, Lit, Pat, RangeLimits, Type, UnOp};

use crate::syntax::has_rest;
use crate::term::{Function, IntType, MOST, Operator, Term, Value};

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

    /// Whether the name may mean something else than it seems to.
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
            Expr::Array(array) => self.terms(array.elems.iter())?,
            Expr::Tuple(tuple) => self.terms(tuple.elems.iter())?,
            Expr::Repeat(repeat) => {
                let count = usize::try_from(self.term(&repeat.len)?.constant()?.int()?).ok()?;
                let item = self.term(&repeat.expr)?;
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

    fn terms<'e>(&self, entries: impl Iterator<Item = &'e Expr>) -> Option<Term> {
        entries.map(|entry| self.term(entry)).collect::<Option<Vec<_>>>().map(Term::List)
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
            ("abs", []) => Term::Call(Function::Abs, vec![receiver]),
            ("min", [other]) => Term::Call(Function::Min, vec![receiver, other.clone()]),
            ("max", [other]) => Term::Call(Function::Max, vec![receiver, other.clone()]),
            _ => return None,
        })
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
