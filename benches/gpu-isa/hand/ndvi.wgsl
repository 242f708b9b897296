// `block` takes arrays of any strides, as the generated form does; `plain` dense ones.
struct Params {
    columns: u32,
    rows: u32,
    strides: array<vec4<u32>, 3>,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> nir: array<f32>;
@group(0) @binding(2) var<storage, read> red: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// The first cell and the strides of x, y and z.
fn at(operand: u32, id: vec3<u32>) -> u32 {
    let s = p.strides[operand];
    return s.x + id.x * s.y + id.y * s.z + id.z * s.w;
}

@compute @workgroup_size(256)
fn block(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let a = nir[at(0u, id)];
    let b = red[at(1u, id)];
    y[at(2u, id)] = (a - b) / (a + b);
}

@compute @workgroup_size(256)
fn plain(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= p.columns {
        return;
    }
    let a = nir[id.x];
    let b = red[id.x];
    y[id.x] = (a - b) / (a + b);
}
