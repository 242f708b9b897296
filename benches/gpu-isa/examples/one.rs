fn main() {
    let d = gpu_isa::driver::Driver::open("navi21").unwrap();
    let a: Vec<String> = std::env::args().skip(1).collect();
    for f in &a[1..] {
        let text = std::fs::read_to_string(f).unwrap();
        let (w, b) = gpu_isa::spirv::compile(&text, &a[0]);
        println!("{f} {:?}", d.compile(&w, &b, &a[0]));
    }
}
