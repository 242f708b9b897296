//! Element types that a GPU has, and their bytes.

use crate::kernel::Element;
use stencil_abi::ElementType;

/// An element type of arrays on a GPU: `bool`, integers of 8 to 64 bits, `f32`, `f64`, and `half::f16` with the feature
/// `f16`.
///
/// Narrow ones are packed into words; 64-bit ones need a device that has them.
///
/// ```
/// use ndstencil::gpu::GpuElement;
/// fn bytes<T: GpuElement>(cells: usize) -> usize { cells * size_of::<T>() }
/// assert_eq!(bytes::<u8>(3) + bytes::<f64>(1), 11);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an element type of arrays on a GPU",
    note = "there are `bool`, `i8` to `i64`, `u8` to `u64`, `f32`, `f64` and, with the feature `f16`, `half::f16`"
)]
pub trait GpuElement: GpuScalar + Element + Default {
    /// The bytes of elements.
    #[doc(hidden)]
    fn bytes(elements: &[Self]) -> &[u8];
    /// Reads as many elements as there are.
    #[doc(hidden)]
    fn read(bytes: &[u8], elements: &mut [Self]);
}

/// A type of scalar parameters: a [`GpuElement`], `usize` or `isize`.
pub trait GpuScalar: Copy + crate::Sealed {
    #[doc(hidden)]
    const SCALAR: ElementType;
    /// The bits of the register that holds the value; narrow integers are extended.
    #[doc(hidden)]
    fn bits(self) -> u64;
    /// The bits of a cell that holds the value.
    #[doc(hidden)]
    fn cell(self) -> u64 {
        self.bits()
    }
    /// Returns true when a register holds the value: of `usize` and `isize` it has the lower 32 bits, the highest of
    /// which stands for all above it.
    #[doc(hidden)]
    fn fits(self) -> bool {
        true
    }
}

macro_rules! scalar {
    ($($T:ty, $Variant:ident, $value:ident => $bits:expr;)*) => {
        $(
            impl GpuScalar for $T {
                const SCALAR: ElementType = ElementType::$Variant;
                fn bits(self) -> u64 {
                    let $value = self;
                    $bits
                }
            }
        )*
    };
}
scalar! {
    bool, Bool, v => u64::from(v);
    i8, I8, v => u64::from(i32::from(v).cast_unsigned());
    i16, I16, v => u64::from(i32::from(v).cast_unsigned());
    i32, I32, v => u64::from(v.cast_unsigned());
    i64, I64, v => v.cast_unsigned();
    u8, U8, v => u64::from(v);
    u16, U16, v => u64::from(v);
    u32, U32, v => u64::from(v);
    u64, U64, v => v;
    f32, F32, v => u64::from(v.to_bits());
    f64, F64, v => v.to_bits();
}

macro_rules! size {
    ($T:ty, $Variant:ident) => {
        impl GpuScalar for $T {
            const SCALAR: ElementType = ElementType::$Variant;

            fn bits(self) -> u64 {
                u64::from(self as u32)
            }

            fn fits(self) -> bool {
                i32::try_from(self as isize).is_ok()
            }
        }
    };
}
size!(usize, Usize);
size!(isize, Isize);

macro_rules! plain {
    ($($T:ty)*) => {
        $(
            impl GpuElement for $T {
                fn bytes(elements: &[$T]) -> &[u8] {
                    bytemuck::cast_slice(elements)
                }

                fn read(bytes: &[u8], elements: &mut [$T]) {
                    bytemuck::cast_slice_mut(elements).copy_from_slice(bytes);
                }
            }
        )*
    };
}
plain!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

impl GpuElement for bool {
    fn bytes(elements: &[bool]) -> &[u8] {
        bytemuck::cast_slice(elements)
    }

    fn read(bytes: &[u8], elements: &mut [bool]) {
        for (element, byte) in elements.iter_mut().zip(bytes) {
            *element = *byte != 0;
        }
    }
}

#[cfg(feature = "f16")]
mod f16 {
    use super::{ElementType, GpuElement, GpuScalar};
    use half::f16;

    plain!(f16);

    impl GpuScalar for f16 {
        const SCALAR: ElementType = ElementType::F16;

        fn bits(self) -> u64 {
            u64::from(self.to_f32().to_bits())
        }

        fn cell(self) -> u64 {
            u64::from(self.to_bits())
        }
    }
}
