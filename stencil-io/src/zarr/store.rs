//! The places that arrays lie in: objects of bytes under keys, in a folder or elsewhere.

use std::fmt::Debug;
use std::io::{self, Write};

use stencil_runtime::IoError;

use crate::hash::hash;

/// A part of an object.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// So many bytes from an offset on.
    At(u64, u64),
    /// So many bytes at its end.
    Last(u64),
}

/// The objects of a place, counted: their keys, sizes and times as a number that changes with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) objects: u64,
    pub(super) bytes: u64,
    pub(super) hash: u64,
}

impl Listing {
    /// Adds an object; the order does not matter.
    pub(super) fn add(&mut self, key: &str, bytes: u64, state: &[u8]) {
        self.objects += 1;
        self.bytes = self.bytes.wrapping_add(bytes);
        self.hash = self.hash.wrapping_add(hash([key.as_bytes(), &[0], &bytes.to_le_bytes(), state]));
    }
}

/// Objects of bytes under keys. Keys are names with `/` between them, as of files below a folder.
pub(super) trait Store: Debug + Send + Sync {
    /// The place of an object in messages.
    fn name(&self, key: &str) -> String;

    /// Reads an object of at most `most` bytes behind what `into` holds; false where there is none.
    fn read(&self, key: &str, most: u64, into: &mut Vec<u8>) -> Result<bool, IoError>;

    /// Reads a part of an object behind what `into` holds; false where there is no object. It is an error if the object is shorter.
    fn read_part(&self, key: &str, part: Part, into: &mut Vec<u8>) -> Result<bool, IoError>;

    /// Reads an object of exactly as many bytes as `into` has.
    fn read_exact(&self, key: &str, into: &mut [u8]) -> Result<bool, IoError> {
        let mut bytes = Vec::new();
        let there = self.read(key, into.len() as u64, &mut bytes)?;
        if there && bytes.len() != into.len() {
            return Err(wrong_size(self.name(key), bytes.len() as u64, into.len() as u64));
        }
        if there {
            into.copy_from_slice(&bytes);
        }
        Ok(there)
    }

    /// Writes an object with all its content or none. Another one of the key is replaced.
    fn write(&self, key: &str, content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> Result<(), IoError>;

    /// Removes an object, if it is there.
    fn remove(&self, key: &str) -> Result<(), IoError>;

    /// True where nothing is, or no more than what a killed process left half-written.
    fn is_empty(&self) -> Result<bool, IoError>;

    /// Removes all objects but those of the keys, and then those.
    fn clear(&self, last: &[&str]) -> Result<(), IoError>;

    /// All objects.
    fn listing(&self) -> Result<Listing, IoError>;

    /// The keys of the arrays below a group, some of them where there are many.
    fn arrays(&self) -> Vec<String>;

    /// Returns when all that was written is there to stay.
    fn sync(&self) -> Result<(), IoError>;

    /// Removes what was written by half.
    fn remove_partial(&self) -> Result<(), IoError>;

    /// True where an object is in memory, whole, while it is read or written.
    fn holds_objects(&self) -> bool {
        false
    }

    /// The reads that should be under way at once.
    fn reads_at_once(&self) -> usize {
        1
    }
}

pub(super) fn wrong_size(place: String, found: u64, expected: u64) -> IoError {
    IoError::new(place, format!("it has {found} bytes, its chunk {expected}"))
}
