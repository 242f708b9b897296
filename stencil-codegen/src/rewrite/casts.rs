//! Casts of floating-point numbers to integers become calls: `e as u8` is `*saturate(e, |v| v as u8)`.
//!
//! The closure is never called. It names the type, and is a cast of a float on the user's tokens: what compilers say of the
//! user's cast they say of it. With the `*`, which binds as weakly as a cast's operand, they propose code with parentheses
//! where a cast needs some.
//!
//! LLVM leaves `as` from a float scalar (2 to 7 times slower); the runtime spells out the same meaning in a form that
//! is vectorised. An integer's `as` is another operation, and a cast is all that a macro sees of its operand's type. So
//! the operand has to be a float by its tokens: a literal, a read of a window of floats, a name bound to such, or what
//! arithmetic makes of them. Where that is not certain, for a generic `T` above all, the cast stays.

use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    BinOp, Block, Expr, ExprCall, ExprMethodCall, ExprUnary, Ident, Item, Lit, Local, Stmt, Type, UnOp,
    parse_quote_spanned, token,
};

use super::shape::{Names, Shape};
use crate::footprint::Read;
use crate::model::Model;
use crate::parse::function::Kind;
use crate::syntax;
use crate::tags::{Strip, Tag};

/// The types that the runtime casts to. 64 bits have no packed conversion before AVX-512.
const TARGETS: [&str; 6] = ["u8", "i8", "u16", "i16", "u32", "i32"];

/// Methods of floats that return floats, by the number of their arguments.
const METHODS: [&[&str]; 3] = [
    &[
        "abs",
        "sqrt",
        "cbrt",
        "floor",
        "ceil",
        "round",
        "round_ties_even",
        "trunc",
        "fract",
        "signum",
        "recip",
        "exp",
        "exp2",
        "exp_m1",
        "ln",
        "ln_1p",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "to_degrees",
        "to_radians",
        "clone",
        "to_owned",
    ],
    &["min", "max", "powi", "powf", "hypot", "atan2", "copysign", "log", "rem_euclid", "div_euclid"],
    &["mul_add", "clamp"],
];

/// Rewrites the casts in `body`.
pub(crate) fn rewrite(model: &Model, body: &mut Block) {
    let mut casts = Casts { model, names: Names::default() };
    casts.names.push();
    for argument in &model.function.arguments {
        if matches!(argument.kind, Kind::Scalar) {
            casts.names.insert(&argument.name, Shape::of(&argument.ty));
        }
    }
    casts.visit_block_mut(body);
}

struct Casts<'m> {
    model: &'m Model,
    names: Names,
}

