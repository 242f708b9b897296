//! Times each generated shader beside its hand-written one on the machine's GPU: `cargo bench -p gpu-isa --bench pairs`.
//!
//! Both read and write the same buffers with as many invocations; *GB/s* are the bytes of the arrays, each once. A file
//! that is named as an argument gets the figures as JSON. Without a GPU the status is 2.
#![allow(missing_docs)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use gpu_isa::kernels::{KERNELS, Kernel};
use wgpu::BufferUsages as Usage;

/// Words of a row, rows, and planes of arrays that are read with their neighbours; each buffer has 64 MiB.
const PITCH: u32 = 4096;
const ROWS: u32 = 4096;
const PLANES: u32 = 32;
const WORDS: u32 = PITCH * ROWS;
/// The length of the rows that are reduced.
const LENGTH: u32 = 256;
/// Words that blocks keep away from the ends of rows, and rows and planes that they keep away from others.
const MARGIN: u32 = 32;
const ROUNDS: usize = 7;
/// One measurement takes as long as this.
const LONG: Duration = Duration::from_millis(60);

/// The numbers that uniform blocks are made of, and the grid.
struct Work {
    fields: Vec<(&'static str, u32)>,
    groups: [u32; 3],
    /// Bytes of all arrays, each once.
    bytes: u64,
}

fn work(kernel: &Kernel) -> Work {
    let words = |count: u32| u64::from(count) * 4;
    let image = |rows: u32, planes: u32, fields: &[(&'static str, u32)]| {
        let (columns, blocks) = (PITCH - 2 * MARGIN, (rows - 2 * MARGIN) / 4);
        let mut all = vec![("blocks_0", columns), ("columns", columns), ("blocks_1", blocks), ("rows", blocks)];
        all.extend(["pitch", "out_pitch"].map(|name| (name, PITCH)));
        all.extend_from_slice(fields);
        let bytes = 2 * words(columns * blocks * 4 * planes);
        Work { fields: all, groups: [columns.div_ceil(64), blocks.div_ceil(4), planes], bytes }
    };
    let first = |at: u32| ["start_0", "start_1", "first", "out_first"].map(|name| (name, at));
    match kernel.name {
        "7-point 3-D" => {
            let (rows, plane) = (ROWS / PLANES, WORDS / PLANES);
            let strides = ["stride_0_0", "stride_1_0", "plane", "out_plane"].map(|name| (name, plane));
            let rest = ["stride_0_1", "stride_1_1"].map(|name| (name, PITCH));
            let k = ["k", "scalar_0"].map(|name| (name, 0.1f32.to_bits()));
            let first = first(plane + MARGIN * PITCH + MARGIN);
            image(rows, PLANES - 2, &[&strides[..], &rest, &k, &first].concat())
        }
        "nanmean" => {
            let rows = WORDS / LENGTH;
            let ones = ["blocks_1", "rows", "loop_stride_1_0", "core_stride_0_0", "stride", "output.y"];
            let mut fields: Vec<_> = ones.map(|name| (name, 1)).to_vec();
            fields.extend(["blocks_0", "columns", "width"].map(|name| (name, rows)));
            fields.extend(["loop_stride_0_0", "core_size_0", "length", "input.y"].map(|name| (name, LENGTH)));
            Work { fields, groups: [rows.div_ceil(64), 1, 1], bytes: words(WORDS) + words(rows) }
        }
        "NDVI" | "NDVI, contiguous" | "u8 mean of two, contiguous" => {
            let count = WORDS - 256;
            let ones = ["blocks_1", "rows", "loop_stride_0_0", "loop_stride_1_0", "loop_stride_2_0"];
            let mut fields: Vec<_> = ones.map(|name| (name, 1)).to_vec();
            fields.extend(["blocks_0", "columns", "width"].map(|name| (name, count)));
            fields.extend(["strides[0].y", "strides[1].y", "strides[2].y"].map(|name| (name, 1)));
            Work { fields, groups: [count.div_ceil(256), 1, 1], bytes: 3 * words(count) }
        }
        _ => {
            let strides = ["stride_0_0", "stride_1_0"].map(|name| (name, PITCH));
            image(ROWS, 1, &[&strides[..], &first(MARGIN * PITCH + MARGIN)].concat())
        }
    }
}

impl Work {
    /// The uniform block of a module, whose fields are looked up by their names.
    fn block(&self, wgsl: &str) -> Vec<u8> {
        let value = |name: &str| self.fields.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value);
        let body = wgsl.split("struct Params {").nth(1).and_then(|rest| rest.split('}').next()).expect("a block");
        let mut words = Vec::new();
        for (name, ty) in body.lines().filter_map(|line| line.trim().trim_end_matches(',').split_once(": ")) {
            let vectors = match ty {
                "vec4<u32>" => vec![name.to_owned()],
                "array<vec4<u32>, 3>" => (0..3).map(|number| format!("{name}[{number}]")).collect(),
                _ => {
                    words.push(value(name));
                    continue;
                }
            };
            words.resize(words.len().next_multiple_of(4), 0);
            words.extend(
                vectors.iter().flat_map(|name| ["x", "y", "z", "w"].map(|part| value(&format!("{name}.{part}")))),
            );
        }
        words.resize(words.len().next_multiple_of(4), 0);
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }
}

struct Gpu {
    device: wgpu::Device,
    queue: wgpu::Queue,
    adapter: wgpu::AdapterInfo,
    f16: bool,
    inputs: [wgpu::Buffer; 2],
    output: wgpu::Buffer,
}

impl Gpu {
    fn open() -> Option<Gpu> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
        // The adapter that `ndstencil::Gpu::new` takes.
        let order = |adapter: &wgpu::Adapter| match adapter.get_info().device_type {
            wgpu::DeviceType::DiscreteGpu => 0,
            wgpu::DeviceType::IntegratedGpu => 1,
            wgpu::DeviceType::VirtualGpu => 2,
            wgpu::DeviceType::Cpu => 3,
            wgpu::DeviceType::Other => 4,
        };
        let adapter = adapters.into_iter().min_by_key(order)?;
        let f16 = adapter.features() & wgpu::Features::SHADER_F16;
        let description =
            wgpu::DeviceDescriptor { required_features: f16, required_limits: adapter.limits(), ..Default::default() };
        let (device, queue) = pollster::block_on(adapter.request_device(&description)).ok()?;
        let buffer = |usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: u64::from(WORDS) * 4,
                usage: Usage::STORAGE | usage,
                mapped_at_creation: false,
            })
        };
        let inputs = [buffer(Usage::COPY_DST), buffer(Usage::COPY_DST)];
        let output = buffer(Usage::COPY_SRC | Usage::COPY_DST);
        Some(Gpu { inputs, output, adapter: adapter.get_info(), f16: !f16.is_empty(), device, queue })
    }

    /// Fills the inputs with cells of the kernel's type.
    fn fill(&self, kernel: &Kernel) {
        for (seed, buffer) in (1_u32..).zip(&self.inputs) {
            let mut state = seed;
            let mut word = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                match kernel.name {
                    name if name.contains("u8") => state,
                    // From 1 to 2.
                    name if name.contains("f16") => (state >> 6 & 0x03ff_03ff) | 0x3c00_3c00,
                    _ => state >> 9 | 0x3f80_0000,
                }
            };
            let words: Vec<u8> = (0..WORDS).flat_map(|_| word().to_le_bytes()).collect();
            self.queue.write_buffer(buffer, 0, &words);
        }
    }

    /// Runs an entry point: the time of one dispatch, the least of several measurements, and what it wrote.
    fn run(&self, wgsl: &str, entry: &str, work: &Work) -> (Duration, Vec<u8>) {
        let device = &self.device;
        let block = work.block(wgsl);
        let uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: block.len() as u64,
            usage: Usage::UNIFORM | Usage::COPY_DST,
            mapped_at_creation: false,
        });
        self.queue.write_buffer(&uniform, 0, &block);
        let (mut entries, mut bound, mut read) = (Vec::new(), Vec::new(), 0);
        for declared in wgsl.split("@binding(").skip(1) {
            let (number, rest) = declared.split_once(')').expect("a binding");
            let binding = number.parse().expect("a number");
            let (ty, buffer) = if rest.starts_with(" var<uniform>") {
                (wgpu::BufferBindingType::Uniform, &uniform)
            } else if rest.starts_with(" var<storage, read>") {
                // Tables of edges are bound, but not read.
                read += usize::from(!rest.starts_with(" var<storage, read> edges"));
                (wgpu::BufferBindingType::Storage { read_only: true }, &self.inputs[usize::saturating_sub(read, 1)])
            } else {
                (wgpu::BufferBindingType::Storage { read_only: false }, &self.output)
            };
            entries.push(wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer { ty, has_dynamic_offset: false, min_binding_size: None },
                count: None,
            });
            bound.push(wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() });
        }
        let layout =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
        let group =
            device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &bound });
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl(wgsl.into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: Some(&device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                label: None,
                bind_group_layouts: &[Some(&layout)],
                immediate_size: 0,
            })),
            module: &module,
            entry_point: Some(entry),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let mut encoder = device.create_command_encoder(&Default::default());
        encoder.clear_buffer(&self.output, 0, None);
        self.queue.submit([encoder.finish()]);
        let times = |count: u32| {
            let start = Instant::now();
            let mut encoder = device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                pass.set_pipeline(&pipeline);
                pass.set_bind_group(0, &group, &[]);
                let [x, y, z] = work.groups;
                (0..count).for_each(|_| pass.dispatch_workgroups(x, y, z));
            }
            self.queue.submit([encoder.finish()]);
            device.poll(wgpu::PollType::wait_indefinitely()).expect("the GPU works");
            start.elapsed()
        };
        // Also compiles.
        times(1);
        let mut count = 1;
        while times(count) < LONG && count < 1 << 12 {
            count *= 2;
        }
        // A slow device is measured less often.
        let rounds = if count == 1 { 2 } else { ROUNDS };
        let least = (0..rounds).map(|_| times(count)).min().unwrap_or_default() / count;
        (least, self.written())
    }

    fn written(&self) -> Vec<u8> {
        let size = self.output.size();
        let read = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage: Usage::MAP_READ | Usage::COPY_DST,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&Default::default());
        encoder.copy_buffer_to_buffer(&self.output, 0, &read, 0, size);
        self.queue.submit([encoder.finish()]);
        read.map_async(wgpu::MapMode::Read, .., |result| result.expect("memory is mapped"));
        self.device.poll(wgpu::PollType::wait_indefinitely()).expect("the GPU works");
        read.get_mapped_range(..).expect("it is mapped").to_vec()
    }
}

