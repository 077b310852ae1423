//! `GET /api/v1/session`: who is asking.

use axum::Json;
use axum::extract::State;
use control::views::SessionView;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Who is asking, and what they may do.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    operation_id = "session",
    tag = "people",
    responses((status = 200, description = "Who is asking", body = SessionView)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<SessionView>, ApiError> {
    Ok(Json(SessionView { expires: caller.1, ..api.control.describe(&caller.0) }))
}
