//! The documentation generated onto each kernel: rustdoc shows `fn heat(alpha: f64) -> Stencil<Heat>`, so that the
//! call, the element function's own signature, its footprint and its boundary have to be told.

use super::call;
use crate::function::{Argument, ElementFn, is_unit};
use crate::model::{Input, Model};
use crate::parse::boundary::{Axis, Rule, Spec};
use crate::parse::halo::Halo;
use crate::text;

/// The generated lines, to follow the user's own.
pub(crate) fn lines(model: &Model) -> Vec<String> {
    let mut lines = vec![call::of_stencil(model)];
    lines.extend(signature(&model.function));
    for (number, input) in model.inputs.iter().enumerate() {
        lines.push(String::new());
        lines.push(format!("# Footprint of `{}`", input.name));
        lines.push(String::new());
        lines.extend(footprint(model, number, input));
    }
    if let Some(cost) = cost(model) {
        lines.extend([String::new(), cost]);
    }
    lines.extend(stride(model));
    lines.extend(gpu(&model.function));
    indented(&lines)
}

/// The points that are computed, where not all are.
fn stride(model: &Model) -> Vec<String> {
    let Some(strides) = &model.stride else { return Vec::new() };
    let strides: Vec<String> = strides.iter().map(|stride| text::tokens(&stride.expr)).collect();
    let of = if strides.len() == 1 { strides[0].clone() } else { format!("({})", strides.join(", ")) };
    vec![String::new(), format!("Points are computed that lie `stride = {of}` cells apart.")]
}

/// The lines about the GPU form: that there is one, and of which types.
pub(crate) fn gpu<R>(function: &ElementFn<R>) -> Vec<String> {
    let Some(gpu) = function.gpu.as_ref().filter(|_| cfg!(feature = "gpu")) else {
        return Vec::new();
    };
    let types = gpu.types.iter().flatten().map(|ty| format!("`{}`", text::tokens(ty)));
    let types: Vec<String> = types.collect();
    let of = if types.is_empty() { String::new() } else { format!(", for {}", types.join(", ")) };
    vec![String::new(), format!("Runs on a GPU, too{of}: `.on(&gpu)`.")]
}

fn code(lines: Vec<String>) -> Vec<String> {
    let mut block = vec!["```text".to_owned()];
    block.extend(lines);
    block.push("```".to_owned());
    block
}

/// The heading and the element function's own signature.
pub(crate) fn signature<R>(function: &ElementFn<R>) -> Vec<String> {
    let argument = |argument: &Argument<R>| format!("{}: {}", argument.name, text::tokens(&argument.ty));
    let arguments: Vec<String> = function.arguments.iter().map(argument).collect();
    let params = &function.generics.params;
    let generics = if params.is_empty() { String::new() } else { format!("<{}>", text::tokens(params)) };
    let output =
        if is_unit(&function.output) { String::new() } else { format!(" -> {}", text::tokens(&function.output)) };
    let clause = function.generics.where_clause.as_ref();
    let clause = clause.map(|clause| format!(" {}", text::tokens(clause).trim_end_matches(',')));
    let clause = clause.unwrap_or_default();
    let line = format!("fn {}{generics}({}){output}{clause}", function.name, arguments.join(", "));
    let mut lines = vec![String::new(), "# Element function".to_owned(), String::new()];
    lines.extend(code(vec![line]));
    lines
}

/// rustdoc removes the first blank of a line, and `///` puts it there.
pub(crate) fn indented(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| if line.is_empty() { line.clone() } else { format!(" {line}") }).collect()
}

fn footprint(model: &Model, number: usize, input: &Input) -> Vec<String> {
    let mut lines = Vec::new();
    let picture = picture_of(input);
    if !picture.is_empty() {
        lines.extend(code(picture.lines().map(str::to_owned).collect()));
        lines.push(String::new());
    }
    let origin = match (&model.declared, input.complete) {
        (None, _) => "derived from the offsets that are read",
        (Some(_), true) => "declared; the offsets that are read lie inside of it",
        (Some(_), false) => "declared, not derived: not all offsets are known while compiling",
    };
    if input.is_pointwise() && input.complete {
        lines.push("- halo: none, only the point itself is read".to_owned());
    } else {
        lines.push(format!("- halo: {} ({origin})", halo(&input.halo)));
        lines.push(format!("- boundary: {}", boundary(model, input)));
    }
    if model.footprints.values.iter().any(|(window, _)| *window == number) {
        lines.push("- all values of the box are read".to_owned());
    }
    lines
}

/// The offsets that may be read from an input, drawn; nothing where no box is known, or one too large.
pub(crate) fn picture_of(input: &Input) -> String {
    match &input.halo {
        Halo::Known(sides) if drawable(sides) => picture(input, sides).join("\n"),
        Halo::Known(_) | Halo::Constant(_) | Halo::Dynamic => String::new(),
    }
}

