//! Runs functions of many arguments on a Vulkan adapter.

use super::super::super::scalar::Scalar;
use super::super::Helpers;
use super::case::Case;

/// Two words for each argument and each result; a third one for the check that a result raised.
const WORDS: usize = 3;

pub(super) struct Gpu {
    pub(super) name: String,
    pub(super) wide: bool,
    /// It computes with `f16` itself.
    pub(super) half: bool,
    device: wgpu::Device,
    queue: wgpu::Queue,
}

impl Gpu {
    /// The first Vulkan adapter.
    pub(super) fn open() -> Option<Gpu> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::VULKAN)).into_iter().next()?;
        let wide = wgpu::Features::SHADER_F64 | wgpu::Features::SHADER_INT64;
        let features = adapter.features() & (wide | wgpu::Features::SHADER_F16);
        let description = wgpu::DeviceDescriptor {
            required_features: features,
            required_limits: adapter.limits(),
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&description)).ok()?;
        let half = features.contains(wgpu::Features::SHADER_F16);
        Some(Gpu { name: adapter.get_info().name, wide: features.contains(wide), half, device, queue })
    }

    /// The results of every case for every row of arguments: `results[case][row]` is bits and a check's code.
    pub(super) fn run(&self, source: &str, cases: &[&Case], rows: &[Vec<u64>]) -> Vec<Vec<(u64, u32)>> {
        let words: Vec<u8> = rows.iter().flatten().flat_map(|bits| bits.to_le_bytes()).collect();
        let bytes = self.dispatch(source, &words, cases.len() * rows.len() * WORDS * 4, rows.len());
        let word = |at: usize| u32::from_le_bytes(bytes[at * 4..at * 4 + 4].try_into().unwrap());
        let result = |at: usize| (u64::from(word(at)) | u64::from(word(at + 1)) << 32, word(at + 2));
        (0..cases.len())
            .map(|case| (0..rows.len()).map(|row| result((case * rows.len() + row) * WORDS)).collect())
            .collect()
    }

    fn dispatch(&self, source: &str, words: &[u8], out: usize, rows: usize) -> Vec<u8> {
        use wgpu::BufferUsages as Usage;
        let device = &self.device;
        let buffer = |size: usize, usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: size as u64,
                usage,
                mapped_at_creation: false,
            })
        };
        let input = buffer(words.len(), Usage::STORAGE | Usage::COPY_DST);
        let output = buffer(out, Usage::STORAGE | Usage::COPY_SRC);
        let read = buffer(out, Usage::MAP_READ | Usage::COPY_DST);
        self.queue.write_buffer(&input, 0, words);
        let pipeline = self.pipeline(source);
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: input.as_entire_binding() },
                wgpu::BindGroupEntry { binding: 1, resource: output.as_entire_binding() },
            ],
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        {
            let mut pass = encoder.begin_compute_pass(&Default::default());
            pass.set_pipeline(&pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.dispatch_workgroups(rows.div_ceil(64) as u32, 1, 1);
        }
        encoder.copy_buffer_to_buffer(&output, 0, &read, 0, out as u64);
        self.queue.submit([encoder.finish()]);
        read.map_async(wgpu::MapMode::Read, .., |result| result.unwrap());
        device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let mapped = read.get_mapped_range(..).unwrap();
        mapped.to_vec()
    }

    fn pipeline(&self, source: &str) -> wgpu::ComputePipeline {
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl(source.into()),
        });
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        })
    }
}

/// One invocation for each row of arguments, which computes every case; also the same with the device's `f16`, where that
/// differs.
pub(super) fn shaders(cases: &[&Case], helpers: &mut Helpers, rows: usize) -> (String, Option<String>) {
    let arguments = &cases[0].arguments;
    let functions: Vec<String> =
        cases.iter().enumerate().map(|(i, case)| case.function(&format!("case_{i}"), helpers)).collect();
    let loads: Vec<String> = arguments.iter().enumerate().map(|(i, scalar)| load(*scalar, i)).collect();
    let names: Vec<String> = (0..arguments.len()).map(|i| format!("a{i}")).collect();
    let calls: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(i, case)| {
            let stores = store(case.result);
            let call = format!("raised = 0u; let r = case_{i}({});", names.join(", "));
            format!("{{ let o = ({i}u * {rows}u + row) * {WORDS}u; {call} {stores} output[o + 2u] = raised; }}\n")
        })
        .collect();
    let body = format!(
        "@group(0) @binding(0) var<storage, read> input: array<u32>;\n\
         @group(0) @binding(1) var<storage, read_write> output: array<u32>;\n\
         var<private> raised: u32;\nfn raise(code: u32) {{ raised = max(raised, code); }}\n{}\
         @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {{\n\
         let row = id.x;\nif row >= {rows}u {{ return; }}\nlet i = row * {}u;\n{}{}}}\n",
        functions.concat(),
        2 * arguments.len(),
        loads.concat(),
        calls.concat()
    );
    let native = helpers.native_f16().map(|library| format!("enable f16;\n{library}{body}"));
    (helpers.text() + &body, native)
}

/// `let a1 = ..;`: an argument from its two words.
fn load(scalar: Scalar, number: usize) -> String {
    let (low, high) = (format!("input[i + {}u]", 2 * number), format!("input[i + {}u]", 2 * number + 1));
    let value = match scalar.register() {
        "bool" => format!("{low} != 0u"),
        "u32" => low,
        "u64" => format!("u64({low}) | (u64({high}) << 32u)"),
        "i64" => format!("i64(u64({low}) | (u64({high}) << 32u))"),
        "f64" => format!("bitcast<f64>(u64({low}) | (u64({high}) << 32u))"),
        register => format!("bitcast<{register}>({low})"),
    };
    format!("let a{number} = {value};\n")
}

/// Stores `r` as two words.
fn store(scalar: Scalar) -> &'static str {
    match scalar.register() {
        "bool" => "output[o] = select(0u, 1u, r);",
        "u32" => "output[o] = r;",
        "u64" | "i64" | "f64" => {
            "let b = bitcast<u64>(r); output[o] = u32(b & 0xfffffffflu); output[o + 1u] = u32(b >> 32u);"
        }
        _ => "output[o] = bitcast<u32>(r);",
    }
}
