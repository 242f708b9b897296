//! Files at addresses, of a server in the test.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ndarray::{ArrayD, IxDyn, s};
use ndstencil::chunks::{CellsMut, Source};
use ndstencil::prelude::*;
use stencil_io::{GeoTiff, Georeference};

use crate::{Folder, noise, open, read, same, write};

/// The ways of servers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Right,
    /// Whole files only.
    Whole,
    /// Busy at each third request.
    Busy,
    /// Answers end too early, each third one.
    Short,
    /// The file is another one at each request.
    Changing,
    /// Answers begin elsewhere.
    Beside,
    /// Claims a length that the file does not have.
    Huge,
}

#[derive(Debug)]
struct Server {
    address: String,
    requests: Arc<AtomicUsize>,
    bytes: Arc<AtomicUsize>,
}

impl Server {
    fn new(file: Vec<u8>, way: Way) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/dem.tif", listener.local_addr().unwrap());
        let (requests, bytes) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let server = Server { address, requests: requests.clone(), bytes: bytes.clone() };
        let file = Arc::new(file);
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (file, requests, bytes) = (file.clone(), requests.clone(), bytes.clone());
                std::thread::spawn(move || {
                    let mut connection = BufReader::new(connection.unwrap());
                    while answer(&mut connection, &file, way, &requests, &bytes).is_some() {}
                });
            }
        });
        server
    }

    fn counts(&self) -> [usize; 2] {
        [self.requests.swap(0, Ordering::SeqCst), self.bytes.swap(0, Ordering::SeqCst)]
    }
}

/// Answers a request; `None` when there is none any more.
fn answer(
    connection: &mut BufReader<TcpStream>,
    file: &[u8],
    way: Way,
    requests: &AtomicUsize,
    bytes: &AtomicUsize,
) -> Option<()> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push(line.trim().to_lowercase());
    }
    let number = requests.fetch_add(1, Ordering::SeqCst);
    let out = connection.get_mut();
    if !head[0].starts_with("get /dem.tif ") {
        return out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok();
    }
    if way == Way::Busy && number % 3 == 1 {
        return out.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").ok();
    }
    if way == Way::Whole {
        out.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", file.len()).as_bytes()).ok()?;
        return out.write_all(file).ok();
    }
    let range = head.iter().find_map(|line| line.strip_prefix("range: bytes=")).unwrap();
    let (first, last) = range.split_once('-').unwrap();
    let (mut first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    if first >= file.len() {
        let text = format!("HTTP/1.1 416 Range\r\nContent-Length: 0\r\nContent-Range: bytes */{}\r\n\r\n", file.len());
        return out.write_all(text.as_bytes()).ok();
    }
    let last = last.min(file.len() - 1);
    if way == Way::Beside && number > 0 {
        first -= 1;
    }
    let tag = if way == Way::Changing { number } else { 0 };
    let (len, total) = (last + 1 - first, if way == Way::Huge { usize::MAX } else { file.len() });
    let text = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Length: {len}\r\nContent-Range: bytes {first}-{last}/{total}\r\n\
         ETag: \"{tag}\"\r\n\r\n"
    );
    out.write_all(text.as_bytes()).ok()?;
    bytes.fetch_add(len, Ordering::SeqCst);
    if way == Way::Short && number % 3 == 1 {
        let _ = out.write_all(&file[first..first + len / 2]);
        return None;
    }
    out.write_all(&file[first..=last]).ok()
}

/// A cloud optimized file, and its cells.
fn cog(folder: &Folder, shape: &[usize]) -> (Vec<u8>, ArrayD<u16>) {
    let x = noise::<u16>(shape, 7);
    let path = folder.join("cog.tif");
    let place = Georeference::projected(32632, [10.0, 0.0, 0.0, 0.0, -10.0, 0.0]);
    write(&x, GeoTiff::create(&path).tile(256).cog().georeference(place)).unwrap();
    (std::fs::read(path).unwrap(), x)
}

#[test]
fn what_a_file_says_of_itself_and_two_tiles_are_three_requests() {
    let folder = Folder::made();
    let (file, x) = cog(&folder, &[2000, 1500]);
    let len = file.len();
    let server = Server::new(file, Way::Right);
    let source = GeoTiff::open(&server.address).unwrap();
    assert_eq!((source.shape(), source.name()), (vec![2000, 1500], server.address.clone()));
    assert_eq!(source.georeference().unwrap().epsg(), Some(32632));
    // All overviews are told of in front.
    assert_eq!(source.clone().overview(3).unwrap().shape(), [250, 188]);
    let mut tile = ArrayD::<u16>::zeros(IxDyn(&[256, 256]));
    for j in [256, 1024] {
        source.read(&[512..768, j..j + 256], &mut CellsMut::of(&mut tile)).unwrap();
        assert_eq!(tile, x.slice(s![512..768, j..j + 256]).into_dyn());
    }
    let [requests, bytes] = server.counts();
    println!("{requests} requests, {bytes} of {len} bytes");
    assert_eq!(requests, 3);
    assert!(bytes < (32 << 10) + 2 * 300_000 && bytes * 5 < len);
}

#[test]
fn a_job_reads_from_an_address() {
    let folder = Folder::made();
    let (file, x) = cog(&folder, &[700, 900]);
    for way in [Way::Right, Way::Busy, Way::Short] {
        let server = Server::new(file.clone(), way);
        let to = folder.join("y.tif");
        let source = GeoTiff::open(&server.address).unwrap();
        Job::new(same::<u16>(), source, GeoTiff::create(&to)).restart(true).run().unwrap();
        assert_eq!(read::<u16>(&open(&to)).unwrap(), x, "{way:?}");
        let [requests, _] = server.counts();
        assert!((13..=30).contains(&requests), "{requests}");
    }
}

#[test]
fn servers_that_do_not_do_are_told() {
    let folder = Folder::made();
    let (file, _) = cog(&folder, &[700, 900]);
    let fails = |way: Way, path: &str| {
        let server = Server::new(file.clone(), way);
        let address = server.address.replace("/dem.tif", path);
        let read = GeoTiff::open(&address).and_then(|source| read::<u16>(&source));
        let error = read.unwrap_err();
        assert!(error.place().starts_with("http://127.0.0.1:"), "{error}");
        error
    };
    let told = |way: Way, path: &str, with: &str| {
        let error = fails(way, path);
        assert!(error.to_string().contains(with) && !error.is_transient(), "{error}");
    };
    told(Way::Right, "/other.tif", "the server answers 404 Not Found");
    told(Way::Whole, "/dem.tif", "the server gives no parts of files");
    told(Way::Changing, "/dem.tif", "the file was changed while it was read");
    told(Way::Beside, "/dem.tif", "the server gives another part than that from");
    for way in [Way::Busy, Way::Short] {
        assert!(fails(way, "/dem.tif").is_transient());
    }
    // Nobody is there.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(GeoTiff::open(format!("http://{free}/x.tif")).unwrap_err().is_transient());
    // Other files, empty ones, and lengths that are not.
    for bytes in [&b""[..], b"II", b"not at all a raster"] {
        let server = Server::new(bytes.to_vec(), Way::Right);
        let error = GeoTiff::open(&server.address).unwrap_err().to_string();
        assert!(error.contains("is no TIFF file"), "{error}");
    }
    for end in [8, 100, 5000] {
        let mut file = file[..end].to_vec();
        file[4..8].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        let server = Server::new(file, Way::Huge);
        assert!(GeoTiff::open(&server.address).is_err());
    }
}
