//! Halos that are wide beside tiles, arrays and memory: right, and refused where no memory can hold them.

use ndarray::{Array1, Array2, Array3, ArrayRef2, Axis, s};
use ndstencil::prelude::*;
use ndstencil::{Boundary, Error, Halo, KernelError, Schedule, ShapeError};

type Any = Boundary<i32>;

#[stencil(halo = dynamic, boundary = Nearest)]
fn three(x: Window2<i32>, up: isize, right: isize) -> i32 {
    x[[-up, 0]].wrapping_mul(3) ^ x[[0, right]].wrapping_mul(5) ^ x[[up, -right]]
}

/// Has a halo for each input.
#[stencil(boundary = Wrap, halo = dynamic)]
fn two(x: Window2<i32>, y: Window2<u8>, by: isize) -> (i32, u16) {
    (x[[by, 0]] ^ i32::from(y[[0, -by]]), u16::from(y[[-by, by]]) + 1)
}

#[stencil(boundary = Wrap, halo = dynamic)]
fn far(x: Window1<u8>, left: isize, right: isize) -> u16 {
    u16::from(x[-left]) * 3 + u16::from(x[right])
}

#[stencil(boundary = (Reflect, Constant(7), Wrap))]
fn deep(x: Window3<i16>) -> i16 {
    x[[-9, 0, 0]].wrapping_mul(3) ^ x[[0, 11, -2]].wrapping_mul(5) ^ x[[4, 0, 13]]
}

fn random(number: usize) -> u32 {
    ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u32
}

fn image(rows: usize, columns: usize) -> Array2<i32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| random(i * columns + j) as i32)
}

/// A cell, inside or outside.
fn cell(x: &ArrayRef2<i32>, rules: &[Any; 2], index: [isize; 2]) -> i32 {
    let mut inside = [0; 2];
    for axis in 0..2 {
        match (rules[axis].index(index[axis], x.len_of(Axis(axis))), rules[axis]) {
            (Some(i), _) => inside[axis] = i,
            (None, Boundary::Constant(value)) => return value,
            (None, _) => unreachable!("only a constant reads no cell"),
        }
    }
    x[inside]
}

fn schedules() -> Vec<(usize, Schedule)> {
    let schedule = Schedule::new();
    vec![
        (1, schedule.parallel(false)),
        (1, schedule.parallel(false).tile_rows(1).poison(true)),
        (3, schedule.parallel(true).poison(true)),
        (2, schedule.parallel(true).tile_rows(3)),
        (2, schedule.parallel(true).tile_rows(16).streaming(true)),
    ]
}

fn everywhere<R: PartialEq + Send>(expected: &R, apply: impl Fn(Schedule) -> R + Sync) {
    for (threads, schedule) in schedules() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        assert!(pool.install(|| apply(schedule)) == *expected, "{threads} threads, {schedule:?}");
    }
}

#[test]
fn images_with_wide_halos() {
    let boundaries = [
        [Boundary::Nearest, Boundary::Reflect],
        [Boundary::Wrap, Boundary::Constant(9)],
        [Boundary::Constant(4), Boundary::Mirror],
    ];
    // Wider than tiles, than the array, than 1024 bytes; rows that are whole cache lines; tall, and wide.
    for (number, (rows, columns, up, right)) in
        [(90, 130, 20, 30), (300, 64, 100, 10), (40, 33, 70, 50), (9, 700, 3, 300), (130, 256, 128, 0)]
            .into_iter()
            .enumerate()
    {
        let x = image(rows, columns);
        let rules = boundaries[number % 3];
        let kernel = three(up, right).halo(Halo::uniform(2, up.max(right) as usize)).boundary((rules[0], rules[1]));
        let expected = Array2::from_shape_fn((rows, columns), |(i, j)| {
            let at = |di: isize, dj: isize| cell(&x, &rules, [i as isize + di, j as isize + dj]);
            at(-up, 0).wrapping_mul(3) ^ at(0, right).wrapping_mul(5) ^ at(up, -right)
        });
        everywhere(&expected, |schedule| kernel.schedule(schedule).apply(&x).expect("a valid call"));
        let turned = x.t().as_standard_layout().into_owned();
        everywhere(&expected, |schedule| kernel.schedule(schedule).apply(&turned.t()).expect("a valid call"));
        everywhere(&expected, |schedule| {
            let mut out = Array2::zeros((columns, 2 * rows));
            let mut view = out.slice_mut(s![.., ..;2]).reversed_axes();
            kernel.schedule(schedule).apply_into(&x, &mut view).expect("a valid call");
            view.to_owned()
        });
    }
}

