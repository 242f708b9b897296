//! Zarr arrays, of version 2 and of version 3, in folders, and with the feature `s3` in buckets.
//!
//! [`Zarr::open`] is a source and [`Zarr::create`] a sink:
//!
//! ```
//! use ndarray::Array3;
//! use ndstencil::io::Zarr;
//! use ndstencil::prelude::*;
//! #[gufunc("(),()->()")]
//! fn ndvi(nir: f32, red: f32) -> f32 { (nir - red) / (nir + red) }
//!
//! # let folder = std::env::temp_dir().join("ndstencil-doc-zarr");
//! # std::fs::create_dir_all(&folder).unwrap();
//! # let path = |name: &str| folder.join(name);
//! # #[stencil]
//! # fn same(x: Window2<f32>) -> f32 { x[[0, 0]] }
//! # let bands = [("nir.zarr", 3.0_f32), ("red.zarr", 1.0)];
//! # for (name, value) in bands {
//! #     let x = Array3::from_elem((2, 100, 100), value);
//! #     Job::new(same(), &x, Zarr::create(path(name)).chunks([1, 64, 64])).restart(true).run()?;
//! # }
//! let (nir, red) = (Zarr::open(path("nir.zarr"))?, Zarr::open(path("red.zarr"))?);
//! let job = Job::new(ndvi(), (nir, red), Zarr::create(path("ndvi.zarr")).chunks([1, 50, 50]).zstd(3));
//! # let job = job.restart(true);
//! job.memory(64 << 20).run()?;
//!
//! let mut out = Array3::<f32>::zeros((2, 100, 100));
//! Job::new(same(), Zarr::open(path("ndvi.zarr"))?, &mut out).run()?;
//! assert!(out.iter().all(|&x| x == 0.5));
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! # Reading
//! Elements are `bool`, integers and floats (`float16` with the feature `f16`). Codecs are `bytes` of either order, `transpose`,
//! `blosc`, `zstd`, `gzip`, `zlib`, `crc32c` and `sharding_indexed`, of which the chunks inside are read, not whole shards.
//! A chunk that is not there is the fill value, as all Zarr readers have it. Arrays have at most 32 axes and 2^63 bytes, and
//! chunks 16 GiB; what a file claims beyond that, or beyond what it can hold, is an error before memory is taken for it.
//!
//! The [`version`](stencil_runtime::chunks::Source::version) of an array is taken from its metadata and from the sizes and
//! times of all its files, not from their content: a second or two for a million chunks, less than reading them takes by far.
//!
//! # Writing
//! A chunk is a file (a shard with [`shards`](ZarrSink::shards)) that is written under another name and then renamed:
//! readers never see half a chunk. It is brought to the disk with others, before the job notes it. Chunks in which all cells
//! are the fill value are not written. What is done
//! stands in the job's journal beside the array, `ndvi.zarr.job`, so that a job that was stopped goes on when it is run again.
//!
//! Attributes and the names of axes are those of the first input, for the axes that come from it; attributes such as
//! `scale_factor`, which say what stored numbers stand for, only where the type of the elements is the same.
//!
//! An array can be made inside a group, as `store.zarr/group/name`. The metadata of the groups is left as it is: groups that
//! are not there are not made, and consolidated metadata does not know the new array until it is made again, with
//! `zarr.consolidate_metadata` in Python.
//!
//! # On S3
//! With the feature `s3`, a text that begins with `s3://` is the place of an array in a bucket of S3, or of another server that
//! speaks its protocol, for sources and sinks:
//!
//! ```no_run (it needs a bucket)
//! # #[cfg(feature = "s3")] {
//! use ndstencil::io::Zarr;
//! use ndstencil::prelude::*;
//! #[gufunc("(),()->()")]
//! fn ndvi(nir: f32, red: f32) -> f32 { (nir - red) / (nir + red) }
//!
//! let (nir, red) = (Zarr::open("s3://bucket/nir.zarr")?, Zarr::open("s3://bucket/red.zarr")?);
//! Job::new(ndvi(), (nir, red), Zarr::create("s3://bucket/ndvi.zarr")).journal("ndvi.job").run()?;
//! # }
//! # Ok::<(), ndstencil::Error>(())
//! ```
//!
//! Settings are taken from the environment:
//!
//! | | |
//! |---|---|
//! | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | the keys; without them the role of the machine or container, where it has one. Files such as `~/.aws/credentials` are not read |
//! | `AWS_SKIP_SIGNATURE=true` | no keys: for what all may read |
//! | `AWS_REGION` | the region of the bucket, `us-east-1` unless it is set |
//! | `AWS_ENDPOINT_URL` | the address of another server than Amazon's; `AWS_ALLOW_HTTP=true` if it is `http://` |
//! | `AWS_TIMEOUT` | the most time for a request, such as `60 s`. Unless it is set, 30 s without an answer, or a byte of one, are too many |
//!
//! A source reads several chunks at once, and of shards the parts that it needs. An object that the server says is not there is
//! a chunk of fill values; a bucket that is not there, or an object that may not be read, is an error. The version of an array
//! is taken from the sizes and entity tags of its objects, a request for each thousand of them.
//!
//! An object is written by one request, whole or not at all, and has at most 5 GiB. Objects on their way are held in memory, and
//! are part of the budget of a job. A job whose output alone is there waits for it with as many chunks as there are processors:
//! [`workers`](stencil_runtime::chunks::Job::workers) says how many instead.
//!
//! There is no file beside an address: the sink has no journal, unless the job names one, a file on this machine, by
//! [`journal`](stencil_runtime::chunks::Job::journal). Without one a job begins anew each time, and is refused where an array is.
//!
//! Anything that may pass, such as a lost connection, a server that does not answer or that says that it is busy, is tried again twice
//! within three seconds, and then as often as the job's [`retries`](stencil_runtime::chunks::Job::retries) say while it reads and
//! writes chunks.

