//! Prints what `#[stencil(..)]` makes of a function: `cargo run --example expand -- 'boundary = Nearest' < function.rs`.

use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = std::env::args().nth(1).unwrap_or_default();
    let mut item = String::new();
    std::io::stdin().read_to_string(&mut item)?;
    let expansion = stencil_codegen::stencil(args.parse()?, item.parse()?);
    println!("{}", prettyplease::unparse(&syn::parse2(expansion)?));
    Ok(())
}
