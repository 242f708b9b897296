//! The kernels of the table: what a user writes, and what a person writes in WGSL for it.

use proc_macro2::{TokenStream, TokenTree};

/// One kernel.
#[derive(Debug)]
pub struct Kernel {
    /// The name in the table.
    pub name: &'static str,
    /// The attribute, `stencil` or `gufunc`.
    attribute: &'static str,
    /// Its arguments.
    args: &'static str,
    /// The element function.
    item: &'static str,
    /// The entry point of the generated module.
    pub entry: &'static str,
    /// The hand-written module: `plain` computes one point or one word.
    pub hand: &'static str,
    /// Its entry point that does as much as the generated one.
    pub hand_entry: &'static str,
}

/// A generated module.
#[derive(Debug)]
pub struct Generated {
    /// The text for every device.
    pub wgsl: String,
    /// That for devices with `f16`, where it differs.
    pub native_f16: Option<String>,
    /// Cells along the last axis for each invocation.
    pub cells: u32,
    /// Rows for each invocation.
    pub rows: u32,
}

macro_rules! kernels {
    ($($name:literal $attribute:ident($args:literal) $entry:ident $file:literal $hand:ident $item:literal;)*) => {
        /// All kernels.
        pub const KERNELS: &[Kernel] = &[$(Kernel {
            name: $name,
            attribute: stringify!($attribute),
            args: $args,
            item: $item,
            entry: stringify!($entry),
            hand: include_str!(concat!("../hand/", $file, ".wgsl")),
            hand_entry: stringify!($hand),
        },)*];
    };
}

kernels! {
    "3x3 mean" stencil("gpu, boundary = Nearest") near "mean" block
        "fn mean(x: Window2<f32>) -> f32 {
            let mut sum = 0.0;
            for i in -1..=1 { for j in -1..=1 { sum += x[[i, j]]; } }
            sum / 9.0
        }";
    "3x3 mean, f16" stencil("gpu, boundary = Nearest") near "mean_f16" block
        "fn mean(x: Window2<f16>) -> f16 {
            let mut sum = f16::ZERO;
            for i in -1..=1 { for j in -1..=1 { sum += x[[i, j]]; } }
            sum / f16::from_f32(9.0)
        }";
    "5-point" stencil("gpu, boundary = Nearest") near "cross" block
        "fn cross(u: Window2<f32>) -> f32 {
            (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]]) * 0.25
        }";
    "Sobel" stencil("gpu, boundary = Nearest") near "sobel" block
        "fn sobel(x: Window2<f32>) -> f32 {
            let a = x[[-1, 1]] + 2.0 * x[[0, 1]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[0, -1]] - x[[1, -1]];
            let b = x[[1, -1]] + 2.0 * x[[1, 0]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[-1, 0]] - x[[-1, 1]];
            (a * a + b * b).sqrt()
        }";
    "u8 max" stencil("gpu, boundary = Nearest") near "dilate" block
        "fn dilate(x: Window2<u8>) -> u8 {
            let mut m = 0_u8;
            for i in -1..=1 { for j in -1..=1 { m = m.max(x[[i, j]]); } }
            m
        }";
    "7-point 3-D" stencil("gpu, boundary = Nearest") near "seven" block
        "fn seven(u: Window3<f32>, k: f32) -> f32 {
            let c = u[[0, 0, 0]];
            c + k * (u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -1]] + u[[0, 0, 1]] - 6.0 * c)
        }";
    "median 3x3" stencil("gpu, boundary = Nearest, halo = 1") near "median" block
        "fn middle(x: Window2<f32>) -> f32 { median(x.values()) }";
    "NDVI" gufunc("\"(),()->()\", gpu") core "ndvi" block
        "fn ndvi(nir: f32, red: f32) -> f32 { (nir - red) / (nir + red) }";
    "NDVI, contiguous" gufunc("\"(),()->()\", gpu") contiguous "ndvi" plain
        "fn ndvi(nir: f32, red: f32) -> f32 { (nir - red) / (nir + red) }";
    "u8 mean of two, contiguous" gufunc("\"(),()->()\", gpu") contiguous "between" plain
        "fn between(a: u8, b: u8) -> u8 { ((a as u32 + b as u32) / 2) as u8 }";
    "nanmean" gufunc("\"(n)->()\", gpu") core "nanmean" block
        "fn nanmean(x: ArrayView1<f32>) -> f32 {
            let mut sum = 0.0_f32;
            let mut count = 0_u32;
            for i in 0..x.len() {
                let v = x[i];
                if !v.is_nan() { sum += v; count += 1; }
            }
            sum / count as f32
        }";
}

impl Kernel {
    /// Expands the attribute.
    ///
    /// # Panics
    ///
    /// Where there is no GPU form.
    pub fn generate(&self) -> Generated {
        let parse = |text: &str| text.parse::<TokenStream>().expect("tokens");
        let tokens = expanded(self.attribute == "stencil", parse(self.args), parse(self.item));
        let behind = |field: &str| {
            let at = tokens.windows(2).position(|pair| pair[0] == field && pair[1] == ":");
            &tokens[at.unwrap_or_else(|| panic!("{} has no GPU form: {tokens:?}", self.name)) + 2..]
        };
        let value = |field: &str| behind(field)[0].clone();
        let number = |field: &str| value(field).trim_end_matches("u32").parse().expect("a number");
        let mut shaders = shaders(&tokens).into_iter();
        Generated {
            wgsl: shaders.next().unwrap_or_else(|| panic!("{} has no GPU form: {tokens:?}", self.name)),
            native_f16: shaders.next(),
            cells: number("cells"),
            rows: number("rows"),
        }
    }
}

/// The tokens of an expansion, without groups.
pub fn expanded(stencil: bool, args: TokenStream, item: TokenStream) -> Vec<String> {
    flat(if stencil { stencil_codegen::stencil(args, item) } else { stencil_codegen::gufunc(args, item) })
}

/// The modules of an expansion: for each element type that for every device, and that for devices with `f16`, where it
/// differs.
pub fn shaders(tokens: &[String]) -> Vec<String> {
    let fields = tokens.windows(3).enumerate().filter(|(_, field)| field[1] == ":");
    let texts = fields.filter_map(|(at, field)| match field[0].as_str() {
        "wgsl" => Some(&field[2]),
        "native_f16" => tokens[at..].split(|token| token == ",").next().and_then(|option| option.last()),
        _ => None,
    });
    texts.filter(|text| text.starts_with('"')).map(|text| unescaped(text)).collect()
}

fn flat(tokens: TokenStream) -> Vec<String> {
    let mut flattened = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => flattened.extend(flat(group.stream())),
            token => flattened.push(token.to_string()),
        }
    }
    flattened
}

/// The text that a string literal stands for; generated ones escape line ends and quotes alone.
fn unescaped(literal: &str) -> String {
    literal.trim_matches('"').replace("\\n", "\n").replace("\\\"", "\"")
}
