//! One call, step by step.
//!
//! decode → identify → admit → route → guard → cache → attempt → relay → settle → record. Every step before
//! the relay fails closed: what it can't decide it refuses; only the cache asks the provider. Once a call is admitted, an [`open::Open`] owns what it
//! holds (rate slot, reservation, place in the register) and gives all of it back exactly once,
//! whether the call ends, breaks, is cut, or its caller goes away.

mod admit;
mod attempt;
mod authorise;
mod cache;
mod cut;
mod decode;
mod found;
mod guard;
mod identify;
mod journey;
mod open;
mod pieces;
mod plain;
mod probe;
mod prompt;
mod record;
mod relay;
mod route;
mod send;
mod settle;
mod stream;
mod tell;
mod translation;

use axum::extract::Request;
use axum::http::Response;
use bytes::Bytes;
use domain::inference::Endpoint;
use domain::{Refusal, Timestamp};
use protocols::request::InPath;

pub(crate) use cache::Kept;
pub(crate) use identify::{Caller, bears_key, identify};
pub(crate) use pieces::Pieces;

use crate::parts::Gateway;
use crate::reply;

/// What was asked, as far as the path says it.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The endpoint.
    pub(crate) endpoint: Endpoint,
    /// Model and delivery, where the dialect says them there.
    pub(crate) in_path: Option<InPath>,
}

impl Asked {
    /// A call to an endpoint that has all else in its body.
    pub(crate) const fn at(endpoint: Endpoint) -> Self {
        Self { endpoint, in_path: None }
    }
}

/// Serves one inference.
pub(crate) async fn infer(gateway: Gateway, asked: Asked, request: Request) -> axum::response::Response {
    let (now, endpoint) = (gateway.now(), asked.endpoint);
    match serve(&gateway, asked, request, now).await {
        Ok(response) => response,
        Err(early) => reply::refusal(endpoint.dialect(), &early, None),
    }
}

/// Refuses by `Err` only what can't be attributed; everything later is answered, and recorded,
/// as a response.
async fn serve(
    gateway: &Gateway,
    asked: Asked,
    request: Request,
    now: Timestamp,
) -> Result<Response<axum::body::Body>, Refusal> {
    if gateway.is_closing() {
        return Err(Refusal::ShuttingDown);
    }
    let (head, body) = request.into_parts();
    let mut caller = identify(gateway, &head.headers, now)?;
    let limit = caller.snapshot.workspace.gateway.max_body;
    let problem = caller.problem.take();
    let mut draft = open::Draft::new(gateway, asked, caller, now);
    draft.told = tell::begin(gateway, draft.id, &head.headers);
    if let Some(refusal) = problem {
        return Ok(draft.refuse(refusal).await);
    }
    let body: Bytes = match decode::body(&head.headers, body, limit).await {
        Ok(body) => body,
        Err(decode::Refused { refusal, rest }) => {
            if let Some(rest) = rest {
                drop(gateway.tasks.spawn(decode::forget(rest)));
            }
            return Ok(draft.refuse(refusal).await);
        }
    };
    let admitted = admit::admit(draft, &body).await;
    drop(body);
    Ok(match admitted {
        Ok(admitted) => attempt::run(admitted, &head).await,
        Err(refused) => refused,
    })
}
