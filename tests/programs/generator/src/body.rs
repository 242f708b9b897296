//! The state of a body that is being written.

use crate::offsets::Table;
use crate::rng::Rng;
use crate::types::{Record, Scalar, Ty};

/// Declares the forms, each once.
macro_rules! features {
    ($($Name:ident)*) => {
        /// Forms of Rust that a body may use; each body has its own choice of them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Feature {
            $($Name,)*
        }

        impl Feature {
            /// All of them.
            pub const ALL: &[Feature] = &[$(Feature::$Name),*];
        }
    };
}
features! {
    Tuples TupleFields Arrays Records Methods Closures MutableClosures Helpers Items Match IfLet LetElse
    Return Continue Break Labels While Loop ValueRanges Offsets Shadowing BlockValues Borrows Swaps
    Destructuring References Macros MacroWrites Values Places Iterators Scratch CoreCaptures GpuCells
}

impl Feature {
    /// Forms that a GPU form may have.
    pub const GPU: &[Feature] = {
        use Feature::*;
        &[
            Tuples,
            TupleFields,
            Arrays,
            Items,
            Match,
            Return,
            Continue,
            Break,
            Labels,
            While,
            Loop,
            Offsets,
            Places,
            GpuCells,
        ]
    };

    /// Forms that a gufunc may have and still run side by side.
    pub const LANES: &[Feature] = {
        use Feature::*;
        &[
            Tuples,
            TupleFields,
            Arrays,
            Records,
            Methods,
            Closures,
            Helpers,
            Match,
            IfLet,
            While,
            Shadowing,
            BlockValues,
            Borrows,
            Swaps,
            Destructuring,
            Macros,
            Iterators,
            Scratch,
            CoreCaptures,
        ]
    };
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// True when it may be written to.
    pub mutable: bool,
    /// If it is an offset that is known while compiling: its column of the table.
    pub column: Option<usize>,
    /// True when its type is written.
    pub typed: bool,
    /// If it is an index below the size of a core dimension: which.
    pub bound: Option<usize>,
    /// True when it must not be named, because it is borrowed.
    pub hidden: bool,
    /// True when it is the same for all loop elements.
    pub alike: bool,
}

/// An input of a stencil.
#[derive(Clone, Debug)]
pub struct Window {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub element: Ty,
    /// The cells before and after the point that are read, for each axis.
    pub halo: Vec<[i64; 2]>,
}

/// An operand of a gufunc with dimensions, or an output `()` that is written.
#[derive(Clone, Debug)]
pub struct Core {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub element: Scalar,
    /// Its dimensions.
    pub dims: Vec<usize>,
    /// True when it is written to.
    pub output: bool,
}

impl Core {
    /// The size of a dimension, as Rust asks for it.
    pub fn size(&self, axis: usize) -> String {
        match (self.dims.len(), axis) {
            (1, _) => format!("{}.len()", self.name),
            (_, 0) => format!("{}.nrows()", self.name),
            _ => format!("{}.ncols()", self.name),
        }
    }
}

/// An array that is bound as a parameter.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub element: Scalar,
    /// Its shape, of one or two axes.
    pub shape: Vec<usize>,
}

/// Scratch memory.
#[derive(Clone, Debug)]
pub struct Scratch {
    /// Its name.
    pub name: String,
    /// The type of its elements.
    pub element: Scalar,
    /// The dimension whose size it has at least.
    pub bound: Option<usize>,
    /// True when it is known to have an element.
    pub full: bool,
}

/// A function or a closure.
#[derive(Clone, Debug)]
pub struct Helper {
    /// Its name.
    pub name: String,
    /// The types of its arguments.
    pub arguments: Vec<Scalar>,
    /// The type of its result.
    pub result: Scalar,
}

/// A loop, or a block with a label, around the place.
#[derive(Clone, Debug)]
pub struct Loop {
    /// Its label.
    pub label: Option<String>,
    /// True when `continue` may name it.
    pub continues: bool,
    /// True when it needs its label to be named.
    pub block: bool,
}

