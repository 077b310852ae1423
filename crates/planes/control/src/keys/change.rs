//! Creating and revoking keys.

use std::sync::Arc;

use domain::audit::Action;
use domain::ids::KeyId;
use domain::keys::{Key, KeyRing};
use domain::people::{Permit, acts};
use store::Part;

use super::read;
use crate::error::not_found;
use crate::state::turn_of;
use crate::views::{KeyCreated, KeyRow, NewKey};
use crate::{Control, Error, Event, files, mirror, random};

impl Control {
    /// Creates a key; its secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// A refusal that names the field that is wrong, a fault where it can't be stored.
    pub async fn create_key(
        &self,
        permit: &Permit<acts::ManageKeys>,
        new: &NewKey,
    ) -> Result<KeyCreated, Error> {
        let secret = random::secret::<24>(&*self.inner.parts.secrets, "cs_");
        let key = self.new_key(new, permit.who().name(), random::hash(secret.expose()))?;
        let entry = self.entry(permit.who().name(), Action::KeyCreated, &key.id.to_string(), detail(&key));
        let _one_at_a_time = turn_of(&self.inner.keying).await?;
        let mut tx = self.store().begin("create a key").await?;
        tx.bump(Part::Keys).await?;
        tx.add_key(&key).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        let keys = [key.clone()].into_iter().chain(self.all_keys().iter().cloned()).collect();
        self.publish_keys(keys).await;
        Ok(KeyCreated { id: key.id.to_string(), key: secret.expose().clone(), row: self.key_row(&key) })
    }

    /// Revokes a key: it answers nothing from now on, and its running streams end. Revoking a
    /// revoked key changes nothing.
    ///
    /// # Errors
    /// A refusal where there is no such key, a fault where that can't be stored.
    pub async fn revoke_key(&self, permit: &Permit<acts::ManageKeys>, id: &str) -> Result<KeyRow, Error> {
        let _one_at_a_time = turn_of(&self.inner.keying).await?;
        let keys = self.all_keys();
        let by = permit.who().name();
        let known = id.parse::<KeyId>().ok().and_then(|id| keys.iter().find(|key| key.id == id));
        let key = known.ok_or_else(|| not_found("key", id, []))?;
        if key.revoked.is_some() {
            return Ok(self.key_row(key));
        }
        let now = self.now();
        let entry = self.entry(by, Action::KeyRevoked, &key.id.to_string(), detail(key));
        let mut tx = self.store().begin("revoke a key").await?;
        tx.bump(Part::Keys).await?;
        tx.revoke_key(key.id, by, now).await?;
        tx.append(&entry).await?;
        tx.commit().await?;
        let revoked = Key { revoked: Some(now), ..key.clone() };
        let replace = |one: &Key| if one.id == revoked.id { revoked.clone() } else { one.clone() };
        self.publish_keys(keys.iter().map(replace).collect()).await;
        Ok(self.key_row(&revoked))
    }

    /// Makes these the keys, here and in the data plane, and copies them to the mirror file.
    pub(crate) async fn publish_keys(&self, keys: Vec<Key>) {
        let keys = Arc::new(keys);
        self.inner.keys.store(Arc::clone(&keys));
        self.inner.plane.publish_keys(Arc::new(KeyRing::new(keys.iter().cloned())));
        if let Err(fault) = files::write_json(&mirror::keys_file(&self.inner.parts.data), &*keys).await {
            tracing::error!(error = fault.chain(), "the copy of the keys can't be written");
        }
        self.announce(Event::Keys);
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
