//! The module of a gufunc, and its entry point `core`.
//!
//! One invocation computes so many consecutive loop elements along x that it owns whole words of the outputs `()`.

use super::bound::Bound;
use super::library::Library;
use super::packing::{insert, shift, unpack};
use super::params::Field;
use super::{Body, Pieces, Shader, link, opening, out_struct, output, sum};
use crate::wgsl::scalar::Scalar;

/// The parts that the module is made from.
pub(crate) struct Gufunc {
    pub(crate) inputs: Vec<Operand>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) bound: Bound,
    /// The fixed sizes of the signature's dimensions, `None` where any is fine.
    pub(crate) sizes: Vec<Option<usize>>,
}

/// An input or an output: its element, and its dimensions by their numbers in the signature.
pub(crate) struct Operand {
    pub(crate) scalar: Scalar,
    pub(crate) dims: Vec<usize>,
}

/// An output, and whether the function returns it.
pub(crate) struct Output {
    pub(crate) operand: Operand,
    pub(crate) returned: bool,
}

impl Gufunc {
    /// Composes the module; the body was printed once.
    pub(crate) fn compose(&self, body: Body) -> Shader {
        let mut library = Library::default();
        self.define(&mut library);
        self.bound.define(&mut library);
        let elementwise = self.is_elementwise();
        // Where rows of cores are short, whole groups along x would mostly idle.
        let workgroup = if elementwise { [256, 1, 1] } else { [64, 1, 1] };
        let returned: Vec<Scalar> = self.returned().map(|(_, scalar)| scalar).collect();
        let contiguous = if elementwise { self.contiguous(workgroup) } else { String::new() };
        let pieces = Pieces {
            inputs: self.inputs.iter().map(|input| input.scalar).collect(),
            outputs: self.outputs.iter().map(|output| output.operand.scalar).collect(),
            bound: &self.bound,
            first: 1,
            frame: [out_struct(&returned), self.structure(), self.entry(workgroup), contiguous].concat(),
            library,
            fields: self.fields(),
            cells: self.cells(),
            rows: 1,
            workgroup,
            contiguous: elementwise,
        };
        link(pieces, body)
    }

    /// Returns true when one cell of each operand is all that is read and written.
    fn is_elementwise(&self) -> bool {
        let returned = self.outputs.iter().all(|output| output.returned);
        returned && !self.inputs.is_empty() && self.operands().iter().all(|operand| operand.dims.is_empty())
    }

    /// Loop elements for each invocation.
    ///
    /// One invocation writes whole words of the outputs that have one cell for each loop element.
    pub(super) fn cells(&self) -> u32 {
        let single = self.outputs.iter().map(|output| &output.operand).filter(|operand| operand.dims.is_empty());
        single.map(|operand| operand.scalar.packed()).max().unwrap_or(1)
    }

    /// The outputs that the function returns: their numbers and elements.
    fn returned(&self) -> impl Iterator<Item = (usize, Scalar)> {
        let outputs = self.outputs.iter().enumerate();
        outputs.filter(|(_, output)| output.returned).map(|(number, output)| (number, output.operand.scalar))
    }

    /// All operands, inputs first.
    fn operands(&self) -> Vec<&Operand> {
        self.inputs.iter().chain(self.outputs.iter().map(|output| &output.operand)).collect()
    }

    /// Operands that the body reads or writes itself, by number: all but what is returned.
    fn addressed(&self) -> Vec<usize> {
        let written = self.outputs.iter().enumerate().filter(|(_, output)| !output.returned);
        (0..self.inputs.len()).chain(written.map(|(number, _)| self.inputs.len() + number)).collect()
    }

    /// The struct of a loop element: the first cell of each operand that the body reads or writes itself.
    fn structure(&self) -> String {
        let field = |&operand: &usize| {
            let part = if self.inputs.get(operand).is_some_and(is_part) {
                format!("    k{operand}: u32,\n")
            } else {
                String::new()
            };
            format!("    w{operand}: u32,\n{part}")
        };
        let mut fields: String = self.addressed().iter().map(field).collect();
        if fields.is_empty() {
            // A struct has a member.
            fields.push_str("    none: u32,\n");
        }
        format!("struct Core {{\n{fields}}}\n")
    }

    /// Defines the functions that the body calls.
    fn define(&self, library: &mut Library) {
        for (number, operand) in self.inputs.iter().enumerate() {
            let text = if is_part(operand) {
                read_part(operand.scalar, number)
            } else {
                read(operand, number, &format!("in_{number}"))
            };
            library.define(format!("core_{number}"), &text);
            self.lengths(&format!("core_len_{number}"), operand, library);
        }
        for (number, output) in self.outputs.iter().enumerate().filter(|(_, output)| !output.returned) {
            let place = self.inputs.len() + number;
            library.define(format!("put_{number}"), &write(&output.operand, place, number));
            library.define(format!("get_{number}"), &read(&output.operand, place, &format!("out_{number}")));
            self.lengths(&format!("out_len_{number}"), &output.operand, library);
        }
    }

    fn lengths(&self, name: &str, operand: &Operand, library: &mut Library) {
        for (axis, dim) in operand.dims.iter().enumerate() {
            // A size that is known lets drivers unroll.
            let size = self.sizes[*dim].map_or_else(|| Field::CoreSize(*dim).read(), |size| format!("{size}u"));
            library.define(format!("{name}_{axis}"), &format!("() -> u32 {{\n    return {size};\n}}"));
        }
    }

