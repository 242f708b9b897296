//! The GPU examples, run as a user runs them: on a device, and on a machine without one.

use std::process::Command;

use ndstencil::Gpu;

use super::{stderr, stdout};

const HEAT: &str = env!("CARGO_BIN_EXE_gpu_heat");
const SOBEL: &str = env!("CARGO_BIN_EXE_gpu_sobel");

/// The example's output where no driver can be found.
fn without_gpu(program: &str) -> String {
    let mut command = Command::new(program);
    command.env("VK_DRIVER_FILES", "/nowhere.json").env("VK_ICD_FILENAMES", "/nowhere.json");
    let output = command.output().expect("the example starts");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

fn with_gpu(program: &str) -> Option<String> {
    ndstencil_device::required(Gpu::new())?;
    let output = super::run(program, [""; 0]);
    assert!(output.status.success(), "{}", stderr(&output));
    Some(stdout(&output))
}

#[test]
fn sobel_falls_back() {
    let text = without_gpu(SOBEL);
    assert!(text.starts_with("running on the CPU: "), "{text}");
    assert!(text.contains("at most 0 from the CPU"), "{text}");
}

#[test]
fn heat_falls_back() {
    let text = without_gpu(HEAT);
    assert!(text.starts_with("running on the CPU: "), "{text}");
}

#[test]
fn sobel_stays_on_the_device() {
    let Some(text) = with_gpu(SOBEL) else { return };
    assert!(text.starts_with("running on ") && !text.starts_with("running on the CPU"), "{text}");
    let images: Vec<&str> = text.lines().filter(|line| line.contains("pixels,")).collect();
    assert_eq!(images.len(), 4, "{text}");
    for image in images {
        assert!(image.ends_with("at most 0 from the CPU") || image.ends_with("at most 1 from the CPU"), "{image}");
    }
}

#[test]
fn heat_stays_on_the_device() {
    let Some(text) = with_gpu(HEAT) else { return };
    let apart = text.lines().find_map(|line| line.strip_prefix("at most ")?.strip_suffix(" from the CPU"));
    let apart: f32 = apart.expect("the difference is printed").parse().unwrap();
    assert!(apart < 1e-4, "{text}");
}
