// Bodies that have a form; read by the tests, never compiled.
#[stencil(gpu, boundary = Nearest)]
fn summed(x: Window2<f32>) -> f32 { x.values().iter().sum::<f32>() + x[[-1, 1]] + x[[1,-1]] }
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn middle(x: Window2<f32>) -> f32 { median(x.values()) }
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn sorted(x: Window2<u8>) -> u8 { let v = ndstencil::network::sort(x.values()); v[3].max(v[5]) - ndstencil::network::min(x.values()) }
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn labels(x: Window2<f32>) -> f32 {
    let mut sum = 0.0; let mut n = 0;
    'rows: for i in -1..=1 {
        for j in -1..=1 {
            let v = x[[i, j]];
            if v < 0.0 { continue 'rows; }
            if v > 100.0 { break 'rows; }
            sum += v; n += 1;
        }
        sum *= 2.0;
    }
    if n == 0 { f32::NAN } else { sum / n as f32 }
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn closures(x: Window2<f32>) -> f32 {
    let square = |v: f32| v * v;
    let near = |i: isize, j: isize| x[[i, j]] - x[[0, 0]];
    let mut all = 0.0f32;
    for (i, j) in [(0, 1), (1, 0)] { all += square(near(i, j)); }
    all.sqrt()
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn folds(x: Window2<f32>) -> f32 {
    let v = x.values();
    let lowest = v.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = v.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
    let count = v.iter().filter(|&&v| v > lowest).count();
    let any = v.iter().any(|v| v.is_nan());
    let all = (0..9).all(|k| v[k] > 0.0);
    let weighted: f32 = v.iter().zip([1.0, 2.0, 1.0, 2.0, 4.0, 2.0, 1.0, 2.0, 1.0]).map(|(a, b)| a * b).sum();
    if any || all { 0.0 } else { highest - lowest + count as f32 + weighted / 16.0 }
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn checks(x: Window2<i32>, w: ArrayView1<i32>) -> i32 {
    assert!(w.len() > 2, "too short");
    let [a, b] = [w[0], w[1]];
    let mut v = [0; 5];
    for (k, slot) in [3, 1, 2].into_iter().enumerate() { v[k] = slot * a; v[k] += b; }
    v.swap(0, 2);
    let position = x.position();
    let i = position[0];
    let n = x.shape()[1];
    if i == 0 || !x.contains([1, 0]) { panic!("no"); }
    let mut k = 0usize;
    while k < v.len() { v[k] <<= 1; k += 1; }
    v[x[[0, 0]] as usize] / w[2] + i as i32 + n as i32
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn generic<T: Real>(x: Window2<T>, k: T) -> T {
    let mut sum = T::zero();
    for i in -1isize..=1 { for j in -1..=1 { sum += x[[i, j]] * T::real(1.0 / 9.0); } }
    if sum.is_nan() { return T::nan(); }
    sum.max(k).powi(2).sqrt() + T::real(3 as f64) + T::one() - T::epsilon()
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn helpers(x: Window2<u8>) -> (u8, f32, bool) {
    fn lerp<T: Real>(a: T, b: T, t: T) -> T { a + (b - a) * t }
    fn total(v: &[f32]) -> f32 { let mut s = 0.0; for i in 0..v.len() { s += v[i]; } s }
    fn pair(v: u8) -> (u8, u8) { (v & 15, v >> 4) }
    let (lo, hi) = pair(x[[0, 0]]);
    let v = [f32::from(lo), hi.into(), 3.0];
    let s = total(&v);
    (lo.wrapping_add(hi), lerp(s, 2.0, 0.5), lo > hi)
}
#[stencil(gpu, boundary = Nearest, halo = 1)]
fn wide(x: Window2<f64>, n: i64) -> f64 { let m = n * 3; (x[[0, 1]] * 2.5 + m as f64).abs() }
#[gufunc("(n)->()", gpu)]
fn variance<T: Real>(x: ArrayView1<T>, ddof: usize) -> T {
    let n = x.len();
    let mut sum = T::zero();
    for start in (0..n).step_by(128) {
        let mut block = T::zero();
        for i in start..n.min(start + 128) { block += x[i]; }
        sum += block;
    }
    let mean = sum / T::real(n as f64);
    let mut squares = T::zero();
    for start in (0..n).step_by(128) {
        for i in start..n.min(start + 128) { let apart = x[i] - mean; squares += apart * apart; }
    }
    if n <= ddof { return T::nan(); }
    squares / T::real((n - ddof) as f64)
}
#[gufunc("(n)->()", gpu)]
fn least<T: Real>(x: ArrayView1<T>) -> T {
    let mut least = T::infinity();
    for &v in x { least = if (v < least) | v.is_nan() { v } else { least }; }
    least
}
#[gufunc("(n)->()", gpu)]
fn place_of_least<T: Real>(x: ArrayView1<T>) -> u32 {
    let mut least = T::infinity();
    let mut at = 0;
    for (i, &v) in x.iter().enumerate() {
        let better = (v < least) | (v.is_nan() & !least.is_nan());
        least = if better { v } else { least };
        at = if better { i } else { at };
    }
    at as u32
}
#[gufunc("(n,m)->(n,m)", gpu)]
fn matrices(x: ArrayView2<f32>, mut y: ArrayViewMut2<f32>) {
    y.assign(&x);
    let total = x.sum();
    let (n, m) = x.dim();
    y.fill(0.5);
    for i in 0..n { for j in 0..m { y[[i, j]] += x[[i, j]] / total; y[(i, j)] *= 2.0; } }
    for v in x.iter() { if *v > 3.0 { break; } y[[0, 0]] += v; }
}
#[gufunc("(n),(n)->()", gpu)]
fn weighted(x: ArrayView1<f32>, w: ArrayView1<u8>) -> f32 {
    let mut sum = 0.0;
    for (&x, &w) in x.iter().zip(w) { sum += x * f32::from(w); }
    let e = x.iter().enumerate().fold(0.0, |all, (i, v)| all + v * i as f32);
    let (most, count) = x.iter().copied().fold((f32::NEG_INFINITY, 0usize), |(most, mut count), v| {
        if v > 0.0 { count += 1; }
        (most.max(v), count)
    });
    sum + e + most * count as f32
}
#[gufunc("(n)->()", gpu)]
fn searched(x: ArrayView1<i32>) -> i32 {
    let mut i = 0;
    let r = loop {
        if i >= x.len() { break -1; }
        if x[i] == 7 { break i as i32; }
        i += 1;
    };
    let s = match r { -1 => 0, 0..=3 | 9 => 1, n if n % 2 == 0 => n, _ => { let z = r * 2; z + 1 } };
    for k in (0..x.len()).rev().step_by(2) { i += k; }
    for k in 0..=r { i += k as usize; }
    let mut t = (1, 2.0f32);
    t.0 += s; t.1 = -t.1;
    (t.0, i) = (i as i32, 3);
    t.0 + i as i32 + t.1 as i32
}
#[gufunc("(3)->()", gpu)]
fn luminosity(rgb: ArrayView1<u8>) -> u8 {
    let weighted = 299 * u32::from(rgb[0]) + 587 * u32::from(rgb[1]) + 114 * u32::from(rgb[2]);
    ((weighted + 500) / 1000) as u8
}
#[gufunc("(),()->()", gpu)]
fn elements(mut a: f32, b: f32) -> f32 { a += 1.0; let c; if a > b { c = a } else if b > 3.0 { c = b } else { return 0.5 } c.hypot(b) }
