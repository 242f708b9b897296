//! The functions of one shader: the element function and the helpers that it calls.

use super::scope::ItemTable;
use super::tree::{Function, Resource, Uses};
use super::types::Ty;
use crate::wgsl::scalar::Scalar;
use crate::wgsl::source::{Kind, Source};

/// An argument that a call hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Value(Ty),
    /// Windows, arrays and views are known while compiling: there is one helper for each.
    Resource(Resource),
}

/// Tells the forms of a helper apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// The place among the items.
    pub(crate) item: usize,
    pub(crate) generics: Vec<Ty>,
    pub(crate) arguments: Vec<Given>,
    pub(crate) result: Ty,
}

/// One form of a helper.
pub(crate) struct Helper {
    pub(crate) key: Key,
    pub(crate) name: String,
    /// Filled when its turn comes.
    pub(crate) function: Option<Function>,
    /// The helpers that it calls.
    pub(crate) calls: Vec<usize>,
}

/// A window, array or view of the element function.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    pub(crate) resource: Resource,
    pub(crate) element: Scalar,
    pub(crate) rank: usize,
    /// The length of an array whose type tells it.
    pub(crate) length: Option<usize>,
    /// The box that may be read from a window.
    pub(crate) halo: Option<Vec<[usize; 2]>>,
    /// Dimensions of the signature: axes of one dimension are of one length.
    pub(crate) dims: Vec<usize>,
    pub(crate) name: String,
}

impl Extent {
    /// The size that tells the length of an axis from others.
    pub(crate) fn size(&self, axis: usize) -> Size {
        match self.dims.get(axis) {
            Some(dim) => Size::Dimension(*dim),
            None => Size::Axis(self.resource, axis),
        }
    }
}

/// A length that is not known while compiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Dimension(usize),
    Axis(Resource, usize),
}

/// Everything that is known across functions.
pub(crate) struct Program<'a> {
    pub(crate) source: &'a Source<'a>,
    pub(crate) items: ItemTable,
    pub(crate) extents: Vec<Extent>,
    pub(crate) helpers: Vec<Helper>,
    pub(crate) uses: Uses,
}

impl<'a> Program<'a> {
    pub(crate) fn new(source: &'a Source<'a>) -> Self {
        let extents = source.arguments.iter().filter_map(|argument| extent(&argument.kind, argument.name)).collect();
        Self { source, items: ItemTable::default(), extents, helpers: Vec::new(), uses: Uses::default() }
    }

    pub(crate) fn extent(&self, resource: Resource) -> &Extent {
        let found = self.extents.iter().find(|extent| extent.resource == resource);
        found.expect("resources are made of the parameters")
    }

    /// The extent, where the resource is more than an element by value.
    pub(crate) fn extent_or_scalar(&self, resource: Resource) -> Option<&Extent> {
        self.extents.iter().find(|extent| extent.resource == resource)
    }

    /// The form of a helper for these arguments.
    pub(crate) fn request(&mut self, key: Key, name: &str) -> usize {
        if let Some(known) = self.helpers.iter().position(|helper| helper.key == key) {
            return known;
        }
        let mut unique = format!("f_{}", name.trim_start_matches("r#"));
        for given in &key.arguments {
            if let Given::Resource(resource) = given {
                let (letter, number) = match resource {
                    Resource::Window(number) => ("", number),
                    Resource::Array(number) => ("a", number),
                    Resource::Input(number) => ("i", number),
                    Resource::Output(number) => ("o", number),
                };
                unique.push_str(&format!("_{letter}{number}"));
            }
        }
        let taken = |name: &String| self.helpers.iter().any(|helper| helper.name == *name);
        let base = unique.clone();
        let mut count = 0;
        while taken(&unique) {
            count += 1;
            unique = format!("{base}_v{count}");
        }
        self.helpers.push(Helper { key, name: unique, function: None, calls: Vec::new() });
        self.helpers.len() - 1
    }

    /// A helper that calls itself, at last.
    pub(crate) fn cycle(&self) -> Option<usize> {
        (0..self.helpers.len()).find(|start| {
            let mut reached = vec![false; self.helpers.len()];
            let mut next = self.helpers[*start].calls.clone();
            while let Some(helper) = next.pop() {
                if !std::mem::replace(&mut reached[helper], true) {
                    next.extend(&self.helpers[helper].calls);
                }
            }
            reached[*start]
        })
    }
}

fn extent(kind: &Kind, name: &syn::Ident) -> Option<Extent> {
    let (resource, element, rank) = match kind {
        Kind::Window { number, element, rank, .. } => (Resource::Window(*number), *element, *rank),
        Kind::Array { number, rank, element, .. } => (Resource::Array(*number), *element, *rank),
        Kind::Input { number, element, dims } => (Resource::Input(*number), *element, dims.len()),
        Kind::Output { number, element, dims } => (Resource::Output(*number), *element, dims.len()),
        Kind::Scalar { .. } | Kind::Values { .. } => return None,
    };
    let mut extent =
        Extent { resource, element, rank, length: None, halo: None, dims: Vec::new(), name: name.to_string() };
    match kind {
        Kind::Window { halo, .. } => extent.halo = halo.clone(),
        Kind::Array { len, .. } => extent.length = *len,
        Kind::Input { dims, .. } | Kind::Output { dims, .. } => extent.dims = dims.clone(),
        Kind::Scalar { .. } | Kind::Values { .. } => {}
    }
    // An input without dimensions is an element by value, which has no extent.
    (rank > 0 || matches!(kind, Kind::Output { .. })).then_some(extent)
}
