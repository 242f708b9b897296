//! The model: everything about an element function that checks and emitters ask for.

pub(crate) mod gain;
pub(crate) mod gufunc;
mod shrinking;

use std::collections::BTreeSet;

use syn::{Block, Ident, Type};

use crate::args::Args;
use crate::diagnostics::Errors;
use crate::footprint::{self, Footprints};
use crate::function::{Argument, ElementFn};
use crate::offset::Offset;
use crate::parse::boundary::{self, Context, Spec};
use crate::parse::function::{Function, Kind};
use crate::parse::halo::{self, Halo};
use crate::parse::stride::{self, Stride};
use crate::signature::Signature;
use crate::unrolled::Unrolled;

/// An element function, understood.
pub(crate) struct Model {
    pub(crate) function: ElementFn<Kind>,
    /// The body as the user wrote it.
    #[cfg_attr(not(feature = "gpu"), allow(dead_code))]
    pub(crate) written: Block,
    pub(crate) inputs: Vec<Input>,
    pub(crate) rank: usize,
    /// The attribute's boundary; `Err` where it was given but is wrong.
    pub(crate) boundary: Option<Result<Spec, ()>>,
    /// The attribute's halo.
    pub(crate) declared: Option<Halo>,
    /// The attribute's stride along each axis.
    pub(crate) stride: Option<Vec<Stride>>,
    /// The keys of the attribute but for the halo, as they are written.
    keys: Vec<String>,
    /// Some key was reported.
    pub(crate) keys_broken: bool,
    /// The halo was given but is wrong: nothing more is said about offsets.
    pub(crate) halo_broken: bool,
    pub(crate) footprints: Footprints,
    pub(crate) unrolled: Unrolled,
    /// The rewritten body with reads where they stand, for points side by side.
    pub(crate) unhoisted: Option<Block>,
    pub(crate) broken: bool,
    /// The signature, where the stencil runs over the last axes of its inputs.
    pub(crate) stacked: Option<Signature>,
}

/// One input.
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) element: Type,
    /// Its own boundary, `#[boundary(..)]`.
    pub(crate) boundary: Option<Result<Spec, ()>>,
    /// The offsets that are known to be read.
    pub(crate) offsets: BTreeSet<Offset>,
    /// All offsets are known.
    pub(crate) complete: bool,
    pub(crate) halo: Halo,
    /// The body asks for all values of the box.
    pub(crate) values: bool,
}

/// Builds the model: resolves the body and the attribute's values.
pub(crate) fn build(args: Args, function: Function, errors: &mut Errors) -> Model {
    let Function { mut function, rank, broken } = function;
    let windows = windows(&function.arguments, rank);
    let parameters: Vec<Ident> = function.arguments.iter().map(|argument| argument.name.clone()).collect();
    let written = function.body.clone();
    let footprints = if broken {
        Footprints::default()
    } else {
        let typed = function.arguments.iter().map(|argument| (argument.name.clone(), argument.ty.clone()));
        let typed: Vec<(Ident, Type)> = typed.collect();
        footprint::resolve(&function.name, &windows, &typed, &mut function.body, errors)
    };
    let unrolled = Unrolled::of(&function.body);
    let declared = args.halo.as_ref().map(|expr| halo::parse(expr, rank, errors));
    let halo_broken = matches!(declared, Some(None));
    let declared = declared.flatten();
    let stride = args.stride.as_ref().and_then(|expr| stride::parse(expr, rank, errors));
    let elements: Vec<&Type> = window_elements(&function.arguments).collect();
    let output = &function.output;
    let context = Context { rank, parameters: &parameters, elements: &elements, output, input: false };
    let boundary = args.boundary.as_ref().map(|expr| boundary::parse(expr, &context, errors).ok_or(()));
    let inputs = inputs(&function.arguments, &context, &footprints, declared.as_ref(), errors);
    let (keys, keys_broken) = (args.written(), args.broken);
    Model {
        function,
        written,
        inputs,
        rank,
        boundary,
        declared,
        stride,
        keys,
        keys_broken,
        halo_broken,
        footprints,
        unrolled,
        unhoisted: None,
        broken,
        stacked: None,
    }
}

/// The model of a function that is a function.
#[cfg(test)]
pub(crate) fn of(args: &str, item: &str, errors: &mut Errors) -> Model {
    use crate::attribute::Macro;
    use crate::parse::{function, item};
    let args = crate::args::parse(args.parse().unwrap(), errors);
    let item = item::split(item.parse().unwrap(), Macro::Stencil, errors).unwrap();
    let function = function::parse(item, &args.names, errors).unwrap();
    build(args, function, errors)
}

