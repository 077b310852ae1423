//! `GET /api/v1/keys`: all keys, without secrets.

use axum::Json;
use axum::extract::State;
use control::views::KeysPage;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// All gateway keys. Secrets are not kept and can't be shown.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    operation_id = "keys_list",
    tag = "keys",
    responses((status = 200, description = "All keys, without secrets", body = KeysPage)),
)]
pub(crate) async fn handle(State(api): State<Api>, caller: Caller) -> Result<Json<KeysPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.keys(&permit).await?))
}
