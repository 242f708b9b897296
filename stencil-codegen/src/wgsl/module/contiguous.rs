//! The entry point `contiguous` of an element-wise gufunc: every operand is one run of cells from the first of its binding
//! on, and so many elements are computed that every word of the outputs is whole.
//!
//! An invocation computes the elements of a word one by one and stores them at once.

use super::gufunc::{Gufunc, in_word};
use super::output;
use super::packing::pack;
use crate::wgsl::scalar::Scalar;

impl Gufunc {
    /// The entry point.
    pub(super) fn contiguous(&self, workgroup: [u32; 3]) -> String {
        let ([x, y, z], cells) = (workgroup, self.cells());
        let mut text = format!(
            "@compute @workgroup_size({x}, {y}, {z})\nfn contiguous(@builtin(global_invocation_id) id: vec3<u32>) {{\n    if (id.x >= p.blocks_0) {{\n        return;\n    }}\n"
        );
        for cell in 0..cells {
            let places: Vec<String> = self.inputs.iter().map(|input| place(input.scalar, cells, cell)).collect();
            text.push_str(&format!("    let v_{cell} = core_element(Core({}));\n", places.join(", ")));
        }
        let outputs = self.outputs.len();
        for (number, one) in self.outputs.iter().enumerate() {
            let values = (0..cells).map(|cell| output(&format!("v_{cell}"), number, outputs)).collect::<Vec<_>>();
            text.push_str(&store(one.operand.scalar, number, &values));
        }
        text.push_str("}\n");
        text
    }
}

/// Where the core of an input is for one of an invocation's `cells` elements.
fn place(scalar: Scalar, cells: u32, cell: u32) -> String {
    let packed = scalar.packed();
    let offset = |number: u32| if number == 0 { String::new() } else { format!(" + {number}u") };
    match cells / packed {
        0 => in_word(scalar, &format!("(id.x{}{})", times(cells), offset(cell))),
        words if packed > 1 => format!("id.x{}{}, {}u", times(words), offset(cell / packed), cell % packed),
        words => format!("id.x{}{}", times(words), offset(cell)),
    }
}

/// The statements that store the values of one output.
fn store(scalar: Scalar, number: usize, values: &[String]) -> String {
    let packed = scalar.packed() as usize;
    let words = times((values.len() / packed) as u32);
    let store = |(word, values): (usize, &[String])| {
        let word = if word == 0 { String::new() } else { format!(" + {word}u") };
        format!("    out_{number}[id.x{words}{word}] = {};\n", pack(scalar, values))
    };
    values.chunks(packed).enumerate().map(store).collect()
}

/// The factor as it follows an expression.
fn times(factor: u32) -> String {
    if factor == 1 { String::new() } else { format!(" * {factor}u") }
}
