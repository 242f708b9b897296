//! The methods of scalars: one row for each name and group of types.

mod float;
mod int;
mod simple;

use super::super::scalar::Scalar;
use Scalar::*;

/// A method of some scalars.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) receivers: &'static [Scalar],
    /// Without the receiver.
    pub(super) arguments: &'static [Type],
    pub(super) result: Type,
    /// A template, see [`super::template`].
    pub(super) form: &'static str,
    // For the tests, and for the page that they write.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(super) accuracy: Accuracy,
}

/// A type that depends on the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// The receiver's.
    Same,
    /// The receiver's unsigned counterpart.
    Unsigned,
    /// The receiver's signed counterpart.
    Signed,
    Given(Scalar),
}

/// The accuracy of a result, measured by that on the CPU.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Accuracy {
    /// Every bit; only which NaN it is, and which zero where Rust leaves that open, is not said.
    Exact,
    /// Units in the last place.
    Ulp(u32),
    /// Rounded once or twice, as the device has a fused operation or not.
    Fused,
}

impl Type {
    pub(super) fn of(self, receiver: Scalar) -> Scalar {
        match self {
            Type::Same => receiver,
            Type::Unsigned => receiver.unsigned(),
            Type::Signed => receiver.signed(),
            Type::Given(scalar) => scalar,
        }
    }
}

const INTS: &[Scalar] = &[I8, I16, I32, I64, Isize, U8, U16, U32, U64, Usize];
/// Those whose width in bits is the same everywhere.
const FIXED: &[Scalar] = &[I8, I16, I32, I64, U8, U16, U32, U64];
const SIGNED: &[Scalar] = &[I8, I16, I32, I64, Isize];
const UNSIGNED: &[Scalar] = &[U8, U16, U32, U64, Usize];
const NARROW: &[Scalar] = &[I8, I16, U8, U16];
const WIDE_SIGNED: &[Scalar] = &[I32, I64, Isize];
const WIDE_UNSIGNED: &[Scalar] = &[U32, U64, Usize];
/// The floats that live in an `f32` register.
const FLOAT: &[Scalar] = &[F16, F32];
const FLOATS: &[Scalar] = &[F16, F32, F64];

const SAME: Type = Type::Same;
const COUNT: Type = Type::Given(U32);
const TRUTH: Type = Type::Given(Bool);

/// An exact row.
const fn row(
    name: &'static str,
    receivers: &'static [Scalar],
    arguments: &'static [Type],
    result: Type,
    form: &'static str,
) -> Row {
    Row { name, receivers, arguments, result, form, accuracy: Accuracy::Exact }
}

/// Every row.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    [int::ROWS, simple::ROWS, float::ROWS].into_iter().flatten()
}

/// The row of a method.
pub(super) fn find(name: &str, receiver: Scalar) -> Option<&'static Row> {
    all().find(|row| row.name == name && row.receivers.contains(&receiver))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_name_every_argument_once() {
        for row in all() {
            for number in 0..=row.arguments.len() {
                let name = format!("${number}");
                assert_eq!(row.form.matches(&name).count(), 1, "{row:?}");
            }
        }
    }

    #[test]
    fn no_method_has_two_rows() {
        for row in all() {
            for &receiver in row.receivers {
                assert_eq!(find(row.name, receiver).map(|found| found.form), Some(row.form), "{row:?}");
            }
        }
    }
}