mod describe;
mod elements;
mod filter;
mod folder;
mod layout;
mod pool;
#[cfg(feature = "s3")]
mod s3;
mod sink;
mod source;
mod store;

use std::path::{Path, PathBuf};

use stencil_runtime::IoError;

pub use sink::ZarrSink;
pub use source::Zarr;

/// A place of arrays.
#[derive(Clone, Debug)]
enum Location {
    Folder(PathBuf),
    /// An address, as `s3://bucket/key`.
    Address(String),
}

impl Location {
    fn new(path: &Path) -> Location {
        // Without a slash at the end: the journal lies beside the folder.
        match path.to_str().and_then(|address| address.split_once("://")) {
            Some((scheme, rest)) => Location::Address(format!("{scheme}://{}", rest.trim_end_matches('/'))),
            None => Location::Folder(path.components().collect()),
        }
    }

    fn name(&self) -> String {
        match self {
            Location::Folder(path) => path.display().to_string(),
            Location::Address(address) => address.clone(),
        }
    }

    fn store(&self) -> Result<Box<dyn store::Store>, IoError> {
        match self {
            Location::Folder(path) => Ok(Box::new(folder::Folder::new(path))),
            #[cfg(feature = "s3")]
            Location::Address(address) if address.starts_with("s3://") => Ok(Box::new(s3::Bucket::new(address)?)),
            #[cfg(not(feature = "s3"))]
            Location::Address(address) if address.starts_with("s3://") => {
                Err(IoError::new(address, "arrays on S3 need ndstencil's feature `s3`, which is not turned on"))
            }
            Location::Address(address) => {
                Err(IoError::new(address, "arrays are in folders and on S3, at `s3://bucket/key`, alone"))
            }
        }
    }

    /// Makes the folder.
    fn make(&self) -> Result<(), IoError> {
        match self {
            Location::Folder(path) => folder::make(path),
            Location::Address(_) => Ok(()),
        }
    }

    /// The file beside the folder in which a job notes what is done. There is none beside an address.
    fn journal(&self) -> Option<PathBuf> {
        match self {
            Location::Folder(path) => {
                let mut name = path.clone().into_os_string();
                name.push(".job");
                Some(name.into())
            }
            Location::Address(_) => None,
        }
    }

    /// True where objects are in memory, whole, while they are written.
    fn holds_objects(&self) -> bool {
        matches!(self, Location::Address(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_what_they_need() {
        let refused = |path: &str| Zarr::open(path).unwrap_err().to_string();
        let expected = "gs://bucket/x.zarr: arrays are in folders and on S3, at `s3://bucket/key`, alone";
        assert_eq!(refused("gs://bucket/x.zarr"), expected);
        #[cfg(not(feature = "s3"))]
        for path in ["s3://bucket/x.zarr", "s3://bucket/x.zarr/"] {
            let expected = "s3://bucket/x.zarr: arrays on S3 need ndstencil's feature `s3`, which is not turned on";
            assert_eq!(refused(path), expected);
        }
    }
}
