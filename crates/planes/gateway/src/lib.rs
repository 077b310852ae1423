//! The data plane: every model call passes here, and leaves with an owner, a price and a record.
//!
//! A call goes through the steps of [`steps`], in order: decode, identify, admit, route, relay,
//! settle, record. It takes one immutable configuration snapshot and keeps it; no SQL is on its
//! way. Bodies pass through byte for byte except for the few edits that a control asks for, and
//! those are named in the record.
//!
//! This crate never reads files or tables and never decides a rule: rules are in `domain`.

mod estimate;
mod gemini;
mod headers;
mod health;
mod live;
pub mod metrics;
mod models;
mod parts;
mod reply;
mod running;
mod shelves;
mod steps;
mod sticky;
mod telemetry;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{any, get};
use domain::Refusal;
use domain::inference::{Dialect, Endpoint};

pub use live::Live;
use steps::Asked;

pub use parts::{Credentials, Gateway, Parts, SimulatedPace, Telemetry};
pub use shelves::CacheFill;

/// The most of a path that is repeated in an answer.
const MAX_PATH: usize = 200;

const ENDPOINTS: [Endpoint; 5] =
    [Endpoint::Chat, Endpoint::Responses, Endpoint::Embeddings, Endpoint::Messages, Endpoint::CountTokens];

/// The gateway's paths. `HEAD /` answers, because coding agents ask it whether anyone is there.
pub fn router(gateway: Gateway) -> Router {
    let mut router = Router::new()
        .route("/v1/models", get(models::list).fallback(read_only))
        .route("/v1/models/{*model}", get(models::one).post(gemini::serve_stable).fallback(read_only))
        .route("/v1beta/models", get(models::list).fallback(read_only))
        .route("/v1beta/models/{*rest}", any(gemini::serve))
        .route("/v1beta", any(unknown))
        .route("/v1beta/{*rest}", any(gemini::serve_rest))
        .route("/v1", any(unknown))
        .route("/v1/{*rest}", any(unknown));
    for endpoint in ENDPOINTS {
        let handler = move |State(gateway): State<Gateway>, request: Request| async move {
            match *request.method() {
                Method::POST => steps::infer(gateway, Asked::at(endpoint), request).await,
                _ => wrong_method(endpoint, &request),
            }
        };
        router = router.route(endpoint.path(), any(handler));
    }
    for (signal, path) in telemetry::PATHS {
        let handler = move |State(gateway): State<Gateway>, request: Request| async move {
            telemetry::post(gateway, signal, request).await
        };
        router = router.route(path, any(handler));
    }
    router.with_state(gateway)
}

/// Answers `HEAD /`.
pub async fn alive() -> StatusCode {
    StatusCode::OK
}

/// Answers a client that asks for a path which nothing serves: most often the base URL it was given
/// lacks `/v1`. `None` where a person's browser asks, to whom a page says more.
#[must_use]
pub fn lost(request: &Request) -> Option<Response> {
    let json = |value: &HeaderValue| value.as_bytes().starts_with(b"application/json");
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let headers = request.headers();
    let is_client = !reads || headers.get(CONTENT_TYPE).is_some_and(json) || steps::bears_key(headers);
    is_client.then(|| reply::refusal(dialect_of(request), &Refusal::NoSuchPath(path_of(request)), None))
}

async fn unknown(request: Request) -> Response {
    reply::refusal(dialect_of(&request), &Refusal::NoSuchPath(path_of(&request)), None)
}

async fn read_only(request: Request) -> Response {
    let refusal = Refusal::MethodNotAllowed { path: path_of(&request), allowed: "GET, HEAD" };
    reply::refusal(dialect_of(&request), &refusal, None)
}

fn wrong_method(endpoint: Endpoint, request: &Request) -> Response {
    let upgrade = request
        .headers()
        .get(axum::http::header::UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    let refusal = if upgrade {
        Refusal::NoWebsocket
    } else {
        Refusal::MethodNotAllowed { path: endpoint.path().to_owned(), allowed: "POST" }
    };
    reply::refusal(endpoint.dialect(), &refusal, None)
}

fn path_of(request: &Request) -> String {
    request.uri().path().chars().take(MAX_PATH).collect()
}

/// The dialect of a request whose path does not tell.
fn dialect_of(request: &Request) -> Dialect {
    // Google's SDKs name themselves so wherever they call.
    if request.uri().path().starts_with("/v1beta") || request.headers().contains_key("x-goog-api-client") {
        return Dialect::Gemini;
    }
    let anthropic = request.headers().contains_key("anthropic-version")
        || request.uri().path().starts_with("/v1/messages");
    if anthropic { Dialect::Anthropic } else { Dialect::Openai }
}
