//! Rows, and what a column can be read as.

use domain::ids::{Id, Kind, Name, RunId};
use domain::inference::Status;
use domain::money::NanoUsd;
use domain::time::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use crate::fault::{BoxError, Fault};

/// A row of either engine. Columns are read by name.
#[derive(Debug)]
pub struct Row(pub(crate) Inner);

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// Reads a column.
    ///
    /// # Errors
    /// Where there is no such column, or it does not hold such a value.
    pub fn get<T: Column>(&self, name: &str) -> Result<T, Fault> {
        T::column(self, name)
    }
}

/// Something that a row can be turned into. Made by [`row!`](crate::row!).
pub trait FromRow: Sized {
    /// Reads all columns it needs.
    ///
    /// # Errors
    /// As [`Row::get`].
    fn from_row(row: &Row) -> Result<Self, Fault>;
}

/// Declares a struct whose fields are columns of the same name, and how to read it from a row.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }
        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row) -> Result<Self, $crate::Fault> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    };
}

/// Something that a column can be read as. A type of one's own reads the stored form with
/// [`Row::get`] and converts it.
pub trait Column: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// As [`Row::get`].
    fn column(row: &Row, name: &str) -> Result<Self, Fault>;
}

macro_rules! stored {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn column(row: &Row, name: &str) -> Result<Self, Fault> {
                match &row.0 {
                    Inner::Sqlite(row) => row.try_get(name),
                    Inner::Postgres(row) => row.try_get(name),
                }
                .map_err(|error| Fault::from_sqlx("read a column", error))
            }
        }
    )*};
}

stored!(i64, String, Vec<u8>, Option<i64>, Option<String>, Option<Vec<u8>>);

fn read_as<S: Column, T>(
    row: &Row,
    name: &str,
    convert: impl FnOnce(S) -> Result<T, BoxError>,
) -> Result<T, Fault> {
    convert(S::column(row, name)?)
        .map_err(|error| Fault::new("read a column", format!("column {name}: {error}")))
}

macro_rules! converted {
    ($($stored:ty => $type:ty, |$it:ident| $convert:expr;)*) => {$(
        impl Column for $type {
            fn column(row: &Row, name: &str) -> Result<Self, Fault> {
                read_as(row, name, |$it: $stored| -> Result<Self, BoxError> { $convert })
            }
        }
        impl Column for Option<$type> {
            fn column(row: &Row, name: &str) -> Result<Self, Fault> {
                read_as(row, name, |stored: Option<$stored>| {
                    stored.map(|$it| -> Result<$type, BoxError> { $convert }).transpose()
                })
            }
        }
    )*};
}

converted! {
    i64 => u64, |it| Ok(u64::try_from(it)?);
    i64 => u32, |it| Ok(u32::try_from(it)?);
    i64 => u16, |it| Ok(u16::try_from(it)?);
    i64 => bool, |it| Ok(it != 0);
    i64 => Timestamp, |it| Ok(Timestamp::from_ms(it));
    i64 => NanoUsd, |it| Ok(NanoUsd::from_nano(it));
    String => RunId, |it| Ok(RunId::from_caller(&it)?);
    String => Status, |it| Status::parse(&it).ok_or_else(|| "expected how a call ended".into());
    Vec<u8> => [u8; 16], |it| it.try_into().map_err(|_| "expected sixteen bytes".into());
    Vec<u8> => [u8; 32], |it| it.try_into().map_err(|_| "expected thirty-two bytes".into());
}

impl<K: Kind> Column for Name<K> {
    fn column(row: &Row, name: &str) -> Result<Self, Fault> {
        read_as(row, name, |text: String| Ok(Self::new(&text)?))
    }
}
impl<K: Kind> Column for Option<Name<K>> {
    fn column(row: &Row, name: &str) -> Result<Self, Fault> {
        read_as(row, name, |text: Option<String>| Ok(text.map(|text| Name::new(&text)).transpose()?))
    }
}
impl<K: Kind> Column for Id<K> {
    fn column(row: &Row, name: &str) -> Result<Self, Fault> {
        <[u8; 16]>::column(row, name).map(Self::from_bytes)
    }
}
impl<K: Kind> Column for Option<Id<K>> {
    fn column(row: &Row, name: &str) -> Result<Self, Fault> {
        Option::<[u8; 16]>::column(row, name).map(|bytes| bytes.map(Id::from_bytes))
    }
}
