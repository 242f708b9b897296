//! The entry point `edge`: the cells of one output word in one row, wherever they lie. One dispatch takes all of them.
//!
//! The rules of the boundary are tables that the runtime fills in, so that one shader serves all of them. For each axis
//! along which an input is read outside of the point, a map says which index, or which constant, stands behind an index
//! outside of the array. Where the output has a rim, a table says what becomes of it.
//!
//! Functions leave at their end alone: drivers that inline an early return into the loop over the cells take minutes.

use stencil_abi::edges;

use super::library::Library;
use super::packing::{from_edges, insert, shift, unpack, words};
use super::params::Field;
use super::stencil::{Stencil, contains, offsets, position};
use super::{opening, output, sum, times};
use crate::wgsl::scalar::Scalar;

/// The mode `edge` of a stencil.
pub(crate) struct Edge<'s> {
    pub(crate) stencil: &'s Stencil,
}

impl Edge<'_> {
    /// The struct of a point: its coordinates, and the word of each input's local cell 0 where that depends on the loop.
    pub(crate) fn structure(&self) -> String {
        let coordinates = (0..self.stencil.rank).map(|axis| format!("    c{axis}: i32,\n"));
        let words = (0..self.loop_words()).map(|input| format!("    w{input}: u32,\n"));
        format!("struct Edge {{\n{}}}\n", coordinates.chain(words).collect::<String>())
    }

    fn loop_words(&self) -> usize {
        if self.stencil.stacked { self.stencil.inputs.len() } else { 0 }
    }

    /// Defines the functions that the body and the entry point call.
    pub(crate) fn define(&self, library: &mut Library) {
        let rank = self.stencil.rank;
        if self.has_rim() {
            library.define("edge_rim".to_owned(), &self.rim());
        }
        for input in 0..self.stencil.inputs.len() {
            library.define(format!("edge_{input}"), &self.read(input));
        }
        for (input, one) in self.stencil.inputs.iter().enumerate() {
            let number = match words(one.scalar) {
                1 => edges::CONSTANT_OF.to_owned(),
                words => format!("{words}u * {}", edges::CONSTANT_OF),
            };
            let index = format!("{} + {number}", Field::Constants(input).read());
            let value = from_edges(one.scalar, &index);
            let register = one.scalar.register();
            let text = format!("(code: i32) -> {register} {{\n    return {value};\n}}");
            library.define(format!("edge_constant_{input}"), &text);
        }
        library.define("edge_map".to_owned(), EDGE_MAP);
        library.define("edge_beside".to_owned(), EDGE_BESIDE);
        for axis in 0..rank {
            library.define(format!("edge_position_{axis}"), &position(axis, "Edge"));
        }
        library.define("edge_contains".to_owned(), &contains(rank, "Edge"));
    }

    fn has_rim(&self) -> bool {
        (0..self.stencil.rank).any(|axis| self.stencil.has_rim(axis))
    }

    /// The function that reads one cell of an input.
    fn read(&self, input: usize) -> String {
        let (stencil, rank) = (self.stencil, self.stencil.rank);
        let scalar = stencil.inputs[input].scalar;
        let mut lines = String::new();
        for axis in 0..rank {
            let index = format!("at.c{axis} + o{axis}");
            let index = if stencil.reaches(input, axis) {
                let [size, map, before] = [Field::Size(axis), Field::Map(input, axis), Field::Before(input, axis)];
                format!("edge_map({index}, {}, {}, {})", size.read(), map.read(), before.read())
            } else {
                index
            };
            lines.push_str(&format!("    let i{axis} = {index};\n"));
        }
        let reached: Vec<usize> = (0..rank).filter(|axis| stencil.reaches(input, *axis)).collect();
        let base = if stencil.stacked { format!("at.w{input}") } else { Field::Base(input).read() };
        let mut terms = vec![base];
        terms.extend((0..rank - 1).map(|axis| format!("u32(i{axis}) * {}", Field::Stride(input, axis).read())));
        let last = format!("i{}", rank - 1);
        let (column, cell) = match shift(scalar) {
            0 => (format!("u32({last})"), "0u".to_owned()),
            shift => (format!("u32({last} >> {shift}u)"), format!("u32({last} & {}i)", scalar.packed() - 1)),
        };
        terms.push(column);
        let value = unpack(scalar, &format!("in_{input}[{}]", sum(&terms)), &cell);
        let register = scalar.register();
        let result = match reached.split_last() {
            None => format!("    return {value};\n"),
            Some((last, before)) => {
                // The first axis with a constant decides.
                let code = before
                    .iter()
                    .rev()
                    .fold(format!("i{last}"), |code, axis| format!("select({code}, i{axis}, i{axis} < 0i)"));
                format!(
                    "    let code = {code};\n    var value: {register};\n    if (code < 0i) {{\n        value = edge_constant_{input}(code);\n    }} else {{\n        value = {value};\n    }}\n    return value;\n"
                )
            }
        };
        format!("(at: Edge, {}) -> {register} {{\n{lines}{result}}}", offsets(rank))
    }

    /// The function that says where the rule for a cell of the rim lies; -1 where the kernel is evaluated.
    fn rim(&self) -> String {
        let entry: usize = 1 + self.stencil.outputs.iter().map(|scalar| words(*scalar)).sum::<usize>();
        let mut lines = String::new();
        // The first axis decides, so that it comes last.
        for axis in (0..self.stencil.rank).rev().filter(|axis| self.stencil.has_rim(*axis)) {
            let rule = |side: usize| match edges::entry(axis, side) * entry {
                0 => format!("i32({})", Field::Rim.read()),
                words => format!("i32({} + {words}u)", Field::Rim.read()),
            };
            lines.push_str(&format!(
                "    rule = select(rule, {}, at.c{axis} >= {});\n    rule = select(rule, {}, at.c{axis} < {});\n",
                rule(1),
                Field::High(axis).read(),
                rule(0),
                Field::Low(axis).read(),
            ));
        }
        format!("(at: Edge) -> i32 {{\n    var rule = -1i;\n{lines}    return rule;\n}}")
    }

    /// The entry point. Its invocations have one number, whatever boxes the cells lie in.
    pub(crate) fn entry(&self, workgroup: u32) -> String {
        let stencil = self.stencil;
        let all = Field::Shell(stencil.rank - 1).read();
        let mut text = opening("edge", [workgroup, 1, 1]);
        text.push_str(&format!("    let number = {} + id.x;\n", Field::First.read()));
        text.push_str(&format!("    if (number >= {all}) {{\n        return;\n    }}\n"));
        if stencil.stacked {
            text.push_str("    let z_loop = id.z;\n");
        }
        text.push_str(&self.coordinates());
        for (number, scalar) in stencil.outputs.iter().enumerate() {
            text.push_str(&self.first_word(number, *scalar));
        }
        text.push_str(&self.cells());
        text.push_str("}\n");
        text
    }

    /// The statements that give `c0`, .. of an invocation.
    ///
    /// First come the cells beside the box of `near` along axis 0, then those beside it along axis 1 that are in it along
    /// axis 0, and so on: `inside_0`, .. say along which axes an invocation's cells are in it.
    fn coordinates(&self) -> String {
        let last = self.stencil.rank - 1;
        let cells = |axis: usize| times(if axis == last { self.stencil.cells() } else { 1 }, 'i');
        let mut lines = Vec::new();
        let mut before = String::new();
        for axis in 0..last {
            let shell = Field::Shell(axis).read();
            lines.push(format!("let inside_{axis} = number >= {shell};"));
            let none = if before.is_empty() { "0u" } else { &before };
            before = format!("select({none}, {shell}, inside_{axis})");
        }
        let mut rest = "number".to_owned();
        if last > 0 {
            lines.push(format!("let from_{last} = number - {before};"));
            rest = format!("from_{last}");
        }
        for axis in (1..=last).rev() {
            lines.push(format!("let n{axis} = {};", self.length(axis)));
            lines.push(format!("let i{axis} = i32({rest} % n{axis}){};", cells(axis)));
            lines.push(format!("let from_{} = {rest} / n{axis};", axis - 1));
            rest = format!("from_{}", axis - 1);
        }
        lines.push(format!("let i0 = i32({rest}){};", cells(0)));
        lines.extend((0..=last).map(|axis| format!("let c{axis} = {};", self.coordinate(axis))));
        lines.iter().map(|line| format!("    {line}\n")).collect()
    }

    /// Invocations along an axis: in the box, beside it, or across everything.
    fn length(&self, axis: usize) -> String {
        let blocks = |cells: String| match (axis + 1 == self.stencil.rank, self.stencil.cells()) {
            (false, _) | (_, 1) => cells,
            (true, count) => format!("({cells} + {}u) / {count}u", count - 1),
        };
        let (all, inside) = (Field::Written(axis).read(), Field::Extent(axis).read());
        let beside = blocks(format!("{all} - {inside}"));
        let length = format!("select({}, {beside}, inside_{})", blocks(all), axis - 1);
        if axis + 1 == self.stencil.rank { length } else { format!("select({length}, {inside}, inside_{axis})") }
    }

    /// The coordinate of the outputs that `i0`, .. stands for.
    fn coordinate(&self, axis: usize) -> String {
        let (origin, extent) = (Field::Origin(axis).read(), Field::Extent(axis).read());
        let beside = format!("edge_beside(i{axis}, {origin}, {extent})");
        let outer = if axis == 0 { beside } else { format!("select(i{axis}, {beside}, inside_{})", axis - 1) };
        if axis + 1 == self.stencil.rank {
            outer
        } else {
            format!("select({outer}, {origin} + i{axis}, inside_{axis})")
        }
    }

    /// The word of an output in which the cells begin; of packed ones, what it holds.
    fn first_word(&self, number: usize, scalar: Scalar) -> String {
        let (stencil, operand) = (self.stencil, self.stencil.operand(number));
        let rank = stencil.rank;
        let mut terms = vec![Field::Base(operand).read()];
        terms.extend((0..rank - 1).map(|axis| format!("u32(c{axis}) * {}", Field::Stride(operand, axis).read())));
        terms.push(match shift(scalar) {
            0 => format!("u32(c{})", rank - 1),
            shift => format!("u32(c{} >> {shift}u)", rank - 1),
        });
        if stencil.stacked {
            terms.push(format!("z_loop * {}", Field::Loop(operand).read()));
        }
        format!("    let w{number} = {};\n", sum(&terms))
    }

    /// The statements that compute and store each cell.
    fn cells(&self) -> String {
        let cells = self.stencil.cells();
        if cells == 1 {
            return self.cell("    ", false);
        }
        let last = self.stencil.rank - 1;
        let width = Field::Written(last).read();
        format!(
            "    let cells = min({cells}i, i32({width}) - c{last});\n    for (var k = 0i; k < cells; k += 1i) {{\n{}    }}\n",
            self.cell("        ", true)
        )
    }

    fn cell(&self, indent: &str, counted: bool) -> String {
        let (stencil, rank) = (self.stencil, self.stencil.rank);
        let coordinate = |axis: usize| {
            let cell = if counted && axis + 1 == rank { " + k" } else { "" };
            stencil.led(axis, &format!("c{axis}{cell}"))
        };
        let mut parts: Vec<String> = (0..rank).map(coordinate).collect();
        let word = |input: usize| format!("{} + z_loop * {}", Field::Base(input).read(), Field::Loop(input).read());
        parts.extend((0..self.loop_words()).map(word));
        let mut lines = vec![format!("let at = Edge({});", parts.join(", "))];
        let outputs = stencil.outputs.len();
        if self.has_rim() {
            lines.extend(self.value_or_rim());
        } else {
            lines.push("let v = edge_element(at);".to_owned());
            lines.extend((0..outputs).map(|number| format!("let v{number} = {};", output("v", number, outputs))));
        }
        let stores = (0..outputs).map(|number| self.store(number));
        if self.has_rim() {
            lines.push("if (written) {".to_owned());
            lines.extend(stores.map(|store| format!("    {store}")));
            lines.push("}".to_owned());
        } else {
            lines.extend(stores);
        }
        lines.iter().map(|line| format!("{indent}{line}\n")).collect()
    }

    /// The statements that give `v0`, ..: what the kernel computes, or what the rule for the rim says.
    fn value_or_rim(&self) -> Vec<String> {
        let outputs = &self.stencil.outputs;
        let register = |(number, scalar): (usize, &Scalar)| format!("var v{number}: {};", scalar.register());
        let mut lines: Vec<String> = outputs.iter().enumerate().map(register).collect();
        lines.push("var written = true;".to_owned());
        lines.push("let rim = edge_rim(at);".to_owned());
        lines.push("if (rim < 0i) {".to_owned());
        lines.push("    let v = edge_element(at);".to_owned());
        lines.extend(
            (0..outputs.len()).map(|number| format!("    v{number} = {};", output("v", number, outputs.len()))),
        );
        lines.push("} else {".to_owned());
        lines.push("    let rule = edges[rim];".to_owned());
        lines.push(format!("    written = rule != {}i;", edges::KEEP));
        let mut word = 1;
        for (number, scalar) in outputs.iter().enumerate() {
            let value = from_edges(*scalar, &format!("u32(rim) + {word}u"));
            lines.push(format!("    v{number} = {value};"));
            word += words(*scalar);
        }
        if outputs.iter().all(|scalar| *scalar == self.stencil.inputs[0].scalar) {
            let centre = vec!["0i"; self.stencil.rank].join(", ");
            lines.push(format!("    if (rule == {}i) {{", edges::INPUT));
            lines.extend((0..outputs.len()).map(|number| format!("        v{number} = edge_0(at, {centre});")));
            lines.push("    }".to_owned());
        }
        lines.push("}".to_owned());
        lines
    }

    fn store(&self, number: usize) -> String {
        let scalar = self.stencil.outputs[number];
        let value = format!("v{number}");
        match (self.stencil.cells(), scalar.packed()) {
            (1, _) => format!("out_{number}[w{number}] = {value};"),
            (_, 1) => format!("out_{number}[w{number} + u32(k)] = {value};"),
            (cells, packed) => {
                let word = if cells == packed {
                    format!("out_{number}[w{number}]")
                } else {
                    format!("out_{number}[w{number} + u32(k >> {}u)]", shift(scalar))
                };
                let cell = if cells == packed { "u32(k)".to_owned() } else { format!("u32(k & {}i)", packed - 1) };
                format!("{word} = {};", insert(scalar, &word, &value, &cell))
            }
        }
    }
}

/// The coordinate of an index that counts only what is in front of a range and behind it.
const EDGE_BESIDE: &str = "(index: i32, start: i32, length: u32) -> i32 {
    return index + select(0i, i32(length), index >= start);
}";

/// The index that stands behind an index, or a negative number for a constant.
const EDGE_MAP: &str = "(index: i32, size: i32, map: u32, before: i32) -> i32 {
    var found = index;
    if (u32(index) >= u32(size)) {
        let entry = select(index - size, index, index < 0i) + before;
        found = edges[map + u32(entry)];
    }
    return found;
}";
