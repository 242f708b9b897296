//! Objects in a bucket of S3, or of a server that speaks its protocol. Each is written by one request, whole or not at all.

mod fault;
mod runtime;

use std::collections::VecDeque;
use std::fmt;
use std::future::ready;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{BackoffConfig, ClientConfigKey, GetOptions, GetRange, ListResult, ObjectStore, ObjectStoreExt};
use object_store::{PutOptions, PutPayloadMut, RetryConfig};
use stencil_runtime::IoError;

use self::fault::Fault;
use self::runtime::{in_time, wait};
use super::layout::{METADATA_MOST, V2, V3};
use super::store::{Listing, Part, Store};

/// The requests that are under way at once where a job reads.
const REQUESTS: usize = 8;

/// The time without an answer, or without a byte of one, after which a request has failed, unless the user sets another limit.
const PATIENCE: Duration = Duration::from_secs(30);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The bytes that one request can write.
const PUT_MOST: u64 = 5 << 30;

/// The bytes that memory is taken for at once where an object is made.
const PART: usize = 64 << 10;

/// The bytes that a second sends, at least: large objects have more time.
const SLOWEST: u64 = 64 << 10;

/// Objects in a bucket, below a key.
pub(super) struct Bucket {
    client: Client,
    /// `s3://bucket/key`.
    name: String,
    /// The address of the server, for messages.
    server: String,
    root: Path,
}

/// A client of a bucket.
#[derive(Clone)]
struct Client {
    s3: Arc<AmazonS3>,
    signs: bool,
    /// The time without an answer, or without a byte of one, after which a request has failed.
    patience: Duration,
}

/// A client's settings have secrets among them.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bucket").field(&self.name).finish()
    }
}

impl Bucket {
    /// The objects below `s3://bucket/key`, by a client that takes its settings from the environment.
    pub(super) fn new(address: &str) -> Result<Bucket, IoError> {
        let wrong = |reason: &str| IoError::new(address, reason);
        let (bucket, root) = parts(address).ok_or_else(|| wrong("an address is `s3://bucket/key`"))?;
        let root = Path::parse(root).map_err(|error| wrong("it cannot be the name of an object").because(error))?;
        // What a job tries again, it waits for itself.
        let retry = RetryConfig {
            max_retries: 2,
            retry_timeout: Duration::from_secs(3),
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(50),
                max_backoff: Duration::from_millis(500),
                base: 2.0,
            },
        };
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry);
        // The client's own limit is one for a whole request, 30 s whatever its size: only where it is asked for.
        let limited = std::env::var_os("AWS_TIMEOUT").is_some();
        if !limited {
            builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "1 day");
        }
        let setting = |key| builder.get_config_value(&key);
        let server = setting(AmazonS3ConfigKey::S3Endpoint).or_else(|| setting(AmazonS3ConfigKey::Endpoint));
        let signs = setting(AmazonS3ConfigKey::SkipSignature).is_none_or(|skip| skip != "true");
        let s3 = builder.build().map_err(|error| wrong("no client can be made for it").because(error))?;
        Ok(Bucket {
            client: Client { s3: Arc::new(s3), signs, patience: if limited { DAY } else { PATIENCE } },
            name: address.to_owned(),
            server: server.unwrap_or_else(|| "S3".to_owned()),
            root,
        })
    }

    /// The place of a key in the bucket, which does not lead out of it.
    fn path(&self, key: &str) -> Result<Path, IoError> {
        let path = if self.root.as_ref().is_empty() { key.to_owned() } else { format!("{}/{key}", self.root) };
        match Path::parse(&path) {
            Ok(parsed) if !key.is_empty() && parsed.as_ref() == path => Ok(parsed),
            _ => Err(IoError::new(&self.name, format!("the key {key:?} is no name of an object below it"))),
        }
    }

    /// Does requests, and waits for them.
    fn wait<T, F>(&self, key: &str, requests: impl FnOnce(Client) -> F) -> Result<T, IoError>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Fault>> + Send + 'static,
    {
        wait(requests(self.client.clone())).map_err(|fault| fault.at(self.name(key), &self.server))
    }

    /// Reads an object, or a part of it; tells the size of the object, or `None` where there is none.
    fn get(&self, key: &str, range: Option<GetRange>, most: u64, into: &mut Vec<u8>) -> Result<Option<u64>, IoError> {
        let path = self.path(key)?;
        let mut bytes = std::mem::take(into);
        let (bytes, read) = self.wait(key, |client| async move {
            let read = client.get(&path, range, most, &mut bytes).await;
            Ok((bytes, read))
        })?;
        *into = bytes;
        read.map_err(|fault| fault.at(self.name(key), &self.server))
    }

    /// The objects and the folders directly below a place.
    fn list(&self, folder: &Path) -> Result<ListResult, IoError> {
        let folder = folder.clone();
        self.wait("", |client| async move {
            client.sign().await?;
            in_time(client.patience, client.s3.list_with_delimiter(Some(&folder))).await
        })
    }

    /// True where an array is among these objects of a folder.
    fn is_array(&self, listed: &ListResult) -> bool {
        let object = |name: &str| listed.objects.iter().find(|object| object.location.filename() == Some(name));
        let says_array = |path: &Path| {
            let (mut text, key) = (Vec::new(), below(&self.root, path));
            self.read(key, METADATA_MOST, &mut text).is_ok() && String::from_utf8_lossy(&text).contains("\"array\"")
        };
        object(V2).is_some() || object(V3).is_some_and(|object| says_array(&object.location))
    }
}

