//! Nanoseconds for each cell of the window, on one thread: `cargo run --release -p ndstencil-windows`. A cost that does not
//! depend on the size is the aim. Arguments are names of bodies to run, and of an instruction level: `sum Avx2`.

mod kernels;

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::time::{Duration, Instant};

use kernels::*;
use ndarray::{Array, Array1, Array2, Array3};
use ndstencil::{Halo, Schedule, SimdLevel};

const ROWS: usize = 192;
const COLUMNS: usize = 1024;
const LONG: usize = 64 * 1024;
const CUBE: [usize; 3] = [48, 48, 128];

fn float(k: usize) -> f32 {
    (k * k % 251) as f32 * 0.01
}

/// The instruction level of that name: `Avx2`.
fn level(name: &str) -> Option<SimdLevel> {
    SimdLevel::ALL.iter().copied().find(|level| format!("{level:?}") == name)
}

/// One thread, at the level that an argument names, or the highest.
fn schedule() -> Schedule {
    let level = std::env::args().find_map(|word| level(&word));
    level.into_iter().fold(Schedule::new().parallel(false), Schedule::level)
}

/// The rows of the table: for each body the cost of each size, in cells of the window.
#[derive(Default)]
struct Table(BTreeMap<&'static str, Vec<(usize, f64)>>);

impl Table {
    /// The least time of some calls, each for `points` points with `cells` reads.
    fn measure(&mut self, name: &'static str, cells: usize, points: usize, mut call: impl FnMut()) {
        let mut wanted = std::env::args().skip(1).filter(|word| level(word).is_none()).peekable();
        if wanted.peek().is_some() && !wanted.any(|word| word == name) {
            return;
        }
        let (begin, mut least, mut calls) = (Instant::now(), Duration::MAX, 0);
        while calls < 5 || (begin.elapsed() < Duration::from_millis(300) && calls < 50) {
            let start = Instant::now();
            call();
            least = least.min(start.elapsed());
            calls += 1;
        }
        let cost = least.as_secs_f64() * 1e9 / (points * cells) as f64;
        self.0.entry(name).or_default().push((cells, cost));
    }

    /// Prints the table as Markdown.
    fn print(&self) {
        let sizes: BTreeSet<usize> = self.0.values().flatten().map(|(cells, _)| *cells).collect();
        let heads: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        println!("| cells | {} |\n|---|{}", heads.join(" | "), "---|".repeat(sizes.len()));
        for (name, costs) in &self.0 {
            let cost = |size: &usize| costs.iter().find(|(cells, _)| cells == size);
            let cost = |size: &usize| cost(size).map_or_else(String::new, |(_, cost)| format!("{cost:.4}"));
            let costs: Vec<String> = sizes.iter().map(cost).collect();
            println!("| {name} | {} |", costs.join(" | "));
        }
    }
}

fn main() {
    let mut table = Table::default();
    let flat = |k: (usize, usize)| k.0 * COLUMNS + k.1;
    let floats = Array2::from_shape_fn((ROWS, COLUMNS), |k| float(flat(k)));
    let doubles = floats.mapv(f64::from);
    let gaps = floats.mapv(|v| if v < 0.3 { f32::NAN } else { v });
    let bytes = Array2::from_shape_fn((ROWS, COLUMNS), |k| (flat(k) * flat(k) % 251) as u8);
    let mask = bytes.mapv(|v| v < 128);
    let long = Array1::from_shape_fn(LONG, float);
    let cube = Array3::from_shape_fn(CUBE, |(i, j, k)| float(i * 100 + j * 10 + k));
    macro_rules! run {
        ($name:literal, $kernel:expr, $input:expr, $cells:expr) => {{
            let kernel = $kernel.schedule(schedule());
            let mut output = kernel.apply($input).expect("the shapes fit");
            let points = output.len();
            table.measure($name, $cells, points, || {
                kernel.apply_into(black_box($input), &mut output).expect("the shapes fit");
            });
        }};
    }
    macro_rules! squares {
        ($($module:ident)*) => {
            $(
                let (side, cells) = ($module::SIDE, $module::SIDE * $module::SIDE);
                run!("sum", $module::sum(), &floats, cells);
                run!("double", $module::double(), &doubles, cells);
                run!("nanmean", $module::nanmean(), &gaps, cells);
                run!("most", $module::most(), &bytes, cells);
                run!("mean", $module::mean(), &bytes, cells);
                run!("masked", $module::masked(), (&floats, &mask), cells);
                run!("rank", $module::rank(), &bytes, cells);
                run!("line", $module::line(), &long, cells);
                let weights = Array::from_shape_fn((side, side), |(i, j)| float(i + j));
                run!("weighted", $module::weighted(weights.view()), &floats, cells);
                let (radius, halo) = ((side / 2) as isize, Halo::uniform(2, side / 2));
                run!("open", open(weights.view(), radius).halo(halo), &floats, cells);
            )*
        };
    }
    squares!(w3 w5 w7 w9 w11 w13 w17 w31);
    run!("cube", cube3(), &cube, 27);
    run!("cube", cube5(), &cube, 125);
    run!("cube", cube7(), &cube, 343);
    run!("cube", cube9(), &cube, 729);
    table.print();
}