/// A body that is being written.
pub struct Body<'r> {
    /// The choices.
    pub rng: &'r mut Rng,
    /// The forms that it may use.
    pub features: Vec<Feature>,
    /// The variables in scope; of the same name the last one is meant.
    pub vars: Vec<Var>,
    /// The inputs of a stencil.
    pub windows: Vec<Window>,
    /// The operands of a gufunc.
    pub cores: Vec<Core>,
    /// Scratch memory.
    pub scratch: Vec<Scratch>,
    /// Arrays that are bound as parameters.
    pub weights: Vec<Weights>,
    /// Functions and closures in scope.
    pub helpers: Vec<Helper>,
    /// The loops around.
    pub loops: Vec<Loop>,
    /// The values of offsets.
    pub table: Table,
    /// The struct.
    pub record: Option<Record>,
    /// The types of what is returned.
    pub outs: Vec<Ty>,
    /// The farthest offset along an axis at which inputs may be read.
    pub reach: i64,
    /// True when the halo is declared, so that offsets may be computed.
    pub declared: bool,
    /// True when core dimensions have at least one cell.
    pub full: bool,
    /// True when it has a GPU form.
    pub gpu: bool,
    /// True when it shall run side by side.
    pub lanes: bool,
    /// A count for fresh names.
    pub fresh: usize,
    /// The number of statements left.
    pub budget: usize,
    /// Greater than 0 where expressions must not write, return or break.
    pub quiet: usize,
    /// Greater than 0 where memory that is written to must not be named.
    pub sealed: usize,
    /// Greater than 0 where only some of the loop elements come.
    pub apart: usize,
    /// Greater than 0 in calls of macros, where a window's name means the window, whatever hides it.
    pub macros: usize,
    /// Functions that are given a window: name, window, result.
    pub escapes: Vec<(String, String, Scalar)>,
}

/// The state that a block restores at its end.
pub struct Mark {
    vars: usize,
    helpers: usize,
    table: Table,
    scratch: Vec<Scratch>,
}

const NAMES: [&str; 18] =
    ["a", "b", "c", "u", "v", "w", "t", "sum", "max", "min", "len", "abs", "i", "j", "k", "n", "count", "out"];

