//! The operands of kernels on a GPU: arrays in host memory and on the GPU, numbers, and tuples of them.

use std::sync::Arc;

use ndarray::{Array, ArrayBase, ArrayRef, Data, DataMut, Dim, Dimension, Ix0};

use crate::Sealed;
use crate::gpu::Gpu;
use crate::gpu::array::{self, DeviceArray, try_blank};
use crate::gpu::element::GpuElement;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::task::{Source, Target};
use crate::kernel::Element;
use crate::window::Window;
use crate::{Error, ShapeError};

/// The place of the results of a call: [`OnHost`] or [`OnDevice`].
///
/// ```
/// use ndarray::Array1;
/// use ndstencil::DeviceArray;
/// use ndstencil::gpu::{OnDevice, OnHost, Place};
/// // One operand on the GPU brings the results there.
/// type Results<A, B> = <<A as Place>::Join<B> as Place>::Result<Array1<f32>>;
/// fn both(host: Results<OnHost, OnHost>, there: Results<OnHost, OnDevice>) -> (Array1<f32>, DeviceArray<f32, ndarray::Ix1>) {
///     (host, there)
/// }
/// # let _ = both;
/// ```
pub trait Place: Sealed {
    /// Their place with an operand there.
    type Join<P: Place>: Place;
    /// Results that are these arrays in host memory.
    type Result<A: GpuArrays>;

    #[doc(hidden)]
    fn results<A: GpuArrays>(
        kernel: &'static str,
        gpu: &Gpu,
        shapes: &[Vec<usize>],
        run: impl FnOnce(Vec<Target<'_>>) -> Result<(), Error>,
    ) -> Result<Self::Result<A>, Error>;
}

/// In host memory: a [`Place`].
#[derive(Clone, Copy, Debug)]
pub struct OnHost;

/// On the GPU: a [`Place`].
#[derive(Clone, Copy, Debug)]
pub struct OnDevice;

impl Sealed for OnHost {}
impl Sealed for OnDevice {}

impl Place for OnHost {
    type Join<P: Place> = P;
    type Result<A: GpuArrays> = A;

    fn results<A: GpuArrays>(
        kernel: &'static str,
        _: &Gpu,
        shapes: &[Vec<usize>],
        run: impl FnOnce(Vec<Target<'_>>) -> Result<(), Error>,
    ) -> Result<A, Error> {
        let mut arrays = A::blank(shapes).map_err(|shape| ShapeError::too_large(kernel, shape))?;
        run(arrays.targets())?;
        Ok(arrays)
    }
}

impl Place for OnDevice {
    type Join<P: Place> = OnDevice;
    type Result<A: GpuArrays> = A::Device;

    fn results<A: GpuArrays>(
        _: &'static str,
        gpu: &Gpu,
        shapes: &[Vec<usize>],
        run: impl FnOnce(Vec<Target<'_>>) -> Result<(), Error>,
    ) -> Result<A::Device, Error> {
        let mut data = A::data(gpu, shapes)?;
        run(data.iter_mut().map(Target::Device).collect())?;
        Ok(A::device(data))
    }
}

/// An operand of a kernel on a GPU with elements `T`: a reference to an array or a view in host memory, to a
/// [`DeviceArray`], or a number for a kernel that takes one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operand of element type `{T}` on a GPU",
    label = "expected a reference to an array of `{T}`, in host memory or on the GPU"
)]
pub trait GpuOperand<T> {
    /// The number of axes.
    type Dim: Dimension;
    /// Its place.
    type Place: Place;
    /// An operand in host memory with as many axes.
    #[doc(hidden)]
    type Like: crate::Operand<T, Dim = Self::Dim>;

    #[doc(hidden)]
    fn source<'s>(self) -> Source<'s>
    where
        Self: 's;
}

impl<'w, T: GpuElement, S: Data<Elem = T>, D: Dimension> GpuOperand<T> for &'w ArrayBase<S, D, T> {
    type Dim = D;
    type Place = OnHost;
    type Like = &'w ArrayRef<T, D>;

    fn source<'s>(self) -> Source<'s>
    where
        Self: 's,
    {
        Source::Host(Box::new(self.view().into_dyn()))
    }
}

impl<'w, T: GpuElement, D: Dimension> GpuOperand<T> for &'w ArrayRef<T, D> {
    type Dim = D;
    type Place = OnHost;
    type Like = &'w ArrayRef<T, D>;

    fn source<'s>(self) -> Source<'s>
    where
        Self: 's,
    {
        Source::Host(Box::new(self.view().into_dyn()))
    }
}

impl<'w, T: GpuElement, D: Dimension + 'w> GpuOperand<T> for &'w DeviceArray<T, D> {
    type Dim = D;
    type Place = OnDevice;
    type Like = &'w ArrayRef<T, D>;

