//! What can be bound to a statement, and how each engine takes it.

use domain::ids::{Id, Kind, Name, RunId};
use domain::money::NanoUsd;
use domain::time::Timestamp;
use sqlx::Arguments;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;

/// A bound value. Absent values keep their type: PostgreSQL wants to know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// `bigint`.
    Int(Option<i64>),
    /// `text`.
    Text(Option<String>),
    /// `blob` or `bytea`.
    Blob(Option<Vec<u8>>),
}

/// Collects values of different types: `args![id, "text", 7_i64, Some(now)]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

macro_rules! values {
    ($($from:ty => |$it:ident| $variant:ident($to:expr);)*) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self { Self::$variant(Some($to)) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self { Self::$variant(value.map(|$it| $to)) }
        }
    )*};
}

values! {
    i64 => |it| Int(it);
    i32 => |it| Int(i64::from(it));
    u32 => |it| Int(i64::from(it));
    u16 => |it| Int(i64::from(it));
    u8 => |it| Int(i64::from(it));
    u64 => |it| Int(i64::try_from(it).unwrap_or(i64::MAX));
    usize => |it| Int(i64::try_from(it).unwrap_or(i64::MAX));
    bool => |it| Int(i64::from(it));
    Timestamp => |it| Int(it.ms());
    NanoUsd => |it| Int(it.nano());
    String => |it| Text(it);
    &str => |it| Text(it.to_owned());
    &String => |it| Text(it.clone());
    &RunId => |it| Text(it.as_str().to_owned());
    Vec<u8> => |it| Blob(it);
    &[u8] => |it| Blob(it.to_vec());
    [u8; 16] => |it| Blob(it.to_vec());
    [u8; 32] => |it| Blob(it.to_vec());
}

impl<K: Kind> From<&Name<K>> for Value {
    fn from(name: &Name<K>) -> Self {
        Self::Text(Some(name.as_str().to_owned()))
    }
}
impl<K: Kind> From<Option<&Name<K>>> for Value {
    fn from(name: Option<&Name<K>>) -> Self {
        Self::Text(name.map(|name| name.as_str().to_owned()))
    }
}
impl<K: Kind> From<Id<K>> for Value {
    fn from(id: Id<K>) -> Self {
        Self::Blob(Some(id.bytes().to_vec()))
    }
}
impl<K: Kind> From<Option<Id<K>>> for Value {
    fn from(id: Option<Id<K>>) -> Self {
        Self::Blob(id.map(|id| id.bytes().to_vec()))
    }
}

pub(crate) fn for_sqlite(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Blob(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// PostgreSQL's `text` can't hold the character U+0000, which JSON and SQLite can: it becomes U+FFFD.
pub(crate) fn for_postgres(values: Vec<Value>) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), values.len() * 16);
    for value in values {
        match value {
            Value::Int(value) => arguments.add(value),
            Value::Text(Some(text)) if text.contains('\0') => arguments.add(text.replace('\0', "\u{fffd}")),
            Value::Text(value) => arguments.add(value),
            Value::Blob(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
