//! A call of a kernel: checks the arrays, plans, and hands the job to an executor.

use ndarray::Dimension;

use crate::boundary::{RawRule, RawRules, RuleSet};
use crate::exec::alloc::may_hold;
use crate::exec::job::Job;
use crate::exec::outputs::{Columns, Outputs};
use crate::exec::plan::{Extent, Facts, Plan};
use crate::exec::raw::{RawInput, RawInputs, RawOutputs};
use crate::exec::reference;
use crate::exec::scratch::NoMemory;
use crate::kernel::{Args, Kernel};
use crate::{Error, Halo, Level, MAX_INPUTS, MAX_RANK, Schedule};

/// What a kernel returns.
pub(crate) type Arrays<K> = <<K as Kernel>::Out as Outputs>::Arrays<<K as Kernel>::Dim>;
/// What a kernel writes into.
pub(crate) type Muts<'a, K> = <<K as Kernel>::Out as Outputs>::Muts<'a, <K as Kernel>::Dim>;
type ColumnsOf<K> = <<K as Kernel>::Out as Outputs>::Columns;

/// A kernel with its settings.
pub(crate) struct Call<'k, K: Kernel> {
    pub(crate) kernel: &'k K,
    pub(crate) rules: K::Rules,
    pub(crate) halo: Option<Halo>,
    pub(crate) schedule: Schedule,
}

impl<K: Kernel> Call<'_, K> {
    pub(crate) fn apply(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        // SAFETY: `run` computes every point of the outputs, or fails.
        unsafe { self.collect(x, |job: &Job<'_>| job.run()) }
    }

    pub(crate) fn reference(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        // SAFETY: `reference::run` computes every point of the outputs, or fails.
        unsafe { self.collect(x, reference::run) }
    }

    pub(crate) fn apply_into(&self, x: K::Args<'_>, out: Muts<'_, K>) -> Result<(), Error> {
        self.write(x, out, false)
    }

    /// As `apply`, into arrays that hold nothing to keep: with `Rim::Keep` they get the input's values.
    pub(crate) fn renew(&self, x: K::Args<'_>, out: Muts<'_, K>) -> Result<(), Error> {
        self.write(x, out, true)
    }

    fn write(&self, x: K::Args<'_>, mut out: Muts<'_, K>, fresh: bool) -> Result<(), Error> {
        let inputs = x.erase();
        let outputs = K::Out::erase(&mut out);
        let rules = self.rules.erase();
        let facts = self.facts(&inputs, &rules)?;
        let extent = Extent::new(&facts);
        self.check(&facts, &extent, &outputs, fresh)?;
        // SAFETY: the arrays are borrowed for the call, the outputs exclusively; their shapes were checked.
        unsafe { self.job(&facts, extent, &outputs, fresh).run() }.map_err(no_memory::<K>)
    }

    /// # Safety
    /// `run` writes every point of the job's outputs, or fails.
    unsafe fn collect(
        &self,
        x: K::Args<'_>,
        run: unsafe fn(&Job<'_>) -> Result<(), NoMemory>,
    ) -> Result<Arrays<K>, Error> {
        let inputs = x.erase();
        let rules = self.rules.erase();
        let facts = self.facts(&inputs, &rules)?;
        let extent = Extent::new(&facts);
        check_keep::<K>(&facts, &extent)?;
        let mut dim = K::Dim::zeros(facts.rank);
        for axis in 0..facts.rank {
            dim[axis] = extent.written.len(axis);
        }
        let mut arrays = ColumnsOf::<K>::allocate(&dim, is_fortran(&inputs, facts.rank));
        let outputs = ColumnsOf::<K>::erase(&mut arrays);
        // SAFETY: the arrays have the planned shape, and every point is written.
        unsafe {
            run(&self.job(&facts, extent, &outputs, true)).map_err(no_memory::<K>)?;
            Ok(K::Out::collect(ColumnsOf::<K>::assume_init(arrays)))
        }
    }

    /// Refuses outputs that the kernel cannot write; `fresh` ones hold nothing to keep.
    pub(crate) fn check(
        &self,
        facts: &Facts<'_>,
        extent: &Extent,
        outputs: &RawOutputs,
        fresh: bool,
    ) -> Result<(), Error> {
        check_outputs::<K>(facts, extent, outputs)?;
        if fresh { check_keep::<K>(facts, extent) } else { Ok(()) }
    }

    /// The shape of outputs for inputs of a shape.
    pub(crate) fn written(&self, shape: &[usize; MAX_RANK]) -> [usize; MAX_RANK] {
        let rules = self.rules.erase();
        let mut inputs = RawInputs::default();
        for _ in K::INPUTS {
            inputs.push(RawInput::of_shape(*shape));
        }
        // Without a halo the call is refused in the end.
        self.facts(&inputs, &rules).map_or(*shape, |facts| {
            let extent = Extent::new(&facts);
            std::array::from_fn(|axis| if axis < facts.rank { extent.written.len(axis) } else { 1 })
        })
    }

    /// One call, planned.
    pub(crate) fn job<'a>(
        &'a self,
        facts: &'a Facts<'a>,
        extent: Extent,
        outputs: &'a RawOutputs,
        keep_input: bool,
    ) -> Job<'a> {
        Job {
            plan: Plan::new(facts, extent, outputs),
            facts,
            outputs,
            // SAFETY: the job gives this the item of a rim rule, of this kernel's type.
            parts: |item| K::Out::parts(unsafe { &*item.cast() }),
            keep_input,
            kernel: (&raw const *self.kernel).cast(),
            lane: K::lanes().at(facts.schedule.level.unwrap_or_else(Level::detect)),
        }
    }

    /// What a plan is made from, checked.
    pub(crate) fn facts<'a>(&self, inputs: &'a RawInputs, rules: &'a RawRules) -> Result<Facts<'a>, Error> {
        if let Some(level) = self.schedule.level.filter(|level| !level.is_available()) {
            return Err(Error::Level { kernel: K::NAME, level });
        }
        let facts = Facts {
            rank: K::Dim::NDIM.expect("a kernel has a fixed rank"),
            rules,
            halos: self.halos()?,
            inputs,
            largest_output: ColumnsOf::<K>::LARGEST,
            cost: K::COST,
            schedule: self.schedule,
        };
        let shape = &facts.shape()[..facts.rank];
        for (number, input) in inputs.iter().enumerate() {
            if input.shape[..facts.rank] != *shape {
                return Err(Error::InputShape {
                    kernel: K::NAME,
                    operand: K::INPUTS[number],
                    found: input.shape[..facts.rank].to_vec(),
                    first: K::INPUTS[0],
                    expected: shape.to_vec(),
                });
            }
        }
        check_halos::<K>(&facts)?;
        check_functions::<K>(&facts)?;
        Ok(facts)
    }

    fn halos(&self) -> Result<[Halo; MAX_INPUTS], Error> {
        let mut halos = [Halo::NONE; MAX_INPUTS];
        if K::DYNAMIC_HALO {
            halos.fill(self.halo.ok_or(Error::HaloNotSet { kernel: K::NAME })?);
        } else {
            halos[..K::HALOS.len()].copy_from_slice(K::HALOS);
        }
        Ok(halos)
    }
}

