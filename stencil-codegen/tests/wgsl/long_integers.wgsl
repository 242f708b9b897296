struct Params {
    scalar_0: i64,
    blocks_0: u32,
    blocks_1: u32,
    start_0: u32,
    start_1: u32,
    base_0: u32,
    base_1: u32,
    origin_0: i32,
    extent_0: u32,
    first: u32,
    shell_0: u32,
    lead_0: i32,
    size_0: i32,
    low_0: i32,
    high_0: i32,
    rim: u32,
    constants_0: u32,
    map_0_0: u32,
    before_0_0: i32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> edges: array<i32>;
@group(0) @binding(2) var<storage, read> in_0: array<i64>;
@group(0) @binding(3) var<storage, read_write> out_0: array<i64>;
fn near_element(at: Near) -> i64 {
    let u_k: i64 = scalar_0();
    return (near_0(at, -1) + (u_k * near_0(at, 1)));
}
fn edge_element(at: Edge) -> i64 {
    let u_k: i64 = scalar_0();
    return (edge_0(at, -1) + (u_k * edge_0(at, 1)));
}
struct Near {
    w0: u32,
}
struct Edge {
    c0: i32,
}
@compute @workgroup_size(256, 1, 1)
fn near(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x;
    let w1 = p.start_1 + id.x;
    let v0_0 = near_element(Near(w0));
    out_0[w1] = v0_0;
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_0) {
        return;
    }
    let i0 = i32(number);
    let c0 = edge_beside(i0, p.origin_0, p.extent_0);
    let w0 = p.base_1 + u32(c0);
    let at = Edge(p.lead_0 + c0);
    var v0: i64;
    var written = true;
    let rim = edge_rim(at);
    if (rim < 0i) {
        let v = edge_element(at);
        v0 = v;
    } else {
        let rule = edges[rim];
        written = rule != 0i;
        v0 = bitcast<i64>((u64(u32(edges[u32(rim) + 1u])) | (u64(u32(edges[u32(rim) + 1u + 1u])) << 32u)));
        if (rule == 2i) {
            v0 = edge_0(at, 0i);
        }
    }
    if (written) {
        out_0[w0] = v0;
    }
}
fn near_0(at: Near, o0: i32) -> i64 {
    return in_0[at.w0 + u32(o0)];
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 3u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32) -> i64 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let code = i0;
    var value: i64;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = in_0[p.base_0 + u32(i0)];
    }
    return value;
}
fn edge_constant_0(code: i32) -> i64 {
    return bitcast<i64>((u64(u32(edges[p.constants_0 + 2u * u32(-1i - code)])) | (u64(u32(edges[p.constants_0 + 2u * u32(-1i - code) + 1u])) << 32u)));
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
fn scalar_0() -> i64 {
    return p.scalar_0;
}
