struct Params {
    columns: u32,
    rows: u32,
    first: u32,
    pitch: u32,
    out_first: u32,
    out_pitch: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

// The bytes of one word, and one on each side.
fn bytes(i: u32) -> array<u32, 6> {
    let a = x[i - 1u];
    let b = x[i];
    let c = x[i + 1u];
    return array<u32, 6>(a >> 24u, b & 255u, (b >> 8u) & 255u, (b >> 16u) & 255u, b >> 24u, c & 255u);
}

fn largest(a: array<u32, 6>, b: array<u32, 6>, c: array<u32, 6>, k: u32) -> u32 {
    let upper = max(max(a[k], a[k + 1u]), a[k + 2u]);
    let middle = max(max(max(upper, b[k]), b[k + 1u]), b[k + 2u]);
    return max(max(max(middle, c[k]), c[k + 1u]), c[k + 2u]);
}

fn word(a: array<u32, 6>, b: array<u32, 6>, c: array<u32, 6>) -> u32 {
    return largest(a, b, c, 0u) | (largest(a, b, c, 1u) << 8u) | (largest(a, b, c, 2u) << 16u)
        | (largest(a, b, c, 3u) << 24u);
}

// Four rows of four bytes: each row is loaded and unpacked once.
@compute @workgroup_size(64, 4)
fn block(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let i = p.first + 4u * id.y * p.pitch + id.x;
    let o = p.out_first + 4u * id.y * p.out_pitch + id.x;
    let a = bytes(i - p.pitch);
    let b = bytes(i);
    let c = bytes(i + p.pitch);
    let d = bytes(i + 2u * p.pitch);
    let e = bytes(i + 3u * p.pitch);
    let f = bytes(i + 4u * p.pitch);
    y[o] = word(a, b, c);
    y[o + p.out_pitch] = word(b, c, d);
    y[o + 2u * p.out_pitch] = word(c, d, e);
    y[o + 3u * p.out_pitch] = word(d, e, f);
}

// One word of four bytes.
@compute @workgroup_size(64, 4)
fn plain(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let i = p.first + id.y * p.pitch + id.x;
    y[p.out_first + id.y * p.out_pitch + id.x] = word(bytes(i - p.pitch), bytes(i), bytes(i + p.pitch));
}
