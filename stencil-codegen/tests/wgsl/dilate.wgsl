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
@group(0) @binding(2) var<storage, read> in_0: array<u32>;
@group(0) @binding(3) var<storage, read_write> out_0: array<u32>;
fn near_element(at: Near) -> u32 {
    var u_m: u32 = 0u;
    u_m = max(u_m, near_0(at, -1, -1));
    u_m = max(u_m, near_0(at, -1, 0));
    u_m = max(u_m, near_0(at, -1, 1));
    u_m = max(u_m, near_0(at, 0, -1));
    u_m = max(u_m, near_0(at, 0, 0));
    u_m = max(u_m, near_0(at, 0, 1));
    u_m = max(u_m, near_0(at, 1, -1));
    u_m = max(u_m, near_0(at, 1, 0));
    u_m = max(u_m, near_0(at, 1, 1));
    return u_m;
}
fn edge_element(at: Edge) -> u32 {
    var u_m: u32 = 0u;
    u_m = max(u_m, edge_0(at, -1, -1));
    u_m = max(u_m, edge_0(at, -1, 0));
    u_m = max(u_m, edge_0(at, -1, 1));
    u_m = max(u_m, edge_0(at, 0, -1));
    u_m = max(u_m, edge_0(at, 0, 0));
    u_m = max(u_m, edge_0(at, 0, 1));
    u_m = max(u_m, edge_0(at, 1, -1));
    u_m = max(u_m, edge_0(at, 1, 0));
    u_m = max(u_m, edge_0(at, 1, 1));
    return u_m;
}
override first_cell: i32 = 0i;
struct Near {
    w0: u32,
    r: i32,
    k: i32,
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
    let v0_0 = near_element(Near(w0, 0i, first_cell + 0i));
    let v0_1 = near_element(Near(w0, 0i, first_cell + 1i));
    let v0_2 = near_element(Near(w0, 0i, first_cell + 2i));
    let v0_3 = near_element(Near(w0, 0i, first_cell + 3i));
    let v1_0 = near_element(Near(w0, 1i, first_cell + 0i));
    let v1_1 = near_element(Near(w0, 1i, first_cell + 1i));
    let v1_2 = near_element(Near(w0, 1i, first_cell + 2i));
    let v1_3 = near_element(Near(w0, 1i, first_cell + 3i));
    let v2_0 = near_element(Near(w0, 2i, first_cell + 0i));
    let v2_1 = near_element(Near(w0, 2i, first_cell + 1i));
    let v2_2 = near_element(Near(w0, 2i, first_cell + 2i));
    let v2_3 = near_element(Near(w0, 2i, first_cell + 3i));
    let v3_0 = near_element(Near(w0, 3i, first_cell + 0i));
    let v3_1 = near_element(Near(w0, 3i, first_cell + 1i));
    let v3_2 = near_element(Near(w0, 3i, first_cell + 2i));
    let v3_3 = near_element(Near(w0, 3i, first_cell + 3i));
    out_0[w1] = v0_0 | (v0_1 << 8u) | (v0_2 << 16u) | (v0_3 << 24u);
    out_0[w1 + p.stride_1_0] = v1_0 | (v1_1 << 8u) | (v1_2 << 16u) | (v1_3 << 24u);
    out_0[w1 + 2u * p.stride_1_0] = v2_0 | (v2_1 << 8u) | (v2_2 << 16u) | (v2_3 << 24u);
    out_0[w1 + 3u * p.stride_1_0] = v3_0 | (v3_1 << 8u) | (v3_2 << 16u) | (v3_3 << 24u);
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_1) {
        return;
    }
    let inside_0 = number >= p.shell_0;
    let from_1 = number - select(0u, p.shell_0, inside_0);
    let n1 = select((p.written_1 + 3u) / 4u, (p.written_1 - p.extent_1 + 3u) / 4u, inside_0);
    let i1 = i32(from_1 % n1) * 4i;
    let from_0 = from_1 / n1;
    let i0 = i32(from_0);
    let c0 = select(edge_beside(i0, p.origin_0, p.extent_0), p.origin_0 + i0, inside_0);
    let c1 = select(i1, edge_beside(i1, p.origin_1, p.extent_1), inside_0);
    let w0 = p.base_1 + u32(c0) * p.stride_1_0 + u32(c1 >> 2u);
    let cells = min(4i, i32(p.written_1) - c1);
    for (var k = 0i; k < cells; k += 1i) {
        let at = Edge(p.lead_0 + c0, p.lead_1 + c1 + k);
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
            if (rule == 2i) {
                v0 = edge_0(at, 0i, 0i);
            }
        }
        if (written) {
            out_0[w0] = ((out_0[w0] & ~(255u << (u32(k) * 8u))) | (v0 << (u32(k) * 8u)));
        }
    }
}
fn near_0(at: Near, o0: i32, o1: i32) -> u32 {
    return ((in_0[at.w0 + u32(at.r + o0) * p.stride_0_0 + u32((at.k + o1) >> 2u)] >> (u32((at.k + o1) & 3i) * 8u)) & 255u);
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 6u), at.c1 >= p.high_1);
    rule = select(rule, i32(p.rim + 4u), at.c1 < p.low_1);
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32, o1: i32) -> u32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let i1 = edge_map(at.c1 + o1, p.size_1, p.map_0_1, p.before_0_1);
    let code = select(i1, i0, i0 < 0i);
    var value: u32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = ((in_0[p.base_0 + u32(i0) * p.stride_0_0 + u32(i1 >> 2u)] >> (u32(i1 & 3i) * 8u)) & 255u);
    }
    return value;
}
fn edge_constant_0(code: i32) -> u32 {
    return ((u32(edges[p.constants_0 + u32(-1i - code)]) >> 0u) & 255u);
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
