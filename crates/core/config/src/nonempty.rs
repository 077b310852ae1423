//! A list with at least one element, so that nobody needs to ask what to do with none.

use serde::{Serialize, Serializer};

/// At least one `T`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NonEmpty<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> NonEmpty<T> {
    /// Takes a list, unless it is empty.
    #[must_use]
    pub fn new(items: Vec<T>) -> Option<Self> {
        let mut items = items.into_iter();
        let first = items.next()?;
        Some(Self { first, rest: items.collect() })
    }

    /// The first element.
    #[must_use]
    pub const fn first(&self) -> &T {
        &self.first
    }

    /// Every element in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub const fn len(&self) -> usize {
        1 + self.rest.len()
    }
}

impl<T: Serialize> Serialize for NonEmpty<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
