//! Schema steps: forward only, each part of the product its own list.
//!
//! Parts (`store`, `ledger`) share a PostgreSQL database, so each has its own numbers. All missing
//! steps of a part are taken in one transaction, or none. A database that has steps this program
//! does not know was written by a newer one and is refused: guessing would damage it.

use crate::fault::Fault;
use crate::pool::Db;
use crate::sql::{Dialect, Sql};
use crate::tx::Tx;
use crate::{args, row, sql};

const TABLE: Sql = sql!("schema_table");
const TAKEN: Sql = sql!("schema_taken");
const TAKE: Sql = sql!("schema_take");
const LOCK: Sql = sql!("schema_lock", postgres);

/// The steps of one part's schema, oldest first: name and text. Made by [`migrations!`](crate::migrations!).
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// Which part: `store`.
    pub part: &'static str,
    /// For SQLite.
    pub sqlite: &'static [(&'static str, &'static str)],
    /// For PostgreSQL: the same names.
    pub postgres: &'static [(&'static str, &'static str)],
}

/// Loads `migrations/{sqlite,postgres}/NAME.sql` of the calling crate.
///
/// ```text
/// const MIGRATIONS: db::Migrations = db::migrations!("store", "0001_keys", "0002_sessions");
/// ```
#[macro_export]
macro_rules! migrations {
    ($part:literal, $($name:literal),+ $(,)?) => {
        $crate::Migrations {
            part: $part,
            sqlite: &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")))),+],
            postgres: &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, ".sql")))),+],
        }
    };
}

row! {
    struct Taken {
        version: i64,
        name: String,
    }
}

pub(crate) async fn run(db: &Db, migrations: &Migrations) -> Result<(), Fault> {
    let steps = match db.dialect() {
        Dialect::Sqlite => migrations.sqlite,
        Dialect::Postgres => migrations.postgres,
    };
    let mut tx = db.begin("update the schema").await?;
    tx.all::<Nothing>(LOCK, args![]).await?;
    tx.execute(TABLE, args![]).await?;
    let taken: Vec<Taken> = tx.all(TAKEN, args![migrations.part]).await?;
    check(migrations.part, &taken, steps)?;
    for (index, (name, text)) in steps.iter().enumerate().skip(taken.len()) {
        take(&mut tx, migrations.part, index + 1, name, text).await?;
    }
    tx.commit().await
}

async fn take(tx: &mut Tx, part: &str, version: usize, name: &str, text: &'static str) -> Result<(), Fault> {
    tx.script(text).await?;
    tx.execute(TAKE, args![part, version, name]).await.map(drop)
}

fn check(part: &str, taken: &[Taken], steps: &[(&str, &str)]) -> Result<(), Fault> {
    let refuse = |problem: String| Err(Fault::new("update the schema", problem));
    if taken.len() > steps.len() {
        let newest = taken.last().map_or("", |step| &step.name);
        return refuse(format!(
            "the database has step {newest} of {part}, which this program does not know: it was written by a newer one"
        ));
    }
    for (index, (step, (name, _))) in taken.iter().zip(steps).enumerate() {
        if step.name != *name || usize::try_from(step.version) != Ok(index + 1) {
            return refuse(format!(
                "the database took step {} of {part} where {name} was expected",
                step.name
            ));
        }
    }
    Ok(())
}

struct Nothing;

impl crate::FromRow for Nothing {
    fn from_row(_: &crate::Row) -> Result<Self, Fault> {
        Ok(Self)
    }
}
