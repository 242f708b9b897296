//! The model of a gufunc: everything that checks and emitters ask for.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, GenericArgument, Ident, PathArguments, Type};

use crate::function::{self, Argument, ElementFn};
use crate::signature::Signature;
use crate::syntax::strip;

/// A key and its value.
pub(crate) struct Keyed {
    pub(crate) key: Ident,
    pub(crate) value: Expr,
}

/// The size of a dimension that no input has.
pub(crate) struct Computed {
    pub(crate) dim: usize,
    pub(crate) size: Keyed,
}

/// An element function and its signature, matched.
pub(crate) struct GuModel {
    pub(crate) function: ElementFn<Role>,
    pub(crate) signature: Signature,
    /// One for each input of the signature.
    pub(crate) inputs: Vec<Operand>,
    /// One for each output of the signature.
    pub(crate) outputs: Vec<Output>,
    pub(crate) computed: Vec<Computed>,
    pub(crate) require: Option<Keyed>,
    pub(crate) identity: Option<Keyed>,
    /// True when loop elements may run side by side.
    pub(crate) lanes: bool,
    /// Arithmetic operations in the body; loops of unknown length count once.
    pub(crate) operations: usize,
    /// The body did not parse: rustc has said so.
    pub(crate) broken: bool,
}

/// The role of a parameter; inputs and outputs by their numbers.
// A handful for each function: nothing is gained by a box.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Role {
    Input(usize),
    Bound,
    /// `&mut S`, of this `S`.
    Scratch(Type),
    Output(usize),
}

/// One operand as the function sees it.
#[derive(Clone)]
pub(crate) struct Operand {
    pub(crate) element: Type,
    /// The number of dimensions of the view; 0 is an element by value.
    pub(crate) rank: usize,
    /// Arrays at the call may have fewer.
    pub(crate) optional: bool,
}

/// An output, by the way in which it is handed over.
#[derive(Clone)]
pub(crate) enum Output {
    /// The function returns it.
    ByValue(Operand),
    /// The function writes it through a view.
    ByView(Operand),
}

impl function::Role for Role {
    fn is_bound(&self) -> bool {
        matches!(self, Self::Bound)
    }
}

impl Output {
    pub(crate) fn operand(&self) -> &Operand {
        match self {
            Self::ByValue(operand) | Self::ByView(operand) => operand,
        }
    }

    pub(crate) fn is_returned(&self) -> bool {
        matches!(self, Self::ByValue(_))
    }
}

impl GuModel {
    /// The parameter of an input.
    pub(crate) fn input(&self, number: usize) -> Option<&Argument<Role>> {
        self.function.arguments.iter().find(|argument| matches!(argument.kind, Role::Input(other) if other == number))
    }

    /// The parameter of an output that is written through a view.
    pub(crate) fn output(&self, number: usize) -> Option<&Argument<Role>> {
        self.function.arguments.iter().find(|argument| matches!(argument.kind, Role::Output(other) if other == number))
    }

    /// The types behind `&mut` of the scratch parameters.
    pub(crate) fn scratch(&self) -> impl Iterator<Item = &Type> {
        self.function.arguments.iter().filter_map(|argument| match &argument.kind {
            Role::Scratch(ty) => Some(ty),
            Role::Input(_) | Role::Bound | Role::Output(_) => None,
        })
    }

    /// Single elements in, single elements out, nothing kept between them.
    pub(crate) fn is_elementwise(&self) -> bool {
        self.inputs.iter().all(|input| input.rank == 0)
            && self.outputs.iter().all(|output| output.is_returned() && output.operand().rank == 0)
            && self.scratch().next().is_none()
    }

    /// `(In<T, Ix1>, ..)`.
    pub(crate) fn inputs_type(&self) -> TokenStream {
        let private = self.private();
        let inputs = self.inputs.iter().map(|input| {
            let parameters = input.parameters(&private);
            quote!(#private::Input<#parameters>)
        });
        quote!((#(#inputs,)*))
    }

    /// `(ByValue<T>, ByView<T, Ix1>, ..)`.
    pub(crate) fn outputs_type(&self) -> TokenStream {
        let private = self.private();
        let outputs = self.outputs.iter().map(|output| match output {
            Output::ByValue(operand) => {
                let element = &operand.element;
                quote!(#private::ByValue<#element>)
            }
            Output::ByView(operand) => {
                let parameters = operand.parameters(&private);
                quote!(#private::ByView<#parameters>)
            }
        });
        quote!((#(#outputs,)*))
    }

    /// The path to what expansions name.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.function.krate;
        quote!(#krate::__private)
    }
}

impl Operand {
    /// `T, Ix1`, and `IxDyn` behind it where arrays at the call may have fewer dimensions.
    fn parameters(&self, private: &TokenStream) -> TokenStream {
        let Self { element, rank, optional } = self;
        let core = format_ident!("Ix{rank}");
        let declared = optional.then(|| quote!(, #private::IxDyn));
        quote!(#element, #private::#core #declared)
    }
}

/// The element type of a scratch `Vec`.
pub(crate) fn vec_element(scratch: &Type) -> Option<&Type> {
    let Type::Path(path) = strip(scratch) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Vec")?;
    let PathArguments::AngleBracketed(list) = &last.arguments else { return None };
    match list.args.first()? {
        GenericArgument::Type(element) => Some(element),
        _ => None,
    }
}
