//! Outputs that share memory with inputs. Rust's own calls know none; other languages have them all the time.

use crate::kernel::{InnerLoop, InnerOperand, Order};

/// The order in which the elements of a loop have to be computed. All operands have single cells.
pub(super) fn order(inner: &InnerLoop) -> Order {
    let mut order = Order::Any;
    if inner.count == 1 {
        return order;
    }
    for output in &inner.outputs {
        let shared = |input: &InnerOperand| are_apart(input, output, inner.count);
        if inner.inputs.iter().all(shared) && output.step != 0 {
            continue;
        }
        if let ([first, others @ ..], 1) = (inner.inputs.as_slice(), inner.outputs.len())
            && is_behind(first, output)
            && others.iter().all(shared)
        {
            return Order::Carried;
        }
        let in_place = |input: &InnerOperand| shared(input) || is_same(input, output);
        if output.step == 0 || !inner.inputs.iter().all(in_place) {
            return Order::Ascending;
        }
        order = Order::Once;
    }
    order
}

/// Returns true when both are the same cells.
fn is_same(input: &InnerOperand, output: &InnerOperand) -> bool {
    (input.at, input.step, input.size()) == (output.at, output.step, output.size())
}

/// Returns true when each cell but the first of an input is the output's cell before.
fn is_behind(input: &InnerOperand, output: &InnerOperand) -> bool {
    let second = input.at.wrapping_offset(input.step * input.size() as isize);
    (second, input.step, input.element) == (output.at, output.step, output.element)
}

/// Returns true when no cell of the one shares memory with a cell of the other, as far as their ends tell.
fn are_apart(one: &InnerOperand, other: &InnerOperand, count: usize) -> bool {
    let (one, other) = (extent(one, count), extent(other, count));
    one.1 <= other.0 || other.1 <= one.0
}

/// The addresses that the cells of an operand lie between.
fn extent(operand: &InnerOperand, count: usize) -> (usize, usize) {
    let (first, last) = (operand.at.addr(), operand.core(count - 1).addr());
    (first.min(last), first.max(last) + operand.size())
}
