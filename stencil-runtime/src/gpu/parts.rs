//! Computes a gufunc on arrays in host memory that are too large for the GPU: loop elements by loop elements.

use std::sync::Arc;

use crate::Error;
use crate::gpu::Gpu;
use crate::gpu::device::Memory;
use crate::gpu::device::checks::Check;
use crate::gpu::form::{Cells, Form};
use crate::gpu::geometry::core::Laid;
use crate::gpu::transfer::{HostRead, HostWrite};

/// Records the work on parts of the operands with these loop dimensions.
type Record<'r> = dyn Fn(&[Laid], &[usize], &[Arc<Memory>]) -> Result<Vec<Check>, Error> + 'r;

/// Brings parts of the inputs to the GPU and parts of the outputs back. Loop axes come first in all arrays.
pub(crate) fn stream(
    gpu: &Gpu,
    operands: &[Laid],
    loop_shape: &[usize],
    inputs: &[Box<dyn HostRead + '_>],
    outputs: &mut [Box<dyn HostWrite + '_>],
    keeps: bool,
    record: &Record<'_>,
) -> Result<(), Error> {
    let limit = gpu.limits().binding.min(gpu.limits().buffer);
    let whole: Cells = loop_shape.iter().map(|&n| 0..n).collect();
    let mut compute = |part: &Cells| -> Result<(), Error> {
        let cells: Vec<Cells> = operands.iter().map(|operand| part_of(operand, part)).collect();
        let laid: Vec<Laid> = operands.iter().zip(&cells).map(|(operand, cells)| of_shape(operand, cells)).collect();
        let mut memory = Vec::new();
        for (number, operand) in laid.iter().enumerate() {
            let own = gpu.memory(operand.form.bytes())?;
            match number.checked_sub(inputs.len()) {
                None => gpu.upload_cells(&*inputs[number], &cells[number], &own.buffer, 0)?,
                Some(output) if keeps => gpu.upload_cells(outputs[output].reader(), &cells[number], &own.buffer, 0)?,
                Some(_) => {}
            }
            memory.push(own);
        }
        let shape: Vec<usize> = part.iter().map(|range| range.len()).collect();
        let checks = record(&laid, &shape, &memory)?;
        for (output, number) in outputs.iter_mut().zip(inputs.len()..) {
            gpu.download_cells(&memory[number].buffer, 0, &mut **output, &cells[number])?;
        }
        for check in checks {
            gpu.settle(&check.outcome)?;
            check.wait()?;
        }
        Ok(())
    };
    let fits =
        |part: &Cells| operands.iter().all(|operand| of_shape(operand, &part_of(operand, part)).form.bytes() <= limit);
    if whole.iter().any(|range| range.is_empty()) {
        return Ok(());
    }
    halves(&whole, &fits, &mut compute)?.ok_or_else(|| {
        let one: Cells = whole.iter().map(|_| 0..1).collect();
        let forms = operands.iter().map(|operand| of_shape(operand, &part_of(operand, &one)).form);
        let largest = forms.max_by_key(Form::bytes).expect("a gufunc has an output");
        Error::GpuArraySize { bytes: largest.bytes(), shape: largest.shape, limit }
    })
}

/// Halves a box along its first axes until the parts fit; none where one element does not.
fn halves(
    part: &Cells,
    fits: &impl Fn(&Cells) -> bool,
    visit: &mut impl FnMut(&Cells) -> Result<(), Error>,
) -> Result<Option<()>, Error> {
    if fits(part) {
        return visit(part).map(Some);
    }
    let Some(axis) = (0..part.len()).find(|&axis| part[axis].len() > 1) else { return Ok(None) };
    let (range, mut smaller) = (part[axis].clone(), part.clone());
    let middle = range.start + range.len().div_ceil(2);
    for half in [range.start..middle, middle..range.end] {
        smaller[axis] = half;
        if halves(&smaller, fits, visit)?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

/// The cells of an operand that a box of loop elements needs.
fn part_of(operand: &Laid, part: &Cells) -> Cells {
    let mut cells = operand.form.whole();
    let own = &part[part.len() - operand.loops.len()..];
    for (&axis, range) in operand.loops.iter().zip(own) {
        if operand.form.shape[axis] > 1 {
            cells[axis] = range.clone();
        }
    }
    cells
}

fn of_shape(operand: &Laid, cells: &Cells) -> Laid {
    let shape: Vec<usize> = cells.iter().map(|range| range.len()).collect();
    Laid { form: Form::new(&shape, operand.form.scalar), ..operand.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_cover_the_box() {
        let mut seen = Vec::new();
        let fits = |part: &Cells| part.iter().map(|range| range.len()).product::<usize>() <= 4;
        halves(&vec![0..3, 0..5], &fits, &mut |part| {
            seen.push((part[0].clone(), part[1].clone()));
            Ok(())
        })
        .unwrap()
        .unwrap();
        let cells: usize = seen.iter().map(|(rows, columns)| rows.len() * columns.len()).sum();
        assert_eq!((cells, seen[0].clone()), (15, (0..1, 0..3)));
        assert!(halves(&vec![0..3, 0..1], &|_| false, &mut |_| Ok(())).unwrap().is_none());
    }
}
