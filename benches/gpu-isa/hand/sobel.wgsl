struct Params {
    columns: u32,
    rows: u32,
    first: u32,
    pitch: u32,
    out_first: u32,
    out_pitch: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn sobel(a: u32, b: u32, c: u32) -> f32 {
    let nw = x[a - 1u];
    let ne = x[a + 1u];
    let sw = x[c - 1u];
    let se = x[c + 1u];
    let across = ne + 2.0 * x[b + 1u] + se - nw - 2.0 * x[b - 1u] - sw;
    let down = sw + 2.0 * x[c] + se - nw - 2.0 * x[a] - ne;
    return sqrt(across * across + down * down);
}

// Four rows: what they read in common is loaded once.
@compute @workgroup_size(64, 4)
fn block(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let first = p.first + 4u * id.y * p.pitch + id.x;
    let r0 = first - p.pitch;
    let r1 = first;
    let r2 = first + p.pitch;
    let r3 = first + 2u * p.pitch;
    let r4 = first + 3u * p.pitch;
    let r5 = first + 4u * p.pitch;
    let o = p.out_first + 4u * id.y * p.out_pitch + id.x;
    let v0 = sobel(r0, r1, r2);
    let v1 = sobel(r1, r2, r3);
    let v2 = sobel(r2, r3, r4);
    let v3 = sobel(r3, r4, r5);
    y[o] = v0;
    y[o + 1u * p.out_pitch] = v1;
    y[o + 2u * p.out_pitch] = v2;
    y[o + 3u * p.out_pitch] = v3;
}

@compute @workgroup_size(64, 4)
fn plain(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let b = p.first + id.y * p.pitch + id.x;
    y[p.out_first + id.y * p.out_pitch + id.x] = sobel(b - p.pitch, b, b + p.pitch);
}
