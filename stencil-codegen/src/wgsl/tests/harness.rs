//! From the text of an element function to its shader.

use syn::{FnArg, Ident, Item, ItemFn, Pat, ReturnType, Type};

use crate::diagnostics::Errors;
use crate::parse::halo::Halo;
use crate::parse::window;
use crate::syntax;
use crate::wgsl::arguments::values;
use crate::wgsl::module::bound::{Array, Bound};
use crate::wgsl::module::gufunc::{self, Gufunc, Operand};
use crate::wgsl::module::stencil::{Input, Stencil};
use crate::wgsl::module::{Body, Shader};
use crate::wgsl::print::{self, Element, Mode};
use crate::wgsl::scalar::{self, Scalar};
use crate::wgsl::source::{Argument, Kind, Source};
use crate::wgsl::targets::Target;
use crate::wgsl::text::Text;

/// A function in pieces; generics stand for `f32`.
pub(super) struct Function {
    item: ItemFn,
    kinds: Vec<(Ident, bool, Kind)>,
    outputs: Vec<Scalar>,
    generics: Vec<(Ident, Scalar)>,
    items: Vec<Item>,
}

fn element(ty: &Type) -> Scalar {
    scalar::of_type(ty).unwrap_or(Scalar::F32)
}

/// The element type and rank of `ArrayView2<T>` and its like.
fn view(ty: &Type) -> Option<(bool, usize, Scalar)> {
    let Type::Path(path) = syntax::strip(ty) else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let rank = digits.parse().ok().filter(|_| name.starts_with("Array"))?;
    let syn::PathArguments::AngleBracketed(list) = &last.arguments else { return None };
    let syn::GenericArgument::Type(ty) = list.args.last()? else { return None };
    Some((name.contains("Mut"), rank, element(ty)))
}

impl Function {
    /// Reads a function; `halo` is the box of its windows, or that of the offsets that it reads.
    pub(super) fn new(text: &str, halo: Option<usize>, items: &str) -> Self {
        let item: ItemFn = syn::parse_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let args = halo.map_or("boundary = Wrap".to_owned(), |halo| format!("boundary = Wrap, halo = {halo}"));
        let is_stencil =
            item.sig.inputs.iter().any(|input| matches!(input, FnArg::Typed(typed) if window::is_window(&typed.ty)));
        let mut halos = Vec::new();
        if is_stencil {
            let model = crate::model::of(&args, text, &mut Errors::default());
            halos.extend(model.inputs.iter().map(|input| match &input.halo {
                Halo::Known(sides) if input.complete || halo.is_some() => Some(sides.clone()),
                _ => None,
            }));
        }
        let returned = match &item.sig.output {
            ReturnType::Default => Vec::new(),
            ReturnType::Type(_, ty) => match syntax::strip(ty) {
                Type::Tuple(tuple) => tuple.elems.iter().map(element).collect(),
                ty => vec![element(ty)],
            },
        };
        let generics =
            item.sig.generics.type_params().map(|parameter| (parameter.ident.clone(), Scalar::F32)).collect();
        let mut counts = Counts { outputs: returned.len(), ..Counts::default() };
        let mut kinds: Vec<_> =
            item.sig.inputs.iter().map(|input| counts.kind(input, is_stencil, &mut halos)).collect();
        let constants = item.sig.generics.const_params();
        kinds.extend(constants.map(|constant| {
            let kind = Kind::Scalar { number: next(&mut counts.scalars), scalar: element(&constant.ty) };
            (constant.ident.clone(), false, kind)
        }));
        let items = syn::parse_file(items).unwrap().items;
        Self { item, kinds, outputs: returned, generics, items }
    }

    pub(super) fn lower(&self, errors: &mut Errors) -> Option<Element> {
        let arguments =
            self.kinds.iter().map(|(name, mutable, kind)| Argument { name, mutable: *mutable, kind: kind.clone() });
        let source = Source {
            body: &self.item.block,
            arguments: arguments.collect(),
            outputs: self.outputs.clone(),
            generics: self.generics.clone(),
            items: &self.items,
        };
        print::lower(&source, errors)
    }

    fn bound(&self) -> Bound {
        let mut bound = Bound::default();
        for (_, _, kind) in &self.kinds {
            match kind {
                Kind::Scalar { scalar, .. } => bound.scalars.push(*scalar),
                Kind::Values { lengths, scalar, .. } => {
                    bound.scalars.extend(std::iter::repeat_n(*scalar, lengths.iter().product()));
                }
                Kind::Array { element, rank, .. } => bound.arrays.push(Array { scalar: *element, rank: *rank }),
                _ => {}
            }
        }
        bound
    }

    /// The whole module.
    pub(super) fn module(&self, element: &Element) -> Shader {
        let mut shared = Text::default();
        element.print_shared(&mut shared);
        let is_stencil = self.kinds.iter().any(|(_, _, kind)| matches!(kind, Kind::Window { .. }));
        let modes = if is_stencil { vec![Mode::Near, Mode::Edge] } else { vec![Mode::Core] };
        let modes = modes.into_iter().map(|mode| {
            let mut text = Text::default();
            element.print(mode, &mut text);
            text
        });
        let uses = element.uses();
        let (checks, modes) = (element.checks().to_vec(), modes.collect());
        let (library, native_f16) = (element.helpers().text(), element.helpers().native_f16());
        let body = Body { library, native_f16, shared, modes, checks, f64: uses.f64, int64: uses.int64 };
        if is_stencil { self.stencil().compose(body) } else { self.gufunc().compose(body) }
    }

