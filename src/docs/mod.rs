//! The meaning of kernels, the way they are made, and guides for readers who know other tools.

#[doc = include_str!("guide.md")]
pub mod guide {}

#[doc = include_str!("semantics.md")]
pub mod semantics {}

#[doc = include_str!("filters.md")]
pub mod filters {}

#[doc = include_str!("jobs.md")]
pub mod jobs {}

#[doc = include_str!("internals.md")]
pub mod internals {}

#[cfg_attr(feature = "gpu", doc = include_str!("gpu.md"))]
#[cfg_attr(not(feature = "gpu"), doc = "The same element function on a GPU: build with the feature `gpu` to read on.")]
pub mod gpu {}

#[doc = include_str!("gpu_operations.md")]
pub mod gpu_operations {}

#[doc = include_str!("ufunc.md")]
pub mod ufunc {}

#[doc = include_str!("for_bottleneck_users.md")]
pub mod for_bottleneck_users {}

#[doc = include_str!("for_numba_users.md")]
pub mod for_numba_users {}

#[doc = include_str!("for_numpy_users.md")]
pub mod for_numpy_users {}

#[doc = include_str!("for_opencv_users.md")]
pub mod for_opencv_users {}

#[doc = include_str!("for_scipy_users.md")]
pub mod for_scipy_users {}
