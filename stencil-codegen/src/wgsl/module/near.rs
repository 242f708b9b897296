//! The entry point `near`: blocks of `rows` x `cells` points whose footprints lie inside of the arrays.
//!
//! An address is one word for each input, found once for the block, plus multiples of the strides. A point of the block
//! is a row and a cell in it: with both as literals, drivers see that two points read the same word. All values are computed before the first is stored:
//! a store might change what a load gives, as far as drivers know.

use super::library::Library;
use super::packing::{pack, shift, unpack};
use super::params::Field;
use super::stencil::{Stencil, contains, offsets, position};
use super::{opening, output, sum, times};

/// The mode `near` of a stencil.
pub(crate) struct Near<'s> {
    pub(crate) stencil: &'s Stencil,
    /// The body asks where it is.
    pub(crate) placed: bool,
}

impl Near<'_> {
    /// The struct of a point: the block's word in each input, row and cell in the block, the coordinates.
    pub(crate) fn structure(&self) -> String {
        let words = (0..self.stencil.inputs.len()).map(|input| format!("    w{input}: u32,\n"));
        let row = (self.stencil.rows > 1).then(|| "    r: i32,\n".to_owned());
        let cell = (self.stencil.cells() > 1).then(|| "    k: i32,\n".to_owned());
        let axes = if self.placed { self.stencil.rank } else { 0 };
        let coordinates = (0..axes).map(|axis| format!("    c{axis}: i32,\n"));
        let fields: String = words.chain(row).chain(cell).chain(coordinates).collect();
        format!("struct Near {{\n{fields}}}\n")
    }

    /// Defines the functions that the body calls.
    pub(crate) fn define(&self, library: &mut Library) {
        let rank = self.stencil.rank;
        for input in 0..self.stencil.inputs.len() {
            library.define(format!("near_{input}"), &self.read(input));
        }
        for axis in 0..rank {
            library.define(format!("near_position_{axis}"), &position(axis, "Near"));
        }
        library.define("near_contains".to_owned(), &contains(rank, "Near"));
    }

    /// The function that reads one cell of an input.
    fn read(&self, input: usize) -> String {
        let (rank, scalar) = (self.stencil.rank, self.stencil.inputs[input].scalar);
        let stride = |axis: usize| {
            let row = if axis + 2 == rank && self.stencil.rows > 1 { "at.r + " } else { "" };
            format!("u32({row}o{axis}) * {}", Field::Stride(input, axis).read())
        };
        let mut terms = vec![format!("at.w{input}")];
        terms.extend((0..rank - 1).map(stride));
        let last = rank - 1;
        let column = if self.stencil.cells() > 1 { format!("at.k + o{last}") } else { format!("o{last}") };
        let (column, cell) = match shift(scalar) {
            0 => (format!("u32({column})"), "0u".to_owned()),
            shift => (format!("u32(({column}) >> {shift}u)"), format!("u32(({column}) & {}i)", scalar.packed() - 1)),
        };
        terms.push(column);
        let value = unpack(scalar, &format!("in_{input}[{}]", sum(&terms)), &cell);
        format!("(at: Near, {}) -> {} {{\n    return {value};\n}}", offsets(rank), scalar.register())
    }

    /// The entry point.
    pub(crate) fn entry(&self, workgroup: [u32; 3]) -> String {
        let stencil = self.stencil;
        let mut text = opening("near", workgroup);
        text.push_str("    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {\n        return;\n    }\n");
        text.push_str(&stencil.take_z_apart());
        let operands = stencil.inputs.len() + stencil.outputs.len();
        for operand in 0..operands {
            text.push_str(&format!("    let w{operand} = {};\n", self.first_word(operand)));
        }
        if self.placed {
            for axis in 0..stencil.rank {
                text.push_str(&format!("    let c{axis} = {};\n", self.coordinate(axis)));
            }
        }
        for row in 0..stencil.rows {
            for cell in 0..stencil.cells() {
                text.push_str(&format!("    let v{row}_{cell} = near_element({});\n", self.point(row, cell)));
            }
        }
        for row in 0..stencil.rows {
            for output in 0..stencil.outputs.len() {
                text.push_str(&self.store(row, output));
            }
        }
        text.push_str("}\n");
        text
    }

    /// The word of an operand in which the block begins.
    fn first_word(&self, operand: usize) -> String {
        let stencil = self.stencil;
        let scalars = stencil.inputs.iter().map(|input| input.scalar).chain(stencil.outputs.iter().copied());
        let packed = scalars.map(|scalar| scalar.packed()).nth(operand).unwrap_or(1);
        let mut terms = vec![Field::Start(operand).read()];
        terms.push(format!("id.x{}", times(stencil.cells() / packed, 'u')));
        for axis in 0..stencil.rank - 1 {
            let stride = Field::Stride(operand, axis).read();
            terms.push(match (axis == stencil.rank - 2, stencil.rows) {
                (false, _) => format!("z_{axis} * {stride}"),
                (true, 1) => format!("id.y * {stride}"),
                (true, rows) => format!("id.y * {rows}u * {stride}"),
            });
        }
        if stencil.stacked {
            terms.push(format!("z_loop * {}", Field::Loop(operand).read()));
        }
        sum(&terms)
    }

    /// The local coordinate of the block's first cell along an axis of the inputs.
    fn coordinate(&self, axis: usize) -> String {
        let (rank, cells, rows) = (self.stencil.rank, self.stencil.cells(), self.stencil.rows);
        let number = if axis == rank - 1 {
            format!("i32(id.x * {cells}u)")
        } else if axis == rank - 2 {
            format!("i32(id.y * {rows}u)")
        } else {
            format!("i32(z_{axis})")
        };
        self.stencil.led(axis, &format!("{} + {number}", Field::Origin(axis).read()))
    }

    /// The struct of one point of the block.
    fn point(&self, row: u32, cell: u32) -> String {
        let rank = self.stencil.rank;
        let mut parts: Vec<String> = (0..self.stencil.inputs.len()).map(|input| format!("w{input}")).collect();
        if self.stencil.rows > 1 {
            parts.push(format!("{row}i"));
        }
        if self.stencil.cells() > 1 {
            let first = if self.stencil.has_first_cell() { "first_cell + " } else { "" };
            parts.push(format!("{first}{cell}i"));
        }
        let axes = if self.placed { rank } else { 0 };
        parts.extend((0..axes).map(|axis| {
            let step = if axis + 1 == rank {
                cell
            } else if axis + 2 == rank {
                row
            } else {
                0
            };
            if step == 0 { format!("c{axis}") } else { format!("c{axis} + {step}i") }
        }));
        format!("Near({})", parts.join(", "))
    }

    /// The statements that store one row of one output.
    fn store(&self, row: u32, number: usize) -> String {
        let stencil = self.stencil;
        let (scalar, operand, outputs) = (stencil.outputs[number], stencil.operand(number), stencil.outputs.len());
        let values: Vec<String> =
            (0..stencil.cells()).map(|cell| output(&format!("v{row}_{cell}"), number, outputs)).collect();
        let row_word = match row {
            0 => String::new(),
            1 => Field::Stride(operand, stencil.rank - 2).read(),
            row => format!("{row}u * {}", Field::Stride(operand, stencil.rank - 2).read()),
        };
        let store = |(word, values): (usize, &[String])| {
            let column = if word == 0 { String::new() } else { format!("{word}u") };
            let address = sum(&[format!("w{operand}"), row_word.clone(), column]);
            format!("    out_{number}[{address}] = {};\n", pack(scalar, values))
        };
        values.chunks(scalar.packed() as usize).enumerate().map(store).collect()
    }
}
