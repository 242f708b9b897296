//! `Repeat::on`: sweeps on a GPU, many in one submission.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array, ArrayRef, Dimension};

use crate::block::OutputInit;
use crate::gpu::Gpu;
use crate::gpu::array::{Data, try_blank};
use crate::gpu::device::Memory;
use crate::gpu::device::checks::inherit;
use crate::gpu::element::GpuElement;
use crate::gpu::kernel::GpuKernel;
use crate::gpu::operand::{GpuArrays, GpuInputs, GpuOutputs, Place};
use crate::gpu::rules::GpuRules;
use crate::gpu::stencil::{GpuStencil, with_sweep};
use crate::gpu::stencil_dispatch::CoreLayout;
use crate::gpu::task::{Source, Target};
use crate::gpu::transfer::host_copy;
use crate::kernel::Kernel;
use crate::kernel::Single;
use crate::{Error, Repeat, ShapeError};

/// A stencil that is applied several times on a GPU: what [`Repeat::on`] gives.
///
/// ```
/// use ndarray::array;
/// use ndstencil::prelude::*;
/// #[stencil(gpu, boundary = Nearest)]
/// fn heat(u: Window1<f32>, alpha: f32) -> f32 { u[0] + alpha * (u[-1] - 2.0 * u[0] + u[1]) }
/// let Ok(gpu) = Gpu::new() else { return Ok(()) };
/// let hundred = heat(0.25).repeat(100);
/// let u = array![0.0, 8.0, 0.0, 0.0];
/// let (cpu, gpu) = (hundred.apply(&u)?, hundred.on(&gpu).apply(&u)?);
/// assert!(cpu.iter().zip(&gpu).all(|(a, b)| (a - b).abs() < 1e-4));
/// # Ok::<(), ndstencil::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a kernel does nothing until it is applied: call `.apply(..)` or `.apply_into(..)`"]
pub struct GpuRepeat<K: Kernel> {
    pub(super) repeat: Repeat<K>,
    pub(super) stencil: GpuStencil<K>,
}

impl<K: Kernel> fmt::Debug for GpuRepeat<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GpuRepeat").field("stencil", &self.stencil).field("times", &self.repeat.times).finish()
    }
}

impl<K: Kernel> Repeat<K> {
    /// The same sweeps on a GPU.
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// assert_eq!(left().repeat(2).on(&gpu).apply(&array![1, 2, 3])?, array![2, 3, 1]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn on(self, gpu: &Gpu) -> GpuRepeat<K>
    where
        K: GpuKernel,
    {
        GpuRepeat { stencil: self.stencil.on(gpu), repeat: self }
    }
}

