//! The choice of a GPU and of its limits.

/// The choice of a GPU and the way to use it: `Gpu::with(GpuOptions::new().name("llvmpipe"))`.
///
/// ```
/// use ndstencil::{Gpu, GpuOptions};
/// let options = GpuOptions::new().low_power(true).max_binding(1 << 20);
/// let Ok(gpu) = Gpu::with(options) else { return }; // none on this machine
/// assert!(gpu.limits().binding <= 1 << 20);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GpuOptions {
    pub(crate) name: Option<String>,
    pub(crate) low_power: bool,
    pub(crate) binding: Option<u64>,
    pub(crate) buffer: Option<u64>,
    pub(crate) workgroups: Option<u32>,
    pub(crate) portable_f16: bool,
}

impl GpuOptions {
    /// The fastest GPU there is, with its own limits.
    ///
    /// ```
    /// use ndstencil::GpuOptions;
    /// assert_eq!(GpuOptions::new(), GpuOptions::default());
    /// ```
    #[must_use]
    pub fn new() -> GpuOptions {
        GpuOptions::default()
    }

    /// A GPU whose name contains this, in whatever case.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError, Gpu, GpuOptions};
    /// let error = Gpu::with(GpuOptions::new().name("no such device")).unwrap_err();
    /// assert!(matches!(error, Error::Gpu(GpuError::NotFound { wanted: Some(_), .. })));
    /// ```
    #[must_use]
    pub fn name(self, name: &str) -> GpuOptions {
        GpuOptions { name: Some(name.to_owned()), ..self }
    }

    /// Prefers the GPU that takes least power: one in the processor before one on a card.
    ///
    /// ```
    /// use ndstencil::GpuOptions;
    /// assert_ne!(GpuOptions::new().low_power(true), GpuOptions::new());
    /// ```
    #[must_use]
    pub fn low_power(self, yes: bool) -> GpuOptions {
        GpuOptions { low_power: yes, ..self }
    }

    /// The most bytes of an array that a kernel sees at once; larger arrays are computed in parts.
    ///
    /// ```
    /// use ndstencil::GpuOptions;
    /// assert_ne!(GpuOptions::new().max_binding(1 << 16), GpuOptions::new());
    /// ```
    #[must_use]
    pub fn max_binding(self, bytes: u64) -> GpuOptions {
        GpuOptions { binding: Some(bytes), ..self }
    }

    /// The most bytes of an array on the GPU; larger ones in host memory are computed in parts.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use ndstencil::{Error, GpuError, Gpu, GpuOptions};
    /// let Ok(gpu) = Gpu::with(GpuOptions::new().max_buffer(1 << 16)) else { return };
    /// let error = gpu.upload(&Array2::<f32>::zeros((256, 256))).unwrap_err();
    /// assert_eq!(error, Error::Gpu(GpuError::ArraySize { shape: vec![256, 256], bytes: 1 << 18, limit: 1 << 16 }));
    /// ```
    #[must_use]
    pub fn max_buffer(self, bytes: u64) -> GpuOptions {
        GpuOptions { buffer: Some(bytes), ..self }
    }

    /// The most workgroups along one dimension of a dispatch; larger ones are split.
    ///
    /// ```
    /// use ndstencil::GpuOptions;
    /// assert_ne!(GpuOptions::new().max_workgroups(7), GpuOptions::new());
    /// ```
    #[must_use]
    pub fn max_workgroups(self, count: u32) -> GpuOptions {
        GpuOptions { workgroups: Some(count), ..self }
    }

    /// Sets whether the device computes `half::f16` with its own instructions where it has them: it does unless this
    /// says no. Without them each operation is computed in `f32` and rounded with integers, which takes many times
    /// the instructions and is never fused with another one; `ndstencil::docs::gpu` compares both.
    ///
    /// ```
    /// use ndstencil::{Gpu, GpuOptions};
    /// let Ok(gpu) = Gpu::with(GpuOptions::new().native_f16(false)) else { return }; // none on this machine
    /// assert!(!gpu.limits().f16);
    /// ```
    #[must_use]
    pub fn native_f16(self, yes: bool) -> GpuOptions {
        GpuOptions { portable_f16: !yes, ..self }
    }
}

/// The limits of a GPU.
///
/// ```
/// use ndstencil::Gpu;
/// let Ok(gpu) = Gpu::new() else { return };
/// assert!(gpu.limits().buffer >= gpu.limits().binding);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of an array that a kernel sees at once.
    pub binding: u64,
    /// Bytes of an array.
    pub buffer: u64,
    /// Workgroups along one dimension of a dispatch.
    pub workgroups: u32,
    /// Arrays that a kernel binds at once.
    pub bindings: u32,
    /// True when there is `f64`.
    pub f64: bool,
    /// True when there are `i64` and `u64`.
    pub int64: bool,
    /// True when the device computes `half::f16` with its own instructions; without them there is `f16` all the same.
    pub f16: bool,
}
