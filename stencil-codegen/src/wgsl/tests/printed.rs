//! What bodies look like.

use super::harness::print_mode;
use crate::wgsl::print::Mode;

#[test]
fn a_sum_of_reads() {
    let text = print_mode("fn f(x: Window2<f32>) -> f32 { 0.25 * (x[[-1, 0]] + x[[1, 0]]) }", Mode::Near);
    assert_eq!(
        text,
        "fn near_element(at: Near) -> f32 {\n    return (0.25f * (near_0(at, -1, 0) + near_0(at, 1, 0)));\n}\n"
    );
}
