//! `GET /api/v1/keys`: the keys, without secrets.

use axum::Json;
use axum::extract::State;
use control::views::{KeysPage, KeysQuery};
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Asked;

/// A page of the gateway keys, those that work first; `next` in the answer is the `cursor` of the page
/// after it. Secrets are not kept and can't be shown.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    operation_id = "keys_list",
    tag = "keys",
    params(KeysQuery),
    responses((status = 200, description = "Keys, without secrets", body = KeysPage)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Asked(query): Asked<KeysQuery>,
) -> Result<Json<KeysPage>, ApiError> {
    let permit = caller.permit::<acts::Look>()?;
    Ok(Json(api.control.keys_page(&permit, &query).await?))
}
