//! The errors of GPUs.

/// There is no GPU, or it cannot do what was asked of it.
///
/// ```
/// use ndstencil::GpuError;
/// let error = GpuError::Memory { bytes: 1 << 40 };
/// assert_eq!(error.to_string(), "the GPU has no memory for 1099511627776 more bytes");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GpuError {
    /// No GPU could be opened.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::NotFound { wanted: Some("rtx".to_owned()), found: vec!["llvmpipe (Vulkan, Cpu)".to_owned()] });
    /// assert!(error.to_string().starts_with("no GPU whose name contains \"rtx\": found llvmpipe (Vulkan, Cpu)"));
    /// ```
    #[error("no GPU{}: found {}; a driver for Vulkan, Metal or Direct3D 12 makes one available", named(.wanted), listed(.found))]
    NotFound {
        /// The text that its name was to contain.
        wanted: Option<String>,
        /// The adapters that there are, and why one that was tried did not open.
        found: Vec<String>,
    },
    /// The kernel computes with a type that the GPU does not have.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Feature { kernel: "heat", feature: "f64", gpu: "Apple M1".to_owned() });
    /// assert_eq!(error.to_string(), "kernel `heat` needs `f64`, which the GPU \"Apple M1\" does not have");
    /// ```
    #[error("kernel `{kernel}` needs `{feature}`, which the GPU {gpu:?} does not have")]
    Feature {
        /// The kernel.
        kernel: &'static str,
        /// The type.
        feature: &'static str,
        /// The GPU's name.
        gpu: String,
    },
    /// The GPU has no memory left for an array. Where arrays come and go part by part, some may be written.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// assert_eq!(Error::Gpu(GpuError::Memory { bytes: 4096 }).to_string(), "the GPU has no memory for 4096 more bytes");
    /// ```
    #[error("the GPU has no memory for {bytes} more bytes")]
    Memory {
        /// The bytes that were asked for.
        bytes: u64,
    },
    /// An array does not fit a buffer of the GPU, or the cells of it that one point needs do not.
    ///
    /// Arrays in host memory are computed in parts where they are too large; those on the GPU are one buffer each.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::ArraySize { shape: vec![9, 4], bytes: 144, limit: 128 });
    /// assert_eq!(error.to_string(), "an array of shape [9, 4] takes 144 bytes on the GPU at once, whose limit is 128");
    /// ```
    #[error("an array of shape {shape:?} takes {bytes} bytes on the GPU at once, whose limit is {limit}")]
    ArraySize {
        /// Its shape.
        shape: Vec<usize>,
        /// The bytes that it takes, or the part of it that is needed at once.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A kernel has more arrays than the GPU binds at once.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Bindings { kernel: "mix", needed: 12, limit: 10 });
    /// assert_eq!(error.to_string(), "kernel `mix` needs 12 arrays at once, but the GPU binds 10");
    /// ```
    #[error("kernel `{kernel}` needs {needed} arrays at once, but the GPU binds {limit}")]
    Bindings {
        /// The kernel.
        kernel: &'static str,
        /// Inputs, outputs, parameters and tables.
        needed: u32,
        /// The most that there may be.
        limit: u32,
    },
    /// A parameter of type `usize` or `isize` does not fit the 32 bits, with a sign, that such values have on a GPU.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Parameter { kernel: "lag" });
    /// assert_eq!(error.to_string(), "kernel `lag`: a parameter does not fit 32 bits, with a sign, which sizes have on the GPU");
    /// ```
    #[error("kernel `{kernel}`: a parameter does not fit 32 bits, with a sign, which sizes have on the GPU")]
    Parameter {
        /// The kernel.
        kernel: &'static str,
    },
    /// The kernel asks for places or lengths along an axis that is too long for the 32 bits that `usize` has on a GPU.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::AxisLength { kernel: "ramp", shape: vec![5_000_000_000] });
    /// assert!(error.to_string().starts_with("kernel `ramp`: an array of shape [5000000000] has too many cells for"));
    /// ```
    #[error(
        "kernel `{kernel}`: an array of shape {shape:?} has too many cells for the places and lengths that it asks for, which are less than 2^31 on the GPU, those along one axis less than 2^30"
    )]
    AxisLength {
        /// The kernel.
        kernel: &'static str,
        /// The shape of the array, or of the cores of it.
        shape: Vec<usize>,
    },
    /// Something that would have been a panic on the CPU, such as a division by zero, happened on the GPU; or `usize` or
    /// `isize` arithmetic gave what 32 bits do not hold.
    ///
    /// It is reported where values come back, by `download` or by a call on arrays in host memory, before anything is
    /// written there. Only where arrays are too large for the GPU and come and go part by part, the parts in front of the
    /// one that failed are written.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Check { kernel: "ratio", reason: "attempt to divide by zero" });
    /// assert_eq!(error.to_string(), "kernel `ratio` on the GPU: attempt to divide by zero");
    /// ```
    #[error("kernel `{kernel}` on the GPU: {reason}")]
    Check {
        /// The kernel.
        kernel: &'static str,
        /// The message that the panic would have had, or what could not be computed.
        reason: &'static str,
    },
    /// An array is on another GPU than the one that the kernel runs on.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::OtherGpu { kernel: "heat", operand: "input `u`".into() });
    /// assert_eq!(error.to_string(), "kernel `heat`: input `u` is on another GPU: download it and upload it again");
    /// ```
    #[error("kernel `{kernel}`: {operand} is on another GPU: download it and upload it again")]
    OtherGpu {
        /// The kernel.
        kernel: &'static str,
        /// The array.
        operand: Box<str>,
    },
    /// Two loop elements write into one word of an output, whose elements have less than 32 bits: it lacks an optional
    /// dimension, so that its loop elements lie next to each other.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Axes { kernel: "cumsum", operand: "output `y`".into() });
    /// assert!(error.to_string().starts_with("kernel `cumsum`: output `y` lacks an optional dimension"));
    /// ```
    #[error(
        "kernel `{kernel}`: {operand} lacks an optional dimension, so that loop elements would write into the same word on the GPU: give it an axis of length 1, or use elements of 32 bits"
    )]
    Axes {
        /// The kernel.
        kernel: &'static str,
        /// The array.
        operand: Box<str>,
    },
    /// The GPU stopped working, or its driver refused what it was given. An output in host memory may be written in part.
    ///
    /// ```
    /// use ndstencil::{Error, GpuError};
    /// let error = Error::Gpu(GpuError::Lost { reason: "device removed".to_owned() });
    /// assert_eq!(error.to_string(), "the GPU failed: device removed");
    /// ```
    #[error("the GPU failed: {reason}")]
    Lost {
        /// The message of the driver.
        reason: String,
    },
}

/// The words in the message of [`GpuError::NotFound`](crate::GpuError::NotFound) for the GPU that was wanted.
fn named(wanted: &Option<String>) -> String {
    wanted.as_ref().map(|name| format!(" whose name contains {name:?}")).unwrap_or_default()
}

fn listed(found: &[String]) -> String {
    if found.is_empty() { "none".to_owned() } else { found.join(", ") }
}
