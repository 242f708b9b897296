use ndstencil::kernel_module;

#[kernel_module(gpu)]
mod with_arguments {}

#[kernel_module]
fn function() {}

#[kernel_module]
struct Settings;

#[kernel_module]
mod away;

fn main() {}
