//! Writes the batch of programs that the tests include.

use std::env;
use std::fs;
use std::path::PathBuf;

use ndstencil_generator::Settings;

fn main() {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    for name in Settings::VARIABLES {
        println!("cargo::rerun-if-env-changed={name}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    let settings = Settings::from_variables(|name| env::var(name).ok());
    fs::write(out.join("stencils.rs"), ndstencil_generator::stencils(&settings)).expect("a folder to write to");
    fs::write(out.join("gufuncs.rs"), ndstencil_generator::gufuncs(&settings)).expect("a folder to write to");
}
