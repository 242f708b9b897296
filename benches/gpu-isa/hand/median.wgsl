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

// The median of nine in 19 exchanges.
fn median(a: u32, b: u32, c: u32) -> f32 {
    let v0 = x[a - 1u];
    let v1 = x[a];
    let v2 = x[a + 1u];
    let v3 = x[b - 1u];
    let v4 = x[b];
    let v5 = x[b + 1u];
    let v6 = x[c - 1u];
    let v7 = x[c];
    let v8 = x[c + 1u];
    let m0 = min(v1, v2);
    let m1 = max(v1, v2);
    let m2 = min(v4, v5);
    let m3 = max(v4, v5);
    let m4 = min(v7, v8);
    let m5 = max(v7, v8);
    let m6 = min(v0, m0);
    let m7 = max(v0, m0);
    let m8 = min(v3, m2);
    let m9 = max(v3, m2);
    let m10 = min(v6, m4);
    let m11 = max(v6, m4);
    let m12 = min(m7, m1);
    let m13 = max(m7, m1);
    let m14 = min(m9, m3);
    let m15 = max(m9, m3);
    let m16 = min(m11, m5);
    let m17 = max(m11, m5);
    let m18 = max(m6, m8);
    let m19 = min(m15, m17);
    let m20 = min(m14, m16);
    let m21 = max(m14, m16);
    let m22 = max(m18, m10);
    let m23 = max(m12, m20);
    let m24 = min(m13, m19);
    let m25 = min(m23, m21);
    let m26 = min(m25, m24);
    let m27 = max(m25, m24);
    let m28 = max(m22, m26);
    let m29 = min(m28, m27);
    return m29;
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
    let v0 = median(r0, r1, r2);
    let v1 = median(r1, r2, r3);
    let v2 = median(r2, r3, r4);
    let v3 = median(r3, r4, r5);
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
    y[p.out_first + id.y * p.out_pitch + id.x] = median(b - p.pitch, b, b + p.pitch);
}
