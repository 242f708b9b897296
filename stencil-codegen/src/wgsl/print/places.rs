//! Assignments.

use syn::BinOp;

use super::printer::{Printer, is_name};
use crate::wgsl::lower::tree::{Expr, ExprKind, Resource};
use crate::wgsl::lower::types::Ty;

impl Printer<'_> {
    /// `place = value;` The value comes first, as in Rust.
    pub(crate) fn assign(&mut self, place: &Expr, value: &Expr) {
        match &place.kind {
            ExprKind::Read(Resource::Output(number), indices) => {
                let mut texts = self.operands(std::iter::once(value).chain(indices));
                let text = texts.remove(0);
                self.put(*number, indices, &texts, &text);
            }
            ExprKind::Cell(Resource::Output(number), index) => {
                let texts = self.operands([value, &**index]);
                self.numbered_put(*number, &texts[1], &texts[0]);
            }
            _ => {
                let (text, place) = self.with_place(value, place);
                self.line(&format!("{place} = {text};"));
            }
        }
    }

    /// `place op= value;`
    pub(crate) fn update(&mut self, op: &BinOp, place: &Expr, value: &Expr) {
        if let ExprKind::Read(Resource::Output(number), indices) = &place.kind {
            let mut texts = self.operands(std::iter::once(value).chain(indices));
            let text = texts.remove(0);
            // What the index is, is computed once.
            for (text, index) in texts.iter_mut().zip(indices) {
                *text = self.spill(std::mem::take(text), &index.ty);
            }
            let old = self.printed_read(*number, indices, &texts);
            let text = self.operation(op, place, value, &old, &text);
            return self.put(*number, indices, &texts, &text);
        }
        let (text, place_text) = self.with_place(value, place);
        let text = if self.is_counted(place) {
            format!("({place_text} {} {text})", if matches!(op, BinOp::Add(_)) { "+" } else { "-" })
        } else {
            self.operation(op, place, value, &place_text, &text)
        };
        self.line(&format!("{place_text} = {text};"));
    }

    /// The value, and the place with indices that may be written down twice.
    fn with_place(&mut self, value: &Expr, place: &Expr) -> (String, String) {
        let text = self.value(value);
        let (place_text, before) = self.aside(|this| this.place(place));
        let stable = before.as_str().is_empty() || self.is_stable(value);
        let text = if stable { text } else { self.copied(text, &value.ty) };
        self.text.append(&before);
        (text, place_text)
    }

    fn place(&mut self, place: &Expr) -> String {
        match &place.kind {
            ExprKind::Field(base, index) => format!("{}.v{index}", self.place(base)),
            ExprKind::Element(base, index) => {
                let Ty::Array(_, length) = &base.ty else { return String::new() };
                let base = self.place(base);
                let text = self.local_index(index, *length);
                let text = if is_name(&text) { text } else { self.spill(text, &index.ty) };
                format!("{base}[{text}]")
            }
            _ => self.value(place),
        }
    }
}
