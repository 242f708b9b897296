//! Panics in element functions, kernels inside kernels, kernels from several threads at once, and while threads end.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use ndarray::{Array1, Array2, array};
use ndstencil::prelude::*;
use ndstencil::{Halo, Schedule};

thread_local! {
    /// File and line of this thread's last panic.
    static PLACE: RefCell<Option<(String, u32)>> = const { RefCell::new(None) };
}

/// Records where panics happen, and does not print those that are meant to.
fn record_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if let Some(place) = info.location() {
                PLACE.set(Some((place.file().to_owned(), place.line())));
            }
            let text = info.payload_as_str().unwrap_or_default();
            let meant = ["met ", "offset ", "the footprint's box ", "the boundary function "];
            if !meant.iter().any(|start| text.starts_with(start)) {
                usual(info);
            }
        }));
    });
}

/// The message of the panic that `work` ends in.
fn message_of<R>(work: impl FnOnce() -> R) -> String {
    record_panics();
    let Err(payload) = catch_unwind(AssertUnwindSafe(work)) else {
        panic!("no panic");
    };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).expect("a message")
}

#[stencil(boundary = Nearest)]
fn careful(x: Window2<i32>, bad: i32) -> i32 {
    if x[[0, 0]] == bad {
        panic!("met {bad}");
    }
    x[[-1, 0]] + x[[0, 1]]
}

fn numbered(rows: usize, columns: usize) -> Array2<i32> {
    Array2::from_shape_fn((rows, columns), |(i, j)| (i * columns + j) as i32)
}

#[test]
fn a_panic_reaches_the_caller_and_the_next_call_works() {
    let x = numbered(64, 70);
    let expected = careful(-1).reference(&x).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    for schedule in [Schedule::new().parallel(false), Schedule::new().parallel(true).tile_rows(2)] {
        // The first point, one inside, one at the edge of the padded copies, the last.
        for bad in [0, 30 * 70 + 33, 31 * 70 + 69, 64 * 70 - 1] {
            let kernel = careful(bad).schedule(schedule);
            assert_eq!(message_of(|| pool.install(|| kernel.apply(&x))), format!("met {bad}"));
            let mut out = Array2::zeros(x.raw_dim());
            assert_eq!(message_of(|| pool.install(|| kernel.apply_into(&x, &mut out))), format!("met {bad}"));
            let kernel = careful(-1).schedule(schedule);
            assert_eq!(pool.install(|| kernel.apply(&x)).unwrap(), expected);
        }
    }
}

#[test]
fn a_panic_leaves_what_was_not_computed_or_computes_it_right() {
    let x = numbered(20, 30);
    let right = careful(-1).reference(&x).unwrap();
    let mut out = Array2::from_elem(x.raw_dim(), i32::MIN);
    message_of(|| careful(300).apply_into(&x, &mut out));
    assert!(out.iter().zip(&right).all(|(&found, &right)| found == right || found == i32::MIN));
    assert_eq!(out[[10, 0]], i32::MIN);
}

#[stencil(boundary = Nearest, halo = 1)]
fn too_far(x: Window2<i32>, by: isize) -> i32 {
    let inside = x[[0, 1]];
    inside + x[[0, by]] // the line that is named
}
const TOO_FAR: u32 = line!() - 2;

#[stencil(boundary = Nearest, halo = dynamic)]
fn too_far_dynamic(x: Window1<i32>, by: isize) -> i32 {
    x[by]
}
const TOO_FAR_DYNAMIC: u32 = line!() - 2;

#[test]
fn an_offset_outside_the_halo_names_the_users_line() {
    let x = numbered(20, 30);
    for by in [2, -2, isize::MAX, isize::MIN] {
        let message = message_of(|| too_far(by).serial().apply(&x));
        assert_eq!(message, format!("offset [0, {by}] lies outside the halo [-1, -1] ..= [1, 1]"));
        assert_eq!(PLACE.take(), Some((file!().to_owned(), TOO_FAR)));
    }
    let line = Array1::from_iter(0..100);
    let kernel = too_far_dynamic(-4).halo(Halo::new([[3, 5]])).serial();
    assert_eq!(message_of(|| kernel.apply(&line)), "offset [-4] lies outside the halo [-3] ..= [5]");
    assert_eq!(PLACE.take(), Some((file!().to_owned(), TOO_FAR_DYNAMIC)));
    assert_eq!(kernel.halo(Halo::new([[4, 0]])).apply(&line).unwrap()[10], 6);
}

