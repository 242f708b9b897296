//! The example `smooth_stack`, run as a user runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::{assert_misused, stderr, stdout};
use image::DynamicImage;
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_smooth_stack");

/// Another format where it is read.
const OTHER: &str = if cfg!(feature = "formats") { "tiff" } else { "png" };

fn smooth_stack<const N: usize>(arguments: [&Path; N]) -> Output {
    super::run(PROGRAM, arguments)
}

/// Two folders: `in` with images to come, and `out`.
struct Stack {
    _root: TempDir,
    inputs: PathBuf,
    outputs: PathBuf,
}

impl Stack {
    fn new() -> Stack {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (inputs, outputs) = (root.path().join("in"), root.path().join("out"));
        fs::create_dir(&inputs).unwrap();
        Stack { _root: root, inputs, outputs }
    }

    fn add(&self, name: &str, image: &DynamicImage) -> PathBuf {
        let path = self.inputs.join(name);
        image.save(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        path
    }

    fn run(&self) -> Output {
        smooth_stack([&self.inputs.join("*"), &self.outputs])
    }

    /// The names in the output folder, sorted.
    fn written(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.outputs).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

type Convert = fn(DynamicImage) -> DynamicImage;

/// A rough image, different in every channel.
fn rough(width: u32, height: u32, convert: Convert) -> DynamicImage {
    let pixel = |x: u32, y: u32| {
        let value = |channel: u32| (x * 7919 + y * 104_729 + channel * 31_337).wrapping_mul(2_654_435_761) >> 16;
        // A third of the pixels is transparent.
        image::Rgba([
            value(0) as u16,
            value(1) as u16,
            value(2) as u16,
            if value(3) % 3 == 0 { 0 } else { value(4) as u16 },
        ])
    };
    convert(DynamicImage::ImageRgba16(image::ImageBuffer::from_fn(width, height, pixel)))
}

fn gray(width: u32, height: u32) -> DynamicImage {
    rough(width, height, |image| image.into_luma8().into())
}

/// All channels of all pixels.
fn values(image: &DynamicImage) -> Vec<u64> {
    let bytes = image.as_bytes();
    if image.color().bytes_per_pixel() == image.color().channel_count() {
        bytes.iter().map(|&byte| u64::from(byte)).collect()
    } else {
        bytes.chunks(2).map(|pair| u64::from(u16::from_ne_bytes([pair[0], pair[1]]))).collect()
    }
}

/// The 3 × 3 mean by hand, with the nearest pixel outside; colours are weighted by alpha.
fn smoothed(image: &DynamicImage) -> Vec<u64> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let channels = usize::from(image.color().channel_count());
    let input = values(image);
    let mut output = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let mut pixels = Vec::new();
            for [i, j] in [-1, 0, 1].into_iter().flat_map(|i| [-1, 0, 1].map(|j| [i, j])) {
                let y = y.saturating_add_signed(i).min(height - 1);
                let x = x.saturating_add_signed(j).min(width - 1);
                pixels.push(&input[(y * width + x) * channels..][..channels]);
            }
            let sum = |of: &dyn Fn(&[u64]) -> u64| pixels.iter().map(|pixel| of(pixel)).sum::<u64>();
            if image.color().has_alpha() {
                let alpha = channels - 1;
                let weight = sum(&|pixel| pixel[alpha]);
                output
                    .extend((0..alpha).map(|c| sum(&|pixel| pixel[c] * pixel[alpha]).checked_div(weight).unwrap_or(0)));
                output.push(weight / 9);
            } else {
                output.extend((0..channels).map(|c| sum(&|pixel| pixel[c]) / 9));
            }
        }
    }
    output
}

#[test]
fn every_pixel_type() {
    let stack = Stack::new();
    let conversions: [(&str, &str, Convert); 8] = [
        ("gray8", "png", |image| image.into_luma8().into()),
        ("gray16", OTHER, |image| image.into_luma16().into()),
        ("gray_alpha8", "png", |image| image.into_luma_alpha8().into()),
        ("gray_alpha16", "png", |image| image.into_luma_alpha16().into()),
        ("rgb8", OTHER, |image| image.into_rgb8().into()),
        ("rgb16", "png", |image| image.into_rgb16().into()),
        ("rgba8", "png", |image| image.into_rgba8().into()),
        ("rgba16", OTHER, |image| image.into_rgba16().into()),
    ];
    for (name, format, convert) in conversions {
        stack.add(&format!("{name}.{format}"), &rough(37, 23, convert));
    }
    let output = stack.run();
    assert!(output.status.success(), "{}", stderr(&output));
    for (name, _, convert) in conversions {
        let input = rough(37, 23, convert);
        let path = stack.outputs.join(format!("{name}.png"));
        let found = image::open(&path).unwrap();
        assert_eq!(found.color(), input.color(), "{name}");
        assert_eq!(values(&found), smoothed(&input), "{name}");
    }
    assert_eq!(stack.written().len(), 8);
}

