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
    core_size_0: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<f32>;
@group(0) @binding(2) var<storage, read_write> out_0: array<f32>;
fn rs_is_nan_f32(x: f32) -> bool {
return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn core_element(at: Core) -> f32 {
    var u_sum: f32 = 0.0f;
    var u_count: u32 = 0u;
    let t_1: u32 = core_len_0_0();
    for (var u_i: u32 = 0u; u_i < t_1; u_i = u_i + 1u) {
        let u_v: f32 = core_0(at, u_i);
        if (!rs_is_nan_f32(u_v)) {
            u_sum = (u_sum + u_v);
            u_count = (u_count + 1u);
        }
    }
    return (u_sum / f32(u_count));
}
struct Core {
    w0: u32,
}
@compute @workgroup_size(64, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
    let w1 = p.start_1 + id.x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
    let v = core_element(Core(w0));
    out_0[w1] = v;
}
fn core_0(at: Core, j0: u32) -> f32 {
    return in_0[at.w0 + j0 * p.core_stride_0_0];
}
fn core_len_0_0() -> u32 {
    return p.core_size_0;
}
