//! The kernels of a module: what their ufuncs are made of.

use ndstencil::__private::export::{ElementType, Exported, ExportedLoop};
use pyo3::PyResult;
use pyo3::exceptions::PyImportError;

/// A ufunc as `python_module!` writes it: its name, where that is not its kernel's, and its element functions.
pub type Entry = (Option<&'static str>, &'static [&'static Exported]);

/// A kernel: one element function, or several that differ in their types alone.
#[derive(Debug)]
pub(crate) struct Kernel {
    /// The name in the module.
    pub(crate) name: &'static str,
    functions: &'static [&'static Exported],
}

impl Kernel {
    /// Reads an entry.
    ///
    /// # Errors
    /// There is no inner loop, two loops have the same types, or the functions differ in more than types.
    pub(crate) fn new(&(name, functions): &Entry) -> PyResult<Kernel> {
        let Some((first, others)) = functions.split_first() else {
            return Err(PyImportError::new_err("a ufunc has no kernels"));
        };
        let kernel = Kernel { name: name.unwrap_or_else(|| last_name(first.name)), functions };
        let refuse = |why: String| Err(PyImportError::new_err(format!("the ufunc `{}`: {why}", kernel.name)));
        for other in others {
            if let Some(what) = difference(first, other) {
                return refuse(format!("`{}` and `{}` differ in their {what}", first.name, other.name));
            }
        }
        let mut types: Vec<Vec<ElementType>> = Vec::new();
        for one in kernel.loops() {
            let own = (one.elements)();
            if types.contains(&own) {
                return refuse(format!("two inner loops have the types {own:?}: the second one would never be called"));
            }
            types.push(own);
        }
        if types.is_empty() { refuse("it has no inner loop".to_owned()) } else { Ok(kernel) }
    }

    /// The first function, which stands for all: signature, operands and halos are the same. Its documentation counts.
    pub(crate) fn function(&self) -> &'static Exported {
        self.functions[0]
    }

    /// The inner loops, in the order in which NumPy tries them.
    pub(crate) fn loops(&self) -> impl Iterator<Item = &'static ExportedLoop> {
        self.functions.iter().flat_map(|function| function.loops)
    }

    /// Returns true for one whose reads may leave the array.
    pub(crate) fn has_boundary(&self) -> bool {
        self.function().halos.iter().any(|halo| (0..6).any(|axis| halo.axis(axis) != [0, 0]))
    }
}

/// The last name of a path, `module::function`.
fn last_name(path: &'static str) -> &'static str {
    path.rsplit("::").next().unwrap_or(path)
}

/// The first difference of two functions, of what one ufunc has once.
fn difference(one: &Exported, other: &Exported) -> Option<&'static str> {
    let rules = |function: &Exported| function.loops.first().map(|one| (one.rules)());
    let differences = [
        ("signatures", one.signature != other.signature),
        ("numbers of inputs", one.inputs.len() != other.inputs.len()),
        ("halos", one.halos != other.halos),
        ("boundaries", rules(one) != rules(other)),
    ];
    differences.into_iter().find_map(|(what, differs)| differs.then_some(what))
}
