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
fn near_element(at: Near) -> f32 {
    return near_0(at, -1);
}
fn edge_element(at: Edge) -> f32 {
    return edge_0(at, -1);
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
    let w0 = p.start_0 + id.x;
    let w1 = p.start_1 + id.x;
    let v0_0 = near_element(Near(w0, first_cell + 0i));
    let v0_1 = near_element(Near(w0, first_cell + 1i));
    out_0[w1] = half_pair(v0_0, v0_1);
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_0) {
        return;
    }
    let i0 = i32(number) * 2i;
    let c0 = edge_beside(i0, p.origin_0, p.extent_0);
    let w0 = p.base_1 + u32(c0 >> 1u);
    let cells = min(2i, i32(p.written_0) - c0);
    for (var k = 0i; k < cells; k += 1i) {
        let at = Edge(p.lead_0 + c0 + k);
        var v0: f32;
        var written = true;
        let rim = edge_rim(at);
        if (rim < 0i) {
            let v = edge_element(at);
            v0 = v;
        } else {
            let rule = edges[rim];
            written = rule != 0i;
            v0 = unpack2x16float(u32(edges[u32(rim) + 1u])).x;
            if (rule == 2i) {
                v0 = edge_0(at, 0i);
            }
        }
        if (written) {
            out_0[w0] = half_put(out_0[w0], v0, u32(k));
        }
    }
}
fn near_0(at: Near, o0: i32) -> f32 {
    return half_at(in_0[at.w0 + u32((at.k + o0) >> 1u)], u32((at.k + o0) & 1i));
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32) -> f32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let code = i0;
    var value: f32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = half_at(in_0[p.base_0 + u32(i0 >> 1u)], u32(i0 & 1i));
    }
    return value;
}
fn edge_constant_0(code: i32) -> f32 {
    return unpack2x16float(u32(edges[p.constants_0 + u32(-1i - code)])).x;
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
fn half_at(word: u32, cell: u32) -> f32 {
    return unpack2x16float(word >> (cell * 16u)).x;
}
fn half_pair(low: f32, high: f32) -> u32 {
    return half_bits(low) | (half_bits(high) << 16u);
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
@group(0) @binding(2) var<storage, read> in_0: array<vec2<f16>>;
@group(0) @binding(3) var<storage, read_write> out_0: array<vec2<f16>>;
fn near_element(at: Near) -> f32 {
    return near_0(at, -1);
}
fn edge_element(at: Edge) -> f32 {
    return edge_0(at, -1);
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
    let w0 = p.start_0 + id.x;
    let w1 = p.start_1 + id.x;
    let v0_0 = near_element(Near(w0, first_cell + 0i));
    let v0_1 = near_element(Near(w0, first_cell + 1i));
    out_0[w1] = half_pair(v0_0, v0_1);
}
@compute @workgroup_size(256, 1, 1)
fn edge(@builtin(global_invocation_id) id: vec3<u32>) {
    let number = p.first + id.x;
    if (number >= p.shell_0) {
        return;
    }
    let i0 = i32(number) * 2i;
    let c0 = edge_beside(i0, p.origin_0, p.extent_0);
    let w0 = p.base_1 + u32(c0 >> 1u);
    let cells = min(2i, i32(p.written_0) - c0);
    for (var k = 0i; k < cells; k += 1i) {
        let at = Edge(p.lead_0 + c0 + k);
        var v0: f32;
        var written = true;
        let rim = edge_rim(at);
        if (rim < 0i) {
            let v = edge_element(at);
            v0 = v;
        } else {
            let rule = edges[rim];
            written = rule != 0i;
            v0 = unpack2x16float(u32(edges[u32(rim) + 1u])).x;
            if (rule == 2i) {
                v0 = edge_0(at, 0i);
            }
        }
        if (written) {
            out_0[w0] = half_put(out_0[w0], v0, u32(k));
        }
    }
}
fn near_0(at: Near, o0: i32) -> f32 {
    return half_at(in_0[at.w0 + u32((at.k + o0) >> 1u)], u32((at.k + o0) & 1i));
}
fn edge_rim(at: Edge) -> i32 {
    var rule = -1i;
    rule = select(rule, i32(p.rim + 2u), at.c0 >= p.high_0);
    rule = select(rule, i32(p.rim), at.c0 < p.low_0);
    return rule;
}
fn edge_0(at: Edge, o0: i32) -> f32 {
    let i0 = edge_map(at.c0 + o0, p.size_0, p.map_0_0, p.before_0_0);
    let code = i0;
    var value: f32;
    if (code < 0i) {
        value = edge_constant_0(code);
    } else {
        value = half_at(in_0[p.base_0 + u32(i0 >> 1u)], u32(i0 & 1i));
    }
    return value;
}
fn edge_constant_0(code: i32) -> f32 {
    return unpack2x16float(u32(edges[p.constants_0 + u32(-1i - code)])).x;
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
fn half_at(word: vec2<f16>, cell: u32) -> f32 {
    return f32(select(word.x, word.y, cell == 1u));
}
fn half_pair(low: f32, high: f32) -> vec2<f16> {
    return vec2<f16>(f16(low), f16(high));
}
fn half_put(word: vec2<f16>, value: f32, cell: u32) -> vec2<f16> {
    let half = f16(value);
    return select(vec2<f16>(half, word.y), vec2<f16>(word.x, half), cell == 1u);
}
