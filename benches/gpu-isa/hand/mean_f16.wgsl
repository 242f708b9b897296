enable f16;

struct Params {
    columns: u32,
    rows: u32,
    first: u32,
    pitch: u32,
    out_first: u32,
    out_pitch: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
// Two cells to a word.
@group(0) @binding(1) var<storage, read> x: array<vec2<f16>>;
@group(0) @binding(2) var<storage, read_write> y: array<vec2<f16>>;

// The cells that both points of a word read in one row.
fn row(at: u32) -> vec4<f16> {
    return vec4<f16>(x[at - 1u].y, x[at], x[at + 1u].x);
}

fn ninth(sum: f16) -> f16 {
    return f16(f32(sum) / 9.0);
}

// Both points, one after the other.
fn mean(a: vec4<f16>, b: vec4<f16>, c: vec4<f16>) -> vec2<f16> {
    let first = a.x + a.y + a.z + b.x + b.y + b.z + c.x + c.y + c.z;
    let second = a.y + a.z + a.w + b.y + b.z + b.w + c.y + c.z + c.w;
    return vec2<f16>(ninth(first), ninth(second));
}

// Both points at once: AMD's GPUs add two pairs in one instruction.
fn pair(a: vec4<f16>, b: vec4<f16>, c: vec4<f16>) -> vec2<f16> {
    let sum = a.xy + a.yz + a.zw + b.xy + b.yz + b.zw + c.xy + c.yz + c.zw;
    return vec2<f16>(ninth(sum.x), ninth(sum.y));
}

// Four rows: what they read in common is loaded once.
@compute @workgroup_size(64, 4)
fn block(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let first = p.first + 4u * id.y * p.pitch + id.x;
    let r0 = row(first - p.pitch);
    let r1 = row(first);
    let r2 = row(first + p.pitch);
    let r3 = row(first + 2u * p.pitch);
    let r4 = row(first + 3u * p.pitch);
    let r5 = row(first + 4u * p.pitch);
    let o = p.out_first + 4u * id.y * p.out_pitch + id.x;
    let v0 = mean(r0, r1, r2);
    let v1 = mean(r1, r2, r3);
    let v2 = mean(r2, r3, r4);
    let v3 = mean(r3, r4, r5);
    y[o] = v0;
    y[o + 1u * p.out_pitch] = v1;
    y[o + 2u * p.out_pitch] = v2;
    y[o + 3u * p.out_pitch] = v3;
}

@compute @workgroup_size(64, 4)
fn packed(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let first = p.first + 4u * id.y * p.pitch + id.x;
    let r0 = row(first - p.pitch);
    let r1 = row(first);
    let r2 = row(first + p.pitch);
    let r3 = row(first + 2u * p.pitch);
    let r4 = row(first + 3u * p.pitch);
    let r5 = row(first + 4u * p.pitch);
    let o = p.out_first + 4u * id.y * p.out_pitch + id.x;
    let v0 = pair(r0, r1, r2);
    let v1 = pair(r1, r2, r3);
    let v2 = pair(r2, r3, r4);
    let v3 = pair(r3, r4, r5);
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
    let at = p.first + id.y * p.pitch + id.x;
    y[p.out_first + id.y * p.out_pitch + id.x] = mean(row(at - p.pitch), row(at), row(at + p.pitch));
}
