//! Loops whose variable is an entry of an offset.

use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprForLoop, UnOp};

use crate::footprint::Read;
use crate::scope::strip;
use crate::tags::Tag;

/// Returns true where an entry of an offset is made of the loop's variable by nothing but arithmetic, so that it is an `isize`.
pub(crate) fn is_offset(node: &ExprForLoop, reads: &[Read]) -> bool {
    struct Finder<'r> {
        reads: &'r [Read],
        name: String,
        number: usize,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Finder<'_> {
        fn visit_expr_index(&mut self, node: &'ast syn::ExprIndex) {
            if let Some(read) = Tag::Read.get(&node.attrs) {
                // By number, too: the name may mean something else by now.
                let mut dependencies = self.reads[read].dependencies.iter();
                let own = self.reads[read].certain
                    && dependencies.any(|one| one.name == self.name && one.number == self.number);
                self.found |= own
                    && match strip(&node.index) {
                        Expr::Array(array) => array.elems.iter().any(|entry| is_made_of(entry, &self.name)),
                        other => is_made_of(other, &self.name),
                    };
            }
            visit::visit_expr_index(self, node);
        }
    }
    let syn::Pat::Ident(pat) = &*node.pat else { return false };
    let Some(number) = Tag::Binding.get(&node.attrs) else { return false };
    let mut finder = Finder { reads, name: pat.ident.to_string(), number, found: false };
    finder.visit_block(&node.body);
    finder.found
}

/// Returns true for a name that is an operand of the arithmetic that makes the value, so that both have one type.
pub(crate) fn is_made_of(expr: &Expr, name: &str) -> bool {
    match strip(expr) {
        Expr::Path(path) => path.path.is_ident(name),
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_made_of(&unary.expr, name),
        Expr::Binary(binary) => {
            use BinOp as B;
            matches!(binary.op, B::Add(_) | B::Sub(_) | B::Mul(_) | B::Div(_) | B::Rem(_))
                && (is_made_of(&binary.left, name) || is_made_of(&binary.right, name))
        }
        _ => false,
    }
}