#[test]
fn rims_of_wide_halos() {
    let x = image(120, 90);
    for (rows, columns) in [(30, 20), (59, 44), (60, 45), (200, 10)] {
        let kernel = three(3, 2).halo(Halo::new([[rows, rows], [columns, columns]]));
        let plain = kernel.boundary(Boundary::Nearest).apply(&x).expect("a valid call");
        let inside = |i: usize, j: usize| {
            (rows..120usize.saturating_sub(rows)).contains(&i)
                && (columns..90usize.saturating_sub(columns)).contains(&j)
        };
        let expected = Array2::from_shape_fn((120, 90), |(i, j)| if inside(i, j) { plain[[i, j]] } else { -1 });
        everywhere(&expected, |schedule| kernel.boundary(Rim::Fill(-1)).schedule(schedule).apply(&x).expect("a call"));
        let half = Array2::from_shape_fn((120, 90), |(i, j)| if inside(i, 45) { plain[[i, j]] } else { x[[i, j]] });
        let kept = kernel.boundary((Rim::Keep, Boundary::Nearest));
        everywhere(&half, |schedule| kept.schedule(schedule).apply(&x).expect("a valid call"));
    }
}

#[test]
fn several_inputs_and_outputs() {
    let (x, y) = (image(70, 200), Array2::from_shape_fn((70, 200), |(i, j)| random(i + j * 70) as u8));
    let wrap = |i: usize, by: isize, n: usize| (i as isize + by).rem_euclid(n as isize) as usize;
    for by in [25, 64, 111] {
        let first =
            Array2::from_shape_fn((70, 200), |(i, j)| x[[wrap(i, by, 70), j]] ^ i32::from(y[[i, wrap(j, -by, 200)]]));
        let second = Array2::from_shape_fn((70, 200), |(i, j)| u16::from(y[[wrap(i, -by, 70), wrap(j, by, 200)]]) + 1);
        let kernel = two(by).halo(Halo::uniform(2, by as usize));
        everywhere(&(first, second), |schedule| kernel.schedule(schedule).apply((&x, &y)).expect("a valid call"));
    }
}

#[test]
fn long_rows() {
    let n = 150_001;
    let x = Array1::from_shape_fn(n, |i| random(i) as u8);
    for (left, right) in [(70_000, 3), (20_000, 90_000), (400_000, 1)] {
        let expected =
            Array1::from_shape_fn(n, |i| u16::from(x[(i + 10 * n - left) % n]) * 3 + u16::from(x[(i + right) % n]));
        let kernel = far(left as isize, right as isize).halo(Halo::new([[left, right]]));
        everywhere(&expected, |schedule| kernel.schedule(schedule).apply(&x).expect("a valid call"));
        let reversed = x.slice(s![..;-1]);
        let backwards = far(left as isize, right as isize).halo(Halo::new([[left, right]])).apply(&reversed);
        let again = Array1::from_shape_fn(n, |i| {
            u16::from(reversed[(i + 10 * n - left) % n]) * 3 + u16::from(reversed[(i + right) % n])
        });
        assert!(backwards.expect("a valid call") == again);
    }
}

#[test]
fn volumes() {
    let x = Array3::from_shape_fn((20, 30, 41), |(i, j, k)| random((i * 30 + j) * 41 + k) as i16);
    let reflect = |i: isize| Boundary::<i16>::Reflect.index(i, 20).expect("a cell");
    let expected = Array3::from_shape_fn((20, 30, 41), |(i, j, k)| {
        let at = |di: isize, dj: usize, dk: isize| {
            let k = (k as isize + dk).rem_euclid(41) as usize;
            if j + dj < 30 { x[[reflect(i as isize + di), j + dj, k]] } else { 7 }
        };
        at(-9, 0, 0).wrapping_mul(3) ^ at(0, 11, -2).wrapping_mul(5) ^ at(4, 0, 13)
    });
    everywhere(&expected, |schedule| deep().schedule(schedule).apply(&x).expect("a valid call"));
    let turned = x.t().as_standard_layout().into_owned().reversed_axes();
    everywhere(&expected, |schedule| deep().schedule(schedule).apply(&turned).expect("a valid call"));
}

