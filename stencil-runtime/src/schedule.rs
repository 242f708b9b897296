//! The way in which a kernel runs. A result never depends on it.

/// An instruction level that kernels are compiled for: [`Baseline`](SimdLevel::Baseline) alone on other architectures than
/// x86-64.
///
/// ```
/// use ndstencil::SimdLevel;
/// assert!(SimdLevel::Baseline < SimdLevel::Avx512 && SimdLevel::Baseline.is_available());
/// assert_eq!(SimdLevel::Avx2.to_string(), "avx2");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SimdLevel {
    /// The instructions that every processor of the target has: SSE2 on x86-64.
    Baseline,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, BW, VL and DQ.
    Avx512,
}

impl SimdLevel {
    /// All levels, lowest first.
    ///
    /// ```
    /// use ndstencil::SimdLevel;
    /// let highest = SimdLevel::ALL.iter().copied().filter(|level| level.is_available()).max();
    /// assert_eq!(highest, Some(SimdLevel::detect()));
    /// ```
    pub const ALL: &[SimdLevel] = &[SimdLevel::Baseline, SimdLevel::Avx2, SimdLevel::Avx512];

    /// The highest level of this processor.
    ///
    /// ```
    /// assert!(ndstencil::SimdLevel::detect().is_available());
    /// ```
    pub fn detect() -> SimdLevel {
        if SimdLevel::Avx512.is_available() {
            SimdLevel::Avx512
        } else if SimdLevel::Avx2.is_available() {
            SimdLevel::Avx2
        } else {
            SimdLevel::Baseline
        }
    }

    /// Returns true where this processor has the level.
    ///
    /// ```
    /// assert!(ndstencil::SimdLevel::Baseline.is_available());
    /// ```
    pub fn is_available(self) -> bool {
        match self {
            SimdLevel::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            SimdLevel::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            SimdLevel::Avx512 => {
                SimdLevel::Avx2.is_available()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
            }
            #[cfg(not(target_arch = "x86_64"))]
            SimdLevel::Avx2 | SimdLevel::Avx512 => false,
        }
    }
}

impl std::fmt::Display for SimdLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SimdLevel::Baseline => "baseline",
            SimdLevel::Avx2 => "avx2",
            SimdLevel::Avx512 => "avx512",
        })
    }
}

/// The way in which a kernel runs: threads, instruction level, tile size. Every setting gives the same bits.
///
/// Settings left out are chosen from the kernel and the shape. A schedule is useful for measuring and for tests.
///
/// ```
/// use ndstencil::prelude::*;
/// use ndstencil::{SimdLevel, Schedule};
/// # use ndarray::Array1;
/// #[stencil(boundary = Nearest)]
/// fn mean(x: Window1<f32>) -> f32 { (x[-1] + x[0] + x[1]) / 3.0 }
///
/// let x = Array1::from_iter((0..100).map(|v| v as f32));
/// let slow = Schedule::new().level(SimdLevel::Baseline).parallel(false).tile_rows(1);
/// assert_eq!(mean().schedule(slow).apply(&x)?, mean().apply(&x)?);
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Schedule {
    pub(crate) parallel: Option<bool>,
    pub(crate) level: Option<SimdLevel>,
    pub(crate) tile_rows: Option<usize>,
    pub(crate) streaming: Option<bool>,
    pub(crate) poison: bool,
    pub(crate) split: Option<u64>,
}

impl Schedule {
    /// The instruction level of the loops: the best one unless another is asked for.
    /// The same on the caller's thread alone, unless it may take several.
    pub(crate) const fn on_threads(self, several: bool) -> Schedule {
        if several { self } else { self.parallel(false) }
    }

    pub(crate) fn simd_level(&self) -> SimdLevel {
        self.level.unwrap_or_else(SimdLevel::detect)
    }

    /// Everything chosen automatically.
    ///
    /// ```
    /// use ndstencil::Schedule;
    /// assert_eq!(Schedule::new(), Schedule::default());
    /// ```
    pub const fn new() -> Schedule {
        Schedule { parallel: None, level: None, tile_rows: None, streaming: None, poison: false, split: None }
    }

    /// Uses the threads of the current rayon pool, or none. Unset, calls with little work stay on the caller's thread.
    ///
    /// Without feature `rayon` it has no effect.
    pub const fn parallel(self, parallel: bool) -> Schedule {
        Schedule { parallel: Some(parallel), ..self }
    }

    /// The instruction level; [`KernelError::Level`](crate::KernelError::Level) at the call when the processor does not
    /// have it.
    pub const fn level(self, level: SimdLevel) -> Schedule {
        Schedule { level: Some(level), ..self }
    }

    /// The number of rows (along the last axis but one) that are computed together; 0 counts as 1. In one dimension it
    /// has no effect.
    pub const fn tile_rows(self, rows: usize) -> Schedule {
        Schedule { tile_rows: Some(if rows == 0 { 1 } else { rows }), ..self }
    }

    /// Writes outputs around the caches, or not, where their layout allows it.
    pub const fn streaming(self, streaming: bool) -> Schedule {
        Schedule { streaming: Some(streaming), ..self }
    }

    /// Fills scratch memory with 0xA5 bytes before use, so that a read of a cell that
    /// nothing wrote shows. For tests.
    pub const fn poison(self, poison: bool) -> Schedule {
        Schedule { poison, ..self }
    }

    /// Cuts the domain at random and computes each part from copies of just the cells that it needs, with junk around
    /// them. The results are the same bits; the time is not. The same `seed` gives the same cuts. A gufunc with more than
    /// six loop dimensions is not cut. For tests.
    ///
    /// # Panics
    /// The call panics when a kernel writes outside of its part, and for a gufunc without memory for the copies.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndstencil::Schedule;
    /// # use ndarray::Array2;
    /// #[stencil(boundary = Wrap)]
    /// fn corner(x: Window2<i32>) -> i32 { x[[-1, -1]] - x[[1, 1]] }
    /// let x = Array2::from_shape_fn((20, 30), |(i, j)| (i * j) as i32);
    /// assert_eq!(corner().schedule(Schedule::new().split(7)).apply(&x)?, corner().apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub const fn split(self, seed: u64) -> Schedule {
        Schedule { split: Some(seed), ..self }
    }
}
