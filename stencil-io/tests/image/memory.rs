//! The memory of jobs: what they take stays below what they may.

use std::ops::Range;
use std::process::Command;

use ndstencil::IoError;
use ndstencil::chunks::{CellsMut, DataType, Source};
use ndstencil::prelude::*;
use stencil_io::{ImageCompression, Images};

use crate::Stack;

/// Planes of noise, made as they are read: they do not compress.
struct Noise([usize; 3]);

impl Source for Noise {
    fn name(&self) -> String {
        "noise".to_owned()
    }

    fn shape(&self) -> Vec<usize> {
        self.0.to_vec()
    }

    fn data_type(&self) -> DataType {
        DataType::of::<u16>()
    }

    fn read(&self, region: &[Range<usize>], cells: &mut CellsMut<'_>) -> Result<(), IoError> {
        let mut state = 0x9E37_79B9_7F4A_7C15 ^ (region[0].start * 31 + region[1].start) as u64;
        for cell in &mut cells.array_mut::<u16>().unwrap() {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            *cell = (state >> 32) as u16;
        }
        Ok(())
    }
}

#[stencil(boundary = Nearest)]
fn toward(x: Window2<u16>) -> u16 {
    x[[0, 1]] ^ x[[0, 0]].rotate_left(3)
}

/// The most memory that this process had at once, where the system tells.
fn peak() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<usize>().ok()? << 10)
}

/// The memory that a program takes whatever its jobs do.
const PROGRAM: usize = 4 << 20;
const CHILD: &str = "NDSTENCIL_IMAGE_MEMORY";

/// Writes planes of noise, and reads them, in a process of its own: with the memory that one plane of 4 MiB takes in and out.
fn compare(extension: &str, compression: ImageCompression) {
    let name = format!("memory::{extension}_{compression:?}").to_lowercase();
    if std::env::var_os(CHILD).is_none() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.env(CHILD, "1").args(["--exact", &name, "--nocapture"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{said}");
        eprint!("{said}");
        return;
    }
    let stack = Stack::new();
    let Some(before) = peak() else { return };
    let planes = Noise([1, 1024, 2048]);
    let sink = |name| Images::create(stack.path(name)).extension(extension).compression(compression);
    let made = Job::new(toward(), planes, sink("made")).workers(1).run().unwrap();
    let read = Job::new(toward(), Images::open(stack.path("made")).unwrap(), sink("read")).workers(1).run().unwrap();
    let (taken, planned) = (peak().unwrap() - before, made.planned_memory.max(read.planned_memory));
    eprintln!("{extension}, {compression:?}: {} MiB taken, {} planned", taken >> 20, planned >> 20);
    assert!(taken < planned + PROGRAM, "{taken} bytes were taken, {planned} planned");
}

macro_rules! tests {
    ($($name:ident, $extension:literal, $compression:ident;)*) => {
        $(
            #[test]
            fn $name() {
                compare($extension, ImageCompression::$compression);
            }
        )*
    };
}
tests! {
    png_none, "png", None;
    png_fast, "png", Fast;
    png_small, "png", Small;
    tif_fast, "tif", Fast;
    tif_small, "tif", Small;
}
