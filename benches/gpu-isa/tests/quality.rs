//! Generated shaders are as good as hand-written ones, as AMD's compiler sees them.

use gpu_isa::driver::Driver;
use gpu_isa::{Form, table};

#[test]
fn generated_shaders_match_hand_written_ones() {
    let Some(driver) = ndstencil_device::required(Driver::open("navi21").ok_or("Mesa has no driver for AMD here"))
    else {
        return;
    };
    let rows = table(&driver);
    for kernel in rows.chunk_by(|a, b| a.kernel == b.kernel) {
        let of = |form| kernel.iter().find(|row| row.form == form).map(|row| row.statistics);
        let (Some(ours), Some(theirs)) = (of(Form::Generated), of(Form::Hand)) else { panic!("both forms") };
        let (name, limit) = (kernel[0].kernel, theirs.instructions + theirs.instructions / 20);
        assert!(ours.instructions <= limit, "{name}: {ours:?} against {theirs:?}");
        assert!(ours.branches <= theirs.branches, "{name}: {ours:?} against {theirs:?}");
        // What `f16` on the device is for.
        let portable = of(Form::Portable).unwrap_or(ours);
        assert!(ours.instructions <= portable.instructions, "{name}: {ours:?} against {portable:?}");
    }
}
