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
    status: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<i32>;
@group(0) @binding(2) var<storage, read> in_1: array<i32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<i32>;
@group(0) @binding(4) var<storage, read_write> status: array<atomic<u32>>;
fn rs_div_i32(a: i32, b: i32, zero: u32, overflow: u32) -> i32 {
if b == i32(0) {
raise(zero);
return a;
}
if (a == i32(-2147483648)) & (b == i32(-1)) {
raise(overflow);
return a;
}
return a / b;
}
fn core_element(at: Core) -> i32 {
    let u_a: i32 = core_0(at);
    let u_b: i32 = core_1(at);
    return rs_div_i32(u_a, u_b, 1u, 2u);
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
fn core_0(at: Core) -> i32 {
    return in_0[at.w0];
}
fn core_1(at: Core) -> i32 {
    return in_1[at.w1];
}
fn raise(code: u32) {
    atomicMax(&status[p.status], code);
}
