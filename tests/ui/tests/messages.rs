//! The messages of the compiler: every diagnostic, on the user's tokens, and nothing twice.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

/// Messages that only the feature `gpu` gives.
#[test]
fn messages_about_gpu_forms() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/gpu/*.rs");
}
