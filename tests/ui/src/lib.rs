//! Nothing but a home for `cases`, the programs that `tests/messages.rs` compiles.
