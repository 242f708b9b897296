struct Params {
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    stride_0_0: u32,
    start_1: u32,
    stride_1_0: u32,
    start_2: u32,
    stride_2_0: u32,
    base_0: u32,
    base_1: u32,
    base_2: u32,
    origin_0: i32,
    origin_1: i32,
    extent_0: u32,
    extent_1: u32,
    first: u32,
    shell_0: u32,
    shell_1: u32,
    written_1: u32,
    lead_0: i32,
    lead_1: i32,
    size_0: i32,
    size_1: i32,
    low_0: i32,
    low_1: i32,
    high_0: i32,
    high_1: i32,
    rim: u32,
    constants_0: u32,
    map_0_0: u32,
    before_0_0: i32,
    map_0_1: u32,
    before_0_1: i32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> edges: array<i32>;
@group(0) @binding(2) var<storage, read> in_0: array<f32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<f32>;
@group(0) @binding(4) var<storage, read_write> out_1: array<f32>;
fn rs_is_nan_f32(x: f32) -> bool {
return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}
fn rs_is_infinite_f32(x: f32) -> bool {
return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u;
}
fn rs_atan_positive(x: f32) -> f32 {
let large = x > 2.4142137f;
let middle = (x > 0.41421356f) & !large;
let t = select(select(x, (x - 1.0f) / (x + 1.0f), middle), -1.0f / x, large);
let z = t * t;
var p = 8.05374449538e-2f * z - 1.38776856032e-1f;
p = p * z + 1.99777106478e-1f;
p = p * z - 3.33329491539e-1f;
return select(select(0.0f, 0.7853982f, middle), 1.5707964f, large) + (p * z * t + t);
}
fn rs_is_sign_negative_f32(x: f32) -> bool {
return (bitcast<u32>(x) >> 31u) != 0u;
}
fn rs_copysign_f32(x: f32, sign: f32) -> f32 {
return bitcast<f32>((bitcast<u32>(x) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}
fn rs_atan2_f32(y: f32, x: f32) -> f32 {
if rs_is_nan_f32(x) | rs_is_nan_f32(y) {
return bitcast<f32>(0x7fc00000u);
}
let a = abs(y);
let b = abs(x);
let steep = a > b;
let large = select(b, a, steep);
let small = select(a, b, steep);
var q = select(small / large, 1.0f, rs_is_infinite_f32(small));
q = select(q, 0.0f, large == 0.0f);
var angle = rs_atan_positive(q);
angle = select(angle, 1.5707964f - angle, steep);
angle = select(angle, 3.1415927f - angle, rs_is_sign_negative_f32(x));
return rs_copysign_f32(angle, y);
}
fn near_element(at: Near) -> Out {
    let u_dx: f32 = (((((near_0(at, -1, 1) + (2.0f * near_0(at, 0, 1))) + near_0(at, 1, 1)) - near_0(at, -1, -1)) - (2.0f * near_0(at, 0, -1))) - near_0(at, 1, -1));
    let u_dy: f32 = (((((near_0(at, 1, -1) + (2.0f * near_0(at, 1, 0))) + near_0(at, 1, 1)) - near_0(at, -1, -1)) - (2.0f * near_0(at, -1, 0))) - near_0(at, -1, 1));
    return Out(sqrt(((u_dx * u_dx) + (u_dy * u_dy))), rs_atan2_f32(u_dy, u_dx));
}
fn edge_element(at: Edge) -> Out {
    let u_dx: f32 = (((((edge_0(at, -1, 1) + (2.0f * edge_0(at, 0, 1))) + edge_0(at, 1, 1)) - edge_0(at, -1, -1)) - (2.0f * edge_0(at, 0, -1))) - edge_0(at, 1, -1));
    let u_dy: f32 = (((((edge_0(at, 1, -1) + (2.0f * edge_0(at, 1, 0))) + edge_0(at, 1, 1)) - edge_0(at, -1, -1)) - (2.0f * edge_0(at, -1, 0))) - edge_0(at, -1, 1));
    return Out(sqrt(((u_dx * u_dx) + (u_dy * u_dy))), rs_atan2_f32(u_dy, u_dx));
}
struct Out {
    v0: f32,
    v1: f32,
}
struct Near {
    w0: u32,
    r: i32,
}
struct Edge {
    c0: i32,
    c1: i32,
}
@compute @workgroup_size(64, 4, 1)
fn near(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x + id.y * 4u * p.stride_0_0;
    let w1 = p.start_1 + id.x + id.y * 4u * p.stride_1_0;
    let w2 = p.start_2 + id.x + id.y * 4u * p.stride_2_0;
    let v0_0 = near_element(Near(w0, 0i));
    let v1_0 = near_element(Near(w0, 1i));
    let v2_0 = near_element(Near(w0, 2i));
    let v3_0 = near_element(Near(w0, 3i));
    out_0[w1] = v0_0.v0;
    out_1[w2] = v0_0.v1;
    out_0[w1 + p.stride_1_0] = v1_0.v0;
    out_1[w2 + p.stride_2_0] = v1_0.v1;
    out_0[w1 + 2u * p.stride_1_0] = v2_0.v0;
    out_1[w2 + 2u * p.stride_2_0] = v2_0.v1;
    out_0[w1 + 3u * p.stride_1_0] = v3_0.v0;
    out_1[w2 + 3u * p.stride_2_0] = v3_0.v1;
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_1) {
        return;
    }
    let inside_0 = number >= p.shell_0;
    let from_1 = number - select(0u, p.shell_0, inside_0);
    let n1 = select(p.written_1, p.written_1 - p.extent_1, inside_0);
    let i1 = i32(from_1 % n1);
    let from_0 = from_1 / n1;
    let i0 = i32(from_0);
    let c0 = select(edge_beside(i0, p.origin_0, p.extent_0), p.origin_0 + i0, inside_0);
    let c1 = select(i1, edge_beside(i1, p.origin_1, p.extent_1), inside_0);
    let w0 = p.base_1 + u32(c0) * p.stride_1_0 + u32(c1);
    let w1 = p.base_2 + u32(c0) * p.stride_2_0 + u32(c1);
    let at = Edge(p.lead_0 + c0, p.lead_1 + c1);
    var v0: f32;
    var v1: f32;
    var written = true;
    let rim = edge_rim(at);
    if (rim < 0i) {
        let v = edge_element(at);
        v0 = v.v0;
        v1 = v.v1;
    } else {
        let rule = edges[rim];
        written = rule != 0i;
        v0 = bitcast<f32>(edges[u32(rim) + 1u]);
        v1 = bitcast<f32>(edges[u32(rim) + 2u]);
        if (rule == 2i) {
            v0 = edge_0(at, 0i, 0i);
            v1 = edge_0(at, 0i, 0i);
        }
    }
    if (written) {
        out_0[w0] = v0;
        out_1[w1] = v1;
    }
}
fn near_0(at: Near, o0: i32, o1: i32) -> f32 {
    return in_0[at.w0 + u32(at.r + o0) * p.stride_0_0 + u32(o1)];
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 9u), at.c1 >= p.high_1);
    rule = select(rule, i32(p.rim + 6u), at.c1 < p.low_1);
    rule = select(rule, i32(p.rim + 3u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32, o1: i32) -> f32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let i1 = edge_map(at.c1 + o1, p.size_1, p.map_0_1, p.before_0_1);
    let code = select(i1, i0, i0 < 0i);
    var value: f32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = in_0[p.base_0 + u32(i0) * p.stride_0_0 + u32(i1)];
    }
    return value;
}
fn edge_constant_0(code: i32) -> f32 {
    return bitcast<f32>(edges[p.constants_0 + u32(-1i - code)]);
}
fn edge_map(index: i32, size: i32, map: u32, before: i32) -> i32 {
    var found = index;
    if (u32(index) >= u32(size)) {
        let entry = select(index - size, index, index < 0i) + before;
        found = edges[map + u32(entry)];
    }
    return found;
}
fn edge_beside(index: i32, start: i32, length: u32) -> i32 {
    return index + select(0i, i32(length), index >= start);
}
