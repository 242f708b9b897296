//! Prints the table: `cargo run -p gpu-isa [navi21]`.

use gpu_isa::driver::Driver;

fn main() {
    let family = std::env::args().nth(1).unwrap_or_else(|| "navi21".to_owned());
    let Some(driver) = Driver::open(&family) else {
        eprintln!("Mesa's driver for AMD's GPUs is not installed");
        std::process::exit(1);
    };
    println!("| kernel | form | points | instructions | VGPRs | bytes | branches | IT | IT per point |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for row in gpu_isa::table(&driver) {
        let one = row.statistics;
        let per_point = one.inverse_throughput as f64 / f64::from(row.outputs);
        println!(
            "| {} | {:?} | {} | {} | {} | {} | {} | {} | {per_point:.1} |",
            row.kernel,
            row.form,
            row.outputs,
            one.instructions,
            one.vgprs,
            one.code,
            one.branches,
            one.inverse_throughput
        );
    }
}
