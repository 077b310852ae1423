//! Statements: a name, and one text or two.

/// Which engine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

impl Dialect {
    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A statement from a `.sql` file. Made by [`sql!`](crate::sql!).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sql {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// What opens the part of a text that [`Batch`](crate::Batch) repeats.
const REPEAT: &str = "/*repeat*/";
/// What closes it.
const END: &str = "/*end*/";

impl Sql {
    /// One text for both engines. Outside tests use [`sql!`](crate::sql!).
    #[must_use]
    pub const fn inline(name: &'static str, text: &'static str) -> Self {
        Self { name, sqlite: text, postgres: text }
    }

    /// A text for each engine. Outside tests use [`sql!`](crate::sql!).
    #[must_use]
    pub const fn split(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres }
    }

    /// The file's path under `queries/`, without `.sql`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The text for an engine.
    #[must_use]
    pub const fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }

    /// The text with the part between `/*repeat*/` and `/*end*/` written `times` times, separated by
    /// commas, its parameters counted on. A text without such a part stays as it is.
    ///
    /// For SQLite parameters that stand in order lose their numbers: it looks a numbered one up in a
    /// list of all of them, which took a third of the time of a large batch.
    #[must_use]
    pub fn repeated(&self, dialect: Dialect, times: usize) -> String {
        let text = self.text(dialect);
        let Some((head, unit, tail)) = parts(text) else { return text.to_owned() };
        let numbers = parameters(unit);
        let width = numbers.iter().copied().max().unwrap_or(0);
        let in_order = numbers.iter().copied().eq(1..=width) && !head.contains('$') && !tail.contains('$');
        let bare = in_order && dialect == Dialect::Sqlite;
        let written = |index: usize| {
            rewritten(unit, |number| if bare { "?".into() } else { format!("${}", number + index * width) })
        };
        let units: Vec<String> = (0..times).map(written).collect();
        format!("{head}{}{tail}", units.join(","))
    }
}

fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (head, rest) = text.split_once(REPEAT)?;
    let (unit, tail) = rest.split_once(END)?;
    Some((head, unit.trim(), tail))
}

/// The numbers of the parameters, as they stand.
fn parameters(unit: &str) -> Vec<usize> {
    unit.split('$').skip(1).filter_map(|rest| number(rest).0).collect()
}

fn rewritten(unit: &str, parameter: impl Fn(usize) -> String) -> String {
    let mut pieces = unit.split('$');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (number, rest) = number(piece);
        text.push_str(&number.map_or_else(|| "$".into(), &parameter));
        text.push_str(rest);
    }
    text
}

fn number(text: &str) -> (Option<usize>, &str) {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.parse().ok(), rest)
}

/// Loads `queries/NAME.sql` of the calling crate; with `postgres` as second argument also
/// `queries/NAME.postgres.sql`, which then serves PostgreSQL.
///
/// ```text
/// const PUT: db::Sql = db::sql!("key/put");
/// const NEXT: db::Sql = db::sql!("job/next", postgres);
/// ```
#[macro_export]
macro_rules! sql {
    ($name:literal) => {
        $crate::Sql::inline(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $name, ".sql")),
        )
    };
    ($name:literal, postgres) => {
        $crate::Sql::split(
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $name, ".sql")),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/queries/", $name, ".postgres.sql")),
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_repeated_with_their_parameters_counted_on() {
        let put = Sql::inline(
            "t",
            "insert into t (a, b) values /*repeat*/ ($1, $2) /*end*/ on conflict do nothing",
        );
        assert_eq!(
            put.repeated(Dialect::Postgres, 3),
            "insert into t (a, b) values ($1, $2),($3, $4),($5, $6) on conflict do nothing"
        );
        assert_eq!(
            put.repeated(Dialect::Sqlite, 2),
            "insert into t (a, b) values (?, ?),(?, ?) on conflict do nothing"
        );
        let swapped = Sql::inline("t", "insert into t (a, b) values /*repeat*/ ($2, $1) /*end*/");
        assert_eq!(swapped.repeated(Dialect::Sqlite, 2), "insert into t (a, b) values ($2, $1),($4, $3)");
        let list = Sql::inline("t", "delete from t where id in (/*repeat*/ $1 /*end*/)");
        assert_eq!(list.repeated(Dialect::Postgres, 2), "delete from t where id in ($1,$2)");
        assert_eq!(Sql::inline("t", "select 1").repeated(Dialect::Sqlite, 9), "select 1");
    }
}
