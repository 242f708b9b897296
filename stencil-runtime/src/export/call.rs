//! The inner loop of an exported kernel.

use std::any::Any;
use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::float_flags::Flags;
use super::{Export, ExportedLoop, Failure, Host, Parameters, elements};
use super::{alias, bools};
use crate::block::{ElementLayout, OutputInit};
use crate::gufunc::require;
use crate::kernel::{
    CallSite, GufuncKernel, GufuncOutputs, InnerLoop, InnerOperand, InnerOperands, Inputs, Order, Signature,
    SignatureOperand, Sizes, State,
};
use crate::memory::{NoMemory, STREAM_BYTES, fence};
use crate::{Error, KernelError, Schedule};

/// The loop of a kernel with all of its types.
pub const fn exported_loop<E: Export>() -> ExportedLoop {
    ExportedLoop { elements: elements::<E>, run: run::<E>, identity: E::identity, rules: E::rules }
}

/// The inner loop, see [`LoopFn`](super::LoopFn).
///
/// # Safety
/// As it says there.
pub unsafe extern "C" fn run<E: Export>(
    args: *mut *mut c_char,
    dims: *const isize,
    steps: *const isize,
    host: *mut c_void,
) {
    // SAFETY: as the caller says.
    let host = unsafe { &*host.cast::<Host>() };
    if (host.has_failed)() {
        return;
    }
    let outer = RUNNING.replace(true);
    // SAFETY: as the caller says.
    let computed = catch_unwind(AssertUnwindSafe(|| unsafe { compute::<E>(&Raw { args, dims, steps }, host) }));
    RUNNING.set(outer);
    match computed {
        Ok(Ok(())) => {}
        Ok(Err(error)) => (host.report)(Failure::Refused(error)),
        Err(panic) => {
            let kernel = <E::Kernel as GufuncKernel>::NAME;
            (host.report)(Failure::Panicked { kernel, message: message(&*panic) });
        }
    }
}

thread_local! {
    /// True while this thread is in the loop of an exported kernel.
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Returns true while this thread is in the loop of an exported kernel: a panic then is reported to the caller.
pub fn is_running() -> bool {
    RUNNING.get()
}

/// The text of a panic.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a value that is no text".to_owned())
}

/// The description of the operands that the caller hands in.
struct Raw {
    args: *mut *mut c_char,
    dims: *const isize,
    steps: *const isize,
}

/// # Safety
/// As for [`run`].
unsafe fn compute<E: Export>(raw: &Raw, host: &Host) -> Result<(), Error> {
    let signature = const { &<E::Kernel as GufuncKernel>::SIGNATURE };
    let (inputs, outputs) = (signature.inputs.len(), signature.outputs.len());
    // SAFETY: as the caller says.
    let dims = unsafe { std::slice::from_raw_parts(raw.dims, 1 + signature.dims.len()) };
    let (count, core) = (dims[0] as usize, &dims[1..]);
    if count == 0 {
        return Ok(());
    }
    let mut inner = InnerLoop {
        count,
        elements: count,
        inputs: InnerOperands::new(),
        outputs: InnerOperands::new(),
        order: Order::Any,
        stream: false,
        init: OutputInit::Uninit,
        reference: false,
        // Callers in other languages have threads of their own.
        schedule: Schedule::new().parallel(false),
    };
    let parameters = Values { raw, first: inputs };
    let written = inputs + E::Parameters::SIZES.len();
    let mut operands = Operands { raw, core, count, next: written + outputs };
    for (number, (declared, &element)) in
        signature.inputs.iter().zip(<E::Kernel as GufuncKernel>::Inputs::ELEMENTS).enumerate()
    {
        // SAFETY: as the caller says.
        unsafe { operands.read(number, declared, element, &mut inner.inputs) };
    }
    for (number, (declared, &element)) in
        signature.outputs.iter().zip(<E::Kernel as GufuncKernel>::Outputs::ELEMENTS).enumerate()
    {
        // SAFETY: as the caller says.
        unsafe { operands.read(written + number, declared, element, &mut inner.outputs) };
    }
    if const { is_pointwise(&<E::Kernel as GufuncKernel>::SIGNATURE) } {
        inner.order = match alias::order(&inner) {
            // A value that is carried is one that the element function returns.
            Order::Carried if const { writes_views::<E::Kernel>() } => Order::Ascending,
            order => order,
        };
    }
    let mut flags = Flags::take();
    // SAFETY: as the caller says.
    unsafe {
        compute_all::<E>(&inner, &parameters, core, host)?;
        if E::RAISES {
            // All outputs are written.
            flags.add(&inner);
        }
    }
    Ok(())
}

