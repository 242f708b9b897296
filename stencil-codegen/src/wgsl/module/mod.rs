//! The whole WGSL module of a kernel: the printed body between its loaders and its entry points.
//!
//! A stencil has two entry points. `near` takes whole blocks whose footprints lie inside of the arrays and reads with
//! plain addresses; `edge` takes everything else and asks maps. A gufunc has `core`, for any strides, and `contiguous`
//! where it is element-wise.

pub(crate) mod bound;
mod contiguous;
mod edge;
pub(crate) mod gufunc;
mod library;
mod near;
mod packing;
pub(crate) mod params;
pub(crate) mod stencil;

use std::collections::HashSet;

use bound::Bound;
use library::Library;
use params::Field;

use super::scalar::Scalar;
use super::text::Text;

/// A module, and what the runtime has to know about it.
#[derive(Default)]
pub(crate) struct Shader {
    pub(crate) text: Text,
    /// The same for a device that computes with `f16` itself, where that makes a difference.
    pub(crate) native_f16: Option<Text>,
    pub(crate) params: Vec<Field>,
    pub(crate) inputs: Vec<Scalar>,
    pub(crate) arrays: Vec<Scalar>,
    pub(crate) outputs: Vec<Scalar>,
    /// Cells along the last axis for each invocation.
    pub(crate) cells: u32,
    /// Rows for each invocation of `near`.
    pub(crate) rows: u32,
    pub(crate) workgroup: [u32; 3],
    /// There is an entry point for operands without gaps.
    pub(crate) contiguous: bool,
    pub(crate) checks: Vec<String>,
    pub(crate) f64: bool,
    pub(crate) int64: bool,
}

/// The body as it was printed.
pub(crate) struct Body {
    /// The functions of the library.
    pub(crate) library: String,
    /// The same for a device that computes with `f16` itself, where that makes a difference.
    pub(crate) native_f16: Option<String>,
    /// The text that does not depend on where it is called.
    pub(crate) shared: Text,
    /// The element function and its helpers, once for each mode of the kernel.
    pub(crate) modes: Vec<Text>,
    pub(crate) checks: Vec<String>,
    /// The body computes with floats of 64 bits, whatever its arguments are.
    pub(crate) f64: bool,
    /// The same of integers.
    pub(crate) int64: bool,
}

/// The pieces that every kernel has.
pub(crate) struct Pieces<'a> {
    pub(crate) inputs: Vec<Scalar>,
    pub(crate) outputs: Vec<Scalar>,
    pub(crate) bound: &'a Bound,
    /// The first of the inputs' bindings.
    first: usize,
    /// Structs, and the entry points.
    frame: String,
    library: Library,
    /// Every field that could be read.
    fields: Vec<Field>,
    cells: u32,
    rows: u32,
    workgroup: [u32; 3],
    contiguous: bool,
}

/// Puts a module together; of the library and of the fields only what is used.
pub(crate) fn link(pieces: Pieces<'_>, body: Body) -> Shader {
    let mut code = Text::default();
    code.append(&body.shared);
    body.modes.iter().for_each(|mode| code.append(mode));
    code.push(&pieces.frame);
    let written = body.library.clone() + code.as_str();
    let (needed, words) = pieces.library.needed(&written);
    code.push(&needed);
    let params = params::used(pieces.fields.clone(), &pieces.bound.scalars, |name| words.contains(name));
    // Also what only moves `f16` has two forms: a device with `f16` needs not convert it.
    let moves = words.iter().any(|word| word.starts_with("half_"));
    let module = |library: &str, native_f16: bool| {
        let mut text = Text::default();
        text.push(if native_f16 { "enable f16;\n" } else { "" });
        text.push(&params::block(&params, &pieces.bound.scalars));
        text.push(&bindings(&pieces, &words, !body.checks.is_empty(), native_f16));
        text.push(library);
        text.append(&code);
        if moves {
            text.push(&packing::halves(native_f16).needed(code.as_str()).0);
        }
        text
    };
    let text = module(&body.library, false);
    let native_f16 = body.native_f16.as_ref().or(moves.then_some(&body.library)).map(|library| module(library, true));
    let f64 = body.f64 || uses(&pieces, &params, &words, "f64");
    // Bits of `f64` are put together in integers.
    let int64 = body.int64 || ["i64", "u64"].iter().any(|ty| uses(&pieces, &params, &words, ty));
    let Pieces { inputs, outputs, bound, cells, rows, workgroup, contiguous, .. } = pieces;
    let arrays = bound.arrays.iter().map(|array| array.scalar).collect();
    let checks = body.checks;
    Shader { text, native_f16, params, inputs, arrays, outputs, cells, rows, workgroup, contiguous, checks, f64, int64 }
}

