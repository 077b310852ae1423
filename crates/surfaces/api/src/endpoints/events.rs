//! `GET /api/v1/events`: what changes, as server-sent events (HTML standard, section 9.2).
//!
//! An event says what kind of thing changed and carries no figures: whoever listens asks again. A
//! stream ends after five minutes, so that whoever may not listen any more soon does not.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use control::Event as Change;
use domain::people::acts;
use futures_util::StreamExt as _;
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

const LONGEST: Duration = Duration::from_secs(300);

/// What changes: events named `change` whose data is `facts`, `switches`, `keys`, `configuration`
/// or `attention`, or `everything` where events were missed. Ends after five minutes; come back.
#[utoipa::path(
    get,
    path = "/api/v1/events",
    operation_id = "events",
    tag = "look",
    responses((status = 200, description = "A stream of changes", body = String, content_type = "text/event-stream")),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Response, ApiError> {
    let _permit = caller.permit::<acts::Look>()?;
    let stream = changes(api.control.events(), Instant::now() + LONGEST);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response())
}

fn changes(feed: Receiver<Change>, until: Instant) -> impl Stream<Item = Result<Event, Infallible>> {
    let hello = stream::iter([Ok(Event::default().retry(Duration::from_secs(2)).comment("listening"))]);
    let rest = stream::unfold(feed, move |mut feed| async move {
        let word = tokio::time::timeout_at(until, next(&mut feed)).await.ok()??;
        Some((Ok(Event::default().event("change").data(word)), feed))
    });
    hello.chain(rest)
}

/// What changed; `None` when the server is going down.
async fn next(feed: &mut Receiver<Change>) -> Option<&'static str> {
    match feed.recv().await {
        Ok(change) => Some(change.as_str()),
        Err(RecvError::Lagged(_)) => Some("everything"),
        Err(RecvError::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::broadcast;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_stream_tells_changes_and_ends() {
        let (sender, feed) = broadcast::channel(2);
        let stream = changes(feed, Instant::now() + LONGEST);
        for _ in 0..3 {
            sender.send(Change::Keys).unwrap();
        }
        // The hello, the gap, the two that were kept, and then the end of the five minutes.
        assert_eq!(stream.collect::<Vec<_>>().await.len(), 4);
    }
}
