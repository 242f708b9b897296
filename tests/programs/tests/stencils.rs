//! Random stencils, compared with themselves as plain Rust.

use ndstencil_programs::check::{self, MANY};
use ndstencil_programs::plain::Broken;
use ndstencil_programs::prelude::*;

include!(concat!(env!("OUT_DIR"), "/stencils.rs"));

#[test]
fn give_what_plain_rust_gives() {
    check::all("stencil", SEED, ENTRIES, check::stencil);
}

/// A rule that is wrong on purpose is noticed by a third of the programs that have it, at least: their results depend on
/// what they read. (Mostly by two thirds and more.)
#[test]
fn notice_wrong_rules() {
    for broken in Broken::ALL {
        let noticed: Vec<bool> = ENTRIES.iter().filter_map(|entry| check::notices(entry, broken, SEED)).collect();
        let count = noticed.iter().filter(|noticed| **noticed).count();
        println!("{broken:?}: noticed by {count} of {} programs", noticed.len());
        let enough = count > 0 && 3 * count >= noticed.len();
        assert!(ENTRIES.len() < MANY || enough, "{broken:?} is noticed by {count} of {} programs", noticed.len());
    }
}