#[test]
fn images_smaller_than_the_kernel() {
    for (width, height) in [(1, 1), (1, 5), (5, 1), (2, 2)] {
        let stack = Stack::new();
        let image = gray(width, height);
        stack.add("small.png", &image);
        assert!(stack.run().status.success());
        assert_eq!(values(&image::open(stack.outputs.join("small.png")).unwrap()), smoothed(&image));
    }
}

#[test]
fn natural_order() {
    let stack = Stack::new();
    let second = format!("img2.{OTHER}");
    for name in ["img10.png", &second, "img1.png", "img100.png"] {
        stack.add(name, &gray(8, 8));
    }
    let output = stack.run();
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    let places: Vec<_> = ["img1.png:", &second, "img10.png:", "img100.png:"].map(|name| text.find(name)).into();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert_eq!(stack.written(), ["img1.png", "img10.png", "img100.png", "img2.png"]);
}

#[test]
fn another_size() {
    let stack = Stack::new();
    // In natural order the first is img2, which sets the size.
    for (name, side) in [("img2.png", 8), ("img10.png", 9), ("img11.png", 8)] {
        stack.add(name, &gray(side, 8));
    }
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(
        text.contains("img10.png: is 9 × 8, but the first image, ") && text.contains("img2.png, is 8 × 8"),
        "{text}"
    );
    assert_eq!(stack.written(), ["img11.png", "img2.png"]);
}

#[test]
fn truncated_files() {
    let formats: &[&str] = if cfg!(feature = "formats") { &["png", "tiff", "jpg"] } else { &["png"] };
    for extension in formats {
        let stack = Stack::new();
        stack.add("img1.png", &gray(64, 64));
        let convert = |image: DynamicImage| image.into_rgb8().into();
        let path = stack.add(&format!("img2.{extension}"), &rough(64, 64, convert));
        stack.add("img3.png", &gray(64, 64));
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let output = stack.run();
        assert_eq!(output.status.code(), Some(1), "{extension}");
        assert!(stderr(&output).contains(&format!("img2.{extension}")), "{}", stderr(&output));
        assert_eq!(stack.written(), ["img1.png", "img3.png"], "{extension}");
    }
}

#[test]
fn not_an_image() {
    let stack = Stack::new();
    fs::write(stack.inputs.join("empty.png"), b"").unwrap();
    fs::write(stack.inputs.join("notes.txt"), b"not an image").unwrap();
    stack.add("scan.png", &gray(8, 8));
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains("empty.png: ") && text.contains("notes.txt: ") && !text.contains("scan.png: "), "{text}");
    assert_eq!(stack.written(), ["scan.png"]);
}

#[test]
fn nothing_to_read() {
    let stack = Stack::new();
    let missing = stack.inputs.join("missing").join("img*.png");
    let output = smooth_stack([&missing, &stack.outputs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("missing: there is no such folder"), "{}", stderr(&output));

    let output = smooth_stack([&stack.inputs.join("img*.png"), &stack.outputs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("img*.png: no file matches"), "{}", stderr(&output));

    assert_eq!(smooth_stack([&stack.inputs]).status.code(), Some(1));
    assert_misused(&smooth_stack([Path::new("--output"), &stack.inputs]), "--output");
    assert!(!stack.outputs.exists());
}

/// Smooths a PNG of two pixels, which `prepare` describes and `data` are, and which another library reads as `wanted`.
#[track_caller]
fn assert_smoothed(prepare: impl FnOnce(&mut png::Encoder<'_, fs::File>), data: &[u8], wanted: [[u8; 4]; 2]) {
    let stack = Stack::new();
    let input = stack.inputs.join("scan.png");
    let mut encoder = png::Encoder::new(fs::File::create(&input).unwrap(), 2, 1);
    prepare(&mut encoder);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    let output = stack.run();
    assert!(output.status.success(), "{}", stderr(&output));
    let read = image::open(input).unwrap();
    assert_eq!(read.to_rgba8().pixels().map(|pixel| pixel.0).collect::<Vec<_>>(), wanted);
    let found = image::open(stack.outputs.join("scan.png")).unwrap();
    assert_eq!(values(&found), smoothed(&read));
}

#[test]
fn palettes() {
    let prepare = |png: &mut png::Encoder<'_, fs::File>| {
        png.set_color(png::ColorType::Indexed);
        png.set_palette(&[10, 20, 30, 200, 100, 0][..]);
        png.set_trns(&[255, 90][..]);
    };
    assert_smoothed(prepare, &[0, 1], [[10, 20, 30, 255], [200, 100, 0, 90]]);
}

#[test]
fn fewer_bits() {
    let prepare = |png: &mut png::Encoder<'_, fs::File>| {
        png.set_color(png::ColorType::Grayscale);
        png.set_depth(png::BitDepth::Two);
    };
    assert_smoothed(prepare, &[0b1001_0000], [[170, 170, 170, 255], [85, 85, 85, 255]]);
}

#[test]
fn a_transparent_colour() {
    let prepare = |png: &mut png::Encoder<'_, fs::File>| {
        png.set_color(png::ColorType::Rgb);
        png.set_trns(&[0, 1, 0, 2, 0, 3][..]);
    };
    assert_smoothed(prepare, &[1, 2, 3, 4, 5, 6], [[1, 2, 3, 0], [4, 5, 6, 255]]);
}

