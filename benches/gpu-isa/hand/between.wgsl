// One word of four bytes of dense arrays.
struct Params {
    columns: u32,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<u32>;
@group(0) @binding(2) var<storage, read> b: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

fn between(u: u32, v: u32, bit: u32) -> u32 {
    return ((((u >> bit) & 255u) + ((v >> bit) & 255u)) / 2u) << bit;
}

@compute @workgroup_size(256)
fn plain(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= p.columns {
        return;
    }
    let u = a[id.x];
    let v = b[id.x];
    y[id.x] = between(u, v, 0u) | between(u, v, 8u) | between(u, v, 16u) | between(u, v, 24u);
}
