//! The module of a stencil.

use super::bound::Bound;
use super::library::Library;
use super::params::Field;
use super::{Body, Pieces, Shader, edge, link, near, out_struct};
use crate::wgsl::scalar::Scalar;

/// The parts that the module is made from.
pub(crate) struct Stencil {
    pub(crate) rank: usize,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Scalar>,
    pub(crate) bound: Bound,
    /// Loop dimensions stand in front of the axes.
    pub(crate) stacked: bool,
    /// Rows for each invocation of `near`.
    pub(crate) rows: u32,
}

/// One input: its element, and how far it is read before and after the point.
pub(crate) struct Input {
    pub(crate) scalar: Scalar,
    /// `None` where that is not known.
    pub(crate) halo: Option<Vec<[usize; 2]>>,
}

impl Stencil {
    /// Composes the module; the body was printed for `near` and for `edge`.
    pub(crate) fn compose(&self, body: Body) -> Shader {
        // A point that knows where it is carries its coordinates along.
        let places = ["near_position_", "near_contains("];
        let placed = body.modes.iter().any(|mode| places.iter().any(|place| mode.as_str().contains(place)));
        let near = near::Near { stencil: self, placed };
        let edge = edge::Edge { stencil: self };
        let mut library = Library::default();
        near.define(&mut library);
        edge.define(&mut library);
        self.define(&mut library);
        self.bound.define(&mut library);
        let workgroup = if self.rank == 1 { [256, 1, 1] } else { [64, 4, 1] };
        // A constant of the pipeline, so that drivers see which words two points share.
        let first_cell = if self.has_first_cell() { "override first_cell: i32 = 0i;\n" } else { "" };
        let frame = [
            first_cell.to_owned(),
            out_struct(&self.outputs),
            near.structure(),
            edge.structure(),
            near.entry(workgroup),
            edge.entry(workgroup.iter().product()),
        ];
        let pieces = Pieces {
            inputs: self.inputs.iter().map(|input| input.scalar).collect(),
            outputs: self.outputs.clone(),
            bound: &self.bound,
            first: 2,
            frame: frame.concat(),
            library,
            fields: self.fields(),
            cells: self.cells(),
            rows: self.rows,
            workgroup,
            contiguous: false,
        };
        link(pieces, body)
    }

    /// Defines the functions that both modes call.
    fn define(&self, library: &mut Library) {
        for input in 0..self.inputs.len() {
            for axis in 0..self.rank {
                for (side, field) in [("before", Field::Before(input, axis)), ("after", Field::After(input, axis))] {
                    let text = format!("() -> i32 {{\n    return {};\n}}", field.read());
                    library.define(format!("halo_{side}_{input}_{axis}"), &text);
                }
            }
        }
        for axis in 0..self.rank {
            let shape = Field::Shape(axis).read();
            library.define(format!("shape_{axis}"), &format!("() -> u32 {{\n    return {shape};\n}}"));
        }
    }

    /// Cells along the last axis for each invocation: whole words of every array.
    pub(crate) fn cells(&self) -> u32 {
        let inputs = self.inputs.iter().map(|input| input.scalar);
        inputs.chain(self.outputs.iter().copied()).map(Scalar::packed).max().unwrap_or(1)
    }

    /// The number of an output among all operands.
    pub(crate) fn operand(&self, output: usize) -> usize {
        self.inputs.len() + output
    }

    /// Returns true when an input is read outside of the point along an axis.
    pub(crate) fn reaches(&self, input: usize, axis: usize) -> bool {
        self.inputs[input].halo.as_ref().is_none_or(|halo| halo[axis] != [0, 0])
    }

    /// Returns true when the rim of the output has cells along an axis.
    pub(crate) fn has_rim(&self, axis: usize) -> bool {
        (0..self.inputs.len()).any(|input| self.reaches(input, axis))
    }

