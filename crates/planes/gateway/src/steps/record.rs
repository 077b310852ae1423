//! Record: a fact on its way to the ledger.
//!
//! Nobody is told that a call has ended before its fact is durable. Where it can't be written, the call
//! has been made all the same, so the answer goes out and the fact is tried again for a while: a
//! full disk is often made room on.

use std::sync::Arc;
use std::time::Duration;

use config::Snapshot;
use domain::inference::Fact;

use crate::metrics;
use crate::parts::Gateway;

/// Seconds between attempts at a fact that could not be written: some ten minutes in all.
const WAITS: [u32; 7] = [1, 4, 15, 60, 120, 180, 240];

/// A fact that is being written. Where whoever waits for it goes away first, it is written all the
/// same. (A fact that arrives there twice counts once.)
struct Pending<'a> {
    gateway: &'a Gateway,
    fact: Option<Arc<Fact>>,
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(fact) = self.fact.take() {
            let gateway = self.gateway.clone();
            let tasks = gateway.tasks.clone();
            tasks.spawn(async move { write(&gateway, fact).await });
        }
    }
}

/// Counts a fact, and writes it durably.
pub(super) async fn fact(gateway: &Gateway, snapshot: &Snapshot, fact: Fact) {
    gateway.counted.ended(snapshot, &fact);
    debug_assert!(domain::invariants::violations(&fact).is_empty(), "a fact breaks an invariant");
    let fact = Arc::new(fact);
    let mut pending = Pending { gateway, fact: Some(Arc::clone(&fact)) };
    write(gateway, fact).await;
    pending.fact = None;
}

async fn write(gateway: &Gateway, fact: Arc<Fact>) {
    let Err(fault) = gateway.parts.ledger.record(Arc::clone(&fact)).await else { return };
    metrics::record_failed();
    let Ok(place) = Arc::clone(&gateway.late_facts).try_acquire_owned() else {
        tracing::error!(error = %fault, "a call could not be recorded; its reservation will be charged at the next start");
        return;
    };
    tracing::error!(error = %fault, inference = %fact.id, "a call could not be recorded yet; it is tried again");
    let gateway = gateway.clone();
    gateway.tasks.clone().spawn(async move {
        again(&gateway, fact).await;
        drop(place);
    });
}

/// Tries again until it is written or its time is over; at once, for the last time, where the server
/// closes.
async fn again(gateway: &Gateway, fact: Arc<Fact>) {
    let id = fact.id;
    let recorded = is_written(gateway, fact).await;
    tracing::warn!(inference = %id, recorded, "a call that could not be recorded was tried again; if it is not recorded now, its reservation is charged at the next start");
}

async fn is_written(gateway: &Gateway, fact: Arc<Fact>) -> bool {
    for wait in WAITS {
        closing_or_after(gateway, wait).await;
        if gateway.parts.ledger.record(Arc::clone(&fact)).await.is_ok() {
            return true;
        }
    }
    false
}

async fn closing_or_after(gateway: &Gateway, seconds: u32) {
    for _ in 0..seconds {
        if gateway.is_closing() {
            return;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
