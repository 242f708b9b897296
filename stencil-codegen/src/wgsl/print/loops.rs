//! Loops.

use super::control::inner;
use super::printer::{Printer, Sink, is_name};
use super::ranges::{Range, register};
use super::values::scalar;
use crate::wgsl::lower::constant::Value;
use crate::wgsl::lower::tree::{Block, Expr, For};
use crate::wgsl::ops;
use crate::wgsl::scalar::Scalar;

/// The printed parts of a loop that counts.
struct Counting<'a> {
    name: &'a str,
    scalar: Scalar,
    start: String,
    end: String,
    /// The bounds where they are known.
    known: Option<(i128, i128)>,
    step: String,
}

impl Printer<'_> {
    pub(crate) fn while_loop(&mut self, condition: &Expr, body: &Block) {
        if self.value_of(condition) == Some(Value::Bool(false)) {
            return;
        }
        let (text, before) = self.aside(|this| this.nested(|this| this.value(condition)));
        let ((), frame) = self.in_loop(None, |this| {
            if before.as_str().is_empty() {
                this.line(&format!("while ({}) {{", inner(&text)));
            } else {
                this.line("loop {");
                this.text.append(&before);
                this.nested(|this| this.line(&format!("if (!{text}) {{ break; }}")));
            }
            this.nested(|this| this.block_into(body, &Sink::Nowhere));
            this.line("}");
        });
        self.pass_on(&frame);
    }

    pub(crate) fn infinite_loop(&mut self, body: &Block) {
        let ((), frame) = self.in_loop(None, |this| {
            this.line("loop {");
            this.nested(|this| this.block_into(body, &Sink::Nowhere));
            this.line("}");
        });
        self.pass_on(&frame);
    }

    pub(crate) fn for_loop(&mut self, node: &For) {
        if self.dead || self.unrolled(node) {
            return;
        }
        self.forget(node);
        let known = self.int_of(&node.start).zip(self.int_of(&node.end));
        let range = self.counter_range(node);
        let texts = self.operands([&node.start, &node.end]);
        let (start, mut end) = (texts[0].clone(), texts[1].clone());
        if known.is_none() && !is_name(&end) {
            // The end is computed once.
            end = self.spill(end, &node.end.ty);
        }
        self.known.remove(&node.counter);
        self.inits.remove(&node.counter);
        if let Some(range) = range {
            self.ranges.insert(node.counter, range);
        }
        let scalar = scalar(&node.start);
        let name = self.function.locals[node.counter].name.clone();
        let step = ops::literal_int(node.step.into(), scalar);
        let counting = Counting { name: &name, scalar, start, end, known, step };
        let ((), frame) = self.in_loop(None, |this| match this.header(node, &counting) {
            Some(header) => {
                this.line(&header);
                this.nested(|this| this.block_into(&node.body, &Sink::Nowhere));
                this.line("}");
            }
            None => this.careful(node, &counting),
        });
        self.pass_on(&frame);
    }

    /// The values that the counter can have.
    pub(crate) fn counter_range(&self, node: &For) -> Option<Range> {
        let (start, end) = (self.range_of(&node.start)?, self.range_of(&node.end)?);
        // A size that is held as a negative value is a large one.
        if scalar(&node.start) == Scalar::Usize && (start.least < 0 || end.least < 0) {
            return None;
        }
        let most = if node.inclusive { end.most } else { end.most - 1 };
        let below = if node.inclusive { Vec::new() } else { self.sizes_above(&node.end) };
        Some(Range { least: start.least, most: most.max(start.least), below })
    }

    /// The header of a loop whose counter cannot overflow.
    fn header(&self, node: &For, counting: &Counting<'_>) -> Option<String> {
        let Counting { name, scalar, start, end, known, step } = counting;
        let ty = scalar.register();
        let (least, most) = register(*scalar)?;
        let least = if *scalar == Scalar::Usize { 0 } else { least };
        let step_size = i128::from(node.step);
        if node.reversed {
            let (start_value, end_value) = (*known)?;
            let last = end_value - i128::from(!node.inclusive);
            let first = ops::literal_int(last, *scalar);
            let fits = last >= least && start_value - step_size >= least;
            let header = format!("for (var {name}: {ty} = {first}; {name} >= {start}; {name} = {name} - {step}) {{");
            return fits.then_some(header);
        }
        let relation = if node.inclusive { "<=" } else { "<" };
        let plain = node.step == 1 && !node.inclusive;
        let fits = plain || known.is_some_and(|(_, end)| end + step_size <= most);
        fits.then(|| format!("for (var {name}: {ty} = {start}; {name} {relation} {end}; {name} = {name} + {step}) {{"))
    }

    /// A loop that looks at the way that is left before each step.
    fn careful(&mut self, node: &For, counting: &Counting<'_>) {
        let Counting { name, scalar, start, end, step, .. } = counting;
        let ty = scalar.register();
        let start = self.spill(start.clone(), &node.start.ty);
        let relation = if node.inclusive { "<=" } else { "<" };
        self.line(&format!("if ({start} {relation} {end}) {{"));
        self.nested(|this| {
            let first = match (node.reversed, node.inclusive) {
                (false, _) => start.clone(),
                (true, true) => end.clone(),
                (true, false) => format!("{end} - {}", ops::literal_int(1, *scalar)),
            };
            this.line(&format!("var {name}: {ty} = {first};"));
            this.line("loop {");
            this.nested(|this| {
                this.block_into(&node.body, &Sink::Nowhere);
                this.dead = false;
                let unsigned = if scalar.bits() == 64 { Scalar::U64 } else { Scalar::U32 };
                let size = ops::literal_int(node.step.into(), unsigned);
                let (left, operator) = match node.reversed {
                    false => (format!("{end} - {name}"), "+"),
                    true => (format!("{name} - {start}"), "-"),
                };
                // With an end that does not belong to the range, the last item may lie right in front of it.
                let relation = if node.inclusive || node.reversed { "<" } else { "<=" };
                this.line("continuing {");
                this.line(&format!("    let left = {}({left});", unsigned.register()));
                this.line(&format!("    {name} = {name} {operator} {step};"));
                this.line(&format!("    break if (left {relation} {size});"));
                this.line("}");
            });
            this.line("}");
        });
        self.line("}");
    }
}
