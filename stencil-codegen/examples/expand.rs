//! Prints what an attribute makes of a function, the attribute first:
//! `cargo run --example expand -- 'stencil(boundary = Nearest)' < function.rs`,
//! `cargo run --example expand -- 'gufunc("(n)->()")' < function.rs`.

use std::io::Read;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attribute = std::env::args().nth(1).unwrap_or_default();
    let (name, args) = attribute.split_once('(').unwrap_or((&attribute, ")"));
    let args = args.strip_suffix(')').unwrap_or(args).parse()?;
    let mut item = String::new();
    std::io::stdin().read_to_string(&mut item)?;
    let item = item.parse()?;
    let expansion = match name {
        "stencil" => stencil_codegen::stencil(args, item),
        "gufunc" => stencil_codegen::gufunc(args, item),
        other => return Err(format!("the attributes are `stencil` and `gufunc`, found `{other}`").into()),
    };
    println!("{}", prettyplease::unparse(&syn::parse2(expansion)?));
    Ok(())
}