/// Larger pictures hide more than they show.
fn drawable(sides: &[[usize; 2]]) -> bool {
    let points: usize =
        sides.iter().map(|[before, after]| before.saturating_add(after + 1)).fold(1, usize::saturating_mul);
    points <= 1024 && sides.last().is_some_and(|[before, after]| before + after < 40)
}

/// `o` is read, `·` is not; the point itself stands in parentheses. Where not all offsets are known, the whole box may be.
fn picture(input: &Input, sides: &[[usize; 2]]) -> Vec<String> {
    let split = sides.len().saturating_sub(2);
    let mut lines = Vec::new();
    for leading in crate::offset::offsets(&sides[..split]) {
        if split > 0 {
            let parts: Vec<String> = leading.iter().map(ToString::to_string).collect();
            lines.push(format!("[{}, ..]", parts.join(", ")));
        }
        let rows = if sides.len() == 1 { &[[0, 0]][..] } else { &sides[split..=split] };
        for row in crate::offset::offsets(rows) {
            let last = &sides[sides.len() - 1..];
            let cells = crate::offset::offsets(last).into_iter().map(|cell| {
                let mut offset = leading.clone();
                if sides.len() > 1 {
                    offset.extend(&row);
                }
                offset.extend(cell);
                let read = input.values || !input.complete || input.offsets.contains(&offset);
                let mark = if read { 'o' } else { '·' };
                if offset.iter().all(|entry| *entry == 0) { format!("({mark})") } else { format!(" {mark} ") }
            });
            lines.push(cells.collect::<String>().trim_end().to_owned());
        }
    }
    lines
}

fn halo(halo: &Halo) -> String {
    let sides: Vec<[String; 2]> = match halo {
        Halo::Dynamic => return "given at run time, `.halo(..)`".to_owned(),
        Halo::Known(sides) => sides.iter().map(|axis| axis.map(|side| side.to_string())).collect(),
        Halo::Constant(sides) => {
            sides.iter().map(|axis| axis.each_ref().map(|side| format!("`{}`", text::tokens(side)))).collect()
        }
    };
    let first = &sides[0][0];
    if sides.iter().flatten().all(|side| side == first) {
        return format!("{first} on {} side", if sides.len() == 1 { "each" } else { "every" });
    }
    let axis = |(number, [before, after]): (usize, &[String; 2])| {
        let place = if sides.len() == 1 { String::new() } else { format!(" on axis {number}") };
        match (before.as_str(), after.as_str()) {
            ("0", "0") => format!("none{place}"),
            ("0", after) => format!("{after} after{place}"),
            (before, "0") => format!("{before} before{place}"),
            (before, after) if before == after => format!("{before} on each side of axis {number}"),
            (before, after) => format!("{before} before and {after} after{place}"),
        }
    };
    let each: Vec<String> = sides.iter().enumerate().map(axis).collect();
    each.join(", ")
}

fn boundary(model: &Model, input: &Input) -> String {
    match model.boundary_of(input).filter(|_| !input.is_pointwise()) {
        Some(Ok(Spec::All(one))) => format!("`{}`", rule(one)),
        Some(Ok(Spec::Axes(axes))) => {
            let axis = |axis: &Axis| match axis {
                Axis::Both(one) => rule(one),
                Axis::Sides(before, after) => format!("({}, {})", rule(before), rule(after)),
            };
            let axes: Vec<String> = axes.iter().map(axis).collect();
            format!("`({})`", axes.join(", "))
        }
        _ => "none needed, only the point itself is read".to_owned(),
    }
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Named { name, argument: None, .. } => (*name).to_owned(),
        Rule::Named { name, argument: Some(argument), .. } => format!("{name}({})", text::tokens(argument)),
        Rule::Other(expr) => text::tokens(expr),
    }
}

/// The work for one point, as far as it is known: a wrong number is worse than none.
fn cost(model: &Model) -> Option<String> {
    let counted = |input: &Input| input.complete || matches!(input.halo, Halo::Known(_));
    if !model.inputs.iter().all(counted) {
        return None;
    }
    let reads: usize = model.inputs.iter().map(|input| input.reads().0).sum();
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    let reads = format!("{reads} read{}", plural(reads as u64));
    let (found, complete) = (&model.footprints, model.inputs.iter().all(|input| input.complete));
    let at_most = if complete && !found.branches { "" } else { "at most " };
    let operations = Some(found.operations).filter(|count| *count > 0 && !found.uncounted && complete);
    let operations = operations.map(|count| format!(" and {count} arithmetic operation{}", plural(count)));
    Some(format!("Each point takes {at_most}{reads}{}.", operations.unwrap_or_default()))
}
