//! `DELETE /api/v1/keys/{id}`: the key that was ended.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::KeyRevoked;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Named, Nothing, Order};
use crate::repeats::{Answer, once};

/// Ends a key: it answers nothing from now on, and streams that run on it end. It ends even while
/// the database is away; `record` says so. Admins may end
/// any; the owner and the deputy of workflows those that serve no others.
#[utoipa::path(
    delete,
    path = "/api/v1/keys/{id}",
    operation_id = "keys_revoke",
    tag = "keys",
    params(("id" = String, Path, description = "Id of a key: `key_…`")),
    responses((status = 200, description = "The key that was ended", body = KeyRevoked)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Named(id): Named,
    order: Order<Nothing>,
) -> Result<Answer, ApiError> {
    let who = caller.0.clone();
    let control = api.control.clone();
    let write = async move |_: Nothing| control.revoke_key(&who, &id).await;
    once(&api, &caller, order, StatusCode::OK, write).await
}
