//! Types that the user wrote.

use quote::ToTokens;
use syn::{Item, Type};

use super::constant::{self, Value};
use super::context::{Lowered, Lowerer, Refused};
use super::scope::Binding;
use super::types::Ty;
use crate::text;
use crate::wgsl::scalar;

/// Longer arrays do not fit a GPU's registers by far.
const LONGEST: i128 = 4096;

impl Lowerer<'_, '_> {
    /// The type that `ty` is, references seen through.
    pub(crate) fn ty(&mut self, ty: &Type) -> Lowered<Ty> {
        match ty {
            Type::Paren(inner) => self.ty(&inner.elem),
            Type::Group(inner) => self.ty(&inner.elem),
            Type::Reference(inner) if inner.mutability.is_none() => self.ty(&inner.elem),
            Type::Reference(_) => Err(self.refuse(ty, "mutable references", "return the new value: `x = changed(x);`")),
            Type::Infer(_) => Ok(self.types.unknown()),
            Type::Never(_) => Ok(Ty::Never),
            Type::Tuple(tuple) => Ok(Ty::Tuple(tuple.elems.iter().map(|item| self.ty(item)).collect::<Lowered<_>>()?)),
            Type::Array(array) => {
                let element = self.ty(&array.elem)?;
                let length = self.length(&array.len)?;
                Ok(Ty::array(element, length))
            }
            Type::Path(path) => match self.named_type(path) {
                Some(ty) => ty,
                None if self.is_refused(&path.path) => Err(Refused),
                None => {
                    let what = format!("type `{}`", text::tokens(ty));
                    Err(self.refuse(ty, what, "write a number, `bool`, a tuple or an array of those"))
                }
            },
            Type::Slice(_) => Err(self.refuse(ty, "slices", "write an array with its length: `[f32; 9]`")),
            other => {
                let what = format!("type `{}`", text::tokens(other));
                Err(self.refuse(other, what, "write a number, `bool`, a tuple or an array of those"))
            }
        }
    }

    fn named_type(&mut self, path: &syn::TypePath) -> Option<Lowered<Ty>> {
        let name = path.path.get_ident().map(ToString::to_string);
        if path.qself.is_none()
            && let Some(binding) = name.and_then(|name| self.scopes.lookup(&name).cloned())
        {
            return match binding {
                Binding::Type(ty) => Some(Ok(ty)),
                Binding::Item(item) => {
                    let (item, block) = self.program.items.items[item].clone();
                    let Item::Type(alias) = &*item else { return None };
                    self.nested(|this| {
                        let scopes = this.program.items.scopes(Some(block));
                        let outer = std::mem::replace(&mut this.scopes, scopes);
                        let ty = this.ty(&alias.ty);
                        this.scopes = outer;
                        ty
                    })
                    .into()
                }
                _ => None,
            };
        }
        scalar::of_type(&Type::Path(path.clone())).map(|scalar| Ok(Ty::Scalar(scalar)))
    }

    /// Runs `lower` one level deeper; types, constants and closures that contain themselves end here.
    pub(crate) fn nested<T>(&mut self, lower: impl FnOnce(&mut Self) -> Lowered<T>) -> Lowered<T> {
        if self.inlined >= 24 {
            return Err(self.mismatch());
        }
        self.inlined += 1;
        let lowered = lower(self);
        self.inlined -= 1;
        lowered
    }

    /// The length of an array.
    pub(crate) fn length(&mut self, expr: &syn::Expr) -> Lowered<usize> {
        let length = self.expr(expr, Some(&Ty::USIZE))?;
        let length = self.coerce(length, &Ty::USIZE)?;
        match constant::evaluate(&length, &|_| None) {
            Some(Value::Int(length @ 1..=LONGEST)) => Ok(length as usize),
            Some(_) => {
                let what = format!("arrays of length {}", text::tokens(expr.to_token_stream()));
                Err(self.refuse(expr, what, format!("arrays have 1 to {LONGEST} values")))
            }
            None => Err(self.refuse(
                expr,
                "arrays of a length that is not known while compiling",
                "write a literal, or a constant inside of the body",
            )),
        }
    }
}
