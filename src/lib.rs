//! Write what happens at one point; the loops, the edges, SIMD and threads are generated.
