//! The things that a property draws: loop dimensions, core sizes, and how to run.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::case::{Executor, Run, run};
use crate::layout::{Layout, layout};

/// Around the numbers of loop elements that run side by side.
const LOOPS: [usize; 11] = [0, 1, 2, 15, 16, 17, 31, 33, 64, 65, 130];
/// Around the sides of transposed tiles.
const SIZES: [usize; 8] = [0, 1, 2, 3, 7, 8, 9, 33];
/// Cases with more cells than this, times loop elements, get smaller cores.
const CELLS: usize = 6000;

/// Everything that one comparison depends on. What is not here follows from the seed.
#[derive(Clone, Debug)]
pub struct Case {
    /// The loop dimensions of outputs that are handed in.
    pub loops: Vec<usize>,
    /// The sizes of the signature's dimensions.
    pub sizes: Vec<usize>,
    pub seed: u64,
    /// True when core dimensions lie at any axes.
    pub axes: bool,
    pub runs: Vec<Run>,
}

fn loops() -> impl Strategy<Value = Vec<usize>> {
    let long = || prop::sample::select(&LOOPS[..]);
    let short = || 1..5usize;
    prop_oneof![
        1 => Just(vec![]),
        4 => long().prop_map(|n| vec![n]),
        2 => (long(), short()).prop_map(|(n, k)| vec![n, k]),
        2 => (short(), long()).prop_map(|(k, n)| vec![k, n]),
        2 => (short(), long(), short()).prop_map(|(k, n, l)| vec![k, n, l]),
    ]
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    let executors = [Executor::Automatic, Executor::Serial, Executor::Threads, Executor::Streaming, Executor::Split];
    executors.map(run).into_iter().collect::<Vec<_>>()
}

fn case(dims: usize) -> impl Strategy<Value = Case> {
    let sizes = prop::collection::vec(prop::sample::select(&SIZES[..]), dims);
    (loops(), sizes, any::<u64>(), any::<bool>(), runs()).prop_map(|(loops, mut sizes, seed, axes, runs)| {
        while loops.iter().chain(&sizes).map(|&n| n.max(1)).product::<usize>() > CELLS {
            let Some(largest) = sizes.iter_mut().max().filter(|n| **n > 3) else { break };
            *largest %= 4;
        }
        Case { loops, sizes, seed, axes, runs }
    })
}

/// Tests a property of some cases of a kernel with this many core dimensions; `PROPTEST_CASES` overrides their number.
pub fn property(cases: u32, dims: usize, holds: &dyn Fn(&Case) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases };
    let mut runner = TestRunner::new(ProptestConfig { cases, ..config });
    if let Err(failure) = runner.run(&case(dims), |case| holds(&case)) {
        panic!("{failure}");
    }
}

/// A layout that follows from a seed.
pub fn drawn_layout(rank: usize, repeated: bool, seed: u64) -> Layout {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), rng);
    layout(rank, repeated).new_tree(&mut runner).expect("a layout").current()
}
