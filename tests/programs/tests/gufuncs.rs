//! Random gufuncs, compared with themselves as plain Rust.

use ndstencil_programs::check::{self, MANY};
use ndstencil_programs::prelude::*;

include!(concat!(env!("OUT_DIR"), "/gufuncs.rs"));

#[test]
fn give_what_plain_rust_gives() {
    check::all("gufunc", SEED, ENTRIES, check::gufunc);
}

/// A fifth of the gufuncs runs side by side, at least: no claim about a few, or a single one.
#[test]
fn run_side_by_side() {
    let lanes = ENTRIES.iter().filter(|entry| (entry.lanes)()).count();
    println!("{lanes} of {} gufuncs run side by side", ENTRIES.len());
    assert!(
        ENTRIES.len() < MANY || 5 * lanes >= ENTRIES.len(),
        "{lanes} of {} gufuncs run side by side",
        ENTRIES.len()
    );
}
