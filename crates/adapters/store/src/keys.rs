//! Gateway keys. A key's secret never comes here.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::ids::{AgentId, KeyId};
use domain::keys::{Key, KeyHash};

use crate::{Fault, Store, Tx, from_json, to_json};

const PUT: Sql = sql!("key/put");
const ALL: Sql = sql!("key/all");
const REVOKE: Sql = sql!("key/revoke");
const RESTORE: Sql = sql!("key/restore");

db::row! {
    struct KeyRow {
        id: KeyId,
        hash: KeyHash,
        label: String,
        workflows: String,
        agent: Option<AgentId>,
        created_by: String,
        created: Timestamp,
        expires: Option<Timestamp>,
        revoked: Option<Timestamp>,
        limits: String,
        budget: String,
    }
}

impl KeyRow {
    fn into_key(self) -> Result<Key, Fault> {
        Ok(Key {
            id: self.id,
            hash: self.hash,
            label: self.label,
            workflows: from_json(&self.workflows)?,
            agent: self.agent,
            created_by: self.created_by,
            created: self.created,
            expires: self.expires,
            revoked: self.revoked,
            limits: from_json(&self.limits)?,
            budget: from_json(&self.budget)?,
        })
    }
}

impl Store {
    /// Every key there ever was, newest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn keys(&self) -> Result<Vec<Key>, Fault> {
        let rows: Vec<KeyRow> = self.db().await?.all(ALL, args![]).await?;
        rows.into_iter().map(KeyRow::into_key).collect()
    }
}

impl Tx {
    /// Adds a key.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn add_key(&mut self, key: &Key) -> Result<(), Fault> {
        let values = args![
            key.id,
            key.hash,
            &key.label,
            to_json(&key.workflows)?,
            key.agent.as_ref(),
            &key.created_by,
            key.created,
            key.expires,
            to_json(&key.limits)?,
            to_json(&key.budget)?,
        ];
        self.0.execute(PUT, values).await.map(drop)
    }

    /// Ends a key. False where it had ended before, or there is none.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn revoke_key(&mut self, id: KeyId, by: &str, now: Timestamp) -> Result<bool, Fault> {
        Ok(self.0.execute(REVOKE, args![id, now, by]).await? > 0)
    }

    /// Writes a key that the database has lost, or whose end it has lost.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn restore_key(&mut self, key: &Key) -> Result<(), Fault> {
        let values = args![
            key.id,
            key.hash,
            &key.label,
            to_json(&key.workflows)?,
            key.agent.as_ref(),
            &key.created_by,
            key.created,
            key.expires,
            key.revoked,
            to_json(&key.limits)?,
            to_json(&key.budget)?,
        ];
        self.0.execute(RESTORE, values).await.map(drop)
    }
}
