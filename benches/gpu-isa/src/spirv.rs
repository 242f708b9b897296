//! WGSL to SPIR-V, with the options that wgpu uses on a driver that checks buffer accesses itself.

use naga::back::pipeline_constants::process_overrides;
use naga::back::spv;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, Module};

/// A kind of binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// A uniform block.
    Uniform(u32),
    /// A storage buffer.
    Storage(u32),
}

/// The SPIR-V of one entry point, and the bindings of the module.
///
/// # Panics
///
/// Where the module is wrong.
pub fn compile(wgsl: &str, entry: &str) -> (Vec<u32>, Vec<Binding>) {
    let module = naga::front::wgsl::parse_str(wgsl).unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    let info = Validator::new(ValidationFlags::all(), Capabilities::all())
        .validate(&module)
        .unwrap_or_else(|error| panic!("{}", error.emit_to_string(wgsl)));
    let (module, info) = process_overrides(&module, &info, None, &Default::default()).expect("constants have values");
    let options = spv::Options { flags: spv::WriterFlags::empty(), ..spv::Options::default() };
    let pipeline = spv::PipelineOptions { shader_stage: naga::ShaderStage::Compute, entry_point: entry.to_owned() };
    let words = spv::write_vec(&module, &info, &options, Some(&pipeline)).expect("a valid module is written");
    (words, bindings(&module))
}

fn bindings(module: &Module) -> Vec<Binding> {
    let binding = |variable: &naga::GlobalVariable| {
        let number = variable.binding.as_ref()?.binding;
        Some(if variable.space == AddressSpace::Uniform { Binding::Uniform(number) } else { Binding::Storage(number) })
    };
    module.global_variables.iter().filter_map(|(_, variable)| binding(variable)).collect()
}
