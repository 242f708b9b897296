//! The scalar types that a GPU form knows, by the types in the source.

pub(crate) use stencil_abi::ElementType as Scalar;

/// The scalar of a path type: `f32`, `core::primitive::f32`, `half::f16`.
pub(crate) fn of_type(ty: &syn::Type) -> Option<Scalar> {
    match ty {
        syn::Type::Path(syn::TypePath { qself: None, path, .. }) => of_path(path),
        syn::Type::Group(group) => of_type(&group.elem),
        syn::Type::Paren(paren) => of_type(&paren.elem),
        _ => None,
    }
}

fn of_path(path: &syn::Path) -> Option<Scalar> {
    if path.segments.iter().any(|segment| !segment.arguments.is_none()) {
        return None;
    }
    let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (last, qualifier) = names.split_last()?;
    let scalar = Scalar::of_name(last)?;
    match (scalar, qualifier) {
        (_, []) => Some(scalar),
        (Scalar::F16, ["half"]) => Some(scalar),
        (Scalar::F16, _) => None,
        (_, ["core" | "std", "primitive"]) => Some(scalar),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_by_name() {
        let of = |text: &str| of_type(&syn::parse_str(text).unwrap());
        assert_eq!(of("f32"), Some(Scalar::F32));
        assert_eq!(of("core::primitive::f32"), Some(Scalar::F32));
        assert_eq!(of("half::f16"), Some(Scalar::F16));
        assert_eq!(of("f16"), Some(Scalar::F16));
        assert_eq!(of("my::f32"), None);
        assert_eq!(of("Vec<f32>"), None);
        for scalar in Scalar::ALL {
            assert_eq!(of(scalar.rust()), Some(scalar));
        }
    }
}
