//! The control plane's own tables: keys, switches, the audit log, people's credentials, one-time
//! links, sessions, configurations that were live.
//!
//! One file per context, its statements beside it under `queries/`. A change is made within a
//! [`Tx`], which also takes its audit entry, so that neither is ever stored without the other.
//! This crate must never decide anything, and never sees a secret: keys, links and cookies arrive
//! as SHA-256, passwords as Argon2 hashes.
//!
//! The database need not be up when the server starts: it is opened by the first statement that
//! reaches it, and until then every call returns a passing [`Fault`].

mod audit;
mod config;
mod credentials;
mod keys;
mod links;
mod revisions;
mod sessions;
mod switches;

use std::sync::Arc;
use std::time::Duration;

use db::{Db, Migrations, Options, Target};
use tokio::sync::OnceCell;

pub use audit::AuditFilter;
pub use config::LiveConfig;
pub use credentials::{Credential, HasPassword};
pub use db::{Fault, Retry};
pub use links::Link;
pub use revisions::{Part, Revisions};
pub use sessions::{OpenSession, PersonSessions, StoredSession};

const MIGRATIONS: Migrations = db::migrations!("store", "0001_control");

/// The control plane's tables. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    target: Target,
    db: OnceCell<Db>,
}

/// A change under way. Dropped without [`Tx::commit`] it never happened.
#[derive(Debug)]
#[must_use = "a change that is dropped never happened"]
pub struct Tx(db::Tx);

impl Store {
    /// Names the database, without reaching for it yet.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self(Arc::new(Inner { target, db: OnceCell::new() }))
    }

    /// Reaches for the database and brings its schema up to date.
    ///
    /// # Errors
    /// Where it can't be reached, which may pass, and where its schema is newer than this program,
    /// which won't.
    pub async fn open(target: Target) -> Result<Self, Fault> {
        let store = Self::new(target);
        store.db().await?;
        Ok(store)
    }

    /// Whether several servers may share the database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.0.target, Target::Postgres(_))
    }

    /// Begins a change. `action` names it in faults: `create a key`.
    ///
    /// # Errors
    /// Where the database can't be reached.
    pub async fn begin(&self, action: &'static str) -> Result<Tx, Fault> {
        self.db().await?.begin(action).await.map(Tx)
    }

    /// Closes all connections, after the work that is under way.
    pub async fn close(&self) {
        if let Some(db) = self.0.db.get() {
            db.close().await;
        }
    }

    async fn db(&self) -> Result<&Db, Fault> {
        let options = Options { acquire: Duration::from_secs(3), ..Options::default() };
        self.0.db.get_or_try_init(|| Db::open(&self.0.target, &options, &MIGRATIONS)).await
    }
}

impl Tx {
    /// Makes everything done so far lasting.
    ///
    /// # Errors
    /// A fault; whether the work lasted is then unknown.
    pub async fn commit(self) -> Result<(), Fault> {
        self.0.commit().await
    }
}

/// Writes a value that is never queried as JSON.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new("write a column", error))
}

/// Reads such a value back.
fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::new("read a column", error))
}