    /// Returns true when the blocks of `near` may begin within a word of the inputs: where outputs are smaller.
    pub(crate) fn has_first_cell(&self) -> bool {
        self.cells() > 1 && self.has_rim(self.rank - 1)
    }

    /// `c`, a coordinate of the outputs, as one of the inputs: the two differ where outputs are smaller.
    pub(crate) fn led(&self, axis: usize, c: &str) -> String {
        if self.has_rim(axis) { format!("{} + {c}", Field::Lead(axis).read()) } else { c.to_owned() }
    }

    /// The statements that take `id.z` apart: the loop's index `z_loop`, and `z_0`, .. for the axes in front of rows.
    pub(crate) fn take_z_apart(&self) -> String {
        let mut names: Vec<String> = (2..self.rank).map(|axis| format!("z_{}", axis - 2)).collect();
        if self.stacked {
            names.insert(0, "z_loop".to_owned());
        }
        let mut lines = Vec::new();
        let mut rest = "id.z".to_owned();
        while names.len() > 1 {
            let name = names.pop().unwrap_or_default();
            let extent = Field::Extent(names.len() - usize::from(self.stacked)).read();
            lines.push(format!("    let {name} = {rest} % {extent};\n"));
            rest = format!("({rest} / {extent})");
        }
        lines.extend(names.pop().map(|name| format!("    let {name} = {rest};\n")));
        lines.concat()
    }

    /// Every field that the module might read, in the order of the block: what `near` reads comes first and together,
    /// so that drivers load it at once.
    fn fields(&self) -> Vec<Field> {
        let operands = || 0..self.inputs.len() + self.outputs.len();
        let axes = || 0..self.rank;
        let mut fields = vec![Field::Blocks(0), Field::Blocks(1)];
        // The index along the slowest of `z` is what remains.
        let apart = usize::from(!self.stacked)..self.rank.saturating_sub(2);
        fields.extend(apart.clone().map(Field::Extent));
        for operand in operands() {
            fields.push(Field::Start(operand));
            fields.extend((1..self.rank).map(|axis| Field::Stride(operand, axis - 1)));
        }
        fields.extend(operands().map(Field::Loop));
        fields.extend(self.bound.fields());
        fields.extend(operands().map(Field::Base));
        fields.extend(axes().map(Field::Origin));
        fields.extend(axes().filter(|axis| !apart.contains(axis)).map(Field::Extent));
        fields.push(Field::First);
        let places = [
            Field::Shell,
            Field::Written,
            Field::Lead,
            Field::Size,
            Field::Low,
            Field::High,
            Field::Shape,
            Field::Shift,
        ];
        for place in places {
            fields.extend(axes().map(place));
        }
        fields.push(Field::Rim);
        for input in 0..self.inputs.len() {
            fields.push(Field::Constants(input));
            fields.extend(
                axes()
                    .flat_map(|axis| [Field::Map(input, axis), Field::Before(input, axis), Field::After(input, axis)]),
            );
        }
        fields
    }
}

/// `o0: i32, o1: i32`.
pub(crate) fn offsets(rank: usize) -> String {
    (0..rank).map(|axis| format!("o{axis}: i32")).collect::<Vec<_>>().join(", ")
}

/// The function that says whether an offset from a point leads to a cell of the array; `at` is the mode's struct.
pub(crate) fn contains(rank: usize, at: &str) -> String {
    let inside = |axis: usize| {
        let (shape, shift) = (Field::Shape(axis).read(), Field::Shift(axis).read());
        format!("(u32(at.c{axis} + o{axis} + {shift}) < {shape})")
    };
    let all: Vec<String> = (0..rank).map(inside).collect();
    format!("(at: {at}, {}) -> bool {{\n    return {};\n}}", offsets(rank), all.join(" & "))
}

/// The function that gives the coordinate of a point along an axis.
pub(crate) fn position(axis: usize, at: &str) -> String {
    format!("(at: {at}) -> u32 {{\n    return u32(at.c{axis} + {});\n}}", Field::Shift(axis).read())
}
