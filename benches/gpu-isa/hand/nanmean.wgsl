// `block` takes arrays of any strides, as the generated form does; `plain` reduces dense rows.
struct Params {
    columns: u32,
    rows: u32,
    length: u32,
    stride: u32,
    input: vec4<u32>,
    output: vec4<u32>,
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn mean(first: u32, stride: u32) -> f32 {
    var sum = 0.0;
    var count = 0u;
    for (var i = 0u; i < p.length; i += 1u) {
        let v = x[first + i * stride];
        // `v != v` is not reliable: the bits are.
        let number = (bitcast<u32>(v) & 0x7fffffffu) <= 0x7f800000u;
        sum += select(0.0, v, number);
        count += u32(number);
    }
    return sum / f32(count);
}

@compute @workgroup_size(64)
fn block(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.columns) | (id.y >= p.rows) {
        return;
    }
    let first = p.input.x + id.x * p.input.y + id.y * p.input.z + id.z * p.input.w;
    y[p.output.x + id.x * p.output.y + id.y * p.output.z + id.z * p.output.w] = mean(first, p.stride);
}

@compute @workgroup_size(64)
fn plain(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= p.columns {
        return;
    }
    y[id.x] = mean(id.x * p.length, 1u);
}
