//! A call of a kernel: checks the arrays, and hands a request for the whole domain to an executor.

use std::any::TypeId;

use ndarray::{ArrayRef, Dimension};

use crate::block::{Block, InputBlocks, OutputBlocks, OutputInit};
use crate::boundary::{RawRule, RawRules, RuleSet};
use crate::exec::reference;
use crate::exec::sweep::job::Job;
use crate::exec::sweep::{Request, Stage};
use crate::geometry::{Domain, Reads};
use crate::kernel::{Args, Columns, Element, Kernel, Outputs, Pointwise, Single};
use crate::memory::{NoMemory, check_room, may_hold};
use crate::{Error, Halo, KernelError, MAX_RANK, Schedule, ShapeError};

/// The arrays that a kernel returns.
pub(crate) type Arrays<K> = <<K as Kernel>::Out as Outputs>::Arrays<<K as Kernel>::Dim>;
/// The arrays that a kernel writes into.
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
        self.write(x, out, OutputInit::Keep)
    }

    /// As `apply`, into arrays that hold nothing to keep: with `Rim::Keep` they get the input's values.
    pub(crate) fn renew(&self, x: K::Args<'_>, out: Muts<'_, K>) -> Result<(), Error> {
        self.write(x, out, OutputInit::Uninit)
    }

    /// As `apply_into`, with the input as the output.
    pub(crate) fn apply_in_place<T: Element, D: Dimension>(&self, x: &mut ArrayRef<T, D>) -> Result<(), Error>
    where
        K: Pointwise + for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D>,
    {
        let block = Block::output(x, TypeId::of::<T>());
        let (inputs, mut outputs) = (InputBlocks::from_iter([block]), OutputBlocks::from_iter([block]));
        self.with_domain(&inputs, |stage, domain| {
            let at_the_point = (0..domain.rank).all(|axis| stage.reads.width(axis) == 0);
            assert!(at_the_point && !domain.is_strided(), "a kernel in place reads the point alone");
            let request = Request::whole(stage, domain, &inputs, &mut outputs, OutputInit::Keep);
            // SAFETY: the array is borrowed exclusively for the call. A point reads nothing but itself, from a copy that was
            // made before it was written: no part is copied after another part that it shares a point with was written.
            unsafe { Job::new(Request { in_place: true, ..request }).run() }.map_err(no_memory::<K>)
        })
    }

    fn write(&self, x: K::Args<'_>, mut out: Muts<'_, K>, init: OutputInit) -> Result<(), Error> {
        let (mut inputs, mut outputs) = (InputBlocks::new(), OutputBlocks::new());
        x.erase(&mut inputs);
        K::Out::erase(&mut out, &mut outputs);
        self.with_domain(&inputs, |stage, domain| {
            Self::check(stage, domain, &inputs, &outputs, init)?;
            let request = Request::whole(stage, domain, &inputs, &mut outputs, init);
            // SAFETY: the arrays are borrowed for the call, the outputs exclusively; their shapes were checked.
            unsafe { Job::new(request).run() }.map_err(no_memory::<K>)
        })
    }

    /// # Safety
    /// `run` writes every point of the job's outputs, or fails.
    unsafe fn collect(
        &self,
        x: K::Args<'_>,
        run: unsafe fn(&Job<'_>) -> Result<(), NoMemory>,
    ) -> Result<Arrays<K>, Error> {
        let (mut inputs, mut outputs) = (InputBlocks::new(), OutputBlocks::new());
        x.erase(&mut inputs);
        self.with_domain(&inputs, |stage, domain| {
            check_keep::<K>(&stage.reads, &inputs)?;
            let mut dim = K::Dim::zeros(domain.rank);
            for axis in 0..domain.rank {
                dim[axis] = domain.written.len(axis);
            }
            let too_large = |shape: &[usize]| ShapeError::too_large(K::NAME, shape);
            let new = ColumnsOf::<K>::elements().into_iter().map(|element| (dim.slice(), element.size));
            check_room(new).map_err(too_large)?;
            let arrays = ColumnsOf::<K>::allocate(&dim, is_fortran(&inputs, domain.rank));
            let mut arrays = arrays.ok_or_else(|| too_large(dim.slice()))?;
            ColumnsOf::<K>::erase(&mut arrays, &mut outputs);
            let request = Request::whole(stage, domain, &inputs, &mut outputs, OutputInit::Uninit);
            // SAFETY: the arrays have the shape of the domain, and every point is written.
            unsafe {
                run(&Job::new(request)).map_err(no_memory::<K>)?;
                Ok(K::Out::collect(ColumnsOf::<K>::assume_init(arrays)))
            }
        })
    }

    /// Calls `f` with the job for new arrays of a shape, in row-major order; there are none, and it cannot be run.
    pub(crate) fn with_job<R>(&self, shape: &[usize], f: impl FnOnce(&Job<'_>) -> R) -> Result<R, Error> {
        let elements = <K::Args<'_> as Args<'_, _>>::elements();
        let inputs: InputBlocks = elements.into_iter().map(|element| Block::of_shape(shape, element)).collect();
        self.with_domain(&inputs, |stage, domain| {
            check_keep::<K>(&stage.reads, &inputs)?;
            let written = domain.output_shape();
            let block = |element| Block::of_shape(&written[..domain.rank], element);
            let mut outputs: OutputBlocks = ColumnsOf::<K>::elements().into_iter().map(block).collect();
            Ok(f(&Job::new(Request::whole(stage, domain, &inputs, &mut outputs, OutputInit::Uninit))))
        })
    }

    /// Calls `f` with the kernel without its types and the domain of whole inputs, unless they do not fit.
    pub(crate) fn with_domain<R>(
        &self,
        inputs: &InputBlocks,
        f: impl FnOnce(&Stage<'_>, &Domain) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let rules = self.rules.erase();
        let stage = self.stage(&rules)?;
        Self::check_inputs(&stage, inputs)?;
        let domain = Domain::new(&stage.reads, &inputs[0].shape());
        f(&stage, &domain)
    }

    /// The kernel without its types.
    pub(crate) fn stage<'a>(&'a self, rules: &'a RawRules) -> Result<Stage<'a>, Error> {
        if let Some(level) = self.schedule.level.filter(|level| !level.is_available()) {
            return Err(Error::Kernel(KernelError::Level { kernel: K::NAME, level }));
        }
        let rank = K::Dim::NDIM.expect("a kernel has a fixed rank");
        // The compiled loops step by it, and trust that regions were made with it.
        assert!(K::STRIDE.is_empty() || K::STRIDE.len() == rank && K::STRIDE.iter().all(|&stride| stride > 0));
        Ok(Stage {
            kernel: (&raw const *self.kernel).cast(),
            patch: K::loops().at(self.schedule.simd_level()),
            reads: Reads { rank, inputs: K::INPUTS.len(), halos: self.halos()?, rules, stride: K::STRIDE },
            // SAFETY: the executor gives this the item of a rim rule, of this kernel's type.
            parts: |item| K::Out::parts(unsafe { &*item.cast() }),
            largest_output: ColumnsOf::<K>::LARGEST,
            cost: K::COST,
            schedule: self.schedule,
        })
    }

    /// Refuses inputs that do not fit each other or the address space.
    fn check_inputs(stage: &Stage<'_>, inputs: &InputBlocks) -> Result<(), Error> {
        let rank = stage.reads.rank;
        let shape = inputs[0].shape();
        for (number, input) in inputs.iter().enumerate() {
            let found = input.shape();
            if found[..rank] != shape[..rank] {
                return Err(Error::Shape(ShapeError::Input {
                    kernel: K::NAME,
                    operand: K::INPUTS[number],
                    found: found[..rank].to_vec(),
                    first: K::INPUTS[0],
                    expected: shape[..rank].to_vec(),
                }));
            }
        }
        check_constants::<K>(&stage.reads)?;
        check_halos::<K>(&stage.reads, inputs)?;
        check_functions::<K>(&stage.reads, inputs)
    }

    /// Refuses outputs that the kernel cannot write.
    pub(crate) fn check(
        stage: &Stage<'_>,
        domain: &Domain,
        inputs: &InputBlocks,
        outputs: &OutputBlocks,
        init: OutputInit,
    ) -> Result<(), Error> {
        check_outputs::<K>(domain, outputs)?;
        match init {
            OutputInit::Uninit => check_keep::<K>(&stage.reads, inputs),
            OutputInit::Keep => Ok(()),
        }
    }

    /// The shape of outputs for inputs of a shape.
    pub(crate) fn written(&self, shape: &[usize; MAX_RANK]) -> [usize; MAX_RANK] {
        let rules = self.rules.erase();
        // Without a halo the call is refused in the end.
        self.stage(&rules).map_or(*shape, |stage| Domain::new(&stage.reads, shape).output_shape())
    }

    fn halos(&self) -> Result<&[Halo], Error> {
        match K::DYNAMIC_HALO {
            true => self
                .halo
                .as_ref()
                .map(std::slice::from_ref)
                .ok_or(Error::Kernel(KernelError::HaloNotSet { kernel: K::NAME })),
            false => Ok(K::HALOS),
        }
    }
}

/// The error for scratch memory that cannot be had.
pub(crate) fn no_memory<K: Kernel>(NoMemory { bytes }: NoMemory) -> Error {
    Error::Kernel(KernelError::ScratchMemory { kernel: K::NAME, bytes })
}

/// Checks that the inputs fit the address space with their halos, all of them together: then no index and no size
/// overflows.
fn check_halos<K: Kernel>(reads: &Reads<'_>, inputs: &InputBlocks) -> Result<(), Error> {
    let mut all = 0usize;
    for (number, input) in inputs.iter().enumerate() {
        let bytes = (0..MAX_RANK).try_fold(input.element.size.max(1), |bytes, axis| {
            let [before, after] = reads.halo(number).axis(axis);
            let extent = before.checked_add(input.len(axis).max(1))?.checked_add(after)?;
            bytes.checked_mul(extent)
        });
        let sum = bytes.and_then(|bytes| all.checked_add(bytes)).filter(|sum| isize::try_from(*sum).is_ok());
        all =
            sum.ok_or_else(|| Error::Shape(ShapeError::HaloTooLarge { kernel: K::NAME, operand: K::INPUTS[number] }))?;
    }
    Ok(())
}

/// A constant for all inputs must be of the type of each that is read outside of the array.
fn check_constants<K: Kernel>(reads: &Reads<'_>) -> Result<(), Error> {
    let mut inputs = (0..reads.inputs).filter(|&input| reads.rules.unfit[input]);
    match inputs.find(|&input| (0..reads.rank).any(|axis| reads.halo(input).axis(axis) != [0, 0])) {
        Some(input) => Err(Error::Kernel(KernelError::BoundaryType {
            kernel: K::NAME,
            operand: K::INPUTS[input],
            first: K::INPUTS[0],
        })),
        None => Ok(()),
    }
}

/// The functions of `Boundary::With` must give indices inside their axes. Nobody waits for them where the halo along an
/// axis alone is more than the machine's memory.
fn check_functions<K: Kernel>(reads: &Reads<'_>, inputs: &InputBlocks) -> Result<(), Error> {
    for (number, input) in inputs.iter().enumerate() {
        for axis in 0..reads.rank {
            let len = input.len(axis);
            let [before, after] = reads.halo(number).axis(axis);
            let indices = [-(before as isize)..0, len as isize..(len + after) as isize];
            let bytes = (before + len + after) * input.element.size.max(1);
            for (rule, indices) in reads.rules_of(number)[axis].iter().zip(indices) {
                let RawRule::With(function) = rule else {
                    continue;
                };
                if !may_hold(bytes) {
                    return Err(Error::Kernel(KernelError::ScratchMemory { kernel: K::NAME, bytes }));
                }
                for index in indices.filter(|_| len > 0) {
                    let returned = function(index, len);
                    if !(0..len as isize).contains(&returned) {
                        let (kernel, operand) = (K::NAME, K::INPUTS[number]);
                        return Err(Error::Kernel(KernelError::BoundaryIndex {
                            kernel,
                            operand,
                            axis,
                            index,
                            returned,
                            len,
                        }));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Returns true when the first input is in Fortran order, so that new outputs should be.
fn is_fortran(inputs: &InputBlocks, rank: usize) -> bool {
    let input = &inputs[0];
    rank >= 2 && input.strides[0] == 1 && input.strides[rank - 1] != 1 && (0..rank).all(|axis| input.len(axis) > 1)
}

/// Refuses to keep values of another type than the outputs'.
pub(crate) fn check_keep<K: Kernel>(reads: &Reads<'_>, inputs: &InputBlocks) -> Result<(), Error> {
    if reads.keeps() && !ColumnsOf::<K>::all_are(inputs[0].element.id) {
        return Err(Error::Kernel(KernelError::KeepType { kernel: K::NAME, operand: K::INPUTS[0] }));
    }
    Ok(())
}

/// Refuses outputs of the wrong shape.
fn check_outputs<K: Kernel>(domain: &Domain, outputs: &OutputBlocks) -> Result<(), Error> {
    let (rank, expected) = (domain.rank, domain.output_shape());
    for (number, output) in outputs.iter().enumerate() {
        let found = output.shape();
        if found[..rank] != expected[..rank] {
            return Err(Error::Shape(ShapeError::Output {
                kernel: K::NAME,
                output: number,
                found: found[..rank].to_vec(),
                expected: expected[..rank].to_vec(),
                inputs: domain.shape[..rank].to_vec(),
            }));
        }
    }
    Ok(())
}
