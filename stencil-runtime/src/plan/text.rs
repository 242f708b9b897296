//! Numbers and shapes as text.

use crate::halo::Halo;

/// A shape as Rust writes tuples.
pub(crate) fn shape(shape: &[usize]) -> String {
    match shape {
        [one] => format!("({one},)"),
        many => format!("({})", many.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// A number of bytes in the unit that leaves up to four digits.
pub(crate) fn bytes(bytes: usize) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let power = bytes.ilog2() as usize / 10;
    format!("{:.1} {}", bytes as f64 / 1024f64.powi(power as i32), UNITS[power - 1])
}

/// The halo of each axis.
pub(crate) fn halo(halo: &Halo, rank: usize) -> String {
    let axis = |axis: usize| {
        let [before, after] = halo.axis(axis);
        format!("[{before}, {after}]")
    };
    (0..rank).map(axis).collect::<Vec<_>>().join(", ")
}

/// The rules before and after each axis: one where it is the same everywhere.
pub(crate) fn rules(rules: &[[&'static str; 2]]) -> String {
    let first = rules[0][0];
    if rules.iter().flatten().all(|rule| *rule == first) {
        return first.to_owned();
    }
    let axis = |[before, after]: &[&'static str; 2]| match before == after {
        true => (*before).to_owned(),
        false => format!("({before}, {after})"),
    };
    rules.iter().map(axis).collect::<Vec<_>>().join(", ")
}

/// `count` and the noun, which takes an `s` unless there is one.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    counted_as(count, noun, &format!("{noun}s"))
}

/// `count` and the noun, of which the plural is given.
pub(crate) fn counted_as(count: usize, noun: &str, plural: &str) -> String {
    format!("{count} {}", if count == 1 { noun } else { plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_follow_the_size() {
        assert_eq!(
            [0, 1023, 1024, 1536, 1 << 20, 5 << 30].map(bytes),
            ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "5.0 GiB"]
        );
        assert_eq!((shape(&[3]), shape(&[3, 4]), shape(&[])), ("(3,)".into(), "(3, 4)".into(), "()".into()));
    }
}
