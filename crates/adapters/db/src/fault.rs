//! What breaks in a database.
//!
//! A fault is private: it is logged with its chain of causes where it is handled, and a caller
//! outside sees a reference only. It never holds a value that was bound to a statement.

use std::fmt;

/// Any error, boxed.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// Whether the same thing may work later.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// The database is away, busy, full or going down: the same request may work later.
    Later,
    /// The request itself is at odds with the database: it will fail again.
    Never,
}

/// Something broke outside the product.
#[derive(Debug, thiserror::Error)]
#[error("{action} failed")]
pub struct Fault {
    /// What was being done.
    pub action: &'static str,
    /// Why it failed.
    #[source]
    pub source: BoxError,
    /// Whether trying again can help.
    pub retry: Retry,
}

/// A conflict over a unique or checked column, as the text of a [`Fault`]'s source.
const CONFLICT_CLASSES: [&str; 1] = ["23"];

impl Fault {
    /// A fault that trying again won't mend.
    pub fn new(action: &'static str, source: impl Into<BoxError>) -> Self {
        Self { action, source: source.into(), retry: Retry::Never }
    }

    /// A fault that may pass.
    pub fn passing(action: &'static str, source: impl Into<BoxError>) -> Self {
        Self { action, source: source.into(), retry: Retry::Later }
    }

    /// Whether a unique index or another constraint refused the write.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        let Some(sqlx::Error::Database(error)) = self.source.downcast_ref::<sqlx::Error>() else {
            return false;
        };
        let postgres =
            || error.code().is_some_and(|code| CONFLICT_CLASSES.contains(&code.get(..2).unwrap_or("")));
        error.is_unique_violation() || error.is_check_violation() || postgres()
    }

    /// The whole chain in one line: `commit failed: connection refused`.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut next: Option<&dyn std::error::Error> = std::error::Error::source(self);
        while let Some(error) = next {
            let said = error.to_string();
            if !text.ends_with(&said) {
                fmt::Write::write_fmt(&mut text, format_args!(": {said}")).unwrap_or_default();
            }
            next = error.source();
        }
        text
    }

    pub(crate) fn from_sqlx(action: &'static str, error: sqlx::Error) -> Self {
        let retry = if is_passing(&error) { Retry::Later } else { Retry::Never };
        Self { action, source: Box::new(error), retry }
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        sqlx::Error::RowNotFound
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::Configuration(_) => false,
        _ => true,
    }
}

/// Codes of conditions that pass. PostgreSQL: classes 08 (connection), 25 (read-only), 40 (rolled back), 53 (no
/// resources), 55 (in use), 57 (shutdown), 58 (system). SQLite, whose extended codes carry the primary
/// one in the low byte: busy 5, locked 6, read-only 8, interrupted 9, I/O 10, full 13, can't open 14, protocol 15.
fn is_passing_code(code: &str) -> bool {
    if code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return ["08", "25", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class));
    }
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 9 | 10 | 13 | 14 | 15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_pass_are_told_from_those_that_do_not() {
        for (code, passes) in [
            ("57P01", true),
            ("08006", true),
            ("53100", true),
            ("23505", false),
            ("42P01", false),
            ("22021", false),
        ] {
            assert_eq!(is_passing_code(code), passes, "postgres {code}");
        }
        for (code, passes) in
            [("5", true), ("13", true), ("261", true), ("2067", false), ("1", false), ("787", false)]
        {
            assert_eq!(is_passing_code(code), passes, "sqlite {code}");
        }
    }

    #[test]
    fn a_chain_reads_in_one_line() {
        assert_eq!(Fault::new("commit", "no space left").chain(), "commit failed: no space left");
    }
}
