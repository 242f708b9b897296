//! The expansions of functions, one for each feature of the language.

use insta::assert_snapshot;

fn expand(args: &str, item: &str) -> String {
    let tokens = stencil_codegen::stencil(args.parse().unwrap(), item.parse().unwrap());
    prettyplease::unparse(&syn::parse2(tokens).expect("the expansion does not parse"))
}

/// The element function alone, with its body as it was rewritten.
fn element(args: &str, item: &str) -> String {
    let all = expand(args, item);
    let start = all.find("    fn __element").expect("no element function");
    let length = all[start..].find("\n    }\n").expect("no end of the element function");
    all[start..start + length + 6].to_owned()
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
    one_input: expand "boundary = Nearest" "
        /// The heat equation.
        pub fn heat(u: Window2<f64>, alpha: f64) -> f64 {
            u[[0, 0]] + alpha * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
        }";
    strided: expand "boundary = Shrink, stride = (2, S)" "
        fn coarser<const S: usize>(u: Window2<f32>) -> f32 {
            u[[0, 0]] + u[[1, 1]]
        }";
    generic: expand "boundary = (Wrap, (Constant(edge), Nearest)), type = Edges" "
        pub(crate) fn edges<'a, T: Real, const R: usize>(u: Window2<T>, edge: T, w: &'a [T]) -> T
        where
            T: Into<f64>,
        {
            u[[-1, 0]] + w[R]
        }";
    several_arrays: expand "boundary = Wrap" "
        fn masked(x: Window3<f32>, #[boundary(Constant(true))] mask: Window3<bool>, weights: ArrayView2<f32>, table: &[f32]) -> (f32, u8) {
            if mask[[0, 0, -1]] { (x[[0, 1, 0]] * weights[[0, 0]], 1) } else { (table[0], 0) }
        }";
    pointwise: expand "" "fn double(x: Window1<i32>) -> i32 { 2 * x[0] }";
    rims: expand "boundary = ((Shrink, Keep), Fill(0.5))" "fn rims(x: Window2<f32>) -> f32 { x[[0, 1]] }";
    other_expressions: expand "boundary = (rules::LEFT, (rule, custom()))" "
        fn custom(x: Window2<f32>, rule: Boundary<f32>) -> f32 { x[[0, 1]] }";
    constant_halo: expand "boundary = Nearest, halo = (R, (1, R + 1))" "
        fn boxed<const R: usize>(x: Window2<f32>) -> f32 { helper(x) }";
    dynamic_halo: expand "boundary = Nearest, halo = dynamic, crate = crate::reexport" "
        fn open(x: Window1<f32>, r: isize) -> f32 { x[r] }";
    attributes: expand "boundary = Nearest" r#"
        #[cfg(feature = "blur")]
        #[deprecated]
        #[expect(clippy::cast_lossless)]
        #[inline]
        pub fn blur(#[allow(unused)] x: Window1<u8>) -> f32 { x[1] as f32 }"#;
    python: expand "boundary = Wrap, python(f32, f64)" "
        /// The heat equation.
        pub fn heat<T: Real>(u: Window2<T>, alpha: T) -> T { u[[0, 0]] + alpha * u[[0, 1]] }";
    errors: expand "boundary = Nearset" "fn smooth(x: Window2<f32>) -> f32 { x[-1] }";

    ranges: element "boundary = Nearest" "
        fn ranges(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -1..=1 { for j in (-3..=-1).rev() { sum += x[[i, j]]; } }
            for k in 0..=255u8 { sum += f32::from(k); }
            for k in 0..=200 { sum += table(k); }
            sum + (0..=2).map(|k| k as f32).sum::<f32>() + at(0..=3)
        }";
    run_time_range: element "boundary = Nearest, halo = R" "
        fn boxed<const R: usize>(x: Window1<f32>) -> f32 {
            let r = R as isize;
            let mut sum = 0.0;
            for i in -r..=r { sum += x[i]; }
            sum
        }";
    hoisted: element "boundary = Nearest" "
        fn upwind(u: Window2<f32>, v: Window2<f32>, limit: f32) -> f32 {
            let k = 1;
            if v[[0, 0]] > 0.0 && u[[0, 2]] > limit { return u[[0, 0]] - u[[-k, 0]]; }
            match limit as i32 { 0 => u[[k, 0]], _ => u[[0, 2]] }
        }";
    hoisted_in_a_loop: element "boundary = Nearest" "
        fn brightest(x: Window2<f32>, limit: f32) -> f32 {
            let mut best = 0.0;
            for i in -1..=1 {
                for j in -1..=1 {
                    let back = -j;
                    if i != j { if x[[i, j]] > best { best = x[[i, j]]; } else { best += x[[i, back]]; } }
                }
            }
            best
        }";
    hoisted_box: element "boundary = Nearest" "
        fn first(x: Window2<f32>, limit: f32) -> f32 {
            for i in -1..=1 { for j in 0..=1 { if x[[i, j]] > limit { return x[[i, j]]; } } }
            0.0
        }";
    not_hoisted: element "boundary = Nearest, halo = R" "
        fn maybe<const R: usize>(x: Window1<f32>) -> f32 { if R > 1 { x[2] } else { x[0] } }";
    continues: element "boundary = Nearest" "
        fn skipping(x: Window1<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -1..=1 {
                let v = x[i];
                if v.is_nan() { continue; }
                sum += v;
                let w = if v > 1.0 { continue } else { v * 2.0 };
                sum += w;
            }
            sum
        }";
    casts: element "boundary = Nearest, crate = crate::reexport" "
        fn casts<T: Real>(x: Window2<f32>, t: Window2<T>, gain: f64, n: i32) -> (u8, u16, i16, u8, i64) {
            let mut sum = 0.0;
            for i in -1..=1 { sum += WEIGHTS[(i + 1) as usize] * x[[0, i]]; }
            #[expect(clippy::cast_possible_truncation)]
            let wide = (f64::from(sum) * gain) as u16;
            let sum = if sum > 0.0 { (-sum).sqrt() as u8 } else { n as u8 };
            (sum, wide, x[[1, 0]].round() as u8 as f32 as i16, t[[0, 0]].floor() as u8, gain as i64)
        }";
    values: element "boundary = Nearest, halo = (1, 0)" "
        fn column(x: Window2<u8>) -> u8 {
            debug_assert!(x.values()[0] < 9 && x[[1, 0]] < 9);
            if x[[0, 0]] == 0 { 0 } else { max(x.values()) }
        }";
    values_of_a_constant_box: element "boundary = Nearest, halo = WIDTH" "
        fn boxed(x: Window1<u8>) -> u8 { median(x.values()) }";
    shadowing: element "boundary = Nearest" "
        fn shadowing(x: Window1<f32>) -> f32 {
            let f = |x: [f32; 2]| if x[0] > 0.0 { x[0] } else { x[1] };
            let x = [x[-1], x[1]];
            if x[0] > 0.0 { f(x) } else { x[0] }
        }";
}

/// A module of Python; an error is its message.
#[test]
fn modules_of_python() {
    let module = |tokens: &str| {
        let expansion = stencil_codegen::python_module(tokens.parse().unwrap()).to_string();
        expansion.replace(":: core :: option :: Option :: ", "")
    };
    assert_eq!(
        module("#[doc = \"Filters.\"] filters: smooth, other::nanmedian, &READY, mean = [of_u8, &OF_FLOATS],"),
        ":: ndstencil_python :: __module ! ([# [doc = \"Filters.\"]] filters [(None , & [& __python_smooth]) , \
         (None , & [& other :: __python_nanmedian]) , (None , & [& READY]) , \
         (Some (\"mean\") , & [& __python_of_u8 , & OF_FLOATS])]) ;"
    );
    for (wrong, what) in [
        ("filters", "expected `:`"),
        ("filters: smooth = []", "a ufunc without kernels"),
        ("filters: smooth = other", "expected square brackets"),
        ("filters: smooth nanmedian", "expected `,`"),
    ] {
        let error = module(wrong);
        assert!(error.contains(what) && error.contains("help: write `python_module!("), "{error}");
    }
}
