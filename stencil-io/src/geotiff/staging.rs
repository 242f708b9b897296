//! Tiles that wait for their file.
//!
//! Each process appends the tiles that it makes to a *pack*, a file of its own, with a head before each tile. A pack lasts when
//! it is brought to the disk, once for all tiles that were written: a hundred thousand tiles make no hundred thousand files. Heads
//! and tiles have check sums, so that the end of a pack that was torn when the power went is not taken for a tile. A tile that
//! is there twice counts as it was written last.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;

use libdeflater::Crc;

use super::fault::Fault;
use super::place::{LocalFile, Place};
use crate::files;

/// The end of the names of packs.
const PACK: &str = "pack";
/// The end of the names of those that no other process reads.
const PRIVATE: &str = "private";

/// The first bytes of a pack.
const MAGIC: &[u8; 8] = b"NDTILES1";

/// The bytes of the head of a tile: its number, its length, its check sum, and that of the head.
const HEAD: usize = 24;

/// A pack that is written, made when the first tile is.
#[derive(Debug)]
pub(super) struct Pack {
    folder: PathBuf,
    end: &'static str,
    kind: String,
    file: Mutex<Option<(File, PathBuf)>>,
    /// Packs that end in a torn record: those before it are to last.
    torn: Mutex<Vec<File>>,
    folders: files::Folders,
}

impl Pack {
    /// A pack of tiles of a kind.
    pub(super) fn new(folder: PathBuf, kind: String) -> Pack {
        Pack {
            folder,
            end: PACK,
            kind,
            file: Mutex::default(),
            torn: Mutex::default(),
            folders: files::Folders::default(),
        }
    }

    /// A pack that no other process reads.
    pub(super) fn private(folder: PathBuf) -> Pack {
        Pack { end: PRIVATE, ..Pack::new(folder, String::new()) }
    }

    /// Makes a record of a tile, whose bytes `fill` appends.
    pub(super) fn record(
        record: &mut Vec<u8>,
        number: u64,
        fill: impl FnOnce(&mut Vec<u8>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        record.clear();
        record.resize(HEAD, 0);
        fill(record)?;
        let len = (record.len() - HEAD) as u64;
        let sum = sum(&record[HEAD..]);
        record[..8].copy_from_slice(&number.to_le_bytes());
        record[8..16].copy_from_slice(&len.to_le_bytes());
        record[16..20].copy_from_slice(&sum.to_le_bytes());
        let sum = self::sum(&record[..20]);
        record[20..HEAD].copy_from_slice(&sum.to_le_bytes());
        Ok(())
    }

    /// Appends a record.
    pub(super) fn append(&self, record: &[u8]) -> Result<(), Fault> {
        let mut held = self.file.lock().expect("no panic while it is locked");
        let cannot = |error| Fault::of("its tiles cannot be written", error);
        let (file, _) = match &mut *held {
            Some(open) => open,
            none => none.insert(self.create().map_err(cannot)?),
        };
        let end = file.metadata().map_err(cannot)?.len();
        if let Err(error) = file.write_all(record) {
            // After a record that is torn nothing more is found: if it cannot be cut off, the next one begins another pack.
            if file.set_len(end).is_err() {
                let torn = held.take().expect("it was written to");
                self.torn.lock().expect("no panic while it is locked").push(torn.0);
            }
            return Err(cannot(error));
        }
        Ok(())
    }

    fn create(&self) -> io::Result<(File, PathBuf)> {
        let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_nanos() as u64);
        let mut head = MAGIC.to_vec();
        head.extend(time.to_le_bytes());
        head.extend((self.kind.len() as u64).to_le_bytes());
        head.extend(self.kind.as_bytes());
        let sum = sum(&head);
        head.extend(sum.to_le_bytes());
        let mut number = 0;
        loop {
            let path = self.folder.join(format!("{}-{number}.{}", std::process::id(), self.end));
            match OpenOptions::new().append(true).create_new(true).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                file => {
                    let mut file = file?;
                    if let Err(error) = file.write_all(&head) {
                        let _ = fs::remove_file(&path);
                        return Err(error);
                    }
                    self.folders.note(&path);
                    self.folders.note(&self.folder);
                    return Ok((file, path));
                }
            }
        }
    }

    /// Brings all records to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        // Others go on writing.
        let held = self.file.lock().expect("no panic while it is locked");
        let file = held.as_ref().map(|(file, _)| file.try_clone()).transpose()?;
        drop(held);
        let torn = std::mem::take(&mut *self.torn.lock().expect("no panic while it is locked"));
        file.iter().chain(&torn).try_for_each(File::sync_data)?;
        self.folders.sync()
    }

    /// Closes the file.
    pub(super) fn close(&self) -> Option<PathBuf> {
        self.file.lock().expect("no panic while it is locked").take().map(|(_, path)| path)
    }
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The place of a tile in the packs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Record {
    number: u64,
    /// The pack, counted from the one that was begun first.
    pack: u32,
    at: u64,
    len: u64,
    sum: u32,
}

/// Tiles that wait, of all processes.
#[derive(Debug)]
pub(super) struct Staged {
    packs: Vec<LocalFile>,
    /// In the order of tiles, and for one tile of time.
    records: Vec<Record>,
}

