//! The GPU of a test, or the count of tests that went without.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

/// The names of the tests that were skipped in this process.
static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The device that a test needs. Without one the test is skipped and counted; where `NDSTENCIL_REQUIRE_GPU` is set, it
/// fails.
pub fn required<G>(found: Result<G, impl Display>) -> Option<G> {
    match found {
        Ok(device) => Some(device),
        Err(why) if std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_some() => panic!("{why}"),
        Err(why) => {
            skip(&why);
            None
        }
    }
}

/// Says that the test of this thread is skipped, once.
fn skip(why: &dyn Display) {
    // The harness names a test's thread after the test.
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let mut skipped = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if skipped.insert(test.to_owned()) {
        // Around the harness, which shows what `eprintln!` prints of failed tests only.
        let _ = writeln!(std::io::stderr(), "skipped GPU tests: {}, now {test}: {why}", skipped.len());
    }
}
