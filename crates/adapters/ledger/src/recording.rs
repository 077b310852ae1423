//! The way of a record into the journal: handed in, then durable.
//!
//! Between the two the caller may do something else, as long as nobody is told of the record.

use std::sync::Arc;

use db::Fault;
use serde::Serialize;
use tokio::sync::oneshot;

use crate::journal::{Entry, Kind, encode};
use crate::ledger::Inner;

const WRITE: &str = "write to the journal";

/// A record that was handed in.
#[derive(Debug)]
#[must_use = "a record counts when it is durable"]
pub struct Recording(oneshot::Receiver<Result<(), Arc<str>>>);

impl Recording {
    /// Waits until the record is durable.
    ///
    /// # Errors
    /// Where the journal can't be written.
    pub async fn durable(self) -> Result<(), Fault> {
        self.0.await.map_err(|_| closed())?.map_err(|error| Fault::passing(WRITE, String::from(&*error)))
    }
}

impl Inner {
    /// Writes a record, and returns when it is durable.
    pub(crate) async fn append<T: Serialize>(
        &self,
        kind: Kind,
        id: [u8; 16],
        record: &T,
    ) -> Result<(), Fault> {
        self.hand_in(kind, id, record).await?.durable().await
    }

    /// Hands a record to whoever writes; waits only while too many are waiting there.
    pub(crate) async fn hand_in<T: Serialize>(
        &self,
        kind: Kind,
        id: [u8; 16],
        record: &T,
    ) -> Result<Recording, Fault> {
        let line = encode(kind, id, record).map_err(|error| Fault::new(WRITE, error))?;
        let (sender, receiver) = oneshot::channel();
        self.entries.send(Entry::Line(line, sender)).await.map_err(|_| closed())?;
        Ok(Recording(receiver))
    }
}

fn closed() -> Fault {
    Fault::passing(WRITE, "the ledger is closed")
}