/// Returns true when a module needs a type: in its code, of which `words` are the names, in a buffer or as a parameter.
fn uses(pieces: &Pieces<'_>, params: &[Field], words: &HashSet<&str>, ty: &str) -> bool {
    let arrays = pieces.bound.arrays.iter().map(|array| &array.scalar);
    let parameter = |field: &Field| match field {
        Field::Scalar(number) => pieces.bound.scalars.get(*number),
        _ => None,
    };
    let held = pieces.inputs.iter().chain(&pieces.outputs).chain(arrays).chain(params.iter().filter_map(parameter));
    words.contains(ty) || held.map(|scalar| scalar.register()).any(|register| register == ty)
}

/// The variables that are bound; `words` are those of the code.
fn bindings(pieces: &Pieces<'_>, words: &HashSet<&str>, checks: bool, native_f16: bool) -> String {
    let mut text = "@group(0) @binding(0) var<uniform> p: Params;\n".to_owned();
    if words.contains("edges") {
        text.push_str("@group(0) @binding(1) var<storage, read> edges: array<i32>;\n");
    }
    let arrays: Vec<Scalar> = pieces.bound.arrays.iter().map(|array| array.scalar).collect();
    let groups = [("in", "read", &pieces.inputs), ("arr", "read", &arrays), ("out", "read_write", &pieces.outputs)];
    let mut binding = pieces.first;
    for (name, access, scalars) in groups {
        for (number, scalar) in scalars.iter().enumerate() {
            let word = packing::word(*scalar, native_f16);
            text.push_str(&format!(
                "@group(0) @binding({binding}) var<storage, {access}> {name}_{number}: array<{word}>;\n"
            ));
            binding += 1;
        }
    }
    if checks {
        text.push_str(&format!("@group(0) @binding({binding}) var<storage, read_write> status: array<atomic<u32>>;\n"));
    }
    text
}

/// The struct of the values of an element function, where there are several.
pub(crate) fn out_struct(outputs: &[Scalar]) -> String {
    if outputs.len() < 2 {
        return String::new();
    }
    let field = |(number, scalar): (usize, &Scalar)| format!("    v{number}: {},\n", scalar.register());
    format!("struct Out {{\n{}}}\n", outputs.iter().enumerate().map(field).collect::<String>())
}

/// One output of the value that an element function returned.
fn output(value: &str, number: usize, outputs: usize) -> String {
    if outputs == 1 { value.to_owned() } else { format!("{value}.v{number}") }
}

/// The first line of an entry point; it ends with the brace.
fn opening(name: &str, [x, y, z]: [u32; 3]) -> String {
    format!("@compute @workgroup_size({x}, {y}, {z})\nfn {name}(@builtin(global_invocation_id) id: vec3<u32>) {{\n")
}

/// ` * 4u` as it follows an expression; nothing for a factor of one.
fn times(factor: u32, suffix: char) -> String {
    if factor == 1 { String::new() } else { format!(" * {factor}{suffix}") }
}

/// `a + b`, without terms that are zero.
fn sum(terms: &[String]) -> String {
    let terms: Vec<&str> = terms.iter().map(String::as_str).filter(|term| !term.is_empty()).collect();
    if terms.is_empty() { "0u".to_owned() } else { terms.join(" + ") }
}

#[cfg(test)]
mod tests {
    use super::bound::Array;
    use super::stencil::{Input, Stencil};
    use super::*;
    use crate::wgsl::validate;

