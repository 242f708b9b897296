struct Params {
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    loop_stride_0_0: u32,
    loop_stride_0_1: u32,
    loop_stride_0_2: u32,
    core_stride_0_0: u32,
    start_1: u32,
    loop_stride_1_0: u32,
    loop_stride_1_1: u32,
    loop_stride_1_2: u32,
    core_stride_1_0: u32,
    core_size_0: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<f32>;
@group(0) @binding(2) var<storage, read_write> out_0: array<f32>;
fn core_element(at: Core) {
    var u_sum: f32 = 0.0f;
    let t_1: u32 = core_len_0_0();
    for (var u_i: u32 = 0u; u_i < t_1; u_i = u_i + 1u) {
        u_sum = (u_sum + core_0(at, u_i));
        put_0(at, u_i, u_sum);
    }
}
struct Core {
    w0: u32,
    w1: u32,
}
@compute @workgroup_size(64, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
    let w1 = p.start_1 + id.x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
    core_element(Core(w0, w1));
}
fn core_0(at: Core, j0: u32) -> f32 {
    return in_0[at.w0 + j0 * p.core_stride_0_0];
}
fn core_len_0_0() -> u32 {
    return p.core_size_0;
}
fn put_0(at: Core, j0: u32, value: f32) {
    let cell = at.w1 + j0 * p.core_stride_1_0;
    out_0[cell] = value;
}
