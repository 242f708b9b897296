//! The code that runs for several loop elements side by side: the function `__lanes`, one for each form of a body.

use insta::assert_snapshot;

/// The function for several loop elements, or nothing.
fn lanes(args: &str, item: &str) -> String {
    let tokens = stencil_codegen::gufunc(args.parse().unwrap(), item.parse().unwrap());
    let all = prettyplease::unparse(&syn::parse2(tokens).expect("the expansion does not parse"));
    let Some(start) = all.find("    fn __lanes") else { return "no lanes".to_owned() };
    let length = all[start..].find("\n    }\n").expect("no end of the function");
    all[start..start + length + 6].to_owned()
}

macro_rules! snapshots {
    ($($name:ident: $args:literal $item:literal;)*) => {
        $(
            #[test]
            fn $name() {
                assert_snapshot!(lanes($args, $item));
            }
        )*
    };
}

snapshots! {
    mean_of_what_is_there: r#""(n)->()""# "
        fn nanmean<T: Real>(x: ArrayView1<T>) -> T {
            let mut sum = T::zero();
            let mut count = 0usize;
            for &v in x {
                if !v.is_nan() {
                    sum += v;
                    count += 1;
                }
            }
            sum / T::real(count as f64)
        }";
    shared_branches: r#""(n)->()""# "
        fn variance(x: ArrayView1<f64>, ddof: usize) -> f64 {
            let n = x.len();
            if n <= ddof {
                return f64::NAN;
            }
            let mut sum = 0.0;
            for (i, &v) in x.iter().enumerate() {
                if i > 0 {
                    sum += (v - x[0]) * (v - x[0]);
                }
            }
            sum / (n - ddof) as f64
        }";
    scratch: r#""(n)->()""# "
        fn nanmedian(x: ArrayView1<f32>, sorted: &mut Vec<f32>) -> f32 {
            sorted.clear();
            let mut count = 0usize;
            for &v in x {
                sorted.push(v + 0.0);
                count += usize::from(!v.is_nan());
            }
            sort_slice(sorted);
            if count == 0 {
                return f32::NAN;
            }
            sorted[(count - 1) / 2]
        }";
    written: r#""(m,n),(n,p)->(m,p)""# "
        fn matmul(a: ArrayView2<f64>, b: ArrayView2<f64>, mut c: ArrayViewMut2<f64>) {
            for i in 0..a.nrows() {
                for j in 0..b.ncols() {
                    for k in 0..a.ncols() {
                        c[[i, j]] += a[[i, k]] * b[[k, j]];
                    }
                }
            }
        }";
    mutable_parameters: r#""(n),()->(),()""# "
        fn decay<'a>(x: ArrayView1<'a, f32>, mut start: f32, mut rate: f64, table: &'a [f32]) -> (f32, bool) {
            for &v in x {
                start = start * rate as f32 + v * table[0];
                rate *= 0.5;
            }
            (start, rate > 0.1)
        }";
    folds_and_extend: r#""(n)->()""# "
        fn spread(x: ArrayView1<f32>, all: &mut Vec<f32>) -> f32 {
            all.clear();
            all.extend(x);
            all.extend(x.iter().map(|&v| v + 1.0));
            x.iter().fold(0.0, |sum, &v| sum + v) + all[x.len()]
        }";
    counters: r#""(n)->()""# "
        fn alternating(x: ArrayView1<f32>) -> f32 {
            let mut i = 0;
            let mut sum = 0.0;
            'all: while i < x.len() {
                sum += x[i];
                i += 2;
                if i == 10 {
                    break 'all;
                }
            }
            sum
        }";
    branches_at_the_end: r#""(n)->()""# "
        fn ends(x: ArrayView1<f32>) -> f32 {
            let first = x[0] * 2.0;
            if x.len() > 2 {
                let mut sum = first;
                for v in x.iter() {
                    sum += v;
                }
                sum
            } else {
                first
            }
        }";
    refused: r#""(n)->()""# "
        fn sum(x: ArrayView1<f32>) -> f32 { x.sum() }";
    turned_off: r#""(n)->()", lanes = false"# "
        fn first(x: ArrayView1<f32>) -> f32 { x[0] }";
}
