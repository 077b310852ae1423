//! `GET /api/v1/openapi.json`: this API, described.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The description of this API (OpenAPI 3.1). Needs no sign-in: it is the same everywhere.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "openapi",
    tag = "look",
    responses((status = 200, description = "The description", body = Object)),
)]
pub(crate) async fn handle() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi()).into_response()
}
