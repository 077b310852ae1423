//! The audit log: only ever added to.

use db::{Sql, args, sql};
use domain::Timestamp;
use domain::audit::{Action, Entry};
use domain::ids::AuditId;

use crate::{Fault, Store, Tx};

const PUT: Sql = sql!("audit/put");
const PAGE: Sql = sql!("audit/page");
const OF_SUBJECT: Sql = sql!("audit/of_subject");
const SINCE: Sql = sql!("audit/since");

/// Which entries. Absent lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By whom.
    pub who: Option<String>,
    /// What was done.
    pub action: Option<Action>,
    /// To which thing.
    pub subject: Option<String>,
}

db::row! {
    struct EntryRow {
        id: AuditId,
        at: Timestamp,
        who: String,
        action: String,
        subject: String,
        detail: String,
    }
}

impl EntryRow {
    fn into_entry(self) -> Result<Entry, Fault> {
        let action = Action::parse(&self.action)
            .ok_or_else(|| Fault::new("read the audit log", format!("unknown action {:?}", self.action)))?;
        Ok(Entry {
            id: self.id,
            at: self.at,
            who: self.who,
            action,
            subject: self.subject,
            detail: self.detail,
        })
    }
}

impl Store {
    /// Entries made before `cursor` (all, without one), newest first.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn audit(
        &self,
        filter: &AuditFilter,
        cursor: Option<AuditId>,
        limit: u32,
    ) -> Result<Vec<Entry>, Fault> {
        let before = cursor.unwrap_or(AuditId::from_bytes([0xff; 16]));
        let action = filter.action.map(Action::as_str);
        let values = args![before, filter.who.clone(), action, filter.subject.clone(), limit];
        self.entries(PAGE, values).await
    }

    /// The newest entries about one thing.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn audit_of(&self, subject: &str, limit: u32) -> Result<Vec<Entry>, Fault> {
        self.entries(OF_SUBJECT, args![subject, limit]).await
    }

    /// The newest entries of one action since a time.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn audit_since(
        &self,
        action: Action,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Entry>, Fault> {
        self.entries(SINCE, args![action.as_str(), since, limit]).await
    }

    async fn entries(&self, sql: Sql, values: Vec<db::Value>) -> Result<Vec<Entry>, Fault> {
        let rows: Vec<EntryRow> = self.db().await?.all(sql, values).await?;
        rows.into_iter().map(EntryRow::into_entry).collect()
    }
}

impl Tx {
    /// Adds an entry. Adding the same entry twice leaves one.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn append(&mut self, entry: &Entry) -> Result<(), Fault> {
        let values =
            args![entry.id, entry.at, &entry.who, entry.action.as_str(), &entry.subject, &entry.detail];
        self.0.execute(PUT, values).await.map(drop)
    }
}
