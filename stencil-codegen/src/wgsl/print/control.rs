//! Branches and jumps.

use super::printer::{Frame, Jumps, Printer, Sink};
use crate::wgsl::lower::constant::Value;
use crate::wgsl::lower::tree::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::wgsl::lower::types::Ty;

impl Printer<'_> {
    /// Returns true when an `if` becomes a `select`: both values are computed.
    pub(crate) fn is_selected(&self, expr: &Expr) -> bool {
        let ExprKind::If(condition, then, otherwise) = &expr.kind else { return false };
        let scalar = matches!(expr.ty, Ty::Scalar(_));
        let known = self.value_of(condition).is_some();
        scalar && !known && self.cheap_value(then).is_some() && self.cheap_value(otherwise).is_some()
    }

    /// An `if` that gives a value.
    pub(crate) fn conditional(&mut self, expr: &Expr, condition: &Expr, then: &Block, otherwise: &Block) -> String {
        if expr.ty.is_unit() || expr.ty == Ty::Never {
            self.branch(condition, then, otherwise, &Sink::Nowhere);
            return String::new();
        }
        if let Some(Value::Bool(truth)) = self.value_of(condition) {
            let block = if truth { then } else { otherwise };
            self.statements(block);
            return block.value.as_ref().map(|value| self.value(value)).unwrap_or_default();
        }
        if self.is_selected(expr)
            && let (Some(one), Some(other)) = (&then.value, &otherwise.value)
        {
            let texts = self.operands([condition, &**one, &**other]);
            return format!("select({}, {}, {})", texts[2], texts[1], texts[0]);
        }
        let (name, ty) = (self.temporary(), self.shared.ty(&expr.ty));
        self.line(&format!("var {name}: {ty};"));
        self.branch(condition, then, otherwise, &Sink::Variable(name.clone()));
        name
    }

    /// An `if` statement; what is known of the condition decides while printing.
    pub(crate) fn branch(&mut self, condition: &Expr, then: &Block, otherwise: &Block, sink: &Sink) {
        if let Some(Value::Bool(truth)) = self.value_of(condition) {
            return self.block_into(if truth { then } else { otherwise }, sink);
        }
        let condition = self.value(condition);
        self.line(&format!("if ({}) {{", inner(&condition)));
        self.nested(|this| this.block_into(then, sink));
        self.otherwise(otherwise, sink);
        // Nothing comes out of either branch.
        self.dead |= [then, otherwise].iter().all(|block| block_ty(block) == Some(Ty::Never));
    }

    /// The `else` of an `if` whose first branch is printed, and its end.
    fn otherwise(&mut self, otherwise: &Block, sink: &Sink) {
        if self.dead {
            return;
        }
        if let Some((condition, then, rest)) = chained(otherwise)
            && self.value_of(condition).is_none()
        {
            let (text, before) = self.aside(|this| this.nested(|this| this.value(condition)));
            if before.as_str().is_empty() {
                self.line(&format!("}} else if ({}) {{", inner(&text)));
                self.nested(|this| this.block_into(then, sink));
                return self.otherwise(rest, sink);
            }
        }
        let ((), text) = self.aside(|this| this.nested(|this| this.block_into(otherwise, sink)));
        if !text.as_str().is_empty() {
            self.line("} else {");
            self.text.append(&text);
        }
        self.line("}");
    }

    /// `break` and `continue`, of the loop that lies `distance` loops outward.
    pub(crate) fn jump(&mut self, distance: usize, leaves: bool) {
        let Some(target) = self.frames.len().checked_sub(distance + 1) else { return };
        if distance == 0 {
            return self.near_jump(target, leaves);
        }
        if self.frames[target..].iter().any(|frame| frame.unrolled.is_some()) {
            self.frames[target..].iter_mut().for_each(|frame| frame.failed = true);
            self.dead = true;
            return;
        }
        let name = match &self.frames[target].jump {
            Some(name) => name.clone(),
            None => {
                let name = self.temporary();
                self.declared.push(name.clone());
                self.frames[target].jump = Some(name.clone());
                name
            }
        };
        let jumps = &mut self.frames[target].jumps;
        jumps.breaks |= leaves;
        jumps.continues |= !leaves;
        for frame in &mut self.frames[target + 1..] {
            if !frame.passing.contains(&target) {
                frame.passing.push(target);
            }
        }
        self.line(&format!("{name} = {}u;", if leaves { 1 } else { 2 }));
        self.line("break;");
        self.dead = true;
    }

    fn near_jump(&mut self, target: usize, leaves: bool) {
        if let Some(depth) = self.frames[target].unrolled {
            // In one copy of the body, a jump that surely happens, or that skips nothing, needs no statement.
            let certain = depth == self.depth;
            if certain && leaves {
                self.frames[target].broken = true;
            } else if leaves || !(certain || self.tail) {
                self.frames[target].failed = true;
            }
        } else {
            self.line(if leaves { "break;" } else { "continue;" });
        }
        self.dead = true;
    }

    /// In the copy of a body, what follows a branch that ends with `continue` becomes the other branch.
    pub(crate) fn continues_early(&mut self, stmt: &Stmt, rest: &[Stmt], value: Option<&Expr>, sink: &Sink) -> bool {
        let StmtKind::Expr(Expr { kind: ExprKind::If(condition, then, otherwise), .. }) = &stmt.kind else {
            return false;
        };
        let diverges = |block: &Block| block_ty(block) == Some(Ty::Never);
        let follows = !rest.is_empty() || value.is_some();
        if !follows || self.value_of(condition).is_some() || diverges(then) == diverges(otherwise) {
            return false;
        }
        if self.frames.last().is_none_or(|frame| frame.unrolled.is_none()) {
            return false;
        }
        let text = self.value(condition);
        self.line(&format!("if ({}) {{", inner(&text)));
        let print = |this: &mut Self, block: &Block| {
            this.nested(|this| {
                this.tail = diverges(block);
                this.block_into(block, &Sink::Nowhere);
                this.tail = true;
                if !diverges(block) {
                    this.sequence(rest, value, sink);
                }
            });
        };
        print(self, then);
        let ((), text) = self.aside(|this| print(this, otherwise));
        if !text.as_str().is_empty() {
            self.line("} else {");
            self.text.append(&text);
        }
        self.line("}");
        true
    }

    /// Runs `print` with a loop around it.
    pub(crate) fn in_loop<T>(&mut self, unrolled: Option<usize>, print: impl FnOnce(&mut Self) -> T) -> (T, Frame) {
        let frame =
            Frame { unrolled, failed: false, broken: false, jump: None, jumps: Jumps::default(), passing: Vec::new() };
        let tail = std::mem::replace(&mut self.tail, unrolled.is_some());
        self.frames.push(frame);
        let value = print(self);
        self.tail = tail;
        let frame = self.frames.pop().expect("every loop pops its own");
        (value, frame)
    }

    /// Behind a loop: goes on with jumps to outer loops.
    pub(crate) fn pass_on(&mut self, frame: &Frame) {
        for target in &frame.passing {
            let outer = &self.frames[*target];
            let Some(name) = outer.jump.clone() else { continue };
            if target + 1 < self.frames.len() {
                self.line(&format!("if ({name} != 0u) {{ break; }}"));
                continue;
            }
            let jumps = outer.jumps;
            if jumps.breaks {
                self.line(&format!("if ({name} == 1u) {{ {name} = 0u; break; }}"));
            }
            if jumps.continues {
                self.line(&format!("if ({name} == 2u) {{ {name} = 0u; continue; }}"));
            }
        }
    }
}

/// The type of a block's end.
fn block_ty(block: &Block) -> Option<Ty> {
    if let Some(value) = &block.value {
        return Some(value.ty.clone());
    }
    match &block.stmts.last()?.kind {
        StmtKind::Expr(expr) => Some(expr.ty.clone()),
        StmtKind::Let { .. } => None,
    }
}

/// A block that is nothing but another `if`.
fn chained(block: &Block) -> Option<(&Expr, &Block, &Block)> {
    let only = match (block.stmts.as_slice(), &block.value) {
        ([], Some(value)) => value,
        ([Stmt { kind: StmtKind::Expr(expr), .. }], None) => expr,
        _ => return None,
    };
    match &only.kind {
        ExprKind::If(condition, then, otherwise) => Some((condition, then, otherwise)),
        ExprKind::Block(block) => chained(block),
        _ => None,
    }
}

/// The text without parentheses around all of it.
pub(crate) fn inner(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) else { return text };
    let mut depth = 0_i32;
    for letter in inside.chars() {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        if depth < 0 {
            return text;
        }
    }
    inside
}
