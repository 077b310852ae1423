//! What makes a report itself: a hash over what tells it from every other.
//!
//! The hash is over the parts and not over the bytes, so that one and the same report has one
//! identity. Every part is preceded by its length: no two lists of parts hash alike.

use domain::telemetry::{Attributes, Identity, Number, Value};
use sha2::{Digest, Sha256};

/// A hash under way.
#[derive(Clone, Debug)]
pub(super) struct Hasher(Sha256);

impl Hasher {
    pub(super) fn new(workflow: &str) -> Self {
        Self(Sha256::new()).part(workflow.as_bytes())
    }

    pub(super) fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
        self.0.update(bytes);
        self
    }

    pub(super) fn number(mut self, number: u64) -> Self {
        self.0.update(number.to_le_bytes());
        self
    }

    /// Attributes in any order.
    pub(super) fn attributes(self, attributes: &Attributes<'_>) -> Self {
        let mut sorted: Vec<_> = attributes.0.iter().collect();
        sorted.sort_by(|one, other| one.0.cmp(&other.0));
        sorted.into_iter().fold(self, |hasher, (key, value)| hasher.part(key.as_bytes()).value(value))
    }

    fn value(self, value: &Value<'_>) -> Self {
        match value {
            Value::Text(text) => self.number(1).part(text.as_bytes()),
            Value::Number(Number::Whole(whole)) => self.number(2).part(&whole.to_le_bytes()),
            Value::Number(Number::Real(real)) => self.number(3).number(real.to_bits()),
            Value::Flag(flag) => self.number(4).number(u64::from(*flag)),
            Value::Other => self.number(5),
        }
    }

    pub(super) fn finish(self) -> Identity {
        let digest: [u8; 32] = self.0.finalize().into();
        let mut first = [0; 16];
        first.copy_from_slice(&digest[..16]);
        Identity(first)
    }
}
