//! `POST /api/v1/configuration/reload`: reads the workspace again now.

use axum::extract::State;
use axum::http::StatusCode;
use control::views::ConfigBrief;
use domain::people::acts;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::input::{Nothing, Order};
use crate::repeats::{Answer, once};

/// Reads the workspace again now instead of waiting for the next look. Files that are wrong are
/// refused: the last good configuration stays, and `error` says why. For those who run the
/// installation.
#[utoipa::path(
    post,
    path = "/api/v1/configuration/reload",
    operation_id = "configuration_reload",
    tag = "configuration",
    responses((status = 200, description = "What is live now, and what is wrong with the files", body = ConfigBrief)),
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    order: Order<Nothing>,
) -> Result<Answer, ApiError> {
    let _admin = caller.permit::<acts::Reload>()?;
    let control = api.control.clone();
    let write = async move |_: Nothing| control.reload().await;
    once(&api, &caller, order, StatusCode::OK, write).await
}