impl Staged {
    /// Finds the tiles in a folder.
    ///
    /// # Errors
    /// They cannot be read, or are of another kind.
    pub(super) fn open(folder: &Path, kind: &str) -> Result<Staged, Fault> {
        let failed = |error| Fault::of("its tiles cannot be read", error);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|end| end == PACK) {
                paths.push(path);
            }
        }
        Staged::of(paths, kind)
    }

    /// True for the path of a pack.
    pub(super) fn has(path: &Path) -> bool {
        path.extension().is_some_and(|end| end == PACK || end == PRIVATE)
    }

    /// Finds the tiles in packs.
    pub(super) fn of(paths: Vec<PathBuf>, kind: &str) -> Result<Staged, Fault> {
        let failed = |error| Fault::of("its tiles cannot be read", error);
        let mut packs = Vec::new();
        for path in paths {
            let file = LocalFile::open(path.clone()).map_err(failed)?;
            // A pack whose head is torn has no tiles.
            let Some((time, found, start)) = head(&file).map_err(failed)? else { continue };
            if found != kind {
                let path = path.display();
                let reason =
                    format!("{path} has tiles of another output, {found}, not {kind}: `.restart(true)` begins anew");
                return Err(Fault::new(reason));
            }
            packs.push((time, path, file, start));
        }
        packs.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut records = Vec::new();
        for (number, (_, _, file, start)) in packs.iter().enumerate() {
            let mut at = *start;
            while let Some(record) = record(file, number as u32, at).map_err(failed)? {
                at = record.at + record.len;
                records.push(record);
            }
        }
        records.sort_unstable();
        Ok(Staged { packs: packs.into_iter().map(|(_, _, file, _)| file).collect(), records })
    }

    /// Checks that tiles up to a number are all there.
    pub(super) fn check(&self, count: usize) -> Result<(), Fault> {
        let mut next = 0;
        for record in &self.records {
            if record.number > next {
                break;
            }
            next = record.number + 1;
        }
        if next < count as u64 {
            let reason = format!("tile {next} of {count} is missing: `.restart(true)` makes the output anew");
            return Err(Fault::new(reason));
        }
        Ok(())
    }

    /// The records of a tile, the last one first.
    fn of_tile(&self, number: u64) -> impl Iterator<Item = &Record> {
        let start = self.records.partition_point(|record| record.number < number);
        let len = self.records[start..].iter().take_while(|record| record.number == number).count();
        self.records[start..start + len].iter().rev()
    }

    /// The bytes of a tile, read into a buffer.
    pub(super) fn read(&self, number: u64, bytes: &mut Vec<u8>) -> Result<(), Fault> {
        for record in self.of_tile(number) {
            bytes.resize(record.len as usize, 0);
            let read = self.packs[record.pack as usize].fill_at(record.at, bytes);
            read.map_err(|error| Fault::of("its tiles cannot be read", error))?;
            if sum(bytes) == record.sum {
                return Ok(());
            }
        }
        Err(Fault::new(format!("tile {number} is torn: `.restart(true)` makes the output anew")))
    }

    /// The bytes that a tile has, those of the record that was written last.
    pub(super) fn len(&self, number: u64) -> u64 {
        self.of_tile(number).next().map_or(0, |record| record.len)
    }
}

/// The time, the kind and the end of the head of a pack; `None` where it is torn.
fn head(file: &LocalFile) -> io::Result<Option<(u64, String, u64)>> {
    let mut start = [0; 24];
    if file.len() < 24 {
        return Ok(None);
    }
    file.fill_at(0, &mut start)?;
    let [time, len] = [8, 16].map(|at| u64::from_le_bytes(start[at..at + 8].try_into().expect("8 bytes")));
    if start[..8] != MAGIC[..] || len > file.len().saturating_sub(28) {
        return Ok(None);
    }
    let mut kind = vec![0; len as usize + 4];
    file.fill_at(24, &mut kind)?;
    let found = u32::from_le_bytes(kind.split_off(len as usize).try_into().expect("4 bytes"));
    let mut crc = Crc::new();
    crc.update(&start);
    crc.update(&kind);
    Ok((crc.sum() == found).then(|| (time, String::from_utf8_lossy(&kind).into_owned(), 28 + len)))
}

/// The record at a place of a pack; `None` at its end, and where it is torn.
fn record(file: &LocalFile, pack: u32, at: u64) -> io::Result<Option<Record>> {
    let mut head = [0; HEAD];
    let at_tile = at + HEAD as u64;
    if at_tile > file.len() {
        return Ok(None);
    }
    file.fill_at(at, &mut head)?;
    let [number, len] = [0, 8].map(|at| u64::from_le_bytes(head[at..at + 8].try_into().expect("8 bytes")));
    let [of_tile, of_head] = [16, 20].map(|at| u32::from_le_bytes(head[at..at + 4].try_into().expect("4 bytes")));
    let whole = sum(&head[..20]) == of_head && at_tile.checked_add(len).is_some_and(|end| end <= file.len());
    Ok(whole.then_some(Record { number, pack, at: at_tile, len, sum: of_tile }))
}
