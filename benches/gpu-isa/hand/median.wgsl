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

// The median of nine in 19 exchanges. NaN compares with nothing, as on the CPU: `min` and `max` do not promise that.
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
    let m0 = select(v1, v2, v2 < v1);
    let m1 = select(v2, v1, v2 < v1);
    let m2 = select(v4, v5, v5 < v4);
    let m3 = select(v5, v4, v5 < v4);
    let m4 = select(v7, v8, v8 < v7);
    let m5 = select(v8, v7, v8 < v7);
    let m6 = select(v0, m0, m0 < v0);
    let m7 = select(m0, v0, m0 < v0);
    let m8 = select(v3, m2, m2 < v3);
    let m9 = select(m2, v3, m2 < v3);
    let m10 = select(v6, m4, m4 < v6);
    let m11 = select(m4, v6, m4 < v6);
    let m12 = select(m7, m1, m1 < m7);
    let m13 = select(m1, m7, m1 < m7);
    let m14 = select(m9, m3, m3 < m9);
    let m15 = select(m3, m9, m3 < m9);
    let m16 = select(m11, m5, m5 < m11);
    let m17 = select(m5, m11, m5 < m11);
    let m18 = select(m8, m6, m8 < m6);
    let m19 = select(m15, m17, m17 < m15);
    let m20 = select(m14, m16, m16 < m14);
    let m21 = select(m16, m14, m16 < m14);
    let m22 = select(m10, m18, m10 < m18);
    let m23 = select(m20, m12, m20 < m12);
    let m24 = select(m13, m19, m19 < m13);
    let m25 = select(m23, m21, m21 < m23);
    let m26 = select(m25, m24, m24 < m25);
    let m27 = select(m24, m25, m24 < m25);
    let m28 = select(m26, m22, m26 < m22);
    let m29 = select(m28, m27, m27 < m28);
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