impl Casts<'_> {
    /// Rewrites `node`, and says what is known of its type.
    fn shape(&mut self, node: &mut Expr) -> Shape {
        match node {
            Expr::Lit(literal) => of_literal(&literal.lit),
            Expr::Path(path) => path.path.get_ident().map(|name| self.names.lookup(name)).unwrap_or_default(),
            Expr::Paren(inner) => self.shape(&mut inner.expr),
            Expr::Group(inner) => self.shape(&mut inner.expr),
            Expr::Reference(inner) => self.shape(&mut inner.expr).behind_reference(),
            Expr::Unary(unary) => match (self.shape(&mut unary.expr), unary.op) {
                (shape, UnOp::Deref(_)) => shape,
                (Shape::Float, UnOp::Neg(_)) => Shape::Float,
                _ => Shape::Unknown,
            },
            Expr::Binary(binary) => {
                let sides = [self.shape(&mut binary.left), self.shape(&mut binary.right)];
                if is_arithmetic(&binary.op) && sides.contains(&Shape::Float) { Shape::Float } else { Shape::Unknown }
            }
            Expr::Index(index) => {
                self.visit_expr_mut(&mut index.index);
                match Tag::Read.get(&index.attrs) {
                    Some(read) => self.read(&self.model.footprints.reads[read]),
                    None => self.shape(&mut index.expr).item(),
                }
            }
            Expr::Field(field) => match (self.shape(&mut field.base), &field.member) {
                (base, syn::Member::Unnamed(number)) => base.field(number.index as usize),
                _ => Shape::Unknown,
            },
            Expr::Tuple(tuple) => Shape::Tuple(tuple.elems.iter_mut().map(|item| self.shape(item)).collect()),
            Expr::Array(array) => {
                let items: Vec<Shape> = array.elems.iter_mut().map(|item| self.shape(item)).collect();
                Shape::Array(items.into_iter().fold(Shape::Unknown, Shape::or).into())
            }
            // The length is a constant, where nothing can be called.
            Expr::Repeat(repeat) => Shape::Array(self.shape(&mut repeat.expr).into()),
            Expr::Cast(_) => self.cast(node),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method(call),
            other => self.scoped(other),
        }
    }

    /// Expressions with blocks or names of their own.
    fn scoped(&mut self, node: &mut Expr) -> Shape {
        match node {
            Expr::Block(block) => self.block(&mut block.block),
            Expr::Unsafe(block) => self.block(&mut block.block),
            Expr::If(node) => {
                // Names bound in the condition are seen by the first branch alone.
                self.names.push();
                self.visit_expr_mut(&mut node.cond);
                let first = self.block(&mut node.then_branch);
                self.names.pop();
                let other = node.else_branch.as_mut().map(|(_, branch)| self.shape(branch));
                first.or(other.unwrap_or_default())
            }
            Expr::Match(node) => {
                let scrutinee = self.shape(&mut node.expr);
                let arms = node.arms.iter_mut().map(|arm| self.arm(arm, &scrutinee));
                arms.fold(Shape::Unknown, Shape::or)
            }
            Expr::Let(node) => {
                let shape = self.shape(&mut node.expr);
                self.names.bind(&node.pat, shape);
                Shape::Unknown
            }
            Expr::ForLoop(node) => {
                // Any other array may be behind a reference, and so are its items then.
                let owned = matches!(*node.expr, Expr::Array(_));
                let items = self.shape(&mut node.expr);
                let item = if owned { items.item() } else { Shape::Unknown };
                self.names.push();
                self.names.bind(&node.pat, item);
                self.block(&mut node.body);
                self.names.pop();
                Shape::Unknown
            }
            Expr::While(node) => {
                self.names.push();
                self.visit_expr_mut(&mut node.cond);
                self.block(&mut node.body);
                self.names.pop();
                Shape::Unknown
            }
            Expr::Closure(closure) => {
                self.names.push();
                closure.inputs.iter().for_each(|pat| self.names.bind(pat, Shape::Unknown));
                self.visit_expr_mut(&mut closure.body);
                self.names.pop();
                Shape::Unknown
            }
            // Nothing can be called in a constant.
            Expr::Const(_) => Shape::Unknown,
            other => {
                visit_mut::visit_expr_mut(self, other);
                Shape::Unknown
            }
        }
    }

    fn arm(&mut self, arm: &mut syn::Arm, scrutinee: &Shape) -> Shape {
        self.names.push();
        self.names.bind(&arm.pat, scrutinee.clone());
        if let syn::Pat::Guard(guard) = &mut arm.pat {
            self.visit_expr_mut(&mut guard.guard);
        }
        let shape = self.shape(&mut arm.body);
        self.names.pop();
        shape
    }

    fn block(&mut self, block: &mut Block) -> Shape {
        self.names.push();
        self.declare_items(block);
        let mut last = Shape::Unknown;
        for stmt in &mut block.stmts {
            last = match stmt {
                Stmt::Expr(expr, None) => self.shape(expr),
                other => {
                    self.visit_stmt_mut(other);
                    Shape::Unknown
                }
            };
        }
        self.names.pop();
        last
    }

    /// Names that items bring into the whole block, also before the place where they stand.
    fn declare_items(&mut self, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Item(Item::Fn(item)) => self.names.insert(&item.sig.ident, Shape::Unknown),
                Stmt::Item(Item::Static(item)) => self.names.insert(&item.ident, Shape::of(&item.ty)),
                Stmt::Item(Item::Const(item)) => self.names.insert(&item.ident, Shape::of(&item.ty)),
                Stmt::Item(Item::Use(item)) => {
                    let (names, everything) = syntax::imported(&item.tree);
                    names.iter().for_each(|name| self.names.insert(name, Shape::Unknown));
                    if everything {
                        self.names.hide_all();
                    }
                }
                // Items of a macro may have any name.
                Stmt::Macro(stmt) if syntax::std_macro(&stmt.mac).is_none() => self.names.hide_all(),
                _ => {}
            }
        }
    }

    fn read(&self, read: &Read) -> Shape {
        if read.certain { self.element(read.window) } else { Shape::Unknown }
    }

    /// The type that a read of the window gives.
    fn element(&self, window: usize) -> Shape {
        Shape::of(&self.model.inputs[window].element)
    }

    /// `operand as type`
    fn cast(&mut self, node: &mut Expr) -> Shape {
        let Expr::Cast(cast) = node else { return Shape::Unknown };
        let operand = self.shape(&mut cast.expr);
        let target = syntax::strip(&cast.ty);
        let known = matches!(target, Type::Path(path) if TARGETS.iter().any(|name| path.path.is_ident(name)));
        let shape = Shape::of(target);
        if operand == Shape::Float && known && cast.attrs.is_empty() {
            // The first token of the user's, which is not a mark.
            let mut plain = cast.expr.clone();
            Strip.visit_expr_mut(&mut plain);
            let span = plain.span();
            let (krate, value) = (self.model.function.krate_at(span), Ident::new("__value", span));
            let (as_token, ty) = (&cast.as_token, &cast.ty);
            let mut call: ExprCall =
                parse_quote_spanned!(span=> #krate::__private::saturate(|#value| #value #as_token #ty));
            // From the operand to the type, as the cast itself.
            call.paren_token = token::Paren(cast.ty.span());
            // As a node and not as tokens: marks would be printed with the operand.
            call.args.insert(0, unwrapped(&cast.expr).clone());
            let (attrs, star) = (Vec::new(), token::Star(span));
            *node = Expr::Unary(ExprUnary { attrs, op: UnOp::Deref(star), expr: Expr::Call(call).into() });
        }
        shape
    }

    /// `f32::from(x)`, `f64::sqrt(x)`.
    fn call(&mut self, call: &mut ExprCall) -> Shape {
        let arguments = call.args.len();
        call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        let Expr::Path(function) = &*call.func else {
            self.visit_expr_mut(&mut call.func);
            return Shape::Unknown;
        };
        let segments: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["f32" | "f64", name] if *name == "from" || returns_float(name, arguments.wrapping_sub(1)) => Shape::Float,
            _ => Shape::Unknown,
        }
    }

    fn method(&mut self, call: &mut ExprMethodCall) -> Shape {
        let receiver = self.shape(&mut call.receiver);
        call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
        match Tag::Values.get(&call.attrs) {
            Some(window) => Shape::Array(self.element(window).into()),
            None if receiver == Shape::Float && returns_float(&call.method.to_string(), call.args.len()) => {
                Shape::Float
            }
            None => Shape::Unknown,
        }
    }
}

