//! Small read-only tables, such as axis maps and weights, kept by their content for the next call.

use std::sync::Arc;

use super::{Gpu, Memory};
use crate::Error;

/// Tables that are kept; the one that was used longest ago goes first.
const KEPT: usize = 32;

#[derive(Default)]
pub(crate) struct Tables {
    /// The last one used is the last.
    kept: Vec<(Vec<u8>, Arc<Memory>)>,
}

impl Gpu {
    /// Memory with these bytes, which nobody writes.
    pub(crate) fn table(&self, bytes: Vec<u8>) -> Result<Arc<Memory>, Error> {
        let mut tables = self.shared.tables.lock().expect("no panic while a table is made");
        if let Some(at) = tables.kept.iter().position(|(content, _)| *content == bytes) {
            let entry = tables.kept.remove(at);
            let memory = entry.1.clone();
            tables.kept.push(entry);
            return Ok(memory);
        }
        if tables.kept.len() == KEPT {
            tables.kept.remove(0);
        }
        let memory = self.memory(bytes.len() as u64)?;
        self.write(&memory.buffer, 0, bytes.len() as u64, |to| to(0, &bytes))?;
        tables.kept.push((bytes, memory.clone()));
        Ok(memory)
    }
}
