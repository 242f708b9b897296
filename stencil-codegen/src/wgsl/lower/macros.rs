//! Calls of macros: assertions and panics become checks.

use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{BinOp, Lit, Macro, Token};

use super::context::{Lowered, Lowerer};
use super::tree::{Expr, ExprKind};
use super::types::Ty;
use crate::text;

impl Lowerer<'_, '_> {
    pub(crate) fn macro_call(&mut self, call: &Macro) -> Lowered<Expr> {
        let name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            // Builds for speed, as those for the GPU are, have none of them.
            "debug_assert" | "debug_assert_eq" | "debug_assert_ne" => Ok(Expr::unit()),
            "assert" => {
                let arguments = self.macro_arguments(call)?;
                let [condition, rest @ ..] = arguments.as_slice() else { return Err(self.mismatch()) };
                let message = format!("assertion failed: {}", text::expression(condition));
                let condition = self.expr(condition, Some(&Ty::BOOL))?;
                self.check(condition, message_of(rest).unwrap_or(message))
            }
            "assert_eq" | "assert_ne" => {
                let arguments = self.macro_arguments(call)?;
                let [left, right, rest @ ..] = arguments.as_slice() else { return Err(self.mismatch()) };
                let equal = name == "assert_eq";
                let op = if equal { BinOp::Eq(Default::default()) } else { BinOp::Ne(Default::default()) };
                let (shown, other) = (text::expression(left), text::expression(right));
                let message = format!("assertion failed: {shown} {} {other}", if equal { "==" } else { "!=" });
                let (left, right) = (self.expr(left, None)?, self.expr(right, None)?);
                let condition = self.operation(op, left, right, call)?;
                self.check(condition, message_of(rest).unwrap_or(message))
            }
            "panic" | "todo" | "unimplemented" | "unreachable" => {
                let arguments = self.macro_arguments(call)?;
                let plain = match name.as_str() {
                    "panic" => "explicit panic",
                    "todo" => "not yet implemented",
                    "unimplemented" => "not implemented",
                    _ => "internal error: entered unreachable code",
                };
                let message = message_of(&arguments).unwrap_or_else(|| plain.to_owned());
                Ok(Expr::new(ExprKind::Raise(message), Ty::Never))
            }
            _ => {
                let help = match name.as_str() {
                    "vec" => "write an array: `[0.0; 9]`",
                    "print" | "println" | "eprint" | "eprintln" | "dbg" => "remove it: a shader cannot print",
                    "matches" => "write `match`, or compare",
                    _ => "write the code that it stands for",
                };
                Err(self.refuse(&call.path, format!("macro `{name}!`"), help))
            }
        }
    }

    fn macro_arguments(&mut self, call: &Macro) -> Lowered<Vec<syn::Expr>> {
        let parser = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        match parser.parse2(call.tokens.clone()) {
            Ok(arguments) => Ok(arguments.into_iter().collect()),
            Err(_) => Err(self.mismatch()),
        }
    }
}

/// The message as the user wrote it; what it shows of values stays in braces.
fn message_of(arguments: &[syn::Expr]) -> Option<String> {
    match arguments.first()? {
        syn::Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            other => Some(other.to_token_stream().to_string()),
        },
        _ => None,
    }
}
