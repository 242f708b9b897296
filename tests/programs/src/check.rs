//! Compares a program with itself.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use ndstencil::{Schedule, SimdLevel};
use rayon::ThreadPool;

use crate::call::{Call, Entry, How, Out, Outs};
use crate::cell::Draw;
use crate::held::{Held, Layout};
use crate::plain::Broken;

static POOL: LazyLock<ThreadPool> =
    LazyLock::new(|| rayon::ThreadPoolBuilder::new().num_threads(3).build().expect("threads"));

/// The number of programs from which on something can be said of all of them together.
pub const MANY: usize = 100;

/// The arrays of some calls.
struct Case {
    inputs: Vec<Held>,
    loops: Vec<usize>,
    sizes: Vec<usize>,
}

impl Case {
    fn run(&self, entry: &Entry, how: How, setting: &Setting<'_>) -> Result<Vec<Out>, String> {
        let call = Call {
            how,
            inputs: &self.inputs,
            schedule: setting.schedule,
            shapes: setting.shapes,
            layouts: setting.layouts,
            broken: setting.broken,
            loops: &self.loops,
            sizes: &self.sizes,
        };
        let mut outs = Outs::default();
        let result = catch_unwind(AssertUnwindSafe(|| POOL.install(|| (entry.run)(&call, &mut outs))));
        match result {
            Ok(()) => Ok(outs.all),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
                Err(text.unwrap_or_default())
            }
        }
    }

    fn describe(&self) -> String {
        let shapes: Vec<&[usize]> = self.inputs.iter().map(Held::shape).collect();
        format!("inputs of shape {shapes:?}")
    }
}

/// The settings in which calls of one case differ.
struct Setting<'a> {
    schedule: Schedule,
    shapes: &'a [Vec<usize>],
    layouts: &'a [Layout],
    broken: Option<Broken>,
}

impl Setting<'_> {
    fn plain() -> Setting<'static> {
        Setting { schedule: Schedule::new(), shapes: &[], layouts: &[], broken: None }
    }
}

/// The first difference of two results.
fn difference(found: &[Out], expected: &[Out]) -> Option<String> {
    if found.len() != expected.len() {
        return Some(format!("{} outputs, expected {}", found.len(), expected.len()));
    }
    for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
        if found.shape != expected.shape {
            return Some(format!("output {number} of shape {:?}, expected {:?}", found.shape, expected.shape));
        }
        if let Some(cell) = (0..found.keys.len()).find(|&cell| found.keys[cell] != expected.keys[cell]) {
            let wrong = (0..found.keys.len()).filter(|&cell| found.keys[cell] != expected.keys[cell]).count();
            return Some(format!(
                "output {number} of shape {:?}, cell {cell}: {:#x}, expected {:#x}; {wrong} cells differ",
                found.shape, found.keys[cell], expected.keys[cell]
            ));
        }
    }
    None
}

fn compare(
    entry: &Entry,
    case: &Case,
    how: How,
    setting: &Setting<'_>,
    expected: &Result<Vec<Out>, String>,
) -> Result<(), String> {
    let found = case.run(entry, how, setting);
    let apart = match (&found, expected) {
        (Ok(found), Ok(expected)) => difference(found, expected),
        // No value but an error: what may happen where sizes have 32 bits.
        (Err(found), Ok(_)) if matches!(how, How::Gpu) && found.contains("beyond the 32 bits that `usize`") => None,
        (Err(found), Ok(_)) => Some(format!("panic: {found}")),
        (_, Err(expected)) => Some(format!("panic of the plain form: {expected}")),
    };
    match apart {
        None => Ok(()),
        Some(apart) => Err(format!("{how:?}, {:?}, {}: {apart}", setting.schedule, case.describe())),
    }
}

/// Returns true when a form of calls is left out, by `NDSTENCIL_PROGRAMS_WITHOUT`.
fn without(form: &str) -> bool {
    std::env::var("NDSTENCIL_PROGRAMS_WITHOUT").is_ok_and(|forms| forms.split(',').any(|name| name.trim() == form))
}

/// Schedules, of which each level comes once serial and once with threads; the second cuts the domain into parts.
fn schedules(draw: &mut Draw) -> Vec<Schedule> {
    let mut all = vec![Schedule::new(), Schedule::new().split(draw.bits())];
    for level in SimdLevel::ALL.iter().copied().filter(|level| level.is_available()) {
        all.push(Schedule::new().level(level).parallel(false));
        let schedule = Schedule::new().level(level).parallel(true).tile_rows(1 + draw.below(5));
        let streaming = draw.below(3) == 0 && !without("Streaming");
        all.push(schedule.poison(draw.below(2) == 0).streaming(streaming));
    }
    all
}

