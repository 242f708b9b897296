//! Things that are kept for the next who needs one.

use std::sync::Mutex;

/// As many as were in use at once.
pub(super) struct Pool<T>(Mutex<Vec<T>>);

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Mutex::default())
    }
}

impl<T: Default> Pool<T> {
    /// Lends one to a function. It is lost if that panics.
    pub(super) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let lent = self.0.lock().expect("no panic while it is locked").pop();
        let mut lent = lent.unwrap_or_default();
        let result = f(&mut lent);
        self.0.lock().expect("no panic while it is locked").push(lent);
        result
    }
}

impl<T> std::fmt::Debug for Pool<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool")
    }
}
