struct Params {
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    stride_0_0: u32,
    start_1: u32,
    stride_1_0: u32,
    base_0: u32,
    base_1: u32,
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
fn rs_median_9_f32(v: array<f32, 9>) -> f32 {
let x0 = select(v[1], v[2], v[2] < v[1]);
let x1 = select(v[2], v[1], v[2] < v[1]);
let x2 = select(v[4], v[5], v[5] < v[4]);
let x3 = select(v[5], v[4], v[5] < v[4]);
let x4 = select(v[7], v[8], v[8] < v[7]);
let x5 = select(v[8], v[7], v[8] < v[7]);
let x6 = select(v[0], x0, x0 < v[0]);
let x7 = select(x0, v[0], x0 < v[0]);
let x8 = select(v[3], x2, x2 < v[3]);
let x9 = select(x2, v[3], x2 < v[3]);
let x10 = select(v[6], x4, x4 < v[6]);
let x11 = select(x4, v[6], x4 < v[6]);
let x12 = select(x7, x1, x1 < x7);
let x13 = select(x1, x7, x1 < x7);
let x14 = select(x9, x3, x3 < x9);
let x15 = select(x3, x9, x3 < x9);
let x16 = select(x11, x5, x5 < x11);
let x17 = select(x5, x11, x5 < x11);
let x18 = select(x8, x6, x8 < x6);
let x19 = select(x15, x17, x17 < x15);
let x20 = select(x14, x16, x16 < x14);
let x21 = select(x16, x14, x16 < x14);
let x22 = select(x10, x18, x10 < x18);
let x23 = select(x20, x12, x20 < x12);
let x24 = select(x13, x19, x19 < x13);
let x25 = select(x23, x21, x21 < x23);
let x26 = select(x25, x24, x24 < x25);
let x27 = select(x24, x25, x24 < x25);
let x28 = select(x26, x22, x26 < x22);
let x29 = select(x28, x27, x27 < x28);
return x29;
}
fn near_element(at: Near) -> f32 {
    return rs_median_9_f32(array<f32, 9>(near_0(at, -1, -1), near_0(at, -1, 0), near_0(at, -1, 1), near_0(at, 0, -1), near_0(at, 0, 0), near_0(at, 0, 1), near_0(at, 1, -1), near_0(at, 1, 0), near_0(at, 1, 1)));
}
fn edge_element(at: Edge) -> f32 {
    return rs_median_9_f32(array<f32, 9>(edge_0(at, -1, -1), edge_0(at, -1, 0), edge_0(at, -1, 1), edge_0(at, 0, -1), edge_0(at, 0, 0), edge_0(at, 0, 1), edge_0(at, 1, -1), edge_0(at, 1, 0), edge_0(at, 1, 1)));
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
    let v0_0 = near_element(Near(w0, 0i));
    let v1_0 = near_element(Near(w0, 1i));
    let v2_0 = near_element(Near(w0, 2i));
    let v3_0 = near_element(Near(w0, 3i));
    out_0[w1] = v0_0;
    out_0[w1 + p.stride_1_0] = v1_0;
    out_0[w1 + 2u * p.stride_1_0] = v2_0;
    out_0[w1 + 3u * p.stride_1_0] = v3_0;
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
    let at = Edge(p.lead_0 + c0, p.lead_1 + c1);
    var v0: f32;
    var written = true;
    let rim = edge_rim(at);
    if (rim < 0i) {
        let v = edge_element(at);
        v0 = v;
    } else {
        let rule = edges[rim];
        written = rule != 0i;
        v0 = bitcast<f32>(edges[u32(rim) + 1u]);
        if (rule == 2i) {
            v0 = edge_0(at, 0i, 0i);
        }
    }
    if (written) {
        out_0[w0] = v0;
    }
}
fn near_0(at: Near, o0: i32, o1: i32) -> f32 {
    return in_0[at.w0 + u32(at.r + o0) * p.stride_0_0 + u32(o1)];
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 6u), at.c1 >= p.high_1);
    rule = select(rule, i32(p.rim + 4u), at.c1 < p.low_1);
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
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
