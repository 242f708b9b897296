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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schedule;
    use crate::block::{ElementLayout, OutputInit};
    use crate::kernel::InnerOperands;

    /// The order of a loop over numbers of eight bytes, each operand given by its first cell and its step.
    fn order_of(count: usize, inputs: &[(isize, isize)], outputs: &[(isize, isize)]) -> Order {
        let memory = [0f64; 200];
        let first = memory[100..].as_ptr().cast_mut();
        let operand = |&(cell, step): &(isize, isize)| InnerOperand {
            at: first.wrapping_offset(cell).cast(),
            step,
            element: ElementLayout::of::<f64>(),
            ..InnerOperand::NONE
        };
        let operands = |all: &[(isize, isize)]| all.iter().map(operand).collect::<InnerOperands>();
        order(&InnerLoop {
            count,
            elements: count,
            inputs: operands(inputs),
            outputs: operands(outputs),
            order: Order::Any,
            stream: false,
            init: OutputInit::Uninit,
            reference: false,
            schedule: Schedule::new(),
        })
    }

    #[test]
    fn operands_that_are_apart_run_in_any_order() {
        assert_eq!(order_of(10, &[(0, 1), (10, 1)], &[(20, 1)]), Order::Any);
        assert_eq!(order_of(10, &[(0, 1), (50, 0)], &[(19, -1)]), Order::Any);
        assert_eq!(order_of(10, &[], &[(0, 1)]), Order::Any);
        assert_eq!(order_of(1, &[(0, 0), (0, 0)], &[(0, 0)]), Order::Any);
    }

    #[test]
    fn results_over_operands_are_computed_once() {
        assert_eq!(order_of(10, &[(0, 1), (10, 1)], &[(0, 1)]), Order::Once);
        assert_eq!(order_of(10, &[(10, 1), (9, -2)], &[(9, -2)]), Order::Once);
        assert_eq!(order_of(10, &[(0, 1), (0, 1)], &[(0, 1)]), Order::Once);
        assert_eq!(order_of(10, &[(0, 1), (10, 1)], &[(10, 1), (0, 1)]), Order::Once);
    }

    #[test]
    fn what_is_read_behind_the_output_is_carried() {
        assert_eq!(order_of(10, &[(50, 0), (0, 1)], &[(50, 0)]), Order::Carried);
        assert_eq!(order_of(10, &[(50, 1), (0, 1)], &[(51, 1)]), Order::Carried);
        assert_eq!(order_of(10, &[(50, -3), (60, 1)], &[(47, -3)]), Order::Carried);
    }

    #[test]
    fn other_memory_that_is_shared_is_read_in_order() {
        // One behind the other, but the other way round, or as the second input, or where another one is written, too.
        assert_eq!(order_of(10, &[(1, 1), (50, 1)], &[(0, 1)]), Order::Ascending);
        assert_eq!(order_of(10, &[(50, 1), (0, 1)], &[(1, 1)]), Order::Ascending);
        assert_eq!(order_of(10, &[(0, 1), (1, 1)], &[(1, 1)]), Order::Ascending);
        assert_eq!(order_of(10, &[(0, 1), (1, 1)], &[(1, 1), (50, 1)]), Order::Ascending);
        // All results in one place.
        assert_eq!(order_of(10, &[(0, 1), (10, 1)], &[(50, 0)]), Order::Ascending);
        assert_eq!(order_of(10, &[(50, 0), (50, 0)], &[(50, 0)]), Order::Ascending);
    }
}
