//! Creating and revoking keys.
//!
//! A key that is ended answers nothing from then on, whether or not the database is there: a leaked
//! key must not go on because of an outage. Its record waits then, as that of a switch does. A key
//! that is made must be in the database first.

use std::sync::Arc;

use domain::audit::{Action, Entry};
use domain::ids::KeyId;
use domain::keys::{Key, KeyRing};
use domain::people::Principal;
use store::Part;
use tokio::time::timeout;

use super::read;
use crate::deferred::Deferred;
use crate::error::not_found;
use crate::state::turn_of;
use crate::switches::{PATIENCE, Record};
use crate::views::{KeyCreated, KeyRevoked, NewKey};
use crate::{Control, Error, Event, Fault, files, mirror, random};

impl Control {
    /// Creates a key; its secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// A refusal for who may not, or that names the field that is wrong; a fault where it can't be
    /// stored.
    pub async fn create_key(&self, who: &Principal, new: &NewKey) -> Result<KeyCreated, Error> {
        self.some_key(who)?;
        let secret = random::secret::<24>(&*self.inner.parts.secrets, "cs_");
        let key = self.new_key(new, who.name(), random::hash(secret.expose()))?;
        let permit = self.permit_key(who, &key.workflows)?;
        let entry = self.entry(permit.who().name(), Action::KeyCreated, &key.id.to_string(), detail(&key));
        let _one_at_a_time = turn_of(&self.inner.keying).await?;
        let mut tx = self.store().begin("create a key").await?;
        tx.bump(Part::Keys).await?;
        tx.add_key(&key).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        let keys = [key.clone()].into_iter().chain(self.all_keys().iter().cloned()).collect();
        self.publish_keys(keys).await.ok();
        Ok(KeyCreated { id: key.id.to_string(), key: secret.expose().clone(), row: self.key_row(&key) })
    }

    /// Revokes a key: it answers nothing from now on, and its running streams end, even while the
    /// database is away; the view says where that is kept. Revoking a revoked key changes nothing.
    ///
    /// # Errors
    /// A refusal for who may not, or where there is no such key; a fault where another change is not done in time.
    pub async fn revoke_key(&self, who: &Principal, id: &str) -> Result<KeyRevoked, Error> {
        self.some_key(who)?;
        let _one_at_a_time = turn_of(&self.inner.keying).await?;
        let keys = self.all_keys();
        let known = id.parse::<KeyId>().ok().and_then(|id| keys.iter().find(|key| key.id == id));
        let key = known.ok_or_else(|| not_found("key", id, []))?;
        let permit = self.permit_key(who, &key.workflows)?;
        if key.revoked.is_some() {
            return Ok(
                self.revoked(key, if self.end_waits(key.id) { &Record::Copied } else { &Record::Kept })
            );
        }
        let entry = self.entry(permit.who().name(), Action::KeyRevoked, &key.id.to_string(), detail(key));
        let revoked = Key { revoked: Some(entry.at), ..key.clone() };
        let kept = self.keep_end(revoked.id, &entry).await;
        let replace = |one: &Key| if one.id == revoked.id { revoked.clone() } else { one.clone() };
        let copied = self.publish_keys(keys.iter().map(replace).collect()).await;
        let record = match (kept, copied) {
            (Ok(()), _) => Record::Kept,
            (Err(_), Ok(())) => Record::Copied,
            (Err(_), Err(fault)) => Record::Nowhere(fault),
        };
        if !matches!(record, Record::Kept) {
            // Who ended it must survive this process too.
            self.mirror_switches().await.ok();
        }
        Ok(self.revoked(&revoked, &record))
    }

    /// Stores the end of a key; where the database does not take it in time, leaves it for later.
    async fn keep_end(&self, key: KeyId, entry: &Entry) -> Result<(), Fault> {
        let fault = match timeout(PATIENCE, self.store_end(key, entry)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(fault)) => fault,
            Err(late) => Fault::new("revoke a key", late),
        };
        tracing::error!(error = fault.chain(), key.id = %key, "a key is revoked without the database");
        self.inner.queue.push(Deferred::Revoke { key, entry: entry.clone() });
        Err(fault)
    }

    async fn store_end(&self, key: KeyId, entry: &Entry) -> Result<(), Fault> {
        let mut tx = self.store().begin("revoke a key").await?;
        tx.bump(Part::Keys).await?;
        tx.revoke_key(key, &entry.who, entry.at).await?;
        tx.append(entry).await?;
        tx.commit().await.map_err(Fault::from)
    }

    /// Whether the end of a key still waits for the database.
    fn end_waits(&self, id: KeyId) -> bool {
        let waiting = self.inner.queue.stops();
        waiting.iter().any(|one| matches!(one, Deferred::Revoke { key, .. } if *key == id))
    }

    fn revoked(&self, key: &Key, record: &Record) -> KeyRevoked {
        KeyRevoked {
            row: self.key_row(key),
            record: record.as_str().to_owned(),
            words: format!("{} is revoked: it answers nothing from now on{}", key.label, record.words()),
        }
    }

    /// Makes these the keys, here and in the data plane, and copies them to the mirror file.
    ///
    /// # Errors
    /// Where the copy can't be written; the keys are in force all the same.
    pub(crate) async fn publish_keys(&self, keys: Vec<Key>) -> Result<(), Fault> {
        let keys = Arc::new(keys);
        self.inner.keys.store(Arc::clone(&keys));
        self.inner.plane.publish_keys(Arc::new(KeyRing::new(keys.iter().cloned())));
        let written = files::write_json(&mirror::keys_file(&self.inner.parts.data), &*keys).await;
        if let Err(fault) = &written {
            tracing::error!(error = fault.chain(), "the copy of the keys can't be written");
        }
        self.announce(Event::Keys);
        written
    }

    fn new_key(&self, new: &NewKey, by: &str, hash: [u8; 32]) -> Result<Key, Error> {
        let now = self.now();
        let snapshot = self.snapshot();
        let workflows = read::workflows(&snapshot.workspace, new)?;
        let agent = read::agent(&snapshot.workspace, new)?;
        Ok(Key {
            id: KeyId::new(now, self.inner.parts.seeds.seed()),
            hash,
            label: read::label(new, &workflows, agent.as_ref())?,
            workflows,
            agent,
            created_by: by.to_owned(),
            created: now,
            expires: read::expires(new, now)?,
            revoked: None,
            limits: read::limits(new)?,
            budget: read::budget(new)?,
        })
    }
}

fn detail(key: &Key) -> String {
    let workflows: Vec<&str> = key.workflows.iter().map(domain::ids::WorkflowId::as_str).collect();
    format!("{:?} for {}", key.label, workflows.join(", "))
}
