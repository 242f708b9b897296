//! Variables of `usize` and `isize` that are only added to, so often at most: registers hold what they come to.

use syn::BinOp;

use super::printer::Printer;
use super::ranges::{Range, register};
use crate::wgsl::lower::tree::{Block, Expr, ExprKind, For, LocalId, Stmt, StmtKind};
use crate::wgsl::lower::walk_block;

/// The rounds of a loop of which no number is known, or of several loops.
const ENDLESS: i128 = 1 << 90;

/// The findings about a variable.
struct Found {
    local: LocalId,
    /// The rounds of each loop around the current place.
    loops: Vec<i128>,
    /// The number of loops around its declaration.
    declared: Option<usize>,
    /// The sums of what is added below and above 0.
    added: Range,
    failed: bool,
}

impl Printer<'_> {
    /// Remembers what is known of a variable that begins with `init`, in this copy of the body that declares it.
    pub(crate) fn follow_counter(&mut self, local: LocalId, init: &Expr) {
        self.counters.remove(&local);
        self.ranges.remove(&local);
        if let Some(range) = self.counted(local, init) {
            self.ranges.insert(local, range);
            self.counters.insert(local);
        }
    }

    /// The values of a variable, where they are known to be held.
    fn counted(&mut self, local: LocalId, init: &Expr) -> Option<Range> {
        let scalar = init.ty.scalar().filter(|scalar| scalar.is_index())?;
        let (least, most) = register(scalar)?;
        let first = self.range_of(init)?;
        let mut found = Found { local, loops: Vec::new(), declared: None, added: Range::of(0, 0), failed: false };
        self.follow(&mut self.function.body.clone(), &mut found);
        let added = found.added;
        let range = Range::of(first.least.saturating_add(added.least), first.most.saturating_add(added.most));
        (!found.failed && range.is_within(least, most)).then_some(range)
    }

    /// Looks for what is done with the variable in a block.
    fn follow(&mut self, block: &mut Block, found: &mut Found) {
        found.see(&block.stmts);
        walk_block(block, &mut |expr| match &mut expr.kind {
            ExprKind::Block(block) => found.see(&block.stmts),
            ExprKind::If(_, then, otherwise) => {
                found.see(&then.stmts);
                found.see(&otherwise.stmts);
            }
            ExprKind::For(node) => {
                let rounds = self.rounds(node);
                self.follow_loop(rounds, std::mem::take(&mut node.body), found);
            }
            ExprKind::While(condition, body) => {
                let condition = std::mem::replace(&mut **condition, Expr::unit());
                self.follow_loop(ENDLESS, Block::of(condition), found);
                self.follow_loop(ENDLESS, std::mem::take(body), found);
            }
            ExprKind::Loop(body) => self.follow_loop(ENDLESS, std::mem::take(body), found),
            ExprKind::Update(op, place, value) if found.is_at(place) => {
                let value = self.range_of(value);
                found.update(op, value);
            }
            ExprKind::Assign(place, _) if found.is_at(place) => found.failed = true,
            _ => {}
        });
    }

    /// Looks for it in what a loop repeats.
    fn follow_loop(&mut self, rounds: i128, mut body: Block, found: &mut Found) {
        found.loops.push(rounds);
        self.follow(&mut body, found);
        found.loops.pop();
    }

    /// The most rounds that a loop runs.
    fn rounds(&mut self, node: &For) -> i128 {
        let range = self.counter_range(node);
        match &range {
            Some(range) => self.ranges.insert(node.counter, range.clone()),
            None => self.ranges.remove(&node.counter),
        };
        let items = range.map_or(ENDLESS, |range| range.most - range.least + 1);
        (items + i128::from(node.step) - 1) / i128::from(node.step)
    }

    /// Returns true when a place is a variable that is only added to.
    pub(crate) fn is_counted(&self, place: &Expr) -> bool {
        matches!(&place.kind, ExprKind::Local(local) if self.counters.contains(local))
    }
}

impl Found {
    fn is_at(&self, place: &Expr) -> bool {
        matches!(&place.kind, ExprKind::Local(local) if *local == self.local)
    }

    fn see(&mut self, stmts: &[Stmt]) {
        let declares = |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Let { local, .. } if *local == self.local);
        if stmts.iter().any(declares) {
            self.declared = Some(self.loops.len());
        }
    }

    /// Something is added in each round of the loops between the declaration and here.
    fn update(&mut self, op: &BinOp, value: Option<Range>) {
        let value = match (op, value) {
            (BinOp::Add(_), Some(value)) => value,
            (BinOp::Sub(_), Some(value)) => Range::of(-value.most, -value.least),
            _ => return self.failed = true,
        };
        let Some(loops) = self.declared.and_then(|declared| self.loops.get(declared..)) else {
            return self.failed = true;
        };
        let rounds = loops.iter().fold(1, |all: i128, rounds| all.saturating_mul(*rounds).min(ENDLESS));
        self.added.least = self.added.least.saturating_add(value.least.min(0).saturating_mul(rounds));
        self.added.most = self.added.most.saturating_add(value.most.max(0).saturating_mul(rounds));
    }
}
