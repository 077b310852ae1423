//! `GET /api/v1/guards`: what redaction found, and which tools were kept away.

use axum::Json;
use axum::extract::State;
use control::views::{GuardsPage, GuardsQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// What guards found and stopped over a period, by workflow: kinds, names and numbers, never a value.
#[utoipa::path(
    get,
    path = "/api/v1/guards",
    operation_id = "guards",
    tag = "look",
    params(GuardsQuery),
    responses((status = 200, description = "What guards did", body = GuardsPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<GuardsQuery>,
) -> Result<Json<GuardsPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.guards(&permit, &query).await?))
}
