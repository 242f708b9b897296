//! Decoded chunks of a source, each read once while it is kept, however many workers ask for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Condvar, Mutex};

use crate::Error;
use crate::memory::Buffer;

/// A decoded chunk, or the error that reading it gave.
type Decoded = Result<Arc<Buffer>, Error>;

/// A chunk that is there, or is being read.
#[derive(Default)]
struct Slot {
    decoded: Mutex<Option<Decoded>>,
    ready: Condvar,
}

struct Entry {
    slot: Arc<Slot>,
    /// The time of the last use.
    used: u64,
}

#[derive(Default)]
struct State {
    entries: HashMap<usize, Entry>,
    /// The chunks by the time of their last use.
    by_use: BTreeMap<u64, usize>,
    /// Counts uses.
    clock: u64,
}

/// The chunks that are kept, the least used of which goes first.
pub(crate) struct Cache {
    state: Mutex<State>,
    /// The most chunks that are kept.
    most: usize,
    /// The memory of chunks that went, for the next ones: given back, it would stay with the allocator, and count twice.
    spare: Mutex<Vec<Buffer>>,
}

/// Reading panicked: those who wait for the chunk must not do so for ever.
struct Abandoned<'a>(&'a Cache, usize, &'a Slot);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        self.0.forget(self.1);
        let error = crate::IoError::new("a source", "a panic while another worker read the same chunk");
        *self.2.decoded.lock().expect("no panic while it is locked") = Some(Err(error.into()));
        self.2.ready.notify_all();
    }
}

impl Cache {
    pub(crate) fn new(bytes: usize, chunk_bytes: usize) -> Cache {
        Cache { state: Mutex::default(), most: bytes / chunk_bytes.max(1), spare: Mutex::default() }
    }

    /// True when nothing is kept.
    pub(crate) fn is_off(&self) -> bool {
        self.most == 0
    }

    /// The chunk of a number, read into memory by `read` if it is not there.
    pub(crate) fn get(&self, chunk: usize, read: impl FnOnce(Buffer) -> Decoded) -> Decoded {
        let (slot, reads) = self.slot(chunk);
        if !reads {
            let mut decoded = slot.decoded.lock().expect("no panic while it is locked");
            while decoded.is_none() {
                decoded = slot.ready.wait(decoded).expect("no panic while it is locked");
            }
            return decoded.clone().expect("it is there");
        }
        let abandoned = Abandoned(self, chunk, &slot);
        let spare = self.spare.lock().expect("no panic while it is locked").pop();
        let decoded = read(spare.unwrap_or_default());
        std::mem::forget(abandoned);
        if decoded.is_err() {
            // Another item may have better luck.
            self.forget(chunk);
        }
        *slot.decoded.lock().expect("no panic while it is locked") = Some(decoded.clone());
        slot.ready.notify_all();
        decoded
    }

    /// The slot of a chunk, and whether the caller is the one to read it.
    fn slot(&self, chunk: usize) -> (Arc<Slot>, bool) {
        let mut state = self.state.lock().expect("no panic while it is locked");
        state.clock += 1;
        let used = state.clock;
        if let Some(entry) = state.entries.get_mut(&chunk) {
            let (before, slot) = (std::mem::replace(&mut entry.used, used), entry.slot.clone());
            state.by_use.remove(&before);
            state.by_use.insert(used, chunk);
            return (slot, false);
        }
        let slot = Arc::new(Slot::default());
        // Room first. What others still use stays with them.
        while state.entries.len() >= self.most.max(1) {
            let (_, oldest) = state.by_use.pop_first().expect("there is an entry");
            let entry = state.entries.remove(&oldest);
            self.keep_memory(entry);
        }
        state.by_use.insert(used, chunk);
        state.entries.insert(chunk, Entry { slot: slot.clone(), used });
        (slot, true)
    }

    /// Keeps the memory of a chunk, if nobody else has it.
    fn keep_memory(&self, entry: Option<Entry>) {
        let slot = entry.and_then(|entry| Arc::into_inner(entry.slot));
        let decoded = slot.and_then(|slot| slot.decoded.into_inner().expect("no panic while it was locked"));
        if let Some(buffer) = decoded.and_then(Result::ok).and_then(Arc::into_inner) {
            self.spare.lock().expect("no panic while it is locked").push(buffer);
        }
    }

    /// Takes the memory of a chunk back, which a worker does not need any longer.
    pub(crate) fn give_back(&self, decoded: Arc<Buffer>) {
        if let Some(buffer) = Arc::into_inner(decoded) {
            self.spare.lock().expect("no panic while it is locked").push(buffer);
        }
    }

    fn forget(&self, chunk: usize) {
        let mut state = self.state.lock().expect("no panic while it is locked");
        if let Some(entry) = state.entries.remove(&chunk) {
            state.by_use.remove(&entry.used);
        }
    }
}
