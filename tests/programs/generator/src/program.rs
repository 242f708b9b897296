//! The parts that stencils and gufuncs have in common: parameters, the struct, the calls.

use std::fmt::Write as _;

use crate::body::Weights;
use crate::rng::Rng;
use crate::text::{Form, either};
use crate::types::{Record, Scalar, Ty};

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its number.
    pub number: usize,
    /// The function with its attribute, and the items around it.
    pub source: String,
    /// The module of both forms and the function that calls them.
    pub module: String,
    /// The row of the table of programs.
    pub entry: String,
}

/// A number that is bound when the kernel is made.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Scalar,
    /// Its value.
    pub value: String,
}

impl Parameter {
    /// As the function declares it.
    pub fn text(&self) -> String {
        format!("{}: {}", self.name, self.ty.name())
    }
}

/// Up to two parameters.
pub fn parameters(rng: &mut Rng, gpu: bool) -> Vec<Parameter> {
    let mut all = Vec::new();
    for name in ["p", "q"] {
        if rng.chance(45) {
            let ty = if gpu {
                rng.pick(&[Scalar::I32, Scalar::U32])
            } else {
                rng.pick(&[Scalar::I32, Scalar::F32, Scalar::I64, Scalar::U8, Scalar::F64, Scalar::Bool])
            };
            all.push(Parameter { name: name.to_string(), ty, value: ty.literal(rng) });
        }
    }
    all
}

/// Up to two bound arrays.
pub fn weights(rng: &mut Rng, gpu: bool) -> Vec<Weights> {
    let mut all = Vec::new();
    for (name, shape) in [("weights", vec![5]), ("matrix", vec![2, 3])] {
        if rng.chance(20) {
            let element = if gpu { Scalar::I32 } else { rng.pick(&[Scalar::I32, Scalar::F32, Scalar::U8]) };
            all.push(Weights { name: name.to_string(), element, shape });
        }
    }
    all
}

/// A bound array, as the function declares it.
pub fn weights_text(weights: &Weights) -> String {
    let (name, element, rank) = (&weights.name, weights.element.name(), weights.shape.len());
    let plain = if rank == 1 { format!("{name}: &[{element}]") } else { format!("{name}: Grid<'_, {element}>") };
    either(&format!("{name}: ArrayView{rank}<'_, {element}>"), &plain)
}

/// The values of bound arrays.
pub fn weights_values(all: &[Weights]) -> String {
    let mut text = String::new();
    for weights in all {
        let count: usize = weights.shape.iter().product();
        let value = |n: usize| format!("{}{}", (n * 37 + 11) % 90, if weights.element.is_float() { ".25" } else { "" });
        let values: Vec<String> = (0..count).map(value).collect();
        let _ =
            writeln!(text, "let {} = [{}].map(|v| v as {});", weights.name, values.join(", "), weights.element.name());
    }
    text
}

/// The bound parameters and arrays of a call, behind a comma.
pub fn arguments(bound: &[Parameter], weighted: &[Weights], form: Form) -> String {
    let mut text: String = bound.iter().map(|parameter| format!(", {}", parameter.value)).collect();
    for weights in weighted {
        let name = &weights.name;
        text += &match (form, weights.shape.len()) {
            (Form::Kernel, 1) => format!(", ndarray::aview1(&{name})"),
            (Form::Kernel, _) => format!(", ndarray::ArrayView2::from_shape((2, 3), &{name}).unwrap()"),
            (Form::Plain, 1) => format!(", &{name}"),
            (Form::Plain, _) => format!(", Grid {{ cells: &{name}, shape: [2, 3] }}"),
        };
    }
    text
}

/// A struct of some fields, with methods of names that others have, too.
pub fn record(rng: &mut Rng) -> Record {
    let mut fields = Vec::new();
    for name in ["max", "len", "left", "abs", "count"] {
        if rng.chance(55) {
            fields.push((name, rng.pick(&[Scalar::I32, Scalar::F32, Scalar::U8, Scalar::I64])));
        }
    }
    if fields.is_empty() {
        fields.push(("min", Scalar::I32));
    }
    let names = [["max", "push"], ["abs", "clamp"], ["bump", "min"]][rng.below(3)];
    let methods = names.map(|name| (name, rng.pick(&[Scalar::I32, Scalar::F32, Scalar::U8]))).to_vec();
    Record { fields, methods }
}