fn windows(arguments: &[Argument<Kind>], rank: usize) -> Vec<(Ident, usize)> {
    let window = |argument: &&Argument<Kind>| matches!(argument.kind, Kind::Window { .. });
    arguments.iter().filter(window).map(|argument| (argument.name.clone(), rank)).collect()
}

fn window_elements(arguments: &[Argument<Kind>]) -> impl Iterator<Item = &Type> {
    arguments.iter().filter_map(|argument| match &argument.kind {
        Kind::Window { element, .. } => Some(element),
        Kind::Scalar => None,
    })
}

fn inputs(
    arguments: &[Argument<Kind>],
    context: &Context<'_>,
    footprints: &Footprints,
    declared: Option<&Halo>,
    errors: &mut Errors,
) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for argument in arguments {
        let Kind::Window { element, boundary, .. } = &argument.kind else { continue };
        let elements = [element];
        let context = Context { elements: &elements, input: true, ..*context };
        let boundary = boundary.as_ref().map(|expr| boundary::parse(expr, &context, errors).ok_or(()));
        let number = inputs.len();
        let reads = || footprints.reads.iter().filter(move |read| read.window == number);
        let offsets: BTreeSet<Offset> = reads().filter_map(|read| read.offsets.as_ref()).flatten().cloned().collect();
        let escapes = footprints.escapes.iter().any(|escape| escape.window == number);
        let complete = !escapes && reads().all(|read| read.offsets.is_some());
        let halo = declared.cloned().unwrap_or_else(|| Halo::Known(bounds(&offsets, context.rank)));
        let values = footprints.values.iter().any(|(window, _)| *window == number);
        let name = argument.name.clone();
        inputs.push(Input { name, element: element.clone(), boundary, offsets, complete, halo, values });
    }
    inputs
}

/// The halo of a set of offsets. The point itself always belongs to it.
fn bounds(offsets: &BTreeSet<Offset>, rank: usize) -> Vec<[usize; 2]> {
    let axis = |axis: usize| {
        let entries = || offsets.iter().map(|offset| offset[axis]);
        let before = entries().map(isize::wrapping_neg).max().unwrap_or(0).max(0);
        let after = entries().max().unwrap_or(0).max(0);
        [before.unsigned_abs(), after.unsigned_abs()]
    };
    (0..rank).map(axis).collect()
}

impl Model {
    /// Returns true when a window was reported to be none, or of another rank than the others.
    pub(crate) fn has_wrong_windows(&self) -> bool {
        let wrong = |argument: &Argument<Kind>| matches!(argument.kind, Kind::Window { matches: false, .. });
        self.function.arguments.iter().any(wrong)
    }

    /// The attribute with one more key: `#[stencil(boundary = Nearest, halo = ..)]`.
    pub(crate) fn attribute_with(&self, key: &str) -> String {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).chain([key]).collect();
        format!("#[stencil({})]", keys.join(", "))
    }

    /// The boundary of one input: its own, or the attribute's.
    pub(crate) fn boundary_of<'a>(&'a self, input: &'a Input) -> Option<&'a Result<Spec, ()>> {
        input.boundary.as_ref().or(self.boundary.as_ref())
    }
}

impl Input {
    /// Only the point itself is read, so that no read leaves the array.
    pub(crate) fn is_pointwise(&self) -> bool {
        match &self.halo {
            Halo::Known(sides) => sides.iter().flatten().all(|side| *side == 0),
            _ => false,
        }
    }

    /// Distinct offsets that one point reads, and how many of them the point one row further reads too.
    pub(crate) fn reads(&self) -> (usize, usize) {
        match &self.halo {
            Halo::Known(sides) if self.values || !self.complete => {
                let extents = sides.iter().map(|[before, after]| before.saturating_add(after + 1));
                let cells = extents.fold(1, usize::saturating_mul);
                let rows =
                    sides.len().checked_sub(2).map_or(1, |axis| sides[axis][0].saturating_add(sides[axis][1] + 1));
                (cells, cells - cells / rows)
            }
            _ => {
                let shared = self.offsets.iter().filter(|offset| {
                    let mut above = offset.to_vec();
                    let rank = above.len();
                    rank >= 2 && {
                        above[rank - 2] -= 1;
                        self.offsets.contains(&above)
                    }
                });
                (self.offsets.len(), shared.count())
            }
        }
    }
}
