//! Pillow and tifffile read what is written here, and what they write is read here.

use std::path::Path;
use std::process::Command;

use ndarray::{Array3, Array4};
use ndstencil::chunks::Metadata;
use stencil_io::{ImageCompression, Images};

use crate::{Stack, read, write};

#[test]
fn python() {
    let Some(python) = std::env::var_os("NDSTENCIL_PYTHON") else {
        eprintln!("skipped: NDSTENCIL_PYTHON names no interpreter");
        return;
    };
    let stack = Stack::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/image.py");
    let run = |mode: &str| {
        let done = Command::new(&python).arg(&script).arg(mode).arg(stack.root.path()).status().unwrap();
        assert!(done.success(), "{mode}");
    };
    run("write");
    let cell = |(k, i, j): (usize, usize, usize)| k * 100 + i * 10 + j;
    for name in ["imagej", "ome", "imagej_one_directory", "big", "deflate", "lzw", "tiled", "big_endian"] {
        let source = Images::open(stack.path(&format!("{name}.tif"))).unwrap();
        let x = Array3::from_shape_fn((6, 40, 48), |at| cell(at) as u16);
        assert_eq!(read::<u16>(&source), x.into_dyn(), "{name}");
    }
    let x = Array3::from_shape_fn((6, 40, 48), |at| cell(at) as f32 / 4.0);
    for name in ["float", "float_predictor"] {
        assert_eq!(
            read::<f32>(&Images::open(stack.path(&format!("{name}.tif"))).unwrap()),
            x.clone().into_dyn(),
            "{name}"
        );
    }
    let colour = |(k, i, j, c): (usize, usize, usize, usize)| (k * 60 + i * 2 + j + c * 50) as u8;
    let x = |channels| Array4::from_shape_fn((6, 40, 48, channels), colour).into_dyn();
    for (name, channels) in [("rgb", 3), ("planar", 3), ("rgba", 4), ("grey_alpha", 2)] {
        assert_eq!(read::<u8>(&Images::open(stack.path(&format!("{name}.tif"))).unwrap()), x(channels), "{name}");
    }
    for name in ["png_rgb", "png_rgba"] {
        let channels = if name == "png_rgb" { 3 } else { 4 };
        assert_eq!(read::<u8>(&Images::open(stack.path(name)).unwrap()), x(channels), "{name}");
    }
    // And the other way.
    let out = |name: &str| stack.path("out").join(name);
    for (channels, name) in [(2, "la"), (3, "rgb"), (4, "rgba")] {
        for (extension, compression) in
            [("png", ImageCompression::Fast), ("tif", ImageCompression::Fast), ("tif", ImageCompression::Small)]
        {
            let x = Array4::from_shape_fn((2, 40, 48, channels), colour);
            let folder = out(&format!("{name}_{extension}_{compression:?}"));
            write(&Images::create(folder).extension(extension).compression(compression), &x, Metadata::default());
        }
    }
    let x = Array3::from_shape_fn((2, 40, 48), |at| cell(at) as u16 * 50);
    write(&Images::create(out("u16_png")), &x, Metadata::default());
    write(
        &Images::create(out("u16_tif")).extension("tif").compression(ImageCompression::Small),
        &x,
        Metadata::default(),
    );
    write(&Images::create(out("f32_tif")), &x.mapv(|x| f32::from(x) / 4.0), Metadata::default());
    run("check");
}
