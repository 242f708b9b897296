//! The bound parameters of a kernel, which are scalars and absolutely indexed arrays, and the checks.

use super::library::Library;
use super::packing::{shift, unpack};
use super::params::Field;
use crate::wgsl::scalar::Scalar;

/// The bound parameters, each kind in order.
#[derive(Default)]
pub(crate) struct Bound {
    pub(crate) scalars: Vec<Scalar>,
    pub(crate) arrays: Vec<Array>,
}

/// An array that is indexed absolutely.
pub(crate) struct Array {
    pub(crate) scalar: Scalar,
    pub(crate) rank: usize,
}

impl Bound {
    /// The functions that hand the parameters to the body.
    pub(crate) fn define(&self, library: &mut Library) {
        for (number, scalar) in self.scalars.iter().enumerate() {
            let value = Field::Scalar(number).read();
            let value = if *scalar == Scalar::Bool { format!("{value} != 0u") } else { value };
            library.define(
                format!("scalar_{number}"),
                &format!("() -> {} {{\n    return {value};\n}}", scalar.register()),
            );
        }
        for (number, array) in self.arrays.iter().enumerate() {
            library.define(format!("array_{number}"), &array.read(number));
            for axis in 0..array.rank {
                let length = Field::Length(number, axis).read();
                let text = format!("() -> u32 {{\n    return {length};\n}}");
                library.define(format!("array_len_{number}_{axis}"), &text);
            }
        }
        let status = Field::Status.read();
        library.define("raise".to_owned(), &format!("(code: u32) {{\n    atomicMax(&status[{status}], code);\n}}"));
    }

    /// The fields of the block that these functions may read.
    pub(crate) fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = (0..self.scalars.len()).map(Field::Scalar).collect();
        for (number, array) in self.arrays.iter().enumerate() {
            fields.extend((0..array.rank).map(|axis| Field::Length(number, axis)));
            fields.extend((1..array.rank).map(|axis| Field::Pitch(number, axis - 1)));
        }
        fields.push(Field::Status);
        fields
    }
}

impl Array {
    /// The function that reads one cell.
    fn read(&self, number: usize) -> String {
        let Self { scalar, rank } = self;
        let parameters: Vec<String> = (0..*rank).map(|axis| format!("i{axis}: u32")).collect();
        let last = format!("i{}", rank - 1);
        let mut terms: Vec<String> =
            (1..*rank).map(|axis| format!("i{} * {}", axis - 1, Field::Pitch(number, axis - 1).read())).collect();
        let (column, cell) = match shift(*scalar) {
            0 => (last, "0u".to_owned()),
            shift => (format!("({last} >> {shift}u)"), format!("({last} & {}u)", scalar.packed() - 1)),
        };
        terms.push(column);
        let value = unpack(*scalar, &format!("arr_{number}[{}]", super::sum(&terms)), &cell);
        let register = scalar.register();
        format!("({}) -> {register} {{\n    return {value};\n}}", parameters.join(", "))
    }
}
