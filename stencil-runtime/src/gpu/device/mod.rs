//! An open GPU: its buffers, its compiled kernels, and the work that is recorded for it.

pub(crate) mod checks;
mod open;
pub(crate) mod options;
mod pool;
pub(crate) mod program;
pub(crate) mod recorder;
pub(crate) mod stats;
mod tables;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use crate::{Error, GpuError};
use open::{Opened, open};
use options::{GpuOptions, Limits};
pub(crate) use pool::Purpose;
use pool::{Pool, size_class};
use program::Programs;
use recorder::Recorder;
use stats::{Counters, Stats};
use tables::Tables;

/// A GPU, open for kernels and arrays: what `.on(&gpu)` and [`upload`](Gpu::upload) are about.
///
/// Make one for a program and share it: clones are the same GPU, for any thread. Buffers and compiled kernels are kept
/// for the next call.
///
/// ```
/// use ndarray::array;
/// use ndstencil::Gpu;
/// let Ok(gpu) = Gpu::new() else { return Ok(()) }; // none on this machine
/// let x = array![[1.0f32, 2.0], [3.0, 4.0]];
/// assert_eq!(gpu.upload(&x)?.download()?, x);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone)]
pub struct Gpu {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    name: String,
    pub(crate) limits: Limits,
    pub(crate) alignment: u64,
    pub(crate) counters: Counters,
    pub(crate) pool: Pool,
    pub(crate) programs: Programs,
    tables: Mutex<Tables>,
    recorder: Mutex<Recorder>,
    /// The reason why the device is of no use any more.
    failure: Arc<OnceLock<String>>,
}

impl Gpu {
    /// Opens the fastest GPU of this machine.
    ///
    /// # Errors
    /// [`GpuError::NotFound`](crate::GpuError::NotFound).
    ///
    /// ```
    /// use ndstencil::{Error, GpuError, Gpu};
    /// match Gpu::new() {
    ///     Ok(gpu) => assert!(!gpu.name().is_empty()),
    ///     Err(error) => assert!(matches!(error, Error::Gpu(GpuError::NotFound { .. }))),
    /// }
    /// ```
    pub fn new() -> Result<Gpu, Error> {
        Gpu::with(GpuOptions::new())
    }

