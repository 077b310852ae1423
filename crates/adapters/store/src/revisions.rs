//! Numbers that tell several servers on one database that something has changed.

use db::{Sql, args, sql};

use crate::{Fault, Store, Tx};

const BUMP: Sql = sql!("revision/bump");
const ALL: Sql = sql!("revision/all");

/// What can change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Gateway keys.
    Keys,
    /// Switches.
    Switches,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Switches => "switches",
        }
    }
}

/// How often each part has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Revisions {
    /// Changes to keys.
    pub keys: u64,
    /// Changes to switches.
    pub switches: u64,
}

db::row! {
    struct RevisionRow {
        part: String,
        number: u64,
    }
}

db::row! {
    struct Number {
        number: u64,
    }
}

impl Store {
    /// How often each part has changed.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn revisions(&self) -> Result<Revisions, Fault> {
        let rows: Vec<RevisionRow> = self.db().await?.all(ALL, args![]).await?;
        let of = |part: Part| rows.iter().find(|row| row.part == part.as_str()).map_or(0, |row| row.number);
        Ok(Revisions { keys: of(Part::Keys), switches: of(Part::Switches) })
    }
}

impl Tx {
    /// Counts a change and returns its number. Changes of one part wait for each other from here
    /// on, so call it before reading what the change depends on.
    ///
    /// # Errors
    /// Where the database can't be written.
    pub async fn bump(&mut self, part: Part) -> Result<u64, Fault> {
        let row: Option<Number> = self.0.optional(BUMP, args![part.as_str()]).await?;
        row.map(|row| row.number).ok_or_else(|| Fault::new("count a change", "no number came back"))
    }
}
