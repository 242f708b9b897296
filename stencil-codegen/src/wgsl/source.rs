//! The input of lowering: the element function as the GPU form needs it, the same for stencils and gufuncs.

use syn::Ident;

use super::scalar::Scalar;

/// An element function of known element types.
pub(crate) struct Source<'a> {
    /// The body as the user wrote it.
    pub(crate) body: &'a syn::Block,
    /// The parameters in the user's order.
    pub(crate) arguments: Vec<Argument<'a>>,
    /// The values that are returned; empty where all outputs are written.
    pub(crate) outputs: Vec<Scalar>,
    /// The scalars that the type parameters stand for.
    pub(crate) generics: Vec<(Ident, Scalar)>,
    /// Constants and functions of the module that the body sees.
    pub(crate) items: &'a [syn::Item],
}

/// One parameter.
pub(crate) struct Argument<'a> {
    pub(crate) name: &'a Ident,
    pub(crate) mutable: bool,
    pub(crate) kind: Kind,
}

/// The kind of a parameter. Each kind is counted on its own.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `halo` is the box that may be read, where it is known.
    Window {
        number: usize,
        element: Scalar,
        rank: usize,
        halo: Option<Vec<[usize; 2]>>,
    },
    Scalar {
        number: usize,
        scalar: Scalar,
    },
    /// A small array, each number of it a scalar; it is nested where there are several lengths.
    Values {
        first: usize,
        lengths: Vec<usize>,
        scalar: Scalar,
    },
    /// An absolutely indexed array; `len` is that of `[T; N]`.
    Array {
        number: usize,
        rank: usize,
        element: Scalar,
        len: Option<usize>,
    },
    /// An input of a gufunc, and the numbers of its dimensions in the signature; none is an element by value.
    Input {
        number: usize,
        element: Scalar,
        dims: Vec<usize>,
    },
    /// An output that a gufunc writes.
    Output {
        number: usize,
        element: Scalar,
        dims: Vec<usize>,
    },
}
