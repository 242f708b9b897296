//! Compiled kernels, kept by their text.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use super::Gpu;
use crate::gpu::shader::Shader;
use crate::{Error, GpuError};

/// An entry point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Entry {
    /// Its blocks begin with this cell of a word of the inputs.
    Near {
        first_cell: u32,
    },
    Edge,
    Core,
    Contiguous,
}

impl Entry {
    /// The constants of its pipeline that do not have their default values.
    fn constants(self) -> Vec<(&'static str, f64)> {
        match self {
            Entry::Near { first_cell } if first_cell > 0 => vec![("first_cell", f64::from(first_cell))],
            Entry::Near { .. } | Entry::Edge | Entry::Core | Entry::Contiguous => Vec::new(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Entry::Near { .. } => "near",
            Entry::Edge => "edge",
            Entry::Core => "core",
            Entry::Contiguous => "contiguous",
        }
    }
}

/// A module on the device.
pub(crate) struct Program {
    module: wgpu::ShaderModule,
    pub(crate) bindings: wgpu::BindGroupLayout,
    layout: wgpu::PipelineLayout,
    pipelines: Mutex<HashMap<Entry, wgpu::ComputePipeline>>,
    pub(crate) has_status: bool,
}

/// Compiled modules. Bindings belong to the text, so that it is the key.
#[derive(Default)]
pub(crate) struct Programs {
    all: Mutex<HashMap<Text, Arc<Program>>>,
}

/// A text that is looked up in each call: comparing it is quick, hashing all of it is not.
#[derive(PartialEq, Eq)]
struct Text(&'static str);

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.len().hash(state);
    }
}

impl Gpu {
    /// The module, which is compiled when it is first asked for.
    pub(crate) fn program(&self, kernel: &'static str, shader: &Shader, edges: bool) -> Result<Arc<Program>, Error> {
        let mut all = self.shared.programs.all.lock().expect("no panic while a module is compiled");
        let text = shader.native_f16.filter(|_| self.limits().f16).unwrap_or(shader.wgsl);
        if let Some(program) = all.get(&Text(text)) {
            return Ok(program.clone());
        }
        self.can_run(kernel, shader, edges)?;
        let program = Arc::new(self.compile(kernel, text, shader, edges)?);
        all.insert(Text(text), program.clone());
        Ok(program)
    }

    fn can_run(&self, kernel: &'static str, shader: &Shader, edges: bool) -> Result<(), Error> {
        let limits = self.limits();
        for (needed, there, feature) in
            [(shader.wide.f64, limits.f64, "f64"), (shader.wide.int64, limits.int64, "i64` or `u64")]
        {
            if needed && !there {
                return Err(Error::Gpu(GpuError::Feature { kernel, feature, gpu: self.name().to_owned() }));
            }
        }
        let arrays = shader.inputs.len() + shader.arrays.len() + shader.outputs.len();
        let needed = arrays as u32 + u32::from(edges) + u32::from(!shader.checks.is_empty());
        if needed > limits.bindings {
            return Err(Error::Gpu(GpuError::Bindings { kernel, needed, limit: limits.bindings }));
        }
        Ok(())
    }

    fn compile(&self, kernel: &str, text: &str, shader: &Shader, edges: bool) -> Result<Program, Error> {
        let read = usize::from(edges) + shader.inputs.len() + shader.arrays.len();
        let has_status = !shader.checks.is_empty();
        let all = read + shader.outputs.len() + usize::from(has_status);
        let mut entries = vec![entry(0, wgpu::BufferBindingType::Uniform)];
        for number in 0..all {
            entries.push(entry(1 + number, wgpu::BufferBindingType::Storage { read_only: number < read }));
        }
        self.scoped(0, |device| {
            let bindings = device
                .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(kernel), entries: &entries });
            Program {
                module: device.create_shader_module(wgpu::ShaderModuleDescriptor {
                    label: Some(kernel),
                    source: wgpu::ShaderSource::Wgsl(text.into()),
                }),
                layout: device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
                    label: Some(kernel),
                    bind_group_layouts: &[Some(&bindings)],
                    immediate_size: 0,
                }),
                bindings,
                pipelines: Mutex::default(),
                has_status,
            }
        })
    }

    pub(crate) fn pipeline(&self, program: &Program, entry: Entry) -> Result<wgpu::ComputePipeline, Error> {
        let mut pipelines = program.pipelines.lock().expect("no panic while a pipeline is built");
        if let Some(pipeline) = pipelines.get(&entry) {
            self.shared.counters.pipelines_reused.add(1);
            return Ok(pipeline.clone());
        }
        let pipeline = self.scoped(0, |device| {
            device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: Some(entry.name()),
                layout: Some(&program.layout),
                module: &program.module,
                entry_point: Some(entry.name()),
                compilation_options: wgpu::PipelineCompilationOptions {
                    constants: &entry.constants(),
                    ..Default::default()
                },
                cache: None,
            })
        })?;
        self.shared.counters.pipelines_built.add(1);
        pipelines.insert(entry, pipeline.clone());
        Ok(pipeline)
    }
}

fn entry(binding: usize, ty: wgpu::BufferBindingType) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: binding as u32,
        visibility: wgpu::ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty,
            has_dynamic_offset: ty == wgpu::BufferBindingType::Uniform,
            min_binding_size: None,
        },
        count: None,
    }
}
