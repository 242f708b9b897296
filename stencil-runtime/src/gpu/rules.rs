//! The values in boundary rules, as bits.

use crate::gpu::element::GpuElement;
use crate::{Boundary, Rim, Rule, Rules};

/// The constants of rules, as the bits of a cell.
#[derive(Clone, Debug, Default)]
pub struct RuleBits {
    /// For each input, `[before, after]` of each axis; 0 where there is none.
    pub(crate) constants: Vec<Vec<[u64; 2]>>,
    /// For each input the same, of what outputs are filled with: one value for each output.
    fills: Vec<Vec<[Option<Vec<u64>>; 2]>>,
}

impl RuleBits {
    /// The values that outputs are filled with on one side: those of the first input that has any.
    pub(crate) fn fills(&self, axis: usize, side: usize) -> Option<&[u64]> {
        self.fills.iter().find_map(|sides| sides[axis][side].as_deref())
    }
}

/// Boundary rules for elements that a GPU has: those of every kernel that has a GPU form.
pub trait GpuRules: crate::Sealed {
    #[doc(hidden)]
    fn bits(&self) -> RuleBits;
}

/// The result of an element function: an element, or a tuple of them.
pub trait GpuItem {
    #[doc(hidden)]
    fn cells(&self) -> Vec<u64>;
}

impl<I: GpuElement, O: GpuItem, const N: usize> GpuRules for Rules<I, O, N> {
    fn bits(&self) -> RuleBits {
        let constant = |rule: &Rule<I, O>| match rule {
            Rule::Read(Boundary::Constant(value)) => value.cell(),
            Rule::Read(_) | Rule::Rim(_) => 0,
        };
        let fill = |rule: &Rule<I, O>| match rule {
            Rule::Rim(Rim::Fill(item)) => Some(item.cells()),
            Rule::Rim(Rim::Keep | Rim::Shrink) | Rule::Read(_) => None,
        };
        RuleBits {
            constants: vec![self.sides.iter().map(|[before, after]| [constant(before), constant(after)]).collect()],
            fills: vec![self.sides.iter().map(|[before, after]| [fill(before), fill(after)]).collect()],
        }
    }
}

macro_rules! elements {
    ($($T:ty)*) => {
        $(
            impl GpuItem for $T {
                fn cells(&self) -> Vec<u64> {
                    vec![crate::gpu::GpuScalar::cell(*self)]
                }
            }
        )*
    };
}
elements!(bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);
#[cfg(feature = "f16")]
elements!(half::f16);

macro_rules! tuples {
    ($($T:ident $i:tt),+) => {
        impl<$($T: GpuElement),+> GpuItem for ($($T,)+) {
            fn cells(&self) -> Vec<u64> {
                vec![$(self.$i.cell()),+]
            }
        }

        impl<O, const N: usize, $($T),+> GpuRules for ($(Rules<$T, O, N>,)+)
        where
            $(Rules<$T, O, N>: GpuRules,)+
        {
            fn bits(&self) -> RuleBits {
                let mut all = RuleBits::default();
                $(
                    let bits = self.$i.bits();
                    all.constants.extend(bits.constants);
                    all.fills.extend(bits.fills);
                )+
                all
            }
        }
    };
}
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