    /// The entry point.
    fn entry(&self, workgroup: [u32; 3]) -> String {
        let cells = self.cells();
        let mut text = opening("core", workgroup);
        text.push_str("    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {\n        return;\n    }\n");
        let body = if cells == 1 {
            self.element("    ", "id.x")
        } else {
            format!(
                "    for (var k = 0u; k < {cells}u; k += 1u) {{\n        let x = id.x * {cells}u + k;\n        if (x >= {}) {{\n            return;\n        }}\n{}    }}\n",
                Field::Width.read(),
                self.element("        ", "x")
            )
        };
        text.push_str(&body);
        text.push_str("}\n");
        text
    }

    /// The statements for one loop element at `x`.
    fn element(&self, indent: &str, x: &str) -> String {
        let mut lines = Vec::new();
        for operand in 0..self.operands().len() {
            let step = |(axis, at): (usize, &str)| format!("{at} * {}", Field::LoopStride(operand, axis).read());
            let mut terms = vec![Field::Start(operand).read()];
            terms.extend([x, "id.y", "id.z"].into_iter().enumerate().map(step));
            lines.push(format!("let w{operand} = {};", sum(&terms)));
        }
        let addressed = self.addressed();
        let place = |operand: &usize| match self.inputs.get(*operand) {
            Some(input) if is_part(input) => in_word(input.scalar, &format!("w{operand}")),
            _ => format!("w{operand}"),
        };
        let mut parts: Vec<String> = addressed.iter().map(place).collect();
        if parts.is_empty() {
            parts.push("0u".to_owned());
        }
        let call = format!("core_element(Core({}))", parts.join(", "));
        let returned: Vec<_> = self.returned().collect();
        lines.push(if returned.is_empty() { format!("{call};") } else { format!("let v = {call};") });
        for (order, (number, scalar)) in returned.iter().enumerate() {
            let cell = format!("w{}", self.inputs.len() + number);
            lines.push(store(*scalar, *number, &cell, &output("v", order, returned.len())));
        }
        lines.iter().map(|line| format!("{indent}{line}\n")).collect()
    }

    /// Every field that the module might read, in the order of the block.
    fn fields(&self) -> Vec<Field> {
        let mut fields = vec![Field::Blocks(0), Field::Blocks(1), Field::Width];
        for (number, operand) in self.operands().iter().enumerate() {
            fields.push(Field::Start(number));
            fields.extend((0..3).map(|axis| Field::LoopStride(number, axis)));
            fields.extend((0..operand.dims.len()).map(|dim| Field::CoreStride(number, dim)));
        }
        fields.extend((0..self.sizes.len()).map(Field::CoreSize));
        fields.extend(self.bound.fields());
        fields
    }
}

/// Returns true when an input is one cell of a word. Then the word and the cell in it are told apart: an entry point
/// that knows the latter reads each word once.
fn is_part(operand: &Operand) -> bool {
    operand.dims.is_empty() && operand.scalar.packed() > 1
}

/// The word of a cell, and which cell it is there.
pub(super) fn in_word(scalar: Scalar, cell: &str) -> String {
    format!("{cell} >> {}u, {cell} & {}u", shift(scalar), scalar.packed() - 1)
}

/// The statement that stores a value in the cell numbered `cell`.
fn store(scalar: Scalar, number: usize, cell: &str, value: &str) -> String {
    match shift(scalar) {
        0 => format!("out_{number}[{cell}] = {value};"),
        shift => {
            let word = format!("out_{number}[{cell} >> {shift}u]");
            let within = format!("({cell} & {}u)", scalar.packed() - 1);
            format!("{word} = {};", insert(scalar, &word, value, &within))
        }
    }
}

/// The cell of an operand at the indices `j0`, ..
fn cell(operand: &Operand, number: usize) -> String {
    let step = |dim: usize| format!("j{dim} * {}", Field::CoreStride(number, dim).read());
    let mut terms = vec![format!("at.w{number}")];
    terms.extend((0..operand.dims.len()).map(step));
    sum(&terms)
}

/// `at: Core, j0: u32`.
fn parameters(operand: &Operand) -> String {
    (0..operand.dims.len()).fold("at: Core".to_owned(), |text, dim| format!("{text}, j{dim}: u32"))
}

/// The function that reads an input of which the core is one cell of a word.
fn read_part(scalar: Scalar, number: usize) -> String {
    let value = unpack(scalar, &format!("in_{number}[at.w{number}]"), &format!("at.k{number}"));
    format!("(at: Core) -> {} {{\n    return {value};\n}}", scalar.register())
}

/// The function that reads one cell of `buffer`.
fn read(operand: &Operand, number: usize, buffer: &str) -> String {
    let (parameters, register, cell) = (parameters(operand), operand.scalar.register(), cell(operand, number));
    match shift(operand.scalar) {
        0 => format!("({parameters}) -> {register} {{\n    return {buffer}[{cell}];\n}}"),
        shift => {
            let within = format!("(cell & {}u)", operand.scalar.packed() - 1);
            let value = unpack(operand.scalar, &format!("{buffer}[cell >> {shift}u]"), &within);
            format!("({parameters}) -> {register} {{\n    let cell = {cell};\n    return {value};\n}}")
        }
    }
}

/// The function that writes one cell of an output.
fn write(operand: &Operand, place: usize, number: usize) -> String {
    let (parameters, register, cell) = (parameters(operand), operand.scalar.register(), cell(operand, place));
    let store = store(operand.scalar, number, "cell", "value");
    format!("({parameters}, value: {register}) {{\n    let cell = {cell};\n    {store}\n}}")
}
