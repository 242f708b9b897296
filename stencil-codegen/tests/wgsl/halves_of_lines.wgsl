struct Params {
    blocks_0: u32,
    blocks_1: u32,
    width: u32,
    start_0: u32,
    loop_stride_0_0: u32,
    loop_stride_0_1: u32,
    loop_stride_0_2: u32,
    core_stride_0_0: u32,
    start_1: u32,
    loop_stride_1_0: u32,
    loop_stride_1_1: u32,
    loop_stride_1_2: u32,
    start_2: u32,
    loop_stride_2_0: u32,
    loop_stride_2_1: u32,
    loop_stride_2_2: u32,
    core_stride_2_0: u32,
    core_size_0: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<u32>;
@group(0) @binding(2) var<storage, read_write> out_0: array<u32>;
@group(0) @binding(3) var<storage, read_write> out_1: array<u32>;
fn rs_round_f16(x: f32) -> f32 {
let bits = bitcast<u32>(x);
let magnitude = bits & 0x7fffffffu;
let rounded = (magnitude + 0xfffu + ((magnitude >> 13u) & 1u)) & 0xffffe000u;
let normal = select(rounded, 0x7f800000u, rounded > 0x477fe000u);
let subnormal = bitcast<u32>(round(bitcast<f32>(magnitude) * 16777216.0f) * 5.9604645e-8f);
let finite = select(subnormal, normal, magnitude >= 0x38800000u);
return bitcast<f32>((bits & 0x80000000u) | select(finite, magnitude, magnitude > 0x7f800000u));
}
fn rs_add_f16(a: f32, b: f32) -> f32 {
return rs_round_f16(a + b);
}
fn rs_sub_f16(a: f32, b: f32) -> f32 {
return rs_round_f16(a - b);
}
fn core_element(at: Core) -> f32 {
    var u_sum: f32 = 0.0f;
    let t_1: u32 = core_len_0_0();
    for (var u_i: u32 = 0u; u_i < t_1; u_i = u_i + 1u) {
        u_sum = rs_add_f16(u_sum, core_0(at, u_i));
    }
    let u_mean: f32 = rs_round_f16(u_sum / rs_round_f16(f32(core_len_0_0())));
    let t_2: u32 = core_len_0_0();
    for (var u_i_1: u32 = 0u; u_i_1 < t_2; u_i_1 = u_i_1 + 1u) {
        put_1(at, u_i_1, rs_sub_f16(core_0(at, u_i_1), u_mean));
    }
    return u_mean;
}
struct Core {
    w0: u32,
    w2: u32,
}
@compute @workgroup_size(64, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    for (var k = 0u; k < 2u; k += 1u) {
        let x = id.x * 2u + k;
        if (x >= p.width) {
            return;
        }
        let w0 = p.start_0 + x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
        let w1 = p.start_1 + x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
        let w2 = p.start_2 + x * p.loop_stride_2_0 + id.y * p.loop_stride_2_1 + id.z * p.loop_stride_2_2;
        let v = core_element(Core(w0, w2));
        out_0[w1 >> 1u] = half_put(out_0[w1 >> 1u], v, (w1 & 1u));
    }
}
fn core_0(at: Core, j0: u32) -> f32 {
    let cell = at.w0 + j0 * p.core_stride_0_0;
    return half_at(in_0[cell >> 1u], (cell & 1u));
}
fn core_len_0_0() -> u32 {
    return p.core_size_0;
}
fn put_1(at: Core, j0: u32, value: f32) {
    let cell = at.w2 + j0 * p.core_stride_2_0;
    out_1[cell >> 1u] = half_put(out_1[cell >> 1u], value, (cell & 1u));
}
fn half_at(word: u32, cell: u32) -> f32 {
    return unpack2x16float(word >> (cell * 16u)).x;
}
fn half_put(word: u32, value: f32, cell: u32) -> u32 {
    return (word & ~(65535u << (cell * 16u))) | (half_bits(value) << (cell * 16u));
}
fn half_bits(x: f32) -> u32 {
    let magnitude = bitcast<u32>(x) & 0x7fffffffu;
    let special = ((bitcast<u32>(x) >> 16u) & 0x8000u) | select(0x7c00u, 0x7e00u, magnitude > 0x7f800000u);
    return select(pack2x16float(vec2<f32>(x, 0.0)), special, magnitude >= 0x7f800000u);
}

// Next form

enable f16;
struct Params {
    blocks_0: u32,
    blocks_1: u32,
    width: u32,
    start_0: u32,
    loop_stride_0_0: u32,
    loop_stride_0_1: u32,
    loop_stride_0_2: u32,
    core_stride_0_0: u32,
    start_1: u32,
    loop_stride_1_0: u32,
    loop_stride_1_1: u32,
    loop_stride_1_2: u32,
    start_2: u32,
    loop_stride_2_0: u32,
    loop_stride_2_1: u32,
    loop_stride_2_2: u32,
    core_stride_2_0: u32,
    core_size_0: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<vec2<f16>>;
@group(0) @binding(2) var<storage, read_write> out_0: array<vec2<f16>>;
@group(0) @binding(3) var<storage, read_write> out_1: array<vec2<f16>>;
fn rs_add_f16(a: f32, b: f32) -> f32 {
return f32(f16(a) + f16(b));
}
fn rs_round_f16(x: f32) -> f32 {
return f32(f16(x));
}
fn rs_sub_f16(a: f32, b: f32) -> f32 {
return f32(f16(a) - f16(b));
}
fn core_element(at: Core) -> f32 {
    var u_sum: f32 = 0.0f;
    let t_1: u32 = core_len_0_0();
    for (var u_i: u32 = 0u; u_i < t_1; u_i = u_i + 1u) {
        u_sum = rs_add_f16(u_sum, core_0(at, u_i));
    }
    let u_mean: f32 = rs_round_f16(u_sum / rs_round_f16(f32(core_len_0_0())));
    let t_2: u32 = core_len_0_0();
    for (var u_i_1: u32 = 0u; u_i_1 < t_2; u_i_1 = u_i_1 + 1u) {
        put_1(at, u_i_1, rs_sub_f16(core_0(at, u_i_1), u_mean));
    }
    return u_mean;
}
struct Core {
    w0: u32,
    w2: u32,
}
@compute @workgroup_size(64, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    for (var k = 0u; k < 2u; k += 1u) {
        let x = id.x * 2u + k;
        if (x >= p.width) {
            return;
        }
        let w0 = p.start_0 + x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
        let w1 = p.start_1 + x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
        let w2 = p.start_2 + x * p.loop_stride_2_0 + id.y * p.loop_stride_2_1 + id.z * p.loop_stride_2_2;
        let v = core_element(Core(w0, w2));
        out_0[w1 >> 1u] = half_put(out_0[w1 >> 1u], v, (w1 & 1u));
    }
}
fn core_0(at: Core, j0: u32) -> f32 {
    let cell = at.w0 + j0 * p.core_stride_0_0;
    return half_at(in_0[cell >> 1u], (cell & 1u));
}
fn core_len_0_0() -> u32 {
    return p.core_size_0;
}
fn put_1(at: Core, j0: u32, value: f32) {
    let cell = at.w2 + j0 * p.core_stride_2_0;
    out_1[cell >> 1u] = half_put(out_1[cell >> 1u], value, (cell & 1u));
}
fn half_at(word: vec2<f16>, cell: u32) -> f32 {
    return f32(select(word.x, word.y, cell == 1u));
}
fn half_put(word: vec2<f16>, value: f32, cell: u32) -> vec2<f16> {
    let half = f16(value);
    return select(vec2<f16>(half, word.y), vec2<f16>(word.x, half), cell == 1u);
}
