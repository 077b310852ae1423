//! `GET /api/v1/switches`: switches that are not on.

use axum::Json;
use axum::extract::State;
use control::views::SwitchesPage;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Every switch that is not on, and what was turned before.
#[utoipa::path(
    get,
    path = "/api/v1/switches",
    operation_id = "switches_list",
    tag = "switches",
    responses((status = 200, description = "Switches that are not on", body = SwitchesPage)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<SwitchesPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.switches(&permit).await?))
}
