//! `usize` and `isize` mean 64 bits: the device gives their values, or says that its 32 bits do not hold one.

use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2, ArrayView3, array};
use ndstencil::prelude::*;
use ndstencil::{Error, GpuError};

use super::{gpu, integers, numbers, same};

/// The device against the CPU for one pair of numbers: the same value, or an error where 32 bits may not hold one on the way.
#[track_caller]
fn agrees(name: &str, found: Result<Array1<i64>, Error>, expected: i64, [a, b]: [isize; 2]) {
    match found {
        Ok(found) => assert_eq!(found, array![expected], "{name} of {a} and {b}"),
        Err(Error::Gpu(GpuError::Check { reason, .. })) => {
            let large = i32::try_from(expected).is_err() || a.unsigned_abs().max(b.unsigned_abs()) > 40_000;
            assert!(large || name == "shifted", "{name} of {a} and {b} is {expected}: {reason}");
        }
        Err(error) => panic!("{name} of {a} and {b}: {error}"),
    }
}

/// Expressions of `$a` and `$b`, each as a kernel.
macro_rules! expressions {
    (|$a:ident, $b:ident| $($name:ident: $value:expr;)*) => {
        #[allow(unused_variables)]
        mod kernels {
            use super::*;
            $(
                #[stencil(gpu)]
                pub fn $name(x: Window1<i64>, $a: isize, $b: isize) -> i64 {
                    if x[0] > 0 { 0 } else { ($value) as i64 }
                }
            )*
        }

        #[test]
        fn values_or_errors() {
            let Some(gpu) = gpu().filter(|gpu| gpu.limits().int64) else { return };
            let of = [0, 1, 2, 3, 5, 31, 1200, 46_340, 46_341, 65_535, 65_536, (1 << 30) - 1, 1 << 30, i32::MAX as isize];
            let x = array![0];
            for a in of.into_iter().flat_map(|a| [a, -a]) {
                for b in of.into_iter().flat_map(|b| [b, -b]) {
                    $(
                        let kernel = kernels::$name(a, b);
                        agrees(stringify!($name), kernel.on(gpu).apply(&x), kernel.apply(&x).unwrap()[0], [a, b]);
                    )*
                }
            }
        }
    };
}

expressions! { |a, b|
    added: a + b;
    subtracted: a - b;
    multiplied: a * b;
    negated: -a * 2 - b;
    sizes_subtracted: (a as usize).wrapping_sub(b as usize) as isize;
    sizes_multiplied: (a.unsigned_abs() * b.unsigned_abs());
    shifted: a << (b & 31);
    shifted_back: (a >> (b & 63)) + (a.unsigned_abs() >> (b & 63)) as isize;
    difference: a.abs_diff(b);
    absolute: a.abs() + b.abs();
    squared: a.pow(2) + 1;
    cubed: a.wrapping_pow(3);
    saturated: a.saturating_mul(b).saturating_add(b);
    sizes_saturated: a.unsigned_abs().saturating_sub(b.unsigned_abs()) + a.unsigned_abs().saturating_add(b.unsigned_abs());
    remainder: a.rem_euclid(b.abs() + 1) + a.abs() % (b.abs() + 7) / 3;
    compared: (a * 2 < b) as usize + (a.unsigned_abs() > b.unsigned_abs()) as usize;
    from_numbers: (a as i32 as usize).wrapping_add((b as u32 & 0x7fff_ffff) as usize);
    from_unsigned: (a as u32) as usize + (b as u8) as usize;
    from_wide: (a as i64 * b as i64) as isize;
    from_wide_sizes: (a as u64).wrapping_mul(3) as usize as u64 as i64;
    from_floats: (a as f64 * 3.0) as isize;
    sizes_from_floats: (a as f32 * 1.5) as usize as f32 as isize;
    to_floats: (a as usize as f32) as f64 * 0.25 + (b as usize as f64) * 0.125;
    narrowed: (a as u8) as isize + (b as i16) as isize + (a as usize as u32 & 0xffff) as isize / 2;
    bits: a.count_ones() + a.leading_zeros() * 100 + (b as usize).trailing_zeros() * 10_000 + usize::BITS;
    bitwise: (a & b) ^ (a | b) ^ !a;
    summed: [a, b, a].iter().sum::<isize>();
    chosen: if a > b { a * b } else { 1 };
    lazy: if a > 2 && a * b > 5 { 1 } else { 0 };
    counted: { let mut n = 0usize; for k in 0..4 { if k < a { n += (b & 0xffff) as usize; } } n };
    stepped: { let mut n = 0isize; for k in (-3..b.rem_euclid(6)).rev().step_by(2) { n = n * 2 + k; } n };
}