impl VisitMut for Casts<'_> {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        self.shape(node);
    }

    fn visit_block_mut(&mut self, node: &mut Block) {
        self.block(node);
    }

    fn visit_stmt_mut(&mut self, node: &mut Stmt) {
        visit_mut::visit_stmt_mut(self, node);
        // It may give a name anew.
        if let Stmt::Macro(stmt) = node
            && syntax::std_macro(&stmt.mac).is_none()
        {
            self.names.forget_mentioned(stmt.mac.tokens.clone());
        }
    }

    fn visit_local_mut(&mut self, node: &mut Local) {
        // The initialiser comes first: in `let x = x[[0, 1]];` the right `x` is still the window.
        let shape = node.init.as_mut().map(|init| {
            let shape = self.shape(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
            shape
        });
        self.names.bind(&node.pat, shape.unwrap_or_default());
    }

    // Constants: nothing can be called in them.
    fn visit_item_mut(&mut self, _: &mut Item) {}
    fn visit_type_mut(&mut self, _: &mut Type) {}
    fn visit_pat_mut(&mut self, _: &mut syn::Pat) {}
    fn visit_path_mut(&mut self, _: &mut syn::Path) {}
}

fn of_literal(literal: &Lit) -> Shape {
    match literal {
        Lit::Float(_) => Shape::Float,
        Lit::Int(number) if matches!(number.suffix(), "f32" | "f64") => Shape::Float,
        _ => Shape::Unknown,
    }
}

fn is_arithmetic(op: &BinOp) -> bool {
    matches!(op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_))
}

fn returns_float(method: &str, arguments: usize) -> bool {
    METHODS.get(arguments).is_some_and(|names| names.contains(&method))
}

