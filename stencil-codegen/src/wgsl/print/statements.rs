//! Statements, and where values go.

use super::printer::{Printer, Sink, is_name};
use crate::wgsl::lower::constant::Value;
use crate::wgsl::lower::tree::{Block, Expr, ExprKind, LocalId, Stmt, StmtKind};
use crate::wgsl::lower::types::Ty;

impl Printer<'_> {
    /// The statements of a block without its value.
    pub(crate) fn statements(&mut self, block: &Block) {
        self.sequence(&block.stmts, None, &Sink::Nowhere);
    }

    /// A block whose value goes somewhere.
    pub(crate) fn block_into(&mut self, block: &Block, sink: &Sink) {
        self.sequence(&block.stmts, block.value.as_deref(), sink);
    }

    /// Statements one after the other, and the value behind them.
    pub(crate) fn sequence(&mut self, stmts: &[Stmt], value: Option<&Expr>, sink: &Sink) {
        let (tail, outer) = (self.tail, self.at.clone());
        for (index, stmt) in stmts.iter().enumerate() {
            if self.dead {
                break;
            }
            self.at = stmt.at.clone();
            let rest = &stmts[index + 1..];
            if tail && self.continues_early(stmt, rest, value, sink) {
                self.at = outer;
                return;
            }
            self.tail = tail && rest.is_empty() && value.is_none();
            match &stmt.kind {
                StmtKind::Let { local, init } => self.declare(*local, init.as_ref()),
                StmtKind::Expr(expr) => self.effect(expr),
            }
        }
        self.at = outer;
        self.tail = tail;
        if let Some(value) = value
            && !self.dead
        {
            self.expr_into(value, sink);
        }
    }

    /// `let` and what is known of the local.
    fn declare(&mut self, local: LocalId, init: Option<&Expr>) {
        let declared = &self.function.locals[local];
        let (name, ty, mutable) = (declared.name.clone(), declared.ty.clone(), declared.mutable);
        let Some(init) = init else {
            if !ty.is_unit() && ty != Ty::Never {
                let ty = self.shared.ty(&ty);
                self.line(&format!("var {name}: {ty};"));
            }
            return;
        };
        if ty.is_unit() || init.ty == Ty::Never {
            return self.effect(init);
        }
        if !mutable {
            self.learn(local, init);
            if self.known.get(&local).is_some_and(Value::is_complete) {
                return;
            }
        } else {
            self.follow_counter(local, init);
        }
        self.declare_value(&name, &ty, mutable, init);
        // What the statements of a block found out.
        if let (ExprKind::Block(Block { value: Some(value), .. }), false) = (&init.kind, mutable)
            && let Some(range) = self.range_of(value)
        {
            self.ranges.insert(local, range);
        }
    }

    fn declare_value(&mut self, name: &str, ty: &Ty, mutable: bool, init: &Expr) {
        match &init.kind {
            // The branches store into the variable itself.
            ExprKind::If(..) if !self.is_selected(init) => {
                let text = self.shared.ty(ty);
                self.line(&format!("var {name}: {text};"));
                self.expr_into(init, &Sink::Variable(name.to_owned()));
            }
            ExprKind::Block(block) => {
                self.statements(block);
                if let Some(value) = &block.value
                    && !self.dead
                {
                    self.declare_value(name, ty, mutable, value);
                }
            }
            _ => {
                let text = self.value(init);
                let (keyword, ty) = (if mutable { "var" } else { "let" }, self.shared.ty(ty));
                self.line(&format!("{keyword} {name}: {ty} = {text};"));
            }
        }
    }

    /// Remembers what an immutable local is.
    pub(crate) fn learn(&mut self, local: LocalId, init: &Expr) {
        match self.value_of(init) {
            Some(value) => self.known.insert(local, value),
            None => self.known.remove(&local),
        };
        match self.range_of(init) {
            Some(range) => self.ranges.insert(local, range),
            None => self.ranges.remove(&local),
        };
        self.inits.insert(local, init.clone());
    }

    /// An expression whose value goes somewhere.
    pub(crate) fn expr_into(&mut self, expr: &Expr, sink: &Sink) {
        match (&expr.kind, sink) {
            (_, Sink::Nowhere) => self.effect(expr),
            (ExprKind::If(condition, then, otherwise), _) if !self.is_selected(expr) => {
                self.branch(condition, then, otherwise, sink);
                self.dead |= matches!(sink, Sink::Return);
            }
            (ExprKind::Block(block), _) => self.block_into(block, sink),
            _ if expr.ty == Ty::Never => self.effect(expr),
            (_, Sink::Variable(name)) => {
                let text = self.value(expr);
                self.line(&format!("{name} = {text};"));
            }
            (_, Sink::Return) => self.give_back(Some(expr)),
        }
    }

    /// An expression for what it does.
    pub(crate) fn effect(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Assign(place, value) => self.assign(place, value),
            ExprKind::Update(op, place, value) => self.update(op, place, value),
            ExprKind::Block(block) => self.block_into(block, &Sink::Nowhere),
            ExprKind::If(condition, then, otherwise) => self.branch(condition, then, otherwise, &Sink::Nowhere),
            ExprKind::While(condition, body) => self.while_loop(condition, body),
            ExprKind::Loop(body) => {
                self.infinite_loop(body);
                if expr.ty == Ty::Never {
                    self.leave();
                }
            }
            ExprKind::For(node) => self.for_loop(node),
            ExprKind::Break(distance) => self.jump(*distance, true),
            ExprKind::Continue(distance) => self.jump(*distance, false),
            ExprKind::Return(value) => self.give_back(value.as_deref()),
            ExprKind::Raise(message) => {
                let code = self.shared.helpers.check(message);
                self.line(&format!("raise({code}u);"));
                self.leave();
            }
            ExprKind::Call(helper, arguments) if expr.ty.is_unit() || expr.ty == Ty::Never => {
                let text = self.call(*helper, arguments);
                self.line(&format!("{text};"));
                if expr.ty == Ty::Never {
                    self.leave();
                }
            }
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.effect(item)),
            _ => {
                let text = self.value(expr);
                if !is_name(&text) && !text.is_empty() {
                    self.line(&format!("_ = {text};"));
                }
            }
        }
    }

    /// `return`
    fn give_back(&mut self, value: Option<&Expr>) {
        let Some(value) = value.filter(|value| !value.ty.is_unit()) else {
            value.into_iter().for_each(|value| self.effect(value));
            self.line("return;");
            self.dead = true;
            return;
        };
        match &value.kind {
            ExprKind::If(condition, then, otherwise) if !self.is_selected(value) => {
                self.branch(condition, then, otherwise, &Sink::Return);
                self.dead = true;
                return;
            }
            ExprKind::Block(block) => {
                self.block_into(block, &Sink::Return);
                self.dead = true;
                return;
            }
            _ => {}
        }
        let text = self.returned(value);
        self.line(&format!("return {text};"));
        self.dead = true;
    }

    /// The value as the function returns it: several outputs are the module's struct.
    fn returned(&mut self, value: &Expr) -> String {
        let Ty::Tuple(items) = &self.function.result else { return self.value(value) };
        if !self.is_element {
            return self.value(value);
        }
        let texts = match &value.kind {
            ExprKind::Tuple(items) => self.operands(items),
            _ => {
                let text = self.value(value);
                let name = self.spill(text, &value.ty);
                (0..items.len()).map(|item| format!("{name}.v{item}")).collect()
            }
        };
        format!("Out({})", texts.join(", "))
    }

    /// Leaves the function with some value.
    pub(crate) fn leave(&mut self) {
        let result = match &self.function.result {
            Ty::Never => String::new(),
            ty if ty.is_unit() => String::new(),
            Ty::Tuple(_) if self.is_element => " Out()".to_owned(),
            ty => format!(" {}()", self.shared.ty(ty)),
        };
        self.line(&format!("return{result};"));
        self.dead = true;
    }
}