#[stencil(gpu)]
fn square_of_the_place(x: Window1<i64>) -> i64 {
    let i = x.position()[0] as isize;
    (i * i) as i64 + x[0]
}

#[stencil(gpu)]
fn root_of_the_square(x: Window1<f32>) -> f32 {
    let i = x.position()[0] as isize;
    ((i * i) as f32).sqrt() + x[0]
}

#[test]
fn squares_of_places() {
    let Some(gpu) = gpu().filter(|gpu| gpu.limits().int64) else { return };
    same!(square_of_the_place(), &Array1::zeros(46_341));
    same!(root_of_the_square(), &Array1::zeros(46_341));
    let beyond = "attempt to multiply beyond the 32 bits that `usize` and `isize` have on a GPU";
    for n in [46_342, 70_000] {
        let error = Error::Gpu(GpuError::Check { kernel: "square_of_the_place", reason: beyond });
        assert_eq!(square_of_the_place().on(gpu).apply(&Array1::zeros(n)).unwrap_err(), error);
        let found = root_of_the_square().on(gpu).apply(&gpu.upload(&Array1::zeros(n)).unwrap()).unwrap();
        assert_eq!(
            found.download().unwrap_err(),
            Error::Gpu(GpuError::Check { kernel: "root_of_the_square", reason: beyond })
        );
    }
}

/// Usual arithmetic needs no check: these shaders have none.
#[stencil(gpu, boundary = Nearest)]
fn chequered(x: Window2<f32>) -> f32 {
    let [i, j] = x.position();
    let n = x.shape();
    let centre = (i as f32 - n[0] as f32 / 2.0).abs() + (n[1] - 1 - j) as f32;
    let near = i as isize - 1 > -1 && (j + 1) < n[1] && 2 * i + 1 < 2 * n[0];
    let mut sum = 0.0;
    for di in -1..=1isize {
        for dj in -1..=1isize {
            let row = i as isize + di;
            let column = (j as isize + 2 * dj).min(n[1] as isize - 1).max(0) as usize;
            sum += x[[di, dj]] * ((row + 7).rem_euclid(4) as f32 + (column / 3) as f32);
        }
    }
    if (i + j) % 2 == 0 && near { sum + centre } else { -sum }
}

#[gufunc("(n,m)->(n)", gpu)]
fn rows(x: ArrayView2<f32>, mut y: ndarray::ArrayViewMut1<f32>) {
    let (n, m) = x.dim();
    for i in 0..n {
        let mut sum = 0.0;
        for j in (0..m).rev().step_by(2) {
            sum += x[[i, j]] * (j + i) as f32;
        }
        for (k, v) in x.iter().enumerate().skip(1).take(3) {
            sum += v / (k + 1) as f32;
        }
        y[n - 1 - i] = sum / (x.len() / n) as f32;
    }
}

#[test]
fn usual_index_arithmetic_has_no_checks() {
    use ndstencil::gpu::GpuKernel;
    assert_eq!(<Chequered as GpuKernel>::SHADER.checks, [""; 0]);
    let reasons = <Rows as GpuKernel>::SHADER.checks;
    assert!(reasons.iter().all(|reason| !reason.contains("32 bits")), "{reasons:?}");
    let x = integers().mapv(|v| v as f32);
    same!(chequered(), &x);
    same!(rows(), &x);
}

#[stencil(gpu, boundary = Wrap)]
fn sentinel(x: Window1<i32>) -> i32 {
    let mut least = usize::MAX;
    for k in -1..=1isize {
        let cell = (x[k] & 0xff) as usize;
        least = least.min(cell);
    }
    // The place in front of the first is a large size, and no place.
    let before = x.position()[0].wrapping_sub(1);
    if before < x.shape()[0] { least as i32 } else { -(least as i32) }
}

#[gufunc("(n)->()", gpu)]
fn place_of_the_least(x: ArrayView1<i32>) -> i32 {
    let mut best = usize::MAX;
    let mut least = i32::MAX;
    for (i, &v) in x.iter().enumerate() {
        if v < least {
            least = v;
            best = i;
        }
    }
    if best == usize::MAX { -1 } else { best as i32 }
}