impl<K, T: GpuElement, D: Dimension> GpuRepeat<K>
where
    K: for<'w> Kernel<Args<'w> = &'w ArrayRef<T, D>, Out = Single<T>, Dim = D> + GpuKernel,
    K::Rules: GpuRules,
{
    /// Applies the kernel as often as [`Stencil::repeat`](crate::Stencil::repeat) says.
    ///
    /// # Errors
    /// As for [`GpuStencil::apply`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Shrink)]
    /// fn rise(x: Window1<i32>) -> i32 { x[1] - x[0] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let x = gpu.upload(&array![0, 1, 8, 27, 64])?;
    /// assert_eq!(rise().repeat(3).on(&gpu).apply(&x)?.download()?, array![6, 6]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply<A>(&self, x: A) -> Result<<A::Place as Place>::Result<Array<T, D>>, Error>
    where
        A: GpuInputs<K::Windows<'static>>,
    {
        let x = only(x.sources());
        let shape = self.repeat.shape(&x.form().shape, self.repeat.times);
        let gpu = self.stencil.gpu();
        A::Place::results(K::NAME, gpu, &[shape], |outputs| self.run(x, only(outputs), OutputInit::Uninit))
    }

    /// Applies the kernel as often as [`Stencil::repeat`](crate::Stencil::repeat) says; the last sweep writes into an
    /// array that is there.
    ///
    /// # Errors
    /// As for [`GpuStencil::apply_into`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[stencil(gpu, boundary = Wrap)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let Ok(gpu) = Gpu::new() else { return Ok(()) };
    /// let mut out = array![0, 0, 0];
    /// left().repeat(4).on(&gpu).apply_into(&array![1, 2, 3], &mut out)?;
    /// assert_eq!(out, array![3, 1, 2]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn apply_into<A, B>(&self, x: A, mut out: B) -> Result<(), Error>
    where
        A: GpuInputs<K::Windows<'static>>,
        B: GpuOutputs<Array<T, D>>,
    {
        let (x, out) = (only(x.sources()), only(out.targets()));
        self.repeat.check(&x.form().shape, &out.form().shape)?;
        self.run(x, out, OutputInit::Keep)
    }

    fn run(&self, x: Source<'_>, out: Target<'_>, init: OutputInit) -> Result<(), Error> {
        self.stencil.check(std::slice::from_ref(&x), std::slice::from_ref(&out))?;
        if self.repeat.times > 0 && out.form().shape.contains(&0) {
            // Nothing to write. What the first sweep refuses is refused.
            return with_sweep(&self.repeat.stencil, self.stencil.gpu(), &[x.form()], None, |_| Ok(()));
        }
        if x.form().bytes() <= self.stencil.gpu().limits().buffer {
            self.on_device(x, out, init)
        } else {
            self.on_host(x, out, init)
        }
    }

    /// All sweeps on the GPU: the memory of one is free for the sweep after the next.
    fn on_device(&self, x: Source<'_>, out: Target<'_>, init: OutputInit) -> Result<(), Error> {
        let mut data = x.on_device(self.stencil.gpu())?;
        let before = self.repeat.times.saturating_sub(1);
        if before > 0 && self.repeat.shape(&data.form.shape, 1) == data.form.shape {
            data = self.steady(data, before)?;
        } else {
            for _ in 0..before {
                data = only(self.stencil.on_device(vec![Source::Device(data)])?);
            }
        }
        match (self.repeat.times, out) {
            (0, Target::Device(out)) => *out = data,
            (0, Target::Host(mut out)) => Data::download_into(&data, &mut *out)?,
            (_, out) => self.stencil.write(vec![Source::Device(data)], vec![out], init)?,
        }
        Ok(())
    }

    /// Sweeps that keep the shape: planned once there and once back, between two arrays.
    fn steady(&self, data: Arc<Data>, times: usize) -> Result<Arc<Data>, Error> {
        let gpu = self.stencil.gpu();
        let form = data.form.clone();
        let forms = std::slice::from_ref(&form);
        with_sweep(&self.repeat.stencil, gpu, forms, None, |sweep| {
            let steps = sweep.plan(1, &[CoreLayout::whole(form.clone()), CoreLayout::whole(form.clone())])?;
            let mut checks = Vec::new();
            inherit(&mut checks, &data.checks);
            let first = Data::new(gpu, form.clone())?.memory;
            checks.extend(sweep.record(&steps, &[data.memory.clone(), first.clone()], OutputInit::Uninit)?);
            let done = |memory, checks| Arc::new(Data { gpu: gpu.clone(), memory, form: form.clone(), checks });
            if times == 1 {
                return Ok(done(first, checks));
            }
            let pair = [first, own_memory(data, gpu)?];
            let there = [pair[0].clone(), pair[1].clone()];
            let back = [pair[1].clone(), pair[0].clone()];
            // What is copied together has to be so again for each sweep.
            let in_place = steps.iter().all(|step| step.binds.iter().all(|bind| bind.gathered.is_none()));
            let prepare = |memory: &[Arc<Memory>]| {
                steps
                    .iter()
                    .filter(|_| in_place)
                    .map(|step| sweep.prepare(step, memory, OutputInit::Uninit))
                    .collect::<Result<Vec<_>, _>>()
            };
            let ways = [(prepare(&there)?, &there), (prepare(&back)?, &back)];
            for (prepared, memory) in ways.iter().cycle().take(times - 1) {
                if in_place {
                    for step in prepared {
                        checks.extend(step.record()?);
                    }
                } else {
                    checks.extend(sweep.record(&steps, *memory, OutputInit::Uninit)?);
                }
            }
            Ok(done(pair[(times - 1) % 2].clone(), checks))
        })
    }

    /// Sweep by sweep through host memory, where an array is too large for the GPU.
    fn on_host(&self, x: Source<'_>, out: Target<'_>, init: OutputInit) -> Result<(), Error> {
        let Some(before) = self.repeat.times.checked_sub(1) else { return copy(x, out) };
        if before == 0 {
            return self.stencil.write(vec![x], vec![out], init);
        }
        let blank = |shape: &[usize]| -> Result<Array<T, D>, Error> {
            try_blank(shape).map_err(|shape| ShapeError::too_large(K::NAME, shape))
        };
        let mut shape = self.repeat.shape(&x.form().shape, 1);
        let mut last = blank(&shape)?;
        self.stencil.write(vec![x], last.targets(), OutputInit::Uninit)?;
        for _ in 1..before {
            shape = self.repeat.shape(&shape, 1);
            let mut next = blank(&shape)?;
            self.stencil.write(
                vec![Source::Host(Box::new(last.view().into_dyn()))],
                next.targets(),
                OutputInit::Uninit,
            )?;
            last = next;
        }
        self.stencil.write(vec![Source::Host(Box::new(last.view().into_dyn()))], vec![out], init)
    }
}

/// The memory of an array that nobody else holds, or new memory of its size.
fn own_memory(data: Arc<Data>, gpu: &Gpu) -> Result<Arc<Memory>, Error> {
    match Arc::try_unwrap(data) {
        Ok(data) => Ok(data.memory),
        Err(data) => Ok(Data::new(gpu, data.form.clone())?.memory),
    }
}

/// From host memory to host memory.
fn copy(from: Source<'_>, to: Target<'_>) -> Result<(), Error> {
    let form = from.form();
    match (from, to) {
        (Source::Host(from), Target::Host(mut to)) => {
            host_copy(&*from, &mut *to);
            Ok(())
        }
        _ => form.check(0),
    }
}

fn only<T>(all: Vec<T>) -> T {
    all.into_iter().next().expect("one input and one output")
}
