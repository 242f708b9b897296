//! Every row against Rust's own operation: the text on naga, the values on a Vulkan adapter.
//!
//! Without an adapter the values are not tried, unless `NDSTENCIL_REQUIRE_GPU=1` makes that a failure.

mod case;
mod gpu;
mod judge;
mod methods;
mod operators;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use super::super::scalar::Scalar;
use super::{Helpers, rows};
use case::{Case, Cases};
use gpu::Gpu;
use judge::Verdict;
use value::{Random, special};

/// Cases in one shader: few enough to compile quickly.
const BATCH: usize = 24;

fn cases() -> Vec<Case> {
    let mut cases = Cases::default();
    methods::all(&mut cases);
    operators::all(&mut cases);
    operators::literals(&mut cases);
    cases.0
}

/// Cases with the same arguments, in batches.
fn batches(cases: &[Case]) -> Vec<Vec<&Case>> {
    let mut groups: BTreeMap<&[Scalar], Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry(&case.arguments).or_default().push(case);
    }
    groups.into_values().flat_map(|group| group.chunks(BATCH).map(<[_]>::to_vec).collect::<Vec<_>>()).collect()
}

/// Rows of arguments: everything for narrow types, otherwise all special values and random ones.
fn arguments(scalars: &[Scalar]) -> Vec<Vec<u64>> {
    let values: Vec<Vec<u64>> = scalars
        .iter()
        .map(|&scalar| match (scalar, scalars.len()) {
            (Scalar::I8 | Scalar::U8, 1 | 2) => (0..256).map(|i| judge::every(scalar, i)).collect(),
            (_, 1) if scalar.bits() == 16 => (0..65536).map(|i| judge::every(scalar, i)).collect(),
            (_, 3) => special(scalar).into_iter().step_by(5).collect(),
            _ => special(scalar),
        })
        .collect();
    let mut rows = vec![vec![]];
    for values in values {
        rows = rows.iter().flat_map(|row| values.iter().map(|&value| [&row[..], &[value]].concat())).collect();
    }
    let mut random = Random(scalars.len() as u64);
    rows.extend((0..20000).map(|_| scalars.iter().map(|&scalar| random.value(scalar)).collect()));
    rows
}

#[test]
fn every_row_has_a_case() {
    let tried: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    for row in rows::all() {
        for receiver in row.receivers {
            let name = format!("{}::{}", receiver.canonical().rust(), row.name);
            assert!(tried.contains(&name), "{name}");
        }
    }
}

#[test]
fn every_text_is_valid() {
    let cases = cases();
    for batch in batches(&cases) {
        let source = gpu::shader(&batch, &mut Helpers::default(), 1);
        let module = naga::front::wgsl::parse_str(&source).unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
        let capabilities = naga::valid::Capabilities::all();
        let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities);
        validator.validate(&module).unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
    }
}

#[test]
fn every_value_is_rusts() {
    let Some(gpu) = Gpu::open() else {
        assert!(std::env::var_os("NDSTENCIL_REQUIRE_GPU").is_none_or(|value| value != "1"), "no Vulkan adapter");
        return eprintln!("skipped: no Vulkan adapter");
    };
    std::panic::set_hook(Box::new(|_| {}));
    let cases = cases();
    let mut failures = Vec::new();
    for batch in batches(&cases) {
        if batch[0].arguments.iter().any(|scalar| scalar.feature().is_some()) && !gpu.wide {
            continue;
        }
        let batch: Vec<&Case> = batch.into_iter().filter(|case| gpu.wide || !case.is_wide()).collect();
        if batch.is_empty() {
            continue;
        }
        let rows = arguments(&batch[0].arguments);
        let mut helpers = Helpers::default();
        let results = gpu.run(&batch, &mut helpers, &rows);
        for (case, results) in batch.iter().zip(results) {
            let mut verdict = Verdict::new(case, gpu.name.contains("SwiftShader"));
            for (row, result) in rows.iter().zip(results) {
                verdict.judge(row, result, helpers.checks());
            }
            failures.extend(verdict.finish());
        }
    }
    drop(std::panic::take_hook());
    assert!(failures.is_empty(), "{} failures on {}\n{}", failures.len(), gpu.name, failures.join("\n"));
}
