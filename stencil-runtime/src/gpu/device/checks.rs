//! The checks that would be panics on the CPU: a kernel stores a code, which is read when the work is done.

use std::sync::{Arc, OnceLock};

use crate::{Error, GpuError};

/// The outcome of a batch of commands: its submission, and the codes that it stored.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) submission: OnceLock<wgpu::SubmissionIndex>,
    codes: OnceLock<Result<Vec<u32>, String>>,
}

impl Outcome {
    pub(crate) fn settle(&self, codes: Result<Vec<u32>, String>) {
        // It is settled once: a submission has one end.
        drop(self.codes.set(codes));
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.codes.get().is_some()
    }
}

/// One call whose checks an array depends on.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) kernel: &'static str,
    pub(crate) messages: &'static [&'static str],
    pub(crate) outcome: Arc<Outcome>,
    pub(crate) word: usize,
}

impl Check {
    /// Waits for the submission, which was made and is waited for.
    pub(crate) fn wait(&self) -> Result<(), Error> {
        match self.outcome.codes.wait() {
            Err(reason) => Err(Error::Gpu(GpuError::Lost { reason: reason.clone() })),
            Ok(codes) => match self.messages.get((codes[self.word] as usize).wrapping_sub(1)) {
                None => Ok(()),
                Some(reason) => Err(Error::Gpu(GpuError::Check { kernel: self.kernel, reason })),
            },
        }
    }

    /// Returns true when it is known to have passed.
    fn passed(&self) -> bool {
        self.outcome.is_settled() && self.wait().is_ok()
    }
}

/// Takes over the checks that another array depends on.
pub(crate) fn inherit(checks: &mut Vec<Check>, from: &[Check]) {
    for check in from {
        let same = |other: &Check| Arc::ptr_eq(&other.outcome, &check.outcome) && other.word == check.word;
        // Many sweeps have many checks, most of which passed long ago.
        if !check.passed() && !checks.iter().any(same) {
            checks.push(check.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(outcome: &Arc<Outcome>, word: usize) -> Check {
        Check { kernel: "ratio", messages: &["by zero", "out of range"], outcome: outcome.clone(), word }
    }

    #[test]
    fn codes_become_errors() {
        let outcome = Arc::new(Outcome::default());
        outcome.settle(Ok(vec![0, 2]));
        assert_eq!(check(&outcome, 0).wait(), Ok(()));
        assert_eq!(
            check(&outcome, 1).wait(),
            Err(Error::Gpu(GpuError::Check { kernel: "ratio", reason: "out of range" }))
        );
    }

    #[test]
    fn passed_checks_are_forgotten() {
        let (open, settled) = (Arc::new(Outcome::default()), Arc::new(Outcome::default()));
        settled.settle(Ok(vec![0, 1]));
        let mut checks = Vec::new();
        inherit(&mut checks, &[check(&settled, 0), check(&settled, 1), check(&open, 0), check(&open, 0)]);
        assert_eq!(checks.len(), 2);
    }
}