/// The bucket and the key of an address.
fn parts(address: &str) -> Option<(&str, &str)> {
    let address = address.strip_prefix("s3://")?;
    let (bucket, key) = address.split_once('/').unwrap_or((address, ""));
    let in_names = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    (!bucket.is_empty() && bucket.chars().all(in_names)).then_some((bucket, key))
}

/// The key of an object below a place.
fn below<'p>(root: &Path, path: &'p Path) -> &'p str {
    let rest = path.as_ref().strip_prefix(root.as_ref()).unwrap_or(path.as_ref());
    rest.strip_prefix('/').unwrap_or(rest)
}

impl Client {
    /// Sees to the credentials, which the client keeps: an error about them is told apart from one of the server.
    async fn sign(&self) -> Result<(), Fault> {
        if self.signs {
            in_time(self.patience, self.s3.credentials().get_credential()).await.map_err(Fault::unsigned)?;
        }
        Ok(())
    }

    async fn get(
        &self,
        path: &Path,
        range: Option<GetRange>,
        most: u64,
        into: &mut Vec<u8>,
    ) -> Result<Option<u64>, Fault> {
        self.sign().await?;
        let options = GetOptions { range, ..GetOptions::default() };
        let answer = match in_time(self.patience, self.s3.get_opts(path, options)).await {
            Err(fault) if fault.is_missing() => return Ok(None),
            answer => answer?,
        };
        let (size, len) = (answer.meta.size, answer.range.end - answer.range.start);
        if len > most {
            return Err(Fault::Wrong(format!("it has {len} bytes, more than the {most} that it can have")));
        }
        into.try_reserve_exact(len as usize).map_err(|_| Fault::Wrong(format!("{len} bytes cannot be had for it")))?;
        let whole = into.len() + len as usize;
        let mut parts = answer.into_stream();
        while let Some(part) = in_time(self.patience, parts.try_next()).await? {
            if into.len() + part.len() > whole {
                return Err(Fault::Wrong(format!("the server sends more than the {len} bytes that it announces")));
            }
            into.extend_from_slice(&part);
        }
        if into.len() < whole {
            return Err(Fault::Lost(format!("{} of {len} bytes are missing", whole - into.len())));
        }
        Ok(Some(size))
    }
}

/// An object that is made, in parts, so that none of it is moved as it grows.
struct Payload(PutPayloadMut);

impl Write for Payload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Store for Bucket {
    fn name(&self, key: &str) -> String {
        if key.is_empty() { self.name.clone() } else { format!("{}/{key}", self.name) }
    }

    fn read(&self, key: &str, most: u64, into: &mut Vec<u8>) -> Result<bool, IoError> {
        Ok(self.get(key, None, most, into)?.is_some())
    }

    fn read_part(&self, key: &str, part: Part, into: &mut Vec<u8>) -> Result<bool, IoError> {
        let outside = |what: String| IoError::new(self.name(key), format!("{what} are asked for"));
        let (range, len) = match part {
            // There is no such range.
            Part::At(_, 0) | Part::Last(0) => return Ok(true),
            Part::At(start, len) => match start.checked_add(len) {
                Some(end) => (GetRange::Bounded(start..end), len),
                None => return Err(outside(format!("{len} bytes from byte {start} on"))),
            },
            Part::Last(len) => (GetRange::Suffix(len), len),
        };
        let held = into.len();
        let Some(size) = self.get(key, Some(range), len, into)? else { return Ok(false) };
        if ((into.len() - held) as u64) < len {
            return Err(outside(format!("it has {size} bytes, {len} in one part of it")));
        }
        Ok(true)
    }