#[gufunc("(n)->(n)")]
#[stencil(boundary = Wrap, halo = dynamic)]
fn lag(x: Window1<i64>, by: isize) -> i64 {
    x[-by]
}

#[stencil(boundary = Wrap, halo = dynamic)]
fn shift(x: Window1<i64>, by: isize) -> i64 {
    x[-by]
}

#[stencil(boundary = Nearest, halo = dynamic)]
fn sum(a: Window1<i64>, b: Window1<i64>, c: Window1<i64>) -> i64 {
    a[0] + b[0] + c[0]
}

#[stencil(boundary = (Fill(-1), Nearest), halo = dynamic)]
fn rimmed(x: Window2<i64>) -> i64 {
    x[[0, 0]]
}

#[gufunc("(),()->()")]
fn added(a: i64, b: i64) -> i64 {
    a + b
}

#[test]
fn stacks() {
    let x = Array2::from_shape_fn((70, 5000), |(i, j)| i64::from(random(i * 5000 + j)));
    let expected = Array2::from_shape_fn((70, 5000), |(i, j)| x[[i, (j + 20_000 - 2_500) % 5000]]);
    let kernel = lag(2_500).halo(Halo::new([[2_500, 0]]));
    everywhere(&expected, |schedule| kernel.schedule(schedule).apply(&x).expect("a valid call"));
}