#[test]
fn the_greatest_size_is_held() {
    same!(sentinel(), &numbers(100));
    same!(place_of_the_least(), &numbers((30, 40)));
    same!(place_of_the_least(), &Array2::from_elem((3, 4), i32::MAX));
}

#[stencil(gpu)]
fn index(x: Window1<u32>, table: ArrayView1<i32>) -> i32 {
    table[x[0] as usize]
}

#[test]
fn numbers_that_are_no_index() {
    let Some(gpu) = gpu() else { return };
    let table = array![4, 5];
    same!(index(table.view()), &array![1, 0]);
    for wrong in [2, u32::MAX] {
        assert!(matches!(index(table.view()).on(gpu).apply(&array![wrong]), Err(Error::Gpu(GpuError::Check { .. }))));
    }
}

/// The outcome of a kernel's value: 32 bits hold all that it is computed from, or they do not.
enum Outcome {
    Held,
    Beyond,
}

/// Values that depend on a number `$k`: each in a kernel of its own, in an unrolled loop, and in a `while`.
macro_rules! values {
    ($test:ident: $($name:ident, $outcome:ident: |$k:ident| $value:block)*) => {
        // That a loop runs as often as its bound said at first is a case, too.
        #[allow(clippy::mut_range_bound)]
        mod $test {
            use super::*;
            $(
                mod $name {
                    use super::*;

                    #[stencil(gpu)]
                    pub fn plain(x: Window1<f32>, $k: isize) -> f32 {
                        x[0] * $value
                    }

                    #[stencil(gpu, boundary = Nearest)]
                    pub fn unrolled(x: Window1<f32>) -> f32 {
                        let mut total = 0.0;
                        for $k in 0..2isize {
                            total += x[$k] * $value;
                        }
                        total
                    }

                    #[stencil(gpu)]
                    pub fn repeated(x: Window1<f32>) -> f32 {
                        let mut total = 0.0;
                        let mut round = 0isize;
                        while round < 2 {
                            let $k = round;
                            total += x[0] * $value;
                            round += 1;
                        }
                        total
                    }
                }
            )*

            #[test]
            fn are_right_or_refused() {
                let Some(gpu) = gpu().filter(|gpu| gpu.limits().int64) else { return };
                let x = array![1.0, 1.0, 1.0];
                let mut wrong = Vec::new();
                $(
                    let mut judge = |found: Result<Array1<f32>, Error>, expected: Array1<f32>, place: &str| {
                        let right = match (&found, Outcome::$outcome) {
                            (Ok(found), Outcome::Held) => *found == expected,
                            (Err(Error::Gpu(GpuError::Check { reason, .. })), Outcome::Beyond) => {
                                reason.ends_with("32 bits that `usize` and `isize` have on a GPU")
                            }
                            _ => false,
                        };
                        if !right {
                            wrong.push(format!("{}, {place}, is {expected}: {found:?}", stringify!($name)));
                        }
                    };
                    let kernel = $name::plain(1);
                    judge(kernel.on(gpu).apply(&x), kernel.apply(&x).unwrap(), "plain");
                    let kernel = $name::unrolled();
                    judge(kernel.on(gpu).apply(&x), kernel.apply(&x).unwrap(), "unrolled");
                    let kernel = $name::repeated();
                    judge(kernel.on(gpu).apply(&x), kernel.apply(&x).unwrap(), "repeated");
                )*
                assert!(wrong.is_empty(), "{}", wrong.join("\n"));
            }
        }
    };
}

