//! The key `halo`: one number, a number for each axis, a pair of sides for each axis, or `dynamic`.

use syn::Expr;

use crate::diagnostics::{Errors, Problem, axes, entries};
use crate::scope::{Scopes, strip};
use crate::text;

/// The cells before and after the point, for each axis.
pub(crate) type Sides = Vec<[usize; 2]>;

/// The extent of the reads of an input.
#[derive(Clone)]
pub(crate) enum Halo {
    Known(Sides),
    /// Constant expressions that only rustc can evaluate.
    Constant(Vec<[Expr; 2]>),
    /// Given at run time.
    Dynamic,
}

/// Wider halos are a mistake.
const WIDE: i128 = 1_000_000;

/// Reads the value of the key.
pub(crate) fn parse(expr: &Expr, rank: usize, errors: &mut Errors) -> Option<Halo> {
    if matches!(strip(expr), Expr::Path(path) if path.path.is_ident("dynamic")) {
        return Some(Halo::Dynamic);
    }
    let sides = sides(expr, rank, errors)?;
    let mut known = Vec::new();
    let mut ok = true;
    for side in sides.iter().flatten() {
        match count(side, rank, errors) {
            Ok(count) => known.push(count),
            Err(()) => ok = false,
        }
    }
    if !ok {
        return None;
    }
    let known: Option<Vec<usize>> = known.into_iter().collect();
    Some(match known {
        Some(counts) => Halo::Known(counts.chunks(2).map(|pair| [pair[0], pair[1]]).collect()),
        None => Halo::Constant(sides),
    })
}

fn sides(expr: &Expr, rank: usize, errors: &mut Errors) -> Option<Vec<[Expr; 2]>> {
    let Expr::Tuple(tuple) = strip(expr) else {
        return Some(vec![[expr.clone(), expr.clone()]; rank]);
    };
    let items: Vec<&Expr> = tuple.elems.iter().map(strip).collect();
    // With one axis there is only one thing a pair can mean.
    if let ([before, after], 1) = (items.as_slice(), rank)
        && !matches!(before, Expr::Tuple(_))
    {
        return Some(vec![[(*before).clone(), (*after).clone()]]);
    }
    if items.len() != rank {
        wrong_count(expr, items.len(), rank, errors);
        return None;
    }
    items.into_iter().map(|item| axis(item, rank, errors)).collect()
}

fn axis(item: &Expr, rank: usize, errors: &mut Errors) -> Option<[Expr; 2]> {
    let Expr::Tuple(pair) = item else {
        return Some([item.clone(), item.clone()]);
    };
    if pair.elems.len() != 2 {
        wrong_count(item, pair.elems.len(), rank, errors);
        return None;
    }
    Some([pair.elems[0].clone(), pair.elems[1].clone()])
}

fn wrong_count(at: &Expr, found: usize, rank: usize, errors: &mut Errors) {
    let example = text::tuple(&vec!["1"; rank]);
    let example = if rank == 1 { "1".to_owned() } else { example };
    errors.report(Problem::HaloRank, at, &[&entries(found), &axes(rank), &example]);
}

/// `Ok(None)` where only rustc knows the number.
fn count(expr: &Expr, rank: usize, errors: &mut Errors) -> Result<Option<usize>, ()> {
    let value = Scopes::default().term(expr).and_then(|term| term.constant()?.int());
    let text = text::tokens(expr);
    match value {
        Some(value) if value < 0 => {
            let mut axes = vec!["(1, 0)"];
            axes.resize(rank, "(0, 0)");
            let (example, axis) = match rank {
                1 => ("(1, 0)".to_owned(), ""),
                _ => (text::tuple(&axes), " on the first axis"),
            };
            errors.report(Problem::NegativeHalo, expr, &[&text, &example, &axis]);
        }
        Some(value) if value > WIDE => errors.report(Problem::HugeHalo, expr, &[&text]),
        Some(value) => return Ok(usize::try_from(value).ok()),
        None if is_no_number(expr) => {
            errors.report(Problem::BadValue, expr, &[&"halo", &"halo = 1"]);
        }
        None => return Ok(None),
    }
    Err(())
}

/// Literals of another type, and what is no value at all.
fn is_no_number(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Lit(literal) => !matches!(literal.lit, syn::Lit::Int(_)),
        Expr::Tuple(_) | Expr::Array(_) | Expr::Range(_) | Expr::Closure(_) => true,
        _ => false,
    }
}