/// What is said when scratch memory cannot be had.
pub(crate) fn no_memory<K: Kernel>(NoMemory { bytes }: NoMemory) -> Error {
    Error::ScratchMemory { kernel: K::NAME, bytes }
}

/// Inputs must fit the address space with their halos, all of them together, so that no index and no size overflows.
fn check_halos<K: Kernel>(facts: &Facts<'_>) -> Result<(), Error> {
    let mut all = 0usize;
    for (number, input) in facts.inputs.iter().enumerate() {
        let bytes = (0..MAX_RANK).try_fold(input.layout.size.max(1), |bytes, axis| {
            let [before, after] = facts.halos[number].axis(axis);
            let extent = before.checked_add(input.shape[axis].max(1))?.checked_add(after)?;
            bytes.checked_mul(extent)
        });
        let sum = bytes.and_then(|bytes| all.checked_add(bytes)).filter(|sum| isize::try_from(*sum).is_ok());
        all = sum.ok_or_else(|| Error::HaloTooLarge { kernel: K::NAME, operand: K::INPUTS[number] })?;
    }
    Ok(())
}

/// The functions of `Boundary::With` must give indices inside their axes. Nobody waits for them where the halo along an
/// axis alone is more than the machine's memory.
fn check_functions<K: Kernel>(facts: &Facts<'_>) -> Result<(), Error> {
    for (number, input) in facts.inputs.iter().enumerate() {
        for axis in 0..facts.rank {
            let len = input.shape[axis];
            let [before, after] = facts.halos[number].axis(axis);
            let indices = [-(before as isize)..0, len as isize..(len + after) as isize];
            let bytes = (before + len + after) * input.layout.size;
            for (rule, indices) in facts.rules.inputs[number][axis].iter().zip(indices) {
                let RawRule::With(function) = rule else {
                    continue;
                };
                if !may_hold(bytes) {
                    return Err(Error::ScratchMemory { kernel: K::NAME, bytes });
                }
                for index in indices.filter(|_| len > 0) {
                    let returned = function(index, len);
                    if !(0..len as isize).contains(&returned) {
                        let (kernel, operand) = (K::NAME, K::INPUTS[number]);
                        return Err(Error::BoundaryIndex { kernel, operand, axis, index, returned, len });
                    }
                }
            }
        }
    }
    Ok(())
}

/// Whether the first input is in Fortran order, so that new outputs should be.
fn is_fortran(inputs: &RawInputs, rank: usize) -> bool {
    let input = inputs.get(0);
    rank >= 2 && input.strides[0] == 1 && input.strides[rank - 1] != 1 && input.shape[..rank].iter().all(|&n| n > 1)
}

/// Refuses to keep values of another type than the outputs'.
fn check_keep<K: Kernel>(facts: &Facts<'_>, extent: &Extent) -> Result<(), Error> {
    let keeps = extent.rim.iter().flatten().any(|rule| matches!(rule, Some(RawRule::Keep)));
    if keeps && !ColumnsOf::<K>::all_are(facts.inputs.get(0).element) {
        return Err(Error::KeepType { kernel: K::NAME, operand: K::INPUTS[0] });
    }
    Ok(())
}

/// Refuses outputs of the wrong shape.
fn check_outputs<K: Kernel>(facts: &Facts<'_>, extent: &Extent, outputs: &RawOutputs) -> Result<(), Error> {
    for (number, output) in outputs.iter().enumerate() {
        if (0..facts.rank).any(|axis| output.shape[axis] != extent.written.len(axis)) {
            return Err(Error::OutputShape {
                kernel: K::NAME,
                output: number,
                found: output.shape[..facts.rank].to_vec(),
                expected: (0..facts.rank).map(|axis| extent.written.len(axis)).collect(),
                inputs: facts.shape()[..facts.rank].to_vec(),
            });
        }
    }
    Ok(())
}