values! { sums_in_loops:
    one_while, Beyond: |k| {
        let mut n = k & 1;
        let mut b = 0;
        while b < 3000 {
            n += 1_000_000;
            b += 1;
        }
        n as f32
    }
    two_whiles, Beyond: |k| {
        let mut n = k & 1;
        let mut b = 0;
        while b < 60 {
            let mut c = 0;
            while c < 50 {
                n += 1_000_000;
                c += 1;
            }
            b += 1;
        }
        n as f32
    }
    three_whiles_downwards, Beyond: |k| {
        let mut n = k & 1;
        let mut b = 0;
        while b < 20 {
            let mut c = 0;
            while c < 15 {
                let mut d = 0;
                while d < 10 {
                    n -= 1_000_000;
                    d += 1;
                }
                c += 1;
            }
            b += 1;
        }
        n as f32
    }
    declared_between, Beyond: |k| {
        let mut last = 0.0;
        let mut b = 0;
        while b < 2 {
            let mut n = k & 1;
            for _ in 0..3 {
                let mut c = 0;
                loop {
                    if c == 1000 {
                        break;
                    }
                    n += 1_000_000;
                    c += 1;
                }
            }
            last += n as f32;
            b += 1;
        }
        last
    }
    known_rounds, Held: |k| {
        let mut last = 0.0;
        let mut b = 0;
        while b < 2 {
            let mut n = k & 1;
            for _ in 0..40 {
                for c in 0..50isize {
                    n += 10_000 * c;
                }
            }
            last += n as f32;
            b += 1;
        }
        last
    }
    left_early, Beyond: |k| {
        let mut n = k & 1;
        'rows: for b in 0..100 {
            for c in 0..100 {
                if c > 50 {
                    continue 'rows;
                }
                if b > 90 {
                    break 'rows;
                }
                n += if b > 3 { 1_000_000 } else { 0 };
            }
        }
        n as f32
    }
    shadowed, Beyond: |k| {
        let mut n = 1isize;
        for _ in 0..2 {
            n += 1;
        }
        let first = n;
        let mut n = k & 1;
        for _ in 0..3000 {
            n += 1_000_000;
        }
        (n + first) as f32
    }
    bounded_by_itself, Held: |k| {
        let mut n = (k & 1) + 3;
        for _ in 0..n {
            n += 1;
        }
        n as f32
    }
}

values! { sums_of_locals:
    known_in_one_copy, Beyond: |k| {
        let mut n = 0isize;
        for _ in 0..100 {
            let d = k * 50_000_000;
            n += d;
        }
        n as f32
    }
    in_an_array, Beyond: |k| {
        let mut n = 0isize;
        for j in 0..100 {
            let d = [k * 50_000_000, k * 60_000_000];
            n += d[j % 2];
        }
        n as f32
    }
    rounds_of_one_copy, Beyond: |k| {
        let mut n = 0isize;
        let mut m = 0isize;
        for _ in 0..2 {
            let rounds = k * 1500;
            for _ in 0..rounds {
                n += 1_000_000;
                m += 1;
            }
        }
        (n + m) as f32
    }
    of_another_sum, Beyond: |k| {
        let mut n = 0isize;
        for _ in 0..100 {
            let mut m = 0isize;
            for _ in 0..100 {
                let d = k * 500_000;
                m += d;
            }
            n += m;
        }
        n as f32
    }
}

values! { ranges_of_methods:
    root_of_many_bits, Beyond: |k| {
        let root = (((k + 1) as u64) << 40).isqrt() as usize;
        (root * 4096) as f32
    }
    root_as_a_size, Beyond: |k| { (((k + 2) as u64) << 62).isqrt() as isize as f32 }
    root_of_few_bits, Held: |k| { (((k + 9) as usize).isqrt() * 1_000_000) as f32 }
    clamped_to_any_size, Beyond: |k| {
        let size = (k & 7) as usize + 3;
        (size.clamp(1, -1isize as usize) * 1_000_000_000) as f32
    }
    clamped, Held: |k| { (((k + 3) as usize).clamp(1, 2) * 1_000_000_000) as f32 }
    byte_shifted_by_more, Beyond: |k| { (((k + 200) as u8).wrapping_shr(9) as usize * 50_000_000) as f32 }
    word_shifted_by_more, Beyond: |k| { (((k + 200) as i16).wrapping_shr(17) as isize * 50_000_000) as f32 }
    shifted_by_less, Held: |k| { (((k + 200) as u8).wrapping_shr(7) as usize * 1_000_000_000) as f32 }
}

#[stencil(gpu)]
fn face_of(x: Window1<f32>, table: ArrayView3<f32>) -> f32 {
    x[0] + (table.shape()[0] * table.shape()[1]) as f32
}

#[test]
fn faces_of_arrays_without_cells() {
    let Some(gpu) = gpu() else { return };
    let x = array![1.0, 2.0];
    let table = Array3::zeros((300, 200, 0));
    same!(face_of(table.view()), &x);
    let table = Array3::zeros((1 << 16, 1 << 16, 0));
    let error = Error::Gpu(GpuError::AxisLength { kernel: "face_of", shape: vec![1 << 16, 1 << 16, 0] });
    assert_eq!(face_of(table.view()).on(gpu).apply(&x).unwrap_err(), error);
}
