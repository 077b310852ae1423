//! `GET /api/v1/providers`: how the providers are doing.

use axum::Json;
use axum::extract::State;
use control::views::ProvidersPage;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Every provider with its lanes, breakers and quotas, what it answered today, and the latest moves
/// of breakers.
#[utoipa::path(
    get,
    path = "/api/v1/providers",
    operation_id = "providers",
    tag = "look",
    responses((status = 200, description = "Providers and their health", body = ProvidersPage)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<ProvidersPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.providers(&permit).await?))
}