impl<'r> Body<'r> {
    /// A body without anything in scope.
    pub fn new(rng: &'r mut Rng, features: Vec<Feature>) -> Body<'r> {
        Body {
            rng,
            features,
            vars: Vec::new(),
            windows: Vec::new(),
            cores: Vec::new(),
            scratch: Vec::new(),
            weights: Vec::new(),
            helpers: Vec::new(),
            loops: Vec::new(),
            table: Table::new(),
            record: None,
            outs: Vec::new(),
            reach: 2,
            declared: false,
            full: true,
            gpu: false,
            lanes: false,
            fresh: 0,
            budget: 16,
            quiet: 0,
            sealed: 0,
            apart: 0,
            escapes: Vec::new(),
            macros: 0,
        }
    }

    /// True in so many of a hundred cases, where the form is chosen at all.
    pub fn may(&mut self, feature: Feature, percent: usize) -> bool {
        self.features.contains(&feature) && self.rng.chance(percent)
    }

    /// The beginning of a block.
    pub fn enter(&self) -> Mark {
        Mark {
            vars: self.vars.len(),
            helpers: self.helpers.len(),
            table: self.table.clone(),
            scratch: self.scratch.clone(),
        }
    }

    /// The end of a block.
    pub fn leave(&mut self, mark: Mark) {
        self.vars.truncate(mark.vars);
        self.helpers.truncate(mark.helpers);
        self.table = mark.table;
        self.scratch = mark.scratch;
    }

    /// A number that no name has yet.
    pub fn number(&mut self) -> usize {
        self.fresh += 1;
        self.fresh
    }

    /// The name of a new variable: one that is in use, where shadowing is chosen.
    pub fn name(&mut self) -> String {
        if self.may(Feature::Shadowing, 30) {
            let kept = |name: &str| name.starts_with("CONST") || name.starts_with("LIST") || name.starts_with("turn");
            let used = self.vars.iter().filter(|var| !var.hidden && !kept(&var.name)).map(|var| var.name.clone());
            let used: Vec<String> = used.collect();
            let windows = self.windows.iter().filter(|_| self.macros == 0).map(|window| window.name.clone());
            let cores = self.cores.iter().filter(|core| !core.output).map(|core| core.name.clone());
            let cores = cores.filter(|_| !self.lanes);
            let all: Vec<String> = used.into_iter().chain(windows).chain(cores).collect();
            if !all.is_empty() {
                return all[self.rng.below(all.len())].clone();
            }
        }
        let name = self.rng.pick(&NAMES);
        let taken = self.vars.iter().any(|var| var.name == name)
            || self.windows.iter().any(|window| window.name == name)
            || self.cores.iter().any(|core| core.name == name)
            || self.scratch.iter().any(|scratch| scratch.name == name)
            || self.weights.iter().any(|weights| weights.name == name);
        if taken { format!("{name}{}", self.number()) } else { name.to_string() }
    }

    /// A name that is different from these.
    pub fn name_apart(&mut self, others: &[String]) -> String {
        let name = self.name();
        if others.contains(&name) { format!("{name}{}", self.number()) } else { name }
    }

    /// Returns true when no variable hides the name.
    pub fn is_free(&self, name: &str) -> bool {
        self.vars.iter().all(|var| var.name != name)
    }

    /// Puts a variable into scope.
    pub fn declare(&mut self, name: &str, ty: Ty, mutable: bool) {
        self.vars.push(Var {
            name: name.to_string(),
            ty,
            mutable,
            column: None,
            typed: true,
            bound: None,
            hidden: false,
            alike: false,
        });
    }

    /// The variables that can be named here, by number.
    pub fn visible(&self) -> Vec<usize> {
        let last = |n: usize| self.vars[n + 1..].iter().all(|var| var.name != self.vars[n].name);
        (0..self.vars.len()).filter(|&n| !self.vars[n].hidden && last(n)).collect()
    }

    /// The numbers in the variables that can be named, each with its path.
    pub fn leaves(&self, mutable: bool) -> Vec<(String, Scalar)> {
        let mut leaves = Vec::new();
        for n in self.visible() {
            let var = &self.vars[n];
            if !mutable || var.mutable {
                leaves.extend(var.ty.leaves(&var.name, self.record.as_ref()));
            }
        }
        if mutable && !self.features.contains(&Feature::TupleFields) {
            leaves.retain(|(path, _)| !path.contains('.'));
        }
        leaves
    }

    /// A type of numbers to compute with.
    pub fn scalar(&mut self) -> Scalar {
        if self.gpu {
            return self.rng.pick(&[Scalar::I32, Scalar::U32, Scalar::I32, Scalar::U8, Scalar::I16, Scalar::Bool]);
        }
        let mut near: Vec<Scalar> = self.leaves(false).into_iter().map(|(_, scalar)| scalar).collect();
        near.extend(self.cores.iter().map(|core| core.element));
        near.retain(|scalar| !matches!(scalar, Scalar::Usize | Scalar::Isize));
        if !near.is_empty() && self.rng.chance(60) {
            return near[self.rng.below(near.len())];
        }
        self.rng.pick(&[
            Scalar::I32,
            Scalar::I32,
            Scalar::F32,
            Scalar::F64,
            Scalar::U8,
            Scalar::I16,
            Scalar::U32,
            Scalar::I64,
            Scalar::Bool,
        ])
    }

    /// A type of integers to compute with.
    pub fn integer(&mut self) -> Scalar {
        if self.gpu {
            return self.rng.pick(&[Scalar::I32, Scalar::U32, Scalar::I32, Scalar::U8]);
        }
        self.rng.pick(&[Scalar::I32, Scalar::U8, Scalar::I16, Scalar::U32, Scalar::I64, Scalar::I32])
    }
}
