//! The things that a property draws: shapes, layouts, rules, schedules.

use std::sync::LazyLock;

use ndstencil::{Boundary, Rim, Rule, Rules, Schedule, SimdLevel};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rayon::ThreadPool;

use crate::layout::{Layout, layout};

/// A rule without its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Constant,
    Nearest,
    Reflect,
    Mirror,
    Wrap,
    Last,
    Scattered,
    Fill,
    Keep,
    Shrink,
}

impl Kind {
    /// The rule with its values.
    pub fn rule<I, O>(self, constant: I, fill: O) -> Rule<I, O> {
        match self {
            Kind::Constant => Rule::Read(Boundary::Constant(constant)),
            Kind::Nearest => Rule::Read(Boundary::Nearest),
            Kind::Reflect => Rule::Read(Boundary::Reflect),
            Kind::Mirror => Rule::Read(Boundary::Mirror),
            Kind::Wrap => Rule::Read(Boundary::Wrap),
            Kind::Last => Rule::Read(Boundary::With(|_, len| len as isize - 1)),
            Kind::Scattered => Rule::Read(Boundary::With(|index, len| (7 * index + 3).rem_euclid(len as isize))),
            Kind::Fill => Rule::Rim(Rim::Fill(fill)),
            Kind::Keep => Rule::Rim(Rim::Keep),
            Kind::Shrink => Rule::Rim(Rim::Shrink),
        }
    }
}

/// The rules of one input, for each axis and side; axes beyond the rank are drawn too and ignored.
pub type Kinds = [[Kind; 2]; 6];

/// The rules with their values. `keep` stands in for [`Kind::Keep`].
pub fn rules<I: Copy, O: Copy, const N: usize>(
    kinds: &Kinds,
    constant: I,
    fill: O,
    keep: Rule<I, O>,
) -> Rules<I, O, N> {
    let rule = |kind: Kind| if kind == Kind::Keep { keep } else { kind.rule(constant, fill) };
    Rules::new(std::array::from_fn(|axis| kinds[axis].map(rule)))
}

/// The rules that a property is about.
#[derive(Clone, Copy, Debug)]
pub enum Family {
    /// The same reading rule on all sides.
    Reading,
    /// The same rim rule on all sides.
    Rims,
    /// Any rule on each side of each axis.
    Mixed,
}

const READING: [Kind; 7] =
    [Kind::Constant, Kind::Nearest, Kind::Reflect, Kind::Mirror, Kind::Wrap, Kind::Last, Kind::Scattered];
const RIMS: [Kind; 3] = [Kind::Fill, Kind::Keep, Kind::Shrink];

fn kinds(family: Family) -> BoxedStrategy<Kinds> {
    let all = |kind: Kind| [[kind; 2]; 6];
    match family {
        Family::Reading => prop::sample::select(&READING[..]).prop_map(all).boxed(),
        Family::Rims => prop::sample::select(&RIMS[..]).prop_map(all).boxed(),
        Family::Mixed => {
            let kind = prop_oneof![3 => prop::sample::select(&READING[..]), 1 => prop::sample::select(&RIMS[..])];
            prop::array::uniform6(prop::array::uniform2(kind)).boxed()
        }
    }
}

/// The way of running that a property is about.
#[derive(Clone, Copy, Debug)]
pub enum Executor {
    /// The way that users get.
    Automatic,
    /// One thread, tiles of any size.
    Serial,
    /// Threads, tiles of any size.
    Threads,
    /// Outputs written around the caches.
    Streaming,
    /// Parts of the domain, each from the cells alone that it needs.
    Split,
    /// A job over chunks.
    Chunked,
}

/// A schedule, and the number of threads that it runs on.
#[derive(Clone, Debug)]
pub struct Run {
    pub schedule: Schedule,
    threads: usize,
    /// The seed of the grids of a job.
    pub chunked: Option<u64>,
}

