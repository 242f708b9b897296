//! Rewritten bodies mean what they meant: random programs, run by a small interpreter before and after.

use proptest::prelude::*;
use syn::{BinOp, Block, Expr, ExprForLoop, Lifetime, Lit, Pat, RangeLimits, Stmt, UnOp};

use crate::diagnostics::Errors;
use crate::{model, rewrite};

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Int(i64),
    Bool(bool),
    List(Vec<Value>),
    Unit,
}

/// An early end of a statement.
#[derive(Debug, PartialEq)]
enum Exit {
    Return(Value),
    Continue(Option<Lifetime>),
    Break(Option<Lifetime>),
}

type Outcome = Result<Value, Exit>;

#[derive(Default)]
struct Machine {
    scopes: Vec<Vec<(String, Value)>>,
}

impl Value {
    fn int(&self) -> i64 {
        match self {
            Self::Int(value) => *value,
            other => panic!("{other:?} is not a number"),
        }
    }

    fn bool(&self) -> bool {
        *self == Self::Bool(true)
    }

    fn list(&self) -> Vec<Value> {
        match self {
            Self::List(values) => values.clone(),
            other => panic!("{other:?} is not a list"),
        }
    }
}

/// The cell of the window at an offset: any function that tells offsets apart.
fn cell(offset: &[Value]) -> Value {
    Value::Int(offset.iter().fold(3, |sum, entry| (sum * 31 + entry.int() * 7).rem_euclid(97)) - 40)
}

fn name_of(pat: &Pat) -> Option<String> {
    match pat {
        Pat::Ident(ident) => Some(ident.ident.to_string()),
        Pat::Type(inner) => name_of(&inner.pat),
        _ => None,
    }
}

impl Machine {
    fn block(&mut self, block: &Block) -> Outcome {
        self.scopes.push(Vec::new());
        let mut result = Ok(Value::Unit);
        for stmt in &block.stmts {
            result = self.stmt(stmt);
            if result.is_err() {
                break;
            }
        }
        self.scopes.pop();
        result
    }

    fn stmt(&mut self, stmt: &Stmt) -> Outcome {
        match stmt {
            Stmt::Local(local) => {
                let value = self.expr(&local.init.as_ref().unwrap().expr)?;
                if let Some(name) = name_of(&local.pat) {
                    self.scopes.last_mut().unwrap().push((name, value));
                }
                Ok(Value::Unit)
            }
            Stmt::Expr(expr, semicolon) => {
                let value = self.expr(expr)?;
                Ok(if semicolon.is_some() { Value::Unit } else { value })
            }
            other => panic!("{other:?}"),
        }
    }

    fn variable(&mut self, name: &str) -> Option<&mut Value> {
        self.scopes
            .iter_mut()
            .rev()
            .flat_map(|scope| scope.iter_mut().rev())
            .find(|(own, _)| own == name)
            .map(|(_, value)| value)
    }

