//! The same loops compiled for several instruction levels.

use std::marker::PhantomData;

use crate::schedule::Level;

/// How many levels there are on this architecture.
const LEVELS: usize = if cfg!(target_arch = "x86_64") { 3 } else { 1 };

/// The loops `F` of a kernel, one for each instruction level.
pub struct Levels<K, F> {
    levels: [F; LEVELS],
    kernel: PhantomData<fn(K)>,
}

impl<K, F: Copy> Levels<K, F> {
    /// The loops in the order of [`Level`].
    pub(crate) fn new(levels: [F; LEVELS]) -> Levels<K, F> {
        Levels { levels, kernel: PhantomData }
    }

    pub(crate) fn at(&self, level: Level) -> F {
        self.levels[(level as usize).min(LEVELS - 1)]
    }
}
