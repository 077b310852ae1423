//! The HTTP API: `/api/v1/…`, JSON over the use cases of `control`, described by OpenAPI.
//!
//! One file per endpoint in [`endpoints`]; the router is a table that is also the description, so
//! that nothing is served without being documented. A handler finds out who asks, asks `control`
//! and serialises its view: no rule of the product lives here. Answers are never cached, because
//! all of them are about now and some are about people.

mod auth;
mod document;
mod endpoints;
mod error;
mod input;
mod repeats;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, header};
use axum::middleware;
use axum::response::Response;
use control::Control;
use domain::Refusal;
use tokio_util::task::TaskTracker;

use crate::error::ApiError;
use crate::repeats::Repeats;

pub use document::openapi;

/// The longest body that is read. Nothing sent here is near it.
const MAX_BODY: usize = 64 * 1024;

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Api {
    /// The use cases.
    pub(crate) control: Control,
    /// Answers to writes that may be sent twice.
    pub(crate) repeats: Arc<Repeats>,
    /// Writes under way: a caller who goes away does not leave one half done.
    pub(crate) writes: TaskTracker,
}

/// The API as a router of absolute paths, to be merged with those of the other surfaces. It
/// answers everything below `/api`.
pub fn router(control: Control) -> Router {
    let api = Api { control, repeats: Arc::default(), writes: TaskTracker::new() };
    table::routes()
        .route("/api", axum::routing::any(nowhere))
        .route("/api/{*rest}", axum::routing::any(nowhere))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::map_response(unstored))
        .with_state(api)
}

async fn nowhere(request: Request) -> ApiError {
    ApiError::from(Refusal::NotFound {
        noun: "endpoint",
        name: request.uri().path().to_owned(),
        hint: "; /api/v1/openapi.json lists them all".into(),
    })
}

async fn unstored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