/// Calls a program on some arrays in every way.
fn every_way(entry: &Entry, case: &mut Case, draw: &mut Draw) -> Result<(), String> {
    let expected = case.run(entry, How::Plain, &Setting::plain());
    compare(entry, case, How::Reference, &Setting::plain(), &expected)?;
    let kept = case.run(entry, How::PlainInto, &Setting::plain());
    let shapes: Vec<Vec<usize>> = kept.iter().flatten().map(|out| out.shape.clone()).collect();
    for (number, schedule) in schedules(draw).into_iter().enumerate() {
        for input in &mut case.inputs {
            let rank = input.shape().len();
            input.lay(match number {
                0 | 1 => Layout::standard(rank),
                2 => Layout::fortran(rank),
                _ => Layout::drawn(rank, draw),
            });
        }
        compare(entry, case, How::Apply, &Setting { schedule, ..Setting::plain() }, &expected)?;
        if number == 3 || number % 3 == 1 {
            let layouts: Vec<Layout> = shapes.iter().map(|shape| Layout::drawn(shape.len(), draw)).collect();
            let setting = Setting { schedule, shapes: &shapes, layouts: &layouts, broken: None };
            compare(entry, case, How::Into, &setting, &kept)?;
        }
    }
    #[cfg(feature = "gpu")]
    if entry.gpu && crate::gpu().is_some() {
        compare(entry, case, How::Gpu, &Setting::plain(), &expected)?;
    }
    Ok(())
}

/// Shapes of the inputs of a stencil: empty, smaller than the footprint, odd, longer than blocks.
fn shapes(rank: usize, draw: &mut Draw) -> Vec<Vec<usize>> {
    let mut shapes: Vec<Vec<usize>> = match rank {
        1 => vec![vec![0], vec![1], vec![2], vec![3], vec![5], vec![37], vec![150]],
        2 => vec![vec![0, 4], vec![1, 1], vec![2, 3], vec![4, 1], vec![3, 9], vec![6, 40], vec![9, 71]],
        3 => vec![vec![2, 0, 3], vec![1, 2, 1], vec![3, 2, 5], vec![2, 3, 41], vec![4, 5, 9]],
        _ => vec![vec![1, 1, 1, 1], vec![2, 1, 3, 2], vec![2, 3, 2, 35], vec![3, 2, 3, 7]],
    };
    let most = if rank < 3 { 7 } else { 4 };
    shapes.push((0..rank).map(|axis| 1 + draw.below(if axis + 1 == rank { 45 } else { most })).collect());
    shapes
}

fn stencil_case(entry: &Entry, shape: &[usize], draw: &mut Draw) -> Case {
    let special = draw.below(2) == 0;
    let inputs = entry.inputs.iter().map(|&kind| Held::drawn(kind, shape, draw, special)).collect();
    Case { inputs, loops: Vec::new(), sizes: Vec::new() }
}

/// Calls a stencil in every way, also on parts of arrays.
///
/// # Errors
///
/// A description of the first call that differs.
pub fn stencil(entry: &Entry, seed: u64) -> Result<(), String> {
    let mut draw = Draw(seed ^ (entry.number as u64) << 32);
    for shape in shapes(entry.rank, &mut draw) {
        let mut case = stencil_case(entry, &shape, &mut draw);
        every_way(entry, &mut case, &mut draw)?;
        if entry.still {
            chunk(entry, &case, &shape, &mut draw)?;
        }
    }
    Ok(())
}

