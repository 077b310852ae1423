//! `POST /api/v1/keys`: the new key, with its secret.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::{KeyCreated, NewKey};

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Order;
use crate::repeats::{Answer, once};

/// Creates a gateway key. The secret is in this answer and nowhere else. Admins may create any; the
/// owner and the deputy of workflows those that serve no others.
#[utoipa::path(
    post,
    path = "/api/v1/keys",
    operation_id = "keys_create",
    tag = "keys",
    request_body = NewKey,
    responses((status = 201, description = "The new key, with its secret", body = KeyCreated)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    order: Order<NewKey>,
) -> Result<Answer, ApiError> {
    let who = caller.0.clone();
    let control = api.control.clone();
    let write = async move |new: NewKey| control.create_key(&who, &new).await;
    once(&api, &caller, order, StatusCode::CREATED, write).await
}