static POOLS: LazyLock<Vec<ThreadPool>> = LazyLock::new(|| {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    THREADS.into_iter().map(pool).collect()
});
const THREADS: [usize; 4] = [1, 2, 3, 5];

impl Run {
    /// Does some work in the pool of this number of threads.
    pub fn install<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let pool = THREADS.iter().position(|&threads| threads == self.threads).expect("one of the pools");
        POOLS[pool].install(work)
    }
}

fn available_level() -> impl Strategy<Value = SimdLevel> {
    let available: Vec<SimdLevel> = SimdLevel::ALL.iter().copied().filter(|level| level.is_available()).collect();
    prop::sample::select(available)
}

/// Draws the settings of one application.
pub fn run(executor: Executor) -> impl Strategy<Value = Run> {
    let tile_rows = prop::option::of(prop_oneof![1..9usize, Just(usize::MAX)]);
    let threads = prop::sample::select(&THREADS[..]);
    (available_level(), tile_rows, threads, any::<bool>(), any::<bool>(), any::<u64>()).prop_map(
        move |(level, tile_rows, threads, poison, parallel, seed)| {
            let schedule = Schedule::new().level(level).poison(poison);
            let schedule = match executor {
                Executor::Automatic => return Run { schedule: Schedule::new(), threads, chunked: None },
                Executor::Chunked => return Run { schedule: Schedule::new(), threads, chunked: Some(seed) },
                Executor::Serial => schedule.parallel(false).streaming(false),
                Executor::Threads => schedule.parallel(true),
                Executor::Streaming => schedule.parallel(parallel).streaming(true),
                Executor::Split => schedule.parallel(parallel).split(seed),
            };
            let schedule = tile_rows.into_iter().fold(schedule, Schedule::tile_rows);
            Run { schedule, threads, chunked: None }
        },
    )
}

/// Shapes: empty, smaller than a footprint, odd, longer than blocks and than tiles of strided arrays;
/// whole cache lines, which streaming wants.
fn shape(rank: usize) -> impl Strategy<Value = Vec<usize>> {
    let [columns, rows]: [usize; 2] = match rank {
        1 => [700, 1],
        2 => [150, 40],
        3 => [90, 9],
        4 => [40, 4],
        _ => [20, 3],
    };
    let last = prop_oneof![
        1 => 0..3usize,
        2 => 3..=8usize,
        5 => 9..=columns,
        2 => (1..=columns.div_ceil(64)).prop_map(|lines| 64 * lines),
    ];
    let leading = prop_oneof![1 => 0..3usize, 4 => 1..=rows];
    (vec(leading, rank - 1), last).prop_map(|(mut shape, last)| {
        shape.push(last);
        shape
    })
}

/// Everything that one application of a kernel depends on: of three inputs and three outputs at most.
#[derive(Clone, Debug)]
pub struct Case {
    pub shape: Vec<usize>,
    pub seed: u64,
    pub inputs: Vec<Layout>,
    pub outputs: Vec<Layout>,
    pub kinds: Vec<Kinds>,
    pub run: Run,
}

fn case(rank: usize, family: Family, executor: Executor) -> impl Strategy<Value = Case> {
    let layouts = |repeated| vec(layout(rank, repeated), 3);
    (shape(rank), any::<u64>(), layouts(true), layouts(false), vec(kinds(family), 3), run(executor))
        .prop_map(|(shape, seed, inputs, outputs, kinds, run)| Case { shape, seed, inputs, outputs, kinds, run })
}

/// Tests a property of some cases; `PROPTEST_CASES` overrides their number.
///
/// A function, where `proptest!` would compile all of the drawing and shrinking anew for each property.
pub fn property(
    cases: u32,
    rank: usize,
    family: Family,
    executor: Executor,
    holds: &dyn Fn(&Case) -> Result<(), TestCaseError>,
) {
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::default() };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases };
    let mut runner = TestRunner::new(ProptestConfig { cases, ..config });
    if let Err(failure) = runner.run(&case(rank, family, executor), |case| holds(&case)) {
        panic!("{failure}");
    }
}
