//! Generated shaders are as good as hand-written ones, as AMD's compiler sees them.

use gpu_isa::driver::Driver;
use gpu_isa::{Form, table};

#[test]
fn generated_shaders_match_hand_written_ones() {
    let Some(driver) = Driver::open("navi21") else {
        assert!(std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_none(), "Mesa's driver for AMD's GPUs is not installed");
        eprintln!("skipped: Mesa's driver for AMD's GPUs is not installed");
        return;
    };
    let rows = table(&driver);
    for pair in rows.chunks(3) {
        let [generated, hand, _] = pair else { panic!("three forms of each kernel") };
        assert_eq!((generated.form, hand.form), (Form::Generated, Form::Hand));
        let (ours, theirs) = (generated.statistics, hand.statistics);
        let limit = theirs.instructions + theirs.instructions / 20;
        assert!(ours.instructions <= limit, "{}: {ours:?} against {theirs:?}", generated.kernel);
        assert!(ours.branches <= theirs.branches, "{}: {ours:?} against {theirs:?}", generated.kernel);
    }
}