/// The struct, as Rust writes it.
pub fn record_text(record: &Record) -> String {
    let fields: Vec<String> = record.fields.iter().map(|(name, ty)| format!("{name}: {}", ty.name())).collect();
    let mut text = format!(
        "#[derive(Clone, Copy, Debug, PartialEq)]\nstruct Record {{ {} }}\nimpl Record {{\n",
        fields.join(", ")
    );
    for (n, (method, argument)) in record.methods.iter().enumerate() {
        let (field, ty) = record.fields[n % record.fields.len()];
        let value = ty.cast("by", *argument);
        let _ = writeln!(text, "fn {method}(&mut self, by: {}) {{ self.{field} += {value}; }}", argument.name());
    }
    text + "}\n"
}

/// The kind of an element, as the harness names it.
pub fn kind(ty: &Ty) -> String {
    match ty {
        Ty::One(Scalar::U8) => "Kind::U8",
        Ty::One(Scalar::I16) => "Kind::I16",
        Ty::One(Scalar::I32) => "Kind::I32",
        Ty::One(Scalar::U32) => "Kind::U32",
        Ty::One(Scalar::I64) => "Kind::I64",
        Ty::One(Scalar::F32) => "Kind::F32",
        Ty::One(Scalar::F64) => "Kind::F64",
        Ty::One(_) => "Kind::Bool",
        Ty::Pixel => "Kind::Pixel",
        _ => "Kind::Triple",
    }
    .to_string()
}

/// The views of the inputs, each an element type and a rank.
pub fn inputs(types: &[(String, usize)]) -> String {
    let mut text = String::new();
    for (n, (ty, rank)) in types.iter().enumerate() {
        let _ = writeln!(text, "let input{n} = call.input::<{ty}, ndarray::Ix{rank}>({n});");
    }
    text
}

fn tuple(count: usize, part: impl Fn(usize) -> String) -> String {
    let parts: Vec<String> = (0..count).map(part).collect();
    if count == 1 { parts.concat() } else { format!("({})", parts.join(", ")) }
}

/// The calls of `made`; each output is an element type and a rank.
pub fn calls(inputs: usize, outputs: &[(String, usize)], gpu: bool) -> String {
    let arguments = tuple(inputs, |n| format!("&input{n}"));
    let mut text = format!(
        "let made = made.schedule(call.schedule);\nmatch call.how {{\nHow::Reference => made.reference({arguments}).unwrap().collect(outs),\n"
    );
    text += "How::Into => {\n";
    for (n, (ty, _)) in outputs.iter().enumerate() {
        let _ = writeln!(text, "let mut room{n} = call.room::<{ty}>({n});");
    }
    let rooms = tuple(outputs.len(), |n| format!("&mut room{n}.view_mut::<ndarray::Ix{}>()", outputs[n].1));
    let _ = writeln!(text, "made.apply_into({arguments}, {rooms}).unwrap();");
    for (n, (_, rank)) in outputs.iter().enumerate() {
        let _ = writeln!(text, "outs.array(room{n}.view::<ndarray::Ix{rank}>());");
    }
    text += "}\n";
    if gpu {
        let _ = writeln!(
            text,
            "#[cfg(feature = \"gpu\")]\nHow::Gpu => made.on(ndstencil_programs::gpu().unwrap()).apply({arguments}).unwrap().collect(outs),"
        );
    }
    let _ = writeln!(text, "_ => made.apply({arguments}).unwrap().collect(outs),\n}}");
    text
}

/// The module of a program.
pub fn module(half: &str, number: usize, kernel: &str, plain: &str, run: &str) -> String {
    format!(
        "mod {half}_{number} {{
#![allow(warnings, clippy::all, arithmetic_overflow, unconditional_panic, overflowing_literals)]
use super::*;
pub const SOURCE: &str = r####\"{kernel}\"####;
pub mod kernel {{
use super::{{Pixel, last_cell, scattered}};
use ndarray::{{ArrayView1, ArrayView2, ArrayViewMut0, ArrayViewMut1, ArrayViewMut2}};
use ndstencil::prelude::*;
use ndstencil::network::sort_slice;
{kernel}}}
pub mod plain {{
use ndstencil_programs::plain::sort_slice;
use ndstencil_programs::prelude::{{Cells, Grid, GridMut, One, Pixel}};
{plain}}}
{run}}}
"
    )
}
