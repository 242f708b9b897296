//! Writes random element functions: stencils and gufuncs, each under its attribute and once more as plain Rust.
//!
//! The same seed gives the same programs. Each program has a random choice of the forms of Rust, so that rare
//! combinations come up as often as common ones. Nothing in a program panics, provided that overflow of integers wraps,
//! and nothing depends on what Rust leaves open, such as the sign of a NaN.

pub mod body;
mod expr;
mod forms;
mod gufunc;
mod lets;
mod loops;
mod offsets;
mod outcome;
mod program;
mod reads;
mod rng;
mod stencil;
mod stmt;
mod text;
mod types;

use body::Feature;
pub use program::Program;
use rng::Rng;

/// The choice of programs to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The seed.
    pub seed: u64,
    /// The number of stencils.
    pub stencils: usize,
    /// The number of gufuncs.
    pub gufuncs: usize,
    /// Forms that are left out.
    pub without: Vec<Feature>,
    /// The one program that is written.
    pub only: Option<usize>,
}

impl Settings {
    /// The variables of the environment that change them.
    pub const VARIABLES: [&str; 5] = [
        "NDSTENCIL_PROGRAMS_SEED",
        "NDSTENCIL_PROGRAMS_STENCILS",
        "NDSTENCIL_PROGRAMS_GUFUNCS",
        "NDSTENCIL_PROGRAMS_WITHOUT",
        "NDSTENCIL_PROGRAMS_ONLY",
    ];

    /// The settings that variables give; where one is missing, those of the tests.
    ///
    /// # Panics
    ///
    /// If a variable is no number, or names no form.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Settings {
        let number =
            |name: &str| variable(name).map(|value| value.trim().parse().unwrap_or_else(|_| panic!("{name}={value}")));
        let without = variable("NDSTENCIL_PROGRAMS_WITHOUT").unwrap_or_default();
        for name in without.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            // That one is a way of calling: the harness leaves it out.
            let known = name == "Streaming" || Feature::ALL.iter().any(|feature| format!("{feature:?}") == name);
            assert!(known, "NDSTENCIL_PROGRAMS_WITHOUT={without}: there is no form {name}");
        }
        let left_out = |feature: &Feature| without.split(',').any(|name| name.trim() == format!("{feature:?}"));
        Settings {
            seed: number("NDSTENCIL_PROGRAMS_SEED").unwrap_or(1) as u64,
            stencils: number("NDSTENCIL_PROGRAMS_STENCILS").unwrap_or(100),
            gufuncs: number("NDSTENCIL_PROGRAMS_GUFUNCS").unwrap_or(100),
            without: Feature::ALL.iter().copied().filter(left_out).collect(),
            only: number("NDSTENCIL_PROGRAMS_ONLY"),
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::from_variables(|_| None)
    }
}

/// The stencil with a number.
pub fn stencil(settings: &Settings, number: usize) -> Program {
    stencil::stencil(&mut Rng::new(settings.seed, 2 * number as u64), number, &settings.without)
}

/// The gufunc with a number.
pub fn gufunc(settings: &Settings, number: usize) -> Program {
    gufunc::gufunc(&mut Rng::new(settings.seed, 2 * number as u64 + 1), number, &settings.without)
}

fn batch(settings: &Settings, count: usize, program: impl Fn(&Settings, usize) -> Program) -> String {
    let (mut modules, mut entries) = (String::new(), String::new());
    for number in (0..count).filter(|number| settings.only.is_none_or(|only| only == *number)) {
        let program = program(settings, number);
        modules += &program.module;
        entries += &program.entry;
    }
    format!("const SEED: u64 = {};\n{modules}\nstatic ENTRIES: &[Entry] = &[\n{entries}];\n", settings.seed)
}

/// A file of stencils.
pub fn stencils(settings: &Settings) -> String {
    batch(settings, settings.stencils, stencil)
}

/// A file of gufuncs.
pub fn gufuncs(settings: &Settings) -> String {
    batch(settings, settings.gufuncs, gufunc)
}
