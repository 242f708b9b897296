//! The journal of a job: what it is, and which of its items are done.
//!
//! A text file beside the output. Its head says what the results depend on; a job whose head is another one is refused. Then
//! each line is the number of an item that is done, with a check. A line is added when the chunks of the item are on the disk,
//! so that a job that is killed, or a machine that loses power, at worst does an item again. A last line that was cut off
//! fails its check and counts for nothing.
//!
//! The line `finished` says that the sinks finished the outputs after the last item.
//!
//! Shares of a job that run as processes of their own each append to a file of their own, `<journal>.0-of-4`; whoever opens
//! the journal reads them all. The file of a process is locked while it runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::kernel::Identity;
use crate::{Error, IoError, JobError};

const FIRST: &str = "ndstencil job 1";
const END: &str = "# items";
const FINISHED: &str = "finished";

/// Numbers of items, as bits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Done {
    words: Vec<u64>,
    count: usize,
}

impl Done {
    pub(crate) fn contains(&self, item: usize) -> bool {
        self.words.get(item / 64).is_some_and(|word| word >> (item % 64) & 1 == 1)
    }

    pub(crate) fn insert(&mut self, item: usize) {
        if !self.contains(item) {
            if self.words.len() <= item / 64 {
                self.words.resize(item / 64 + 1, 0);
            }
            self.words[item / 64] |= 1 << (item % 64);
            self.count += 1;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }
}

/// An open journal.
pub(crate) struct Journal {
    /// The file that all shares have in common.
    main: PathBuf,
    path: PathBuf,
    /// Where this process notes what it did.
    own: File,
}

/// What a journal says of earlier runs.
pub(crate) struct Earlier {
    pub(crate) done: Done,
    /// The shape of the items.
    pub(crate) block: Vec<usize>,
    pub(crate) finished: bool,
}

/// The share of the items that a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) number: usize,
    pub(crate) of: usize,
}

impl Share {
    pub(crate) const ALL: Share = Share { number: 0, of: 1 };

    /// The items of the share: a run of them, so that they share chunks.
    pub(crate) fn items(self, all: usize) -> std::ops::Range<usize> {
        let at = |number: usize| (number as u128 * all as u128 / self.of as u128) as usize;
        at(self.number)..at(self.number + 1)
    }
}

impl Journal {
    /// What earlier runs of this job did; `None` where there is no journal. The identity is that of the job without its grid.
    pub(crate) fn earlier(path: &Path, identity: &Identity) -> Result<Option<Earlier>, Error> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(path, error)),
        };
        let text = String::from_utf8_lossy(&text);
        let refused = |reason: String| Error::from(JobError::Journal { path: path.to_owned(), reason: reason.into() });
        let head = text.strip_prefix(FIRST).and_then(|rest| rest.split_once(&format!("{END} ")));
        let Some((head, rest)) = head else {
            return Err(refused("it is no journal, or of another version".to_owned()));
        };
        if let Some(difference) = identity.difference(head.trim_start()) {
            return Err(refused(difference));
        }
        let (block, lines) = rest.split_once('\n').unwrap_or((rest, ""));
        let block: Option<Vec<usize>> =
            block.trim_matches(['[', ']']).split(", ").filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect();
        let Some(block) = block else {
            return Err(refused("the shape of its items cannot be read".to_owned()));
        };
        let mut done = Done::default();
        read_items(lines, &mut done);
        for share in shares(path) {
            let text = fs::read(&share).map_err(|error| broken(&share, error))?;
            read_items(&String::from_utf8_lossy(&text), &mut done);
        }
        let finished = lines.lines().any(|line| line == FINISHED);
        Ok(Some(Earlier { done, block, finished }))
    }

    /// Opens the journal for a run, and makes it if there is none: true, if it was this process that did.
    pub(crate) fn open(
        path: &Path,
        identity: &Identity,
        block: &[usize],
        share: Share,
    ) -> Result<(Journal, bool), Error> {
        let mut made = false;
        if !path.exists() {
            let head = format!("{FIRST}\n{}{END} {block:?}\n", identity.text());
            made = create(path, head.as_bytes()).map_err(|error| broken(path, error))?;
        }
        let own_path = if share == Share::ALL { path.to_owned() } else { share_path(path, share) };
        let mut own =
            OpenOptions::new().append(true).create(true).open(&own_path).map_err(|error| broken(&own_path, error))?;
        if let Err(error) = own.try_lock() {
            let reason = match error {
                fs::TryLockError::WouldBlock => "another process runs this job, or the same share of it",
                fs::TryLockError::Error(_) => "it cannot be locked",
            };
            return Err(IoError::new(own_path.display().to_string(), reason).into());
        }
        // Ends a line that was cut off.
        own.write_all(b"\n").map_err(|error| broken(&own_path, error))?;
        Ok((Journal { main: path.to_owned(), path: own_path, own }, made))
    }

    /// Lets `finish` finish the outputs, once: if all items are done, and no other process did it or does.
    pub(crate) fn finish(
        &mut self,
        identity: &Identity,
        items: usize,
        finish: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        // The lock of a process is its own journal's; this one is waited for.
        let lock = (self.main != self.path).then(|| File::open(&self.main).and_then(|file| file.lock().map(|()| file)));
        let _lock = lock.transpose().map_err(|error| broken(&self.main, error))?;
        let state = Journal::earlier(&self.main, identity)?;
        if state.is_none_or(|state| state.finished || state.done.len() < items) {
            return Ok(());
        }
        finish()?;
        let noted = OpenOptions::new().append(true).open(&self.main).and_then(|mut file| {
            file.write_all(format!("\n{FINISHED}\n").as_bytes())?;
            file.sync_data()
        });
        noted.map_err(|error| broken(&self.main, error))
    }

    /// Notes items that are on the disk.
    pub(crate) fn note(&mut self, items: &[usize]) -> Result<(), Error> {
        let lines: String = items.iter().map(|item| format!("{item} {:x}\n", check(*item))).collect();
        let noted = self.own.write_all(lines.as_bytes()).and_then(|()| self.own.sync_data());
        noted.map_err(|error| broken(&self.path, error))
    }

    /// Removes the journal of another job and its shares.
    pub(crate) fn remove(path: &Path) -> Result<(), Error> {
        for path in shares(path).into_iter().chain([path.to_owned()]) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(broken(&path, error)),
                _ => {}
            }
        }
        Ok(())
    }
}

