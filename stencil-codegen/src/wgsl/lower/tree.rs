//! The typed tree of a body: Rust without names, references and sugar.

use proc_macro2::TokenStream;

use super::types::Ty;
use crate::wgsl::ops::Network;
use crate::wgsl::scalar::Scalar;

/// A local variable, by its place in [`Function::locals`].
pub(crate) type LocalId = usize;

/// A local variable.
#[derive(Clone)]
pub(crate) struct Local {
    /// The name in the shader, which no other local of the function has.
    pub(crate) name: String,
    pub(crate) ty: Ty,
    pub(crate) mutable: bool,
}

/// A function of the shader: the element function, or a helper.
#[derive(Clone)]
pub(crate) struct Function {
    /// The name without the mode.
    pub(crate) name: String,
    /// Reads windows or core views, so that it is printed for each mode and takes the place as a parameter.
    pub(crate) placed: bool,
    pub(crate) parameters: Vec<LocalId>,
    pub(crate) locals: Vec<Local>,
    pub(crate) result: Ty,
    pub(crate) body: Block,
}

/// Statements, and the value that they end with.
#[derive(Clone, Default)]
pub(crate) struct Block {
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) value: Option<Box<Expr>>,
}

/// A statement and the user's tokens of it.
#[derive(Clone)]
pub(crate) struct Stmt {
    pub(crate) at: TokenStream,
    pub(crate) kind: StmtKind,
}

#[derive(Clone)]
pub(crate) enum StmtKind {
    Let { local: LocalId, init: Option<Expr> },
    Expr(Expr),
}

#[derive(Clone)]
pub(crate) struct Expr {
    pub(crate) kind: ExprKind,
    pub(crate) ty: Ty,
}

/// A window, array or view of the element function, by its number among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Resource {
    Window(usize),
    Array(usize),
    Input(usize),
    Output(usize),
}

#[derive(Clone)]
pub(crate) enum ExprKind {
    Int(i128),
    /// The digits, since how they round depends on the type.
    Float(String),
    Bool(bool),
    /// A constant of the language, `f32::EPSILON`, as WGSL.
    Constant(String),
    Local(LocalId),
    /// A parameter bound when the kernel was made.
    Parameter(usize),
    Tuple(Vec<Expr>),
    Array(Vec<Expr>),
    Repeat(Box<Expr>, usize),
    Field(Box<Expr>, usize),
    Element(Box<Expr>, Box<Expr>),
    Unary(syn::UnOp, Box<Expr>),
    Binary(syn::BinOp, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Cast(Box<Expr>),
    /// A method of a scalar; the receiver comes first.
    Method(String, Vec<Expr>),
    /// `sort`, `median`, `min`, `max` of an array.
    Network(Network, Box<Expr>),
    /// One cell of a window, an array or a view.
    Read(Resource, Vec<Expr>),
    /// One cell by its number in the order of the cells, which is in range.
    Cell(Resource, Box<Expr>),
    /// The number of items of a range: start, end, whether the end belongs to it.
    Count(Box<Expr>, Box<Expr>, bool),
    /// The extent of an array or view along an axis.
    Length(Resource, usize),
    Position(usize),
    Shape(usize),
    Contains(Vec<Expr>),
    /// A call of a helper, by its place in the program.
    Call(usize, Vec<Expr>),
    Assign(Box<Expr>, Box<Expr>),
    /// `place op= value`; the operator is the binary one.
    Update(syn::BinOp, Box<Expr>, Box<Expr>),
    Block(Block),
    If(Box<Expr>, Block, Block),
    While(Box<Expr>, Block),
    Loop(Block),
    For(Box<For>),
    /// Leaves this many loops, and then one more.
    Break(usize),
    Continue(usize),
    Return(Option<Box<Expr>>),
    /// A panic, with its message.
    Raise(String),
}

/// A loop that counts.
#[derive(Clone)]
pub(crate) struct For {
    pub(crate) counter: LocalId,
    pub(crate) start: Expr,
    pub(crate) end: Expr,
    pub(crate) inclusive: bool,
    pub(crate) reversed: bool,
    pub(crate) step: u32,
    pub(crate) body: Block,
}

impl Expr {
    pub(crate) fn new(kind: ExprKind, ty: Ty) -> Self {
        Self { kind, ty }
    }

    pub(crate) fn unit() -> Self {
        Self::new(ExprKind::Tuple(Vec::new()), Ty::unit())
    }

    pub(crate) fn index(value: usize) -> Self {
        Self::new(ExprKind::Int(value as i128), Ty::USIZE)
    }

    pub(crate) fn local(local: LocalId, ty: Ty) -> Self {
        Self::new(ExprKind::Local(local), ty)
    }

    pub(crate) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }
}

impl Block {
    /// The block of one value.
    pub(crate) fn of(value: Expr) -> Self {
        Self { stmts: Vec::new(), value: Some(value.boxed()) }
    }
}

/// The features that a body asks the module for, beside its parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses {
    pub(crate) position: bool,
    pub(crate) shape: bool,
    pub(crate) contains: bool,
    /// 64-bit floats and integers in registers.
    pub(crate) f64: bool,
    pub(crate) int64: bool,
}

impl Uses {
    pub(crate) fn add(&mut self, scalar: Scalar) {
        self.f64 |= scalar == Scalar::F64;
        self.int64 |= matches!(scalar, Scalar::I64 | Scalar::U64);
    }
}
