//! Relays a stream, piece by piece, as it comes.
//!
//! What has come as whole events goes to the caller at once; the beginning of an event waits for
//! its end. So a stream can be ended between two events, whatever happens, with an error that the
//! caller's SDK reads as one; and the usage event, where only the gateway asked for it, can be
//! left out. The end of the stream is passed on after the call's record is durable.

use axum::body::Body;
use axum::http::Response;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use bytes::Bytes;
use domain::Refusal;
use domain::inference::Endpoint;
use futures_util::stream;
use protocols::answer::StreamReader;
use protocols::sse::UsageFilter;
use providers::Answer;

use super::cut::Cutter;
use super::open::{End, Open};
use super::send::Outgoing;
use super::translation::Translator;
use super::{cache, guard, relay, send, translation};
use crate::metrics;

struct Relay {
    open: Option<Open>,
    endpoint: Endpoint,
    body: providers::Body,
    cutter: Cutter,
    reader: StreamReader,
    filter: UsageFilter,
    translator: Option<Box<Translator>>,
    last_words: Option<Bytes>,
}

/// Passes the stream on.
pub(super) fn relay(mut open: Open, answer: Answer, cutter: Cutter, outgoing: Outgoing) -> Response<Body> {
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    guard::begin_stream(call);
    let endpoint = call.draft.endpoint;
    let mut response = relay::response(call, answer.status, &answer.headers, Body::empty());
    let translator = outgoing.translation.map(|translation| {
        translation.mark(response.headers_mut());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        Box::new(translation.stream())
    });
    let reader = StreamReader::new(endpoint);
    let observed = call.draft.told.is_some();
    cache::described(call, response.headers());
    let relay = Relay {
        open: Some(open),
        endpoint,
        body: answer.body,
        cutter,
        reader: if observed { reader.identifying() } else { reader },
        filter: if outgoing.usage_injected { UsageFilter::default() } else { UsageFilter::whole_events() },
        translator,
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
                piece = self.body.next() => piece.map_err(|failure| self.failed(failure)),
            };
            match arrived {
                Ok(Some(piece)) => match self.pass(piece) {
                    Ok(out) if out.is_empty() => {}
                    Ok(out) => return Some(out),
                    Err(refusal) => Box::pin(self.stop(refusal)).await,
                },
                // Boxed, because what happens once need not take room in every stream that is open.
                Ok(None) => {
                    if let Some(call) = self.open.as_mut().and_then(Open::call) {
                        cache::came(call);
                    }
                    Box::pin(self.finish()).await;
                }
                Err(end) => Box::pin(self.break_off(end)).await,
            }
        }
    }

    fn pass(&mut self, piece: Bytes) -> Result<Bytes, Refusal> {
        let piece = match &mut self.translator {
            Some(translator) => translator.push(&piece),
            None => piece,
        };
        self.forward(piece)
    }

    /// Passes on what is in the caller's dialect.
    fn forward(&mut self, piece: Bytes) -> Result<Bytes, Refusal> {
        self.reader.push(&piece);
        self.note();
        let Some(call) = self.open.as_mut().and_then(Open::call) else { return Ok(Bytes::new()) };
        let piece = match self.cutter.has_news() && guard::turned(call) {
            true => [self.filter.give_back(), piece].concat().into(),
            false => piece,
        };
        let out = self.filter.push(guard::piece(call, piece)?);
        call.saw(&out);
        Ok(out)
    }

    /// A guard does not let the answer pass. Whatever of it is still held back is forgotten.
    async fn stop(&mut self, refusal: Refusal) {
        self.speak(&refusal);
        self.close(End::Cut(refusal)).await;
    }

    /// Keeps the call's progress current, in case its caller goes away at the next moment.
    fn note(&mut self) {
        let Some(call) = self.open.as_mut().and_then(Open::call) else { return };
        if let (Some(told), Some(identity)) = (&mut call.draft.told, self.reader.identity()) {
            told.identify(identity);
        }
        let summary = self.reader.summary();
        let progress = &mut call.progress;
        if progress.response_id.is_none() {
            progress.response_id = self.reader.response_id().map(ToOwned::to_owned);
        }
        progress.usage = summary.usage;
        progress.tier = summary.tier;
        progress.usage_final = summary.usage_final;
        progress.complete = summary.complete;
        progress.output_bytes = summary.output_bytes;
        if let Some(translator) = &self.translator {
            let (reported, is_last) = translator.reported();
            progress.usage = reported.usage;
            progress.tier = reported.tier;
            progress.usage_final = is_last;
        }
        if progress.upstream_error.is_none() {
            progress.upstream_error.clone_from(&summary.error);
        }
        // An error in place of an answer is no answer, whatever the status said.
        if progress.upstream_error.is_some() {
            progress.declined = progress.usage.is_none() && progress.output_bytes == 0;
        }
    }

    /// The provider has closed the stream.
    async fn finish(&mut self) {
        let translated = match &mut self.translator {
            Some(translator) => translator.finish(),
            None => Bytes::new(),
        };
        let translated = match self.forward(translated) {
            Ok(translated) => translated,
            Err(refusal) => return self.stop(refusal).await,
        };
        self.reader.finish();
        self.note();
        let Some(call) = self.open.as_mut().and_then(Open::call) else { return };
        if call.progress.complete || call.progress.upstream_error.is_some() {
            let rest = match guard::end(call) {
                Ok(rest) => rest,
                Err(refusal) => return self.stop(refusal).await,
            };
            let mut held_back = self.filter.push(rest).to_vec();
            held_back.extend_from_slice(&std::mem::take(&mut self.filter).finish());
            let held_back = Bytes::from(held_back);
            call.saw(&held_back);
            let words = [translated, held_back].concat();
            self.last_words = Some(words.into()).filter(|bytes: &Bytes| !bytes.is_empty());
            return self.close(End::Answered).await;
        }
        let refusal = Refusal::UpstreamTruncated { provider: call.target.provider.clone() };
        self.let_go();
        self.speak(&refusal);
        self.close(End::Failed(refusal)).await;
    }

    /// Something ended the stream before the provider closed it: says so in the stream, and ends
    /// it. A caller who has had the whole answer is told nothing.
    async fn break_off(&mut self, end: End) {
        let complete = self.open.as_mut().and_then(Open::call).is_some_and(|call| call.progress.complete);
        if complete || self.translator.as_ref().is_some_and(|translator| translator.is_over()) {
            return self.finish().await;
        }
        if matches!(end, End::Failed(_)) {
            self.let_go();
        }
        if let End::Failed(refusal) | End::Cut(refusal) = &end {
            self.speak(refusal);
        }
        self.close(end).await;
    }

    async fn close(&mut self, end: End) {
        if let (Some(translator), Some(call)) = (&self.translator, self.open.as_mut().and_then(Open::call)) {
            translation::note_answer(call, translator.loss());
        }
        if let Some(open) = self.open.take() {
            open.close(end).await;
        }
    }

    /// Lets go what a guard held back of whole events, where a stream breaks off by itself.
    fn let_go(&mut self) {
        let Some(call) = self.open.as_mut().and_then(Open::call) else { return };
        let rest = self.filter.push(guard::broken_off(call));
        call.saw(&rest);
        self.last_words = Some(rest);
    }

    /// Ends the stream with an error event. The beginning of an event that was held back is
    /// forgotten. One too long to be held back is closed first, so that the error is an event of
    /// its own.
    fn speak(&mut self, refusal: &Refusal) {
        metrics::refused(refusal);
        let mut words = self.last_words.take().unwrap_or_default().to_vec();
        if !self.filter.is_at_event_end() {
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
