//! Kernels of each entry point, element type and feature of GPU forms. Text for tests: it belongs to no crate.

#[stencil(gpu, boundary = Nearest)]
fn mean(x: Window2<f32>) -> f32 {
    let mut sum = 0.0;
    for i in -1..=1 {
        for j in -1..=1 {
            sum += x[[i, j]];
        }
    }
    sum / 9.0
}

#[stencil(gpu, boundary = Nearest)]
fn five_point(u: Window2<f32>) -> f32 {
    (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]]) * 0.25
}

#[stencil(gpu, boundary = Reflect)]
fn sobel(x: Window2<f32>) -> (f32, f32) {
    let dx = x[[-1, 1]] + 2.0 * x[[0, 1]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[0, -1]] - x[[1, -1]];
    let dy = x[[1, -1]] + 2.0 * x[[1, 0]] + x[[1, 1]] - x[[-1, -1]] - 2.0 * x[[-1, 0]] - x[[-1, 1]];
    ((dx * dx + dy * dy).sqrt(), dy.atan2(dx))
}

#[stencil(gpu, boundary = Nearest)]
fn dilate(x: Window2<u8>) -> u8 {
    let mut m = 0_u8;
    for i in -1..=1 {
        for j in -1..=1 {
            m = m.max(x[[i, j]]);
        }
    }
    m
}

#[stencil(gpu, boundary = Wrap)]
fn seven_point(u: Window3<f32>, k: f32) -> f32 {
    let c = u[[0, 0, 0]];
    c + k * (u[[-1, 0, 0]] + u[[1, 0, 0]] + u[[0, -1, 0]] + u[[0, 1, 0]] + u[[0, 0, -1]] + u[[0, 0, 1]] - 6.0 * c)
}

#[stencil(gpu, boundary = Nearest, halo = 1)]
fn middle(x: Window2<f32>) -> f32 {
    median(x.values())
}

#[gufunc("(),()->()", gpu)]
fn ndvi(nir: f32, red: f32) -> f32 {
    (nir - red) / (nir + red)
}

#[gufunc("(n)->()", gpu)]
fn nanmean(x: ArrayView1<f32>) -> f32 {
    let mut sum = 0.0_f32;
    let mut count = 0_u32;
    for i in 0..x.len() {
        let v = x[i];
        if !v.is_nan() {
            sum += v;
            count += 1;
        }
    }
    sum / count as f32
}

#[stencil(gpu, boundary = Constant(false))]
fn mask(x: Window2<bool>) -> bool {
    x[[0, 0]] || x[[-1, 0]] || x[[1, 0]] || x[[0, -1]] || x[[0, 1]]
}

#[stencil(gpu, boundary = Mirror)]
fn narrow(x: Window1<u16>) -> u8 {
    let sum = u32::from(x[-1]) + u32::from(x[0]) + u32::from(x[1]);
    (sum / 768) as u8
}

#[stencil(gpu, boundary = Constant(f16::ZERO))]
fn halves(u: Window2<f16>, k: f16) -> f16 {
    let around = u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]];
    u[[0, 0]] + k * (around - f16::from_f32(4.0) * u[[0, 0]])
}

#[gufunc("(n)->(),(n)", gpu)]
fn halves_of_lines(x: ArrayView1<f16>, mut apart: ArrayViewMut1<f16>) -> f16 {
    let mut sum = f16::ZERO;
    for i in 0..x.len() {
        sum += x[i];
    }
    let mean = sum / f16::from_f32(x.len() as f32);
    for i in 0..x.len() {
        apart[i] = x[i] - mean;
    }
    mean
}

#[stencil(gpu, boundary = Nearest)]
fn moved_halves(x: Window1<f16>) -> f16 {
    x[-1]
}

#[stencil(gpu, boundary = Fill(0.5))]
fn doubles(u: Window2<f64>, k: f64) -> f64 {
    u[[0, 0]] + k * (u[[-1, 0]] + u[[1, 0]] + u[[0, -1]] + u[[0, 1]] - 4.0 * u[[0, 0]])
}

#[stencil(gpu, boundary = Nearest)]
fn long_integers(x: Window1<i64>, k: i64) -> i64 {
    x[-1] + k * x[1]
}

#[stencil(gpu, boundary = Nearest)]
fn places(x: Window2<f32>) -> f32 {
    let [row, column] = x.position();
    let inside = if x.contains([0, 1]) { x[[0, 1]] } else { 0.0 };
    inside + (row * x.shape()[1] + column) as f32
}

#[stencil(gpu, boundary = Nearest)]
fn tables(x: Window2<f32>, w: ArrayView2<f32>, bias: f32, lut: &[u8], taps: [f32; 2]) -> f32 {
    let mut sum = bias;
    for i in 0..3 {
        for j in 0..3 {
            sum += w[[i, j]] * x[[i as isize - 1, j as isize - 1]];
        }
    }
    sum + f32::from(lut[0]) * taps[1]
}

#[stencil(gpu, boundary = Nearest)]
fn boundaries(x: Window2<f32>, #[boundary(Constant(true))] mask: Window2<bool>, w: Window2<f32>) -> f32 {
    if mask[[0, -1]] { x[[0, 1]] * w[[0, 0]] } else { x[[-1, 0]] }
}

#[stencil(gpu, boundary = Shrink)]
fn one_axis(x: Window1<f32>) -> f32 {
    x[1] - x[0]
}

#[stencil(gpu, boundary = Nearest)]
fn four_axes(x: Window4<f32>) -> f32 {
    x[[-1, 0, 0, 0]] + x[[0, 1, 0, 0]] + x[[0, 0, -1, 0]] + x[[0, 0, 0, 1]]
}

#[gufunc("(n)->(n)", gpu)]
fn cumulative(x: ArrayView1<f32>, mut y: ArrayViewMut1<f32>) {
    let mut sum = 0.0_f32;
    for i in 0..x.len() {
        sum += x[i];
        y[i] = sum;
    }
}

#[gufunc("(),()->()", gpu)]
fn packed_elements(a: u8, b: u8) -> u8 {
    ((u32::from(a) + u32::from(b)) / 2) as u8
}

#[gufunc("(),()->()", gpu)]
fn checks(a: i32, b: i32) -> i32 {
    a / b
}

#[gufunc("(n,m)->(n,m)", gpu)]
#[stencil(boundary = Wrap)]
fn stacked(x: Window2<f32>) -> f32 {
    (x[[-1, 0]] + x[[0, 0]] + x[[1, 0]]) / 3.0
}

#[stencil(gpu(f32, i32), boundary = Nearest)]
fn generic<T: Real>(x: Window2<T>) -> T {
    x[[0, 1]] - x[[0, -1]]
}
