//! Relays a stream, piece by piece, as it comes.
//!
//! Every piece goes to the caller at once. Only where the provider was asked for a usage event
//! that the caller did not ask for are pieces cut at event borders, so that this one event can be
//! left out; then at most one event is held back. The end of the stream is passed on after the
//! call's record is durable.

use axum::body::Body;
use axum::http::Response;
use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use futures_util::stream;
use protocols::answer::StreamReader;
use protocols::sse::UsageFilter;
use providers::Answer;

use super::cut::Cutter;
use super::open::{End, Open};
use super::{relay, send};

struct Relay {
    open: Option<Open>,
    endpoint: Endpoint,
    answer: Answer,
    cutter: Cutter,
    reader: StreamReader,
    filter: Option<UsageFilter>,
    last_words: Option<Bytes>,
}

/// Passes the stream on.
pub(super) fn relay(mut open: Open, answer: Answer, cutter: Cutter, usage_injected: bool) -> Response<Body> {
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    let endpoint = call.draft.endpoint;
    let mut response = relay::response(call, answer.status, &answer.headers, Body::empty());
    let relay = Relay {
        open: Some(open),
        endpoint,
        answer,
        cutter,
        reader: StreamReader::new(endpoint),
        filter: usage_injected.then(UsageFilter::default),
        last_words: None,
    };
    let pieces = stream::unfold(relay, |mut relay| async move {
        let piece = relay.next().await?;
        Some((Ok::<_, std::convert::Infallible>(piece), relay))
    });
    *response.body_mut() = Body::from_stream(pieces);
    response
}

impl Relay {
    /// The next piece for the caller; `None` at the end, when everything is recorded.
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if self.open.is_none() {
                return self.last_words.take();
            }
            let arrived = tokio::select! {
                biased;
                refusal = self.cutter.cut() => Err(End::Cut(refusal)),
                piece = self.answer.body.next() => piece.map_err(|failure| self.failed(failure)),
            };
            match arrived {
                Ok(Some(piece)) => {
                    let out = self.pass(piece);
                    if !out.is_empty() {
                        return Some(out);
                    }
                }
                Ok(None) => self.finish().await,
                Err(end) => self.break_off(end).await,
            }
        }
    }

    fn pass(&mut self, piece: Bytes) -> Bytes {
        self.reader.push(&piece);
        self.note();
        let out = match &mut self.filter {
            Some(filter) => filter.push(piece),
            None => piece,
        };
        if let Some(call) = self.open.as_mut().and_then(Open::call) {
            call.saw(&out);
        }
        out
    }

    /// Keeps the call's progress current, in case its caller goes away at the next moment.
    fn note(&mut self) {
        let Some(call) = self.open.as_mut().and_then(Open::call) else { return };
        let summary = self.reader.summary();
        let progress = &mut call.progress;
        progress.usage = summary.usage;
        progress.usage_final = summary.usage_final;
        progress.complete = summary.complete;
        progress.output_bytes = summary.output_bytes;
        if progress.upstream_error.is_none() {
            progress.upstream_error.clone_from(&summary.error);
        }
    }

    /// The provider has closed the stream.
    async fn finish(&mut self) {
        self.reader.finish();
        self.note();
        let held_back = self.filter.take().map(UsageFilter::finish).unwrap_or_default();
        let Some(mut open) = self.open.take() else { return };
        let Some(call) = open.call() else { return };
        call.saw(&held_back);
        let whole = call.progress.complete || call.progress.upstream_error.is_some();
        if whole {
            self.last_words = Some(held_back).filter(|bytes| !bytes.is_empty());
            open.close(End::Answered).await;
            return;
        }
        let refusal = Refusal::UpstreamTruncated { provider: call.target.provider.clone() };
        self.speak(&held_back, &refusal);
        open.close(End::Failed(refusal)).await;
    }

    /// Something ended the stream before its time: says so in the stream, and ends it.
    async fn break_off(&mut self, end: End) {
        let held_back = self.filter.take().map(UsageFilter::finish).unwrap_or_default();
        if let End::Failed(refusal) | End::Cut(refusal) = &end {
            self.speak(&held_back, refusal);
        }
        if let Some(open) = self.open.take() {
            open.close(end).await;
        }
    }

    /// Ends the stream with an error event. A half-sent event is closed first, so that the error
    /// is read as an event of its own.
    fn speak(&mut self, held_back: &[u8], refusal: &Refusal) {
        let mut words = held_back.to_vec();
        if !self.reader.is_at_event_end() {
            words.extend_from_slice(b"\n\n");
        }
        words.extend_from_slice(&protocols::error::event(self.endpoint, refusal));
        self.last_words = Some(words.into());
    }

    fn failed(&mut self, failure: providers::Failure) -> End {
        match self.open.as_mut().and_then(Open::call) {
            Some(call) => End::Failed(send::refusal_of(failure, &call.target.provider)),
            None => End::Gone,
        }
    }
}