/// A part of the arrays, with its halo, gives the part of the result.
fn chunk(entry: &Entry, case: &Case, shape: &[usize], draw: &mut Draw) -> Result<(), String> {
    let mut ranges = Vec::new();
    for (axis, &len) in shape.iter().enumerate() {
        let [before, after] = entry.halo[axis];
        if len < before + after + 2 {
            return Ok(());
        }
        let start = draw.below(len - before - after - 1);
        let end = start + before + after + 1 + draw.below(len - start - before - after);
        ranges.push([start, end.min(len)]);
    }
    let part = Case {
        inputs: case.inputs.iter().map(|input| input.chunk(&ranges)).collect(),
        loops: Vec::new(),
        sizes: Vec::new(),
    };
    let whole = case.run(entry, How::Plain, &Setting::plain());
    let found = part.run(entry, How::Apply, &Setting::plain());
    let (Ok(whole), Ok(found)) = (&whole, &found) else {
        return Err(format!("a part, {ranges:?}: {:?}", found.err().or(whole.err())));
    };
    for (number, (whole, found)) in whole.iter().zip(found).enumerate() {
        for cell in 0..found.keys.len() {
            let (mut rest, mut place, mut stride, mut inner) = (cell, 0, 1, true);
            for axis in (0..shape.len()).rev() {
                let len = ranges[axis][1] - ranges[axis][0];
                let index = rest % len;
                rest /= len;
                inner &= index >= entry.halo[axis][0] && len - 1 - index >= entry.halo[axis][1];
                place += (ranges[axis][0] + index) * stride;
                stride *= shape[axis];
            }
            if inner && found.keys[cell] != whole.keys[place] {
                return Err(format!(
                    "output {number} of the part {ranges:?} of {shape:?}, cell {cell}: {:#x}, expected {:#x}",
                    found.keys[cell], whole.keys[place]
                ));
            }
        }
    }
    Ok(())
}

/// Calls a gufunc in every way.
///
/// # Errors
///
/// A description of the first call that differs.
pub fn gufunc(entry: &Entry, seed: u64) -> Result<(), String> {
    let mut draw = Draw(seed ^ (entry.number as u64) << 32);
    let counts = [0, 1, 7, 40, 100, 130 + draw.below(40)];
    for (number, count) in counts.into_iter().enumerate() {
        // Of `m` and `n`.
        let sizes = match number {
            1 if entry.empty => [2, 0],
            2 if entry.empty => [0, 2],
            3 => [9, 3],
            _ => [0, 1].map(|dim| [3, 5, 2, 4, 1, 7, 6, 2][(number * 3 + dim) % 8]),
        };
        let sizes = sizes.to_vec();
        let loops = match entry.rank {
            1 => vec![count],
            _ => [[0, 3], [1, 1], [7, 1], [2, 20], [50, 2], [3, count / 3]][number].to_vec(),
        };
        let special = draw.below(2) == 0;
        let mut inputs = Vec::new();
        for (input, &kind) in entry.inputs.iter().enumerate() {
            let broadcast = input > 0 && draw.below(4) == 0;
            let mut shape: Vec<usize> =
                loops.iter().map(|&size| if broadcast && size > 0 && draw.below(2) == 0 { 1 } else { size }).collect();
            shape.extend(entry.cores[input].iter().map(|&dim| sizes[dim]));
            inputs.push(Held::drawn(kind, &shape, &mut draw, special));
        }
        let mut case = Case { inputs, loops, sizes };
        every_way(entry, &mut case, &mut draw)?;
    }
    Ok(())
}

/// True when a mistake of the plain loop would be found; nothing, if the stencil has no such rule.
pub fn notices(entry: &Entry, broken: Broken, seed: u64) -> Option<bool> {
    if !entry.rules.contains(&broken.rule()) {
        return None;
    }
    let mut draw = Draw(seed ^ (entry.number as u64) << 32);
    Some(shapes(entry.rank, &mut draw).into_iter().any(|shape| {
        let case = stencil_case(entry, &shape, &mut draw);
        let right = case.run(entry, How::Plain, &Setting::plain());
        right != case.run(entry, How::Plain, &Setting { broken: Some(broken), ..Setting::plain() })
    }))
}

/// Checks all programs and prints what failed, with its text.
///
/// # Panics
///
/// If one failed.
pub fn all(name: &str, seed: u64, entries: &[Entry], check: fn(&Entry, u64) -> Result<(), String>) {
    let mut failed = Vec::new();
    for entry in entries {
        if let Err(apart) = check(entry, seed) {
            failed.push((entry, apart));
        }
    }
    let mut text = String::new();
    for (entry, apart) in &failed {
        let _ = writeln!(text, "\n== seed {seed}, {name} {}\n{apart}\n{}", entry.number, entry.source);
    }
    println!("{text}{name}s: seed {seed}, {} programs, {} failed", entries.len(), failed.len());
    assert!(failed.is_empty(), "{} of {} {name}s failed; seed {seed}", failed.len(), entries.len());
}
