//! Expressions of numbers. None of them panics, provided that overflow wraps.

use crate::body::{Body, Feature};
use crate::types::{Scalar, Ty};

impl Body<'_> {
    /// An expression of a type, in parentheses where it needs them.
    pub fn expr(&mut self, ty: Scalar, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty);
        }
        if let Some(text) = self.compound(ty, depth) {
            return text;
        }
        match ty {
            Scalar::Bool => self.condition(depth),
            ty if ty.is_float() => self.float(ty, depth),
            ty => self.integral(ty, depth),
        }
    }

    /// A literal, a variable or a read.
    pub fn leaf(&mut self, ty: Scalar) -> String {
        let choice = self.rng.below(100);
        if choice < 12 {
            return ty.literal(self.rng);
        }
        if choice < 20
            && let Some((text, from)) = self.place()
        {
            return ty.cast(&text, from);
        }
        if choice < 55
            && let Some((text, from)) = self.read()
        {
            return ty.cast(&text, from);
        }
        let leaves = self.leaves(false);
        if leaves.is_empty() {
            return ty.literal(self.rng);
        }
        // Rather one that fits.
        let fitting: Vec<_> = leaves.iter().filter(|(_, scalar)| *scalar == ty).collect();
        let (path, from) = if !fitting.is_empty() && self.rng.chance(60) {
            fitting[self.rng.below(fitting.len())].clone()
        } else {
            leaves[self.rng.below(leaves.len())].clone()
        };
        ty.cast(&path, from)
    }

    /// Forms that exist for every type.
    fn compound(&mut self, ty: Scalar, depth: usize) -> Option<String> {
        match self.rng.below(22) {
            0 => {
                let condition = self.condition(depth - 1);
                let (a, b) = (self.expr(ty, depth - 1), self.expr(ty, depth - 1));
                Some(format!("(if {condition} {{ {a} }} else {{ {b} }})"))
            }
            1 if self.features.contains(&Feature::Match) => Some(self.match_value(ty, depth - 1)),
            2 if self.features.contains(&Feature::BlockValues) => Some(self.block_value(ty, depth - 1)),
            3 | 4 => self.call(ty, depth - 1),
            5 if self.features.contains(&Feature::Arrays) && ty != Scalar::Bool => {
                let parts: Vec<String> = (0..3).map(|_| self.expr(ty, 0)).collect();
                let scalar = self.integer();
                let index = self.expr(scalar, 0);
                Some(format!("[{}][({index} as usize) % 3]", parts.join(", ")))
            }
            6 if self.features.contains(&Feature::Iterators) && !(self.lanes && self.rng.chance(90)) => self.fold(ty),
            7 if self.features.contains(&Feature::Values) && self.rng.chance(40) => self.statistic(ty),
            7 if self.features.contains(&Feature::Values) => self.values(ty),
            9 | 10 if !self.escapes.is_empty() => self.escaping(ty),
            8 if self.features.contains(&Feature::Macros) && ty == Scalar::Bool => {
                let scalar = self.integer();
                self.macros += 1;
                let value = self.expr(scalar, depth - 1);
                self.macros -= 1;
                Some(format!("matches!({value}, 0..=9 | 20 | 40..=70)"))
            }
            _ => None,
        }
    }

    /// A call of a function or a closure.
    fn call(&mut self, ty: Scalar, depth: usize) -> Option<String> {
        if self.helpers.is_empty() {
            return None;
        }
        let helper = self.helpers[self.rng.below(self.helpers.len())].clone();
        let arguments: Vec<String> = helper.arguments.iter().map(|&ty| self.expr(ty, depth.min(1))).collect();
        Some(ty.cast(&format!("{}({})", helper.name, arguments.join(", ")), helper.result))
    }

    /// A fold over a core.
    pub fn fold(&mut self, ty: Scalar) -> Option<String> {
        let fits = |n: &usize| {
            let core = &self.cores[*n];
            let captured = self.sealed > 0 && !self.features.contains(&Feature::CoreCaptures);
            self.is_free(&core.name) && !core.output && core.element != Scalar::Bool && !captured
        };
        let fitting: Vec<usize> = (0..self.cores.len()).filter(fits).collect();
        if fitting.is_empty() {
            return None;
        }
        let core = self.cores[fitting[self.rng.below(fitting.len())]].clone();
        let start = core.element.literal(self.rng);
        let step = self.rng.pick(&["s + v", "s * 3 as T - v", "if v > s { v } else { s }"]);
        let step = step.replace('T', core.element.name());
        let chains = if core.dims.len() == 1 { 5 } else { 4 };
        let chain = ["", ".skip(1)", ".take(3)", ".step_by(2)", ".rev()"][self.rng.below(chains)];
        Some(ty.cast(&format!("{}.iter(){chain}.fold({start}, |s, &v| {step})", core.name), core.element))
    }

    fn values(&mut self, ty: Scalar) -> Option<String> {
        let free: Vec<usize> = (0..self.windows.len()).filter(|&n| self.is_free(&self.windows[n].name)).collect();
        if free.is_empty() {
            return None;
        }
        let window = &self.windows[free[self.rng.below(free.len())]];
        // The box is that of the other reads.
        if !self.declared && window.halo.iter().all(|sides| *sides == [0, 0]) {
            return None;
        }
        let Ty::One(element) = window.element else { return None };
        if !element.is_integer() {
            return None;
        }
        let name = window.name.clone();
        let fold = self.rng.pick(&["s.rotate_left(3) ^ v", "s.wrapping_mul(5) + v", "s.max(v)"]);
        Some(ty.cast(&format!("{name}.values().into_iter().fold(1{}, |s, v| {fold})", element.name()), element))
    }

    /// `match` of a number, or of two.
    fn match_value(&mut self, ty: Scalar, depth: usize) -> String {
        let scalar = self.integer();
        let value = self.expr(scalar, depth);
        let mut arms = Vec::new();
        let pair = self.rng.chance(30);
        let second = if pair { self.expr(Scalar::Bool, 0) } else { String::new() };
        let scrutinee = if pair { format!("({value}, {second})") } else { value };
        for _ in 0..self.rng.range(1, 3) {
            let name = self.name();
            let binds = self.rng.chance(50);
            let low = self.rng.range(0, 30);
            let range = match self.rng.below(3) {
                0 => format!("{low}..={}", low + 15),
                1 => format!("{low} | {} | {}", low + 1, low + 7),
                _ => low.to_string(),
            };
            let pattern = if binds && self.rng.chance(50) {
                name.clone()
            } else if binds {
                format!("{name} @ ({range})")
            } else {
                range
            };
            let pattern =
                if pair { format!("({pattern}, {})", self.rng.pick(&["true", "false", "_"])) } else { pattern };
            let mark = self.enter();
            if binds {
                self.declare(&name, Ty::One(scalar), false);
            }
            self.quiet += 1;
            let guard = if self.rng.chance(40) { format!(" if {}", self.condition(1)) } else { String::new() };
            self.quiet -= 1;
            let arm = self.expr(ty, depth);
            self.leave(mark);
            arms.push(format!("{pattern}{guard} => {arm}, "));
        }
        let last = self.expr(ty, depth);
        format!("(match {scrutinee} {{ {}_ => {last} }})", arms.concat())
    }

    /// A block with a variable of its own, and perhaps an effect.
    fn block_value(&mut self, ty: Scalar, depth: usize) -> String {
        let mark = self.enter();
        let scalar = self.scalar();
        let value = self.expr(scalar, depth);
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        let effect = if self.quiet == 0 && self.rng.chance(50) { self.assignment() } else { None };
        let last = self.expr(ty, depth);
        self.leave(mark);
        format!("({{ let {name}: {} = {value}; {} {last} }})", scalar.name(), effect.unwrap_or_default())
    }

    /// A condition.
    pub fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            let scalar = self.scalar();
            if scalar == Scalar::Bool {
                return self.leaf(Scalar::Bool);
            }
            let (a, b) = (self.leaf(scalar), self.leaf(scalar));
            let operator = self.rng.pick(&["<", ">", "<=", ">=", "==", "!="]);
            return format!("({a} {operator} {b})");
        }
        match self.rng.below(8) {
            0 => format!("({} && {})", self.condition(depth - 1), self.condition(depth - 1)),
            1 => format!("({} || {})", self.condition(depth - 1), self.condition(depth - 1)),
            2 => format!("(!({}))", self.condition(depth - 1)),
            3 => format!("({} ^ {})", self.condition(depth - 1), self.condition(depth - 1)),
            4 if !self.gpu => format!("({}).is_nan()", self.expr(Scalar::F32, depth - 1)),
            5 => {
                let scalar = self.integer();
                format!("({} % 3 == {})", self.expr(scalar, depth - 1), self.rng.below(3))
            }
            _ => {
                let scalar = self.scalar();
                let scalar = if scalar == Scalar::Bool { Scalar::I32 } else { scalar };
                let (a, b) = (self.expr(scalar, depth - 1), self.expr(scalar, depth - 1));
                let operator = self.rng.pick(&["<", ">", "<=", ">=", "==", "!="]);
                format!("({a} {operator} {b})")
            }
        }
    }

    fn integral(&mut self, ty: Scalar, depth: usize) -> String {
        let a = self.expr(ty, depth - 1);
        match self.rng.below(16) {
            0..=3 => {
                let b = self.expr(ty, depth - 1);
                format!("({a} {} {b})", self.rng.pick(&["+", "-", "*", "^", "&", "|"]))
            }
            4 | 5 => {
                let b = self.expr(ty, depth - 1);
                let method = self.rng.pick(&[
                    "wrapping_add",
                    "wrapping_sub",
                    "wrapping_mul",
                    "saturating_add",
                    "saturating_sub",
                ]);
                format!("{a}.{method}({b})")
            }
            6 => {
                let b = self.expr(ty, depth - 1);
                format!("{a}.{}({b})", self.rng.pick(&["max", "min"]))
            }
            7 => {
                let k = self.rng.range(2, 9);
                format!("({a} {} {k})", self.rng.pick(&["/", "%"]))
            }
            8 => format!(
                "{a}.{}({})",
                self.rng.pick(&["rotate_left", "wrapping_shl", "wrapping_shr"]),
                self.rng.range(1, 7)
            ),
            9 => format!("({a} {} {})", self.rng.pick(&["<<", ">>"]), self.rng.range(1, 6)),
            10 => {
                let low = self.rng.range(0, 9);
                format!("{a}.clamp({low}, {})", low + self.rng.range(1, 60))
            }
            11 if ty.is_signed() => format!("{a}.{}()", self.rng.pick(&["wrapping_abs", "wrapping_neg", "signum"])),
            11 | 12 => format!(
                "({a}.{}() as {})",
                self.rng.pick(&["count_ones", "leading_zeros", "trailing_zeros"]),
                ty.name()
            ),
            13 if ty.is_signed() => format!("{a}.rem_euclid({})", self.rng.range(2, 9)),
            13 => format!("({a} | 1)"),
            14 => {
                let b = self.expr(ty, depth - 1);
                format!("{a}.wrapping_div({b} | 1)")
            }
            _ => {
                let from = self.scalar();
                let other = self.expr(from, depth - 1);
                format!("({a} ^ {})", ty.cast(&other, from))
            }
        }
    }

    fn float(&mut self, ty: Scalar, depth: usize) -> String {
        let a = self.expr(ty, depth - 1);
        match self.rng.below(12) {
            0..=3 => {
                let b = self.expr(ty, depth - 1);
                format!("({a} {} {b})", self.rng.pick(&["+", "-", "*", "+"]))
            }
            4 => {
                let b = self.expr(ty, depth - 1);
                // Either of two zeros may come out.
                format!("({a}.{}({b}) + 0.0)", self.rng.pick(&["max", "min"]))
            }
            5 => format!("{a}.{}()", self.rng.pick(&["abs", "floor", "ceil", "trunc", "round", "sqrt", "recip"])),
            6 => {
                let (b, c) = (self.expr(ty, depth - 1), self.expr(ty, 0));
                format!("{a}.mul_add({b}, {c})")
            }
            7 => format!("{a}.clamp({}.5, {}.25)", self.rng.range(-5, 0), self.rng.range(1, 50)),
            8 => format!("({a} {} {})", self.rng.pick(&["/", "%"]), self.rng.pick(&["3.0", "0.7", "8.0"])),
            9 => {
                let b = self.expr(ty, depth - 1);
                format!("({a} / ({b} * {b}.signum() + 1.0))")
            }
            10 => format!("(-{a})"),
            _ => {
                let from = self.scalar();
                let other = self.expr(from, depth - 1);
                format!("({a} * 0.5 + {})", ty.cast(&other, from))
            }
        }
    }
}
