//! Scratch memory of a thread that sweeps, kept between tiles and calls.

use std::cell::RefCell;

use super::sweep::Edges;
use crate::memory::Pieces;

/// Memory for the copies that the loops of a stencil read and write instead of arrays.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Padded copies and gathered results of a stencil.
    pub(crate) pieces: Pieces,
    /// The cells that the rules give outside of the array, along a row.
    pub(crate) edges: Edges,
}

thread_local! {
    static KEPT: RefCell<Scratch> = RefCell::default();
}

impl Scratch {
    /// Runs `work` with this thread's scratch. An element function that applies another kernel gets another one, and so does
    /// the destructor of a thread-local value, which may run after this thread's scratch is gone.
    pub(crate) fn with<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
        let mut work = Some(work);
        let mut run = |scratch: &mut Scratch| work.take().map(|work| work(scratch));
        let kept = KEPT.try_with(|kept| kept.try_borrow_mut().ok().and_then(|mut scratch| run(&mut scratch)));
        kept.ok().flatten().or_else(|| run(&mut Scratch::default())).expect("the work is done once")
    }
}
