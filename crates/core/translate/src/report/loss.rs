//! The loss report: typed entries with stable words, for a header and for `explain`.

use std::fmt;

/// The most entries of one report; more are counted.
const MOST: usize = 64;
/// The longest header value, in bytes.
const LONGEST: usize = 1024;

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It is gone.
    Dropped,
    /// Something near it took its place.
    Approximated,
}

impl Kind {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dropped => "dropped",
            Self::Approximated => "approximated",
        }
    }
}

/// Why it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// The reader does not know the field.
    UnknownField,
    /// The reader does not know the kind of part, item or block.
    UnknownPart,
    /// The reader does not know the event.
    UnknownEvent,
    /// The value has another type than its field.
    WrongType,
    /// The target's dialect has no such thing.
    NotInTarget,
    /// The target has it, but not beside something else that was asked for.
    Conflict,
    /// It is sealed for another provider.
    OtherProvider,
    /// The target keeps parts in another order.
    Order,
    /// The target wants a value and the caller gave none.
    Required,
    /// The nearest value that the target has.
    Nearest,
    /// Arguments of a tool that are not a JSON object.
    NotJson,
    /// It came after the end of what it belongs to.
    Late,
    /// A name or an id was missing, and one was made.
    Made,
}

impl Why {
    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown-field",
            Self::UnknownPart => "unknown-part",
            Self::UnknownEvent => "unknown-event",
            Self::WrongType => "wrong-type",
            Self::NotInTarget => "not-in-target",
            Self::Conflict => "conflict",
            Self::OtherProvider => "other-provider",
            Self::Order => "order",
            Self::Required => "required",
            Self::Nearest => "nearest",
            Self::NotJson => "not-json",
            Self::Late => "late",
            Self::Made => "made",
        }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The field, in the words of the body it stood in: `messages[].name`.
    pub path: String,
    /// What happened.
    pub kind: Kind,
    /// Why.
    pub why: Why,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}:{}", self.path, self.kind.as_str(), self.why.as_str())
    }
}

/// Everything that one translation lost. Equal entries are kept once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LossReport {
    entries: Vec<Loss>,
    more: u64,
}

impl LossReport {
    /// The entries, in the order in which they were noticed; at most 64.
    #[must_use]
    pub fn entries(&self) -> &[Loss] {
        &self.entries
    }

    /// How many entries there was no room for.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.more
    }

    /// Whether nothing was lost.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.more == 0
    }

    /// Adds an entry, unless it is there.
    pub fn add(&mut self, loss: Loss) {
        if self.entries.contains(&loss) {
            return;
        }
        if self.entries.len() < MOST {
            self.entries.push(loss);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Adds the entries of another report.
    pub fn join(&mut self, other: &Self) {
        other.entries.iter().cloned().for_each(|loss| self.add(loss));
        self.more = self.more.saturating_add(other.more);
    }

    /// The value of `x-countersign-loss`: printable ASCII, at most 1 KiB; `None` where nothing
    /// was lost.
    #[must_use]
    pub fn header(&self) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let (mut value, mut left) = (String::new(), self.more);
        for loss in &self.entries {
            let entry = loss.to_string();
            if value.len() + entry.len() + 2 > LONGEST - 32 {
                left = left.saturating_add(1);
                continue;
            }
            if !value.is_empty() {
                value.push_str(", ");
            }
            value.push_str(&entry);
        }
        if left > 0 {
            value.push_str(&format!(", and {left} more"));
        }
        Some(value)
    }
}
