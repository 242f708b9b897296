//! The code that AMD's compiler makes of generated shaders, beside hand-written ones.
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
    /// Its author, and the number of points that it is for.
    pub form: Form,
    /// Points that one invocation computes.
    pub outputs: u32,
    /// The driver's figures.
    pub statistics: Statistics,
}

/// The author of a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The macro, `near` or `core`, for a device with `f16` where that makes a difference.
    Generated,
    /// The same for every device, where it differs.
    Portable,
    /// By hand, for as many points.
    Hand,
    /// By hand, for one point or one word.
    Plain,
    /// By hand, with instructions for two points at once.
    Packed,
}

/// Compiles every kernel that the chip can run.
pub fn table(driver: &Driver) -> Vec<Row> {
    let runs = |kernel: &&Kernel| driver.f16 || !kernel.hand.starts_with("enable f16;");
    KERNELS.iter().filter(runs).flat_map(|kernel| rows(driver, kernel)).collect()
}

/// The forms of one kernel.
fn rows(driver: &Driver, kernel: &Kernel) -> Vec<Row> {
    let generated = kernel.generate();
    let (cells, block) = (generated.cells, generated.cells * generated.rows);
    let portable = generated.wgsl.as_str();
    let mut forms = vec![
        (Form::Generated, generated.native_f16.as_deref().unwrap_or(portable), kernel.entry, block),
        (Form::Hand, kernel.hand, kernel.hand_entry, block),
    ];
    if kernel.hand_entry != "plain" {
        forms.push((Form::Plain, kernel.hand, "plain", cells));
    }
    if generated.native_f16.is_some() {
        forms.push((Form::Portable, portable, kernel.entry, block));
    }
    if kernel.hand.contains("fn packed(") {
        forms.push((Form::Packed, kernel.hand, "packed", block));
    }
    let row = |(form, wgsl, entry, outputs): (Form, &str, &str, u32)| {
        let (words, bindings) = spirv::compile(wgsl, entry);
        let statistics = driver.compile(&words, &bindings, entry);
        Row { kernel: kernel.name, form, outputs, statistics }
    };
    forms.into_iter().map(row).collect()
}
