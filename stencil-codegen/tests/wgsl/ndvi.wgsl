struct Params {
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    loop_stride_0_0: u32,
    loop_stride_0_1: u32,
    loop_stride_0_2: u32,
    start_1: u32,
    loop_stride_1_0: u32,
    loop_stride_1_1: u32,
    loop_stride_1_2: u32,
    start_2: u32,
    loop_stride_2_0: u32,
    loop_stride_2_1: u32,
    loop_stride_2_2: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<f32>;
@group(0) @binding(2) var<storage, read> in_1: array<f32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<f32>;
fn core_element(at: Core) -> f32 {
    let u_nir: f32 = core_0(at);
    let u_red: f32 = core_1(at);
    return ((u_nir - u_red) / (u_nir + u_red));
}
struct Core {
    w0: u32,
    w1: u32,
}
@compute @workgroup_size(256, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
    let w1 = p.start_1 + id.x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
    let w2 = p.start_2 + id.x * p.loop_stride_2_0 + id.y * p.loop_stride_2_1 + id.z * p.loop_stride_2_2;
    let v = core_element(Core(w0, w1));
    out_0[w2] = v;
}
@compute @workgroup_size(256, 1, 1)
fn contiguous(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.blocks_0) {
        return;
    }
    let v_0 = core_element(Core(id.x, id.x));
    out_0[id.x] = v_0;
}
fn core_0(at: Core) -> f32 {
    return in_0[at.w0];
}
fn core_1(at: Core) -> f32 {
    return in_1[at.w1];
}
