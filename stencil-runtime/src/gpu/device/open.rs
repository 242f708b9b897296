//! Finds an adapter and opens it.

use super::options::{GpuOptions, Limits};
use crate::{Error, GpuError};

/// An open device.
pub(crate) struct Opened {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) name: String,
    pub(crate) limits: Limits,
    /// The number that offsets of bindings are multiples of.
    pub(crate) alignment: u64,
}

pub(crate) fn open(options: &GpuOptions) -> Result<Opened, Error> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.flags = wgpu::InstanceFlags::empty().with_env();
    let instance = wgpu::Instance::new(descriptor);
    let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::all()));
    adapters.sort_by_key(|adapter| order(adapter.get_info().device_type, options.low_power));
    let mut found = Vec::new();
    for adapter in adapters {
        let info = adapter.get_info();
        let mut line = format!("{} ({:?}, {:?})", info.name, info.backend, info.device_type);
        if options.name.as_ref().is_none_or(|name| info.name.to_lowercase().contains(&name.to_lowercase())) {
            match request(&adapter, info.name, options) {
                Ok(opened) => return Ok(opened),
                Err(error) => line += &format!(": {error}"),
            }
        }
        found.push(line);
    }
    Err(Error::Gpu(GpuError::NotFound { wanted: options.name.clone(), found }))
}

/// Adapters with a lower number are tried first.
fn order(device: wgpu::DeviceType, low_power: bool) -> u8 {
    match device {
        wgpu::DeviceType::DiscreteGpu => u8::from(low_power),
        wgpu::DeviceType::IntegratedGpu => u8::from(!low_power),
        wgpu::DeviceType::VirtualGpu => 2,
        wgpu::DeviceType::Cpu => 3,
        wgpu::DeviceType::Other => 4,
    }
}

fn request(adapter: &wgpu::Adapter, name: String, options: &GpuOptions) -> Result<Opened, wgpu::RequestDeviceError> {
    let mut wanted = wgpu::Features::SHADER_F64 | wgpu::Features::SHADER_INT64;
    wanted.set(wgpu::Features::SHADER_F16, !options.portable_f16);
    let features = adapter.features() & wanted;
    let limits = adapter.limits();
    let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor {
        label: Some("ndstencil"),
        required_features: features,
        required_limits: limits.clone(),
        ..Default::default()
    }))?;
    // Words are addressed by 32 bits.
    let buffer = limits.max_buffer_size.min(options.buffer.unwrap_or(u64::MAX)).min(8 << 30);
    let binding = limits.max_storage_buffer_binding_size.min(options.binding.unwrap_or(u64::MAX));
    Ok(Opened {
        device,
        queue,
        name,
        limits: Limits {
            binding: (binding & !3).min(buffer),
            buffer,
            workgroups: limits.max_compute_workgroups_per_dimension.min(options.workgroups.unwrap_or(u32::MAX)).max(1),
            bindings: limits.max_storage_buffers_per_shader_stage,
            f64: features.contains(wgpu::Features::SHADER_F64),
            int64: features.contains(wgpu::Features::SHADER_INT64),
            f16: features.contains(wgpu::Features::SHADER_F16),
        },
        alignment: u64::from(limits.min_storage_buffer_offset_alignment).max(8),
    })
}
