//! `POST /api/v1/people/links`: a one-time sign-in link.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::LinkMade;
use domain::people::acts;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::Order;
use crate::repeats::{Answer, once};

/// For whom a link is made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewLink {
    /// Id of a person of the workspace.
    person: String,
}

/// Makes a link with which a person signs in once and sets a password. Whoever opens it first can
/// do that, so it should reach the person by a channel that only they read.
#[utoipa::path(
    post,
    path = "/api/v1/people/links",
    operation_id = "people_link",
    tag = "people",
    request_body = NewLink,
    responses((status = 201, description = "The link", body = LinkMade)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    order: Order<NewLink>,
) -> Result<Answer, ApiError> {
    let permit = caller.permit::<acts::ManagePeople>()?;
    let control = api.control.clone();
    let write = async move |new: NewLink| control.invite(&permit, &new.person).await;
    once(&api, &caller, order, StatusCode::CREATED, write).await
}
