//! Reads of inputs and of memory.

use crate::body::{Body, Core, Feature};
use crate::offsets::{Term, term};
use crate::text::either;
use crate::types::{PIXEL, Scalar, Ty};

impl Body<'_> {
    /// A number that is read from an input or memory, with its type.
    pub fn read(&mut self) -> Option<(String, Scalar)> {
        if self.rng.chance(20)
            && let Some(weight) = self.weight()
        {
            return Some(weight);
        }
        if !self.windows.is_empty() { self.read_window() } else { self.read_memory() }
    }

    /// A cell of a bound array.
    fn weight(&mut self) -> Option<(String, Scalar)> {
        if self.weights.is_empty() {
            return None;
        }
        let weights = self.weights[self.rng.below(self.weights.len())].clone();
        if !self.is_free(&weights.name) {
            return None;
        }
        self.quiet += 1;
        let entries: Vec<String> = weights.shape.iter().map(|&size| format!("{} % {size}", self.any_index())).collect();
        self.quiet -= 1;
        let entries = entries.join(", ");
        let cell = if weights.shape.len() == 1 { format!("[{entries}]") } else { format!("[[{entries}]]") };
        Some((format!("{}{cell}", weights.name), weights.element))
    }

    /// A number of `usize`, the same on every device.
    fn any_index(&mut self) -> String {
        let scalar = self.integer();
        let text = self.expr(scalar, 0);
        let text = if self.gpu { Scalar::U8.cast(&text, scalar) } else { text };
        let scalar = if self.gpu { Scalar::U8 } else { scalar };
        Scalar::Usize.cast(&text, scalar)
    }

    /// The offsets that are known while compiling.
    fn known(&self) -> Vec<(usize, String, bool)> {
        let known = |n: usize| {
            let var = &self.vars[n];
            var.column.map(|column| (column, var.name.clone(), var.typed))
        };
        self.visible().into_iter().filter_map(known).collect()
    }

    /// One entry of an offset, with its bounds.
    fn entry(&mut self, limit: [i64; 2]) -> (String, i64, i64) {
        let known = self.known();
        for _ in 0..6 {
            let term = term(self.rng, &known, 1);
            if let Some((low, high)) = self.table.bounds(&term)
                && -limit[0] <= low
                && high <= limit[1]
            {
                return (term.text(), low, high);
            }
        }
        let value = self.rng.range(-limit[0], limit[1]);
        (Term::Literal(value).text(), value, value)
    }

    /// A computed entry, where the halo is declared.
    fn computed(&mut self) -> String {
        self.quiet += 1;
        let scalar = self.integer();
        let text = self.expr(scalar, 1);
        self.quiet -= 1;
        let reach = self.reach;
        format!("({text} as isize).rem_euclid({}) - {reach}", 2 * reach + 1)
    }

    fn read_window(&mut self) -> Option<(String, Scalar)> {
        let free: Vec<usize> = (0..self.windows.len()).filter(|&n| self.is_free(&self.windows[n].name)).collect();
        if free.is_empty() {
            return None;
        }
        let number = free[self.rng.below(free.len())];
        let rank = self.windows[number].halo.len();
        let mut entries = Vec::new();
        let mut box_ = Vec::new();
        for _ in 0..rank {
            if self.declared && !self.gpu && self.rng.chance(25) {
                entries.push(self.computed());
                box_.push([self.reach; 2]);
            } else {
                let (text, low, high) = self.entry([self.reach; 2]);
                entries.push(text);
                box_.push([-low, high]);
            }
        }
        let window = &mut self.windows[number];
        for (axis, here) in box_.into_iter().enumerate() {
            window.halo[axis] = [window.halo[axis][0].max(here[0]), window.halo[axis][1].max(here[1])];
        }
        let (name, element) = (window.name.clone(), window.element.clone());
        let one = rank == 1 && self.rng.chance(50);
        let open = either(if one { "[" } else { "[[" }, ".at([");
        let close = either(if one { "]" } else { "]]" }, "])");
        let read = format!("{name}{open}{}{close}", entries.join(", "));
        Some(match element {
            Ty::Array(scalar, n) => (format!("{read}[{}]", self.rng.below(n)), scalar),
            Ty::Pixel => {
                let (field, scalar) = self.rng.pick(&PIXEL);
                (format!("{read}.{field}"), scalar)
            }
            Ty::One(scalar) => (read, scalar),
            _ => unreachable!("elements are numbers, arrays and pixels"),
        })
    }

    /// An index below the size of a dimension.
    fn index(&mut self, core: &Core, axis: usize) -> Option<String> {
        let dims = &core.dims;
        let below = |n: &usize| self.vars[*n].bound == Some(dims[axis]);
        let fitting: Vec<usize> = self.visible().into_iter().filter(below).collect();
        if !fitting.is_empty() && self.rng.chance(80) {
            return Some(self.vars[fitting[self.rng.below(fitting.len())]].name.clone());
        }
        if !self.full {
            return None;
        }
        if self.rng.chance(35) {
            return Some("0".to_string());
        }
        // The size of what is written to cannot be asked for while it is indexed.
        let known = |other: &&Core| !other.output && self.is_free(&other.name) && other.dims.contains(&dims[axis]);
        let asked = if core.output { self.cores.iter().find(known).cloned() } else { Some(core.clone()) };
        let Some(asked) = asked else { return Some("0".to_string()) };
        let place = asked.dims.iter().position(|dim| *dim == dims[axis]);
        let size = asked.size(place.expect("one of its dimensions"));
        if self.rng.chance(30) {
            return Some(format!("{size} - 1"));
        }
        self.quiet += 1;
        self.sealed += usize::from(core.output);
        let index = if self.lanes && self.rng.chance(60) { self.alike(1) } else { self.any_index() };
        self.sealed -= usize::from(core.output);
        self.quiet -= 1;
        Some(format!("{index} % {size}"))
    }

    /// A cell of an operand: its text and type. `output` asks for one that is written to.
    pub fn cell(&mut self, output: bool) -> Option<(String, Scalar)> {
        let fits = |n: &usize| {
            let core = &self.cores[*n];
            let captured = self.sealed > 0 && (core.output || !self.features.contains(&Feature::CoreCaptures));
            self.is_free(&core.name) && (!output || core.output) && !captured
        };
        let fitting: Vec<usize> = (0..self.cores.len()).filter(fits).collect();
        if fitting.is_empty() {
            return None;
        }
        let core = self.cores[fitting[self.rng.below(fitting.len())]].clone();
        let mut entries = Vec::new();
        for axis in 0..core.dims.len() {
            entries.push(self.index(&core, axis)?);
        }
        let text = match entries.len() {
            0 => format!("{}[()]", core.name),
            1 => format!("{}[{}]", core.name, entries[0]),
            _ => format!("{}[[{}]]", core.name, entries.join(", ")),
        };
        Some((text, core.element))
    }

    /// A cell of scratch; `output` asks for a place that is written to.
    pub fn slot(&mut self, output: bool) -> Option<(String, Scalar)> {
        if self.sealed > 0 || self.scratch.is_empty() {
            return None;
        }
        let scratch = self.scratch[self.rng.below(self.scratch.len())].clone();
        if !self.is_free(&scratch.name) {
            return None;
        }
        let below = |n: &usize| scratch.bound.is_some() && self.vars[*n].bound == scratch.bound;
        let fitting: Vec<usize> = self.visible().into_iter().filter(below).collect();
        let index = if !fitting.is_empty() && self.rng.chance(80) {
            self.vars[fitting[self.rng.below(fitting.len())]].name.clone()
        } else if scratch.full && output {
            "0".to_string()
        } else if scratch.full {
            let index = self.alike(1);
            format!("{index} % {}.len()", scratch.name)
        } else {
            return None;
        };
        let place = format!("{}[{index}]", scratch.name);
        // Sorting leaves the order of zeros open.
        let zeros = scratch.element.is_float() && !output;
        Some((if zeros { format!("({place} + 0.0)") } else { place }, scratch.element))
    }

    fn read_memory(&mut self) -> Option<(String, Scalar)> {
        if self.rng.chance(25)
            && let Some(slot) = self.slot(false)
        {
            return Some(slot);
        }
        self.cell(false)
    }

    /// The name of an input with one dimension.
    fn line(&self) -> Option<String> {
        if self.sealed > 0 && !self.features.contains(&Feature::CoreCaptures) {
            return None;
        }
        let fits = |core: &&Core| core.dims.len() == 1 && !core.output && self.is_free(&core.name);
        self.cores.iter().find(fits).map(|core| core.name.clone())
    }

    /// A `usize` that is the same for all loop elements.
    pub fn alike(&mut self, depth: usize) -> String {
        let alike = |n: &usize| self.vars[*n].alike && self.vars[*n].ty == Ty::One(Scalar::Usize);
        let fitting: Vec<usize> = self.visible().into_iter().filter(alike).collect();
        let simple = match self.rng.below(4) {
            0 | 1 if !fitting.is_empty() => self.vars[fitting[self.rng.below(fitting.len())]].name.clone(),
            2 => match self.line() {
                Some(core) => format!("{core}.len()"),
                None => "2".to_string(),
            },
            _ => self.rng.below(4).to_string(),
        };
        if depth == 0 || self.rng.chance(50) {
            return simple;
        }
        let other = self.rng.range(1, 3);
        match self.rng.below(3) {
            0 => format!("({simple} + {other})"),
            1 => format!("({simple} * {other})"),
            _ => format!("({simple} / {other})"),
        }
    }

    /// A condition that all loop elements agree on.
    pub fn alike_condition(&mut self) -> String {
        let (a, b) = (self.alike(1), self.alike(0));
        match self.rng.below(4) {
            0 => format!("{a} % 2 == 1"),
            1 => format!("{a} > {b}"),
            2 => format!("{a} == {b} + 1"),
            _ => format!("{a} < {b} * 2"),
        }
    }

    /// The place of the point, as a number.
    pub fn place(&mut self) -> Option<(String, Scalar)> {
        if self.windows.is_empty() || !self.features.contains(&Feature::Places) {
            return None;
        }
        let number = self.rng.below(self.windows.len());
        let (name, rank) = (self.windows[number].name.clone(), self.windows[number].halo.len());
        if !self.is_free(&name) {
            return None;
        }
        let axis = self.rng.below(rank);
        Some(match self.rng.below(3) {
            0 => (format!("{name}.position()[{axis}]"), Scalar::Usize),
            1 => (format!("{name}.shape()[{axis}]"), Scalar::Usize),
            _ => {
                let entries: Vec<String> = (0..rank).map(|_| self.entry([3; 2]).0).collect();
                (format!("{name}.contains([{}])", entries.join(", ")), Scalar::Bool)
            }
        })
    }
}
