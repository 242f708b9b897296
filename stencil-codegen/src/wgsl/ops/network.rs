//! Exchange networks as straight lines of WGSL, with the runtime's order of values.

use stencil_abi::network;

use super::super::scalar::Scalar;
use super::Helpers;
use super::function::Network;

impl Network {
    const ALL: [Network; 4] = [Network::Sort, Network::Median, Network::Min, Network::Max];

    fn name(self) -> &'static str {
        match self {
            Network::Sort => "sort",
            Network::Median => "median",
            Network::Min => "min",
            Network::Max => "max",
        }
    }
}

/// The name of the function that takes an `array<T, length>` and gives a value, or for `Sort` an array.
pub(crate) fn network(network: Network, scalar: Scalar, length: usize, helpers: &mut Helpers) -> String {
    let name = format!("rs_{}_{length}_{}", network.name(), scalar.rust());
    helpers.note(&name);
    name
}

/// The function that [`network`] names.
pub(super) fn source(name: &str) -> Option<String> {
    let mut parts = name.strip_prefix("rs_")?.split('_');
    let kind = parts.next()?;
    let kind = Network::ALL.into_iter().find(|network| network.name() == kind)?;
    let length: usize = parts.next()?.parse().ok()?;
    let scalar = Scalar::of_name(parts.next()?)?;
    let mut lines =
        Lines { scalar, text: String::new(), values: (0..length).map(|i| format!("v[{i}]")).collect(), next: 0 };
    let ty = scalar.register();
    let array = format!("array<{ty}, {length}>");
    let (result, value) = match kind {
        Network::Sort => {
            lines.exchanges(network::sort(length), &vec![true; length]);
            (array.clone(), format!("{array}({})", lines.values.join(", ")))
        }
        Network::Median => {
            let mut wanted = vec![false; length];
            wanted[length / 2] = true;
            lines.exchanges(network::median(length), &wanted);
            (ty.to_string(), lines.values[length / 2].clone())
        }
        Network::Min | Network::Max => (ty.to_string(), lines.fold(kind == Network::Min)),
    };
    Some(format!("fn {name}(v: {array}) -> {result} {{\n{}return {value};\n}}\n", lines.text))
}

/// A function's body under construction, one assignment a line.
struct Lines {
    scalar: Scalar,
    text: String,
    /// The expression of every place of the array.
    values: Vec<String>,
    next: usize,
}

impl Lines {
    /// The exchanges as far as the wanted places depend on them.
    fn exchanges(&mut self, exchanges: Vec<(usize, usize)>, wanted: &[bool]) {
        let mut wanted = wanted.to_vec();
        let mut needed = Vec::new();
        for &(i, j) in exchanges.iter().rev() {
            if wanted[i] || wanted[j] {
                needed.push((i, j, wanted[i], wanted[j]));
                (wanted[i], wanted[j]) = (true, true);
            }
        }
        for (i, j, low, high) in needed.into_iter().rev() {
            let (a, b) = (self.values[i].clone(), self.values[j].clone());
            if low {
                self.values[i] = self.assign(smaller(self.scalar, &a, &b));
            }
            if high {
                self.values[j] = self.assign(larger(self.scalar, &a, &b));
            }
        }
    }

    /// The least or greatest value, kept where the next one compares with nothing.
    fn fold(&mut self, least: bool) -> String {
        let mut values = std::mem::take(&mut self.values).into_iter();
        let mut best = values.next().expect("an array has values");
        for value in values {
            best = self.assign(match (self.scalar, least) {
                (Scalar::Bool, true) => format!("{best} & {value}"),
                (Scalar::Bool, false) => format!("{best} | {value}"),
                (scalar, true) if scalar.is_int() => format!("min({best}, {value})"),
                (scalar, false) if scalar.is_int() => format!("max({best}, {value})"),
                (_, true) => format!("select({best}, {value}, {value} < {best})"),
                (_, false) => format!("select({best}, {value}, {value} > {best})"),
            });
        }
        best
    }

    fn assign(&mut self, value: String) -> String {
        let name = format!("x{}", self.next);
        self.next += 1;
        self.text.push_str(&format!("let {name} = {value};\n"));
        name
    }
}

fn smaller(scalar: Scalar, a: &str, b: &str) -> String {
    match scalar {
        Scalar::Bool => format!("{a} & {b}"),
        _ if scalar.is_int() => format!("min({a}, {b})"),
        // As the runtime exchanges: NaN compares with nothing.
        _ => format!("select({a}, {b}, {b} < {a})"),
    }
}

fn larger(scalar: Scalar, a: &str, b: &str) -> String {
    match scalar {
        Scalar::Bool => format!("{a} | {b}"),
        _ if scalar.is_int() => format!("max({a}, {b})"),
        _ => format!("select({b}, {a}, {b} < {a})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_straight_lines() {
        assert_eq!(
            source("rs_sort_2_f32").unwrap(),
            "fn rs_sort_2_f32(v: array<f32, 2>) -> array<f32, 2> {\nlet x0 = select(v[0], v[1], v[1] < v[0]);\n\
             let x1 = select(v[1], v[0], v[1] < v[0]);\nreturn array<f32, 2>(x0, x1);\n}\n"
        );
        assert_eq!(
            source("rs_max_2_u8").unwrap(),
            "fn rs_max_2_u8(v: array<u32, 2>) -> u32 {\nlet x0 = max(v[0], v[1]);\nreturn x0;\n}\n"
        );
        // The well-known median of nine: 19 exchanges, of which the last ones need one result.
        assert_eq!(source("rs_median_9_f32").unwrap().matches("select").count(), 30);
        assert_eq!(source("rs_max_f32"), None);
    }
}