    fn stencil(&self) -> Stencil {
        let mut inputs = Vec::new();
        let mut of = 1;
        for (_, _, kind) in &self.kinds {
            if let Kind::Window { element, rank, halo, .. } = kind {
                of = *rank;
                inputs.push(Input { scalar: *element, halo: halo.clone() });
            }
        }
        let outputs = self.outputs.clone();
        Stencil { rank: of, inputs, outputs, bound: self.bound(), stacked: false, rows: 1 }
    }

    fn gufunc(&self) -> Gufunc {
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for scalar in &self.outputs {
            let operand = Operand { scalar: *scalar, dims: Vec::new() };
            outputs.push(gufunc::Output { operand, returned: true });
        }
        let mut most = 0;
        for (_, _, kind) in &self.kinds {
            match kind {
                Kind::Input { dims, element, .. } => {
                    most = most.max(dims.len());
                    inputs.push(Operand { scalar: *element, dims: dims.clone() });
                }
                Kind::Output { dims, element, .. } => {
                    most = most.max(dims.len());
                    let operand = Operand { scalar: *element, dims: dims.clone() };
                    outputs.push(gufunc::Output { operand, returned: false });
                }
                _ => {}
            }
        }
        Gufunc { inputs, outputs, bound: self.bound(), sizes: vec![None; most] }
    }
}

/// The number of parameters of each kind.
#[derive(Default)]
struct Counts {
    windows: usize,
    scalars: usize,
    arrays: usize,
    inputs: usize,
    outputs: usize,
}

fn next(count: &mut usize) -> usize {
    *count += 1;
    *count - 1
}

impl Counts {
    fn kind(
        &mut self,
        input: &FnArg,
        is_stencil: bool,
        halos: &mut Vec<Option<Vec<[usize; 2]>>>,
    ) -> (Ident, bool, Kind) {
        let FnArg::Typed(typed) = input else { panic!("self") };
        let Pat::Ident(pat) = &*typed.pat else { panic!("a pattern") };
        let kind = if let Some(window) = window::recognise(&typed.ty, &mut Errors::default()) {
            let halo = halos.remove(0);
            Kind::Window { number: next(&mut self.windows), element: element(&window.element), rank: window.rank, halo }
        } else if let Some((mutable, rank, element)) = view(&typed.ty) {
            match (is_stencil, mutable) {
                (true, _) => Kind::Array { number: next(&mut self.arrays), rank, element, len: None },
                (false, true) => Kind::Output { number: next(&mut self.outputs), element, dims: (0..rank).collect() },
                (false, false) => Kind::Input { number: next(&mut self.inputs), element, dims: (0..rank).collect() },
            }
        } else {
            self.bound(&typed.ty, is_stencil)
        };
        (pat.ident.clone(), pat.mutability.is_some(), kind)
    }

    fn bound(&mut self, ty: &Type, is_stencil: bool) -> Kind {
        if let Some((scalar, lengths)) = values(ty, &Target::default()) {
            let first = self.scalars;
            self.scalars += lengths.iter().product::<usize>();
            return Kind::Values { first, lengths, scalar };
        }
        match ty {
            Type::Array(array) => {
                let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(len), .. }) = &array.len else {
                    panic!("a length")
                };
                let len = len.base10_parse().ok();
                Kind::Array { number: next(&mut self.arrays), rank: 1, element: element(&array.elem), len }
            }
            Type::Reference(reference) => match &*reference.elem {
                Type::Slice(slice) => {
                    Kind::Array { number: next(&mut self.arrays), rank: 1, element: element(&slice.elem), len: None }
                }
                other => self.bound(other, is_stencil),
            },
            other if is_stencil => Kind::Scalar { number: next(&mut self.scalars), scalar: element(other) },
            other => Kind::Input { number: next(&mut self.inputs), element: element(other), dims: Vec::new() },
        }
    }
}

/// The judgement of naga on a module.
pub(super) fn validate(wgsl: &str) -> Result<(), String> {
    use naga::valid::{Capabilities, ValidationFlags, Validator};
    let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| error.emit_to_string(wgsl))?;
    let half = Capabilities::SHADER_FLOAT16 | Capabilities::SHADER_FLOAT16_IN_FLOAT32;
    let capabilities = Capabilities::FLOAT64 | Capabilities::SHADER_INT64 | half;
    let validated = Validator::new(ValidationFlags::all(), capabilities).validate(&module);
    validated.map(|_| ()).map_err(|error| error.emit_to_string(wgsl))
}

/// The module of a function that has a form; naga accepts it, for every device.
pub(super) fn module_of(function: &Function, name: &str) -> Element {
    let mut errors = Errors::default();
    let Some(element) = function.lower(&mut errors) else {
        panic!("{name}: {}", errors.into_compile_errors());
    };
    let module = function.module(&element);
    for text in [&module.text].into_iter().chain(&module.native_f16) {
        if let Err(error) = validate(text.as_str()) {
            panic!("{name}: {error}\n{}", text.as_str());
        }
    }
    element
}

/// The text of the modes, and the text that they share.
pub(super) fn printed(element: &Element) -> String {
    let mut text = Text::default();
    element.print_shared(&mut text);
    element.print(Mode::Near, &mut text);
    element.print(Mode::Core, &mut text);
    text.as_str().to_owned()
}

/// `tokens: message` of every error.
pub(super) fn errors_of(text: &str, halo: Option<usize>) -> Vec<String> {
    let function = Function::new(text, halo, "");
    let mut errors = Errors::default();
    assert!(function.lower(&mut errors).is_none(), "{text} has a form");
    errors.each(|error| {
        let span = error.span();
        let (start, end) = (span.start(), span.end());
        let lines: Vec<&str> = text.lines().collect();
        let shown = if start.line == end.line {
            lines[start.line - 1].chars().skip(start.column).take(end.column - start.column).collect()
        } else {
            "..".to_owned()
        };
        let message = error.to_string();
        format!("{shown}: {}", message.replace('\n', "; "))
    })
}
