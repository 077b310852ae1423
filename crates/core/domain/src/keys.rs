//! Gateway keys: who may call, for which workflow, within which limits.
//!
//! A key's secret is shown once and never stored; what is stored is its SHA-256. A plain hash is
//! enough because the secret has 192 random bits: there is nothing to guess.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::budget::Budget;
use crate::ids::{AgentId, KeyId, WorkflowId};
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// SHA-256 of a key's secret.
pub type KeyHash = [u8; 32];

/// A key without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Key {
    /// Its id; safe to show.
    pub id: KeyId,
    /// SHA-256 of the secret.
    pub hash: KeyHash,
    /// What people call it.
    pub label: String,
    /// The workflows it serves; never empty.
    pub workflows: Vec<WorkflowId>,
    /// The agent that holds it.
    pub agent: Option<AgentId>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// When someone ended it.
    pub revoked: Option<Timestamp>,
    /// Limits of its own.
    pub limits: Limits,
    /// Budget of its own.
    pub budget: Budget,
}

impl Key {
    /// Decides which workflow a call with this key belongs to.
    ///
    /// # Errors
    /// A refusal where the key is revoked or expired, where it serves several workflows and the
    /// caller `named` none, or where it does not serve the one named.
    pub fn admit(&self, named: Option<&str>, now: Timestamp) -> Result<&WorkflowId, Refusal> {
        if let Some(at) = self.revoked {
            return Err(Refusal::KeyRevoked { key: self.id.to_string(), at });
        }
        if let Some(at) = self.expires.filter(|expires| *expires <= now) {
            return Err(Refusal::KeyExpired { key: self.id.to_string(), at });
        }
        let list = || self.workflows.iter().map(WorkflowId::as_str).collect::<Vec<_>>().join(", ");
        match (named, self.workflows.as_slice()) {
            (Some(name), served) => served
                .iter()
                .find(|workflow| workflow.as_str() == name)
                .ok_or_else(|| Refusal::WorkflowNotServed(name.to_owned(), list())),
            (None, [only]) => Ok(only),
            (None, _) => Err(Refusal::WorkflowNotNamed(list())),
        }
    }
}

/// All keys, by the hash of their secret. Immutable: a change makes a new ring.
#[derive(Debug, Default, Clone)]
pub struct KeyRing {
    by_hash: HashMap<KeyHash, Arc<Key>>,
}

impl KeyRing {
    /// Builds the ring.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = Key>) -> Self {
        Self { by_hash: keys.into_iter().map(|key| (key.hash, Arc::new(key))).collect() }
    }

    /// Finds a key by the hash of the secret that was presented. Looking up a hash takes the
    /// same time whether or not a prefix of the *secret* matches, so timing tells nothing.
    #[must_use]
    pub fn find(&self, hash: &KeyHash) -> Option<&Arc<Key>> {
        self.by_hash.get(hash)
    }

    /// Every key.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Key>> {
        self.by_hash.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(workflows: &[&str]) -> Key {
        let now = Timestamp::from_ms(1_000);
        Key {
            id: KeyId::new(now, [1; 10]),
            hash: [0; 32],
            label: "test".into(),
            workflows: workflows.iter().map(|name| WorkflowId::new(name).unwrap()).collect(),
            agent: None,
            created_by: "maya".into(),
            created: now,
            expires: None,
            revoked: None,
            limits: Limits::default(),
            budget: Budget::default(),
        }
    }

    #[test]
    fn a_call_belongs_to_exactly_one_workflow() {
        let now = Timestamp::from_ms(2_000);
        let name =
            |key: &Key, named| key.admit(named, now).map(ToString::to_string).map_err(|r| r.code().number());
        assert_eq!(name(&key(&["a"]), None), Ok("a".into()));
        assert_eq!(name(&key(&["a"]), Some("a")), Ok("a".into()));
        assert_eq!(name(&key(&["a"]), Some("b")), Err(106));
        assert_eq!(name(&key(&["a", "b"]), None), Err(105));
        assert_eq!(name(&key(&["a", "b"]), Some("b")), Ok("b".into()));
    }

    #[test]
    fn an_ended_key_admits_nothing() {
        let now = Timestamp::from_ms(2_000);
        let expired = Key { expires: Some(now), ..key(&["a"]) };
        assert_eq!(expired.admit(None, now).map_err(|r| r.code().number()), Err(103));
        assert!(expired.admit(None, now.plus_ms(-1)).is_ok());
        let revoked = Key { revoked: Some(now), ..key(&["a"]) };
        assert_eq!(revoked.admit(None, now).map_err(|r| r.code().number()), Err(104));
    }
}
