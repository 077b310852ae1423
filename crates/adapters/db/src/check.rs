//! Holds `.sql` files against an engine. For tests.

use std::path::{Path, PathBuf};

use crate::pool::Db;
use crate::sql::{Dialect, Sql};

/// Prepares every `.sql` file below `folder` against the database, `name.postgres.sql` in place of
/// `name.sql` on PostgreSQL; returns what failed, by file, and an entry if there was nothing to check.
///
/// # Errors
/// Where a file can't be read.
pub async fn unprepared(db: &Db, folder: &Path) -> std::io::Result<Vec<String>> {
    let mut problems = Vec::new();
    let mut seen = 0_u32;
    for path in files(folder)? {
        let text = std::fs::read_to_string(&path)?;
        if !serves(db.dialect(), &path) {
            continue;
        }
        seen += 1;
        let sql = Sql::inline("file", String::leak(text));
        if let Err(fault) = db.prepare(sql.repeated(db.dialect(), 2)).await {
            problems.push(format!("{} on {}: {}", path.display(), db.dialect().as_str(), fault.chain()));
        }
    }
    if seen == 0 {
        problems.push(format!("there is no .sql file below {}", folder.display()));
    }
    Ok(problems)
}

fn serves(dialect: Dialect, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let only_postgres = name.ends_with(".postgres.sql");
    match dialect {
        Dialect::Sqlite => !only_postgres,
        Dialect::Postgres => only_postgres || !path.with_extension("postgres.sql").exists(),
    }
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
