//! Names that people give, and ids that the product makes.
//!
//! A [`Name`] comes from a workspace file (`support-replies`, `maya`) and is typed by what it
//! names, so that a pod can't be passed where a workflow is meant. An [`Id`] is made once per
//! thing and prints with the prefix of its kind (`inf_0193…`); parsing one kind as another fails.
//! Ids are UUID version 7 (RFC 9562): they sort by the time they were made.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::time::Timestamp;

/// A kind of thing that has names or ids.
pub trait Kind {
    /// What an error message calls it.
    const NOUN: &'static str;
    /// What its ids start with, before the underscore.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $noun:literal $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind {}
        impl Kind for $kind {
            const NOUN: &'static str = $noun;
            const PREFIX: &'static str = $prefix;
        }
    )*};
}

kinds! {
    /// Marks names of workflows.
    Workflow "workflow" "wf";
    /// Marks names of people.
    Person "person" "per";
    /// Marks names of pods.
    Pod "pod" "pod";
    /// Marks names of agents.
    Agent "agent" "agt";
    /// Marks names of providers.
    Provider "provider" "prv";
    /// Marks names of routes.
    Route "route" "rte";
    /// Marks names of prompts.
    Prompt "prompt" "prm";
    /// Marks ids of inferences.
    Inference "inference" "inf";
    /// Marks ids of gateway keys.
    Key "key" "key";
    /// Marks ids of sign-in sessions.
    Session "session" "ses";
    /// Marks ids of audit entries.
    Audit "audit entry" "aud";
}

/// Name of a workflow: the stem of its file.
pub type WorkflowId = Name<Workflow>;
/// Name of a person.
pub type PersonId = Name<Person>;
/// Name of a pod.
pub type PodId = Name<Pod>;
/// Name of an agent.
pub type AgentId = Name<Agent>;
/// Name of a provider.
pub type ProviderId = Name<Provider>;
/// Name of a route.
pub type RouteId = Name<Route>;
/// Name of a prompt: the stem of its file.
pub type PromptId = Name<Prompt>;
/// Id of one inference.
pub type InferenceId = Id<Inference>;
/// Id of one gateway key. Not secret.
pub type KeyId = Id<Key>;
/// Id of one sign-in session. The cookie carries a separate secret.
pub type SessionId = Id<Session>;
/// Id of one audit entry.
pub type AuditId = Id<Audit>;

/// Why a text is not a name or an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// Not of the form of a name.
    #[error(
        "{0:?} is not a {1} name: use 1 to 64 lower-case letters, digits, '-', '_' and '.', a letter or digit first"
    )]
    Name(String, &'static str),
    /// Not of the form of an id of this kind.
    #[error("{0:?} is not the id of a {1}: expected {2}_ and 32 hexadecimal digits")]
    Id(String, &'static str, &'static str),
    /// Not a run id.
    #[error("a run id is 1 to 128 printable characters")]
    Run,
}

/// A name from a workspace file, typed by what it names. Cheap to clone.
pub struct Name<K>(Arc<str>, PhantomData<fn() -> K>);

impl<K: Kind> Name<K> {
    /// Longest name, in bytes.
    pub const MAX: usize = 64;

    /// Reads a name.
    ///
    /// # Errors
    /// [`ParseIdError::Name`] unless it has 1 to 64 lower-case letters, digits, `-`, `_` and `.`,
    /// starting with a letter or digit.
    pub fn new(text: &str) -> Result<Self, ParseIdError> {
        let ordinary = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = (1..=Self::MAX).contains(&text.len())
            && text.bytes().next().is_some_and(ordinary)
            && text.bytes().all(|byte| ordinary(byte) || matches!(byte, b'-' | b'_' | b'.'));
        if fits { Ok(Self(text.into(), PhantomData)) } else { Err(ParseIdError::Name(text.into(), K::NOUN)) }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<K> Clone for Name<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}
impl<K> PartialEq for Name<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Name<K> {}
impl<K> PartialOrd for Name<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Name<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Name<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K> fmt::Debug for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
impl<K> fmt::Display for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<K: Kind> FromStr for Name<K> {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}
impl<K> Serialize for Name<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Name<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

/// An id the product made, typed by what it identifies.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

impl<K: Kind> Id<K> {
    /// Makes an id from the time and ten random bytes.
    #[must_use]
    pub fn new(now: Timestamp, seed: [u8; 10]) -> Self {
        let ms = u64::try_from(now.ms()).unwrap_or(0);
        Self(Builder::from_unix_timestamp_millis(ms, &seed).into_uuid(), PhantomData)
    }

    /// The sixteen bytes, for compact storage.
    #[must_use]
    pub const fn bytes(&self) -> [u8; 16] {
        *self.0.as_bytes()
    }

    /// The id with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes), PhantomData)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.simple())
    }
}
impl<K: Kind> FromStr for Id<K> {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|digits| digits.len() == 32)
            .and_then(|digits| Uuid::try_parse(digits).ok())
            .map(|uuid| Self(uuid, PhantomData))
            .ok_or_else(|| ParseIdError::Id(text.into(), K::NOUN, K::PREFIX))
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Id of a run: whatever printable text the caller chose, or one the gateway made.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(Arc<str>);

impl RunId {
    /// Longest run id, in characters.
    pub const MAX: usize = 128;

    /// Takes the caller's own id.
    ///
    /// # Errors
    /// [`ParseIdError::Run`] unless it has 1 to 128 printable characters.
    pub fn from_caller(text: &str) -> Result<Self, ParseIdError> {
        let count = text.chars().count();
        let printable = text.chars().all(|character| !character.is_control());
        if (1..=Self::MAX).contains(&count) && printable {
            Ok(Self(text.into()))
        } else {
            Err(ParseIdError::Run)
        }
    }

    /// Makes a fresh one.
    #[must_use]
    pub fn new(now: Timestamp, seed: [u8; 10]) -> Self {
        let ms = u64::try_from(now.ms()).unwrap_or(0);
        let uuid = Builder::from_unix_timestamp_millis(ms, &seed).into_uuid();
        Self(format!("run_{}", uuid.simple()).into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that yields random bytes. Built from the machine's source only by the binary.
pub trait Seeds: Send + Sync + 'static {
    /// Ten fresh random bytes.
    fn seed(&self) -> [u8; 10];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_short() {
        for good in ["a", "support-replies", "gpt-4.1_mini", "7up"] {
            assert_eq!(WorkflowId::new(good).map(|name| name.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "-a", "A", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(WorkflowId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_id_of_one_kind_is_not_one_of_another() {
        let id = InferenceId::new(Timestamp::from_ms(1_700_000_000_000), [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().parse::<KeyId>().is_err());
        assert_eq!(InferenceId::from_bytes(id.bytes()), id);
    }

    #[test]
    fn later_ids_sort_later() {
        let at = |ms| InferenceId::new(Timestamp::from_ms(ms), [0; 10]);
        assert!(at(1_700_000_000_000) < at(1_700_000_000_001));
    }

    #[test]
    fn a_run_id_is_the_callers_own_text() {
        assert!(RunId::from_caller("ticket 4711 / try 2 é").is_ok());
        assert!(RunId::from_caller(&"x".repeat(128)).is_ok());
        for bad in ["", "a\nb", &"x".repeat(129)] {
            assert!(RunId::from_caller(bad).is_err(), "{bad:?}");
        }
    }
}