    fn source<'s>(self) -> Source<'s>
    where
        Self: 's,
    {
        Source::Device(self.data.clone())
    }
}

macro_rules! numbers {
    ($($T:ty)*) => {
        $(
            impl GpuOperand<$T> for $T {
                type Dim = Ix0;
                type Place = OnHost;
                type Like = $T;

                fn source<'s>(self) -> Source<'s>
                where
                    Self: 's,
                {
                    Source::Host(Box::new(ndarray::arr0(self).into_dyn()))
                }
            }
        )*
    };
}
numbers!(bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// The inputs of a stencil on a GPU: one operand, or a tuple. `W` are the windows on them.
///
/// Functions that take any kernel name it:
///
/// ```
/// use ndarray::{Array2, ArrayRef2, Ix2, array};
/// use ndstencil::gpu::{GpuInputs, GpuKernel, GpuRules, OnHost};
/// use ndstencil::prelude::*;
/// use ndstencil::{Error, Kernel, Single};
/// #[stencil(gpu, boundary = Nearest)]
/// fn left(x: Window2<f32>) -> f32 { x[[0, -1]] }
///
/// /// On the GPU if there is one.
/// fn run<K>(kernel: Stencil<K>, x: &Array2<f32>) -> Result<Array2<f32>, Error>
/// where
///     K: for<'w> Kernel<Args<'w> = &'w ArrayRef2<f32>, Out = Single<f32>, Dim = Ix2, Rules: GpuRules> + GpuKernel,
///     for<'x> &'x Array2<f32>: GpuInputs<K::Windows<'static>, Place = OnHost>,
/// {
///     match Gpu::new() {
///         Ok(gpu) => kernel.on(&gpu).apply(x),
///         Err(_) => kernel.apply(x),
///     }
/// }
/// assert_eq!(run(left(), &array![[1.0, 2.0, 3.0]])?, array![[1.0, 1.0, 2.0]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what this stencil is applied to on a GPU",
    note = "one input takes a reference to an array of its type and rank, in host memory or on the GPU; several take a tuple of them"
)]
pub trait GpuInputs<W> {
    /// The place of the results.
    type Place: Place;

    #[doc(hidden)]
    fn sources<'s>(self) -> Vec<Source<'s>>
    where
        Self: 's;
}

impl<T: Element, const N: usize, X> GpuInputs<(Window<'static, T, N>,)> for X
where
    Dim<[usize; N]>: Dimension,
    X: GpuOperand<T, Dim = Dim<[usize; N]>>,
{
    type Place = X::Place;

    fn sources<'s>(self) -> Vec<Source<'s>>
    where
        Self: 's,
    {
        vec![self.source()]
    }
}

/// The place of the results of several operands.
macro_rules! join {
    ($X:ident) => { $X::Place };
    ($X:ident $($rest:ident)+) => { <$X::Place as Place>::Join<join!($($rest)+)> };
}
pub(crate) use join;

macro_rules! inputs {
    ($($X:ident $T:ident $i:tt),+) => {
        impl<$($T: Element, $X,)+ const N: usize> GpuInputs<($(Window<'static, $T, N>,)+)> for ($($X,)+)
        where
            Dim<[usize; N]>: Dimension,
            $($X: GpuOperand<$T, Dim = Dim<[usize; N]>>,)+
        {
            type Place = join!($($X)+);

            fn sources<'s>(self) -> Vec<Source<'s>>
            where
                Self: 's,
            {
                vec![$(self.$i.source()),+]
            }
        }
    };
}
inputs!(X0 A 0, X1 B 1);
inputs!(X0 A 0, X1 B 1, X2 C 2);
inputs!(X0 A 0, X1 B 1, X2 C 2, X3 D 3);
inputs!(X0 A 0, X1 B 1, X2 C 2, X3 D 3, X4 E 4);
inputs!(X0 A 0, X1 B 1, X2 C 2, X3 D 3, X4 E 4, X5 F 5);

/// The arrays that a kernel returns, one or a tuple, of elements that a GPU has.
pub trait GpuArrays: Sized {
    /// The same on the GPU.
    type Device;

    /// Arrays to be written, or the shape of the first one that there is no memory for.
    #[doc(hidden)]
    fn blank(shapes: &[Vec<usize>]) -> Result<Self, &[usize]>;
    #[doc(hidden)]
    fn targets(&mut self) -> Vec<Target<'_>>;
    #[doc(hidden)]
    fn data(gpu: &Gpu, shapes: &[Vec<usize>]) -> Result<Vec<Arc<array::Data>>, Error>;
    #[doc(hidden)]
    fn device(data: Vec<Arc<array::Data>>) -> Self::Device;
}

impl<T: GpuElement, D: Dimension> GpuArrays for Array<T, D> {
    type Device = DeviceArray<T, D>;

    fn blank(shapes: &[Vec<usize>]) -> Result<Self, &[usize]> {
        try_blank(&shapes[0])
    }

    fn targets(&mut self) -> Vec<Target<'_>> {
        vec![Target::Host(Box::new(self.view_mut().into_dyn()))]
    }

    fn data(gpu: &Gpu, shapes: &[Vec<usize>]) -> Result<Vec<Arc<array::Data>>, Error> {
        Ok(vec![Arc::new(array::Data::new(gpu, DeviceLayout::new(&shapes[0], T::SCALAR))?)])
    }

    fn device(mut data: Vec<Arc<array::Data>>) -> DeviceArray<T, D> {
        DeviceArray::of(data.remove(0))
    }
}

/// Arrays that a kernel writes into; `R` is what it returns.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what this kernel writes into on a GPU",
    note = "one output takes a mutable reference to an array of its type and rank, in host memory or on the GPU; several take a tuple of them"
)]
pub trait GpuOutputs<R> {
    #[doc(hidden)]
    fn targets(&mut self) -> Vec<Target<'_>>;
}

