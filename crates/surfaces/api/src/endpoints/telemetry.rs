//! `GET /api/v1/telemetry`: what clients report about themselves.

use axum::Json;
use axum::extract::State;
use control::views::{TelemetryPage, TelemetryQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// Every client that sent telemetry over a period: what it used beside the gateway, what it used
/// through it, and how that differs from the gateway's own record.
#[utoipa::path(
    get,
    path = "/api/v1/telemetry",
    operation_id = "telemetry",
    tag = "look",
    params(TelemetryQuery),
    responses((status = 200, description = "Sources of telemetry", body = TelemetryPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<TelemetryQuery>,
) -> Result<Json<TelemetryPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.telemetry(&permit, &query).await?))
}