    fn expr(&mut self, expr: &Expr) -> Outcome {
        Ok(match expr {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(number) => Value::Int(number.base10_parse().unwrap()),
                Lit::Bool(literal) => Value::Bool(literal.value),
                other => panic!("{other:?}"),
            },
            Expr::Paren(inner) => self.expr(&inner.expr)?,
            Expr::Group(inner) => self.expr(&inner.expr)?,
            Expr::Cast(cast) => self.expr(&cast.expr)?,
            Expr::Block(block) => self.block(&block.block)?,
            // The programs have no calls: it is a `pin`, which does nothing.
            Expr::Call(_) => Value::Unit,
            Expr::Path(path) => {
                let name = path.path.get_ident().unwrap().to_string();
                self.variable(&name).unwrap_or_else(|| panic!("no {name}")).clone()
            }
            Expr::Unary(unary) => match (self.expr(&unary.expr)?, &unary.op) {
                (Value::Int(value), UnOp::Neg(_)) => Value::Int(-value),
                (Value::Bool(value), UnOp::Not(_)) => Value::Bool(!value),
                other => panic!("{other:?}"),
            },
            Expr::Array(array) => {
                Value::List(array.elems.iter().map(|item| self.expr(item)).collect::<Result<_, _>>()?)
            }
            Expr::Index(index) => self.index(index)?,
            Expr::Assign(assign) => {
                let value = self.expr(&assign.right)?;
                self.assign(&assign.left, value)
            }
            Expr::Binary(binary) => self.binary(binary)?,
            Expr::If(node) => {
                if self.expr(&node.cond)?.bool() {
                    self.block(&node.then_branch)?
                } else if let Some((_, other)) = &node.else_branch {
                    self.expr(other)?
                } else {
                    Value::Unit
                }
            }
            Expr::ForLoop(node) => self.for_loop(node)?,
            Expr::Return(node) => return Err(Exit::Return(self.expr(node.expr.as_ref().unwrap())?)),
            Expr::Continue(node) => return Err(Exit::Continue(node.label.clone())),
            Expr::Break(node) => return Err(Exit::Break(node.label.clone())),
            other => panic!("{other:?}"),
        })
    }

    fn index(&mut self, node: &syn::ExprIndex) -> Outcome {
        let Expr::Path(path) = &*node.expr else { panic!("{node:?}") };
        let name = path.path.get_ident().unwrap().to_string();
        let index = self.expr(&node.index)?;
        let local = self.variable(&name).cloned();
        Ok(match local {
            Some(list) => list.list()[usize::try_from(index.int()).unwrap()].clone(),
            None => cell(&index.list()),
        })
    }

    fn assign(&mut self, left: &Expr, value: Value) -> Value {
        let Expr::Path(path) = left else { panic!("{left:?}") };
        *self.variable(&path.path.get_ident().unwrap().to_string()).unwrap() = value;
        Value::Unit
    }

    fn binary(&mut self, node: &syn::ExprBinary) -> Outcome {
        let left = self.expr(&node.left)?;
        match node.op {
            BinOp::And(_) if !left.bool() => return Ok(left),
            BinOp::Or(_) if left.bool() => return Ok(left),
            BinOp::And(_) | BinOp::Or(_) => return self.expr(&node.right),
            _ => {}
        }
        let (a, b) = (left.int(), self.expr(&node.right)?.int());
        Ok(match node.op {
            BinOp::Add(_) => Value::Int(a.wrapping_add(b)),
            BinOp::Sub(_) => Value::Int(a.wrapping_sub(b)),
            BinOp::Mul(_) => Value::Int(a.wrapping_mul(b)),
            BinOp::Gt(_) => Value::Bool(a > b),
            BinOp::Ne(_) => Value::Bool(a != b),
            BinOp::AddAssign(_) => self.assign(&node.left, Value::Int(a.wrapping_add(b))),
            ref other => panic!("{other:?}"),
        })
    }

    fn items(&mut self, expr: &Expr) -> Result<Vec<Value>, Exit> {
        Ok(match expr {
            Expr::Range(range) => {
                let start = self.expr(range.start.as_ref().unwrap())?.int();
                let end = self.expr(range.end.as_ref().unwrap())?.int();
                let end = end + i64::from(matches!(range.limits, RangeLimits::Closed(_)));
                (start..end).map(Value::Int).collect()
            }
            Expr::Paren(inner) => self.items(&inner.expr)?,
            Expr::MethodCall(call) => self.items(&call.receiver)?.into_iter().rev().collect(),
            other => self.expr(other)?.list(),
        })
    }

    fn for_loop(&mut self, node: &ExprForLoop) -> Outcome {
        let own =
            |label: &Option<Lifetime>| label.is_none() || *label == node.label.as_ref().map(|own| own.name.clone());
        let name = name_of(&node.pat).unwrap();
        for item in self.items(&node.expr)? {
            self.scopes.push(vec![(name.clone(), item)]);
            let round = self.block(&node.body);
            self.scopes.pop();
            match round {
                Ok(_) => {}
                Err(Exit::Continue(label)) if own(&label) => {}
                Err(Exit::Break(label)) if own(&label) => break,
                Err(exit) => return Err(exit),
            }
        }
        Ok(Value::Unit)
    }
}

