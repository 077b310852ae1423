//! Tables of keys: what the parser accepts and the reference page says, in one place.

/// The keys of one section.
#[derive(Debug)]
pub(crate) struct Spec {
    /// Its heading in the reference: `[gateway]`.
    pub(crate) title: &'static str,
    /// How a message names where one is: "in [gateway]", "in a workflow".
    pub(crate) place: &'static str,
    /// What it is for, in a sentence or two.
    pub(crate) doc: &'static str,
    /// The keys, in the order of the reference.
    pub(crate) keys: &'static [Key],
}

/// One key.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// An example or the shape of its value, as TOML.
    pub(crate) shape: &'static str,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// What it means, in one sentence.
    pub(crate) doc: &'static str,
    /// The keys inside, where it is a table of its own.
    pub(crate) inside: Option<&'static Spec>,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Required,
    /// It need not; what holds without it.
    Default(&'static str),
}

impl Spec {
    /// The key of this name.
    pub(crate) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The names of all keys.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.keys.iter().map(|key| key.name)
    }
}

/// A key that must be there.
pub(crate) const fn required(name: &'static str, shape: &'static str, doc: &'static str) -> Key {
    Key { name, shape, need: Need::Required, doc, inside: None }
}

/// A key that may be left out, and what holds then.
pub(crate) const fn optional(
    name: &'static str,
    shape: &'static str,
    without: &'static str,
    doc: &'static str,
) -> Key {
    Key { name, shape, need: Need::Default(without), doc, inside: None }
}

/// A key that holds a table with keys of its own, and what holds without it.
pub(crate) const fn table(
    name: &'static str,
    inside: &'static Spec,
    without: &'static str,
    doc: &'static str,
) -> Key {
    Key { name, shape: inside.title, need: Need::Default(without), doc, inside: Some(inside) }
}

/// A table that must be there.
pub(crate) const fn required_table(name: &'static str, inside: &'static Spec, doc: &'static str) -> Key {
    Key { name, shape: inside.title, need: Need::Required, doc, inside: Some(inside) }
}