    fn write(&self, key: &str, content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<(), IoError> {
        let path = self.path(key)?;
        let mut payload = Payload(PutPayloadMut::new().with_block_size(PART));
        content(&mut payload).map_err(|error| IoError::new(self.name(key), "it cannot be made").because(error))?;
        let len = payload.0.content_length() as u64;
        if len > PUT_MOST {
            let reason = format!("it would have {len} bytes, more than the {PUT_MOST} that are written at once");
            return Err(IoError::new(self.name(key), reason));
        }
        self.wait(key, |client| async move {
            client.sign().await?;
            let patience = client.patience + Duration::from_secs(len / SLOWEST);
            in_time(patience, client.s3.put_opts(&path, payload.0.freeze(), PutOptions::default())).await?;
            Ok(())
        })
    }

    fn remove(&self, key: &str) -> Result<(), IoError> {
        let path = self.path(key)?;
        self.wait(key, |client| async move {
            client.sign().await?;
            match in_time(client.patience, client.s3.delete(&path)).await {
                Err(fault) if fault.is_missing() => Ok(()),
                removed => removed,
            }
        })
    }

    fn is_empty(&self) -> Result<bool, IoError> {
        let root = self.root.clone();
        self.wait("", |client| async move {
            client.sign().await?;
            let mut objects = client.s3.list(Some(&root));
            Ok(in_time(client.patience, objects.try_next()).await?.is_none())
        })
    }

    fn clear(&self, last: &[&str]) -> Result<(), IoError> {
        let last = last.iter().map(|key| self.path(key)).collect::<Result<Vec<Path>, IoError>>()?;
        let root = self.root.clone();
        self.wait("", |client| async move {
            client.sign().await?;
            let kept = last.clone();
            let others = client.s3.list(Some(&root)).map_ok(|object| object.location);
            let others = others.try_filter(move |path| ready(!kept.contains(path))).boxed();
            for paths in [others, futures_util::stream::iter(last.into_iter().map(Ok)).boxed()] {
                let mut removed = client.s3.delete_stream(paths);
                loop {
                    match in_time(client.patience, removed.try_next()).await {
                        Ok(None) => break,
                        Err(fault) if !fault.is_missing() => return Err(fault),
                        _ => {}
                    }
                }
            }
            Ok(())
        })
    }

    fn listing(&self) -> Result<Listing, IoError> {
        let root = self.root.clone();
        self.wait("", |client| async move {
            client.sign().await?;
            let mut listing = Listing::default();
            let mut objects = client.s3.list(Some(&root));
            while let Some(object) = in_time(client.patience, objects.try_next()).await? {
                let state = object.e_tag.unwrap_or_else(|| object.last_modified.to_string());
                listing.add(below(&root, &object.location), object.size, state.as_bytes());
            }
            Ok(listing)
        })
    }

    fn arrays(&self) -> Vec<String> {
        // Groups one after the other, from the outermost on; not for ever.
        const LOOKS: usize = 100;
        const MANY: usize = 20;
        let (mut found, mut folders) = (Vec::new(), VecDeque::from([self.root.clone()]));
        for _ in 0..LOOKS {
            let Some(folder) = folders.pop_front().filter(|_| found.len() < MANY) else { break };
            let Ok(listed) = self.list(&folder) else { break };
            if folder != self.root && self.is_array(&listed) {
                found.push(below(&self.root, &folder).to_owned());
            } else {
                folders.extend(listed.common_prefixes);
            }
        }
        found.sort();
        found
    }

    fn sync(&self) -> Result<(), IoError> {
        // What the server has answered is there to stay.
        Ok(())
    }

    fn remove_partial(&self) -> Result<(), IoError> {
        Ok(())
    }

    fn holds_objects(&self) -> bool {
        true
    }

    fn reads_at_once(&self) -> usize {
        REQUESTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(parts("s3://bucket/a/b.zarr"), Some(("bucket", "a/b.zarr")));
        assert_eq!(parts("s3://bucket"), Some(("bucket", "")));
        for address in ["s3://", "s3:///x", "s3://a b/x", "s3://user@bucket/x", "gs://bucket/x"] {
            assert_eq!(parts(address), None, "{address}");
        }
        for address in ["s3://bucket/a//b", "s3://bucket/../b", "s3://bucket/a\nb"] {
            assert!(Bucket::new(address).is_err(), "{address}");
        }
    }

    #[test]
    fn keys_stay_inside() {
        for (address, place) in [("s3://bucket/a/b", "a/b/c/0/1"), ("s3://bucket", "c/0/1")] {
            let bucket = Bucket::new(address).unwrap();
            for key in ["", "/", "/x", "x/", "../x", "c/../../x", "c//0", "c/./0", "c\0"] {
                assert!(bucket.path(key).is_err(), "{address} {key:?}");
            }
            let path = bucket.path("c/0/1").unwrap();
            assert_eq!((path.as_ref(), below(&bucket.root, &path)), (place, "c/0/1"));
        }
        assert_eq!(format!("{:?}", Bucket::new("s3://bucket/a").unwrap()), "Bucket(\"s3://bucket/a\")");
    }
}