/// Returns true where no operand has a core dimension.
const fn is_pointwise(signature: &Signature) -> bool {
    signature.dims.is_empty()
}

/// Returns true for a kernel whose first output is written through a view.
const fn writes_views<K: GufuncKernel>() -> bool {
    <K::Outputs as GufuncOutputs>::WRITTEN[0]
}

/// Computes a loop: a part of it for each list of parameters.
///
/// # Safety
/// As for [`run`].
unsafe fn compute_all<E: Export>(
    inner: &InnerLoop,
    parameters: &Values<'_>,
    core: &[isize],
    host: &Host,
) -> Result<(), Error> {
    let mut state = State::default();
    let mut start = 0;
    while start < inner.count {
        // SAFETY: as the caller says.
        let (values, end) =
            unsafe { (parameters.read::<E::Parameters>(start), parameters.end::<E::Parameters>(start, inner.count)) };
        let kernel = E::make(values);
        let kernel = host.boundary.map_or(kernel, |boundary| E::with_boundary(kernel, boundary));
        let mut compute = |part: &InnerLoop| {
            // SAFETY: as the caller says; the kernel is that of these loop elements.
            let mut compute = |part: &InnerLoop| unsafe { compute_part(&kernel, core, part, &mut state) };
            // What there are no truth values for is not asked at run time.
            match <E::Kernel as GufuncKernel>::Inputs::ELEMENTS.iter().any(bools::are_bools) {
                // SAFETY: as the caller says.
                true => unsafe { bools::normalised(part, &mut compute) },
                false => compute(part),
            }
        };
        match (start, end) == (0, inner.count) {
            true => compute(inner)?,
            false => compute(&inner.part(start, end - start))?,
        }
        start = end;
    }
    Ok(())
}

/// Computes loop elements that have one kernel.
///
/// # Safety
/// As for [`run`]; the kernel is one of the loop's type.
unsafe fn compute_part<K: GufuncKernel>(
    kernel: &K,
    core: &[isize],
    part: &InnerLoop,
    state: &mut State,
) -> Result<(), Error> {
    let called = CallSite { kernel: K::NAME, signature: const { &K::SIGNATURE } };
    if !called.signature.require.is_empty() {
        let known = core.iter().map(|&size| Some(size as usize)).collect();
        require(called, &Sizes { known, missing: vec![false; core.len()] }, kernel)?;
    }
    // SAFETY: as the caller says.
    if let Some(swept) = unsafe { kernel.sweep_loop(part) } {
        return swept;
    }
    // Results in place are where the caches are already.
    let large = part.order == Order::Any && part.outputs.len() == 1 && part.outputs[0].step == 1;
    let stream = large && part.count * part.outputs[0].size() > STREAM_BYTES && kernel.plan(part)?.streams;
    let run = K::loops().at(part.schedule.simd_level());
    let kernel = (&raw const *kernel).cast();
    // SAFETY: as the caller says; these are the kernel's loops.
    let computed = unsafe {
        match stream {
            true => run(kernel, &InnerLoop { stream, ..part.clone() }, state),
            false => run(kernel, part, state),
        }
    };
    if stream {
        fence();
    }
    computed.map_err(|NoMemory { bytes }| Error::Kernel(KernelError::ScratchMemory { kernel: K::NAME, bytes }))
}

