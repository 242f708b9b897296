//! The code that runs for several points of a stencil side by side: the function `__points`, one for each form of a body.

use insta::assert_snapshot;

/// The function for several points and the condition under which it is used, or nothing.
fn points(args: &str, item: &str) -> String {
    let tokens = stencil_codegen::stencil(args.parse().unwrap(), item.parse().unwrap());
    let all = prettyplease::unparse(&syn::parse2(tokens).expect("the expansion does not parse"));
    let between = |from: &str, to: &str| {
        let start = all.find(from)?;
        let length = all[start..].find(to)?;
        Some(&all[start..start + length + to.len()])
    };
    let constant = between("        const SIDE_BY_SIDE", ";\n").unwrap_or("one by one");
    format!("{constant}{}", between("    fn __points", "\n    }\n").unwrap_or_default())
}

macro_rules! snapshots {
    ($($name:ident: $args:literal $item:literal;)*) => {
        $(
            #[test]
            fn $name() {
                assert_snapshot!(points($args, $item));
            }
        )*
    };
}

snapshots! {
    literal_loops: "boundary = Nearest" "
        fn total(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -4..=4 {
                for j in -4..=4 {
                    sum += x[[i, j]];
                }
            }
            sum
        }";
    branches_and_several_outputs: "boundary = Nearest" "
        fn masked(x: Window2<f32>, mask: Window2<bool>) -> (f32, u32) {
            let (mut sum, mut count) = (0.0, 0u32);
            for i in -4..=4 {
                for j in -4..=4 {
                    if i == 0 && j == 0 {
                        continue;
                    }
                    if mask[[i, j]] {
                        sum += x[[i, j]] - x[[0, 0]];
                        count += 1;
                    }
                }
            }
            (sum, count)
        }";
    weights_and_a_halo_of_run_time: "boundary = Nearest, halo = dynamic" "
        fn open(x: Window2<f32>, w: ArrayView2<f32>, r: isize) -> f32 {
            let mut sum = 0.0;
            for i in -r..=r {
                for j in -r..=r {
                    sum += w[[(i + r) as usize, (j + r) as usize]] * x[[i, j]];
                }
            }
            sum
        }";
    sizes_of_constants: "boundary = Nearest, halo = R" "
        fn boxed<T: Real, const R: usize>(x: Window1<T>) -> T {
            let r = R as isize;
            let mut sum = T::zero();
            for i in -r..=r {
                sum += x[i];
            }
            sum
        }";
    places: "boundary = Nearest, halo = 6" "
        fn places(x: Window2<i32>) -> i32 {
            let [row, _] = x.position();
            let mut sum = 0;
            for i in -6..=6 {
                for j in -6..=6 {
                    if x.contains([i, j]) && row % 2 == 0 {
                        sum += x[[i, j]] - helper(x, j);
                    }
                }
            }
            sum + x.shape()[0] as i32
        }";
    short_loops: "boundary = Nearest" "
        fn small(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -1..=1 {
                for j in -1..=1 {
                    sum += x[[i, j]];
                }
            }
            sum
        }";
    strided: "boundary = Nearest, stride = (1, 2)" "
        fn strided(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -9..=9 {
                for j in -9..=9 {
                    sum += x[[i, j]];
                }
            }
            sum
        }";
    refused: "boundary = Nearest" "
        fn until(x: Window1<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -99..=99 {
                if x[i] < 0.0 {
                    break;
                }
                sum += x[i];
            }
            sum
        }";
}
