//! `GET /api/v1/spend`: what was spent.

use axum::Json;
use axum::extract::State;
use control::views::{SpendPage, SpendQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// What was spent over a period, added up by one dimension, beside the period before.
#[utoipa::path(
    get,
    path = "/api/v1/spend",
    operation_id = "spend",
    tag = "money",
    params(SpendQuery),
    responses((status = 200, description = "What was spent", body = SpendPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<SpendQuery>,
) -> Result<Json<SpendPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.spend(&permit, &query).await?))
}
