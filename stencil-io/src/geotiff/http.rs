//! Files over a network, read in parts: requests with `Range`.
//!
//! The first request takes the head and what lies behind it, which in a Cloud Optimized GeoTIFF are the directories; then each
//! piece is a request. What is read of directories is kept.

use std::io::{self, Read};
use std::sync::Mutex;
use std::time::Duration;

use ureq::http::Response;
use ureq::{Agent, Body};

use super::place::Place;

/// The bytes that are asked for where a description is read.
const DESCRIPTION: u64 = 32 << 10;

/// The requests that are under way at once.
const REQUESTS: usize = 8;

/// The time without an answer, or without a byte of one, after which a request has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file at an address.
#[derive(Debug)]
pub(super) struct HttpFile {
    address: String,
    agent: Agent,
    len: u64,
    /// The text by which the server tells versions of the file apart.
    version: String,
    /// The bytes of descriptions that were read, with their places.
    kept: Mutex<Vec<(u64, Vec<u8>)>>,
}

impl HttpFile {
    pub(super) fn open(address: &str) -> io::Result<HttpFile> {
        let config = Agent::config_builder().http_status_as_error(false);
        let config = config.timeout_connect(Some(PATIENCE)).timeout_recv_response(Some(PATIENCE));
        let agent = Agent::new_with_config(config.timeout_per_read(Some(PATIENCE)).build());
        let mut answer = get(&agent, address, 0, DESCRIPTION)?;
        let len = match answer.status().as_u16() {
            206 => total(&answer),
            416 => Some(0),
            200 => return Err(io::Error::other("the server gives no parts of files: it does not know `Range`")),
            _ => None,
        };
        let len = len.ok_or_else(|| refusal(&answer))?;
        let mut head = Vec::new();
        read(&mut answer, DESCRIPTION.min(len), &mut head)?;
        Ok(HttpFile {
            version: version(&answer),
            address: address.to_owned(),
            agent,
            len,
            kept: Mutex::new(vec![(0, head)]),
        })
    }

    /// Asks for a part.
    fn part(&self, at: u64, len: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
        bytes.clear();
        if len == 0 {
            return Ok(());
        }
        let mut answer = get(&self.agent, &self.address, at, len)?;
        if answer.status() != 206 {
            return Err(refusal(&answer));
        }
        if version(&answer) != self.version || total(&answer) != Some(self.len) {
            return Err(io::Error::other("the file was changed while it was read"));
        }
        let first = range(&answer).and_then(|range| range.split('-').next()?.parse().ok());
        if first != Some(at) {
            return Err(io::Error::other(format!("the server gives another part than that from {at} on")));
        }
        read(&mut answer, len, bytes)
    }
}

impl Place for HttpFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, at: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        self.part(at, len as u64, bytes)
    }

    fn describe_at(&self, at: u64, len: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        let end = at + len as u64;
        let mut kept = self.kept.lock().expect("no panic while it is locked");
        let holds = |(first, part): &&(u64, Vec<u8>)| *first <= at && end <= *first + part.len() as u64;
        if let Some((first, part)) = kept.iter().find(holds) {
            bytes.clear();
            bytes.extend_from_slice(&part[(at - first) as usize..(end - first) as usize]);
            return Ok(());
        }
        let mut part = Vec::new();
        self.part(at, end.max(at.saturating_add(DESCRIPTION).min(self.len)) - at, &mut part)?;
        bytes.clear();
        bytes.extend_from_slice(&part[..len]);
        kept.push((at, part));
        Ok(())
    }

    fn version(&self) -> io::Result<Option<String>> {
        // Without a tag and a date, a file of the same length is any file.
        Ok((!self.version.trim().is_empty()).then(|| format!("{} bytes, {}", self.len, self.version)))
    }

    fn reads_at_once(&self) -> usize {
        REQUESTS
    }
}

fn get(agent: &Agent, address: &str, at: u64, len: u64) -> io::Result<Response<Body>> {
    let last = at.saturating_add(len - 1);
    agent.get(address).header("Range", format!("bytes={at}-{last}")).call().map_err(|error| match error {
        ureq::Error::Io(error) => lost(error),
        ureq::Error::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, error),
        ureq::Error::ConnectionFailed => io::Error::new(io::ErrorKind::ConnectionReset, error),
        other => io::Error::other(other),
    })
}

/// Reads an answer of so many bytes, and no more: memory is taken as they come.
fn read(answer: &mut Response<Body>, len: u64, bytes: &mut Vec<u8>) -> io::Result<()> {
    answer.body_mut().as_reader().take(len).read_to_end(bytes).map_err(lost)?;
    if (bytes.len() as u64) < len {
        let error = format!("the answer has {} of {len} bytes", bytes.len());
        return Err(io::Error::new(io::ErrorKind::ConnectionReset, error));
    }
    Ok(())
}

/// An end before the end is a connection that was lost.
fn lost(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => io::Error::new(io::ErrorKind::ConnectionReset, error),
        _ => error,
    }
}

/// The range of an answer: `first-last/total`.
fn range(answer: &Response<Body>) -> Option<&str> {
    answer.headers().get("content-range")?.to_str().ok()?.strip_prefix("bytes ")
}

/// The bytes of the whole file, as an answer tells them.
fn total(answer: &Response<Body>) -> Option<u64> {
    range(answer)?.rsplit('/').next()?.parse().ok()
}

/// The version of the file, as an answer tells it.
fn version(answer: &Response<Body>) -> String {
    let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    format!("{} {}", header("etag"), header("last-modified"))
}

/// The error of an answer that is no part. Servers that are busy may answer later.
fn refusal(answer: &Response<Body>) -> io::Error {
    let status = answer.status();
    let kind = match status.as_u16() {
        408 | 429 | 500.. => io::ErrorKind::ResourceBusy,
        404 => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, format!("the server answers {status}"))
}
