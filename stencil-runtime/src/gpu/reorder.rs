//! Copies of arrays on the GPU with their axes in another order, for calls that cannot use them as they lie.

use crate::Error;
use crate::block::OutputInit;
use crate::geometry::Ranges;
use crate::gpu::Gpu;
use crate::gpu::array::Data;
use crate::gpu::device::checks::inherit;
use crate::gpu::geometry::operand::OperandLayout;
use crate::gpu::gufunc_dispatch::GufuncDispatch;
use crate::gpu::kernel::GpuKernel;
use crate::gpu::layout::DeviceLayout;
use crate::gpu::plan::Task;
use crate::gpu::shader::{ElementType, Field, Parameters, Shader, Wide};
use crate::gpu::task::Launch;
use crate::kernel::{CallSite, Signature, SignatureOperand as Operand};

/// The element function `|x| x` of cells of which a word has `CELLS`.
#[derive(Clone, Copy)]
struct Copied<const CELLS: u32>;

macro_rules! copied {
    ($($cells:literal, $shift:literal, $Type:ident;)*) => {
        $(
            impl GpuKernel for Copied<$cells> {
                const SHADER: Shader = Shader {
                    wgsl: concat!("const SHIFT = ", $shift, ";\n", include_str!("reorder.wgsl")),
                    native_f16: None,
                    inputs: &[ElementType::$Type],
                    arrays: &[],
                    outputs: &[ElementType::$Type],
                    cells: $cells,
                    rows: 1,
                    workgroup: [256, 1, 1],
                    contiguous: false,
                    params: &[
                        Field::Blocks(0),
                        Field::Blocks(1),
                        Field::Width,
                        Field::Start(0),
                        Field::LoopStride(0, 0),
                        Field::LoopStride(0, 1),
                        Field::LoopStride(0, 2),
                        Field::Start(1),
                        Field::LoopStride(1, 0),
                        Field::LoopStride(1, 1),
                        Field::LoopStride(1, 2),
                    ],
                    checks: &[],
                    wide: Wide { f64: false, int64: false },
                };

                fn parameters(&self, _: &mut Parameters<'_>) {}
            }
        )*
    };
}
copied! {
    1, "0u", U32;
    2, "1u", U16;
    4, "2u", U8;
}

static SIGNATURE: Signature = Signature {
    text: "()->()",
    dims: &[],
    inputs: &[Operand { name: "x", dims: &[] }],
    outputs: &[Operand { name: "", dims: &[] }],
    require: "",
};

/// A copy of an array with these of its axes in order.
pub(crate) fn reordered(gpu: &Gpu, data: &Data, axes: &[usize]) -> Result<Data, Error> {
    let mut copy = Data::new(gpu, data.form.reordered(axes))?;
    inherit(&mut copy.checks, &data.checks);
    match data.form.scalar.packed() {
        1 => run(gpu, Copied::<1>, data, axes, &copy)?,
        2 => run(gpu, Copied::<2>, data, axes, &copy)?,
        _ => run(gpu, Copied::<4>, data, axes, &copy)?,
    }
    Ok(copy)
}

/// The order that undoes another.
pub(crate) fn inverse(axes: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; axes.len()];
    axes.iter().enumerate().for_each(|(place, &axis)| inverse[axis] = place);
    inverse
}

fn run<K: GpuKernel>(gpu: &Gpu, kernel: K, from: &Data, axes: &[usize], to: &Data) -> Result<(), Error> {
    let launch = Launch::new(gpu, "reorder", &kernel, false)?;
    // A cell of two words is two cells along one more axis.
    let wide = from.form.scalar.word_bytes() == 8;
    let words = |form: &DeviceLayout| {
        let shape: Vec<usize> = form.shape.iter().copied().chain(wide.then_some(2)).collect();
        DeviceLayout::new(&shape, K::SHADER.inputs[0])
    };
    let mut axes = axes.to_vec();
    axes.extend(wide.then_some(axes.len()));
    let laid = |form: DeviceLayout, loops: Vec<usize>, output: bool| OperandLayout {
        form,
        loops,
        core: Vec::new(),
        returned: output,
        output,
    };
    let (form, loops) = (words(&to.form), (0..axes.len()).collect());
    let loop_shape = form.shape.clone();
    let operands = [laid(words(&from.form), axes, false), laid(form, loops, true)];
    let called = CallSite { kernel: "reorder", signature: &SIGNATURE };
    let dispatch = GufuncDispatch {
        launch: &launch,
        called,
        operands: &operands,
        inputs: 1,
        loop_shape: &loop_shape,
        sizes: Vec::new(),
    };
    let whole: Ranges = loop_shape.iter().map(|&n| 0..n).collect();
    let work = dispatch.work(&whole, &operands, true)?;
    dispatch.record(&work, &[from.memory.clone(), to.memory.clone()], OutputInit::Uninit)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_order_and_its_inverse() {
        assert_eq!(super::inverse(&[2, 0, 1]), [1, 2, 0]);
    }
}
