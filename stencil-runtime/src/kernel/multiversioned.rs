//! The same loops compiled for several instruction levels.

use std::marker::PhantomData;

use crate::schedule::SimdLevel;

/// The number of levels on this architecture.
const LEVELS: usize = if cfg!(target_arch = "x86_64") { 3 } else { 1 };

/// The loops `F` of a kernel, one for each instruction level.
pub struct Multiversioned<K, F> {
    levels: [F; LEVELS],
    kernel: PhantomData<fn(K)>,
}

impl<K, F: Copy> Multiversioned<K, F> {
    /// The loops in the order of [`SimdLevel`].
    pub(crate) fn new(levels: [F; LEVELS]) -> Multiversioned<K, F> {
        Multiversioned { levels, kernel: PhantomData }
    }

    /// Loops that choose the level themselves.
    pub(crate) fn same(level: F) -> Multiversioned<K, F> {
        Multiversioned::new([level; LEVELS])
    }

    pub(crate) fn at(&self, level: SimdLevel) -> F {
        self.levels[(level as usize).min(LEVELS - 1)]
    }
}
