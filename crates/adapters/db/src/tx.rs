//! Transactions.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, Sqlite, Transaction};

use crate::batch::Batch;
use crate::fault::Fault;
use crate::pool::Db;
use crate::row::{FromRow, Inner, Row};
use crate::sql::Sql;
use crate::value::{Value, for_postgres, for_sqlite};

/// A transaction. Dropped without [`Tx::commit`] it is rolled back.
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    pub(crate) db: Db,
    pub(crate) action: &'static str,
    pub(crate) inner: TxInner,
}

#[derive(Debug)]
pub(crate) enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Runs a statement; returns how many rows it touched.
    ///
    /// # Errors
    /// [`Fault`], after which the transaction is of no more use.
    pub async fn execute(&mut self, sql: Sql, values: Vec<Value>) -> Result<u64, Fault> {
        self.execute_text(sql.text(self.db.dialect()).into(), values).await
    }

    /// Runs a statement for every row of the batch; returns how many rows it touched.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn execute_batch(&mut self, batch: Batch) -> Result<u64, Fault> {
        let (sql, mut touched) = (batch.sql, 0);
        for (size, values) in batch.pieces() {
            let text = self.db.repeated(sql, size);
            touched += self.execute_text(text.into(), values).await?;
        }
        Ok(touched)
    }

    /// Reads all rows.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn all<T: FromRow>(&mut self, sql: Sql, values: Vec<Value>) -> Result<Vec<T>, Fault> {
        self.rows(sql.text(self.db.dialect()).into(), values).await?.iter().map(T::from_row).collect()
    }

    /// Reads the rows that a statement yields for every row of the batch.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn all_batch<T: FromRow>(&mut self, batch: Batch) -> Result<Vec<T>, Fault> {
        let (sql, mut found) = (batch.sql, Vec::new());
        for (size, values) in batch.pieces() {
            let text = self.db.repeated(sql, size);
            for row in self.rows(text.into(), values).await? {
                found.push(T::from_row(&row)?);
            }
        }
        Ok(found)
    }

    /// Reads the first row, if there is one.
    ///
    /// # Errors
    /// As [`Tx::execute`].
    pub async fn optional<T: FromRow>(&mut self, sql: Sql, values: Vec<Value>) -> Result<Option<T>, Fault> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Makes everything done so far lasting.
    ///
    /// # Errors
    /// [`Fault`]; whether the work lasted is then unknown.
    pub async fn commit(self) -> Result<(), Fault> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await,
            TxInner::Postgres(tx) => tx.commit().await,
        }
        .map_err(|error| Fault::from_sqlx(self.action, error))
    }

    /// Undoes everything done so far.
    ///
    /// # Errors
    /// [`Fault`]; it is undone all the same.
    pub async fn rollback(self) -> Result<(), Fault> {
        match self.inner {
            TxInner::Sqlite(tx) => tx.rollback().await,
            TxInner::Postgres(tx) => tx.rollback().await,
        }
        .map_err(|error| Fault::from_sqlx(self.action, error))
    }

    /// Runs several statements in one text, without parameters: migrations.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<(), Fault> {
        match &mut self.inner {
            TxInner::Sqlite(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
            TxInner::Postgres(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
        }
        .map_err(|error| Fault::from_sqlx(self.action, error))
    }

    async fn execute_text(&mut self, text: Text, values: Vec<Value>) -> Result<u64, Fault> {
        let fault = |error| Fault::from_sqlx(self.action, error);
        match &mut self.inner {
            TxInner::Sqlite(tx) => {
                let arguments = for_sqlite(values).map_err(fault)?;
                sqlx::query_with(text, arguments).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            TxInner::Postgres(tx) => {
                let arguments = for_postgres(values).map_err(fault)?;
                sqlx::query_with(text, arguments).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(fault)
    }

    async fn rows(&mut self, text: Text, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        let fault = |error| Fault::from_sqlx(self.action, error);
        Ok(match &mut self.inner {
            TxInner::Sqlite(tx) => {
                let arguments = for_sqlite(values).map_err(fault)?;
                let rows = sqlx::query_with(text, arguments).fetch_all(&mut **tx).await.map_err(fault)?;
                rows.into_iter().map(|row| Row(Inner::Sqlite(row))).collect()
            }
            TxInner::Postgres(tx) => {
                let arguments = for_postgres(values).map_err(fault)?;
                let rows = sqlx::query_with(text, arguments).fetch_all(&mut **tx).await.map_err(fault)?;
                rows.into_iter().map(|row| Row(Inner::Postgres(row))).collect()
            }
        })
    }
}

/// A statement's text: from a file, or a batch's text made from one.
enum Text {
    File(&'static str),
    Made(Arc<str>),
}

impl SqlSafeStr for Text {
    fn into_sql_str(self) -> SqlStr {
        match self {
            Self::File(text) => text.into_sql_str(),
            Self::Made(text) => AssertSqlSafe(text).into_sql_str(),
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::File(text)
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self::Made(text)
    }
}