    fn body(modes: &[&str], checks: &[&str]) -> Body {
        let text = |written: &&str| {
            let mut text = Text::default();
            text.push(written);
            text
        };
        let checks = checks.iter().map(|check| (*check).to_owned()).collect();
        Body {
            library: String::new(),
            native_f16: None,
            shared: Text::default(),
            modes: modes.iter().map(text).collect(),
            checks,
            f64: false,
            int64: false,
        }
    }

    /// In both forms, where there are two.
    fn valid(shader: &Shader) {
        for text in [&shader.text].into_iter().chain(&shader.native_f16) {
            if let Err(refusal) = validate::validate(text.as_str()) {
                panic!("{refusal:?}\n{}", text.as_str());
            }
        }
    }

    /// A stencil that uses everything there is.
    fn stencil(rank: usize, stacked: bool, input: Scalar, output: Scalar, other: Scalar) -> Shader {
        let halo = Some(vec![[1, 1]; rank]);
        let still = Some(vec![[0, 0]; rank]);
        let bound = Bound { scalars: vec![input, output], arrays: vec![Array { scalar: other, rank }] };
        let inputs = vec![Input { scalar: input, halo }, Input { scalar: other, halo: still }];
        let rows = if rank == 1 { 1 } else { 2 };
        let stencil = Stencil { rank, inputs, outputs: vec![output, other], bound, stacked, rows };
        let index = vec!["-1i"; rank].join(", ");
        let zero = vec!["0i"; rank].join(", ");
        let unsigned = vec!["0u"; rank].join(", ");
        let mode = |name: &str, at: &str| {
            format!(
                "fn {name}_element(at: {at}) -> Out {{ let a = {name}_0(at, {index}); let b = {name}_1(at, {zero}); \
                 let c = array_0({unsigned}); let d = scalar_0(); let e = scalar_1(); if ({name}_contains(at, {index})) \
                 {{ raise({name}_position_0(at) + shape_0() + array_len_0_0()); }} return Out(e, b); }}"
            )
        };
        stencil.compose(body(&[&mode("near", "Near"), &mode("edge", "Edge")], &["no"]))
    }

    #[test]
    fn every_scalar_and_rank_is_valid() {
        for rank in 1..=4 {
            for stacked in [false, true] {
                valid(&stencil(rank, stacked, Scalar::U8, Scalar::F32, Scalar::I16));
            }
        }
        for scalar in Scalar::ALL {
            valid(&stencil(2, false, scalar, Scalar::U8, Scalar::F16));
            valid(&stencil(2, false, Scalar::F32, scalar, scalar));
        }
    }

    #[test]
    fn what_is_not_used_does_not_appear() {
        let inputs = vec![Input { scalar: Scalar::F32, halo: Some(vec![[0, 0]; 2]) }];
        let bound = Bound::default();
        let stencil = Stencil { rank: 2, inputs, outputs: vec![Scalar::F32], bound, stacked: false, rows: 1 };
        let near = "fn near_element(at: Near) -> f32 { return near_0(at, 0i, 0i); }\n";
        let edge = "fn edge_element(at: Edge) -> f32 { return edge_0(at, 0i, 0i); }\n";
        let shader = stencil.compose(body(&[near, edge], &[]));
        valid(&shader);
        for absent in ["edges", "status", "shape", "lead", "map", "rim", "raise"] {
            assert!(!shader.text.as_str().contains(absent), "{absent}:\n{}", shader.text.as_str());
        }
    }

    #[test]
    fn gufuncs_of_every_scalar_are_valid() {
        use super::gufunc::{Gufunc, Operand, Output};
        for scalar in Scalar::ALL {
            let operand = |dims: &[usize]| Operand { scalar, dims: dims.to_vec() };
            let gufunc = Gufunc {
                inputs: vec![operand(&[0, 1]), operand(&[])],
                outputs: vec![
                    Output { operand: operand(&[]), returned: true },
                    Output { operand: operand(&[1]), returned: false },
                ],
                bound: Bound::default(),
                sizes: vec![None, Some(3)],
            };
            let core = "fn core_element(at: Core) -> REGISTER { put_1(at, core_len_0_0(), core_1(at)); \
                        let old = get_1(at, out_len_1_0()); return core_0(at, 0u, 1u); }"
                .replace("REGISTER", scalar.register());
            valid(&gufunc.compose(body(&[&core], &[])));
        }
    }
}
