//! Whole gufuncs.

use crate::body::{Body, Core, Feature, Scratch, Weights};
use crate::program::{Parameter, Program, kind, module, parameters, record, weights};
use crate::rng::Rng;
use crate::text::{Form, either, read};
use crate::types::{Scalar, Ty};

/// A signature: its text, and the dimensions of inputs and outputs, 0 for `m` and 1 for `n`.
type Signature = (&'static str, &'static [&'static [usize]], &'static [&'static [usize]]);

const SIGNATURES: [Signature; 16] = [
    ("(n)->()", &[&[1]], &[&[]]),
    ("(n)->()", &[&[1]], &[&[]]),
    ("(n)->()", &[&[1]], &[&[]]),
    ("(n),(n)->()", &[&[1], &[1]], &[&[]]),
    ("(n)->(n)", &[&[1]], &[&[1]]),
    ("(n),(n)->(n)", &[&[1], &[1]], &[&[1]]),
    ("(m,n)->(n)", &[&[0, 1]], &[&[1]]),
    ("(m,n)->()", &[&[0, 1]], &[&[]]),
    ("(m,n),(n)->(m)", &[&[0, 1], &[1]], &[&[0]]),
    ("(m,n)->(n,m)", &[&[0, 1]], &[&[1, 0]]),
    ("()->()", &[&[]], &[&[]]),
    ("(),()->()", &[&[], &[]], &[&[]]),
    ("(n),()->()", &[&[1], &[]], &[&[]]),
    ("(n)->(),()", &[&[1]], &[&[], &[]]),
    ("(n)->(n),()", &[&[1]], &[&[1], &[]]),
    ("(n),()->(),(n)", &[&[1], &[]], &[&[], &[1]]),
];

/// The parts of a gufunc.
struct Shape {
    signature: Signature,
    inputs: Vec<Scalar>,
    outputs: Vec<Scalar>,
    /// True when outputs `()` are returned, and not written.
    returns: bool,
    scratch: Vec<Scalar>,
    loops: usize,
    gpu: bool,
    empty: bool,
}

fn scalar(rng: &mut Rng, gpu: bool) -> Scalar {
    if gpu {
        return rng.pick(&[Scalar::I32, Scalar::I32, Scalar::U32, Scalar::U8]);
    }
    rng.pick(&[
        Scalar::I32,
        Scalar::I32,
        Scalar::F32,
        Scalar::F32,
        Scalar::F64,
        Scalar::U8,
        Scalar::I16,
        Scalar::U32,
        Scalar::I64,
        Scalar::Bool,
    ])
}

impl Shape {
    fn drawn(rng: &mut Rng, gpu: bool, features: &[Feature]) -> Shape {
        let scratch = features.contains(&Feature::Scratch);
        let written = !gpu || features.contains(&Feature::GpuCells);
        let signature = rng.pick(&SIGNATURES);
        let inputs: Vec<Scalar> = signature.1.iter().map(|_| scalar(rng, gpu)).collect();
        let outputs = signature.2.iter().map(|_| scalar(rng, gpu)).collect();
        let scratched = scratch && !gpu && signature.1[0].len() == 1 && rng.chance(60);
        let element = if rng.chance(70) { inputs[0] } else { rng.pick(&[Scalar::I32, Scalar::F32]) };
        Shape {
            signature,
            inputs,
            outputs,
            returns: signature.2.iter().any(|dims| dims.is_empty()) && (rng.chance(85) || !written),
            scratch: if scratched { vec![element] } else { Vec::new() },
            loops: rng.pick(&[1, 1, 2]),
            gpu,
            empty: rng.chance(25),
        }
    }

    /// Returns true when an output is returned.
    fn returned(&self, output: usize) -> bool {
        self.returns && self.signature.2[output].is_empty()
    }
}

const INPUTS: [&str; 2] = ["x", "w"];
const OUTPUTS: [&str; 2] = ["y", "z"];

/// The forms of a body: for two of three bodies those that run side by side, and perhaps one more.
fn features(rng: &mut Rng, gpu: bool, lanes: bool) -> Vec<Feature> {
    if gpu {
        return Feature::GPU.iter().copied().filter(|_| rng.chance(50)).collect();
    }
    if !lanes {
        return Feature::ALL.iter().copied().filter(|_| rng.chance(50)).collect();
    }
    let mut features: Vec<Feature> = Feature::LANES.iter().copied().filter(|_| rng.chance(40)).collect();
    if rng.chance(15) {
        features.push(rng.pick(Feature::ALL));
    }
    features
}

/// A gufunc.
pub fn gufunc(rng: &mut Rng, number: usize, without: &[Feature]) -> Program {
    let gpu = rng.chance(10);
    let lanes = !gpu && rng.chance(72);
    let mut features = features(rng, gpu, lanes);
    features.retain(|feature| !without.contains(feature));
    let shape = Shape::drawn(rng, gpu, &features);
    let bound = parameters(rng, gpu);
    let weighted = weights(rng, gpu);
    let record_of = (!gpu).then(|| record(rng));
    let mut body = Body::new(rng, features);
    body.gpu = gpu;
    body.lanes = lanes;
    body.full = !shape.empty;
    body.record = record_of;
    body.budget = 14;
    let mut outside = String::new();
    if body.features.contains(&Feature::Helpers) {
        let (function, helper) = body.function("outer0");
        outside += &function;
        body.helpers.push(helper);
    }
    declare(&mut body, &shape, &bound, &weighted);
    let mut text = fill_scratch(&mut body);
    text += &body.let_mutable();
    text += &body.aggregate();
    text += &body.aggregate();
    let before = body.rng.below(3);
    text += &body.statements(before);
    text += &body.core_loop().unwrap_or_default();
    let after = 1 + body.rng.below(4);
    text += &body.statements(after);
    text += &body.ending();
    let record = body.record.clone();
    assemble(number, &shape, &bound, &weighted, record.as_ref(), &outside, &text)
}

fn declare(body: &mut Body<'_>, shape: &Shape, bound: &[Parameter], weighted: &[Weights]) {
    for (n, dims) in shape.signature.1.iter().enumerate() {
        if dims.is_empty() {
            body.declare(INPUTS[n], Ty::One(shape.inputs[n]), false);
        } else {
            let (name, element) = (INPUTS[n].to_string(), shape.inputs[n]);
            body.cores.push(Core { name, element, dims: dims.to_vec(), output: false });
        }
    }
    for (n, dims) in shape.signature.2.iter().enumerate() {
        if shape.returned(n) {
            body.outs.push(Ty::One(shape.outputs[n]));
        } else {
            let (name, element) = (OUTPUTS[n].to_string(), shape.outputs[n]);
            body.cores.push(Core { name, element, dims: dims.to_vec(), output: true });
        }
    }
    for parameter in bound {
        body.declare(&parameter.name, Ty::One(parameter.ty), false);
    }
    body.weights = weighted.to_vec();
    for element in &shape.scratch {
        body.scratch.push(Scratch { name: "s".to_string(), element: *element, bound: None, full: false });
    }
}

/// The statement that puts scratch into a known state.
fn fill_scratch(body: &mut Body<'_>) -> String {
    let Some(scratch) = body.scratch.first().cloned() else { return String::new() };
    let core = body.cores[0].clone();
    let name = &scratch.name;
    let mut text = format!("{name}.clear();\n");
    let same = core.element == scratch.element;
    match body.rng.below(6) {
        0 | 1 if same => text += &format!("{name}.extend({});\n", core.name),
        2 if same => text += &format!("{name}.extend({}.iter().copied());\n", core.name),
        0..=3 => {
            let mark = body.enter();
            body.declare("v", Ty::One(core.element), false);
            body.quiet += 1;
            body.sealed += 1;
            let value = body.expr(scratch.element, 1);
            body.sealed -= 1;
            body.quiet -= 1;
            body.leave(mark);
            text += &format!("{name}.extend({}.iter().map(|&v| {value}));\n", core.name);
        }
        4 => text += &format!("{name}.resize({}.len(), {});\n", core.name, scratch.element.literal(body.rng)),
        _ => {
            text += &format!("{name}.resize(4, {});\n", scratch.element.literal(body.rng));
            body.scratch[0].full = true;
            return text;
        }
    }
    body.scratch[0].bound = Some(core.dims[0]);
    body.scratch[0].full = body.full;
    if scratch.element != Scalar::Bool && body.rng.chance(50) {
        text += &format!("sort_slice({name});\n");
    }
    text
}

fn assemble(
    number: usize,
    shape: &Shape,
    bound: &[Parameter],
    weighted: &[Weights],
    record: Option<&crate::types::Record>,
    outside: &str,
    body: &str,
) -> Program {
    let function = format!("{}{}", header(shape, bound, weighted), body);
    let items = format!("{}{outside}", record.map(crate::program::record_text).unwrap_or_default());
    let gpu = if shape.gpu { ", gpu" } else { "" };
    let attribute = format!("#[gufunc(\"{}\"{gpu})]", shape.signature.0);
    let kernel = format!("{}{attribute}\n{}}}\n", read(&items, Form::Kernel), read(&function, Form::Kernel));
    let plain = format!("{}{}}}\n", read(&items, Form::Plain), read(&function, Form::Plain));
    let run = runner(shape, bound, weighted);
    let entry = entry(number, shape);
    Program { number, source: kernel.clone(), module: module("gufunc", number, &kernel, &plain, &run), entry }
}

fn header(shape: &Shape, bound: &[Parameter], weighted: &[Weights]) -> String {
    let mut parts = Vec::new();
    for (n, dims) in shape.signature.1.iter().enumerate() {
        let (name, element) = (INPUTS[n], shape.inputs[n].name());
        parts.push(match dims.len() {
            0 => format!("{name}: {element}"),
            1 => either(&format!("{name}: ArrayView1<{element}>"), &format!("{name}: &[{element}]")),
            _ => either(&format!("{name}: ArrayView2<{element}>"), &format!("{name}: Grid<'_, {element}>")),
        });
    }
    parts.extend(bound.iter().map(Parameter::text));
    parts.extend(weighted.iter().map(crate::program::weights_text));
    parts.extend(shape.scratch.iter().map(|element| format!("s: &mut Vec<{}>", element.name())));
    let mut outs = Vec::new();
    for (n, dims) in shape.signature.2.iter().enumerate() {
        let (name, element) = (OUTPUTS[n], shape.outputs[n].name());
        if shape.returned(n) {
            outs.push(element.to_string());
            continue;
        }
        let kernel = format!("mut {name}: ArrayViewMut{}<{element}>", dims.len());
        parts.push(match dims.len() {
            0 => either(&kernel, &format!("mut {name}: One<'_, {element}>")),
            1 => either(&kernel, &format!("{name}: &mut [{element}]")),
            _ => either(&kernel, &format!("mut {name}: GridMut<'_, {element}>")),
        });
    }
    let result = match outs.len() {
        0 => String::new(),
        1 => format!(" -> {}", outs[0]),
        _ => format!(" -> ({})", outs.join(", ")),
    };
    format!("pub fn program({}){result} {{\n", parts.join(", "))
}

fn sizes(dims: &[usize]) -> String {
    let sizes: Vec<String> = dims.iter().map(|dim| format!("call.sizes[{dim}]")).collect();
    sizes.join(", ")
}

/// The function that calls both forms, and the one that tells whether it runs side by side.
fn runner(shape: &Shape, bound: &[Parameter], weighted: &[Weights]) -> String {
    let ranked = |dims: &[&[usize]], scalars: &[Scalar]| {
        let both = dims.iter().zip(scalars);
        both.map(|(dims, scalar)| (scalar.name().to_string(), shape.loops + dims.len())).collect::<Vec<_>>()
    };
    let (values, made) = (crate::program::weights_values(weighted), made(bound, weighted));
    [
        format!("pub fn run(call: &Call<'_>, outs: &mut Outs) {{\n{values}"),
        "if matches!(call.how, How::Plain | How::PlainInto) {\n".to_string(),
        plain_loop(shape, &crate::program::arguments(bound, weighted, Form::Plain)),
        "return;\n}\n".to_string(),
        crate::program::inputs(&ranked(shape.signature.1, &shape.inputs)),
        format!("let made = {made};\n"),
        crate::program::calls(shape.inputs.len(), &ranked(shape.signature.2, &shape.outputs), shape.gpu),
        format!("}}\npub fn lanes() -> bool {{\n{values}ndstencil_programs::has_lanes(&{made})\n}}\n"),
    ]
    .concat()
}

/// The plain loop.
fn plain_loop(shape: &Shape, given: &str) -> String {
    let outputs = || shape.signature.2.iter().enumerate();
    let mut text: String = outputs().map(|(n, dims)| format!("outs.open({n}, &call.shape(&{dims:?}));\n")).collect();
    text += "for element in 0..call.loops.iter().product() {\n";
    let mut arguments = Vec::new();
    for (n, dims) in shape.signature.1.iter().enumerate() {
        text += &format!("let core{n} = call.core::<{}>({n}, element, &{dims:?});\n", shape.inputs[n].name());
        arguments.push(match dims.len() {
            0 => format!("core{n}[0]"),
            1 => format!("&core{n}"),
            _ => format!("Grid {{ cells: &core{n}, shape: [{}] }}", sizes(dims)),
        });
    }
    let last = arguments.len() - 1;
    arguments[last] += given;
    arguments.extend(shape.scratch.iter().map(|_| "&mut Vec::new()".to_string()));
    for (n, dims) in outputs().filter(|(n, _)| !shape.returned(*n)) {
        let product = if dims.is_empty() { "1".to_string() } else { sizes(dims).replace(", ", " * ") };
        text += &format!("let mut out{n} = vec![<{}>::default(); {product}];\n", shape.outputs[n].name());
        arguments.push(match dims.len() {
            0 => format!("One(&mut out{n}[0])"),
            1 => format!("&mut out{n}"),
            _ => format!("GridMut {{ cells: &mut out{n}, shape: [{}] }}", sizes(dims)),
        });
    }
    text += &format!("let value = plain::program({});\n", arguments.join(", "));
    let returned: Vec<usize> = (0..shape.outputs.len()).filter(|&n| shape.returned(n)).collect();
    for (n, dims) in outputs() {
        let values = match returned.iter().position(|&output| output == n) {
            Some(_) if returned.len() == 1 => "&[value]".to_string(),
            Some(place) => format!("&[value.{place}]"),
            None => format!("&out{n}"),
        };
        text += &format!("outs.extend({n}, &call.shape(&{dims:?}), {values});\n");
    }
    text + "}\n"
}

fn made(bound: &[Parameter], weighted: &[Weights]) -> String {
    let arguments = crate::program::arguments(bound, weighted, Form::Kernel);
    format!("kernel::program({})", arguments.trim_start_matches(", "))
}

fn entry(number: usize, shape: &Shape) -> String {
    let kinds: Vec<String> = shape.inputs.iter().map(|&scalar| kind(&Ty::One(scalar))).collect();
    let cores: Vec<String> = shape.signature.1.iter().map(|dims| format!("&{dims:?}")).collect();
    format!(
        "Entry {{ number: {number}, source: gufunc_{number}::SOURCE, run: gufunc_{number}::run, inputs: &[{}], outputs: {}, rank: {}, cores: &[{}], empty: {}, lanes: gufunc_{number}::lanes, gpu: {}, rules: &[], still: false, halo: &[] }},\n",
        kinds.join(", "),
        shape.outputs.len(),
        shape.loops,
        cores.join(", "),
        shape.empty,
        shape.gpu,
    )
}