/// One array that a kernel writes into.
pub trait GpuOutOperand<T> {
    /// The number of axes.
    type Dim: Dimension;

    #[doc(hidden)]
    fn target(&mut self) -> Target<'_>;
}

impl<T: GpuElement, S: DataMut<Elem = T>, D: Dimension> GpuOutOperand<T> for &mut ArrayBase<S, D, T> {
    type Dim = D;

    fn target(&mut self) -> Target<'_> {
        Target::Host(Box::new(self.view_mut().into_dyn()))
    }
}

impl<T: GpuElement, D: Dimension> GpuOutOperand<T> for &mut ArrayRef<T, D> {
    type Dim = D;

    fn target(&mut self) -> Target<'_> {
        Target::Host(Box::new(self.view_mut().into_dyn()))
    }
}

impl<T: GpuElement, D: Dimension> GpuOutOperand<T> for &mut DeviceArray<T, D> {
    type Dim = D;

    fn target(&mut self) -> Target<'_> {
        Target::Device(&mut self.data)
    }
}

impl<T: GpuElement, D: Dimension, B: GpuOutOperand<T, Dim = D>> GpuOutputs<Array<T, D>> for B {
    fn targets(&mut self) -> Vec<Target<'_>> {
        vec![self.target()]
    }
}

macro_rules! tuples {
    ($($B:ident $T:ident $Dx:ident $i:tt),+) => {
        impl<$($T: GpuElement, $Dx: Dimension),+> GpuArrays for ($(Array<$T, $Dx>,)+) {
            type Device = ($(DeviceArray<$T, $Dx>,)+);

            fn blank(shapes: &[Vec<usize>]) -> Result<Self, &[usize]> {
                Ok(($(try_blank(&shapes[$i])?,)+))
            }

            fn targets(&mut self) -> Vec<Target<'_>> {
                vec![$(Target::Host(Box::new(self.$i.view_mut().into_dyn()))),+]
            }

            fn data(gpu: &Gpu, shapes: &[Vec<usize>]) -> Result<Vec<Arc<array::Data>>, Error> {
                Ok(vec![$(Arc::new(array::Data::new(gpu, DeviceLayout::new(&shapes[$i], $T::SCALAR))?)),+])
            }

            fn device(data: Vec<Arc<array::Data>>) -> Self::Device {
                let mut data = data.into_iter();
                ($(DeviceArray::<$T, $Dx>::of(data.next().expect("as many arrays as outputs")),)+)
            }
        }

        impl<$($B, $T: GpuElement, $Dx: Dimension),+> GpuOutputs<($(Array<$T, $Dx>,)+)> for ($($B,)+)
        where
            $($B: GpuOutOperand<$T, Dim = $Dx>,)+
        {
            fn targets(&mut self) -> Vec<Target<'_>> {
                vec![$(self.$i.target()),+]
            }
        }
    };
}
tuples!(B0 A D0 0, B1 B D1 1);
tuples!(B0 A D0 0, B1 B D1 1, B2 C D2 2);
tuples!(B0 A D0 0, B1 B D1 1, B2 C D2 2, B3 D D3 3);
tuples!(B0 A D0 0, B1 B D1 1, B2 C D2 2, B3 D D3 3, B4 E D4 4);
tuples!(B0 A D0 0, B1 B D1 1, B2 C D2 2, B3 D D3 3, B4 E D4 4, B5 F D5 5);
