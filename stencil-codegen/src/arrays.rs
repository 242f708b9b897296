//! Recognises ndarray's types by their names: `ArrayView2<T>`, `ArrayViewMut<'_, T, Ix1>`, with any path in front.

use syn::{GenericArgument, PathArguments, Type};

use crate::syntax::strip;
use stencil_abi::MAX_RANK;

/// A parameter's type, if it is one of ndarray's.
pub(crate) struct ArrayType<'t> {
    pub(crate) family: Family,
    pub(crate) rank: Rank,
    pub(crate) element: Option<&'t Type>,
    /// It stands behind `&` or `&mut`.
    pub(crate) reference: bool,
}

/// The owner of the elements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    View,
    ViewMut,
    Owned,
}

/// The number of dimensions, as far as the type says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rank {
    Fixed(usize),
    Dynamic,
    Unknown,
}

const FAMILIES: &[(&str, Family)] = &[
    ("ArrayViewMut", Family::ViewMut),
    ("ArrayView", Family::View),
    ("ArrayRef", Family::Owned),
    ("ArcArray", Family::Owned),
    ("CowArray", Family::Owned),
    ("Array", Family::Owned),
];

/// Reads the type; `None` where it is not an array.
pub(crate) fn recognise(ty: &Type) -> Option<ArrayType<'_>> {
    let ty = strip(ty);
    if let Type::Reference(reference) = ty {
        return recognise(&reference.elem).map(|found| ArrayType { reference: true, ..found });
    }
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let (suffix, family) = FAMILIES.iter().find_map(|(prefix, family)| Some((name.strip_prefix(prefix)?, *family)))?;
    let mut types = match &last.arguments {
        PathArguments::AngleBracketed(list) => list.args.iter().filter_map(as_type).collect::<Vec<_>>(),
        _ => Vec::new(),
    }
    .into_iter();
    let element = types.next();
    let rank = match suffix {
        "" => types.next().map_or(Rank::Unknown, dimension),
        "D" => Rank::Dynamic,
        digit => Rank::Fixed(digit.parse().ok().filter(|rank| *rank <= MAX_RANK)?),
    };
    Some(ArrayType { family, rank, element, reference: false })
}

fn as_type(argument: &GenericArgument) -> Option<&Type> {
    match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The rank that `Ix2` or `IxDyn` stands for.
fn dimension(ty: &Type) -> Rank {
    let Type::Path(path) = strip(ty) else { return Rank::Unknown };
    let name = path.path.segments.last().map(|segment| segment.ident.to_string());
    match name.as_deref().and_then(|name| name.strip_prefix("Ix")) {
        Some("Dyn") => Rank::Dynamic,
        Some(digit) => digit.parse().map_or(Rank::Unknown, Rank::Fixed),
        None => Rank::Unknown,
    }
}
