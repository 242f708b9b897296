//! Scratch memory of a thread, kept between tiles and calls.

use std::cell::RefCell;

use super::sweep::Edges;
use crate::memory::Pieces;

/// Memory for the copies that loops read and write instead of arrays.
#[derive(Default)]
pub(crate) struct Scratch {
    /// Padded copies and gathered results of a stencil.
    pub(crate) pieces: Pieces,
    /// What the rules give outside of the array, along a row.
    pub(crate) edges: Edges,
    /// Cores of several loop elements, side by side.
    pub(crate) rows: Pieces,
    /// Rows of inputs that are far apart in the array.
    pub(crate) tile: Pieces,
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

    /// Takes this thread's scratch, for code that must not be a closure; [`keep`](Scratch::keep) gives it back.
    pub(crate) fn take() -> Scratch {
        KEPT.try_with(|kept| kept.try_borrow_mut().map(|mut scratch| std::mem::take(&mut *scratch)).unwrap_or_default())
            .unwrap_or_default()
    }

    /// Keeps it for the thread's next call.
    pub(crate) fn keep(self) {
        // Gone together with the thread's other values if it cannot be kept.
        let _ = KEPT.try_with(|kept| kept.try_borrow_mut().map(|mut scratch| *scratch = self));
    }
}
