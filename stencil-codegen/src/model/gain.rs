//! The stencils that gain where points run side by side: those with long loops over offsets.

use syn::Type;

use super::Model;
use crate::parse::halo::Halo;
use crate::parse::stride::Stride;
use crate::text;
use crate::unrolled::Unrolled;

/// From this many reads and operations on, points side by side were measured to be at least as fast as the code that LLVM
/// makes of loops that it unrolls; that turns scalar between 200 and 300 of them (`benches/windows`).
const LONG: u64 = 96;
/// Of cells of one or two bytes, of which a vector holds many.
const LONG_OF_NARROW: u64 = 200;
/// Of such cells that are widened: where LLVM unrolls their sums, it adds them in 16 bits.
const LONG_OF_WIDENED: u64 = 260;

/// The condition under which points gain by running side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gain {
    Always,
    /// Ranges are constants of the function's, most often, and as wide as the halo: they are long where all cells of that,
    /// `round` operations for each, are at least `long`.
    ByHalo {
        round: u64,
        long: u64,
    },
}

impl Gain {
    /// `None` where they never do.
    pub(crate) fn of(model: &Model) -> Option<Self> {
        let Unrolled { size, open, widens } = model.unrolled;
        // Only the points of a dense row have their cells next to each other.
        let dense = model.stride.as_ref().and_then(|strides| strides.last()).is_none_or(Stride::is_one);
        let narrow = model.inputs.iter().all(|input| is_narrow(&input.element));
        let long = match (narrow, widens) {
            (true, true) => LONG_OF_WIDENED,
            (true, false) => LONG_OF_NARROW,
            (false, _) => LONG,
        };
        match (size >= long, open, &model.declared) {
            _ if !dense => None,
            (true, ..) => Some(Self::Always),
            (false, 0, _) => None,
            (false, round, Some(Halo::Constant(_))) => Some(Self::ByHalo { round, long }),
            (false, ..) => Some(Self::Always),
        }
    }
}

/// Integers of one or two bytes.
fn is_narrow(element: &Type) -> bool {
    ["u8", "i8", "u16", "i16", "bool"].contains(&text::tokens(element).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Errors;
    use crate::model;

    /// The gain of a loop with this body, over `range`.
    fn gain(args: &str, element: &str, range: &str, body: &str) -> Option<Gain> {
        let text = format!(
            "fn f<const R: usize>(x: Window1<{element}>, w: &[f32], r: isize) -> u32 {{
                let (mut a, mut b, r2) = (0, 0, R as isize);
                for i in {range} {{ {body} }}
                a }}"
        );
        Gain::of(&model::of(&format!("boundary = Nearest{args}"), &text, &mut Errors::default()))
    }

    #[test]
    fn long_loops_gain() {
        let always = Some(Gain::Always);
        assert_eq!(gain("", "f32", "-23..=23", "a += x[i];"), None);
        assert_eq!(gain("", "f32", "-24..=24", "a += x[i];"), always);
        assert_eq!(gain("", "f32", "-12..=12", "if !x[i].is_nan() { a += x[i]; b += 1; }"), always);
        assert_eq!(gain("", "f32", "-12..=12", "a += W[(i + 12) as usize] * x[i];"), None);
        assert_eq!(gain("", "f32", "-12..=12", "a += w[(i + 12) as usize] * x[i];"), always);
        assert_eq!(gain("", "f32", "-12..=12", "for j in 0..3 { a += x[i]; }"), always);
    }

    #[test]
    fn narrow_cells_gain_later() {
        let always = Some(Gain::Always);
        assert_eq!(gain("", "u8", "-44..=44", "a = a.max(x[i]);"), None);
        assert_eq!(gain("", "u8", "-50..=50", "a = a.max(x[i]);"), always);
        assert_eq!(gain("", "u8", "-60..=60", "a += u32::from(x[i]);"), None);
        assert_eq!(gain("", "u8", "-72..=72", "a += x[i] as u32;"), always);
    }

    #[test]
    fn loops_of_unknown_length_gain_by_their_halo() {
        assert_eq!(gain(", halo = dynamic", "f32", "-r..=r", "a += x[i];"), Some(Gain::Always));
        assert_eq!(gain(", halo = 2", "f32", "-r..=r", "a += x[i];"), Some(Gain::Always));
        let by_halo = Some(Gain::ByHalo { round: 2, long: LONG });
        assert_eq!(gain(", halo = R", "f32", "-r2..=r2", "a += x[i];"), by_halo);
        assert_eq!(gain(", halo = R, stride = 2", "f32", "-r2..=r2", "a += x[i];"), None);
    }
}
