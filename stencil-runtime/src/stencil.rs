//! A kernel with its settings: what the generated function returns.

use ndarray::Dimension;

use crate::boundary::{IntoRuleSet, OneInput, RawRule, RawRules, RuleSet};
use crate::exec::{Facts, Job, Plan, RawInputs, RawOutputs, reference};
use crate::kernel::{Args, DynamicHalo, Kernel};
use crate::outputs::{Columns, Outputs};
use crate::{Error, Halo, Level, MAX_INPUTS, MAX_RANK, Schedule};

/// A kernel, ready to be applied.
///
/// The function that `#[stencil]` generates returns it: `smooth().apply(&image)`. It is a plain value,
/// `Copy` like the parameters it holds; nothing is global or cached.
#[derive(Clone, Copy, Debug)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct Stencil<K: Kernel> {
    kernel: K,
    rules: Option<K::Rules>,
    halo: Option<Halo>,
    schedule: Schedule,
}

/// Wraps what the macro generates.
pub fn stencil<K: Kernel>(kernel: K) -> Stencil<K> {
    Stencil { kernel, rules: None, halo: None, schedule: Schedule::new() }
}

type Arrays<K> = <<K as Kernel>::Out as Outputs>::Arrays<<K as Kernel>::Dim>;
type Muts<'a, K> = <<K as Kernel>::Out as Outputs>::Muts<'a, <K as Kernel>::Dim>;
type ColumnsOf<K> = <<K as Kernel>::Out as Outputs>::Columns;

impl<K: Kernel> Stencil<K> {
    /// Applies the kernel to every point and returns new arrays.
    ///
    /// Takes `&array`, `&view`, `&array.slice(..)` of any strides, or a tuple of those for several
    /// inputs; all have the same shape. The output has the shape of the inputs (less the halo at sides
    /// with [`Rim::Shrink`](crate::Rim)), in Fortran order if the first input is.
    ///
    /// # Errors
    /// [`Error::InputShape`], [`Error::KeepType`], [`Error::BoundaryIndex`], [`Error::HaloNotSet`],
    /// [`Error::HaloTooLarge`], [`Error::Level`].
    ///
    /// # Panics
    /// When the element function panics; the other threads stop first.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Constant(0))]
    /// fn sum(x: Window1<i32>) -> i32 { x[-1] + x[0] + x[1] }
    /// assert_eq!(sum().apply(&array![1, 2, 3])?, array![3, 6, 5]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        // SAFETY: `run` computes every point of the outputs.
        unsafe { self.collect(x, |job: &Job<'_>| job.run()) }
    }

    /// Applies the kernel to every point and writes into existing arrays: no allocation of their size.
    ///
    /// # Errors
    /// As for [`apply`](Stencil::apply), less `KeepType`, and [`Error::OutputShape`]. Nothing was written then.
    ///
    /// # Panics
    /// When the element function panics; the outputs then are partly written.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil]
    /// fn double(x: Window1<i32>) -> i32 { 2 * x[0] }
    /// let mut out = array![0, 0, 0];
    /// double().apply_into(&array![1, 2, 3], &mut out)?;
    /// assert_eq!(out, array![2, 4, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into(&self, x: K::Args<'_>, mut out: Muts<'_, K>) -> Result<(), Error> {
        let inputs = x.erase();
        let outputs = K::Out::erase(&mut out);
        let rules = self.rules.unwrap_or_else(|| self.kernel.rules());
        let rules = rules.erase();
        let facts = self.facts(&inputs, &rules)?;
        check_outputs::<K>(&facts, &outputs)?;
        // SAFETY: the arrays are borrowed for the call, the outputs exclusively; their shapes were checked.
        unsafe { self.job(&facts, &outputs, false).run() };
        Ok(())
    }

