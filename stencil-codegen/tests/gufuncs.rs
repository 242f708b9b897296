//! The expansions of gufuncs, one for each form of a function.

use insta::assert_snapshot;

fn expand(args: &str, item: &str) -> String {
    let tokens = stencil_codegen::gufunc(args.parse().unwrap(), item.parse().unwrap());
    prettyplease::unparse(&syn::parse2(tokens).expect("the expansion does not parse"))
}

/// The implementation of the kernel alone.
fn kernel(args: &str, item: &str) -> String {
    let all = expand(args, item);
    let start = all.find("    #[allow(clippy::all, clippy::pedantic, unused_qualifications").expect("no kernel");
    let end = all.rfind("};").expect("no end of the kernel");
    all[start..end].to_owned()
}

macro_rules! snapshots {
    ($($name:ident: $expand:ident $args:literal $item:literal;)*) => {
        $(
            #[test]
            fn $name() {
                assert_snapshot!($expand($args, $item));
            }
        )*
    };
}

snapshots! {
    scratch_and_parameter: expand r#""(n) -> ()", require = n>0 && q<=1.0"# "
        /// A quantile.
        pub fn quantile<T: Real>(x: ArrayView1<T>, q: f64, scratch: &mut Vec<T>) -> T { select(x, q, scratch) }";
    element_wise: kernel r#""(),()->()", identity = start"# "
        fn add(a: f64, start: f64, b: f64) -> f64 { a + b }";
    several_values: kernel r#""()->(),()""# "fn split(x: Complex) -> (f32, f32) { (x.re, x.im) }";
    written: kernel r#""(m,n),(n,p)->(m,p)""# "
        fn matmul<T: Real>(a: ArrayView2<T>, b: ArrayView<'_, T, Ix2>, mut c: ndarray::ArrayViewMut2<'_, T>) { multiply(a, b, c) }";
    mixed_outputs: kernel r#""(n)->(n),(),(3),()""# "
        fn several(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>, z: ArrayViewMut1<u8>) -> (f32, bool) { fill(x, y, z) }";
    all_outputs_written: kernel r#""(n)->(),()""# "
        fn min_max(x: ArrayView1<f32>, mut low: ArrayViewMut0<f32>, high: ArrayViewMut0<f32>) { search(x, low, high) }";
    optional: kernel r#""(m?,n),(n,p?)->(m?,p?)""# "
        fn matmul(a: ArrayView2<f64>, b: ArrayView2<f64>, c: ArrayViewMut2<f64>) { multiply(a, b, c) }";
    computed: kernel r#""(m),(03)->(p,q,3)", p = m - 1, q = p * step, crate = crate::reexport, type = Computed"# "
        fn grid(a: ArrayView1<f64>, b: ArrayView1<f64>, step: isize, c: ArrayViewMut3<f64>) { fill(a, b, step, c) }";
    no_inputs: kernel r#""->(n)", n = count"# "
        fn ramp(count: isize, y: ArrayViewMut1<f64>) { fill(y) }";
    stack: stacked r#""(n,m)->(p,m)""# "
        #[stencil(boundary = (Shrink, Nearest))]
        fn smooth(x: Window2<u8>, gain: u8) -> u8 { gain * x[[1, 1]] }";
    errors: expand r#""(n m)->()""# "fn mean<T: Real>(x: ArrayView2<T>, gain: T) -> T { gain * x.mean().unwrap() }";
}

/// The public function and what is implemented for stacks.
fn stacked(args: &str, item: &str) -> String {
    let all = expand(args, item);
    let maker = all.find("fn smooth() ->").or(all.find("fn smooth(gain")).expect("no function");
    let stack = all.find("    impl ::ndstencil::__private::Stacked").expect("no stack");
    let [maker, stack] = [maker, stack].map(|start| {
        let length = all[start..].find("\n    }\n").expect("no end") + 7;
        &all[start..start + length]
    });
    let maker = maker.split_once("\n}\n").expect("no end of the function").0;
    format!("{maker}\n}}\n{stack}")
}

#[test]
fn the_order_of_two_attributes_does_not_matter() {
    let function = "fn smooth(x: Window1<u8>) -> u8 { x[1] }";
    let above = stencil_codegen::gufunc(
        r#""(n)->(n)""#.parse().unwrap(),
        format!("#[ndstencil::stencil(boundary = Wrap)] {function}").parse().unwrap(),
    );
    let below = stencil_codegen::stencil(
        "boundary = Wrap".parse().unwrap(),
        format!("#[ndstencil::gufunc(\"(n)->(n)\")] {function}").parse().unwrap(),
    );
    assert_eq!(above.to_string(), below.to_string());
}
