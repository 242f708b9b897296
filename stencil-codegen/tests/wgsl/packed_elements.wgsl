struct Params {
    blocks_0: u32,
    blocks_1: u32,
    width: u32,
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
@group(0) @binding(1) var<storage, read> in_0: array<u32>;
@group(0) @binding(2) var<storage, read> in_1: array<u32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<u32>;
fn core_element(at: Core) -> u32 {
    let u_a: u32 = core_0(at);
    let u_b: u32 = core_1(at);
    return (((u_a + u_b) / 2u) & 255u);
}
struct Core {
    w0: u32,
    k0: u32,
    w1: u32,
    k1: u32,
}
@compute @workgroup_size(256, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    for (var k = 0u; k < 4u; k += 1u) {
        let x = id.x * 4u + k;
        if (x >= p.width) {
            return;
        }
        let w0 = p.start_0 + x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
        let w1 = p.start_1 + x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
        let w2 = p.start_2 + x * p.loop_stride_2_0 + id.y * p.loop_stride_2_1 + id.z * p.loop_stride_2_2;
        let v = core_element(Core(w0 >> 2u, w0 & 3u, w1 >> 2u, w1 & 3u));
        out_0[w2 >> 2u] = ((out_0[w2 >> 2u] & ~(255u << ((w2 & 3u) * 8u))) | (v << ((w2 & 3u) * 8u)));
    }
}
@compute @workgroup_size(256, 1, 1)
fn contiguous(@builtin(global_invocation_id) id: vec3<u32>) {
    if (id.x >= p.blocks_0) {
        return;
    }
    let v_0 = core_element(Core(id.x, 0u, id.x, 0u));
    let v_1 = core_element(Core(id.x, 1u, id.x, 1u));
    let v_2 = core_element(Core(id.x, 2u, id.x, 2u));
    let v_3 = core_element(Core(id.x, 3u, id.x, 3u));
    out_0[id.x] = v_0 | (v_1 << 8u) | (v_2 << 16u) | (v_3 << 24u);
}
fn core_0(at: Core) -> u32 {
    return ((in_0[at.w0] >> (at.k0 * 8u)) & 255u);
}
fn core_1(at: Core) -> u32 {
    return ((in_1[at.w1] >> (at.k1 * 8u)) & 255u);
}
