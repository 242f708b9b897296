//! Recognises window types: `Window2<T>`, `Window2<'_, T>`, `Window<'_, T, 2>`, with any path in front.

use syn::{Expr, GenericArgument, Lit, PathArguments, PathSegment, Type};

use crate::diagnostics::{Errors, Problem};
use crate::syntax::strip;
use stencil_abi::MAX_RANK;

/// The element type and the number of axes of a window parameter.
#[derive(Clone)]
pub(crate) struct WindowType {
    pub(crate) element: Type,
    pub(crate) rank: usize,
}

/// The last path segment if it names a window.
fn window_segment(ty: &Type) -> Option<(&PathSegment, Option<usize>)> {
    let Type::Path(path) = strip(ty) else { return None };
    let segment = path.path.segments.last()?;
    let name = segment.ident.to_string();
    let digits = name.strip_prefix("Window")?;
    if digits.is_empty() {
        return Some((segment, None));
    }
    if digits.len() > 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((segment, Some(digits.parse().ok()?)))
}

/// Returns true when the type is named like a window.
pub(crate) fn is_window(ty: &Type) -> bool {
    window_segment(ty).is_some()
}

/// Reads a parameter's type; `None` where it is not a window.
///
/// A window that is wrong is reported and stands for the most likely one, so that callers stay quiet.
pub(crate) fn recognise(ty: &Type, errors: &mut Errors) -> Option<WindowType> {
    if let Type::Reference(reference) = strip(ty) {
        if !is_window(&reference.elem) {
            return None;
        }
        let by_value = crate::text::tokens(&reference.elem);
        errors.report(Problem::WindowReference, ty, &[&by_value]);
        // Go on as if it had been taken by value: there may be more to say.
        return recognise(&reference.elem, errors);
    }
    let (segment, alias) = window_segment(ty)?;
    let Some(arguments) = Arguments::of(segment) else {
        let example = alias.map_or("Window<'_, f32, 2>".to_owned(), |rank| format!("Window{rank}<f32>"));
        errors.report(Problem::WindowElement, ty, &[&example]);
        return Some(WindowType {
            element: syn::parse_quote!(f32),
            rank: alias.filter(|rank| (1..=MAX_RANK).contains(rank)).unwrap_or(2),
        });
    };
    let rank = match (alias, &arguments.rank) {
        (Some(rank), _) => Ok(rank),
        (None, Some(Ok(rank))) => Ok(*rank),
        (None, Some(Err(found))) => Err(format!("`{found}`")),
        (None, None) => Err("none".to_owned()),
    };
    match rank {
        Ok(rank) if (1..=MAX_RANK).contains(&rank) => Some(WindowType { element: arguments.element, rank }),
        Ok(rank) => broken_rank(ty, arguments, &rank.to_string(), errors),
        Err(found) => broken_rank(ty, arguments, &found, errors),
    }
}

fn broken_rank(ty: &Type, arguments: Arguments, found: &str, errors: &mut Errors) -> Option<WindowType> {
    errors.report(Problem::WindowRank, ty, &[&found]);
    Some(WindowType { element: arguments.element, rank: 2 })
}

/// The generic arguments of a window.
struct Arguments {
    element: Type,
    rank: Option<Result<usize, String>>,
}

impl Arguments {
    fn of(segment: &PathSegment) -> Option<Self> {
        let PathArguments::AngleBracketed(list) = &segment.arguments else { return None };
        let mut rest = list.args.iter().filter(|a| !matches!(a, GenericArgument::Lifetime(_)));
        let GenericArgument::Type(element) = rest.next()? else { return None };
        let rank = rest.next().map(|argument| match argument {
            GenericArgument::Const(expr) => literal_rank(expr),
            other => Err(crate::text::tokens(other)),
        });
        Some(Self { element: element.clone(), rank })
    }
}

fn literal_rank(expr: &Expr) -> Result<usize, String> {
    let number = match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| crate::text::tokens(expr))
}
