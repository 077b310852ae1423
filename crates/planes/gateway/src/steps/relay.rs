//! Relay: from the provider's answer to the caller's, untouched but for our own headers.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{Response, StatusCode};
use domain::{NanoUsd, Refusal};
use providers::Answer;

use super::cut::Cutter;
use super::open::{Call, End, Open};
use super::send::Outgoing;
use super::{cache, plain, stream};
use crate::headers;

/// An answer, and what it takes to pass it on.
pub(super) struct Arrived {
    pub(super) answer: Answer,
    pub(super) cutter: Cutter,
    pub(super) outgoing: Outgoing,
    /// What the body says, where it was read already.
    pub(super) read: Option<protocols::answer::Answer>,
}

/// Passes an answer on, translated where its target spoke another dialect.
pub(super) async fn deliver(open: Open, arrived: Arrived) -> Response<Body> {
    if arrived.answer.status.is_success() && streams(&arrived.answer, &arrived.outgoing) {
        let Arrived { answer, cutter, outgoing, read: _ } = arrived;
        stream::relay(open, answer, cutter, outgoing)
    } else {
        plain::relay(open, arrived).await
    }
}

/// Ends a call that has nothing to deliver but the reason.
pub(super) async fn fail(mut open: Open, end: End) -> Response<Body> {
    let refusal = match &end {
        End::Refused(refusal) | End::Failed(refusal) | End::Cut(refusal) => refusal.clone(),
        End::Answered | End::Gone => Refusal::ShuttingDown,
    };
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    call.progress.http_status = refusal.status();
    let mut response = call.draft.answer(&refusal);
    headers::set_target(response.headers_mut(), &call.target);
    let cost = open.close(end).await;
    set_cost(response.headers_mut(), cost);
    response
}

/// A redirect is not passed on: a client that followed it would leave the gateway, and take its
/// key along.
pub(super) fn redirected(call: &Call, status: StatusCode) -> Refusal {
    let problem = format!("it answered with a redirect ({}), which is not followed", status.as_u16());
    Refusal::UpstreamBroken { provider: call.target.provider.clone(), problem }
}

/// Takes note of an answer that has begun.
pub(super) fn arrived(call: &mut Call, answer: &Answer) {
    let now = call.draft.gateway.now();
    call.progress.first_byte = Some(now);
    call.progress.http_status = answer.status.as_u16();
    call.progress.declined = !answer.status.is_success();
    call.progress.upstream_id = ["x-request-id", "request-id", "apim-request-id"]
        .into_iter()
        .find_map(|name| answer.headers.get(name)?.to_str().ok())
        .map(|id| id.chars().take(128).collect());
}

/// Whether the caller gets a stream: what the provider sends is one, or is translated into one.
pub(super) fn streams(answer: &Answer, outgoing: &Outgoing) -> bool {
    match &outgoing.translation {
        Some(translation) => translation.streams(),
        None => has_event_stream(&answer.headers),
    }
}

fn has_event_stream(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_event_stream)
}

/// Whether a content type is that of a stream of events.
pub(super) fn is_event_stream(kind: &str) -> bool {
    kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream")
}

/// A response with the provider's status and headers, and ours.
pub(super) fn response(call: &Call, status: StatusCode, upstream: &HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers::for_caller(upstream);
    call.draft.mark(response.headers_mut());
    headers::set_target(response.headers_mut(), &call.target);
    cache::mark(call, response.headers_mut());
    response
}

/// Names the cost of a call that has been settled.
pub(super) fn set_cost(headers: &mut HeaderMap, cost: NanoUsd) {
    headers::set(headers, "x-countersign-cost-usd", &cost.to_decimal());
}
