//! `GET /api/v1/overview`: what needs a person now.

use axum::Json;
use axum::extract::State;
use control::views::Overview;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Is it safe, what did it cost today, who has to do what.
#[utoipa::path(
    get,
    path = "/api/v1/overview",
    operation_id = "overview",
    tag = "look",
    responses((status = 200, description = "What needs a person now", body = Overview)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<Overview>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.overview(&permit).await?))
}