/// Without parentheses, which would be unused in a call.
fn unwrapped(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) if inner.attrs.is_empty() => unwrapped(&inner.expr),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;
    use crate::diagnostics::Errors;
    use crate::model;

    /// Returns true when the cast of `operand`, at the end of a body that starts with `before`, is rewritten.
    fn is_rewritten(before: &str, operand: &str) -> bool {
        let text = format!(
            "fn f<T: Real>(x: Window2<f32>, d: Window2<f64>, b: Window2<u8>, t: Window2<T>, c: Window2<[f32; 3]>,
                           a: f64, n: u8, w: &[[f32; 3]; 3], v: ArrayView2<f32>, g: T) -> u8 {{
                {before} ({operand}) as u8 }}"
        );
        let mut errors = Errors::default();
        let model = model::of("boundary = Nearest", &text, &mut errors);
        let mut body = model.function.body.clone();
        rewrite(&model, &mut body);
        let text = body.to_token_stream().to_string();
        assert_eq!(
            text.matches(" as u8").count(),
            1 + before.matches(" as u8").count() + operand.matches(" as u8").count(),
            "{text}"
        );
        text.contains("saturate")
    }

    #[test]
    fn floats_are_known_by_their_tokens() {
        for (before, operand) in [
            ("", "1.5"),
            ("", "2f32"),
            ("", "x[[0, 1]]"),
            ("", "d[[0, 1]] + WEIGHTS[1]"),
            ("", "WEIGHTS[0][1] * x[[0, 0]]"),
            ("", "-a"),
            ("", "n as f32"),
            ("", "f32::from(b[[0, 0]])"),
            ("", "f64::max(g, h)"),
            ("", "(a * 0.5).clamp(0.0, 255.0).round()"),
            ("", "c[[0, 1]][2]"),
            ("", "w[0][n as usize]"),
            ("", "v[[0, 1]]"),
            ("", "x.values()[3]"),
            ("", "if n > 3 { a } else { unknown() }"),
            ("", "match n { 0 => return 0, _ => a }"),
            ("", "{ let y = a; y }"),
            ("let mut s = 0.0; s += g;", "s"),
            ("let s: f32 = g.into();", "s"),
            ("let (s, t) = (n, x[[0, 0]]);", "t"),
            ("let [s, _] = [a, 1.0];", "s"),
            ("const K: f32 = 1.0;", "K"),
            ("let a = a; { let a = n; }", "a"),
            ("let s = [0.0; 3];", "s[1]"),
        ] {
            assert!(is_rewritten(before, operand), "{before} {operand}");
        }
    }

    #[test]
    fn what_may_be_an_integer_stays() {
        for (before, operand) in [
            ("", "n"),
            ("", "b[[0, 0]]"),
            ("", "t[[0, 0]]"),
            ("", "g"),
            ("", "c[[0, 0]]"),
            ("", "WEIGHTS[0]"),
            ("", "a > 1.0"),
            ("", "!n"),
            ("", "unknown(a)"),
            ("", "a.to_bits()"),
            ("", "x[[0, 0]].max()"),
            ("", "f32::from_bits"),
            ("let a = n;", "a"),
            ("let a: u8 = a.into();", "a"),
            ("let Some(a) = a.into() else { return 0 };", "a"),
            ("fn a() {}", "a"),
            ("const a: u8 = 1;", "a"),
            ("let x = [n, n];", "x[0]"),
        ] {
            assert!(!is_rewritten(before, operand), "{before} {operand}");
        }
    }

    #[test]
    fn names_of_inner_scopes_hide_outer_ones() {
        for operand in [
            "if let Some(a) = n { a } else { n }",
            "match n { a => a }",
            "match n { a if a > 0 => a, _ => 0 }",
            "{ let a = n; a }",
            "{ fn a() {} a }",
        ] {
            assert!(!is_rewritten("", operand), "{operand}");
        }
        assert!(!is_rewritten("", "0u8"));
        for body in ["[n].map(|a| (a) as u8)", "for a in 0..3 { (a) as u8; }"] {
            let mut expr: Expr = syn::parse_str(body).unwrap();
            let text = expr.to_token_stream().to_string();
            let mut names = Names::default();
            names.push();
            names.insert(&parse_quote!(a), Shape::Float);
            let mut errors = Errors::default();
            let model = model::of("", "fn f(x: Window1<u8>) -> u8 { x[0] }", &mut errors);
            Casts { model: &model, names }.visit_expr_mut(&mut expr);
            assert_eq!(expr.to_token_stream().to_string(), text);
        }
    }
}
