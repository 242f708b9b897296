//! Random gufuncs, compared with themselves as plain Rust.

use ndstencil_programs::check;
use ndstencil_programs::prelude::*;

/// Named by all programs; no gufunc has a rule.
fn last_cell() {}

/// Named by all programs; no gufunc has a rule.
fn scattered() {}

include!(concat!(env!("OUT_DIR"), "/gufuncs.rs"));

#[test]
fn give_what_plain_rust_gives() {
    let lanes = ENTRIES.iter().filter(|entry| (entry.lanes)()).count();
    println!("{lanes} of {} gufuncs run side by side", ENTRIES.len());
    assert!(5 * lanes >= ENTRIES.len(), "{lanes} of {} gufuncs run side by side", ENTRIES.len());
    check::all("gufunc", SEED, ENTRIES, check::gufunc);
}
