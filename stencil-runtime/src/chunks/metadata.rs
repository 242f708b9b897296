//! Things that arrays carry beside their cells, by type: this crate knows no format.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Values that an array carries beside its cells, one of each type: attributes, names of axes, a georeference.
///
/// A source puts in what it knows, and a sink takes what it understands.
///
/// ```
/// use ndstencil::chunks::Metadata;
/// #[derive(Debug, PartialEq)]
/// struct Unit(&'static str);
/// let metadata = Metadata::default().with(Unit("mm"));
/// assert_eq!(metadata.get::<Unit>(), Some(&Unit("mm")));
/// assert_eq!(metadata.get::<String>(), None);
/// ```
#[derive(Clone, Default)]
pub struct Metadata(Vec<Arc<dyn Any + Send + Sync>>);

impl Metadata {
    /// The same with a value, which replaces another one of its type.
    ///
    /// ```
    /// use ndstencil::chunks::Metadata;
    /// assert_eq!(Metadata::default().with(1_u8).with(2_u8).get::<u8>(), Some(&2));
    /// ```
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, value: T) -> Metadata {
        self.0.retain(|other| !other.is::<T>());
        self.0.push(Arc::new(value));
        self
    }

    /// The value of a type.
    ///
    /// ```
    /// use ndstencil::chunks::Metadata;
    /// assert_eq!(Metadata::default().get::<u8>(), None);
    /// ```
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.iter().find_map(|value| value.downcast_ref())
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Metadata({} values)", self.0.len())
    }
}
