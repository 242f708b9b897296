//! The operands of a gufunc on a GPU.

use crate::gpu::operand::{GpuOperand, GpuOutOperand, OnHost, Place, join};
use crate::gpu::task::{Source, Target};
use crate::gufunc::Operands;
use crate::kernel::{CoreRank, CoreView, Element, GufuncOutputs, Input, Inputs, Output};

use ndarray::{Dimension, Ix0};

/// Declared inputs that operands `A` on a GPU can be bound to: as [`Operands`](crate::Operands), and arrays on the GPU.
#[diagnostic::on_unimplemented(
    message = "`{A}` cannot be what this gufunc is applied to on a GPU",
    note = "one input takes a reference to an array of its type, in host memory or on the GPU, or a number; several take a tuple of them"
)]
pub trait GpuOperands<A>: Inputs {
    /// The loop dimensions of all operands together.
    type Loop: Dimension;
    /// The place of the results.
    type Place: Place;

    #[doc(hidden)]
    fn sources<'s>(operands: A) -> Vec<Source<'s>>
    where
        A: 's;
}

impl GpuOperands<()> for () {
    type Loop = Ix0;
    type Place = OnHost;

    fn sources<'s>((): ()) -> Vec<Source<'s>> {
        Vec::new()
    }
}

impl<A, T: Element, C: CoreView, R: CoreRank> GpuOperands<A> for (Input<T, C, R>,)
where
    A: GpuOperand<T>,
    Self: Operands<A::Like>,
{
    type Loop = <Self as Operands<A::Like>>::Loop;
    type Place = A::Place;

    fn sources<'s>(operand: A) -> Vec<Source<'s>>
    where
        A: 's,
    {
        vec![operand.source()]
    }
}

macro_rules! bind {
    ($($A:ident $T:ident $C:ident $R:ident $i:tt),+) => {
        impl<$($A, $T: Element, $C: CoreView, $R: CoreRank),+> GpuOperands<($($A,)+)> for ($(Input<$T, $C, $R>,)+)
        where
            $($A: GpuOperand<$T>,)+
            Self: Operands<($($A::Like,)+)>,
        {
            type Loop = <Self as Operands<($($A::Like,)+)>>::Loop;
            type Place = join!($($A)+);

            fn sources<'s>(operands: ($($A,)+)) -> Vec<Source<'s>>
            where
                ($($A,)+): 's,
            {
                vec![$(operands.$i.source()),+]
            }
        }
    };
}
bind!(A0 T0 C0 R0 0, A1 T1 C1 R1 1);
bind!(A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2);
bind!(A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3);
bind!(A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3, A4 T4 C4 R4 4);
bind!(A0 T0 C0 R0 0, A1 T1 C1 R1 1, A2 T2 C2 R2 2, A3 T3 C3 R3 3, A4 T4 C4 R4 4, A5 T5 C5 R5 5);

/// Declared outputs that arrays `B` can be bound to on a GPU: as [`OutOperands`](crate::OutOperands), and arrays on the GPU.
#[diagnostic::on_unimplemented(
    message = "`{B}` cannot be what this gufunc writes into on a GPU",
    note = "one output takes a mutable reference to an array of its type, in host memory or on the GPU; several take a tuple of them"
)]
pub trait GpuOutOperands<B>: GufuncOutputs {
    #[doc(hidden)]
    fn targets(outputs: &mut B) -> Vec<Target<'_>>;
}

impl<B, O: Output> GpuOutOperands<B> for (O,)
where
    Self: GufuncOutputs,
    B: GpuOutOperand<O::Element>,
{
    fn targets(output: &mut B) -> Vec<Target<'_>> {
        vec![output.target()]
    }
}

macro_rules! bind_out {
    ($($B:ident $O:ident $i:tt),+) => {
        impl<$($B, $O: Output),+> GpuOutOperands<($($B,)+)> for ($($O,)+)
        where
            Self: GufuncOutputs,
            $($B: GpuOutOperand<$O::Element>,)+
        {
            fn targets(outputs: &mut ($($B,)+)) -> Vec<Target<'_>> {
                vec![$(outputs.$i.target()),+]
            }
        }
    };
}
bind_out!(B0 O0 0, B1 O1 1);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3, B4 O4 4);
bind_out!(B0 O0 0, B1 O1 1, B2 O2 2, B3 O3 3, B4 O4 4, B5 O5 5);
