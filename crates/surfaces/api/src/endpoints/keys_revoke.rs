//! `DELETE /api/v1/keys/{id}`: the key that was ended.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::KeyRow;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Named, Nothing, Order};
use crate::repeats::{Answer, once};

/// Ends a key: it answers nothing from now on, and streams that run on it end.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{id}",
    operation_id = "keys_revoke",
    tag = "keys",
    params(("id" = String, Path, description = "Id of a key: `key_…`")),
    responses((status = 200, description = "The key that was ended", body = KeyRow)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    order: Order<Nothing>,
) -> Result<Answer, ApiError> {
    let permit = caller.permit::<acts::ManageKeys>()?;
    let control = api.control.clone();
    let write = async move |_: Nothing| control.revoke_key(&permit, &id).await;
    once(&api, &caller, order, StatusCode::OK, write).await
}
