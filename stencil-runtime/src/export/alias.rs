//! Outputs that share memory with inputs. Rust's own calls know none; other languages have them all the time.

use crate::kernel::{InnerLoop, InnerOperand};

/// The way in which the outputs of a loop share memory with its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sharing {
    /// Not at all.
    None,
    /// Each loop element is written where it was read and nowhere else, as in `add(x, y, out=x)`.
    InPlace,
    /// Loop elements read what others write, as in NumPy's `reduce` and `accumulate`: one after the other.
    InOrder,
}

impl Sharing {
    pub(super) fn of(inner: &InnerLoop, inputs: usize, outputs: usize) -> Sharing {
        let mut sharing = Sharing::None;
        for output in &inner.outputs[..outputs] {
            if output.step == 0 && inner.count > 1 {
                return Sharing::InOrder;
            }
            let written = extent(output, inner.count);
            for input in &inner.inputs[..inputs] {
                let read = extent(input, inner.count);
                if read.0 < written.1 && written.0 < read.1 {
                    if !is_same(input, output) {
                        return Sharing::InOrder;
                    }
                    sharing = Sharing::InPlace;
                }
            }
        }
        sharing
    }
}

/// Returns true when both are the same single cells.
fn is_same(input: &InnerOperand, output: &InnerOperand) -> bool {
    let single = input.cells() == 1 && output.cells() == 1;
    single && (input.at, input.step, input.size()) == (output.at, output.step, output.size())
}

/// The addresses that an operand's loop elements lie between.
fn extent(operand: &InnerOperand, count: usize) -> (usize, usize) {
    if operand.cells() == 0 {
        return (0, 0);
    }
    let axes = operand.shape.iter().zip(&operand.strides).chain([(&count, &operand.step)]);
    let (mut low, mut high) = (0, 0);
    for (&n, &stride) in axes {
        let reach = (n as isize - 1) * stride * operand.size() as isize;
        low += reach.min(0);
        high += reach.max(0);
    }
    let at = operand.at.addr();
    (at.wrapping_add_signed(low), at.wrapping_add_signed(high + operand.size() as isize))
}

/// The loop elements of a loop in place that are copied at a time.
const CHUNK: usize = 1024;

/// Computes a loop in place, chunk by chunk: `compute` gets parts whose inputs are copies where they would be written to.
///
/// # Safety
/// The operands are alive; the loop is one of [`Sharing::InPlace`].
pub(super) unsafe fn in_place<R>(
    inner: &InnerLoop,
    inputs: usize,
    outputs: usize,
    mut compute: impl FnMut(&InnerLoop) -> Result<(), R>,
) -> Result<(), R> {
    let shared = |input: &InnerOperand| inner.outputs[..outputs].iter().any(|output| output.at == input.at);
    let mut copies: Vec<Vec<u64>> = vec![Vec::new(); inputs];
    for start in (0..inner.count).step_by(CHUNK) {
        let mut part = inner.part(start, CHUNK.min(inner.count - start));
        for (number, copy) in copies.iter_mut().enumerate().filter(|(number, _)| shared(&inner.inputs[*number])) {
            let (input, size) = (part.inputs[number], part.inputs[number].size());
            // Words of 8 bytes, which every number is aligned to at most.
            copy.resize((part.count * size).div_ceil(8), 0);
            let to = copy.as_mut_ptr().cast::<u8>();
            for index in 0..part.count {
                // SAFETY: as the caller says; the copy has room for all loop elements.
                unsafe { crate::exec::copy_element(input.core(index), to.add(index * size), size) };
            }
            part.inputs[number] = InnerOperand { at: to, step: 1, ..input };
        }
        compute(&part)?;
    }
    Ok(())
}