/// Asserts that the halo fits the address space and no memory: 2^53 bytes for a few cells.
fn assert_no_memory<R: std::fmt::Debug>(result: Result<R, Error>, name: &'static str) {
    match result {
        Err(Error::Kernel(KernelError::ScratchMemory { kernel, bytes })) if kernel == name => {
            assert!(bytes >= 1 << 53, "{bytes}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn halos_beyond_the_memory() {
    let x = Array1::from_iter(0..10i64);
    let halo = Halo::new([[1 << 50, 1]]);
    for schedule in [Schedule::new(), Schedule::new().parallel(false), Schedule::new().parallel(true)] {
        let kernel = shift(1).halo(halo).schedule(schedule);
        assert_no_memory(kernel.apply(&x), "shift");
        assert_no_memory(kernel.reference(&x), "shift");
        let mut out = Array1::from_elem(10, -7);
        assert_no_memory(kernel.apply_into(&x, &mut out), "shift");
        assert_eq!(out, Array1::from_elem(10, -7));
        assert_no_memory(kernel.boundary(Boundary::With(|_, _| 0)).apply(&x), "shift");
        assert_no_memory(sum().halo(halo).schedule(schedule).apply((&x, &x, &x)), "sum");
    }
    let error = shift(1).halo(halo).apply(&x).expect_err("no memory").to_string();
    assert!(error.starts_with("kernel `shift`: there is no memory for the 900719925474"), "{error}");
    // Nothing is copied where nothing is evaluated.
    assert_eq!(shift(1).halo(halo).boundary(Rim::Fill(3)).apply(&x), Ok(Array1::from_elem(10, 3)));
    assert_eq!(shift(1).halo(halo).boundary(Rim::Shrink).apply(&x), Ok(Array1::zeros(0)));
}

#[test]
fn nothing_is_written_before_memory_is_there() {
    for (rows, columns) in [(4, 5), (300, 1000)] {
        let x = Array2::from_elem((rows, columns), 1i64);
        let kernel = rimmed().halo(Halo::new([[1, 1], [1 << 50, 0]]));
        for schedule in [Schedule::new().parallel(false), Schedule::new().parallel(true).tile_rows(2)] {
            let mut out = Array2::from_elem((rows, columns), -7);
            assert_no_memory(kernel.schedule(schedule).apply_into(&x, &mut out), "rimmed");
            assert!(out.iter().all(|&value| value == -7));
        }
    }
}

#[test]
fn stacks_and_sweeps_beyond_the_memory() {
    let halo = Halo::new([[1 << 50, 1]]);
    for (rows, columns) in [(3, 4), (700, 1000)] {
        let x = Array2::from_elem((rows, columns), 1i64);
        assert_no_memory(lag(1).halo(halo).apply(&x), "lag");
        let mut out = Array2::from_elem((rows, columns), -7);
        assert_no_memory(lag(1).halo(halo).apply_into(&x, &mut out), "lag");
        assert!(out.iter().all(|&value| value == -7));
    }
    let x = Array1::from_iter(0..10i64);
    for times in [1, 2, 5] {
        assert_no_memory(shift(1).halo(halo).repeat(times).apply(&x), "shift");
        let mut out = Array1::from_elem(10, -7);
        assert_no_memory(shift(1).halo(halo).repeat(times).apply_into(&x, &mut out), "shift");
        assert_eq!(out, Array1::from_elem(10, -7));
    }
}

#[test]
fn halos_that_fit_alone_and_not_together() {
    let x = Array1::from_iter(0..10i64);
    let most = isize::MAX as usize / 8 - 20;
    for (halo, operand) in [(most, "b"), (most / 2, "c")] {
        let kernel = sum().halo(Halo::new([[halo, 0]]));
        assert_eq!(kernel.apply((&x, &x, &x)), Err(Error::Shape(ShapeError::HaloTooLarge { kernel: "sum", operand })));
        assert_eq!(
            kernel.reference((&x, &x, &x)),
            Err(Error::Shape(ShapeError::HaloTooLarge { kernel: "sum", operand }))
        );
    }
    assert!(matches!(
        sum().halo(Halo::new([[most / 4, 0]])).apply((&x, &x, &x)),
        Err(Error::Kernel(KernelError::ScratchMemory { .. }))
    ));
}

/// Memory that the machine has and the process may not take: the allocator itself fails.
#[cfg(target_os = "linux")]
#[test]
fn allocations_that_fail() {
    const LIMITED: &str = "NDSTENCIL_LIMITED_MEMORY";
    if std::env::var_os(LIMITED).is_none() {
        let test = std::env::current_exe().expect("this program");
        let limited = std::process::Command::new("sh")
            .args(["-c", "ulimit -v 900000 && exec \"$0\" --exact wide::allocations_that_fail --test-threads 1"])
            .arg(test)
            .env(LIMITED, "1")
            .output()
            .expect("a shell");
        let passed = String::from_utf8_lossy(&limited.stdout).contains("1 passed");
        assert!(limited.status.success() && passed, "{limited:?}");
        return;
    }
    let x = Array2::from_elem((30, 2000), 1i64);
    for schedule in [Schedule::new().parallel(false), Schedule::new().parallel(true)] {
        let mut out = Array2::from_elem((30, 2000), -7);
        // Rows of 402000 cells.
        let kernel = rimmed().halo(Halo::new([[0, 0], [400_000, 0]])).schedule(schedule);
        let result = kernel.boundary(Boundary::Nearest).apply_into(&x, &mut out);
        assert!(result.is_ok(), "pieces of the rows fit: {result:?}");
        assert_eq!(out, x);
        out.fill(-7);
        let kernel = rimmed().halo(Halo::new([[0, 0], [120_000_000, 0]])).schedule(schedule);
        assert!(matches!(
            kernel.apply_into(&x, &mut out),
            Err(Error::Kernel(KernelError::ScratchMemory { kernel: "rimmed", .. }))
        ));
        assert!(out.iter().all(|&value| value == -7));
        assert!(matches!(kernel.reference(&x), Err(Error::Kernel(KernelError::ScratchMemory { .. }))));
    }
    let one = Array1::from_elem(1, 1i64);
    let shape = vec![12_000, 12_000];
    let plane = one.broadcast((12_000, 12_000)).expect("one cell, seen often");
    let too_large = |kernel| Error::Shape(ShapeError::ArrayTooLarge { kernel, shape: shape.clone() });
    let none = Halo::new([[0, 0], [0, 0]]);
    assert_eq!(rimmed().halo(none).boundary(Boundary::Nearest).apply(&plane), Err(too_large("rimmed")));
    assert_eq!(added().apply((&plane, &one)), Err(too_large("added")));
}