#[cfg(not(feature = "formats"))]
#[test]
fn other_formats() {
    let stack = Stack::new();
    stack.add("scan.tiff", &gray(8, 8));
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains("scan.tiff: is no PNG file; JPEG and TIFF are read with `--features formats`"), "{text}");
}

/// A file of several pages is a stack by itself.
#[cfg(feature = "formats")]
#[test]
fn several_pages() {
    let stack = Stack::new();
    let pages = [gray(8, 6), rough(8, 6, |image| image.fliph().into_luma8().into())];
    let path = stack.inputs.join("scan.tif");
    let mut encoder = tiff::encoder::TiffEncoder::new(fs::File::create(&path).unwrap()).unwrap();
    for page in &pages {
        encoder.write_image::<tiff::encoder::colortype::Gray8>(8, 6, page.as_bytes()).unwrap();
    }
    let output = stack.run();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("scan.tif: 8 × 6, gray, 8 bits, "), "{}", stdout(&output));
    for (page, name) in pages.iter().zip(["scan_0.png", "scan_1.png"]) {
        assert_eq!(values(&image::open(stack.outputs.join(name)).unwrap()), smoothed(page));
    }
    assert_eq!(stack.written().len(), 2);
    // Among others its names might be those of another file.
    stack.add("scan_0.png", &gray(8, 6));
    fs::remove_dir_all(&stack.outputs).unwrap();
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("scan.tif: holds 2 images, and so is a stack by itself"), "{}", stderr(&output));
    assert_eq!(stack.written(), ["scan_0.png"]);
}

/// Each run begins anew, whatever the files of the output are; a file that two patterns match is one.
#[test]
fn again() {
    let stack = Stack::new();
    stack.add("scan1.png", &gray(8, 6));
    stack.add("scan2.png", &gray(8, 6));
    let patterns = ["scan*", "*2.png"].map(|pattern| stack.inputs.join(pattern));
    for (width, height) in [(8, 6), (8, 6), (5, 4)] {
        for name in ["scan1.png", "scan2.png"] {
            stack.add(name, &gray(width, height));
        }
        let output = smooth_stack([&patterns[0], &patterns[1], &stack.outputs]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stdout(&output).matches("scan2.png: ").count(), 1);
        for name in ["scan1.png", "scan2.png"] {
            let found = image::open(stack.outputs.join(name)).unwrap();
            assert_eq!(values(&found), smoothed(&gray(width, height)));
        }
    }
}

/// Pixels that PNG does not hold are named.
#[cfg(feature = "formats")]
#[test]
fn other_pixels() {
    let stack = Stack::new();
    stack.add("scan1.png", &gray(8, 6));
    stack.add("scan2.tif", &rough(8, 6, |image| image.into_rgb32f().into()));
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("scan2.tif: has pixels of [f32; 3]"), "{}", stderr(&output));
    assert_eq!(stack.written(), ["scan1.png"]);
}

#[cfg(feature = "formats")]
#[test]
fn one_name_for_two_files() {
    let stack = Stack::new();
    stack.add("scan.png", &gray(8, 8));
    stack.add("scan.tiff", &rough(8, 8, |image| image.into_luma16().into()));
    let output = stack.run();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("scan.tiff: "), "{}", stderr(&output));
    assert_eq!(image::open(stack.outputs.join("scan.png")).unwrap().color(), image::ColorType::L8);
}

#[test]
fn inputs_are_not_overwritten() {
    let stack = Stack::new();
    let path = stack.add("scan.png", &gray(8, 8));
    let before = fs::read(&path).unwrap();
    let output = smooth_stack([&stack.inputs.join("*.png"), &stack.inputs]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("one of the inputs"), "{}", stderr(&output));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_made() {
    let stack = Stack::new();
    let file = stack.add("scan.png", &gray(8, 8));
    let output = smooth_stack([&file, &file.join("out")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("scan.png"), "{}", stderr(&output));
}

#[test]
fn the_shipped_images() {
    let output = smooth_stack([]);
    assert!(output.status.success(), "{}", stderr(&output));
    for name in ["astronaut", "camera", "coins", "moon"] {
        assert!(stdout(&output).contains(&format!("{name}.png: ")), "{}", stdout(&output));
    }
}
