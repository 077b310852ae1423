//! Answers over HTTP/2 that their client must take.
//!
//! A client over HTTP/2 can leave one answer unread while its connection is well: the window of that
//! answer is full, so nothing of it is written, and the socket has nothing to wait for
//! ([`Patient`](super::patient::Patient) sees nothing). Its call would stay open for as long as the
//! client likes, with what was reserved for it and with its connection to the provider. Here the
//! time is bounded from when a piece of an answer was handed out until the next is asked for. Then
//! the rest is dropped, and the call is settled and recorded as one whose caller went away; a client
//! who reads on after all gets a stream that was reset, never one that looks whole. What is handed
//! out whole holds nothing and is not watched.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// Lets no piece of `body` go untaken for longer than `longest`. Each body that comes in pieces has a
/// task that looks after it.
pub(super) fn bounded(body: Body, longest: Duration, tasks: &TaskTracker) -> Body {
    if body.is_end_stream() || body.size_hint().exact().is_some() {
        return body;
    }
    let held = Arc::new(Mutex::new(Held { body: Some(body), handed: None }));
    let over = CancellationToken::new();
    let watch = watch(Arc::downgrade(&held), longest);
    tasks.spawn(over.clone().run_until_cancelled_owned(watch));
    Body::new(Watched { held, _over: over.drop_guard() })
}

/// The rest of an answer; `None` once it was given up.
#[derive(Debug)]
struct Held {
    body: Option<Body>,
    /// When its last piece was handed out, until the next is asked for.
    handed: Option<Instant>,
}

/// A body that may be dropped while nobody asks for its next piece.
struct Watched {
    held: Arc<Mutex<Held>>,
    _over: DropGuard,
}

impl Watched {
    fn look<T>(&self, at: impl FnOnce(&Body) -> T) -> Option<T> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).body.as_ref().map(at)
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.handed = None;
        let Some(body) = &mut held.body else {
            return Poll::Ready(Some(Err("the client took nothing of its answer for too long".into())));
        };
        let polled = Pin::new(body).poll_frame(context);
        held.handed = matches!(polled, Poll::Ready(Some(Ok(_)))).then(Instant::now);
        polled.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.look(Body::is_end_stream).unwrap_or(false)
    }

    fn size_hint(&self) -> SizeHint {
        self.look(Body::size_hint).unwrap_or_default()
    }
}

/// Drops the rest of a body whose last piece goes untaken.
async fn watch(held: Weak<Mutex<Held>>, longest: Duration) {
    let mut left = longest;
    while !left.is_zero() {
        tokio::time::sleep(left).await;
        let Some(held) = held.upgrade() else { return };
        left = left_of(&held, longest);
    }
    tracing::debug!("a client takes nothing of its answer, and the rest is dropped");
}

/// How long patience with a body lasts still; where it is over, the rest is dropped.
fn left_of(held: &Mutex<Held>, longest: Duration) -> Duration {
    // One that is in other hands is being asked for its next piece.
    let Ok(mut held) = held.try_lock() else { return longest };
    let left = held.handed.map_or(longest, |at| longest.saturating_sub(at.elapsed()));
    let rest = if left.is_zero() { held.body.take() } else { None };
    drop(held);
    drop(rest);
    left
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::poll_fn;

    use futures_util::stream;
    use tokio::sync::mpsc;

    use super::*;

    const LONGEST: Duration = Duration::from_secs(60);

    /// A body that is fed from outside, and ends only there.
    fn body() -> (mpsc::Sender<Bytes>, Body) {
        let (sender, receiver) = mpsc::channel(8);
        let pieces = stream::unfold(receiver, |mut receiver| async {
            receiver.recv().await.map(|piece| (Ok::<_, Infallible>(piece), receiver))
        });
        (sender, bounded(Body::from_stream(pieces), LONGEST, &TaskTracker::new()))
    }

    async fn next(body: &mut Body) -> Option<Result<Bytes, String>> {
        let frame = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
        Some(frame.map(|frame| frame.into_data().unwrap()).map_err(|error| error.to_string()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_piece_that_goes_untaken_ends_the_answer() {
        let (sender, mut body) = body();
        sender.send(Bytes::from_static(b"one")).await.unwrap();
        sender.send(Bytes::from_static(b"two")).await.unwrap();
        assert_eq!(next(&mut body).await, Some(Ok(Bytes::from_static(b"one"))));
        let begun = Instant::now();
        sender.closed().await;
        assert!((LONGEST..LONGEST * 2).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        assert!(!body.is_end_stream());
        let error = next(&mut body).await.unwrap().unwrap_err();
        assert!(error.contains("took nothing"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_now_and_then_gets_everything() {
        let (sender, mut body) = body();
        for _ in 0..20 {
            sender.send(Bytes::from_static(b"piece")).await.unwrap();
            tokio::time::sleep(LONGEST - Duration::from_secs(1)).await;
            assert_eq!(next(&mut body).await, Some(Ok(Bytes::from_static(b"piece"))));
        }
        drop(sender);
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_silent_is_waited_for() {
        let (sender, mut body) = body();
        let silence = async {
            tokio::time::sleep(LONGEST * 9).await;
            sender.send(Bytes::from_static(b"late")).await.unwrap();
        };
        let (late, ()) = tokio::join!(next(&mut body), silence);
        assert_eq!(late, Some(Ok(Bytes::from_static(b"late"))));
    }

    #[tokio::test]
    async fn what_is_whole_is_not_watched() {
        let tasks = TaskTracker::new();
        drop(bounded(Body::from("whole"), LONGEST, &tasks));
        drop(bounded(Body::empty(), LONGEST, &tasks));
        assert!(tasks.is_empty());
    }
}
