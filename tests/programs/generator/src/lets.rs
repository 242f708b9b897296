//! Statements that declare variables, and items.

use crate::body::{Body, Feature, Helper};
use crate::types::{Scalar, Ty};

impl Body<'_> {
    /// A `let` of any kind.
    pub fn binding(&mut self) -> Option<String> {
        match self.rng.below(10) {
            0 | 1 if self.features.contains(&Feature::Tuples) => Some(self.let_value(false)),
            2 if self.features.contains(&Feature::Arrays) => Some(self.let_value(true)),
            3 if self.features.contains(&Feature::Records) && !(self.lanes && self.rng.chance(50)) => {
                Some(self.let_record())
            }
            5 if self.features.contains(&Feature::Destructuring) => Some(self.let_pattern()),
            6 if self.features.contains(&Feature::LetElse) => self.let_else(),
            7 if !self.table.rows.is_empty() && self.table.columns > 0 => Some(self.let_offset()),
            8 if !self.cores.is_empty() => Some(self.let_alike()),
            9 if self.features.contains(&Feature::Iterators) => self.let_fold(),
            _ => Some(self.let_scalar()),
        }
    }

    fn mutable(&mut self) -> (bool, &'static str) {
        if self.rng.chance(65) { (true, "mut ") } else { (false, "") }
    }

    /// `let a = ..;`
    pub fn let_scalar(&mut self) -> String {
        let scalar = self.scalar();
        let value = self.expr(scalar, 2);
        let (mutable, word) = self.mutable();
        let name = self.name();
        self.declare(&name, Ty::One(scalar), mutable);
        format!("let {word}{name}: {} = {value};\n", scalar.name())
    }

    /// `let mut a = ..;`
    pub fn let_mutable(&mut self) -> String {
        let scalar = self.scalar();
        let value = if self.rng.chance(40) { scalar.literal(self.rng) } else { self.expr(scalar, 1) };
        let name = self.name();
        self.declare(&name, Ty::One(scalar), true);
        format!("let mut {name}: {} = {value};\n", scalar.name())
    }

    fn let_fold(&mut self) -> Option<String> {
        let scalar = self.scalar();
        let value = self.fold(scalar)?;
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        Some(format!("let {name}: {} = {value};\n", scalar.name()))
    }

    /// A number of `usize` that is the same for all loop elements.
    fn let_alike(&mut self) -> String {
        let value = self.alike(1);
        let (mutable, word) = self.mutable();
        let name = self.name();
        self.declare(&name, Ty::One(Scalar::Usize), mutable);
        self.vars.last_mut().expect("just declared").alike = true;
        format!("let {word}{name}: usize = {value};\n")
    }

    /// A value of a type, of random numbers.
    pub fn value(&mut self, ty: &Ty, depth: usize) -> String {
        match ty {
            Ty::One(scalar) => self.expr(*scalar, depth),
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.value(part, depth)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Array(scalar, n) if self.rng.chance(25) => format!("[{}; {n}]", self.expr(*scalar, depth)),
            Ty::Array(scalar, n) => {
                let parts: Vec<String> = (0..*n).map(|_| self.expr(*scalar, depth)).collect();
                format!("[{}]", parts.join(", "))
            }
            Ty::Record | Ty::Pixel => {
                let fields: Vec<(String, Scalar)> = ty.leaves("", self.record.as_ref());
                let field = |(path, scalar): (String, Scalar)| format!("{}: {}", &path[1..], self.expr(scalar, depth));
                let fields: Vec<String> = fields.into_iter().map(field).collect();
                format!("{} {{ {} }}", ty.name(), fields.join(", "))
            }
        }
    }

    fn tuple(&mut self, depth: usize) -> Ty {
        let part = |body: &mut Self| match body.rng.below(6) {
            0 if depth > 0 => body.tuple(depth - 1),
            1 if !body.gpu && body.features.contains(&Feature::Arrays) => Ty::Array(body.scalar(), 2),
            _ => Ty::One(body.scalar()),
        };
        Ty::Tuple((0..2 + usize::from(self.rng.chance(25))).map(|_| part(self)).collect())
    }

    fn let_value(&mut self, array: bool) -> String {
        let ty = if array {
            let scalar = self.scalar();
            Ty::Array(scalar, self.rng.range(2, 4) as usize)
        } else {
            self.tuple(1)
        };
        let typed = self.rng.chance(60);
        let value = if self.rng.chance(45) { self.start(&ty, typed) } else { self.value(&ty, 1) };
        let (mutable, word) = if self.rng.chance(85) { (true, "mut ") } else { (false, "") };
        let name = self.name();
        let typed = if typed { format!(": {}", ty.name()) } else { String::new() };
        self.declare(&name, ty, mutable);
        format!("let {word}{name}{typed} = {value};\n")
    }

    /// A value of literals, as sums start.
    fn start(&mut self, ty: &Ty, typed: bool) -> String {
        let literal = |body: &mut Self, scalar: Scalar| {
            if typed && scalar.is_integer() { body.rng.below(2).to_string() } else { scalar.literal(body.rng) }
        };
        match ty {
            Ty::Tuple(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| self.start(part, typed)).collect();
                format!("({})", parts.join(", "))
            }
            Ty::Array(scalar, n) => format!("[{}; {n}]", literal(self, *scalar)),
            Ty::One(scalar) => literal(self, *scalar),
            _ => self.value(ty, 0),
        }
    }

    /// A `let` of a tuple, an array or a struct, of those that are chosen.
    pub fn aggregate(&mut self) -> String {
        match self.rng.below(3) {
            0 if self.features.contains(&Feature::Tuples) => self.let_value(false),
            1 if self.features.contains(&Feature::Arrays) => self.let_value(true),
            2 if self.features.contains(&Feature::Records) && !(self.lanes && self.rng.chance(70)) => self.let_record(),
            _ => String::new(),
        }
    }

    fn let_record(&mut self) -> String {
        let value = self.value(&Ty::Record, 1);
        let (mutable, word) = if self.rng.chance(85) { (true, "mut ") } else { (false, "") };
        let name = self.name();
        self.declare(&name, Ty::Record, mutable);
        format!("let {word}{name} = {value};\n")
    }

    /// A pattern for a type; what it binds is declared.
    fn pattern(&mut self, ty: &Ty, names: &mut Vec<String>) -> (String, Vec<(String, Ty, bool)>) {
        if let Ty::Tuple(parts) = ty
            && self.rng.chance(85)
        {
            let (mut texts, mut bound) = (Vec::new(), Vec::new());
            for part in parts {
                let (text, more) = self.pattern(part, names);
                texts.push(text);
                bound.extend(more);
            }
            return (format!("({})", texts.join(", ")), bound);
        }
        if let Ty::Array(scalar, n) = ty
            && self.rng.chance(70)
        {
            let parts: Vec<_> = (0..*n).map(|_| self.pattern(&Ty::One(*scalar), names)).collect();
            let texts: Vec<String> = parts.iter().map(|(text, _)| text.clone()).collect();
            return (format!("[{}]", texts.join(", ")), parts.into_iter().flat_map(|(_, bound)| bound).collect());
        }
        let name = self.name_apart(names);
        names.push(name.clone());
        let (mutable, word) = self.mutable();
        (format!("{word}{name}"), vec![(name, ty.clone(), mutable)])
    }

    fn let_pattern(&mut self) -> String {
        if let Some(record) = self.record.clone()
            && self.rng.chance(35)
        {
            return self.let_fields(&record.fields);
        }
        let ty = match self.rng.below(3) {
            0 => {
                let scalar = self.scalar();
                Ty::Array(scalar, 3)
            }
            _ => self.tuple(1),
        };
        let value = self.value(&ty, 1);
        let (pattern, bound) = self.pattern(&ty, &mut Vec::new());
        for (name, ty, mutable) in bound {
            self.declare(&name, ty, mutable);
        }
        format!("let {pattern}: {} = {value};\n", ty.name())
    }

    fn let_fields(&mut self, fields: &[(&'static str, Scalar)]) -> String {
        let value = self.value(&Ty::Record, 1);
        let (mut texts, mut bound, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for (field, scalar) in fields {
            let (mutable, word) = self.mutable();
            if self.rng.chance(40) && !names.contains(&field.to_string()) {
                texts.push(format!("{word}{field}"));
                bound.push((field.to_string(), *scalar, mutable));
                names.push(field.to_string());
            } else {
                let name = self.name_apart(&names);
                names.push(name.clone());
                if fields.iter().any(|(field, _)| *field == name) {
                    texts.push(format!("{field}: _"));
                    continue;
                }
                texts.push(format!("{field}: {word}{name}"));
                bound.push((name, *scalar, mutable));
            }
        }
        for (name, scalar, mutable) in bound {
            self.declare(&name, Ty::One(scalar), mutable);
        }
        format!("let Record {{ {} }} = {value};\n", texts.join(", "))
    }

    fn let_else(&mut self) -> Option<String> {
        let leave = self.departure()?;
        let scalar = self.integer();
        let value = self.expr(scalar, 1);
        let condition = self.condition(1);
        let name = self.name();
        self.declare(&name, Ty::One(scalar), false);
        let option = match self.rng.below(3) {
            0 => format!("{condition}.then_some({value})"),
            1 => format!("(if {condition} {{ None }} else {{ Some({value}) }})"),
            _ => format!("Some({value}).filter(|_| {condition})"),
        };
        Some(format!("let Some({name}) = {option} else {{\n{leave}}};\n"))
    }

    /// An offset that is known while compiling.
    fn let_offset(&mut self) -> String {
        let known: Vec<(usize, String, bool)> = self
            .visible()
            .into_iter()
            .filter_map(|n| self.vars[n].column.map(|column| (column, self.vars[n].name.clone(), self.vars[n].typed)))
            .collect();
        let term = crate::offsets::term(self.rng, &known, 1);
        let typed = self.rng.chance(60);
        let name = self.name();
        let column = self.table.push(|row| vec![term.value(row)]);
        self.declare(&name, Ty::One(Scalar::Isize), false);
        let var = self.vars.last_mut().expect("just declared");
        var.column = Some(column);
        var.typed = typed;
        format!("let {name}{} = {};\n", if typed { ": isize" } else { "" }, term.text())
    }

    /// A constant or a function inside of the body.
    pub fn item(&mut self) -> String {
        if self.rng.chance(30) {
            let scalar = self.integer();
            let name = format!("CONST{}", self.number());
            let value = scalar.literal(self.rng);
            self.declare(&name, Ty::One(scalar), false);
            return format!("const {name}: {} = {value};\n", scalar.name());
        }
        let name = format!("inner{}", self.number());
        let (text, helper) = self.function(&name);
        self.helpers.push(helper);
        text
    }

    /// A function of numbers. Its body sees its arguments only.
    pub fn function(&mut self, name: &str) -> (String, Helper) {
        let arguments: Vec<Scalar> = (0..self.rng.range(1, 2)).map(|_| self.scalar()).collect();
        let result = self.scalar();
        let arguments_text: Vec<String> =
            arguments.iter().enumerate().map(|(n, ty)| format!("p{n}: {}", ty.name())).collect();
        let (text, lines) = self.apart(|body| {
            for (n, ty) in arguments.iter().enumerate() {
                body.declare(&format!("p{n}"), Ty::One(*ty), false);
            }
            let lines = if body.rng.chance(50) { body.let_scalar() } else { String::new() };
            (body.expr(result, 2), lines)
        });
        let helper = Helper { name: name.to_string(), arguments, result };
        let text = format!("fn {name}({}) -> {} {{\n{lines}{text}\n}}\n", arguments_text.join(", "), result.name());
        (text, helper)
    }

    /// Writes something that sees nothing of the body.
    fn apart<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let vars = std::mem::take(&mut self.vars);
        let windows = std::mem::take(&mut self.windows);
        let cores = std::mem::take(&mut self.cores);
        let scratch = std::mem::take(&mut self.scratch);
        let helpers = std::mem::take(&mut self.helpers);
        let escapes = std::mem::take(&mut self.escapes);
        let weights = std::mem::take(&mut self.weights);
        let table = std::mem::take(&mut self.table);
        self.quiet += 1;
        let result = write(self);
        self.quiet -= 1;
        (self.vars, self.windows, self.cores, self.scratch) = (vars, windows, cores, scratch);
        (self.helpers, self.table, self.weights) = (helpers, table, weights);
        self.escapes = escapes;
        result
    }

    /// A closure that lives on: it holds copies of what it captures.
    pub fn closure(&mut self) -> String {
        let (argument, result) = (self.scalar(), self.scalar());
        let mark = self.enter();
        self.quiet += 1;
        self.sealed += 1;
        let name = self.name();
        self.declare(&name, Ty::One(argument), false);
        let value = self.expr(result, 2);
        self.sealed -= 1;
        self.quiet -= 1;
        self.leave(mark);
        let closure = format!("f{}", self.number());
        self.helpers.push(Helper { name: closure.clone(), arguments: vec![argument], result });
        format!("let {closure} = move |{name}: {}| -> {} {{ {value} }};\n", argument.name(), result.name())
    }
}
