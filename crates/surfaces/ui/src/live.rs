//! Changes as server-sent events (HTML standard, section 9.2).
//!
//! An event names what kind of thing changed and carries no figures: the page asks again for
//! itself. A stream ends after five minutes; the browser comes back, and its session is read anew.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use control::Event as Change;
use futures_util::stream::{self, Stream};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::Instant;

use crate::app::App;
use crate::errors::Failure;
use crate::session::Signed;

const LONGEST: Duration = Duration::from_secs(300);

/// `GET /events`.
pub(crate) async fn events(State(app): State<App>, signed: Signed) -> Result<Response, Failure> {
    let _permit = signed.look()?;
    let until = Instant::now() + LONGEST;
    let keep = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(changes(app.control.events(), until)).keep_alive(keep).into_response())
}

fn changes(
    feed: broadcast::Receiver<Change>,
    until: Instant,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let hello = stream::iter([Ok(Event::default().retry(Duration::from_secs(2)).comment("listening"))]);
    let rest = stream::unfold(feed, move |mut feed| async move {
        let word = tokio::time::timeout_at(until, next(&mut feed)).await.ok()??;
        Some((Ok(Event::default().event("change").data(word)), feed))
    });
    stream::StreamExt::chain(hello, rest)
}

/// What changed; `everything` where events were missed; `None` when the server is going down.
async fn next(feed: &mut broadcast::Receiver<Change>) -> Option<&'static str> {
    match feed.recv().await {
        Ok(change) => Some(change.as_str()),
        Err(RecvError::Lagged(_)) => Some("everything"),
        Err(RecvError::Closed) => None,
    }
}
