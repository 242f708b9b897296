//! The parameters and the outputs of an element function, as its GPU form knows them.

use syn::{Expr, Lit, Type};

use super::module::bound::{Array, Bound};
use super::scalar::Scalar;
use super::source::Kind;
use super::targets::{Target, report};
use crate::arrays::{self, Rank};
use crate::diagnostics::Errors;
use crate::function::{Argument, ElementFn, Role};
use crate::syntax::identifiers;
use crate::syntax::strip;
use stencil_abi::MAX_GPU_RANK;

/// Longer arrays are tables.
const MOST_VALUES: usize = 64;

/// The type of elements of an array, or `None` and an error.
pub(crate) fn element(ty: &Type, target: &Target, errors: &mut Errors) -> Option<Scalar> {
    match target.scalar(ty) {
        // As wide as the host's pointers in memory, and 32 bits on the GPU.
        Some(Scalar::Usize | Scalar::Isize) => report(ty, Some("write the width: `u32`, `i64`"), errors),
        Some(scalar) => return Some(scalar),
        None => {
            let apart = "elements are numbers: write an array for each of its values, or one more axis";
            report(ty, matches!(strip(ty), Type::Array(_)).then_some(apart), errors);
        }
    }
    None
}

/// The values that the function returns.
pub(crate) fn outputs<R: Role>(function: &ElementFn<R>, target: &Target, errors: &mut Errors) -> Option<Vec<Scalar>> {
    function.outputs().into_iter().map(|ty| element(ty, target, errors)).collect()
}

/// Reads a parameter that is bound when the kernel is made, and counts it; `None` where the GPU form does without it.
pub(crate) fn bound<R>(
    argument: &Argument<R>,
    function: &ElementFn<R>,
    target: &Target,
    bound: &mut Bound,
    errors: &mut Errors,
) -> Option<Kind> {
    if let Some(scalar) = target.scalar(&argument.ty) {
        bound.scalars.push(scalar);
        return Some(Kind::Scalar { number: bound.scalars.len() - 1, scalar });
    }
    if let Some((scalar, lengths)) = values(&argument.ty, target) {
        let first = bound.scalars.len();
        bound.scalars.extend(std::iter::repeat_n(scalar, lengths.iter().product()));
        return Some(Kind::Values { first, lengths, scalar });
    }
    if let Some((ty, rank, len)) = array(&argument.ty) {
        let element = element(ty, target, errors)?;
        bound.arrays.push(Array { scalar: element, rank });
        return Some(Kind::Array { number: bound.arrays.len() - 1, rank, element, len });
    }
    // What the body does not look at is there for the boundary, which the host evaluates.
    if identifiers(&function.body).contains(&argument.name.to_string()) {
        let instead = "take a scalar, a slice, an array `[f32; 3]` or a view of 1 to 4 axes";
        report(&argument.ty, Some(instead), errors);
    }
    None
}

/// Returns true when a bound parameter is one of ndarray's arrays.
pub(crate) fn is_view(ty: &Type) -> bool {
    arrays::recognise(ty).is_some()
}

/// The element, the rank and the literal length of an array that is indexed absolutely.
fn array(ty: &Type) -> Option<(&Type, usize, Option<usize>)> {
    if let Some(found) = arrays::recognise(ty) {
        return match (found.rank, found.element) {
            (Rank::Fixed(rank @ 1..=MAX_GPU_RANK), Some(element)) => Some((element, rank, None)),
            _ => None,
        };
    }
    match strip(ty) {
        Type::Reference(reference) => match strip(&reference.elem) {
            Type::Slice(slice) => Some((&slice.elem, 1, None)),
            inner @ Type::Array(_) => array(inner),
            _ => None,
        },
        Type::Array(array) => Some((&array.elem, 1, literal(&array.len))),
        _ => None,
    }
}

/// The scalar and the lengths of a small array that is no table: one of arrays, or of `usize` or `isize`.
pub(crate) fn values(ty: &Type, target: &Target) -> Option<(Scalar, Vec<usize>)> {
    let mut lengths = Vec::new();
    let mut rest = strip(ty);
    if let Type::Reference(reference) = rest {
        rest = strip(&reference.elem);
    }
    while let Type::Array(array) = rest {
        lengths.push(literal(&array.len)?);
        rest = strip(&array.elem);
    }
    let scalar = target.scalar(rest)?;
    let special = lengths.len() > 1 || lengths.len() == 1 && scalar.is_index();
    let count = lengths.iter().try_fold(1_usize, |all, length| all.checked_mul(*length))?;
    (special && (1..=MOST_VALUES).contains(&count)).then_some((scalar, lengths))
}

fn literal(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