    /// Applies the kernel point by point, in the plainest way: the oracle that every executor agrees with.
    ///
    /// Slow; for tests, and to see what a kernel means.
    ///
    /// # Errors
    /// As for [`apply`](Stencil::apply).
    ///
    /// # Panics
    /// When the element function panics.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let x = array![1, 2, 3];
    /// assert_eq!(left().reference(&x)?, left().apply(&x)?);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn reference(&self, x: K::Args<'_>) -> Result<Arrays<K>, Error> {
        // SAFETY: `reference::run` computes every point of the outputs.
        unsafe { self.collect(x, reference::run) }
    }

    /// Sets the boundary of the one input: a [`Boundary`](crate::Boundary) or [`Rim`](crate::Rim) for
    /// all axes, or a tuple with an entry for each axis, where a pair means the two sides of it.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Nearest)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let x = array![1, 2, 3];
    /// assert_eq!(left().boundary(Boundary::Wrap).apply(&x)?, array![3, 1, 2]);
    /// assert_eq!(left().boundary((Boundary::Constant(9), Boundary::Wrap)).apply(&x)?, array![9, 1, 2]);
    /// assert_eq!(left().boundary(Rim::Shrink).apply(&x)?, array![1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundary(self, boundary: impl IntoRuleSet<K::Rules>) -> Self
    where
        K::Rules: OneInput,
    {
        Stencil { rules: Some(boundary.into_rule_set()), ..self }
    }

    /// Sets the boundaries of several inputs: a tuple with one entry for each, as for [`boundary`](Stencil::boundary).
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndarray::array;
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// let (x, mask) = (array![1, 2, 3], array![true, false, true]);
    /// let y = pick().boundaries((Boundary::Wrap, Boundary::Constant(true))).apply((&x, &mask))?;
    /// assert_eq!(y, array![3, 1, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundaries(self, boundaries: impl IntoRuleSet<K::Rules>) -> Self {
        Stencil { rules: Some(boundaries.into_rule_set()), ..self }
    }

    /// Sets the halo of a kernel with `#[stencil(halo = dynamic)]`: how far its element function may read.
    ///
    /// ```
    /// use ndstencil::prelude::*;
    /// use ndstencil::Halo;
    /// use ndarray::array;
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<i32>, steps: isize) -> i32 { x[0] - x[-steps] }
    /// let x = array![1, 2, 4, 7];
    /// assert_eq!(lag(2).halo(Halo::new([[2, 0]])).apply(&x)?, array![0, 1, 3, 5]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn halo(self, halo: Halo) -> Self
    where
        K: DynamicHalo,
    {
        Stencil { halo: Some(halo), ..self }
    }

    /// Stays on the caller's thread.
    pub fn serial(self) -> Self {
        let schedule = self.schedule.parallel(false);
        self.schedule(schedule)
    }

    /// Sets how the kernel runs. The result is the same bits under every schedule.
    pub fn schedule(self, schedule: Schedule) -> Self {
        Stencil { schedule, ..self }
    }

    /// # Safety
    /// `run` writes every point of the job's outputs.
    unsafe fn collect(&self, x: K::Args<'_>, run: unsafe fn(&Job<'_>)) -> Result<Arrays<K>, Error> {
        let inputs = x.erase();
        let rules = self.rules.unwrap_or_else(|| self.kernel.rules());
        let rules = rules.erase();
        let facts = self.facts(&inputs, &rules)?;
        let (written, _, rim) = Plan::written(&facts);
        let keeps = rim.iter().flatten().any(|rule| matches!(rule, Some(RawRule::Keep)));
        if keeps && !ColumnsOf::<K>::all_are(inputs.get(0).element) {
            return Err(Error::KeepType { kernel: K::NAME, operand: K::INPUTS[0] });
        }
        let mut dim = K::Dim::zeros(facts.rank);
        for axis in 0..facts.rank {
            dim[axis] = written.len(axis);
        }
        let mut arrays = ColumnsOf::<K>::allocate(&dim, is_fortran(&inputs, facts.rank));
        let outputs = ColumnsOf::<K>::erase(&mut arrays);
        // SAFETY: the arrays have the planned shape, and every point is written.
        unsafe {
            run(&self.job(&facts, &outputs, true));
            Ok(K::Out::collect(ColumnsOf::<K>::assume_init(arrays)))
        }
    }

    /// One call, planned.
    fn job<'a>(&'a self, facts: &'a Facts<'a>, outputs: &'a RawOutputs, keep_input: bool) -> Job<'a> {
        Job {
            plan: Plan::new(facts, outputs),
            facts,
            outputs,
            parts: |item| K::Out::parts(item.cast()),
            keep_input,
            kernel: (&raw const self.kernel).cast(),
            lane: K::lanes().at(facts.schedule.level.unwrap_or_else(Level::detect)),
        }
    }

    /// What a plan is made from, checked.
    fn facts<'a>(&self, inputs: &'a RawInputs, rules: &'a RawRules) -> Result<Facts<'a>, Error> {
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

/// Inputs must fit the address space with their halos, so that no index and no size overflows.
fn check_halos<K: Kernel>(facts: &Facts<'_>) -> Result<(), Error> {
    for (number, input) in facts.inputs.iter().enumerate() {
        let bytes = (0..MAX_RANK).try_fold(input.layout.size.max(1), |bytes, axis| {
            let [before, after] = facts.halos[number].axis(axis);
            let extent = before.checked_add(input.shape[axis].max(1))?.checked_add(after)?;
            bytes.checked_mul(extent)
        });
        if bytes.is_none_or(|bytes| isize::try_from(bytes).is_err()) {
            return Err(Error::HaloTooLarge { kernel: K::NAME, operand: K::INPUTS[number] });
        }
    }
    Ok(())
}

/// The functions of `Boundary::With` must give indices inside their axes.
fn check_functions<K: Kernel>(facts: &Facts<'_>) -> Result<(), Error> {
    for (number, input) in facts.inputs.iter().enumerate() {
        for axis in 0..facts.rank {
            let len = input.shape[axis];
            let [before, after] = facts.halos[number].axis(axis);
            let indices = [-(before as isize)..0, len as isize..(len + after) as isize];
            for (rule, indices) in facts.rules.inputs[number][axis].iter().zip(indices) {
                let RawRule::With(function) = rule else {
                    continue;
                };
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

/// Refuses outputs of the wrong shape.
fn check_outputs<K: Kernel>(facts: &Facts<'_>, outputs: &RawOutputs) -> Result<(), Error> {
    let (written, ..) = Plan::written(facts);
    let expected: Vec<usize> = (0..facts.rank).map(|axis| written.len(axis)).collect();
    for (number, output) in outputs.iter().enumerate() {
        let found = output.shape[..facts.rank].to_vec();
        if found != expected {
            let inputs = facts.shape()[..facts.rank].to_vec();
            return Err(Error::OutputShape { kernel: K::NAME, output: number, found, expected, inputs });
        }
    }
    Ok(())
}
