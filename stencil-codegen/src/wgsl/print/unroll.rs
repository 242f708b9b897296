//! Short loops over known ranges are spelled out, so that offsets are literals.

use super::printer::{Printer, Sink};
use crate::wgsl::lower::constant::Value;
use crate::wgsl::lower::tree::{Block, Expr, ExprKind, For, LocalId, StmtKind};

/// Reads in all copies of a body.
const MOST_READS: usize = 128;

/// Nodes in all copies of a body.
const MOST_NODES: usize = 1 << 13;

/// Loops inside of each other.
const DEEPEST: usize = 5;

/// The size of a body.
#[derive(Clone, Copy, Default)]
struct Size {
    /// Reads and elements at places that are not known yet.
    reads: usize,
    nodes: usize,
}

impl Printer<'_> {
    /// Spells the loop out, if that is worth it.
    pub(crate) fn unrolled(&mut self, node: &For) -> bool {
        let Some(items) = self.known_items(node) else { return false };
        if items.is_empty() {
            return true;
        }
        self.forget(node);
        let size = self.size(&node.body, 0);
        let reads = size.reads.saturating_mul(items.len());
        if reads == 0 || reads > MOST_READS || size.nodes.saturating_mul(items.len()) > MOST_NODES {
            return false;
        }
        let kept = (self.shared.clone(), self.temporaries, self.known.clone(), self.declared.len());
        let depth = self.depth;
        let (failed, text) = self.aside(|this| {
            let ((), frame) = this.in_loop(Some(depth), |this| this.copies(node, &items));
            frame.failed
        });
        if failed {
            (*self.shared, self.temporaries, self.known) = (kept.0, kept.1, kept.2);
            self.declared.truncate(kept.3);
            return false;
        }
        self.text.append(&text);
        true
    }

    fn copies(&mut self, node: &For, items: &[i128]) {
        for item in items {
            // A variable looks ahead at locals that are declared behind it: not at those of the copy before.
            self.forget(node);
            self.known.insert(node.counter, Value::Int(*item));
            let ((), text) = self.aside(|this| {
                this.block_into(&node.body, &Sink::Nowhere);
            });
            self.dead = false;
            // Copies that declare nothing need no scope.
            let declares = [" let ", " var "].iter().any(|keyword| text.as_str().contains(keyword));
            if declares {
                self.line("{");
                self.text.append(&text);
                self.line("}");
            } else {
                self.text.append(&text);
            }
            let frame = self.frames.last().expect("the loop's own");
            if frame.broken || frame.failed {
                break;
            }
        }
        self.known.remove(&node.counter);
    }

    /// The items of a loop over a known range.
    fn known_items(&self, node: &For) -> Option<Vec<i128>> {
        let (start, end) = (self.int_of(&node.start)?, self.int_of(&node.end)?);
        let end = end + i128::from(node.inclusive);
        if end - start > MOST_READS as i128 * 64 {
            return None;
        }
        let mut items: Vec<i128> = (start..end).collect();
        if node.reversed {
            items.reverse();
        }
        Some(items.into_iter().step_by(node.step as usize).collect())
    }

    /// Forgets the facts about locals inside of the loop, which need not hold in the next round.
    pub(crate) fn forget(&mut self, node: &For) {
        let mut locals = vec![node.counter];
        locals_of(&node.body, &mut locals);
        for local in locals {
            self.known.remove(&local);
            self.ranges.remove(&local);
            self.inits.remove(&local);
        }
    }

    /// The size of a block inside of so many loops.
    fn size(&self, block: &Block, loops: usize) -> Size {
        let mut size = Size::default();
        if loops > DEEPEST {
            return Size { reads: usize::MAX, nodes: usize::MAX };
        }
        let mut copy = block.clone();
        crate::wgsl::lower::walk_block(&mut copy, &mut |expr| self.measure(expr, loops, &mut size));
        size
    }

    fn measure(&self, expr: &Expr, loops: usize, size: &mut Size) {
        size.nodes = size.nodes.saturating_add(1);
        let open = |index: &Expr| self.int_of(index).is_none();
        let reads = match &expr.kind {
            ExprKind::Read(_, indices) => usize::from(indices.iter().any(open)),
            ExprKind::Element(_, index) => usize::from(open(index)),
            ExprKind::Contains(offset) => usize::from(offset.iter().any(open)),
            ExprKind::For(node) => match self.known_items(node) {
                // The loop inside is counted as often as it runs, its body once more by the walk.
                Some(items) => {
                    let inner = self.size(&node.body, loops + 1);
                    let again = items.len().saturating_sub(1);
                    size.nodes = size.nodes.saturating_add(inner.nodes.saturating_mul(again));
                    inner.reads.saturating_mul(again)
                }
                None => 0,
            },
            _ => 0,
        };
        size.reads = size.reads.saturating_add(reads);
    }
}

fn locals_of(block: &Block, locals: &mut Vec<LocalId>) {
    let mut copy = block.clone();
    let mut found = Vec::new();
    crate::wgsl::lower::walk_stmts(&mut copy, &mut |stmt| {
        if let StmtKind::Let { local, .. } = &stmt.kind {
            found.push(*local);
        }
    });
    crate::wgsl::lower::walk_block(&mut copy, &mut |expr| {
        if let ExprKind::For(node) = &expr.kind {
            found.push(node.counter);
        }
    });
    locals.append(&mut found);
}
