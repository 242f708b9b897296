struct Params {
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    stride_0_0: u32,
    stride_0_1: u32,
    start_1: u32,
    stride_1_0: u32,
    stride_1_1: u32,
    scalar_0: f32,
    base_0: u32,
    base_1: u32,
    origin_0: i32,
    origin_1: i32,
    origin_2: i32,
    extent_0: u32,
    extent_1: u32,
    extent_2: u32,
    first: u32,
    shell_0: u32,
    shell_1: u32,
    shell_2: u32,
    written_1: u32,
    written_2: u32,
    lead_0: i32,
    lead_1: i32,
    lead_2: i32,
    size_0: i32,
    size_1: i32,
    size_2: i32,
    low_0: i32,
    low_1: i32,
    low_2: i32,
    high_0: i32,
    high_1: i32,
    high_2: i32,
    rim: u32,
    constants_0: u32,
    map_0_0: u32,
    before_0_0: i32,
    map_0_1: u32,
    before_0_1: i32,
    map_0_2: u32,
    before_0_2: i32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> edges: array<i32>;
@group(0) @binding(2) var<storage, read> in_0: array<f32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<f32>;
fn near_element(at: Near) -> f32 {
    let u_k: f32 = scalar_0();
    let u_c: f32 = near_0(at, 0, 0, 0);
    return (u_c + (u_k * ((((((near_0(at, -1, 0, 0) + near_0(at, 1, 0, 0)) + near_0(at, 0, -1, 0)) + near_0(at, 0, 1, 0)) + near_0(at, 0, 0, -1)) + near_0(at, 0, 0, 1)) - (6.0f * u_c))));
}
fn edge_element(at: Edge) -> f32 {
    let u_k: f32 = scalar_0();
    let u_c: f32 = edge_0(at, 0, 0, 0);
    return (u_c + (u_k * ((((((edge_0(at, -1, 0, 0) + edge_0(at, 1, 0, 0)) + edge_0(at, 0, -1, 0)) + edge_0(at, 0, 1, 0)) + edge_0(at, 0, 0, -1)) + edge_0(at, 0, 0, 1)) - (6.0f * u_c))));
}
struct Near {
    w0: u32,
    r: i32,
}
struct Edge {
    c0: i32,
    c1: i32,
    c2: i32,
}
@compute @workgroup_size(64, 4, 1)
fn near(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let z_0 = id.z;
    let w0 = p.start_0 + id.x + z_0 * p.stride_0_0 + id.y * 4u * p.stride_0_1;
    let w1 = p.start_1 + id.x + z_0 * p.stride_1_0 + id.y * 4u * p.stride_1_1;
    let v0_0 = near_element(Near(w0, 0i));
    let v1_0 = near_element(Near(w0, 1i));
    let v2_0 = near_element(Near(w0, 2i));
    let v3_0 = near_element(Near(w0, 3i));
    out_0[w1] = v0_0;
    out_0[w1 + p.stride_1_1] = v1_0;
    out_0[w1 + 2u * p.stride_1_1] = v2_0;
    out_0[w1 + 3u * p.stride_1_1] = v3_0;
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_2) {
        return;
    }
    let inside_0 = number >= p.shell_0;
    let inside_1 = number >= p.shell_1;
    let from_2 = number - select(select(0u, p.shell_0, inside_0), p.shell_1, inside_1);
    let n2 = select(p.written_2, p.written_2 - p.extent_2, inside_1);
    let i2 = i32(from_2 % n2);
    let from_1 = from_2 / n2;
    let n1 = select(select(p.written_1, p.written_1 - p.extent_1, inside_0), p.extent_1, inside_1);
    let i1 = i32(from_1 % n1);
    let from_0 = from_1 / n1;
    let i0 = i32(from_0);
    let c0 = select(edge_beside(i0, p.origin_0, p.extent_0), p.origin_0 + i0, inside_0);
    let c1 = select(select(i1, edge_beside(i1, p.origin_1, p.extent_1), inside_0), p.origin_1 + i1, inside_1);
    let c2 = select(i2, edge_beside(i2, p.origin_2, p.extent_2), inside_1);
    let w0 = p.base_1 + u32(c0) * p.stride_1_0 + u32(c1) * p.stride_1_1 + u32(c2);
    let at = Edge(p.lead_0 + c0, p.lead_1 + c1, p.lead_2 + c2);
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
            v0 = edge_0(at, 0i, 0i, 0i);
        }
    }
    if (written) {
        out_0[w0] = v0;
    }
}
fn near_0(at: Near, o0: i32, o1: i32, o2: i32) -> f32 {
    return in_0[at.w0 + u32(o0) * p.stride_0_0 + u32(at.r + o1) * p.stride_0_1 + u32(o2)];
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 10u), at.c2 >= p.high_2);
    rule = select(rule, i32(p.rim + 8u), at.c2 < p.low_2);
    rule = select(rule, i32(p.rim + 6u), at.c1 >= p.high_1);
    rule = select(rule, i32(p.rim + 4u), at.c1 < p.low_1);
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32, o1: i32, o2: i32) -> f32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let i1 = edge_map(at.c1 + o1, p.size_1, p.map_0_1, p.before_0_1);
    let i2 = edge_map(at.c2 + o2, p.size_2, p.map_0_2, p.before_0_2);
    let code = select(select(i2, i1, i1 < 0i), i0, i0 < 0i);
    var value: f32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = in_0[p.base_0 + u32(i0) * p.stride_0_0 + u32(i1) * p.stride_0_1 + u32(i2)];
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
fn scalar_0() -> f32 {
    return p.scalar_0;
}
