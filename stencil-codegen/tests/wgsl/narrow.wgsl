struct Params {
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
    written_0: u32,
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
@group(0) @binding(2) var<storage, read> in_0: array<u32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<u32>;
fn near_element(at: Near) -> u32 {
    let u_sum: u32 = ((near_0(at, -1) + near_0(at, 0)) + near_0(at, 1));
    return ((u_sum / 768u) & 255u);
}
fn edge_element(at: Edge) -> u32 {
    let u_sum: u32 = ((edge_0(at, -1) + edge_0(at, 0)) + edge_0(at, 1));
    return ((u_sum / 768u) & 255u);
}
override first_cell: i32 = 0i;
struct Near {
    w0: u32,
    k: i32,
}
struct Edge {
    c0: i32,
}
@compute @workgroup_size(256, 1, 1)
fn near(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    let w0 = p.start_0 + id.x * 2u;
    let w1 = p.start_1 + id.x;
    let v0_0 = near_element(Near(w0, first_cell + 0i));
    let v0_1 = near_element(Near(w0, first_cell + 1i));
    let v0_2 = near_element(Near(w0, first_cell + 2i));
    let v0_3 = near_element(Near(w0, first_cell + 3i));
    out_0[w1] = v0_0 | (v0_1 << 8u) | (v0_2 << 16u) | (v0_3 << 24u);
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_0) {
        return;
    }
    let i0 = i32(number) * 4i;
    let c0 = edge_beside(i0, p.origin_0, p.extent_0);
    let w0 = p.base_1 + u32(c0 >> 2u);
    let cells = min(4i, i32(p.written_0) - c0);
    for (var k = 0i; k < cells; k += 1i) {
        let at = Edge(p.lead_0 + c0 + k);
        var v0: u32;
        var written = true;
        let rim = edge_rim(at);
        if (rim < 0i) {
            let v = edge_element(at);
            v0 = v;
        } else {
            let rule = edges[rim];
            written = rule != 0i;
            v0 = ((u32(edges[u32(rim) + 1u]) >> 0u) & 255u);
        }
        if (written) {
            out_0[w0] = ((out_0[w0] & ~(255u << (u32(k) * 8u))) | (v0 << (u32(k) * 8u)));
        }
    }
}
fn near_0(at: Near, o0: i32) -> u32 {
    return ((in_0[at.w0 + u32((at.k + o0) >> 1u)] >> (u32((at.k + o0) & 1i) * 16u)) & 65535u);
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32) -> u32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let code = i0;
    var value: u32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = ((in_0[p.base_0 + u32(i0 >> 1u)] >> (u32(i0 & 1i) * 16u)) & 65535u);
    }
    return value;
}
fn edge_constant_0(code: i32) -> u32 {
    return ((u32(edges[p.constants_0 + u32(-1i - code)]) >> 0u) & 65535u);
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
