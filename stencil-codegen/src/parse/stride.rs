//! The key `stride`: one number, or one for each axis.

use syn::Expr;

use crate::diagnostics::{Errors, Problem, axes, entries};
use crate::scope::{Scopes, strip};
use crate::text;

/// The distance of computed points along an axis, in cells.
#[derive(Clone)]
pub(crate) struct Stride {
    pub(crate) expr: Expr,
    /// The number, unless only rustc can evaluate it.
    pub(crate) known: Option<usize>,
}

impl Stride {
    /// Returns true when all cells of the axis are points, as far as is known here.
    pub(crate) fn is_one(&self) -> bool {
        self.known == Some(1)
    }
}

/// Reads the value of the key.
pub(crate) fn parse(expr: &Expr, rank: usize, errors: &mut Errors) -> Option<Vec<Stride>> {
    let example = if rank == 1 { "2".to_owned() } else { text::tuple(&vec!["2"; rank]) };
    let each = match strip(expr) {
        Expr::Tuple(tuple) if tuple.elems.len() != rank => {
            let found = entries(tuple.elems.len());
            errors.report(Problem::StrideRank, expr, &[&found, &axes(rank), &example]);
            return None;
        }
        Expr::Tuple(tuple) => tuple.elems.iter().collect(),
        one => vec![one],
    };
    let mut axis = |expr: &Expr| {
        let stride = axis(expr);
        if stride.is_none() {
            errors.report(Problem::StrideValue, expr, &[&text::tokens(expr), &example]);
        }
        stride
    };
    let strides: Vec<Option<Stride>> = each.into_iter().map(&mut axis).collect();
    let strides: Vec<Stride> = strides.into_iter().collect::<Option<_>>()?;
    Some(if strides.len() == rank { strides } else { vec![strides[0].clone(); rank] })
}

/// None for what is no number above 0.
fn axis(expr: &Expr) -> Option<Stride> {
    let value = Scopes::default().term(expr).and_then(|term| term.constant()?.int());
    let known = match (value, strip(expr)) {
        (Some(value), _) => Some(usize::try_from(value).ok().filter(|value| *value > 0)?),
        (None, Expr::Lit(_) | Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Closure(_)) => return None,
        (None, _) => None,
    };
    Some(Stride { expr: expr.clone(), known })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(expr: &str, rank: usize) -> Option<Vec<Option<usize>>> {
        let mut errors = Errors::default();
        let strides = parse(&syn::parse_str(expr).unwrap(), rank, &mut errors);
        assert_eq!(strides.is_none(), !errors.is_empty());
        strides.map(|strides| strides.iter().map(|stride| stride.known).collect())
    }

    #[test]
    fn forms() {
        assert_eq!(parsed("2", 2), Some(vec![Some(2), Some(2)]));
        assert_eq!(parsed("(1, 2 * 3)", 2), Some(vec![Some(1), Some(6)]));
        assert_eq!(parsed("(S, 1)", 2), Some(vec![None, Some(1)]));
        assert_eq!(parsed("(3,)", 1), Some(vec![Some(3)]));
    }

    #[test]
    fn what_is_no_stride() {
        for expr in ["0", "-1", "2.0", "\"two\"", "(2, 2, 2)", "(2, 0)", "((1, 1), 2)", "1..3", "[2, 2]"] {
            assert_eq!(parsed(expr, 2), None, "{expr}");
        }
    }
}
