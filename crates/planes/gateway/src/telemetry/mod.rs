//! OTLP in: `POST /v1/traces`, `/v1/metrics` and `/v1/logs`, from any client that holds a key.
//!
//! identify → take in → read → price → ledger. What is answered with 200 is in the journal. A post
//! holds memory from one room that all posts share, so that no number of them can fill the server;
//! bodies are decoded off the async threads. Prompts and answers in attributes are never copied
//! out of the body, whatever a workflow keeps of its own calls. A switch does not stop telemetry: it
//! tells of what has happened already.

mod body;
mod meter;
mod room;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use domain::Refusal;
use domain::telemetry::Signal;
use protocols::otlp::{Encoding, Tally, reply};

pub(crate) use room::Room;

use crate::parts::Gateway;
use crate::steps::{Caller, identify};
use crate::{headers, metrics};

/// Where each signal is sent.
pub(crate) const PATHS: [(Signal, &str); 3] =
    [(Signal::Traces, "/v1/traces"), (Signal::Metrics, "/v1/metrics"), (Signal::Logs, "/v1/logs")];

/// Answers one post.
pub(crate) async fn post(gateway: Gateway, signal: Signal, request: Request) -> Response<Body> {
    let said =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let encoding = said.as_deref().and_then(Encoding::of);
    let answered = encoding.unwrap_or(Encoding::Json);
    let taken = match encoding {
        _ if request.method() != Method::POST => {
            Err(Refusal::MethodNotAllowed { path: crate::path_of(&request), allowed: "POST" })
        }
        Some(encoding) => take(&gateway, (signal, encoding), request).await,
        None => Err(Refusal::TelemetryType(said.unwrap_or_default().chars().take(100).collect())),
    };
    match taken {
        Ok(tally) => {
            let body = reply::taken(signal, answered, &tally);
            answer(StatusCode::OK, answered, body)
        }
        Err(refusal) => {
            metrics::telemetry_refused(signal);
            refuse(answered, &refusal)
        }
    }
}

async fn take(
    gateway: &Gateway,
    (signal, encoding): (Signal, Encoding),
    request: Request,
) -> Result<Tally, Refusal> {
    if gateway.is_closing() {
        return Err(Refusal::ShuttingDown);
    }
    let (head, body) = request.into_parts();
    let now = gateway.now();
    let mut caller: Caller = identify(gateway, &head.headers, now)?;
    if let Some(problem) = caller.problem.take() {
        return Err(problem);
    }
    let workflow = caller.attribution.workflow.clone();
    let share = gateway.telemetry_room.enter()?;
    let (body, share) = body::whole(&head.headers, body, share).await?;
    let compression = body::compression(&head.headers)?;
    let post = meter::Post { signal, encoding, caller, now };
    let reader = gateway.clone();
    let turn = gateway.telemetry_room.turn().await?;
    let read = tokio::task::spawn_blocking(move || {
        let (body, _held) = body::plain(compression, body, share)?;
        meter::read(&post, &body, &reader.parts.hash_key)
    });
    let broken = |_| Refusal::LedgerUnavailable("the post could not be read".into());
    let (tally, intakes) = read.await.map_err(broken)??;
    drop(turn);
    gateway.parts.ledger.telemetry(intakes).await.map_err(|fault| {
        tracing::warn!(error = %fault.chain(), "telemetry was not taken in; its sender will send it again");
        Refusal::LedgerUnavailable("its journal can't be written".into())
    })?;
    metrics::telemetry_taken(signal, &workflow, &tally);
    Ok(tally)
}

fn refuse(encoding: Encoding, refusal: &Refusal) -> Response<Body> {
    let message = format!("{}: {refusal}", refusal.code());
    let body = reply::status(encoding, reply::code_of(refusal.status()), &message);
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = answer(status, encoding, body);
    metrics::refused(refusal);
    crate::reply::set_retry(response.headers_mut(), refusal.retry());
    if let Refusal::MethodNotAllowed { allowed, .. } = refusal {
        headers::set(response.headers_mut(), "allow", allowed);
    }
    response
}

fn answer(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers: &mut HeaderMap = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(encoding.content_type()));
    response
}
