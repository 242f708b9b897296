//! Arrays on a GPU.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use ndarray::{Array, ArrayD, ArrayRef, Dimension, IxDyn};

use crate::Error;
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::element::GpuElement;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::transfer::HostWrite;
use crate::memory::check_room;

/// An array on a GPU: what [`Gpu::upload`] gives, and kernels that are applied to such arrays.
///
/// It is a value: kernels write new arrays, and clones, which cost nothing, keep what they hold. Work on it is recorded
/// and done when a result is asked for.
///
/// ```
/// use ndarray::array;
/// use ndstencil::{DeviceArray, Gpu};
/// let Ok(gpu) = Gpu::new() else { return Ok(()) };
/// let x: DeviceArray<u8, _> = gpu.upload(&array![[1, 2, 3], [4, 5, 6]])?;
/// assert_eq!(x.shape(), [2, 3]);
/// assert_eq!(x.download()?, array![[1, 2, 3], [4, 5, 6]]);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone)]
pub struct DeviceArray<T, D> {
    pub(crate) data: Arc<Data>,
    types: PhantomData<(fn() -> T, D)>,
}

/// An array without its types.
pub struct Data {
    pub(crate) gpu: Gpu,
    pub(crate) memory: Arc<Memory>,
    pub(crate) form: DeviceLayout,
    /// The calls that its values depend on and that may fail on the GPU.
    pub(crate) checks: Vec<Check>,
}

impl Data {
    /// Memory that holds nothing yet.
    pub(crate) fn new(gpu: &Gpu, form: DeviceLayout) -> Result<Data, Error> {
        form.check(gpu.limits().buffer)?;
        Ok(Data { gpu: gpu.clone(), memory: gpu.memory(form.bytes())?, form, checks: Vec::new() })
    }

    pub(crate) fn download_into(&self, to: &mut dyn HostWrite) -> Result<(), Error> {
        self.finish(self.start()?, to)
    }

    /// The outcome of the calls that it depends on.
    pub(crate) fn passed(&self) -> Result<(), Error> {
        for check in &self.checks {
            self.gpu.settle(&check.outcome)?;
            check.wait()?;
        }
        Ok(())
    }
}

impl Gpu {
    /// Brings an array or a view of any strides to the GPU.
    ///
    /// # Errors
    /// [`GpuError::ArraySize`](crate::GpuError::ArraySize), [`GpuError::Memory`](crate::GpuError::Memory),
    /// [`GpuError::Lost`](crate::GpuError::Lost).
    ///
    /// ```
    /// use ndarray::{array, s};
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let x = array![[1, 2, 3], [4, 5, 6]];
    /// assert_eq!(gpu.upload(&x.slice(s![.., ..;-1]).t())?.download()?, array![[3, 6], [2, 5], [1, 4]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn upload<T: GpuElement, D: Dimension>(&self, array: &ArrayRef<T, D>) -> Result<DeviceArray<T, D>, Error> {
        let data = Data::new(self, DeviceLayout::new(array.shape(), T::SCALAR))?;
        self.upload_whole(&array.view().into_dyn(), &data.memory.buffer)?;
        Ok(DeviceArray::of(Arc::new(data)))
    }
}

impl<T: GpuElement, D: Dimension> DeviceArray<T, D> {
    /// The data has these types.
    pub(crate) fn of(data: Arc<Data>) -> DeviceArray<T, D> {
        DeviceArray { data, types: PhantomData }
    }

