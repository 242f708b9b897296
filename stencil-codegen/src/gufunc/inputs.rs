//! The inputs: elements by value for `()`, views of as many dimensions as the signature says otherwise.

use quote::ToTokens;
use syn::{PatType, Type, parse_quote};

use crate::arrays::{self, ArrayType, Family, Rank};
use crate::diagnostics::{Errors, Problem, counted};
use crate::function::ElementFn;
use crate::model::gufunc::{Operand, Role, vec_element};
use crate::signature::Signature;
use crate::syntax::strip;
use crate::text;

/// Reads the inputs; one that is wrong stands for the most likely one.
pub(crate) fn read(
    function: &ElementFn<Role>,
    typed: &[PatType],
    roles: &[Option<Role>],
    signature: &Signature,
    errors: &mut Errors,
) -> Vec<Operand> {
    let given = roles.iter().filter(|role| matches!(role, Some(Role::Input(_)))).count();
    if let Some(dims) = signature.inputs.get(given) {
        let counts = [
            counted(signature.inputs.len(), "input"),
            if given == 0 { "none of them".to_owned() } else { format!("{given} of them") },
        ];
        let example = format!("x: {}", view("ArrayView", dims.len(), &parse_quote!(f32)));
        let found = [&counts[0] as _, &counts[1] as _, &example as _, &signature.operand(dims) as _];
        errors.report(Problem::MissingInput, &function.name, &found);
    }
    let operands = signature.inputs.iter().enumerate().map(|(number, dims)| {
        let behind = &typed[given.min(typed.len())..];
        let own = typed.get(number).filter(|_| number < given);
        let element = own.map(|typed| element(typed, behind, dims, signature, errors));
        let element = element.unwrap_or_else(|| parse_quote!(f32));
        Operand { element, rank: dims.len(), optional: signature.may_lack(dims) }
    });
    operands.collect()
}

/// The element type of an input; `behind` are the parameters that follow all inputs.
fn element(typed: &PatType, behind: &[PatType], dims: &[usize], signature: &Signature, errors: &mut Errors) -> Type {
    let (name, ty) = (text::tokens(&typed.pat), strip(&typed.ty));
    let name = name.trim_start_matches("mut ");
    let array = arrays::recognise(ty);
    let likely = array.as_ref().and_then(|found| found.element).or_else(|| inside(ty));
    let likely = likely.cloned().unwrap_or_else(|| if array.is_some() { parse_quote!(f32) } else { ty.clone() });
    let wanted = view("ArrayView", dims.len(), &likely);
    let (operand, found) = (signature.operand(dims), text::tokens(ty));
    match array {
        None if dims.is_empty() && !matches!(ty, Type::Reference(_)) => return ty.clone(),
        _ if dims.is_empty() => errors.report(Problem::InputElement, ty, &[&name, &found, &wanted]),
        Some(array) if array.family == Family::ViewMut => {
            errors.report(Problem::MutableInput, ty, &[&name, &operand, &wanted]);
        }
        Some(array) if array.family == Family::View => {
            check_view(name, ty, &array, dims, signature, in_front_of_input(typed, behind, dims), errors);
        }
        _ => {
            let help = in_front_of_input(typed, behind, dims);
            let help = help.unwrap_or_else(|| format!("take it as a view: `{name}: {wanted}`"));
            errors.report(Problem::InputView, ty, &[&name, &operand, &found, &help]);
        }
    }
    likely
}

/// The advice for a parameter in an input's place, where a view that fits the input stands behind the inputs.
fn in_front_of_input(typed: &PatType, behind: &[PatType], dims: &[usize]) -> Option<String> {
    let fits = |typed: &&PatType| {
        arrays::recognise(strip(&typed.ty))
            .is_some_and(|array| array.family == Family::View && array.rank == Rank::Fixed(dims.len()))
    };
    let (input, parameter) = (text::tokens(behind.iter().find(fits)?), text::tokens(typed));
    Some(format!(
        "inputs come first, in the order of the signature, then parameters and scratch, then outputs: write `{input}` in front of `{parameter}`"
    ))
}

/// Checks a view, of an input or of an output, against its dimensions; `advice` is another help for a wrong number of them.
pub(crate) fn check_view(
    name: &str,
    ty: &Type,
    array: &ArrayType<'_>,
    dims: &[usize],
    signature: &Signature,
    advice: Option<String>,
    errors: &mut Errors,
) {
    let family = if array.family == Family::ViewMut { "ArrayViewMut" } else { "ArrayView" };
    let has = match array.rank {
        Rank::Fixed(rank) if rank == dims.len() => None,
        Rank::Fixed(rank) => Some(counted(rank, "dimension")),
        Rank::Dynamic => Some("any number of dimensions".to_owned()),
        Rank::Unknown => Some("a number of dimensions that its name does not tell".to_owned()),
    };
    let Some(element) = array.element else {
        return errors.report(Problem::ViewElement, ty, &[&view(family, dims.len(), &parse_quote!(f32))]);
    };
    let wanted = view(family, dims.len(), element);
    if let Some(has) = has {
        let advice = advice.unwrap_or_else(|| format!("write `{name}: {wanted}`"));
        let found = [&name as _, &signature.operand(dims) as _, &text::tokens(ty) as _, &has as _, &advice as _];
        errors.report(Problem::ViewRank, ty, &found);
    } else if array.reference {
        errors.report(Problem::ViewReference, ty, &[&wanted]);
    }
}

/// The type that an operand of this rank has: `ArrayView2<f32>`, or the element itself for an input `()`.
pub(crate) fn view(family: &str, rank: usize, element: &Type) -> String {
    let element = text::tokens(element.to_token_stream());
    if rank == 0 && family == "ArrayView" { element } else { format!("{family}{rank}<{element}>") }
}

/// The type that `&T`, `&[T]` and `Vec<T>` hold.
fn inside(ty: &Type) -> Option<&Type> {
    match strip(ty) {
        Type::Reference(reference) => inside(&reference.elem).or(Some(&reference.elem)),
        Type::Slice(slice) => Some(&slice.elem),
        Type::Array(array) => Some(&array.elem),
        other => vec_element(other),
    }
}
