//! Names of the body and what they stand for.

use std::collections::HashMap;
use std::rc::Rc;

use syn::{ExprClosure, Item};

use super::tree::{Expr, LocalId, Resource};
use super::types::Ty;

/// The meaning of a name.
#[derive(Clone)]
pub(crate) enum Binding {
    Local(LocalId),
    /// A value that has no name in the shader.
    Value(Expr),
    Resource(Resource),
    Closure(Rc<Closure>),
    /// A constant or a function, by its place among the items.
    Item(usize),
    Type(Ty),
    /// Its `let` was refused, and an error said so.
    Refused,
}

/// A closure: its calls are replaced by its body.
pub(crate) struct Closure {
    pub(crate) expr: ExprClosure,
    /// The names that the body sees.
    pub(crate) scopes: Scopes,
    /// Types of the parameters, the same in each call.
    pub(crate) parameters: Vec<Ty>,
    pub(crate) result: Ty,
}

/// A stack of scopes.
#[derive(Clone, Default)]
pub(crate) struct Scopes {
    stack: Vec<HashMap<String, Binding>>,
    /// The items of the innermost block that has some.
    pub(crate) items: Option<usize>,
}

impl Scopes {
    pub(crate) fn push(&mut self) {
        self.stack.push(HashMap::new());
    }

    pub(crate) fn pop(&mut self) {
        self.stack.pop();
    }

    pub(crate) fn insert(&mut self, name: &str, binding: Binding) {
        if let Some(top) = self.stack.last_mut() {
            top.insert(name.to_owned(), binding);
        }
    }

    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding> {
        self.stack.iter().rev().find_map(|scope| scope.get(name))
    }
}

/// The constants and functions of a block, or of the module.
struct Items {
    parent: Option<usize>,
    names: Vec<(String, usize)>,
}

/// All constants and functions that were met.
#[derive(Default)]
pub(crate) struct ItemTable {
    blocks: Vec<Items>,
    /// Each item, and the block it stands in.
    pub(crate) items: Vec<(Rc<Item>, usize)>,
}

impl ItemTable {
    /// Declares the items of a block inside of `parent` and returns the block's number.
    pub(crate) fn declare<'i>(&mut self, parent: Option<usize>, items: impl Iterator<Item = &'i Item>) -> usize {
        let block = self.blocks.len();
        let mut names = Vec::new();
        for item in items {
            let name = match item {
                Item::Const(item) => item.ident.to_string(),
                Item::Fn(item) => item.sig.ident.to_string(),
                Item::Type(item) => item.ident.to_string(),
                _ => continue,
            };
            names.push((name, self.items.len()));
            self.items.push((Rc::new(item.clone()), block));
        }
        self.blocks.push(Items { parent, names });
        block
    }

    /// The items that an item of `block` sees, and nothing else.
    pub(crate) fn scopes(&self, block: Option<usize>) -> Scopes {
        let mut scopes = Scopes { stack: Vec::new(), items: block };
        let mut next = block;
        while let Some(number) = next {
            let names = self.blocks[number].names.iter();
            scopes.stack.insert(0, names.map(|(name, item)| (name.clone(), Binding::Item(*item))).collect());
            next = self.blocks[number].parent;
        }
        scopes.push();
        scopes
    }

    /// Names the items of `block` in the innermost scope.
    pub(crate) fn enter(&self, block: usize, scopes: &mut Scopes) {
        for (name, item) in &self.blocks[block].names {
            scopes.insert(name, Binding::Item(*item));
        }
        scopes.items = Some(block);
    }
}
