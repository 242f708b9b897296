//! Loops.

use crate::body::{Body, Feature, Loop};
use crate::types::{Scalar, Ty};

impl Body<'_> {
    fn label(&mut self) -> Option<String> {
        if self.may(Feature::Labels, 40) { Some(format!("'l{}", self.number())) } else { None }
    }

    fn inside(&mut self, label: Option<&String>, continues: bool, count: usize) -> String {
        self.loops.push(Loop { label: label.cloned(), continues, block: false });
        let text = self.block(count);
        self.loops.pop();
        text
    }

    /// A loop over offsets that are known while compiling.
    pub fn offset_loop(&mut self) -> Option<String> {
        if self.table.rows.len() > 12 || self.loops.len() > 2 {
            return None;
        }
        let mark = self.enter();
        let label = self.label();
        let typed = self.rng.chance(40);
        let suffix = if typed { "isize" } else { "" };
        let name = self.name();
        let (low, high) = (self.rng.range(-2, 0), self.rng.range(0, 2));
        let (header, column) = match self.rng.below(9) {
            0..=3 => (format!("{low}{suffix}..={high}"), self.table.push(|_| (low..=high).collect())),
            4 => (format!("{low}{suffix}..{}", high + 1), self.table.push(|_| (low..=high).collect())),
            5 => (format!("({low}{suffix}..={high}).rev()"), self.table.push(|_| (low..=high).collect())),
            6 => {
                let values = move |_: &[i64]| (low..=high).step_by(2).collect();
                (format!("({low}{suffix}..={high}).step_by(2)"), self.table.push(values))
            }
            _ => {
                let other = self.rng.range(-2, 2);
                (format!("[{low}{suffix}, {high}, {other}]"), self.table.push(move |_| vec![low, high, other]))
            }
        };
        self.declare(&name, Ty::One(Scalar::Isize), false);
        let var = self.vars.last_mut().expect("just declared");
        var.column = Some(column);
        var.typed = typed;
        let count = 1 + self.rng.below(3);
        let text = self.inside(label.as_ref(), true, count);
        self.leave(mark);
        let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
        Some(format!("{label}for {name} in {header} {{\n{text}}}\n"))
    }

    /// A loop whose number of turns depends on values.
    pub fn value_range(&mut self) -> String {
        self.quiet += 1;
        let scalar = self.integer();
        let end = self.expr(scalar, 1);
        self.quiet -= 1;
        let mark = self.enter();
        let label = self.label();
        let name = self.name();
        self.declare(&name, Ty::One(Scalar::Usize), false);
        let text = self.inside(label.as_ref(), true, 2);
        self.leave(mark);
        let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
        format!("{label}for {name} in 0..({end} as usize) % 4 {{\n{text}}}\n")
    }

    /// A loop over a core dimension, over a core, or over a small range.
    pub fn core_loop(&mut self) -> Option<String> {
        let depth = self.loops.iter().filter(|around| !around.block).count();
        if depth > 2 {
            return None;
        }
        let mark = self.enter();
        let label = self.label();
        let free: Vec<_> = self
            .cores
            .iter()
            .filter(|core| self.is_free(&core.name) && !core.output && !core.dims.is_empty())
            .cloned()
            .collect();
        let header = if free.is_empty() || self.rng.chance(20) {
            self.plain_range()
        } else {
            let core = free[self.rng.below(free.len())].clone();
            if self.gpu || self.rng.chance(45) { self.index_range(&core) } else { self.cell_loop(&core, &free) }
        };
        let count = 1 + self.rng.below(if depth == 0 { 4 } else { 2 });
        let text = self.inside(label.as_ref(), true, count);
        self.leave(mark);
        let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
        Some(format!("{label}for {header} {{\n{text}}}\n"))
    }

    /// A small number that is the same for all loop elements.
    fn few(&mut self) -> String {
        let text = self.alike(1);
        let counted = text.chars().any(|c| c.is_ascii_alphabetic()) && !text.contains(".len()");
        if counted { format!("{text}.min(6)") } else { text }
    }

    fn plain_range(&mut self) -> String {
        let end = self.few();
        let name = self.name();
        self.declare(&name, Ty::One(Scalar::Usize), false);
        self.vars.last_mut().expect("just declared").alike = true;
        let header = if end.chars().all(|c| c.is_ascii_digit()) && self.rng.chance(50) {
            format!("1..={end}usize")
        } else {
            format!("0usize..{end}")
        };
        format!("{name} in {header}")
    }

    fn index_range(&mut self, core: &crate::body::Core) -> String {
        let axis = self.rng.below(core.dims.len());
        let size = core.size(axis);
        let header = match self.rng.below(6) {
            0 => format!("(0..{size}).rev()"),
            1 => format!("(0..{size}).step_by(2)"),
            2 => format!("1..{size}"),
            _ => format!("0..{size}"),
        };
        let name = self.name();
        self.declare(&name, Ty::One(Scalar::Usize), false);
        let var = self.vars.last_mut().expect("just declared");
        var.alike = true;
        var.bound = Some(core.dims[axis]);
        format!("{name} in {header}")
    }

    fn cell_loop(&mut self, core: &crate::body::Core, free: &[crate::body::Core]) -> String {
        let cell = self.name();
        let one = core.dims.len() == 1;
        let mutable = self.rng.chance(if self.lanes { 4 } else { 15 });
        let word = if mutable { "mut " } else { "" };
        let iter = format!("{}.iter()", core.name);
        match self.rng.below(8) {
            0 | 1 => {
                self.declare(&cell, Ty::One(core.element), mutable);
                let pattern = if mutable { format!("&(mut {cell})") } else { format!("&{cell}") };
                format!("{pattern} in {}", core.name)
            }
            2 => {
                self.declare(&cell, Ty::One(core.element), mutable);
                format!("{word}{cell} in {iter}.copied()")
            }
            3 | 4 if one => {
                let index = self.name_apart(std::slice::from_ref(&cell));
                self.declare(&index, Ty::One(Scalar::Usize), false);
                let var = self.vars.last_mut().expect("just declared");
                (var.alike, var.bound) = (true, Some(core.dims[0]));
                self.declare(&cell, Ty::One(core.element), false);
                format!("({index}, &{cell}) in {iter}.enumerate()")
            }
            5 | 6 => {
                let other = free[self.rng.below(free.len())].clone();
                let second = self.name_apart(std::slice::from_ref(&cell));
                self.declare(&cell, Ty::One(core.element), false);
                self.declare(&second, Ty::One(other.element), false);
                let right = if self.rng.chance(50) { other.name.clone() } else { format!("{}.iter()", other.name) };
                format!("(&{cell}, &{second}) in {iter}.zip({right})")
            }
            _ => {
                self.declare(&cell, Ty::One(core.element), false);
                let chains = if one { 4 } else { 3 };
                let chain = [".skip(1)", ".take(2)", ".step_by(2)", ".rev()"][self.rng.below(chains)];
                format!("&{cell} in {iter}{chain}")
            }
        }
    }

    /// `while`, with a counter that changes first, or last.
    pub fn while_loop(&mut self) -> String {
        let mark = self.enter();
        let counter = format!("turn{}", self.number());
        let label = self.label();
        let condition = if self.cores.is_empty() || (!self.lanes && self.rng.chance(50)) {
            let condition = self.condition(1);
            format!("{counter} < {} && {condition}", self.rng.range(1, 4))
        } else {
            format!("{counter} < {}", self.few())
        };
        self.declare(&counter, Ty::One(Scalar::Usize), false);
        self.vars.last_mut().expect("just declared").alike = true;
        let step = format!("{counter} += {};\n", if self.rng.chance(70) { 1 } else { 2 });
        let first = self.rng.chance(50);
        let text = self.inside(label.as_ref(), first, 2);
        self.leave(mark);
        let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
        let (before, after) = if first { (step.as_str(), "") } else { ("", step.as_str()) };
        format!("let mut {counter} = 0usize;\n{label}while {condition} {{\n{before}{text}{after}}}\n")
    }

    /// `loop`, which a counter or a value ends.
    pub fn endless_loop(&mut self) -> String {
        let mark = self.enter();
        let counter = format!("turn{}", self.number());
        let label = self.label();
        self.declare(&counter, Ty::One(Scalar::Usize), false);
        let text = self.inside(label.as_ref(), true, 2);
        let condition = self.condition(1);
        self.leave(mark);
        let label = label.map(|label| format!("{label}: ")).unwrap_or_default();
        let most = self.rng.range(1, 4);
        format!(
            "let mut {counter} = 0usize;\n{label}loop {{\n{counter} += 1;\nif {counter} > {most} || {condition} {{\nbreak;\n}}\n{text}}}\n"
        )
    }

    /// `'a: { .. break 'a; .. }`
    pub fn labelled_block(&mut self) -> String {
        let label = format!("'b{}", self.number());
        self.loops.push(Loop { label: Some(label.clone()), continues: false, block: true });
        let text = self.block(3);
        self.loops.pop();
        format!("{label}: {{\n{text}}}\n")
    }
}
