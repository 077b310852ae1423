//! `GET /api/v1/status`: the state of the server.

use axum::Json;
use axum::extract::State;
use control::views::StatusView;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Whether calls can be served and recorded, what is live, what is switched off.
#[utoipa::path(
    get,
    path = "/api/v1/status",
    operation_id = "status",
    tag = "look",
    responses((status = 200, description = "The state of the server", body = StatusView)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<StatusView>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.status(&permit).await?))
}