    /// Opens the GPU that the options describe.
    ///
    /// # Errors
    /// [`GpuError::NotFound`](crate::GpuError::NotFound).
    ///
    /// ```
    /// use ndstencil::{Gpu, GpuOptions};
    /// let Ok(gpu) = Gpu::with(GpuOptions::new().max_workgroups(16)) else { return };
    /// assert_eq!(gpu.limits().workgroups, 16);
    /// ```
    pub fn with(options: GpuOptions) -> Result<Gpu, Error> {
        let Opened { device, queue, name, limits, alignment } = open(&options)?;
        let failure = Arc::new(OnceLock::new());
        let (lost, refused) = (failure.clone(), failure.clone());
        device.set_device_lost_callback(move |_, reason| drop(lost.set(reason)));
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| drop(refused.set(error.to_string()))));
        let shared = Shared {
            device,
            queue,
            name,
            limits,
            alignment,
            counters: Counters::default(),
            pool: Pool::default(),
            programs: Programs::default(),
            tables: Mutex::default(),
            recorder: Mutex::default(),
            failure,
        };
        Ok(Gpu { shared: Arc::new(shared) })
    }

    /// Its name, as its driver has it.
    ///
    /// ```
    /// use ndstencil::{Gpu, GpuOptions};
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(Gpu::with(GpuOptions::new().name(gpu.name()))?.name(), gpu.name());
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// The limits of the GPU.
    ///
    /// ```
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return };
    /// assert!(gpu.limits().bindings >= 4);
    /// ```
    pub fn limits(&self) -> Limits {
        self.shared.limits
    }

    /// The counts of its work since it was opened.
    ///
    /// ```
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return };
    /// assert_eq!(gpu.stats().submissions, 0);
    /// ```
    pub fn stats(&self) -> Stats {
        self.shared.counters.read()
    }

    /// Hands recorded work to the GPU and waits until it is done.
    ///
    /// Only measurements need it: [`download`](crate::gpu::DeviceArray::download) waits for what it needs.
    ///
    /// # Errors
    /// [`GpuError::Lost`](crate::GpuError::Lost), [`GpuError::Memory`](crate::GpuError::Memory).
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let _x = gpu.upload(&array![1u8, 2, 3])?;
    /// assert_eq!(gpu.stats().submissions, 0);
    /// gpu.wait()?;
    /// assert_eq!(gpu.stats().submissions, 1);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn wait(&self) -> Result<(), Error> {
        self.submit()?;
        let poll = self.shared.device.poll(wgpu::PollType::wait_indefinitely());
        poll.map_err(|error| Error::Gpu(GpuError::Lost { reason: error.to_string() }))?;
        self.alive()
    }

    /// Gives memory back to the system that no array uses. It is kept for the next arrays otherwise, up to a few times
    /// what was in use at once.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Gpu;
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// drop(gpu.upload(&array![1.0f32, 2.0])?);
    /// gpu.trim();
    /// let before = gpu.stats().buffers_reused;
    /// let _y = gpu.upload(&array![3.0f32, 4.0])?;
    /// assert_eq!(gpu.stats().buffers_reused, before);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn trim(&self) {
        self.shared.pool.clear();
    }

    pub(crate) fn is(&self, other: &Gpu) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    fn alive(&self) -> Result<(), Error> {
        self.shared.failure.get().map_or(Ok(()), |reason| Err(Error::Gpu(GpuError::Lost { reason: reason.clone() })))
    }

    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.shared.recorder.lock().expect("no panic while work is recorded")
    }

    /// Does something to the device that may fail; `bytes` are what it asks for.
    pub(crate) fn scoped<T>(&self, bytes: u64, act: impl FnOnce(&wgpu::Device) -> T) -> Result<T, Error> {
        use wgpu::ErrorFilter::{Internal, OutOfMemory, Validation};
        self.alive()?;
        let device = &self.shared.device;
        let scopes = [OutOfMemory, Validation, Internal].map(|filter| device.push_error_scope(filter));
        let value = act(device);
        // Scopes end in reverse order.
        let errors = scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop()));
        match errors.collect::<Vec<_>>().into_iter().next() {
            None => Ok(value),
            Some(wgpu::Error::OutOfMemory { .. }) => Err(Error::Gpu(GpuError::Memory { bytes })),
            Some(error) => Err(Error::Gpu(GpuError::Lost { reason: error.to_string() })),
        }
    }

    /// Memory for so many bytes of an array, with whatever it held.
    pub(crate) fn memory(&self, bytes: u64) -> Result<Arc<Memory>, Error> {
        let buffer = self.buffer(Purpose::Data, bytes)?;
        Ok(Arc::new(Memory { buffer, shared: Arc::downgrade(&self.shared) }))
    }

    /// A buffer of at least so many bytes, with whatever it held.
    pub(crate) fn buffer(&self, purpose: Purpose, bytes: u64) -> Result<wgpu::Buffer, Error> {
        let size = size_class(bytes, self.shared.limits.buffer & !7);
        if purpose == Purpose::Upload {
            // What the GPU is done with goes back to the pool.
            drop(self.shared.device.poll(wgpu::PollType::Poll));
        }
        if let Some(buffer) = self.shared.pool.take(purpose, size) {
            self.shared.counters.buffers_reused.add(1);
            return Ok(buffer);
        }
        let create = || self.create(purpose.usage(), size, purpose == Purpose::Upload);
        let buffer = create().or_else(|error| match error {
            Error::Gpu(GpuError::Memory { .. }) => {
                // What is recorded keeps its buffers; what the GPU is done with is given up.
                drop(self.shared.device.poll(wgpu::PollType::wait_indefinitely()));
                self.trim();
                create()
            }
            error => Err(error),
        })?;
        self.shared.pool.made(size);
        Ok(buffer)
    }

    fn create(&self, usage: wgpu::BufferUsages, size: u64, mapped_at_creation: bool) -> Result<wgpu::Buffer, Error> {
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation };
        let buffer = self.scoped(size, |device| device.create_buffer(&descriptor))?;
        self.shared.counters.buffers_created.add(1);
        Ok(buffer)
    }
}

/// A buffer that goes back to the pool when nothing holds it any more.
pub(crate) struct Memory {
    pub(crate) buffer: wgpu::Buffer,
    shared: Weak<Shared>,
}

impl Drop for Memory {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.upgrade() {
            shared.pool.put(Purpose::Data, self.buffer.clone());
        }
    }
}

impl fmt::Debug for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gpu").field("name", &self.name()).finish_non_exhaustive()
    }
}
