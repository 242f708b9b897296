//! Functions by their path.

use super::super::scalar::Scalar;
use super::{constant, rows};

/// The meaning of a path that is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    /// A method called by its path; the first argument is the receiver, of its own type where the path names none.
    Method { name: String, receiver: Option<Scalar> },
    /// `u32::from(x)`: one argument of any scalar type, cast.
    Cast { to: Scalar },
    /// `T::real(0.1)`, `f16::from_f32(0.1)`: one float as argument; a literal is best rounded while compiling.
    Real { from: Scalar, to: Scalar },
    /// No arguments.
    Constant { scalar: Scalar, text: String },
    /// Order statistics of one array.
    Network(Network),
}

/// The result of an exchange network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Network {
    Sort,
    Median,
    Min,
    Max,
}

/// The meaning of `path(arguments)`; a type parameter is given as the scalar that it stands for.
pub(crate) fn function(path: &[String], arguments: usize) -> Option<Function> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (name, qualifier) = path.split_last()?;
    if let Some(scalar) = qualifier.last().and_then(|last| Scalar::of_name(last)) {
        return associated(scalar, name, arguments);
    }
    match (qualifier, arguments) {
        ([] | ["network"] | ["ndstencil", "network"], 1) => network(name).map(Function::Network),
        ([], 2) | (["std" | "core", "cmp"] | ["cmp" | "Ord"], 2) if matches!(*name, "min" | "max") => by_name(name),
        (["std" | "core", "cmp"] | ["cmp"] | ["num_traits"], _) if *name == "clamp" => by_name(name),
        ([.., "Float" | "Real" | "Signed" | "Ord" | "Clone"], _) => by_name(name),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<Function> {
    let known = rows::all().any(|row| row.name == name);
    known.then(|| Function::Method { name: name.into(), receiver: None })
}

fn network(name: &str) -> Option<Network> {
    Some(match name {
        "sort" => Network::Sort,
        "median" => Network::Median,
        "min" => Network::Min,
        "max" => Network::Max,
        _ => return None,
    })
}

/// `f32::max(a, b)`, `f32::from_bits(x)`, `T::zero()`.
fn associated(scalar: Scalar, name: &str, arguments: usize) -> Option<Function> {
    if arguments == 0 {
        return constant::nullary(scalar, name).map(|text| Function::Constant { scalar, text });
    }
    match (name, arguments) {
        ("from", 1) => Some(Function::Cast { to: scalar }),
        ("from_f32", 1) if scalar == Scalar::F16 => Some(Function::Real { from: Scalar::F32, to: scalar }),
        ("from_f64", 1) if scalar == Scalar::F16 => Some(Function::Real { from: Scalar::F64, to: scalar }),
        ("real", 1) if scalar.is_float() => Some(Function::Real { from: Scalar::F64, to: scalar }),
        ("from_bits", 1) if scalar.is_float() => {
            Some(Function::Method { name: name.into(), receiver: Some(scalar.unsigned()) })
        }
        // Also a method without a GPU form: then the caller has the refusal's help.
        _ => Some(Function::Method { name: name.into(), receiver: Some(scalar) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let of = |path: &str, n| function(&path.split("::").map(str::to_string).collect::<Vec<_>>(), n);
        let method = |name: &str, receiver| Some(Function::Method { name: name.into(), receiver });
        assert_eq!(of("f32::max", 2), method("max", Some(Scalar::F32)));
        assert_eq!(of("std::cmp::max", 2), method("max", None));
        assert_eq!(of("num_traits::Float::abs", 1), method("abs", None));
        assert_eq!(of("f32::from_bits", 1), method("from_bits", Some(Scalar::U32)));
        assert_eq!(of("u32::from", 1), Some(Function::Cast { to: Scalar::U32 }));
        assert_eq!(of("half::f16::from_f32", 1), Some(Function::Real { from: Scalar::F32, to: Scalar::F16 }));
        assert_eq!(of("f32::real", 1), Some(Function::Real { from: Scalar::F64, to: Scalar::F32 }));
        assert_eq!(of("f32::zero", 0), Some(Function::Constant { scalar: Scalar::F32, text: "0.0f".into() }));
        assert_eq!(of("ndstencil::network::median", 1), Some(Function::Network(Network::Median)));
        assert_eq!(of("std::mem::swap", 2), None);
    }
}
