//! The type of an expression from its tokens alone, as far as casts ask for it.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::{GenericArgument, Ident, Pat, PathArguments, Type};

use crate::syntax::{has_rest, identifiers, strip};

/// A type, or the part of it that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Shape {
    #[default]
    Unknown,
    /// `f32` or `f64`.
    Float,
    /// Something with items of one type behind `[..]`, or a reference to it.
    Array(Box<Shape>),
    Tuple(Vec<Shape>),
}

impl Shape {
    /// The shape of a type, by its tokens.
    pub(super) fn of(ty: &Type) -> Self {
        match strip(ty) {
            Type::Path(path) if path.path.is_ident("f32") || path.path.is_ident("f64") => Self::Float,
            Type::Path(path) => match path.path.segments.last() {
                Some(last) if last.ident.to_string().starts_with("ArrayView") => Self::of_items(&last.arguments),
                _ => Self::Unknown,
            },
            Type::Array(array) => Self::Array(Self::of(&array.elem).into()),
            Type::Slice(slice) => Self::Array(Self::of(&slice.elem).into()),
            Type::Reference(reference) => Self::of(&reference.elem).behind_reference(),
            Type::Tuple(tuple) => Self::Tuple(tuple.elems.iter().map(Self::of).collect()),
            _ => Self::Unknown,
        }
    }

    /// `ArrayView2<'_, f32>`: the first type is the item's.
    fn of_items(arguments: &PathArguments) -> Self {
        let PathArguments::AngleBracketed(list) = arguments else { return Self::Unknown };
        let item = list.args.iter().find_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(Self::of(ty)),
            _ => None,
        });
        item.map_or(Self::Unknown, |item| Self::Array(item.into()))
    }

    /// A reference to this. That to a number is none, and cannot be cast.
    pub(super) fn behind_reference(self) -> Self {
        if matches!(self, Self::Array(_)) { self } else { Self::Unknown }
    }

    /// Behind `[..]`.
    pub(super) fn item(self) -> Self {
        match self {
            Self::Array(item) => *item,
            _ => Self::Unknown,
        }
    }

    /// Behind `.0`.
    pub(super) fn field(self, number: usize) -> Self {
        match self {
            Self::Tuple(mut fields) if number < fields.len() => fields.swap_remove(number),
            _ => Self::Unknown,
        }
    }

    /// Of two expressions of the same type, what is known of either.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Unknown { other } else { self }
    }
}

/// The names in scope. A name that is not listed may be anything.
#[derive(Default)]
pub(super) struct Names {
    stack: Vec<HashMap<String, Shape>>,
}

impl Names {
    pub(super) fn push(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub(super) fn pop(&mut self) {
        self.stack.pop();
    }

    pub(super) fn insert(&mut self, name: &Ident, shape: Shape) {
        if let Some(top) = self.stack.last_mut() {
            top.insert(name.to_string(), shape);
        }
    }

    /// The names so far may mean something else now.
    pub(super) fn hide_all(&mut self) {
        let names: Vec<String> = self.stack.iter().flat_map(HashMap::keys).cloned().collect();
        if let Some(top) = self.stack.last_mut() {
            top.extend(names.into_iter().map(|name| (name, Shape::Unknown)));
        }
    }

    /// The names among the tokens may mean something else now.
    pub(super) fn forget_mentioned(&mut self, tokens: TokenStream) {
        if let Some(top) = self.stack.last_mut() {
            top.extend(identifiers(tokens).into_iter().map(|name| (name, Shape::Unknown)));
        }
    }

    pub(super) fn lookup(&self, name: &Ident) -> Shape {
        let name = name.to_string();
        self.stack.iter().rev().find_map(|scope| scope.get(&name)).cloned().unwrap_or_default()
    }

    /// Binds the names of a pattern for something of that shape.
    pub(super) fn bind(&mut self, pat: &Pat, shape: Shape) {
        match pat {
            Pat::Ident(ident) => {
                self.insert(&ident.ident, shape);
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, Shape::Unknown);
                }
            }
            // `_` is inferred; any other type says what the initialiser is.
            Pat::Type(typed) => match strip(&typed.ty) {
                Type::Infer(_) => self.bind(&typed.pat, shape),
                ty => self.bind(&typed.pat, Shape::of(ty)),
            },
            Pat::Paren(inner) => self.bind(&inner.pat, shape),
            Pat::Reference(inner) => self.bind(&inner.pat, shape),
            Pat::Tuple(list) if !has_rest(&list.elems) => {
                for (number, pat) in list.elems.iter().enumerate() {
                    self.bind(pat, shape.clone().field(number));
                }
            }
            Pat::Slice(list) if !has_rest(&list.elems) => {
                list.elems.iter().for_each(|pat| self.bind(pat, shape.clone().item()));
            }
            other => self.forget(other),
        }
    }

    /// The names of a pattern hide what they meant before.
    fn forget(&mut self, pat: &Pat) {
        struct Idents<'n>(&'n mut Names);
        impl<'ast> syn::visit::Visit<'ast> for Idents<'_> {
            fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
                self.0.insert(&node.ident, Shape::Unknown);
                syn::visit::visit_pat_ident(self, node);
            }
            // Expressions inside patterns (guards, lengths) bind nothing.
            fn visit_expr(&mut self, _: &'ast syn::Expr) {}
        }
        syn::visit::Visit::visit_pat(&mut Idents(self), pat);
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn types_say_what_they_hold() {
        let array = |item: Shape| Shape::Array(item.into());
        assert_eq!(Shape::of(&parse_quote!(f64)), Shape::Float);
        assert_eq!(Shape::of(&parse_quote!(&'a [[f32; 3]])), array(array(Shape::Float)));
        assert_eq!(Shape::of(&parse_quote!(ndarray::ArrayView2<'_, f32>)), array(Shape::Float));
        assert_eq!(Shape::of(&parse_quote!((f32, u8))), Shape::Tuple(vec![Shape::Float, Shape::Unknown]));
        for unknown in
            [parse_quote!(u8), parse_quote!(T), parse_quote!(my::f32), parse_quote!(&f32), parse_quote!(Option<f32>)]
        {
            assert_eq!(Shape::of(&unknown), Shape::Unknown);
        }
    }
}