fn run(body: &Block) -> Value {
    let mut machine = Machine::default();
    machine.scopes.push(vec![("limit".to_owned(), Value::Int(5))]);
    match machine.block(body) {
        Ok(value) | Err(Exit::Return(value)) => value,
        Err(exit) => panic!("{exit:?}"),
    }
}

/// Conditions and statements over `x`, `i`, `j`, `s`, `limit`; `$` is where a nested body goes.
const CONDITIONS: &[&str] =
    &["x[[i, j]] > limit", "x[[0, 1]] > s", "s > 0 && x[[i, 0]] > 3", "i != j || x[[-1, j]] > 0", "i > 0", "s > 20"];

const STATEMENTS: &[&str] = &[
    "s += x[[i, j]];",
    "s += 1;",
    "if ? { continue; }",
    "if ? { s += 2; continue }",
    "if ? { continue } else { s += x[[j, i]]; }",
    "let v = if ? { continue } else { x[[i, 0]] * 2 }; s += v;",
    "if ? { return s + x[[1, -1]]; }",
    "if ? { break; }",
    "if ? { s += x[[2, 0]]; } else { s += x[[0, -2]]; }",
    "let i = -i; if ? { s += x[[i, j]]; }",
    "let k = 2; if ? { s += x[[k, i]] + x[[k, -k]]; }",
    "{ let x = [s, 1]; s += x[1]; }",
    "if ? { $ }",
    "for i in -1..=1 { $ }",
    "for j in (-1..=1).rev() { $ }",
    "for i in [-2, 1] { $ s += x[[i, 1]]; }",
    "'a: for i in -1..=0 { for j in 0..=1 { if ? { continue 'a; } $ } s += 1; }",
    "'b: for j in 0..=1 { if ? { continue 'b; } $ }",
    "s += if ? { x[[j, 2]] } else { x[[i, i]] };",
];

/// A program as the choices that make it.
#[derive(Clone, Debug)]
struct Program(Vec<(usize, usize, Program)>);

impl Program {
    fn text(&self, in_loop: bool) -> String {
        let mut text = String::new();
        for (statement, condition, inner) in &self.0 {
            let statement = STATEMENTS[statement % STATEMENTS.len()];
            let leaves = statement.contains("continue") || statement.contains("break");
            if leaves && !in_loop && !statement.starts_with('\'') {
                continue;
            }
            let nested = in_loop || statement.contains("for ");
            let condition = CONDITIONS[condition % CONDITIONS.len()];
            text.push_str(&statement.replace('?', condition).replace('$', &inner.text(nested)));
        }
        text
    }
}

fn programs() -> impl Strategy<Value = Program> {
    let leaf = Just(Program(Vec::new()));
    leaf.prop_recursive(4, 40, 5, |inner| {
        proptest::collection::vec((0..STATEMENTS.len(), 0..CONDITIONS.len(), inner), 1..5).prop_map(Program)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rewritten_bodies_mean_the_same(program in programs()) {
        let body = program.text(false);
        let text = format!("fn f(x: Window2<i64>, limit: i64) -> i64 {{ let i = 1; let j = 0; let mut s = x[[0, 0]]; {body} s }}");
        let mut errors = Errors::default();
        let mut model = model::of("boundary = Nearest", &text, &mut errors);
        crate::check::check(&model, &mut errors);
        prop_assert!(errors.is_empty(), "{}", errors.into_compile_errors());
        let before = run(&model.function.body);
        rewrite::rewrite(&mut model);
        let after = run(&model.function.body);
        prop_assert_eq!(before, after, "{}\n{}", text, crate::text::tokens(&model.function.body));
    }
}
