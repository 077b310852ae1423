//! One small kernel over SQLite and PostgreSQL: pools, transactions, migrations, rows.
//!
//! The rest of the product writes SQL in `.sql` files and never names a driver. One text serves
//! both engines (`$1`, `returning`, `on conflict … do update`, no `now()`; only `text`, `bigint`
//! and `bytea`/`blob` columns); where they must differ, `name.postgres.sql` stands beside
//! `name.sql` and is asked for by `sql!("name", postgres)`. This crate must never hold a rule of
//! the business, log a statement's values, or build SQL from anything but those files.
//!
//! SQLite gets one writing connection and several reading ones: WAL lets readers go on while the
//! writer writes, and a second writer would only wait for the first
//! (<https://www.sqlite.org/wal.html>).
//!
//! ```
//! use db::{Db, Fault, Migrations, Options, Target, args, row};
//! # use domain::time::Timestamp;
//! # mod sql { use db::Sql; // a real crate writes sql!("note/put") and keeps the text in queries/note/put.sql
//! #   pub const PUT: Sql = Sql::inline("note/put", "insert into note (name, at) values ($1, $2)");
//! #   pub const ALL: Sql = Sql::inline("note/all", "select name, at from note where at >= $1"); }
//! row! {
//!     /// A note.
//!     pub struct Note {
//!         /// Its name.
//!         pub name: String,
//!         /// When it was written.
//!         pub at: Timestamp,
//!     }
//! }
//!
//! # const FIRST: &str = "create table note (name text primary key, at bigint not null)";
//! # const NOTES: Migrations = Migrations { part: "notes", sqlite: &[("0001_note", FIRST)], postgres: &[("0001_note", FIRST)] };
//! async fn keep(db: &Db, now: Timestamp) -> Result<Vec<Note>, Fault> {
//!     let mut tx = db.begin("keep a note").await?;
//!     tx.execute(sql::PUT, args!["first", now]).await?;
//!     tx.commit().await?;
//!     db.all(sql::ALL, args![now]).await
//! }
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! # let dir = tempfile::tempdir().unwrap();
//! let target = Target::Sqlite(dir.path().join("notes.db"));
//! let db = Db::open(&target, &Options::default(), &NOTES).await.unwrap();
//! let notes = keep(&db, Timestamp::from_ms(7)).await.unwrap();
//! assert_eq!((notes[0].name.as_str(), notes[0].at.ms()), ("first", 7));
//! # });
//! ```

mod batch;
mod check;
mod fault;
mod migrate;
mod pool;
mod row;
mod sql;
mod target;
mod tx;
mod value;

pub use batch::Batch;
pub use check::unprepared;
pub use fault::{BoxError, Fault, Retry};
pub use migrate::Migrations;
pub use pool::Db;
pub use row::{Column, FromRow, Row};
pub use sql::{Dialect, Sql};
pub use target::{Options, Sync, Target};
pub use tx::Tx;
pub use value::Value;
