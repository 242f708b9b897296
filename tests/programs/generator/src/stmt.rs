//! Statements.

use crate::body::{Body, Feature, Loop};
use crate::types::{Scalar, Ty};

impl Body<'_> {
    /// So many statements, each on a line of its own.
    pub fn statements(&mut self, count: usize) -> String {
        let mut text = String::new();
        for _ in 0..count {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            text += &self.statement();
        }
        text
    }

    /// A block of its own scope.
    pub fn block(&mut self, count: usize) -> String {
        let mark = self.enter();
        let outer = self.vars.len();
        let text = self.statements(count) + &self.kept(outer);
        self.leave(mark);
        text
    }

    /// A block that loop elements enter or not, by values of their own.
    fn branch_block(&mut self, count: usize) -> String {
        self.apart += 1;
        let text = self.block(count);
        self.apart -= 1;
        text
    }

    /// Statements by which a block's own variables change outer ones, so that nothing is lost.
    fn kept(&mut self, outer: usize) -> String {
        let inner: Vec<String> = self.vars[outer..].iter().map(|var| var.name.clone()).collect();
        let root = |path: &str| path.split(['.', '[']).next().unwrap_or_default().to_string();
        let (mut own, mut text) = (self.leaves(false), String::new());
        own.retain(|(path, _)| inner.contains(&root(path)));
        let mut targets = self.leaves(true);
        targets.retain(|(path, ty)| !inner.contains(&root(path)) && *ty != Scalar::Usize);
        while !targets.is_empty() && !own.is_empty() && self.rng.chance(70) {
            let (from, ty) = own.remove(self.rng.below(own.len()));
            let (place, target) = targets[self.rng.below(targets.len())].clone();
            let operator = if target == Scalar::Bool { "^=" } else { self.rng.pick(&["+=", "-="]) };
            text += &format!("{place} {operator} {};\n", target.cast(&from, ty));
        }
        text
    }

    fn statement(&mut self) -> String {
        for _ in 0..8 {
            if let Some(text) = self.try_statement() {
                return text;
            }
        }
        self.let_scalar()
    }

    fn try_statement(&mut self) -> Option<String> {
        let windowed = !self.windows.is_empty();
        // Loops and changes of lengths under conditions on values do not run side by side.
        let alone = self.lanes && self.apart > 0 && self.rng.chance(93);
        match self.rng.below(34) {
            0..=5 => self.binding(),
            6..=10 => self.assignment(),
            11..=13 => Some(self.branch()),
            14 if self.features.contains(&Feature::Match) => Some(self.match_statement()),
            17 if windowed && self.features.contains(&Feature::Offsets) && self.rng.chance(50) => self.offset_list(),
            15..=17 if windowed && self.features.contains(&Feature::Offsets) => self.offset_loop(),
            15..=20 | 23 | 24 if alone => self.assignment(),
            15..=19 if !windowed => self.core_loop(),
            18 if self.features.contains(&Feature::ValueRanges) => Some(self.value_range()),
            20 if self.features.contains(&Feature::While) => Some(self.while_loop()),
            21 if self.features.contains(&Feature::Loop) && self.rng.chance(40) => self.let_of_loop(),
            21 if self.features.contains(&Feature::Loop) => Some(self.endless_loop()),
            22 if self.features.contains(&Feature::Labels) && !self.gpu => Some(self.labelled_block()),
            23 | 24 => self.jump(),
            25 if self.features.contains(&Feature::Closures) && !(self.lanes && self.rng.chance(70)) => {
                Some(self.closure())
            }
            26 if self.features.contains(&Feature::MutableClosures) => self.mutable_closure(),
            27 if self.features.contains(&Feature::Items) => Some(self.item()),
            28 if self.features.contains(&Feature::Borrows) => self.borrow(),
            29 if self.features.contains(&Feature::Swaps) && !(self.lanes && self.rng.chance(50)) => self.swap(),
            30 if self.features.contains(&Feature::Destructuring) => self.destructuring(),
            31 if self.features.contains(&Feature::Methods) => self.method(),
            32 if self.features.contains(&Feature::Macros) => self.macro_call(),
            33 if self.features.contains(&Feature::IfLet) => Some(self.if_let()),
            19 if self.features.contains(&Feature::References) => self.reference(),
            _ if !self.scratch.is_empty() && !alone => self.push(),
            _ => None,
        }
    }

    /// A place that may be written to, with its type.
    fn target(&mut self) -> Option<(String, Scalar)> {
        if self.rng.chance(25)
            && let Some(cell) = if self.rng.chance(40) { self.slot(true) } else { self.cell(true) }
        {
            return Some(cell);
        }
        let leaves = self.leaves(true);
        if leaves.is_empty() {
            return None;
        }
        // Those inside of something first: they are fewer.
        let inner: Vec<_> = leaves.iter().filter(|(path, _)| path.contains(['.', '['])).cloned().collect();
        let leaves = if !inner.is_empty() && self.rng.chance(50) { inner } else { leaves };
        let (mut path, scalar) = leaves[self.rng.below(leaves.len())].clone();
        if let Some(open) = path.find('[')
            && self.rng.chance(30)
        {
            let n = leaves.iter().filter(|(other, _)| other.starts_with(&path[..=open])).count().max(1);
            self.quiet += 1;
            let integer = self.integer();
            let index = self.expr(integer, 0);
            self.quiet -= 1;
            path = format!("{}({index} as usize) % {n}]", &path[..=open]);
        }
        Some((path, scalar))
    }

    /// `a = ..;` or `a += ..;`
    pub fn assignment(&mut self) -> Option<String> {
        let (place, scalar) = self.target()?;
        let var = self.vars.iter().rposition(|var| var.name == place);
        let alike = var.is_some_and(|var| self.vars[var].alike);
        if alike && self.rng.chance(80) {
            return Some(format!("{place} += {};\n", self.rng.range(1, 2)));
        }
        let operator = if self.rng.chance(25) {
            "="
        } else if scalar == Scalar::Bool {
            self.rng.pick(&["^=", "|=", "&="])
        } else if scalar.is_float() {
            self.rng.pick(&["+=", "-=", "+="])
        } else {
            self.rng.pick(&["+=", "-=", "^=", "+=", "*=", "|="])
        };
        let value = self.expr(scalar, 2);
        Some(format!("{place} {operator} {value};\n"))
    }

    fn branch(&mut self) -> String {
        let (condition, alike) = self.any_condition();
        self.apart += usize::from(!alike);
        let count = 1 + self.rng.below(3);
        let mut text = format!("if {condition} {{\n{}}}", self.block(count));
        if self.rng.chance(30) {
            let condition = self.condition(1);
            text += &format!(" else if {condition} {{\n{}}}", self.branch_block(1));
        }
        if self.rng.chance(45) {
            text += &format!(" else {{\n{}}}", self.block(2));
        }
        self.apart -= usize::from(!alike);
        text + "\n"
    }

    /// A condition on values, or one that all loop elements agree on, and which it is.
    fn any_condition(&mut self) -> (String, bool) {
        if !self.cores.is_empty() && self.rng.chance(30) {
            (self.alike_condition(), true)
        } else {
            (self.condition(2), false)
        }
    }

    fn if_let(&mut self) -> String {
        let scalar = self.integer();
        let value = self.expr(scalar, 1);
        let condition = self.condition(1);
        let mark = self.enter();
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        let inside = self.branch_block(2);
        self.leave(mark);
        let otherwise = self.branch_block(1);
        format!("if let Some({name}) = Some({value}).filter(|_| {condition}) {{\n{inside}}} else {{\n{otherwise}}}\n")
    }

    fn match_statement(&mut self) -> String {
        let scalar = self.integer();
        let value = self.expr(scalar, 1);
        let mut arms = String::new();
        for _ in 0..self.rng.range(1, 3) {
            let mark = self.enter();
            let low = self.rng.range(0, 30);
            let name = self.name();
            let pattern = match self.rng.below(5) {
                0 => format!("{low}..={}", low + 20),
                1 => format!("{low} | {}", low + 2),
                2 => format!("{name} @ {low}..={}", low + 30),
                3 => name.clone(),
                _ => format!("{name} @ ({low} | {})", low + 1),
            };
            if pattern.starts_with(&name) {
                self.declare(&name, Ty::One(scalar), false);
            }
            self.quiet += 1;
            let guard = if self.rng.chance(45) || pattern == name {
                format!(" if {}", self.condition(1))
            } else {
                String::new()
            };
            self.quiet -= 1;
            let inside = self.branch_block(2);
            self.leave(mark);
            arms += &format!("{pattern}{guard} => {{\n{inside}}}\n");
        }
        let last = self.branch_block(1);
        format!("match {value} {{\n{arms}_ => {{\n{last}}}\n}}\n")
    }

    fn mutable_closure(&mut self) -> Option<String> {
        let (var, place, scalar) = self.borrowed()?;
        let argument = self.scalar();
        self.vars[var].hidden = true;
        let inner = "given".to_string();
        let mark = self.enter();
        self.quiet += 1;
        self.sealed += 1;
        self.declare(&inner, Ty::One(argument), false);
        let value = self.expr(scalar, 1);
        self.leave(mark);
        let calls: Vec<String> = (0..self.rng.range(1, 2)).map(|_| self.expr(argument, 1)).collect();
        self.sealed -= 1;
        self.quiet -= 1;
        self.vars[var].hidden = false;
        let name = format!("g{}", self.number());
        let operator = if scalar == Scalar::Bool { "^=" } else { self.rng.pick(&["+=", "-=", "="]) };
        let calls: Vec<String> = calls.into_iter().map(|value| format!("{name}({value});\n")).collect();
        Some(format!(
            "{{\nlet mut {name} = |{inner}: {}| {{ {place} {operator} {value}; }};\n{}}}\n",
            argument.name(),
            calls.concat()
        ))
    }

    /// The numbers in a variable that may be written to.
    fn parts(&self, var: usize) -> Vec<(String, Scalar)> {
        let mut parts = self.vars[var].ty.leaves(&self.vars[var].name, self.record.as_ref());
        if !self.features.contains(&Feature::TupleFields) {
            parts.retain(|(path, _)| !path.contains('.'));
        }
        parts
    }

    /// A variable of which a part is borrowed; its number, place and type.
    fn borrowed(&mut self) -> Option<(usize, String, Scalar)> {
        let candidates: Vec<usize> = self.visible().into_iter().filter(|&n| self.vars[n].mutable).collect();
        if candidates.is_empty() {
            return None;
        }
        let var = candidates[self.rng.below(candidates.len())];
        let leaves = self.parts(var);
        if leaves.is_empty() {
            return None;
        }
        let (place, scalar) = leaves[self.rng.below(leaves.len())].clone();
        Some((var, place, scalar))
    }

    fn borrow(&mut self) -> Option<String> {
        let (var, place, scalar) = self.borrowed()?;
        self.vars[var].hidden = true;
        self.quiet += 1;
        let value = self.expr(scalar, 1);
        self.quiet -= 1;
        self.vars[var].hidden = false;
        let operator = if scalar == Scalar::Bool { "^=" } else { self.rng.pick(&["+=", "-=", "="]) };
        let name = format!("r{}", self.number());
        Some(match self.rng.below(3) {
            0 => format!("{{\nlet {name} = &mut {place};\n*{name} {operator} {value};\n}}\n"),
            1 => format!("*(&mut {place}) {operator} {value};\n"),
            _ => format!("{{\nlet ref mut {name} = {place};\n*{name} {operator} {value};\n}}\n"),
        })
    }

    fn swap(&mut self) -> Option<String> {
        let (var, place, scalar) = self.borrowed()?;
        if self.rng.chance(50) {
            let others: Vec<(String, Scalar)> = self.leaves(true);
            let name = self.vars[var].name.clone();
            let apart = |path: &str| path.split(['.', '[']).next() != Some(name.as_str());
            let other = others.into_iter().find(|(path, ty)| *ty == scalar && apart(path));
            if let Some((other, _)) = other {
                return Some(format!("std::mem::swap(&mut {place}, &mut {other});\n"));
            }
        }
        let call = if self.rng.chance(30) {
            format!("std::mem::take(&mut {place})")
        } else {
            self.vars[var].hidden = true;
            self.quiet += 1;
            let value = self.expr(scalar, 1);
            self.quiet -= 1;
            self.vars[var].hidden = false;
            format!("std::mem::replace(&mut {place}, {value})")
        };
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        Some(format!("let {name} = {call};\n"))
    }

    /// `(a, b.0) = ..;`
    fn destructuring(&mut self) -> Option<String> {
        let leaves = self.leaves(true);
        if leaves.is_empty() {
            return None;
        }
        let first = leaves[self.rng.below(leaves.len())].clone();
        let second = leaves[self.rng.below(leaves.len())].clone();
        let (a, b) = (self.expr(first.1, 1), self.expr(second.1, 1));
        Some(match self.rng.below(4) {
            0 => format!("({}, _) = ({a}, {b});\n", first.0),
            1 if first.1 == second.1 => format!("[{}, {}] = [{a}, {b}];\n", first.0, second.0),
            _ => format!("({}, {}) = ({a}, {b});\n", first.0, second.0),
        })
    }

    /// A method of the struct that changes it.
    fn method(&mut self) -> Option<String> {
        let record = self.record.clone().filter(|_| self.features.contains(&Feature::TupleFields))?;
        let is_record = |n: &usize| self.vars[*n].ty == Ty::Record && self.vars[*n].mutable;
        let records: Vec<usize> = self.visible().into_iter().filter(is_record).collect();
        if records.is_empty() {
            return None;
        }
        let var = records[self.rng.below(records.len())];
        let (name, argument) = record.methods[self.rng.below(record.methods.len())];
        self.quiet += 1;
        let value = self.expr(argument, 1);
        self.quiet -= 1;
        Some(format!("{}.{name}({value});\n", self.vars[var].name))
    }

    fn macro_call(&mut self) -> Option<String> {
        self.macros += 1;
        let text = self.asserted();
        self.macros -= 1;
        text
    }

    fn asserted(&mut self) -> Option<String> {
        if self.features.contains(&Feature::MacroWrites) && self.rng.chance(50) {
            let write = self.assignment()?;
            return Some(format!("assert!({{ {} true }});\n", write.trim_end()));
        }
        let scalar = self.integer();
        self.quiet += 1;
        let value = self.expr(scalar, 1);
        self.quiet -= 1;
        Some(match self.rng.below(3) {
            0 => format!("debug_assert!({value} as i64 > i64::MIN / 2 || true);\n"),
            1 => format!("assert_eq!({value} | 1 & 1, {value} | 1);\n"),
            _ => format!("assert!({value} ^ {value} == 0, \"never\");\n"),
        })
    }

    /// A pattern with `ref`, or a reference that is read.
    fn reference(&mut self) -> Option<String> {
        let scalar = self.scalar();
        let value = self.expr(scalar, 1);
        let (other, name) = (format!("e{}", self.number()), self.name());
        self.declare(&name, Ty::One(scalar), false);
        Some(match self.rng.below(2) {
            0 => format!("let ref {other} = {value};\nlet {name} = *{other};\n"),
            _ => format!("let {other} = &({value}, 1u8);\nlet {name} = {other}.0;\n"),
        })
    }

    /// A change of the length of scratch.
    fn push(&mut self) -> Option<String> {
        if self.loops.len() > 2 || !self.is_free(&self.scratch[0].name) {
            return None;
        }
        let (name, element) = (self.scratch[0].name.clone(), self.scratch[0].element);
        self.quiet += 1;
        self.sealed += 1;
        let value = self.expr(element, 1);
        self.sealed -= 1;
        self.quiet -= 1;
        self.scratch[0].full = true;
        Some(format!("{name}.push({value});\n"))
    }

    /// A way out of the block, without its condition.
    pub fn departure(&mut self) -> Option<String> {
        let jumps: Vec<&Loop> = self.loops.iter().filter(|around| !around.block || around.label.is_some()).collect();
        if self.quiet > 0 {
            return None;
        }
        if self.features.contains(&Feature::Return) && (jumps.is_empty() || self.rng.chance(25)) {
            return Some(self.early_return());
        }
        let around = jumps.get(self.rng.below(jumps.len()))?;
        let innermost = std::ptr::eq(*around, self.loops.last().expect("one at least"));
        let label = match &around.label {
            Some(label) => format!(" {label}"),
            None if innermost => String::new(),
            None => return None,
        };
        let continues = around.continues && self.features.contains(&Feature::Continue);
        let breaks = self.features.contains(&Feature::Break);
        match (continues, breaks) {
            (true, true) if self.rng.chance(50) => Some(format!("continue{label};\n")),
            (_, true) => Some(format!("break{label};\n")),
            (true, false) => Some(format!("continue{label};\n")),
            _ => None,
        }
    }

    /// A way out of the block under a condition.
    fn jump(&mut self) -> Option<String> {
        let leave = self.departure()?;
        let alike = self.lanes || self.rng.chance(40);
        let condition = if alike && !self.cores.is_empty() { self.alike_condition() } else { self.condition(1) };
        let effect = if self.rng.chance(30) { self.assignment().unwrap_or_default() } else { String::new() };
        Some(format!("if {condition} {{\n{effect}{leave}}}\n"))
    }
}
