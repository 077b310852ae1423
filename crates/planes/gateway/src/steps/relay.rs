//! Relay: from the provider's answer to the caller's, untouched but for our own headers.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::request::Parts as Head;
use axum::http::{Response, StatusCode};
use bytes::Bytes;
use domain::{NanoUsd, Refusal};
use providers::Answer;

use super::admit::Admitted;
use super::cut::Cutter;
use super::open::{Call, End, Open};
use super::{plain, send, stream};
use crate::{headers, reply};

/// Sends an admitted call and relays the answer.
pub(super) async fn relay(mut admitted: Admitted, head: &Head, body: Bytes) -> Response<Body> {
    let outgoing = send::edit(&mut admitted, &body);
    drop(body);
    let Admitted { mut open, view, .. } = admitted;
    let Some(call) = open.call() else { return Response::new(Body::empty()) };
    let mut cutter = Cutter::new(call);
    let sent = tokio::select! {
        biased;
        refusal = cutter.cut() => Err(End::Cut(refusal)),
        sent = send::send(call, head, &view, outgoing.body) => sent.map_err(End::Failed),
    };
    match sent {
        Ok(answer) => {
            arrived(call, &answer);
            if answer.status.is_success() && is_event_stream(&answer.headers) {
                stream::relay(open, answer, cutter, outgoing.usage_injected)
            } else {
                plain::relay(open, answer, cutter).await
            }
        }
        Err(end) => fail(open, end).await,
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
    let mut response =
        reply::refusal(call.draft.endpoint.dialect(), &refusal, Some(&call.draft.id.to_string()));
    own_headers(response.headers_mut(), call);
    open.close(end).await;
    response
}

fn arrived(call: &mut Call, answer: &Answer) {
    let now = call.draft.gateway.now();
    call.progress.first_byte = Some(now);
    call.progress.http_status = answer.status.as_u16();
    call.progress.upstream_id = ["x-request-id", "request-id", "apim-request-id"]
        .into_iter()
        .find_map(|name| answer.headers.get(name)?.to_str().ok())
        .map(|id| id.chars().take(128).collect());
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream"))
}

/// A response with the provider's status and headers, and ours.
pub(super) fn response(call: &Call, status: StatusCode, upstream: &HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers::for_caller(upstream);
    own_headers(response.headers_mut(), call);
    response
}

fn own_headers(headers: &mut HeaderMap, call: &Call) {
    let draft = &call.draft;
    headers::set(headers, "x-countersign-inference", &draft.id.to_string());
    headers::set(headers, "x-countersign-run", draft.caller.attribution.run.as_str());
    headers::set(headers, "x-countersign-config", draft.caller.snapshot.workspace.short_hash());
    if let Ok(workflow) = draft.workflow() {
        headers::set(headers, "x-countersign-variant", &workflow.variant);
    }
    headers::set_target(headers, &call.target);
    headers::set_headroom(headers, draft.endpoint.dialect(), &call.headroom, draft.gateway.now());
}

/// Names the cost of a call that has been settled.
pub(super) fn set_cost(headers: &mut HeaderMap, cost: NanoUsd) {
    headers::set(headers, "x-countersign-cost-usd", &cost.to_decimal());
}
