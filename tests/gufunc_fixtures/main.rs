//! ndstencil's gufuncs against expected values from NumPy and bottleneck, which `tests/data/make_gufunc_fixtures.py` and
//! `make_lane_fixtures.py` wrote.
//!
//! Each module holds the kernels of one family, written as a user writes them, and runs every case of that family on
//! arrays of several memory layouts and by every executor.

#[path = "../fixtures/comparable.rs"]
#[allow(dead_code, reason = "the other tests parse the constants of boundaries")]
mod comparable;
#[macro_use]
mod data;

mod calls;
mod lanes;
mod methods;
mod moving;
mod signatures;
