use crate::ElementType;

/// One field of a shader's uniform block: what one dispatch hands to it. Operands are the inputs and then the outputs, by
/// number.
///
/// ```
/// use stencil_abi::Field;
/// assert_eq!(Field::LoopStride(0, 2).name(), "loop_stride_0_2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Invocations along x, y or z.
    Blocks(usize),
    /// Cells of the box of `near` along an axis.
    Extent(usize),
    /// The word of the status buffer that takes checks.
    Status,
    /// A bound scalar as it lies in a register; `bool` as 0 or 1.
    Scalar(usize),
    /// The length of a bound array along an axis.
    Length(usize, usize),
    /// Words from one index of a bound array to the next along an axis.
    Pitch(usize, usize),
    /// Words from one cell of an operand to the next along an axis.
    Stride(usize, usize),
    /// Words from one loop element of an operand to the next; 0 where it broadcasts.
    Loop(usize),
    /// `near`: the word of the first block. `core`: the cell of the first loop element.
    Start(usize),
    /// The shape of the whole inputs.
    Shape(usize),
    /// The term that turns a local coordinate into a global one.
    Shift(usize),
    /// The first cell of that box, as a local coordinate of the outputs.
    Origin(usize),
    /// `edge`: the number of the first invocation.
    First,
    /// `edge`: invocations for the cells that lie beside the box along this axis or one in front of it.
    Shell(usize),
    /// Cells of the outputs along an axis.
    Written(usize),
    /// `edge`: the word of an operand's local cell 0, wrapping.
    Base(usize),
    /// The local length of the inputs along an axis.
    Size(usize),
    /// The term that turns a local coordinate of the outputs into one of the inputs.
    Lead(usize),
    /// The first coordinate along an axis at which the kernel is evaluated.
    Low(usize),
    /// The coordinate behind the last one.
    High(usize),
    /// `core`: loop elements along x.
    Width,
    /// The start of the map of an input's axis.
    Map(usize, usize),
    /// The entries of that map in front of index 0: how far an input is read in front of the point.
    Before(usize, usize),
    /// The cells that an input is read behind the point.
    After(usize, usize),
    /// The start of the constants of an input.
    Constants(usize),
    /// The start of the rules for the rim.
    Rim,
    /// Cells from one loop element of an operand to the next along x, y or z.
    LoopStride(usize, usize),
    /// Cells from one index of an operand to the next along its core dimension.
    CoreStride(usize, usize),
    /// The size of a core dimension of the signature.
    CoreSize(usize),
}

impl Field {
    /// The variant's name and its numbers.
    pub fn parts(self) -> (&'static str, Vec<usize>) {
        match self {
            Self::Blocks(axis) => ("Blocks", vec![axis]),
            Self::Extent(axis) => ("Extent", vec![axis]),
            Self::Status => ("Status", vec![]),
            Self::Scalar(number) => ("Scalar", vec![number]),
            Self::Length(number, axis) => ("Length", vec![number, axis]),
            Self::Pitch(number, axis) => ("Pitch", vec![number, axis]),
            Self::Stride(operand, axis) => ("Stride", vec![operand, axis]),
            Self::Loop(operand) => ("Loop", vec![operand]),
            Self::Start(operand) => ("Start", vec![operand]),
            Self::Shape(axis) => ("Shape", vec![axis]),
            Self::Shift(axis) => ("Shift", vec![axis]),
            Self::Origin(axis) => ("Origin", vec![axis]),
            Self::First => ("First", vec![]),
            Self::Shell(axis) => ("Shell", vec![axis]),
            Self::Written(axis) => ("Written", vec![axis]),
            Self::Base(operand) => ("Base", vec![operand]),
            Self::Size(axis) => ("Size", vec![axis]),
            Self::Lead(axis) => ("Lead", vec![axis]),
            Self::Low(axis) => ("Low", vec![axis]),
            Self::High(axis) => ("High", vec![axis]),
            Self::Width => ("Width", vec![]),
            Self::Map(input, axis) => ("Map", vec![input, axis]),
            Self::Before(input, axis) => ("Before", vec![input, axis]),
            Self::After(input, axis) => ("After", vec![input, axis]),
            Self::Constants(input) => ("Constants", vec![input]),
            Self::Rim => ("Rim", vec![]),
            Self::LoopStride(operand, axis) => ("LoopStride", vec![operand, axis]),
            Self::CoreStride(operand, dim) => ("CoreStride", vec![operand, dim]),
            Self::CoreSize(dim) => ("CoreSize", vec![dim]),
        }
    }

    /// The field's name in the block: `loop_stride_0_1`.
    pub fn name(self) -> String {
        let (variant, numbers) = self.parts();
        let mut name = String::new();
        for letter in variant.chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        }
        numbers.iter().fold(name, |name, number| format!("{name}_{number}"))
    }

    /// The shader's expression for it: `p.stride_0_1`.
    pub fn read(self) -> String {
        format!("p.{}", self.name())
    }

    /// The WGSL type.
    pub fn ty(self, scalars: &[ElementType]) -> &'static str {
        match self {
            Self::Scalar(number) if scalars[number] != ElementType::Bool => scalars[number].register(),
            Self::Shift(_)
            | Self::Origin(_)
            | Self::Size(_)
            | Self::Lead(_)
            | Self::Low(_)
            | Self::High(_)
            | Self::Before(..)
            | Self::After(..) => "i32",
            _ => "u32",
        }
    }

    /// Returns true when the field takes eight bytes.
    pub fn is_wide(self, scalars: &[ElementType]) -> bool {
        matches!(self, Self::Scalar(number) if scalars[number].bits() == 64)
    }
}
