//! The number of rows that one invocation of `near` computes.

use std::collections::BTreeSet;

use crate::model::{Input, Model};

/// The most values that a block may hold, and the most operations: beyond, registers and the shader's size cost more
/// than rows save. On RDNA 2, four rows take half of the cycles of one row for each point of a 3 x 3 mean (27 and 49),
/// and less still for a cross of five points (19 and 45).
const MOST_VALUES: usize = 64;
const MOST_OPERATIONS: u64 = 1024;

/// As many rows as fit, where they share what they read.
pub(crate) fn of(model: &Model) -> u32 {
    if model.rank == 1 {
        return 1;
    }
    let values = |rows| model.inputs.iter().map(|input| values(input, model.rank, rows)).sum::<usize>();
    let alone = values(1);
    let fits = |rows: &usize| {
        let together = values(*rows);
        let operations = model.footprints.operations.saturating_mul(*rows as u64);
        together < rows * alone && together <= MOST_VALUES && operations <= MOST_OPERATIONS
    };
    [4, 2].into_iter().find(fits).unwrap_or(1) as u32
}

/// The distinct cells of one input that so many rows read.
fn values(input: &Input, rank: usize, rows: usize) -> usize {
    if input.values || !input.complete {
        let (reads, shared) = input.reads();
        return reads.saturating_add((rows - 1).saturating_mul(reads - shared));
    }
    let mut cells = BTreeSet::new();
    for row in 0..rows {
        for offset in &input.offsets {
            let mut cell = offset.to_vec();
            cell[rank - 2] = cell[rank - 2].saturating_add_unsigned(row);
            cells.insert(cell);
        }
    }
    cells.len()
}
