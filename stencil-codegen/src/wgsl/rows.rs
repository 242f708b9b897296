//! How many rows one invocation of `near` computes.

use crate::model::{Input, Model};

/// The most values that a block may hold, and the most operations: beyond, registers and the shader's size cost more
/// than rows save. On RDNA 2, four rows take half of the cycles of one row for each point of a 3 x 3 mean (27 and 49),
/// and still less with a median of nine (42 and 77).
const MOST_VALUES: usize = 64;
const MOST_OPERATIONS: u64 = 1024;

/// Rows share what they read where footprints overlap.
pub(crate) fn of(model: &Model) -> u32 {
    let counts = model.inputs.iter().map(Input::reads);
    let (reads, shared) = counts.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    if shared == 0 || model.rank == 1 {
        return 1;
    }
    let fits = |rows: &u32| {
        let values = reads.saturating_add((*rows as usize - 1).saturating_mul(reads - shared));
        values <= MOST_VALUES && model.footprints.operations.saturating_mul(u64::from(*rows)) <= MOST_OPERATIONS
    };
    [4, 2].into_iter().find(fits).unwrap_or(1)
}