/// Reads the operands from the caller's description.
struct Operands<'a> {
    raw: &'a Raw,
    core: &'a [isize],
    count: usize,
    /// The next step along a core dimension: those follow the steps of loop elements, operand by operand.
    next: usize,
}

impl Operands<'_> {
    /// Reads an operand; they are read in order.
    ///
    /// # Safety
    /// As for [`run`].
    unsafe fn read(
        &mut self,
        number: usize,
        declared: &SignatureOperand,
        element: ElementLayout,
        into: &mut InnerOperands,
    ) {
        // SAFETY: as the caller says.
        let (at, steps) = unsafe {
            let steps = std::slice::from_raw_parts(self.raw.steps, self.next + declared.dims.len());
            (self.raw.args.add(number).read(), steps)
        };
        let mut operand = InnerOperand { element, ..InnerOperand::NONE };
        let mut empty = false;
        for (len, &dim) in operand.shape.iter_mut().zip(declared.dims) {
            *len = self.core[dim] as usize;
            empty |= *len == 0;
        }
        let apart = &steps[self.next..];
        self.next += declared.dims.len();
        if empty {
            // NumPy calls what has no cells aligned, whatever its address and steps are; for Rust, addresses have to be.
            operand.at = std::ptr::without_provenance_mut(element.align);
            into.push(operand.writable());
            return;
        }
        operand.at = at.cast();
        operand.step = in_elements(steps[number], self.count, element.size);
        for ((stride, &len), &apart) in operand.strides.iter_mut().zip(&operand.shape).zip(apart) {
            *stride = in_elements(apart, len, element.size);
        }
        into.push(operand);
    }
}

/// The parameters along a loop.
struct Values<'a> {
    raw: &'a Raw,
    /// The number of the first one among the operands.
    first: usize,
}

impl Values<'_> {
    /// The address of a parameter for a loop element.
    ///
    /// # Safety
    /// As for [`run`].
    unsafe fn at(&self, number: usize, index: usize) -> *mut u8 {
        // SAFETY: as the caller says.
        let (at, step) =
            unsafe { (self.raw.args.add(self.first + number).read(), self.raw.steps.add(self.first + number).read()) };
        at.cast::<u8>().wrapping_offset(index as isize * step)
    }

    /// The parameters of a loop element.
    ///
    /// # Safety
    /// As for [`run`]; they are of these types.
    unsafe fn read<P: Parameters>(&self, index: usize) -> P {
        // SAFETY: as the caller says.
        unsafe { P::read(|number| self.at(number, index)) }
    }

    /// The end of the loop elements that have the same parameters as the one at `start`.
    ///
    /// # Safety
    /// As for [`run`].
    unsafe fn end<P: Parameters>(&self, start: usize, count: usize) -> usize {
        // SAFETY: as the caller says; numbers have no bytes that are not initialised.
        let same = |index: usize| unsafe {
            let bytes = |number: usize, index| std::slice::from_raw_parts(self.at(number, index), P::SIZES[number]);
            (0..P::SIZES.len()).all(|number| bytes(number, start) == bytes(number, index))
        };
        // SAFETY: as the caller says.
        let steady = |number| unsafe { self.at(number, 0) == self.at(number, 1) };
        match (0..P::SIZES.len()).all(steady) {
            true => count,
            false => (start + 1..count).find(|&index| !same(index)).unwrap_or(count),
        }
    }
}

/// A distance in elements; 0 where there is no other cell. Numbers lie at multiples of their size, since they are aligned.
fn in_elements(step: isize, len: usize, size: usize) -> isize {
    if len <= 1 {
        return 0;
    }
    // The bytes of a number are a power of two, by which a shift divides sooner.
    let shift = size.trailing_zeros();
    assert!(step >> shift << shift == step, "cells lie {step} bytes apart, which is no multiple of their {size} bytes");
    step >> shift
}
