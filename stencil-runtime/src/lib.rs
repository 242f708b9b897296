//! Windows, boundaries and executors: the run-time half of ndstencil.
