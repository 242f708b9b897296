//! The key `boundary` and the attribute `#[boundary(..)]`.
//!
//! The nine names are recognised here and become typed constructors, so that a value of the wrong type is rustc's own
//! error on the user's token. Any other expression is left as it is.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Ident, Lit, Path, Type, UnOp};

use crate::diagnostics::{Errors, Problem, axes, nearest};
use crate::scope::strip;
use crate::syntax;
use crate::text;

/// A boundary for every axis and side.
// A handful for each function: nothing is gained by a box.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Spec {
    /// One rule, or any expression, for all axes.
    All(Rule),
    Axes(Vec<Axis>),
}

/// The rules of one axis.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Axis {
    Both(Rule),
    Sides(Rule, Rule),
}

/// One rule.
pub(crate) enum Rule {
    Named { name: &'static str, family: Family, argument: Option<Expr>, span: Span },
    Other(Expr),
}

/// The enum that a name belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// `Boundary<T>`: what a read outside of the array gives.
    Read,
    /// `Rim<O>`: what becomes of outputs whose footprint leaves the array.
    Rim,
}

/// Every rule: its name, its family, and the argument it takes.
const RULES: &[(&str, Family, Option<&str>)] = &[
    ("Nearest", Family::Read, None),
    ("Reflect", Family::Read, None),
    ("Mirror", Family::Read, None),
    ("Wrap", Family::Read, None),
    ("Constant", Family::Read, Some("value")),
    ("With", Family::Read, Some("|index, len| index")),
    ("Shrink", Family::Rim, None),
    ("Keep", Family::Rim, None),
    ("Fill", Family::Rim, Some("value")),
];

/// The rules of a family as messages list them, with a word before the last.
pub(crate) fn names(family: Family, word: &str) -> String {
    let rule = |(name, _, argument): &(&str, Family, Option<&str>)| match argument {
        None => format!("`{name}`"),
        Some(argument) if argument.starts_with('|') => format!("`{name}(f)`"),
        Some(argument) => format!("`{name}({argument})`"),
    };
    let all: Vec<String> = RULES.iter().filter(|(_, of, _)| *of == family).map(rule).collect();
    let (last, others) = all.split_last().expect("a family has rules");
    format!("{} {word} {last}", others.join(", "))
}

/// The names of the rules in other libraries.
const ALIASES: &[(&str, &str)] = &[
    ("periodic", "Wrap"),
    ("circular", "Wrap"),
    ("cyclic", "Wrap"),
    ("repeat", "Wrap"),
    ("edge", "Nearest"),
    ("replicate", "Nearest"),
    ("clamp", "Nearest"),
    ("symmetric", "Reflect"),
    ("reflect101", "Mirror"),
    ("zero", "Constant(0)"),
    ("zeros", "Constant(0)"),
    ("fill_value", "Constant(value)"),
    ("valid", "Shrink"),
    ("ignore", "Keep"),
];

/// The kernel or input that a boundary is for.
pub(crate) struct Context<'a> {
    pub(crate) rank: usize,
    /// Names that hide the rules.
    pub(crate) parameters: &'a [Ident],
    /// The element types that a value has to fit.
    pub(crate) elements: &'a [&'a Type],
    pub(crate) output: &'a Type,
    /// One input's own boundary takes reading rules only.
    pub(crate) input: bool,
}

/// Reads a boundary; `None` where it was reported.
pub(crate) fn parse(expr: &Expr, context: &Context<'_>, errors: &mut Errors) -> Option<Spec> {
    let Expr::Tuple(tuple) = strip(expr) else {
        return rule(expr, context, errors).map(Spec::All);
    };
    let items: Vec<&Expr> = tuple.elems.iter().map(strip).collect();
    if let ([before, after], 1) = (items.as_slice(), context.rank)
        && !matches!(before, Expr::Tuple(_))
    {
        return Some(Spec::Axes(vec![sides(before, after, context, errors)?]));
    }
    if items.len() != context.rank {
        wrong_count(expr, items.len(), context, errors);
        return None;
    }
    // Collected first, so that each axis is looked at.
    let parsed: Vec<Option<Axis>> = items.iter().map(|item| axis(item, context, errors)).collect();
    parsed.into_iter().collect::<Option<_>>().map(Spec::Axes)
}

fn axis(item: &Expr, context: &Context<'_>, errors: &mut Errors) -> Option<Axis> {
    let Expr::Tuple(pair) = item else {
        return rule(item, context, errors).map(Axis::Both);
    };
    if pair.elems.len() != 2 {
        wrong_count(item, pair.elems.len(), context, errors);
        return None;
    }
    sides(&pair.elems[0], &pair.elems[1], context, errors)
}

fn sides(before: &Expr, after: &Expr, context: &Context<'_>, errors: &mut Errors) -> Option<Axis> {
    let before = rule(before, context, errors);
    let after = rule(after, context, errors);
    Some(Axis::Sides(before?, after?))
}

fn wrong_count(at: &Expr, found: usize, context: &Context<'_>, errors: &mut Errors) {
    let found = if found == 1 { "1 boundary".to_owned() } else { format!("{found} boundaries") };
    let mut names = vec!["Wrap"; context.rank];
    names[context.rank - 1] = if context.rank == 1 { "(Wrap, Nearest)" } else { "Nearest" };
    let example = if context.rank == 1 { names[0].to_owned() } else { text::tuple(&names) };
    errors.report(Problem::BoundaryRank, at, &[&found, &axes(context.rank), &example]);
}

