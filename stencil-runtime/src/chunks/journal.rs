//! The journal of a job: what it is, and which of its items are done.
//!
//! A text file beside the output. Its head says what the results depend on; a job whose head is another one is refused. Then
//! each line is the number of an item that is done, with a check. A line is added when the chunks of the item are on the disk,
//! so that a job that is killed, or a machine that loses power, at worst does an item again. A last line that was cut off
//! fails its check and counts for nothing.
//!
//! The line `opening` says that nothing was where the outputs are to be, or that it may go: what is there after it was made by this
//! job. The line `opened` says that the outputs were opened, and `finished` that they were finished after the last item.
//!
//! Shares of a job that run as processes of their own each append to a file of their own, `<journal>.0-of-4`; whoever opens
//! the journal reads them all. The head has a line that no other journal has, with which these files begin: those that an
//! earlier job left count for nothing.
//!
//! The journal is locked while a process runs: by shares together, by a process that does all alone, and alone as well
//! while the outputs are opened and finished. So the first share opens them before the others begin.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::kernel::Identity;
use crate::{Error, IoError, JobError};

const FIRST: &str = "ndstencil job 1";
const END: &str = "# items";
const OPENING: &str = "opening";
const OPENED: &str = "opened";
const FINISHED: &str = "finished";
/// The most items of a job whose numbers are believed: a journal may hold anything.
const MOST: usize = 1 << 32;
/// The time that a share waits for a process that opens the outputs.
const WAIT: Duration = Duration::from_secs(20);
/// The time that a process which does all waits for one that was killed a moment ago, and may still have the lock.
const DYING: Duration = Duration::from_secs(2);

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
    /// The file that all shares have in common, locked: by one process that does all, or by several that do shares.
    main: File,
    path: PathBuf,
    /// The file of a share, locked, too.
    own: Option<File>,
}

/// The earlier runs, as a journal tells of them.
pub(crate) struct Earlier {
    pub(crate) done: Done,
    /// The shape of the items.
    pub(crate) block: Vec<usize>,
    /// The line that tells this journal from others of the same job, before and after it.
    run: String,
    /// True when outputs were about to be opened: a part of them may be there.
    pub(crate) opening: bool,
    /// True when all outputs were opened.
    pub(crate) opened: bool,
    finished: bool,
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
    /// Reads what earlier runs of this job did; `None` where there is no journal. The identity is that of the job without its grid.
    pub(crate) fn earlier(path: &Path, identity: &Identity) -> Result<Option<Earlier>, Error> {
        match fs::read(path) {
            Ok(text) => Journal::tells(path, &text, identity).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(broken(path, error)),
        }
    }

    /// Reads what the text of a journal tells, and the files of shares beside it.
    fn tells(path: &Path, text: &[u8], identity: &Identity) -> Result<Earlier, Error> {
        let text = String::from_utf8_lossy(text);
        let refused = |reason: String| Error::from(JobError::Journal { path: path.to_owned(), reason: reason.into() });
        let head = text.strip_prefix(FIRST).and_then(|rest| rest.split_once(&format!("\n{END} ")));
        let Some((head, rest)) = head else {
            return Err(refused("it is no journal, or of another version".to_owned()));
        };
        if let Some(difference) = identity.difference(head.trim_start()) {
            return Err(refused(difference));
        }
        let (block, lines) = rest.split_once('\n').unwrap_or((rest, ""));
        let (run, lines) = lines.split_once('\n').unwrap_or((lines, ""));
        let block: Option<Vec<usize>> =
            block.trim_matches(['[', ']']).split(", ").filter(|n| !n.is_empty()).map(|n| n.parse().ok()).collect();
        let Some(block) = block else {
            return Err(refused("the shape of its items cannot be read".to_owned()));
        };
        let mut done = Done::default();
        read_items(lines, &mut done);
        for share in shares(path) {
            let text = fs::read(&share).map_err(|error| broken(&share, error))?;
            let text = String::from_utf8_lossy(&text);
            // What is left of a job before this one does not count.
            if let Some(lines) = text.strip_prefix(run).and_then(|rest| rest.strip_prefix('\n')) {
                read_items(lines, &mut done);
            }
        }
        let says = |word: &str| lines.lines().any(|line| line == word);
        let run = run.to_owned();
        let (opening, opened, finished) = (says(OPENING), says(OPENED), says(FINISHED));
        Ok(Earlier { done, block, run, opening, opened, finished })
    }

    /// As [`earlier`](Journal::earlier), of a journal that is open: some systems let only who locked a file read it.
    fn told(main: &File, path: &Path, identity: &Identity) -> Result<Earlier, Error> {
        let mut text = Vec::new();
        let mut main = main;
        let read = main.seek(SeekFrom::Start(0)).and_then(|_| main.read_to_end(&mut text));
        read.map_err(|error| broken(path, error))?;
        Journal::tells(path, &text, identity)
    }

