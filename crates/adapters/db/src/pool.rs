//! Pools of connections.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::{future, io};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection as _};

use crate::fault::Fault;
use crate::migrate::{self, Migrations};
use crate::row::{FromRow, Inner, Row};
use crate::sql::{Dialect, Sql};
use crate::target::{Options, Sync, Target};
use crate::tx::{Tx, TxInner};
use crate::value::{Value, for_postgres, for_sqlite};

/// Texts of batches, by the statement's name and how many rows they carry.
type Texts = HashMap<(&'static str, usize), Arc<str>>;

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pools: Pools,
    texts: Arc<Mutex<Texts>>,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { write: SqlitePool, read: SqlitePool },
    Postgres(PgPool),
}

/// SQLite: twice its default. Records of a kilobyte or two pack better: a tenth less work for the writer.
const PAGE_BYTES: u32 = 8_192;

/// Prepared statements that a connection remembers: each batch comes in eight sizes.
const STATEMENTS: usize = 256;

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// Where it can't be reached or opened, and where its schema is newer than this program.
    pub async fn open(target: &Target, options: &Options, migrations: &Migrations) -> Result<Self, Fault> {
        let db = Self::connect(target, options).await?;
        db.migrate(migrations).await?;
        Ok(db)
    }

    /// Opens the database with its schema as it is. A PostgreSQL server need not be up: the first
    /// statement reaches for it.
    ///
    /// # Errors
    /// Where a SQLite file can't be opened, or the address of a PostgreSQL server makes no sense.
    pub async fn connect(target: &Target, options: &Options) -> Result<Self, Fault> {
        let pools = match target {
            Target::Sqlite(path) => open_sqlite(path, options).await,
            Target::Postgres(url) => reach_postgres(url, options),
        }
        .map_err(|error| Fault::from_sqlx("open the database", error))?;
        Ok(Self { pools, texts: Arc::default() })
    }

    /// Tries one connection to a PostgreSQL server by itself, at most as long as a statement waits for
    /// one: a pool that finds no server says no more than that it waited. A file needs no trying.
    ///
    /// # Errors
    /// Which server can't be reached, and why.
    pub async fn knock(&self) -> Result<(), Fault> {
        let Pools::Postgres(pool) = &self.pools else { return Ok(()) };
        let options = pool.connect_options();
        let place = match options.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", options.get_host(), options.get_port()),
        };
        let longest = pool.options().get_acquire_timeout();
        let why = match tokio::time::timeout(longest, options.connect()).await {
            Ok(Ok(connection)) => {
                connection.close().await.ok();
                return Ok(());
            }
            Ok(Err(error)) => Fault::from_sqlx("open the database", error).chain(),
            Err(_) => format!("open the database failed: no answer within {} s", longest.as_secs()),
        };
        let why = why.trim_start_matches("open the database failed: ");
        Err(Fault::passing("open the database", format!("PostgreSQL at {place} can't be reached: {why}")))
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// Where the database can't be reached, and where its schema is newer than this program.
    pub async fn migrate(&self, migrations: &Migrations) -> Result<(), Fault> {
        migrate::run(self, migrations).await
    }

    /// Which engine it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction that may write. `action` names it in faults: `create a key`.
    /// On SQLite it waits for the one writing connection.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn begin(&self, action: &'static str) -> Result<Tx, Fault> {
        let inner = match &self.pools {
            Pools::Sqlite { write, .. } => write.begin_with("begin immediate").await.map(TxInner::Sqlite),
            Pools::Postgres(pool) => pool.begin().await.map(TxInner::Postgres),
        }
        .map_err(|error| Fault::from_sqlx(action, error))?;
        Ok(Tx { db: self.clone(), action, inner })
    }

    /// Begins a transaction that only reads, and sees one state of the data throughout.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn snapshot(&self, action: &'static str) -> Result<Tx, Fault> {
        let inner = match &self.pools {
            Pools::Sqlite { read, .. } => read.begin().await.map(TxInner::Sqlite),
            Pools::Postgres(pool) => pool
                .begin_with("begin isolation level repeatable read read only")
                .await
                .map(TxInner::Postgres),
        }
        .map_err(|error| Fault::from_sqlx(action, error))?;
        Ok(Tx { db: self.clone(), action, inner })
    }

    /// Runs one writing statement by itself; returns how many rows it touched.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn execute(&self, sql: Sql, values: Vec<Value>) -> Result<u64, Fault> {
        let mut tx = self.begin(sql.name()).await?;
        let touched = tx.execute(sql, values).await?;
        tx.commit().await?;
        Ok(touched)
    }

    /// Reads all rows, on a reading connection.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn all<T: FromRow>(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<T>, Fault> {
        self.rows(sql, values).await?.iter().map(T::from_row).collect()
    }

    /// Reads the first row, if there is one, on a reading connection.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn optional<T: FromRow>(&self, sql: Sql, values: Vec<Value>) -> Result<Option<T>, Fault> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Reads the one row that must be there, on a reading connection.
    ///
    /// # Errors
    /// [`Fault`], also where there is none.
    pub async fn one<T: FromRow>(&self, sql: Sql, values: Vec<Value>) -> Result<T, Fault> {
        self.optional(sql, values).await?.ok_or_else(|| Fault::new(sql.name(), "there is no such row"))
    }

    /// Closes all connections, after the work that is under way.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    async fn rows(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let fault = |error| Fault::from_sqlx(sql.name(), error);
        let text = sql.text(self.dialect());
        Ok(match &self.pools {
            Pools::Sqlite { read, .. } => {
                let arguments = for_sqlite(values).map_err(fault)?;
                let rows = sqlx::query_with(text, arguments).fetch_all(read).await.map_err(fault)?;
                rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect()
            }
            Pools::Postgres(pool) => {
                let arguments = for_postgres(values).map_err(fault)?;
                let rows = sqlx::query_with(text, arguments).fetch_all(pool).await.map_err(fault)?;
                rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect()
            }
        })
    }

    /// Asks the engine to compile a text. For the test that holds every file against both engines.
    pub(crate) async fn prepare(&self, text: String) -> Result<(), Fault> {
        let text = sqlx::SqlSafeStr::into_sql_str(AssertSqlSafe(text));
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlx::Executor::prepare(write, text).await.map(drop),
            Pools::Postgres(pool) => sqlx::Executor::prepare(pool, text).await.map(drop),
        }
        .map_err(|error| Fault::from_sqlx("prepare a statement", error))
    }

    pub(crate) fn repeated(&self, sql: Sql, times: usize) -> Arc<str> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let text = texts.entry((sql.name(), times));
        Arc::clone(text.or_insert_with(|| sql.repeated(self.dialect(), times).into()))
    }
}

