fn main() {
    for k in gpu_isa::kernels::KERNELS {
        let g = k.generate();
        std::fs::write(format!("/tmp/isa/gen_{}.wgsl", k.name.replace(' ', "_").replace('/', "")), g.wgsl).unwrap();
    }
}