fn broken(path: &Path, error: io::Error) -> Error {
    IoError::new(path.display().to_string(), "the journal cannot be read or written").because(error).into()
}

fn check(item: usize) -> u16 {
    // Fibonacci hashing: neighbours differ, and a number that was cut off does not fit.
    ((item as u64 ^ 0x5A5A).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as u16
}

fn read_items(lines: &str, done: &mut Done) {
    for line in lines.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        let item = line.split_once(' ').and_then(|(item, code)| {
            let item = item.parse().ok()?;
            (u16::from_str_radix(code, 16).ok()? == check(item)).then_some(item)
        });
        if let Some(item) = item {
            done.insert(item);
        }
    }
}

fn share_path(path: &Path, share: Share) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-of-{}", share.number, share.of));
    PathBuf::from(name)
}

/// The files of shares that lie beside a journal.
fn shares(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_share = |other: &str| {
        let numbers =
            other.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once("-of-"));
        numbers.is_some_and(|(number, of)| number.parse::<usize>().is_ok() && of.parse::<usize>().is_ok())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_share)).map(|entry| entry.path()).collect()
}

/// Makes a file with all its content or none, which survives a loss of power; false, if another process made it before.
fn create(path: &Path, content: &[u8]) -> io::Result<bool> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(name);
    let mut file = File::create(&partial)?;
    file.write_all(content)?;
    file.sync_all()?;
    // Not over that of another process, which may have noted something by now.
    let linked = match fs::hard_link(&partial, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Not every system has links.
        Err(_) => fs::rename(&partial, path).map(|()| true),
        Ok(()) => Ok(true),
    };
    let _ = fs::remove_file(&partial);
    let made = linked?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(folder)?;
    Ok(made)
}

/// Makes names in a folder survive a loss of power, where the system can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(kernel: &str) -> Identity {
        let mut identity = Identity::default();
        identity.add("kernel", kernel);
        identity.add("input", "x [4, 5] of u8");
        identity
    }

    #[test]
    fn items_are_read_back_and_torn_lines_are_not() {
        let folder = std::env::temp_dir().join(format!("ndstencil-journal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("out.job");
        let open = |share| Journal::open(&path, &identity("a"), &[2, 3], share).unwrap().0;
        open(Share::ALL).note(&[0, 130, 7]).unwrap();
        open(Share { number: 1, of: 2 }).note(&[8]).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"12 1f").unwrap();
        let earlier = Journal::earlier(&path, &identity("a")).unwrap().unwrap();
        assert_eq!((earlier.done.len(), earlier.block), (4, vec![2, 3]));
        assert!([0, 130, 7, 8].iter().all(|&item| earlier.done.contains(item)));
        // The torn line is ended, and what is noted next counts.
        open(Share::ALL).note(&[12]).unwrap();
        assert!(Journal::earlier(&path, &identity("a")).unwrap().unwrap().done.contains(12));
        let other = Journal::earlier(&path, &identity("b"));
        assert!(other.is_err_and(|error| error.to_string().contains("it has \"kernel: a\", this job \"kernel: b\"")));
        Journal::remove(&path).unwrap();
        assert!(Journal::earlier(&path, &identity("b")).unwrap().is_none());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn shares_are_all_items_once() {
        for all in [0, 1, 5, 100] {
            for of in [1, 2, 3, 7] {
                let items: Vec<usize> = (0..of).flat_map(|number| Share { number, of }.items(all)).collect();
                assert_eq!(items, (0..all).collect::<Vec<_>>());
            }
        }
    }
}
