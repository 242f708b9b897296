//! A stencil, part by part.

use std::cell::Cell;
use std::ops::Range;

use crate::block::{Block, ElementLayout, ElementLayouts, InputBlocks, OutputBlocks, OutputInit, Span};
use crate::boundary::{RawRule, RuleSet};
use crate::data_type::DataType;
use crate::exec::call::{Call, check_keep, no_memory};
use crate::exec::sweep::job::Job;
use crate::exec::sweep::{Request, Stage};
use crate::geometry::{Domain, Region, needs_along};
use crate::kernel::Sweep;
use crate::kernel::{Args, Columns, Identity, Kernel, Outputs};
use crate::plan::text;
use crate::{Error, Halo, MAX_RANK, Stencil};

impl<K: Kernel> Call<'_, K> {
    /// Calls `f` with the kernel without its types and the domain of inputs of a shape, unless they do not fit.
    pub(crate) fn with_shape<R>(
        &self,
        shape: &[usize; MAX_RANK],
        f: impl FnOnce(&Stage<'_>, &Domain) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let rank = <K::Dim as ndarray::Dimension>::NDIM.expect("a kernel has a fixed rank");
        let elements = <K::Args<'_> as Args<'_, _>>::elements();
        let inputs: InputBlocks =
            elements.into_iter().map(|element| Block::of_shape(&shape[..rank], element)).collect();
        self.with_domain(&inputs, |stage, domain| {
            check_keep::<K>(&stage.reads, &inputs)?;
            f(stage, domain)
        })
    }
}

impl<K: Kernel> Stencil<K> {
    /// Tells all that results on inputs of some shapes depend on beside the inputs. Functions of boundaries are told by what they
    /// give along the last axes.
    pub(crate) fn tell(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        let [inputs, outputs] = self.elements();
        let (call, rank) = (self.call(), <K::Dim as ndarray::Dimension>::NDIM.unwrap_or_default());
        let rules = call.rules.erase();
        identity.add("kernel", K::NAME);
        self.kernel.identify(identity);
        for (number, (name, element)) in K::INPUTS.iter().zip(inputs).enumerate() {
            let lens = shapes.first().map(|shape| &shape[shape.len().saturating_sub(rank)..]).unwrap_or_default();
            let halo = call.halo.as_ref().unwrap_or_else(|| K::HALOS.get(number).unwrap_or(&NO_HALO));
            let untold = Cell::new(false);
            let known = |value: Option<String>| {
                value.unwrap_or_else(|| {
                    untold.set(true);
                    "a value".to_owned()
                })
            };
            let told = |axis: usize, rule: &RawRule| match *rule {
                RawRule::With(function) => {
                    let (n, [before, after]) = (lens.get(axis).copied().unwrap_or(0), halo.axis(axis));
                    let outside = (1..=before.min(TRIED) as isize).map(|by| -by);
                    let outside = outside.chain((0..after.min(TRIED)).map(|by| (n + by) as isize));
                    let found: Vec<isize> = outside.map(|index| function(index, n)).collect();
                    format!("With {found:?}")
                }
                RawRule::Constant(at) if !rules.unfit[number] => {
                    // SAFETY: the constant lives in the rules, and is an element of the input.
                    let value = unsafe { number_at(at, element) };
                    format!("Constant({})", known(value))
                }
                RawRule::Fill(item) => {
                    // SAFETY: the item lives in the rules, and is one of the kernel's; its parts are elements of the outputs.
                    let values = unsafe { K::Out::parts(&*item.cast()).into_iter().zip(&outputs) };
                    // SAFETY: as above.
                    let values: Vec<String> =
                        values.map(|(at, element)| known(unsafe { number_at(at, *element) })).collect();
                    format!("Fill({})", values.join(", "))
                }
                other => other.name().to_owned(),
            };
            let sides = &rules.inputs[number][..rank];
            let sides: Vec<String> = sides
                .iter()
                .enumerate()
                .map(|(axis, [low, high])| format!("{} {}", told(axis, low), told(axis, high)))
                .collect();
            identity.add(format!("boundary {name}"), sides.join(", "));
            if untold.get() {
                identity.add_unknown(format!("the value beyond the ends of `{name}`, which is no number,"));
            }
        }
        if let Some(halo) = &self.halo {
            identity.add("halo", text::halo(halo, rank));
        }
    }
}

/// The indices beyond each end for which the function of a boundary is tried.
const TRIED: usize = 64;
const NO_HALO: Halo = Halo::new([[0, 0]]);

/// An element as text, if it is a number or some side by side: the others have bytes that mean nothing.
///
/// # Safety
/// Points to an element of the type.
unsafe fn number_at(at: *const u8, element: ElementLayout) -> Option<String> {
    let data_type = DataType::of_layout(element);
    let name = match data_type.scalar() {
        Some(scalar) => format!("{scalar:?}"),
        None => data_type.to_string(),
    };
    // SAFETY: as the caller says; all bytes of numbers are set, those of numbers side by side, too.
    let bytes = data_type.is_number().then(|| unsafe { std::slice::from_raw_parts(at, element.size) })?;
    Some(format!("{name} {bytes:02x?}"))
}

impl<K: Kernel> Sweep for Stencil<K> {
    fn elements(&self) -> [ElementLayouts; 2] {
        [<K::Args<'_> as Args<'_, _>>::elements(), <K::Out as Outputs>::Columns::elements()]
    }

    fn identify(&self, shapes: &[Vec<usize>], identity: &mut Identity) {
        self.tell(shapes, identity);
    }

    fn written(&self, shape: &[usize; MAX_RANK]) -> Result<[usize; MAX_RANK], Error> {
        self.call().with_shape(shape, |_, domain| Ok(domain.output_shape()))
    }

    fn origin(&self, shape: &[usize; MAX_RANK], axis: usize) -> [usize; 2] {
        let origin =
            |_: &Stage<'_>, domain: &Domain| Ok([domain.along(axis, domain.written.start[axis]), domain.stride[axis]]);
        self.call().with_shape(shape, origin).expect("the shape was accepted")
    }

    fn needs(&self, shape: &[usize; MAX_RANK], input: usize, axis: usize, points: Range<usize>) -> Span {
        let needs = |stage: &Stage<'_>, domain: &Domain| {
            let first = domain.written.start[axis];
            Ok(needs_along(&stage.reads, domain, input, axis, points.start + first..points.end + first))
        };
        self.call().with_shape(shape, needs).expect("the shape was accepted")
    }

    unsafe fn compute(
        &self,
        shape: &[usize; MAX_RANK],
        points: &[Range<usize>],
        inputs: &InputBlocks,
        outputs: &mut OutputBlocks,
        parallel: bool,
    ) -> Result<(), Error> {
        let call = Call { schedule: self.schedule.on_threads(parallel), ..self.call() };
        call.with_shape(shape, |stage, domain| {
            let mut region = Region::whole(&shape[..domain.rank]);
            for (axis, points) in points.iter().enumerate() {
                let first = domain.written.start[axis];
                region = region.with(axis, points.start + first..points.end + first);
            }
            outputs.iter_mut().for_each(|output| output.place(&region.start));
            let init = OutputInit::Uninit;
            let request = Request { stage, domain, region, inputs, outputs, init, in_place: false, regions: 1 };
            // SAFETY: as the caller says.
            unsafe { Job::new(request).run() }.map_err(no_memory::<K>)
        })
    }
}
