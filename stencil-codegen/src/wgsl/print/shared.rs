//! The parts that the functions of a shader share: structs of tuples, constant arrays, functions that check indices.

use crate::wgsl::lower::types::Ty;
use crate::wgsl::ops::Helpers;

#[derive(Clone, Default)]
pub(crate) struct Shared {
    pub(crate) helpers: Helpers,
    /// Names and texts of what stands at the top, in the order of first use.
    declarations: Vec<(String, String)>,
    constants: usize,
}

impl Shared {
    /// Adds something once.
    pub(crate) fn declare(&mut self, name: &str, text: impl FnOnce(&mut Self) -> String) {
        if !self.declarations.iter().any(|(known, _)| known == name) {
            let place = self.declarations.len();
            self.declarations.push((name.to_owned(), String::new()));
            let text = text(self);
            self.declarations[place].1 = text;
        }
    }

    /// The constant with this value.
    pub(crate) fn constant(&mut self, ty: &str, value: &str) -> String {
        let text = |name: &str| format!("const {name}: {ty} = {value};\n");
        let known = self.declarations.iter().find(|(name, known)| *known == text(name));
        if let Some((name, _)) = known {
            return name.clone();
        }
        self.constants += 1;
        let name = format!("c_{}", self.constants);
        let text = text(&name);
        self.declarations.push((name.clone(), text));
        name
    }

    /// The type in WGSL.
    pub(crate) fn ty(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Scalar(scalar) => scalar.register().to_owned(),
            Ty::Array(element, length) => format!("array<{}, {length}>", self.ty(element)),
            Ty::Tuple(items) => {
                let name = struct_name(ty);
                let fields = items.iter().enumerate().map(|(i, item)| format!("    v{i}: {},\n", self.ty(item)));
                let fields: String = fields.collect();
                self.declare(&name, |_| format!("struct {name} {{\n{fields}}}\n"));
                name
            }
            Ty::Never | Ty::Variable(_) => unreachable!("values have types"),
        }
    }

    /// All declarations.
    pub(crate) fn text(&self) -> String {
        self.declarations.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Tuples of the same registers are the same struct.
fn struct_name(ty: &Ty) -> String {
    match ty {
        Ty::Scalar(scalar) => scalar.register().to_owned(),
        Ty::Array(element, length) => format!("a{length}_{}", struct_name(element)),
        Ty::Tuple(items) => {
            let names: Vec<String> = items.iter().map(struct_name).collect();
            format!("T{}_{}", names.len(), names.join("_"))
        }
        Ty::Never | Ty::Variable(_) => unreachable!("values have types"),
    }
}
