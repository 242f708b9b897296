//! A server, and a proxy before it that loses connections when it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A port that nothing listens at.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A process that is a server of S3, which ends with this value, and with this process.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
}

impl Server {
    /// A server at a port, or at any for 0, with some buckets; `None` where there is no Python.
    pub(crate) fn start(port: u16, buckets: &[&str], settings: &[(&str, &str)]) -> Option<Server> {
        let python = std::env::var_os("NDSTENCIL_PYTHON")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/s3.py");
        let mut program = Command::new(python);
        program.arg(script).args(["serve", &port.to_string()]).args(buckets).envs(settings.iter().copied());
        let mut process = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse();
        let server = Server { process, port: *port.as_ref().unwrap_or(&0) };
        assert!(port.is_ok(), "the server does not start: see `python tests/python/s3.py serve 0 tests`");
        Some(server)
    }

    /// Lets it stand still, or go on.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.process.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The things that a proxy does with connections.
enum Way {
    Pass(u16),
    Cut,
    Answer(Arc<[u8]>),
}

struct Shared {
    way: Way,
    open: Vec<TcpStream>,
}

/// A port that leads to a server.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) port: u16,
    shared: Arc<Mutex<Shared>>,
    /// The bytes that the server sent.
    pub(crate) received: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) fn start(port: u16, to: u16) -> Proxy {
        // A connection of somebody else may have the port for a moment.
        let bind = |_| {
            let bound = TcpListener::bind(("127.0.0.1", port));
            bound.inspect_err(|_| std::thread::sleep(Duration::from_millis(50))).ok()
        };
        let listener = (0..100).find_map(bind).expect("the port is free");
        let shared = Arc::new(Mutex::new(Shared { way: Way::Pass(to), open: Vec::new() }));
        let proxy = Proxy { port, shared, received: Arc::default() };
        let own = proxy.clone();
        std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| own.connect(stream)));
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn connect(&self, client: TcpStream) {
        let mut shared = self.shared.lock().unwrap();
        match &shared.way {
            Way::Cut => {}
            Way::Pass(to) => {
                let Ok(server) = TcpStream::connect(("127.0.0.1", *to)) else { return };
                for (from, to, count) in [(&client, &server, None), (&server, &client, Some(&self.received))] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let count = count.cloned().unwrap_or_default();
                    std::thread::spawn(move || {
                        let mut buffer = [0; 1 << 14];
                        while let Ok(n @ 1..) = from.read(&mut buffer) {
                            count.fetch_add(n, Ordering::Relaxed);
                            if to.write_all(&buffer[..n]).is_err() {
                                break;
                            }
                        }
                        let _ = to.shutdown(Shutdown::Both);
                        let _ = from.shutdown(Shutdown::Both);
                    });
                }
                shared.open.extend([client, server]);
            }
            Way::Answer(text) => {
                let (text, mut client) = (text.clone(), client);
                std::thread::spawn(move || {
                    // The head of the request; nobody cares for it.
                    let (mut head, mut byte) = (Vec::new(), [0]);
                    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|n| n == 1) {
                        head.push(byte[0]);
                    }
                    let _ = client.write_all(&text);
                    let _ = client.shutdown(Shutdown::Write);
                    let _ = client.read_to_end(&mut head);
                });
            }
        }
    }

    fn change(&self, way: Way) {
        let mut shared = self.shared.lock().unwrap();
        shared.way = way;
        for stream in shared.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Leads to a server.
    pub(crate) fn pass(&self, to: u16) {
        self.change(Way::Pass(to));
    }

    /// Loses all connections, and takes none.
    pub(crate) fn cut(&self) {
        self.change(Way::Cut);
    }

    /// Answers all requests by this.
    pub(crate) fn answer(&self, head: &str, body: &str) {
        let text = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}");
        self.change(Way::Answer(text.into_bytes().into()));
    }

    /// The server that it leads to.
    pub(crate) fn target(&self) -> u16 {
        match self.shared.lock().unwrap().way {
            Way::Pass(to) => to,
            _ => panic!("it leads nowhere"),
        }
    }
}
