//! The directory of a ZIP archive, as far as NPZ needs it: entries that are stored or deflated.

use std::fs::File;
use std::io::{self, Read};

use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::position::read_exact_at;

/// The longest directory that is read; one entry takes some hundred bytes.
const LONGEST: u64 = 64 << 20;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// An array in an archive.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    method: u16,
    crc: u32,
    packed: u64,
    /// The bytes of its content.
    pub(super) size: u64,
    local: u64,
}

/// The entries of an archive.
pub(super) fn entries(file: &File) -> Result<Vec<Entry>, String> {
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let length = file.metadata().map_err(unreadable)?.len();
    let none = || "is no NPZ archive".to_owned();
    // The end of the directory lies at the end of the file, but for a comment.
    let tail_start = length.saturating_sub(22 + 0xffff);
    let mut tail = vec![0; (length - tail_start) as usize];
    read_exact_at(file, &mut tail, tail_start).map_err(unreadable)?;
    let end = tail.windows(4).rposition(|bytes| bytes == b"PK\x05\x06").ok_or_else(none)?;
    let record = tail.get(end..end + 22).ok_or_else(none)?;
    let (mut size, mut start) = (u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
    let locator = (tail_start + end as u64).checked_sub(20).filter(|_| size == 0xffff_ffff || start == 0xffff_ffff);
    if let Some(at) = locator {
        let mut locator = [0; 20];
        let mut record = [0; 56];
        read_exact_at(file, &mut locator, at).map_err(unreadable)?;
        if !locator.starts_with(b"PK\x06\x07") {
            return Err(none());
        }
        read_exact_at(file, &mut record, u64_at(&locator, 8)).map_err(|_| none())?;
        if !record.starts_with(b"PK\x06\x06") {
            return Err(none());
        }
        (size, start) = (u64_at(&record, 40), u64_at(&record, 48));
    }
    if start.checked_add(size).is_none_or(|end| end > length) {
        return Err("has a directory beyond its end: it is cut off or damaged".to_owned());
    }
    if size > LONGEST {
        return Err(format!("has a directory of {size} bytes, and at most {LONGEST} are read"));
    }
    let mut directory = vec![0; size as usize];
    read_exact_at(file, &mut directory, start).map_err(unreadable)?;
    let mut rest = &directory[..];
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (entry, after) = Entry::read(rest).ok_or("has a directory that cannot be read")?;
        entries.push(entry);
        rest = after;
    }
    Ok(entries)
}

impl Entry {
    /// Reads an entry of the directory; returns what follows it.
    fn read(bytes: &[u8]) -> Option<(Entry, &[u8])> {
        let (head, rest) = bytes.split_at_checked(46)?;
        if !head.starts_with(b"PK\x01\x02") {
            return None;
        }
        let length = |at| usize::from(u16_at(head, at));
        let (name, rest) = rest.split_at_checked(length(28))?;
        let (mut extra, rest) = rest.split_at_checked(length(30))?;
        let (_comment, rest) = rest.split_at_checked(length(32))?;
        let narrow = |at| u64::from(u32_at(head, at));
        let mut numbers = [narrow(24), narrow(20), narrow(42)];
        // Numbers that do not fit 32 bits stand in an extra field, one after the other.
        while let Some((field, after)) = extra.split_at_checked(4) {
            let (mut content, after) = after.split_at_checked(usize::from(u16_at(field, 2)))?;
            extra = after;
            if u16_at(field, 0) == 1 {
                for number in numbers.iter_mut().filter(|number| **number == 0xffff_ffff) {
                    let (wide, after) = content.split_at_checked(8)?;
                    (*number, content) = (u64_at(wide, 0), after);
                }
            }
        }
        let [size, packed, local] = numbers;
        // What is encrypted has a bit set, and counts as packed in an unknown way.
        let method = if u16_at(head, 8) & 1 == 0 { u16_at(head, 10) } else { u16::MAX };
        let name = String::from_utf8_lossy(name).into_owned();
        Some((Entry { name, method, crc: u32_at(head, 16), packed, size, local }, rest))
    }

    /// The content's first byte in the file, where it lies there as it is; `None` for one that is compressed.
    pub(super) fn stored_at(&self, file: &File) -> Result<Option<u64>, String> {
        if self.method != STORED {
            return Ok(None);
        }
        if self.packed != self.size {
            return Err("has two lengths: the archive is damaged".to_owned());
        }
        self.begin(file).map(Some)
    }

    /// The decompressed content of a compressed one.
    pub(super) fn inflate(&self, file: &File) -> Result<impl Read, String> {
        if self.method != DEFLATED {
            return Err("is encrypted, or compressed by a method other than deflate".to_owned());
        }
        let at = self.begin(file)?;
        let file = file.try_clone().map_err(|error| format!("cannot be read: {error}"))?;
        let packed = Piece { file, at, end: at + self.packed };
        Ok(Checked {
            bytes: DeflateDecoder::new(packed).take(self.size),
            crc: Crc::new(),
            expected: (self.crc, self.size),
        })
    }

    fn begin(&self, file: &File) -> Result<u64, String> {
        let damaged = || "lies beyond the end of its archive, which is cut off or damaged".to_owned();
        let mut local = [0; 30];
        read_exact_at(file, &mut local, self.local).map_err(|_| damaged())?;
        if !local.starts_with(b"PK\x03\x04") {
            return Err("is not where the archive's directory says".to_owned());
        }
        let begin = self.local + 30 + u64::from(u16_at(&local, 26)) + u64::from(u16_at(&local, 28));
        let length = file.metadata().map_err(|error| format!("cannot be read: {error}"))?.len();
        match begin.checked_add(self.packed) {
            Some(end) if end <= length => Ok(begin),
            _ => Err(damaged()),
        }
    }
}

/// A piece of a file, from its start on.
pub(super) struct Piece<F> {
    pub(super) file: F,
    pub(super) at: u64,
    pub(super) end: u64,
}

impl<F: std::borrow::Borrow<File>> Read for Piece<F> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = bytes.len().min(usize::try_from(self.end - self.at).unwrap_or(usize::MAX));
        read_exact_at(self.file.borrow(), &mut bytes[..count], self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// Bytes whose length and checksum are compared at their end.
struct Checked<R> {
    bytes: R,
    crc: Crc,
    expected: (u32, u64),
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(bytes)?;
        self.crc.update(&bytes[..count]);
        let (crc, size) = self.expected;
        if count == 0
            && !bytes.is_empty()
            && (self.crc.sum() != crc || u64::from(self.crc.amount()) != size & 0xffff_ffff)
        {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is another one"));
        }
        Ok(count)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
