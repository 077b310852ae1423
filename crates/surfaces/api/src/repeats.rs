//! Writes that may be sent twice (`Idempotency-Key`, as the IETF draft of that name has it).
//!
//! The first write under a key runs; whoever sends the same again within ten minutes gets the same
//! answer, and whoever sends it while the first still runs waits for it. Only success is kept: a
//! refused or broken write changed nothing and may be tried again. Answers are kept in memory only,
//! because one of them holds a new key's secret, and at most [`MOST`] of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use control::{Error, Fault};
use domain::Refusal;
use serde::Serialize;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Order;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_secs(600);
/// How many answers are kept; beyond it the oldest is forgotten.
const MOST: usize = 1_000;

/// The answer to a write that was done.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Bytes,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (self.status, json, self.body).into_response()
    }
}

type Cell = Arc<OnceCell<Answer>>;

struct Entry {
    who: String,
    place: String,
    key: String,
    digest: u64,
    at: Instant,
    cell: Cell,
}

/// Answers that may be asked for again.
#[derive(Default)]
pub(crate) struct Repeats {
    entries: Mutex<VecDeque<Entry>>,
}

impl Repeats {
    /// The cell of a write: filled by the first, read by the others.
    fn cell<T>(&self, who: &str, order: &Order<T>) -> Result<Cell, Refusal> {
        let Some(key) = &order.key else { return Ok(Cell::default()) };
        let now = Instant::now();
        let mut entries = self.locked();
        while entries.len() >= MOST
            || entries.front().is_some_and(|entry| now.duration_since(entry.at) > KEPT)
        {
            entries.pop_front();
        }
        let same = |entry: &&Entry| entry.who == who && entry.place == order.place && entry.key == *key;
        match entries.iter().find(same) {
            Some(entry) if entry.digest == order.digest => Ok(Arc::clone(&entry.cell)),
            Some(_) => Err(Refusal::BadArgument {
                what: "Idempotency-Key".into(),
                problem: "it came with another body a moment ago; a key names one write".into(),
            }),
            None => {
                let (who, place, key) = (who.to_owned(), order.place.clone(), key.clone());
                let cell = Cell::default();
                entries.push_back(Entry {
                    who,
                    place,
                    key,
                    digest: order.digest,
                    at: now,
                    cell: Arc::clone(&cell),
                });
                Ok(cell)
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does a write once, however often it is sent, and to its end, even if the caller goes away.
pub(crate) async fn once<T, V, F, Done>(
    api: &Api,
    caller: &Caller,
    order: Order<T>,
    status: StatusCode,
    write: F,
) -> Result<Answer, ApiError>
where
    V: Serialize,
    F: FnOnce(T) -> Done,
    Done: Future<Output = Result<V, Error>> + Send + 'static,
{
    let cell = api.repeats.cell(caller.0.name(), &order)?;
    let write = write(order.body);
    let done = async move {
        let filled = cell.get_or_try_init(|| async move { answer(status, &write.await?) });
        filled.await.cloned()
    };
    match api.writes.spawn(done).await {
        Ok(answer) => Ok(answer?),
        Err(broken) => Err(Fault::new("finishing a write", broken).into()),
    }
}

fn answer(status: StatusCode, view: &impl Serialize) -> Result<Answer, Error> {
    let body = serde_json::to_vec(view).map_err(|error| Fault::new("writing an answer", error))?;
    Ok(Answer { status, body: body.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(key: Option<&str>, digest: u64) -> Order<()> {
        Order { body: (), key: key.map(Into::into), place: "POST /api/v1/keys".into(), digest }
    }

    fn same(a: &Result<Cell, Refusal>, b: &Result<Cell, Refusal>) -> bool {
        matches!((a, b), (Ok(a), Ok(b)) if Arc::ptr_eq(a, b))
    }

    #[tokio::test(start_paused = true)]
    async fn a_key_names_one_write_of_one_caller() {
        let repeats = Repeats::default();
        let first = repeats.cell("maya", &order(Some("k"), 1));
        assert!(same(&first, &repeats.cell("maya", &order(Some("k"), 1))));
        assert!(!same(&first, &repeats.cell("tom", &order(Some("k"), 1))));
        assert!(!same(&first, &repeats.cell("maya", &order(Some("l"), 1))));
        assert!(!same(&first, &repeats.cell("maya", &order(None, 1))));
        assert!(repeats.cell("maya", &order(Some("k"), 2)).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn answers_are_forgotten_in_time_and_never_pile_up() {
        let repeats = Repeats::default();
        let first = repeats.cell("maya", &order(Some("k"), 1));
        tokio::time::advance(KEPT + Duration::from_secs(1)).await;
        assert!(!same(&first, &repeats.cell("maya", &order(Some("k"), 1))));
        for number in 0..2 * MOST {
            let _ = repeats.cell("maya", &order(Some(&number.to_string()), 1));
        }
        assert_eq!(repeats.locked().len(), MOST);
    }
}