async fn open_sqlite(path: &Path, options: &Options) -> Result<Pools, sqlx::Error> {
    let synchronous = match options.sync {
        Sync::Normal => SqliteSynchronous::Normal,
        Sync::Full => SqliteSynchronous::Full,
    };
    let common = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(options.acquire)
        .statement_cache_capacity(STATEMENTS)
        .pragma("temp_store", "memory")
        .disable_statement_logging();
    let writer = common
        .clone()
        .create_if_missing(true)
        .page_size(PAGE_BYTES)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("wal_autocheckpoint", options.checkpoint_pages.to_string())
        .pragma("cache_size", format!("-{}", options.cache_kib));
    let reader = common.read_only(true).pragma("cache_size", "-8192");
    make_private(path).map_err(sqlx::Error::Io)?;
    let write = lasting().max_connections(1).acquire_timeout(options.acquire).connect_with(writer).await?;
    let read =
        lasting().max_connections(options.readers).acquire_timeout(options.acquire).connect_lazy_with(reader);
    Ok(Pools::Sqlite { write, read })
}

/// Makes the file of a database for this user alone. SQLite gives the files beside it the same mode.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Pools whose connections stay open, but for one that was left in a transaction. SQLite undoes a
/// transaction by itself where the disk is full or breaks (SQLite, "Response To Errors Within A
/// Transaction"); the rollback that follows then fails, and sqlx believes for ever that the
/// connection is in one. Such a connection is closed, and the next transaction gets a fresh one. By
/// the time it is asked for again, what was sent to it when it was given back has been done.
fn lasting() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(future::ready(Ok(!connection.is_in_transaction()))))
}

fn reach_postgres(url: &str, options: &Options) -> Result<Pools, sqlx::Error> {
    let connect = PgConnectOptions::from_str(url)?
        .application_name("countersign")
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(options.readers.saturating_add(2))
        .acquire_timeout(options.acquire)
        .connect_lazy_with(connect);
    Ok(Pools::Postgres(pool))
}
