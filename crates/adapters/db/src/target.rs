//! Which database, and how to open it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A file; its folder must exist.
    Sqlite(PathBuf),
    /// `postgres://user:password@host/database`. May hold a password: `Debug` hides it.
    Postgres(String),
}

impl Target {
    /// Reads a database URL; `None` unless it begins with `postgres://`, `postgresql://` or `sqlite:`.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Some(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:")?;
        Some(Self::Sqlite(PathBuf::from(path.strip_prefix("//").unwrap_or(path))))
    }

    /// The SQLite file beside this one with `suffix` added to its stem; PostgreSQL stays the same database.
    #[must_use]
    pub fn beside(&self, suffix: &str) -> Self {
        match self {
            Self::Sqlite(path) => {
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                Self::Sqlite(parent(path).join(format!("{stem}-{suffix}.db")))
            }
            Self::Postgres(url) => Self::Postgres(url.clone()),
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or_else(|| Path::new("."))
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "Sqlite({})", path.display()),
            Self::Postgres(_) => f.write_str("Postgres(***)"),
        }
    }
}

/// What a commit waits for on SQLite. PostgreSQL has a setting of its own for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sync {
    /// Survives the end of the process; a power cut may take the last moments.
    Normal,
    /// Survives a power cut.
    Full,
}

/// How to open a database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// SQLite: page cache of the writing connection, in KiB.
    pub cache_kib: u32,
    /// Reading connections at most. PostgreSQL: also writing ones.
    pub readers: u32,
    /// SQLite: what a commit waits for.
    pub sync: Sync,
    /// SQLite: how many pages the write-ahead log may hold before it is folded back.
    pub checkpoint_pages: u32,
    /// How long to wait for a connection.
    pub acquire: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_kib: 4 * 1024,
            readers: 4,
            sync: Sync::Normal,
            checkpoint_pages: 1_000,
            acquire: Duration::from_secs(5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_name_an_engine_and_never_print_a_password() {
        assert_eq!(Target::parse("sqlite://a/b.db"), Some(Target::Sqlite("a/b.db".into())));
        assert_eq!(Target::parse("mysql://x"), None);
        let target = Target::parse("postgres://u:pw@h/db").unwrap();
        assert_eq!(format!("{target:?}"), "Postgres(***)");
        assert_eq!(
            Target::Sqlite("d/ledger.db".into()).beside("content"),
            Target::Sqlite("d/ledger-content.db".into())
        );
    }
}
