//! Numbers that other languages know, and the parameters of a kernel as a tuple of them.

use stencil_abi::ElementType;

use crate::data_type::Scalar;

/// A number that other languages know as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number that NumPy knows",
    label = "the key `python` needs `bool`, an integer of up to 64 bits, `f32`, `f64`, or `half::f16`",
    note = "remove the key `python`, or take and return numbers"
)]
pub trait Exportable: Scalar + Default {
    /// The type as a value.
    const ELEMENT: ElementType;

    /// The number, without its type.
    fn value(self) -> Value;

    /// # Safety
    /// A number of this type, or for `bool` any byte, lies there.
    #[doc(hidden)]
    unsafe fn read(at: *mut u8) -> Self {
        // SAFETY: as the caller says.
        unsafe { at.cast::<Self>().read_unaligned() }
    }
}

/// A number, without its type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// An integer that has a sign.
    Signed(i64),
    /// An integer that has none.
    Unsigned(u64),
    /// A floating-point number.
    Float(f64),
}

macro_rules! exportable {
    ($($T:ty, $element:ident, $variant:ident as $wide:ty;)*) => {$(
        impl Exportable for $T {
            const ELEMENT: ElementType = ElementType::$element;

            fn value(self) -> Value {
                Value::$variant(self as $wide)
            }
        }
    )*};
}
exportable! {
    i8, I8, Signed as i64;
    i16, I16, Signed as i64;
    i32, I32, Signed as i64;
    i64, I64, Signed as i64;
    isize, Isize, Signed as i64;
    u8, U8, Unsigned as u64;
    u16, U16, Unsigned as u64;
    u32, U32, Unsigned as u64;
    u64, U64, Unsigned as u64;
    usize, Usize, Unsigned as u64;
    f32, F32, Float as f64;
    f64, F64, Float as f64;
}

impl Exportable for bool {
    const ELEMENT: ElementType = ElementType::Bool;

    fn value(self) -> Value {
        Value::Bool(self)
    }

    unsafe fn read(at: *mut u8) -> bool {
        // SAFETY: as the caller says.
        unsafe { at.read() != 0 }
    }
}

#[cfg(feature = "f16")]
impl Exportable for half::f16 {
    const ELEMENT: ElementType = ElementType::F16;

    fn value(self) -> Value {
        Value::Float(self.to_f64())
    }
}

/// The parameters of a kernel: a tuple of numbers.
pub trait Parameters: Copy + Default {
    /// Their types.
    const ELEMENTS: &'static [ElementType];
    /// The bytes of each.
    #[doc(hidden)]
    const SIZES: &'static [usize];

    /// # Safety
    /// `at` gives, for the number of each parameter, where one of its type is.
    #[doc(hidden)]
    unsafe fn read(at: impl Fn(usize) -> *mut u8) -> Self;
}

macro_rules! parameters {
    ($($T:ident $i:tt),*) => {
        // Without parameters, the tuple is `()`.
        #[allow(clippy::unused_unit)]
        impl<$($T: Exportable),*> Parameters for ($($T,)*) {
            const ELEMENTS: &'static [ElementType] = &[$($T::ELEMENT),*];
            const SIZES: &'static [usize] = &[$(size_of::<$T>()),*];

            unsafe fn read(_at: impl Fn(usize) -> *mut u8) -> Self {
                // SAFETY: as the caller says.
                ($(unsafe { $T::read(_at($i)) },)*)
            }
        }
    };
}
parameters!();
parameters!(A 0);
parameters!(A 0, B 1);
parameters!(A 0, B 1, C 2);
parameters!(A 0, B 1, C 2, D 3);
parameters!(A 0, B 1, C 2, D 3, E 4);
parameters!(A 0, B 1, C 2, D 3, E 4, F 5);
parameters!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
parameters!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
