//! Every row against Rust's own operation: the text on naga, the values on a Vulkan adapter.
//!
//! Without an adapter the values are not tried, unless `NDSTENCIL_REQUIRE_GPU=1` makes that a failure.

mod case;
mod fixed;
mod gpu;
mod judge;
mod methods;
mod networks;
mod operators;
mod page;
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
    networks::all(&mut cases);
    fixed::all(&mut cases);
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
    let mut random = Random(scalars.len() as u64);
    if scalars.len() > 3 {
        let special = special(scalars[0]);
        let mut any = |scalar| match random.next() % 2 {
            0 => special[random.next() as usize % special.len()],
            _ => random.value(scalar),
        };
        return (0..5000).map(|_| scalars.iter().map(|&scalar| any(scalar)).collect()).collect();
    }
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
    rows.extend((0..20000).map(|_| scalars.iter().map(|&scalar| random.value(scalar)).collect()));
    rows
}

#[test]
fn every_row_has_a_case() {
    let tried: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    for row in rows::all() {
        for receiver in row.receivers {
            let name = format!("{}::{}", receiver.rust(), row.name);
            assert!(tried.contains(&name), "{name}");
        }
    }
}

#[test]
fn every_text_is_valid() {
    let cases = cases();
    for batch in batches(&cases) {
        let (portable, native) = gpu::shaders(&batch, &mut Helpers::default(), 1);
        for source in [portable].into_iter().chain(native) {
            let module = naga::front::wgsl::parse_str(&source);
            let module = module.unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
            let capabilities = naga::valid::Capabilities::all();
            let mut validator = naga::valid::Validator::new(naga::valid::ValidationFlags::all(), capabilities);
            validator.validate(&module).unwrap_or_else(|e| panic!("{}", e.emit_to_string(&source)));
        }
    }
}

fn gpu() -> Option<Gpu> {
    ndstencil_device::required(Gpu::open().ok_or("no Vulkan adapter"))
}

/// The failures of the cases, which have the same arguments, in either form of half precision.
fn failures(gpu: &Gpu, cases: &[&Case], rows: &[Vec<u64>]) -> Vec<String> {
    let cases: Vec<&Case> = cases.iter().copied().filter(|case| gpu.wide || !case.is_wide()).collect();
    if cases.is_empty() {
        return Vec::new();
    }
    let mut helpers = Helpers::default();
    let (portable, native) = gpu::shaders(&cases, &mut helpers, rows.len());
    let judge = |(case, results): (&&Case, Vec<(u64, u32)>)| {
        let mut verdict = Verdict::new(case, gpu.name.contains("SwiftShader"));
        for (row, result) in rows.iter().zip(results) {
            verdict.judge(row, result, helpers.checks());
        }
        verdict.finish()
    };
    let run = |source: &str| cases.iter().zip(gpu.run(source, &cases, rows)).filter_map(judge).collect::<Vec<_>>();
    let mut failures = run(&portable);
    if let Some(source) = native.filter(|_| gpu.half) {
        failures.extend(run(&source).into_iter().map(|failure| format!("with native f16, {failure}")));
    }
    failures
}

#[test]
fn every_value_is_rusts() {
    let Some(gpu) = gpu() else { return };
    std::panic::set_hook(Box::new(|_| {}));
    // Some of them alone, by a part of their names.
    let only = std::env::var("NDSTENCIL_OPERATIONS").unwrap_or_default();
    let cases: Vec<Case> = cases().into_iter().filter(|case| case.name.contains(&only)).collect();
    let batches = batches(&cases);
    let failures: Vec<String> =
        batches.iter().flat_map(|batch| failures(&gpu, batch, &arguments(&batch[0].arguments))).collect();
    drop(std::panic::take_hook());
    assert!(failures.is_empty(), "{} failures on {}\n{}", failures.len(), gpu.name, failures.join("\n"));
}

/// Rounding is monotone: right on both sides of every tie, it is right everywhere.
#[test]
fn f16_rounds_right_at_every_tie() {
    let Some(gpu) = gpu() else { return };
    let cases = cases();
    for (name, from) in [("f32 as f16", Scalar::F32), ("f64 as f16", Scalar::F64)] {
        let case = cases.iter().find(|case| case.name == name).expect("a case");
        let values = (0..0x7c00u16).flat_map(|bits| judge::around_tie(bits, from));
        let rows: Vec<Vec<u64>> = values.map(|bits| vec![bits]).collect();
        let failures = failures(&gpu, &[case], &rows);
        assert!(failures.is_empty(), "{}: {}", gpu.name, failures.join("\n"));
    }
}
