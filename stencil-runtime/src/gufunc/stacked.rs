//! A stencil as a gufunc: over the last axes of its inputs, and over all loop dimensions in front of them.

use ndarray::ArrayRef;

use crate::boundary::{IntoRuleSet, IntoRules, RuleSet, Rules};
use crate::exec::call::Call;
use crate::gufunc::Gufunc;
use crate::kernel::Sweep;
use crate::kernel::{
    ByView, CoreView, DynamicHalo, Element, GufuncKernel, GufuncOutputs, InnerLoop, InnerLoops, InnerPlan, Input,
    Inputs, Kernel, LaneInput, Multiversioned, Signature, Single, Stacked, State,
};
use crate::memory::NoMemory;
use crate::plan::StencilExplanation;
use crate::{Error, Halo, Stencil};

/// The arrays of a stencil as operands of a gufunc.
pub trait StackedArgs {
    /// The same as declared inputs.
    type Inputs: Inputs;
}

impl<T: Element, C: LaneInput> StackedArgs for &ArrayRef<T, C> {
    type Inputs = (Input<T, C>,);
}

/// The outputs of a stencil as outputs of a gufunc.
pub trait StackedOutputs {
    /// The same with so many core dimensions.
    type Outputs<C: CoreView>: GufuncOutputs;
}

impl<T: Element> StackedOutputs for Single<T> {
    type Outputs<C: CoreView> = (ByView<T, C>,);
}

macro_rules! stacked_tuple {
    ($($T:ident),+) => {
        impl<$($T: Element,)+ Cx: LaneInput> StackedArgs for ($(&ArrayRef<$T, Cx>,)+) {
            type Inputs = ($(Input<$T, Cx>,)+);
        }

        impl<$($T: Element),+> StackedOutputs for ($($T,)+) {
            type Outputs<Cx: CoreView> = ($(ByView<$T, Cx>,)+);
        }
    };
}
stacked_tuple!(A, B);
stacked_tuple!(A, B, C);
stacked_tuple!(A, B, C, D);
stacked_tuple!(A, B, C, D, E);
stacked_tuple!(A, B, C, D, E, F);

#[doc(hidden)] // Nothing that a caller of a stencil needs.
impl<K: Kernel + Stacked> GufuncKernel for Stencil<K>
where
    K::Dim: CoreView,
    K::Args<'static>: StackedArgs,
    K::Out: StackedOutputs,
{
    type Inputs = <K::Args<'static> as StackedArgs>::Inputs;
    type Outputs = <K::Out as StackedOutputs>::Outputs<K::Dim>;
    const NAME: &'static str = K::NAME;
    const SIGNATURE: Signature = <K as Stacked>::SIGNATURE;

    fn sizes(&self, sizes: &mut [isize]) {
        let Signature { inputs, outputs, dims, .. } = <K as Stacked>::SIGNATURE;
        let mut shape = [1; crate::MAX_RANK];
        for (n, &dim) in shape.iter_mut().zip(inputs[0].dims) {
            *n = sizes[dim].unsigned_abs();
        }
        let written = self.call().written(&shape);
        for output in outputs {
            for (axis, &dim) in output.dims.iter().enumerate().filter(|(_, dim)| dims[**dim].computed) {
                sizes[dim] = written[axis] as isize;
            }
        }
    }

    /// One sweep for all instruction levels: it takes the stencil's own loops of the level that is scheduled.
    fn loops() -> InnerLoops<Self> {
        Multiversioned::same(sweep::<K>)
    }

    fn plan(&self, inner: &InnerLoop) -> Result<InnerPlan, Error> {
        self.with_schedule(inner).inner_plan(inner)
    }

    fn sweep(&self) -> Option<&dyn Sweep> {
        Some(self)
    }

    unsafe fn sweep_loop(&self, inner: &InnerLoop) -> Option<Result<(), Error>> {
        // SAFETY: as the caller says.
        Some(unsafe { self.with_schedule(inner).plan_and_sweep(inner) })
    }

    fn explain_sweep(&self, inner: &InnerLoop) -> Option<Result<StencilExplanation, Error>> {
        Some(self.with_schedule(inner).explain_first(inner))
    }
}

/// # Safety
/// `stencil` points to a `Stencil<K>`, whose operands are alive, of its types, and were accepted by its plan; the outputs
/// alias nothing.
unsafe fn sweep<K: Kernel>(stencil: *const (), inner: &InnerLoop, _: &mut State) -> Result<(), NoMemory> {
    // SAFETY: as the caller says.
    unsafe { (*stencil.cast::<Stencil<K>>()).with_schedule(inner).sweep(inner) }
}

impl<K: Kernel> Stencil<K> {
    /// The stencil as the loop nest schedules it.
    fn with_schedule(&self, inner: &InnerLoop) -> Call<'_, K> {
        Call { schedule: inner.schedule, ..self.call() }
    }
}

impl<K: Kernel + Stacked> Gufunc<Stencil<K>>
where
    K::Dim: CoreView,
{
    /// Sets the boundary of all inputs, as [`Stencil::boundary`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(n)")]
    /// #[stencil(boundary = Nearest)]
    /// fn left(x: Window1<i32>) -> i32 { x[-1] }
    /// let rows = array![[1, 2, 3], [4, 5, 6]];
    /// assert_eq!(left().apply(&rows)?, array![[1, 1, 2], [4, 4, 5]]);
    /// assert_eq!(left().boundary(Boundary::Wrap).apply(&rows)?, array![[3, 1, 2], [6, 4, 5]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundary<I, O, const N: usize>(self, boundary: impl IntoRules<I, O, N>) -> Self
    where
        K::Rules: RuleSet<First = Rules<I, O, N>>,
    {
        Gufunc { kernel: self.kernel.boundary(boundary), ..self }
    }

    /// Sets the boundaries of several inputs, as [`Stencil::boundaries`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n),(n)->(n)")]
    /// #[stencil(boundary = Nearest)]
    /// fn pick(x: Window1<i32>, mask: Window1<bool>) -> i32 { if mask[-1] { x[-1] } else { x[1] } }
    /// let (x, mask) = (array![[1, 2, 3]], array![true, false, true]);
    /// let y = pick().boundaries((Boundary::Wrap, Boundary::Constant(true))).apply((&x, &mask))?;
    /// assert_eq!(y, array![[3, 1, 1]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn boundaries(self, boundaries: impl IntoRuleSet<K::Rules>) -> Self {
        Gufunc { kernel: self.kernel.boundaries(boundaries), ..self }
    }

    /// Sets the halo of a kernel with `#[stencil(halo = dynamic)]`, as [`Stencil::halo`].
    ///
    /// ```
    /// use ndarray::array;
    /// use ndstencil::Halo;
    /// use ndstencil::prelude::*;
    /// #[gufunc("(n)->(n)")]
    /// #[stencil(halo = dynamic, boundary = Nearest)]
    /// fn lag(x: Window1<i32>, steps: isize) -> i32 { x[0] - x[-steps] }
    /// let x = array![[1, 2, 4, 7]];
    /// assert_eq!(lag(2).halo(Halo::new([[2, 0]])).apply(&x)?, array![[0, 1, 3, 5]]);
    /// # Ok::<(), ndstencil::Error>(())
    /// ```
    pub fn halo(self, halo: Halo) -> Self
    where
        K: DynamicHalo,
    {
        Gufunc { kernel: self.kernel.halo(halo), ..self }
    }
}
