//! What AMD's compiler makes of generated shaders, beside hand-written ones.
//!
//! Mesa's driver compiles for a device that is not there, and tells what it made: no GPU is needed, and the numbers are
//! the same on every machine.

pub mod driver;
pub mod kernels;
pub mod spirv;

use driver::{Driver, Statistics};
use kernels::{KERNELS, Kernel};

/// One shader of the table.
#[derive(Debug)]
pub struct Row {
    /// The kernel's name.
    pub kernel: &'static str,
    /// Who wrote it, and for how many points.
    pub form: Form,
    /// Points that one invocation computes.
    pub outputs: u32,
    /// What the driver says.
    pub statistics: Statistics,
}

/// Who wrote a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The macro, `near` or `core`.
    Generated,
    /// By hand, for as many points.
    Hand,
    /// By hand, for one point or one word.
    Plain,
}

/// Compiles every kernel.
pub fn table(driver: &Driver) -> Vec<Row> {
    KERNELS.iter().flat_map(|kernel| rows(driver, kernel)).collect()
}

/// The three forms of one kernel.
fn rows(driver: &Driver, kernel: &Kernel) -> Vec<Row> {
    let generated = kernel.generate();
    let cells = generated.cells;
    let forms = [
        (Form::Generated, generated.wgsl.as_str(), kernel.entry(), generated.cells * generated.rows),
        (Form::Hand, kernel.hand, "block", generated.cells * generated.rows),
        (Form::Plain, kernel.hand, "plain", cells),
    ];
    let row = |(form, wgsl, entry, outputs): (Form, &str, &str, u32)| {
        let (words, bindings) = spirv::compile(wgsl, entry);
        let statistics = driver.compile(&words, &bindings, entry);
        Row { kernel: kernel.name, form, outputs, statistics }
    };
    forms.into_iter().map(row).collect()
}
