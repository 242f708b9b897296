//! RADV without a device: it compiles for a chip by name and tells statistics of what it made.

use std::ffi::{CStr, CString};

use ash::vk;

use crate::spirv::Binding;

/// Mesa's driver for AMD's GPUs.
const ICD: &str = "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json";

/// A device that is not there.
pub struct Driver {
    /// True when the chip computes with `f16`.
    pub f16: bool,
    executables: ash::khr::pipeline_executable_properties::Device,
    device: ash::Device,
    instance: ash::Instance,
    // Keeps the library loaded.
    _entry: ash::Entry,
}

/// The driver's figures of one shader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Machine instructions.
    pub instructions: u64,
    /// Vector registers.
    pub vgprs: u64,
    /// Bytes.
    pub code: u64,
    /// Branches.
    pub branches: u64,
    /// About the cycles that a wave takes when memory is never waited for.
    pub inverse_throughput: u64,
}

impl Driver {
    /// Opens the driver for the chip `family`, `navi21`; `None` where it is not installed.
    pub fn open(family: &str) -> Option<Self> {
        if !std::path::Path::new(ICD).exists() {
            return None;
        }
        // SAFETY: the programs of this package read and write the environment here alone, on one thread.
        unsafe {
            std::env::set_var("VK_DRIVER_FILES", ICD);
            std::env::set_var("RADV_FORCE_FAMILY", family);
        }
        // SAFETY: the loader of the system, which this process unloads last.
        let entry = unsafe { ash::Entry::load() }.ok()?;
        let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_2);
        let create = vk::InstanceCreateInfo::default().application_info(&application);
        // SAFETY: `create` and what it points to are valid.
        let instance = unsafe { entry.create_instance(&create, None) }.ok()?;
        // SAFETY: the instance was just made.
        let physical = *unsafe { instance.enumerate_physical_devices() }.ok()?.first()?;
        let f16 = has_f16(&instance, physical);
        let device = device(&instance, physical, f16)?;
        let executables = ash::khr::pipeline_executable_properties::Device::new(&instance, &device);
        Some(Self { f16, executables, device, instance, _entry: entry })
    }

    /// Compiles one entry point.
    ///
    /// # Panics
    ///
    /// Where the driver refuses.
    pub fn compile(&self, spirv: &[u32], bindings: &[Binding], entry: &str) -> Statistics {
        let device = &self.device;
        let binding = |binding: &Binding| {
            let (number, kind) = match binding {
                Binding::Uniform(number) => (*number, vk::DescriptorType::UNIFORM_BUFFER_DYNAMIC),
                Binding::Storage(number) => (*number, vk::DescriptorType::STORAGE_BUFFER),
            };
            vk::DescriptorSetLayoutBinding::default()
                .binding(number)
                .descriptor_type(kind)
                .descriptor_count(1)
                .stage_flags(vk::ShaderStageFlags::COMPUTE)
        };
        let bindings: Vec<_> = bindings.iter().map(binding).collect();
        let name = CString::new(entry).expect("a name without zeros");
        // SAFETY: every structure below is valid and lives until the calls return; what is made here is destroyed here,
        // after its last use.
        unsafe {
            let set = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
            let set = device.create_descriptor_set_layout(&set, None).expect("a set layout");
            let sets = [set];
            let layout = vk::PipelineLayoutCreateInfo::default().set_layouts(&sets);
            let layout = device.create_pipeline_layout(&layout, None).expect("a pipeline layout");
            let shader = vk::ShaderModuleCreateInfo::default().code(spirv);
            let shader = device.create_shader_module(&shader, None).expect("a shader module");
            let stage = vk::PipelineShaderStageCreateInfo::default()
                .stage(vk::ShaderStageFlags::COMPUTE)
                .module(shader)
                .name(&name);
            let create = vk::ComputePipelineCreateInfo::default()
                .flags(vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR)
                .stage(stage)
                .layout(layout);
            let pipeline = device.create_compute_pipelines(vk::PipelineCache::null(), &[create], None);
            let pipeline = pipeline.expect("the driver compiles the shader")[0];
            let statistics = self.statistics(pipeline);
            device.destroy_pipeline(pipeline, None);
            device.destroy_shader_module(shader, None);
            device.destroy_pipeline_layout(layout, None);
            device.destroy_descriptor_set_layout(set, None);
            statistics
        }
    }

    fn statistics(&self, pipeline: vk::Pipeline) -> Statistics {
        let info = vk::PipelineExecutableInfoKHR::default().pipeline(pipeline).executable_index(0);
        // SAFETY: the pipeline was made with statistics and has one executable, that of its only stage.
        let all = unsafe { self.executables.get_pipeline_executable_statistics(&info) }.expect("statistics");
        let mut statistics = Statistics::default();
        for one in &all {
            // SAFETY: the driver ends the name with a zero; a number of 64 bits covers all formats.
            let (name, value) = unsafe { (CStr::from_ptr(one.name.as_ptr()).to_string_lossy(), one.value.u64) };
            match name.as_ref() {
                "Instructions" => statistics.instructions = value,
                "VGPRs" => statistics.vgprs = value,
                "Code size" => statistics.code = value,
                "Branches" => statistics.branches = value,
                "Inverse Throughput" => statistics.inverse_throughput = value,
                _ => {}
            }
        }
        statistics
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // SAFETY: nothing that was made from the device or the instance is left.
        unsafe {
            self.device.destroy_device(None);
            self.instance.destroy_instance(None);
        }
    }
}

fn has_f16(instance: &ash::Instance, physical: vk::PhysicalDevice) -> bool {
    let mut half = vk::PhysicalDeviceShaderFloat16Int8Features::default();
    let mut features = vk::PhysicalDeviceFeatures2::default().push_next(&mut half);
    // SAFETY: `features` and what it points to are valid.
    unsafe { instance.get_physical_device_features2(physical, &mut features) };
    half.shader_float16 == vk::TRUE
}

/// A device with the features that wgpu turns on.
fn device(instance: &ash::Instance, physical: vk::PhysicalDevice, f16: bool) -> Option<ash::Device> {
    let extensions = [ash::khr::pipeline_executable_properties::NAME.as_ptr(), ash::ext::robustness2::NAME.as_ptr()];
    let queues = [vk::DeviceQueueCreateInfo::default().queue_family_index(0).queue_priorities(&[1.0])];
    let features =
        vk::PhysicalDeviceFeatures::default().robust_buffer_access(true).shader_int64(true).shader_float64(true);
    let mut information =
        vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default().pipeline_executable_info(true);
    let mut half = vk::PhysicalDeviceShaderFloat16Int8Features::default().shader_float16(f16);
    let mut half_words = vk::PhysicalDevice16BitStorageFeatures::default()
        .storage_buffer16_bit_access(f16)
        .uniform_and_storage_buffer16_bit_access(f16);
    let mut robust = vk::PhysicalDeviceRobustness2FeaturesEXT::default().robust_buffer_access2(true);
    let create = vk::DeviceCreateInfo::default()
        .queue_create_infos(&queues)
        .enabled_extension_names(&extensions)
        .enabled_features(&features)
        .push_next(&mut information)
        .push_next(&mut half)
        .push_next(&mut half_words)
        .push_next(&mut robust);
    // SAFETY: `create` and what it points to are valid; the extensions' names end with a zero.
    unsafe { instance.create_device(physical, &create, None) }.ok()
}