    /// Opens the journal for a run, and makes it if there is none; tells what was done before. Until
    /// [`opened`](Journal::opened) is noted, this process is the only one.
    pub(crate) fn open(
        path: &Path,
        identity: &Identity,
        block: &[usize],
        share: Share,
    ) -> Result<(Journal, Earlier), Error> {
        let begun = Instant::now();
        let failed = |error| broken(path, error);
        while begun.elapsed() < WAIT {
            if !path.exists() {
                create(path, identity, block).map_err(failed)?;
            }
            // Some systems share a lock only among those who may read.
            let main = match OpenOptions::new().read(true).append(true).open(path) {
                Ok(main) => main,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            let alone = lock_alone(&main, share).map_err(failed)?;
            if !alone && share == Share::ALL && begun.elapsed() > DYING {
                break;
            }
            // Who is not alone waits until the one that is has opened the outputs.
            if alone || share != Share::ALL && lock_together(&main).map_err(failed)? {
                if !is_at(&main, path) {
                    // Another process began anew meanwhile.
                    continue;
                }
                let earlier = Journal::told(&main, path, identity)?;
                let held = match (share == Share::ALL, earlier.opened) {
                    (true, _) | (false, false) => alone,
                    (false, true) if alone => main.unlock().and_then(|()| lock_together(&main)).map_err(failed)?,
                    (false, true) => true,
                };
                if held {
                    let own = own_file(path, share, &earlier.run)?;
                    let mut journal = Journal { main, path: path.to_owned(), own };
                    // Ends a line that was cut off.
                    journal.append(b"\n")?;
                    return Ok((journal, earlier));
                }
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let reason = "another process runs this job, or the same share of it";
        Err(IoError::new(path.display().to_string(), reason).into())
    }

    /// Notes that what is where the outputs are to be is of this job, or may go.
    pub(crate) fn opening(&mut self) -> Result<(), Error> {
        self.append_main(OPENING)
    }

    /// Notes that the outputs are open: from now on other processes may take their shares.
    pub(crate) fn opened(&mut self) -> Result<(), Error> {
        self.append_main(OPENED)?;
        if self.own.is_some() {
            let shared = self.main.unlock().and_then(|()| self.main.lock_shared());
            shared.map_err(|error| broken(&self.path, error))?;
        }
        Ok(())
    }

    /// Removes a journal of which no output is there.
    pub(crate) fn abandon(self) {
        // There is an error already that says more.
        let _ = fs::remove_file(&self.path);
    }

    /// Lets `finish` finish the outputs when all items are done, one process after the other: who comes later finds it done.
    pub(crate) fn finish(
        &mut self,
        identity: &Identity,
        items: usize,
        finish: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        if Journal::told(&self.main, &self.path, identity)?.done.len() < items {
            return Ok(());
        }
        if self.own.is_some() {
            // The others are at their ends, too.
            let alone = self.main.unlock().and_then(|()| self.main.lock());
            alone.map_err(|error| broken(&self.path, error))?;
        }
        finish()?;
        let finished = Journal::told(&self.main, &self.path, identity)?.finished;
        if finished { Ok(()) } else { self.append_main(FINISHED) }
    }

    /// Notes items that are on the disk.
    pub(crate) fn note(&mut self, items: &[usize]) -> Result<(), Error> {
        let lines: String = items.iter().map(|item| format!("{item} {:x}\n", check(*item))).collect();
        self.append(lines.as_bytes())
    }

    /// Adds to what this process did.
    fn append(&mut self, lines: &[u8]) -> Result<(), Error> {
        let own = self.own.as_mut().unwrap_or(&mut self.main);
        own.write_all(lines).and_then(|()| own.sync_data()).map_err(|error| broken(&self.path, error))
    }

    fn append_main(&mut self, word: &str) -> Result<(), Error> {
        let noted = self.main.write_all(format!("\n{word}\n").as_bytes()).and_then(|()| self.main.sync_data());
        noted.map_err(|error| broken(&self.path, error))
    }

    /// Removes the journal of another job and its shares, unless a process runs it; nothing else than a journal.
    pub(crate) fn remove(path: &Path) -> Result<(), Error> {
        let failed = |error| broken(path, error);
        let main = match OpenOptions::new().read(true).append(true).open(path) {
            Ok(main) => main,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let text = fs::read(path).map_err(failed)?;
        if !text.starts_with(FIRST.as_bytes()) {
            let reason = "it is no journal, or of another version: it is left alone".into();
            return Err(JobError::Journal { path: path.to_owned(), reason }.into());
        }
        match main.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let reason = "another process runs the job that is there";
                return Err(IoError::new(path.display().to_string(), reason).into());
            }
            Err(TryLockError::Error(error)) if is_unsupported(&error) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        for path in shares(path).into_iter().chain([path.to_owned()]) {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(broken(&path, error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The file in which a share notes what it does, which no other process has; none for all shares at once.
fn own_file(path: &Path, share: Share, run: &str) -> Result<Option<File>, Error> {
    if share == Share::ALL {
        return Ok(None);
    }
    let own_path = share_path(path, share);
    let failed = |error| broken(&own_path, error);
    let mut own = OpenOptions::new().read(true).append(true).create(true).open(&own_path).map_err(failed)?;
    match own.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let reason = "another process runs the same share of this job";
            return Err(IoError::new(own_path.display().to_string(), reason).into());
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let mut text = Vec::new();
    own.read_to_end(&mut text).map_err(failed)?;
    if !text.starts_with(format!("{run}\n").as_bytes()) {
        own.set_len(0).and_then(|()| own.write_all(format!("{run}\n").as_bytes())).map_err(failed)?;
    }
    // Its name lasts, too.
    sync_folder(folder_of(path)).map_err(failed)?;
    Ok(Some(own))
}

/// Locks a journal for one process, unless another one has it.
fn lock_alone(main: &File, share: Share) -> io::Result<bool> {
    match main.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        // Where the system has no locks, nobody else is kept out.
        Err(TryLockError::Error(error)) if share == Share::ALL && is_unsupported(&error) => Ok(true),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Locks a journal for several processes, unless one has it alone.
fn lock_together(main: &File) -> io::Result<bool> {
    match main.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// True where the system, or the file system, has no locks.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported)
}

/// True while an open file is what its path leads to.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let both = file.metadata().and_then(|file| Ok((file, fs::metadata(path)?)));
        both.is_ok_and(|(file, named)| (file.dev(), file.ino()) == (named.dev(), named.ino()))
    }
    #[cfg(not(unix))]
    {
        // An open file cannot be removed.
        let _ = file;
        path.exists()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
        if let Some(item) = item.filter(|&item| item < MOST) {
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
    let folder = folder_of(path);
    let is_share = |other: &str| {
        let numbers =
            other.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once("-of-"));
        numbers.is_some_and(|(number, of)| number.parse::<usize>().is_ok() && of.parse::<usize>().is_ok())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_str().is_some_and(is_share)).map(|entry| entry.path()).collect()
}

/// Makes the head of a journal, whole or not at all, so that it survives a loss of power; another process may be quicker.
fn create(path: &Path, identity: &Identity, block: &[usize]) -> io::Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    // No other thread, process or machine has it.
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let own = format!("{}-{now}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let run = format!("# run {own}");
    let head = format!("{FIRST}\n{}{END} {block:?}\n{run}\n", identity.text());
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{own}.partial"));
    let partial = PathBuf::from(name);
    let folder = path.parent().unwrap_or(Path::new(""));
    // The output makes it, too, but after the journal.
    let new: Vec<&Path> = folder.ancestors().take_while(|path| !path.exists()).collect();
    fs::create_dir_all(folder)?;
    new.iter().try_for_each(|path| path.parent().map_or(Ok(()), sync_folder))?;
    let linked = File::create(&partial).and_then(|mut file| {
        file.write_all(head.as_bytes())?;
        file.sync_all()?;
        // Not over that of another process, which may have noted something by now.
        match fs::hard_link(&partial, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // Not every system has links.
            Err(_) if path.exists() => Ok(()),
            Err(_) => fs::rename(&partial, path),
            Ok(()) => Ok(()),
        }
    });
    let _ = fs::remove_file(&partial);
    linked?;
    sync_folder(folder)
}

/// Makes names in a folder survive a loss of power, where the system can.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()?;
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
        let open = |share| {
            let (mut journal, earlier) = Journal::open(&path, &identity("a"), &[2, 3], share).unwrap();
            if !earlier.opened {
                journal.opened().unwrap();
            }
            journal
        };
        open(Share::ALL).note(&[0, 130, 7]).unwrap();
        open(Share { number: 1, of: 2 }).note(&[8]).unwrap();
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"12 1f").unwrap();
        let earlier = Journal::earlier(&path, &identity("a")).unwrap().unwrap();
        assert_eq!((earlier.done.len(), earlier.block), (4, vec![2, 3]));
        assert!([0, 130, 7, 8].iter().all(|&item| earlier.done.contains(item)));
        // The torn line is ended, and what is noted next counts.
        open(Share::ALL).note(&[12]).unwrap();
        assert!(Journal::earlier(&path, &identity("a")).unwrap().unwrap().done.contains(12));
        // A process that does all and a share do not run at once.
        let share = open(Share { number: 0, of: 2 });
        assert!(Journal::open(&path, &identity("a"), &[2, 3], Share::ALL).is_err());
        assert!(Journal::remove(&path).is_err());
        drop(share);
        let other = Journal::earlier(&path, &identity("b"));
        assert!(other.is_err_and(|error| error.to_string().contains("it has \"kernel: a\", this job \"kernel: b\"")));
        Journal::remove(&path).unwrap();
        assert!(Journal::earlier(&path, &identity("b")).unwrap().is_none());
        // Files of shares of a job before this one.
        let stale = share_path(&path, Share { number: 0, of: 2 });
        fs::write(&stale, "# run 1-2\n0 d9b2\n").unwrap();
        assert_eq!(open(Share { number: 1, of: 2 }).note(&[1]), Ok(()));
        assert_eq!(Journal::earlier(&path, &identity("a")).unwrap().unwrap().done.len(), 1);
        fs::write(folder.join("notes.txt"), "mine").unwrap();
        assert!(Journal::remove(&folder.join("notes.txt")).is_err());
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
