// Copies cells one by one, each from where a step along the loop leads to where another does.

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
}

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> in_0: array<u32>;
@group(0) @binding(2) var<storage, read_write> out_0: array<u32>;

const CELLS = 1u << SHIFT;
const BITS = 32u >> SHIFT;
const MASK = 0xffffffffu >> (32u - BITS);

@compute @workgroup_size(256, 1, 1)
fn core(@builtin(global_invocation_id) id: vec3<u32>) {
    if ((id.x >= p.blocks_0) | (id.y >= p.blocks_1)) {
        return;
    }
    for (var k = 0u; k < CELLS; k += 1u) {
        let x = id.x * CELLS + k;
        if (x >= p.width) {
            return;
        }
        let cell = p.start_0 + x * p.loop_stride_0_0 + id.y * p.loop_stride_0_1 + id.z * p.loop_stride_0_2;
        let place = p.start_1 + x * p.loop_stride_1_0 + id.y * p.loop_stride_1_1 + id.z * p.loop_stride_1_2;
        let value = (in_0[cell >> SHIFT] >> ((cell & (CELLS - 1u)) * BITS)) & MASK;
        let at = (place & (CELLS - 1u)) * BITS;
        out_0[place >> SHIFT] = (out_0[place >> SHIFT] & ~(MASK << at)) | (value << at);
    }
}