fn main() {
    let Some(gpu) = Gpu::open() else {
        eprintln!("no GPU here: a driver for Vulkan, Metal or Direct3D 12 makes one available");
        std::process::exit(2);
    };
    let wgpu::AdapterInfo { name, backend, driver, driver_info, .. } = &gpu.adapter;
    println!("{name} ({backend:?}), {driver} {driver_info}");
    println!("{:28} {:>10} {:>7} {:>10} {:>7} {:>6}", "", "generated", "GB/s", "by hand", "GB/s", "same");
    let driver = format!("{backend:?} {driver} {driver_info}");
    let mut json = format!("{{\n  \"adapter\": {name:?},\n  \"driver\": {driver:?},\n  \"pairs\": [");
    let mut comma = "";
    for kernel in KERNELS {
        if !gpu.f16 && kernel.hand.starts_with("enable f16;") {
            println!("{:28} the device has no f16", kernel.name);
            continue;
        }
        gpu.fill(kernel);
        let (work, generated) = (work(kernel), kernel.generate());
        let wgsl = generated.native_f16.as_ref().filter(|_| gpu.f16).unwrap_or(&generated.wgsl);
        let (ours, found) = gpu.run(wgsl, kernel.entry, &work);
        let (theirs, expected) = gpu.run(kernel.hand, kernel.hand_entry, &work);
        let [ours, theirs] = [ours, theirs].map(|time| time.as_secs_f64() * 1e6);
        let speed = |micros: f64| work.bytes as f64 / micros / 1e3;
        let same = found == expected;
        let (a, b) = (speed(ours), speed(theirs));
        println!("{:28} {ours:7.1} us {a:7.1} {theirs:7.1} us {b:7.1} {same:>6}", kernel.name);
        let _ = write!(
            json,
            "{comma}\n    {{\"kernel\": {:?}, \"bytes\": {}, \"generated_us\": {ours:.2}, \"hand_us\": {theirs:.2}, \"same\": {same}}}",
            kernel.name, work.bytes
        );
        comma = ",";
    }
    json.push_str("\n  ]\n}\n");
    // `cargo bench` adds a flag of its own.
    if let Some(path) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) {
        std::fs::write(&path, json).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