#[stencil(boundary = Nearest, halo = 1)]
fn miscounted(x: Window1<i32>) -> i32 {
    count(x)
}

fn count(x: Window1<'_, i32>) -> i32 {
    x.values::<4>().iter().sum()
}

#[test]
fn a_wrong_number_of_values_is_a_panic() {
    let message = message_of(|| miscounted().apply(&array![1, 2, 3]));
    assert_eq!(message, "the footprint's box has 3 cells, not 4");
}

#[test]
fn a_boundary_function_that_changes_its_mind_is_a_panic() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    // Right when it is checked, once for each side that is read, and wrong later: never read outside the array.
    let fickle = |_, len: usize| if CALLS.fetch_add(1, Ordering::Relaxed) < 2 { 0 } else { len as isize + 1_000_000 };
    let x = numbered(9, 9);
    let message = message_of(|| careful(-1).boundary(Boundary::With(fickle)).serial().apply(&x));
    assert!(message.starts_with("the boundary function gave index 1000009 for index"), "{message}");
}

#[stencil(boundary = Nearest)]
fn sum_of_row(x: Window1<i32>) -> i32 {
    x[-1] + x[0] + x[1]
}

/// Applies another kernel at each point, in parallel, while this one runs: scratch memory is not shared.
#[stencil(boundary = Constant(1))]
fn outer(x: Window2<i32>) -> i32 {
    let row = array![x[[0, -1]], x[[0, 0]], x[[0, 1]], x[[-1, 0]]];
    let schedule = Schedule::new().parallel(true).poison(true);
    sum_of_row().boundary(Boundary::Wrap).schedule(schedule).apply(&row).unwrap().sum()
}

#[test]
fn a_kernel_inside_a_kernel() {
    let x = numbered(13, 40);
    let expected = outer().reference(&x).unwrap();
    assert_eq!(expected[[1, 1]], 3 * (40 + 41 + 42 + 1));
    for schedule in [Schedule::new().parallel(false), Schedule::new().parallel(true).tile_rows(1)] {
        assert_eq!(outer().schedule(schedule.poison(true)).apply(&x).unwrap(), expected);
        assert_eq!(outer().schedule(schedule.poison(true)).apply(&x.t()).unwrap(), outer().reference(&x.t()).unwrap());
    }
}

#[test]
fn kernels_from_several_threads() {
    std::thread::scope(|scope| {
        for thread in 0..6 {
            scope.spawn(move || {
                let x = numbered(40 + thread, 100 + thread);
                let expected = careful(-1).reference(&x).unwrap();
                for round in 0..10 {
                    let schedule = Schedule::new().parallel(round % 2 == 0).tile_rows(thread + 1).poison(true);
                    assert_eq!(careful(-1).schedule(schedule).apply(&x).unwrap(), expected);
                }
            });
        }
    });
}

#[gufunc("(n)->()")]
fn total(x: ndarray::ArrayView1<i32>) -> i32 {
    x.sum()
}

/// Applies kernels when it is dropped.
struct Last(std::sync::mpsc::Sender<(Array2<i32>, Array1<i32>)>);

impl Drop for Last {
    fn drop(&mut self) {
        let x = numbered(9, 20);
        let careful = careful(-1).schedule(Schedule::new().parallel(false)).apply(&x).unwrap();
        let parallel = self::careful(-1).schedule(Schedule::new().parallel(true).tile_rows(2)).apply(&x).unwrap();
        assert_eq!(careful, parallel);
        self.0.send((careful, total().axis(0).apply(&x).unwrap())).unwrap();
    }
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// The scratch memory that a thread keeps may be gone by then: values of a thread go in the order of their first use or
/// the other way round.
#[test]
fn kernels_while_a_thread_ends() {
    let x = numbered(9, 20);
    let expected = (careful(-1).reference(&x).unwrap(), x.sum_axis(ndarray::Axis(0)));
    for scratch_first in [false, true] {
        let (sender, receiver) = std::sync::mpsc::channel();
        let x = x.clone();
        let apply = move || careful(-1).serial().apply(&x).unwrap();
        let thread = std::thread::spawn(move || {
            if scratch_first {
                apply();
            }
            LAST.set(Some(Last(sender)));
            apply();
        });
        thread.join().unwrap();
        assert_eq!(receiver.recv().unwrap(), expected);
    }
}
