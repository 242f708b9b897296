//! Counters of what a GPU was made to do.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! stats {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The counts of a GPU's work since it was opened: they show where time goes, and tests hold on to them.
        ///
        /// ```
        /// use ndarray::array;
        /// use ndstencil::Gpu;
        /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
        /// let x = gpu.upload(&array![1.0f32, 2.0])?;
        /// assert_eq!((gpu.stats().uploads, gpu.stats().bytes_up), (1, 8));
        /// assert_eq!(x.download()?, array![1.0, 2.0]);
        /// assert_eq!((gpu.stats().downloads, gpu.stats().submissions), (1, 1));
        /// # Ok::<(), ndstencil::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)*
        }

        /// One counter a line.
        ///
        /// ```
        /// use ndstencil::gpu::Stats;
        /// assert!(Stats::default().to_string().starts_with("uploads: 0\nbytes up: 0\n"));
        /// ```
        impl std::fmt::Display for Stats {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let lines = [$(format!("{}: {}", stringify!($name).replace('_', " "), self.$name)),*];
                f.write_str(&lines.join("\n"))
            }
        }

        impl std::ops::Sub for Stats {
            type Output = Stats;

            /// The counts in between.
            fn sub(self, before: Stats) -> Stats {
                Stats { $($name: self.$name - before.$name,)* }
            }
        }

        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: Counter,)*
        }

        impl Counters {
            pub(crate) fn read(&self) -> Stats {
                Stats { $($name: self.$name.0.load(Ordering::Relaxed),)* }
            }
        }
    };
}
stats! {
    /// Arrays, or parts of them, that were brought to the GPU.
    uploads,
    /// Bytes brought to the GPU: arrays, parameters, tables of edges.
    bytes_up,
    /// Arrays, or parts of them, that were brought back.
    downloads,
    /// Bytes brought back.
    bytes_down,
    /// Times that recorded work was handed to the GPU.
    submissions,
    /// Dispatches: one for the interior of a call, one for its edges.
    dispatches,
    /// Kernels compiled for the GPU, each entry point on its own.
    pipelines_built,
    /// Times that a compiled kernel was there already.
    pipelines_reused,
    /// Buffers that were made.
    buffers_created,
    /// Times that a buffer was there already.
    buffers_reused,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
}