fn rule(expr: &Expr, context: &Context<'_>, errors: &mut Errors) -> Option<Rule> {
    let expr = strip(expr);
    let (path, arguments) = match expr {
        Expr::Path(path) if path.qself.is_none() => (&path.path, None),
        Expr::Call(call) => match strip(&call.func) {
            Expr::Path(path) if path.qself.is_none() => (&path.path, Some(call.args.iter().collect::<Vec<_>>())),
            _ => return Some(Rule::Other(expr.clone())),
        },
        Expr::Lit(literal) => return literal_rule(expr, &literal.lit, errors),
        _ => return Some(Rule::Other(expr.clone())),
    };
    let Some((name, family, argument)) = known(path, context) else {
        let slip = path.get_ident().and_then(|name| slip(name, context));
        return match slip {
            Some(help) => {
                errors.report(Problem::UnknownBoundary, path, &[&text::tokens(path), &help]);
                None
            }
            None => Some(Rule::Other(expr.clone())),
        };
    };
    if family == Family::Rim && context.input {
        errors.report(Problem::RimOnInput, expr, &[&name, &names(Family::Read, "or")]);
        return None;
    }
    let argument = match (argument, arguments.as_deref()) {
        (None, None) => None,
        (Some(_), Some([argument])) => Some((*argument).clone()),
        (Some(wanted), _) => {
            errors.report(Problem::BoundaryNeedsValue, expr, &[&name, &format!("{name}({wanted})")]);
            return None;
        }
        (None, Some(_)) => {
            errors.report(Problem::BoundaryTakesNoValue, expr, &[&name]);
            return None;
        }
    };
    if let Some(value) = &argument {
        check_sign(name, value, context, errors);
    }
    Some(Rule::Named { name, family, argument, span: path.span() })
}

/// The rule that `path` names: `Wrap`, `Boundary::Wrap` or a longer path to it.
fn known(path: &Path, context: &Context<'_>) -> Option<(&'static str, Family, Option<&'static str>)> {
    let last = &path.segments.last()?.ident;
    let found = RULES.iter().find(|(name, ..)| last == name)?;
    let enum_name = if found.1 == Family::Read { "Boundary" } else { "Rim" };
    let belongs = match path.segments.len() {
        1 => !context.parameters.contains(last),
        count => path.segments[count - 2].ident == enum_name,
    };
    belongs.then_some(*found)
}

/// The advice about a name that looks like a rule and is none.
fn slip(name: &Ident, context: &Context<'_>) -> Option<String> {
    if context.parameters.contains(name) {
        return None;
    }
    let text = name.to_string();
    // An upper case name is a constant of the user's, whatever it spells: `EDGE`, `WRAP`.
    if text.len() > 1 && !text.contains(char::is_lowercase) {
        return None;
    }
    if let Some(right) = correct(&text) {
        return Some(format!("did you mean `{right}`?"));
    }
    // A lower case name is a variable.
    let mut letters = text.chars();
    let camel = letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase);
    camel.then(|| {
        let near = nearest(&text, &RULES.iter().map(|(name, ..)| *name).collect::<Vec<_>>());
        match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let (reading, rim) = (names(Family::Read, "and"), names(Family::Rim, "and"));
                format!("the boundaries are {reading}, the rules for the output {rim}")
            }
        }
    })
}

/// A rule by another library's name or in the wrong case.
pub(crate) fn correct(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower);
    let rule = RULES.iter().find(|(name, ..)| name.to_lowercase() == lower);
    match (alias, rule) {
        (Some((_, right)), _) => Some((*right).to_owned()),
        (None, Some((name, _, Some(argument)))) => Some(format!("{name}({argument})")),
        (None, Some((name, _, None))) => Some((*name).to_owned()),
        (None, None) => None,
    }
}

/// `boundary = "nearest"`, `boundary = 0`.
fn literal_rule(expr: &Expr, literal: &Lit, errors: &mut Errors) -> Option<Rule> {
    let found = text::tokens(expr);
    let right = match literal {
        Lit::Str(string) => correct(&string.value()).unwrap_or_else(|| "Nearest".to_owned()),
        _ => format!("Constant({found})"),
    };
    let help = format!("did you mean `{right}`?");
    errors.report(Problem::UnknownBoundary, expr, &[&found, &help]);
    None
}

/// rustc's message for `-1` as a `u8` speaks of operators, not of values.
fn check_sign(name: &str, value: &Expr, context: &Context<'_>, errors: &mut Errors) {
    let negative = matches!(
        strip(value),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) && matches!(&*unary.expr, Expr::Lit(_))
    );
    let output = [context.output];
    let elements = match name {
        "Constant" => context.elements,
        "Fill" => &output[..],
        _ => return,
    };
    for element in elements {
        let element = text::tokens(syntax::strip(element));
        let unsigned = matches!(element.as_str(), "u8" | "u16" | "u32" | "u64" | "u128" | "usize");
        if negative && unsigned {
            errors.report(Problem::NegativeIntoUnsigned, value, &[&text::tokens(value), &element]);
            return;
        }
    }
}

impl Spec {
    /// Every rule in it.
    pub(crate) fn rules(&self) -> Vec<&Rule> {
        match self {
            Self::All(rule) => vec![rule],
            Self::Axes(axes) => axes
                .iter()
                .flat_map(|axis| match axis {
                    Axis::Both(rule) => vec![rule],
                    Axis::Sides(before, after) => vec![before, after],
                })
                .collect(),
        }
    }
}

impl Rule {
    /// The user's expression in it.
    pub(crate) fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Named { argument, .. } => argument.as_ref(),
            Self::Other(expr) => Some(expr),
        }
    }
}
