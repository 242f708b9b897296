//! Plans that can be asked before anything runs.
//!
//! `kernel.explain(shape)` makes the plan that a call on arrays of that shape would carry out, in row-major order, and
//! tells it with the reasons: as public fields, and as text. Nothing is allocated or computed.
//!
//! ```
//! use ndstencil::explain::{Reads, Stores, Threads};
//! use ndstencil::prelude::*;
//!
//! /// Mean of the 3 × 3 neighbourhood.
//! #[stencil(boundary = Nearest)]
//! fn smooth(x: Window2<u8>) -> u8 {
//!     let mut sum = 0u32;
//!     for i in -1..=1 {
//!         for j in -1..=1 {
//!             sum += u32::from(x[[i, j]]);
//!         }
//!     }
//!     (sum / 9) as u8
//! }
//!
//! let explanation = smooth().serial().explain((8192, 8192))?;
//! assert_eq!((explanation.reads, explanation.bytes_per_point), (9, 2));
//! assert_eq!((explanation.source, explanation.stores), (Reads::Direct, Stores::Streamed));
//! assert_eq!(explanation.threads.to_string(), "one thread, as scheduled");
//! let text = explanation.to_string();
//! assert!(text.starts_with("smooth over (8192, 8192)"));
//! assert!(text.contains(" o (o) o"));
//! # Ok::<(), ndstencil::Error>(())
//! ```

mod gufunc;
mod repeat;
mod stencil;

pub use self::gufunc::{ExplainedOperand, GufuncExplanation};
pub use self::repeat::RepeatExplanation;
pub use crate::plan::{
    Cached, Copied, ExplainedInput, OneByOne, OneThread, Reads, StencilExplanation, Stores, Threads, Way,
};
