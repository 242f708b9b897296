//! Threads: the one module that knows rayon.

/// True when there are threads to use.
pub(crate) const AVAILABLE: bool = cfg!(feature = "rayon");

/// The threads that a call may use: those of the current pool.
pub(crate) fn threads() -> usize {
    #[cfg(feature = "rayon")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "rayon"))]
    return 1;
}

/// Does so many pieces of work, on this thread or, with `parallel`, on all; an error ends it.
pub(crate) fn try_for_each<E: Send>(
    count: usize,
    parallel: bool,
    work: impl Fn(usize) -> Result<(), E> + Sync,
) -> Result<(), E> {
    #[cfg(feature = "rayon")]
    if parallel && count > 1 {
        use rayon::prelude::*;
        return (0..count).into_par_iter().try_for_each(&work);
    }
    let _ = parallel;
    (0..count).try_for_each(work)
}
