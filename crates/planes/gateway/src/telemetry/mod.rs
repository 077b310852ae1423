//! OTLP in: `POST /v1/traces`, `/v1/metrics` and `/v1/logs`, from any client that holds a key.
//!
//! identify → take in → read → price → ledger. What is answered with 200 is in the journal. A post
//! holds memory from one room that all posts share, until it is written, so that no number of them
//! can fill the server, and no more is taken than the ledger keeps up with; bodies are decoded off the async threads. Prompts and answers in attributes are never copied
//! out of the body, whatever a workflow keeps of its own calls. A switch does not stop telemetry: it
//! tells of what has happened already.

mod body;
mod meter;
mod room;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use axum::http::{Method, Response, StatusCode};
use bytes::Bytes;
use domain::Refusal;
use domain::telemetry::Signal;
use ledger::NotTaken;
use protocols::otlp::{Encoding, Tally, reply};
use tokio::sync::OwnedSemaphorePermit;

pub(crate) use room::Room;

use self::room::Share;

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
    room(gateway)?;
    let share = gateway.telemetry_room.enter()?;
    let (body, share) = body::whole(&head.headers, body, share).await?;
    let compression = body::compression(&head.headers)?;
    let post = meter::Post { signal, encoding, caller, now };
    let turn = gateway.telemetry_room.turn().await?;
    room::apart(&gateway.tasks, settle(gateway.clone(), post, (compression, body), (share, turn))).await?
}

/// Whether the ledger has room for telemetry at all: nothing is read that could not be kept.
fn room(gateway: &Gateway) -> Result<(), Refusal> {
    if gateway.parts.ledger.takes_telemetry() { Ok(()) } else { Err(room::behind()) }
}

/// Reads a body and keeps what it is worth. What it holds of the room stays held until all that was
/// made of the body is written.
async fn settle(
    gateway: Gateway,
    post: meter::Post,
    (compression, body): (body::Compression, Bytes),
    (share, turn): (Share, OwnedSemaphorePermit),
) -> Result<Tally, Refusal> {
    let (signal, workflow) = (post.signal, post.caller.attribution.workflow.clone());
    let reader = gateway.clone();
    let read = tokio::task::spawn_blocking(move || {
        let (body, share) = body::plain(compression, body, share)?;
        let read = meter::read(&post, &body, &reader.parts.hash_key)?;
        Ok::<_, Refusal>((read, share, turn))
    });
    let ((tally, intakes), _share, _turn) = read.await.map_err(|_| room::broken())??;
    gateway.parts.ledger.telemetry(intakes).await.map_err(|problem| match problem {
        NotTaken::Behind => room::behind(),
        NotTaken::Fault(fault) => {
            tracing::warn!(error = %fault.chain(), "telemetry was not taken in; its sender will send it again");
            Refusal::LedgerUnavailable("its journal can't be written".into())
        }
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
