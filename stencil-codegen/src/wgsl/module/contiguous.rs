//! The entry point `contiguous` of an element-wise gufunc: every operand is one run of cells from the first of its binding
//! on, and so many elements are computed that every word of the outputs is whole.
//!
//! An invocation computes the elements of a word one by one and stores them at once.

use super::gufunc::{Gufunc, in_word};
use super::packing::pack;
use super::{opening, output, sum, times};
use crate::wgsl::scalar::Scalar;

impl Gufunc {
    /// The entry point.
    pub(super) fn contiguous(&self, workgroup: [u32; 3]) -> String {
        let cells = self.cells();
        let mut text = opening("contiguous", workgroup);
        text.push_str("    if (id.x >= p.blocks_0) {\n        return;\n    }\n");
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

/// The place of an input's core for one of an invocation's `cells` elements.
fn place(scalar: Scalar, cells: u32, cell: u32) -> String {
    let packed = scalar.packed();
    match cells / packed {
        0 => in_word(scalar, &format!("({})", nth(cells, cell))),
        words if packed > 1 => format!("{}, {}u", nth(words, cell / packed), cell % packed),
        words => nth(words, cell),
    }
}

/// The statements that store the values of one output.
fn store(scalar: Scalar, number: usize, values: &[String]) -> String {
    let packed = scalar.packed() as usize;
    let words = (values.len() / packed) as u32;
    let values = values.chunks(packed).map(|values| pack(scalar, values));
    (0..).zip(values).map(|(word, value)| format!("    out_{number}[{}] = {value};\n", nth(words, word))).collect()
}

/// The number of one of `count` cells or words that an invocation has.
fn nth(count: u32, number: u32) -> String {
    let number = if number == 0 { String::new() } else { format!("{number}u") };
    sum(&[format!("id.x{}", times(count, 'u')), number])
}
