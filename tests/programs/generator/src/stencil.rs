//! Whole stencils.

use crate::body::{Body, Feature, Weights, Window};
use crate::program::{Parameter, Program, kind, module, parameters, record, weights};
use crate::rng::Rng;
use crate::text::{Form, either, read};
use crate::types::{Scalar, Ty};

/// A rule of a side.
#[derive(Clone, Debug, PartialEq)]
enum Rule {
    Plain(&'static str),
    Constant(String),
    With(&'static str),
    Fill(usize),
}

impl Rule {
    fn is_rim(&self) -> bool {
        matches!(self, Rule::Fill(_) | Rule::Plain("Keep" | "Shrink"))
    }

    /// As the attribute writes it.
    fn kernel(&self, fills: &[String]) -> String {
        match self {
            Rule::Plain(name) => name.to_string(),
            Rule::Constant(value) => format!("Constant({value})"),
            Rule::With(function) => format!("With({function})"),
            Rule::Fill(number) => format!("Fill({})", fills[*number]),
        }
    }

    /// As the plain loop writes it.
    fn plain(&self) -> String {
        match self {
            Rule::Plain(name) => format!("Edge::{name}"),
            Rule::Constant(value) => format!("Edge::Constant({value})"),
            Rule::With(function) => format!("Edge::With({function})"),
            Rule::Fill(number) => format!("Edge::Fill({number})"),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Rule::Plain(name) => name,
            Rule::Constant(_) => "Constant",
            Rule::With(_) => "With",
            Rule::Fill(_) => "Fill",
        }
    }
}

/// The rules of an input: before and after each axis.
type Rules = Vec<[Rule; 2]>;

/// The parts of a stencil.
struct Shape {
    rank: usize,
    elements: Vec<Ty>,
    outs: Vec<Ty>,
    gpu: bool,
    /// The rules of the attribute.
    shared: Rules,
    /// Those of inputs that have their own.
    own: Vec<Option<Rules>>,
    fills: Vec<String>,
    declared: bool,
    reach: i64,
}

fn element(rng: &mut Rng, gpu: bool) -> Ty {
    if gpu {
        return Ty::One(rng.pick(&[Scalar::I32, Scalar::U8, Scalar::I32, Scalar::U32, Scalar::I16]));
    }
    match rng.below(14) {
        0 => Ty::Array(Scalar::I32, 3),
        1 => Ty::Pixel,
        2 => Ty::One(Scalar::Bool),
        3 => Ty::One(Scalar::I64),
        4 => Ty::One(Scalar::F64),
        _ => Ty::One(rng.pick(&[Scalar::U8, Scalar::I16, Scalar::I32, Scalar::U32, Scalar::F32, Scalar::I32])),
    }
}

fn literal(rng: &mut Rng, ty: &Ty) -> String {
    match ty {
        Ty::One(scalar) => scalar.literal(rng),
        Ty::Array(scalar, n) => {
            let parts: Vec<String> = (0..*n).map(|_| scalar.literal(rng)).collect();
            format!("[{}]", parts.join(", "))
        }
        _ => format!("Pixel {{ max: {}, len: {}, abs: {}.5 }}", rng.below(90), rng.below(200), rng.below(9)),
    }
}

fn reading(rng: &mut Rng, ty: Option<&Ty>, gpu: bool) -> Rule {
    match rng.below(12) {
        0..=1 => Rule::Plain("Nearest"),
        2..=4 => Rule::Plain("Reflect"),
        5..=6 => Rule::Plain("Mirror"),
        7..=8 => Rule::Plain("Wrap"),
        9 if !gpu => Rule::With(rng.pick(&["last_cell", "scattered"])),
        _ => match ty {
            Some(ty) => Rule::Constant(literal(rng, ty)),
            None => Rule::Plain("Wrap"),
        },
    }
}

fn any_rule(rng: &mut Rng, ty: Option<&Ty>, gpu: bool, keep: bool, rims: usize) -> Rule {
    if !rng.chance(rims) {
        return reading(rng, ty, gpu);
    }
    match rng.below(3) {
        0 => Rule::Plain("Shrink"),
        1 if keep => Rule::Plain("Keep"),
        _ => Rule::Fill(rng.below(2)),
    }
}

fn rules(rng: &mut Rng, rank: usize, mut rule: impl FnMut(&mut Rng) -> Rule) -> Rules {
    match rng.below(3) {
        0 => {
            let rule = rule(rng);
            vec![[rule.clone(), rule]; rank]
        }
        1 => (0..rank).map(|_| rule(rng)).map(|rule| [rule.clone(), rule]).collect(),
        _ => (0..rank).map(|_| [rule(rng), rule(rng)]).collect(),
    }
}

/// Rules as the attribute writes them, in the shortest form.
fn written(rules: &Rules, fills: &[String]) -> String {
    if rules.iter().flatten().all(|rule| *rule == rules[0][0]) {
        return rules[0][0].kernel(fills);
    }
    let axis = |[before, after]: &[Rule; 2]| {
        if before == after {
            before.kernel(fills)
        } else {
            format!("({}, {})", before.kernel(fills), after.kernel(fills))
        }
    };
    let axes: Vec<String> = rules.iter().map(axis).collect();
    if axes.len() == 1 { axes.concat() } else { format!("({})", axes.join(", ")) }
}

fn tuple(parts: &[String]) -> String {
    if parts.len() == 1 { parts.concat() } else { format!("({})", parts.join(", ")) }
}

impl Shape {
    fn drawn(rng: &mut Rng, gpu: bool) -> Shape {
        let rank = rng.pick(&[1, 1, 1, 2, 2, 2, 2, 3, 3, 4]);
        let inputs = rng.pick(&[1, 1, 1, 2, 2, 3]);
        let elements: Vec<Ty> = (0..inputs).map(|_| element(rng, gpu)).collect();
        let same = rng.chance(20);
        let count = rng.pick(&[1, 1, 1, 2, 2, 3]);
        let outs: Vec<Ty> = (0..count).map(|_| if same { elements[0].clone() } else { element(rng, gpu) }).collect();
        let keep = outs.iter().all(|out| *out == elements[0]);
        let alike = elements.iter().all(|element| *element == elements[0]).then(|| &elements[0]);
        let rims = if rng.chance(40) { 60 } else { 0 };
        let shared = rules(rng, rank, |rng| any_rule(rng, alike, gpu, keep, rims));
        let mut own: Vec<Option<Rules>> = vec![None; inputs];
        for input in 1..inputs {
            if rng.chance(35) {
                let element = &elements[input];
                own[input] = Some(rules(rng, rank, |rng| reading(rng, Some(element), gpu)));
            }
        }
        let fills = (0..2).map(|_| tuple(&outs.iter().map(|out| literal(rng, out)).collect::<Vec<_>>())).collect();
        let declared = rng.chance(25);
        let reach = if rank > 2 { 1 } else { rng.range(1, 2) };
        Shape { rank, elements, outs, gpu, shared, own, fills, declared, reach }
    }

    fn rules(&self, input: usize) -> &Rules {
        self.own[input].as_ref().unwrap_or(&self.shared)
    }
}

const WINDOWS: [&str; 3] = ["x", "y", "z"];

/// A stencil.
pub fn stencil(rng: &mut Rng, number: usize, without: &[Feature]) -> Program {
    let gpu = rng.chance(12);
    let shape = Shape::drawn(rng, gpu);
    let mut features: Vec<Feature> = if gpu { Feature::GPU.to_vec() } else { Feature::ALL.to_vec() };
    features.retain(|feature| !without.contains(feature) && rng.chance(55));
    let bound = parameters(rng, gpu);
    let record_of = (!gpu).then(|| record(rng));
    let weighted = weights(rng, gpu);
    let mut body = Body::new(rng, features);
    body.gpu = gpu;
    body.record = record_of;
    body.outs = shape.outs.clone();
    body.declared = shape.declared;
    body.reach = if shape.declared { shape.reach } else { 2 };
    let outside = outer_functions(&mut body);
    for (n, element) in shape.elements.iter().enumerate() {
        let halo = vec![[0, 0]; shape.rank];
        body.windows.push(Window { name: WINDOWS[n].to_string(), element: element.clone(), halo });
    }
    let outside = outside + &body.escape();
    for parameter in &bound {
        body.declare(&parameter.name, Ty::One(parameter.ty), false);
    }
    body.weights = weighted.clone();
    let mut text = String::new();
    for _ in 0..shape.elements.len() {
        text += &body.let_mutable();
    }
    text += &body.aggregate();
    let count = 3 + body.rng.below(6);
    text += &body.statements(count);
    text += &body.ending();
    let halos = body.windows.iter().map(|window| window.halo.clone()).collect::<Vec<_>>();
    let halos = if shape.declared { vec![vec![[shape.reach; 2]; shape.rank]; shape.elements.len()] } else { halos };
    let record = body.record.clone();
    assemble(number, &shape, &halos, &bound, &weighted, record.as_ref(), &outside, &text)
}

/// Functions outside of the body.
fn outer_functions(body: &mut Body<'_>) -> String {
    let mut text = String::new();
    if body.features.contains(&Feature::Helpers) {
        for n in 0..2 {
            let (function, helper) = body.function(&format!("outer{n}"));
            text += &function;
            body.helpers.push(helper);
        }
    }
    text
}

#[allow(clippy::too_many_arguments)]
fn assemble(
    number: usize,
    shape: &Shape,
    halos: &[Vec<[i64; 2]>],
    bound: &[Parameter],
    weighted: &[Weights],
    record: Option<&crate::types::Record>,
    outside: &str,
    body: &str,
) -> Program {
    let function = format!("{}{}", header(shape, bound, weighted), body);
    let items = format!("{}{outside}", record.map(crate::program::record_text).unwrap_or_default());
    let mut keys = vec![format!("boundary = {}", written(&shape.shared, &shape.fills))];
    if shape.gpu {
        keys.insert(0, "gpu".to_string());
    }
    if shape.declared {
        keys.push(format!("halo = {}", shape.reach));
    }
    let attribute = format!("#[stencil({})]", keys.join(", "));
    let kernel = format!("{}{attribute}\n{}}}\n", read(&items, Form::Kernel), read(&function, Form::Kernel));
    let plain = format!("{}{}}}\n", read(&items, Form::Plain), read(&function, Form::Plain));
    let run = runner(shape, halos, bound, weighted);
    let places = [".position()", ".shape()", ".contains("];
    let shrinks = shape.shared.iter().flatten().any(|rule| *rule == Rule::Plain("Shrink"));
    let still = !shrinks && !places.iter().any(|place| function.contains(place));
    let entry = entry(number, shape, halos, still);
    Program { number, source: kernel.clone(), module: module("stencil", number, &kernel, &plain, &run), entry }
}

fn header(shape: &Shape, bound: &[Parameter], weighted: &[Weights]) -> String {
    let mut parts = Vec::new();
    for (n, element) in shape.elements.iter().enumerate() {
        let own = shape.own[n].as_ref().map(|own| format!("#[boundary({})] ", written(own, &[])));
        let kernel = format!("{}{}: Window{}<{}>", own.unwrap_or_default(), WINDOWS[n], shape.rank, element.name());
        let plain = format!("{}: Cells<'_, {}, {}>", WINDOWS[n], element.name(), shape.rank);
        parts.push(either(&kernel, &plain));
    }
    parts.extend(bound.iter().map(Parameter::text));
    parts.extend(weighted.iter().map(crate::program::weights_text));
    let outs: Vec<String> = shape.outs.iter().map(Ty::name).collect();
    format!("pub fn program({}) -> {} {{\n", parts.join(", "), tuple(&outs))
}

/// The function that calls both forms.
fn runner(shape: &Shape, halos: &[Vec<[i64; 2]>], bound: &[Parameter], weighted: &[Weights]) -> String {
    let ranked = |types: &[Ty]| types.iter().map(|ty| (ty.name(), shape.rank)).collect::<Vec<_>>();
    let made = crate::program::arguments(bound, weighted, Form::Kernel);
    let expected: Vec<String> = halos.iter().map(|halo| format!("ndstencil::Halo::new({halo:?})")).collect();
    [
        "pub fn run(call: &Call<'_>, outs: &mut Outs) {\n".to_string(),
        crate::program::weights_values(weighted),
        "if matches!(call.how, How::Plain | How::PlainInto) {\n".to_string(),
        sources(shape, halos),
        plain_loop(shape, &crate::program::arguments(bound, weighted, Form::Plain)),
        "return;\n}\n".to_string(),
        crate::program::inputs(&ranked(&shape.elements)),
        format!("let made = kernel::program({});\n", made.trim_start_matches(", ")),
        format!("assert_eq!(ndstencil_programs::halos(&made), [{}], \"the derived halos\");\n", expected.join(", ")),
        crate::program::calls(shape.elements.len(), &ranked(&shape.outs), shape.gpu),
        "}\n".to_string(),
    ]
    .concat()
}

/// The inputs of the plain loop, and its points.
fn sources(shape: &Shape, halos: &[Vec<[i64; 2]>]) -> String {
    let rank = shape.rank;
    let (mut text, mut rims) = (String::new(), Vec::new());
    for (n, element) in shape.elements.iter().enumerate() {
        let rules = shape.rules(n).iter().map(|[a, b]| format!("[{}, {}]", a.plain(), b.plain()));
        let rules = rules.collect::<Vec<_>>().join(", ");
        text +=
            &format!("let source{n} = call.source::<{}, {rank}>({n}, [{rules}], {:?});\n", element.name(), halos[n]);
        let side = |axis: usize, side: usize| {
            let (rule, width) = (&shape.rules(n)[axis][side], halos[n][axis][side]);
            if rule.is_rim() && width > 0 { format!("Some(({width}, {}))", rule.plain()) } else { "None".to_string() }
        };
        let axes: Vec<String> = (0..rank).map(|axis| format!("[{}, {}]", side(axis, 0), side(axis, 1))).collect();
        rims.push(format!("[{}]", axes.join(", ")));
    }
    text += &format!("let spots = call.spots::<{rank}>(&[{}], outs);\n", rims.join(", "));
    text + "let shape = outs.shape.clone();\n"
}

/// The plain loop.
fn plain_loop(shape: &Shape, arguments: &str) -> String {
    let types: Vec<String> = shape.outs.iter().map(Ty::name).collect();
    let mut text: String = (0..types.len()).map(|n| format!("outs.open({n}, &shape);\n")).collect();
    let keep = if shape.outs.iter().all(|out| *out == shape.elements[0]) {
        let first = format!("source0.window(point).at([0; {}])", shape.rank);
        let held: Vec<String> = types.iter().map(|ty| format!("sentinel::<{ty}>()")).collect();
        let first = tuple(&vec![first; types.len()]);
        format!("if call.how == How::Plain {{ {first} }} else {{ {} }}", tuple(&held))
    } else {
        "unreachable!()".to_string()
    };
    let windows: Vec<String> = (0..shape.elements.len()).map(|n| format!("source{n}.window(point)")).collect();
    let evaluated = format!("plain::program({}{arguments})", windows.join(", "));
    text += &format!("let fills: [{}; 2] = [{}];\n", tuple(&types), shape.fills.join(", "));
    text += "for spot in spots {\nlet value = match spot {\n";
    text += &format!("Spot::At(point) => {evaluated},\nSpot::Fill(number) => fills[number],\n");
    text += &format!("Spot::Keep(point) => {keep},\n}};\n");
    text += &if types.len() == 1 {
        "outs.push(0, value);\n".to_string()
    } else {
        (0..types.len()).map(|n| format!("outs.push({n}, value.{n});\n")).collect::<String>()
    };
    text + "}\n"
}

fn entry(number: usize, shape: &Shape, halos: &[Vec<[i64; 2]>], still: bool) -> String {
    let kinds: Vec<String> = shape.elements.iter().map(kind).collect();
    let mut names = Vec::new();
    let mut most = vec![[0; 2]; shape.rank];
    for (n, halo) in halos.iter().enumerate() {
        for axis in 0..shape.rank {
            for side in 0..2 {
                most[axis][side] = most[axis][side].max(halo[axis][side]);
                let rule = &shape.rules(n)[axis][side];
                if halo[axis][side] > 0 && !rule.is_rim() && !names.contains(&rule.name()) {
                    names.push(rule.name());
                }
            }
        }
    }
    format!(
        "Entry {{ number: {number}, source: stencil_{number}::SOURCE, run: stencil_{number}::run, inputs: &[{}], outputs: {}, rank: {}, cores: &[], empty: true, lanes: || false, gpu: {}, rules: &{names:?}, still: {still}, halo: &{most:?} }},\n",
        kinds.join(", "),
        shape.outs.len(),
        shape.rank,
        shape.gpu,
    )
}
