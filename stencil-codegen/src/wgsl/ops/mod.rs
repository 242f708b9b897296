//! The operators, casts, methods and constants of Rust's scalars in WGSL.
//!
//! Everything here takes and gives WGSL expressions as text; a result is safely parenthesised and names every
//! argument once, so that an argument is neither evaluated twice nor printed twice. Where WGSL's meaning differs from
//! Rust's, the text calls a function of the library (`rs_..`), and [`Helpers`] remembers which.

mod cast;
mod constant;
mod function;
mod helpers;
mod index;
mod literal;
mod method;
mod network;
mod operator;
mod power;
mod rows;
mod template;

pub(crate) use constant::constant;
pub(crate) use function::{Function, Network, function};
pub(crate) use helpers::Helpers;
pub(crate) use index::{beyond, held, print_binary, print_cast, print_count, print_neg};
pub(crate) use literal::{literal_bool, literal_float, literal_int};
pub(crate) use method::{Refusal, method, print_method};
pub(crate) use network::network;
pub(crate) use operator::{Right, binary, binary_result, unary};

#[cfg(test)]
mod tests;
