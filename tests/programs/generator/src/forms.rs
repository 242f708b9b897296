//! Forms that are rarer: values of loops and of blocks with labels, lists of offsets, windows that escape.

use crate::body::{Body, Feature, Loop};
use crate::text::either;
use crate::types::{Scalar, Ty};

impl Body<'_> {
    /// `let a = loop { .. break b; };` or `let a = 'l: { .. break 'l b; .. };`
    pub fn let_of_loop(&mut self) -> Option<String> {
        if self.gpu || self.quiet > 0 {
            return None;
        }
        let scalar = self.scalar();
        let mark = self.enter();
        let label = format!("'v{}", self.number());
        let text = if self.features.contains(&Feature::Loop) && self.rng.chance(50) {
            let counter = format!("turn{}", self.number());
            self.declare(&counter, Ty::One(Scalar::Usize), false);
            self.loops.push(Loop { label: None, continues: false, block: true });
            let inside = self.statements(1);
            self.loops.pop();
            let (condition, value) = (self.condition(1), self.expr(scalar, 1));
            let most = self.rng.range(1, 3);
            format!(
                "{{\nlet mut {counter} = 0usize;\nloop {{\n{counter} += 1;\n{inside}if {counter} > {most} || {condition} {{\nbreak {value};\n}}\n}}\n}}"
            )
        } else {
            self.loops.push(Loop { label: None, continues: false, block: true });
            let inside = self.statements(1);
            self.loops.pop();
            let (condition, early, late) = (self.condition(1), self.expr(scalar, 1), self.expr(scalar, 1));
            format!("{label}: {{\n{inside}if {condition} {{\nbreak {label} {early};\n}}\n{late}\n}}")
        };
        self.leave(mark);
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        Some(format!("let {name}: {} = {text};\n", scalar.name()))
    }

    /// A loop over a list of whole offsets: a variable for each axis.
    pub fn offset_list(&mut self) -> Option<String> {
        if self.table.rows.len() > 12 || self.loops.len() > 2 || self.windows.is_empty() {
            return None;
        }
        let rank = self.windows[0].halo.len();
        let count = 2 + self.rng.below(2);
        let list: Vec<Vec<i64>> = (0..count).map(|_| (0..rank).map(|_| self.rng.range(-2, 2)).collect()).collect();
        let mark = self.enter();
        let turn = self.table.push(|_| (0..count as i64).collect());
        let mut names: Vec<String> = Vec::new();
        for _ in 0..rank {
            let name = self.name_apart(&names);
            names.push(name);
        }
        for (axis, name) in names.iter().enumerate() {
            let column = self.table.push(|row| vec![list[row[turn] as usize][axis]]);
            self.declare(name, Ty::One(Scalar::Isize), false);
            let var = self.vars.last_mut().expect("just declared");
            (var.column, var.typed) = (Some(column), false);
        }
        let entries: Vec<String> = list.iter().map(|offset| format!("{offset:?}")).collect();
        let entries = entries.join(", ");
        self.loops.push(Loop { label: None, continues: true, block: false });
        let text = self.block(2);
        self.loops.pop();
        self.leave(mark);
        let pattern = format!("[{}]", names.join(", "));
        let number = self.number();
        Some(match self.rng.below(3) {
            0 => format!(
                "const LIST{number}: [[isize; {rank}]; {count}] = [{entries}];\nfor {pattern} in LIST{number} {{\n{text}}}\n"
            ),
            1 => format!("let list{number} = [{entries}];\nfor {pattern} in list{number} {{\n{text}}}\n"),
            _ => format!("for {pattern} in [{entries}] {{\n{text}}}\n"),
        })
    }

    /// A function that is given the first window; where the halo is declared.
    pub fn escape(&mut self) -> String {
        let Ty::One(element) = self.windows[0].element else { return String::new() };
        if !self.declared || self.gpu || !self.features.contains(&Feature::Helpers) {
            return String::new();
        }
        let (rank, reach) = (self.windows[0].halo.len(), self.reach);
        let kernel = format!("Window{rank}<'_, {}>", element.name());
        let plain = format!("Cells<'_, {}, {rank}>", element.name());
        let mut entries = vec![format!("by.rem_euclid({}) - {reach}", 2 * reach + 1)];
        entries.extend((1..rank).map(|_| self.rng.range(-reach, reach).to_string()));
        let axis = self.rng.below(rank);
        entries.swap(0, axis);
        let read = format!("x{}{}{}", either("[[", ".at(["), entries.join(", "), either("]]", "])"));
        self.escapes = vec![("across".to_string(), self.windows[0].name.clone(), element)];
        format!("fn across(x: {}, by: isize) -> {} {{\n{read}\n}}\n", either(&kernel, &plain), element.name())
    }

    /// A call of such a function.
    pub fn escaping(&mut self, ty: Scalar) -> Option<String> {
        let (name, window, element) = self.escapes.first().cloned()?;
        if !self.is_free(&window) || self.windows.is_empty() {
            return None;
        }
        let scalar = self.integer();
        let by = self.expr(scalar, 0);
        Some(ty.cast(&format!("{name}({window}, {by} as isize)"), element))
    }

    /// An order statistic of all cells.
    pub fn statistic(&mut self, ty: Scalar) -> Option<String> {
        let window = self.windows.first()?.clone();
        let Ty::One(element) = window.element else { return None };
        if !self.is_free(&window.name)
            || !element.is_integer()
            || (!self.declared && window.halo.iter().all(|h| *h == [0, 0]))
        {
            return None;
        }
        let (kernel, plain) = self.rng.pick(&[
            ("ndstencil::network::max", "ndstencil_programs::plain::most"),
            ("ndstencil::network::min", "ndstencil_programs::plain::least"),
            ("ndstencil::network::median", "ndstencil_programs::plain::middle"),
        ]);
        Some(ty.cast(&format!("{}({}.values())", either(kernel, plain), window.name), element))
    }
}
