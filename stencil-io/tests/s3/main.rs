//! Zarr arrays on S3, through a server on this machine.
//!
//! Settings are taken from the environment, which belongs to a whole process: each test starts its program again, for itself
//! alone, with the address of a server in it.

mod errors;
mod jobs;
mod lost;
mod memory;
mod round_trips;
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{Array2, ArrayD, IxDyn};
use ndstencil::chunks::{Scalar, Source};
use ndstencil::prelude::*;
use stencil_io::Zarr;

use crate::server::{Proxy, Server, free_port};

/// Says to the program that it was started by a test: the port of its own proxy, and that of the server.
const INSIDE: &str = "NDSTENCIL_TEST_S3";

/// The server of the tests of this process. It ends with it: then its input does.
static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| Server::start(0, &["tests"], &[]));

/// The command that does one test of this program in a process of its own, in which S3 is at a port.
fn program(test: &str, ports: &str, settings: &[(&str, &str)]) -> Command {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args([test, "--exact", "--nocapture"]).env(INSIDE, ports);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        program.env_remove(name);
    }
    let port = ports.split(' ').next().unwrap();
    program.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_REGION", "us-east-1")]);
    program.envs([("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")), ("AWS_ALLOW_HTTP", "true".to_owned())]);
    for (name, value) in settings {
        if value.is_empty() {
            program.env_remove(name)
        } else {
            program.env(name, value)
        };
    }
    program
}

/// Does a test, whose name this is, with a server that is reached through a proxy.
fn with_server(test: &str, settings: &[(&str, &str)], body: impl FnOnce(Proxy)) {
    if let Ok(ports) = std::env::var(INSIDE) {
        let ports: Vec<u16> = ports.split(' ').map(|port| port.parse().unwrap()).collect();
        return body(Proxy::start(ports[0], ports[1]));
    }
    let Some(server) = &*SERVER else {
        eprintln!("skipped: set NDSTENCIL_PYTHON to a Python with moto[server], boto3 and zarr");
        return;
    };
    let ports = format!("{} {}", free_port(), server.port);
    let output = program(test, &ports, settings).stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{test} failed in a process of its own");
    assert!(text.contains("1 passed"), "there is no test {test}");
}

/// Runs the script of the server; there is a Python where there is a server.
fn python(script: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python").join(script);
    let python = std::env::var_os("NDSTENCIL_PYTHON").unwrap();
    let output = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A folder of a test's own, which is removed after it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("ndstencil-s3-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The cells that the Rust and the Python programs agree on.
fn cells<T>(shape: (usize, usize), of: impl Fn(usize) -> T) -> Array2<T> {
    Array2::from_shape_fn(shape, |(i, j)| of((i * 31 + j * 7) % 113))
}

/// All cells of an array.
fn read<T: Scalar + Clone + Default>(path: impl AsRef<Path>) -> ArrayD<T> {
    let source = Zarr::open(path).unwrap();
    let mut all = ArrayD::from_elem(IxDyn(&source.shape()), T::default());
    Job::copy(source, &mut all).run().unwrap();
    all
}
