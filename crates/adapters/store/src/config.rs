//! Configurations that were live: kept for ever, so that a record's hash always finds its files.

use std::collections::BTreeMap;

use db::{Sql, args, sql};
use domain::Timestamp;

use crate::{Fault, Store, Tx, from_json, to_json};

const PUT: Sql = sql!("config/put");
const ONE: Sql = sql!("config/one");
const NEWEST: Sql = sql!("config/newest");

/// A configuration that is or was live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveConfig {
    /// Its hash.
    pub hash: String,
    /// Its files: path and text.
    pub files: BTreeMap<String, String>,
    /// When it first went live.
    pub first: Timestamp,
    /// When it last went live.
    pub last: Timestamp,
}

db::row! {
    struct ConfigRow {
        hash: String,
        files: String,
        first_live: Timestamp,
        last_live: Timestamp,
    }
}

impl ConfigRow {
    fn into_config(self) -> Result<LiveConfig, Fault> {
        Ok(LiveConfig {
            hash: self.hash,
            files: from_json(&self.files)?,
            first: self.first_live,
            last: self.last_live,
        })
    }
}

impl Store {
    /// The configuration whose hash begins like this; `None` where there is none or more than one.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn config(&self, hash: &str) -> Result<Option<LiveConfig>, Fault> {
        if hash.is_empty() || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let rows: Vec<ConfigRow> = self.db().await?.all(ONE, args![format!("{hash}%")]).await?;
        match <[ConfigRow; 1]>::try_from(rows) {
            Ok([only]) => only.into_config().map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Configurations, the one that went live last first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn configs(&self, limit: u32) -> Result<Vec<LiveConfig>, Fault> {
        let rows: Vec<ConfigRow> = self.db().await?.all(NEWEST, args![limit]).await?;
        rows.into_iter().map(ConfigRow::into_config).collect()
    }
}

impl Tx {
    /// Notes that a configuration goes live.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn add_config(
        &mut self,
        hash: &str,
        files: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.0.execute(PUT, args![hash, to_json(files)?, files.len(), now]).await.map(drop)
    }
}