    /// The lengths of its axes.
    ///
    /// ```
    /// use ndarray::Array3;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(gpu.upload(&Array3::<f32>::zeros((4, 0, 2)))?.shape(), [4, 0, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn shape(&self) -> &[usize] {
        &self.data.form.shape
    }

    /// The GPU that it is on.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let x = gpu.upload(&array![1.0f32, 2.0])?;
    /// let y = x.gpu().upload(&array![3.0f32])?;
    /// assert_eq!(y.gpu().name(), gpu.name());
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn gpu(&self) -> &Gpu {
        &self.data.gpu
    }

    /// Brings it to host memory, when the work that it depends on is done.
    ///
    /// # Errors
    /// [`GpuError::Check`](crate::GpuError::Check) when a kernel that it depends on failed;
    /// [`GpuError::Memory`](crate::GpuError::Memory), [`GpuError::Lost`](crate::GpuError::Lost).
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(gpu.upload(&array![true, false])?.download()?, array![true, false]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn download(&self) -> Result<Array<T, D>, Error> {
        let mut array: Array<T, D> = blank(self.shape());
        self.data.download_into(&mut array.view_mut().into_dyn())?;
        Ok(array)
    }

    /// Brings it to an array that is there, of any strides.
    ///
    /// # Errors
    /// As for [`download`](DeviceArray::download).
    ///
    /// # Panics
    /// When the shapes differ.
    ///
    /// ```
    /// use ndarray::{Array2, array, s};
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut table = Array2::zeros((2, 3));
    /// gpu.upload(&array![1u16, 2, 3])?.download_into(&mut table.row_mut(1))?;
    /// assert_eq!(table, array![[0, 0, 0], [1, 2, 3]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn download_into(&self, to: &mut ArrayRef<T, D>) -> Result<(), Error> {
        assert_eq!(self.shape(), to.shape(), "an array is downloaded into one of its shape");
        self.data.download_into(&mut to.view_mut().into_dyn())
    }

    /// Brings it to host memory while this thread does something else.
    ///
    /// # Errors
    /// As for [`download`](DeviceArray::download).
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let coming = gpu.upload(&array![1i64, 2, 3])?.download_async();
    /// # fn block_on<T>(future: impl Future<Output = T>) -> T {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop {
    /// #         if let std::task::Poll::Ready(value) = future.as_mut().poll(&mut context) { return value; }
    /// #         std::thread::yield_now();
    /// #     }
    /// # }
    /// assert_eq!(block_on(coming)?, array![1, 2, 3]); // `coming.await?`
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn download_async(&self) -> impl Future<Output = Result<Array<T, D>, Error>> + Send + use<T, D>
    where
        D: 'static,
    {
        let slot = Arc::new(Mutex::new(Slot { result: None, waker: None }));
        let (array, to) = (self.clone(), slot.clone());
        // The drivers' interfaces wait on a thread; this one sleeps until the GPU is done.
        std::thread::spawn(move || {
            let result = array.download();
            let mut slot = to.lock().expect("no panic with the slot");
            slot.result = Some(result);
            if let Some(waker) = slot.waker.take() {
                waker.wake();
            }
        });
        Coming(slot)
    }
}

/// As [`blank`], or the shape where there is no memory for it.
pub(crate) fn try_blank<T: GpuElement, D: Dimension>(shape: &[usize]) -> Result<Array<T, D>, &[usize]> {
    check_room([(shape, size_of::<T>())])?;
    // Asked for first: `vec!` ends the process where it gets none.
    Vec::<T>::new().try_reserve_exact(shape.iter().product()).map_err(|_| shape)?;
    Ok(blank(shape))
}

/// An array of the rank that the types promise.
pub(crate) fn blank<T: GpuElement, D: Dimension>(shape: &[usize]) -> Array<T, D> {
    let cells = vec![T::default(); shape.iter().product()];
    let array = ArrayD::from_shape_vec(IxDyn(shape), cells).expect("as many cells as the shape has");
    array.into_dimensionality().expect("types follow the numbers of axes")
}

struct Slot<R> {
    result: Option<R>,
    waker: Option<Waker>,
}

struct Coming<R>(Arc<Mutex<Slot<R>>>);

impl<R> Future for Coming<R> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R> {
        let mut slot = self.0.lock().expect("no panic with the slot");
        match slot.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                slot.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl<T: GpuElement, D: Dimension> fmt::Debug for DeviceArray<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DeviceLayout { shape, scalar } = &self.data.form;
        f.debug_struct("DeviceArray").field("shape", shape).field("scalar", scalar).finish_non_exhaustive()
    }
}
